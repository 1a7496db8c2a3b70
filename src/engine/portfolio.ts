import type { Position } from "../market/position.ts";
import type { Account, HeldInstrument } from "./account/account.ts";
import { Holding } from "./holding.ts";
import type { Instrument } from "./instrument.ts";
import { closingUnits, openingUnits } from "./units.ts";

/** What a booking did to a position. */
export interface Booking {
  /** Signed units before and after. */
  readonly before: number;
  readonly after: number;
}

/**
 * Cash and positions. A future moves cash by its profits only, when they are realised or settled; a stock or coin by its full price. At
 * every instant cash + worth of open positions = budget + realised + unrealised - fees.
 */
export class Portfolio implements Account {
  /** What its orders are judged by: itself, unless it is one of several books of one account. */
  readonly account: Account;
  private cashHeld: number;
  /** By the instruments' place in the run. */
  private readonly byPlace: (Holding | undefined)[] = [];
  private readonly open: Holding[] = [];
  /** Told when something is held of an instrument of which nothing was, or only the other side. */
  onOpened: (instrument: Instrument) => void = () => {};

  constructor(budget: number, account?: Account) {
    this.cashHeld = budget;
    this.account = account ?? this;
  }

  get cash(): number {
    return this.cashHeld;
  }

  /** Cash plus open positions at the instruments' last prices. */
  get equity(): number {
    let equity = this.cashHeld;
    for (let i = 0; i < this.open.length; i++) {
      const holding = this.open[i] as Holding;
      equity += holding.worth(holding.instrument.lastPrice);
    }
    return equity;
  }

  /** Puts what the equity is at the close of each of an instrument's bars, from row `from` to before `to`, into `values` from `place` on. */
  equityOver({ index, close }: Instrument, from: number, to: number, values: Float64Array, place: number): void {
    const { open, cashHeld } = this;
    for (let row = from; row < to; row++) {
      let equity = cashHeld;
      for (let i = 0; i < open.length; i++) {
        const holding = open[i] as Holding;
        const { instrument } = holding;
        equity += holding.worth(instrument.index === index ? (close[row] as number) : instrument.lastPrice);
      }
      values[place + row - from] = equity;
    }
  }

  /** The equity if an instrument stood at `price`. */
  equityAt(instrument: Instrument, price: number): number {
    const holding = this.byPlace[instrument.index];
    if (holding === undefined || holding.quantity === 0) return this.equity;
    return this.equity - holding.worth(instrument.lastPrice) + holding.worth(price);
  }

  /** True while anything is held. */
  get invested(): boolean {
    return this.open.length > 0;
  }

  /** What is held, in no order that means anything. */
  get holdings(): readonly HeldInstrument[] {
    return this.open;
  }

  /** Profits of futures that were not settled yet; losses are not taken off. */
  get openFuturesProfit(): number {
    let profit = 0;
    for (const holding of this.open) {
      if (holding.instrument.asset.isFuture) profit += Math.max(0, holding.worth(holding.instrument.lastPrice));
    }
    return profit;
  }

  quantityOf(instrument: Instrument): number {
    return this.byPlace[instrument.index]?.quantity ?? 0;
  }

  /** The price up to which gains of a future were paid, the mean of all that is held; only while something is. */
  basisPriceOf(instrument: Instrument): number {
    const holding = this.holdingOf(instrument);
    return holding.basis / holding.quantity;
  }

  /** Books a fill: signed units at a price, and its fee. */
  book(instrument: Instrument, units: number, price: number, fee: number): Booking {
    const holding = this.holdingOf(instrument);
    const before = holding.quantity;
    const closing = closingUnits(before, units);
    const opening = openingUnits(units, closing);
    const proceeds = closing === 0 ? 0 : holding.leave(closing, price);
    const outlay = opening === 0 ? 0 : holding.enter(Math.sign(units) * opening, price);
    this.cashHeld += proceeds - outlay - fee;
    this.track(holding, before);
    return { before, after: holding.quantity };
  }

  /**
   * Moves the entry of what is held by `shift`, price units, as a roll into another contract does: the open profit is the same
   * at a price moved by as much. The fee is paid in cash.
   */
  roll(instrument: Instrument, shift: number, fee: number): void {
    this.holdingOf(instrument).roll(shift);
    this.cashHeld -= fee;
  }

  /** Makes every unit held `ratio` units at a price divided by as much; what was paid stays. */
  split(instrument: Instrument, ratio: number): void {
    this.holdingOf(instrument).split(ratio);
  }

  /** Puts money into the account, or takes it when below zero, apart from any trade. */
  pay(amount: number): void {
    this.cashHeld += amount;
  }

  /** Pays a future's gain or loss up to `price` in cash; answers the amount. Equity and open profit stay as they are. */
  settle(instrument: Instrument, price: number): number {
    const amount = this.holdingOf(instrument).settle(price);
    this.cashHeld += amount;
    return amount;
  }

  position(instrument: Instrument): Position | undefined {
    const holding = this.byPlace[instrument.index];
    return holding === undefined || holding.quantity === 0 ? undefined : snapshot(holding);
  }

  /** By the assets' keys. */
  positions(): readonly Position[] {
    return [...this.open].sort((a, b) => a.instrument.rank - b.instrument.rank).map(snapshot);
  }

  private holdingOf(instrument: Instrument): Holding {
    const known = this.byPlace[instrument.index];
    if (known !== undefined) return known;
    const holding = new Holding(instrument);
    this.byPlace[instrument.index] = holding;
    return holding;
  }

  /** Keeps the list of open holdings, so that valuing costs nothing for what was sold long ago. */
  private track(holding: Holding, before: number): void {
    const { quantity, instrument } = holding;
    if (before === 0 && quantity !== 0) this.open.push(holding);
    else if (before !== 0 && quantity === 0) this.open.splice(this.open.indexOf(holding), 1);
    if (quantity !== 0 && Math.sign(before) !== Math.sign(quantity)) this.onOpened(instrument);
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
