import { Asset } from "backlit";
import { describe, expect, it } from "vitest";
import { barsOf, ES, flat, MINUTE, once, type Row, run, type Scripted, T0 } from "./support.ts";

const BRACKET = { orderClass: "bracket", takeProfitPrice: 105, stopLossPrice: 95 } as const;

/** Fills and final states of what one script sends over the rows. */
async function play(rows: readonly Row[], script: (strategy: Scripted) => void, options: object = {}) {
  const { result, strategy } = await run(barsOf(ES, rows), script, options);
  const states = strategy.orderLog.flatMap((order) => [order, ...order.children]).map((order) => order.status);
  return { fills: result.fills.map((fill) => [fill.side, fill.price]), states, strategy, result };
}

describe("a bracket", () => {
  it("takes the profit and cancels the stop", async () => {
    const rows: Row[] = [...flat(100, 2), [100, 106, 99, 105]];
    const { fills, states } = await play(
      rows,
      once((s) => s.send(ES, 1, "buy", BRACKET)),
    );
    expect(fills).toEqual([
      ["buy", 100],
      ["sell", 105],
    ]);
    expect(states).toEqual(["filled", "filled", "canceled"]);
  });

  it("ends the loss at the stop, or at the open that jumped it", async () => {
    expect(
      (
        await play(
          [...flat(100, 2), [100, 101, 94, 95]],
          once((s) => s.send(ES, 1, "buy", BRACKET)),
        )
      ).fills,
    ).toEqual([
      ["buy", 100],
      ["sell", 95],
    ]);
    expect(
      (
        await play(
          [...flat(100, 2), [92, 93, 91, 92]],
          once((s) => s.send(ES, 1, "buy", BRACKET)),
        )
      ).fills,
    ).toEqual([
      ["buy", 100],
      ["sell", 92],
    ]);
  });

  it("that one bar could end both ways ends the worse one, or as the path says", async () => {
    const rows: Row[] = [...flat(100, 2), [100, 110, 90, 100]];
    const exit = async (options: object) =>
      (
        await play(
          rows,
          once((s) => s.send(ES, 1, "buy", BRACKET)),
          options,
        )
      ).fills[1];
    expect(await exit({})).toEqual(["sell", 95]);
    expect(await exit({ intrabar: "olhc" })).toEqual(["sell", 95]);
    expect(await exit({ intrabar: "ohlc" })).toEqual(["sell", 105]);
  });

  it("protects from the bar of its entry on, and only by what that bar shows after it", async () => {
    // The entry at the limit 98 is met on the way down; the stop at 95 on the same way; the take-profit was above before the entry.
    const entry = { ...BRACKET, limitPrice: 98 };
    expect(
      (
        await play(
          [[100, 106, 94, 99]],
          once((s) => s.send(ES, 1, "buy", entry)),
        )
      ).fills,
    ).toEqual([
      ["buy", 98],
      ["sell", 95],
    ]);
    // Low first reaches the entry only; the rise to 106 then takes the profit. High first leaves it open: worth less at the close of 97.
    const rows: Row[] = [[100, 106, 97, 97]];
    expect(
      (
        await play(
          rows,
          once((s) => s.send(ES, 1, "buy", entry)),
          { intrabar: "olhc" },
        )
      ).fills,
    ).toHaveLength(2);
    expect(
      (
        await play(
          rows,
          once((s) => s.send(ES, 1, "buy", entry)),
        )
      ).fills,
    ).toEqual([["buy", 98]]);
  });

  it("of a sale has its exits the other way round", async () => {
    const short = { orderClass: "bracket", takeProfitPrice: 95, stopLossPrice: 105 } as const;
    expect(
      (
        await play(
          [...flat(100, 2), [100, 101, 94, 95]],
          once((s) => s.send(ES, 1, "sell", short)),
        )
      ).fills,
    ).toEqual([
      ["sell", 100],
      ["buy", 95],
    ]);
  });

  it("whose exit lies on the wrong side is refused, with all of it", async () => {
    const wrong = { orderClass: "bracket", limitPrice: 100, takeProfitPrice: 105, stopLossPrice: 101 } as const;
    const { strategy, states, result } = await play(
      flat(100, 3),
      once((s) => s.send(ES, 1, "buy", wrong)),
    );
    expect(strategy.refused).toEqual(["wrong_side"]);
    expect(states).toEqual(["rejected", "canceled", "canceled"]);
    expect(result.fills).toHaveLength(0);
  });

  it.each([
    ["buy", 105, 100],
    ["buy", 100, 95],
    ["sell", 95, 100],
    ["sell", 100, 105],
  ] as const)(
    "to %s is refused with an exit at the very price of its entry: %i and %i",
    async (side, takeProfitPrice, stopLossPrice) => {
      // Of an entry at market that is the last price; all the same where the entry names it.
      const exits = { orderClass: "bracket", takeProfitPrice, stopLossPrice } as const;
      for (const entry of [{}, { limitPrice: 100 }, { stopPrice: 100 }, { touchPrice: 100 }]) {
        const { strategy } = await play(
          flat(100, 3),
          (s) => void (s.iteration === 1 && s.send(ES, 1, side, { ...entry, ...exits })),
        );
        expect(strategy.refused).toEqual(["wrong_side"]);
      }
    },
  );

  it.each([
    // Each lies right by the last price of 100, and wrong by what the entry waits for.
    [{ stopPrice: 103 }, { takeProfitPrice: 102, stopLossPrice: 95 }],
    [{ touchPrice: 97 }, { takeProfitPrice: 105, stopLossPrice: 98 }],
    [{ limitPrice: 97 }, { takeProfitPrice: 105, stopLossPrice: 98, stopLossLimitPrice: 90 }],
  ])("is judged by the price that its entry waits for: %o with %o", async (entry, exits) => {
    const { strategy } = await play(
      flat(100, 3),
      (s) => void (s.iteration === 1 && s.send(ES, 1, "buy", { orderClass: "bracket", ...entry, ...exits })),
    );
    expect(strategy.refused).toEqual(["wrong_side"]);
  });

  it("whose exits cross each other is refused where no price of an entry is known yet", async () => {
    // Sent before the first price: whatever the entry pays, a take-profit at 95 and a stop at 105 cannot both be meant.
    const { strategy } = await run(barsOf(ES, flat(100, 3)), () => {}, {
      setup: (s) => void s.send(ES, 1, "buy", { orderClass: "bracket", takeProfitPrice: 95, stopLossPrice: 105 }),
    });
    expect(strategy.refused).toEqual(["wrong_side"]);
  });

  it("whose entry is moved past one of its exits keeps its price, and the change is refused", async () => {
    // At 92 the entry would fill below its stop of 95, and be sold in the same moment.
    const { strategy, states, result } = await play([...flat(100, 3), [100, 100, 90, 95]], (s) => {
      if (s.iteration === 0) s.send(ES, 1, "buy", { ...BRACKET, limitPrice: 99 });
      const [entry] = s.orderLog;
      if (s.iteration === 1 && entry !== undefined) {
        s.modifyOrder(entry, { limitPrice: 92 });
        s.modifyOrder(entry, { limitPrice: 98 });
      }
    });
    expect(strategy.refused).toEqual(["wrong_side"]);
    expect(result.fills.map(({ side, price }) => [side, price])).toEqual([
      ["buy", 98],
      ["sell", 95],
    ]);
    expect(states).toEqual(["filled", "canceled", "filled"]);
  });

  it("whose take-profit is canceled before the entry has filled goes on with the stop alone", async () => {
    const { fills, states, result } = await play([...flat(100, 3), [100, 106, 98, 105], [105, 105, 94, 95]], (s) => {
      if (s.iteration === 0) s.send(ES, 1, "buy", { ...BRACKET, limitPrice: 98 });
      const [takeProfit] = s.orderLog[0]?.children ?? [];
      if (s.iteration === 1 && takeProfit !== undefined) s.cancelOrder(takeProfit);
    });
    expect(fills).toEqual([
      ["buy", 98],
      ["sell", 95],
    ]);
    expect(states).toEqual(["filled", "canceled", "filled"]);
    expect(result.events.map(({ code }) => code)).toEqual(["order_canceled"]);
  });

  it("whose take-profit is canceled does not take the stop for done where the bar of the entry meets both", async () => {
    // Up through the entry at 102 and past 105 to 106, then down through the stop of 95.
    const { fills } = await play(
      [...flat(100, 2), [100, 106, 94, 95]],
      (s) => {
        if (s.iteration === 0) s.send(ES, 1, "buy", { ...BRACKET, stopPrice: 102 });
        const [takeProfit] = s.orderLog[0]?.children ?? [];
        if (s.iteration === 1 && takeProfit !== undefined) s.cancelOrder(takeProfit);
      },
      { intrabar: "ohlc" },
    );
    expect(fills).toEqual([
      ["buy", 102],
      ["sell", 95],
    ]);
  });

  it("whose take-profit is made smaller keeps its stop for the rest", async () => {
    const rows: Row[] = [...flat(100, 4), [100, 106, 100, 104], [104, 104, 94, 95]];
    const { result, states } = await play(rows, (s) => {
      if (s.iteration === 0) s.send(ES, 4, "buy", BRACKET);
      const [takeProfit] = s.orderLog[0]?.children ?? [];
      if (s.iteration === 1 && takeProfit !== undefined) s.modifyOrder(takeProfit, { quantity: 1 });
    });
    expect(result.fills.map(({ side, quantity, price }) => [side, quantity, price])).toEqual([
      ["buy", 4, 100],
      ["sell", 1, 105],
      ["sell", 3, 95],
    ]);
    expect(states).toEqual(["filled", "filled", "filled"]);
  });

  it("whose take-profit is better than its entry was takes that price, under through as well", async () => {
    // A trailing stop to buy, sent at 100, goes off at 103: the take-profit of 101 lay above the market when it was sent.
    for (const limitFill of ["touch", "through"] as const) {
      const { fills } = await play(
        [...flat(100, 2), [100, 104, 100, 104]],
        (s) => void (s.iteration === 1 && s.send(ES, 1, "buy", { ...BRACKET, trailPrice: 3, takeProfitPrice: 101 })),
        { limitFill, intrabar: "ohlc" },
      );
      expect(fills).toEqual([
        ["buy", 103],
        ["sell", 103],
      ]);
    }
  });

  it("whose exits are changed before the entry has filled lives with them as they are then", async () => {
    // The entry fills at 98; 103 is met then, 105 never. The stop goes from 95 to 96, off the tick by 0.1: to sell, at 96.
    const rows: Row[] = [...flat(100, 3), [100, 100, 98, 98], [98, 103.5, 98, 103]];
    const { strategy, states, fills, result } = await play(rows, (s) => {
      if (s.iteration === 0) s.send(ES, 2, "buy", { ...BRACKET, limitPrice: 98 });
      const [takeProfit, stopLoss] = s.orderLog[0]?.children ?? [];
      if (s.iteration !== 1 || takeProfit === undefined || stopLoss === undefined) return;
      s.modifyOrder(takeProfit, { limitPrice: 103 });
      s.modifyOrder(stopLoss, { stopPrice: 96.1 });
      // Below the entry, on the wrong side of it; and its size is the entry's.
      s.modifyOrder(takeProfit, { limitPrice: 97 });
      s.modifyOrder(takeProfit, { quantity: 1 });
      expect(takeProfit).toMatchObject({ status: "unsubmitted", limitPrice: 103 });
    });
    expect(strategy.refused).toEqual(["wrong_side", "not_modifiable"]);
    expect(fills).toEqual([
      ["buy", 98],
      ["sell", 103],
    ]);
    expect(states).toEqual(["filled", "filled", "canceled"]);
    expect(strategy.orderLog[0]?.children[1]).toMatchObject({ stopPrice: 96 });
    expect(result.events.map(({ code }) => code)).toEqual([
      "order_modified",
      "order_price_rounded",
      "order_modified",
      "modification_refused",
      "modification_refused",
      "order_canceled",
    ]);
  });

  it("whose stop trails can be given another distance before the entry has filled", async () => {
    const rows: Row[] = [...flat(100, 3), [98, 98, 98, 98], [98, 98, 94, 94]];
    const { fills } = await play(rows, (s) => {
      if (s.iteration === 0)
        s.send(ES, 1, "buy", { orderClass: "bracket", limitPrice: 98, takeProfitPrice: 110, stopLossTrailPrice: 5 });
      const stopLoss = s.orderLog[0]?.children[1];
      if (s.iteration === 1 && stopLoss !== undefined) s.modifyOrder(stopLoss, { trailPrice: 3 });
    });
    // 98 - 3, where 98 - 5 would not have been met.
    expect(fills).toEqual([
      ["buy", 98],
      ["sell", 95],
    ]);
  });

  it("whose stop-limit is set off in the bar of its entry rests at its limit from then on", async () => {
    // In at 98, set off at 95 on the way to 94, back to 95.5; the limit of 96 comes a bar later, which never sees 95 again.
    const rows: Row[] = [...flat(100, 1), [100, 100, 94, 95.5], [95.5, 98, 95.5, 98]];
    const { fills } = await play(
      rows,
      once((s) => s.send(ES, 1, "buy", { ...BRACKET, limitPrice: 98, takeProfitPrice: 120, stopLossLimitPrice: 96 })),
    );
    expect(fills).toEqual([
      ["buy", 98],
      ["sell", 96],
    ]);
  });

  it.each([
    [0, { limitPrice: 94 }],
    [1, { stopPrice: 106 }],
  ])("keeps its exits apart once it has filled: %i cannot be moved past the other", async (which, change) => {
    const { strategy, result } = await play(flat(100, 5), (s) => {
      if (s.iteration === 0) s.send(ES, 1, "buy", { orderClass: "bracket", takeProfitPrice: 105, stopLossPrice: 95 });
      const exit = s.orderLog[0]?.children[which];
      if (s.iteration === 2 && exit !== undefined) s.modifyOrder(exit, change);
    });
    expect(strategy.refused).toEqual(["wrong_side"]);
    expect(result.fills).toHaveLength(1);
  });

  it("lets its stop be drawn up beyond where the entry filled, and its take-profit down: that is what open exits are moved for", async () => {
    const { strategy, fills } = await play([...flat(100, 2), ...flat(104, 2), [104, 104, 101, 101]], (s) => {
      if (s.iteration === 0) s.send(ES, 1, "buy", { orderClass: "bracket", takeProfitPrice: 110, stopLossPrice: 95 });
      const [takeProfit, stopLoss] = s.orderLog[0]?.children ?? [];
      if (s.iteration !== 4 || takeProfit === undefined || stopLoss === undefined) return;
      s.modifyOrder(stopLoss, { stopPrice: 102 });
      s.modifyOrder(takeProfit, { limitPrice: 106 });
    });
    expect(strategy.refused).toEqual([]);
    expect(fills).toEqual([
      ["buy", 100],
      ["sell", 102],
    ]);
  });

  it("can be moved past where an exit lay that is canceled", async () => {
    const { strategy, states } = await play(flat(100, 4), (s) => {
      if (s.iteration === 0)
        s.send(ES, 1, "buy", { ...BRACKET, limitPrice: 90, takeProfitPrice: 95, stopLossPrice: 80 });
      const [entry] = s.orderLog;
      const takeProfit = entry?.children[0];
      if (s.iteration !== 1 || entry === undefined || takeProfit === undefined) return;
      s.cancelOrder(takeProfit);
      s.modifyOrder(entry, { limitPrice: 97 });
    });
    expect(strategy.refused).toEqual([]);
    expect(strategy.orderLog[0]).toMatchObject({ limitPrice: 97 });
    expect(states).toEqual(["open", "canceled", "unsubmitted"]);
  });

  it("has its word on its exits as well", async () => {
    const { strategy } = await play(
      flat(100, 2),
      once((s) => s.send(ES, 1, "buy", { ...BRACKET, tag: "breakout" })),
    );
    expect(strategy.orderLog[0]?.children.map(({ tag }) => tag)).toEqual(["breakout", "breakout"]);
  });

  it("that was not handed in cannot be changed yet", async () => {
    const { strategy } = await play(
      flat(100, 2),
      once((s) => {
        const [takeProfit] = s.createOrder(ES, 1, "buy", BRACKET).children;
        if (takeProfit !== undefined) s.modifyOrder(takeProfit, { limitPrice: 103 });
      }),
    );
    expect(strategy.refused).toEqual(["not_open"]);
  });

  it("that is canceled before its entry takes its exits with it", async () => {
    const { states } = await play(flat(100, 4), (s) => {
      if (s.iteration === 0) s.send(ES, 1, "buy", { ...BRACKET, limitPrice: 97 });
      if (s.iteration === 1) s.cancelOpenOrders();
    });
    expect(states).toEqual(["canceled", "canceled", "canceled"]);
  });
});

describe("an oco", () => {
  it("cancels the one when the other fills", async () => {
    const rows: Row[] = [...flat(100, 2), [100, 100, 94, 95]];
    const { fills, states } = await play(rows, (s) => {
      if (s.iteration === 0) s.send(ES, 1, "buy");
      if (s.iteration === 1) s.send(ES, 1, "sell", { orderClass: "oco", takeProfitPrice: 105, stopLossPrice: 95 });
    });
    expect(fills).toEqual([
      ["buy", 100],
      ["sell", 95],
    ]);
    expect(states).toEqual(["filled", "canceled", "filled"]);
  });

  it.each([
    ["sell", 95, 105],
    ["buy", 105, 95],
  ] as const)("to %s whose two prices cross is refused whole", async (side, takeProfitPrice, stopLossPrice) => {
    const { strategy, states, result } = await play(
      flat(100, 3),
      once((s) => s.send(ES, 1, side, { orderClass: "oco", takeProfitPrice, stopLossPrice })),
    );
    expect(strategy.refused).toEqual(["wrong_side"]);
    expect(states).toEqual(["rejected", "canceled"]);
    expect(result.fills).toHaveLength(0);
  });

  it.each([
    [0, { limitPrice: 94 }],
    [1, { stopPrice: 106 }],
  ])("keeps its prices when one is moved past the other, whichever it is: %i", async (which, change) => {
    const { strategy, states, result } = await play(flat(100, 4), (s) => {
      if (s.iteration === 0) s.send(ES, 1, "sell", { orderClass: "oco", takeProfitPrice: 105, stopLossPrice: 95 });
      const order = [s.orderLog[0], s.orderLog[0]?.children[0]][which];
      if (s.iteration === 1 && order !== undefined) s.modifyOrder(order, change);
    });
    expect(strategy.refused).toEqual(["wrong_side"]);
    expect(states).toEqual(["open", "open"]);
    expect(result.fills).toEqual([]);
  });

  it("expires whole, both at one instant", async () => {
    const { result, strategy } = await run(
      barsOf(ES, flat(100, 6)),
      once((it) =>
        it.send(ES, 1, "sell", {
          orderClass: "oco",
          takeProfitPrice: 110,
          stopLossPrice: 90,
          timeInForce: "gtd",
          goodTillDate: T0 + 3 * MINUTE,
        }),
      ),
    );
    const [parent] = strategy.orderLog;
    expect(result.status).toBe("complete");
    expect([parent?.status, parent?.children[0]?.status]).toEqual(["expired", "expired"]);
    expect(result.events.filter(({ code }) => code === "order_expired")).toHaveLength(2);
  });

  it("ends whole with its contract", async () => {
    // The last session of ES of March 2024 ends on the 15th at 21:00 UTC; the clock of another contract goes on.
    const friday = Date.UTC(2024, 2, 15, 19);
    const [march, june] = ["ESH24", "ESM24"].map((symbol) => Asset.future(symbol)) as [Asset, Asset];
    const hours = (asset: Asset, count: number) => barsOf(asset, flat(100, count), "1h", friday, 60 * MINUTE);
    const { result, strategy } = await run(
      [hours(march, 2), hours(june, 8)],
      once((s) => s.send(march, 1, "sell", { orderClass: "oco", takeProfitPrice: 110, stopLossPrice: 90 })),
    );
    const [order] = strategy.orderLog;
    expect(result.status).toBe("complete");
    expect([order?.status, order?.children[0]?.status]).toEqual(["expired", "expired"]);
    expect(order?.closedAt).toBe(friday + 120 * MINUTE);
  });

  it("is canceled whole", async () => {
    const { states } = await play(flat(100, 4), (s) => {
      if (s.iteration === 0) s.send(ES, 1, "sell", { orderClass: "oco", takeProfitPrice: 105, stopLossPrice: 95 });
      const [order] = s.orderLog;
      if (s.iteration === 1 && order !== undefined) s.cancelOrder(order);
    });
    expect(states).toEqual(["canceled", "canceled"]);
  });
});

describe("an oto", () => {
  it("sends its one exit when the entry fills, a stop-limit where a limit is given", async () => {
    const rows: Row[] = [...flat(100, 2), [100, 100, 94, 96]];
    const { fills } = await play(
      rows,
      once((s) => s.send(ES, 1, "buy", { orderClass: "oto", stopLossPrice: 95, stopLossLimitPrice: 94 })),
    );
    expect(fills).toEqual([
      ["buy", 100],
      ["sell", 95],
    ]);
  });
});

describe("a stop-loss that trails", () => {
  it("hangs from where the entry filled, and is moved by the bars after", async () => {
    // Entry at the open of 90, not at the 100 seen when it was sent: 87, 89 after the high of 92, met on the way to 88.75.
    const rows: Row[] = [...flat(100, 2), [90, 92, 88, 91], [91, 91, 88.75, 89]];
    const oto = { orderClass: "oto", stopLossTrailPrice: 3 } as const;
    const { fills } = await play(rows, (s) => void (s.iteration === 2 && s.send(ES, 1, "buy", oto)));
    expect(fills).toEqual([
      ["buy", 90],
      ["sell", 89],
    ]);
  });

  it("in percent, of a short, below zero too", async () => {
    // Sold at -50: a tenth of 50 above is -45; after the low of -60 it is -54.
    const rows: Row[] = [
      [-50, -48, -60, -58],
      [-58, -52, -58, -53],
    ];
    const oto = { orderClass: "oto", stopLossTrailPercent: 0.1 } as const;
    const { fills } = await play(
      rows,
      once((s) => s.send(ES, 1, "sell", oto)),
    );
    expect(fills).toEqual([
      ["sell", -50],
      ["buy", -54],
    ]);
  });

  it("of an entry inside a bar sees what that bar shows after it", async () => {
    // Limit 98, then two points below that, 96: the path that goes low first meets both.
    const bracket = { orderClass: "bracket", limitPrice: 98, takeProfitPrice: 120, stopLossTrailPrice: 2 } as const;
    const { fills, states } = await play(
      [...flat(100, 2), [100, 101, 95, 100]],
      once((s) => s.send(ES, 1, "buy", bracket)),
    );
    expect(fills).toEqual([
      ["buy", 98],
      ["sell", 96],
    ]);
    expect(states).toEqual(["filled", "canceled", "filled"]);
  });

  it("hangs from the limit at which the entry filled where the market had to go through it", async () => {
    // The market at 97.75 fills the limit of 98 there; 98 - 2 is 96, and is met on the way to 95.
    const oto = { orderClass: "oto", limitPrice: 98, stopLossTrailPrice: 2 } as const;
    const { fills } = await play(
      [...flat(100, 2), [100, 100, 95, 97]],
      once((s) => s.send(ES, 1, "buy", oto)),
      { limitFill: "through" },
    );
    expect(fills).toEqual([
      ["buy", 98],
      ["sell", 96],
    ]);
  });

  it("of an oco follows the market from its acceptance and takes the other order with it", async () => {
    const { fills, states } = await play([...flat(100, 3), [100, 104, 100, 104], [104, 104, 101, 101]], (s) => {
      if (s.iteration === 0) s.send(ES, 1, "buy");
      if (s.iteration === 2) s.send(ES, 1, "sell", { orderClass: "oco", takeProfitPrice: 110, stopLossTrailPrice: 2 });
    });
    expect(fills).toEqual([
      ["buy", 100],
      ["sell", 102],
    ]);
    expect(states).toEqual(["filled", "canceled", "filled"]);
  });
});

describe("words that contradict each other", () => {
  it.each([
    [{ takeProfitPrice: 105 }, /need an orderClass/],
    [{ orderClass: "brakcet", takeProfitPrice: 105, stopLossPrice: 95 }, /orderClass was 'brakcet'/],
    [{ orderClass: "bracket", takeProfitPrice: 105 }, /takes both/],
    [{ orderClass: "oto", takeProfitPrice: 105, stopLossPrice: 95 }, /takes one/],
    [{ orderClass: "oto", stopLossTrailPrice: 2, stopLossPrice: 95 }, /takes one of stopLossPrice/],
    [{ orderClass: "oto", stopLossTrailPercent: 2 }, /trailPercent was 2/],
    [{ orderClass: "oco", takeProfitPrice: 105, stopLossPrice: 95, limitPrice: 100 }, /no entry/],
    [{ orderClass: "bracket", takeProfitPrice: 105, stopLossLimitPrice: 95 }, /needs a stopLossPrice/],
    [{ orderClass: "oco", takeProfitPrice: 105, stopLossPrice: 95, timeInForce: "ioc" }, /an oco rests in the book/],
  ])("%o are refused at creation", async (options, words) => {
    await expect(
      run(
        barsOf(ES, flat(100, 2)),
        once((s) => s.createOrder(ES, 1, "buy", options as object)),
      ),
    ).rejects.toThrow(words);
  });
});
