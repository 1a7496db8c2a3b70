import { Asset, type Bars, type ContractRoll, InMemoryBacktesting, TradingFee, TradingSlippage } from "backlit";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { barsOf, flat, joinBars, MINUTE, once, type Row, run, Scripted, T0 } from "./support.ts";

const ES = Asset.continuousFuture("ES");
const [H, M, U] = ["ESH24", "ESM24", "ESU24"].map((symbol) => Asset.future(symbol)) as [Asset, Asset, Asset];

/** A roll at the open of a row; both prices are closes of the row before. */
function rollAt(row: number, from: Asset, to: Asset, fromPrice: number, toPrice: number): ContractRoll {
  return { time: T0 + row * MINUTE, measuredAt: T0 + (row - 1) * MINUTE, from, to, fromPrice, toPrice };
}

/** H at 100, 102, 104; M at 110 with the last of these, then 111, 113, 112. */
const rows: Row[] = [100, 102, 104, 111, 113, 112].flatMap((price) => flat(price, 1));
const rolls = [rollAt(3, H, M, 104, 110)];
const budget = 100_000;

describe("a continuous future held over a roll", () => {
  const fee = [new TradingFee({ perContract: 1.5 })];

  it("is sold on the old contract and bought on the new one, with fees; the gap is nobody's profit", async () => {
    const { result, strategy } = await run(
      barsOf(ES, rows),
      (s) => {
        if (s.iteration === 0) s.send(ES, 2, "buy");
        const position = s.getPosition(ES);
        s.seen.push(
          `${position?.contract} ${position?.averagePrice} ${position?.unrealizedPnl} ${s.getPortfolioValue()}`,
        );
      },
      { budget, rolls, buyTradingFees: fee, sellTradingFees: fee },
    );
    expect(result.fills.map((f) => [f.time - T0, f.side, f.quantity, f.price, f.fee, f.contract, f.reason])).toEqual([
      [0, "buy", 2, 100, 3, "ESH24", undefined],
      [3 * MINUTE, "sell", 2, 104, 3, "ESH24", "roll"],
      [3 * MINUTE, "buy", 2, 110, 3, "ESM24", "roll"],
    ]);
    // 2 contracts x 50: 0 at 100, +200 at 102 and +400 at 104, less the fee of 3. At the roll the entry moves from 100 to 106, the price to 110:
    // still +400, less two fees more. Then (111 - 106) x 100 = 500, 700, and 600 at the end.
    expect(strategy.seen).toEqual([
      "undefined undefined undefined 100000",
      "ESH24 100 0 99997",
      "ESH24 100 200 100197",
      "ESM24 106 400 100391",
      "ESM24 106 500 100491",
      "ESM24 106 700 100691",
    ]);
    expect(result.equity.value.at(-1)).toBe(budget + 600 - 9);
    expect(result.trades).toMatchObject([
      {
        entryPrice: 100,
        exitPrice: 112,
        rolls: 1,
        rollGap: 6,
        fees: 9,
        pnl: 591,
        quantity: 2,
        open: true,
        mae: 0,
        mfe: 700,
      },
    ]);
    expect(result.events.map((event) => event.code)).toContain("position_rolled");
  });

  it("of a short is bought back and sold again, and slippage is paid twice", async () => {
    const { result } = await run(
      barsOf(ES, rows),
      (s) => {
        if (s.iteration === 0) s.send(ES, 1, "sell");
        if (s.iteration === 4) s.send(ES, 1, "buy");
      },
      { budget, rolls, slippage: new TradingSlippage({ ticks: 1 }) },
    );
    // Sold at 99.75, bought back at 104.25: -4.5; sold again at 109.75, bought at 113.25: -3.5. 8 points of 50.
    expect(result.fills.map((f) => [f.side, f.price])).toEqual([
      ["sell", 99.75],
      ["buy", 104.25],
      ["sell", 109.75],
      ["buy", 113.25],
    ]);
    expect(result.equity.value.at(-1)).toBe(budget - 400);
    expect(result.trades).toMatchObject([
      { pnl: -400, entryPrice: 99.75, exitPrice: 113.25, rollGap: 5.5, open: false },
    ]);
  });

  it("pays fees on what was paid: a fraction of the prices with the slippage in them", async () => {
    const fee = [new TradingFee({ percent: 0.001 })];
    const { result } = await run(
      barsOf(ES, rows),
      once((s) => s.send(ES, 1, "sell")),
      { budget, rolls, slippage: new TradingSlippage({ ticks: 1 }), buyTradingFees: fee, sellTradingFees: fee },
    );
    // Bought back at 104.25 and sold at 109.75, times 50, a thousandth of it.
    expect(result.fills.slice(1).map((f) => [f.price, Math.round(f.fee * 1e6) / 1e6])).toEqual([
      [104.25, 5.2125],
      [109.75, 5.4875],
    ]);
  });

  it.each([
    ["at which the run ends", T0 + 6 * MINUTE],
    ["in the bar with which the run ends", T0 + 5 * MINUTE + 1],
  ])("belongs to what comes after at an instant %s", async (_, time) => {
    const { result } = await run(
      barsOf(ES, rows),
      once((s) => s.send(ES, 1, "buy")),
      { budget, rolls: [{ ...rollAt(6, H, M, 112, 118), time }] },
    );
    expect(result.fills).toHaveLength(1);
    // Bought at 100, worth 112.
    expect(result.equity.value.at(-1)).toBe(budget + 600);
  });

  it("rolls at the end of the bar in progress: no bar belongs to two contracts", async () => {
    const late = [{ ...rollAt(3, H, M, 104, 110), time: T0 + 2 * MINUTE + 1 }];
    const { result } = await run(
      barsOf(ES, rows),
      once((s) => s.send(ES, 1, "buy")),
      { budget, rolls: late },
    );
    expect(result.fills[1]).toMatchObject({ time: T0 + 3 * MINUTE, price: 104, reason: "roll" });
  });

  it("sells at the last price where that is later than the one the gap was measured on", async () => {
    // The gap of 6 was measured at 102; the old contract traded on to 104.
    const early = [{ ...rollAt(3, H, M, 102, 108), measuredAt: T0 + MINUTE }];
    const { result } = await run(
      barsOf(ES, rows),
      once((s) => s.send(ES, 1, "buy")),
      { budget, rolls: early },
    );
    expect(result.fills.slice(1).map((f) => f.price)).toEqual([104, 110]);
  });

  it("knows its contract when the run starts after a roll, and its price where that starts at one", async () => {
    const bars = barsOf(ES, rows);
    const seen: unknown[] = [];
    await run(bars, async (s) => void seen.push(await s.getLastPrice(ES)), { budget, rolls });
    expect(seen[3]).toBe(110);
    const { result } = await run(
      bars.slice(4, 6),
      once((s) => s.send(ES, 1, "buy")),
      { budget, rolls },
    );
    // Bars of the second contract only: rolls before them are none of the source's business.
    expect(result.fills).toMatchObject([{ price: 113 }]);
  });

  describe("with bars from before a start that lies behind a roll", () => {
    /** M goes over to U, at 112 and 115, with the sixth bar. */
    const twice = [...rolls, rollAt(6, M, U, 112, 115)];
    const whole = barsOf(ES, [...rows, ...flat(116, 2)]);
    const from = async (row: number, { bars = whole, rolls = twice } = {}) => {
      const seen: unknown[] = [];
      const strategy = new Scripted(async (s) => {
        if (s.iteration === 0) seen.push(await s.getLastPrice(ES));
        if (s.iteration === 0) s.send(ES, 1, "buy");
        if (s.iteration === 1) seen.push(s.getPosition(ES)?.contract);
      });
      const setup = strategy.initialize.bind(strategy);
      strategy.initialize = async () => {
        await setup();
        seen.push(await strategy.getLastPrice(ES));
      };
      const end = T0 + 8 * MINUTE;
      const options = { data: [bars], rolls, budget, market: "24/7" };
      const result = await strategy.backtest(InMemoryBacktesting, T0 + row * MINUTE, end, options);
      const fills = result.fills.map(({ time, price, contract }) => [(time - T0) / MINUTE, price, contract]);
      return { seen, fills, first: result.equity.time[0] };
    };
    /** The second roll only, of what was bought at the start. */
    const rolled = [
      [6, 112, "ESM24"],
      [6, 115, "ESU24"],
    ];

    it("holds the contract of the start, and rolls by what is to come", async () => {
      // The last price is that of M's first bar, 111: the roll was worked into it before.
      expect(await from(4)).toEqual({
        seen: [111, 111, "ESM24"],
        fills: [[4, 113, "ESM24"], ...rolled],
        first: T0 + 4 * MINUTE,
      });
    });

    it("knows the contract by the roll behind it alone", async () => {
      expect((await from(4, { rolls })).fills).toEqual([[4, 113, "ESM24"]]);
    });

    it("moves the last price of the contract that was left while no bar came by the gap", async () => {
      // H closed at 104; the roll to M is at the open of the bar that is missing: 110.
      const bars = joinBars([whole.slice(0, 3), whole.slice(4, 8)]);
      expect(await from(4, { bars })).toMatchObject({
        seen: [110, 110, "ESM24"],
        fills: [[4, 113, "ESM24"], ...rolled],
      });
    });

    it("moves the last price of the contract that was left just then by the gap", async () => {
      // H closed at 104 as the run begins, and the roll to M is due: 110.
      expect(await from(3)).toEqual({
        seen: [110, 110, "ESM24"],
        fills: [[3, 111, "ESM24"], ...rolled],
        first: T0 + 3 * MINUTE,
      });
    });
  });
});

describe("a dated contract beside its continuous future", () => {
  it("is held over the roll as it is", async () => {
    const { result } = await run(
      [barsOf(ES, rows), barsOf(H, rows)],
      once((s) => s.send(H, 1, "buy")),
      { budget, rolls },
    );
    expect(result.fills.map(({ price, reason }) => [price, reason])).toEqual([[100, undefined]]);
    // 12 points of 50.
    expect(result.equity.value.at(-1)).toBe(budget + 600);
  });
});

describe("orders that rest over a roll", () => {
  it("stay, moved by the gap, and the run says so", async () => {
    const bars = barsOf(ES, [...rows.slice(0, 4), [113, 113, 108, 109], ...flat(109, 2)]);
    const { result, strategy } = await run(
      bars,
      (s) => {
        if (s.iteration === 0)
          s.send(ES, 1, "buy", { orderClass: "bracket", takeProfitPrice: 120, stopLossPrice: 103 - 4 });
        if (s.iteration === 2) s.send(ES, 1, "sell", { stopPrice: 103 });
      },
      { budget, rolls },
    );
    // 103 + 6 = 109 is met in the bar that falls to 108; the bracket's stop at 99 + 6 = 105 is not, its target is 126 now.
    expect(result.fills.at(-1)).toMatchObject({ price: 109, contract: "ESM24", orderId: strategy.orderLog[1]?.id });
    const [entry] = strategy.orderLog;
    expect(entry?.children).toMatchObject([{ limitPrice: 126 }, { stopPrice: 105 }]);
    expect(result.events.filter((event) => event.code === "order_rolled")).toHaveLength(3);
  });

  it("with exits that wait for them are moved with these, and told in the order in which they were sent", async () => {
    // Bars end at minute 2 and begin again at 5, when the roll is; the second and third order are sent at 4 and cannot fill before. Market orders have
    // no price that moves. An exit at 90 is at 96, one at 130 at 136.
    const bars = joinBars([barsOf(ES, flat(104, 3)), barsOf(ES, flat(111, 3), "1m", T0 + 5 * MINUTE)]);
    const exits = { orderClass: "bracket", takeProfitPrice: 130, stopLossPrice: 90 } as const;
    const { result, strategy } = await run(
      bars,
      (s) => void (s.iteration === 0 && s.send(ES, 1, "buy", { limitPrice: 95, ...exits })),
      {
        budget,
        rolls: [rollAt(5, H, M, 104, 110)],
        setup: (s) => {
          s.schedule("4 15 * * *", () => {
            s.send(ES, 1, "buy", exits);
            s.send(ES, 1, "sell", { trailPrice: 3 });
            s.send(ES, 1, "buy");
          });
        },
      },
    );
    const moved = [{ limitPrice: 136 }, { stopPrice: 96 }];
    expect(strategy.orderLog).toMatchObject([
      { limitPrice: 101, children: moved },
      { children: moved },
      { trailPrice: 3 },
      {},
    ]);
    const told = result.events.filter(({ code }) => code === "order_rolled").map(({ orderId }) => orderId);
    expect(told).toEqual(strategy.orderLog.slice(0, 3).map(({ id }) => id));
  });

  it("that trail keep their distance", async () => {
    const bars = barsOf(ES, [...rows.slice(0, 4), [111, 111, 107, 108], ...flat(108, 1)]);
    const { result } = await run(
      bars,
      (s) => {
        if (s.iteration === 0) s.send(ES, 1, "buy");
        if (s.iteration === 1) s.send(ES, 1, "sell", { trailPrice: 3 });
      },
      { budget, rolls },
    );
    // Best price 104 on the old contract, 110 on the new one, 111 after its first bar: the stop is at 108.
    expect(result.fills.at(-1)).toMatchObject({ side: "sell", price: 108 });
  });
});

describe("a trailing stop-limit order that was set off before a roll", () => {
  it("rests at its limit, moved by the gap", async () => {
    // Level 103 - 2 = 101, jumped at 99: the limit of 100 is 106 on the new contract.
    const bars = barsOf(ES, [...flat(103, 2), ...flat(99, 1), ...flat(105, 1), [105, 106, 105, 105]]);
    const { result } = await run(
      bars,
      (s) => void (s.iteration === 1 && s.send(ES, 1, "sell", { trailPrice: 2, limitOffset: 1 })),
      { budget, rolls: [rollAt(3, H, M, 99, 105)] },
    );
    expect(result.fills).toMatchObject([{ price: 106, time: T0 + 5 * MINUTE - 1 }]);
  });

  it("rests there to the last decimal", async () => {
    // Level 67.01 - 1, jumped at 64; the limit of 65.01 and the gap of 0.01 are 65.02, which in doubles they are not.
    expect(65.01 + 0.01).toBeGreaterThan(65.02);
    const crude = Asset.continuousFuture("CL");
    const roll = rollAt(3, Asset.future("CLG24"), Asset.future("CLH24"), 64, 64.01);
    const { result } = await run(
      barsOf(crude, [...flat(67.01, 2), ...flat(64, 1), ...flat(64.5, 1), [64.5, 65.02, 64, 64]]),
      (s) => void (s.iteration === 1 && s.send(crude, 1, "sell", { trailPrice: 1, limitOffset: 1 })),
      { budget, rolls: [roll] },
    );
    expect(result.fills).toMatchObject([{ price: 65.02 }]);
  });
});

describe("history across rolls", () => {
  /** The worked example of `docs/futures.md`: gaps of +6 after the third bar and of -3 after the sixth. */
  const three: Row[] = [100, 102, 104, 111, 113, 112, 108, 110].flatMap((price) => flat(price, 1));
  const two = [rollAt(3, H, M, 104, 110), rollAt(6, M, U, 112, 109)];

  async function closes(adjust: "none" | "difference" | "ratio", direction: "backward" | "forward" = "backward") {
    const asset = Asset.continuousFuture("ES", { adjust, direction });
    const views: Bars[] = [];
    await run(
      barsOf(ES, [...three, ...flat(110, 1)]),
      async (s) => {
        const view = s.iteration === 0 ? undefined : await s.getHistoricalPrices(asset, s.iteration, "1m");
        if (view !== undefined) views.push(view);
      },
      { budget, rolls: two, assets: [asset] },
    );
    return views.map((view) => [...view.close].map((price) => Math.round(price * 100) / 100));
  }

  it("is adjusted as of now by difference, and views handed out before stay true", async () => {
    expect(await closes("difference")).toEqual([
      [100],
      [100, 102],
      [106, 108, 110],
      [106, 108, 110, 111],
      [106, 108, 110, 111, 113],
      [103, 105, 107, 108, 110, 109],
      [103, 105, 107, 108, 110, 109, 108],
      [103, 105, 107, 108, 110, 109, 108, 110],
    ]);
  });

  it("by ratio and forward gives the table of the documentation at its end", async () => {
    expect((await closes("ratio")).at(-1)).toEqual([102.94, 104.99, 107.05, 108.03, 109.97, 109, 108, 110]);
    expect((await closes("difference", "forward")).at(-1)).toEqual([100, 102, 104, 105, 107, 106, 105, 107]);
    expect((await closes("none")).at(-1)).toEqual([100, 102, 104, 111, 113, 112, 108, 110]);
  });

  it("that is shown forward keeps the prices of the contract with which the run starts", async () => {
    const asset = Asset.continuousFuture("ES", { adjust: "difference", direction: "forward" });
    const from = async (row: number) => {
      const seen: number[][] = [];
      const strategy = new Scripted(
        async (s) => void seen.push([...((await s.getHistoricalPrices(asset, s.iteration + 3, "1m"))?.close ?? [])]),
      );
      const data = [barsOf(ES, [...three, ...flat(110, 1)])];
      const options = { ...{ data, rolls: two, budget, assets: [asset] }, market: "24/7" };
      await strategy.backtest(InMemoryBacktesting, T0 + row * MINUTE, T0 + 9 * MINUTE, options);
      return [seen.at(0), seen.at(-1)];
    };
    // M begins with the fourth bar: what H traded at is 6 more in it, what U trades at 3 more.
    const last = [112, 111, 113];
    expect(await from(3)).toEqual([
      [106, 108, 110],
      [106, 108, 110, 111, 113, ...last],
    ]);
    expect(await from(4)).toEqual([
      [108, 110, 111],
      [108, 110, 111, 113, ...last],
    ]);
  });

  it("is adjusted while fills and money are not, and a limit price taken from it can be traded", async () => {
    const asset = Asset.continuousFuture("ES", { adjust: "difference" });
    const { result } = await run(
      barsOf(ES, [...three.slice(0, 4), [113, 113, 109.5, 113], ...flat(113, 1)]),
      async (s) => {
        const view = await s.getHistoricalPrices(asset, 4, "1m");
        if (s.iteration === 4) s.send(asset, 1, "buy", { limitPrice: view?.close[2] as number });
      },
      { budget, rolls: two, assets: [asset] },
    );
    expect(result.fills).toMatchObject([{ price: 110, contract: "ESM24" }]);
  });
});

describe("rolls given to a source in memory", () => {
  it("are adjusted as the asset asks when the source itself is asked", async () => {
    const asset = Asset.continuousFuture("ES", { adjust: "difference" });
    const bars = barsOf(ES, rows);
    const source = new InMemoryBacktesting({ data: [bars], rolls });
    const request = { timestep: bars.timestep, start: T0, end: T0 + 60 * MINUTE, lookback: 0 };
    expect([...(await source.getBars({ asset, ...request })).close]).toEqual([106, 108, 110, 111, 113, 112]);
    expect([...(await source.getBars({ asset: ES, ...request })).close]).toEqual([100, 102, 104, 111, 113, 112]);
  });

  it("are missed aloud where the asset asks for adjusted prices", async () => {
    const asset = Asset.continuousFuture("ES", { adjust: "difference" });
    const { result } = await run(barsOf(asset, rows), () => {}, { budget });
    expect(result.events).toMatchObject([{ code: "adjustment_unknown", level: "warning" }]);
  });

  it("are refused when they are none", async () => {
    const attempt = (wrong: readonly ContractRoll[]) => run(barsOf(ES, rows), () => {}, { rolls: wrong });
    const [roll] = rolls as [ContractRoll];
    await expect(attempt([roll, roll])).rejects.toMatchObject({ code: "invalid_option" });
    await expect(attempt([{ ...roll, toPrice: Number.NaN }])).rejects.toMatchObject({ code: "invalid_option" });
    await expect(attempt([{ ...roll, to: Asset.future("NQM24") }])).rejects.toMatchObject({ code: "invalid_option" });
  });
});

describe("for any prices and any gaps", () => {
  const path = fc.array(fc.integer({ min: -40, max: 40 }), { minLength: 1, maxLength: 6 });
  const legs = fc.array(fc.record({ path, gap: fc.integer({ min: -60, max: 60 }) }), { minLength: 1, maxLength: 5 });

  it("a held position earns what each contract moved and nothing else", () =>
    fc.assert(
      fc.asyncProperty(legs, fc.constantFrom("buy", "sell"), async (segments, side) => {
        const prices: number[] = [];
        const table: ContractRoll[] = [];
        let price = 400;
        let earned = 0;
        for (const [number, { path: moves, gap }] of segments.entries()) {
          if (number > 0) {
            const contracts = [H, M, U, Asset.future("ESZ24"), Asset.future("ESH25")] as const;
            const [from, to] = [contracts[number - 1] as Asset, contracts[number] as Asset];
            table.push(rollAt(prices.length, from, to, price / 4, (price + gap) / 4));
            price += gap;
          }
          for (const move of moves) {
            // Bought at the open of the first bar, which is its close as well.
            if (prices.length > 0) earned += move / 4;
            price += move;
            prices.push(price / 4);
          }
        }
        const { result } = await run(
          barsOf(
            ES,
            prices.flatMap((value) => flat(value, 1)),
          ),
          once((s) => s.send(ES, 1, side as "buy" | "sell")),
          { budget: 10 * budget, rolls: table },
        );
        expect(result.equity.value.at(-1)).toBe(10 * budget + (side === "buy" ? 1 : -1) * earned * 50);
        expect(result.trades).toHaveLength(1);
        expect(result.fills).toHaveLength(1 + 2 * table.length);
      }),
      { numRuns: 60 },
    ));

  it("orders that rest, and what is held, do as if there were one contract and no gap", () =>
    fc.assert(
      fc.asyncProperty(legs, async (segments) => {
        const contracts = [H, M, U, Asset.future("ESZ24"), Asset.future("ESH25")];
        const [rolled, plain]: [number[], number[]] = [[], []];
        const table: ContractRoll[] = [];
        let [price, gaps] = [400, 0];
        for (const [number, { path: moves, gap }] of segments.entries()) {
          if (number > 0) {
            const [from, to] = [contracts[number - 1] as Asset, contracts[number] as Asset];
            table.push(rollAt(rolled.length, from, to, (price + gaps) / 4, (price + gaps + gap) / 4));
            gaps += gap;
          }
          for (const move of moves) {
            price += move;
            rolled.push((price + gaps) / 4);
            plain.push(price / 4);
          }
        }
        // A roll is an instant of its own, at which nothing changes: the last value of an instant counts.
        const equity = async (prices: readonly number[], rolls: readonly ContractRoll[]) => {
          const bars = barsOf(
            ES,
            prices.flatMap((value) => flat(value, 1)),
          );
          const { result } = await run(bars, (s) => (s.iteration === 1 ? restAll(s) : undefined), {
            budget: 10 * budget,
            marginCall: "off",
            rolls,
          });
          return new Map([...result.equity.time].map((time, row) => [time, result.equity.value[row]]));
        };
        expect(await equity(rolled, table)).toEqual(await equity(plain, []));
      }),
      { numRuns: 60 },
    ));
});

/** An order of every kind around the last price, in points. */
async function restAll(s: Scripted): Promise<void> {
  const last = (await s.getLastPrice(ES)) ?? Number.NaN;
  s.send(ES, 2, "buy");
  s.send(ES, 1, "buy", { limitPrice: last - 3 });
  s.send(ES, 1, "buy", { stopPrice: last + 3, limitPrice: last + 5 });
  s.send(ES, 1, "sell", { stopPrice: last - 4 });
  s.send(ES, 1, "sell", { trailPrice: 4 });
  s.send(ES, 1, "sell", { trailPrice: 6, limitOffset: 1 });
  s.send(ES, 1, "sell", { touchPrice: last + 5, limitPrice: last + 6 });
  s.send(ES, 1, "sell", { orderClass: "oco", takeProfitPrice: last + 8, stopLossPrice: last - 8 });
  s.send(ES, 1, "buy", {
    limitPrice: last - 5,
    orderClass: "bracket",
    takeProfitPrice: last + 2,
    stopLossTrailPrice: 3,
  });
}
