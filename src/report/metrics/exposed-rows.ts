/** Rows of equity during which something was held. */

import type { Trade } from "../../market/trade.ts";

/**
 * Counts the rows i > 0 whose stretch (time[i - 1], time[i]] overlaps a trade. Trades may overlap each other (several
 * instruments); a row counts once. Open trades count up to their last valuation.
 */
export function exposedRows(time: Float64Array, trades: readonly Trade[]): number {
  const byEntry = trades.toSorted((a, b) => a.entryTime - b.entryTime);
  let rows = 0;
  let counted = 0;
  for (const trade of byEntry) {
    // The first row that closes after the entry, and the first that opens at or after the exit.
    const from = Math.max(counted + 1, firstAfter(time, trade.entryTime));
    const to = firstAtOrAfter(time, trade.exitTime);
    if (to < from) continue;
    const last = Math.min(to, time.length - 1);
    rows += last - from + 1;
    counted = last;
  }
  return rows;
}

/** Index of the first value above `limit`, at least 1. */
function firstAfter(time: Float64Array, limit: number): number {
  return Math.max(
    1,
    search(time, (value) => value > limit),
  );
}

/** Index of the first value at or above `limit`. */
function firstAtOrAfter(time: Float64Array, limit: number): number {
  return search(time, (value) => value >= limit);
}

function search(time: Float64Array, reached: (value: number) => boolean): number {
  let low = 0;
  let high = time.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (reached(time[middle] ?? Number.POSITIVE_INFINITY)) high = middle;
    else low = middle + 1;
  }
  return low;
}
