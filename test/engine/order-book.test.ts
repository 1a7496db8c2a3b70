import { Asset } from "backlit";
import { describe, expect, it } from "vitest";
import { barsOf, ES, flat, MINUTE, ROLL_TO_110, type Row, run, type Scripted, STOCK, T0 } from "./support.ts";

const WAITING = [
  ["a limit below the market", "buy", { limitPrice: 98 }, { limitPrice: 97 }, [100, 100, 96, 96, 50]],
  ["a stop above the market", "buy", { stopPrice: 102 }, { stopPrice: 103 }, [100, 104, 100, 104, 50]],
  ["a limit above the market", "sell", { limitPrice: 102 }, { limitPrice: 103 }, [100, 104, 100, 104, 50]],
  ["a stop below the market", "sell", { stopPrice: 98 }, { stopPrice: 97 }, [100, 100, 96, 96, 50]],
] as const;

describe("an order that was canceled", () => {
  it.each(WAITING)(
    "takes nothing of the volume of a bar that reaches it: %s",
    async (_, side, nearer, farther, bar) => {
      // A tenth of 50 is five: all of it for the order that is left.
      const { result } = await run(
        barsOf(ES, [...flat(100, 2), bar]),
        (s: Scripted) => {
          if (s.iteration === 0) {
            s.cancelOrder(s.send(ES, 5, side, nearer));
            s.send(ES, 5, side, farther);
          }
        },
        { volumeShare: 0.1, budget: 10_000_000 },
      );
      expect(result.fills.map(({ orderId, quantity }) => [orderId, quantity])).toEqual([["2", 5]]);
    },
  );

  it("is not said to stay over a roll", async () => {
    const continuous = Asset.continuousFuture("ES");
    const { result } = await run(
      barsOf(continuous, [...flat(100, 2), ...flat(110, 2)]),
      (s: Scripted) => {
        if (s.iteration !== 0) return;
        s.cancelOrder(s.send(continuous, 1, "buy", { limitPrice: 90 }));
        s.send(continuous, 1, "buy", { limitPrice: 91 });
      },
      { rolls: [ROLL_TO_110] },
    );
    expect(result.events.filter(({ code }) => code === "order_rolled").map(({ orderId }) => orderId)).toEqual(["2"]);
    expect(result.orders.map((order) => "limitPrice" in order && order.limitPrice)).toEqual([90, 101]);
  });
});

describe("a stop-limit order that an open set off beyond its limit", () => {
  it.each([
    // The open of 106 sets the stop of 105 off beyond the limit of 104; the bar after it falls to 103 and stays below 105.
    [
      "buy",
      { stopPrice: 105, limitPrice: 104 },
      [
        [106, 107, 106, 106],
        [104.5, 104.75, 103, 103],
      ],
      104,
    ],
    [
      "sell",
      { stopPrice: 95, limitPrice: 96 },
      [
        [94, 94, 93, 94],
        [95.5, 97, 95.25, 97],
      ],
      96,
    ],
  ] as const)("waits at its limit from then on: %s", async (side, prices, rows, price) => {
    const { result } = await run(
      barsOf(STOCK, [...flat(100, 2), ...(rows as readonly Row[])]),
      (s: Scripted) => void (s.iteration === 0 && s.send(STOCK, 1, side, prices)),
    );
    expect(result.fills.map((fill) => fill.price)).toEqual([price]);
  });
});

describe("a trailing stop-limit order", () => {
  it("that buys has its limit on the tick at or below its offset", async () => {
    // The stop hangs at 101, 0.3 beyond it is 101.3, on the tick 101.25: the open of 101.5 is dearer, the low of 101.25 is not.
    const { result } = await run(
      barsOf(ES, [...flat(100, 2), [101.5, 101.5, 101.25, 101.5]]),
      (s: Scripted) => void (s.iteration === 0 && s.send(ES, 1, "buy", { trailPrice: 1, limitOffset: 0.3 })),
    );
    expect(result.fills.map(({ price }) => price)).toEqual([101.25]);
  });

  it("keeps the limit it was set off with, however far the market goes until it has filled", async () => {
    // Set off at 95, where a tenth of 10 fills one of two. A bar of 5 fills none; its high of 110 would have the stop at 105.
    const rows: Row[] = [...flat(100, 2), [95, 95, 95, 95, 10], [95, 110, 95, 110, 5], [100, 100, 100, 100, 100]];
    const { result } = await run(
      barsOf(ES, rows),
      (s: Scripted) => void (s.iteration === 0 && s.send(ES, 2, "sell", { trailPrice: 5, limitOffset: 0 })),
      { volumeShare: 0.1 },
    );
    expect(result.fills.map(({ quantity, price }) => [quantity, price])).toEqual([
      [1, 95],
      [1, 100],
    ]);
  });
});

describe("a trailing stop over a roll to a lower contract", () => {
  it("hangs as far below the new one", async () => {
    // From 110 to 100: the stop goes from 106 to 96, and is not met by a market that stays at 100.
    const continuous = Asset.continuousFuture("ES");
    const { result } = await run(
      barsOf(continuous, [...flat(110, 2), ...flat(100, 2), [100, 100, 95, 95]]),
      (s: Scripted) => void (s.iteration === 0 && s.send(continuous, 1, "sell", { trailPrice: 4 })),
      { rolls: [{ ...ROLL_TO_110, fromPrice: 110, toPrice: 100 }] },
    );
    expect(result.fills.map(({ time, price }) => [(time + 1 - T0) / MINUTE, price])).toEqual([[5, 96]]);
  });
});
