/** How much was in the market, for how long, and what trading cost it could bear. */

import type { Fill } from "../../market/fill.ts";
import type { MarginUse } from "../../market/run-outcome.ts";
import type { MetricContext } from "./context.ts";
import { costOfTick } from "./cost-of-tick.ts";
import { daysInLimit } from "./days-in-limit.ts";
import { defineMetrics, isMissing, type Missing, missing, quotient } from "./definition.ts";
import { exposedRows } from "./exposed-rows.ts";
import { type Exposure, exposureOf } from "./exposure.ts";
import { multiplierOf, unknownSize } from "./group-excursions.ts";
import { largest, mean } from "./numbers.ts";
import { largestPosition } from "./positions.ts";
import { DAYS_PER_YEAR } from "./years.ts";

export const exposureMetrics = defineMetrics({
  exposureTime: {
    title: "Time in the market",
    formula:
      "share of the rows of equity since whose row before a position was held (a trade that ended with a row is not in the next one)",
    unit: "fraction",
    reference: "backtesting.py Exposure Time (which counts the exit's bar too)",
    compute: (c) => {
      const rows = c.outcome.equity.time.length - 1;
      return rows < 1 ? missing("the run has no bars") : exposedRows(c.outcome.equity.time, c.outcome.trades) / rows;
    },
  },
  turnover: {
    title: "Turnover a year",
    formula: "sum of |price| x quantity x multiplier over fills / mean equity / (days / 365.25)",
    unit: "ratio",
    reference: "LEAN Portfolio Turnover (a day there)",
    compute: turnover,
  },
  maxGrossExposure: {
    title: "Largest gross exposure",
    formula: "most |position| x last fill price x multiplier, summed over instruments, right after a fill",
    unit: "money",
    reference: "by definition",
    compute: (c) => ofExposure(c, ({ maxGross }) => maxGross),
  },
  avgGrossExposure: {
    title: "Average gross exposure",
    formula: "mean over calendar time of |position| x last fill price x multiplier, summed over instruments",
    unit: "money",
    reference: "by definition",
    compute: (c) => ofExposure(c, ({ avgGross }) => avgGross),
  },
  maxNetExposure: {
    title: "Largest net exposure",
    formula: "most |sum over instruments of position x |last fill price| x multiplier|, right after a fill",
    unit: "money",
    reference: "by definition",
    compute: (c) => ofExposure(c, ({ maxNet }) => maxNet),
  },
  avgNetExposure: {
    title: "Average net exposure",
    formula:
      "mean over calendar time of the sum over instruments of position x |last fill price| x multiplier; below 0 for short",
    unit: "money",
    reference: "by definition",
    compute: (c) => ofExposure(c, ({ avgNet }) => avgNet),
  },
  maxPosition: {
    title: "Largest position",
    formula: "most units of one instrument held at once, those that a split made included",
    unit: "count",
    reference: "by definition",
    compute: ({ outcome }) => largestPosition(outcome),
  },
  maxLeverage: {
    title: "Largest leverage",
    formula: "most gross exposure / equity right after a fill, equity of the row before it",
    unit: "ratio",
    reference: "by definition",
    compute: (c) => c.noEquity ?? ofExposure(c, ({ maxLeverage }) => maxLeverage),
  },
  avgLeverage: {
    title: "Average leverage",
    formula: "mean over calendar time of gross exposure / equity, both as at the last fill",
    unit: "ratio",
    reference: "pyfolio Gross leverage (a mean over days)",
    compute: (c) => c.noEquity ?? ofExposure(c, ({ avgLeverage }) => avgLeverage),
  },
  maxMargin: {
    title: "Largest margin",
    formula: "most initial margin of all futures held, right after a fill",
    unit: "money",
    reference: "by definition",
    compute: ({ outcome }) => overMargin(outcome.margin, largest),
  },
  avgMargin: {
    title: "Average margin",
    formula:
      "mean over calendar time of the initial margin of all futures held, from the first row of equity to the last",
    unit: "money",
    reference: "by definition",
    compute: averageMargin,
  },
  returnOnMaxMargin: {
    title: "Return on the largest margin",
    formula: "netProfit / maxMargin",
    unit: "fraction",
    reference: "by definition",
    compute: (c) => {
      if (c.noEquity !== undefined) return c.noEquity;
      const most = overMargin(c.outcome.margin, largest);
      return isMissing(most) ? most : quotient(c.finalEquity - c.startEquity, most, "futures took no margin");
    },
  },
  daysInLimit: {
    title: "Days in limit",
    formula:
      "sessions in which a future was held whose price touched close of the session before x (1 + or - priceLimit), the limit given by result.statistics({ instruments })",
    unit: "count",
    reference: "by definition",
    compute: daysInLimit,
  },
  breakEvenSlippage: {
    title: "Break-even slippage in money",
    formula: "(netProfit + slippageCost) / units filled: cost a unit and fill at which nothing is left",
    unit: "money",
    reference: "by definition",
    compute: (c) => c.noEquity ?? quotient(profitBeforeSlippage(c), filledUnits(c.outcome.fills), "no fills"),
  },
  breakEvenTicks: {
    title: "Break-even slippage in ticks",
    formula:
      "(netProfit + slippageCost) / sum of quantity x tick size x multiplier over the fills that slip: of market and stop orders",
    unit: "ticks",
    reference: "by definition",
    compute: breakEvenTicks,
  },
});

/** Value of a fill, or why it is not known. */
function notional(c: MetricContext, fill: Fill): number | Missing {
  const multiplier = multiplierOf(c, fill.asset);
  return multiplier === undefined ? unknownSize(c, fill.asset) : Math.abs(fill.price) * fill.quantity * multiplier;
}

function turnover(c: MetricContext): number | Missing {
  if (c.noEquity !== undefined) return c.noEquity;
  let traded = 0;
  for (const fill of c.outcome.fills) {
    const value = notional(c, fill);
    if (isMissing(value)) return value;
    traded += value;
  }
  const average = mean(c.outcome.equity.value);
  return average <= 0
    ? missing("mean equity was 0 or less")
    : quotient(traded / average, c.days / DAYS_PER_YEAR, "the run has no length");
}

function ofExposure(c: MetricContext, pick: (exposure: Exposure) => number | Missing): number | Missing {
  const exposure = exposureOf(c);
  return "missing" in exposure ? exposure : pick(exposure);
}

function overMargin({ initial }: MarginUse, measure: (values: Float64Array) => number): number | Missing {
  return initial.length === 0 ? missing("no future was traded") : measure(initial);
}

function averageMargin({ outcome: { margin, equity } }: MetricContext): number | Missing {
  if (margin.time.length === 0) return missing("no future was traded");
  const begin = equity.time[0] ?? 0;
  const end = equity.time.at(-1) ?? 0;
  let area = 0;
  for (let i = 0; i < margin.time.length; i++) {
    const until = margin.time[i + 1] ?? end;
    area += (margin.initial[i] ?? 0) * (until - (margin.time[i] ?? 0));
  }
  return quotient(area, end - begin, "the run has no length");
}

function profitBeforeSlippage(c: MetricContext): number {
  return c.outcome.fills.reduce((total, fill) => total + fill.slippage, c.finalEquity - c.startEquity);
}

function filledUnits(fills: readonly Fill[]): number {
  return fills.reduce((total, fill) => total + fill.quantity, 0);
}

function breakEvenTicks(c: MetricContext): number | Missing {
  if (c.noEquity !== undefined) return c.noEquity;
  const tick = costOfTick(c);
  if (isMissing(tick)) return tick;
  const none = c.outcome.fills.length === 0 ? "no fills" : "no fill of an order that slips";
  return quotient(profitBeforeSlippage(c), tick, none);
}
