import { formatDate } from "../market/time.ts";
import { formatCompact } from "../report/format.ts";
import type { RunProgress } from "./options.ts";
import { type Terminal, terminalOf } from "./terminal.ts";

/** Least time between two updates, ms: of a line that is rewritten, and of plain lines. */
const REWRITE_EVERY = 100;
const PLAIN_LINE_EVERY = 5_000;
/** Widest line; a narrower terminal gets less of it. */
const WIDEST = 100;

/** Where the progress is written and what time it is, ms. */
export interface ProgressOutput {
  readonly terminal: Terminal;
  write(text: string): void;
  now(): number;
}

/** Shows how far a run is: one line rewritten on a terminal, a plain line every few seconds elsewhere. */
export class ProgressLine {
  readonly #output: ProgressOutput;
  readonly #begun: number;
  #shown: number;
  #lineStands = false;

  constructor(output: ProgressOutput) {
    this.#output = output;
    this.#begun = output.now();
    this.#shown = this.#begun;
  }

  readonly update = (progress: RunProgress): void => {
    const { terminal, write, now } = this.#output;
    const time = now();
    if (time - this.#shown < (terminal.rewrites ? REWRITE_EVERY : PLAIN_LINE_EVERY)) return;
    this.#shown = time;
    const line = progressText(progress, (time - this.#begun) / 1_000, terminal.width ?? WIDEST);
    // The cursor goes back to the first column, so that a log line written meanwhile takes this line's place.
    write(terminal.rewrites ? `${line}\u001b[K\r` : `${line}\n`);
    this.#lineStands = terminal.rewrites;
  };

  /** Takes the line away; what is written next starts on a clean one. */
  clear(): void {
    if (this.#lineStands) this.#output.write("\u001b[K");
    this.#lineStands = false;
  }
}

/** `38 %  2024-03-11  412k bars/s  ETA 0:07`, as much of it as fits. */
export function progressText(progress: RunProgress, seconds: number, width: number): string {
  const { time, start, end, bars } = progress;
  const done = Math.min(1, Math.max(0, (time - start) / (end - start)));
  const parts = [`${Math.floor(done * 100)} %`, formatDate(time)];
  if (seconds > 0) parts.push(`${formatCompact(bars / seconds)} bars/s`);
  if (done > 0) parts.push(`ETA ${clock((seconds / done) * (1 - done))}`);
  // The last column stays free: some terminals start a new line when it is written.
  while (parts.length > 1 && parts.join("  ").length >= width) parts.pop();
  return parts.join("  ");
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
