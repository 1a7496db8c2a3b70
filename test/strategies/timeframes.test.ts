import { existsSync } from "node:fs";
import { type BacktestResult, FileBacktesting, type Strategy, SyntheticBacktesting } from "backlit";
import { describe, expect, it } from "vitest";
import { MacdBollinger } from "../../strategies/macd-bollinger.ts";
import { MultiTimeframeRsi } from "../../strategies/multi-timeframe-rsi.ts";
import { VwapReversion } from "../../strategies/vwap-reversion.ts";

const FILE = "../shared/data/real/es-1m-2011-01-quantstrat.csv";
const absent = !existsSync(FILE);

const MARKETS: readonly [string, boolean, (strategy: Strategy) => Promise<BacktestResult>][] = [
  ["synthetic bars", false, (strategy) => strategy.backtest(SyntheticBacktesting, "2024-03-04", "2024-03-16")],
  [
    "real bars of ES (skipped where ../shared/data is absent)",
    absent,
    (strategy) => strategy.backtest(FileBacktesting, "2011-01-04", "2011-01-21", { file: FILE }),
  ],
];

describe.each(MARKETS)("on %s", (_name, isAbsent, run) => {
  it.skipIf(isAbsent)(
    "multi-timeframe RSI risks at most what it may on each trade, with a stop and a target",
    async () => {
      const result = await run(new MultiTimeframeRsi({ parameters: { riskPerTrade: 400, minimumRisk: 2 } }));
      expect(result.trades.length).toBeGreaterThan(3);
      const entries = result.orders.filter((order) => order.children.length === 2 && order.status === "filled");
      expect(entries.length).toBeGreaterThan(3);
      for (const entry of entries) {
        const priceOf = (name: "limitPrice" | "stopPrice", order: unknown) =>
          (order as Record<string, number>)[name] ?? Number.NaN;
        const [stop, target] = ["stopPrice", "limitPrice"].map((name) => {
          const child = entry.children.find((candidate) => name in candidate);
          return priceOf(name as "limitPrice", child ?? {});
        }) as [number, number];
        const limit = priceOf("limitPrice", entry);
        const risk = Math.abs(limit - stop);
        expect(risk).toBeGreaterThanOrEqual(2);
        // A contract of 50 a point: never more than 400 at the stop, and one contract more would be.
        expect(entry.quantity * risk * 50).toBeLessThanOrEqual(400 + 12.5);
        expect((entry.quantity + 1) * (risk + 0.25) * 50).toBeGreaterThan(400);
        expect(Math.abs(target - limit)).toBeCloseTo(2 * risk, 9);
        expect(Math.sign(target - limit)).toBe(entry.side === "buy" ? 1 : -1);
      }
      // It is never without them, be it sessions later: each trade ended at one of the two, and of an open one both still rest.
      const exits = entries.flatMap(({ children }) => children);
      expect(exits.filter(({ status }) => status === "expired")).toEqual([]);
      const open = result.trades.filter((trade) => trade.open).length;
      expect(exits.filter(({ status }) => status === "filled")).toHaveLength(entries.length - open);
      expect(result.chart.lines.map(({ name, plot }) => [name, plot])).toEqual([
        ["Rsi(14)", "rsi"],
        ["Rsi(14) 5m", "rsi"],
      ]);
    },
  );

  it.skipIf(isAbsent)(
    "MACD with Bollinger enters on the near side of the middle and never holds more than one",
    async () => {
      const result = await run(new MacdBollinger());
      expect(result.trades.length).toBeGreaterThan(3);
      let held = 0;
      for (const fill of result.fills) {
        held += fill.side === "buy" ? fill.quantity : -fill.quantity;
        expect(Math.abs(held)).toBeLessThanOrEqual(1);
        expect(new Date(fill.time).getUTCMinutes() % 15).toBe(0);
      }
      expect(new Set(result.chart.lines.map(({ plot }) => plot))).toContain("main");
    },
  );

  it.skipIf(isAbsent)("VWAP reversion is flat over every night", async () => {
    const result = await run(new VwapReversion());
    expect(result.trades.length).toBeGreaterThan(3);
    for (const trade of result.trades) {
      expect(trade.open).toBe(false);
      // From one session's open at 17:00 in Chicago to the next: shifted by seven hours both instants lie on one date.
      const date = (time: number) =>
        new Date(time + 7 * 3_600_000).toLocaleDateString("sv", { timeZone: "America/Chicago" });
      expect(date(trade.exitTime)).toBe(date(trade.entryTime));
    }
  });
});
