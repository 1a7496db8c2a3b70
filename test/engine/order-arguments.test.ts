/** What is no order of the run, where an order is asked for: refused at the call, with words that say what was found. */
import type { Order } from "backlit";
import { describe, expect, it } from "vitest";
import { barsOf, ES, flat, MINUTE, once, run, type Scripted, T0 } from "./support.ts";

const failureOf = (script: (strategy: Scripted) => unknown) =>
  run(barsOf(ES, flat(100, 3)), once(script)).then(
    () => undefined,
    (error: Error) => error,
  );

describe("what is no order", () => {
  it.each(["submitOrder", "cancelOrder", "modifyOrder"] as const)("is refused by %s", async (verb) => {
    for (const [given, found] of [
      [undefined, "undefined"],
      [null, "null"],
      ["1", "'1'"],
      [{}, "[object Object]"],
    ] as const) {
      const failure = await failureOf((s) => s[verb](given as never, { limitPrice: 99 }));
      expect(failure).toMatchObject({ code: "invalid_order", hint: expect.stringContaining("createOrder") });
      expect(failure?.message).toContain(`${verb}: the order was ${found}, expected one of this run`);
    }
  });

  it("is an order that another run made, though this one has its number as well", async () => {
    let kept: Order | undefined;
    await failureOf((s) => {
      kept = s.createOrder(ES, 1, "buy");
    });
    const failure = await failureOf((s) => {
      s.createOrder(ES, 2, "buy");
      s.submitOrder(kept as Order);
    });
    expect(failure?.message).toContain("submitOrder: the order was order 1 of another run, expected one of this run");
  });

  it("are no changes", async () => {
    for (const changes of [undefined, null, 99]) {
      const failure = await failureOf((s) => s.modifyOrder(s.send(ES, 1, "buy", { limitPrice: 90 }), changes as never));
      expect(failure).toMatchObject({ code: "invalid_order" });
      expect(failure?.message).toContain(`modifyOrder: the changes were ${changes}, expected an object`);
    }
  });
});

describe("the end of an order that nobody canceled", () => {
  it("says what ended it", async () => {
    const { result } = await run(barsOf(ES, [...flat(100, 2), [100, 106, 100, 105], ...flat(105, 2)]), (s) => {
      if (s.iteration !== 1) return;
      s.send(ES, 1, "buy", { orderClass: "bracket", takeProfitPrice: 105, stopLossPrice: 95 });
      s.send(ES, 1, "buy", { limitPrice: 90, timeInForce: "fok" });
      s.send(ES, 1, "buy", { limitPrice: 90, timeInForce: "gtd", goodTillDate: T0 + 2 * MINUTE });
      s.cancelOrder(s.send(ES, 1, "sell", { orderClass: "oco", takeProfitPrice: 120, stopLossPrice: 80 }));
    });
    const words = result.events.map(({ message }) => message.replace("for future:ES:2024-03-15 ", "").slice(0, -23));
    expect(words).toEqual([
      "Order 6 was canceled",
      "Order 7 was canceled with order 6",
      "Order 4 was canceled (fok)",
      "Order 5 expired (gtd)",
      "Order 3 was canceled, as order 2 filled",
    ]);
  });
});

describe("the bare symbol of an asset", () => {
  it.each(["cancelOpenOrders", "getAssetPotentialTotal"] as const)("is refused by %s", async (verb) => {
    const failure = await failureOf((s) => s[verb]("ES" as never));
    expect(failure).toMatchObject({ code: "invalid_asset" });
    expect(failure?.message).toContain(`${verb}: the asset was 'ES', expected an Asset`);
  });
});

describe("a change that was made", () => {
  it("says what it changed, from what to what", async () => {
    const { result } = await run(barsOf(ES, flat(100, 4)), (s) => {
      if (s.iteration === 0) s.send(ES, 1, "buy", { stopPrice: 110, limitPrice: 111 });
      if (s.iteration === 1) s.modifyOrder(s.orderLog[0] as Order, { limitPrice: 112, quantity: 2 });
    });
    const [event] = result.events.filter(({ code }) => code === "order_modified");
    expect(event?.message).toContain(
      "Order 1 for future:ES:2024-03-15 was modified: limitPrice 111 to 112, quantity 1 to 2",
    );
  });
});
