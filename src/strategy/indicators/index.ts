/** Indicators: one state machine each, for batch, backtest and live alike. */

export { Adx } from "./adx.ts";
export { Aroon } from "./aroon.ts";
export { type Average, type AverageKind, averageOf, type Seed } from "./averages.ts";
export { type BandValue, Bollinger, Donchian, Keltner } from "./bands.ts";
export { BarAnatomy, type BarAnatomyValue, BarClock, type BarClockValue } from "./bar-anatomy.ts";
export { Dema, Hma, Tema } from "./compound-averages.ts";
export { computeIndicator, type IndicatorColumns } from "./compute.ts";
export { Cross, CrossLevel } from "./crossings.ts";
export { Ichimoku, type IchimokuValue } from "./ichimoku.ts";
export {
  Indicator,
  type IndicatorParameters,
  type IndicatorSnapshot,
  type IndicatorTerms,
  type IndicatorValue,
} from "./indicator.ts";
export { Kama } from "./kama.ts";
export { Macd, Ppo } from "./macd.ts";
export { Momentum, Roc, Tsi } from "./momentum.ts";
export { Ema, Rma, Sma, Wma } from "./moving-averages.ts";
export { OpeningRange } from "./opening-range.ts";
export { Cci, Mfi, WilliamsR } from "./oscillators.ts";
export { Over } from "./over.ts";
export { ParabolicSar } from "./parabolic-sar.ts";
export {
  type Given,
  nameOf,
  numberFrom,
  oneOf,
  type ParameterSpec,
  type ParameterSpecs,
  readParameters,
  type ValuesOf,
  wholeNumber,
} from "./parameters.ts";
export { type PivotMethod, Pivots, type PivotValue } from "./pivots.ts";
export type { PriceSource } from "./price-source.ts";
export {
  type AnyIndicator,
  createIndicator,
  type IndicatorClass,
  type IndicatorConfiguration,
  type IndicatorName,
  indicatorClass,
  indicatorNames,
} from "./registry.ts";
export { Ring } from "./ring.ts";
export { RollingDeviation } from "./rolling-deviation.ts";
export { RollingExtreme } from "./rolling-extreme.ts";
export { RollingSum, RollingWeightedSum } from "./rolling-sum.ts";
export { Rsi } from "./rsi.ts";
export type { SessionHours } from "./session-position.ts";
export { type SavedState, Stateful } from "./state.ts";
export { Highest, LinReg, Lowest, PercentileRank, StdDev, ZScore } from "./statistics.ts";
export { Stochastic, StochRsi } from "./stochastic.ts";
export { Supertrend } from "./supertrend.ts";
export { Swings, type SwingValue } from "./swings.ts";
export { Atr, Natr, TrueRange } from "./true-range.ts";
export { ValueIndicator } from "./value-indicator.ts";
export { AccumulationDistribution, Chaikin, Obv } from "./volume.ts";
export { AnchoredVwap, Vwap } from "./vwap.ts";
export { Vwma } from "./vwma.ts";
