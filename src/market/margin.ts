/** Margin of one contract of a future, in the contract's own currency. */
export interface MarginTerms {
  /** What opening one contract takes. */
  readonly initial: number;
  /** What keeping it takes; below it there is a margin call. @default the initial margin */
  readonly maintenance?: number;
  /** The same within a session, until 15 minutes before its close. @default as overnight */
  readonly dayInitial?: number;
  readonly dayMaintenance?: number;
}

/**
 * What happens when an account falls below its maintenance margin. `refuse`: no new exposure until it has the initial margin again.
 * `liquidate`: positions are closed at market as well, the one that takes most margin first. `off`: futures take no margin at all.
 */
export type MarginCallPolicy = "refuse" | "liquidate" | "off";

/**
 * What positions other than futures take. `cash`: their full value. `reg-t`: half the value of stocks to open, a quarter (short: 30 %)
 * to keep. `portfolio`: 15 % of the value of stocks.
 */
export type BuyingPowerModel = "cash" | "reg-t" | "portfolio";
