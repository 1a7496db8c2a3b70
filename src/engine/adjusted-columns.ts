import { adjustColumns, type PriceAdjustment } from "../bars/price-adjustment.ts";
import { cutColumns, joinColumns } from "../futures/columns.ts";
import type { BarColumns } from "../market/bar-series.ts";
import { GrowingColumns } from "./growing-columns.ts";
import { lowerBound } from "./instrument.ts";

/**
 * Columns with the adjustments up to an instant worked in, as if made at that instant: nothing in them comes from later. Each answer is
 * of new arrays, as long as is needed until the next adjustment.
 */
export class AdjustedColumns {
  private readonly raw: BarColumns;
  private readonly adjustments: readonly PriceAdjustment[];
  /** How many of them are worked in. */
  private done = 0;
  private columns: BarColumns;
  private growing: GrowingColumns | undefined;

  /** @param adjustments ascending in time */
  constructor(raw: BarColumns, adjustments: readonly PriceAdjustment[]) {
    this.raw = raw;
    this.adjustments = adjustments;
    this.columns = raw;
  }

  /** When the next adjustment takes effect; Infinity after the last. */
  get nextTime(): number {
    return this.adjustments[this.done]?.time ?? Number.POSITIVE_INFINITY;
  }

  /** The rows that can be seen before `nextTime`. `now` never goes back. */
  asOf(now: number): BarColumns {
    for (let next = this.adjustments[this.done]; next !== undefined && next.time <= now; ) {
      this.done += 1;
      this.columns = this.workIn(next);
      next = this.adjustments[this.done];
    }
    return this.columns;
  }

  /** The rows that can be seen before `nextTime`, after rows were added to what was handed in. */
  grown(): BarColumns {
    if (this.growing === undefined) {
      this.growing = new GrowingColumns();
      this.push(this.growing, this.columns);
    }
    this.push(this.growing, this.since(this.growing.length, lowerBound(this.raw.time, this.nextTime)));
    this.columns = this.growing.cut();
    return this.columns;
  }

  private push(growing: GrowingColumns, columns: BarColumns): void {
    for (let row = 0; row < columns.time.length; row++) growing.pushRow(columns, row);
  }

  private workIn(change: PriceAdjustment): BarColumns {
    this.growing = undefined;
    const row = lowerBound(this.raw.time, change.time);
    const end = lowerBound(this.raw.time, this.nextTime);
    const past =
      change.side === "before" ? adjustColumns(this.columns, 0, row, change) : cutColumns(this.columns, 0, row);
    return joinColumns([past, this.since(row, end)]);
  }

  /** Rows after the newest change: as they came, moved by every change that moves what comes after it. */
  private since(row: number, end: number): BarColumns {
    let rows = cutColumns(this.raw, row, end);
    for (const change of this.adjustments.slice(0, this.done)) {
      if (change.side === "after") rows = adjustColumns(rows, 0, end - row, change);
    }
    return rows;
  }
}
