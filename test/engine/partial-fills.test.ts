import { Asset, type Bars, InMemoryBacktesting, type Order, Strategy, TradingFee, TradingSlippage } from "backlit";
import { describe, expect, it } from "vitest";
import { barsOf, ES, flat, MINUTE, once, quotedBars, type Row, run, type Scripted, STOCK, T0 } from "./support.ts";

/** Flat bars with a volume each. */
const volumes = (price: number, ...units: number[]): Row[] =>
  units.map((volume) => [price, price, price, price, volume]);

async function play(rows: readonly Row[], script: (s: Scripted) => void, options: object = {}, asset: Asset = ES) {
  const { result, strategy } = await run(barsOf(asset, rows), script, { budget: 10_000_000, ...options });
  const fills = result.fills.map((fill) => [
    Math.floor((fill.time - T0) / MINUTE),
    fill.side,
    fill.quantity,
    fill.price,
  ]);
  return { fills, result, strategy, orders: strategy.orderLog.flatMap((order) => [order, ...order.children]) };
}

const TENTH = { volumeShare: 0.1 };
const statesOf = (orders: readonly Order[]) =>
  orders.map(({ status, quantity, filledQuantity }) => `${status} ${filledQuantity}/${quantity}`);

describe("a share of the volume", () => {
  it("fills an order bar by bar, its average price exact", async () => {
    // A tenth of 100 is 10 a bar: 25 take three bars. (10 x 100 + 10 x 102 + 5 x 104) / 25 = 101.6.
    const rows: Row[] = [...volumes(100, 100), ...volumes(102, 100), ...volumes(104, 100), ...volumes(104, 100)];
    const { fills, orders } = await play(
      rows,
      once((s) => s.send(ES, 25, "buy")),
      TENTH,
    );
    expect(fills).toEqual([
      [0, "buy", 10, 100],
      [1, "buy", 10, 102],
      [2, "buy", 5, 104],
    ]);
    expect(orders[0]).toMatchObject({ status: "filled", filledQuantity: 25 });
    expect(orders[0]?.averageFillPrice).toBeCloseTo(101.6, 12);
  });

  it("calls onPartiallyFilledOrder until the last fill, and the flat fee is paid once", async () => {
    const told: string[] = [];
    class Teller extends Strategy {
      override initialize() {
        this.submitOrder(this.createOrder(ES, 25, "buy"));
      }
      override onPartiallyFilledOrder(
        position: { quantity: number } | undefined,
        order: Order,
        _: number,
        quantity: number,
      ) {
        told.push(`part ${quantity} ${order.status} holding ${position?.quantity}`);
      }
      override onFilledOrder(position: { quantity: number } | undefined, order: Order, _: number, quantity: number) {
        told.push(`last ${quantity} ${order.status} holding ${position?.quantity}`);
      }
    }
    const fee = [new TradingFee({ flat: 5, perContract: 1 })];
    const result = await new Teller().backtest(InMemoryBacktesting, T0, T0 + 5 * MINUTE, {
      data: [barsOf(ES, flat(100, 5))],
      market: "24/7",
      buyTradingFees: fee,
      volumeShare: 0.1,
    });
    expect(told).toEqual([
      "part 10 partially_filled holding 10",
      "part 10 partially_filled holding 20",
      "last 5 filled holding 25",
    ]);
    expect(result.fills.map(({ fee }) => fee)).toEqual([15, 10, 5]);
    expect(result.orders[0]?.fees).toBe(30);
  });

  it("is shared by all orders for an asset, the earlier first", async () => {
    const { fills } = await play(
      flat(100, 3),
      once((s) => {
        s.send(ES, 6, "buy");
        s.send(ES, 6, "sell");
      }),
      TENTH,
    );
    expect(fills).toEqual([
      [0, "buy", 6, 100],
      [0, "sell", 4, 100],
      [1, "sell", 2, 100],
    ]);
  });

  it("is in whole units of what is left, whatever part was taken and the doubles say", async () => {
    const sizes = async (asset: Asset, volumeShare: number, volume: number, quantities: readonly number[]) => {
      const script = once((s: Scripted) => {
        for (const quantity of quantities) s.send(asset, quantity, "buy");
      });
      const { fills } = await play(volumes(100, volume, 1), script, { volumeShare }, asset);
      return fills.filter(([minute]) => minute === 0).map(([, , quantity]) => quantity);
    };
    // 0.29 x 100 is 28.999999999999996 in doubles.
    expect(await sizes(STOCK, 0.29, 100, [40])).toEqual([29]);
    // Half a share of ten leaves nine whole ones.
    expect(await sizes(STOCK, 0.1, 100, [0.5, 20])).toEqual([0.5, 9]);
    // 0.1 + 0.2 is more than 0.3 in doubles, and 0.6 less that is 0.3 all the same.
    expect(await sizes(Asset.crypto("BTC"), 0.1, 6, [0.1, 0.2, 0.3])).toEqual([0.1, 0.2, 0.3]);
  });

  it("leaves of an ioc what the bar can give, and of a fok all or nothing", async () => {
    const send = async (quantity: number, timeInForce: "ioc" | "fok") => {
      const { fills, orders } = await play(
        flat(100, 3),
        once((s) => s.send(ES, quantity, "buy", { timeInForce })),
        TENTH,
      );
      return [fills, statesOf(orders)];
    };
    expect(await send(25, "ioc")).toEqual([[[0, "buy", 10, 100]], ["canceled 10/25"]]);
    expect(await send(25, "fok")).toEqual([[], ["canceled 0/25"]]);
    expect(await send(10, "fok")).toEqual([[[0, "buy", 10, 100]], ["filled 10/10"]]);
  });

  it("cuts of a reduce-only order what it has not filled yet, where less is held than that", async () => {
    // 15 held, 10 of them sold at 100. Over the next bar the market is at 99, where 2 more are sold by themselves; then 3 are left.
    const rows: Row[] = [...volumes(100, 1_000), ...flat(100, 1), ...flat(99, 1), ...flat(100, 2)];
    const play15 = (sold: number) =>
      play(
        rows,
        (s) => {
          if (s.iteration === 0) s.send(ES, 15, "buy");
          if (s.iteration === 1) s.send(ES, 15, "sell", { limitPrice: 100, reduceOnly: true });
          if (s.iteration === 2 && sold > 0) s.send(ES, sold, "sell");
        },
        TENTH,
      );
    const cut = await play15(2);
    expect(cut.fills.slice(1)).toEqual([
      [1, "sell", 10, 100],
      [2, "sell", 2, 99],
      [3, "sell", 3, 100],
    ]);
    expect(statesOf(cut.orders)[1]).toBe("filled 13/13");
    // Nothing is cut, and nothing said, where all of it is still held.
    const whole = await play15(0);
    expect(statesOf(whole.orders)[1]).toBe("filled 15/15");
    expect(whole.result.events).toEqual([]);
  });

  it("fills a target order to its target, sized at its first fill", async () => {
    const { fills, orders } = await play(
      flat(100, 4),
      once((s) => s.orderLog.push(s.orderTarget(ES, 25) as Order)),
      TENTH,
    );
    expect(fills.map(([minute, , quantity]) => [minute, quantity])).toEqual([
      [0, 10],
      [1, 10],
      [2, 5],
    ]);
    expect(statesOf(orders)).toEqual(["filled 25/25"]);
  });

  it("of a close is all that an ioc or fok takes there under this-close", async () => {
    const send = async (timeInForce: "ioc" | "fok" | "gtc") => {
      const { fills, orders } = await play(
        flat(100, 4),
        (s) => void (s.iteration === 1 && s.send(ES, 25, "buy", { timeInForce })),
        { ...TENTH, fill: "this-close" },
      );
      return [fills.map(([minute, , quantity]) => [minute, quantity]), statesOf(orders)];
    };
    expect(await send("ioc")).toEqual([[[1, 10]], ["canceled 10/25"]]);
    expect(await send("fok")).toEqual([[], ["canceled 0/25"]]);
    // The close of the first bar, the open of the second at the same instant, and the open of the third.
    expect(await send("gtc")).toEqual([
      [
        [1, 10],
        [1, 10],
        [2, 5],
      ],
      ["filled 25/25"],
    ]);
  });

  it("lets a stop go on as a market order once it was set off", async () => {
    // Set off at 98 inside the second bar, 10 filled there; the rest at the opens that follow, wherever they are.
    const rows: Row[] = [...flat(100, 1), [100, 100, 97, 97], [99, 99, 99, 99], [101, 101, 101, 101]];
    const { fills } = await play(
      rows,
      once((s) => s.send(ES, 25, "sell", { stopPrice: 98 })),
      TENTH,
    );
    expect(fills).toEqual([
      [1, "sell", 10, 98],
      [2, "sell", 10, 99],
      [3, "sell", 5, 101],
    ]);
  });

  it("sets off even a stop for which the bar has no volume left", async () => {
    const rows: Row[] = [...flat(100, 1), [100, 100, 97, 97], [99, 99, 99, 99]];
    const { fills } = await play(
      rows,
      (s) => {
        if (s.iteration === 0) s.send(ES, 5, "sell", { stopPrice: 98 });
        if (s.iteration === 1) s.send(ES, 10, "buy");
      },
      TENTH,
    );
    // The purchase at the open of the second bar takes the ten there are.
    expect(fills).toEqual([
      [1, "buy", 10, 100],
      [2, "sell", 5, 99],
    ]);
  });

  it("keeps a limit order at its limit", async () => {
    const rows: Row[] = [...flat(100, 1), [100, 100, 97, 100], [100, 100, 97, 100], [95, 96, 95, 96]];
    const { fills } = await play(
      rows,
      once((s) => s.send(ES, 25, "buy", { limitPrice: 98 })),
      TENTH,
    );
    expect(fills).toEqual([
      [1, "buy", 10, 98],
      [2, "buy", 10, 98],
      [3, "buy", 5, 95],
    ]);
  });

  it("inside a bar goes to the earlier of two orders at one price", async () => {
    const { orders } = await play(
      [...flat(100, 1), [100, 100, 98, 99]],
      once((s) => {
        s.send(ES, 10, "buy", { limitPrice: 98 });
        s.send(ES, 10, "buy", { limitPrice: 98 });
      }),
      TENTH,
    );
    expect(statesOf(orders)).toEqual(["filled 10/10", "open 0/10"]);
  });

  it("is not held up by an order at the same price that was canceled", async () => {
    for (const which of [0, 1]) {
      const { orders } = await play(
        [...flat(100, 2), [100, 100, 98, 99]],
        (s) => {
          if (s.iteration === 0) for (let i = 0; i < 2; i++) s.send(ES, 10, "buy", { limitPrice: 98 });
          if (s.iteration === 1) s.cancelOrder(s.orderLog[which] as Order);
        },
        TENTH,
      );
      expect(statesOf(orders)[1 - which]).toBe("filled 10/10");
    }
  });

  it("is counted by each path before the worse is taken", async () => {
    // Ten units. High first: sold at 105, worth 70 at the close of 98; low first: bought at 95, worth 30. No path has room for both.
    const { fills } = await play(
      [...flat(100, 1), [100, 106, 94, 98]],
      once((s) => {
        s.send(ES, 10, "sell", { limitPrice: 105 });
        s.send(ES, 10, "buy", { limitPrice: 95 });
      }),
      TENTH,
    );
    expect(fills).toEqual([[1, "buy", 10, 95]]);
  });

  it("counts what fills at a close and at the open that follows apart, answers to fills too", async () => {
    // Ten units a bar. The close gives ten; the open of the next bar five to the limit and five to its answer; the rest comes later.
    class Answers extends Strategy {
      #iteration = -1;
      override onTradingIteration() {
        this.#iteration += 1;
        if (this.#iteration !== 1) return;
        this.submitOrder(this.createOrder(ES, 10, "buy"));
        this.submitOrder(this.createOrder(ES, 5, "sell", { limitPrice: 100 }));
      }
      override onFilledOrder(_position: unknown, order: Order) {
        if (order.kind === "limit") this.submitOrder(this.createOrder(ES, 10, "sell"));
      }
    }
    const bars = barsOf(ES, flat(100, 4));
    const result = await new Answers().backtest(InMemoryBacktesting, T0, T0 + 4 * MINUTE, {
      data: [bars],
      fill: "this-close",
      market: "24/7",
      ...TENTH,
    });
    expect(result.fills.map(({ time, side, quantity }) => [(time - T0) / MINUTE, side, quantity])).toEqual([
      [1, "buy", 10],
      [1, "sell", 5],
      [1, "sell", 5],
      [2, "sell", 5],
    ]);
  });

  it("of coins is not whole", async () => {
    const coin = Asset.crypto("BTC");
    const { fills } = await play(
      volumes(100, 1.5, 1.5),
      once((s) => s.send(coin, 0.2, "buy")),
      TENTH,
      coin,
    );
    // 0.2 less 0.15, as doubles have it.
    expect(fills.map(([minute, , quantity]) => [minute, Number(Number(quantity).toFixed(10))])).toEqual([
      [0, 0.15],
      [1, 0.05],
    ]);
  });

  it.each([0, -0.1, 1.5, Number.NaN])("of %s is refused", async (volumeShare) => {
    await expect(run(barsOf(ES, flat(100, 2)), () => {}, { volumeShare })).rejects.toMatchObject({
      code: "invalid_option",
    });
  });
});

describe("a bar without volume", () => {
  const rows: Row[] = [...volumes(100, 50), [90, 110, 90, 100, 0], ...volumes(101, 50)];
  const script = (s: Scripted) => {
    if (s.iteration !== 1) return;
    s.send(ES, 1, "buy");
    s.send(ES, 1, "sell", { limitPrice: 105 });
    s.send(ES, 1, "buy", { limitPrice: 95, timeInForce: "ioc" });
  };
  it("fills nothing, and the run says so once", async () => {
    const { fills, result, orders } = await play(rows, script);
    expect(fills).toEqual([[2, "buy", 1, 101]]);
    expect(result.events.filter(({ code }) => code === "bars_without_volume")).toHaveLength(1);
    expect(orders.map(({ status }) => status)).toEqual(["filled", "open", "canceled"]);
  });
  it("fills when the run asks for it", async () => {
    const { fills } = await play(rows, script, { fillWithoutVolume: true });
    expect(fills).toEqual([
      [1, "buy", 1, 90],
      [1, "buy", 1, 90],
      [1, "sell", 1, 105],
    ]);
  });
  it("is no sign of anything before the first bar that has some, which nobody knows of yet", async () => {
    const { fills } = await play(volumes(100, 0, 0, 50, 0, 50), (s) => void s.send(ES, 1, "buy"), {
      volumeShare: 0.02,
    });
    // Any size in the first two; a fiftieth of 50 in the third; the fourth, after it, did not trade.
    expect(fills).toEqual([
      [0, "buy", 1, 100],
      [1, "buy", 1, 100],
      [2, "buy", 1, 100],
      [4, "buy", 1, 100],
    ]);
  });
  it("is no sign of anything where no bar has any", async () => {
    const { fills } = await play(
      volumes(100, 0, 0),
      once((s) => s.send(ES, 1, "buy")),
    );
    expect(fills).toEqual([[0, "buy", 1, 100]]);
  });
});

describe("a bracket whose entry fills in parts", () => {
  const BRACKET = { orderClass: "bracket", takeProfitPrice: 110, stopLossPrice: 90 } as const;

  it("has exits for what is filled, and they grow with it", async () => {
    const seen: string[][] = [];
    const { orders } = await play(
      flat(100, 5),
      (s) => {
        if (s.iteration === 0) s.send(ES, 25, "buy", BRACKET);
        seen.push(statesOf(s.orderLog.flatMap((order) => [order, ...order.children])));
      },
      TENTH,
    );
    // The iteration sees the fills of the open before.
    expect(seen.slice(1, 4)).toEqual([
      ["partially_filled 10/25", "open 0/10", "open 0/10"],
      ["partially_filled 20/25", "open 0/20", "open 0/20"],
      ["filled 25/25", "open 0/25", "open 0/25"],
    ]);
    expect(statesOf(orders)).toEqual(["filled 25/25", "open 0/25", "open 0/25"]);
  });

  it("has them counted as grown, and the entry as canceled by an exit, where the worse path is looked for", async () => {
    // 2 of 10 bought at 98; the next bar goes to 103 or to 98 and 97 first, and closes at 100. The bracket: high first, 2 sold at 103
    // and the entry canceled, 2 x 3 = 6; low first, 8 more bought at 98 and 10 sold at 97, 8 x 2 - 10 x 3 = -14. The oco: 4 bought at
    // 102 or at 98, -8 or 8. Together -2 and -6.
    const rows: Row[] = [[100, 100, 100, 100, 100], [98, 98, 98, 98, 20], [100, 104, 96, 100, 1000], ...flat(100, 1)];
    const { fills } = await play(
      rows,
      (s) => {
        if (s.iteration === 0)
          s.send(ES, 10, "buy", { orderClass: "bracket", limitPrice: 98, takeProfitPrice: 103, stopLossPrice: 97 });
        if (s.iteration === 2) s.send(ES, 4, "buy", { orderClass: "oco", takeProfitPrice: 98, stopLossPrice: 102 });
      },
      TENTH,
    );
    expect(fills).toEqual([
      [1, "buy", 2, 98],
      [2, "buy", 8, 98],
      [2, "buy", 4, 98],
      [2, "sell", 10, 97],
    ]);
  });

  it("takes one exit down as the other fills in parts", async () => {
    const rows: Row[] = [...flat(100, 3), [100, 111, 100, 111], [100, 100, 89, 89], ...flat(89, 1)];
    // Entry 15 in two bars; 10 of them sold at 110, the last 5 at the stop.
    const { fills, orders } = await play(
      rows,
      once((s) => s.send(ES, 15, "buy", BRACKET)),
      TENTH,
    );
    expect(fills).toEqual([
      [0, "buy", 10, 100],
      [1, "buy", 5, 100],
      [3, "sell", 10, 110],
      [4, "sell", 5, 90],
    ]);
    expect(statesOf(orders)).toEqual(["filled 15/15", "canceled 10/15", "filled 5/5"]);
  });

  it("fills entry and exit in one bar in the order they were sent, as far as its volume goes", async () => {
    const rows: Row[] = [...flat(100, 1), [89, 89, 88, 88], ...flat(88, 3)];
    const { fills, orders } = await play(
      rows,
      once((s) => s.send(ES, 25, "buy", { ...BRACKET, limitPrice: 100 })),
      { volumeShare: 0.2 },
    );
    // 20 at 100. At 89 the entry, sent first, takes the last 5 and the stop 15 of the 20 the bar gives; the other 10 leave at 88.
    expect(fills).toEqual([
      [0, "buy", 20, 100],
      [1, "buy", 5, 89],
      [1, "sell", 15, 89],
      [2, "sell", 10, 88],
    ]);
    expect(statesOf(orders)).toEqual(["filled 25/25", "canceled 0/10", "filled 25/25"]);
  });

  it.each([
    // Six of ten units are bought at 98, four are left for the stop at 95; or ten, and none.
    [
      6,
      [
        [1, "buy", 6, 98],
        [1, "sell", 4, 95],
        [2, "sell", 2, 97],
      ],
    ],
    [
      10,
      [
        [1, "buy", 10, 98],
        [2, "sell", 10, 97],
      ],
    ],
  ])(
    "whose stop is set off in the bar of its entry goes on with the rest at the next open: %i",
    async (size, expected) => {
      // The stop was reached on the way to 94: what had no volume there is sold at the open of 97, though that lies above it.
      const rows: Row[] = [...flat(100, 1), [100, 100, 94, 96], [97, 98, 97, 98], ...flat(98, 1)];
      const { fills, orders } = await play(
        rows,
        once((s) => s.send(ES, size, "buy", { ...BRACKET, limitPrice: 98, stopLossPrice: 95 })),
        TENTH,
      );
      expect(fills).toEqual(expected);
      expect(orders.map(({ status }) => status)).toEqual(["filled", "canceled", "filled"]);
    },
  );

  it("has exits for no more than was filled, and leaves others the volume", async () => {
    // Asked for 20, changed to 2: bought at 98 and sold at the stop of 95; six of the ten units are left, five of them bought at 94.
    const { fills } = await play(
      [...flat(100, 2), [100, 100, 94, 96]],
      (s) => {
        if (s.iteration === 0) {
          s.send(ES, 20, "buy", { ...BRACKET, limitPrice: 98, stopLossPrice: 95 });
          s.send(ES, 5, "buy", { limitPrice: 94 });
        }
        if (s.iteration === 1) s.modifyOrder(s.orderLog[0] as Order, { quantity: 2 });
      },
      TENTH,
    );
    expect(fills).toEqual([
      [2, "buy", 2, 98],
      [2, "sell", 2, 95],
      [2, "buy", 5, 94],
    ]);
  });

  it("lives with new prices of its exits while the entry still fills", async () => {
    // 10 of 25 bought at 100; their take-profit goes from 110 to 105.
    const { fills } = await play(
      [...flat(100, 1), ...flat(102, 1), [102, 106, 102, 105], ...flat(105, 1)],
      (s) => {
        if (s.iteration === 0) s.send(ES, 25, "buy", { ...BRACKET, limitPrice: 100 });
        if (s.iteration === 2) s.modifyOrder(s.orderLog[0]?.children[0] as Order, { limitPrice: 105 });
      },
      TENTH,
    );
    expect(fills).toEqual([
      [0, "buy", 10, 100],
      [2, "sell", 10, 105],
    ]);
  });

  it("of one exit keeps that as well when the rest of the entry is canceled", async () => {
    const { fills, orders } = await play(
      [...flat(100, 2), [100, 100, 89, 89]],
      (s) => {
        if (s.iteration === 0) s.send(ES, 25, "buy", { orderClass: "oto", stopLossPrice: 90, limitPrice: 100 });
        if (s.iteration === 1) s.cancelOrder(s.orderLog[0] as Order);
      },
      TENTH,
    );
    expect(fills).toEqual([
      [0, "buy", 10, 100],
      [2, "sell", 10, 90],
    ]);
    expect(statesOf(orders)).toEqual(["canceled 10/25", "filled 10/10"]);
  });

  it("keeps protecting what was filled when the rest of the entry is canceled", async () => {
    const { fills, orders } = await play(
      [...flat(100, 2), [100, 100, 89, 89]],
      (s) => {
        if (s.iteration === 0) s.send(ES, 25, "buy", { ...BRACKET, limitPrice: 100 });
        if (s.iteration === 1) s.cancelOrder(s.orderLog[0] as Order);
      },
      TENTH,
    );
    expect(fills).toEqual([
      [0, "buy", 10, 100],
      [2, "sell", 10, 90],
    ]);
    expect(statesOf(orders)).toEqual(["canceled 10/25", "canceled 0/10", "filled 10/10"]);
  });

  it("whose exit has sold all there was leaves the rest of its entry's volume to others", async () => {
    // 10 of 25 bought, then sold at 110. Back at 100 the entry is over, and the other order has the 15 units that are left of 25.
    const rows: Row[] = [...flat(100, 1), [105, 111, 100, 100, 250], ...flat(101, 1)];
    const { fills } = await play(
      rows,
      (s) => {
        if (s.iteration === 0) s.send(ES, 25, "buy", { ...BRACKET, limitPrice: 100 });
        if (s.iteration === 1) s.send(ES, 20, "buy", { limitPrice: 100 });
      },
      { ...TENTH, intrabar: "ohlc" },
    );
    expect(fills).toEqual([
      [0, "buy", 10, 100],
      [1, "sell", 10, 110],
      [1, "buy", 15, 100],
    ]);
  });

  it("goes on with its entry while an exit has filled in part only", async () => {
    // 10 of 25 bought; 4 of them sold at 110; back at 100 the entry takes 10 more, and its exits are for 16.
    const rows: Row[] = [...flat(100, 1), [105, 111, 105, 111, 40], [105, 105, 100, 100]];
    const { fills, orders } = await play(
      rows,
      once((s) => s.send(ES, 25, "buy", { ...BRACKET, limitPrice: 100 })),
      TENTH,
    );
    expect(fills).toEqual([
      [0, "buy", 10, 100],
      [1, "sell", 4, 110],
      [2, "buy", 10, 100],
    ]);
    expect(statesOf(orders)).toEqual(["partially_filled 20/25", "partially_filled 4/20", "open 0/16"]);
  });

  it("whose exit has sold all there was cancels what its entry still waits for", async () => {
    // 10 bought at 100; the market leaves for 110, where they are sold. The entry's other 15 would fill at 100 a bar later.
    const rows: Row[] = [...flat(100, 1), [105, 111, 105, 111], [111, 111, 100, 100], ...flat(100, 2)];
    const { fills, orders } = await play(
      rows,
      once((s) => s.send(ES, 25, "buy", { ...BRACKET, limitPrice: 100 })),
      TENTH,
    );
    expect(fills).toEqual([
      [0, "buy", 10, 100],
      [1, "sell", 10, 110],
    ]);
    expect(statesOf(orders)).toEqual(["canceled 10/25", "filled 10/10", "canceled 0/10"]);
  });
});

describe("an oco that fills in parts", () => {
  it("leaves the other order for the rest", async () => {
    const rows: Row[] = [...flat(100, 2), [100, 111, 100, 100], [100, 100, 89, 89]];
    const { fills, orders } = await play(
      rows,
      (s) => {
        if (s.iteration === 0) s.send(ES, 10, "buy");
        if (s.iteration === 1) s.send(ES, 15, "sell", { orderClass: "oco", takeProfitPrice: 110, stopLossPrice: 90 });
      },
      TENTH,
    );
    expect(fills).toEqual([
      [0, "buy", 10, 100],
      [2, "sell", 10, 110],
      [3, "sell", 5, 90],
    ]);
    expect(statesOf(orders)).toEqual(["filled 10/10", "canceled 10/15", "filled 5/5"]);
  });
});

describe("an oco one of whose orders was changed to another size", () => {
  /** Sent for 10 and 10 at 110 and 90; 10 are held. */
  async function changed(sizes: readonly [limit: number, stop: number], rows: readonly Row[]) {
    const { orders } = await play(
      [...volumes(100, 1_000, 1_000, 1_000), ...rows],
      (s) => {
        if (s.iteration === 0) s.send(ES, 10, "buy");
        if (s.iteration === 1) s.send(ES, 10, "sell", { orderClass: "oco", takeProfitPrice: 110, stopLossPrice: 90 });
        const [, limit] = s.orderLog;
        if (s.iteration !== 2 || limit === undefined) return;
        if (sizes[0] !== 10) s.modifyOrder(limit, { quantity: sizes[0] });
        if (sizes[1] !== 10) s.modifyOrder(limit.children[0] as Order, { quantity: sizes[1] });
      },
      TENTH,
    );
    return statesOf(orders).slice(1);
  }
  it("has the other canceled when one fills to the end, however much that was for", async () => {
    expect(await changed([4, 10], [[100, 110, 100, 110]])).toEqual(["filled 4/4", "canceled 0/10"]);
  });
  it.each([5, 6])("has the other canceled once nothing is left of it: %i", async (stop) => {
    // A tenth of 60: six of the ten sell at 110, and the other was for no more.
    expect(await changed([10, stop], [[100, 110, 100, 110, 60]])).toEqual([
      "partially_filled 6/10",
      `canceled 0/${stop}`,
    ]);
    expect(await changed([10, 7], [[100, 110, 100, 110, 60]])).toEqual(["partially_filled 6/10", "open 0/1"]);
  });
});

describe("an oco both of whose prices one bar reaches", () => {
  it("has its stop set off for what its limit order had no volume for", async () => {
    // High first: 10 of 15 at 110, then down through the stop of 90; its five leave at the next open, 97.
    const rows: Row[] = [...flat(100, 2), [100, 111, 89, 95], ...flat(97, 1)];
    const { fills, orders } = await play(
      rows,
      (s) => {
        if (s.iteration === 0) s.send(ES, 10, "buy");
        if (s.iteration === 1) s.send(ES, 15, "sell", { orderClass: "oco", takeProfitPrice: 110, stopLossPrice: 90 });
      },
      { ...TENTH, intrabar: "ohlc" },
    );
    expect(fills).toEqual([
      [0, "buy", 10, 100],
      [2, "sell", 10, 110],
      [3, "sell", 5, 97],
    ]);
    expect(statesOf(orders)).toEqual(["filled 10/10", "canceled 10/15", "filled 5/5"]);
  });
});

describe("parts of a coin", () => {
  const coin = Asset.crypto("BTC");

  it("fill an order to the end, and cancel the other exit, whatever adding doubles leaves over", async () => {
    // A tenth of 28 and of 12: 2.8 and 1.2 of 4, and 4 - 2.8 is 1.2000000000000002 in doubles.
    const volumes = [1_000, 28, 12, 1_000];
    const bars = barsOf(
      coin,
      volumes.map((volume) => [100, 101, 99, 100, volume] as const),
    );
    const { result, strategy } = await run(
      bars,
      (s) => {
        if (s.iteration === 0) s.send(coin, 4, "buy");
        if (s.iteration === 1)
          s.send(coin, 4, "sell", { orderClass: "oco", takeProfitPrice: 100.5, stopLossPrice: 90 });
      },
      { volumeShare: 0.1, budget: 10_000 },
    );
    expect(result.fills.map(({ side, price }) => [side, price])).toEqual([
      ["buy", 100],
      ["sell", 100.5],
      ["sell", 100.5],
    ]);
    const [, exit] = strategy.orderLog;
    expect(exit).toMatchObject({ status: "filled", filledQuantity: 4 });
    expect(exit?.children).toMatchObject([{ status: "canceled" }]);
    expect(result.trades.map(({ open }) => open)).toEqual([false, false]);
  });

  it("add up to what was asked for, and to one price where all had that", async () => {
    // 0.1 and 0.2 of 0.3, at 0.1 each: in doubles neither the sum nor the mean would be what it is.
    expect(0.1 + 0.2).toBeGreaterThan(0.3);
    const rows = [1, 2].map((volume) => [0.1, 0.1, 0.1, 0.1, volume] as const);
    const { strategy } = await run(
      barsOf(coin, rows),
      once((s) => s.send(coin, 0.3, "buy")),
      { volumeShare: 0.1 },
    );
    expect(strategy.orderLog[0]).toMatchObject({ status: "filled", filledQuantity: 0.3, averageFillPrice: 0.1 });
  });

  it.each(["fifo", "flat-to-flat"] as const)(
    "that were bought and sold leave nothing, by %s",
    async (tradeMatching) => {
      // In doubles 0.3 - 0.1 - 0.1 is 0.09999999999999998, so the third sale is for more than is held; 0.1 + 0.2 is more than 0.3.
      const orders = [
        ["buy", 0.3],
        ["sell", 0.1],
        ["sell", 0.1],
        ["sell", 0.1],
        ["buy", 0.1],
        ["buy", 0.2],
        ["sell", 0.3],
      ] as const;
      const { result, strategy } = await run(
        barsOf(coin, flat(100, 9)),
        (s) => {
          const [side, quantity] = orders[s.iteration] ?? [];
          if (side !== undefined) s.send(coin, quantity, side, s.iteration === 3 ? { reduceOnly: true } : {});
          s.seen.push(String(s.getPosition(coin)?.quantity));
        },
        {
          tradeMatching,
          buyTradingFees: [new TradingFee({ flat: 1 })],
          sellTradingFees: [new TradingFee({ flat: 1 })],
        },
      );
      expect(strategy.seen[4]).toBe("undefined");
      expect(strategy.seen[7]).toBe("undefined");
      expect(strategy.refused).toEqual([]);
      expect(result.events).toEqual([]);
      expect(result.trades.filter(({ open }) => open)).toEqual([]);
      // Seven fees of 1, and nothing else.
      expect(result.trades.reduce((sum, { pnl }) => sum + pnl, 0)).toBeCloseTo(-7, 9);
      expect(result.trades.every(({ quantity }) => quantity > 0.09)).toBe(true);
    },
  );
});

describe("quotes", () => {
  const asset = STOCK;
  const bars = quotedBars(asset, [
    [100, 101, 99, 100, 99.9, 100.2],
    [100, 101, 99, 100, 99.8, 100.3],
    [100, 101, 99, 100, 99.9, 100.2],
  ]);
  const at =
    (iteration: number, side: "buy" | "sell", options = {}) =>
    (s: Scripted) =>
      void (s.iteration === iteration && s.send(asset, 1, side, options));
  const priceOf = async (data: Bars, script: (s: Scripted) => void, options = {}) =>
    (await run(data, script, options)).result.fills[0];

  it("at an open are those of the bar before: a buy pays the ask, a sale gets the bid", async () => {
    expect(await priceOf(bars, at(1, "buy"))).toMatchObject({ price: 100.2 });
    expect(await priceOf(bars, at(1, "sell"))).toMatchObject({ price: 99.9 });
  });
  it("cost what lies between them and the bar's price", async () => {
    // 10 shares, 0.2 each.
    const script = (s: Scripted) => void (s.iteration === 1 && s.send(asset, 10, "buy"));
    expect((await priceOf(bars, script))?.slippage).toBeCloseTo(2, 10);
  });
  it("at a close are those of the bar that ends there", async () => {
    expect(await priceOf(bars, at(1, "buy"), { fill: "this-close" })).toMatchObject({ price: 100.2 });
    expect(await priceOf(bars, at(2, "sell"), { fill: "this-close" })).toMatchObject({ price: 99.8 });
  });
  it("inside a bar cost half the spread", async () => {
    // The spread before the second bar is 0.3: a stop at 100.5 buys at 100.65.
    expect((await priceOf(bars, at(1, "buy", { stopPrice: 100.5 })))?.price).toBeCloseTo(100.65, 10);
  });
  it("come before slippage, which is a fraction of the price with them in it", async () => {
    // The ask of 100.5, and 1 % of it: 100.5 + 1.005 = 101.505, within the bar's 103.
    const wide = quotedBars(asset, [
      [100, 103, 99, 100, 99.5, 100.5],
      [100, 103, 99, 100, 99.5, 100.5],
    ]);
    const slippage = new TradingSlippage({ percent: 0.01 });
    expect((await priceOf(wide, at(1, "buy"), { slippage }))?.price).toBeCloseTo(101.505, 10);
  });
  it("inside a bar leave the decimals of a price as they are", async () => {
    // 100.6 + (100.3 - 99.7) / 2 = 100.9.
    const wide = quotedBars(asset, [
      [100, 101, 99, 100, 99.7, 100.3],
      [100, 101, 99, 100, 99.7, 100.3],
    ]);
    expect(await priceOf(wide, at(1, "buy", { stopPrice: 100.6 }))).toMatchObject({ price: 100.9 });
  });

  it("never make a price better, or one outside the bar's range", async () => {
    const moved = quotedBars(asset, [
      [100, 101, 99, 100, 97, 98],
      [100, 101, 99, 100, 97, 98],
    ]);
    // The ask of 98 lies below the open: the open holds. The bid of 97 lies below the low of 99: 99 holds.
    expect(await priceOf(moved, at(1, "buy"))).toMatchObject({ price: 100 });
    expect(await priceOf(moved, at(1, "sell"))).toMatchObject({ price: 99 });
  });
  it("from before a gap are not taken for the present ones", async () => {
    const gap = quotedBars(
      asset,
      [
        [100, 101, 99, 100, 99.9, 100.2],
        [100, 101, 99, 100, 99.9, 100.2],
      ],
      "1m",
      T0,
      10 * MINUTE,
    );
    expect(await priceOf(gap, at(1, "buy"))).toMatchObject({ price: 100 });
  });
  it("cost a limit order at most its limit", async () => {
    expect(await priceOf(bars, at(1, "buy", { limitPrice: 100.5 }))).toMatchObject({ price: 100.2 });
    expect(await priceOf(bars, at(1, "buy", { limitPrice: 100.1 }))).toMatchObject({ price: 100.1 });
    // Resting inside the bar it is filled at its own price.
    expect(await priceOf(bars, at(1, "buy", { limitPrice: 99.5 }))).toMatchObject({ price: 99.5 });
  });
  it("cost a limit order to sell at most its limit", async () => {
    // The bid is 99.9: taken at a limit of 99.8, not at one of 99.95.
    expect(await priceOf(bars, at(1, "sell", { limitPrice: 99.8 }))).toMatchObject({ price: 99.9 });
    expect(await priceOf(bars, at(1, "sell", { limitPrice: 99.95 }))).toMatchObject({ price: 99.95 });
  });
  it.each([
    [Number.NaN, 100.2],
    [99.9, Number.NaN],
  ])("of which one side is missing are none: %s to %s", async (bid, ask) => {
    const oneSided = quotedBars(asset, [
      [100, 101, 99, 100, bid, ask],
      [100, 101, 99, 100, bid, ask],
    ]);
    for (const side of ["buy", "sell"] as const) {
      expect(await priceOf(oneSided, at(1, side))).toMatchObject({ price: 100 });
      const stopPrice = side === "buy" ? 100.5 : 99.5;
      expect(await priceOf(oneSided, at(1, side, { stopPrice }))).toMatchObject({ price: stopPrice });
    }
  });
  it("decide whether a post-only order would take", async () => {
    const tight = at(1, "buy", { limitPrice: 100.25, postOnly: true });
    const { strategy } = await run(bars, tight);
    expect(strategy.refused).toEqual(["would_take_liquidity"]);
  });
  it("let a post-only order rest between them, as long as they are the present ones", async () => {
    // 99.9 to 100.2 at the end of the first bar.
    for (const [side, limitPrice] of [
      ["buy", 99.95],
      ["sell", 100.1],
    ] as const)
      expect((await run(bars, at(1, side, { limitPrice, postOnly: true }))).strategy.refused).toEqual([]);
    // Five minutes later nothing but the last price of 100 is known.
    const row = [100, 101, 99, 100, 99.9, 100.2] as const;
    const sparse = quotedBars(asset, [row, row], "1m", T0, 10 * MINUTE);
    const order = { limitPrice: 100.1, postOnly: true };
    const { strategy } = await run([sparse, barsOf(ES, flat(50, 8))], at(6, "buy", order));
    expect(strategy.refused).toEqual(["would_take_liquidity"]);
  });
  it("can be asked for", async () => {
    const { strategy } = await run(bars, async (s) => {
      const quote = await s.getQuote(asset);
      s.seen.push(`${quote?.last} ${quote?.bid} ${quote?.ask}`);
    });
    expect(strategy.seen.slice(0, 3)).toEqual(["undefined undefined undefined", "100 99.9 100.2", "100 99.8 100.3"]);
  });
  it("that cross are refused", () => {
    expect(() => quotedBars(asset, [[100, 101, 99, 100, 101, 100]])).toThrow(/row 0: the bid 101 is above the ask 100/);
  });
});
