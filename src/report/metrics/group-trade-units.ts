/** Trades and their excursions in units that do not grow with the account: price points, ticks, multiples of the risk taken (R). */

import type { Asset } from "../../market/asset.ts";
import type { Trade } from "../../market/trade.ts";
import type { MetricContext } from "./context.ts";
import { defineMetrics, type Missing, missing } from "./definition.ts";
import { multiplierOf, tickSizeOf, unknownSize } from "./group-excursions.ts";
import { ofTrades } from "./group-trades.ts";
import { largest, mean, median, smallest } from "./numbers.ts";
import { entryOrders, stopLossOf } from "./trade-orders.ts";

const IN_R =
  "pnl / (|entry price - stop| x quantity x multiplier) over the trades whose entry had a stop-loss: bracket or one-triggers-other";

export const tradeUnitMetrics = defineMetrics({
  avgTradePoints: {
    title: "Average trade in points",
    formula: "mean of (exit price - entry price), reversed for shorts; of one instrument only",
    unit: "points",
    reference: "by definition",
    compute: (c) => overPoints(c, mean),
  },
  medianTradePoints: {
    title: "Median trade in points",
    formula: "median of (exit price - entry price), reversed for shorts; of one instrument only",
    unit: "points",
    reference: "by definition",
    compute: (c) => overPoints(c, median),
  },
  bestTradePoints: {
    title: "Best trade in points",
    formula: "highest (exit price - entry price), reversed for shorts; of one instrument only",
    unit: "points",
    reference: "by definition",
    compute: (c) => overPoints(c, largest),
  },
  worstTradePoints: {
    title: "Worst trade in points",
    formula: "lowest (exit price - entry price), reversed for shorts; of one instrument only",
    unit: "points",
    reference: "by definition",
    compute: (c) => overPoints(c, smallest),
  },
  avgTradeTicks: {
    title: "Average trade in ticks",
    formula: "mean of (exit price - entry price) / tick size, reversed for shorts",
    unit: "ticks",
    reference: "by definition",
    compute: (c) => overTicks(c, mean),
  },
  medianTradeTicks: {
    title: "Median trade in ticks",
    formula: "median of (exit price - entry price) / tick size, reversed for shorts",
    unit: "ticks",
    reference: "by definition",
    compute: (c) => overTicks(c, median),
  },
  bestTradeTicks: {
    title: "Best trade in ticks",
    formula: "highest (exit price - entry price) / tick size, reversed for shorts",
    unit: "ticks",
    reference: "by definition",
    compute: (c) => overTicks(c, largest),
  },
  worstTradeTicks: {
    title: "Worst trade in ticks",
    formula: "lowest (exit price - entry price) / tick size, reversed for shorts",
    unit: "ticks",
    reference: "by definition",
    compute: (c) => overTicks(c, smallest),
  },
  avgMaePoints: {
    title: "Average MAE in points",
    formula: "mean of MAE / (quantity x multiplier); of one instrument only",
    unit: "points",
    reference: "LEAN TradeStatistics AverageMAE, a unit",
    compute: (c) => overExcursions(c, c.closed.mae, mean),
  },
  maxMaePoints: {
    title: "Largest MAE in points",
    formula: "lowest MAE / (quantity x multiplier); of one instrument only",
    unit: "points",
    reference: "LEAN TradeStatistics LargestMAE, a unit",
    compute: (c) => overExcursions(c, c.closed.mae, smallest),
  },
  avgMfePoints: {
    title: "Average MFE in points",
    formula: "mean of MFE / (quantity x multiplier); of one instrument only",
    unit: "points",
    reference: "LEAN TradeStatistics AverageMFE, a unit",
    compute: (c) => overExcursions(c, c.closed.mfe, mean),
  },
  maxMfePoints: {
    title: "Largest MFE in points",
    formula: "highest MFE / (quantity x multiplier); of one instrument only",
    unit: "points",
    reference: "LEAN TradeStatistics LargestMFE, a unit",
    compute: (c) => overExcursions(c, c.closed.mfe, largest),
  },
  expectancyR: {
    title: "Expectancy in R",
    formula: `mean of ${IN_R}`,
    unit: "ratio",
    reference: "Van Tharp",
    compute: (c) => overMultiples(c, mean),
  },
  medianTradeR: {
    title: "Median trade in R",
    formula: "median of the multiples that expectancyR is the mean of",
    unit: "ratio",
    reference: "Van Tharp",
    compute: (c) => overMultiples(c, median),
  },
  bestTradeR: {
    title: "Best trade in R",
    formula: "highest of the multiples that expectancyR is the mean of",
    unit: "ratio",
    reference: "Van Tharp",
    compute: (c) => overMultiples(c, largest),
  },
  worstTradeR: {
    title: "Worst trade in R",
    formula: "lowest of the multiples that expectancyR is the mean of; below -1 where the stop was passed",
    unit: "ratio",
    reference: "Van Tharp",
    compute: (c) => overMultiples(c, smallest),
  },
});

type Measure = (values: Float64Array) => number;

function overPoints(c: MetricContext, measure: Measure): number | Missing {
  return ofTrades(c) ?? severalInstruments(c) ?? measure(c.closed.points);
}

function severalInstruments(c: MetricContext): Missing | undefined {
  const roots = new Set(c.closed.assets.map((asset) => asset.root));
  return roots.size > 1 ? missing(`points of ${roots.size} different instruments do not add up`) : undefined;
}

function overTicks(c: MetricContext, measure: Measure): number | Missing {
  const problem = ofTrades(c);
  if (problem !== undefined) return problem;
  const ticks = new Map(c.closed.assets.map((asset) => [asset, tickSizeOf(c, asset)]));
  for (const [asset, tick] of ticks) if (tick === undefined) return missing(`the tick size of ${asset} is not known`);
  return measure(c.closed.points.map((points, i) => points / sizeOf(ticks, c.closed.trades[i])));
}

/** A measure of an excursion a unit, in price units. */
function overExcursions(c: MetricContext, excursions: Float64Array, measure: Measure): number | Missing {
  const problem = ofTrades(c) ?? severalInstruments(c);
  if (problem !== undefined) return problem;
  const sizes = new Map(c.closed.assets.map((asset) => [asset, multiplierOf(c, asset)]));
  for (const [asset, size] of sizes) if (size === undefined) return unknownSize(c, asset);
  const { trades } = c.closed;
  return measure(excursions.map((money, i) => money / ((trades[i]?.quantity ?? 0) * sizeOf(sizes, trades[i]))));
}

function sizeOf(sizes: ReadonlyMap<Asset, number | undefined>, trade: Trade | undefined): number {
  return (trade && sizes.get(trade.asset)) ?? Number.NaN;
}

function overMultiples(c: MetricContext, measure: Measure): number | Missing {
  const multiples = ofTrades(c) ?? riskMultiples(c);
  return "missing" in multiples ? multiples : measure(multiples);
}

/** Several metrics ask for the same. */
const known = new WeakMap<MetricContext, Float64Array | Missing>();

function riskMultiples(c: MetricContext): Float64Array | Missing {
  const multiples = known.get(c) ?? workOutMultiples(c);
  known.set(c, multiples);
  return multiples;
}

/** Profit of each trade that began with a stop-loss, over what it would have lost there. */
function workOutMultiples(c: MetricContext): Float64Array | Missing {
  const none = missing("no trade began with a stop-loss");
  if (!c.outcome.orders.some((order) => stopLossOf(order) !== undefined)) return none;
  const entries = entryOrders(c.outcome);
  const multiples: number[] = [];
  for (const trade of c.closed.trades) {
    const stop = stopLossOf(entries(trade));
    if (stop === undefined) continue;
    const multiplier = multiplierOf(c, trade.asset);
    if (multiplier === undefined) return unknownSize(c, trade.asset);
    const risk = Math.abs(trade.entryPrice - stop) * trade.quantity * multiplier;
    if (risk > 0) multiples.push(trade.pnl / risk);
  }
  return multiples.length === 0 ? none : Float64Array.from(multiples);
}
