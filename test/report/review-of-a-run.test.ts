/** The review of runs of the engine, through the public door. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Asset, type BacktestOptions, TradingFee, TradingSlippage } from "backlit";
import { describe, expect, it } from "vitest";
import { barsOf, ES, flat, MINUTE, type Row, run, type Scripted, T0 } from "../engine/support.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const level = (bar: number) => 100 + ((bar * bar * 3) % 17) / 4;
/** A price that goes up and down in quarters, 60 bars. */
const ROWS: readonly Row[] = Array.from({ length: 60 }, (_, i) => {
  const [open, close] = [level(i), level(i + 1)];
  return [open, Math.max(open, close) + 0.5, Math.min(open, close) - 0.5, close, 500] as const;
});

/** In and out every third bar by market orders, with a stop and a limit beside: decisions that do not look at fills. */
function byTheClock(strategy: Scripted): void {
  const { iteration } = strategy;
  if (iteration % 6 === 1) strategy.send(ES, 2, "buy");
  if (iteration % 6 === 4) strategy.send(ES, 2, "sell");
  if (iteration === 20) strategy.send(ES, 1, "buy", { stopPrice: 101 });
  if (iteration === 21) strategy.send(ES, 1, "sell", { limitPrice: 101.25 });
}

const netProfit = async (options: BacktestOptions = {}) => {
  const { result } = await run(barsOf(ES, ROWS), byTheClock, options);
  return result.stats.netProfit;
};

describe("the ladder of a run", () => {
  it("is what running again with that slippage gives, to the cent", async () => {
    const { result } = await run(barsOf(ES, ROWS), byTheClock, { slippage: new TradingSlippage({ ticks: 0.5 }) });
    const at = (ticks: number | null) =>
      result.review.ladder.find((rung) => rung.ticks === ticks && rung.delayBars === 0)?.netProfit;
    expect(at(null)).toBe(result.stats.netProfit);
    expect(at(0)).toBeCloseTo((await netProfit()) ?? Number.NaN, 6);
    for (const ticks of [1, 2]) {
      expect(at(ticks)).toBeCloseTo((await netProfit({ slippage: new TradingSlippage({ ticks }) })) ?? Number.NaN, 6);
    }
    expect(at(1)).not.toBe(at(2));
  });

  it("keeps to the range of narrow bars as the engine does, and beyond it where the run was told to", async () => {
    const narrow = ROWS.map(
      ([open, , , close]) => [open, Math.max(open, close), Math.min(open, close), close, 500] as const,
    );
    for (const outsideBar of [false, true]) {
      const again = async (ticks: number) => {
        const { result } = await run(barsOf(ES, narrow), byTheClock, {
          slippage: new TradingSlippage({ ticks, outsideBar }),
        });
        return result;
      };
      const { review } = await again(0.5);
      for (const ticks of [0, 1, 2]) {
        const rung = review.ladder.find((one) => one.ticks === ticks && one.delayBars === 0);
        expect(rung?.netProfit).toBeCloseTo((await again(ticks)).stats.netProfit ?? Number.NaN, 6);
      }
    }
  });

  it("is what market orders sent a bar later give", async () => {
    const onTime = (strategy: Scripted) => {
      if (strategy.iteration % 6 === 1) strategy.send(ES, 2, "buy");
      if (strategy.iteration % 6 === 4) strategy.send(ES, 2, "sell");
    };
    const late = (strategy: Scripted) => {
      if (strategy.iteration % 6 === 2) strategy.send(ES, 2, "buy");
      if (strategy.iteration % 6 === 5 && strategy.iteration > 4) strategy.send(ES, 2, "sell");
    };
    const { result } = await run(barsOf(ES, ROWS), onTime);
    const { result: later } = await run(barsOf(ES, ROWS), late);
    const rung = result.review.ladder.find(({ ticks, delayBars }) => ticks === null && delayBars === 1);
    expect(rung?.netProfit).toBeCloseTo(later.stats.netProfit ?? Number.NaN, 6);
    expect(rung?.netProfit).not.toBe(result.stats.netProfit);
  });
});

describe("the review of a run", () => {
  it("sees fills on bars without volume, and stands in result.json", async () => {
    const bars = barsOf(ES, [
      [100, 101, 99, 100, 500],
      [100, 101, 99, 100, 0],
      [100, 101, 99, 100, 500],
    ]);
    const script = (strategy: Scripted) => void (strategy.iteration === 1 && strategy.send(ES, 1, "buy"));
    const { result } = await run(bars, script, { fillWithoutVolume: true });
    expect(result.review.checks[0]).toMatchObject({
      code: "zero_volume_fills",
      status: "found",
      figures: { fills: 1, count: 1 },
    });
    const folder = temporaryFolder();
    await result.save(folder);
    expect(JSON.parse(readFileSync(join(folder, "result.json"), "utf8")).review).toEqual(result.review);
  });

  it("sees a limit order that was only touched", async () => {
    const { result } = await run(barsOf(ES, [[100, 101, 99, 100, 500], ...flat(100, 2)]), (strategy) => {
      if (strategy.iteration === 0) strategy.send(ES, 1, "buy", { limitPrice: 99 });
    });
    expect(result.review.checks.find(({ code }) => code === "fills_at_extreme")).toMatchObject({
      status: "found",
      figures: { count: 1 },
    });
  });

  it("looks at the bar that closed for a fill at the close", async () => {
    const bars = barsOf(ES, [
      [100, 101, 99, 100, 500],
      [100, 101, 99, 100, 0],
      [100, 101, 99, 100, 500],
    ]);
    // Sent at the close of the second bar, which had no volume.
    const { result } = await run(
      bars,
      (strategy) => {
        if (strategy.iteration === 2) strategy.send(ES, 1, "buy");
      },
      { fill: "this-close" },
    );
    expect(result.fills).toHaveLength(1);
    expect(result.review.checks[0]?.code).toBe("zero_volume_fills");
  });
});

describe("a run over a roll", () => {
  const future = Asset.continuousFuture("ES");
  /** The first contract at 100 and 102, opened where it closed; the next one 6 higher. */
  const rows: readonly Row[] = [100, 102, 108, 109].map((price) => [price, price + 1, price - 1, price, 500] as const);
  const [from, to] = [Asset.future("ESH24"), Asset.future("ESM24")];
  const rolls = [{ time: T0 + 2 * MINUTE, measuredAt: T0 + MINUTE, from, to, fromPrice: 102, toPrice: 108 }];
  const fees = [new TradingFee({ perContract: 1.5 })];

  it("counts the roll and its cost; the trade goes on, and trades are the change of the account", async () => {
    const { result } = await run(
      barsOf(future, rows),
      (strategy) => {
        if (strategy.iteration === 0) strategy.send(future, 2, "buy");
        if (strategy.iteration === 3) strategy.send(future, 2, "sell");
      },
      {
        rolls,
        buyTradingFees: fees,
        sellTradingFees: fees,
        slippage: new TradingSlippage({ ticks: 1 }),
      },
    );
    // Four fills of two contracts: 3 and 25 each, two of them of the roll.
    expect(result.stats).toMatchObject({ trades: 1, rolls: 1, rollCost: 56, fees: 12, slippageCost: 100 });
    // 2 points, then 1 point: 300 before costs; a point is 50 a contract.
    expect(result.stats.netProfit).toBe(300 - 112);
    expect(result.stats.closedPnl).toBe(result.stats.netProfit);
    expect(result.stats.avgTradePoints).toBe(109 - 100 - 6 - 1);
    // Two contracts, 50 a point, a quarter of slippage on each of the four fills and 3 of fees: ESH24 from 100.25 to 101.75, ESM24 from 108.25 to 108.75.
    expect(result.stats.byContract).toEqual({
      ESH24: { pnl: 1.5 * 100 - 6, fees: 6, units: 4 },
      ESM24: { pnl: 0.5 * 100 - 6, fees: 6, units: 4 },
    });
  });

  it("does not take the gap for a price move when an order comes a bar later", async () => {
    const { result } = await run(
      barsOf(future, rows),
      (strategy) => {
        if (strategy.iteration === 1) strategy.send(future, 1, "buy");
      },
      { rolls },
    );
    // Bought at 102 on the last bar before the roll, worth a point more at the end. Late, it is bought at that bar's close, 102 too.
    const late = result.review.ladder.find(({ ticks, delayBars }) => ticks === null && delayBars === 1);
    expect(result.stats.netProfit).toBe(50);
    expect(late?.netProfit).toBe(50);
    // The old contract was left at its price; the new one is held, a point up.
    expect(result.stats.byContract).toEqual({
      ESH24: { pnl: 0, fees: 0, units: 2 },
      ESM24: { pnl: 50, fees: 0, units: 1 },
    });
  });
});

describe("a run over a split", () => {
  const stock = Asset.stock("ACME");
  const day = 86_400_000;
  const monday = Date.UTC(2024, 0, 8);
  /** Four new shares for one old on Wednesday: 100 becomes 25, and goes up by a point. */
  const bars = barsOf(
    stock,
    [100, 100, 25, 26, 26].map((price) => [price, price, price, price, 1_000] as const),
    "1d",
    monday,
    day,
  );
  const trade = (strategy: Scripted) => {
    if (strategy.iteration === 1) strategy.send(stock, 20, "buy");
    if (strategy.iteration === 4) strategy.send(stock, 80, "sell");
  };
  const split = { asset: stock, kind: "split", date: "2024-01-10", ratio: 4 } as const;

  it("follows the position into the new shares, in figures and in files", async () => {
    const { result } = await run(bars, trade, { market: "NYSE", corporateActions: [split] });
    expect(result.stats.netProfit).toBe(80);
    // 20 shares of 100 became 80 of 25.
    expect(result.stats).toMatchObject({ maxPosition: 80, maxNetExposure: 2_000, maxGrossExposure: 2_000 });
    const folder = temporaryFolder();
    await result.save(folder);
    const rows = readFileSync(join(folder, "positions.csv"), "utf8").trim().split("\n").slice(1);
    expect(rows.map((row) => row.split(",").at(-1))).toEqual(["20", "0"]);
  });

  it("suspects nothing the source told of, and everything it did not", async () => {
    const status = (result: { review: { checks: readonly { code: string; status: string }[] } }) =>
      result.review.checks.find(({ code }) => code === "unadjusted_splits")?.status;
    expect(status((await run(bars, trade, { market: "NYSE", corporateActions: [split] })).result)).toBe("clear");
    const untold = await run(bars, (strategy) => {
      if (strategy.iteration === 1) strategy.send(stock, 20, "buy");
    });
    expect(status(untold.result)).toBe("found");
  });

  it("does not take new shares' prices for a move when an order comes a bar later", async () => {
    const { result } = await run(bars, trade, { market: "NYSE", corporateActions: [split] });
    // Bought on the last day before the split: late, at that day's close. Sold on the last day: late, at its close.
    const late = result.review.ladder.find(({ ticks, delayBars }) => ticks === null && delayBars === 1);
    expect(late?.netProfit).toBe(80);
  });
});

describe("a run in another currency than its prices'", () => {
  it("has no figure that would need one rate for the whole of it", async () => {
    const future = new Asset({ ...DAX, currency: "EUR" });
    const { result } = await run(
      barsOf(future, ROWS),
      (strategy) => {
        if (strategy.iteration === 1) strategy.send(future, 1, "buy");
        if (strategy.iteration === 3) strategy.send(future, 1, "sell");
      },
      { currency: "USD", fxRates: { "EUR/USD": 1.1 }, margins: { FDAX: { initial: 1_000 } } },
    );
    expect(result.fills).toHaveLength(2);
    const reason = `what ${future} is worth in USD changes with the rate`;
    for (const name of ["breakEvenTicks", "maxGrossExposure", "turnover", "avgTradeReturn"] as const) {
      expect(result.stats.undefinedReasons[name], name).toBe(reason);
    }
    expect(result.stats.avgTradePoints).not.toBeNull();
    expect(result.review.ladder.filter(({ netProfit }) => netProfit === null).map((rung) => rung.reason)).toContain(
      reason,
    );
    expect(result.review.ladder[0]?.netProfit).toBe(result.stats.netProfit);
  });
});

const DAX = {
  symbol: "FDAX",
  assetType: "future",
  expiration: "2024-03-15",
  multiplier: 25,
  tickSize: 0.5,
} as const;
