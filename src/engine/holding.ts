import { addExactly } from "../bars/price-adjustment.ts";
import type { Instrument } from "./instrument.ts";

/** What is held of one instrument: by the account, or by one trade of it. */
export class Holding {
  readonly instrument: Instrument;
  private readonly isFuture: boolean;
  /** Signed units. */
  quantity = 0;
  /** Mean entry price of what is held, in the price units of the instrument. */
  averagePrice = 0;
  /** Of a future: signed units times the price up to which gains were paid in cash; before the first settlement that is the entry. */
  basis = 0;
  /** Account money paid for what is held; below zero when more came in: proceeds of a short sale, settled gains of a future. */
  paid = 0;

  constructor(instrument: Instrument) {
    this.instrument = instrument;
    this.isFuture = instrument.asset.isFuture;
  }

  /** What the holding adds to the account's equity at a price: a future's unsettled profit, anything else's market value. */
  worth(price: number): number {
    const { unitValue } = this.instrument;
    return this.isFuture ? (this.quantity * price - this.basis) * unitValue : this.quantity * price * unitValue;
  }

  /** Open profit at a price since the entry, account currency. */
  unrealized(price: number): number {
    return this.worth(price) - this.paid;
  }

  /** Makes `price` the one up to which gains of a future are paid; answers what that pays. The open profit stays. */
  settle(price: number): number {
    const amount = this.worth(price);
    this.basis = this.quantity * price;
    this.paid -= amount;
    return amount;
  }

  /** Adds units at a price; answers the account money this takes. */
  enter(units: number, price: number): number {
    const added = units * price;
    if (this.quantity === 0) this.averagePrice = price;
    else if (price !== this.averagePrice)
      this.averagePrice = (this.quantity * this.averagePrice + added) / (this.quantity + units);
    this.quantity += units;
    if (this.isFuture) {
      this.basis += added;
      return 0;
    }
    const outlay = added * this.instrument.unitValue;
    this.paid += outlay;
    return outlay;
  }

  /** Takes `quantity` units off the open side; answers the account money this brings; what more of it than `paid` goes down by is profit. */
  leave(quantity: number, price: number): number {
    const side = Math.sign(this.quantity);
    const left = Math.abs(this.quantity) - quantity;
    const share = left / Math.abs(this.quantity);
    const leftBasis = left === 0 ? 0 : this.basis * share;
    const leftPaid = left === 0 ? 0 : this.paid * share;
    const value = side * quantity * price;
    const proceeds = (this.isFuture ? value - (this.basis - leftBasis) : value) * this.instrument.unitValue;
    this.quantity = side * left;
    this.basis = leftBasis;
    this.paid = leftPaid;
    return proceeds;
  }

  /** Moves the entry by `shift`, price units: the open profit is the same at a price moved by as much. */
  roll(shift: number): void {
    this.averagePrice = addExactly(this.averagePrice, shift);
    this.basis += this.quantity * shift;
  }

  /** Makes every unit `ratio` units at a price divided by as much; what was paid stays. */
  split(ratio: number): void {
    this.quantity *= ratio;
    this.averagePrice /= ratio;
  }

  /** Moves `quantity` units of the open side, with what was paid for them, into a holding of their own. */
  takeOff(quantity: number): Holding {
    const part = new Holding(this.instrument);
    const share = quantity / Math.abs(this.quantity);
    part.quantity = Math.sign(this.quantity) * quantity;
    part.averagePrice = this.averagePrice;
    part.basis = this.basis * share;
    part.paid = this.paid * share;
    this.quantity -= part.quantity;
    this.basis -= part.basis;
    this.paid -= part.paid;
    return part;
  }
}
