/**
 * Watches over one exchange with the service: ends it when a caller's signal says so, or when nothing came for the idle time.
 * One instance an attempt; `dispose` when done.
 */
export class Watch {
  /** To be handed to whatever does the input and output. */
  readonly signal: AbortSignal;
  readonly #controller = new AbortController();
  readonly #callers: readonly AbortSignal[];
  readonly #idleMs: number;
  readonly #onAbort: () => void;
  #silent = false;

  constructor(callers: readonly (AbortSignal | undefined)[], idleMs: number) {
    this.signal = this.#controller.signal;
    this.#idleMs = idleMs;
    this.#callers = callers.filter((signal) => signal !== undefined);
    this.#onAbort = () => this.#controller.abort(this.#callers.find((signal) => signal.aborted)?.reason);
    // Listeners of our own and not AbortSignal.any: a client's signal outlives many thousand requests, and those joined
    // signals stay with it.
    for (const signal of this.#callers) signal.addEventListener("abort", this.#onAbort, { once: true });
    if (this.#callers.some((signal) => signal.aborted)) this.#onAbort();
  }

  /** Whether the idle time ended it. */
  get silent(): boolean {
    return this.#silent;
  }

  /** Whether a caller ended it; the reason is that of `signal`. */
  get cancelled(): boolean {
    return this.signal.aborted && !this.#silent;
  }

  /**
   * Waits for work that must show life within the idle time. Between two calls the time does not run: a slow reader is no silence.
   * Once `signal` is aborted it waits no longer, whatever the work does: a body whose connection is aborted may never settle.
   */
  async alive<Result>(work: Promise<Result>): Promise<Result> {
    const timer = setTimeout(() => {
      this.#silent = true;
      this.#controller.abort(new Error("idle"));
    }, this.#idleMs);
    let onAbort = () => {};
    const ended = new Promise<never>((_, reject) => {
      onAbort = () => reject(this.signal.reason);
    });
    this.signal.addEventListener("abort", onAbort, { once: true });
    if (this.signal.aborted) onAbort();
    try {
      return await Promise.race([work, ended]);
    } finally {
      clearTimeout(timer);
      this.signal.removeEventListener("abort", onAbort);
    }
  }

  /** Ends the exchange if it still runs, and lets go of the signals. */
  dispose(): void {
    for (const signal of this.#callers) signal.removeEventListener("abort", this.#onAbort);
    if (!this.signal.aborted) this.#controller.abort(new Error("done"));
  }
}
