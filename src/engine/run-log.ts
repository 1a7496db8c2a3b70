import type { LogEntry } from "../market/run-outcome.ts";

/** Lines that are kept; a strategy that writes at every bar must not fill the memory. */
const MOST_LINES = 100_000;

/** What a strategy wrote with `logMessage`, for the result: the first lines, and how many followed. */
export class RunLog {
  readonly #entries: LogEntry[] = [];
  #left = 0;
  #lastTime = 0;

  add(time: number, level: LogEntry["level"], message: string): void {
    this.#lastTime = time;
    if (this.#entries.length < MOST_LINES) this.#entries.push({ time, level, message });
    else this.#left += 1;
  }

  entries(): readonly LogEntry[] {
    if (this.#left === 0) return [...this.#entries];
    const message = `${this.#left.toLocaleString("en-US")} more lines were written and not kept`;
    return [...this.#entries, { time: this.#lastTime, level: "warn", message }];
  }
}
