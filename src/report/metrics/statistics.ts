/** All statistics of a run. */

import type { RunOutcome } from "../../market/run-outcome.ts";
import type { TradeMatching } from "../../market/trade.ts";
import { buildContext, type MetricContext, type StatisticsOptions } from "./context.ts";
import { type ContractProfit, contractProfits } from "./contract-profits.ts";
import { type Convention, conventionsOf } from "./conventions.ts";
import { isMissing } from "./definition.ts";
import type { Drawdown } from "./drawdowns.ts";
import { type PeriodReturn, periodsOf } from "./periods.ts";
import { type MetricName, type MetricValues, metricNames, metricRegistry } from "./registry.ts";
import { exitReasons } from "./trade-orders.ts";
import { summarizeByClock, summarizeTrades, summarizeTradesBy, type TradeSummary } from "./trade-summary.ts";

/** How many drawdowns are listed. */
const WORST_DRAWDOWNS = 10;

/** How equity was sampled and annualised. */
export interface StatisticsBasis {
  readonly periodsPerYear: number;
  /** Why this many. */
  readonly periodsPerYearText: string;
  /** `calendar`, `rows` or `utc-days`. */
  readonly sampling: string;
  readonly samplingText: string;
  /** Name of the calendar; null without one. */
  readonly calendar: string | null;
  /** Standard deviations divide by n - `ddof`. */
  readonly ddof: number;
  /** How fills make trades: the oldest entries are left first, or all from flat to flat is one, at mean prices. */
  readonly tradeMatching: TradeMatching;
  /** Annual risk-free rate, as a fraction. */
  readonly riskFree: number;
  readonly benchmark: string | null;
  /** Sessions of which the benchmark has a return, which alone are compared; null without one. */
  readonly comparedSessions: number | null;
}

/** Tables beside the single values. */
export interface StatisticsTables {
  readonly long: TradeSummary;
  readonly short: TradeSummary;
  /** By asset key. */
  readonly byAsset: Readonly<Record<string, TradeSummary>>;
  /** By what ended them: `take_profit` and `stop_loss` of a bracket, else the exit order's tag, else its kind. */
  readonly byExitReason: Readonly<Record<string, TradeSummary>>;
  /** By weekday (1 Monday .. 7 Sunday) and hour (0 .. 23) of the entry, in the run's time zone. */
  readonly byWeekday: Readonly<Record<string, TradeSummary>>;
  readonly byHour: Readonly<Record<string, TradeSummary>>;
  /** What each contract of continuous futures earned, by its name. */
  readonly byContract: Readonly<Record<string, ContractProfit>>;
  /** Orders refused, by the reason's code. */
  readonly byRefusal: Readonly<Record<string, number>>;
  /** The ten deepest at session samples, deepest first; of equal ones the older first. */
  readonly drawdowns: readonly Drawdown[];
  readonly months: readonly PeriodReturn[];
  readonly years: readonly PeriodReturn[];
}

/**
 * The statistics of a run: every metric of the registry by name (fractions, not percents; null when undefined), tables, and what they
 * rest on. Plain data.
 */
export interface Statistics extends MetricValues, StatisticsTables {
  /** A sentence for every metric that is null, by name. */
  readonly undefinedReasons: Readonly<Partial<Record<MetricName, string>>>;
  readonly basis: StatisticsBasis;
  readonly conventions: readonly Convention[];
}

/**
 * Computes every metric of the registry. Pure: the same outcome and options give the same numbers.
 * @throws InvalidInputError `invalid_argument`: an option that cannot be used
 */
export function computeStatistics(outcome: RunOutcome, options: StatisticsOptions = {}): Statistics {
  const context = buildContext(outcome, options);
  const { values, reasons } = computeValues(context);
  return {
    ...values,
    ...tablesOf(context),
    undefinedReasons: reasons,
    basis: basisOf(context),
    conventions: conventionsOf(context),
  };
}

function computeValues(context: MetricContext) {
  const values: Partial<Record<MetricName, number | null>> = {};
  const reasons: Partial<Record<MetricName, string>> = {};
  for (const name of metricNames) {
    const value = metricRegistry[name].compute(context);
    const reason = isMissing(value) ? value.missing : Number.isFinite(value) ? undefined : "the numbers are too large";
    values[name] = isMissing(value) || reason !== undefined ? null : value;
    if (reason !== undefined) reasons[name] = reason;
  }
  // The type of each value follows from its definition, which the loop above cannot know.
  return { values: values as MetricValues, reasons };
}

function tablesOf(context: MetricContext): StatisticsTables {
  const { trades } = context.closed;
  const worstFirst = context.drawdowns.toSorted((a, b) => a.depth - b.depth);
  const reasonOf = exitReasons(context.outcome);
  const sound = context.noReturns === undefined;
  return {
    long: summarizeTrades(trades.filter((trade) => trade.direction === "long")),
    short: summarizeTrades(trades.filter((trade) => trade.direction === "short")),
    byAsset: summarizeTradesBy(trades, (trade) => trade.asset.key),
    byExitReason: summarizeTradesBy(trades, reasonOf),
    ...summarizeByClock(trades, context.outcome.settings.timezone),
    byContract: contractProfits(context),
    byRefusal: refusals(context.outcome),
    drawdowns: worstFirst.slice(0, WORST_DRAWDOWNS),
    months: sound ? periodsOf(context.samples, "month") : [],
    years: sound ? periodsOf(context.samples, "year") : [],
  };
}

function basisOf(context: MetricContext): StatisticsBasis {
  const { basis, options } = context;
  return {
    periodsPerYear: basis.periodsPerYear,
    periodsPerYearText: basis.periodsPerYearText,
    sampling: basis.sampling,
    samplingText: basis.samplingText,
    calendar: basis.calendar?.name ?? null,
    ddof: 1,
    tradeMatching: context.outcome.settings.tradeMatching,
    riskFree: context.riskFree,
    benchmark: options.benchmark?.name ?? null,
    comparedSessions: context.comparison?.own.length ?? null,
  };
}

function refusals({ orders }: RunOutcome): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { status, refusal } of orders) {
    if (status !== "rejected") continue;
    const reason = refusal ?? "unknown";
    counts[reason] = (counts[reason] ?? 0) + 1;
  }
  return Object.fromEntries(Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1)));
}
