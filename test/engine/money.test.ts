import {
  Asset,
  type BacktestOptions,
  type BacktestResult,
  InMemoryBacktesting,
  type InstrumentDetails,
  TradingFee,
  TradingSlippage,
} from "backlit";
import { describe, expect, it } from "vitest";
import { barsOf, ES, flat, MINUTE, once, type Row, run, Scripted, STOCK, T0 } from "./support.ts";

const last = (column: Float64Array) => column.at(-1);

describe("futures money", () => {
  const mes = new Asset({
    symbol: "MES",
    assetType: "future",
    expiration: "2024-03-15",
    multiplier: 5,
    tickSize: 0.25,
  });

  it("blends the entry price over adds and counts a flip from its own price", async () => {
    // Long 1 at 5000, 1 more at 5010, marked at 5010: +50. Then sell 4 at 5020: two closed for +150 in all, short 2 at 5020.
    const rows: Row[] = [...flat(5000, 1), ...flat(5010, 1), ...flat(5020, 2)];
    const { result, strategy } = await run(
      barsOf(mes, rows),
      (s) => {
        if (s.iteration === 0) s.send(mes, 1, "buy");
        if (s.iteration === 1) s.send(mes, 1, "buy");
        if (s.iteration === 2) s.seen.push(String(s.getPosition(mes)?.averagePrice), String(s.getPortfolioValue()));
        if (s.iteration === 2) s.send(mes, 4, "sell");
        if (s.iteration === 3)
          s.seen.push(String(s.getPosition(mes)?.quantity), String(s.getPosition(mes)?.averagePrice));
      },
      { budget: 100_000 },
    );
    expect(strategy.seen).toEqual(["5005", "100050", "-2", "5020"]);
    expect(last(result.equity.value)).toBe(100_150);
    expect(result.trades.map((trade) => [trade.direction, trade.quantity, trade.pnl, trade.open])).toEqual([
      ["long", 1, 100, false],
      ["long", 1, 50, false],
      ["short", 2, 0, true],
    ]);
  });

  it("never rounds a price: 6E unchanged is worth nothing", async () => {
    const euro = new Asset({
      symbol: "6E",
      assetType: "future",
      expiration: "2024-03-18",
      multiplier: 125_000,
      tickSize: 0.00005,
    });
    const { result } = await run(
      barsOf(euro, flat(1.08455, 3)),
      once((s) => s.send(euro, 1, "buy")),
      { budget: 100_000 },
    );
    expect(last(result.equity.value)).toBe(100_000);
  });

  it("keeps two expirations of one root apart", async () => {
    const near = ES;
    const far = new Asset({
      symbol: "ES",
      assetType: "future",
      expiration: "2024-06-21",
      multiplier: 50,
      tickSize: 0.25,
    });
    const { result, strategy } = await run(
      [barsOf(near, flat(4800, 4)), barsOf(far, flat(4850, 4))],
      (s) => {
        if (s.iteration === 0) {
          s.send(near, 10, "buy");
          s.send(far, 10, "sell");
        }
        if (s.iteration === 2)
          s.seen.push(
            s
              .getPositions()
              .map((position) => position.quantity)
              .join(),
          );
      },
      { budget: 1_000_000 },
    );
    expect(strategy.seen).toEqual(["10,-10"]);
    expect(last(result.equity.value)).toBe(1_000_000);
  });

  it("counts fees per contract, and percent fees on the notional with the multiplier", async () => {
    const cost = async (fee: TradingFee) => {
      const { result } = await run(
        barsOf(mes, flat(5000, 2)),
        once((s) => s.send(mes, 10, "buy")),
        {
          budget: 100_000,
          buyTradingFees: [fee],
        },
      );
      return result.fills[0]?.fee;
    };
    expect(await cost(new TradingFee({ perContract: 0.62 }))).toBeCloseTo(6.2, 10);
    expect(await cost(new TradingFee({ percent: 0.0001 }))).toBeCloseTo(25, 10);
    expect(await cost(new TradingFee({ flat: 1.5 }))).toBe(1.5);
    expect(await cost(new TradingFee({ perShare: 1 }))).toBe(0);
  });

  it("adds up all fees of a side", async () => {
    // 10 x 0.62 for the contracts, 1.50 for the order, a ten-thousandth of 5000 x 10 x 5.
    const { result } = await run(
      barsOf(mes, flat(5000, 2)),
      once((s) => s.send(mes, 10, "buy")),
      {
        budget: 100_000,
        buyTradingFees: [{ perContract: 0.62 }, { flat: 1.5 }, { percent: 0.0001 }].map(
          (terms) => new TradingFee(terms),
        ),
      },
    );
    expect(result.fills[0]?.fee).toBeCloseTo(6.2 + 1.5 + 25, 10);
  });

  it("charges the sell side by its own list, and every kind of order", async () => {
    const rows: Row[] = [...flat(100, 1), [100, 100, 95, 95]];
    const { result } = await run(
      barsOf(ES, rows),
      (s) => {
        if (s.iteration === 0) s.send(ES, 1, "buy");
        if (s.iteration === 1) s.send(ES, 1, "sell", { trailPrice: 2 });
      },
      { sellTradingFees: [new TradingFee({ perContract: 3 })] },
    );
    expect(result.fills.map((fill) => fill.fee)).toEqual([0, 3]);
    expect(result.stats.fees).toBe(3);
  });

  it("takes slippage in ticks from orders that take liquidity and from no others", async () => {
    const { result } = await run(
      barsOf(ES, [
        [100, 101, 99, 100],
        [100, 105, 95, 100],
      ]),
      (s) => {
        if (s.iteration === 0) s.send(ES, 1, "buy");
        if (s.iteration === 1) s.send(ES, 1, "sell", { limitPrice: 104 });
      },
      { slippage: new TradingSlippage({ ticks: 2 }) },
    );
    expect(result.fills.map((fill) => fill.price)).toEqual([100.5, 104]);
    expect(result.fills[0]?.slippage).toBe(25);
  });

  it("tells a slippage function what fills, on which side and how much of it, before it slips", async () => {
    const told: unknown[] = [];
    const rows: Row[] = [
      [100, 101, 99, 100, 70],
      [102, 103, 101, 102, 80],
    ];
    const slippage = new TradingSlippage({
      fn: ({ asset, ...context }) => {
        told.push([asset.toString(), context]);
        return 0.5;
      },
    });
    const { result } = await run(
      barsOf(ES, rows),
      (s) => {
        if (s.iteration === 0) s.send(ES, 3, "buy");
        if (s.iteration === 1) s.send(ES, 2, "sell");
      },
      { slippage },
    );
    expect(told).toEqual([
      [ES.toString(), { side: "buy", quantity: 3, price: 100, tickSize: 0.25, volume: 70 }],
      [ES.toString(), { side: "sell", quantity: 2, price: 102, tickSize: 0.25, volume: 80 }],
    ]);
    expect(result.fills.map((fill) => fill.price)).toEqual([100.5, 101.5]);
  });

  it("takes the multiplier from the contract table when nobody gives one", async () => {
    const bare = Asset.continuousFuture("NQ");
    const rows: Row[] = [...flat(100, 1), ...flat(101, 2)];
    const { result } = await run(
      barsOf(bare, rows),
      once((s) => s.send(bare, 1, "buy")),
      { budget: 100_000 },
    );
    expect(last(result.equity.value)).toBe(100_020);
  });

  it("tells two sizes of one contract, whether they clash at the start or when the strategy names it again", async () => {
    const sized = (multiplier: number) =>
      new Asset({ symbol: "ES", assetType: "future", expiration: "2024-03-15", multiplier, tickSize: 0.25 });
    const play = async (held: number, asked: readonly number[]) => {
      const { result } = await run(
        barsOf(sized(held), [...flat(100, 2), ...flat(101, 2)]),
        (s) => {
          const size = asked[s.iteration];
          if (size !== undefined) s.send(sized(size), 1, "buy");
        },
        { budget: 100_000, marginCall: "off" },
      );
      const told = result.events.filter(({ code }) => code === "contract_terms_clash").map(({ message }) => message);
      return { told, profit: (last(result.equity.value) ?? 0) - 100_000 };
    };
    expect(await play(50, [50])).toEqual({ told: [], profit: 50 });
    // The bars say 5, the contract table 50.
    expect(await play(5, [5])).toEqual({
      told: [expect.stringContaining("its multiplier is 5 by the asset and 50 by the contract table; 5 is used")],
      profit: 5,
    });
    // The bars say 50, an asset of the strategy 5: the run has begun with 50.
    expect(await play(50, [5, 50])).toEqual({
      told: [expect.stringMatching(/its multiplier is 50 by the asset .* first and 5 by another .*; 50 is used/)],
      profit: 100,
    });
  });

  describe("of which the source knows more than the bars", () => {
    /** What a definition of the exchange says. */
    const told = (details: InstrumentDetails) =>
      class extends InMemoryBacktesting {
        describe() {
          return Promise.resolve(details);
        }
      };
    const HOUR = 60 * MINUTE;
    const evening = Date.UTC(2024, 0, 2, 20);
    const xyz = new Asset({ symbol: "XYZ", assetType: "future", multiplier: 10, expiration: "2024-03-15" });
    const play = async (asset: Asset, details: InstrumentDetails, options: BacktestOptions = {}) => {
      const bars = barsOf(asset, [...flat(100, 2), ...flat(101, 6)], "1h", evening, HOUR);
      const strategy = new Scripted(
        (s) => void (s.iteration === 0 && s.send(asset, 1, "buy")),
        (s) => {
          s.sleeptime = "1h";
        },
      );
      return strategy.backtest(told(details), evening, evening + 8 * HOUR, {
        data: [bars],
        market: "24/7",
        marginCall: "off",
        ...options,
      });
    };

    it("trades by the hours it tells", async () => {
      // Nobody knows the exchange of this root: its day ends at midnight UTC, with CME's hours at 16:00 in Chicago.
      expect((await play(xyz, {})).cashflows.map(({ time }) => (time - evening) / HOUR)).toEqual([4]);
      const bars = await play(xyz, { calendar: "CME_Equity" });
      // Settled at 22:00 at 100: nothing to pay; the position is open over midnight.
      expect(bars.cashflows).toEqual([]);
    });

    it("trades by the hours it tells where the exchange's are known too", async () => {
      // By CME's hours ES is settled at 22:00, at the price it was bought at; by a day that ends at midnight UTC at 101, a point of 50.
      const es = Asset.future("ES", "2024-03-15");
      expect((await play(es, {})).cashflows).toEqual([]);
      const { cashflows } = await play(es, { calendar: "24/7" });
      expect(cashflows.map(({ time, amount }) => [(time - evening) / HOUR, amount])).toEqual([[4, 50]]);
    });

    it("ends on the last trading day it tells, before that of the exchange's rule, and not before that of the asset itself", async () => {
      const ends = (result: BacktestResult) =>
        result.fills.slice(1).map(({ time, reason }) => [(time - evening) / HOUR, reason]);
      expect(ends(await play(Asset.future("ESH24"), { expiration: "2024-01-02" }))).toEqual([[2, "expiration"]]);
      expect(ends(await play(Asset.future("ES", "2024-03-15"), { expiration: "2024-01-02" }))).toEqual([]);
    });

    it("takes size and tick from the bars, tells where the source has others, and lets its currency be", async () => {
      const es = new Asset({
        symbol: "ES",
        assetType: "future",
        expiration: "2024-03-15",
        multiplier: 50,
        tickSize: 0.25,
      });
      const { events, equity } = await play(es, { multiplier: 5, tickSize: 0.5 }, { budget: 100_000 });
      expect(last(equity.value)).toBe(100_000 + 50);
      expect(events.filter(({ code }) => code === "contract_terms_clash").map(({ message }) => message)).toEqual([
        expect.stringContaining("its multiplier is 50 by the asset and 5 by the data source; 50 is used"),
        expect.stringContaining("its tick size is 0.25 by the asset and 0.5 by the data source; 0.25 is used"),
      ]);
      // A point of 10 EUR at 1.50, where the source says that its prices are in euro.
      const euro = await play(
        xyz,
        { currency: "EUR" },
        { budget: 100_000, currency: "USD", fxRates: { "EUR/USD": 1.5 } },
      );
      expect(last(euro.equity.value)).toBeCloseTo(100_000 + 15, 9);
    });
  });

  describe("of which the strategy, the bars and the source say different things", () => {
    const [plain, dated] = [
      Asset.future("ESH24"),
      { symbol: "ES", assetType: "future", expiration: "2024-03-15" },
    ] as const;
    /** Asked for as the strategy writes it; the source has its bars under an asset of its own, and a definition. */
    const play = async (asked: Asset, held: Asset, details: InstrumentDetails) => {
      class Defined extends InMemoryBacktesting {
        override assets() {
          return [];
        }
        describe() {
          return details;
        }
      }
      const strategy = new Scripted(once((s) => s.send(asked, 1, "buy")));
      const { equity, events } = await strategy.backtest(Defined, T0, T0 + 4 * MINUTE, {
        ...{ data: [barsOf(held, [...flat(100, 2), ...flat(101, 2)])], assets: [asked], market: "24/7" },
        ...{ marginCall: "off", budget: 100_000 },
      });
      const told = events.filter(({ code }) => code === "contract_terms_clash").map(({ message }) => message);
      return { profit: (last(equity.value) ?? 0) - 100_000, told };
    };

    it("takes the strategy's, then those of the bars, then the source's, then the table's", async () => {
      const held = new Asset({ ...dated, multiplier: 5, tickSize: 0.5 });
      const details = { multiplier: 20, tickSize: 1 };
      const own = new Asset({ symbol: "ESH24", assetType: "future", multiplier: 2, tickSize: 0.1 });
      const first = await play(own, held, details);
      expect([first.profit, first.told.length]).toEqual([2, 6]);
      expect(first.told[0]).toContain("its multiplier is 2 by the asset and 5 by the bars; 2 is used");
      const { profit, told } = await play(plain, held, details);
      expect(profit).toBe(5);
      expect(told).toEqual([
        expect.stringContaining("its multiplier is 5 by the bars and 20 by the data source; 5 is used"),
        expect.stringContaining("its multiplier is 5 by the bars and 50 by the contract table; 5 is used"),
        expect.stringContaining("its tick size is 0.5 by the bars and 1 by the data source; 0.5 is used"),
        expect.stringContaining("its tick size is 0.5 by the bars and 0.25 by the contract table; 0.5 is used"),
      ]);
      expect((await play(plain, Asset.future("ESH24"), details)).profit).toBe(20);
      expect((await play(plain, Asset.future("ESH24"), {})).profit).toBe(50);
    });

    it("lets a tick be that the table knows of the past, or of later months, whoever tells it", async () => {
      // ZT went by 0.0078125 until 2019; SR3 goes by 0.005 in all months but the nearest.
      for (const [symbol, tickSize] of [
        ["ZTH24", 0.0078125],
        ["SR3H24", 0.005],
      ] as const) {
        const [bare, sized] = [Asset.future(symbol), new Asset({ symbol, assetType: "future", tickSize })];
        for (const [asked, held, details] of [
          [sized, bare, {}],
          [bare, sized, {}],
          [bare, bare, { tickSize }],
        ] as const)
          expect((await play(asked, held, details)).told).toEqual([]);
      }
      // Neither ever went by 0.01.
      expect((await play(Asset.future("ZTH24"), Asset.future("ZTH24"), { tickSize: 0.01 })).told).toHaveLength(1);
    });

    it("does not take a share for the future of that root", async () => {
      // CL is crude oil, 1,000 barrels in ticks of a cent, and a share.
      const share = Asset.stock("CL");
      expect(await play(share, share, {})).toEqual({ profit: 1, told: [] });
    });
  });

  it("lists what is held in the order of the run, and no more what was sold", async () => {
    const [first, second] = [Asset.stock("AAA"), Asset.stock("BBB")];
    const seen: unknown[] = [];
    await run([barsOf(second, flat(10, 4)), barsOf(first, flat(10, 4))], (s) => {
      if (s.iteration === 0) s.send(second, 1, "buy");
      if (s.iteration === 1) s.send(first, 2, "buy");
      if (s.iteration === 2) s.send(second, 1, "sell");
      seen.push(
        s
          .getPositions()
          .map(({ asset, quantity }) => `${quantity} ${asset.symbol}`)
          .join(", "),
        s.getPosition(second)?.quantity,
      );
    });
    expect(seen).toEqual(["", undefined, "1 BBB", 1, "2 AAA, 1 BBB", 1, "2 AAA", undefined]);
  });

  it("refuses a future nobody knows the size of", async () => {
    const unknown = Asset.continuousFuture("QQQX");
    await expect(run(barsOf(unknown, flat(1, 2)), () => {})).rejects.toMatchObject({ code: "invalid_asset" });
    const index = Asset.future("FESX", "2024-03-15");
    await expect(run(barsOf(index, flat(1, 2)), () => {})).rejects.toMatchObject({
      message: expect.stringContaining("the contract table has no 'FESX'"),
      hint: expect.stringContaining('expiration: "2024-03-15", multiplier: 10, tickSize: 0.5 })'),
    });
    // As the hint writes it, it runs.
    const known = new Asset({
      symbol: "FESX",
      assetType: "future",
      expiration: "2024-03-15",
      multiplier: 10,
      tickSize: 0.5,
    });
    const { result } = await run(barsOf(known, flat(1, 2)), () => {});
    expect(result.status).toBe("complete");
  });
});

describe("stock money", () => {
  it("refuses what the account cannot pay, at acceptance", async () => {
    const { result, strategy } = await run(
      barsOf(STOCK, flat(700_000, 4)),
      (s) => void (s.iteration === 1 && s.send(STOCK, 10, "buy")),
      {
        budget: 1_000,
      },
    );
    expect(result.fills).toHaveLength(0);
    expect(strategy.refused).toEqual(["insufficient_funds"]);
    expect(result.events.find((event) => event.code === "order_refused")).toMatchObject({
      reason: "insufficient_funds",
    });
  });

  it("refuses at the fill what became too dear since", async () => {
    const { strategy, result } = await run(
      barsOf(STOCK, [...flat(100, 2), ...flat(150, 2)]),
      (s) => void (s.iteration === 2 && s.send(STOCK, 10, "buy")),
      { budget: 1_000 },
    );
    expect(strategy.refused).toEqual(["insufficient_funds"]);
    expect(last(result.equity.cash)).toBe(1_000);
  });

  it("moves cash by the full price and never hides a short's debt", async () => {
    const { result } = await run(
      barsOf(STOCK, [...flat(100, 2), ...flat(90, 2)]),
      once((s) => s.send(STOCK, 10, "sell")),
      { budget: 10_000 },
    );
    expect(last(result.equity.cash)).toBe(11_000);
    expect(last(result.equity.value)).toBe(10_100);
  });

  it("reverses a position in one order when the account carries the new side", async () => {
    const { result } = await run(
      barsOf(STOCK, flat(100, 4)),
      (s) => {
        if (s.iteration === 0) s.send(STOCK, 90, "buy");
        if (s.iteration === 1) s.send(STOCK, 180, "sell");
        if (s.iteration === 2) s.send(STOCK, 180, "buy");
      },
      { budget: 10_000 },
    );
    expect(result.fills.map((fill) => fill.quantity)).toEqual([90, 180, 180]);
  });

  it("refuses half contracts, nothing, and less than nothing, each with its code", async () => {
    const { strategy } = await run(
      barsOf(ES, flat(100, 2)),
      once((s) => {
        s.send(ES, 1.5, "buy");
        s.send(ES, 0, "buy");
        s.send(ES, Number.NaN, "buy");
        s.send(ES, -1, "buy");
      }),
    );
    expect(strategy.refused).toEqual([
      "fraction_not_allowed",
      "invalid_quantity",
      "invalid_quantity",
      "invalid_quantity",
    ]);
    expect(strategy.orderLog.map((order) => order.status)).toEqual(Array(4).fill("rejected"));
  });
});

describe("round trips", () => {
  it("carry mean prices, fees, bars held and the excursions", async () => {
    const rows: Row[] = [
      [100, 104, 98, 102],
      [102, 110, 101, 105],
      [105, 106, 103, 104],
    ];
    const { result } = await run(
      barsOf(ES, rows),
      (s) => {
        if (s.iteration === 0) s.send(ES, 2, "buy");
        if (s.iteration === 2) s.send(ES, 2, "sell");
      },
      { buyTradingFees: [new TradingFee({ perContract: 1 })], sellTradingFees: [new TradingFee({ perContract: 1 })] },
    );
    expect(result.trades).toEqual([
      {
        asset: ES,
        direction: "long",
        quantity: 2,
        entryTime: T0,
        entryPrice: 100,
        exitTime: T0 + 2 * MINUTE,
        exitPrice: 105,
        pnl: 496,
        fees: 4,
        bars: 3,
        mae: -200,
        mfe: 1000,
        open: false,
      },
    ]);
  });
});

describe("a benchmark", () => {
  it("is taken from the run's own source, and there is none by default", async () => {
    const index = Asset.index("ACMEX");
    const day = 86_400_000;
    const rows: Row[] = [100, 101, 99, 102, 103, 101].map((price) => [price, price, price, price] as const);
    const data = [barsOf(STOCK, rows, "1d", T0, day), barsOf(index, rows, "1d", T0, day)];
    const hold = once((s) => s.send(STOCK, 10, "buy"));
    const plain = await run(data, hold, { assets: [STOCK], budget: 1_000 });
    expect(plain.result.stats.beta).toBeNull();
    const compared = await run(data, hold, { assets: [STOCK], budget: 1_000, benchmarkAsset: index });
    // All cash in the very thing it is compared with: the same returns, but for the first day, whose open is the fill.
    expect(compared.result.stats.beta).toBeCloseTo(1, 6);
    await expect(run(data, hold, { benchmarkAsset: Asset.index("NONE") })).rejects.toMatchObject({
      code: "data_missing",
    });
  });
});

describe("an order for an asset the source does not have", () => {
  it("is refused with a code, and the run goes on", async () => {
    const { strategy, result } = await run(
      barsOf(ES, flat(100, 4)),
      once((s) => s.send(Asset.stock("NONE"), 1, "buy")),
    );
    expect(strategy.refused).toEqual(["no_data"]);
    expect(strategy.orderLog[0]?.status).toBe("rejected");
    expect([result.status, result.iterations]).toEqual(["complete", 4]);
  });
});
