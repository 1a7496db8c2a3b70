import { Asset, backtestAll, InMemoryBacktesting, partialResultOf, partialResultsOf, Strategy } from "backlit";
import { describe, expect, it } from "vitest";
import { barsOf, flat, MINUTE, STOCK, T0 } from "../engine/support.ts";
import { lastOf } from "./shared-account.support.ts";

describe("a shared run that ends before its time", () => {
  const data = [barsOf(STOCK, flat(100, 6))];

  class Watched extends Strategy {
    readonly heard: string[] = [];
    override onTradingIteration() {
      if (this.firstIteration) this.submitOrder(this.createOrder(STOCK, 10, "buy"));
    }
    override onAbruptClosing() {
      this.heard.push("onAbruptClosing");
    }
    override onBotCrash(error: unknown) {
      this.heard.push(`onBotCrash ${(error as Error).message}`);
    }
    override onStrategyEnd() {
      this.heard.push("onStrategyEnd");
    }
  }
  class Faulty extends Watched {
    override onTradingIteration() {
      super.onTradingIteration();
      if (this.getTimestamp() === T0 + 2 * MINUTE) throw new Error("broken");
    }
  }
  const share2 = (strategies: readonly Watched[], options: object = {}) =>
    backtestAll(strategies, InMemoryBacktesting, T0, T0 + 6 * MINUTE, {
      data,
      market: "24/7",
      budget: 10_000,
      logLevel: "silent",
      account: "shared",
      ...options,
    });

  it("by a strategy that throws: the others stop there, and there are partial results of all", async () => {
    const strategies = [new Watched({ name: "Z" }), new Faulty({ name: "M" }), new Watched({ name: "A" })];
    const failure = await share2(strategies).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: "strategy_failed", message: expect.stringContaining("broken") });
    expect(strategies.map(({ heard }) => heard)).toEqual([
      ["onAbruptClosing"],
      ["onBotCrash broken"],
      ["onAbruptClosing"],
    ]);
    expect(partialResultOf(failure)).toMatchObject({ status: "PARTIAL", settings: { strategy: "M" } });
    const partial = partialResultsOf(failure);
    expect(partial?.results.map(({ settings, status, fills }) => [settings.strategy, status, fills.length])).toEqual([
      ["Z", "PARTIAL", 1],
      ["M", "PARTIAL", 1],
      ["A", "PARTIAL", 1],
    ]);
    // A's third iteration came before the failure, Z's would have come after it.
    expect(partial?.results.map(({ iterations }) => iterations)).toEqual([2, 2, 3]);
    expect(partial?.total).toMatchObject({ status: "PARTIAL", settings: { strategy: "A + M + Z" } });
    expect(lastOf(partial?.total.equity.cash ?? new Float64Array())).toBe(7_000);
    expect(JSON.stringify(failure)).not.toContain("results");
  });

  it("by a strategy that throws, and another that throws as it is stopped: both are told", async () => {
    class Clumsy extends Watched {
      override onAbruptClosing() {
        throw new Error("clumsy");
      }
    }
    const failure = (await share2([new Faulty(), new Clumsy()]).catch((error: unknown) => error)) as Error;
    expect(failure.message).toContain("broken");
    const causes = (failure.cause as AggregateError).errors as readonly Error[];
    expect(causes.map(({ message }) => message)).toEqual([
      expect.stringContaining("broken"),
      expect.stringContaining("clumsy"),
    ]);
    expect(partialResultsOf(failure)?.results).toHaveLength(2);
  });

  it("by the run's signal, before it began and in the middle", async () => {
    const controller = new AbortController();
    class Stopper extends Watched {
      override onTradingIteration() {
        super.onTradingIteration();
        if (this.getTimestamp() === T0 + 2 * MINUTE) controller.abort();
      }
    }
    const strategies = [new Watched({ name: "A" }), new Stopper({ name: "M" }), new Watched({ name: "Z" })];
    const { results, total } = await share2(strategies, { signal: controller.signal });
    expect(total.status).toBe("PARTIAL");
    expect(results.map(({ status }) => status)).toEqual(["PARTIAL", "PARTIAL", "PARTIAL"]);
    expect(strategies.map(({ heard }) => heard)).toEqual([
      ["onAbruptClosing"],
      ["onAbruptClosing"],
      ["onAbruptClosing"],
    ]);
    for (const { iterations } of results) expect(iterations).toBeLessThan(5);
    const never = await share2([new Watched(), new Faulty()], { signal: AbortSignal.abort() });
    expect(never.total.status).toBe("PARTIAL");
  });

  it("by a fee that throws as an order fills: that strategy has failed, and nothing hangs", async () => {
    const strategies = [new Watched({ name: "A" }), new Watched({ name: "B" })];
    const { TradingSlippage } = await import("backlit");
    const slippage = new TradingSlippage({
      fn: () => {
        throw new Error("no price");
      },
    });
    const failure = await share2(strategies, { slippage }).catch((error: unknown) => error);
    expect(failure).toMatchObject({
      message: expect.stringContaining("A failed at 2024-01-02T15:00:00Z: Error: no price"),
    });
    expect(partialResultsOf(failure)?.results).toHaveLength(2);
  });

  it("by data that are missing, before any strategy began", async () => {
    class Elsewhere extends Watched {
      static override readonly assets = [Asset.stock("NONE")];
    }
    const strategies = [new Watched({ name: "A" }), new Elsewhere({ name: "B" }), new Watched({ name: "C" })];
    await expect(share2(strategies)).rejects.toMatchObject({ code: "data_missing" });
    // All can be run again.
    const again = await share2([strategies[0] as Watched, strategies[2] as Watched]);
    expect(again.total.status).toBe("complete");
  });

  it("by sleeps that overlap", async () => {
    class Sleepless extends Watched {
      override onTradingIteration() {
        void this.sleep(90);
      }
    }
    const failure = await share2([new Watched(), new Sleepless()]).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: "strategy_failed", message: expect.stringContaining("Sleepless went on") });
  });

  it("not by others that take their time while one waits for its turn", async () => {
    class Slow extends Watched {
      override async onTradingIteration() {
        await new Promise((resolve) => setTimeout(resolve, 60));
      }
    }
    class Sleeper extends Watched {
      override async onTradingIteration() {
        await this.sleep(300);
      }
    }
    // Each takes 60 ms an instant: together they take longer than a hook may.
    const slow = ["A", "B", "C", "D"].map((name) => new Slow({ name }));
    const { total } = await share2([...slow, new Sleeper()], { hookTimeout: 150 });
    expect(total.status).toBe("complete");
  });

  it("at once where the option says something unknown", async () => {
    await expect(share2([new Watched()], { account: "joint" })).rejects.toMatchObject({
      code: "invalid_option",
      message: expect.stringContaining("joint"),
    });
  });
});
