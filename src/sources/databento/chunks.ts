/** Cutting a long span into pieces that are bought one by one, so that a break costs one piece. */

import { DAY } from "../../market/time.ts";
import type { TimeSpan } from "../../store/coverage.ts";

/** Months in a piece, by schema: about as many records in each. */
const MONTHS: Readonly<Record<string, number>> = { "ohlcv-1s": 1, "bbo-1s": 1, trades: 1, tbbo: 1, "mbp-1": 1 };
const DEFAULT_MONTHS = 6;

/** Pieces of `months` calendar months, counted from the start of the span. @param months by the schema, unless given */
export function splitByMonths(span: TimeSpan, schema: string, months = MONTHS[schema] ?? DEFAULT_MONTHS): TimeSpan[] {
  const pieces: TimeSpan[] = [];
  let start = span.start;
  for (let count = months; start < span.end; count += months) {
    const end = Math.min(span.end, monthsAfter(span.start, count));
    pieces.push({ start, end });
    start = end;
  }
  return pieces;
}

/** The span in whole UTC days: what is asked for then grows by days, not by odd minutes. */
export function wholeDays({ start, end }: TimeSpan): TimeSpan {
  return { start: Math.floor(start / DAY) * DAY, end: Math.ceil(end / DAY) * DAY };
}

function monthsAfter(time: number, months: number): number {
  const date = new Date(time);
  const day = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() + months);
  // The 31st has no like in every month: the last day there is.
  const days = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  date.setUTCDate(Math.min(day, days));
  return date.getTime();
}
