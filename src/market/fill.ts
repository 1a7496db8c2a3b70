import type { Asset } from "./asset.ts";
import type { OrderSide } from "./order.ts";

/**
 * What fills a position without an order. `roll`: one contract is left and the next one entered. `expiration`: a contract ended, and was
 * closed at its final settlement price, an option at what it is worth. `delisting`: a share left the exchange.
 */
export type FillReason = "roll" | "expiration" | "delisting";

/** One execution. */
export interface Fill {
  /**
   * Epoch ms UTC. A fill at a bar's open carries the bar's open time; a fill inside a bar, and a `cls` order's at its close, the bar's last
   * millisecond, the latest instant at which it can have happened; a fill under `this-close` the instant at which the bar ended.
   */
  readonly time: number;
  readonly asset: Asset;
  readonly side: OrderSide;
  /** Units, above 0. */
  readonly quantity: number;
  /** Price per unit in the asset's own currency, spread and slippage included. */
  readonly price: number;
  /** Fee in account currency, above 0 for a cost. */
  readonly fee: number;
  /** What spread and slippage cost, in account currency, already inside `price`. */
  readonly slippage: number;
  /** Empty where no order led to the fill; `reason` says what did. */
  readonly orderId: string;
  /** Of a continuous future whose rolls are known: the contract that traded, `ESH25`. */
  readonly contract?: string;
  /** Why there was a fill without an order. */
  readonly reason?: FillReason;
}
