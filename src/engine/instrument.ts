import type { Calendar } from "../calendar/index.ts";
import type { Asset } from "../market/asset.ts";
import type { BarSeries } from "../market/bar-series.ts";
import type { Timestep } from "../market/timestep.ts";
import type { InstrumentLife } from "./account/instrument-life.ts";
import type { ContractTerms } from "./contract-terms.ts";
import { OrderBook } from "./order-book.ts";
import { openWithSession } from "./session-open.ts";

/** What a live run knows of bars that have not come in yet. */
export interface BarsAhead {
  hasMore(): boolean;
  /** Close of the last of all; undefined when nobody knows. */
  lastClose(): number | undefined;
  /** Close of the bar that was in progress when the asset came into the run, and that comes in then; -Infinity when none was. */
  readonly closeOfOpened: number;
}

/**
 * An asset in a run: its bars, how far the loop has come in them, and the last price. The loop calls `openBar` and `closeBar` in
 * turn; between the two the bar is in progress and only its open is known.
 */
export class Instrument {
  readonly asset: Asset;
  readonly terms: ContractTerms;
  readonly timestep: Timestep;
  /** Place among the assets of the run as they came in: its own for as long as it lasts. */
  readonly index: number;
  /** Place among them by their keys, which moves on when another comes in before it: what happens at one instant happens in this order. */
  rank = 0;
  /** Columns of its bars. In a live run they are replaced as bars come in. The times are stamps: see `openAt`. */
  time: Float64Array;
  open: Float64Array;
  high: Float64Array;
  low: Float64Array;
  close: Float64Array;
  volume: Float64Array;
  /** Best bid and ask at the end of each bar, where the source has them. */
  bid: Float64Array | undefined;
  ask: Float64Array | undefined;
  /** Bars of a finer step over the same span, where the run asks for them: they tell the way inside its bars. */
  finer: BarSeries | undefined;
  /** Row of the bar in progress, or of the next one when none is. */
  row = 0;
  inBar = false;
  /** Last traded price known at this instant; NaN before the first. */
  lastPrice = Number.NaN;
  /** Instant at which the newest bar closed. */
  lastClose = Number.NEGATIVE_INFINITY;
  /** Row of the first bar after the newest roll, split or ex-date: closes and quotes before it mean something else than its prices. */
  breakRow = -1;
  /** Accepted orders that can still fill; the broker keeps them. */
  readonly book = new OrderBook();
  /** Account money per 1.0 of price and unit. */
  unitValue: number;
  /** The contract behind a continuous future at this instant, `ESH25`; undefined when the source tells no rolls. */
  contract: string | undefined;
  /** Of an option: shares it is on for each that it was on when it was bought, since a split of the share. */
  sharesAdjusted = 1;
  /** Why orders for it are refused for good, once its life is over. */
  delisted: "contract_expired" | "delisted" | undefined;
  readonly calendar: Calendar;
  /** Called when the bar in progress has closed; undefined when nobody waits for it. */
  onClose: (() => void) | undefined;
  /** What happens to it apart from trading. */
  readonly life: InstrumentLife;
  /** Live: what bars are to come. */
  ahead: BarsAhead | undefined;
  /** When a bar with a given stamp opens, where that is not at the stamp. */
  openOf: ((stamp: number) => number) | undefined;
  /** Since when it takes part in the run, or its bars open with their sessions: one that opened before is known once it closes. */
  joinedAt = Number.NEGATIVE_INFINITY;
  private readonly step: number;
  /** Bars that would open from here on are not of the run; before that the stamps alone say so. */
  private runEnd = Number.POSITIVE_INFINITY;
  /** Row of the first bar that has a volume; Infinity while none has. */
  private firstVolume: number;
  /** When the newest bar closed, where no next one says it. */
  private lastEnd = Number.POSITIVE_INFINITY;

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
    this.firstVolume = rowOfFirstVolume(bars.volume);
    this.step = bars.timestep.milliseconds;
    bars.onAppend?.(() => this.follow(bars));
  }

  /** When the bar in progress closes. */
  get barClose(): number {
    return this.closeTime(this.row);
  }

  /** When the bar that is in progress at `now` closes, one too of which nothing is known before; undefined when none is. */
  busyUntil(now: number): number | undefined {
    if (this.inBar) return this.barClose;
    const close = this.ahead?.closeOfOpened ?? Number.NEGATIVE_INFINITY;
    return close > now ? close : undefined;
  }

  /** When the bar in progress opened. */
  get barOpen(): number {
    return this.openAt(this.row);
  }

  /** Open of the next bar; Infinity when there is none. Not for use while a bar is in progress. */
  get nextOpen(): number {
    const open = this.row < this.time.length ? this.openAt(this.row) : Number.POSITIVE_INFINITY;
    return open < this.runEnd ? open : Number.POSITIVE_INFINITY;
  }

  /** When the bar of a row opens: at its stamp, unless it opens with its session. */
  openAt(row: number): number {
    const stamp = this.time[row] as number;
    if (this.openOf === undefined) return stamp;
    const open = this.openOf(stamp);
    const next = this.time[row + 1] ?? Number.POSITIVE_INFINITY;
    // Of two bars in one day the first does not wait for what is after its end.
    return next <= open ? stamp : open;
  }

  /** Row of the first bar that opens at or after `time`; the number of bars when there is none. */
  rowFrom(time: number): number {
    let row = lowerBound(this.time, time);
    while (row > 0 && this.openAt(row - 1) >= time) row -= 1;
    return row;
  }

  /**
   * From `now` on bars open with their sessions, the last of them before `end`. What has opened stays so; a bar that was entered unseen,
   * and opens only now by its session, is still to open.
   */
  openWithSessions(now: number, end: number): void {
    this.openOf = (stamp) => openWithSession(this.calendar, this.timestep, stamp);
    this.runEnd = end;
    const wasEntered = this.inBar && (this.time[this.row] as number) < this.joinedAt;
    if (wasEntered && this.openAt(this.row) >= now) this.inBar = false;
    this.joinedAt = now;
  }

  /** True when a bar up to `row` had a volume. Before that one without says nothing: currencies, indices and some files do not tell it. */
  tellsVolume(row: number): boolean {
    return row >= this.firstVolume;
  }

  /** Says that prices from the next bar on are those of another contract, of new shares, or without the dividend. */
  breakPrices(): void {
    this.breakRow = this.row;
  }

  /** True when the close of a bar that ended at `time` is a price to be had then: no bar has opened, and prices have not broken since. */
  closedAt(time: number): boolean {
    return !this.inBar && this.lastClose === time && this.row !== this.breakRow;
  }

  /** Best bid and ask at the end of the newest closed bar, as far as there are any. */
  get quote(): { readonly bid: number | undefined; readonly ask: number | undefined } {
    if (this.row === this.breakRow) return { bid: undefined, ask: undefined };
    return { bid: known(this.bid?.[this.row - 1]), ask: known(this.ask?.[this.row - 1]) };
  }

  /** No bar will come any more. */
  get ended(): boolean {
    return this.row >= this.time.length && !(this.ahead?.hasMore() ?? false);
  }

  /** Close of the last bar there will be; undefined when there is none, or nobody knows. */
  get seriesEnd(): number | undefined {
    if (this.ahead !== undefined) return this.ahead.lastClose();
    const last = this.time.at(-1);
    return last === undefined ? undefined : last + this.step;
  }

  openBar(): void {
    this.inBar = true;
    this.lastPrice = this.open[this.row] as number;
  }

  closeBar(): void {
    this.closeBarAt(this.closeTime(this.row));
  }

  /** `closeBar` where it is known when the bar closes. */
  closeBarAt(time: number): void {
    const { row } = this;
    this.lastPrice = this.close[row] as number;
    this.lastClose = time;
    this.inBar = false;
    this.row = row + 1;
    if (this.onClose !== undefined) this.onClose();
  }

  /** True when the newest bar is the next one and the loop does not know of it: it came in just now. */
  get hasArrival(): boolean {
    return !this.inBar && this.row === this.time.length - 1;
  }

  /** Enters a bar that opened before this asset came into the run: it is known once it closes. */
  enterOpened(): void {
    this.inBar = true;
  }

  /**
   * Places the cursor before the first bar that opens at or after `time`, or in the bar in progress, of which nothing is known yet; the
   * price becomes the last close before it.
   */
  seek(time: number): void {
    this.joinedAt = time;
    this.row = this.rowFrom(time);
    if (this.row === 0) return;
    if (this.closeTime(this.row - 1) > time) {
      this.row -= 1;
      this.enterOpened();
    }
    if (this.row === 0) return;
    this.lastPrice = this.close[this.row - 1] as number;
    this.lastClose = this.closeTime(this.row - 1);
  }

  private follow({ time, open, high, low, close, volume, bid, ask, lastEnd }: BarSeries): void {
    this.time = time;
    this.open = open;
    this.high = high;
    this.low = low;
    this.close = close;
    this.volume = volume;
    this.bid = bid;
    this.ask = ask;
    if (this.firstVolume === Number.POSITIVE_INFINITY && (volume.at(-1) ?? 0) > 0) this.firstVolume = volume.length - 1;
    this.lastEnd = lastEnd ?? Number.POSITIVE_INFINITY;
  }

  /** A bar never runs into the next one: a step of a day is shorter where the clock was set forward. */
  closeTime(row: number): number {
    const close = (this.time[row] as number) + this.step;
    const next = row + 1;
    const latest = next < this.time.length ? (this.time[next] as number) : this.lastEnd;
    return close > latest ? latest : close;
  }
}

function rowOfFirstVolume(volume: Float64Array): number {
  const row = volume.findIndex((units) => units > 0);
  return row < 0 ? Number.POSITIVE_INFINITY : row;
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
