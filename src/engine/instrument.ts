import type { Calendar } from "../calendar/index.ts";
import type { Asset } from "../market/asset.ts";
import type { BarSeries } from "../market/bar-series.ts";
import type { Timestep } from "../market/timestep.ts";
import type { InstrumentLife } from "./account/instrument-life.ts";
import type { ContractTerms } from "./contract-terms.ts";
import { OrderBook } from "./order-book.ts";

/**
 * An asset in a run: its bars, how far the loop has come in them, and the last price. The loop calls `openBar` and `closeBar` in
 * turn; between the two the bar is in progress and only its open is known.
 */
export class Instrument {
  readonly asset: Asset;
  readonly terms: ContractTerms;
  readonly timestep: Timestep;
  /** Place in the run; bars of one instant are taken in this order. */
  readonly index: number;
  readonly time: Float64Array;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly volume: Float64Array;
  /** Best bid and ask at the end of each bar, where the source has them. */
  readonly bid: Float64Array | undefined;
  readonly ask: Float64Array | undefined;
  /** False when no bar has any volume: currencies, indices and some files do not tell it. */
  readonly hasVolume: boolean;
  /** Row of the bar in progress, or of the next one when none is. */
  row = 0;
  inBar = false;
  /** Last traded price known at this instant; NaN before the first. */
  lastPrice = Number.NaN;
  /** Instant at which the newest bar closed. */
  lastClose = Number.NEGATIVE_INFINITY;
  /** Accepted orders that can still fill; the broker keeps them. */
  readonly book = new OrderBook();
  /** Account money per 1.0 of price and unit. */
  unitValue: number;
  /** The contract behind a continuous future at this instant, `ESH25`; undefined when the source tells no rolls. */
  contract: string | undefined;
  /** Why orders for it are refused for good, once its life is over. */
  delisted: "contract_expired" | undefined;
  readonly calendar: Calendar;
  /** What happens to it apart from trading. */
  readonly life: InstrumentLife;
  readonly #step: number;

  constructor(bars: BarSeries, asset: Asset, terms: ContractTerms, index: number, life: InstrumentLife) {
    this.asset = asset;
    this.timestep = bars.timestep;
    this.terms = terms;
    this.index = index;
    this.unitValue = terms.multiplier;
    this.life = life;
    this.calendar = life.calendar;
    this.time = bars.time;
    this.open = bars.open;
    this.high = bars.high;
    this.low = bars.low;
    this.close = bars.close;
    this.volume = bars.volume;
    this.bid = bars.bid;
    this.ask = bars.ask;
    this.hasVolume = bars.volume.some((units) => units > 0);
    this.#step = bars.timestep.milliseconds;
  }

  /** When the bar in progress closes. */
  get barClose(): number {
    return this.closeTime(this.row);
  }

  /** Open of the next bar; Infinity when there is none. Not for use while a bar is in progress. */
  get nextOpen(): number {
    return this.row < this.time.length ? (this.time[this.row] as number) : Number.POSITIVE_INFINITY;
  }

  /** Best bid and ask at the end of the newest closed bar, as far as there are any. */
  get quote(): { readonly bid: number | undefined; readonly ask: number | undefined } {
    return { bid: known(this.bid?.[this.row - 1]), ask: known(this.ask?.[this.row - 1]) };
  }

  get ended(): boolean {
    return this.row >= this.time.length;
  }

  openBar(): void {
    this.inBar = true;
    this.lastPrice = this.open[this.row] as number;
  }

  closeBar(): void {
    const { row } = this;
    this.lastPrice = this.close[row] as number;
    this.lastClose = this.closeTime(row);
    this.inBar = false;
    this.row = row + 1;
  }

  /** Places the cursor before the first bar that opens at or after `time`; the price becomes the last close before it. */
  seek(time: number): void {
    this.row = lowerBound(this.time, time);
    if (this.row > 0) {
      this.lastPrice = this.close[this.row - 1] as number;
      this.lastClose = this.closeTime(this.row - 1);
    }
  }

  /** A bar never runs into the next one: a step of a day is shorter where the clock was set forward. */
  closeTime(row: number): number {
    const close = (this.time[row] as number) + this.#step;
    const next = row + 1;
    return next < this.time.length && close > (this.time[next] as number) ? (this.time[next] as number) : close;
  }
}

function known(value: number | undefined): number | undefined {
  return value === undefined || Number.isNaN(value) ? undefined : value;
}

/** First index whose value is at or after `value`; the length when there is none. */
export function lowerBound(sorted: Float64Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
