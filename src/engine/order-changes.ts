import { shown } from "../market/errors.ts";
import { isOpen, type Order, type OrderChanges } from "../market/order.ts";
import { misplacedExit } from "./exit-sides.ts";
import type { Refusal } from "./order-checks.ts";

const CHANGEABLE: readonly (keyof OrderChanges)[] = [
  "quantity",
  "limitPrice",
  "stopPrice",
  "touchPrice",
  "trailPrice",
  "trailPercent",
  "limitOffset",
];

/** Prices that mean nothing any more once an order was set off; `limitOffset` has become a limit then. */
const SET_OFF_BY: readonly (keyof OrderChanges)[] = [
  "stopPrice",
  "touchPrice",
  "trailPrice",
  "trailPercent",
  "limitOffset",
];

/** What a change is about to change, from what to what: `was modified: limitPrice 90 to 97`. */
export function wordsOfChange(order: Order, changes: OrderChanges): string {
  const each = Object.entries(changes).map(([name, value]) => `${name} ${order[name as keyof Order]} to ${value}`);
  return each.length === 0 ? "was modified" : `was modified: ${each.join(", ")}`;
}

/** Why a change to an order that was set off cannot be made; undefined when it can. */
export function changeAfterTrigger(changes: OrderChanges): Refusal | undefined {
  const late = SET_OFF_BY.find((name) => name in changes);
  if (late === undefined) return undefined;
  return { reason: "not_modifiable", message: `it was set off already, so its ${late} can be changed no more` };
}

/**
 * Why a change to an order cannot be made; undefined when it can.
 * @param parent the order it hangs on: the open entry whose fill an exit still waits for, or the first of two of which one cancels the other
 */
export function modificationRefusal(order: Order, changes: OrderChanges, parent?: Order): Refusal | undefined {
  const waits = parent !== undefined && order.status === "unsubmitted";
  if (!isOpen(order) && !waits) return { reason: "not_open", message: `it is ${order.status}` };
  if (waits && "quantity" in changes)
    return { reason: "not_modifiable", message: `its quantity is that of the fills of its entry, order ${parent.id}` };
  for (const [name, value] of Object.entries(changes) as [keyof OrderChanges, number][]) {
    const message = unsoundChange(order, name, value);
    if (message !== undefined) return { reason: "not_modifiable", message };
  }
  const changed = { ...order, ...changes } as Order;
  const group = parent === undefined ? changed : withChild(parent, order, changed);
  const misplaced = misplacedExit(group);
  return misplaced === undefined ? undefined : { reason: "wrong_side", message: misplaced };
}

function withChild(parent: Order, child: Order, changed: Order): Order {
  return { ...parent, children: parent.children.map((each) => (each === child ? changed : each)) };
}

function unsoundChange(order: Order, name: keyof OrderChanges, value: number): string | undefined {
  if (!CHANGEABLE.includes(name) || !(name in order)) return `a ${order.kind} order has no ${name} to change`;
  if (!Number.isFinite(value)) return `${name} was ${shown(value)}, expected a number`;
  if (name === "quantity") return unsoundQuantity(order, value);
  if (name === "trailPercent")
    return value > 0 && value < 1 ? undefined : `trailPercent was ${value}, expected a fraction`;
  if (name === "trailPrice") return value > 0 ? undefined : `trailPrice was ${value}, expected a distance above 0`;
  if (name === "limitOffset") return value >= 0 ? undefined : `limitOffset was ${value}, expected a distance from 0`;
  return undefined;
}

function unsoundQuantity(order: Order, quantity: number): string | undefined {
  if (order.target !== undefined) return "a target order is sized by its target";
  if (order.asset.wholeUnits && !Number.isInteger(quantity))
    return `quantity was ${quantity}, and ${order.asset} trades in whole units`;
  return quantity > order.filledQuantity
    ? undefined
    : `quantity was ${quantity}, expected more than the ${order.filledQuantity} filled so far`;
}
