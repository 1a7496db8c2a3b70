import {
  Asset,
  type BacktestOptions,
  InMemoryBacktesting,
  type Order,
  partialResultOf,
  Strategy,
  StrategyError,
} from "backlit";
import { describe, expect, it } from "vitest";
import { barsOf, ES, flat, MINUTE, run, T0 } from "./support.ts";

const bars = barsOf(ES, flat(100, 10));
const span = [T0, T0 + 10 * MINUTE] as const;
const settings = { data: [bars], market: "24/7" } as const;
const failureOf = (running: Promise<unknown>): Promise<StrategyError> =>
  running.then(
    () => expect.fail("ended"),
    (error) => error,
  );

describe("a hook that never resolves", () => {
  it.each(["initialize", "beforeStartingTrading", "onTradingIteration", "onFilledOrder", "onStrategyEnd"] as const)(
    "(%s) ends the run with its name, the instant, and a partial result",
    async (hook) => {
      class Stuck extends Strategy {
        override onTradingIteration(): void | Promise<void> {
          if (this.firstIteration) this.submitOrder(this.createOrder(ES, 1, "buy"));
        }
      }
      Object.defineProperty(Stuck.prototype, hook, { value: () => new Promise(() => {}) });
      if (hook === "onFilledOrder") {
        // The other hook may sleep meanwhile: the one that hangs is named.
        Stuck.prototype.onTradingIteration = async function (this: Strategy) {
          if (this.firstIteration) this.submitOrder(this.createOrder(ES, 1, "buy"));
          await this.sleep(300);
        };
      }
      // Chicago's session opens at 23:00 UTC the evening before.
      const failure = await failureOf(
        new Stuck().backtest(InMemoryBacktesting, T0 - 17 * 60 * MINUTE, span[1], {
          data: [barsOf(ES, flat(100, 17 * 60 + 10), "1m", T0 - 17 * 60 * MINUTE)],
          hookTimeout: 40,
        }),
      );
      expect(failure).toBeInstanceOf(StrategyError);
      expect(failure.code).toBe("strategy_failed");
      expect(failure.message).toMatch(new RegExp(`^Stuck\\.${hook} at 2024-01-0\\dT\\S+ gave a promise`));
      expect(failure.time).toBeTypeOf("number");
      expect(partialResultOf(failure)).toMatchObject({ status: "PARTIAL" });
    },
  );

  it("does not go on when its promise is kept after all", async () => {
    let keep = () => {};
    class Late extends Strategy {
      calls = 0;
      override onTradingIteration() {
        this.calls += 1;
        return this.calls < 3 ? undefined : new Promise<void>((resolve) => (keep = resolve));
      }
    }
    const late = new Late();
    const failure = await failureOf(late.backtest(InMemoryBacktesting, ...span, { ...settings, hookTimeout: 20 }));
    expect(partialResultOf(failure)).toMatchObject({ bars: 2, iterations: 2 });
    keep();
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(late.calls).toBe(3);
  });

  it("has as long as it needs when the engine is what takes its time", async () => {
    const slow = { getBars: InMemoryBacktesting.prototype.getBars };
    class Slow extends InMemoryBacktesting {
      override async getBars(request: Parameters<InMemoryBacktesting["getBars"]>[0]) {
        await new Promise((resolve) => setTimeout(resolve, 60));
        return slow.getBars.call(this, request);
      }
    }
    class Reader extends Strategy {
      override async onTradingIteration() {
        await this.getHistoricalPrices(ES, 1, "5m");
      }
    }
    const result = await new Reader().backtest(Slow, ...span, { ...settings, hookTimeout: 30 });
    expect(result.status).toBe("complete");
  });

  it("cannot be given no time at all", async () => {
    class Idle extends Strategy {}
    await expect(
      new Idle().backtest(InMemoryBacktesting, ...span, { ...settings, hookTimeout: 0 }),
    ).rejects.toMatchObject({
      code: "invalid_option",
    });
  });
});

describe("an order hook that answers itself", () => {
  it.each(["sync", "async"])("without end ends the run with its name and a partial result (%s)", async (kind) => {
    let told = 0;
    class Stubborn extends Strategy {
      override onTradingIteration() {
        if (this.firstIteration) this.submitOrder(this.createOrder(ES, 1_000_000, "buy"));
      }
      override onErrorOrder(): void | Promise<void> {
        // Far beyond the limit the test itself ends it.
        told += 1;
        if (told === 20_000) throw new Error("never ended");
        this.submitOrder(this.createOrder(ES, 1_000_000, "buy"));
        return kind === "async" ? Promise.resolve() : undefined;
      }
    }
    const failure = await failureOf(new Stubborn().backtest(InMemoryBacktesting, ...span, settings));
    expect(failure).toBeInstanceOf(StrategyError);
    expect(failure.message).toContain("Stubborn.onErrorOrder came of orders that order hooks sent, 10000 times");
    expect(failure.time).toBe(T0);
    expect(told).toBe(10_001); // the first refusal, and 10,000 answers
    expect(partialResultOf(failure)).toMatchObject({ status: "PARTIAL" });
  });

  it("as often as it takes to find a size that fits is left alone", async () => {
    const filled: number[] = [];
    class Patient extends Strategy {
      override onTradingIteration() {
        if (this.firstIteration) this.submitOrder(this.createOrder(ES, 2_000, "buy"));
      }
      override onErrorOrder(order: Order) {
        this.submitOrder(this.createOrder(ES, order.quantity - 1, "buy"));
      }
      override onFilledOrder(_position: unknown, _order: Order, _price: number, quantity: number) {
        filled.push(quantity);
      }
    }
    // A contract takes 10,000: 100,000 carry ten of them.
    const margins = { ES: { initial: 10_000, maintenance: 9_000 } };
    await new Patient().backtest(InMemoryBacktesting, ...span, { ...settings, margins });
    expect(filled).toEqual([10]);
  });
});

describe("an endless sleep", () => {
  it("ends with the run: the market runs on to the end, and the hook never goes on", async () => {
    const seen: string[] = [];
    const { result } = await run(bars, async (strategy) => {
      strategy.send(ES, 1, "buy", { limitPrice: 90 });
      strategy.send(ES, 1, "buy");
      await strategy.sleep(1e12);
      seen.push("went on");
    });
    expect(result.status).toBe("complete");
    expect(result.bars).toBe(10);
    expect(result.fills).toHaveLength(1);
    expect(seen).toEqual([]);
  });

  it("in a loop of its own sees every minute and ends with the run", async () => {
    let naps = 0;
    const { result } = await run(bars, async (strategy) => {
      for (;;) {
        await strategy.sleep(60);
        naps += 1;
      }
    });
    // From 15:00 it wakes at 15:01 ... 15:09; the tenth sleep would wake at the end of the run, which is not part of it.
    expect(naps).toBe(9);
    expect(result).toMatchObject({ status: "complete", bars: 10, iterations: 0 });
  });

  it("of no length is an error that says so", async () => {
    const failure = await failureOf(
      run(bars, async (strategy) => {
        for (;;) await strategy.sleep(0);
      }),
    );
    expect(failure.message).toContain("without any time passing");
    expect(failure.time).toBe(T0);
    expect(partialResultOf(failure)).toMatchObject({ status: "PARTIAL" });
  });

  it("for an open that never comes is the same error", async () => {
    const failure = await failureOf(
      run(bars, async (strategy) => {
        for (;;) await strategy.awaitMarketToOpen();
      }),
    );
    expect(failure.message).toContain("without any time passing");
  });
});

describe("a strategy that throws", () => {
  it.each([
    ...(["initialize", "beforeStartingTrading", "onTradingIteration", "traceStats", "onBar"] as const),
    ...(["onFilledOrder", "onNewOrder"] as const),
  ])("in %s is named by the hook and the instant; its own stack and a partial result are there", async (hook) => {
    class Faulty extends Strategy {
      override async initialize() {
        await this.subscribe(ES, "1m");
      }
      override onTradingIteration(): void {
        if (this.firstIteration) this.submitOrder(this.createOrder(ES, 1, "buy"));
      }
    }
    Object.defineProperty(Faulty.prototype, hook, {
      value: function ownCode() {
        throw new RangeError("my own mistake");
      },
    });
    const start = Date.UTC(2024, 0, 1, 23);
    const data = [barsOf(ES, flat(100, 10), "1m", start)];
    const failure = await failureOf(new Faulty().backtest(InMemoryBacktesting, start, start + 10 * MINUTE, { data }));
    // The first bar closes a minute after the start.
    const time = hook === "onBar" ? start + MINUTE : start;
    const instant = new Date(time).toISOString().replace(".000", "");
    expect(failure.message).toBe(`Faulty.${hook} failed at ${instant}: RangeError: my own mistake`);
    expect(failure.time).toBe(time);
    expect((failure.cause as Error).stack).toContain("ownCode");
    expect(partialResultOf(failure)).toMatchObject({ status: "PARTIAL" });
  });

  it("that is an error of the data keeps its class and code, and tells the hook and the instant", async () => {
    class Asking extends Strategy {
      override async onTradingIteration() {
        if (!this.firstIteration) await this.getHistoricalPrices(Asset.stock("NOPE"), 5, "1m");
      }
    }
    const data = [barsOf(ES, flat(100, 10))];
    const failure = await failureOf(
      new Asking().backtest(InMemoryBacktesting, T0, T0 + 10 * MINUTE, { data, market: "24/7" }),
    );
    expect(failure).toMatchObject({ name: "DataMissingError", code: "data_missing" });
    expect(failure.message).toMatch(/NOPE.* \(in Asking\.onTradingIteration at 2024-01-02T15:01:00Z\)$/);
  });

  it.each(["onTradingIteration", "onFilledOrder", "onStrategyEnd", "schedule(* * * * *)"])(
    "in %s after a while is named by that hook, not by the one that waits for it",
    async (hook) => {
      const mistake = async (where: string) => {
        await Promise.resolve();
        if (where === hook) throw new RangeError("my own mistake");
      };
      class Faulty extends Strategy {
        override initialize() {
          this.schedule("* * * * *", () => mistake("schedule(* * * * *)"));
        }
        override async onTradingIteration() {
          if (!this.firstIteration) return;
          this.submitOrder(this.createOrder(ES, 1, "buy"));
          await this.sleep(120);
          await mistake("onTradingIteration");
        }
        override onFilledOrder() {
          return mistake("onFilledOrder");
        }
        override onStrategyEnd() {
          return mistake("onStrategyEnd");
        }
      }
      const data = [barsOf(ES, flat(100, 10))];
      const failure = await failureOf(
        new Faulty().backtest(InMemoryBacktesting, T0, T0 + 10 * MINUTE, { data, market: "24/7" }),
      );
      const minutes: Record<string, number> = { onTradingIteration: 2, onStrategyEnd: 10 };
      expect(failure.message).toBe(
        `Faulty.${hook} failed at 2024-01-02T15:${String(minutes[hook] ?? 0).padStart(2, "0")}:00Z: RangeError: my own mistake`,
      );
    },
  );
});

describe("a calendar past its last year", () => {
  // The tables end with 2027.
  const start = Date.UTC(2027, 11, 30, 15);
  const later = new Asset({
    symbol: "ES",
    assetType: "future",
    expiration: "2028-03-17",
    multiplier: 50,
    tickSize: 0.25,
  });
  const halfHours = barsOf(later, flat(100, 300), "30m", start, 30 * MINUTE);
  const play = (strategy: Strategy, options: BacktestOptions = {}) =>
    strategy.backtest(InMemoryBacktesting, start, start + 150 * 60 * MINUTE, { data: [halfHours], ...options });

  class Holder extends Strategy {
    override onTradingIteration() {
      if (this.firstIteration) this.submitOrder(this.createOrder(later, 1, "buy"));
    }
  }

  it("is no matter where the asset merely suggests it: the run goes on over the bars, and says so", async () => {
    const result = await play(new Holder());
    expect(result).toMatchObject({ status: "complete", bars: 300 });
    expect(result.fills).toHaveLength(1);
    expect(result.events.map(({ code }) => code)).toContain("bars_outside_sessions");
  });

  it.each([
    ["the market that was set", new Holder(), { market: "NYSE" }],
    [
      "a day order",
      new (class extends Holder {
        override onTradingIteration() {
          if (this.getTimestamp() > Date.UTC(2028, 0, 2))
            this.submitOrder(this.createOrder(later, 1, "buy", { timeInForce: "day", limitPrice: 50 }));
        }
      })(),
      {},
    ],
    [
      "a rule of sessions",
      new (class extends Holder {
        override onTradingIteration() {
          if (this.getTimestamp() > Date.UTC(2028, 0, 2)) this.schedule({ minutesAfterOpen: 5 }, () => {});
        }
      })(),
      {},
    ],
  ])(
    "is an error that says what is covered where %s needs it, with what there was of a result",
    async (_, strategy, options) => {
      const failure = await failureOf(play(strategy, options));
      expect(failure).toMatchObject({ code: "calendar_range" });
      expect(failure.message).toContain("2027-12-31");
      expect(partialResultOf(failure)).toMatchObject({ status: "PARTIAL" });
      expect(partialResultOf(failure)?.bars).toBeGreaterThan(30);
    },
  );
});
