/** What one tick of slippage costs a run. */

import type { Order, OrderKind } from "../../market/order.ts";
import { type Missing, missing } from "./definition.ts";
import { multiplierOf, type Sizes, tickSizeOf, unknownSize } from "./group-excursions.ts";

/** Orders that never fill beyond a limit, and so do not slip. */
const LIMITED: ReadonlySet<OrderKind> = new Set(["limit", "stop_limit", "limit_if_touched", "trailing_stop_limit"]);

/** True for orders that take what is there, and slip; one that is not known counts as such. */
export function takesLiquidity(order: Order | undefined): boolean {
  return order === undefined || !LIMITED.has(order.kind);
}

/** Money that a tick worse on each fill that slips would have cost: of orders that take liquidity, and of rolls. */
export function costOfTick(c: Sizes): number | Missing {
  const orders = new Map(c.outcome.orders.map((order) => [order.id, order]));
  let total = 0;
  for (const { asset, quantity, orderId, reason } of c.outcome.fills) {
    if ((reason !== undefined && reason !== "roll") || !takesLiquidity(orders.get(orderId))) continue;
    const multiplier = multiplierOf(c, asset);
    if (multiplier === undefined) return unknownSize(c, asset);
    const tickSize = tickSizeOf(c, asset);
    if (tickSize === undefined) return missing(`the tick size of ${asset} is not known`);
    total += quantity * tickSize * multiplier;
  }
  return total;
}
