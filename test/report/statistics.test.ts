import { describe, expect, it } from "vitest";
import { Asset } from "../../src/market/asset.ts";
import type { Fill } from "../../src/market/fill.ts";
import { DAY, MINUTE } from "../../src/market/time.ts";
import { metricNames } from "../../src/report/metrics/registry.ts";
import { computeStatistics, type Statistics } from "../../src/report/metrics/statistics.ts";
import { dailyEquity, growth, outcomeOf, SETTINGS, tradeOf } from "./support.ts";

/** What must hold of any statistics: a number or null, and a reason for every null and only for those. */
function expectSound(stats: Statistics): void {
  for (const name of metricNames) {
    const value = stats[name];
    if (value === null) expect(stats.undefinedReasons[name], name).toMatch(/\w/);
    else {
      expect(Number.isFinite(value), name).toBe(true);
      expect(stats.undefinedReasons[name], name).toBeUndefined();
    }
  }
}

function fillOf(time: number, side: "buy" | "sell", quantity: number, price: number, asset = Asset.stock("SPY")): Fill {
  return { time, asset, side, quantity, price, fee: 1, slippage: 0.5, orderId: "1" };
}

describe("the account", () => {
  it("tells return and profit", () => {
    const stats = computeStatistics(outcomeOf({ equity: dailyEquity([100_000, 90_000, 112_000]) }));
    expect(stats).toMatchObject({
      startEquity: 100_000,
      finalEquity: 112_000,
      peakEquity: 112_000,
      netProfit: 12_000,
      sessions: 2,
    });
    expect(stats.totalReturn).toBeCloseTo(0.12, 12);
    expect(stats.maxDrawdown).toBeCloseTo(-0.1, 12);
    expect(stats.maxDrawdownMoney).toBe(-10_000);
    expectSound(stats);
  });

  it("gives no yearly growth for less than 30 days", () => {
    const short = computeStatistics(outcomeOf({ equity: dailyEquity(new Float64Array(30).fill(100)) }));
    expect(short.cagr).toBeNull();
    expect(short.undefinedReasons.cagr).toBe("too short: 29 d 0 h of data, a yearly rate needs 30 days");
    expect(short.calmar).toBeNull();
    expect(computeStatistics(outcomeOf({ equity: dailyEquity(new Float64Array(31).fill(100)) })).cagr).toBe(0);
  });

  it("counts fees and slippage of all fills, open trades included", () => {
    const time = Date.UTC(2025, 0, 3);
    const stats = computeStatistics(outcomeOf({ fills: [fillOf(time, "buy", 10, 100), fillOf(time, "buy", 5, 100)] }));
    expect(stats).toMatchObject({ fees: 2, slippageCost: 1, fills: 2 });
  });

  it("sees a drawdown inside a session that its close does not show", () => {
    const time = Float64Array.of(0, 1, 2, 3).map((minute) => Date.UTC(2025, 0, 2, 15, minute));
    const value = Float64Array.of(100, 80, 90, 101);
    const stats = computeStatistics(outcomeOf({ equity: { time, value, cash: value }, data: [] }));
    expect(stats.maxDrawdown).toBeCloseTo(-0.2, 12);
    expect(stats.maxDrawdownAtClose).toBe(0);
    expect(stats.sessions).toBe(1);
  });
});

describe("what does not exist", () => {
  it("is null with a reason in a run without any bar", () => {
    const none = new Float64Array(0);
    const stats = computeStatistics(outcomeOf({ equity: { time: none, value: none, cash: none }, data: [], bars: 0 }));
    expect(stats).toMatchObject({
      finalEquity: null,
      totalReturn: null,
      sharpe: null,
      maxDrawdown: null,
      trades: 0,
      fees: 0,
    });
    expect(stats.undefinedReasons.sharpe).toBe("the run has no equity");
    expectSound(stats);
  });

  it("is null with a reason after one bar", () => {
    const stats = computeStatistics(outcomeOf({ equity: dailyEquity([100_000, 100_100]) }));
    expect(stats.totalReturn).toBeCloseTo(0.001, 12);
    expect(stats.sharpe).toBeNull();
    expect(stats.undefinedReasons.sharpe).toBe("needs 2 sessions, the run has 1");
    expectSound(stats);
  });

  it("is the Sharpe ratio of an account that never moved", () => {
    const stats = computeStatistics(outcomeOf({ equity: dailyEquity(new Float64Array(50).fill(100_000)) }));
    expect(stats).toMatchObject({
      sharpe: null,
      sortino: null,
      omega: null,
      skew: null,
      volatility: 0,
      maxDrawdown: 0,
      avgDrawdown: null,
    });
    expect(stats.undefinedReasons.sharpe).toBe("the returns did not vary");
    expectSound(stats);
  });

  it("is not made of rounding: the same return every day has no Sharpe ratio", () => {
    const stats = computeStatistics(outcomeOf({ equity: dailyEquity(growth(new Float64Array(400).fill(0.001))) }));
    expect(stats.sharpe).toBeNull();
    expect(stats.excessKurtosis).toBeNull();
    expectSound(stats);
  });

  it("is every figure of trades where there are none, and the counts are 0", () => {
    const stats = computeStatistics(outcomeOf());
    expect(stats).toMatchObject({
      trades: 0,
      winRate: null,
      profitFactor: null,
      expectancy: null,
      sqn: null,
      kelly: null,
      grossProfit: 0,
    });
    expect(stats.undefinedReasons.winRate).toBe("no closed trades");
  });

  it("is a profit factor without a losing trade", () => {
    const stats = computeStatistics(outcomeOf({ trades: [tradeOf(5), tradeOf(3)] }));
    expect(stats.profitFactor).toBeNull();
    expect(stats.undefinedReasons.profitFactor).toBe("no losing trade");
    expect(stats).toMatchObject({ grossProfit: 8, winRate: 1, payoff: null });
  });

  it("is whatever rests on equity when equity is not a number, and says when", () => {
    const stats = computeStatistics(outcomeOf({ equity: dailyEquity([100, Number.NaN, 101]), trades: [tradeOf(5)] }));
    expect(stats).toMatchObject({
      finalEquity: null,
      sharpe: null,
      maxDrawdown: null,
      ulcerIndex: null,
      trades: 1,
      expectancy: 5,
    });
    expect(stats.undefinedReasons.totalReturn).toBe("equity is not a number at 2025-01-03T00:00:00Z");
    expectSound(stats);
  });

  it("is a return on an account that began with nothing", () => {
    expect(computeStatistics(outcomeOf({ equity: dailyEquity([0, 10]) })).undefinedReasons.totalReturn).toContain(
      "began with 0",
    );
  });
});

describe("ruin", () => {
  const stats = computeStatistics(outcomeOf({ equity: dailyEquity([100, 50, -20, 30]) }));

  it("leaves money, makes CAGR -1 and ratios null", () => {
    expect(stats).toMatchObject({
      finalEquity: 30,
      netProfit: -70,
      cagr: -1,
      sharpe: null,
      calmar: null,
      volatility: null,
    });
    expect(stats.totalReturn).toBeCloseTo(-0.7, 12);
    expect(stats.maxDrawdown).toBeCloseTo(-1.2, 12);
    expect(stats.undefinedReasons.sharpe).toBe("the account was ruined: equity was 0 or less at 2025-01-04T00:00:00Z");
    expectSound(stats);
  });
});

describe("trades", () => {
  const trades = [
    tradeOf(30),
    tradeOf(-10),
    tradeOf(0),
    tradeOf(-20),
    tradeOf(-5),
    tradeOf(25),
    tradeOf(7, { open: true }),
  ];
  const stats = computeStatistics(outcomeOf({ trades, equity: dailyEquity([100, 101, 102]) }));

  it("are counted closed ones; open ones stand apart", () => {
    expect(stats).toMatchObject({ trades: 6, openTrades: 1, openPnl: 7, wins: 2, losses: 3, draws: 1 });
  });

  it("give money, rates and streaks", () => {
    expect(stats).toMatchObject({
      closedPnl: 20,
      grossProfit: 55,
      grossLoss: -35,
      bestTrade: 30,
      worstTrade: -20,
      medianTrade: -2.5,
    });
    expect(stats.winRate).toBeCloseTo(2 / 6, 12);
    expect(stats.profitFactor).toBeCloseTo(55 / 35, 12);
    expect(stats.expectancy).toBeCloseTo(20 / 6, 12);
    expect(stats.payoff).toBeCloseTo(27.5 / (35 / 3), 12);
    expect(stats).toMatchObject({ maxConsecutiveWins: 1, maxConsecutiveLosses: 2, avgTradeDays: 1, tradesPerDay: 3 });
  });

  it("are taken in order of their end", () => {
    const late = tradeOf(1, { entryTime: Date.UTC(2025, 0, 9) });
    const win = tradeOf(1);
    const loss = tradeOf(-1, { entryTime: Date.UTC(2025, 0, 5) });
    expect(computeStatistics(outcomeOf({ trades: [late, win, loss] })).maxConsecutiveWins).toBe(1);
  });

  it("are summed up by side and asset", () => {
    const gold = Asset.stock("GLD");
    const mixed = [tradeOf(10), tradeOf(-4, { direction: "short" }), tradeOf(6, { asset: gold })];
    const { long, short, byAsset } = computeStatistics(outcomeOf({ trades: mixed }));
    expect(long).toMatchObject({ trades: 2, pnl: 16, winRate: 1, profitFactor: null });
    expect(short).toMatchObject({ trades: 1, pnl: -4, winRate: 0, profitFactor: 0 });
    expect(Object.keys(byAsset)).toEqual(["stock:GLD", "stock:SPY"]);
  });

  it("need the contract size for figures on their value", () => {
    const future = Asset.future("ESH25");
    const outcome = outcomeOf({ trades: [tradeOf(50, { asset: future, entryPrice: 5_000 })] });
    expect(computeStatistics(outcome).undefinedReasons.avgTradeReturn).toBe(
      "the contract size of future:ESH25 is not known",
    );
    const known = computeStatistics(outcome, { instruments: { "future:ESH25": { multiplier: 50, tickSize: 0.25 } } });
    expect(known.avgTradeTicks).toBe((150 - 5_000) / 0.25);
    expect(known.avgTradeReturn).toBeCloseTo(50 / 250_000, 12);
  });

  it("give points and ticks where they mean something", () => {
    const future = new Asset({ symbol: "ESH25", assetType: "future", multiplier: 50, tickSize: 0.25 });
    const long = tradeOf(100, { asset: future, entryPrice: 5_000, exitPrice: 5_002 });
    const short = tradeOf(50, { asset: future, direction: "short", entryPrice: 5_000, exitPrice: 4_999 });
    expect(computeStatistics(outcomeOf({ trades: [long, short] }))).toMatchObject({
      avgTradePoints: 1.5,
      avgTradeTicks: 6,
    });
    const mixed = computeStatistics(outcomeOf({ trades: [long, tradeOf(1)] }));
    expect(mixed.undefinedReasons.avgTradePoints).toContain("do not add up");
  });

  it("tell what they went through", () => {
    const pair = [tradeOf(8, { mae: -4, mfe: 12, fees: 1 }), tradeOf(-6, { mae: -8, mfe: 2, fees: 1 })];
    expect(computeStatistics(outcomeOf({ trades: pair }))).toMatchObject({
      avgMae: -6,
      maxMae: -8,
      avgMfe: 7,
      maxMfe: 12,
      avgGivenBack: 5,
    });
    expect(computeStatistics(outcomeOf({ trades: pair })).edgeRatio).toBeCloseTo(14 / 12, 12);
  });
});

describe("exposure and costs", () => {
  const start = Date.UTC(2025, 0, 2, 15);
  const time = Float64Array.from({ length: 11 }, (_, minute) => start + minute * MINUTE);
  const value = time.map(() => 10_000);
  const equity = { time, value, cash: value };

  it("counts the rows during which something was held, once each", () => {
    const held = (from: number, to: number) =>
      tradeOf(1, { entryTime: start + from * MINUTE, exitTime: start + to * MINUTE });
    const share = (...trades: readonly ReturnType<typeof held>[]) =>
      computeStatistics(outcomeOf({ equity, trades })).exposureTime;
    expect(share()).toBe(0);
    expect(share(held(0, 3))).toBeCloseTo(0.3, 12);
    expect(share(held(0, 3), held(3, 5))).toBeCloseTo(0.5, 12);
    expect(share(held(0, 5), held(2, 4), held(7, 10))).toBeCloseTo(0.8, 12);
    expect(share(held(2.5, 2.9))).toBeCloseTo(0.1, 12);
  });

  it("finds the largest exposure right after a fill", () => {
    const fills = [
      fillOf(start, "buy", 50, 100),
      fillOf(start + MINUTE, "buy", 50, 110),
      fillOf(start + 2 * MINUTE, "sell", 150, 100),
    ];
    const stats = computeStatistics(outcomeOf({ equity, fills }));
    expect(stats).toMatchObject({ maxGrossExposure: 11_000, maxLeverage: 1.1 });
    expect(stats.turnover).toBeCloseTo((5_000 + 5_500 + 15_000) / 10_000 / (10 / 1_440 / 365.25), 6);
  });

  it("asks how much slippage the profit could bear", () => {
    const asset = new Asset({ symbol: "ESH25", assetType: "future", multiplier: 50, tickSize: 0.25 });
    const fills = [fillOf(start, "buy", 2, 5_000, asset), fillOf(start + MINUTE, "sell", 2, 5_001, asset)];
    const gained = { ...equity, value: value.map((level, i) => (i === 10 ? level + 99 : level)) };
    const stats = computeStatistics(outcomeOf({ equity: gained, fills }));
    expect(stats.breakEvenSlippage).toBeCloseTo(100 / 4, 12);
    expect(stats.breakEvenTicks).toBeCloseTo(100 / (4 * 12.5), 12);
  });
});

describe("periods a year", () => {
  const basisOf = (parts: Partial<typeof SETTINGS>, timestep = "1m", options = {}) => {
    const data = [{ asset: "a", timestep, source: "s", rows: 1, first: null, last: null, hash: "" }];
    return computeStatistics(outcomeOf({ settings: { ...SETTINGS, ...parts }, data }), options).basis;
  };

  it("follow from the market", () => {
    expect(basisOf({ market: "NYSE", calendar: "NYSE" })).toMatchObject({
      periodsPerYear: 252,
      sampling: "calendar",
      calendar: "XNYS",
    });
    expect(basisOf({ market: "CME_Equity", calendar: "CME_Equity" })).toMatchObject({
      periodsPerYear: 252,
      calendar: "CME_EQUITY",
    });
    expect(basisOf({ market: "24/7", calendar: "24/7" }).periodsPerYear).toBe(365);
    expect(basisOf({ market: "24/5", calendar: "24/5" }).periodsPerYear).toBe(260);
  });

  it("follow from the calendar the run kept when there is no market", () => {
    expect(basisOf({})).toMatchObject({ periodsPerYear: 252, sampling: "calendar", calendar: "XNYS" });
    expect(basisOf({ assets: ["future:ODD"], calendar: "24/7" })).toMatchObject({
      periodsPerYear: 252,
      sampling: "utc-days",
      calendar: null,
    });
    expect(basisOf({ assets: ["future:ES"] }, "1m", { market: "CME" })).toMatchObject({ calendar: "CME_EQUITY" });
    expect(() => basisOf({}, "1m", { market: "MARS" })).toThrow(expect.objectContaining({ code: "invalid_argument" }));
    expect(basisOf({ assets: ["crypto:BTC/USD", "crypto:ETH/USD"], calendar: "24/7" }).periodsPerYear).toBe(365);
    expect(basisOf({ assets: ["crypto:BTC/USD", "stock:SPY"], calendar: "24/7" }).periodsPerYear).toBe(365);
    expect(basisOf({ assets: ["stock:GLD", "stock:SPY"] }).periodsPerYear).toBe(252);
  });

  it("follow from bars longer than a day", () => {
    expect(basisOf({}, "1d")).toMatchObject({ periodsPerYear: 252, sampling: "rows" });
    expect(basisOf({}, "1w").periodsPerYear).toBe(52);
    expect(basisOf({}, "2w").periodsPerYear).toBe(26);
    expect(basisOf({}, "2d").periodsPerYear).toBe(126);
  });

  it("are what the caller says", () => {
    expect(basisOf({ market: "NYSE", calendar: "NYSE" }, "1m", { periodsPerYear: 250 })).toMatchObject({
      periodsPerYear: 250,
      periodsPerYearText: "as given",
    });
  });

  it("fall back where the market is unknown or its calendar does not reach", () => {
    expect(basisOf({ market: "MARS", calendar: "MARS" })).toMatchObject({
      periodsPerYear: 252,
      sampling: "utc-days",
      calendar: null,
    });
    const equity = dailyEquity([1, 2, 3], "1920-01-01");
    const early = computeStatistics(
      outcomeOf({ settings: { ...SETTINGS, market: "NYSE", calendar: "XNYS" }, equity, data: [] }),
    );
    expect(early.basis.sampling).toBe("utc-days");
  });
});

describe("options", () => {
  const outcome = outcomeOf({ equity: dailyEquity([100, 101, 103, 102]) });

  it("are refused when they cannot be used", () => {
    const refused = [
      { periodsPerYear: 0 },
      { periodsPerYear: Number.NaN },
      { riskFree: -1 },
      { riskFree: { time: Float64Array.of(0), rate: new Float64Array(0) } },
      { benchmark: { name: "B", returns: Float64Array.of(0.1) } },
      { benchmark: { name: "B", returns: Float64Array.of(0.1, Number.NaN, 0) } },
      { benchmark: { name: "B", time: Float64Array.of(0), price: Float64Array.of(-1) } },
      { benchmark: { name: "B", time: Float64Array.of(0), price: new Float64Array(0) } },
    ];
    for (const options of refused) {
      expect(() => computeStatistics(outcome, options)).toThrow(expect.objectContaining({ code: "invalid_argument" }));
    }
  });

  it("take a risk-free rate that changes", () => {
    const midnight = outcome.equity.time[2] ?? 0;
    const mean = (from: number) =>
      computeStatistics(outcome, { riskFree: { time: Float64Array.of(0, from), rate: Float64Array.of(0, 0.05) } }).basis
        .riskFree;
    // Sessions end at midnight. A rate of the new day is not yet one of the day that ends then: two sessions under the old one.
    expect(mean(midnight)).toBeCloseTo(0.05 / 3, 12);
    expect(mean(midnight - 1)).toBeCloseTo(0.1 / 3, 12);
  });

  it("use the run's own risk-free rate by default", () => {
    expect(computeStatistics({ ...outcome, settings: { ...SETTINGS, riskFreeRate: 0.02 } }).basis.riskFree).toBe(0.02);
  });

  it("compare with prices known at each session, never later ones", () => {
    const price = Float64Array.of(50, 55, 66);
    const time = Float64Array.of(
      outcome.equity.time[0] ?? 0,
      outcome.equity.time[1] ?? 0,
      (outcome.equity.time[3] ?? 0) + 1,
    );
    const stats = computeStatistics(outcome, { benchmark: { name: "B", time, price } });
    expect(stats.benchmarkReturn).toBeCloseTo(0.1, 12);
    expect(stats.basis.benchmark).toBe("B");
  });

  it("find nothing to compare a benchmark that never moved with", () => {
    const stats = computeStatistics(outcome, { benchmark: { name: "B", returns: new Float64Array(3) } });
    expect(stats).toMatchObject({ beta: null, alpha: null, correlation: null, treynor: null, upCapture: null });
    expectSound(stats);
  });

  it("deflate the Sharpe ratio of the best of several trials", () => {
    const trials = (count: number) =>
      computeStatistics(outcome, { trials: { count, variance: 0.01 } }).deflatedSharpe ?? 0;
    const { probabilisticSharpe } = computeStatistics(outcome);
    expect(trials(2)).toBeLessThan(probabilisticSharpe ?? 0);
    expect(trials(100)).toBeLessThan(trials(2));
    expect(computeStatistics(outcome, { trials: { count: 1, variance: 0 } }).deflatedSharpe).toBeNull();
  });
});

describe("calendar periods", () => {
  it("are full when the run covers them but for weekends and holidays", () => {
    const equity = dailyEquity(growth(new Float64Array(88).map((_, i) => (i % 3 === 0 ? 0.01 : -0.002))), "2025-01-02");
    const { months, bestMonth } = computeStatistics(
      outcomeOf({ equity, settings: { ...SETTINGS, assets: ["crypto:BTC/USD"] } }),
    );
    expect(months.map(({ period, partial, sessions }) => [period, partial, sessions])).toEqual([
      ["2025-01", false, 30],
      ["2025-02", false, 28],
      ["2025-03", false, 30],
    ]);
    expect(bestMonth).toBe(Math.max(...months.map((month) => month.return)));
    const product = months.reduce((total, month) => total * (1 + month.return), 1);
    expect(product - 1).toBeCloseTo((equity.value.at(-1) ?? 0) / 100_000 - 1, 10);
  });

  it("skip a month without a session instead of calling it 0", () => {
    const day = Date.UTC(2025, 0, 2);
    const time = Float64Array.of(day, day + DAY, day + 70 * DAY);
    const value = Float64Array.of(100, 101, 103);
    const { months } = computeStatistics(outcomeOf({ equity: { time, value, cash: value } }));
    expect(months.map(({ period }) => period)).toEqual(["2025-01", "2025-03"]);
  });

  it("give returns up to the last day where the run is long enough", () => {
    const values = Float64Array.from({ length: 400 }, (_, i) => 100 + i);
    const stats = computeStatistics(
      outcomeOf({ equity: dailyEquity(values, "2024-01-01"), settings: { ...SETTINGS, assets: ["crypto:BTC/USD"] } }),
    );
    // The last session is 2025-02-02, whose bar closed at the midnight after it with 499; each day before it is worth 1 less.
    const last = 499;
    expect(stats.monthToDate).toBeCloseTo(last / (last - 2) - 1, 10);
    expect(stats.yearToDate).toBeCloseTo(last / (last - 33) - 1, 10);
    expect(stats.return1Month).toBeCloseTo(last / (last - 31) - 1, 10);
    expect(stats.return1Year).toBeCloseTo(last / (last - 366) - 1, 10);
    expect(stats.return3Years).toBeNull();
    expect(stats.undefinedReasons.return3Years).toBe("the run began later than that");
  });
});
