import { addExactly } from "../bars/price-adjustment.ts";
import type { Position } from "../market/position.ts";
import type { Account, HeldInstrument } from "./account/account.ts";
import type { Instrument } from "./instrument.ts";

/** What is held of one instrument. */
class Holding {
  readonly instrument: Instrument;
  readonly #isFuture: boolean;
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
    this.#isFuture = instrument.asset.isFuture;
  }

  /** What the holding adds to the account's equity at a price: a future's unsettled profit, anything else's market value. */
  worth(price: number): number {
    const { unitValue } = this.instrument;
    return this.#isFuture ? (this.quantity * price - this.basis) * unitValue : this.quantity * price * unitValue;
  }

  /** Open profit at a price since the entry, account currency. */
  unrealized(price: number): number {
    return this.worth(price) - this.paid;
  }

  /** Makes `price` the one up to which gains are paid; answers what that pays. */
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
    if (this.#isFuture) {
      this.basis += added;
      return 0;
    }
    const outlay = added * this.instrument.unitValue;
    this.paid += outlay;
    return outlay;
  }

  /** Takes `quantity` units off the open side; answers the account money this brings, and how much of it is profit. */
  leave(quantity: number, price: number): { readonly proceeds: number; readonly realized: number } {
    const side = Math.sign(this.quantity);
    const left = Math.abs(this.quantity) - quantity;
    const share = left / Math.abs(this.quantity);
    const leftBasis = left === 0 ? 0 : this.basis * share;
    const leftPaid = left === 0 ? 0 : this.paid * share;
    const value = side * quantity * price;
    const proceeds = (this.#isFuture ? value - (this.basis - leftBasis) : value) * this.instrument.unitValue;
    const realized = proceeds - (this.paid - leftPaid);
    this.quantity = side * left;
    this.basis = leftBasis;
    this.paid = leftPaid;
    return { proceeds, realized };
  }
}

/** What a booking did to a position. */
export interface Booking {
  /** Signed units before and after. */
  readonly before: number;
  readonly after: number;
  /** Profit realised by closing, account currency, fees not taken off. */
  readonly realized: number;
}

const NOTHING_CLOSED = { proceeds: 0, realized: 0 };

/**
 * Cash and positions. A future moves cash by its profits only, when they are realised or settled; a stock or coin by its full price. At
 * every instant cash + worth of open positions = budget + realised + unrealised - fees.
 */
export class Portfolio implements Account {
  /** What its orders are judged by: itself, unless it is one of several books of one account. */
  readonly account: Account;
  #cash: number;
  /** By the instruments' place in the run. */
  readonly #holdings: (Holding | undefined)[] = [];
  readonly #open: Holding[] = [];
  /** Told when something is held of an instrument of which nothing was. */
  onOpened: (instrument: Instrument) => void = () => {};

  constructor(budget: number, account?: Account) {
    this.#cash = budget;
    this.account = account ?? this;
  }

  get cash(): number {
    return this.#cash;
  }

  /** Cash plus open positions at the instruments' last prices. */
  get equity(): number {
    let equity = this.#cash;
    for (let i = 0; i < this.#open.length; i++) {
      const holding = this.#open[i] as Holding;
      equity += holding.worth(holding.instrument.lastPrice);
    }
    return equity;
  }

  /** The equity if an instrument stood at `price`. */
  equityAt(instrument: Instrument, price: number): number {
    const holding = this.#holdings[instrument.index];
    if (holding === undefined || holding.quantity === 0) return this.equity;
    return this.equity - holding.worth(instrument.lastPrice) + holding.worth(price);
  }

  /** True while anything is held. */
  get invested(): boolean {
    return this.#open.length > 0;
  }

  /** What is held, in no order that means anything. */
  get holdings(): readonly HeldInstrument[] {
    return this.#open;
  }

  /** Profits of futures that were not settled yet; losses are not taken off. */
  get openFuturesProfit(): number {
    let profit = 0;
    for (const holding of this.#open) {
      if (holding.instrument.asset.isFuture) profit += Math.max(0, holding.worth(holding.instrument.lastPrice));
    }
    return profit;
  }

  quantityOf(instrument: Instrument): number {
    return this.#holdings[instrument.index]?.quantity ?? 0;
  }

  /** Open profit of an instrument at a price. */
  unrealizedOf(instrument: Instrument, price: number): number {
    return this.#holdings[instrument.index]?.unrealized(price) ?? 0;
  }

  /** Books a fill: signed units at a price, and its fee. */
  book(instrument: Instrument, units: number, price: number, fee: number): Booking {
    const holding = this.#holdingOf(instrument);
    const before = holding.quantity;
    const closing = before * units < 0 ? Math.min(Math.abs(units), Math.abs(before)) : 0;
    const opening = Math.abs(units) - closing;
    const { proceeds, realized } = closing === 0 ? NOTHING_CLOSED : holding.leave(closing, price);
    const outlay = opening === 0 ? 0 : holding.enter(Math.sign(units) * opening, price);
    this.#cash += proceeds - outlay - fee;
    this.#track(holding, before);
    return { before, after: holding.quantity, realized };
  }

  /**
   * Moves the entry of what is held by `shift`, price units, as a roll into another contract does: the open profit is the same
   * at a price moved by as much. The fee is paid in cash.
   */
  roll(instrument: Instrument, shift: number, fee: number): void {
    const holding = this.#holdingOf(instrument);
    holding.averagePrice = addExactly(holding.averagePrice, shift);
    holding.basis += holding.quantity * shift;
    this.#cash -= fee;
  }

  /** Makes every unit held `ratio` units at a price divided by as much; what was paid stays. */
  split(instrument: Instrument, ratio: number): void {
    const holding = this.#holdingOf(instrument);
    holding.quantity *= ratio;
    holding.averagePrice /= ratio;
  }

  /** Puts money into the account, or takes it when below zero, apart from any trade. */
  pay(amount: number): void {
    this.#cash += amount;
  }

  /** Pays a future's gain or loss up to `price` in cash; answers the amount. Equity and open profit stay as they are. */
  settle(instrument: Instrument, price: number): number {
    const amount = this.#holdingOf(instrument).settle(price);
    this.#cash += amount;
    return amount;
  }

  position(instrument: Instrument): Position | undefined {
    const holding = this.#holdings[instrument.index];
    return holding === undefined || holding.quantity === 0 ? undefined : snapshot(holding);
  }

  /** In the order in which the instruments stand in the run. */
  positions(): readonly Position[] {
    return [...this.#open].sort((a, b) => a.instrument.index - b.instrument.index).map(snapshot);
  }

  #holdingOf(instrument: Instrument): Holding {
    const known = this.#holdings[instrument.index];
    if (known !== undefined) return known;
    const holding = new Holding(instrument);
    this.#holdings[instrument.index] = holding;
    return holding;
  }

  /** Keeps the list of open holdings, so that valuing costs nothing for what was sold long ago. */
  #track(holding: Holding, before: number): void {
    if (before === 0 && holding.quantity !== 0) {
      this.#open.push(holding);
      this.onOpened(holding.instrument);
    } else if (before !== 0 && holding.quantity === 0) this.#open.splice(this.#open.indexOf(holding), 1);
  }
}

function snapshot(holding: Holding): Position {
  const { instrument, quantity, averagePrice } = holding;
  const marketPrice = instrument.lastPrice;
  const position: Position = {
    asset: instrument.asset,
    quantity,
    side: quantity > 0 ? "long" : "short",
    averagePrice,
    marketPrice,
    marketValue: quantity * marketPrice * instrument.unitValue,
    unrealizedPnl: holding.unrealized(marketPrice),
  };
  // Strategies ask at every bar: most positions are of no such contract, and are made in one go.
  return instrument.contract === undefined ? position : { ...position, contract: instrument.contract };
}
