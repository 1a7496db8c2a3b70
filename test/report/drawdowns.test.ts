import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DAY } from "../../src/market/time.ts";
import { deepestDrawdown, drawdownsOf, underwater } from "../../src/report/metrics/drawdowns.ts";

/** Drawdowns of a value a day, with times as day numbers. */
function runs(...values: number[]) {
  const value = Float64Array.from(values);
  return drawdownsOf(
    value.map((_, day) => day * DAY),
    value,
  ).map(({ peakTime, valleyTime, recoveryTime, ...rest }) => ({
    ...rest,
    peak: peakTime / DAY,
    valley: valleyTime / DAY,
    recovery: recoveryTime === null ? null : recoveryTime / DAY,
  }));
}

describe("drawdowns", () => {
  it("counts a loss on the first day: start equity is a peak", () => {
    expect(runs(100, 90, 100)).toEqual([
      {
        peak: 0,
        valley: 1,
        recovery: 2,
        depth: 90 / 100 - 1,
        money: -10,
        days: 2,
        daysToValley: 1,
        daysToRecover: 1,
        samples: 1,
      },
    ]);
  });

  it("begins with the last sample at the maximum", () => {
    expect(runs(100, 100, 100, 80, 110)[0]).toMatchObject({ peak: 2, valley: 3, recovery: 4, days: 2 });
  });

  it("ends with a sample equal to the peak, and the next fall is another one", () => {
    expect(runs(100, 90, 100, 95, 101).map(({ peak, recovery }) => [peak, recovery])).toEqual([
      [0, 2],
      [2, 4],
    ]);
  });

  it("leaves the last one open", () => {
    expect(runs(100, 120, 60, 90)).toMatchObject([
      { peak: 1, valley: 2, recovery: null, depth: -0.5, money: -60, days: 2, daysToRecover: null, samples: 2 },
    ]);
  });

  it("takes the first of equal valleys", () => {
    expect(runs(100, 90, 95, 90, 100)[0]).toMatchObject({ valley: 1 });
  });

  it("finds none in a rise, in one value and in none", () => {
    expect(runs(1, 2, 2, 3)).toEqual([]);
    expect(runs(1)).toEqual([]);
    expect(runs()).toEqual([]);
  });

  const curve = fc
    .array(fc.integer({ min: 1, max: 40 }), { minLength: 2, maxLength: 60 })
    .map((values) => Float64Array.from(values));
  const times = (value: Float64Array) => value.map((_, day) => day * DAY);

  it("never overlap, and are as deep as the deepest point under water", () => {
    fc.assert(
      fc.property(curve, (value) => {
        const found = drawdownsOf(times(value), value);
        for (const [i, run] of found.entries()) {
          expect(run.peakTime).toBeLessThan(run.valleyTime);
          expect(run.peakTime).toBeGreaterThanOrEqual(found[i - 1]?.recoveryTime ?? 0);
        }
        const deepest = Math.min(0, ...found.map(({ depth }) => depth));
        expect(deepest).toBe(Math.min(...underwater(value)));
        const below = underwater(value).filter((depth) => depth < 0).length;
        expect(found.reduce((total, { samples }) => total + samples, 0)).toBe(below);
      }),
    );
  });

  it("names as the deepest the first of the deepest", () => {
    fc.assert(
      fc.property(curve, (value) => {
        const found = drawdownsOf(times(value), value);
        const first = found.toSorted((a, b) => a.depth - b.depth)[0];
        expect(deepestDrawdown(times(value), value)).toEqual(first);
      }),
    );
  });

  it("is never deeper in a part of the time than in all of it", () => {
    fc.assert(
      fc.property(curve, fc.nat(), fc.nat(), (value, a, b) => {
        const [from, to] = [a % value.length, b % value.length].sort((x, y) => x - y);
        const part = value.slice(from, (to ?? 0) + 1);
        expect(Math.min(...underwater(part))).toBeGreaterThanOrEqual(Math.min(...underwater(value)));
      }),
    );
  });
});
