/** Cutting and joining columns of bars, before they are checked and become `Bars`. */

import type { BarColumns } from "../market/bar-series.ts";

/** Index of the first of the ascending `times` at or after `time`; their length when all are before it. */
export function rowAtOrAfter(times: Float64Array, time: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((times[middle] as number) < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The rows from `from` to before `to`, as views on the same memory. */
export function cutColumns(columns: BarColumns, from: number, to: number): BarColumns {
  return mapColumns((name) => columns[name].subarray(from, to));
}

/** Columns one after the other, copied; those of a single part as they are. */
export function joinColumns(parts: readonly BarColumns[]): BarColumns {
  const [only] = parts;
  if (only !== undefined && parts.length === 1) return only;
  const rows = parts.reduce((sum, part) => sum + part.time.length, 0);
  return mapColumns((name) => {
    const joined = new Float64Array(rows);
    let row = 0;
    for (const part of parts) {
      joined.set(part[name], row);
      row += part[name].length;
    }
    return joined;
  });
}

function mapColumns(columnOf: (name: keyof BarColumns) => Float64Array): BarColumns {
  return {
    time: columnOf("time"),
    open: columnOf("open"),
    high: columnOf("high"),
    low: columnOf("low"),
    close: columnOf("close"),
    volume: columnOf("volume"),
  };
}
