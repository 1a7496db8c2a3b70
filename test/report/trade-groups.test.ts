import { describe, expect, it } from "vitest";
import { Asset } from "../../src/market/asset.ts";
import type { Fill } from "../../src/market/fill.ts";
import { MINUTE } from "../../src/market/time.ts";
import { computeStatistics } from "../../src/report/index.ts";
import { barsOf, ES, type Row, run, type Scripted } from "../engine/support.ts";
import { dailyEquity, outcomeOf, SETTINGS, tradeOf } from "./support.ts";

describe("trades by what ended them", () => {
  const rows: readonly Row[] = [
    [100, 100, 100, 100],
    [100, 101, 99, 100],
    [100, 105, 100, 104],
    [104, 104, 104, 104],
    [104, 104, 104, 104],
    [104, 105, 101, 102],
    [102, 102, 102, 102],
    [102, 103, 101, 103],
    [103, 103, 103, 103],
  ];
  const script = (strategy: Scripted) => {
    const bracket = (takeProfitPrice: number, stopLossPrice: number) =>
      strategy.send(ES, 1, "buy", { orderClass: "bracket", takeProfitPrice, stopLossPrice });
    if (strategy.iteration === 1) bracket(104, 98);
    if (strategy.iteration === 4) bracket(108, 102);
    if (strategy.iteration === 6) strategy.send(ES, 1, "buy");
    if (strategy.iteration === 8) strategy.send(ES, 1, "sell", { tag: "time" });
  };

  it("are told apart, and measured in what they risked", async () => {
    const { result } = await run(barsOf(ES, rows), script);
    const { byExitReason, expectancyR } = result.stats;
    // Bought at 100, out at 104: 200. Bought at 104, stopped at 102: -100. Bought at 102, out at 103: 50.
    expect(Object.entries(byExitReason).map(([reason, { pnl }]) => [reason, pnl])).toEqual([
      ["stop_loss", -100],
      ["take_profit", 200],
      ["time", 50],
    ]);
    // Two points risked each time: 200 / 100 and -100 / 100; the third risked what nobody said.
    expect(expectancyR).toBe((2 - 1) / 2);
  });

  it("end with their contract as well", () => {
    const future = Asset.future("ESH25");
    const trade = tradeOf(50, { asset: future });
    const fill: Fill = {
      time: trade.exitTime,
      asset: future,
      side: "sell",
      quantity: 1,
      price: 101,
      fee: 0,
      slippage: 0,
      orderId: "",
      reason: "expiration",
    };
    expect(Object.keys(computeStatistics(outcomeOf({ trades: [trade], fills: [fill] })).byExitReason)).toEqual([
      "expiration",
    ]);
  });

  it("are unknown in a result without orders, and have no R without a stop", () => {
    const stats = computeStatistics(outcomeOf({ trades: [tradeOf(5)] }));
    expect(Object.keys(stats.byExitReason)).toEqual(["unknown"]);
    expect(stats.undefinedReasons.expectancyR).toBe("no trade began with a stop-loss");
  });
});

describe("trades by the clock", () => {
  it("are counted by weekday and hour of entry in the run's zone", () => {
    // Thursday 2 January, 14:30 UTC is 09:30 in New York; Monday 6 January, 02:00 UTC is still Sunday 21:00 there.
    const trades = [
      tradeOf(5, { entryTime: Date.UTC(2025, 0, 2, 14, 30) }),
      tradeOf(-2, { entryTime: Date.UTC(2025, 0, 6, 2) }),
    ];
    const { byWeekday, byHour } = computeStatistics(outcomeOf({ trades }));
    expect(Object.entries(byWeekday).map(([day, { pnl }]) => [day, pnl])).toEqual([
      ["4", 5],
      ["7", -2],
    ]);
    expect(Object.entries(byHour).map(([hour, { pnl }]) => [hour, pnl])).toEqual([
      ["9", 5],
      ["21", -2],
    ]);
  });

  it("are not in a zone without rules", () => {
    const stats = computeStatistics(outcomeOf({ settings: { ...SETTINGS, timezone: "UTC+2" }, trades: [tradeOf(1)] }));
    expect([stats.byWeekday, stats.byHour]).toEqual([{}, {}]);
  });
});

describe("points and ticks of trades", () => {
  const future = new Asset({ symbol: "ESH25", assetType: "future", multiplier: 50, tickSize: 0.25 });
  const moved = (points: number, parts = {}) =>
    tradeOf(points * 50, { asset: future, entryPrice: 5_000, exitPrice: 5_000 + points, ...parts });

  it("have a middle and two ends", () => {
    const stats = computeStatistics(outcomeOf({ trades: [moved(3), moved(-1), moved(0.5)] }));
    expect(stats).toMatchObject({
      bestTradePoints: 3,
      medianTradePoints: 0.5,
      worstTradePoints: -1,
      bestTradeTicks: 12,
      medianTradeTicks: 2,
      worstTradeTicks: -4,
    });
  });

  it("tell excursions a unit", () => {
    // Two contracts: -300 are 3 points a contract; one contract: -50 is 1 point.
    const trades = [moved(1, { quantity: 2, mae: -300, mfe: 200 }), moved(1, { mae: -50, mfe: 150 })];
    expect(computeStatistics(outcomeOf({ trades }))).toMatchObject({ avgMaePoints: -2, avgMfePoints: 2.5 });
    const mixed = computeStatistics(outcomeOf({ trades: [...trades, tradeOf(1)] }));
    expect(mixed.undefinedReasons.avgMaePoints).toContain("do not add up");
  });
});

describe("exposure over time", () => {
  const start = Date.UTC(2025, 0, 2, 15);
  const time = Float64Array.from({ length: 11 }, (_, minute) => start + minute * MINUTE);
  const value = time.map(() => 10_000);
  const fillOf = (minute: number, side: "buy" | "sell", quantity: number, price: number): Fill => ({
    time: start + minute * MINUTE,
    asset: Asset.stock("SPY"),
    side,
    quantity,
    price,
    fee: 0,
    slippage: 0,
    orderId: "1",
  });

  it("is weighed by how long it was held, gross and net", () => {
    // 1 minute of 5,000, 1 of 11,000, 8 of 5,000 short.
    const fills = [fillOf(0, "buy", 50, 100), fillOf(1, "buy", 50, 110), fillOf(2, "sell", 150, 100)];
    expect(computeStatistics(outcomeOf({ equity: { time, value, cash: value }, fills }))).toMatchObject({
      maxGrossExposure: 11_000,
      avgGrossExposure: (5_000 + 11_000 + 8 * 5_000) / 10,
      maxNetExposure: 11_000,
      avgNetExposure: (5_000 + 11_000 - 8 * 5_000) / 10,
      maxPosition: 100,
    });
  });

  it("is 0 without a fill, and has no mean over no time", () => {
    expect(computeStatistics(outcomeOf({ equity: { time, value, cash: value } }))).toMatchObject({
      maxGrossExposure: 0,
      avgNetExposure: 0,
      maxPosition: 0,
    });
    const stats = computeStatistics(outcomeOf());
    expect(stats.undefinedReasons.avgGrossExposure).toBe("the run has no length");
  });
});

describe("profit by the hours of the day", () => {
  const at = (text: string) => Date.parse(`2025-03-${text}:00Z`);
  const settings = { ...SETTINGS, market: "NYSE", start: "2025-03-10T00:00:00Z", end: "2025-03-12T00:00:00Z" };
  const data = [{ asset: "stock:SPY", timestep: "1m", source: "s", rows: 1, first: null, last: null, hash: "" }];
  // New York is at UTC-4: open 13:30, close 20:00.
  const rows = [
    ["10T13:30", 100],
    ["10T13:31", 110],
    ["10T20:00", 130],
    ["11T12:00", 125],
    ["11T13:31", 140],
    ["11T20:00", 120],
    ["11T21:00", 118],
  ] as const;
  const value = Float64Array.from(rows, (row) => row[1]);
  const equity = { time: Float64Array.from(rows, (row) => at(row[0])), value, cash: value };

  it("parts the night from the day, and regular hours from the rest", () => {
    expect(computeStatistics(outcomeOf({ settings, data, equity }))).toMatchObject({
      // Before the open on the second day: 125 after 130.
      overnightPnl: -5,
      intradayPnl: 23,
      // 10 + 20 on the first day, 15 - 20 on the second; 2 were lost after the close.
      regularHoursPnl: 25,
      extendedHoursPnl: -7,
    });
  });

  it("is not known of daily bars, nor where the market never closes", () => {
    const daily = computeStatistics(outcomeOf({ equity: dailyEquity([100, 101, 102]) }));
    expect(daily.undefinedReasons.overnightPnl).toBe("bars of a day or longer do not tell the hours");
    const always = { ...settings, market: "24/7", calendar: "24/7" };
    const stats = computeStatistics(outcomeOf({ settings: always, data, equity }));
    expect(stats.undefinedReasons.regularHoursPnl).toBe("no market that closes was set");
  });
});
