/** Exposure, margin and the benchmark in `sessions.csv`, against sums done by hand. */
import { describe, expect, it } from "vitest";
import { Asset } from "../../src/market/asset.ts";
import type { Fill } from "../../src/market/fill.ts";
import type { RunOutcome } from "../../src/market/run-outcome.ts";
import { DAY } from "../../src/market/time.ts";
import { parseTimestep } from "../../src/market/timestep.ts";
import { numbersOf, parseTable } from "../../src/report/html/table-text.ts";
import { computeStatistics, runFiles } from "../../src/report/index.ts";
import { dailyEquity, outcomeOf, STOCK, tradeOf } from "./support.ts";

const START = Date.UTC(2025, 0, 2);
const OTHER = Asset.stock("QQQ");

function fillOf(days: number, side: "buy" | "sell", quantity: number, price: number, asset = STOCK): Fill {
  return { orderId: "1", asset, side, quantity, price, fee: 0, slippage: 0, time: START + days * DAY } as Fill;
}

/** Daily bars with these closes, the first on the first day. */
function barsOf(asset: Asset, closes: readonly number[]) {
  const close = Float64Array.from(closes);
  const time = close.map((_, i) => START + i * DAY);
  const timestep = parseTimestep("1d");
  return { asset, timestep, length: close.length, time, open: close, high: close, low: close, close, volume: close };
}

/** The outcome with bars; four sessions, each worth 10,000. */
function outcome(parts: Partial<RunOutcome>, bars: readonly ReturnType<typeof barsOf>[] = []): RunOutcome {
  const instruments = {
    [STOCK.key]: { multiplier: 1, tickSize: 0.01 },
    [OTHER.key]: { multiplier: 1, tickSize: 0.01 },
  };
  const whole = outcomeOf({ equity: dailyEquity([1e4, 1e4, 1e4, 1e4, 1e4]), instruments, ...parts });
  return Object.defineProperty(whole, "tradedBars", { value: bars });
}

function column(run: RunOutcome, name: string): number[] {
  const files = runFiles(run, computeStatistics(run));
  return [...numbersOf(parseTable(files.find((file) => file.name === "sessions.csv")?.text ?? ""), name)];
}

describe("exposure of sessions", () => {
  it("is valued at fills and at closes, and ends with the position", () => {
    const fills = [fillOf(0.5, "buy", 10, 100), fillOf(2.5, "sell", 10, 130)];
    const run = outcome({ fills, trades: [tradeOf(300)] }, [barsOf(STOCK, [110, 120, 125, 125])]);
    // Day 1: 10 x 100 at the fill, 10 x 110 at the close. Day 2: 10 x 120. Day 3: in with 1,200, sold at noon. Day 4: nothing.
    expect(column(run, "gross")).toEqual([1_100, 1_200, 1_200, 0]);
    // Half a day of 1,000; a whole day at the close before, 1,100; half a day of 1,200.
    expect(column(run, "net")).toEqual([500, 1_100, 600, 0]);
    expect(column(run, "margin")).toEqual([Number.NaN, Number.NaN, Number.NaN, Number.NaN]);
  });

  it("adds long and short up for gross and sets them off for net", () => {
    const fills = [fillOf(1, "buy", 10, 100), fillOf(1, "sell", 4, 50, OTHER)];
    expect(column(outcome({ fills }), "gross")).toEqual([0, 1_200, 1_200, 1_200]);
    expect(column(outcome({ fills }), "net")).toEqual([0, 800, 800, 800]);
  });

  it("counts a fill at the very close to the session after it", () => {
    const fills = [fillOf(1, "buy", 1, 100), fillOf(2, "sell", 1, 100)];
    expect(column(outcome({ fills }), "gross")).toEqual([0, 100, 0, 0]);
  });

  it("is not changed by a split", () => {
    const fills = [fillOf(0.5, "buy", 10, 100), fillOf(2.5, "sell", 20, 50)];
    const events = [
      { time: START + 1.5 * DAY, code: "stock_split", level: "info", ratio: 2, asset: STOCK, message: "" },
    ] as unknown as RunOutcome["events"];
    // 20 at 50 after the split of day 2.
    expect(column(outcome({ fills, events }, [barsOf(STOCK, [100, 50, 50, 50])]), "gross")).toEqual([
      1_000, 1_000, 1_000, 0,
    ]);
  });

  it("is unknown where the size of a contract is", () => {
    const fills = [fillOf(0.5, "buy", 1, 100, Asset.future("XX", "2025-03-21"))];
    expect(column(outcome({ fills }), "gross").every(Number.isNaN)).toBe(true);
    expect(column(outcome({ fills }), "net").every(Number.isNaN)).toBe(true);
  });
});

describe("margin and benchmark of sessions", () => {
  it("are the largest margin held in each, and the return of the prices known at its close", () => {
    const margin = {
      time: Float64Array.of(0.25, 0.75, 2).map((days) => START + days * DAY),
      initial: Float64Array.of(24_000, 12_000, 0),
    };
    const benchmark = {
      name: "stock:QQQ",
      time: Float64Array.of(0, 1, 2, 3, 4).map((days) => START + days * DAY),
      price: Float64Array.of(100, 110, 99, 99, 198),
    };
    const run = outcome({ margin, benchmark });
    expect(column(run, "margin")).toEqual([24_000, 12_000, 0, 0]);
    expect(column(run, "benchmark").map((value) => Number(value.toFixed(12)))).toEqual([0.1, -0.1, 0, 1]);
  });
});
