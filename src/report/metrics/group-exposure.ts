/** How much was in the market, for how long, and what trading cost it could bear. */

import type { Fill } from "../../market/fill.ts";
import { directionOf } from "../../market/order.ts";
import type { MetricContext } from "./context.ts";
import { costOfTick } from "./cost-of-tick.ts";
import { defineMetrics, isMissing, type Missing, missing, quotient } from "./definition.ts";
import { exposedRows } from "./exposed-rows.ts";
import { multiplierOf, unknownSize } from "./group-excursions.ts";
import { mean } from "./numbers.ts";
import { DAYS_PER_YEAR } from "./years.ts";

export const exposureMetrics = defineMetrics({
  exposureTime: {
    title: "Time in the market",
    formula:
      "share of the rows of equity during which a position was held (a trade that ended at a bar's open was not in that bar)",
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
    compute: (c) => {
      const found = largestExposure(c);
      return "missing" in found ? found : found.money;
    },
  },
  maxLeverage: {
    title: "Largest leverage",
    formula: "most gross exposure / equity right after a fill, equity of the row before it",
    unit: "ratio",
    reference: "by definition",
    compute: (c) => {
      if (c.noEquity !== undefined) return c.noEquity;
      const found = largestExposure(c);
      return "missing" in found ? found : found.leverage;
    },
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
  return multiplier === undefined ? unknownSize(fill.asset) : Math.abs(fill.price) * fill.quantity * multiplier;
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

/** The largest exposure after any fill, in money and in equities. */
function largestExposure(c: MetricContext): { readonly money: number; readonly leverage: number } | Missing {
  const { time, value } = c.outcome.equity;
  const held = new Map<string, { quantity: number; value: number }>();
  let row = 0;
  let gross = 0;
  let money = 0;
  let leverage = 0;
  for (const fill of c.outcome.fills) {
    const multiplier = multiplierOf(c, fill.asset);
    if (multiplier === undefined) return unknownSize(fill.asset);
    while (row + 1 < time.length && (time[row + 1] ?? 0) <= fill.time) row++;
    const before = held.get(fill.asset.key) ?? { quantity: 0, value: 0 };
    const quantity = before.quantity + directionOf(fill.side) * fill.quantity;
    const exposure = Math.abs(quantity * fill.price) * multiplier;
    held.set(fill.asset.key, { quantity, value: exposure });
    gross += exposure - before.value;
    money = Math.max(money, gross);
    const equity = value[row] ?? 0;
    if (equity > 0) leverage = Math.max(leverage, gross / equity);
  }
  return { money, leverage };
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
