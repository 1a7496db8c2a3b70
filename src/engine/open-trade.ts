import { addExactly } from "../bars/price-adjustment.ts";
import type { Trade } from "../market/trade.ts";
import { Holding } from "./holding.ts";
import type { Instrument } from "./instrument.ts";

/** A trade while it is open: one lot, or all that was held since the account was flat. Its holding is that part of the account's. */
export class OpenTrade {
  private readonly holding: Holding;
  private readonly direction: 1 | -1;
  private readonly entryTime: number;
  private readonly entryRow: number;
  /** Largest size so far. */
  private quantity = 0;
  private entryUnits = 0;
  private entryPrice = 0;
  private exitUnits = 0;
  private exitPrice = 0;
  private realized = 0;
  private fees = 0;
  private rolls = 0;
  private rollGap = 0;
  private mae = 0;
  private mfe = 0;

  constructor(holding: Holding, direction: 1 | -1, entryTime: number, entryRow: number) {
    this.holding = holding;
    this.direction = direction;
    this.entryTime = entryTime;
    this.entryRow = entryRow;
  }

  /** Opened by a fill that is booked into it next. */
  static of(instrument: Instrument, direction: 1 | -1, time: number): OpenTrade {
    return new OpenTrade(new Holding(instrument), direction, time, newestRow(instrument));
  }

  /** Units held. */
  get size(): number {
    return Math.abs(this.holding.quantity);
  }

  enter(units: number, price: number, fee: number): void {
    this.holding.enter(this.direction * units, price);
    this.entryPrice = meanPrice(this.entryUnits, this.entryPrice, units, price);
    this.entryUnits += units;
    this.quantity = Math.max(this.quantity, this.size);
    this.fees += fee;
  }

  leave(units: number, price: number, fee: number): void {
    const { paid } = this.holding;
    const proceeds = this.holding.leave(units, price);
    this.realized += proceeds - (paid - this.holding.paid);
    this.exitPrice = meanPrice(this.exitUnits, this.exitPrice, units, price);
    this.exitUnits += units;
    this.fees += fee;
    this.excursion(this.realized + this.holding.unrealized(price));
  }

  /** Splits units off a trade that nothing left yet, with their share of its fees and excursions. */
  takeOff(units: number): OpenTrade {
    const share = units / this.size;
    const part = new OpenTrade(this.holding.takeOff(units), this.direction, this.entryTime, this.entryRow);
    part.quantity = units;
    part.entryPrice = this.entryPrice;
    part.fees = this.fees * share;
    part.rolls = this.rolls;
    part.rollGap = this.rollGap;
    part.mae = this.mae * share;
    part.mfe = this.mfe * share;
    this.quantity = this.size;
    this.fees -= part.fees;
    this.mae -= part.mae;
    this.mfe -= part.mfe;
    return part;
  }

  roll(shift: number, fee: number): void {
    this.holding.roll(shift);
    this.fees += fee;
    this.rolls += 1;
    this.rollGap = addExactly(this.rollGap, shift);
  }

  settle(price: number): void {
    this.holding.settle(price);
  }

  /** Prices and quantities are in new units from now on. */
  split(ratio: number): void {
    this.holding.split(ratio);
    this.quantity *= ratio;
    this.entryUnits *= ratio;
    this.entryPrice /= ratio;
    this.exitUnits *= ratio;
    this.exitPrice /= ratio;
  }

  /** Open profit is a straight line over the price: between two bookings only the extremes of the price matter. */
  foldExtremes(high: number, low: number): void {
    this.excursion(this.realized + this.holding.unrealized(high));
    this.excursion(this.realized + this.holding.unrealized(low));
  }

  /** The trade once everything was left. */
  closed(time: number): Trade {
    return this.finished(this.realized, this.exitPrice, time, false);
  }

  /** The trade as it stands, what is held valued at the last price. */
  standing(now: number): Trade {
    const { lastPrice } = this.holding.instrument;
    const exitPrice = meanPrice(this.exitUnits, this.exitPrice, this.size, lastPrice);
    return this.finished(this.realized + this.holding.unrealized(lastPrice), exitPrice, now, true);
  }

  /** Notes an open profit, fees not taken off. */
  private excursion(profit: number): void {
    if (profit < this.mae) this.mae = profit;
    if (profit > this.mfe) this.mfe = profit;
  }

  private finished(gross: number, exitPrice: number, exitTime: number, open: boolean): Trade {
    const { instrument } = this.holding;
    const finished: Trade = {
      asset: instrument.asset,
      direction: this.direction === 1 ? "long" : "short",
      quantity: this.quantity,
      entryTime: this.entryTime,
      entryPrice: this.entryPrice,
      exitTime,
      exitPrice,
      pnl: gross - this.fees,
      fees: this.fees,
      bars: newestRow(instrument) - this.entryRow + 1,
      mae: this.mae,
      mfe: this.mfe,
      open,
    };
    return this.rolls === 0 ? finished : { ...finished, rolls: this.rolls, rollGap: this.rollGap };
  }
}

/** Row of the bar in progress, else of the one that closed last: what happens at its close belongs to it. */
function newestRow({ inBar, row }: Instrument): number {
  return inBar ? row : Math.max(0, row - 1);
}

/** Mean price with more units; of units at one price, that price to the last bit. */
function meanPrice(units: number, mean: number, more: number, price: number): number {
  return units === 0 || price === mean ? price : (units * mean + more * price) / (units + more);
}
