import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { computeStatistics, type Statistics, type StatisticsOptions } from "../../src/report/index.ts";
import { type MetricName, metricNames, metricRegistry } from "../../src/report/metrics/registry.ts";
import { dailyEquity, growth, outcomeOf, tradeOf } from "./support.ts";

/** Daily returns in hundredths of a percent, not all alike. */
const returnLists = fc
  .array(fc.integer({ min: -400, max: 400 }), { minLength: 5, maxLength: 80 })
  .map((points) => Float64Array.from(points, (point) => point / 10_000))
  .filter((returns) => new Set(returns).size > 1);

function statsOf(returns: ArrayLike<number>, start = 100_000, options: StatisticsOptions = {}): Statistics {
  return computeStatistics(outcomeOf({ equity: dailyEquity(growth(returns, start)) }), options);
}

function expectEqual(a: number | null, b: number | null, what: string): void {
  if (a === null || b === null) expect(a, what).toBe(b);
  else expect(Math.abs(a - b), what).toBeLessThanOrEqual(1e-7 * Math.max(1, Math.abs(a)));
}

describe("statistics of any run", () => {
  it("do not change with the size of the account, but for money", () => {
    fc.assert(
      fc.property(returnLists, fc.integer({ min: 1, max: 1_000_000 }), (returns, start) => {
        const small = statsOf(returns, start);
        const large = statsOf(returns, start * 1_024);
        for (const name of metricNames) {
          const scale = metricRegistry[name].unit === "money" ? 1_024 : 1;
          const value = small[name];
          expectEqual(value === null ? null : value * scale, large[name], name);
        }
      }),
    );
  });

  it("see a flat session at the end only through the number of sessions", () => {
    fc.assert(
      fc.property(returnLists, (returns) => {
        const n = returns.length;
        const { sharpe, bestMonth, maxDrawdown } = statsOf(returns);
        const longer = statsOf([...returns, 0]);
        const total = returns.reduce((a, b) => a + b, 0);
        const squares = returns.reduce((a, b) => a + b * b, 0);
        const expected = total / (n + 1) / Math.sqrt((squares - total ** 2 / (n + 1)) / n);
        expectEqual(longer.sharpe, expected * Math.sqrt(252), "sharpe");
        if (total > 0) expect(longer.sharpe ?? 0).toBeLessThanOrEqual((sharpe ?? 0) + 1e-9);
        expectEqual(longer.maxDrawdown, maxDrawdown, "maxDrawdown");
        if (bestMonth !== null) expect(longer.bestMonth).not.toBeNull();
      }),
    );
  });

  it("turn over with the sign of the returns", () => {
    fc.assert(
      fc.property(returnLists, (returns) => {
        const there = statsOf(returns);
        const back = statsOf(returns.map((value) => -value));
        expectEqual(there.skew === null ? null : -there.skew, back.skew, "skew");
        expectEqual(there.excessKurtosis, back.excessKurtosis, "excessKurtosis");
        expectEqual(there.volatility, back.volatility, "volatility");
        expectEqual(there.sharpe === null ? null : -there.sharpe, back.sharpe, "sharpe");
        if (there.omega !== null && there.omega !== 0) expectEqual(1 / there.omega, back.omega, "omega");
      }),
    );
  });

  it("have no deeper drawdown in a part of the time", () => {
    fc.assert(
      fc.property(returnLists, fc.nat({ max: 30 }), (returns, skipped) => {
        const part = returns.slice(skipped % returns.length);
        expect(statsOf(part).maxDrawdown ?? 0).toBeGreaterThanOrEqual((statsOf(returns).maxDrawdown ?? 0) - 1e-12);
      }),
    );
  });

  it("are the same each time", () => {
    fc.assert(
      fc.property(returnLists, (returns) => {
        expect(statsOf(returns)).toEqual(statsOf(returns));
      }),
    );
  });

  it("compare a run with itself as equals", () => {
    fc.assert(
      fc.property(returnLists, (returns) => {
        // Returns as equity gives them back: dividing rounds.
        const values = growth(returns);
        const own = Float64Array.from(returns, (_, i) => (values[i + 1] ?? 0) / (values[i] ?? 0) - 1);
        const stats = statsOf(returns, 100_000, { benchmark: { name: "itself", returns: own } });
        expectEqual(stats.beta, 1, "beta");
        expectEqual(stats.alpha, 0, "alpha");
        expectEqual(stats.correlation, 1, "correlation");
        expectEqual(stats.trackingError, 0, "trackingError");
        expectEqual(stats.worstRelativeDrawdown, 0, "worstRelativeDrawdown");
        expect(stats.informationRatio).toBeNull();
      }),
    );
  });

  it("keep within their bounds", () => {
    const shares: readonly MetricName[] = ["positiveDays", "timeUnderwater", "probabilisticSharpe", "exposureTime"];
    fc.assert(
      fc.property(returnLists, (returns) => {
        const stats = statsOf(returns);
        for (const name of shares) {
          expect(stats[name] ?? 0, name).toBeGreaterThanOrEqual(0);
          expect(stats[name] ?? 0, name).toBeLessThanOrEqual(1);
        }
        expect(stats.cvar95 ?? 0).toBeLessThanOrEqual(stats.var95 ?? 0);
        expect(stats.painIndex ?? 0).toBeLessThanOrEqual((stats.ulcerIndex ?? 0) + 1e-12);
        expect(stats.ulcerIndex ?? 0).toBeLessThanOrEqual(-(stats.maxDrawdown ?? 0) + 1e-12);
        expect(stats.worstDay ?? 0).toBeLessThanOrEqual(stats.bestDay ?? 0);
      }),
    );
  });

  it("give each null a reason and each number none, whatever equity is", () => {
    const levels = fc.array(fc.double(), { maxLength: 12 });
    const profits = fc.array(fc.double({ noNaN: true, min: -1e6, max: 1e6 }), { maxLength: 6 });
    fc.assert(
      fc.property(levels, profits, (values, pnls) => {
        const equity = dailyEquity(values);
        const stats = computeStatistics(outcomeOf({ equity, trades: pnls.map((pnl) => tradeOf(pnl)) }));
        for (const name of metricNames) {
          const value = stats[name];
          expect(value === null || Number.isFinite(value), name).toBe(true);
          expect(stats.undefinedReasons[name] !== undefined, name).toBe(value === null);
        }
      }),
    );
  });
});

describe("statistics of any trades", () => {
  const profits = fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1, maxLength: 40 });
  const ofTrades = (pnls: readonly number[]) =>
    computeStatistics(outcomeOf({ trades: pnls.map((pnl) => tradeOf(pnl)) }));

  it("add up", () => {
    fc.assert(
      fc.property(profits, (pnls) => {
        const stats = ofTrades(pnls);
        expect(stats.wins + stats.losses + stats.draws).toBe(stats.trades);
        expect(stats.grossProfit + stats.grossLoss).toBe(stats.closedPnl);
        expect(stats.long.trades + stats.short.trades).toBe(stats.trades);
        expectEqual((stats.expectancy ?? 0) * stats.trades, stats.closedPnl, "expectancy");
        if (stats.profitFactor !== null) expect(stats.profitFactor > 1).toBe(stats.closedPnl > 0);
      }),
    );
  });

  it("do not depend on their order, but for streaks", () => {
    fc.assert(
      fc.property(profits, (pnls) => {
        const forth = ofTrades(pnls);
        const back = ofTrades(pnls.toReversed());
        for (const name of ["winRate", "profitFactor", "medianTrade", "sqn", "kelly", "maxConsecutiveWins"] as const) {
          expectEqual(forth[name], back[name], name);
        }
      }),
    );
  });
});
