import type { BacktestFlags } from "./backtest-flags.ts";
import { usageError } from "./usage-error.ts";

/** First and last instant of a run, as text that the run reads in its own zone. */
export interface Span {
  readonly start: string;
  readonly end: string;
}

/** A generated market has no first day, so a month of it stands in where none is named: enough to see a strategy trade. */
const SYNTHETIC_SPAN: Span = { start: "2025-01-02", end: "2025-02-01" };

/**
 * The span of `--start` and `--end`.
 * @throws BacklitError `invalid_argument` when one is missing that the source cannot do without
 */
export function runSpan(flags: BacktestFlags, sourceName: string): Span {
  const standard = sourceName === "synthetic" ? SYNTHETIC_SPAN : undefined;
  return { start: bound("start", flags.start ?? standard?.start), end: bound("end", flags.end ?? standard?.end) };
}

function bound(name: "start" | "end", text: string | undefined): string {
  if (text !== undefined) return text;
  throw usageError(
    `Setting the span of the run: --${name} is missing`,
    `Give the span of the data to use, for example --start 2024-01-02 --end 2024-02-01 (the end is exclusive).`,
  );
}
