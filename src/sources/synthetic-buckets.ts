/** Longer bars out of the minutes of one session: buckets counted from its open, as an exchange's day is. */

import type { Session } from "../calendar/index.ts";
import type { BarColumns } from "../market/bar-series.ts";

/**
 * Minutes gathered into buckets of `step` milliseconds from the session's open; a step of a day or more makes one bucket. A bucket
 * is stamped with its own beginning, whether or not its first minute traded; one without any trade is left out.
 */
export function bucketMinutes(minutes: BarColumns, session: Session, step: number): BarColumns {
  const starts: number[] = [];
  const times: number[] = [];
  minutes.time.forEach((time, row) => {
    const begin = session.open + Math.floor((time - session.open) / step) * step;
    if (begin === times[times.length - 1]) return;
    times.push(begin);
    starts.push(row);
  });
  return gatherRows(minutes, starts, times);
}

/** One bar over all rows, stamped `time`. */
export function oneBar(rows: BarColumns, time: number): BarColumns {
  return rows.time.length === 0 ? rows : gatherRows(rows, [0], [time]);
}

/** One bar for each of `starts`, over the rows from there to the next start. */
function gatherRows(rows: BarColumns, starts: readonly number[], times: readonly number[]): BarColumns {
  const gather = (measure: (from: number, to: number) => number) =>
    Float64Array.from(starts, (from, i) => measure(from, starts[i + 1] ?? rows.time.length));
  return {
    time: Float64Array.from(times),
    open: gather((from) => rows.open[from] as number),
    high: gather((from, to) => rows.high.subarray(from, to).reduce((a, b) => Math.max(a, b))),
    low: gather((from, to) => rows.low.subarray(from, to).reduce((a, b) => Math.min(a, b))),
    close: gather((_, to) => rows.close[to - 1] as number),
    volume: gather((from, to) => rows.volume.subarray(from, to).reduce((a, b) => a + b)),
  };
}
