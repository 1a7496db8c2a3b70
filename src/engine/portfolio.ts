import type { Position } from "../market/position.ts";
import type { Instrument } from "./instrument.ts";

/** What is held of one instrument. */
class Holding {
  readonly instrument: Instrument;
  readonly #isFuture: boolean;
  readonly #multiplier: number;
  /** Signed units. */
  quantity = 0;
  /** Signed units times entry price, summed over the open quantity: the mean entry price is `cost / quantity`. */
  cost = 0;

  constructor(instrument: Instrument) {
    this.instrument = instrument;
    this.#isFuture = instrument.asset.isFuture;
    this.#multiplier = instrument.terms.multiplier;
  }

  /** Open profit at a price, account currency. */
  unrealized(price: number): number {
    return (this.quantity * price - this.cost) * this.#multiplier;
  }

  /** What the holding adds to the account's equity at a price: a future's open profit, anything else's market value. */
  worth(price: number): number {
    return this.#isFuture ? this.unrealized(price) : this.quantity * price * this.#multiplier;
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

/**
 * Cash and positions. A future moves cash by its realised profit only; a stock or coin by its full price. At every instant
 * cash + worth of open positions = budget + realised + unrealised - fees.
 */
export class Portfolio {
  #cash: number;
  /** By the instruments' place in the run. */
  readonly #holdings: (Holding | undefined)[] = [];
  readonly #open: Holding[] = [];

  constructor(budget: number) {
    this.#cash = budget;
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

  /**
   * Cash that may buy something: what is left when the proceeds of short sales, and as much again, are set aside as security. Open
   * losses on futures count against it; open profits do not count for it.
   */
  get freeCash(): number {
    let free = this.#cash;
    for (const holding of this.#open) {
      const price = holding.instrument.lastPrice;
      if (holding.instrument.asset.isFuture) free += Math.min(0, holding.unrealized(price));
      else if (holding.quantity < 0) free -= 2 * Math.abs(holding.worth(price));
    }
    return free;
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
    const { multiplier } = instrument.terms;
    const before = holding.quantity;
    const closing = before * units < 0 ? Math.min(Math.abs(units), Math.abs(before)) : 0;
    const realized = closing === 0 ? 0 : this.#close(holding, closing, price) * multiplier;
    const opening = Math.abs(units) - closing;
    if (opening > 0) {
      holding.quantity += Math.sign(units) * opening;
      holding.cost += Math.sign(units) * opening * price;
    }
    this.#cash += (instrument.asset.isFuture ? realized : -units * price * multiplier) - fee;
    this.#track(holding, before);
    return { before, after: holding.quantity, realized };
  }

  position(instrument: Instrument): Position | undefined {
    const holding = this.#holdings[instrument.index];
    return holding === undefined || holding.quantity === 0 ? undefined : snapshot(holding);
  }

  /** In the order in which the instruments stand in the run. */
  positions(): readonly Position[] {
    return [...this.#open].sort((a, b) => a.instrument.index - b.instrument.index).map(snapshot);
  }

  /** Takes `quantity` units off the open side; answers the profit in price units times units. */
  #close(holding: Holding, quantity: number, price: number): number {
    const side = Math.sign(holding.quantity);
    const left = Math.abs(holding.quantity) - quantity;
    const leftCost = left === 0 ? 0 : holding.cost * (left / Math.abs(holding.quantity));
    const closedCost = holding.cost - leftCost;
    holding.quantity = side * left;
    holding.cost = leftCost;
    return side * quantity * price - closedCost;
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
    if (before === 0 && holding.quantity !== 0) this.#open.push(holding);
    else if (before !== 0 && holding.quantity === 0) this.#open.splice(this.#open.indexOf(holding), 1);
  }
}

function snapshot(holding: Holding): Position {
  const { instrument, quantity, cost } = holding;
  const marketPrice = instrument.lastPrice;
  return {
    asset: instrument.asset,
    quantity,
    side: quantity > 0 ? "long" : "short",
    averagePrice: cost / quantity,
    marketPrice,
    marketValue: quantity * marketPrice * instrument.terms.multiplier,
    unrealizedPnl: holding.unrealized(marketPrice),
  };
}
