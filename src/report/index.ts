/** What came of a run: statistics, the end screen, the files. */

export { type Bootstrap, type BootstrapOptions, bootstrapRun, type Interval } from "./bootstrap.ts";
export type { CodeState } from "./config-file.ts";
export { OPTIONAL_RUN_FILES, runFiles } from "./files.ts";
export {
  formatCompact,
  formatCount,
  formatDays,
  formatDuration,
  formatMoney,
  formatNumber,
  formatPercent,
  formatSigned,
  formatSignedMoney,
  formatSignedPercent,
} from "./format.ts";
export type { BenchmarkInput } from "./metrics/benchmark-input.ts";
export type { InstrumentFacts, StatisticsOptions } from "./metrics/context.ts";
export type { Convention } from "./metrics/conventions.ts";
export type { MetricDefinition, MetricUnit } from "./metrics/definition.ts";
export type { Drawdown } from "./metrics/drawdowns.ts";
export type { PeriodReturn } from "./metrics/periods.ts";
export { type MetricName, type MetricValues, metricGroups, metricNames, metricRegistry } from "./metrics/registry.ts";
export type { DatedRates } from "./metrics/risk-free.ts";
export { computeStatistics, type Statistics, type StatisticsBasis } from "./metrics/statistics.ts";
export { summarizeTrades, summarizeTradesBy, type TradeSummary } from "./metrics/trade-summary.ts";
export { RESULT_SCHEMA, RESULT_VERSION } from "./result-json.ts";
export type { ReviewCheck, ReviewCode, ReviewSeverity } from "./review/check.ts";
export type { Ladder, LadderRung } from "./review/ladder.ts";
export { type RunReview, reviewRun } from "./review/review.ts";
export type { RunFile } from "./run-file.ts";
export { type SummaryOptions, type SummaryTiming, summaryLines } from "./summary.ts";
