/** The run beside a benchmark, session by session. Null without one. */

import type { Comparison } from "./benchmark-input.ts";
import type { MetricContext } from "./context.ts";
import { defineMetrics, isMissing, type Missing, missing, quotient } from "./definition.ts";
import { underwater } from "./drawdowns.ts";
import { annualReturn } from "./group-account.ts";
import { comoments, compound, growthOf, mean, smallest, standardDeviation } from "./numbers.ts";

const CONSTANT = "the benchmark's returns did not vary";

export const benchmarkMetrics = defineMetrics({
  benchmarkReturn: {
    title: "Benchmark return",
    formula: "product of (1 + benchmark return) - 1",
    unit: "fraction",
    reference: "empyrical cum_returns_final",
    compute: (c) => against(c, ({ benchmark }) => compound(benchmark)),
  },
  excessReturn: {
    title: "Return over benchmark",
    formula: "product of (1 + return) - product of (1 + benchmark return)",
    unit: "fraction",
    reference: "by definition",
    compute: (c) => against(c, ({ own, benchmark }) => compound(own) - compound(benchmark)),
  },
  beta: {
    title: "Beta",
    formula: "covariance(excess return, benchmark excess return) / variance(benchmark excess return)",
    unit: "ratio",
    reference: "empyrical beta",
    compute: beta,
  },
  alpha: {
    title: "Alpha (Jensen)",
    formula: "(1 + mean(excess return - beta x benchmark excess return)) ^ periods a year - 1",
    unit: "fraction",
    reference: "empyrical alpha",
    compute: alpha,
  },
  correlation: {
    title: "Correlation",
    formula: "Pearson correlation of session returns with the benchmark's",
    unit: "ratio",
    reference: "numpy corrcoef",
    compute: (c) => correlation(c),
  },
  rSquared: {
    title: "R squared",
    formula: "correlation^2",
    unit: "ratio",
    reference: "QuantStats r_squared",
    compute: (c) => {
      const value = correlation(c);
      return isMissing(value) ? value : value * value;
    },
  },
  trackingError: {
    title: "Tracking error",
    formula: "standard deviation(return - benchmark return) x sqrt(periods a year)",
    unit: "fraction",
    reference: "R TrackingError",
    compute: trackingError,
  },
  informationRatio: {
    title: "Information ratio",
    formula: "mean(return - benchmark return) x periods a year / trackingError",
    unit: "ratio",
    reference: "empyrical excess_sharpe, annualised (R's is geometric)",
    compute: informationRatio,
  },
  treynor: {
    title: "Treynor ratio",
    formula: "(annual return - risk-free) / beta, over the sessions that are compared",
    unit: "ratio",
    reference: "R TreynorRatio",
    compute: treynor,
  },
  upCapture: {
    title: "Up capture",
    formula: "annual return / benchmark's annual return, over sessions in which the benchmark gained",
    unit: "ratio",
    reference: "empyrical up_capture",
    compute: (c) => capture(c, (value) => value > 0, "the benchmark never gained"),
  },
  downCapture: {
    title: "Down capture",
    formula: "annual return / benchmark's annual return, over sessions in which the benchmark lost",
    unit: "ratio",
    reference: "empyrical down_capture",
    compute: (c) => capture(c, (value) => value < 0, "the benchmark never lost"),
  },
  battingAverage: {
    title: "Batting average",
    formula: "share of sessions with a return above the benchmark's",
    unit: "fraction",
    reference: "empyrical batting_average",
    compute: (c) => against(c, (pair) => difference(pair).filter((value) => value > 0).length / pair.own.length),
  },
  worstRelativeDrawdown: {
    title: "Worst drawdown against the benchmark",
    formula: "lowest q / running maximum of q - 1, q = growth of the run / growth of the benchmark",
    unit: "fraction",
    reference: "by definition",
    compute: (c) => against(c, relativeDrawdown),
  },
});

function against(c: MetricContext, measure: (pair: Comparison) => number | Missing): number | Missing {
  if (c.comparison === undefined) return missing("no benchmark was given");
  if (c.noReturns !== undefined) return c.noReturns;
  return c.comparison.own.length === 0
    ? missing("the benchmark has no prices in the sessions of the run")
    : measure(c.comparison);
}

function less(returns: Float64Array, other: Float64Array): Float64Array {
  return returns.map((value, i) => value - (other[i] ?? 0));
}

function difference({ own, benchmark }: Comparison): Float64Array {
  return less(own, benchmark);
}

function beta(c: MetricContext): number | Missing {
  return against(c, ({ own, benchmark, riskFree }) => {
    const { covariance, varianceY } = comoments(less(own, riskFree), less(benchmark, riskFree));
    return standardDeviation(benchmark) === 0 ? missing(CONSTANT) : quotient(covariance, varianceY, CONSTANT);
  });
}

function alpha(c: MetricContext): number | Missing {
  const slope = beta(c);
  if (isMissing(slope)) return slope;
  return against(c, ({ own, benchmark, riskFree }) => {
    const residual = mean(less(own, riskFree)) - slope * mean(less(benchmark, riskFree));
    return (1 + residual) ** c.basis.periodsPerYear - 1;
  });
}

function correlation(c: MetricContext): number | Missing {
  return against(c, ({ own, benchmark }) => {
    const { covariance, varianceX, varianceY } = comoments(own, benchmark);
    return quotient(covariance, Math.sqrt(varianceX * varianceY), "one of the two did not vary");
  });
}

function trackingError(c: MetricContext): number | Missing {
  return against(c, (pair) =>
    pair.own.length < 2
      ? missing("needs 2 sessions with a benchmark, there is 1")
      : standardDeviation(difference(pair)) * Math.sqrt(c.basis.periodsPerYear),
  );
}

function informationRatio(c: MetricContext): number | Missing {
  const error = trackingError(c);
  if (isMissing(error)) return error;
  return against(c, (pair) =>
    quotient(mean(difference(pair)) * c.basis.periodsPerYear, error, "the run never differed from its benchmark"),
  );
}

function treynor(c: MetricContext): number | Missing {
  const slope = beta(c);
  const growth = annualReturn(c);
  if (isMissing(slope)) return slope;
  if (isMissing(growth)) return growth;
  return against(c, ({ own, riskFree }) => {
    const { periodsPerYear } = c.basis;
    const annual = growthOf(own) ** (periodsPerYear / own.length) - 1;
    const rate = mean(riskFree.map((value) => (1 + value) ** periodsPerYear - 1));
    return quotient(annual - rate, slope, "beta is 0");
  });
}

function capture(c: MetricContext, keep: (benchmarkReturn: number) => boolean, reason: string): number | Missing {
  return against(c, ({ own, benchmark }) => {
    const chosen = benchmark.filter(keep);
    if (chosen.length === 0) return missing(reason);
    // The growth itself, not growth - 1: over many losing sessions it comes close to 0 and its last digits count.
    const annual = (returns: Float64Array) => growthOf(returns) ** (c.basis.periodsPerYear / chosen.length) - 1;
    const beside = own.filter((_, i) => keep(benchmark[i] ?? 0));
    return quotient(annual(beside), annual(chosen), reason);
  });
}

function relativeDrawdown({ own, benchmark }: Comparison): number {
  const growth = new Float64Array(benchmark.length + 1).fill(1);
  for (let i = 0; i < benchmark.length; i++) {
    growth[i + 1] = ((growth[i] ?? 1) * (1 + (own[i] ?? 0))) / (1 + (benchmark[i] ?? 0));
  }
  return smallest(underwater(growth));
}
