import type { RunEvent } from "../market/events.ts";
import type { Order } from "../market/order.ts";
import { formatInstant } from "../market/time.ts";
import type { LogSink } from "./engine-context.ts";

/** Tells of every order that could still fill when the run ended. Nobody canceled it: it stays as it is. */
export function tellOpenAtEnd(orders: Iterable<Order>, time: number, events: RunEvent[], log: LogSink): void {
  for (const order of orders) {
    const { id, asset, side, quantity, filledQuantity, status } = order;
    const filled = filledQuantity > 0 ? ` (${filledQuantity} of it filled)` : "";
    const message =
      `Order ${id} to ${side} ${quantity} ${asset}${filled} was ${status} when the run ended; ` +
      `it was neither filled up nor ended (${formatInstant(time)})`;
    events.push({ time, code: "order_open_at_end", level: "info", message, asset, orderId: id });
    log("info", message, time);
  }
}
