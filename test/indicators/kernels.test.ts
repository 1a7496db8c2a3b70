import { Asset, Atr, Bars, computeIndicator, Ema, Rsi, Sma } from "backlit";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

/** Few different values, so that runs of equal ones are frequent and as long as a window; now and then something wild. */
const value = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(0.1, 0.1, 0.1, 0.3, -0.7) },
  { weight: 1, arbitrary: fc.double({ min: -1e6, max: 1e6, noNaN: true }) },
);
const values = fc
  .array(fc.tuple(value, fc.integer({ min: 1, max: 12 })), { maxLength: 40 })
  .map((runs) => Float64Array.from(runs.flatMap(([number, length]) => Array.from({ length }, () => number))));
const period = fc.integer({ min: 1, max: 9 });

const KERNELS = [
  ["Sma", (length: number) => new Sma({ period: length })],
  ["Ema", (length: number) => new Ema({ period: length })],
  ["Rsi", (length: number) => new Rsi({ period: length })],
  ["Rsi seeded by the first change", (length: number) => new Rsi({ period: length, seed: "first" })],
  ["Rsi over simple averages", (length: number) => new Rsi({ period: length, average: "simple" })],
] as const;

describe("the fast ways over columns", () => {
  it.each(KERNELS)(
    "%s gives bit for bit what values one by one give, and stands where they leave it",
    (_name, make) => {
      fc.assert(
        fc.property(values, values, period, (first, second, length) => {
          const [batch, stream] = [make(length), make(length)];
          for (const part of [first, second]) {
            const columns = computeIndicator(batch, part);
            const expected = Array.from(part, (number) => {
              stream.add(number);
              return stream.value;
            });
            expect(Array.from(columns)).toEqual(expected);
            expect(batch.snapshot()).toEqual(stream.snapshot());
          }
        }),
        { numRuns: 300 },
      );
    },
  );

  it.each(["wilder", "exponential", "simple"] as const)("Atr of a %s average does too", (average) => {
    fc.assert(
      fc.property(values, period, fc.nat(60), (closes, length, cut) => {
        const time = closes.map((_, row) => row * 60_000);
        const columns = {
          time,
          open: closes,
          high: closes.map((close) => close + 1),
          low: closes.map((close) => close - 2),
          close: closes,
          volume: time,
        };
        const bars = Bars.from({ asset: Asset.stock("A"), timestep: "1m", ...columns });
        const [batch, stream] = [new Atr({ period: length, average }), new Atr({ period: length, average })];
        const expected = [...bars].map((bar) => {
          stream.add(bar);
          return stream.value;
        });
        const computed = [bars.slice(0, cut), bars.slice(cut)].flatMap((part) => [...computeIndicator(batch, part)]);
        expect(computed).toEqual(expected);
        expect(batch.snapshot()).toEqual(stream.snapshot());
      }),
    );
  });

  it("a long run of equal values takes no longer than any other: two million are done", () => {
    const flat = new Float64Array(2_000_000).fill(0.1);
    const mean = computeIndicator(new Sma({ period: 20 }), flat);
    expect(mean.at(-1)).toBe((0.1 * 20) / 20);
  });
});
