import type { Order, OrderChanges } from "../market/order.ts";
import { isOnTick, roundToTick, type TickRounding } from "../market/price.ts";

type PriceName = "limitPrice" | "stopPrice" | "touchPrice";

/** Prices of an order moved onto the tick grid, and words for those that were off it. */
export interface GridPrices {
  readonly prices: OrderChanges;
  /** Empty when all were on the grid. */
  readonly moved: string;
}

/**
 * Moves each price of an order onto the grid, to the side that costs the order nothing: a limit away from the market, a stop so that it
 * is set off later, a touch price so that it is set off later as well. Undefined where the order has no price or the asset no grid.
 */
export function pricesOnGrid(order: Order, tickSize: number | undefined): GridPrices | undefined {
  if (tickSize === undefined || order.kind === "market") return undefined;
  const down: TickRounding = order.side === "buy" ? "down" : "up";
  const up: TickRounding = order.side === "buy" ? "up" : "down";
  const prices: { [Name in PriceName]?: number } = {};
  const moved: string[] = [];
  const settle = (name: PriceName, price: number, rounding: TickRounding) => {
    prices[name] = roundToTick(price, tickSize, rounding);
    if (!isOnTick(price, tickSize)) moved.push(`${name} ${price} moved to ${prices[name]}`);
  };
  if ("limitPrice" in order) settle("limitPrice", order.limitPrice, down);
  if ("stopPrice" in order) settle("stopPrice", order.stopPrice, up);
  if ("touchPrice" in order) settle("touchPrice", order.touchPrice, down);
  return { prices, moved: moved.join(", ") };
}
