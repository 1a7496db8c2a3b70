import { Bars } from "../bars/bars.ts";
import type { PriceAdjustment } from "../bars/price-adjustment.ts";
import { cutColumns } from "../futures/columns.ts";
import type { Asset } from "../market/asset.ts";
import type { BarSeries } from "../market/bar-series.ts";
import { AdjustedColumns } from "./adjusted-columns.ts";
import { lowerBound } from "./instrument.ts";

/** The series itself, or its columns under another name. */
function barsOf(source: BarSeries, asset: Asset): Bars {
  if (source instanceof Bars && source.asset === asset) return source;
  return new Bars(asset, source.timestep, cutColumns(source, 0, source.length));
}

/** Bars of an asset and step as the strategy sees them: only those that have closed. */
export interface History {
  /** How many have closed by `now`, which never goes back. */
  closedBy(now: number): number;
  /** The last `length` closed bars, shifted back by `timeshift` bars, all without `length`; undefined while there are fewer. */
  view(now: number, length: number | undefined, timeshift: number): Bars | undefined;
  /** How many there are before `time`. */
  barsBefore(time: number): number;
}

/**
 * A series as the strategy sees it: only bars that have closed. The cursor moves forward with the clock, so a look costs nothing
 * for the bars already passed. Where rolls or splits change what its prices mean, it is shown as of now: at each change it is made
 * anew, and views handed out before stay as they were.
 */
export class HistorySeries implements History {
  readonly source: BarSeries;
  /** The rows up to the next adjustment at least. */
  private bars: Bars;
  private readonly adjusted: AdjustedColumns | undefined;
  private nextAdjustment: number;
  private time: Float64Array;
  private readonly step: number;
  private closed = 0;
  /** The view given last, of which bars and where it began: asked again before the next bar, it is given again. */
  private lastView: Bars | undefined;
  private viewed: Bars | undefined;
  private viewStart = 0;

  constructor(source: BarSeries, asset = source.asset, adjustments: readonly PriceAdjustment[] = []) {
    this.source = source;
    this.bars = barsOf(source, asset);
    this.time = this.bars.time;
    this.step = source.timestep.milliseconds;
    this.adjusted = adjustments.length === 0 ? undefined : new AdjustedColumns(source, adjustments);
    this.nextAdjustment = this.adjusted?.nextTime ?? Number.POSITIVE_INFINITY;
    source.onAppend?.(() => this.follow());
  }

  /**
   * How many bars have closed by `now`: those whose step is over, and those
   * whose successor has opened (a day is shorter than 24 hours where the clock was set forward). `now` never goes back.
   */
  closedBy(now: number): number {
    const time = this.time;
    let closed = this.closed;
    while (closed < time.length && ((time[closed] as number) + this.step <= now || (time[closed + 1] as number) <= now))
      closed += 1;
    // Live, the newest bar may have closed earlier than its step says, before its successor is known.
    if (closed === time.length - 1 && (this.source.lastEnd ?? Number.POSITIVE_INFINITY) <= now) closed += 1;
    this.closed = closed;
    return closed;
  }

  /** The last `length` closed bars, shifted back by `timeshift` bars; undefined while there are fewer. */
  view(now: number, length: number | undefined, timeshift: number): Bars | undefined {
    if (now >= this.nextAdjustment) this.adjust(now);
    const end = this.closedBy(now) - timeshift;
    const wanted = length ?? end;
    if (wanted > end || end <= 0) return undefined;
    return this.slice(end - wanted, wanted);
  }

  private slice(start: number, length: number): Bars {
    const last = this.lastView;
    const bars = this.bars;
    if (last !== undefined && last.length === length && this.viewStart === start && this.viewed === bars) return last;
    const view = bars.slice(start, start + length);
    this.lastView = view;
    this.viewed = bars;
    this.viewStart = start;
    return view;
  }

  private follow(): void {
    const { asset } = this.bars;
    this.time = this.source.time;
    if (this.adjusted === undefined) this.bars = barsOf(this.source, asset);
    else if ((this.time.at(-1) as number) < this.nextAdjustment) {
      this.bars = new Bars(asset, this.source.timestep, this.adjusted.grown());
    }
  }

  /** How many bars the series has before `time`. */
  barsBefore(time: number): number {
    return lowerBound(this.time, time);
  }

  private adjust(now: number): void {
    const adjusted = this.adjusted;
    if (adjusted === undefined) return;
    this.bars = new Bars(this.bars.asset, this.source.timestep, adjusted.asOf(now));
    this.nextAdjustment = adjusted.nextTime;
  }
}
