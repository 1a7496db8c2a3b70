import { Asset, type Bars, backtestAll, InMemoryBacktesting, partialResultOf, Strategy, TradingFee } from "backlit";
import { describe, expect, it } from "vitest";
import { barsOf, ES, MINUTE, T0 } from "../engine/support.ts";
import { logOf, walkOf } from "../live/support.ts";

const NQ = new Asset({ symbol: "NQ", assetType: "future", expiration: "2024-03-15", multiplier: 20, tickSize: 0.25 });

/** Always in the market, on the side of the newest bar. */
class Follower extends Strategy<{ side: number }> {
  static override readonly parameters = { side: 1 };
  override async onTradingIteration() {
    const bars = await this.getHistoricalPrices(ES, 2, "1m");
    if (bars === undefined) return;
    const wanted = Math.sign((bars.close[1] ?? 0) - (bars.close[0] ?? 0)) * this.parameters.side;
    this.orderTarget(ES, wanted);
  }
}

class Other extends Strategy {
  override onTradingIteration() {
    if (this.firstIteration) this.submitOrder(this.createOrder(NQ, 1, "sell"));
  }
}

const data = [walkOf(ES, T0, 200), walkOf(NQ, T0 + 5 * MINUTE, 150, { seed: 4, missing: 4 })];
const end = T0 + 200 * MINUTE;
const options = { data, market: "24/7", budget: 50_000, buyTradingFees: [new TradingFee({ perContract: 1 })] };
const make = () => [new Follower(), new Follower({ name: "Against", parameters: { side: -1 } }), new Other()];

describe("several strategies with accounts of their own", () => {
  it("do what each does alone", async () => {
    const { results } = await backtestAll(make(), InMemoryBacktesting, T0, end, options);
    for (const [place, strategy] of make().entries()) {
      const alone = await strategy.backtest(InMemoryBacktesting, T0, end, options);
      expect(logOf(results[place] as typeof alone)).toBe(logOf(alone));
    }
    expect(results[0]?.fills.length).toBeGreaterThan(20);
  });

  it("in another order give the same results and the same total", async () => {
    const forth = await backtestAll(make(), InMemoryBacktesting, T0, end, options);
    const back = await backtestAll(make().reverse(), InMemoryBacktesting, T0, end, options);
    expect(back.results.map(logOf).reverse()).toEqual(forth.results.map(logOf));
    expect(logOf(back.total)).toBe(logOf(forth.total));
    expect(back.total.settings).toEqual(forth.total.settings);
  });

  it("add up to the total, instant by instant, where their instants differ too", async () => {
    class Buyer extends Strategy {
      override onTradingIteration() {
        if (this.firstIteration) this.submitOrder(this.createOrder(this.parameters["asset"] as Asset, 1, "buy"));
      }
    }
    class First extends Buyer {
      static override readonly assets = [ES];
      static override readonly parameters = { asset: ES };
    }
    class Second extends Buyer {
      static override readonly assets = [NQ];
      static override readonly parameters = { asset: NQ };
    }
    const rows = [
      [100, 101, 99, 101],
      [101, 103, 101, 103],
    ] as const;
    const bars = [barsOf(ES, rows), barsOf(NQ, rows, "1m", T0 + MINUTE)];
    const { total } = await backtestAll([new First(), new Second()], InMemoryBacktesting, T0, T0 + 4 * MINUTE, {
      data: bars,
      market: "24/7",
      budget: 100_000,
    });
    // ES, 50 a point: bought at 100, 101 at 15:01, 103 at 15:02. NQ, 20 a point, a minute later: 101 at 15:02, 103 at 15:03.
    expect([...total.equity.time].map((time) => (time - T0) / MINUTE)).toEqual([0, 1, 2, 3]);
    expect([...total.equity.value]).toEqual([200_000, 200_050, 200_000 + 150 + 20, 200_000 + 150 + 60]);
    expect(total.settings).toMatchObject({ strategy: "First + Second", budget: 200_000 });
    expect(total.stats.finalEquity).toBe(200_210);
    expect(total.fills.map((fill) => fill.orderId)).toEqual(["First 1", "Second 1"]);
    expect(total.orders.map((order) => order.id)).toEqual(["First 1", "Second 1"]);
  });

  it("read their data once", async () => {
    let reads = 0;
    class Counting extends InMemoryBacktesting {
      override getBars(request: Parameters<InMemoryBacktesting["getBars"]>[0]) {
        reads += 1;
        return super.getBars(request);
      }
    }
    await backtestAll([new Follower()], Counting, T0, end, options);
    const alone = reads;
    reads = 0;
    await backtestAll([new Follower(), new Follower({ name: "again" })], Counting, T0, end, options);
    expect(reads).toBe(alone);
  });

  it("end with the one that fails, and its partial result", async () => {
    class Faulty extends Strategy {
      override onTradingIteration() {
        throw new Error("mine");
      }
    }
    const failure = await backtestAll([new Other(), new Faulty()], InMemoryBacktesting, T0, end, options).catch(
      (error) => error,
    );
    expect(failure.message).toContain("Faulty.onTradingIteration failed");
    expect(partialResultOf(failure)).toMatchObject({ status: "PARTIAL", settings: { strategy: "Faulty" } });
  });

  it.each(["separate", "shared"] as const)("show how far they are, with %s accounts", async (account) => {
    class Slow extends Strategy {
      override onTradingIteration() {
        return new Promise<void>((resolve) => setTimeout(resolve, 20));
      }
    }
    const { isTTY, write } = process.stderr;
    let written = "";
    process.stderr.isTTY = true;
    process.stderr.write = (text: string | Uint8Array) => {
      written += text;
      return true;
    };
    try {
      await backtestAll([new Slow(), new Slow({ name: "Second" })], InMemoryBacktesting, T0, T0 + 20 * MINUTE, {
        ...options,
        account,
        progress: true,
      });
    } finally {
      Object.assign(process.stderr, { isTTY, write });
    }
    expect(written).toContain("2024-01-02");
    // The line is gone at the end.
    expect(written.endsWith("\u001b[K")).toBe(true);
  });

  it("tell in the total's log who wrote a line", async () => {
    class Telling extends Strategy {
      override onStrategyEnd() {
        this.logMessage("over");
      }
    }
    const { results, total } = await backtestAll(
      [new Telling(), new Telling({ name: "Second" })],
      InMemoryBacktesting,
      T0,
      end,
      options,
    );
    expect(total.log.map(({ message }) => message)).toEqual(["Telling: over", "Second: over"].sort());
    expect(results.map(({ log }) => log.map(({ message }) => message))).toEqual([["over"], ["over"]]);
  });

  it("say of a fill without an order in the total what they say alone", async () => {
    const asset = Asset.continuousFuture("ES");
    const [from, to] = [Asset.future("ESH24"), Asset.future("ESM24")];
    const rolls = [{ time: T0 + 3 * MINUTE, measuredAt: T0 + 2 * MINUTE, from, to, fromPrice: 100, toPrice: 101 }];
    class Holder extends Strategy {
      override onTradingIteration() {
        if (this.firstIteration) this.submitOrder(this.createOrder(asset, 1, "buy"));
      }
    }
    const fees = [new TradingFee({ flat: 0.5, paidTo: "exchange" })];
    const { results, total } = await backtestAll(
      [new Holder(), new Holder({ name: "Second" })],
      InMemoryBacktesting,
      T0,
      end,
      {
        data: [walkOf(asset, T0, 200)],
        rolls,
        market: "24/7",
        buyTradingFees: fees,
        sellTradingFees: fees,
      },
    );
    expect(total.fills.map((fill) => `${fill.reason ?? "order"}: ${fill.orderId}`).sort()).toEqual([
      "order: Holder 1",
      "order: Second 1",
      "roll: ",
      "roll: ",
      "roll: ",
      "roll: ",
    ]);
    // Each of the two buys once and rolls once, which is a sale and a purchase: 3 x 0.5 flat.
    expect(results.map(({ stats }) => stats.exchangeFees)).toEqual([1.5, 1.5]);
    expect(total.stats.exchangeFees).toBe(3);
  });

  it.each([
    ["none at all", []],
    ["two of one name", [new Other(), new Other()]],
  ])("must not be %s", async (_, strategies) => {
    await expect(backtestAll(strategies, InMemoryBacktesting, T0, end, options)).rejects.toMatchObject({
      code: "invalid_argument",
    });
  });
});

describe("many instruments", () => {
  it("in one run, in any order, are one merge", async () => {
    const assets = Array.from({ length: 60 }, (_, i) => Asset.stock(`S${String(i).padStart(2, "0")}`));
    const series = assets.map((asset, i) =>
      walkOf(asset, Date.UTC(2024, 0, 2), 50, { step: "1d", milliseconds: 86_400_000, seed: i, missing: 2 }),
    );
    class Rotation extends Strategy {
      override async onTradingIteration() {
        for (const asset of assets) {
          const bars = await this.getHistoricalPrices(asset, 2, "1d");
          if (bars !== undefined && (bars.close[1] ?? 0) > (bars.close[0] ?? 0) + 1) this.orderTarget(asset, 1);
          else if (bars !== undefined) this.orderTarget(asset, 0);
        }
      }
    }
    const play = (given: readonly Bars[]) =>
      new Rotation().backtest(InMemoryBacktesting, "2024-01-01", "2024-03-01", { data: given, assets, market: "24/7" });
    const forth = await play(series);
    const back = await play([...series].reverse());
    expect(forth.fills.length).toBeGreaterThan(500);
    expect(logOf(back)).toBe(logOf(forth));
    expect(forth.bars).toBe(series.reduce((bars, one) => bars + one.length, 0));
  });
});
