import { describe, expect, it } from "vitest";
import { bootstrapRun, computeStatistics } from "../../src/report/index.ts";
import { dailyEquity, growth, outcomeOf, tradeOf } from "./support.ts";

/** Returns that go up and down without a rhythm, 200 sessions. */
const RETURNS = Float64Array.from({ length: 200 }, (_, i) => (((i * 37) % 101) - 48) / 5_000);
const RUN = outcomeOf({ equity: dailyEquity(growth(RETURNS)) });

describe("the bootstrap", () => {
  it("gives the run's own figures where the sessions stay in one stretch, which only turns them round", () => {
    const { sharpe, annualReturn, maxDrawdown } = bootstrapRun(RUN, {}, { meanBlock: 1e12, resamples: 50 });
    const stats = computeStatistics(RUN);
    for (const [interval, own] of [
      [sharpe, stats.sharpe],
      [annualReturn, stats.annualReturn],
    ] as const) {
      expect(interval?.low).toBeCloseTo(own ?? Number.NaN, 9);
      expect(interval?.high).toBeCloseTo(own ?? Number.NaN, 9);
    }
    // A drawdown depends on where the year begins.
    expect(maxDrawdown?.low).toBeLessThan(0);
  });

  it("spreads as far as theory says where each session is drawn for itself", () => {
    const { sharpe } = bootstrapRun(RUN, {}, { meanBlock: 1, resamples: 4_000, seed: 7 });
    const stats = computeStatistics(RUN);
    // 95 % of a normal: 2 x 1.96 standard errors, by Mertens' formula; 4,000 draws are good to some percent.
    const width = 2 * 1.96 * (stats.sharpeStdErr ?? Number.NaN);
    expect(((sharpe?.high ?? 0) - (sharpe?.low ?? 0)) / width).toBeGreaterThan(0.93);
    expect(((sharpe?.high ?? 0) - (sharpe?.low ?? 0)) / width).toBeLessThan(1.07);
    expect(Math.abs((sharpe?.median ?? 0) - (stats.sharpe ?? 0))).toBeLessThan(0.1 * width);
  });

  it("is the same for the same seed, and another for another", () => {
    expect(bootstrapRun(RUN, {}, { seed: 1 })).toEqual(bootstrapRun(RUN, {}, { seed: 1 }));
    expect(bootstrapRun(RUN, {}, { seed: 1 }).sharpe).not.toEqual(bootstrapRun(RUN, {}, { seed: 2 }).sharpe);
    expect(bootstrapRun(RUN)).toMatchObject({ resamples: 1_000, meanBlock: 20, seed: 1 });
  });

  it("takes the trades in any order for their drawdown", () => {
    // Nine losses of 1 and one win of 9. Summed up, the fall is 9 when the losses stand together, else less; never below half of it, 5.
    const trades = [...Array.from({ length: 9 }, () => tradeOf(-1)), tradeOf(9)];
    const { tradeDrawdown } = bootstrapRun(outcomeOf({ trades }), {}, { resamples: 2_000 });
    // The win lies at any of ten places with equal chance: k losses before it and 9 - k after, the deeper of the two.
    expect(tradeDrawdown).toEqual({ low: -9, median: -7, high: -5 });
  });

  it("has nothing to say of too little, nor of what never moved or was ruined", () => {
    const few = bootstrapRun(outcomeOf({ equity: dailyEquity([1, 2, 3]), trades: [tradeOf(1)] }));
    expect(few).toMatchObject({ sharpe: null, annualReturn: null, maxDrawdown: null, tradeDrawdown: null });
    const flat = bootstrapRun(outcomeOf({ equity: dailyEquity(new Float64Array(50).fill(100)) }));
    expect(flat.sharpe).toBeNull();
    expect(flat.annualReturn).toEqual({ low: 0, median: 0, high: 0 });
    expect(bootstrapRun(outcomeOf({ equity: dailyEquity([...growth(RETURNS), -1]) })).sharpe).toBeNull();
  });

  it.each([{ resamples: 0 }, { resamples: 1.5 }, { meanBlock: 0 }, { meanBlock: Number.NaN }, { seed: 0.5 }])(
    "refuses %o",
    (options) => {
      expect(() => bootstrapRun(RUN, {}, options)).toThrow(expect.objectContaining({ code: "invalid_argument" }));
    },
  );
});
