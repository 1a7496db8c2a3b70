import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Asset, DataBentoBacktesting, Strategy } from "backlit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Bench, startBench } from "./support.ts";

/** Buys one contract in the morning of its first day and holds it; looks back on minutes, hours and a stock's days. */
class Mixed extends Strategy {
  static override readonly assets = [Asset.continuousFuture("ES")];
  readonly seen: number[] = [];

  override initialize() {
    this.sleeptime = "1h";
  }

  override async onTradingIteration() {
    const minutes = await this.getHistoricalPrices(this.asset, 90, "minute");
    const hours = await this.getHistoricalPrices(this.asset, 40, "4h");
    const days = await this.getHistoricalPrices(Asset.stock("AAPL"), 20, "day");
    if (this.seen.length === 0) this.seen.push(minutes?.length ?? 0, hours?.length ?? 0, days?.length ?? 0);
    if (this.getPosition(this.asset) === undefined) this.submitOrder(this.createOrder(this.asset, 1, "buy"));
  }
}

describe("a backtest on Databento", () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await startBench();
  });
  afterAll(() => bench.close());

  const run = async (options: object = {}) => {
    const strategy = new Mixed();
    const result = await strategy.backtest(DataBentoBacktesting, "2024-01-08", "2024-01-13", {
      apiKey: bench.simulator.key,
      url: bench.simulator.url,
      cacheDir: bench.cacheDir,
      maxCost: 1,
      ...options,
    });
    return { result, seen: strategy.seen };
  };

  it("fetches the lookback before the start by itself, for any mix of assets and steps", async () => {
    const { result, seen } = await run();
    expect(result.dataCost).toBeGreaterThan(0);
    expect(result.dataCost).toBeCloseTo(bench.simulator.spent, 9);
    expect(result.stats.dataCost).toBe(result.dataCost);
    expect(seen).toEqual([90, 40, 20]);
    expect(result.fills.length).toBeGreaterThan(0);
    expect(result.notice).toBe("SIMULATED");
    expect(result.instruments["future:ES"]).toMatchObject({ multiplier: 50, tickSize: 0.25 });
  });

  it("begins where the data does when the run begins before it: there is nothing to look back on", async () => {
    class LooksBack extends Strategy {
      static override readonly assets = [Asset.continuousFuture("ES"), Asset.future("ESU10")];
      readonly first: number[] = [];
      override initialize() {
        this.sleeptime = "1d";
      }
      override async onTradingIteration() {
        for (const asset of this.assets) {
          const days = await this.getHistoricalPrices(asset, 3, "day");
          if (days !== undefined) this.first.push(days.time[0] as number);
        }
      }
    }
    const { key: apiKey, url } = bench.simulator;
    const options = { apiKey, url, cacheDir: bench.cacheDir, maxCost: 10, timestep: "1d" } as const;
    const strategy = new LooksBack();
    // GLBX.MDP3 begins on Sunday 2010-06-06.
    await strategy.backtest(DataBentoBacktesting, "2010-05-10", "2010-06-19", options);
    expect(Math.min(...strategy.first)).toBe(Date.parse("2010-06-06T00:00Z"));
  });

  it("tells what was paid, and notes every purchase", async () => {
    const lines = readFileSync(join(bench.folder, "costs.jsonl"), "utf8").trim().split("\n");
    const purchases = lines.map((line) => JSON.parse(line) as { cost: number; schema: string; simulated: boolean });
    const bought = bench.requestsTo("timeseries.get_range");
    expect(purchases).toHaveLength(bought.length);
    const total = purchases.reduce((sum, { cost }) => sum + cost, 0);
    expect(total).toBeCloseTo(bench.simulator.spent, 9);
    expect(purchases.every(({ simulated }) => simulated)).toBe(true);
  });

  it("makes no request of any kind the second time, and gives the same result", async () => {
    const first = await run();
    bench.forget();
    const before = bench.simulator.requests.length;
    const second = await run();
    expect(bench.simulator.requests.length).toBe(before);
    expect(second.result.stats.dataCost).toBe(0);
    expect(second.result.data).toEqual(first.result.data);
    expect(second.result.fills).toEqual(first.result.fills);
  });

  it("runs from the cache alone when there is no key", async () => {
    // Without a key the data of the real service would be meant: the folder of the simulated one takes its place.
    const { result } = await run({ apiKey: undefined, cacheDir: bench.folder, url: undefined, maxCost: 0 });
    expect(result.fills.length).toBeGreaterThan(0);
  });

  it("never shows the key", async () => {
    const { result } = await run();
    const text = JSON.stringify(result) + readFileSync(join(bench.folder, "costs.jsonl"), "utf8");
    expect(text).not.toContain(bench.simulator.key.slice(3));
  });
});
