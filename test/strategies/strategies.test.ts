import { existsSync } from "node:fs";
import { Asset, Bars, FileBacktesting, InMemoryBacktesting, SyntheticBacktesting } from "backlit";
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

  it("buys the new winner at the very open at which the old one is sold", async () => {
    // A gains 1 a day from 100 and stands still from February on, B the other way round. With a look-back of 5 days A is ahead on the
    // first of February and B on the first of March. Each is bought for 95 % of the account at that open, and all of A is sold there.
    const [a, b] = [Asset.stock("A"), Asset.stock("B")];
    const time = Array.from({ length: 31 + 28 + 10 }, (_, day) => Date.UTC(2023, 0, 1 + day));
    const bars = (asset: Asset, priceOn: (day: number) => number) => {
      const price = time.map((_, day) => priceOn(day));
      const volume = price.map(() => 1_000_000);
      return Bars.from({ asset, timestep: "1d", time, open: price, high: price, low: price, close: price, volume });
    };
    const data = [bars(a, (day) => 100 + Math.min(day, 31)), bars(b, (day) => 100 + Math.max(0, day - 31))];
    const strategy = new MonthlyRotation({ parameters: { lookback: 5 } });
    const result = await strategy.backtest(InMemoryBacktesting, "2023-01-10", "2023-03-08", { data, assets: [a, b] });
    expect(result.events.filter(({ code }) => code === "order_refused")).toEqual([]);
    const march = result.fills.filter(({ time: at }) => at === Date.UTC(2023, 2, 1));
    // January 10: floor(95,000 / 109) = 871 A, which gain 131 - 109 = 22 each, 19,162. 95 % of 119,162 are 113,203.9: on the first of
    // February 864 A at 131, so 7 are sold, and on the first of March 884 B at 128.
    expect(march.map(({ asset, side, quantity, price }) => [asset.symbol, side, quantity, price])).toEqual([
      ["A", "sell", 864, 131],
      ["B", "buy", 884, 128],
    ]);
  });
});
