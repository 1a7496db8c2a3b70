import type { FeedClock } from "../engine/live-feed.ts";

/** Longest wait a timer of the platform can hold, ms. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** A clock that starts at an instant and runs `speed` times as fast as the wall's: 1 is real time. */
export class PacedClock implements FeedClock {
  readonly #start: number;
  readonly #speed: number;
  readonly #begun = performance.now();

  constructor(start: number, speed: number) {
    this.#start = start;
    this.#speed = speed;
  }

  now(): number {
    return this.#start + (performance.now() - this.#begun) * this.#speed;
  }

  at(time: number, wake: () => void): () => void {
    let timer: NodeJS.Timeout;
    const set = () => {
      const wait = (time - this.now()) / this.#speed;
      timer = wait > LONGEST_TIMER ? setTimeout(set, LONGEST_TIMER) : setTimeout(wake, Math.max(0, Math.ceil(wait)));
    };
    set();
    return () => clearTimeout(timer);
  }
}
