/** How far a run has come. */
export interface Progress {
  /** Simulated now. */
  readonly time: number;
  /** Bars that have passed through the loop. */
  readonly bars: number;
  /** How the account stands; worked out when asked. */
  readonly standing: () => { readonly equity: number; readonly drawdown: number; readonly trades: number };
}

/** Asked every so many instants whether to let the outside world in: a promise does, undefined says it is too early. */
export type ProgressListener = (progress: Progress) => Promise<void> | undefined;

const LONGEST_INTERVAL = 8192;

/**
 * Counts the instants between two questions whether to let the outside world in. The interval finds its length by itself: it doubles
 * when a question came too early and halves when it was due, so a slow strategy can be stopped as fast as a quick one.
 */
export class ProgressInterval {
  private readonly listener: ProgressListener | undefined;
  private count = 0;
  private length = 1;

  constructor(listener: ProgressListener | undefined) {
    this.listener = listener;
  }

  /** True when it is time to ask. */
  get isOver(): boolean {
    return this.count >= this.length;
  }

  countInstant(): void {
    this.count += 1;
  }

  /** Asks, and lets the outside in when it wants to. */
  async ask(progress: Progress): Promise<void> {
    this.count = 0;
    const turn = this.listener?.(progress);
    this.length = turn === undefined ? Math.min(LONGEST_INTERVAL, this.length * 2) : Math.max(1, this.length >>> 1);
    await turn;
  }
}
