/** What the contract table says about a futures root. */

import type { DayRule } from "./day-rule.ts";

/** One tick size of a root that has had several. */
export interface DatedTickSize {
  readonly tickSize: number;
  /** First trade date it holds for, ISO; absent on the oldest. */
  readonly validFrom?: string;
}

/** One root of the contract table. Months are exchange letters, F for January to Z for December. */
export interface ContractSpec {
  /** As Databento and the exchange write it: `ES`, `6E`. */
  readonly root: string;
  readonly name: string;
  /** `CME` `CBOT` `NYMEX` `COMEX` `CFE` `ICE Europe` `ICE US` */
  readonly exchange: string;
  /** Databento dataset that carries it. */
  readonly dataset: string;
  /** Name of its calendar, as `calendarFor` reads it. */
  readonly calendar: string;
  /** Money per 1.0 of price and contract, in `currency`; the price as it is quoted, so per cent where the quote is in cents. */
  readonly pointValue: number;
  /** Smallest price step today, in the price as it is quoted. */
  readonly tickSize: number;
  /** Where the step has changed: all its values, oldest first; the last one is `tickSize`. */
  readonly tickHistory?: readonly DatedTickSize[];
  /** Where only the nearest contract trades in `tickSize`: the step of the others. */
  readonly deferredTickSize?: number;
  readonly currency: string;
  /** What a price means: `index points`, `US cents per bushel`. */
  readonly priceUnit: string;
  /** Months the exchange lists. */
  readonly listedMonths: string;
  /** Months a continuous series visits: the listed ones that trade. */
  readonly liquidMonths: string;
  readonly settlement: "cash" | "physical";
  readonly lastTradingDay: DayRule;
  /** First notice day, where it comes before the last trading day: who holds the contract on it may be handed the goods. */
  readonly firstNotice?: DayRule;
}
