/** What one tick of slippage costs a run. */

import type { Fill } from "../../market/fill.ts";
import type { Order, OrderKind } from "../../market/order.ts";
import { type Missing, missing } from "./definition.ts";
import { multiplierOf, type Sizes, tickSizeOf, unknownSize } from "./group-excursions.ts";

/** Orders that never fill beyond a limit, and so do not slip. */
const LIMITED: ReadonlySet<OrderKind> = new Set(["limit", "stop_limit", "limit_if_touched", "trailing_stop_limit"]);

/** True for orders that take what is there, and slip; one that is not known counts as such. */
export function takesLiquidity(order: Order | undefined): boolean {
  return order === undefined || !LIMITED.has(order.kind);
}

/** A fill that slips, and what a tick is there. */
export interface SlippingFill {
  readonly fill: Fill;
  readonly tickSize: number;
  /** Account money per 1.0 of price and unit. */
  readonly multiplier: number;
}

/** The fills that slip: of orders that take liquidity, and of rolls. */
export function slippingFills(c: Sizes): readonly SlippingFill[] | Missing {
  const orders = new Map(c.outcome.orders.map((order) => [order.id, order]));
  const slipping: SlippingFill[] = [];
  for (const fill of c.outcome.fills) {
    const { asset, orderId, reason } = fill;
    if ((reason !== undefined && reason !== "roll") || !takesLiquidity(orders.get(orderId))) continue;
    const multiplier = multiplierOf(c, asset);
    if (multiplier === undefined) return unknownSize(c, asset);
    const tickSize = tickSizeOf(c, asset);
    if (tickSize === undefined) return missing(`the tick size of ${asset} is not known`);
    slipping.push({ fill, tickSize, multiplier });
  }
  return slipping;
}

/** Money that a tick worse on each fill that slips would have cost, in full. */
export function costOfTick(c: Sizes): number | Missing {
  const fills = slippingFills(c);
  if ("missing" in fills) return fills;
  return fills.reduce((total, { fill, tickSize, multiplier }) => total + fill.quantity * tickSize * multiplier, 0);
}
