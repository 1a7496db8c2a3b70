/** From what a strategy asks for to an indicator in a run. */

import type { Asset } from "../market/asset.ts";
import { InvalidInputError, shown } from "../market/errors.ts";
import { suggestWord } from "../market/nearest.ts";
import { parseTimestep, type TimestepLike } from "../market/timestep.ts";
import { checkAsset } from "./data-checks.ts";
import { panesOf } from "./indicator-plot.ts";
import { IndicatorSeries, type SeriesTerms, type Visibility } from "./indicator-series.ts";
import { Indicator, type IndicatorValue } from "./indicators/indicator.ts";
import type { ParameterSpecs } from "./indicators/parameters.ts";
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
   * Bars before the start that it is fed with, at least its warm-up and those since its anchor (`Indicator.anchorAt`). They are made of the
   * asset's own bars, which are fetched, and paid for where the source takes money. @default ten warm-ups, so that averages over all the
   * past (EMA, RSI, ATR) hardly depend on when the run began; fewer where they would take more than 50,000 bars of the asset's own step
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

/** @throws InvalidInputError when it is neither a class of indicators nor an indicator */
function checkKind(kind: unknown): void {
  if (kind instanceof Indicator || (typeof kind === "function" && kind.prototype instanceof Indicator)) return;
  const found = typeof kind === "function" ? `the function '${kind.name}'` : shown(kind);
  throw new InvalidInputError(
    "invalid_parameter",
    `Making an indicator: found ${found}, expected a class of indicators such as Rsi, or one made already`,
    { hint: "By name and from plain configuration: this.indicators({ '5m': { rsi: { period: 14 } } })." },
  );
}

function checkOptions(options: IndicatorOptions): void {
  const fail = (message: string, hint?: string): never => {
    throw new InvalidInputError(
      "invalid_option",
      `Making an indicator: ${message}`,
      hint === undefined ? {} : { hint },
    );
  };
  if (typeof options !== "object" || options === null)
    fail(`the options were ${shown(options)}, expected an object by name`, "For example { timestep: '5m' }.");
  for (const option of Object.keys(options)) {
    if (!OPTION_NAMES.includes(option))
      fail(`'${option}' is not one of its options`, suggestWord(option, OPTION_NAMES));
  }
  const { asset, visibility, lookback, over, output, plot, name } = options;
  if (asset !== undefined) checkAsset("Making an indicator", asset);
  if (visibility !== undefined && !VISIBILITIES.includes(visibility))
    fail(
      `'visibility' was ${shown(visibility)}, expected one of "closed", "developing"`,
      suggestWord(String(visibility), VISIBILITIES),
    );
  if (lookback !== undefined && !(Number.isSafeInteger(lookback) && lookback >= 0))
    fail(`'lookback' was ${shown(lookback)}, expected a whole number from 0`);
  if (plot !== undefined && typeof plot !== "boolean" && !isName(plot))
    fail(`'plot' was ${shown(plot)}, expected true, false or the name of a pane`);
  if (name !== undefined && !isName(name)) fail(`'name' was ${shown(name)}, expected a text`);
  if (over === undefined && output !== undefined) fail(`'output' was '${output}' without 'over'`);
  if (over === undefined) return;
  if (!(over instanceof IndicatorSeries)) fail("'over' is no indicator of this.indicator(...)");
  for (const option of ["asset", "timestep", "visibility"] as const)
    if (options[option] !== undefined) fail(`'${option}' is that of 'over' and cannot be given beside it`);
}

function isName(value: unknown): boolean {
  return typeof value === "string" && value !== "";
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
  const told = Object.entries(indicator.parameters).filter(
    ([name, value]) => typeof value === "number" && (/period$/i.test(name) || specs?.[name]?.default !== value),
  );
  const name = told.length === 0 ? indicator.name : `${indicator.name}(${told.map(([, value]) => value).join(", ")})`;
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
