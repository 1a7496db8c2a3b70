import { directionOf, isOpen, type Order } from "../market/order.ts";

/**
 * An exit on the wrong side of its entry, or of the other exit, in words: it would fill at once, at a price nobody meant. Undefined when
 * all lie right, as far as their prices are known. Exits that have ended count no more.
 * @param lastPrice stands for the entry of an order that names no price
 */
export function misplacedExit(order: Order, lastPrice = Number.NaN): string | undefined {
  const { orderClass, children } = order;
  if (orderClass === "simple" || orderClass === "multileg") return undefined;
  const isOco = orderClass === "oco";
  const exits = (isOco ? [order, ...children] : children).filter(
    (exit) => exit.status === "unsubmitted" || isOpen(exit),
  );
  const heldSide = (isOco ? -1 : 1) * directionOf(order.side);
  const entry = isOco ? Number.NaN : (entryPrice(order) ?? lastPrice);
  const takeProfit = takeProfitOf(exits);
  const stopLoss = stopLossOf(exits);
  const isBeyond = (better: number, worse: number) => !(heldSide * (better - worse) <= 0);
  if (!isBeyond(takeProfit, entry)) return `the take-profit ${takeProfit} lies on the wrong side of the entry ${entry}`;
  if (!isBeyond(entry, stopLoss)) return `the stop-loss ${stopLoss} lies on the wrong side of the entry ${entry}`;
  if (!isBeyond(takeProfit, stopLoss))
    return `the take-profit ${takeProfit} lies on the wrong side of the stop-loss ${stopLoss}`;
  return undefined;
}

/** The price an entry names, as far as it names one. */
function entryPrice(order: Order): number | undefined {
  if ("limitPrice" in order) return order.limitPrice;
  if ("stopPrice" in order) return order.stopPrice;
  return "touchPrice" in order ? order.touchPrice : undefined;
}

function takeProfitOf(exits: readonly Order[]): number {
  for (const exit of exits) if (exit.kind === "limit") return exit.limitPrice;
  return Number.NaN;
}

function stopLossOf(exits: readonly Order[]): number {
  for (const exit of exits) if (exit.kind === "stop" || exit.kind === "stop_limit") return exit.stopPrice;
  return Number.NaN;
}
