import type { RefusalCode } from "./events.ts";
import type { Order, OrderChanges, OrderSide, OrderStatus, OrderTarget } from "./order.ts";

/** Which status may follow which: the one table that backtest, paper and live obey. */
export const ORDER_TRANSITIONS: Readonly<Record<OrderStatus, readonly OrderStatus[]>> = {
  unsubmitted: ["submitted", "open", "rejected", "canceled"],
  // Sent to a broker that has not answered yet.
  submitted: ["open", "partially_filled", "filled", "canceled", "expired", "rejected"],
  open: ["partially_filled", "filled", "canceled", "expired", "rejected"],
  partially_filled: ["partially_filled", "filled", "canceled", "expired", "rejected"],
  filled: [],
  canceled: [],
  expired: [],
  rejected: [],
};

/** What a change of status, or of an open order, may write. */
export interface OrderUpdate extends OrderChanges {
  readonly status?: OrderStatus;
  readonly side?: OrderSide;
  readonly target?: OrderTarget;
  readonly filledQuantity?: number;
  readonly averageFillPrice?: number;
  readonly fees?: number;
  readonly submittedAt?: number;
  readonly closedAt?: number | undefined;
  readonly refusal?: RefusalCode;
}

/**
 * Writes an update into an order; engines and brokers alone do this.
 * @throws Error when the table does not allow the change: a defect of the caller, not of the user
 */
export function updateOrder(order: Order, update: OrderUpdate): void {
  if (update.status !== undefined && !ORDER_TRANSITIONS[order.status].includes(update.status)) {
    throw new Error(`Order ${order.id} cannot go from ${order.status} to ${update.status}`);
  }
  Object.assign(order, update);
}
