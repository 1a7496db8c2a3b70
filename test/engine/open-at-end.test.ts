import { type BacktestResult, InMemoryBacktesting, partialResultOf, Strategy } from "backlit";
import { describe, expect, it } from "vitest";
import { barsOf, ES, flat, MINUTE, once, run, T0 } from "./support.ts";

const told = (result: BacktestResult) =>
  result.events.filter(({ code }) => code === "order_open_at_end").map(({ orderId, message }) => [orderId, message]);

describe("an order that is open when the run ends", () => {
  it("is told, stays open, and is not passed off as canceled", async () => {
    const { result, strategy } = await run(
      barsOf(ES, flat(100, 5)),
      once((s) => {
        s.send(ES, 1, "buy", { limitPrice: 90 });
        s.cancelOrder(s.send(ES, 1, "buy", { limitPrice: 80 }));
        s.send(ES, 1, "sell", { limitPrice: 100 });
      }),
    );
    expect(told(result)).toEqual([
      [
        strategy.orderLog[0]?.id,
        "Order 1 to buy 1 future:ES:2024-03-15 was open when the run ended; it was neither filled up nor ended (2024-01-02T15:05:00Z)",
      ],
    ]);
    expect(result.orders.map(({ status, closedAt }) => [status, closedAt !== undefined])).toEqual([
      ["open", false],
      ["canceled", true],
      ["filled", true],
    ]);
    expect(result.stats.ordersCanceled).toBe(1);
  });

  it("in part filled says how far", async () => {
    // A tenth of 100 a bar: 20 of 25 in two bars.
    const { result } = await run(
      barsOf(ES, flat(100, 2)),
      once((s) => s.send(ES, 25, "buy")),
      { volumeShare: 0.1, budget: 10_000_000 },
    );
    expect(told(result)[0]?.[1]).toContain("to buy 25 future:ES:2024-03-15 (20 of it filled) was partially_filled");
    expect(result.orders).toMatchObject([{ status: "partially_filled", filledQuantity: 20 }]);
  });

  it("as one of the exits of a bracket is told by each of them", async () => {
    const { result } = await run(
      barsOf(ES, flat(100, 3)),
      once((s) => s.send(ES, 1, "buy", { orderClass: "bracket", takeProfitPrice: 110, stopLossPrice: 90 })),
    );
    expect(told(result).map(([id]) => id)).toEqual(result.orders[0]?.children.map(({ id }) => id));
  });

  it("is told in a run that fails, and in one that is stopped", async () => {
    class Failing extends Strategy {
      override onTradingIteration() {
        if (this.firstIteration) this.submitOrder(this.createOrder(ES, 1, "buy", { limitPrice: 90 }));
        else throw new Error("no more");
      }
    }
    const data = [barsOf(ES, flat(100, 5))];
    const failure = await new Failing()
      .backtest(InMemoryBacktesting, T0, T0 + 5 * MINUTE, { data, market: "24/7" })
      .catch((error: unknown) => error);
    const partial = partialResultOf(failure as Error);
    expect(partial && told(partial)).toHaveLength(1);
    const stop = new AbortController();
    const { result } = await run(
      data,
      async (s) => {
        if (s.iteration === 0) s.send(ES, 1, "buy", { limitPrice: 90 });
        stop.abort();
        await Promise.resolve();
      },
      { signal: stop.signal },
    );
    expect([result.status, told(result).length]).toEqual(["PARTIAL", 1]);
  });

  it("is nothing where all orders have come to their end", async () => {
    const { result } = await run(
      barsOf(ES, flat(100, 5)),
      once((s) => {
        s.send(ES, 1, "buy");
        s.send(ES, 1, "buy", { limitPrice: 90, timeInForce: "ioc" });
      }),
    );
    expect(told(result)).toEqual([]);
  });
});
