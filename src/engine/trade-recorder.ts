import { addExactly } from "../bars/price-adjustment.ts";
import type { Trade } from "../market/trade.ts";
import type { Instrument } from "./instrument.ts";
import type { Booking, Portfolio } from "./portfolio.ts";

/** Mean price of fills; of fills at one price, that price to the last bit. */
class MeanPrice {
  units = 0;
  #price = Number.NaN;
  #value = 0;
  #single = true;

  add(units: number, price: number): void {
    this.#single = this.units === 0 || (this.#single && price === this.#price);
    this.#price = price;
    this.units += units;
    this.#value += units * price;
  }

  /** Makes every unit `ratio` units at a price divided by as much. */
  split(ratio: number): void {
    this.units *= ratio;
    this.#price /= ratio;
  }

  get mean(): number {
    return this.#single ? this.#price : this.#value / this.units;
  }

  /** The mean if `units` more were filled at `price`. */
  with(units: number, price: number): number {
    return (this.#value + units * price) / (this.units + units);
  }
}

/** A round trip while it is open. */
class OpenTrade {
  readonly instrument: Instrument;
  readonly direction: 1 | -1;
  readonly entryTime: number;
  readonly entryRow: number;
  quantity = 0;
  readonly entry = new MeanPrice();
  readonly exit = new MeanPrice();
  exitTime: number;
  realized = 0;
  fees = 0;
  rolls = 0;
  rollGap = 0;
  mae = 0;
  mfe = 0;
  /** Open profit is a straight line over the price, `slope * price - intercept`, until the next fill ... */
  slope = 0;
  intercept = 0;
  /** ... so between two fills only the extremes of the price need to be kept. */
  high = Number.NEGATIVE_INFINITY;
  low = Number.POSITIVE_INFINITY;

  constructor(instrument: Instrument, direction: 1 | -1, time: number) {
    this.instrument = instrument;
    this.direction = direction;
    this.entryTime = time;
    this.exitTime = time;
    this.entryRow = instrument.row;
  }

  /** Turns the price extremes since the last fill into excursions. */
  foldExtremes(): void {
    if (this.low > this.high) return;
    this.excursion(this.realized + this.slope * this.high - this.intercept);
    this.excursion(this.realized + this.slope * this.low - this.intercept);
    this.high = Number.NEGATIVE_INFINITY;
    this.low = Number.POSITIVE_INFINITY;
  }

  /** Notes an open profit, fees not taken off. */
  excursion(profit: number): void {
    if (profit < this.mae) this.mae = profit;
    if (profit > this.mfe) this.mfe = profit;
  }
}

/** A fill as the trade recorder needs it. */
export interface BookedFill {
  readonly instrument: Instrument;
  readonly time: number;
  /** Signed. */
  readonly units: number;
  readonly price: number;
  readonly fee: number;
  readonly booking: Booking;
}

/** Turns bookings into round trips. The sum of all trades' profit is the change of the account. */
export class TradeRecorder {
  readonly #portfolio: Portfolio;
  /** By the instruments' place in the run. */
  readonly #open: (OpenTrade | undefined)[] = [];
  readonly #closed: Trade[] = [];

  constructor(portfolio: Portfolio) {
    this.#portfolio = portfolio;
  }

  /** Books a fill into the trade it belongs to; a flip ends one trade and starts the next, each with its share of the fee. */
  record(fill: BookedFill): void {
    const { before, after } = fill.booking;
    this.#open[fill.instrument.index]?.foldExtremes();
    const units = Math.abs(fill.units);
    const closing = before * fill.units < 0 ? Math.min(units, Math.abs(before)) : 0;
    const closingFee = fill.fee * (closing / units);
    if (closing > 0) this.#exit(fill, closing, closingFee);
    if (units > closing) this.#enter(fill, units - closing, fill.fee - closingFee);
    if (after === 0) this.#finish(fill.instrument);
    else this.#straighten(fill.instrument);
  }

  /** Notes that what is held was rolled, and booked, into another contract: the trade goes on with its entry moved by `shift`. */
  roll(instrument: Instrument, shift: number, fee: number): void {
    const trade = this.#open[instrument.index];
    if (trade === undefined) return;
    trade.foldExtremes();
    trade.fees += fee;
    trade.rolls += 1;
    trade.rollGap = addExactly(trade.rollGap, shift);
    this.#straighten(instrument);
  }

  /** Notes that every unit became `ratio` units, booked already: prices and quantities of the open trade are in new units from now on. */
  split(instrument: Instrument, ratio: number): void {
    const trade = this.#open[instrument.index];
    if (trade === undefined) return;
    trade.foldExtremes();
    trade.quantity *= ratio;
    trade.entry.split(ratio);
    trade.exit.split(ratio);
    this.#straighten(instrument);
  }

  /** Notes that a price means more or less account money from now on. */
  revalue(instrument: Instrument): void {
    this.#open[instrument.index]?.foldExtremes();
    this.#straighten(instrument);
  }

  /** Notes how high and how low a held instrument went over a bar. */
  observe(instrument: Instrument, high: number, low: number): void {
    const trade = this.#open[instrument.index];
    if (trade === undefined) return;
    if (high > trade.high) trade.high = high;
    if (low < trade.low) trade.low = low;
  }

  get closedCount(): number {
    return this.#closed.length;
  }

  /** Every trade by the time of its end, those still open last. */
  trades(now: number): readonly Trade[] {
    return [
      ...this.#closed,
      ...this.#open.filter((trade) => trade !== undefined).map((trade) => this.#openTrade(trade, now)),
    ];
  }

  /** Takes the open profit's line from what is held now. */
  #straighten(instrument: Instrument): void {
    const trade = this.#open[instrument.index];
    if (trade === undefined) return;
    trade.intercept = -this.#portfolio.unrealizedOf(instrument, 0);
    trade.slope = this.#portfolio.quantityOf(instrument) * instrument.unitValue;
  }

  #enter(fill: BookedFill, units: number, fee: number): void {
    const trade = this.#tradeFor(fill);
    trade.entry.add(units, fill.price);
    trade.fees += fee;
    trade.quantity = Math.max(trade.quantity, Math.abs(fill.booking.after));
  }

  /** The open trade of this side; a flip first finishes the trade of the other side. */
  #tradeFor(fill: BookedFill): OpenTrade {
    const direction = fill.units > 0 ? 1 : -1;
    const known = this.#open[fill.instrument.index];
    if (known !== undefined && known.direction === direction) return known;
    if (known !== undefined) this.#finish(fill.instrument);
    const trade = new OpenTrade(fill.instrument, direction, fill.time);
    this.#open[fill.instrument.index] = trade;
    return trade;
  }

  #exit(fill: BookedFill, units: number, fee: number): void {
    const trade = this.#open[fill.instrument.index];
    if (trade === undefined) return;
    trade.exit.add(units, fill.price);
    trade.exitTime = fill.time;
    trade.realized += fill.booking.realized;
    trade.fees += fee;
    trade.excursion(trade.realized);
  }

  #finish(instrument: Instrument): void {
    const trade = this.#open[instrument.index];
    if (trade === undefined) return;
    this.#open[instrument.index] = undefined;
    this.#closed.push(finishedTrade(trade, trade.realized, trade.exit.mean, trade.exitTime, false));
  }

  #openTrade(trade: OpenTrade, now: number): Trade {
    const { instrument } = trade;
    trade.foldExtremes();
    const exitPrice = trade.exit.with(trade.entry.units - trade.exit.units, instrument.lastPrice);
    const profit = trade.realized + this.#portfolio.unrealizedOf(instrument, instrument.lastPrice);
    return finishedTrade(trade, profit, exitPrice, now, true);
  }
}

function finishedTrade(trade: OpenTrade, gross: number, exitPrice: number, exitTime: number, open: boolean): Trade {
  const { instrument } = trade;
  const lastRow = instrument.inBar ? instrument.row : Math.max(trade.entryRow, instrument.row - (open ? 1 : 0));
  const finished: Trade = {
    asset: instrument.asset,
    direction: trade.direction === 1 ? "long" : "short",
    quantity: trade.quantity,
    entryTime: trade.entryTime,
    entryPrice: trade.entry.mean,
    exitTime,
    exitPrice,
    pnl: gross - trade.fees,
    fees: trade.fees,
    bars: lastRow - trade.entryRow + 1,
    mae: trade.mae,
    mfe: trade.mfe,
    open,
  };
  return trade.rolls === 0 ? finished : { ...finished, rolls: trade.rolls, rollGap: trade.rollGap };
}
