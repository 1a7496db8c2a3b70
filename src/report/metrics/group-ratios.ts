/** Return set against risk. */

import type { MetricContext } from "./context.ts";
import { defineMetrics, isMissing, type Missing, missing, quotient } from "./definition.ts";
import { cagr } from "./group-account.ts";
import { downsideDeviation, ulcerIndex, varied } from "./group-risk.ts";
import { normalCdf, normalQuantile } from "./normal.ts";
import { comoments, mean, populationMoments, standardDeviation, sum } from "./numbers.ts";
import { periodsOf } from "./periods.ts";

/** Two-sided 95 % of the normal distribution. */
const NORMAL_95 = 1.959963984540054;
const EULER_GAMMA = 0.5772156649015329;

export const ratioMetrics = defineMetrics({
  sharpe: {
    title: "Sharpe ratio",
    formula: "mean(excess return) / standard deviation(excess return) x sqrt(periods a year)",
    unit: "ratio",
    reference: "empyrical sharpe_ratio; QuantStats sharpe; R SharpeRatio.annualized(geometric = FALSE)",
    compute: (c) => yearly(c, sharpePerPeriod(c)),
  },
  sharpeStdErr: {
    title: "Standard error of the Sharpe ratio",
    formula:
      "sqrt((1 - g1 SR + (g4 - 1) / 4 x SR^2) / (n - 1)) x sqrt(periods a year); SR a session, g1 and g4 population moments",
    unit: "ratio",
    reference: "Mertens 2002; R SharpeRatio",
    compute: (c) => yearly(c, sharpeError(c)),
  },
  sharpeLow95: {
    title: "Sharpe ratio, low end of 95 %",
    formula: "sharpe - 1.96 x sharpeStdErr",
    unit: "ratio",
    reference: "by definition",
    compute: (c) => yearly(c, sharpeBound(c, -1)),
  },
  sharpeHigh95: {
    title: "Sharpe ratio, high end of 95 %",
    formula: "sharpe + 1.96 x sharpeStdErr",
    unit: "ratio",
    reference: "by definition",
    compute: (c) => yearly(c, sharpeBound(c, 1)),
  },
  probabilisticSharpe: {
    title: "Probabilistic Sharpe ratio",
    formula: "P(true Sharpe ratio > 0) = Phi(SR / standard error), a session",
    unit: "fraction",
    reference: "Bailey and Lopez de Prado 2012; numpy",
    compute: (c) => probabilityAbove(c, 0),
  },
  deflatedSharpe: {
    title: "Deflated Sharpe ratio",
    formula:
      "probabilistic Sharpe ratio against sqrt(V) x ((1 - g) Z(1 - 1 / N) + g Z(1 - 1 / (N e))), the best of N worthless trials; g is Euler's constant",
    unit: "fraction",
    reference: "Bailey and Lopez de Prado 2014; vectorbt deflated_sharpe_ratio",
    compute: deflatedSharpe,
  },
  sortino: {
    title: "Sortino ratio",
    formula: "mean(excess return) x periods a year / downsideDeviation",
    unit: "ratio",
    reference: "empyrical sortino_ratio",
    compute: sortino,
  },
  calmar: {
    title: "Calmar ratio",
    formula: "cagr / |maxDrawdown|, over the whole run",
    unit: "ratio",
    reference: "R CalmarRatio (which counts years as sessions / periods a year)",
    compute: (c) => overDrawdown(c, cagr(c), c.deepest?.depth ?? 0),
  },
  omega: {
    title: "Omega ratio",
    formula: "sum of returns above 0 / |sum of returns below 0|",
    unit: "ratio",
    reference: "empyrical omega_ratio; R Omega",
    compute: omega,
  },
  martin: {
    title: "Martin ratio (UPI)",
    formula: "(cagr - risk-free) / ulcerIndex",
    unit: "ratio",
    reference: "R MartinRatio (which counts years as sessions / periods a year)",
    compute: martin,
  },
  gainToPain: {
    title: "Gain to pain",
    formula: "sum of monthly returns / |sum of the negative ones| (Schwager), full months",
    unit: "ratio",
    reference: "Schwager 2012",
    compute: gainToPain,
  },
  recoveryFactor: {
    title: "Recovery factor",
    formula: "netProfit / |maxDrawdownMoney|; below 0 for a loss",
    unit: "ratio",
    reference: "LEAN ProfitToMaxDrawdownRatio",
    compute: (c) => overDrawdown(c, c.noEquity ?? c.finalEquity - c.startEquity, c.deepest?.money ?? 0),
  },
  stability: {
    title: "Stability",
    formula: "R^2 of a straight line through log equity at the session samples after the start",
    unit: "ratio",
    reference: "empyrical stability_of_timeseries",
    compute: stability,
  },
});

function yearly(c: MetricContext, value: number | Missing): number | Missing {
  return isMissing(value) ? value : value * Math.sqrt(c.basis.periodsPerYear);
}

function sharpePerPeriod(c: MetricContext): number | Missing {
  return varied(c) ?? quotient(mean(c.excess), standardDeviation(c.excess), "the excess returns did not vary");
}

function sharpeError(c: MetricContext): number | Missing {
  const ratio = sharpePerPeriod(c);
  if (isMissing(ratio)) return ratio;
  const { skew, kurtosis } = populationMoments(c.excess);
  const variance = (1 - skew * ratio + ((kurtosis - 1) / 4) * ratio * ratio) / (c.excess.length - 1);
  return variance > 0 ? Math.sqrt(variance) : missing("the returns are too few for a standard error");
}

function sharpeBound(c: MetricContext, side: -1 | 1): number | Missing {
  const ratio = sharpePerPeriod(c);
  const error = sharpeError(c);
  if (isMissing(ratio)) return ratio;
  return isMissing(error) ? error : ratio + side * NORMAL_95 * error;
}

/** Probability that the true Sharpe ratio a session exceeds `threshold`. */
function probabilityAbove(c: MetricContext, threshold: number): number | Missing {
  const ratio = sharpePerPeriod(c);
  const error = sharpeError(c);
  if (isMissing(ratio)) return ratio;
  return isMissing(error) ? error : normalCdf((ratio - threshold) / error);
}

function deflatedSharpe(c: MetricContext): number | Missing {
  const { trials } = c.options;
  if (trials === undefined) return missing("the run is not said to be the best of several");
  if (!(trials.count >= 2 && trials.variance >= 0))
    return missing("needs at least 2 trials and the variance of their Sharpe ratios");
  const best =
    (1 - EULER_GAMMA) * normalQuantile(1 - 1 / trials.count) +
    EULER_GAMMA * normalQuantile(1 - 1 / (trials.count * Math.E));
  return probabilityAbove(c, Math.sqrt(trials.variance) * best);
}

function sortino(c: MetricContext): number | Missing {
  if (c.noReturns !== undefined) return c.noReturns;
  return quotient(
    mean(c.excess) * c.basis.periodsPerYear,
    downsideDeviation(c),
    "no session fell below the risk-free rate",
  );
}

function overDrawdown(c: MetricContext, value: number | Missing, drawdown: number): number | Missing {
  if (isMissing(value)) return value;
  if (c.noReturns !== undefined) return c.noReturns;
  return quotient(value, Math.abs(drawdown), "equity was never below its maximum");
}

function omega(c: MetricContext): number | Missing {
  if (c.noReturns !== undefined) return c.noReturns;
  const gains = sum(c.returns.filter((value) => value > 0));
  const losses = sum(c.returns.filter((value) => value < 0));
  return quotient(gains, -losses, "no session lost");
}

function martin(c: MetricContext): number | Missing {
  const growth = c.noReturns ?? cagr(c);
  if (isMissing(growth)) return growth;
  const ulcer = ulcerIndex(c);
  return isMissing(ulcer)
    ? ulcer
    : quotient(growth - c.riskFree, ulcer, "equity was never below its maximum at a session close");
}

function gainToPain(c: MetricContext): number | Missing {
  if (c.noReturns !== undefined) return c.noReturns;
  const months = periodsOf(c.samples, "month").filter((month) => !month.partial);
  const pain = months.reduce((total, month) => total + Math.min(0, month.return), 0);
  const gain = months.reduce((total, month) => total + month.return, 0);
  return months.length === 0 ? missing("no full month") : quotient(gain, -pain, "no full month lost");
}

function stability(c: MetricContext): number | Missing {
  const problem = varied(c);
  if (problem !== undefined) return problem;
  const logs = c.samples.value.subarray(1).map(Math.log);
  const { covariance, varianceX, varianceY } = comoments(Float64Array.from(logs.keys()), logs);
  return quotient(covariance * covariance, varianceX * varianceY, "equity did not vary");
}
