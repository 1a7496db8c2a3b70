import type { Bar } from "../bars/bars.ts";
import { adjustColumns, type PriceAdjustment } from "../bars/price-adjustment.ts";
import type { BarColumns } from "../market/bar-series.ts";

/** Changes of what prices mean, as they come into force one after the other while bars pass. */
export class BarAdjuster {
  private readonly changes: readonly PriceAdjustment[];
  /** Changes in force that move what comes after them. */
  private readonly after: PriceAdjustment[] = [];
  private done = 0;

  /** @param changes ascending in time */
  constructor(changes: readonly PriceAdjustment[]) {
    this.changes = changes;
  }

  /** When the next change comes into force; Infinity after the last. */
  get nextTime(): number {
    return this.changes[this.done]?.time ?? Number.POSITIVE_INFINITY;
  }

  /** The changes that come into force by `time` and move what was before. */
  changesBy(time: number): readonly PriceAdjustment[] {
    const before: PriceAdjustment[] = [];
    for (let change = this.changes[this.done]; change !== undefined && change.time <= time; ) {
      this.done += 1;
      (change.side === "before" ? before : this.after).push(change);
      change = this.changes[this.done];
    }
    return before;
  }

  /** True when rows are to be taken as `adjusted` gives them. */
  get movesRows(): boolean {
    return this.after.length > 0;
  }

  /** A row as a column of one, moved by every change in force that moves what comes after it. */
  adjusted(bars: BarColumns, row: number): BarColumns {
    let columns = cutRow(bars, row);
    for (const change of this.after) columns = adjustColumns(columns, 0, 1, change);
    return columns;
  }
}

/** A bar as columns of one row. */
export function columnsOf({ time, open, high, low, close, volume }: Bar): BarColumns {
  const one = (value: number) => Float64Array.of(value);
  return { time: one(time), open: one(open), high: one(high), low: one(low), close: one(close), volume: one(volume) };
}

function cutRow(bars: BarColumns, row: number): BarColumns {
  const cut = (column: Float64Array) => column.subarray(row, row + 1);
  const { time, open, high, low, close, volume } = bars;
  return {
    time: cut(time),
    open: cut(open),
    high: cut(high),
    low: cut(low),
    close: cut(close),
    volume: cut(volume),
  };
}
