import { toNanodollars } from "./cost-decision.ts";
import { DatabentoError } from "./errors.ts";

/** The price is above the limit. Nothing was sent. */
export class CostLimitError extends DatabentoError {
  override readonly name = "CostLimitError";
  /** Price of all requests of the quote together, US$. */
  readonly cost: number;
  /** The limit, US$. */
  readonly maxCost: number;

  /** @param what what most of it is for */
  constructor(cost: number, maxCost: number, what?: string) {
    const reason = what === undefined ? "" : ` (${what})`;
    super(
      `Approve the cost: ${dollars(cost)}${reason} exceeds the limit of ${dollars(maxCost)}, nothing was downloaded`,
      {
        hint: "raise 'maxCost' (DATABENTO_MAX_COST), or ask for a shorter span, less history, fewer symbols or a smaller schema",
      },
    );
    this.cost = cost;
    this.maxCost = maxCost;
  }
}

/** Why a billed request was not let through. */
export type CostRefusal =
  /** More than nothing, no limit, and nobody to ask. */
  | "nobody_to_ask"
  /** The person or callback asked did not say yes. */
  | "declined"
  /** No approval, or an object that no quote of this client made. */
  | "forged"
  /** The approval is for other parameters. */
  | "other_request"
  /** The approved money is spent; each repetition is billed again. */
  | "spent";

/** A billed request without a valid approval. Nothing was sent. */
export class CostNotApprovedError extends DatabentoError {
  override readonly name = "CostNotApprovedError";
  readonly reason: CostRefusal;

  constructor(reason: CostRefusal, message: string) {
    super(message, { hint: HINTS[reason] });
    this.reason = reason;
  }
}

const HINTS: Readonly<Record<CostRefusal, string>> = {
  nobody_to_ask: "set a limit with 'maxCost' (DATABENTO_MAX_COST) or pass 'confirm'",
  declined: "nothing was bought; ask again when the price is right",
  forged: "make one with client.quote([...]) and quote.approve(...) of the same client",
  other_request: "quote and approve exactly the parameters that are sent",
  spent: "quote the rest again, or approve with a 'maxCost' that leaves room for repetitions",
};

/** US$ with at least two and at most nine digits after the point: as exact as prices are counted, so that what is told can be the limit. */
export function dollars(amount: number): string {
  const [whole = "0", fraction = ""] = (toNanodollars(amount) / 1e9).toFixed(9).split(".");
  return `$${whole}.${fraction.replace(/0{1,7}$/, "")}`;
}
