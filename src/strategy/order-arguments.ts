/** Orders and changes as a strategy hands them in; what is none is refused at the call, in the strategy's own line. */

import { InvalidInputError, shown } from "../market/errors.ts";
import type { Order } from "../market/order.ts";
import type { StrategyContext } from "./context.ts";

/** @throws InvalidInputError `invalid_order` for what is no order that this run has made */
export function checkOrder(verb: string, order: Order, run: Pick<StrategyContext, "order">): void {
  const id: unknown = order?.id;
  if (typeof id === "string" && run.order(id) === order) return;
  const found = typeof id === "string" ? `order ${id} of another run` : shown(order);
  throw new InvalidInputError("invalid_order", `${verb}: the order was ${found}, expected one of this run`, {
    hint: "Take it from createOrder or getOrders. closePosition and orderTarget have sent theirs already, and give undefined where nothing is to do.",
  });
}

/** @throws InvalidInputError `invalid_order` for what is no object; what is in it is judged as the change is made */
export function checkChanges(verb: string, changes: unknown): void {
  if (typeof changes === "object" && changes !== null) return;
  throw new InvalidInputError("invalid_order", `${verb}: the changes were ${shown(changes)}, expected an object`, {
    hint: "For example { limitPrice: 99.5 }.",
  });
}
