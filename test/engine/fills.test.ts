import {
  Asset,
  backtestAll,
  InMemoryBacktesting,
  type Order,
  type OrderOptions,
  TradingFee,
  TradingSlippage,
} from "backlit";
import { describe, expect, it } from "vitest";
import { barsOf, ES, flat, joinBars, MINUTE, once, type Row, run, Scripted, STOCK, T0 } from "./support.ts";

/** First fill of one order sent at the first instant over the rows: [minute of the bar, price], or undefined. */
async function firstFill(rows: readonly Row[], side: "buy" | "sell", options: object, runOptions: object = {}) {
  const { result } = await run(
    barsOf(ES, rows),
    once((s) => s.send(ES, 1, side, options)),
    runOptions,
  );
  const [fill] = result.fills;
  return fill === undefined ? undefined : [Math.floor((fill.time - T0) / MINUTE), fill.price];
}

describe("market orders", () => {
  it("fill at the open of the first bar at or after the order", async () => {
    const { result } = await run(
      barsOf(ES, [
        [100, 101, 99, 100.5],
        [100.75, 102, 100, 101],
      ]),
      (s) => void (s.iteration === 1 && s.send(ES, 1, "buy")),
    );
    expect(result.fills).toHaveLength(1);
    expect(result.fills[0]).toMatchObject({ time: T0 + MINUTE, price: 100.75, side: "buy", quantity: 1 });
  });

  it("fill at the close just seen under this-close", async () => {
    const { result } = await run(
      barsOf(ES, [
        [100, 101, 99, 100.5],
        [100.75, 102, 100, 101],
      ]),
      (s) => void (s.iteration === 1 && s.send(ES, 1, "buy")),
      { fill: "this-close" },
    );
    expect(result.fills[0]).toMatchObject({ time: T0 + MINUTE, price: 100.5 });
  });

  it("sent in answer to a fill fill at the close just seen as well under this-close, that of the last bar too", async () => {
    class Answers extends Scripted {
      override onFilledOrder(_position: unknown, order: Order) {
        if (order.side === "buy") this.send(ES, 1, "sell");
      }
    }
    const fillsOf = async (options: OrderOptions) => {
      const strategy = new Answers((s) => void (s.iteration === 1 && s.send(ES, 1, "buy", options)));
      const rows: readonly Row[] = [
        [100, 101, 99, 100.5],
        [100.75, 102, 98, 101],
      ];
      const run = { data: [barsOf(ES, rows)], fill: "this-close", market: "24/7", budget: 1_000_000 } as const;
      const { fills } = await strategy.backtest(InMemoryBacktesting, T0, T0 + 2 * MINUTE, run);
      return fills.map(({ time, side, price }) => [time - T0, side, price]);
    };
    expect(await fillsOf({})).toEqual([
      [MINUTE, "buy", 100.5],
      [MINUTE, "sell", 100.5],
    ]);
    // Filled inside the last bar, and sold at its close.
    expect(await fillsOf({ limitPrice: 99 })).toEqual([
      [2 * MINUTE - 1, "buy", 99],
      [2 * MINUTE, "sell", 101],
    ]);
  });

  it("fill at the close of the very last bar under this-close, and are refused there otherwise", async () => {
    class AtEachClose extends Scripted {
      override initialize() {
        return this.subscribe(ES, "1m");
      }
      override onBar() {
        this.send(ES, 1, "buy");
        this.send(ES, 1, "buy", { limitPrice: 200 });
      }
    }
    const rows: readonly Row[] = [[100, 101, 99, 100.5]];
    const ends = async (fill: "this-close" | "next-open") => {
      const strategy = new AtEachClose(() => {});
      const options = { data: [barsOf(ES, rows)], fill, budget: 1_000_000 };
      const result = await strategy.backtest(InMemoryBacktesting, T0, T0 + 60 * MINUTE, options);
      return { refused: strategy.refused, fills: result.fills.map(({ time, price }) => [time, price]) };
    };
    // The limit order waits for bars to come under either rule.
    expect(await ends("this-close")).toEqual({ refused: ["data_ended"], fills: [[T0 + MINUTE, 100.5]] });
    expect(await ends("next-open")).toEqual({ refused: ["data_ended", "data_ended"], fills: [] });
  });

  it("wait for the next open under this-close where no bar ended at their instant, or one that did not trade", async () => {
    // The bars of five minutes close at 101 and open at 102; sent at minute 2 it sees neither that close nor that open before 5.
    const clock = barsOf(STOCK, flat(50, 10));
    const slow: Row[] = [
      [100, 101, 100, 101],
      [102, 102, 102, 102],
    ];
    const { result } = await run(
      [barsOf(ES, slow, "5m", T0, 5 * MINUTE), clock],
      (s) => void (s.iteration === 2 && s.send(ES, 1, "buy")),
      { fill: "this-close" },
    );
    expect(result.fills.map(({ time, price }) => [time - T0, price])).toEqual([[5 * MINUTE, 102]]);
    const quiet: Row[] = [
      [100, 100, 100, 100, 10],
      [101, 101, 101, 101, 0],
      [102, 102, 102, 102, 10],
    ];
    const still = await run(barsOf(ES, quiet), (s) => void (s.iteration === 2 && s.send(ES, 1, "buy")), {
      fill: "this-close",
    });
    expect(still.result.fills.map(({ time, price }) => [time - T0, price])).toEqual([[2 * MINUTE, 102]]);
  });

  it("alone fill at the close just seen under this-close", async () => {
    // A stop that trails by nothing of the bar to come, and a limit at once: both wait for the open of 103.
    const rows: Row[] = [...flat(100, 1), [103, 103, 98, 98]];
    const fill = async (side: "buy" | "sell", options: object) =>
      (
        await run(barsOf(ES, rows), (s) => void (s.iteration === 1 && s.send(ES, 1, side, options)), {
          fill: "this-close",
        })
      ).result.fills.map(({ price }) => price);
    expect(await fill("buy", { trailPrice: 2 })).toEqual([103]);
    expect(await fill("sell", { trailPrice: 1 })).toEqual([99]);
    expect(await fill("buy", { limitPrice: 104, timeInForce: "ioc" })).toEqual([103]);
    expect(await fill("buy", { limitPrice: 101, timeInForce: "fok" })).toEqual([]);
  });

  it("find nothing once the last bar is over, nor do auctions at its close, under this-close as well", async () => {
    // The share has two bars, the future six: its second closes at minute 2.
    const sendAt = async (iteration: number, options: object) => {
      const { result, strategy } = await run(
        [barsOf(STOCK, flat(100, 2)), barsOf(ES, flat(50, 6))],
        (s) => void (s.iteration === iteration && s.send(STOCK, 1, "buy", options)),
        { fill: "this-close" },
      );
      return [result.fills.length, ...strategy.refused];
    };
    expect(await sendAt(2, {})).toEqual([1]);
    expect(await sendAt(3, {})).toEqual([0, "data_ended"]);
    expect(await sendAt(2, { timeInForce: "opg" })).toEqual([0, "data_ended"]);
    expect(await sendAt(2, { timeInForce: "cls" })).toEqual([0, "data_ended"]);
  });

  it("at the close of the very last bar are in the account that the run ends with", async () => {
    class Twice extends Scripted {
      override initialize() {
        return this.subscribe(ES, "1m");
      }
      override onBar() {
        this.send(ES, 1, "buy");
      }
    }
    const data = [barsOf(ES, flat(100, 2))];
    const fees = [new TradingFee({ flat: 5 })];
    const result = await new Twice(() => {}).backtest(InMemoryBacktesting, T0, T0 + 60 * MINUTE, {
      ...{ data, fill: "this-close", budget: 1_000_000, buyTradingFees: fees },
    });
    expect(result.fills.map(({ time }) => time)).toEqual([T0 + MINUTE, T0 + 2 * MINUTE]);
    // Two fees of 5; the second is paid at the end of the run.
    expect(result.equity.value.at(-1)).toBe(999_990);
    expect(result.stats.finalEquity).toBe(999_990);
    expect(result.equity.time.at(-1)).toBe(T0 + 2 * MINUTE);
    const names = ["A", "B"].map((name) => new Twice(() => {}, undefined, name));
    const { results, total } = await backtestAll(names, InMemoryBacktesting, T0, T0 + 60 * MINUTE, {
      ...{ data, fill: "this-close", budget: 1_000_000, buyTradingFees: fees, account: "shared" },
    });
    expect(results.map(({ equity }) => equity.value.at(-1))).toEqual([999_990, 999_990]);
    expect(total.equity.value.at(-1)).toBe(999_980);
  });

  it("fill at one close in the order in which they were accepted, whichever asset they are for", async () => {
    // A was traded before B. Later there is money for one of the two, and B was asked for first.
    const [first, second] = [Asset.stock("AAA"), Asset.stock("BBB")];
    const { result, strategy } = await run(
      [barsOf(first, flat(100, 6)), barsOf(second, flat(100, 6))],
      (s) => {
        if (s.iteration === 1) s.send(first, 1, "buy");
        if (s.iteration === 2) s.send(first, 1, "sell");
        if (s.iteration !== 4) return;
        s.send(second, 10, "buy");
        s.send(first, 10, "buy");
      },
      { budget: 1_000, fill: "this-close" },
    );
    expect(result.fills.slice(2).map(({ asset, time }) => [asset, time])).toEqual([[second, T0 + 4 * MINUTE]]);
    expect(strategy.refused).toEqual(["insufficient_funds"]);
  });

  it("sent in initialize fill at the first open and pay for it", async () => {
    const { result } = await run(barsOf(STOCK, flat(100, 3)), () => {}, {
      budget: 100_000,
      setup: (s) => void s.send(STOCK, 10, "buy"),
    });
    expect(result.fills[0]).toMatchObject({ time: T0, price: 100 });
    expect(result.equity.cash.at(-1)).toBe(99_000);
    expect(result.equity.value.at(-1)).toBe(100_000);
  });

  it("sent on the last bar do not fill and stay open", async () => {
    const { result } = await run(barsOf(ES, flat(100, 2)), (s) => void (s.iteration === 1 && s.send(ES, 1, "buy")));
    expect(result.fills[0]?.time).toBe(T0 + MINUTE);
    const late = await run(barsOf(ES, flat(100, 2)), () => {}, { setup: () => {} });
    expect(late.result.fills).toHaveLength(0);
  });

  it("wait over a gap for the next bar that there is", async () => {
    const gap = barsOf(ES, flat(100, 1));
    const late = barsOf(ES, [[103, 104, 102, 103]], "1m", T0 + 30 * MINUTE);
    const bars = joinBars([gap, late]);
    const { result } = await run(bars, (s) => void (s.iteration === 1 && s.send(ES, 1, "buy")));
    expect(result.fills[0]).toMatchObject({ time: T0 + 30 * MINUTE, price: 103 });
  });
});

describe("limit orders", () => {
  const rows: Row[] = [
    [100, 101, 99.5, 100],
    [100, 101, 98, 100],
  ];
  it("fill at the limit when a bar trades through it", async () => {
    expect(await firstFill(rows, "buy", { limitPrice: 99 })).toEqual([1, 99]);
    expect(await firstFill(rows, "sell", { limitPrice: 100.75 })).toEqual([0, 100.75]);
  });
  it("fill at the open when it is better", async () => {
    expect(await firstFill([[97, 98, 96, 97]], "buy", { limitPrice: 99 })).toEqual([0, 97]);
    expect(await firstFill([[103, 104, 102, 103]], "sell", { limitPrice: 101 })).toEqual([0, 103]);
  });
  it("fill on a touch, and under through only a tick beyond", async () => {
    expect(await firstFill([[100, 101, 99, 100]], "buy", { limitPrice: 99 })).toEqual([0, 99]);
    expect(await firstFill([[100, 101, 99, 100]], "buy", { limitPrice: 99 }, { limitFill: "through" })).toBeUndefined();
    expect(await firstFill([[100, 101, 98.75, 100]], "buy", { limitPrice: 99 }, { limitFill: "through" })).toEqual([
      0, 99,
    ]);
    // Of a share no tick is known: whatever lies beyond the limit counts, and the limit itself does not.
    const share = async (side: "buy" | "sell", limitPrice: number) => {
      const rows: Row[] = [[100, 101.01, 98.99, 100]];
      const script = once((s: Scripted) => s.send(STOCK, 1, side, { limitPrice }));
      return (await run(barsOf(STOCK, rows), script, { limitFill: "through" })).result.fills.map(({ price }) => price);
    };
    expect([await share("buy", 98.99), await share("buy", 99)]).toEqual([[], [99]]);
    expect([await share("sell", 101.01), await share("sell", 101)]).toEqual([[], [101]]);
    expect(await firstFill([[100, 101.25, 99, 100]], "sell", { limitPrice: 101 }, { limitFill: "through" })).toEqual([
      0, 101,
    ]);
    // At zero and below it is the same.
    const untold = new Asset({ symbol: "SPREAD", assetType: "future", expiration: "2024-03-15", multiplier: 1 });
    const below = async (limitPrice: number, low: number) => {
      const script = once((s: Scripted) => s.send(untold, 1, "buy", { limitPrice }));
      const { result } = await run(barsOf(untold, [[1, 1, low, 1]]), script, { limitFill: "through" });
      return result.fills.map(({ price }) => price);
    };
    expect([await below(0, 0), await below(0, -0.01)]).toEqual([[], [0]]);
    expect([await below(-5, -5), await below(-5, -5.01)]).toEqual([[], [-5]]);
  });
  it("that are good enough where they come to life take that price under through, too", async () => {
    // Set off at 101, a limit of 102 takes the 101 that is there; 102 was never traded.
    const stopLimit = { stopPrice: 101, limitPrice: 102 };
    expect(await firstFill([[100, 101.5, 100, 101]], "buy", stopLimit, { limitFill: "through" })).toEqual([0, 101]);
    // Come back from a jump beyond its limit, it rests like any other: 101.75 must be seen, and the fill is at 102.
    const jump: Row[] = [
      [103, 104, 102, 103],
      [103, 103, 101.75, 102],
    ];
    expect(await firstFill(jump, "buy", stopLimit, { limitFill: "through" })).toEqual([1, 102]);
  });
  it("under through are a tick beyond at the very price, whatever the doubles say, and never leave the bar", async () => {
    const cents = new Asset({ symbol: "ACME", tickSize: 0.01 });
    const sell = async (asset: Asset, limitPrice: number, row: Row) => {
      const script = once((s) => s.send(asset, 1, "sell", { limitPrice }));
      const { result } = await run(barsOf(asset, [row]), script, { limitFill: "through" });
      return result.fills.map(({ time, price }) => [time, price]);
    };
    // 100.37 + 0.01 is 100.38, which in doubles it is not: the open is a tick beyond.
    expect(100.37 + 0.01).toBeGreaterThan(100.38);
    expect(await sell(cents, 100.37, [100.38, 100.47, 100.38, 100.45])).toEqual([[T0, 100.38]]);
    // Bars off the tick of 0.25: half a tick beyond the limit at the open, a tick at 101; 100 was no price of this bar.
    expect(await sell(ES, 100, [100.1, 101, 100.1, 100.5])).toEqual([[T0 + MINUTE - 1, 100.1]]);
  });
  it("are asked for the money that they take at their limit, not at the market", async () => {
    const script = (s: Scripted) => void (s.iteration === 1 && s.send(STOCK, 10, "buy", { limitPrice: 50 }));
    const asked = async (budget: number) =>
      (await run(barsOf(STOCK, flat(100, 3)), script, { budget })).strategy.refused;
    expect([await asked(500), await asked(499)]).toEqual([[], ["insufficient_funds"]]);
  });
  it("do not fill outside the range", async () => {
    expect(await firstFill(rows, "buy", { limitPrice: 97.75 })).toBeUndefined();
    expect(await firstFill(rows, "sell", { limitPrice: 101.25 })).toBeUndefined();
  });
  it("may be negative or zero", async () => {
    const below: Row[] = [
      [-20, -18, -37.5, -30],
      [-30, 5, -30, 0],
    ];
    expect(await firstFill(below, "buy", { limitPrice: -30 })).toEqual([0, -30]);
    expect(await firstFill(below, "sell", { limitPrice: 0 })).toEqual([1, 0]);
  });
  it("off the tick are rounded to the side that is safe, and the run says so", async () => {
    const { result } = await run(
      barsOf(ES, [[100, 101, 98, 100]]),
      once((s) => s.send(ES, 1, "buy", { limitPrice: 99.1 })),
    );
    expect(result.fills[0]?.price).toBe(99);
    expect(result.events.map((event) => event.code)).toContain("order_price_rounded");
  });
});

describe("stop orders", () => {
  it("fill at the stop when the bar trades there", async () => {
    expect(await firstFill([[100, 102, 99, 101]], "buy", { stopPrice: 101 })).toEqual([0, 101]);
    expect(await firstFill([[100, 102, 98, 101]], "sell", { stopPrice: 99 })).toEqual([0, 99]);
  });
  it("fill at the open when the bar gaps through", async () => {
    expect(await firstFill([...flat(100, 1), [105, 106, 104, 105]], "buy", { stopPrice: 101 })).toEqual([1, 105]);
    expect(await firstFill([...flat(100, 1), [95, 96, 94, 95]], "sell", { stopPrice: 99 })).toEqual([1, 95]);
  });
  it("are examined on every bar between two iterations", async () => {
    const rows: Row[] = [...flat(100, 20), [100, 100, 94, 100], ...flat(100, 60)];
    const { result } = await run(
      barsOf(ES, rows),
      once((s) => s.send(ES, 1, "sell", { stopPrice: 95 })),
      {
        setup: (s) => {
          s.sleeptime = "1h";
        },
      },
    );
    expect(result.fills[0]).toMatchObject({ price: 95 });
    expect(Math.floor(((result.fills[0]?.time ?? 0) - T0) / MINUTE)).toBe(20);
  });
});

describe("stop-limit orders", () => {
  it("trigger at the stop and fill there when the limit allows", async () => {
    expect(await firstFill([[100, 100, 97, 97]], "sell", { stopPrice: 98, limitPrice: 90 })).toEqual([0, 98]);
  });
  it("fill at the open that jumps the stop, where the limit allows", async () => {
    const rows: Row[] = [...flat(100, 1), [95, 96, 94, 95]];
    const { result } = await run(
      barsOf(ES, rows),
      once((s) => s.send(ES, 1, "sell", { stopPrice: 98, limitPrice: 90 })),
    );
    expect(result.fills).toMatchObject([{ time: T0 + MINUTE, price: 95 }]);
  });
  it("that gap past the limit wait for the price to come back", async () => {
    const rows: Row[] = [...flat(100, 1), [95, 95.5, 94, 95], [95, 97.5, 95, 97]];
    expect(await firstFill(rows, "sell", { stopPrice: 98, limitPrice: 97 })).toEqual([2, 97]);
  });
  it("in one bar use only what the path shows after the trigger", async () => {
    // Sell stop 98, limit 99. High first: 101, down to 97 (trigger on the way), then up to the close 98.5: the limit is not seen again.
    const bar: Row = [100, 101, 97, 98.5];
    expect(await firstFill([bar], "sell", { stopPrice: 98, limitPrice: 99 }, { intrabar: "ohlc" })).toBeUndefined();
    // Low first: trigger at 98, 97, then up through 99 on the way to 101.
    expect(await firstFill([bar], "sell", { stopPrice: 98, limitPrice: 99 }, { intrabar: "olhc" })).toEqual([0, 99]);
  });
});

describe("trailing stops", () => {
  it("in percent fire on a falling ramp at the first low at or below the level", async () => {
    const rows: Row[] = Array.from({ length: 11 }, (_, i) => [100 - i, 100 - i, 99 - i, 99 - i]);
    // Accepted at the first instant without a price: anchored at the first open, 100; level 98. The bar from 99 to 98 reaches it.
    expect(await firstFill(rows, "sell", { trailPercent: 0.02 })).toEqual([1, 98]);
  });
  it("move with the favourable extreme, but only after the bar's own test", async () => {
    const rows: Row[] = [
      [100, 110, 100, 109],
      [109, 109, 104, 105],
    ];
    // Distance 5: level 95 while the first bar is tested, 105 from its high on.
    expect(await firstFill(rows, "sell", { trailPrice: 5 })).toEqual([1, 105]);
    expect(await firstFill([[100, 110, 100, 101]], "sell", { trailPrice: 5 })).toBeUndefined();
  });
  it("hang from the last price before they were sent", async () => {
    // 5 behind 100, though the next bar opens at 98; and 94 jumps it.
    const fill = async (row: Row) => {
      const rows = [...flat(100, 1), row];
      const script = (s: Scripted) => void (s.iteration === 1 && s.send(ES, 1, "sell", { trailPrice: 5 }));
      return (await run(barsOf(ES, rows), script)).result.fills.map(({ price }) => price);
    };
    expect(await fill([98, 98, 94.5, 96])).toEqual([95]);
    expect(await fill([98, 98, 95.25, 96])).toEqual([]);
    expect(await fill([94, 98, 94, 96])).toEqual([94]);
  });
  it("of a share hang at the very price", async () => {
    // 13.7 less 0.3 is 13.4, which in doubles it is not: a low of 13.4 reaches it.
    expect(13.7 - 0.3).toBeLessThan(13.4);
    const { result } = await run(
      barsOf(STOCK, [...flat(13.7, 1), [13.7, 13.7, 13.4, 13.5]]),
      once((s) => s.send(STOCK, 1, "sell", { trailPrice: 0.3 })),
    );
    expect(result.fills.map(({ price }) => price)).toEqual([13.4]);
  });
  it("never give way again", async () => {
    // 2 behind 105 is 103; the next bar's high of 104.5 does not take it down to 102.5.
    const rows: Row[] = [
      [100, 100, 100, 100],
      [103.5, 105, 103.25, 104],
      [104, 104.5, 103.25, 104],
      [104, 104, 102.75, 103],
    ];
    const { result } = await run(barsOf(ES, rows), (s) => {
      if (s.iteration === 1) s.send(ES, 1, "sell", { trailPrice: 2 });
    });
    expect(result.fills.map(({ time, price }) => [time, price])).toEqual([[T0 + 4 * MINUTE - 1, 103]]);
  });
  it("of buys ratchet down", async () => {
    const rows: Row[] = [
      [100, 100, 90, 91],
      [91, 96, 91, 95],
    ];
    expect(await firstFill(rows, "buy", { trailPercent: 0.05 })).toEqual([1, 94.5]);
  });
});

describe("two orders that one bar could fill", () => {
  const bar: Row[] = [[100, 110, 90, 100]];
  async function both(intrabar: "worst" | "ohlc" | "olhc") {
    const { result } = await run(
      barsOf(ES, bar),
      once((s) => {
        s.send(ES, 1, "sell", { limitPrice: 105 });
        s.send(ES, 1, "buy", { stopPrice: 107 });
      }),
      { intrabar },
    );
    return result.fills.map((fill) => [fill.side, fill.price]);
  }
  it("fill in the order of the path", async () => {
    expect(await both("ohlc")).toEqual([
      ["sell", 105],
      ["buy", 107],
    ]);
  });
  it("weigh by their size under worst", async () => {
    // High first: 10 sold at 105 win 50 by the close of 100, 1 bought back at 105 loses 5. Low first: 10 at 95 lose 50, 1 wins 5.
    const { result } = await run(
      barsOf(ES, [[100, 106, 94, 100]]),
      once((s) => {
        s.send(ES, 10, "sell", { orderClass: "oco", takeProfitPrice: 105, stopLossPrice: 95 });
        s.send(ES, 1, "buy", { orderClass: "oco", takeProfitPrice: 95, stopLossPrice: 105 });
      }),
      { budget: 10_000_000 },
    );
    expect(result.fills.map(({ side, price }) => [side, price])).toEqual([
      ["sell", 95],
      ["buy", 95],
    ]);
  });
  it("are judged by what they are worth at the close under worst", async () => {
    expect(await both("worst")).toHaveLength(2);
  });
});

describe("two orders for which one bar has the price and the account the money once", () => {
  it("fill the first, and the second is refused at its fill", async () => {
    const { result, strategy } = await run(
      barsOf(STOCK, [...flat(100, 1), [100, 100, 95, 96], ...flat(100, 1)]),
      once((s) => {
        s.send(STOCK, 10, "buy", { limitPrice: 98 });
        s.send(STOCK, 10, "buy", { limitPrice: 97 });
      }),
      { budget: 1_000 },
    );
    expect(result.fills.map(({ price }) => price)).toEqual([98]);
    expect(strategy.refused).toEqual(["insufficient_funds"]);
    expect(result.orders[1]).toMatchObject({ status: "rejected", closedAt: T0 + 2 * MINUTE });
  });
});

describe("a bracket whose entry cannot be paid in the bar that fills it", () => {
  it("is refused with its exits, though that bar meets their prices as well", async () => {
    const { result, strategy } = await run(
      barsOf(STOCK, [...flat(100, 1), [100, 100, 94, 96], ...flat(100, 1)]),
      once((s) => {
        s.send(STOCK, 10, "buy", { limitPrice: 98 });
        s.send(STOCK, 10, "buy", { orderClass: "bracket", limitPrice: 97, takeProfitPrice: 120, stopLossPrice: 95 });
      }),
      { budget: 1_000 },
    );
    expect(result.fills.map(({ side, price }) => [side, price])).toEqual([["buy", 98]]);
    const [, bracket] = strategy.orderLog;
    expect([bracket, ...(bracket?.children ?? [])].map((order) => order?.status)).toEqual([
      "rejected",
      "canceled",
      "canceled",
    ]);
  });
});

describe("time in force", () => {
  const session = (rows: readonly Row[], start: number) => barsOf(ES, rows, "1m", start);
  it("day orders expire at the close of the asset's session", async () => {
    // CME equity futures close at 16:00 Chicago, 22:00 UTC in winter; the session that reopens at 23:00 UTC belongs to the next day.
    const before = session(flat(100, 10), Date.UTC(2024, 0, 2, 21, 50));
    const after = session([[100, 100, 90, 95]], Date.UTC(2024, 0, 2, 23));
    const bars = joinBars([before, after]);
    const sendDay = (timeInForce: "day" | "gtc") =>
      run(
        bars,
        once((s) => s.send(ES, 1, "buy", { limitPrice: 95, timeInForce })),
      );
    const day = await sendDay("day");
    expect(day.result.fills).toHaveLength(0);
    expect(day.strategy.orderLog[0]?.status).toBe("expired");
    expect((await sendDay("gtc")).result.fills).toHaveLength(1);
  });
  it("gtd orders do not fill in bars that open at or after their date", async () => {
    const rows: Row[] = [...flat(100, 5), [100, 100, 90, 95]];
    const till = (goodTillDate: number) => firstFill(rows, "buy", { limitPrice: 95, timeInForce: "gtd", goodTillDate });
    expect(await till(T0 + 5 * MINUTE)).toBeUndefined();
    expect(await till(T0 + 5 * MINUTE + 1)).toEqual([5, 95]);
  });
  it("ioc orders fill at the next open or not at all", async () => {
    expect(await firstFill([[100, 100, 90, 95]], "buy", { limitPrice: 95, timeInForce: "ioc" })).toBeUndefined();
    expect(await firstFill([[95, 100, 90, 95]], "buy", { limitPrice: 95, timeInForce: "ioc" })).toEqual([0, 95]);
  });
  it.each(["ioc", "fok"] as const)(
    "%s orders that the next open is not good enough for end there",
    async (timeInForce) => {
      const { result } = await run(
        barsOf(ES, [...flat(100, 2), [100, 100, 90, 95], [95, 95, 90, 95]]),
        (s) => void (s.iteration === 2 && s.send(ES, 1, "buy", { limitPrice: 95, timeInForce })),
      );
      expect(result.fills).toEqual([]);
      expect(result.orders[0]).toMatchObject({ status: "canceled", closedAt: T0 + 2 * MINUTE });
    },
  );
});

describe("slippage", () => {
  const bar: Row = [100, 100.5, 99.5, 100];
  const at = async (ticks: number, side: "buy" | "sell", options: object = {}, outsideBar = false, row = bar) =>
    (await firstFill([row], side, options, { slippage: new TradingSlippage({ ticks, outsideBar }) }))?.[1];
  it("is paid in full inside the bar's range and ends at its high and low", async () => {
    expect([await at(1, "buy"), await at(1, "sell")]).toEqual([100.25, 99.75]);
    expect([await at(4, "buy"), await at(4, "sell")]).toEqual([100.5, 99.5]);
  });
  it("goes beyond that where the run says so, and in a bar of one price", async () => {
    expect([await at(4, "buy", {}, true), await at(4, "sell", {}, true)]).toEqual([101, 99]);
    const still: Row = [100, 100, 100, 100];
    expect([await at(4, "buy", {}, false, still), await at(4, "sell", {}, false, still)]).toEqual([101, 99]);
  });
  it("of a coin worth millionths is what it is: not rounded away, and never for the better", async () => {
    // A price of ten decimals: 1.2345 millionths, and a hundredth of a percent of it.
    const coin = Asset.crypto("PEPE");
    const row: Row = [1.2345e-6, 1.3e-6, 1.2e-6, 1.2345e-6];
    const slippage = new TradingSlippage({ percent: 0.0001 });
    for (const [side, sign] of [
      ["buy", 1],
      ["sell", -1],
    ] as const) {
      const script = once((s: Scripted) => s.send(coin, 1_000_000, side));
      const [fill] = (await run(barsOf(coin, [row]), script, { slippage })).result.fills;
      expect((fill?.price ?? 0) / 1.2345e-6).toBeCloseTo(1 + sign * 0.0001, 9);
    }
  });
  it("in ticks needs a tick, unless there are none to take", async () => {
    const traded = (ticks: number) => {
      const script = once((s: Scripted) => s.send(STOCK, 1, "buy"));
      return run(barsOf(STOCK, flat(100, 2)), script, { slippage: new TradingSlippage({ ticks }) });
    };
    expect((await traded(0)).result.fills).toMatchObject([{ price: 100 }]);
    await expect(traded(1)).rejects.toThrow(/its tick size is not known/);
  });
  it("in percent is against the order below zero as well", async () => {
    const below: Row = [-50, -48, -52, -50];
    const slippage = new TradingSlippage({ percent: 0.01 });
    // 1 % of 50.
    expect(await firstFill([below], "buy", {}, { slippage })).toEqual([0, -49.5]);
    expect(await firstFill([below], "sell", {}, { slippage })).toEqual([0, -50.5]);
  });
  it("is taken from whatever takes liquidity, and not from an order with a limit", async () => {
    expect(await at(1, "buy", { stopPrice: 100.25 })).toBe(100.5);
    expect(await at(1, "buy", { touchPrice: 99.75 })).toBe(100);
    expect(await at(1, "sell", { trailPrice: 0.25 })).toBe(99.5);
    expect(await at(1, "buy", { limitPrice: 100 })).toBe(100);
    expect(await at(1, "buy", { stopPrice: 100.25, limitPrice: 100.5 })).toBe(100.25);
    expect(await at(1, "sell", { touchPrice: 100.25, limitPrice: 99 })).toBe(100.25);
    expect(await at(1, "sell", { trailPrice: 0.25, limitOffset: 1 })).toBe(99.75);
  });
});

describe("orders sent from a fill callback", () => {
  it("of a fill at the open see the rest of that bar", async () => {
    const { Strategy, InMemoryBacktesting } = await import("backlit");
    class Protect extends Strategy {
      override onTradingIteration() {
        if (this.firstIteration) this.submitOrder(this.createOrder(ES, 1, "buy"));
      }
      override onFilledOrder(_position: unknown, order: { side: string }) {
        if (order.side === "buy") this.submitOrder(this.createOrder(ES, 1, "sell", { stopPrice: 98 }));
      }
    }
    const result = await new Protect().backtest(InMemoryBacktesting, T0, T0 + MINUTE, {
      data: [barsOf(ES, [[100, 101, 97, 99]])],
      market: "24/7",
    });
    expect(result.fills.map((fill) => [fill.side, fill.price])).toEqual([
      ["buy", 100],
      ["sell", 98],
    ]);
  });
  it("before it sleeps are told of when their bar opens, not when it wakes", async () => {
    // Bars at 0 and at 10. The hook sleeps to 2, when nobody can know that the next bar opens at 90.
    const { Strategy, InMemoryBacktesting } = await import("backlit");
    const told: number[] = [];
    class Sleeper extends Strategy {
      override onTradingIteration() {
        if (this.firstIteration) this.submitOrder(this.createOrder(ES, 1, "buy"));
      }
      override async onFilledOrder() {
        told.push(this.getTimestamp() - T0);
        if (told.length > 1) return;
        this.submitOrder(this.createOrder(ES, 1, "buy", { limitPrice: 95 }));
        await this.sleep(120);
      }
    }
    const bars = joinBars([barsOf(ES, flat(100, 1)), barsOf(ES, flat(90, 2), "1m", T0 + 10 * MINUTE)]);
    const result = await new Sleeper().backtest(InMemoryBacktesting, T0, T0 + 12 * MINUTE, {
      data: [bars],
      market: "24/7",
    });
    expect(result.fills.map(({ time, price }) => [time - T0, price])).toEqual([
      [0, 100],
      [10 * MINUTE, 90],
    ]);
    expect(told).toEqual([0, 10 * MINUTE]);
  });
  it("of a fill inside a bar wait for the next bar", async () => {
    const { Strategy, InMemoryBacktesting } = await import("backlit");
    class Reverse extends Strategy {
      override onTradingIteration() {
        if (this.firstIteration) this.submitOrder(this.createOrder(ES, 1, "buy", { limitPrice: 98 }));
      }
      override onFilledOrder(_position: unknown, order: { side: string }) {
        if (order.side === "buy") this.submitOrder(this.createOrder(ES, 1, "sell"));
      }
    }
    const rows: Row[] = [
      [100, 101, 97, 99],
      [102, 103, 101, 102],
    ];
    const result = await new Reverse().backtest(InMemoryBacktesting, T0, T0 + 2 * MINUTE, {
      data: [barsOf(ES, rows)],
      market: "24/7",
    });
    expect(result.fills.map((fill) => [fill.time, fill.price])).toEqual([
      [T0 + MINUTE - 1, 98],
      [T0 + MINUTE, 102],
    ]);
  });
});

describe("an order sent in the middle of a bar", () => {
  const other = new Asset({
    symbol: "NQ",
    assetType: "future",
    expiration: "2024-03-15",
    multiplier: 20,
    tickSize: 0.25,
  });
  /** Sent at the second minute of a bar of five; fills of ES as [minute of the bar, price]. */
  async function sent(slow: readonly Row[], side: "buy" | "sell", options: object) {
    const data = [barsOf(ES, slow, "5m", T0, 5 * MINUTE), barsOf(other, flat(50, 15))];
    const { result } = await run(data, (s) => void (s.iteration === 2 && s.send(ES, 1, side, options)));
    expect(result.orders[0]?.submittedAt).toBe(T0 + 2 * MINUTE);
    return result.fills.map(({ time, price }) => [time, price]);
  }
  it("does not fill in that bar, whose range it may already have missed", async () => {
    const slow: Row[] = [
      [100, 106, 94, 100],
      [100, 104, 96, 100],
      [100, 106, 94, 100],
    ];
    const third = T0 + 15 * MINUTE - 1;
    expect(await sent(slow, "buy", { limitPrice: 95 })).toEqual([[third, 95]]);
    expect(await sent(slow, "sell", { limitPrice: 105 })).toEqual([[third, 105]]);
    expect(await sent(slow, "buy", { stopPrice: 105 })).toEqual([[third, 105]]);
    expect(await sent(slow, "sell", { touchPrice: 105 })).toEqual([[third, 105]]);
  });
  it("does not trail by that bar either", async () => {
    // 3 behind the 100 at which the bar opened; neither its low of 94 nor its high of 106 is this order's. 102 - 3 = 99 is.
    const slow: Row[] = [
      [100, 106, 94, 101],
      [101, 102, 100, 102],
      [102, 102, 98, 98],
    ];
    expect(await sent(slow, "sell", { trailPrice: 3 })).toEqual([[T0 + 15 * MINUTE - 1, 99]]);
  });
});
