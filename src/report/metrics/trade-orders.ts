/** The orders with which trades began and ended. */

import type { Order, OrderKind, OrderSide } from "../../market/order.ts";
import type { RunOutcome } from "../../market/run-outcome.ts";
import type { Trade } from "../../market/trade.ts";

/** Kinds of the exit that takes a profit. */
const LIMIT_EXITS: ReadonlySet<OrderKind> = new Set(["limit", "limit_if_touched", "market_if_touched"]);

/** Looks up the order of a trade's first fill; undefined in results that hold no orders. Several trades may share it. */
export function entryOrders(outcome: RunOutcome): (trade: Trade) => Order | undefined {
  const orders = ordersOfFills(outcome, "first");
  return ({ asset, entryTime, entryPrice, direction }) =>
    orders(asset.key, direction === "long" ? "buy" : "sell", entryTime, entryPrice);
}

/**
 * Tells why a trade ended, in a word: the exit of a bracket by its part (`take_profit`, `stop_loss`), else the order's tag, else its kind; of a
 * fill without an order its reason. `unknown` in results that hold no orders. Several trades may share an exit.
 */
export function exitReasons(outcome: RunOutcome): (trade: Trade) => string {
  const orders = ordersOfFills(outcome, "last");
  const others = new Map<string, string>();
  for (const { asset, time, side, reason } of outcome.fills) {
    if (reason !== undefined) others.set(`${asset.key} ${time} ${side}`, reason);
  }
  return ({ asset, exitTime, exitPrice, direction }) => {
    const side = direction === "long" ? "sell" : "buy";
    const order = orders(asset.key, side, exitTime, exitPrice);
    return order === undefined ? (others.get(`${asset.key} ${exitTime} ${side}`) ?? "unknown") : reasonOf(order);
  };
}

/** The stop of an entry's stop-loss, if it came with one. */
export function stopLossOf(entry: Order | undefined): number | undefined {
  for (const child of entry?.children ?? []) {
    if (child.kind === "stop" || child.kind === "stop_limit") return child.stopPrice;
  }
  return undefined;
}

function reasonOf({ parentId, kind, tag }: Order): string {
  if (parentId !== undefined) return LIMIT_EXITS.has(kind) ? "take_profit" : "stop_loss";
  return tag ?? kind;
}

/** The order of an asset's fill at an instant: of several the one that filled at `price`, else the first or the last of them. */
type OrderLookup = (key: string, side: OrderSide, time: number, price: number) => Order | undefined;

function ordersOfFills(outcome: RunOutcome, which: "first" | "last"): OrderLookup {
  const byId = new Map(outcome.orders.map((order) => [order.id, order]));
  const found = new Map<string, Order>();
  const note = (place: string, order: Order) => {
    if (which === "last" || !found.has(place)) found.set(place, order);
  };
  for (const { asset, time, side, price, orderId } of outcome.fills) {
    const order = byId.get(orderId);
    if (order === undefined) continue;
    note(`${asset.key} ${side} ${time}`, order);
    note(`${asset.key} ${side} ${time} ${price}`, order);
  }
  return (key, side, time, price) =>
    found.get(`${key} ${side} ${time} ${price}`) ?? found.get(`${key} ${side} ${time}`);
}
