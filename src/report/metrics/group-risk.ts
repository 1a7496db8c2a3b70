/** How rough the way was. */

import type { MetricContext } from "./context.ts";
import { defineMetrics, type Missing, missing, quotient } from "./definition.ts";
import type { Drawdown } from "./drawdowns.ts";
import { largest, mean, populationMoments, sortedQuantile, standardDeviation } from "./numbers.ts";

/** Probability in the tail of VaR and CVaR. */
const TAIL = 0.05;

export const riskMetrics = defineMetrics({
  volatility: {
    title: "Volatility",
    formula: "standard deviation of session returns (divisor n - 1) x sqrt(periods a year)",
    unit: "fraction",
    reference: "empyrical annual_volatility",
    compute: (c) => enoughReturns(c, 2) ?? standardDeviation(c.returns) * Math.sqrt(c.basis.periodsPerYear),
  },
  downsideDeviation: {
    title: "Downside deviation",
    formula: "sqrt(mean over all sessions of min(return - risk-free, 0)^2) x sqrt(periods a year)",
    unit: "fraction",
    reference: "empyrical downside_risk",
    compute: (c) => c.noReturns ?? downsideDeviation(c),
  },
  maxDrawdown: {
    title: "Max drawdown",
    formula: "lowest equity / running maximum - 1 over every row of equity, the start included",
    unit: "fraction",
    reference: "empyrical max_drawdown",
    compute: (c) => c.noEquity ?? c.deepest?.depth ?? 0,
  },
  maxDrawdownMoney: {
    title: "Max drawdown in money",
    formula: "valley - peak of the drawdown that maxDrawdown names",
    unit: "money",
    reference: "by definition",
    compute: (c) => c.noEquity ?? c.deepest?.money ?? 0,
  },
  maxDrawdownDays: {
    title: "Days of the max drawdown",
    formula: "calendar days from its peak to its recovery, or to the end of the run",
    unit: "days",
    reference: "by definition",
    compute: (c) => c.noEquity ?? c.deepest?.days ?? 0,
  },
  maxDrawdownAtClose: {
    title: "Max drawdown at session closes",
    formula: "as maxDrawdown, over one sample a session",
    unit: "fraction",
    reference: "empyrical max_drawdown",
    compute: (c) => c.noEquity ?? c.drawdowns.reduce((lowest, run) => Math.min(lowest, run.depth), 0),
  },
  avgDrawdown: {
    title: "Average drawdown",
    formula: "mean depth of the drawdowns between session samples",
    unit: "fraction",
    reference: "backtesting.py Avg. Drawdown; R AverageDrawdown",
    compute: (c) => averageOf(c, (run) => run.depth),
  },
  maxDrawdownDuration: {
    title: "Longest drawdown",
    formula: "most calendar days from a peak to its recovery, or to the end of the run",
    unit: "days",
    reference: "backtesting.py Max. Drawdown Duration",
    compute: (c) => c.noEquity ?? c.drawdowns.reduce((longest, run) => Math.max(longest, run.days), 0),
  },
  avgDrawdownDuration: {
    title: "Average drawdown duration",
    formula: "mean calendar days from peak to recovery, or to the end of the run",
    unit: "days",
    reference: "backtesting.py Avg. Drawdown Duration",
    compute: (c) => averageOf(c, (run) => run.days),
  },
  timeUnderwater: {
    title: "Time under water",
    formula: "share of session samples below the running maximum",
    unit: "fraction",
    reference: "numpy",
    compute: (c) =>
      c.noEquity ?? overSamples(c, (depths) => depths.filter((depth) => depth < 0).length / depths.length),
  },
  currentDrawdown: {
    title: "Drawdown at the end",
    formula: "finalEquity / highest equity - 1",
    unit: "fraction",
    reference: "by definition",
    compute: (c) => c.noEquity ?? c.finalEquity / largest(c.outcome.equity.value) - 1,
  },
  ulcerIndex: {
    title: "Ulcer index",
    formula: "sqrt(mean of squared drawdowns at session samples), divisor n",
    unit: "fraction",
    reference: "R UlcerIndex",
    compute: (c) => c.noEquity ?? ulcerIndex(c),
  },
  painIndex: {
    title: "Pain index",
    formula: "mean drawdown at session samples, as a positive number",
    unit: "fraction",
    reference: "R PainIndex",
    compute: (c) => c.noEquity ?? overSamples(c, (depths) => Math.abs(mean(depths))),
  },
  var95: {
    title: "Value at risk 95 %",
    formula: "5 % quantile of session returns, linear interpolation",
    unit: "fraction",
    reference: "empyrical value_at_risk",
    compute: (c) => c.noReturns ?? sortedQuantile(c.sortedReturns, TAIL),
  },
  cvar95: {
    title: "Expected shortfall 95 %",
    formula: "mean of the session returns at or below var95",
    unit: "fraction",
    reference: "numpy",
    compute: (c) => c.noReturns ?? expectedShortfall(c.sortedReturns),
  },
  skew: {
    title: "Skew",
    formula: "sample skewness G1 of session returns: g1 x sqrt(n(n - 1)) / (n - 2)",
    unit: "ratio",
    reference: "pandas skew (R's method 'sample' divides by the population deviation)",
    compute: (c) => varied(c, 3) ?? sampleSkew(c.returns),
  },
  excessKurtosis: {
    title: "Excess kurtosis",
    formula: "sample excess kurtosis G2: (n - 1) / ((n - 2)(n - 3)) x ((n + 1) g2 + 6)",
    unit: "ratio",
    reference: "pandas kurt; R kurtosis(method = 'sample_excess')",
    compute: (c) => varied(c, 4) ?? sampleExcessKurtosis(c.returns),
  },
  tailRatio: {
    title: "Tail ratio",
    formula: "|95 % quantile| / |5 % quantile| of session returns",
    unit: "ratio",
    reference: "empyrical tail_ratio",
    compute: tailRatio,
  },
});

/** The reason when there are fewer than `count` returns. */
function enoughReturns(c: MetricContext, count: number): Missing | undefined {
  if (c.noReturns !== undefined) return c.noReturns;
  return c.returns.length < count ? missing(`needs ${count} sessions, the run has ${c.returns.length}`) : undefined;
}

/** The reason when there are fewer than `count` returns or all are equal. */
export function varied(c: MetricContext, count = 2): Missing | undefined {
  const short = enoughReturns(c, count);
  if (short !== undefined) return short;
  return standardDeviation(c.returns) === 0 ? missing("the returns did not vary") : undefined;
}

/** Annual downside deviation of excess returns. */
export function downsideDeviation(c: MetricContext): number {
  let total = 0;
  for (const value of c.excess) if (value < 0) total += value * value;
  return Math.sqrt(total / c.excess.length) * Math.sqrt(c.basis.periodsPerYear);
}

/** Root mean square of the drawdowns at session samples (Martin). */
export function ulcerIndex(c: MetricContext): number | Missing {
  return overSamples(c, (depths) => Math.sqrt(mean(depths.map((depth) => depth * depth))));
}

/** Drawdowns at the session samples, the start itself left out: it is a peak by definition and no session. */
function overSamples(c: MetricContext, measure: (depths: Float64Array) => number): number | Missing {
  const depths = c.underwater.subarray(1);
  return depths.length === 0 ? missing("the run has no finished session") : measure(depths);
}

function averageOf(c: MetricContext, part: (run: Drawdown) => number): number | Missing {
  if (c.noEquity !== undefined) return c.noEquity;
  const total = c.drawdowns.reduce((subtotal, run) => subtotal + part(run), 0);
  return quotient(total, c.drawdowns.length, "equity was never below its maximum at a session close");
}

function expectedShortfall(sorted: Float64Array): number {
  const threshold = sortedQuantile(sorted, TAIL);
  return mean(sorted.filter((value) => value <= threshold));
}

function sampleSkew(returns: Float64Array): number {
  const n = returns.length;
  return (populationMoments(returns).skew * Math.sqrt(n * (n - 1))) / (n - 2);
}

function sampleExcessKurtosis(returns: Float64Array): number {
  const n = returns.length;
  const excess = populationMoments(returns).kurtosis - 3;
  return ((n - 1) / ((n - 2) * (n - 3))) * ((n + 1) * excess + 6);
}

function tailRatio(c: MetricContext): number | Missing {
  if (c.noReturns !== undefined) return c.noReturns;
  const low = Math.abs(sortedQuantile(c.sortedReturns, TAIL));
  return quotient(Math.abs(sortedQuantile(c.sortedReturns, 1 - TAIL)), low, "the 5 % quantile of returns is 0");
}
