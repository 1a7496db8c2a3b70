import { describe, expect, it } from "vitest";
import type { Bar } from "../../src/bars/bars.ts";
import { createIndicator } from "../../src/strategy/indicators/index.ts";
import { barsOf, closesOf, outputAfterEach, rounded } from "./support.ts";

const _ = Number.NaN;

/** high, low, close; the open is the close. */
const hlc = (...rows: readonly (readonly [number, number, number, number?])[]): Bar[] =>
  barsOf(rows.map(([high, low, close, volume = 1]) => [close, high, low, close, volume]));

const RANGES = hlc([10, 8, 9], [12, 11, 11.5], [11, 7, 8], [8, 8, 8]);
const PLACES = hlc([10, 0, 5], [20, 10, 15], [20, 10, 10], [30, 10, 30]);

/** Name, parameters, bars or closes, output, what it is after each bar; every number worked out by hand. */
type Row = readonly [
  name: string,
  parameters: Readonly<Record<string, unknown>>,
  input: readonly number[] | readonly Bar[],
  output: string,
  expected: readonly number[],
];

const ROWS: readonly Row[] = [
  ["sma", { period: 3 }, [1, 2, 6, 3], "value", [_, _, 3, 11 / 3]],
  ["ema", { period: 3 }, [1, 2, 6, 8], "value", [_, _, 3, 5.5]],
  ["ema", { period: 3, seed: "first" }, [1, 2, 6, 8], "value", [_, _, 3.75, 5.875]],
  ["rma", { period: 2 }, [2, 4, 8, 1], "value", [_, 3, 5.5, 3.25]],
  ["wma", { period: 3 }, [1, 2, 6, 3], "value", [_, _, (1 + 4 + 18) / 6, (2 + 12 + 9) / 6]],
  // e1 4.5 7.5 10.5 13.5, e2 6 9 12, e3 7.5 10.5: a straight line is followed without lag.
  ["dema", { period: 2 }, [3, 6, 9, 12], "value", [_, _, 2 * 7.5 - 6, 2 * 10.5 - 9]],
  ["tema", { period: 2 }, [3, 6, 9, 12, 15], "value", [_, _, _, 31.5 - 27 + 7.5, 40.5 - 36 + 10.5]],
  // WMA(2) 4, WMA(4) 2.4, so 5.6 after 0, smoothed over 2 with weights 1 and 2.
  ["hma", { period: 4 }, [0, 0, 0, 0, 6], "value", [_, _, _, _, (2 * 5.6) / 3]],
  ["kama", { period: 2 }, [1, 2, 3, 3], "value", [_, _, 2 + 4 / 9, 22 / 9 + (4 / 9) * (3 - 22 / 9)]],
  ["kama", { period: 2 }, [1, 2, 1], "value", [_, _, 2 - (2 / 31) ** 2]],
  ["vwma", { period: 2 }, closesOf([10, 20, 40, 60], [1, 3, 0, 0]), "value", [_, 17.5, 20, 50]],
  // Gains 2 0 0 3, losses 0 1 0 0.
  ["rsi", { period: 2 }, [1, 3, 2, 2, 5], "value", [_, _, 200 / 3, 200 / 3, 175 / 1.875]],
  ["rsi", { period: 2, average: "simple" }, [1, 3, 2, 2, 5], "value", [_, _, 200 / 3, 0, 100]],
  ["rsi", { period: 2, seed: "first" }, [1, 3, 3, 2], "value", [_, _, 100, 50]],
  ["rsi", { period: 2 }, [5, 5, 5], "value", [_, _, 0]],
  ["rsi", { period: 2, flat: 50 }, [5, 5, 5], "value", [_, _, 50]],
  ["stochastic", { period: 2, kSmoothing: 1, dPeriod: 2 }, PLACES, "k", [_, _, 0, 100]],
  ["stochastic", { period: 2, kSmoothing: 1, dPeriod: 2 }, PLACES, "d", [_, _, 37.5, 50]],
  // An RSI of one change is 100 after a rise, 0 after a fall.
  ["stochRsi", { rsiPeriod: 1, period: 2, kSmoothing: 1, dPeriod: 1 }, [1, 2, 1, 3, 4], "k", [_, _, 0, 100, 0]],
  // Slow 4.5 9.5 43/6; the fast average of one value is the value.
  ["macd", { fastPeriod: 1, slowPeriod: 2, signalPeriod: 2 }, [3, 6, 12, 6], "macd", [_, _, 2.5, -7 / 6]],
  ["macd", { fastPeriod: 1, slowPeriod: 2, signalPeriod: 2 }, [3, 6, 12, 6], "signal", [_, _, 2, -1 / 9]],
  ["macd", { fastPeriod: 1, slowPeriod: 2, signalPeriod: 2 }, [3, 6, 12, 6], "histogram", [_, _, 0.5, -19 / 18]],
  ["ppo", { fastPeriod: 1, slowPeriod: 2, signalPeriod: 1 }, [4, 8], "ppo", [_, 100 / 3]],
  ["roc", { period: 2 }, [10, 11, 12, 5.5], "value", [_, _, 20, -50]],
  ["roc", { period: 1 }, [0, 5], "value", [_, 0]],
  ["momentum", { period: 2 }, [10, 11, 12, 5.5], "value", [_, _, 2, -5.5]],
  // Changes 2 -1 -3: smoothed 0.5 then -11/6; sizes 1.5 then 2.5.
  ["tsi", { longPeriod: 2, shortPeriod: 1, signalPeriod: 1 }, [0, 2, 1, -2], "tsi", [_, _, 100 / 3, -220 / 3]],
  ["williamsR", { period: 2 }, PLACES, "value", [_, -25, -100, 0]],
  ["cci", { period: 2 }, [1, 3, 3], "value", [_, 1 / 0.015, 0]],
  ["mfi", { period: 2 }, closesOf([1, 2, 1, 3], [1, 10, 20, 10]), "value", [_, _, 50, 60]],
  // Through zero: a rise to -1 with 10 is a flow of 10, a fall to -2 with 20 one of 40, a rise to 3 with 10 one of 30: 10 / 50, 30 / 70.
  ["mfi", { period: 2 }, closesOf([-2, -1, -2, 3], [1, 10, 20, 10]), "value", [_, _, 20, 300 / 7]],
  ["trueRange", {}, RANGES, "value", [_, 3, 4.5, 0]],
  ["atr", { period: 2 }, RANGES, "value", [_, _, 3.75, 1.875]],
  ["atr", { period: 2, average: "simple" }, RANGES, "value", [_, _, 3.75, 2.25]],
  ["natr", { period: 2 }, RANGES, "value", [_, _, 46.875, 23.4375]],
  // Sums of moves up 2 1 3.5, down 0 2 1, of ranges 3 6.5 10.25; DX 100/3 and 500/9.
  ["adx", { period: 2 }, hlc([10, 8, 9], [12, 9, 11], [12, 7, 8], [15, 9, 14]), "adx", [_, _, _, 400 / 9]],
  ["adx", { period: 2 }, hlc([10, 8, 9], [12, 9, 11], [12, 7, 8], [15, 9, 14]), "plusDi", [_, _, _, 350 / 10.25]],
  ["adx", { period: 2 }, hlc([10, 8, 9], [12, 9, 11], [12, 7, 8], [15, 9, 14]), "minusDi", [_, _, _, 100 / 10.25]],
  ["aroon", { period: 2 }, [1, 3, 2, 2], "up", [_, _, 50, 0]],
  ["aroon", { period: 2 }, [1, 3, 2, 2], "down", [_, _, 0, 100]],
  ["aroon", { period: 2 }, [1, 3, 2, 2], "oscillator", [_, _, 50, -100]],
  [
    "parabolicSar",
    {},
    hlc([10, 8, 9], [11, 9, 10], [12, 10, 11], [12, 8, 9], [11, 9, 10]),
    "sar",
    [_, 8, 8.06, 12, 12],
  ],
  [
    "parabolicSar",
    {},
    hlc([10, 8, 9], [11, 9, 10], [12, 10, 11], [12, 8, 9], [11, 9, 10]),
    "direction",
    [_, 1, 1, -1, -1],
  ],
  [
    "supertrend",
    { period: 1, multiplier: 1 },
    hlc([10, 8, 9], [11, 9, 10], [12, 10, 11], [9, 5, 6]),
    "supertrend",
    [_, 8, 9, 12],
  ],
  [
    "supertrend",
    { period: 1, multiplier: 1 },
    hlc([10, 8, 9], [11, 9, 10], [12, 10, 11], [9, 5, 6]),
    "direction",
    [_, 1, 1, -1],
  ],
  ["bollinger", { period: 2 }, [1, 3, 3], "upper", [_, 4, 3]],
  ["bollinger", { period: 2 }, [1, 3, 3], "middle", [_, 2, 3]],
  ["bollinger", { period: 2 }, [1, 3, 3], "lower", [_, 0, 3]],
  ["bollinger", { period: 2 }, [1, 3, 3], "percentB", [_, 0.75, 0.5]],
  ["bollinger", { period: 2 }, [1, 3, 3], "bandwidth", [_, 2, 0]],
  ["bollinger", { period: 2, deviation: "sample" }, [1, 3], "upper", [_, 2 + 2 * Math.SQRT2]],
  ["keltner", { period: 2, rangePeriod: 1 }, RANGES.slice(0, 2), "upper", [_, 10.25 + 6]],
  ["keltner", { period: 2, rangePeriod: 1 }, RANGES.slice(0, 2), "lower", [_, 10.25 - 6]],
  ["donchian", { period: 2 }, RANGES.slice(0, 3), "upper", [_, 12, 12]],
  ["donchian", { period: 2 }, RANGES.slice(0, 3), "middle", [_, 10, 9.5]],
  ["donchian", { period: 2 }, RANGES.slice(0, 3), "lower", [_, 8, 7]],
  ["stdDev", { period: 2 }, [1, 3, 3], "value", [_, 1, 0]],
  ["stdDev", { period: 2, deviation: "sample" }, [1, 3], "value", [_, Math.SQRT2]],
  ["zScore", { period: 2 }, [1, 3, 3], "value", [_, 1, 0]],
  ["linReg", { period: 3 }, [1, 2, 6], "line", [_, _, 5.5]],
  ["linReg", { period: 3 }, [1, 2, 6], "slope", [_, _, 2.5]],
  ["linReg", { period: 3 }, [1, 2, 6], "intercept", [_, _, 0.5]],
  ["highest", { period: 3 }, [1, 5, 2, 2, 1], "highest", [_, _, 5, 5, 2]],
  ["highest", { period: 3 }, [1, 5, 2, 2, 1], "age", [_, _, 1, 2, 1]],
  ["lowest", { period: 3 }, [5, 1, 2, 3], "lowest", [_, _, 1, 1]],
  ["lowest", { period: 3 }, [5, 1, 2, 3], "age", [_, _, 1, 2]],
  // Below 3 lie two of four, equal to it two more, counted half.
  ["percentileRank", { period: 4 }, [1, 2, 3, 3, 3], "value", [_, _, _, _, 75]],
  ["obv", {}, closesOf([1, 2, 2, 1], [5, 10, 20, 30]), "value", [5, 15, 15, -15]],
  ["accumulationDistribution", {}, hlc([10, 0, 7.5, 8], [10, 10, 10, 5], [10, 0, 0, 3]), "value", [4, 4, 1]],
  [
    "chaikin",
    { fastPeriod: 1, slowPeriod: 2 },
    hlc([10, 0, 7.5, 8], [10, 10, 10, 5], [10, 0, 0, 3]),
    "value",
    [_, 0, -1],
  ],
  ["crossLevel", { level: 2 }, [1, 2, 3, 2, 3, 1], "value", [_, 0, 1, 0, 0, -1]],
  ["cross", { first: { sma: { period: 1 } }, second: { sma: { period: 2 } } }, [1, 3, 2, 6], "value", [_, _, -1, 1]],
  ["sma", { period: 2, of: { momentum: { period: 1 } } }, [1, 2, 5, 5], "value", [_, _, 2, 1.5]],
  // 3 is confirmed by 2, then 2 by the first 4; of the two 4 the last counts, confirmed by 1.
  ["swings", { left: 1, right: 1 }, [1, 3, 2, 4, 4, 1], "high", [_, _, 3, 3, 3, 4]],
  ["swings", { left: 1, right: 1 }, [1, 3, 2, 4, 4, 1], "low", [_, _, _, 2, 2, 2]],
  ["swings", { left: 1, right: 1 }, [1, 3, 2, 4, 4, 1], "highAge", [_, _, 1, 2, 3, 1]],
  ["swings", { left: 1, right: 1 }, [1, 3, 2, 4, 4, 1], "newHigh", [_, _, 1, 0, 0, 1]],
  ["swings", { left: 1, right: 1 }, [1, 3, 2, 4, 4, 1], "newLow", [_, _, 0, 1, 0, 0]],
];

function isBars(input: readonly number[] | readonly Bar[]): input is readonly Bar[] {
  return typeof input[0] === "object";
}

describe("values worked by hand", () => {
  it.each(ROWS)("%s %j", (name, parameters, input, output, expected) => {
    const bars = isBars(input) ? input : closesOf(input);
    expect(outputAfterEach(createIndicator(name, parameters), bars, output)).toEqual(expected.map(rounded));
  });

  it("ichimoku: the cloud over this bar is what was drawn ahead one bar ago", () => {
    const ichimoku = createIndicator("ichimoku", {
      conversionPeriod: 1,
      basePeriod: 2,
      spanPeriod: 3,
      displacement: 2,
    });
    for (const bar of closesOf([2, 4, 8, 6])) ichimoku.add(bar);
    expect(ichimoku.value).toEqual({ conversion: 6, base: 7, cloudA: 7, cloudB: 5, aheadA: 6.5, aheadB: 6 });
  });

  it("bar anatomy", () => {
    const anatomy = createIndicator("barAnatomy");
    for (const bar of barsOf([
      [10, 14, 8, 12],
      [12, 13, 11, 13],
    ]))
      anatomy.add(bar);
    const candle = { body: 1, bodyHigh: 13, bodyLow: 12, range: 2, wickHigh: 0, wickLow: 1 };
    expect(anatomy.value).toEqual({ ...candle, wickHighPercent: 0, wickLowPercent: 50, color: 1, run: 2 });
    anatomy.replace(barsOf([[12, 12, 12, 12]])[0] as Bar);
    expect(anatomy.value).toMatchObject({ range: 1e-8, wickHighPercent: 0, color: 0, run: 1 });
  });
});
