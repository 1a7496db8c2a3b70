import { existsSync } from "node:fs";
import { FileBacktesting, SyntheticBacktesting } from "backlit";
import { describe, expect, it } from "vitest";
import { MonthlyRotation } from "../../strategies/monthly-rotation.ts";
import { OpeningRangeBreakout } from "../../strategies/opening-range-breakout.ts";
import { SmaCross } from "../../strategies/sma-cross.ts";

const REAL = "../shared/data/real";
const absent = !existsSync(REAL);

describe("sma-cross", () => {
  it("is always in the market once the slow average is known, on the side of the fast one", async () => {
    const result = await new SmaCross().backtest(SyntheticBacktesting, "2024-03-04", "2024-03-06");
    expect(result.notice).toBe("SYNTHETIC");
    expect(result.fills.length).toBeGreaterThan(20);
    const sides = result.fills.map((fill) => fill.side);
    expect(sides.every((side, index) => index === 0 || side !== sides[index - 1])).toBe(true);
    expect(new Set(result.fills.slice(1).map((fill) => fill.quantity))).toEqual(new Set([2]));
  });
});

describe("opening-range-breakout", () => {
  it("is flat every night and trades inside the day session only", async () => {
    const result = await new OpeningRangeBreakout().backtest(SyntheticBacktesting, "2024-03-04", "2024-03-16");
    expect(result.trades.length).toBeGreaterThan(3);
    for (const trade of result.trades) {
      expect(trade.open).toBe(false);
      const chicago = (time: number) => new Date(time).toLocaleString("sv", { timeZone: "America/Chicago" });
      expect(chicago(trade.entryTime).slice(0, 10)).toBe(chicago(trade.exitTime).slice(0, 10));
      expect(chicago(trade.entryTime).slice(11) >= "09:00:00" && chicago(trade.exitTime).slice(11) <= "14:55:00").toBe(
        true,
      );
    }
  });

  it.skipIf(absent)("trades real bars of ES (skipped where the shared data is absent)", async () => {
    const result = await new OpeningRangeBreakout().backtest(FileBacktesting, "2011-01-03", "2011-01-22", {
      file: `${REAL}/es-1m-2011-01-quantstrat.csv`,
    });
    expect(result.trades.length).toBeGreaterThan(8);
    expect(result.trades.every((trade) => !trade.open)).toBe(true);
  });
});

describe("monthly-rotation", () => {
  it.skipIf(absent)("holds the stronger of two real stocks (skipped where the shared data is absent)", async () => {
    const file = [`${REAL}/aapl-1d-lean.csv`, `${REAL}/spy-1d-lean.csv`];
    const result = await new MonthlyRotation().backtest(FileBacktesting, "2016-01-01", "2019-01-01", { file });
    const months = new Set(result.fills.map((fill) => new Date(fill.time).toISOString().slice(0, 7)));
    expect(months.size).toBeGreaterThan(12);
    expect(new Set(result.fills.map((fill) => fill.asset.symbol))).toEqual(new Set(["AAPL", "SPY"]));
    expect(Math.min(...result.equity.cash)).toBeGreaterThanOrEqual(0);
  });
});
