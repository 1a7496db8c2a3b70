import type { RefusalCode } from "./events.ts";
import type { Fill } from "./fill.ts";
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
  if (update.status !== undefined) checkTransition(order, update.status);
  Object.assign(order, update);
}

// Of every order: written out, because `Object.assign` costs several times as much.

/** Writes that a venue has taken an order at `time`. @throws Error as `updateOrder` */
export function openOrder(order: Order, time: number): void {
  checkTransition(order, "open");
  const written: Writable = order;
  written.status = "open";
  written.submittedAt = time;
}

/** Writes one more fill into an order. @throws Error as `updateOrder` */
export function fillOrder(order: Order, fill: OrderFill, complete: boolean): void {
  const { price, quantity, fee, time } = fill;
  const status = complete ? "filled" : "partially_filled";
  checkTransition(order, status);
  const written: Writable = order;
  written.status = status;
  written.averageFillPrice = meanFillPrice(order, price, quantity);
  written.filledQuantity = complete ? order.quantity : order.filledQuantity + quantity;
  written.fees = order.fees + fee;
  if (complete) written.closedAt = time;
}

/** Mean price of an order's fills with one more; that of fills at one price is that price to the last bit. */
export function meanFillPrice({ filledQuantity, averageFillPrice }: Order, price: number, quantity: number): number {
  if (averageFillPrice === undefined || averageFillPrice === price) return price;
  return (averageFillPrice * filledQuantity + price * quantity) / (filledQuantity + quantity);
}

/** What an order takes from a fill of it. */
type OrderFill = Pick<Fill, "price" | "quantity" | "fee" | "time">;

type Writable = { -readonly [Name in keyof Order]: Order[Name] };

function checkTransition(order: Order, status: OrderStatus): void {
  if (ORDER_TRANSITIONS[order.status].includes(status)) return;
  throw new Error(`Order ${order.id} cannot go from ${order.status} to ${status}`);
}
