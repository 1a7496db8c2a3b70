import { describe, expect, it } from "vitest";
import { createIndicator } from "../../src/strategy/indicators/index.ts";
import { barsOf, closesOf, generator, outputAfterEach } from "./support.ts";

const _ = Number.NaN;

describe("numbers that are equal but for their rounding", () => {
  // Typical prices: 505.46 / 3 twice, which double precision tells apart, then 506.46 / 3.
  const cents = barsOf([
    [168.48, 168.53, 168.45, 168.48, 10],
    [168.51, 168.51, 168.44, 168.51, 20],
    [168.82, 168.82, 168.82, 168.82, 30],
  ]);

  it("are no money flow", () => {
    const [first, second] = cents.map(({ high, low, close }) => (high + low + close) / 3);
    expect(first).not.toBe(second);
    // Only the last bar flows, and upwards.
    expect(outputAfterEach(createIndicator("mfi", { period: 2 }), cents)).toEqual([_, _, 100]);
  });

  it("are no crossing of a level", () => {
    const level = (168.53 + 168.45 + 168.48) / 3;
    const prices = [cents[2], cents[1], cents[2]].map((bar, row) => ({ ...(bar as (typeof cents)[0]), time: row }));
    // Down to the level, and up again.
    const crossing = createIndicator("crossLevel", { level, source: "hlc3" });
    expect(outputAfterEach(crossing, prices)).toEqual([_, 0, 0]);
  });

  it.each([
    [5, 10],
    [9, 21],
    [1, 3],
    [50, 200],
  ])("are no crossing of averages of %i and %i closes in cents", (fast, slow) => {
    const draw = generator(11);
    let price = 16_850;
    const closes = Array.from({ length: 8_000 }, () => {
      price += Math.floor(draw() * 5) - 2;
      return price;
    });
    const cross = createIndicator("cross", { first: { sma: { period: fast } }, second: { sma: { period: slow } } });
    const found = outputAfterEach(cross, closesOf(closes.map((close) => close / 100)));
    expect(found).toEqual(crossingsOf(closes, fast, slow));
  });
});

/** Crossings of two means of whole numbers, by their sums: no rounding anywhere. */
function crossingsOf(closes: readonly number[], fast: number, slow: number): number[] {
  const sum = (end: number, count: number) => closes.slice(end - count, end).reduce((total, close) => total + close, 0);
  let side = 0;
  return closes.map((_close, row) => {
    if (row + 1 < slow) return Number.NaN;
    const now = Math.sign(sum(row + 1, fast) * slow - sum(row + 1, slow) * fast);
    const isCrossing = side !== 0 && now !== 0 && now !== side;
    if (now !== 0) side = now;
    if (row + 1 === slow) return Number.NaN;
    return isCrossing ? now : 0;
  });
}

describe("what lies between two bounds", () => {
  const draw = generator(3);
  let price = 33.7;
  // Closes at the very high or low of their bars now and then, in numbers that use all digits.
  const bars = barsOf(
    Array.from({ length: 4_000 }, () => {
      const open = price;
      price *= 1 + (draw() - 0.5) * 0.01;
      const [high, low] = [Math.max(open, price), Math.min(open, price)];
      return [open, high * (draw() < 0.5 ? 1 : 1.001), low, price, draw() * 100];
    }),
  );

  it.each([
    ["stochastic", { period: 5, kSmoothing: 1, dPeriod: 1 }, "k", 0, 100],
    ["stochRsi", { period: 5, kSmoothing: 1, dPeriod: 1 }, "k", 0, 100],
    ["williamsR", { period: 5 }, "value", -100, 0],
    ["mfi", { period: 2 }, "value", 0, 100],
    ["rsi", { period: 2 }, "value", 0, 100],
    ["adx", { period: 2 }, "plusDi", 0, 100],
    ["adx", { period: 2 }, "minusDi", 0, 100],
    ["adx", { period: 2 }, "adx", 0, 100],
    ["tsi", { longPeriod: 2, shortPeriod: 2, signalPeriod: 1 }, "tsi", -100, 100],
    ["barAnatomy", {}, "wickHighPercent", 0, 100],
    ["barAnatomy", {}, "wickLowPercent", 0, 100],
  ])("%s %j %s is not past them, by rounding or at prices below zero", (name, parameters, output, least, most) => {
    const [{ close: last }] = bars.slice(-1) as [(typeof bars)[number]];
    for (const shift of [0, last, 1000]) {
      const indicator = createIndicator(name, parameters);
      const place = indicator.outputs.indexOf(output);
      let [lowest, highest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
      for (const { open, high, low, close, ...bar } of bars) {
        indicator.add({ ...bar, open: open - shift, high: high - shift, low: low - shift, close: close - shift });
        if (!indicator.ready) continue;
        lowest = Math.min(lowest, indicator.output(place));
        highest = Math.max(highest, indicator.output(place));
      }
      expect(lowest).toBeGreaterThanOrEqual(least);
      expect(highest).toBeLessThanOrEqual(most);
    }
  });
});

describe("a price that is far off, and has left the window", () => {
  // Closes of 100 and 101 in turn: each four deviate from 100.5 by a half.
  const closes = Array.from({ length: 40 }, (_close, row) => (row === 10 ? 1e9 : 100 + (row % 2)));

  it.each([
    ["stdDev", "value", 0.5],
    ["bollinger", "upper", 101.5],
    ["bollinger", "lower", 99.5],
  ])("leaves nothing in %s %s", (name, output, expected) => {
    const found = outputAfterEach(createIndicator(name, { period: 4 }), closesOf(closes), output);
    expect(new Set(found.slice(14))).toEqual(new Set([expected]));
  });
});
