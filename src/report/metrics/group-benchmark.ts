/** The run beside a benchmark, session by session. Null without one. */

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
    compute: (c) => against(c, compound),
  },
  excessReturn: {
    title: "Return over benchmark",
    formula: "product of (1 + return) - product of (1 + benchmark return)",
    unit: "fraction",
    reference: "by definition",
    compute: (c) => against(c, (benchmark) => compound(c.returns) - compound(benchmark)),
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
    compute: (c) => against(c, (benchmark) => trackingError(c, benchmark)),
  },
  informationRatio: {
    title: "Information ratio",
    formula: "mean(return - benchmark return) x periods a year / trackingError",
    unit: "ratio",
    reference: "empyrical excess_sharpe, annualised (R's is geometric)",
    compute: (c) =>
      against(c, (benchmark) =>
        quotient(
          mean(difference(c, benchmark)) * c.basis.periodsPerYear,
          trackingError(c, benchmark),
          "the run never differed from its benchmark",
        ),
      ),
  },
  treynor: {
    title: "Treynor ratio",
    formula: "(annualReturn - risk-free) / beta",
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
    compute: (c) =>
      against(c, (benchmark) => difference(c, benchmark).filter((value) => value > 0).length / benchmark.length),
  },
  worstRelativeDrawdown: {
    title: "Worst drawdown against the benchmark",
    formula: "lowest q / running maximum of q - 1, q = growth of the run / growth of the benchmark",
    unit: "fraction",
    reference: "by definition",
    compute: (c) => against(c, (benchmark) => relativeDrawdown(c, benchmark)),
  },
});

function against(c: MetricContext, measure: (benchmark: Float64Array) => number | Missing): number | Missing {
  if (c.benchmark === undefined) return missing("no benchmark was given");
  return c.noReturns ?? measure(c.benchmark);
}

/** Returns of the benchmark less the risk-free rate that was taken off the run's own. */
function benchmarkExcess(c: MetricContext, benchmark: Float64Array): Float64Array {
  return benchmark.map((value, i) => value - ((c.returns[i] ?? 0) - (c.excess[i] ?? 0)));
}

function difference(c: MetricContext, benchmark: Float64Array): Float64Array {
  return benchmark.map((value, i) => (c.returns[i] ?? 0) - value);
}

function beta(c: MetricContext): number | Missing {
  return against(c, (benchmark) => {
    const { covariance, varianceY } = comoments(c.excess, benchmarkExcess(c, benchmark));
    return standardDeviation(benchmark) === 0 ? missing(CONSTANT) : quotient(covariance, varianceY, CONSTANT);
  });
}

function alpha(c: MetricContext): number | Missing {
  const slope = beta(c);
  if (isMissing(slope)) return slope;
  return against(c, (benchmark) => {
    const residual = mean(c.excess) - slope * mean(benchmarkExcess(c, benchmark));
    return (1 + residual) ** c.basis.periodsPerYear - 1;
  });
}

function correlation(c: MetricContext): number | Missing {
  return against(c, (benchmark) => {
    const { covariance, varianceX, varianceY } = comoments(c.returns, benchmark);
    return quotient(covariance, Math.sqrt(varianceX * varianceY), "one of the two did not vary");
  });
}

function trackingError(c: MetricContext, benchmark: Float64Array): number {
  return standardDeviation(difference(c, benchmark)) * Math.sqrt(c.basis.periodsPerYear);
}

function treynor(c: MetricContext): number | Missing {
  const slope = beta(c);
  const growth = annualReturn(c);
  if (isMissing(slope)) return slope;
  return isMissing(growth) ? growth : quotient(growth - c.riskFree, slope, "beta is 0");
}

function capture(c: MetricContext, keep: (benchmarkReturn: number) => boolean, reason: string): number | Missing {
  return against(c, (benchmark) => {
    const chosen = benchmark.filter(keep);
    if (chosen.length === 0) return missing(reason);
    // The growth itself, not growth - 1: over many losing sessions it comes close to 0 and its last digits count.
    const annual = (returns: Float64Array) => growthOf(returns) ** (c.basis.periodsPerYear / chosen.length) - 1;
    const own = c.returns.filter((_, i) => keep(benchmark[i] ?? 0));
    return quotient(annual(own), annual(chosen), reason);
  });
}

function relativeDrawdown(c: MetricContext, benchmark: Float64Array): number {
  const growth = new Float64Array(benchmark.length + 1).fill(1);
  for (let i = 0; i < benchmark.length; i++) {
    growth[i + 1] = ((growth[i] ?? 1) * (1 + (c.returns[i] ?? 0))) / (1 + (benchmark[i] ?? 0));
  }
  return smallest(underwater(growth));
}
