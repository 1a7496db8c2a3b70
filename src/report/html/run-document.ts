/** `result.json` as a type: what the page reads of it. */

import type { DataFingerprint, RunOutcome, RunSettings } from "../../market/run-outcome.ts";
import type { ContractProfit } from "../metrics/contract-profits.ts";
import type { PeriodReturn } from "../metrics/periods.ts";
import type { MetricName } from "../metrics/registry.ts";
import type { StatisticsBasis } from "../metrics/statistics.ts";
import type { TradeSummary } from "../metrics/trade-summary.ts";
import type { RunReview } from "../review/review.ts";

/** A drawdown with its instants as ISO text. */
export interface DrawdownRow {
  readonly peakTime: string;
  readonly valleyTime: string;
  readonly recoveryTime: string | null;
  readonly depth: number;
  readonly money: number;
  readonly days: number;
  readonly daysToValley?: number;
  readonly daysToRecover?: number | null;
  /** Session samples from peak to recovery. */
  readonly samples?: number;
}

export interface EventRow {
  readonly time: string;
  readonly code: string;
  readonly level: "info" | "warning" | "error";
  readonly asset?: string;
  readonly orderId?: string;
  readonly reason?: string;
  readonly message: string;
}

/** Version 1 of `backlit.result`. Values are fractions, not percents. */
export interface RunDocument {
  readonly schema: string;
  readonly version: number;
  readonly status: RunOutcome["status"];
  readonly notice: string | null;
  readonly settings: RunSettings;
  readonly stats: Readonly<Partial<Record<MetricName, number | null>>>;
  /** Why a statistic is null. */
  readonly undefined: Readonly<Partial<Record<MetricName, string>>>;
  readonly basis: StatisticsBasis;
  readonly conventions: Readonly<Record<string, string>>;
  readonly long: TradeSummary;
  readonly short: TradeSummary;
  readonly byAsset: Readonly<Record<string, TradeSummary>>;
  /** Absent in results of a version that did not tell contracts apart. */
  readonly byContract?: Readonly<Record<string, ContractProfit>>;
  readonly byExitReason: Readonly<Record<string, TradeSummary>>;
  /** By weekday (1 Monday .. 7 Sunday) and hour of the entry, in the run's time zone. */
  readonly byWeekday: Readonly<Record<string, TradeSummary>>;
  readonly byHour: Readonly<Record<string, TradeSummary>>;
  readonly drawdowns: readonly DrawdownRow[];
  readonly months: readonly PeriodReturn[];
  readonly years: readonly PeriodReturn[];
  /** Absent in results of a version that did not review itself. */
  readonly review?: RunReview;
  readonly counts: Readonly<Record<string, number>>;
  readonly data: readonly DataFingerprint[];
  readonly notes: readonly string[];
  readonly events: readonly EventRow[];
}
