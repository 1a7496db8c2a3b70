/** What trades went through before they ended, and what they earned on what was put in. */

import type { Asset } from "../../market/asset.ts";
import type { Trade } from "../../market/trade.ts";
import type { MetricContext } from "./context.ts";
import { defineMetrics, isMissing, type Missing, missing, quotient } from "./definition.ts";
import { ofTrades } from "./group-trades.ts";
import { largest, mean, median, smallest, sum } from "./numbers.ts";
import { entryOrders, stopLossOf } from "./trade-orders.ts";

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
    compute: (c) => overExcursions(c, (trade) => trade.mae),
  },
  avgMfePoints: {
    title: "Average MFE in points",
    formula: "mean of MFE / (quantity x multiplier); of one instrument only",
    unit: "points",
    reference: "LEAN TradeStatistics AverageMFE, a unit",
    compute: (c) => overExcursions(c, (trade) => trade.mfe),
  },
  expectancyR: {
    title: "Expectancy in R",
    formula:
      "mean of pnl / (|entry price - stop| x quantity x multiplier) over the trades whose entry had a stop-loss: bracket or one-triggers-other",
    unit: "ratio",
    reference: "Van Tharp",
    compute: expectancyR,
  },
});

/** Where the sizes of instruments are looked up. */
export type Sizes = Pick<MetricContext, "outcome" | "options">;

/** Account money per 1.0 of price and unit of an asset: its own, else the caller's; unknown where it changes with an exchange rate. */
export function multiplierOf(c: Sizes, asset: Asset): number | undefined {
  return isForeign(c, asset) ? undefined : (asset.multiplier ?? c.options.instruments?.[asset.key]?.multiplier);
}

function isForeign({ options, outcome }: Sizes, asset: Asset): boolean {
  return (options.instruments?.[asset.key]?.currency ?? outcome.settings.currency) !== outcome.settings.currency;
}

/** Smallest price step of an asset: its own, else the caller's, else unknown. */
export function tickSizeOf(c: Sizes, asset: Asset): number | undefined {
  return asset.tickSize ?? c.options.instruments?.[asset.key]?.tickSize;
}

export function unknownSize(c: Sizes, asset: Asset): Missing {
  if (isForeign(c, asset))
    return missing(`what ${asset} is worth in ${c.outcome.settings.currency} changes with the rate`);
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
  if (multiplier === undefined) return unknownSize(c, trade.asset);
  const value = Math.abs(trade.entryPrice) * trade.quantity * multiplier;
  return quotient(trade.pnl, value, "a trade was entered at a price of 0");
}

function pointsOf(trade: Trade): number {
  return (trade.exitPrice - trade.entryPrice - (trade.rollGap ?? 0)) * (trade.direction === "long" ? 1 : -1);
}

function overPoints(c: MetricContext, measure: (points: Float64Array) => number): number | Missing {
  const problem = ofTrades(c) ?? severalInstruments(c);
  return problem ?? measure(Float64Array.from(c.closed.trades, pointsOf));
}

function severalInstruments(c: MetricContext): Missing | undefined {
  const roots = new Set(c.closed.trades.map((trade) => trade.asset.root));
  return roots.size > 1 ? missing(`points of ${roots.size} different instruments do not add up`) : undefined;
}

function overTicks(c: MetricContext, measure: (ticks: Float64Array) => number): number | Missing {
  const problem = ofTrades(c);
  if (problem !== undefined) return problem;
  const unknown = c.closed.trades.find((trade) => tickSizeOf(c, trade.asset) === undefined);
  if (unknown !== undefined) return missing(`the tick size of ${unknown.asset} is not known`);
  return measure(
    Float64Array.from(c.closed.trades, (trade) => pointsOf(trade) / (tickSizeOf(c, trade.asset) ?? Number.NaN)),
  );
}

/** Mean of an excursion a unit, in price units. */
function overExcursions(c: MetricContext, excursionOf: (trade: Trade) => number): number | Missing {
  const problem = ofTrades(c) ?? severalInstruments(c);
  if (problem !== undefined) return problem;
  const unknown = c.closed.trades.find((trade) => multiplierOf(c, trade.asset) === undefined);
  if (unknown !== undefined) return unknownSize(c, unknown.asset);
  return mean(
    Float64Array.from(
      c.closed.trades,
      (trade) => excursionOf(trade) / (trade.quantity * (multiplierOf(c, trade.asset) ?? Number.NaN)),
    ),
  );
}

function expectancyR(c: MetricContext): number | Missing {
  const problem = ofTrades(c);
  if (problem !== undefined) return problem;
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
  return multiples.length === 0 ? missing("no trade began with a stop-loss") : mean(Float64Array.from(multiples));
}
