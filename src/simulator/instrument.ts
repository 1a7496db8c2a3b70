/** The instruments of the simulated market. */

import type { Calendar } from "../calendar/index.ts";
import type { ContractSymbol } from "../market/contract-symbol.ts";
import type { FuturesProduct, StockProduct } from "./products.ts";

interface Common {
  readonly dataset: string;
  readonly publisherId: number;
  /** As the venue writes it. */
  readonly rawSymbol: string;
  readonly calendar: Calendar;
  /** First and last UTC day the symbol means this instrument, both inclusive. */
  readonly firstDay: number;
  readonly lastDay: number;
  /** It trades from here (inclusive) to there (exclusive), epoch ms. */
  readonly activation: number;
  readonly expiration: number;
  /** Smallest price step in the wire's units of 1e-9. */
  readonly tickRaw: number;
  /** Its number on a UTC day. */
  readonly idOn: (day: number) => number;
}

/** An outright futures contract. */
export interface FutureContract extends Common {
  readonly kind: "future";
  readonly product: FuturesProduct;
  readonly month: ContractSymbol;
  /** Whether its month is one that trades (and not merely listed). */
  readonly liquid: boolean;
  /** UTC day of its first notice or last trading day, whichever comes first. */
  readonly leaveDay: number;
}

/** A calendar spread of two neighbouring liquid months: the near one bought, the far one sold. Its price may be negative. */
export interface CalendarSpread extends Common {
  readonly kind: "spread";
  readonly product: FuturesProduct;
  readonly near: FutureContract;
  readonly far: FutureContract;
}

/** A share. Its number changes every day and other shares have had it before, as at Nasdaq. */
export interface Stock extends Common {
  readonly kind: "stock";
  readonly product: StockProduct;
}

/** Anything that has records. */
export type Instrument = FutureContract | CalendarSpread | Stock;
