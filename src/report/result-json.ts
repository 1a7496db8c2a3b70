/** `result.json`: the whole result of a run but its long columns, as one versioned document. */

import type { RunEvent } from "../market/events.ts";
import type { RunOutcome, RunSettings } from "../market/run-outcome.ts";
import { formatInstant } from "../market/time.ts";
import { VERSION } from "../market/version.ts";
import { lineLooks } from "./chart-files.ts";
import { metricNames } from "./metrics/registry.ts";
import type { Statistics } from "./metrics/statistics.ts";
import { maskKeys, toPlain } from "./plain.ts";
import type { RunReview } from "./review/review.ts";

export const RESULT_SCHEMA = "backlit.result";
/** Counts up when a field changes its meaning or goes; new fields do not change it. */
export const RESULT_VERSION = 1;

/** Settings are written in this order; what is not named here follows by name. */
const SETTING_ORDER = [
  "strategy",
  "parameters",
  "start",
  "end",
  "source",
  "assets",
  "budget",
  "sleeptime",
  "market",
  "calendar",
  "timezone",
  "fill",
  "intrabar",
  "limitFill",
  "stockAdjustment",
  "tradeMatching",
  "buyTradingFees",
  "sellTradingFees",
  "slippage",
  "currency",
  "fxRates",
  "borrowRate",
  "margins",
  "marginCall",
  "buyingPower",
  "volumeShare",
  "fillWithoutVolume",
  "benchmarkAsset",
  "riskFreeRate",
  "seed",
] as const satisfies readonly (keyof RunSettings)[];

/** The document as text, two blanks a level, ended by a line feed. The same input gives the same bytes. */
export function resultJson(outcome: RunOutcome, statistics: Statistics, review: RunReview): string {
  return `${JSON.stringify(resultDocument(outcome, statistics, review), null, 2)}\n`;
}

/** The document as plain data. */
export function resultDocument(
  outcome: RunOutcome,
  statistics: Statistics,
  review: RunReview,
): Record<string, unknown> {
  return {
    schema: RESULT_SCHEMA,
    version: RESULT_VERSION,
    engine: { name: "backlit", version: VERSION },
    status: outcome.status,
    notice: outcome.notice,
    settings: plainSettings(outcome.settings),
    stats: Object.fromEntries(metricNames.map((name) => [name, statistics[name]])),
    undefined: Object.fromEntries(
      metricNames.flatMap((name) => {
        const reason = statistics.undefinedReasons[name];
        return reason === undefined ? [] : [[name, reason]];
      }),
    ),
    basis: statistics.basis,
    conventions: Object.fromEntries(statistics.conventions.map(({ key, text }) => [key, text])),
    long: statistics.long,
    short: statistics.short,
    byAsset: statistics.byAsset,
    byExitReason: Object.fromEntries(
      Object.entries(statistics.byExitReason).map(([tag, trades]) => [maskKeys(tag), trades]),
    ),
    byWeekday: statistics.byWeekday,
    byHour: statistics.byHour,
    byContract: statistics.byContract,
    byRefusal: statistics.byRefusal,
    drawdowns: statistics.drawdowns.map(({ peakTime, valleyTime, recoveryTime, ...rest }) => ({
      peakTime: formatInstant(peakTime),
      valleyTime: formatInstant(valleyTime),
      recoveryTime: recoveryTime === null ? null : formatInstant(recoveryTime),
      ...rest,
    })),
    months: statistics.months,
    years: statistics.years,
    review,
    chart: { lines: lineLooks(outcome.chart.lines) },
    counts: countsOf(outcome),
    data: outcome.data,
    notes: outcome.notes.map(maskKeys),
    events: outcome.events.map(plainEvent),
  };
}

/** Settings as they are written: in their order, secrets masked. */
export function plainSettings(settings: RunSettings): Record<string, unknown> {
  const plain = toPlain(settings) as Record<string, unknown>;
  const named = SETTING_ORDER.map((name) => [name, plain[name]] as const);
  const others = Object.entries(plain).filter(([name]) => !(SETTING_ORDER as readonly string[]).includes(name));
  return Object.fromEntries([...named, ...others]);
}

function countsOf(outcome: RunOutcome): Record<string, number> {
  return {
    bars: outcome.bars,
    iterations: outcome.iterations,
    equityRows: outcome.equity.time.length,
    orders: outcome.orders.length,
    fills: outcome.fills.length,
    trades: outcome.trades.length,
    cashflows: outcome.cashflows.length,
    events: outcome.events.length,
    markers: outcome.chart.markers.length,
    lines: outcome.chart.lines.length,
    ohlc: outcome.chart.ohlc.length,
  };
}

function plainEvent(event: RunEvent): Record<string, unknown> {
  return {
    time: formatInstant(event.time),
    code: event.code,
    level: event.level,
    ...(event.asset === undefined ? {} : { asset: event.asset.key }),
    ...(event.orderId === undefined ? {} : { orderId: event.orderId }),
    ...(event.reason === undefined ? {} : { reason: event.reason }),
    message: maskKeys(event.message),
  };
}
