import type { CanonicalRequest } from "./canonical-request.ts";
import { toNanodollars } from "./cost-decision.ts";
import { CostNotApprovedError } from "./cost-errors.ts";

/**
 * Leave to spend: bound to the exact requests of one quote, to the client that quoted, and to an amount. Only
 * `CostQuote.approve` makes one that opens the door; an object of the same shape does not.
 */
export interface CostApproval {
  /** What the approved requests cost together, US$. */
  readonly total: number;
  /** Most that may be spent with it, US$, repetitions included. */
  readonly limit: number;
}

/** A request and its price, US$. */
export interface PricedRequest {
  readonly request: CanonicalRequest;
  readonly cost: number;
}

interface Ledger {
  /** The client that quoted. An approval of the simulator must not pay the real service. */
  readonly owner: object;
  /** Billionths of a dollar by key of request. */
  readonly prices: ReadonlyMap<string, number>;
  readonly limit: number;
  spent: number;
}

// The books are kept outside the approvals: what cannot be reached cannot be forged.
const ledgers = new WeakMap<CostApproval, Ledger>();

/** Makes an approval. Inside this folder only; not exported by the package. */
export function mintApproval(owner: object, items: readonly PricedRequest[], limit: number): CostApproval {
  const prices = new Map(items.map(({ request, cost }) => [request.key, toNanodollars(cost)]));
  const total = items.reduce((sum, { cost }) => sum + toNanodollars(cost), 0);
  const approval = Object.freeze({ total: total / 1e9, limit });
  ledgers.set(approval, { owner, prices, limit: Math.max(total, toNanodollars(limit)), spent: 0 });
  return approval;
}

/** Undoes a charge: for a request that ended before anything could be billed. */
export type Refund = () => void;

/**
 * The door to a billed request: books its price on the approval.
 * @throws {CostNotApprovedError} when the approval is not genuine, is for something else, or is used up
 */
export function charge(owner: object, request: CanonicalRequest, approval: CostApproval | undefined): Refund {
  const ledger = approval === undefined ? undefined : ledgers.get(approval);
  if (ledger === undefined || ledger.owner !== owner) throw refused("forged", request, "no approval of this client");
  const price = ledger.prices.get(request.key);
  if (price === undefined) throw refused("other_request", request, "an approval for other parameters");
  if (ledger.spent + price > ledger.limit) throw refused("spent", request, "an approval that is used up");
  ledger.spent += price;
  let refunded = false;
  return () => {
    if (!refunded) ledger.spent -= price;
    refunded = true;
  };
}

function refused(reason: "forged" | "other_request" | "spent", request: CanonicalRequest, found: string) {
  const { dataset, schema, start, end } = request.fields;
  const what = `${request.kind} of ${dataset} ${schema} from ${start} to ${end}`;
  return new CostNotApprovedError(reason, `Send ${what}: found ${found}, nothing was sent`);
}
