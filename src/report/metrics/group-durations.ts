/** How long trades were held. */

import { DAY } from "../../market/time.ts";
import type { MetricContext } from "./context.ts";
import { defineMetrics, type Missing, missing } from "./definition.ts";
import { ofTrades } from "./group-trades.ts";
import { largest, mean, median } from "./numbers.ts";

const WINNING = (pnl: number) => pnl > 0;
const LOSING = (pnl: number) => pnl < 0;

export const durationMetrics = defineMetrics({
  avgTradeDays: {
    title: "Average trade duration",
    formula: "mean calendar days from first entry to last exit",
    unit: "days",
    reference: "backtesting.py Avg. Trade Duration",
    compute: (c) => ofTrades(c) ?? mean(c.closed.duration) / DAY,
  },
  medianTradeDays: {
    title: "Median trade duration",
    formula: "median calendar days from first entry to last exit",
    unit: "days",
    reference: "pyfolio round trips",
    compute: (c) => ofTrades(c) ?? median(c.closed.duration) / DAY,
  },
  maxTradeDays: {
    title: "Longest trade",
    formula: "most calendar days from first entry to last exit",
    unit: "days",
    reference: "backtesting.py Max. Trade Duration",
    compute: (c) => ofTrades(c) ?? largest(c.closed.duration) / DAY,
  },
  avgWinDays: {
    title: "Average duration of wins",
    formula: "mean calendar days of trades with pnl > 0",
    unit: "days",
    reference: "vectorbt Avg Winning Trade Duration",
    compute: (c) => daysOf(c, WINNING, mean),
  },
  medianWinDays: {
    title: "Median duration of wins",
    formula: "median calendar days of trades with pnl > 0",
    unit: "days",
    reference: "LEAN MedianWinningTradeDuration",
    compute: (c) => daysOf(c, WINNING, median),
  },
  maxWinDays: {
    title: "Longest win",
    formula: "most calendar days of a trade with pnl > 0",
    unit: "days",
    reference: "by definition",
    compute: (c) => daysOf(c, WINNING, largest),
  },
  avgLossDays: {
    title: "Average duration of losses",
    formula: "mean calendar days of trades with pnl < 0",
    unit: "days",
    reference: "vectorbt Avg Losing Trade Duration",
    compute: (c) => daysOf(c, LOSING, mean),
  },
  medianLossDays: {
    title: "Median duration of losses",
    formula: "median calendar days of trades with pnl < 0",
    unit: "days",
    reference: "LEAN MedianLosingTradeDuration",
    compute: (c) => daysOf(c, LOSING, median),
  },
  maxLossDays: {
    title: "Longest loss",
    formula: "most calendar days of a trade with pnl < 0",
    unit: "days",
    reference: "by definition",
    compute: (c) => daysOf(c, LOSING, largest),
  },
  avgTradeBars: {
    title: "Average bars in a trade",
    formula: "mean bars over which a trade was held",
    unit: "bars",
    reference: "by definition",
    compute: (c) => ofTrades(c) ?? mean(c.closed.bars),
  },
});

function daysOf(
  c: MetricContext,
  keep: typeof WINNING,
  measure: (durations: Float64Array) => number,
): number | Missing {
  const chosen = c.closed.duration.filter((_, i) => keep(c.closed.pnl[i] ?? 0));
  if (chosen.length > 0) return measure(chosen) / DAY;
  return ofTrades(c) ?? missing(keep === WINNING ? "no winning trade" : "no losing trade");
}
