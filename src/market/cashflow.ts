import type { Asset } from "./asset.ts";

/**
 * Why cash moved without a fill. `settlement`: the day's gain or loss of a future, paid in cash (variation margin); equity is the same
 * before and after. `dividend`: of a stock, received by a long, paid by a short. `borrow_fee`: for shares sold short.
 */
export type CashflowKind = "settlement" | "dividend" | "borrow_fee";

/** One movement of cash that no order led to. */
export interface Cashflow {
  /** Epoch ms UTC. */
  readonly time: number;
  readonly asset: Asset;
  readonly kind: CashflowKind;
  /** Account currency, above 0 when the account received it. */
  readonly amount: number;
  /** Signed units held. */
  readonly quantity: number;
  /** What it was worked out from, in the asset's own currency: settlement price, dividend per share, price the fee is a fraction of. */
  readonly price: number;
}
