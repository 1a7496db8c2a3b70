import { Asset, type BacktestOptions, type OrderOptions } from "backlit";
import { describe, expect, it } from "vitest";
import { barsOf, ES, flat, MINUTE, once, quotedBars, type Row, run, type Scripted, STOCK, T0 } from "./support.ts";

/** Fills of one order sent at the first instant over the rows: [minute of the bar, price]. */
async function fillsOf(
  rows: readonly Row[],
  side: "buy" | "sell",
  options: OrderOptions,
  runOptions: BacktestOptions = {},
) {
  const { result } = await run(
    barsOf(ES, rows),
    once((s) => s.send(ES, 1, side, options)),
    runOptions,
  );
  return result.fills.map((fill) => [Math.floor((fill.time - T0) / MINUTE), fill.price]);
}

async function thrownBy(options: object) {
  const attempt = run(
    barsOf(ES, flat(100, 2)),
    once((s) => s.createOrder(ES, 1, "buy", options as OrderOptions)),
  );
  return attempt.then(
    () => undefined,
    (error: Error) => error.message,
  );
}

describe("market-if-touched orders", () => {
  it("fill at the touch price when the market comes to it", async () => {
    expect(await fillsOf([[100, 101, 98, 99]], "buy", { touchPrice: 99 })).toEqual([[0, 99]]);
    expect(await fillsOf([[100, 101, 98, 99]], "sell", { touchPrice: 101 })).toEqual([[0, 101]]);
  });
  it("fill at the open that jumps over it", async () => {
    expect(await fillsOf([...flat(100, 1), [97, 98, 96, 97]], "buy", { touchPrice: 99 })).toEqual([[1, 97]]);
    expect(await fillsOf([...flat(100, 1), [103, 104, 102, 103]], "sell", { touchPrice: 101 })).toEqual([[1, 103]]);
  });
  it("wait while the market stays away", async () => {
    expect(await fillsOf([[100, 101, 99.25, 100]], "buy", { touchPrice: 99 })).toEqual([]);
    expect(await fillsOf([[100, 100.75, 99, 100]], "sell", { touchPrice: 101 })).toEqual([]);
  });
});

describe("limit-if-touched orders", () => {
  it("fill where they are touched when the limit allows it", async () => {
    expect(await fillsOf([[100, 101, 98, 99]], "buy", { touchPrice: 99, limitPrice: 99.5 })).toEqual([[0, 99]]);
  });
  it("wait as a limit order for the rest of the path and the bars that follow", async () => {
    // Touched at 99 on the way down to 98.5; the limit 98 comes a bar later.
    const rows: Row[] = [
      [100, 101, 98.5, 99],
      [99, 99, 97, 98],
    ];
    expect(await fillsOf(rows, "buy", { touchPrice: 99, limitPrice: 98 })).toEqual([[1, 98]]);
    // Sell touched at 101, limit 102: the high of 103 is reached right after.
    expect(await fillsOf([[100, 103, 99, 100]], "sell", { touchPrice: 101, limitPrice: 102 })).toEqual([[0, 102]]);
  });
  it("use only what the path shows after the touch", async () => {
    // Buy touched at 99, limit 99.75 is better at once. Sell touched at 101 with the limit at 101.5: high 101.25 never gets there.
    expect(await fillsOf([[100, 101.25, 99, 100]], "sell", { touchPrice: 101, limitPrice: 101.5 })).toEqual([]);
  });
});

describe("trailing stop-limit orders", () => {
  it("become limit orders an offset beyond the level that was reached", async () => {
    // Level 97 (100 less 3), limit 96: met on the way down, so it fills at 97.
    expect(await fillsOf([[100, 100, 95, 95]], "sell", { trailPrice: 3, limitOffset: 1 })).toEqual([[0, 97]]);
  });
  it("that are jumped wait at their limit", async () => {
    // Level 97, limit 96. The open of 94 sets it off and is too low; 96 comes back a bar later.
    const rows: Row[] = [...flat(100, 1), [94, 95, 93, 95], [95, 97, 95, 97]];
    expect(await fillsOf(rows, "sell", { trailPrice: 3, limitOffset: 1 })).toEqual([[2, 96]]);
  });
  it("wait at the very price, on the tick grid and away from the market", async () => {
    const tenths = new Asset({ symbol: "TEN", tickSize: 0.1 });
    const limited = async (limitOffset: number, high: number) => {
      // Level 103.7 - 3 = 100.7, jumped at the open of 100.
      const rows: Row[] = [...flat(103.7, 1), [100, 100.2, 99.9, 100.1], [100.1, high, 100, 100.3]];
      const script = once((s: Scripted) => s.send(tenths, 1, "sell", { trailPrice: 3, limitOffset }));
      return (await run(barsOf(tenths, rows), script)).result.fills.map(({ price }) => price);
    };
    // 100.7 less 0.1 is 100.6, which in doubles it is not.
    expect(100.7 - 0.1).toBeGreaterThan(100.6);
    expect(await limited(0.1, 100.6)).toEqual([100.6]);
    // 100.45 lies between two ticks: a sale waits for 100.5.
    expect(await limited(0.25, 100.4)).toEqual([]);
    expect(await limited(0.25, 100.5)).toEqual([100.5]);
  });
  it("trail by a fraction, on the tick grid away from the market", async () => {
    // High 110: 2 % of it is 2.2, the level 107.8 lies at 107.75 on the grid; the buy side is its mirror: low 90, 1.8, 91.8 -> 92.
    const down: Row[] = [
      [100, 110, 100, 110],
      [110, 110, 107.75, 108],
    ];
    expect(await fillsOf(down, "sell", { trailPercent: 0.02, limitOffset: 0.5 })).toEqual([[1, 107.75]]);
    const up: Row[] = [
      [100, 100, 90, 90],
      [90, 92, 90, 91],
    ];
    expect(await fillsOf(up, "buy", { trailPercent: 0.02, limitOffset: 0.5 })).toEqual([[1, 92]]);
  });
});

describe("post-only orders", () => {
  async function outcome(rows: readonly Row[], script: (s: Scripted) => void) {
    const { result, strategy } = await run(barsOf(ES, rows), script);
    return { refused: strategy.refused, fills: result.fills.map(({ price }) => price), result };
  }
  it("are refused when they would take at the last price", async () => {
    const { refused, fills } = await outcome(
      flat(100, 3),
      (s) => void (s.iteration === 1 && s.send(ES, 1, "buy", { limitPrice: 100, postOnly: true })),
    );
    expect(refused).toEqual(["would_take_liquidity"]);
    expect(fills).toEqual([]);
  });
  it("are refused at the very last price, though the next open leaves it", async () => {
    const { refused, fills } = await outcome(
      [...flat(100, 1), [101, 101, 99, 100]],
      (s) => void (s.iteration === 1 && s.send(ES, 1, "buy", { limitPrice: 100, postOnly: true })),
    );
    expect(refused).toEqual(["would_take_liquidity"]);
    expect(fills).toEqual([]);
  });
  it("are refused at the open they arrive with", async () => {
    const { refused, fills } = await outcome(
      [...flat(100, 1), [98, 99, 97, 98]],
      (s) => void (s.iteration === 1 && s.send(ES, 1, "buy", { limitPrice: 99, postOnly: true })),
    );
    expect(refused).toEqual(["would_take_liquidity"]);
    expect(fills).toEqual([]);
  });
  it("are judged by the quote they arrive with, where there is one: the last price lies between its sides", async () => {
    // The bars close at 100, where 99 is bid and 101 asked: a limit of 100 meets neither; one of 101 buys, one of 99 sells what is offered.
    const rows = [100.5, 100.5, 100.5].map((open) => [open, 101, 99, 100, 99, 101] as const);
    for (const [side, limitPrice, codes] of [
      ["buy", 100, []],
      ["buy", 101, ["would_take_liquidity"]],
      ["sell", 99, ["would_take_liquidity"]],
    ] as const) {
      const { strategy } = await run(
        quotedBars(ES, rows),
        (s: Scripted) => void (s.iteration === 1 && s.send(ES, 1, side, { limitPrice, postOnly: true })),
      );
      expect(strategy.refused).toEqual(codes);
    }
  });
  it("rest and fill like any other limit order from then on", async () => {
    const { refused, fills } = await outcome(
      [...flat(100, 2), [100, 100, 98, 99]],
      (s) =>
        void (
          s.iteration === 1 &&
          s.send(ES, 1, "sell", { limitPrice: 101, postOnly: true }) &&
          s.send(ES, 1, "buy", { limitPrice: 99, postOnly: true })
        ),
    );
    expect(refused).toEqual([]);
    expect(fills).toEqual([99]);
  });
  it("that rest already take the better open of a later bar", async () => {
    const { refused, fills } = await outcome(
      [...flat(100, 2), [97, 98, 96, 97]],
      (s) => void (s.iteration === 1 && s.send(ES, 1, "buy", { limitPrice: 99, postOnly: true })),
    );
    expect(refused).toEqual([]);
    expect(fills).toEqual([97]);
  });
  it("cannot be moved to where they would take", async () => {
    const { refused, result } = await outcome(flat(100, 4), (s) => {
      if (s.iteration === 1) s.send(ES, 1, "buy", { limitPrice: 99, postOnly: true });
      if (s.iteration === 2) for (const order of s.getOrders()) s.modifyOrder(order, { limitPrice: 101 });
    });
    expect(refused).toEqual(["would_take_liquidity"]);
    expect(result.orders[0]).toMatchObject({ status: "open", limitPrice: 99 });
  });
});

describe("reduce-only orders", () => {
  it("are refused where nothing is held against them", async () => {
    const { strategy, result } = await run(barsOf(ES, flat(100, 4)), (s) => {
      if (s.iteration === 0) s.send(ES, 2, "buy");
      if (s.iteration === 1) s.send(ES, 1, "buy", { reduceOnly: true });
    });
    expect(strategy.refused).toEqual(["nothing_to_reduce"]);
    expect(result.fills).toHaveLength(1);
  });
  it("are cut to the position when they arrive and when they fill, and the run says so", async () => {
    const { result } = await run(barsOf(ES, [...flat(100, 3), [100, 106, 100, 105]]), (s) => {
      if (s.iteration === 0) s.send(ES, 3, "buy");
      if (s.iteration !== 1) return;
      // Cut to 3 at once; by the time its limit is met 2 have been sold, so 1 is left to sell.
      s.send(ES, 9, "sell", { limitPrice: 105, reduceOnly: true });
      s.send(ES, 2, "sell");
    });
    expect(result.fills.map(({ side, quantity, price }) => [side, quantity, price])).toEqual([
      ["buy", 3, 100],
      ["sell", 2, 100],
      ["sell", 1, 105],
    ]);
    expect(result.events.filter(({ code }) => code === "order_quantity_cut")).toHaveLength(2);
    expect(result.orders[1]).toMatchObject({ quantity: 1, status: "filled" });
  });
  it("are cut before the account is asked: reducing takes no money", async () => {
    // 50 shares of 10,000; short sales of the other 950 would need many times that.
    const { result, strategy } = await run(
      barsOf(STOCK, flat(100, 4)),
      (s) => {
        if (s.iteration === 0) s.send(STOCK, 50, "buy");
        if (s.iteration === 1) s.send(STOCK, 1_000, "sell", { reduceOnly: true });
      },
      { budget: 10_000 },
    );
    expect(strategy.refused).toEqual([]);
    expect(result.orders[1]).toMatchObject({ status: "filled", quantity: 50 });
  });
  it("that are an oco are both cut, and both end where nothing is left", async () => {
    const oco = { orderClass: "oco", takeProfitPrice: 105, stopLossPrice: 95, reduceOnly: true } as const;
    const rows: Row[] = [...flat(100, 3), [100, 100, 94, 94]];
    const play = async (sold: number) => {
      const { result, strategy } = await run(barsOf(ES, rows), (s) => {
        if (s.iteration === 0) s.send(ES, 2, "buy");
        if (s.iteration === 1) s.send(ES, 5, "sell", oco);
        if (s.iteration === 2 && sold > 0) s.send(ES, sold, "sell");
      });
      const [, first] = strategy.orderLog;
      const states = [first, ...(first?.children ?? [])].map((order) => `${order?.status} ${order?.quantity}`);
      const cuts = result.events.filter(({ code }) => code === "order_quantity_cut").length;
      return { fills: result.fills.map(({ quantity, price }) => [quantity, price]).slice(1), states, cuts };
    };
    // Both cut from 5 to the 2 that are held.
    expect(await play(0)).toEqual({ fills: [[2, 95]], states: ["canceled 2", "filled 2"], cuts: 2 });
    // With nothing left the stop at 95 sells nothing short.
    expect(await play(2)).toEqual({ fills: [[2, 100]], states: ["open 2", "canceled 2"], cuts: 3 });
  });
  it("that one bar could fill both are one exit: the worse, or as the path says", async () => {
    // Sent by themselves, a limit at 105 and a stop at 95 for the one contract there is.
    const rows: Row[] = [...flat(100, 2), [100, 110, 90, 100]];
    const exit = async (intrabar: "worst" | "ohlc" | "olhc") => {
      const { result, strategy } = await run(
        barsOf(ES, rows),
        (s) => {
          if (s.iteration === 0) s.send(ES, 1, "buy");
          if (s.iteration !== 1) return;
          s.send(ES, 1, "sell", { limitPrice: 105, reduceOnly: true });
          s.send(ES, 1, "sell", { stopPrice: 95, reduceOnly: true });
        },
        { intrabar },
      );
      return [result.fills.slice(1).map(({ price }) => price), strategy.orderLog.map(({ status }) => status)];
    };
    expect(await exit("ohlc")).toEqual([[105], ["filled", "filled", "canceled"]]);
    expect(await exit("olhc")).toEqual([[95], ["filled", "canceled", "filled"]]);
    expect(await exit("worst")).toEqual([[95], ["filled", "canceled", "filled"]]);
  });
  it("take no more of a bar's volume than they reduce by", async () => {
    // Ten units: the one left to reduce is sold at 105, nine are left for the other order at 106.
    const rows: Row[] = [...flat(100, 3), [100, 107, 100, 105]];
    const { result } = await run(
      barsOf(ES, rows),
      (s) => {
        if (s.iteration === 0) s.send(ES, 10, "buy");
        if (s.iteration === 1) {
          s.send(ES, 10, "sell", { limitPrice: 105, reduceOnly: true });
          s.send(ES, 9, "sell", { limitPrice: 106 });
        }
        if (s.iteration === 2) s.send(ES, 9, "sell");
      },
      { volumeShare: 0.1, budget: 10_000_000 },
    );
    expect(result.fills.slice(2).map(({ quantity, price }) => [quantity, price])).toEqual([
      [1, 105],
      [9, 106],
    ]);
  });
  it("with exits buy back what they sold: the exits of an entry are neither reduce-only nor post-only", async () => {
    const { result, strategy } = await run(
      barsOf(ES, [...flat(100, 2), [100, 102, 100, 102], [102, 102, 97, 97]]),
      (s) => {
        if (s.iteration === 0) s.send(ES, 3, "buy");
        const exits = { orderClass: "bracket", takeProfitPrice: 98, stopLossPrice: 105 } as const;
        if (s.iteration === 1) s.send(ES, 2, "sell", { ...exits, limitPrice: 101, reduceOnly: true, postOnly: true });
      },
    );
    expect(result.fills.map(({ side, quantity, price }) => [side, quantity, price])).toEqual([
      ["buy", 3, 100],
      ["sell", 2, 101],
      ["buy", 2, 98],
    ]);
    const [, entry] = strategy.orderLog;
    expect(entry).toMatchObject({ reduceOnly: true, postOnly: true });
    for (const exit of entry?.children ?? []) expect(exit).toMatchObject({ reduceOnly: false, postOnly: false });
  });
  it("end without a fill once nothing is left to reduce", async () => {
    const { result } = await run(barsOf(ES, [...flat(100, 3), [100, 106, 100, 105]]), (s) => {
      if (s.iteration === 0) s.send(ES, 2, "buy");
      if (s.iteration !== 1) return;
      s.send(ES, 2, "sell", { limitPrice: 105, reduceOnly: true });
      s.send(ES, 2, "sell");
    });
    expect(result.fills).toHaveLength(2);
    expect(result.orders[1]?.status).toBe("canceled");
  });
});

describe("words that contradict each other", () => {
  it.each([
    [{ stopPrice: 101, touchPrice: 99 }, /give one/],
    [{ limitOffset: 1 }, /belongs to/],
    [{ trailPrice: 1, limitOffset: -1 }, /from 0/],
    [{ trailPrice: 1, touchPrice: 99 }, /no other price/],
    [{ touchPrice: Number.NaN }, /expected a number/],
    [{ stopPrice: 101, timeInForce: "opg" }, /'opg' takes a market or a limit order/],
    [{ trailPrice: 1, timeInForce: "cls" }, /'cls' takes a market or a limit order/],
    [{ postOnly: true }, /postOnly takes a limit order/],
    [{ postOnly: true, limitPrice: 99, timeInForce: "ioc" }, /rests in the book/],
  ])("%o are refused at creation", async (options, words) => {
    expect(await thrownBy(options)).toMatch(words);
  });
});

describe("closing a position", () => {
  const positions = async (bars: Parameters<typeof run>[0], script: (s: Scripted) => void) => {
    const { result } = await run(bars, script);
    return { fills: result.fills.map(({ side, quantity, price }) => `${side} ${quantity} @ ${price}`), result };
  };
  it("asked for twice closes once, and says that there was no more to close", async () => {
    for (const twice of [
      (s: Scripted) => [s.closePosition(ES), s.closePosition(ES)],
      (s: Scripted) => [s.sellAll(), s.sellAll({ cancelOpenOrders: false })],
    ]) {
      const { fills, result } = await positions(barsOf(ES, flat(100, 5)), (s) => {
        if (s.iteration === 0) s.send(ES, 2, "buy");
        if (s.iteration === 1) twice(s);
      });
      expect(fills).toEqual(["buy 2 @ 100", "sell 2 @ 100"]);
      expect(result.orders[2]).toMatchObject({ status: "canceled" });
      expect(result.events.map(({ code }) => code)).toContain("order_quantity_cut");
    }
  });
  it("at an open that jumps over its stop ends flat", async () => {
    // The stop of 95 was sent first: it sells the 2 at the open of 90, and nothing is left to close.
    const { fills } = await positions(barsOf(ES, [...flat(100, 2), ...flat(90, 2)]), (s) => {
      if (s.iteration === 0) s.send(ES, 2, "buy", { orderClass: "oto", stopLossPrice: 95 });
      if (s.iteration === 2) s.closePosition(ES);
    });
    expect(fills).toEqual(["buy 2 @ 100", "sell 2 @ 90"]);
  });
});
