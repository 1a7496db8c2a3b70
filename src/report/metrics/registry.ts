/** All metrics. The code, the page `docs/metrics.md` and the cards of a report read them from here. */

import type { MetricDefinition } from "./definition.ts";
import { accountMetrics } from "./group-account.ts";
import { benchmarkMetrics } from "./group-benchmark.ts";
import { durationMetrics } from "./group-durations.ts";
import { excursionMetrics } from "./group-excursions.ts";
import { exposureMetrics } from "./group-exposure.ts";
import { hourMetrics } from "./group-hours.ts";
import { orderMetrics } from "./group-orders.ts";
import { periodMetrics } from "./group-periods.ts";
import { ratioMetrics } from "./group-ratios.ts";
import { riskMetrics } from "./group-risk.ts";
import { tradeUnitMetrics } from "./group-trade-units.ts";
import { tradeMetrics } from "./group-trades.ts";

const METRICS = {
  ...accountMetrics,
  ...riskMetrics,
  ...ratioMetrics,
  ...tradeMetrics,
  ...durationMetrics,
  ...excursionMetrics,
  ...tradeUnitMetrics,
  ...exposureMetrics,
  ...hourMetrics,
  ...orderMetrics,
  ...periodMetrics,
  ...benchmarkMetrics,
};

/** Definition by name. */
export type MetricRegistry = typeof METRICS;
export type MetricName = keyof MetricRegistry;

/**
 * The value of every metric by name: a number, or `number | null` where there are runs for which it does not exist. Fractions, not
 * percents.
 */
export type MetricValues = {
  readonly [Name in MetricName]: ReturnType<MetricRegistry[Name]["compute"]> extends number ? number : number | null;
};

/** The registry in the order in which results are written. */
export const metricRegistry: Readonly<Record<MetricName, MetricDefinition>> = METRICS;

/** Names in the order of the registry. */
export const metricNames = Object.keys(METRICS) as readonly MetricName[];

/** A part of the registry under a heading. */
export interface MetricGroup {
  readonly title: string;
  readonly note: string;
  readonly metrics: Readonly<Record<string, MetricDefinition>>;
}

/** The groups, as the page shows them. */
export const metricGroups: readonly MetricGroup[] = [
  { title: "Account", note: "Money and growth.", metrics: accountMetrics },
  { title: "Risk", note: "How rough the way was.", metrics: riskMetrics },
  { title: "Ratios", note: "Return set against risk.", metrics: ratioMetrics },
  { title: "Trades", note: "Closed round trips, in account currency.", metrics: tradeMetrics },
  { title: "Duration of trades", note: "How long they were held.", metrics: durationMetrics },
  { title: "Excursions and returns of trades", note: "What trades went through.", metrics: excursionMetrics },
  { title: "Trades by the unit", note: "In points, ticks and multiples of the risk taken.", metrics: tradeUnitMetrics },
  {
    title: "Exposure and costs",
    note: "How much was in the market, and what it could bear.",
    metrics: exposureMetrics,
  },
  { title: "Hours", note: "When in the day it was earned; of bars shorter than a day.", metrics: hourMetrics },
  { title: "Orders", note: "What became of them.", metrics: orderMetrics },
  { title: "Calendar periods", note: "Returns of days, weeks, months and years.", metrics: periodMetrics },
  { title: "Benchmark", note: "Only when one is given.", metrics: benchmarkMetrics },
];
