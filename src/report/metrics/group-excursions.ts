/** What trades went through before they ended, and what they earned on what was put in. */

import type { Asset } from "../../market/asset.ts";
import type { Trade } from "../../market/trade.ts";
import type { MetricContext } from "./context.ts";
import { defineMetrics, isMissing, type Missing, missing, quotient } from "./definition.ts";
import { ofTrades } from "./group-trades.ts";
import { largest, mean, median, smallest, sum } from "./numbers.ts";

export const excursionMetrics = defineMetrics({
  avgMae: {
    title: "Average MAE",
    formula: "mean over trades of the worst open profit, 0 or below",
    unit: "money",
    reference: "LEAN TradeStatistics AverageMAE",
    compute: (c) => ofTrades(c) ?? mean(c.closed.mae),
  },
  maxMae: {
    title: "Largest MAE",
    formula: "lowest open profit of any trade",
    unit: "money",
    reference: "LEAN TradeStatistics LargestMAE",
    compute: (c) => ofTrades(c) ?? smallest(c.closed.mae),
  },
  avgMfe: {
    title: "Average MFE",
    formula: "mean over trades of the best open profit, 0 or above",
    unit: "money",
    reference: "LEAN TradeStatistics AverageMFE",
    compute: (c) => ofTrades(c) ?? mean(c.closed.mfe),
  },
  maxMfe: {
    title: "Largest MFE",
    formula: "highest open profit of any trade",
    unit: "money",
    reference: "LEAN TradeStatistics LargestMFE",
    compute: (c) => ofTrades(c) ?? largest(c.closed.mfe),
  },
  edgeRatio: {
    title: "Edge ratio",
    formula: "sum of MFE / |sum of MAE|",
    unit: "ratio",
    reference: "by definition",
    compute: (c) => ofTrades(c) ?? quotient(sum(c.closed.mfe), -sum(c.closed.mae), "no trade was ever under water"),
  },
  avgGivenBack: {
    title: "Average profit given back",
    formula: "mean of MFE - (pnl + fees)",
    unit: "money",
    reference: "LEAN end trade drawdown",
    compute: (c) =>
      ofTrades(c) ?? mean(Float64Array.from(c.closed.trades, (trade) => trade.mfe - trade.pnl - trade.fees)),
  },
  avgTradeReturn: {
    title: "Average trade return",
    formula: "mean of pnl / (|entry price| x quantity x multiplier)",
    unit: "fraction",
    reference: "backtesting.py Expectancy",
    compute: (c) => overReturns(c, mean),
  },
  medianTradeReturn: {
    title: "Median trade return",
    formula: "median of pnl / (|entry price| x quantity x multiplier)",
    unit: "fraction",
    reference: "pyfolio round trips",
    compute: (c) => overReturns(c, median),
  },
  bestTradeReturn: {
    title: "Best trade return",
    formula: "highest pnl / (|entry price| x quantity x multiplier)",
    unit: "fraction",
    reference: "backtesting.py Best Trade",
    compute: (c) => overReturns(c, largest),
  },
  worstTradeReturn: {
    title: "Worst trade return",
    formula: "lowest pnl / (|entry price| x quantity x multiplier)",
    unit: "fraction",
    reference: "backtesting.py Worst Trade",
    compute: (c) => overReturns(c, smallest),
  },
  avgTradePoints: {
    title: "Average trade in points",
    formula: "mean of (exit price - entry price), reversed for shorts; of one instrument only",
    unit: "points",
    reference: "by definition",
    compute: avgPoints,
  },
  avgTradeTicks: {
    title: "Average trade in ticks",
    formula: "mean of (exit price - entry price) / tick size, reversed for shorts",
    unit: "ticks",
    reference: "by definition",
    compute: avgTicks,
  },
});

/** Money per 1.0 of price and unit of an asset: its own, else the caller's, else unknown. */
export function multiplierOf(c: Pick<MetricContext, "options">, asset: Asset): number | undefined {
  return asset.multiplier ?? c.options.instruments?.[asset.key]?.multiplier;
}

/** Smallest price step of an asset: its own, else the caller's, else unknown. */
export function tickSizeOf(c: Pick<MetricContext, "options">, asset: Asset): number | undefined {
  return asset.tickSize ?? c.options.instruments?.[asset.key]?.tickSize;
}

export function unknownSize(asset: Asset): Missing {
  return missing(`the contract size of ${asset} is not known`);
}

function overReturns(c: MetricContext, measure: (returns: Float64Array) => number): number | Missing {
  const problem = ofTrades(c);
  if (problem !== undefined) return problem;
  const returns = new Float64Array(c.closed.count);
  for (const [i, trade] of c.closed.trades.entries()) {
    const value = tradeReturn(c, trade);
    if (isMissing(value)) return value;
    returns[i] = value;
  }
  return measure(returns);
}

/** pnl over the value at entry of the largest quantity held. */
function tradeReturn(c: MetricContext, trade: Trade): number | Missing {
  const multiplier = multiplierOf(c, trade.asset);
  if (multiplier === undefined) return unknownSize(trade.asset);
  const value = Math.abs(trade.entryPrice) * trade.quantity * multiplier;
  return quotient(trade.pnl, value, "a trade was entered at a price of 0");
}

function pointsOf(trade: Trade): number {
  return (trade.exitPrice - trade.entryPrice - (trade.rollGap ?? 0)) * (trade.direction === "long" ? 1 : -1);
}

function avgPoints(c: MetricContext): number | Missing {
  const problem = ofTrades(c);
  if (problem !== undefined) return problem;
  const roots = new Set(c.closed.trades.map((trade) => trade.asset.root));
  if (roots.size > 1) return missing(`points of ${roots.size} different instruments do not add up`);
  return mean(Float64Array.from(c.closed.trades, pointsOf));
}

function avgTicks(c: MetricContext): number | Missing {
  const problem = ofTrades(c);
  if (problem !== undefined) return problem;
  const unknown = c.closed.trades.find((trade) => tickSizeOf(c, trade.asset) === undefined);
  if (unknown !== undefined) return missing(`the tick size of ${unknown.asset} is not known`);
  return mean(
    Float64Array.from(c.closed.trades, (trade) => pointsOf(trade) / (tickSizeOf(c, trade.asset) ?? Number.NaN)),
  );
}
