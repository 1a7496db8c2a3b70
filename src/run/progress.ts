import { formatDate } from "../market/time.ts";
import { formatCompact, formatMoney, formatPercent } from "../report/format.ts";
import type { RunProgress } from "./options.ts";
import { type Terminal, terminalOf } from "./terminal.ts";

/** Least time between two updates of a line that is rewritten, ms. */
const REWRITE_EVERY = 100;
/** Plain lines come at each tenth of the run, but not more often than the one and not less often than the other, ms. */
const PLAIN_LINE_EVERY = [5_000, 30_000] as const;
/** Widest line; a narrower terminal gets less of it. */
const WIDEST = 100;
/** Steps of equity that are drawn, and the letters for it, lowest first. */
const SPARKS = 8;
const SPARK_LETTERS = "▁▂▃▄▅▆▇█";

/** Where the progress is written and what time it is, ms. */
export interface ProgressOutput {
  readonly terminal: Terminal;
  write(text: string): void;
  now(): number;
}

/** Shows how far a run is: one line rewritten on a terminal, a plain line now and then elsewhere. */
export class ProgressLine {
  readonly #output: ProgressOutput;
  readonly #begun: number;
  #shown: number;
  #tenth = 0;
  #lineStands = false;
  /** Equity at the end of each of `SPARKS` parts of the run so far. */
  readonly #equity: number[] = [];

  constructor(output: ProgressOutput) {
    this.#output = output;
    this.#begun = output.now();
    this.#shown = this.#begun;
  }

  readonly update = (progress: RunProgress): void => {
    const { terminal, write, now } = this.#output;
    const time = now();
    this.#equity[Math.min(SPARKS - 1, Math.floor(doneOf(progress) * SPARKS))] = progress.equity;
    if (!this.#isDue(time, progress)) return;
    this.#shown = time;
    this.#tenth = Math.floor(doneOf(progress) * 10);
    const spark = terminal.unicode ? sparkOf(this.#equity) : "";
    const line = progressText(progress, (time - this.#begun) / 1_000, terminal.width ?? WIDEST, spark);
    // The cursor goes back to the first column, so that a log line written meanwhile takes this line's place.
    write(terminal.rewrites ? `${line}\u001b[K\r` : `${line}\n`);
    this.#lineStands = terminal.rewrites;
  };

  /** Takes the line away; what is written next starts on a clean one. */
  clear(): void {
    if (this.#lineStands) this.#output.write("\u001b[K");
    this.#lineStands = false;
  }

  #isDue(time: number, progress: RunProgress): boolean {
    const waited = time - this.#shown;
    if (this.#output.terminal.rewrites) return waited >= REWRITE_EVERY;
    const [least, most] = PLAIN_LINE_EVERY;
    return waited >= most || (waited >= least && Math.floor(doneOf(progress) * 10) > this.#tenth);
  }
}

/** `2024-03-11  38 %  412k bars/s  ETA 0:07  equity 103,240  dd -2.1 %  trades 57 ▁▂▅`, as much of it as fits. */
export function progressText(progress: RunProgress, seconds: number, width: number, spark = ""): string {
  const { time, bars, equity, drawdown, trades } = progress;
  const done = doneOf(progress);
  const parts = [formatDate(time), `${Math.floor(done * 100)} %`];
  if (seconds > 0) parts.push(`${formatCompact(bars / seconds)} bars/s`);
  if (done > 0) parts.push(`ETA ${clock((seconds / done) * (1 - done))}`);
  parts.push(`equity ${formatMoney(equity)}`, `dd ${formatPercent(drawdown, 1)}`, `trades ${trades}`);
  if (spark !== "") parts.push(spark);
  // The last column stays free: some terminals start a new line when it is written.
  while (parts.length > 1 && parts.join("  ").length >= width) parts.pop();
  return parts.join("  ");
}

/** Share of the span that is over, 0 to 1. */
function doneOf({ time, start, end }: RunProgress): number {
  return Math.min(1, Math.max(0, (time - start) / (end - start)));
}

/** Equity as a row of blocks, from its lowest to its highest; nothing until two of them differ. */
function sparkOf(values: readonly number[]): string {
  const known = values.filter(Number.isFinite);
  const [low, high] = [Math.min(...known), Math.max(...known)];
  if (!(high > low)) return "";
  const last = SPARK_LETTERS.length - 1;
  return known.map((value) => SPARK_LETTERS[Math.round(((value - low) / (high - low)) * last)]).join("");
}

/** `0:07`, `12:30`, `1:02:05`. */
function clock(seconds: number): string {
  const total = Math.ceil(seconds);
  const [hours, minutes, rest] = [Math.floor(total / 3_600), Math.floor(total / 60) % 60, total % 60];
  const twoDigits = (value: number) => String(value).padStart(2, "0");
  return hours > 0 ? `${hours}:${twoDigits(minutes)}:${twoDigits(rest)}` : `${minutes}:${twoDigits(rest)}`;
}

/** A progress line on stderr. */
export function progressOnStderr(): ProgressLine {
  return new ProgressLine({
    terminal: terminalOf(process.stderr),
    write: (text) => process.stderr.write(text),
    now: () => performance.now(),
  });
}
