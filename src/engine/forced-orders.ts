import { isOpen, type Order } from "../market/order.ts";
import type { TradingVenue } from "./trading-venue.ts";

/** Orders by which the account closes positions in a strategy's name: the strategy can neither cancel nor change them. */
export class ForcedOrders {
  /** And whether the strategy was told that it cannot: once an order is enough for one that tries at every bar. */
  private readonly told = new Map<Order, boolean>();

  add(order: Order): void {
    this.told.set(order, false);
  }

  /** True for an order that is not the strategy's to end, which it is told. */
  holds(order: Order, venue: Pick<TradingVenue, "refuseChange">): boolean {
    const told = this.told.get(order);
    if (told === undefined || !isOpen(order)) return false;
    if (told) return true;
    this.told.set(order, true);
    venue.refuseChange(order, "margin_call", "it closes a position that the account cannot keep, and stays as it is");
    return true;
  }
}
