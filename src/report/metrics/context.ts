/** Everything the metrics are computed from, worked out once a run. */

import { InvalidInputError } from "../../market/errors.ts";
import type { RunOutcome } from "../../market/run-outcome.ts";
import { DAY, formatInstant } from "../../market/time.ts";
import type { Trade } from "../../market/trade.ts";
import { type Basis, basisOf } from "./basis.ts";
import { type BenchmarkInput, type Comparison, compareWith } from "./benchmark-input.ts";
import { type Missing, missing } from "./definition.ts";
import { type Drawdown, deepestDrawdown, drawdownsOf, underwater } from "./drawdowns.ts";
import { type DatedRates, ratesOf, sessionRates } from "./risk-free.ts";
import { returnsOf, type SessionSamples, sampleSessions } from "./sessions.ts";
import { type TradeColumns, tradeColumns } from "./trade-columns.ts";

/** What is known of an instrument beside its asset: by the data source, or by a table of contracts. */
export interface InstrumentFacts {
  /** Money per 1.0 of price and unit. */
  readonly multiplier?: number | undefined;
  /** Smallest price step. */
  readonly tickSize?: number | undefined;
  /** How far a session's prices may go from the close before it, as a fraction: 0.07 is 7 % up and down. */
  readonly priceLimit?: number | undefined;
  /** Currency of the price. @default the account's */
  readonly currency?: string | undefined;
}

/** What `computeStatistics` takes beside the outcome; all of it may be left out. */
export interface StatisticsOptions {
  /** Samples of equity a year. Default: by the run's market, see `Statistics.basis`. */
  readonly periodsPerYear?: number;
  /** Market whose sessions are sampled. @default the run's market; XNYS for stocks; else UTC days */
  readonly market?: string;
  /** Annual, effective. @default the run's `riskFreeRate` */
  readonly riskFree?: number | DatedRates;
  /** What to compare with; without it the benchmark metrics are null. */
  readonly benchmark?: BenchmarkInput;
  /** Contract sizes, ticks and price limits by asset key, for what neither the assets nor the run say. */
  readonly instruments?: Readonly<Record<string, InstrumentFacts>>;
  /** When the run is the best of several: how many, and the variance of their Sharpe ratios (not annualised). */
  readonly trials?: { readonly count: number; readonly variance: number };
}

/** See `buildContext`. */
export interface MetricContext {
  readonly outcome: RunOutcome;
  readonly options: StatisticsOptions;
  readonly basis: Basis;
  /** Equity before the first bar and at the end. */
  readonly startEquity: number;
  readonly finalEquity: number;
  /** Calendar days from the first row of equity to the last. */
  readonly days: number;
  readonly samples: SessionSamples;
  /** Simple returns of sessions. */
  readonly returns: Float64Array;
  /** Returns less the risk-free rate of one session. */
  readonly excess: Float64Array;
  readonly sortedReturns: Float64Array;
  /** Annual risk-free rate, the mean of dated ones. */
  readonly riskFree: number;
  /** The sessions of which the benchmark has a return; undefined without one. */
  readonly comparison: Comparison | undefined;
  /** Drawdowns between session samples, oldest first. */
  readonly drawdowns: readonly Drawdown[];
  /** Depth below the running maximum at each session sample. */
  readonly underwater: Float64Array;
  /** The deepest fall over every row of equity. */
  readonly deepest: Drawdown | undefined;
  readonly closed: TradeColumns;
  readonly openTrades: readonly Trade[];
  /** Why nothing can be said about equity at all, or undefined. */
  readonly noEquity: Missing | undefined;
  /** Why nothing can be said about returns (includes `noEquity`), or undefined. */
  readonly noReturns: Missing | undefined;
  /** First instant at which equity was 0 or below; undefined when it never was. */
  readonly ruinTime: number | undefined;
}

/** @throws InvalidInputError `invalid_argument`: an option that cannot be used */
export function buildContext(outcome: RunOutcome, given: StatisticsOptions = {}): MetricContext {
  checkOptions(given);
  const options = { ...given, instruments: mergedFacts(outcome, given) };
  const { equity } = outcome;
  const basis = basisOf(outcome, options);
  const samples = sampleSessions(equity, basis);
  const noEquity = equityProblem(outcome);
  const ruinTime = noEquity === undefined ? ruinOf(outcome) : undefined;
  const noReturns = noEquity ?? returnsProblem(samples, ruinTime);
  const returns = noReturns === undefined ? returnsOf(samples.value) : new Float64Array(0);
  const rates = sessionRates(options.riskFree ?? ratesOf(outcome.settings), samples.time, basis.periodsPerYear);
  const excess = returns.map((value, i) => value - (rates.perPeriod[i] ?? 0));
  const sound = noEquity === undefined;
  return {
    outcome,
    options,
    basis,
    startEquity: equity.value[0] ?? Number.NaN,
    finalEquity: equity.value.at(-1) ?? Number.NaN,
    days: ((equity.time.at(-1) ?? 0) - (equity.time[0] ?? 0)) / DAY,
    samples,
    returns,
    excess,
    sortedReturns: returns.slice().sort(),
    riskFree: rates.annual,
    comparison:
      options.benchmark === undefined ? undefined : compareWith(options.benchmark, samples, returns, rates.perPeriod),
    drawdowns: sound ? drawdownsOf(samples.time, samples.value) : [],
    underwater: sound ? underwater(samples.value) : new Float64Array(0),
    deepest: sound ? deepestDrawdown(equity.time, equity.value) : undefined,
    closed: tradeColumns(outcome.trades.filter((trade) => !trade.open)),
    openTrades: outcome.trades.filter((trade) => trade.open),
    noEquity,
    noReturns,
    ruinTime,
  };
}

/** What the run knows of its instruments, and over it what the caller says. */
function mergedFacts({ instruments }: RunOutcome, { instruments: given = {} }: StatisticsOptions) {
  const keys = [...new Set([...Object.keys(instruments), ...Object.keys(given)])];
  return Object.fromEntries(
    keys.map((key): [string, InstrumentFacts] => [key, { ...instruments[key], ...given[key] }]),
  );
}

function checkOptions(options: StatisticsOptions): void {
  const { periodsPerYear, riskFree } = options;
  if (periodsPerYear !== undefined && !(Number.isFinite(periodsPerYear) && periodsPerYear > 0)) {
    throw invalid(`periodsPerYear was ${periodsPerYear}, expected a number above 0`);
  }
  if (typeof riskFree === "number" && !(Number.isFinite(riskFree) && riskFree > -1)) {
    throw invalid(`riskFree was ${riskFree}, expected a rate a year such as 0.03`);
  }
  if (typeof riskFree === "object" && riskFree.time.length !== riskFree.rate.length) {
    throw invalid(`riskFree has ${riskFree.time.length} times and ${riskFree.rate.length} rates, expected as many`);
  }
  for (const [key, { priceLimit }] of Object.entries(options.instruments ?? {})) {
    if (priceLimit !== undefined && !(Number.isFinite(priceLimit) && priceLimit > 0)) {
      throw invalid(`the priceLimit of '${key}' was ${priceLimit}, expected a fraction above 0 such as 0.07`);
    }
  }
}

function invalid(found: string): InvalidInputError {
  return new InvalidInputError("invalid_argument", `Computing statistics: ${found}`);
}

/** First row for which it holds, -1 when there is none; several times as fast as `findIndex` in a process that has just begun. */
function firstRow(column: Float64Array, holds: (value: number) => boolean): number {
  for (let row = 0; row < column.length; row++) if (holds(column[row] as number)) return row;
  return -1;
}

function equityProblem(outcome: RunOutcome): Missing | undefined {
  const { time, value } = outcome.equity;
  if (value.length === 0) return missing("the run has no equity");
  const bad = firstRow(value, (level) => !Number.isFinite(level));
  if (bad >= 0) return missing(`equity is not a number at ${formatInstant(time[bad] ?? Number.NaN)}`);
  const start = value[0] ?? 0;
  return start > 0 ? undefined : missing(`the account began with ${start}, so nothing can be measured against it`);
}

function ruinOf(outcome: RunOutcome): number | undefined {
  const { time, value } = outcome.equity;
  const row = firstRow(value, (level) => level <= 0);
  return row < 0 ? undefined : time[row];
}

function returnsProblem(samples: SessionSamples, ruinTime: number | undefined): Missing | undefined {
  if (ruinTime !== undefined)
    return missing(`the account was ruined: equity was 0 or less at ${formatInstant(ruinTime)}`);
  return samples.value.length < 2 ? missing("the run has no finished session") : undefined;
}
