import type { BarColumns } from "../market/bar-series.ts";
import type { Bar } from "./bars.ts";

/** A coarser bar while finer ones are added to it: one object that is filled anew. Its fields begin as NaN to be doubles from the start. */
export class FormingBar implements Bar {
  time = Number.NaN;
  open = Number.NaN;
  high = Number.NaN;
  low = Number.NaN;
  close = Number.NaN;
  volume = Number.NaN;

  /** Begins with a finer bar, labelled with its own opening time. */
  begin(label: number, bars: BarColumns, row: number): void {
    this.time = label;
    this.open = bars.open[row] as number;
    this.high = bars.high[row] as number;
    this.low = bars.low[row] as number;
    this.close = bars.close[row] as number;
    this.volume = bars.volume[row] as number;
  }

  /** Adds the finer bar that follows. */
  add(bars: BarColumns, row: number): void {
    const high = bars.high[row] as number;
    const low = bars.low[row] as number;
    if (high > this.high) this.high = high;
    if (low < this.low) this.low = low;
    this.close = bars.close[row] as number;
    this.volume += bars.volume[row] as number;
  }
}
