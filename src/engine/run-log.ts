import type { LogEntry } from "../market/run-outcome.ts";

/** Lines that are kept; a strategy that writes at every bar must not fill the memory. */
const MOST_LINES = 100_000;

/** What a strategy wrote with `logMessage`, for the result: the first lines, and how many followed. */
export class RunLog {
  private readonly logged: LogEntry[] = [];
  private left = 0;
  private lastTime = 0;

  add(time: number, level: LogEntry["level"], message: string): void {
    this.lastTime = time;
    if (this.logged.length < MOST_LINES) this.logged.push({ time, level, message });
    else this.left += 1;
  }

  entries(): readonly LogEntry[] {
    if (this.left === 0) return [...this.logged];
    const message = `${this.left.toLocaleString("en-US")} more lines were written and not kept`;
    return [...this.logged, { time: this.lastTime, level: "warn", message }];
  }
}
