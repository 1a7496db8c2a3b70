/** Going over the rows of columns. */

import type { Bar } from "../../bars/bars.ts";
import type { BarColumns } from "../../market/bar-series.ts";

/** A bar that is filled anew. Its fields begin as NaN so that the engine keeps them as doubles from the start. */
export class RowBar implements Bar {
  time = Number.NaN;
  open = Number.NaN;
  high = Number.NaN;
  low = Number.NaN;
  close = Number.NaN;
  volume = Number.NaN;

  read(bars: BarColumns, row: number): void {
    this.time = bars.time[row] as number;
    this.open = bars.open[row] as number;
    this.high = bars.high[row] as number;
    this.low = bars.low[row] as number;
    this.close = bars.close[row] as number;
    this.volume = bars.volume[row] as number;
  }
}

/** Writes a number into a row of a column that is there. */
export function put(column: Float64Array | undefined, row: number, value: number): void {
  if (column !== undefined) column[row] = value;
}

/** The first row that is no finite number, -1 when there is none. */
export function firstUnsound(values: Float64Array): number {
  let row = soundEights(values);
  for (; row < values.length; row++) {
    const value = values[row] as number;
    if (value - value !== 0) return row;
  }
  return -1;
}

/**
 * How many values, a multiple of eight, are finite for sure: a sum of eight is, unless one of them is not or they are too large to add, and
 * then one by one says which. Twice as fast as one by one.
 */
function soundEights(values: Float64Array): number {
  const end = values.length - 7;
  let row = 0;
  for (; row < end; row += 8) {
    const first = at(values, row) + at(values, row + 1) + (at(values, row + 2) + at(values, row + 3));
    const second = at(values, row + 4) + at(values, row + 5) + (at(values, row + 6) + at(values, row + 7));
    const sum = first + second;
    if (sum - sum !== 0) break;
  }
  return row;
}

function at(values: Float64Array, row: number): number {
  return values[row] as number;
}
