/** Runs that end before their time, and runs of one object after another. */
import { backtestAll, InMemoryBacktesting, type Order, Strategy, TradingFee } from "backlit";
import { describe, expect, it } from "vitest";
import { barsOf, ES, flat, MINUTE, run, STOCK, T0 } from "./support.ts";

describe("a strategy that fails", () => {
  it("ends the run with its own stack, the instant, and the result up to then", async () => {
    const { partialResultOf } = await import("backlit");
    const failing = run(barsOf(ES, flat(100, 9)), (s) => {
      if (s.iteration === 0) s.send(ES, 1, "buy");
      if (s.iteration === 4) throw new RangeError("too far");
    });
    const error = await failing.catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: "StrategyError", time: T0 + 4 * MINUTE, cause: expect.any(RangeError) });
    expect(partialResultOf(error)).toMatchObject({ status: "PARTIAL", iterations: 4 });
    expect(partialResultOf(error)?.fills).toHaveLength(1);
  });

  it("is stopped by a signal, and the result says PARTIAL", async () => {
    const stop = new AbortController();
    const { result } = await run(barsOf(ES, flat(100, 30_000)), (s) => void (s.iteration === 100 && stop.abort()), {
      signal: stop.signal,
    });
    expect(result.status).toBe("PARTIAL");
    expect(result.iterations).toBe(100);
  });

  describe("is stopped by a hook of its own through a signal", () => {
    const places = ["initialize", "onTradingIteration", "onNewOrder", "onFilledOrder"] as const;
    /** Buys at every iteration, in which each hook may end the run from the third iteration on. */
    const stopIn = async (place: (typeof places)[number], gives: () => Promise<void> | undefined) => {
      const stop = new AbortController();
      const called: string[] = [];
      class Stopper extends Strategy {
        count = 0;
        call(name: string): Promise<void> | undefined {
          called.push(stop.signal.aborted ? `${name} too late` : name);
          if (name === place && (this.count === 3 || name === "initialize")) stop.abort();
          return gives();
        }
        override initialize() {
          return this.call("initialize");
        }
        override onTradingIteration() {
          this.count += 1;
          this.submitOrder(this.createOrder(ES, 1, "buy"));
          return this.call("onTradingIteration");
        }
        override onNewOrder() {
          return this.call("onNewOrder");
        }
        override onFilledOrder() {
          return this.call("onFilledOrder");
        }
      }
      const bars = barsOf(
        ES,
        Array.from({ length: 50 }, (_, i) => [100 + i, 100 + i, 100 + i, 100 + i] as const),
      );
      const result = await new Stopper().backtest(InMemoryBacktesting, T0, T0 + 50 * MINUTE, {
        data: [bars],
        market: "24/7",
        budget: 1_000_000,
        buyTradingFees: [new TradingFee({ perContract: 1 })],
        signal: stop.signal,
      });
      return { result, called };
    };

    it.each([
      ["initialize", 0],
      ["onTradingIteration", 2],
      ["onNewOrder", 2],
      ["onFilledOrder", 3],
    ] as const)(
      "%s: nothing is called, and nothing fills, after that, and the account is what it traded",
      async (place, filled) => {
        for (const gives of [() => undefined, () => Promise.resolve()]) {
          const { result, called } = await stopIn(place, gives);
          expect(called.filter((name) => name.endsWith("too late"))).toEqual([]);
          expect(result).toMatchObject({ status: "PARTIAL" });
          expect(result.fills).toHaveLength(filled);
          // Bought at 100 and 101 for a fee of 1 each, worth 101 at the third iteration; a third at 102, where all are worth that.
          const made = { 0: 0, 2: 50 - 2, 3: 100 + 50 - 3 }[filled];
          expect(result.equity.value.at(-1)).toBe(1_000_000 + made);
        }
      },
    );
  });

  it("may be run again as the same object", async () => {
    const strategy = new (class extends Strategy {
      override onTradingIteration() {
        this.vars["count"] = Number(this.vars["count"] ?? 0) + 1;
        if (this.vars["count"] === 1) this.submitOrder(this.createOrder(ES, 1, "buy"));
      }
    })();
    const go = () =>
      strategy.backtest(InMemoryBacktesting, T0, T0 + 3 * MINUTE, { data: [barsOf(ES, flat(100, 3))], market: "24/7" });
    const [first, second] = [await go(), await go()];
    expect(second.fills).toEqual(first.fills);
    expect(first.fills).toHaveLength(1);
  });
});

describe("a hook that sleeps on past the last bar", () => {
  it.each(["separate", "shared"] as const)(
    "leaves the account's last row where it was filled (%s account)",
    async (account) => {
      // Bought inside the last bar, sold in answer at its close, 15:03; the iteration of 15:02 sleeps to 15:12.
      class Sleeper extends Strategy {
        override async onTradingIteration() {
          if (this.getTimestamp() !== T0 + 2 * MINUTE) return;
          this.submitOrder(this.createOrder(STOCK, 1, "buy", { limitPrice: 99 }));
          await this.sleep(600);
        }
        override onFilledOrder(_position: unknown, order: Order) {
          if (order.side === "buy") this.submitOrder(this.createOrder(STOCK, 1, "sell"));
        }
      }
      const { results } = await backtestAll([new Sleeper()], InMemoryBacktesting, T0, T0 + 30 * MINUTE, {
        data: [barsOf(STOCK, [...flat(100, 2), [100, 100, 98, 100]])],
        market: "24/7",
        fill: "this-close",
        account,
      });
      const [{ equity, fills } = { equity: undefined, fills: [] }] = results;
      expect(fills.map(({ side, price, time }) => [side, price, time])).toEqual([
        ["buy", 99, T0 + 3 * MINUTE - 1],
        ["sell", 100, T0 + 3 * MINUTE],
      ]);
      expect([...(equity?.time ?? [])]).toEqual([0, 1, 2, 3].map((minute) => T0 + minute * MINUTE));
      expect([...(equity?.cash ?? [])]).toEqual([100_000, 100_000, 100_000, 100_001]);
    },
  );
});
