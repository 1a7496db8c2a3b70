import { InvalidInputError } from "../../market/errors.ts";
import { suggestWord } from "../../market/nearest.ts";
import { Adx } from "./adx.ts";
import { Aroon } from "./aroon.ts";
import { Bollinger, Donchian, Keltner } from "./bands.ts";
import { BarAnatomy, BarClock } from "./bar-anatomy.ts";
import { Dema, Hma, Tema } from "./compound-averages.ts";
import { Cross, CrossLevel } from "./crossings.ts";
import { Ichimoku } from "./ichimoku.ts";
import type { Indicator, IndicatorValue } from "./indicator.ts";
import { Kama } from "./kama.ts";
import { Macd, Ppo } from "./macd.ts";
import { Momentum, Roc, Tsi } from "./momentum.ts";
import { Ema, Rma, Sma, Wma } from "./moving-averages.ts";
import { OpeningRange } from "./opening-range.ts";
import { Cci, Mfi, WilliamsR } from "./oscillators.ts";
import { Over } from "./over.ts";
import { ParabolicSar } from "./parabolic-sar.ts";
import { invalidParameter, type ParameterSpecs } from "./parameters.ts";
import { Pivots } from "./pivots.ts";
import { Rsi } from "./rsi.ts";
import { Highest, LinReg, Lowest, PercentileRank, StdDev, ZScore } from "./statistics.ts";
import { Stochastic, StochRsi } from "./stochastic.ts";
import { Supertrend } from "./supertrend.ts";
import { Swings } from "./swings.ts";
import { Atr, Natr, TrueRange } from "./true-range.ts";
import { ValueIndicator } from "./value-indicator.ts";
import { AccumulationDistribution, Chaikin, Obv } from "./volume.ts";
import { AnchoredVwap, Vwap } from "./vwap.ts";
import { Vwma } from "./vwma.ts";

/** Any indicator, whatever its values. */
export type AnyIndicator = Indicator<IndicatorValue>;

/** A class of indicators with named parameters. */
export interface IndicatorClass {
  readonly parameters: ParameterSpecs;
  new (parameters?: never): AnyIndicator;
}

const CLASSES = {
  accumulationDistribution: AccumulationDistribution,
  adx: Adx,
  anchoredVwap: AnchoredVwap,
  aroon: Aroon,
  atr: Atr,
  barAnatomy: BarAnatomy,
  barClock: BarClock,
  bollinger: Bollinger,
  cci: Cci,
  chaikin: Chaikin,
  crossLevel: CrossLevel,
  dema: Dema,
  donchian: Donchian,
  ema: Ema,
  highest: Highest,
  hma: Hma,
  ichimoku: Ichimoku,
  kama: Kama,
  keltner: Keltner,
  linReg: LinReg,
  lowest: Lowest,
  macd: Macd,
  mfi: Mfi,
  momentum: Momentum,
  natr: Natr,
  obv: Obv,
  openingRange: OpeningRange,
  parabolicSar: ParabolicSar,
  percentileRank: PercentileRank,
  pivots: Pivots,
  ppo: Ppo,
  rma: Rma,
  roc: Roc,
  rsi: Rsi,
  sma: Sma,
  stdDev: StdDev,
  stochastic: Stochastic,
  stochRsi: StochRsi,
  supertrend: Supertrend,
  swings: Swings,
  tema: Tema,
  trueRange: TrueRange,
  tsi: Tsi,
  vwap: Vwap,
  vwma: Vwma,
  williamsR: WilliamsR,
  wma: Wma,
  zScore: ZScore,
} as const satisfies Readonly<Record<string, IndicatorClass>>;

const CROSS_PARTS = ["first", "second"];

/** The names of all indicators with a class of their own; `createIndicator` knows `cross` besides. */
export type IndicatorName = keyof typeof CLASSES;

/** All names `createIndicator` takes. */
export function indicatorNames(): readonly string[] {
  return [...Object.keys(CLASSES), "cross"];
}

/**
 * The class of a name; `parameters` on it tells the names, defaults and allowed values of its parameters.
 * @throws InvalidInputError on an unknown name, with the nearest known one
 */
export function indicatorClass<Name extends IndicatorName>(name: Name): (typeof CLASSES)[Name];
export function indicatorClass(name: string): IndicatorClass;
export function indicatorClass(name: string): IndicatorClass {
  if (Object.hasOwn(CLASSES, name)) return CLASSES[name as IndicatorName];
  throw new InvalidInputError("invalid_parameter", `Making an indicator: '${name}' is not known`, {
    hint: suggestWord(name, indicatorNames()),
  });
}

/** What `createIndicator` takes for a name beside the name. @throws InvalidInputError on an unknown name, with the nearest known one */
export function parameterNames(name: string): readonly string[] {
  if (name === "cross") return CROSS_PARTS;
  const kind = indicatorClass(name);
  const own = Object.keys(kind.parameters);
  return kind.prototype instanceof ValueIndicator ? [...own, "of", "output"] : own;
}

/** One indicator in plain configuration, its name to its parameters: `{ rsi: { period: 14 } }`. */
export type IndicatorConfiguration = Readonly<Record<string, unknown>>;

/**
 * An indicator from its name and plain parameters. Two go beyond the parameters of a class: `of`, with which an indicator over single
 * values stands on another one (`createIndicator("sma", { period: 9, of: { rsi: { period: 14 } } })`, with `output` where that has several),
 * and the name `cross` with two configurations: `{ first: { ema: { period: 9 } }, second: { ema: { period: 21 } } }`.
 * `defaults` are values for parameters that are not given, where an indicator has them; those of parts as well.
 * @throws InvalidInputError on an unknown name or parameter, with the nearest known one, and on a value that is not allowed
 */
export function createIndicator(
  name: string,
  parameters: Readonly<Record<string, unknown>> = {},
  defaults: Readonly<Record<string, unknown>> = {},
): AnyIndicator {
  checkPlain(name, "parameters", parameters);
  if (name === "cross") return createCross(parameters, defaults);
  const { of, output, ...own } = parameters;
  const kind = indicatorClass(name);
  const fitting = Object.entries(defaults).filter(([parameter]) => Object.hasOwn(kind.parameters, parameter));
  const made = new kind({ ...Object.fromEntries(fitting), ...(of === undefined ? parameters : own) } as never);
  return of === undefined ? made : createOver(made, of, output, defaults);
}

type Parameters = Readonly<Record<string, unknown>>;

function createOver(outer: AnyIndicator, of: unknown, output: unknown, defaults: Parameters): AnyIndicator {
  if (!(outer instanceof ValueIndicator))
    throw invalidParameter(outer.name, "of", JSON.stringify(of), "nothing: it needs bars, not single values");
  const inner = fromConfiguration(outer.name, "of", of, defaults);
  if (output === undefined) return new Over(outer, inner);
  return new Over(outer, inner, String(output));
}

function createCross(parameters: Parameters, defaults: Parameters): AnyIndicator {
  for (const name of Object.keys(parameters)) {
    if (CROSS_PARTS.includes(name)) continue;
    throw new InvalidInputError("invalid_parameter", `Making Cross: '${name}' is not one of its parameters`, {
      hint: suggestWord(name, CROSS_PARTS),
    });
  }
  const part = (name: string) => fromConfiguration("Cross", name, parameters[name], defaults) as Indicator;
  return new Cross(part("first"), part("second"));
}

function fromConfiguration(
  owner: string,
  parameter: string,
  configuration: unknown,
  defaults: Parameters,
): AnyIndicator {
  checkPlain(owner, parameter, configuration);
  const entries = Object.entries(configuration as IndicatorConfiguration);
  const [entry] = entries;
  if (entry === undefined || entries.length > 1)
    throw invalidParameter(
      owner,
      parameter,
      JSON.stringify(configuration),
      "one indicator, such as { rsi: { period: 14 } }",
    );
  return createIndicator(entry[0], entry[1] as Parameters, defaults);
}

function checkPlain(owner: string, parameter: string, value: unknown): void {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return;
  throw invalidParameter(owner, parameter, value, "an object, such as { period: 14 }");
}
