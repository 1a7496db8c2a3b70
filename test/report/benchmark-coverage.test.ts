/** A benchmark that has prices for a part of the run only: what it did in the rest is not known, least of all that it stood still. */
import { describe, expect, it } from "vitest";
import { pageInputOf } from "../../src/report/html/page-input.ts";
import { picturesOf } from "../../src/report/html/pictures.ts";
import { facts } from "../../src/report/html/sections.ts";
import { computeStatistics, reviewRun, runFiles } from "../../src/report/index.ts";
import { pageAssets } from "../../src/run/page-assets.ts";
import { dailyEquity, outcomeOf } from "./support.ts";

// Returns 10, 10, 0, 10 and 0 %.
const equity = dailyEquity([100_000, 110_000, 121_000, 121_000, 133_100, 133_100]);
const at = (...rows: number[]) => Float64Array.from(rows, (row) => equity.time[row] ?? 0);
/** Known at the closes of sessions 2, 3 and 4: +10 % in session 3, -10 % in session 4. */
const benchmark = { name: "stock:SPY", time: at(2, 3, 4), price: Float64Array.of(100, 110, 99) };
const outcome = outcomeOf({ equity, benchmark });
const statistics = computeStatistics(outcome, { benchmark });
const input = pageInputOf(outcome, statistics, reviewRun(outcome, statistics), pageAssets().pack);

describe("a benchmark that covers a part of the run", () => {
  it("is compared in the sessions that it has a return of", () => {
    expect(statistics.basis).toMatchObject({ benchmark: "stock:SPY", comparedSessions: 2 });
    // The run made 0 and 10 % in them: means 0.05 and 0, covariance (-0.05 x 0.1 - 0.05 x 0.1) / 2 = -0.005, variance 0.01.
    expect(statistics.beta).toBeCloseTo(-0.5, 12);
    expect(statistics.correlation).toBeCloseTo(-1, 12);
    // 1.1 x 0.9 - 1, and 1.1 - 0.99 more.
    expect(statistics.benchmarkReturn).toBeCloseTo(-0.01, 12);
    expect(statistics.excessReturn).toBeCloseTo(0.11, 12);
    expect(statistics.battingAverage).toBe(0.5);
    // 1, 1 / 1.1, then above.
    expect(statistics.worstRelativeDrawdown).toBeCloseTo(1 / 1.1 - 1, 12);
    // Differences -0.1 and 0.2: mean 0.05, deviation 0.15 x sqrt(2).
    expect(statistics.trackingError).toBeCloseTo(0.15 * Math.SQRT2 * Math.sqrt(252), 9);
    expect(statistics.informationRatio).toBeCloseTo((0.05 * Math.sqrt(252)) / (0.15 * Math.SQRT2), 9);
  });

  it("has no return in the others", () => {
    const sessions = runFiles(outcome, statistics).find(({ name }) => name === "sessions.csv")?.text ?? "";
    const column = sessions
      .trim()
      .split("\n")
      .map((line) => line.split(",").at(-1));
    expect(column.slice(0, 3)).toEqual(["benchmark", "", ""]);
    expect(column.slice(3, 5).map((text) => Number(text).toFixed(12))).toEqual(["0.100000000000", "-0.100000000000"]);
    expect(column[5]).toBe("");
  });

  it("is told by the review, on the page, and drawn where it is known", () => {
    const found = reviewRun(outcome, statistics).checks.find(({ code }) => code === "incomplete_benchmark");
    expect(found).toMatchObject({
      status: "found",
      text: "The benchmark stock:SPY has prices in 2 of 5 sessions.",
      figures: { compared: 2, sessions: 5 },
    });
    expect(facts(input.document, "")).toContain("stock:SPY, in 2 of 5 sessions");
    const [, line = ""] = /class="line benchmark" d="([^"]*)"/.exec(picturesOf(input).equity ?? "") ?? [];
    expect(line.match(/[ML]/g)).toEqual(["M", "L"]);
  });

  it("is compared with nothing where it has no price in the run, or one", () => {
    for (const time of [at(5), Float64Array.of((equity.time[5] ?? 0) + 1)]) {
      const stats = computeStatistics(outcome, { benchmark: { name: "B", time, price: Float64Array.of(100) } });
      expect(stats.basis.comparedSessions).toBe(0);
      expect(stats).toMatchObject({ benchmarkReturn: null, beta: null, trackingError: null, treynor: null });
      expect(stats.undefinedReasons.beta).toBe("the benchmark has no prices in the sessions of the run");
    }
    const one = computeStatistics(outcome, {
      benchmark: { name: "B", time: at(4, 5), price: Float64Array.of(10, 11) },
    });
    expect(one.benchmarkReturn).toBeCloseTo(0.1, 12);
    expect(one.undefinedReasons.trackingError).toBe("needs 2 sessions with a benchmark, there is 1");
    expect(one.undefinedReasons.informationRatio).toBe("needs 2 sessions with a benchmark, there is 1");
  });

  it("finds nothing amiss where every session has a price", () => {
    const whole = { name: "B", time: equity.time, price: Float64Array.of(1, 2, 3, 4, 5, 6) };
    const stats = computeStatistics(outcome, { benchmark: whole });
    const status = (given: typeof stats) =>
      reviewRun(outcome, given).checks.find(({ code }) => code === "incomplete_benchmark")?.status;
    expect(stats.basis.comparedSessions).toBe(5);
    expect(status(stats)).toBe("clear");
    expect(status(computeStatistics(outcome))).toBe("unknown");
  });
});
