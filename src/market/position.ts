import type { Asset } from "./asset.ts";

/** What is held of one asset. A snapshot: it does not change after it was handed out. */
export interface Position {
  readonly asset: Asset;
  /** Units; negative when short; never 0. */
  readonly quantity: number;
  readonly side: "long" | "short";
  /** Mean entry price of the open quantity, in the asset's own currency, not rounded. */
  readonly averagePrice: number;
  /** Last price the position was valued at, in the asset's own currency. */
  readonly marketPrice: number;
  /** Market price times quantity times multiplier, in account currency at the rate of now; negative when short. */
  readonly marketValue: number;
  /** Open profit in account currency, fees not included. */
  readonly unrealizedPnl: number;
  /** Of a continuous future whose rolls are known: the contract that is held, `ESH25`. */
  readonly contract?: string;
}
