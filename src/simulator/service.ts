/** What all endpoints share. */

import { caseError } from "./api-error.ts";
import { schemaMaker } from "./day-records.ts";
import type { Market } from "./market.ts";
import type { RangeQuery } from "./range-query.ts";
import type { Symbology } from "./symbology.ts";

/** Bytes of the gigabyte that prices are for. */
const GIGABYTE = 1e9;

/** The state of one simulated service. */
export interface Service {
  readonly seed: number;
  readonly market: Market;
  readonly symbology: Symbology;
  /** Where the data of every dataset ends, ns, exclusive. */
  readonly availableEnd: bigint;
  /** A subscriber pays for no request. */
  readonly subscribed: boolean;
  readonly account: Account;
}

/** What the user has spent, and may spend. */
export class Account {
  /** US$ of all data sent and jobs taken. */
  spent = 0;
  readonly #credit: number;

  constructor(credit: number) {
    this.#credit = credit;
  }

  /** @throws ApiError 402 `account_insufficient_funds` when the credit does not reach */
  charge(cost: number): void {
    if (this.spent + cost > this.#credit) {
      const message = "Insufficient funds. Add credit to your account to continue.";
      throw caseError(402, "account_insufficient_funds", message);
    }
    this.spent += cost;
  }
}

/** Billed bytes of so many records: their size in binary, whatever they are sent as. */
export function billableSize(query: RangeQuery, records: number): number {
  return records * schemaMaker(query.schema).recordSize;
}

/** US$ of so many records. */
export function costOf(service: Service, query: RangeQuery, records: number): number {
  if (service.subscribed) return 0;
  const price = query.dataset.unitPrices.get(query.schema) ?? 0;
  return (billableSize(query, records) * price) / GIGABYTE;
}
