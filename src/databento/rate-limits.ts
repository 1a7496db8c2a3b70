import Bottleneck from "bottleneck";

/** So many requests in so many milliseconds (a multiple of 250, the tick of the limiter). */
export interface Rate {
  readonly requests: number;
  readonly perMs: number;
}

/** What the vendor allows a team. A team with several programs shares it: then the service answers 429, which is waited out. */
export interface RateLimits {
  /** Connections at once, streams included. */
  readonly connections: number;
  readonly timeseries: Rate;
  readonly symbology: Rate;
  readonly metadata: Rate;
  /** Lists of jobs and files, and downloads. */
  readonly batch: Rate;
  readonly batchSubmit: Rate;
}

/** The families that have a rate each. */
export type RateFamily = Exclude<keyof RateLimits, "connections">;

const SECOND = 1_000;
const LONG = 60 * SECOND;

/** As the vendor documents them. */
export const DEFAULT_LIMITS: RateLimits = {
  connections: 100,
  timeseries: { requests: 100, perMs: SECOND },
  symbology: { requests: 100, perMs: SECOND },
  metadata: { requests: 20, perMs: SECOND },
  batch: { requests: 20, perMs: SECOND },
  batchSubmit: { requests: 20, perMs: 60 * SECOND },
};

/** Gives the place in the limits back. Calling it twice does no harm. */
export type Release = () => void;

/** The limits of one client: one queue for connections, one before it for each family. */
export class RateLimiter {
  readonly #connections: Bottleneck;
  readonly #families = new Map<RateFamily, Bottleneck>();
  readonly #limits: RateLimits;

  constructor(limits: RateLimits) {
    this.#limits = limits;
    this.#connections = new Bottleneck({ maxConcurrent: limits.connections });
  }

  /** Waits for a place, which is kept until the release: a stream holds its connection as long as it is read. */
  async enter(family: RateFamily, signal: AbortSignal): Promise<Release> {
    signal.throwIfAborted();
    return new Promise<Release>((resolve, reject) => {
      // The limiter's own timer does not keep a process alive: without this one, a program that only waits would just end.
      const alive = setInterval(() => {}, LONG);
      const onAbort = () => {
        clearInterval(alive);
        reject(signal.reason);
      };
      signal.addEventListener("abort", onAbort, { once: true });
      const occupy = () =>
        new Promise<void>((free) => {
          clearInterval(alive);
          signal.removeEventListener("abort", onAbort);
          // The queue cannot be left early, so a place that comes too late is given straight back.
          if (signal.aborted) free();
          else resolve(free);
        });
      // A count of the connections alone must not stand in the rate's way: the family's job ends when it has started.
      void this.#family(family).schedule(async () => {
        if (signal.aborted) return;
        void this.#connections.schedule(occupy);
      });
    });
  }

  #family(family: RateFamily): Bottleneck {
    const known = this.#families.get(family);
    if (known !== undefined) return known;
    const { requests, perMs } = this.#limits[family];
    const limiter = new Bottleneck({
      reservoir: requests,
      reservoirRefreshAmount: requests,
      reservoirRefreshInterval: perMs,
    });
    this.#families.set(family, limiter);
    return limiter;
  }
}
