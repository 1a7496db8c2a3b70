import { describe, expect, it } from "vitest";
import { Asset } from "../../src/market/asset.ts";
import type { Fill } from "../../src/market/fill.ts";
import { DAY } from "../../src/market/time.ts";
import { parseTimestep } from "../../src/market/timestep.ts";
import { computeStatistics, summaryLines } from "../../src/report/index.ts";
import { dailyEquity, outcomeOf, SETTINGS, STOCK, tradeOf } from "./support.ts";

const fillOf = (parts: Partial<Fill>): Fill => ({
  time: Date.UTC(2025, 0, 2),
  asset: STOCK,
  side: "buy",
  quantity: 1,
  price: 100,
  fee: 0,
  slippage: 0,
  orderId: "1",
  ...parts,
});

describe("a yearly rate", () => {
  it("is not made of a few days: a session of 1 % is no 1,127 % a year", () => {
    const short = computeStatistics(outcomeOf({ equity: dailyEquity([100, 101]) }));
    expect(short.annualReturn).toBeNull();
    expect(short.undefinedReasons.annualReturn).toContain("too short");
    expect(short.cagr).toBeNull();
    // 30 days and sessions of nothing after the gain: 1.01 ^ (252 / 30) - 1.
    const month = computeStatistics(outcomeOf({ equity: dailyEquity([100, ...Array(30).fill(101)]) }));
    expect(month.annualReturn).toBeCloseTo(1.01 ** (252 / 30) - 1, 12);
  });
});

describe("what trading and data cost", () => {
  it("sets each kind of cost against the gross profit", () => {
    const fills = [fillOf({ fee: 3, slippage: 5 }), fillOf({ side: "sell", fee: 2, slippage: 1, reason: "roll" })];
    const stats = computeStatistics(outcomeOf({ fills, trades: [tradeOf(50), tradeOf(-20)] }));
    expect(stats).toMatchObject({
      feeShare: 0.1, // (3 + 2) / 50
      slippageShare: 0.12, // (5 + 1) / 50
      costShare: 0.22,
      rollCostShare: 0.06, // (2 + 1) / 50
    });
    const none = computeStatistics(outcomeOf({ fills }));
    expect(none.rollCostShare).toBeNull();
    expect(none.undefinedReasons.rollCostShare).toContain("no winning trade");
  });

  it("says what the source paid, and that another does not tell", () => {
    expect(computeStatistics(outcomeOf({ dataCost: 1.25 })).dataCost).toBe(1.25);
    expect(computeStatistics(outcomeOf({ dataCost: 0 })).dataCost).toBe(0);
    const silent = computeStatistics(outcomeOf());
    expect(silent.dataCost).toBeNull();
    expect(silent.undefinedReasons.dataCost).toContain("'in-memory'");
  });
});

describe("durations", () => {
  it("of wins and of losses apart", () => {
    const entryTime = Date.UTC(2025, 0, 2);
    const lasting = (pnl: number, days: number) => tradeOf(pnl, { entryTime, exitTime: entryTime + days * DAY });
    const trades = [lasting(1, 1), lasting(1, 2), lasting(1, 9), lasting(-1, 3), lasting(-1, 4)];
    expect(computeStatistics(outcomeOf({ trades }))).toMatchObject({
      avgWinDays: 4,
      medianWinDays: 2,
      maxWinDays: 9,
      avgLossDays: 3.5,
      medianLossDays: 3.5,
      maxLossDays: 4,
    });
    const winners = computeStatistics(outcomeOf({ trades: trades.slice(0, 3) }));
    expect(winners.medianLossDays).toBeNull();
    expect(winners.undefinedReasons.medianLossDays).toBe("no losing trade");
    expect(computeStatistics(outcomeOf()).undefinedReasons.maxWinDays).toBe("no closed trades");
  });
});

describe("trades by the unit", () => {
  it("give R multiples of the risk to the stop, and excursions in points", () => {
    const entryTime = Date.UTC(2025, 0, 2);
    const trades = [20, -10, 5].map((pnl, i) =>
      tradeOf(pnl, { entryTime: entryTime + i * DAY, exitTime: entryTime + (i + 1) * DAY, mae: -2 - i, mfe: 6 + i }),
    );
    const orders = trades.map((_, i) => ({
      ...orderLike(`o${i}`),
      children: [{ ...orderLike(`o${i}s`), kind: "stop", stopPrice: 90, parentId: `o${i}` }],
    }));
    const fills = trades.map(({ entryTime: time }, i) => fillOf({ time, orderId: `o${i}` }));
    // Of two orders that filled at once the first began the trade.
    const added = { ...orderLike("added"), children: [{ ...orderLike("as"), kind: "stop", stopPrice: 50 }] };
    const beside = fillOf({ time: trades[0]?.entryTime ?? 0, orderId: "added" });
    const stats = computeStatistics(
      outcomeOf({ trades, orders: [...orders, added] as never, fills: [...fills, beside] }),
    );
    // Each risked 100 - 90 = 10: 2 R, -1 R and half an R.
    expect(stats).toMatchObject({ expectancyR: 0.5, medianTradeR: 0.5, bestTradeR: 2, worstTradeR: -1 });
    expect(stats).toMatchObject({ avgMaePoints: -3, maxMaePoints: -4, avgMfePoints: 7, maxMfePoints: 8 });
  });

  it("tell the reason of an exit by the last order that filled", () => {
    const trade = tradeOf(5);
    const orders = ["part", "rest"].map((tag) => ({ ...orderLike(tag), side: "sell", tag }));
    const fills = ["part", "rest"].map((orderId) => fillOf({ time: trade.exitTime, side: "sell", orderId }));
    const { byExitReason } = computeStatistics(outcomeOf({ trades: [trade], orders: orders as never, fills }));
    expect(Object.keys(byExitReason)).toEqual(["rest"]);
  });

  it("halves Kelly", () => {
    // Half the trades win 30, half lose 10: 0.5 - 0.5 / 3 = 1/3.
    const stats = computeStatistics(outcomeOf({ trades: [tradeOf(30), tradeOf(-10)] }));
    expect(stats.kelly).toBeCloseTo(1 / 3, 12);
    expect(stats.halfKelly).toBeCloseTo(1 / 6, 12);
    expect(computeStatistics(outcomeOf({ trades: [tradeOf(30)] })).halfKelly).toBeNull();
  });
});

describe("average leverage", () => {
  it("weighs what was held over equity by calendar time", () => {
    const equity = dailyEquity([1000, 1000, 1000, 1000, 1000]);
    const start = equity.time[0] as number;
    const fills = [
      fillOf({ time: start + DAY, quantity: 20 }), // 20 x 100 / 1000 = 2
      fillOf({ time: start + 2 * DAY, side: "sell", quantity: 15 }), // 0.5
      fillOf({ time: start + 4 * DAY, side: "sell", quantity: 5 }),
    ];
    // (1 day x 0 + 1 x 2 + 2 x 0.5) / 4
    expect(computeStatistics(outcomeOf({ equity, fills })).avgLeverage).toBeCloseTo(0.75, 12);
  });
});

describe("days in limit", () => {
  const ES = new Asset({
    symbol: "ESH25",
    assetType: "future",
    expiration: "2025-03-21",
    multiplier: 50,
    tickSize: 0.25,
  });
  const day = (n: number) => Date.UTC(2025, 0, 6 + n);
  const bars = {
    asset: ES,
    timestep: parseTimestep("1d"),
    length: 5,
    time: Float64Array.from([0, 1, 2, 3, 4], day),
    open: Float64Array.of(100, 100, 100, 100, 100),
    //                          +7 % of 100   -7 % of 107: 99.51
    // On the last day nothing is held any more.
    high: Float64Array.of(100, 107, 106, 106, 114),
    low: Float64Array.of(100, 100, 99.5, 99, 100),
    close: Float64Array.of(100, 107, 100, 106, 107),
    volume: Float64Array.of(1, 1, 1, 1, 1),
  };
  const trade = tradeOf(0, { asset: ES, entryTime: day(1), exitTime: day(3) });
  const outcome = outcomeOf({
    equity: dailyEquity([1000, 1000, 1000, 1000, 1000, 1000], "2025-01-06"),
    trades: [trade],
    settings: { ...SETTINGS, assets: [ES.key], calendar: "CME_EQUITY", market: "CME_EQUITY" },
    tradedBars: [bars],
  });
  const instruments = (priceLimit: number) => ({ [ES.key]: { priceLimit } });

  it("counts the sessions a future was held in whose price touched the limit", () => {
    expect(computeStatistics(outcome, { instruments: instruments(0.07) }).daysInLimit).toBe(2);
    // 107.11 is 107 on the grid of ticks, and 107 less 7.61 is 99.5.
    expect(computeStatistics(outcome, { instruments: instruments(0.0711) }).daysInLimit).toBe(2);
    // 100 x 1.0725 = 107.25, more than half a tick above 107; 107 x 0.9275 = 99.2425, as far below 99.5.
    expect(computeStatistics(outcome, { instruments: instruments(0.0725) }).daysInLimit).toBe(0);
  });

  it("leaves what the run knows of its instruments as it is", () => {
    const bare = new Asset({ symbol: "ESM25", assetType: "future" });
    const known = outcomeOf({
      trades: [tradeOf(100, { asset: bare, mae: -50, quantity: 1 })],
      instruments: { [bare.key]: { multiplier: 50, tickSize: 0.25 } },
    });
    expect(computeStatistics(known, { instruments: { [bare.key]: { priceLimit: 0.07 } } }).avgMaePoints).toBe(-1);
  });

  it("does not take the contract before a roll for the close before", () => {
    const rolled = outcomeOf({ ...outcome, tradedBars: [{ ...bars, rolls: [{ time: day(1), from: "A", to: "B" }] }] });
    expect(computeStatistics(rolled, { instruments: instruments(0.07) }).daysInLimit).toBe(1);
  });

  it("is null without a limit, without futures, and refuses a limit that is none", () => {
    expect(computeStatistics(outcome).undefinedReasons.daysInLimit).toContain("price limit of");
    expect(computeStatistics(outcomeOf()).undefinedReasons.daysInLimit).toContain("no future was held");
    expect(() => computeStatistics(outcome, { instruments: instruments(-1) })).toThrow(/priceLimit/);
  });
});

describe("refused orders", () => {
  it("are counted by their reason", () => {
    const refused = (refusal: string) => ({ ...orderLike("r"), status: "rejected", refusal });
    const orders = [refused("insufficient_funds"), orderLike("f"), refused("duplicate"), refused("duplicate")];
    expect(computeStatistics(outcomeOf({ orders: orders as never })).byRefusal).toEqual({
      duplicate: 2,
      insufficient_funds: 1,
    });
  });
});

function orderLike(id: string) {
  return {
    id,
    asset: STOCK,
    side: "buy",
    quantity: 1,
    kind: "market",
    status: "filled",
    filledQuantity: 1,
    children: [],
    createdAt: 0,
    refusal: undefined,
  };
}

describe("the end screen", () => {
  it("says what the data cost, of a source that sells", () => {
    const lineOf = (outcome: ReturnType<typeof outcomeOf>) =>
      summaryLines(outcome, computeStatistics(outcome)).find((line) => line.startsWith("data "));
    expect(lineOf(outcomeOf({ dataCost: 0.4 }))).toContain("from in-memory ($0.40 paid), 1 row");
    expect(lineOf(outcomeOf())).not.toContain("$");
  });
});
