/** The orders with which trades began and ended. */

import type { Order, OrderKind, OrderSide } from "../../market/order.ts";
import type { RunOutcome } from "../../market/run-outcome.ts";
import type { Trade } from "../../market/trade.ts";

/** Kinds of the exit that takes a profit. */
const LIMIT_EXITS: ReadonlySet<OrderKind> = new Set(["limit", "limit_if_touched", "market_if_touched"]);

/** Looks up the order of a trade's first fill; undefined in results that hold no orders. */
export function entryOrders(outcome: RunOutcome): (trade: Trade) => Order | undefined {
  const orders = ordersOfFills(outcome, "first");
  return ({ asset, entryTime, direction }) =>
    orders.get(asset.key)?.[direction === "long" ? "buy" : "sell"].get(entryTime);
}

/**
 * Tells why a trade ended, in a word: the exit of a bracket by its part (`take_profit`, `stop_loss`), else the order's tag, else its kind; of a
 * fill without an order its reason. `unknown` in results that hold no orders.
 */
export function exitReasons(outcome: RunOutcome): (trade: Trade) => string {
  const orders = ordersOfFills(outcome, "last");
  const others = new Map<string, string>();
  for (const { asset, time, side, reason } of outcome.fills) {
    if (reason !== undefined) others.set(`${asset.key} ${time} ${side}`, reason);
  }
  return ({ asset, exitTime, direction }) => {
    const side = direction === "long" ? "sell" : "buy";
    const order = orders.get(asset.key)?.[side].get(exitTime);
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

/** Orders of an asset's fills by side and instant. */
type OrdersBySide = Readonly<Record<OrderSide, Map<number, Order>>>;

function ordersOfFills(outcome: RunOutcome, which: "first" | "last"): ReadonlyMap<string, OrdersBySide> {
  const byId = new Map(outcome.orders.map((order) => [order.id, order]));
  const found = new Map<string, OrdersBySide>();
  for (const { asset, time, side, orderId } of outcome.fills) {
    const order = byId.get(orderId);
    if (order === undefined) continue;
    const sides = found.get(asset.key) ?? { buy: new Map(), sell: new Map() };
    found.set(asset.key, sides);
    if (which === "last" || !sides[side].has(time)) sides[side].set(time, order);
  }
  return found;
}
