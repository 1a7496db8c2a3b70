/** The orders with which trades began and ended. */

import type { Order, OrderSide } from "../../market/order.ts";
import type { RunOutcome } from "../../market/run-outcome.ts";
import type { Trade } from "../../market/trade.ts";

/** Looks up the order of a trade's first fill; undefined in results that hold no orders. */
export function entryOrders(outcome: RunOutcome): (trade: Trade) => Order | undefined {
  const orders = ordersOfFills(outcome, "first");
  return (trade) => orders.get(keyOf(trade.asset.key, trade.entryTime, trade.direction === "long" ? "buy" : "sell"));
}

/** Looks up the order of a trade's last fill. */
export function exitOrders(outcome: RunOutcome): (trade: Trade) => Order | undefined {
  const orders = ordersOfFills(outcome, "last");
  return (trade) => orders.get(keyOf(trade.asset.key, trade.exitTime, trade.direction === "long" ? "sell" : "buy"));
}

/** The stop of an entry's stop-loss, if it came with one. */
export function stopLossOf(entry: Order | undefined): number | undefined {
  for (const child of entry?.children ?? []) {
    if (child.kind === "stop" || child.kind === "stop_limit") return child.stopPrice;
  }
  return undefined;
}

/** Why a trade ended, in a word: the exit of a bracket by its part, else the order's tag, else its kind. */
export function exitReason(exit: Order | undefined): string {
  if (exit === undefined) return "unknown";
  if (exit.parentId !== undefined) return exit.kind === "limit" ? "take_profit" : "stop_loss";
  return exit.tag ?? exit.kind;
}

function ordersOfFills(outcome: RunOutcome, which: "first" | "last"): ReadonlyMap<string, Order> {
  const byId = new Map(outcome.orders.map((order) => [order.id, order]));
  const found = new Map<string, Order>();
  for (const { asset, time, side, orderId } of outcome.fills) {
    const order = byId.get(orderId);
    const key = keyOf(asset.key, time, side);
    if (order !== undefined && (which === "last" || !found.has(key))) found.set(key, order);
  }
  return found;
}

function keyOf(asset: string, time: number, side: OrderSide): string {
  return `${asset} ${time} ${side}`;
}
