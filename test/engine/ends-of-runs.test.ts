/** Runs that end before their time, and runs of one object after another. */
import { InMemoryBacktesting, Strategy } from "backlit";
import { describe, expect, it } from "vitest";
import { barsOf, ES, flat, MINUTE, run, T0 } from "./support.ts";

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
    expect(result.iterations).toBeLessThan(30_000);
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
