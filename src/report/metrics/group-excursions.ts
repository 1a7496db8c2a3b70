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
  const returns = ofTrades(c) ?? tradeReturns(c);
  return "missing" in returns ? returns : measure(returns);
}

/** Several metrics ask for the same. */
const known = new WeakMap<MetricContext, Float64Array | Missing>();

function tradeReturns(c: MetricContext): Float64Array | Missing {
  const returns = known.get(c) ?? workOutReturns(c);
  known.set(c, returns);
  return returns;
}

function workOutReturns(c: MetricContext): Float64Array | Missing {
  const returns = new Float64Array(c.closed.count);
  for (const [i, trade] of c.closed.trades.entries()) {
    const value = tradeReturn(c, trade);
    if (isMissing(value)) return value;
    returns[i] = value;
  }
  return returns;
}

/** pnl over the value at entry of the largest quantity held. */
function tradeReturn(c: MetricContext, trade: Trade): number | Missing {
  const multiplier = multiplierOf(c, trade.asset);
  if (multiplier === undefined) return unknownSize(c, trade.asset);
  const value = Math.abs(trade.entryPrice) * trade.quantity * multiplier;
  return quotient(trade.pnl, value, "a trade was entered at a price of 0");
}
