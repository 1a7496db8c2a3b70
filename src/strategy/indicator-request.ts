/** From what a strategy asks for to an indicator in a run. */

import type { Asset } from "../market/asset.ts";
import { InvalidInputError } from "../market/errors.ts";
import { suggestWord } from "../market/nearest.ts";
import { parseTimestep, type TimestepLike } from "../market/timestep.ts";
import { panesOf } from "./indicator-plot.ts";
import { IndicatorSeries, type SeriesTerms, type Visibility } from "./indicator-series.ts";
import { Indicator, type IndicatorValue } from "./indicators/indicator.ts";
import { type ParameterSpecs, shownOf } from "./indicators/parameters.ts";
import { createIndicator } from "./indicators/registry.ts";
import { ValueIndicator } from "./indicators/value-indicator.ts";

/** For what and how an indicator is made. */
export interface IndicatorOptions {
  /** @default the first asset of the run */
  readonly asset?: Asset;
  /** Step of the bars it is over, a multiple of the asset's own. @default the asset's own */
  readonly timestep?: TimestepLike;
  /**
   * `"closed"`: values of bars that have closed; the one of a coarser bar is first seen at the instant that bar closes.
   * `"developing"`: the bar in progress counts too, as it looks after each bar of the asset's own step. @default "closed"
   */
  readonly visibility?: Visibility;
  /**
   * Bars before the start that it is fed with, at least its warm-up. @default ten warm-ups, so that averages over all the past (EMA, RSI, ATR)
   * hardly depend on when the run began; fewer where they would take more than 50,000 bars of the asset's own step
   */
  readonly lookback?: number;
  /** Over the values of another one, instead of bars: asset, step and visibility are then its. */
  readonly over?: IndicatorSeries;
  /** Which output of `over`, where it has several. @default the first */
  readonly output?: string;
  /** Draws it in the report: the name of a pane, or true for the asset's candles where it has their unit and a pane of its own elsewhere. */
  readonly plot?: string | boolean;
  /** As the report names it. @default the class with its parameters and the step: `Rsi(14) 5m` */
  readonly name?: string;
}

/** A class of indicators: named parameters, each with a default. */
export interface IndicatorKind<Value extends IndicatorValue, Parameters> {
  new (parameters?: Parameters): Indicator<Value>;
}

/** What the strategy knows of the run when it asks. */
export interface RequestSurroundings {
  readonly asset: () => Asset;
  readonly calendarOf: (asset: Asset) => string;
}

const OPTION_NAMES = ["asset", "timestep", "visibility", "lookback", "over", "output", "plot", "name"];
const VISIBILITIES: readonly Visibility[] = ["closed", "developing"];

/** A series of an indicator that is made already, or of a class with parameters. @throws InvalidInputError */
export function requestSeries<Value extends IndicatorValue, Parameters>(
  kind: Indicator<Value> | IndicatorKind<Value, Parameters>,
  parameters: Parameters | undefined,
  options: IndicatorOptions,
  surroundings: RequestSurroundings,
): IndicatorSeries<Value> {
  checkOptions(options);
  checkKind(kind);
  const asset = options.over?.terms.asset ?? options.asset ?? surroundings.asset();
  const indicator =
    kind instanceof Indicator
      ? kind
      : new kind(withCalendar(kind, parameters, surroundings.calendarOf(asset)) as Parameters);
  const series = new IndicatorSeries(indicator, termsOf(indicator, asset, options));
  if (options.over !== undefined) join(series, options.over, options.output);
  return series;
}

/** Indicators of one step in plain configuration, by name: `{ rsi: { period: 14 } }`, `{ fast: { indicator: "ema", period: 9 } }`. */
export type TimeframeConfiguration = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** Indicators by step: `{ "5m": { rsi: { period: 14 } } }`. */
export type IndicatorsConfiguration = Readonly<Record<string, TimeframeConfiguration>>;

/**
 * Series from plain configuration. A name is the indicator's unless `indicator` tells it; `visibility`, `lookback` and `plot` are
 * options, the rest parameters. All are made before any is used.
 * @throws InvalidInputError on an unknown name, parameter or step, with the nearest known one
 */
export function configureAll(
  configuration: IndicatorsConfiguration,
  given: IndicatorOptions,
  surroundings: RequestSurroundings,
): Readonly<Record<string, Readonly<Record<string, IndicatorSeries>>>> {
  checkPlain("Making indicators from configuration", configuration);
  return mapValues(configuration, (indicators, step) => {
    checkPlain(`Making indicators of ${parseTimestep(step).name} from configuration`, indicators);
    return mapValues(indicators, (entry, name) => configuredSeries(name, entry, step, given, surroundings));
  });
}

function configuredSeries(
  name: string,
  entry: Readonly<Record<string, unknown>>,
  timestep: string,
  given: IndicatorOptions,
  surroundings: RequestSurroundings,
): IndicatorSeries {
  checkPlain(`Making the indicator '${name}' of ${timestep}`, entry);
  const { indicator = name, visibility, lookback, plot, ...parameters } = entry;
  const asset = given.asset ?? surroundings.asset();
  const made = createIndicator(String(indicator), parameters, { calendar: surroundings.calendarOf(asset) });
  const options = { asset, timestep, ...definedOf({ visibility, lookback, plot }) } as IndicatorOptions;
  return requestSeries(made, undefined, options, surroundings);
}

function mapValues<Entry, Made>(
  record: Readonly<Record<string, Entry>>,
  make: (entry: Entry, name: string) => Made,
): Readonly<Record<string, Made>> {
  return Object.fromEntries(Object.entries(record).map(([name, entry]) => [name, make(entry, name)]));
}

/** @throws InvalidInputError when it is neither a class of indicators nor an indicator */
function checkKind(kind: unknown): void {
  if (kind instanceof Indicator || (typeof kind === "function" && kind.prototype instanceof Indicator)) return;
  const found = typeof kind === "function" ? `the function '${kind.name}'` : shownOf(kind);
  throw new InvalidInputError(
    "invalid_parameter",
    `Making an indicator: found ${found}, expected a class of indicators such as Rsi, or one made already`,
    { hint: "By name and from plain configuration: this.indicators({ '5m': { rsi: { period: 14 } } })." },
  );
}

/** @throws InvalidInputError when the value is no plain object */
function checkPlain(attempted: string, value: unknown): void {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return;
  throw new InvalidInputError(
    "invalid_parameter",
    `${attempted}: found ${shownOf(value)}, expected an object such as { period: 14 }`,
  );
}

function definedOf(values: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

function checkOptions(options: IndicatorOptions): void {
  const fail = (message: string, hint?: string): never => {
    throw new InvalidInputError(
      "invalid_option",
      `Making an indicator: ${message}`,
      hint === undefined ? {} : { hint },
    );
  };
  for (const name of Object.keys(options)) {
    if (!OPTION_NAMES.includes(name)) fail(`'${name}' is not one of its options`, suggestWord(name, OPTION_NAMES));
  }
  const { visibility, lookback, over, output } = options;
  if (visibility !== undefined && !VISIBILITIES.includes(visibility))
    fail(
      `'visibility' was '${visibility}', expected one of "closed", "developing"`,
      suggestWord(visibility, VISIBILITIES),
    );
  if (lookback !== undefined && !(Number.isSafeInteger(lookback) && lookback >= 0))
    fail(`'lookback' was ${lookback}, expected a whole number from 0`);
  if (over === undefined && output !== undefined) fail(`'output' was '${output}' without 'over'`);
  if (over === undefined) return;
  if (!(over instanceof IndicatorSeries)) fail("'over' is no indicator of this.indicator(...)");
  for (const name of ["asset", "timestep", "visibility"] as const)
    if (options[name] !== undefined) fail(`'${name}' is that of 'over' and cannot be given beside it`);
}

/** Indicators that begin anew with each session do so by the asset's own, unless told otherwise. */
function withCalendar(kind: object, parameters: unknown, calendar: string): unknown {
  const specs = (kind as { readonly parameters?: ParameterSpecs }).parameters;
  const isOther = parameters !== undefined && (typeof parameters !== "object" || parameters === null);
  if (isOther || specs === undefined || !Object.hasOwn(specs, "calendar")) return parameters;
  return { calendar, ...(parameters as object | undefined) };
}

function termsOf(indicator: Indicator<IndicatorValue>, asset: Asset, options: IndicatorOptions): SeriesTerms {
  const { over, timestep } = options;
  const step =
    over === undefined ? (timestep === undefined ? undefined : parseTimestep(timestep)) : over.terms.timestep;
  const warmup = indicator.warmup + (over?.terms.warmup ?? 1) - 1;
  const name = options.name ?? nameOf(indicator, step?.name);
  return {
    asset,
    timestep: step,
    visibility: over?.terms.visibility ?? options.visibility ?? "closed",
    warmup,
    lookback: options.lookback === undefined ? undefined : Math.max(options.lookback, warmup),
    over,
    look: { name, panes: panesOf(indicator, name, plotBeside(over, options.plot)) },
  };
}

/** The class with its periods, and with what else is not as usual: `Bollinger(20) 5m`, `Bollinger(20, 2.5) 5m`. */
function nameOf(indicator: Indicator<IndicatorValue>, step: string | undefined): string {
  const specs = (indicator.constructor as { readonly parameters?: ParameterSpecs }).parameters;
  const shown = Object.entries(indicator.parameters).filter(
    ([name, value]) => typeof value === "number" && (/period$/i.test(name) || specs?.[name]?.default !== value),
  );
  const name = shown.length === 0 ? indicator.name : `${indicator.name}(${shown.map(([, value]) => value).join(", ")})`;
  return step === undefined ? name : `${name} ${step}`;
}

/** What is over another indicator lies beside it, not on the candles. */
function plotBeside(
  over: IndicatorSeries | undefined,
  plot: string | boolean | undefined,
): string | boolean | undefined {
  return over !== undefined && plot === true ? (over.terms.look.panes?.[0] ?? over.terms.look.name) : plot;
}

function join(series: IndicatorSeries, over: IndicatorSeries, output = over.outputs[0] ?? "value"): void {
  const what = `Making ${series.indicator.name} over ${over.indicator.name}`;
  const fail = (message: string, hint: string): never => {
    throw new InvalidInputError("invalid_parameter", `${what}: ${message}`, { hint });
  };
  if (!(series.indicator instanceof ValueIndicator))
    fail(`${series.indicator.name} needs bars, not single values`, "Make it over bars: leave 'over' out.");
  const place = over.outputs.indexOf(output);
  if (place < 0) fail(`'output' was '${output}'`, suggestWord(output, over.outputs));
  if (over.indicator.sparse.includes(output))
    fail(`'output' was '${output}', which may be missing on some bars`, "Take an output that is never missing.");
  over.follow(series, place);
}
