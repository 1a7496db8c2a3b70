/** What became of the orders. */

import type { Order, OrderStatus } from "../../market/order.ts";
import { SECOND } from "../../market/time.ts";
import type { MetricContext } from "./context.ts";
import { defineMetrics, type Missing, quotient } from "./definition.ts";

export const orderMetrics = defineMetrics({
  orders: {
    title: "Orders",
    formula: "orders handed in, refused ones included",
    unit: "count",
    reference: "by definition",
    compute: (c) => c.outcome.orders.filter((order) => order.status !== "unsubmitted").length,
  },
  fills: {
    title: "Fills",
    formula: "executions",
    unit: "count",
    reference: "by definition",
    compute: (c) => c.outcome.fills.length,
  },
  ordersFilled: counted("Orders filled", "filled"),
  ordersPartlyFilled: {
    title: "Orders filled in part",
    formula: "orders with 0 < filled quantity < quantity when the run ended",
    unit: "count",
    reference: "by definition",
    compute: (c) =>
      c.outcome.orders.filter((order) => order.filledQuantity > 0 && order.filledQuantity < order.quantity).length,
  },
  ordersCanceled: counted("Orders canceled", "canceled"),
  ordersExpired: counted("Orders expired", "expired"),
  ordersRejected: counted("Orders refused", "rejected"),
  avgSecondsToFill: {
    title: "Average time to fill",
    formula: "mean simulated seconds from handing in to the last fill of filled orders",
    unit: "seconds",
    reference: "by definition",
    compute: secondsToFill,
  },
});

function counted(title: string, status: OrderStatus) {
  return {
    title,
    formula: `orders whose status is '${status}'`,
    unit: "count",
    reference: "by definition",
    compute: (c: MetricContext): number => c.outcome.orders.filter((order) => order.status === status).length,
  } as const;
}

function secondsToFill(c: MetricContext): number | Missing {
  const filled = c.outcome.orders.filter((order) => order.status === "filled" && order.submittedAt !== undefined);
  const wait = (order: Order) => (order.closedAt ?? 0) - (order.submittedAt ?? 0);
  return quotient(
    filled.reduce((total, order) => total + wait(order), 0) / SECOND,
    filled.length,
    "no order was filled",
  );
}
