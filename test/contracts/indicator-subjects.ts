import { type AnyIndicator, createIndicator, indicatorNames } from "../../src/strategy/indicators/index.ts";

type Parameters = Readonly<Record<string, unknown>>;

/** Small parameters, so that short runs get past the warm-up; the rest of the indicators take their defaults. */
const SMALL: Readonly<Record<string, readonly Parameters[]>> = {
  adx: [{ period: 3 }],
  anchoredVwap: [{}, { anchor: Date.UTC(2025, 0, 6, 15, 10) }],
  aroon: [{ period: 4 }],
  atr: [{ period: 3 }, { period: 4, average: "simple" }, { period: 1, average: "exponential" }],
  bollinger: [{ period: 5 }, { period: 1 }, { period: 3, deviation: "sample", source: "hlc3" }],
  cci: [{ period: 4 }],
  chaikin: [{ fastPeriod: 2, slowPeriod: 4 }],
  cross: [{ first: { sma: { period: 2 } }, second: { ema: { period: 4 } } }],
  crossLevel: [{ level: 0 }, { level: 3, of: { rsi: { period: 2 } } }],
  dema: [{ period: 3 }, { period: 3, seed: "first" }],
  donchian: [{ period: 4 }, { period: 1 }],
  ema: [
    { period: 4 },
    { period: 4, seed: "first" },
    { period: 3, of: { macd: { fastPeriod: 2, slowPeriod: 4, signalPeriod: 2 } }, output: "signal" },
  ],
  highest: [{ period: 5, source: "high" }],
  hma: [{ period: 9 }, { period: 2 }],
  ichimoku: [{ conversionPeriod: 2, basePeriod: 4, spanPeriod: 6, displacement: 4 }],
  kama: [{ period: 4 }, { period: 1, fastPeriod: 3, slowPeriod: 9 }],
  keltner: [{ period: 4, rangePeriod: 3 }],
  linReg: [{ period: 5 }],
  lowest: [{ period: 5, source: "low" }],
  macd: [
    { fastPeriod: 2, slowPeriod: 4, signalPeriod: 3 },
    { fastPeriod: 2, slowPeriod: 4, signalPeriod: 3, seed: "first" },
  ],
  mfi: [{ period: 4 }],
  momentum: [{ period: 3 }],
  natr: [{ period: 3 }],
  openingRange: [{ minutes: 5 }, { minutes: 10, calendar: "CME_EQUITY", hours: "regular" }],
  percentileRank: [{ period: 6 }],
  pivots: [
    {},
    { method: "fibonacci", calendar: "XNYS" },
    { method: "camarilla", calendar: "CME_EQUITY", hours: "regular" },
  ],
  ppo: [
    { fastPeriod: 2, slowPeriod: 4, signalPeriod: 3 },
    { fastPeriod: 2, slowPeriod: 4, signalPeriod: 2, average: "simple" },
  ],
  rma: [{ period: 4 }],
  roc: [{ period: 3 }],
  rsi: [{ period: 3 }, { period: 1 }, { period: 4, average: "simple", flat: 50 }, { period: 3, seed: "first" }],
  sma: [{ period: 4 }, { period: 1 }, { period: 3, of: { rsi: { period: 4 } } }],
  stdDev: [{ period: 4 }, { period: 4, deviation: "sample" }],
  stochastic: [{ period: 4, kSmoothing: 2, dPeriod: 3 }],
  stochRsi: [{ rsiPeriod: 3, period: 4, kSmoothing: 2, dPeriod: 2 }],
  supertrend: [{ period: 3, multiplier: 1 }],
  swings: [{}, { left: 1, right: 3 }],
  tema: [{ period: 3 }],
  tsi: [{ longPeriod: 4, shortPeriod: 3, signalPeriod: 2 }],
  vwap: [{}, { calendar: "XNYS" }, { calendar: "CME_EQUITY", hours: "regular", source: "hl2" }],
  vwma: [{ period: 4 }],
  williamsR: [{ period: 4 }],
  wma: [{ period: 4 }, { period: 1 }],
  zScore: [{ period: 4 }],
};

const USES_TIME = ["anchoredVwap", "barClock", "openingRange", "pivots", "vwap"];

/** One indicator with parameters, as the contract examines it. */
export interface IndicatorCase {
  readonly title: string;
  readonly usesTime: boolean;
  create(): AnyIndicator;
}

/** Every indicator of the registry at least once. */
export const INDICATOR_CASES: readonly IndicatorCase[] = indicatorNames().flatMap((name) =>
  (SMALL[name] ?? [{}]).map((parameters) => ({
    title: `${name} ${JSON.stringify(parameters)}`,
    usesTime: USES_TIME.includes(name),
    create: () => createIndicator(name, parameters),
  })),
);
