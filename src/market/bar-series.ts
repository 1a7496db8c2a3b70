import type { Asset } from "./asset.ts";
import type { Timestep } from "./timestep.ts";

/** Columns of bars, oldest first; all six have the same length. Read-only by agreement: views share memory. */
export interface BarColumns {
  /** Open time of each bar, epoch ms UTC, strictly ascending. */
  readonly time: Float64Array;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  /** Units traded. */
  readonly volume: Float64Array;
}

/** Best bid and ask at the end of each bar, NaN where there was none; both only where the source has quotes. */
export interface QuoteColumns {
  readonly bid?: Float64Array | undefined;
  readonly ask?: Float64Array | undefined;
}

/** Bars of one asset and one step: what a data source answers with. `Bars` in `bars/` is the one implementation. */
export interface BarSeries extends BarColumns, QuoteColumns {
  readonly asset: Asset;
  readonly timestep: Timestep;
  readonly length: number;
  /** Live only: calls `listener` after each bar that was added. The columns are other arrays then; do not keep them. */
  onAppend?(listener: () => void): void;
  /** Live only: when the newest bar closed, where that is earlier than its open plus the step. Epoch ms UTC. */
  readonly lastEnd?: number;
}
