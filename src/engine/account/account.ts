import type { Instrument } from "../instrument.ts";

/** What is held of one instrument. */
export interface HeldInstrument {
  readonly instrument: Instrument;
  /** Signed units. */
  readonly quantity: number;
  /** What it adds to the account's equity at a price. */
  worth(price: number): number;
}

/** Money and positions as orders and margins are judged by them. */
export interface Account {
  readonly cash: number;
  /** Cash plus open positions at the instruments' last prices. */
  readonly equity: number;
  /** True while anything is held. */
  readonly invested: boolean;
  /** One of each asset; where books share the account, what they hold together. */
  readonly holdings: readonly Pick<HeldInstrument, "instrument" | "quantity">[];
  /** Profits of futures that were not settled yet; losses are not taken off. */
  readonly openFuturesProfit: number;
  /** Signed units held of an instrument's asset. */
  quantityOf(instrument: Instrument): number;
  /** The equity if an instrument stood at `price`. */
  equityAt(instrument: Instrument, price: number): number;
}
