/** What goes wrong between the vendor's service and the cache, beside the errors of both. */

import { dollars } from "../../databento/cost-errors.ts";
import { DatabentoError } from "../../databento/errors.ts";

/** What was bought cannot be read. The bytes are kept aside, and nothing of them is in the cache. */
export class UnreadableDataError extends DatabentoError {
  override readonly name = "UnreadableDataError";
  /** Where the bytes lie. */
  readonly file: string;

  constructor(what: string, file: string, cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    super(`Read the data of ${what}: ${reason}`, {
      cause,
      hint: `run again to fetch it anew; what came is kept in ${file}, and Databento's support may tell whether it was sent so`,
    });
    this.file = file;
  }
}

/** The price would pass what may be spent in a month. Nothing was bought. */
export class MonthlyCeilingError extends DatabentoError {
  override readonly name = "MonthlyCeilingError";
  /** US$: the price, what was spent this month, the ceiling. */
  readonly cost: number;
  readonly spent: number;
  readonly ceiling: number;

  constructor(cost: number, what: string, spent: number, ceiling: number) {
    const message = `${dollars(cost)} (${what}) on top of ${dollars(spent)} exceeds the ceiling of ${dollars(ceiling)} for this month`;
    super(`Approve the cost: ${message}, nothing was downloaded`, {
      hint: "wait for the next month (UTC), or raise 'monthlyCeiling' (DATABENTO_MONTHLY_CEILING)",
    });
    this.cost = cost;
    this.spent = spent;
    this.ceiling = ceiling;
  }
}

/** The clock of this machine cannot be right. */
export class ClockError extends DatabentoError {
  override readonly name = "ClockError";

  constructor(clock: string, available: string) {
    super(`Look up what is available: data reaches to ${available}, but this machine's clock says ${clock}`, {
      hint: "set the clock of this machine",
    });
  }
}
