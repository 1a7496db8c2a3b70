import { type CostApproval, mintApproval, type PricedRequest } from "./cost-approval.ts";
import { decideCost, totalCost } from "./cost-decision.ts";
import { CostLimitError, CostNotApprovedError, dollars } from "./cost-errors.ts";

/** One request of a quote. */
export interface CostItem extends PricedRequest {
  /** Size as uncompressed DBN, bytes; undefined when the quote was made without sizes. */
  readonly billableSize: number | undefined;
}

/** How a quote becomes an approval. */
export interface ApproveOptions {
  /**
   * Most to spend, US$, for the WHOLE batch and its repetitions. 0 lets only free data through. @default none: then
   * `confirm` decides, and without it everything above $0 is refused
   */
  readonly maxCost?: number;
  /** Asks somebody, when there is something to pay. Only `true` is a yes. */
  readonly confirm?: (quote: CostQuote) => boolean | Promise<boolean>;
}

/** The price of a batch of requests, as the service told it. Free to ask. */
export interface CostQuote {
  readonly items: readonly CostItem[];
  /** Price of all items together, US$. */
  readonly total: number;
  /**
   * Turns the quote into leave to spend. Free data (total $0) always passes.
   * @throws {CostLimitError} when the total is above `maxCost`
   * @throws {CostNotApprovedError} when nobody can be asked, or the answer is no
   */
  approve(options?: ApproveOptions): Promise<CostApproval>;
}

/** A quote for one client. The price stays in the closure: `items` and `total` of the result are for reading. */
export function createQuote(owner: object, priced: readonly CostItem[]): CostQuote {
  const items = Object.freeze(priced.map((item) => Object.freeze({ ...item })));
  const total = totalCost(items.map(({ cost }) => cost));
  const quote: CostQuote = Object.freeze({
    items,
    total,
    approve: async ({ maxCost, confirm }: ApproveOptions = {}) => {
      const decision = decideCost({ total, maxCost, canAsk: confirm !== undefined });
      if (decision === "over_limit") throw new CostLimitError(total, maxCost ?? 0);
      if (decision === "refuse") throw refused("nobody_to_ask", total, "no limit and nobody to ask");
      // Exactly true: a promise forgotten, a text "no" or an object is not a yes.
      if (decision === "ask" && (await confirm?.(quote)) !== true) throw refused("declined", total, "no yes");
      return mintApproval(owner, items, maxCost ?? total);
    },
  });
  return quote;
}

function refused(reason: "nobody_to_ask" | "declined", total: number, found: string): CostNotApprovedError {
  return new CostNotApprovedError(
    reason,
    `Approve the cost of ${dollars(total)}: found ${found}, nothing was downloaded`,
  );
}
