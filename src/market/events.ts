import type { Asset } from "./asset.ts";

/** Why an order was refused. */
export type RefusalCode =
  | "invalid_quantity"
  | "wrong_side"
  | "fraction_not_allowed"
  | "not_tradable"
  | "no_data"
  | "data_ended"
  | "contract_expired"
  | "delisted"
  | "fx_rate_missing"
  | "insufficient_funds"
  | "insufficient_margin"
  | "already_submitted"
  | "unsupported_time_in_force"
  | "unsupported_order_kind"
  | "would_take_liquidity"
  | "nothing_to_reduce"
  | "good_till_date_passed"
  | "margin_call"
  | "not_open"
  | "not_modifiable";

/** What happened to an account or an instrument without an order. */
export type AccountEventCode =
  | "position_rolled"
  | "order_rolled"
  | "adjustment_unknown"
  | "position_expired"
  | "price_series_ended"
  | "contract_terms_clash"
  | "margin_unknown"
  | "margin_call"
  | "borrow_rate_missing"
  | "underlying_missing"
  | "position_delisted"
  | "stock_split"
  | "order_split"
  | "option_adjusted";

/** Things a run tells about besides its fills. */
export type EventCode =
  | AccountEventCode
  | "order_refused"
  | "order_expired"
  | "order_canceled"
  | "order_modified"
  | "order_open_at_end"
  | "order_price_rounded"
  | "order_quantity_cut"
  | "target_reached"
  | "bars_without_volume"
  | "finer_bars_missing"
  | "modification_refused"
  | "bars_rejected"
  | "bars_outside_sessions"
  | "hook_unknown"
  | "data_missing"
  | "no_iterations"
  | "order_unresolved"
  | "broker_out_of_order"
  | "bar_late"
  | "bar_overdue"
  | "run_ended_early"
  | "marker_skipped";

/** One thing worth knowing, as data; `message` says it in words. */
export interface RunEvent {
  /** Simulated instant, epoch ms UTC. */
  readonly time: number;
  readonly code: EventCode;
  readonly level: "info" | "warning" | "error";
  readonly message: string;
  readonly asset?: Asset;
  readonly orderId?: string;
  /** With `order_refused` and `modification_refused`. */
  readonly reason?: RefusalCode;
  /** With `stock_split`: new shares for one old. */
  readonly ratio?: number;
}
