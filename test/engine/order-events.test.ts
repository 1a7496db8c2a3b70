import { describe, expect, it } from "vitest";
import { barsOf, ES, flat, MINUTE, type Row, run, type Scripted, STOCK, T0 } from "./support.ts";

const HOUR = 60 * MINUTE;

/** What a run says of its orders under a code, in the order of events: the order's number and the words between its asset and the instant. */
async function told(
  code: string,
  rows: readonly Row[],
  script: (s: Scripted) => void,
  options: { readonly volumeShare?: number; readonly stock?: boolean } = {},
): Promise<readonly string[]> {
  const { stock = false, ...rest } = options;
  const bars = stock ? barsOf(STOCK, rows, "1h", T0, HOUR) : barsOf(ES, rows);
  const { result } = await run(bars, script, rest);
  return result.events
    .filter((event) => event.code === code)
    .map(({ message }) => message.replace(/^Order (\d+) for \S+ (.*) \(\S+Z\)$/, "$1 $2"));
}

describe("what a run says of an order that ended without a fill", () => {
  it.each(["ioc", "fok"] as const)("names the time in force that canceled it: %s", async (timeInForce) => {
    const script = (s: Scripted) => void (s.iteration === 0 && s.send(ES, 1, "buy", { limitPrice: 90, timeInForce }));
    expect(await told("order_canceled", flat(100, 3), script)).toEqual([`1 was canceled (${timeInForce})`]);
  });

  it("names none where the strategy canceled it", async () => {
    for (const timeInForce of ["gtc", "day"] as const) {
      const messages = await told("order_canceled", flat(100, 4), (s) => {
        if (s.iteration === 0) s.send(ES, 1, "buy", { limitPrice: 90, timeInForce });
        if (s.iteration === 1) s.cancelOpenOrders();
      });
      expect(messages).toEqual(["1 was canceled"]);
    }
  });

  it("names the day that was over: an order of New York ends at 21:00 UTC", async () => {
    const script = (s: Scripted) =>
      void (s.iteration === 0 && s.send(STOCK, 1, "buy", { limitPrice: 90, timeInForce: "day" }));
    expect(await told("order_expired", flat(100, 9), script, { stock: true })).toEqual(["1 expired (day)"]);
  });

  it("names the order it ended with", async () => {
    const exits = { orderClass: "oco", takeProfitPrice: 110, stopLossPrice: 90 } as const;
    const messages = await told("order_canceled", flat(100, 4), (s) => {
      if (s.iteration === 0) s.send(ES, 1, "sell", exits);
      if (s.iteration === 1) s.cancelOpenOrders();
    });
    expect(messages).toEqual(["1 was canceled", "2 was canceled with order 1"]);
  });
});

describe("what a run says of an order that was changed", () => {
  it("names what was changed, from what to what", async () => {
    const messages = await told("order_modified", flat(100, 4), (s) => {
      if (s.iteration === 0) s.send(ES, 1, "buy", { limitPrice: 90 });
      const [order] = s.orderLog;
      if (s.iteration !== 1 || order === undefined) return;
      s.modifyOrder(order, { limitPrice: 92, quantity: 3 });
      s.modifyOrder(order, {});
    });
    expect(messages).toEqual(["1 was modified: limitPrice 90 to 92, quantity 1 to 3", "1 was modified"]);
  });

  it("names the size of exits that grow as their entry fills", async () => {
    // A tenth of 20 and of 30 contracts: two at the first open, the third at the second.
    const rows: Row[] = [
      [100, 100, 100, 100, 20],
      [100, 100, 100, 100, 30],
      [100, 100, 100, 100, 30],
    ];
    const exits = { orderClass: "bracket", takeProfitPrice: 110, stopLossPrice: 90 } as const;
    const script = (s: Scripted) => void (s.iteration === 0 && s.send(ES, 3, "buy", exits));
    expect(await told("order_modified", rows, script, { volumeShare: 0.1 })).toEqual([
      "2 is for 3 now, as the orders it belongs to have filled",
      "3 is for 3 now, as the orders it belongs to have filled",
    ]);
  });
});
