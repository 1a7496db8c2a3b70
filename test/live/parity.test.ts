import { Asset, type BacktestOptions, type Bars, Strategy, TradingFee, TradingSlippage } from "backlit";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ES, joinBars, MINUTE, STOCK, T0 } from "../engine/support.ts";
import { hash } from "../hash.ts";
import { bothWays, firstDifference, logOf, type Span, walkOf } from "./support.ts";

const NQ = new Asset({ symbol: "NQ", assetType: "future", expiration: "2024-03-15", multiplier: 20, tickSize: 0.25 });
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const costs: BacktestOptions = {
  budget: 1_000_000,
  buyTradingFees: [new TradingFee({ perContract: 2 })],
  sellTradingFees: [new TradingFee({ perContract: 2 })],
  slippage: new TradingSlippage({ percent: 0.001 }),
};

async function expectSame(
  make: () => Strategy<object>,
  data: readonly Bars[],
  options: BacktestOptions = {},
  span?: Span,
) {
  const { backtest, live } = await bothWays(make, data, { ...costs, ...options }, span);
  expect(firstDifference(logOf(live), logOf(backtest))).toBe(undefined);
  expect(live.status).toBe("complete");
  return backtest;
}

/** Buys and sells with a bracket whenever flat. */
class Brackets extends Strategy {
  override async onTradingIteration() {
    const bars = await this.getHistoricalPrices(ES, 2, "1m");
    const close = bars?.close[1];
    if (close === undefined || this.getPosition(ES) !== undefined || this.getOrders().length > 0) return;
    const up = close > (bars?.close[0] ?? close) ? 1 : -1;
    this.submitOrder(
      this.createOrder(ES, 1, up > 0 ? "buy" : "sell", {
        orderClass: "bracket",
        takeProfitPrice: close + up * 2,
        stopLossPrice: close - up * 2,
      }),
    );
  }
}

/** Answers each fill with an order of its own, at the instant of the fill. */
class FillCallbacks extends Strategy {
  #step = 0;
  override onTradingIteration() {
    if (this.getPosition(ES) === undefined) this.submitOrder(this.createOrder(ES, 2, "buy"));
  }
  override onFilledOrder(_position: unknown, _order: unknown, price: number) {
    this.#step += 1;
    if (this.#step % 3 === 1) this.submitOrder(this.createOrder(ES, 1, "sell"));
    if (this.#step % 3 === 2) this.submitOrder(this.createOrder(ES, 1, "sell", { limitPrice: price + 1 }));
  }
}

/** Sleeps inside the hook, and acts on what filled meanwhile. */
class Sleeper extends Strategy {
  override initialize() {
    this.sleeptime = "10m";
  }
  override async onTradingIteration() {
    const order = this.submitOrder(this.createOrder(ES, 1, "buy"));
    await this.sleep(150);
    this.logMessage(order.status);
    await this.sleep(30);
    if (order.status === "filled") this.submitOrder(this.createOrder(ES, 1, "sell", { trailPrice: 1 }));
  }
}

/** Trades at the session hooks; the traces say when each was called. */
class Sessions extends Strategy {
  #hooks: string[] = [];
  override initialize() {
    this.sleeptime = "1h";
  }
  override beforeMarketOpens() {
    this.#hooks.push(`opens ${this.getTimestamp()}`);
  }
  override beforeStartingTrading() {
    this.submitOrder(this.createOrder(this.asset, 1, "buy"));
  }
  override onTradingIteration() {
    this.#hooks.push(`iteration ${this.getTimestamp()}`);
  }
  override beforeMarketCloses() {
    this.sellAll();
  }
  override afterMarketCloses() {
    this.#hooks.push(`closed ${this.getTimestamp()}`);
  }
  override traceStats() {
    return { hooks: this.#hooks.splice(0).join(), value: this.getPortfolioValue() };
  }
}

/** Two steps of one asset side by side, one of them subscribed. */
class TwoTimesteps extends Strategy {
  override async initialize() {
    await this.subscribe(ES, "5m", { lookback: 3 });
  }
  override async onTradingIteration() {
    const fast = await this.getHistoricalPrices(ES, 3, "1m");
    const slow = this.bars(ES, "5m", 3);
    if (fast === undefined || slow === undefined) return;
    const mean = (column: Float64Array) => column.reduce((sum, value) => sum + value, 0) / column.length;
    const wanted = mean(fast.close) > mean(slow.close) ? 1 : -1;
    const held = this.getPosition(ES)?.quantity ?? 0;
    if (wanted !== held)
      this.submitOrder(this.createOrder(ES, Math.abs(wanted - held), wanted > held ? "buy" : "sell"));
  }
  override traceStats() {
    return { five: this.bars(ES, "5m")?.length ?? 0 };
  }
}

/** One asset is traded by the other's move; the second comes into the run only in the middle. */
class TwoInstruments extends Strategy {
  static override readonly assets = [ES];
  override async onTradingIteration() {
    const es = await this.getHistoricalPrices(ES, 2, "1m");
    if (es === undefined) return;
    const up = (es.close[1] ?? 0) > (es.close[0] ?? 0);
    if (this.getTimestamp() > T0 + 30 * MINUTE) {
      this.submitOrder(this.createOrder(NQ, 1, up ? "buy" : "sell", up ? {} : { limitPrice: 101 }));
    }
    this.submitOrder(this.createOrder(ES, 1, up ? "sell" : "buy"));
  }
}

describe("a replay with the paper broker gives the orders, fills and account of the backtest, byte for byte:", () => {
  const minutes = walkOf(ES, T0, 300, { missing: 3 });

  it("brackets", async () => {
    const result = await expectSame(() => new Brackets(), [minutes], { market: "24/7" });
    expect(result.trades.length).toBeGreaterThan(10);
  });

  it("orders sent from fill callbacks", async () => {
    const result = await expectSame(() => new FillCallbacks(), [minutes]);
    expect(result.fills.length).toBeGreaterThan(10);
  });

  it("sleep", async () => {
    const result = await expectSame(() => new Sleeper(), [minutes], { market: "24/7", logLevel: "silent" });
    expect(result.fills.length).toBeGreaterThan(10);
  });

  it("session hooks over days, a holiday and the change of the hour", async () => {
    // Chicago goes to summer time on 2024-03-10, a Sunday; New Year's Day before it has no session.
    for (const date of ["2023-12-29", "2024-03-08", "2024-11-01"]) {
      const december = new Asset({ symbol: "ES", assetType: "future", expiration: "2024-12-20", multiplier: 50 });
      const days = walkOf(december, Date.parse(`${date}T00:00Z`), 5 * 24 * 60, { missing: 2 });
      const result = await expectSame(() => new Sessions(), [days]);
      expect(result.fills.length).toBeGreaterThan(2);
    }
  });

  it("two timesteps", async () => {
    const span = { start: T0 + 20 * MINUTE, end: T0 + 300 * MINUTE };
    const result = await expectSame(() => new TwoTimesteps(), [minutes], { market: "24/7" }, span);
    expect(result.fills.length).toBeGreaterThan(10);
  });

  it("two instruments, one of which joins late", async () => {
    const other = walkOf(NQ, T0, 300, { seed: 7, missing: 5 });
    const result = await expectSame(() => new TwoInstruments(), [minutes, other], { market: "24/7" });
    expect(new Set(result.fills.map((fill) => fill.asset.symbol))).toEqual(new Set(["ES", "NQ"]));
  });

  it("an instrument that joins in a gap of the others, with bars before they go on", async () => {
    class Joining extends Strategy {
      static override readonly assets = [ES];
      override onTradingIteration() {
        if (this.getTimestamp() === T0 + 10 * MINUTE) this.submitOrder(this.createOrder(NQ, 1, "buy"));
      }
    }
    // ES to 15:03 and from 16:00 on; NQ, which is asked for at 15:10, from 15:30 to 15:33.
    const es = joinBars([walkOf(ES, T0, 3), walkOf(ES, T0 + HOUR, 3)]);
    const data = [es, walkOf(NQ, T0 + 30 * MINUTE, 3)];
    const result = await expectSame(() => new Joining(), data, { market: "24/7" });
    expect(result.fills.map(({ time }) => time)).toEqual([T0 + 30 * MINUTE]);
  });

  it("instruments whose bars differ in length", async () => {
    const hours = walkOf(NQ, T0, 5, { step: "1h", milliseconds: HOUR });
    await expectSame(() => new TwoInstruments(), [minutes, hours], { market: "24/7" });
  });

  it("days, over a change of the hour, and bars outside every session", async () => {
    class Daily extends Strategy {
      override async onTradingIteration() {
        const side = (await this.getLastPrice(STOCK)) ?? 0;
        this.submitOrder(this.createOrder(STOCK, 1, side % 1 < 0.5 ? "buy" : "sell"));
      }
    }
    const berlin = Array.from({ length: 40 }, (_, day) => Date.UTC(2024, 2, 4 + day) - (day < 27 ? HOUR : 2 * HOUR));
    const days = walkOf(STOCK, 0, 40, { step: "1d", milliseconds: DAY });
    for (const [row, time] of berlin.entries()) days.time[row] = time;
    await expectSame(() => new Daily(), [days]);
    await expectSame(() => new Daily(), [walkOf(STOCK, Date.UTC(2024, 0, 6), 300, { missing: 3 })]);
  });

  it("a start in the middle of a bar", async () => {
    const fives = walkOf(ES, T0, 40, { step: "5m", milliseconds: 5 * MINUTE });
    class Looker extends Strategy {
      override async onTradingIteration() {
        const price = (await this.getLastPrice(ES)) ?? 0;
        this.submitOrder(this.createOrder(ES, 1 + (price % 3), "buy", price === 0 ? {} : { limitPrice: price }));
      }
    }
    const span = { start: T0 + 12 * MINUTE, end: T0 + 200 * MINUTE };
    const result = await expectSame(() => new Looker(), [fives], { market: "24/7" }, span);
    // The bar from 15:10 is in progress at 15:12: nothing of it is known before it closes at 15:15.
    expect(result.orders[0]?.createdAt).toBe(T0 + 15 * MINUTE);
    expect(result.orders[0]).toMatchObject({ limitPrice: fives.close[2] });
  });

  it("a start in the middle of a bar of which coarser ones are made", async () => {
    const fives = walkOf(ES, T0, 40, { step: "5m", milliseconds: 5 * MINUTE });
    class Coarse extends Strategy {
      override async initialize() {
        await this.subscribe(ES, "15m", { lookback: 1 });
      }
    }
    const span = { start: T0 + 32 * MINUTE, end: T0 + 200 * MINUTE };
    const result = await expectSame(() => new Coarse(), [fives], { market: "24/7" }, span);
    // The bar from 15:30 is over when the run has begun: no warm-up.
    const warmups = result.data.filter(({ part }) => part === "warm-up");
    expect(warmups.map(({ last }) => last)).toEqual(["2024-01-02T15:25:00Z"]);
  });

  it.each([
    ["in the middle of", 2],
    ["with", 0],
  ] as const)("a start %s a bar, nothing before it asked for", async (_, minutes) => {
    const fives = walkOf(ES, T0, 8, { step: "5m", milliseconds: 5 * MINUTE });
    class NoLookback extends Strategy {
      override async initialize() {
        await this.subscribe(ES, "5m");
      }
      override onBar() {
        this.logMessage(`${this.bars(ES, "5m")?.length} ${this.bars(ES, "5m")?.time[0]}`, "debug");
      }
    }
    const span = { start: T0 + (10 + minutes) * MINUTE, end: T0 + 26 * MINUTE };
    const options = { market: "24/7", logLevel: "silent" } as const;
    const { backtest, live } = await bothWays(() => new NoLookback(), [fives], options, span);
    expect(firstDifference(logOf(live), logOf(backtest))).toBe(undefined);
    // Bars from 15:10 on: that one is the first to close, whether it opened with the run or before.
    const expected = [1, 2, 3].map((count) => `${count} ${T0 + 10 * MINUTE}`);
    for (const { log } of [backtest, live]) expect(log.map(({ message }) => message)).toEqual(expected);
  });

  it("a start in the middle of a day's bar, on the last day of a share", async () => {
    const DAYS = Date.UTC(2024, 0, 1);
    class LastDay extends Strategy {
      override onTradingIteration() {
        const minute = (this.getTimestamp() - T0) / MINUTE;
        if (minute === 30) this.submitOrder(this.createOrder(STOCK, 1, "buy", { limitPrice: 1, timeInForce: "day" }));
        if (minute === 390) this.submitOrder(this.createOrder(STOCK, 1, "buy", { limitPrice: 1 }));
      }
    }
    const data = [walkOf(ES, T0, 600), walkOf(STOCK, DAYS, 3, { step: "1d", milliseconds: DAY })];
    const options = {
      market: "24/7",
      corporateActions: [{ asset: STOCK, kind: "delisting", date: "2024-01-02" }],
    } as const;
    const span = { start: T0 + 10 * MINUTE, end: T0 + 600 * MINUTE };
    const result = await expectSame(() => new LastDay(), data, options, span);
    // The first ends with New York's session at 21:00, the other when the bar of the share's last day is over.
    expect(result.orders.map(({ status, closedAt }) => [status, closedAt])).toEqual([
      ["expired", Date.UTC(2024, 0, 2, 21)],
      ["expired", Date.UTC(2024, 0, 3)],
    ]);
  });

  it.each([
    ["as fast as possible", {}],
    ["on a clock", { speed: 60_000, grace: 20 }],
  ])("an asset first asked for when the bars of all others have ended, %s", async (_pace, pace) => {
    const coin = Asset.crypto("BTC");
    class Evening extends Strategy {
      override initialize() {
        this.minutesAfterClosing = 0;
      }
      override async afterMarketCloses() {
        await this.getLastPrice(coin);
        this.submitOrder(this.createOrder(coin, 1, "buy"));
      }
    }
    // The share's five minutes are over at 15:05, New York's session at 21:00; the coin goes on.
    const data = [walkOf(STOCK, T0, 5), walkOf(coin, T0, 12, { step: "1h", milliseconds: HOUR })];
    const result = await expectSame(() => new Evening(), data, { assets: [STOCK], market: "NYSE", ...pace });
    expect(result.fills.map(({ time, asset }) => [time, asset.symbol])).toEqual([[Date.UTC(2024, 0, 2, 21), "BTC"]]);
  });

  it("two assets that join one after the other while the bar of a day of a third is in progress", async () => {
    const monday = Date.UTC(2024, 2, 11);
    const [days, hours, halves] = ["ESM24", "NQM24", "RTYM24"].map((symbol) => Asset.future(symbol)) as [
      Asset,
      Asset,
      Asset,
    ];
    class Joining extends Strategy {
      #iteration = 0;
      override initialize() {
        this.sleeptime = "30m";
      }
      override onTradingIteration() {
        if (this.#iteration === 0) this.submitOrder(this.createOrder(halves, 1, "buy"));
        if (this.#iteration === 2) this.submitOrder(this.createOrder(hours, 1, "buy"));
        this.#iteration += 1;
      }
    }
    const data = [
      walkOf(days, monday, 3, { step: "1d", milliseconds: DAY }),
      walkOf(hours, monday - 52 * HOUR, 112, { step: "1h", milliseconds: HOUR }),
      walkOf(halves, monday - 52 * HOUR, 224, { step: "30m", milliseconds: HOUR / 2 }),
    ];
    const span = { start: monday - 52 * HOUR, end: monday + 3 * DAY };
    const result = await expectSame(() => new Joining(), data, { assets: [days] }, span);
    expect(result.fills.map(({ time, asset }) => [(time - monday) / HOUR, asset.symbol])).toEqual([
      [0, "RTYM24"],
      [1, "NQM24"],
    ]);
  });

  it("orders at the close of the bar", async () => {
    await expectSame(() => new TwoTimesteps(), [minutes], { market: "24/7", fill: "this-close" });
  });

  it("random strategies on random bars", () =>
    fc.assert(
      fc.asyncProperty(
        fc.nat(),
        fc.integer({ min: 2, max: 120 }),
        fc.integer({ min: 0, max: 12 }),
        fc.constantFrom("24/7", "CME_Equity", undefined),
        fc.constantFrom("1m", "3m", "7m"),
        async (seed, count, missing, market, sleeptime) => {
          const data = [ES, NQ].map((asset, index) =>
            walkOf(asset, T0 + index * MINUTE, count, { seed: seed + index, missing }),
          );
          fc.pre(data.some((series) => series.length > 0));
          await expectSame(
            () => new Gambler(seed, sleeptime),
            data.filter((series) => series.length > 0),
            market === undefined ? {} : { market },
          );
        },
      ),
      { numRuns: 80 },
    ));
});

/** Any order on either asset, now and then a cancel, a change, or a pause; drawn from the newest close it sees. */
class Gambler extends Strategy {
  readonly #seed: number;
  readonly #pause: string;
  #fills = 0;
  constructor(seed: number, pause: string) {
    super();
    this.#seed = seed;
    this.#pause = pause;
  }
  override initialize() {
    this.sleeptime = this.#pause;
  }
  override async onTradingIteration() {
    for (const asset of this.assets) {
      const close = (await this.getHistoricalPrices(asset, 1, "1m"))?.close[0];
      if (close === undefined) continue;
      const draw = hash(this.#seed, close * 4, this.getTimestamp() / MINUTE, asset.symbol.charCodeAt(0));
      if (draw % 3 !== 0) continue;
      const side = draw & 16 ? "buy" : "sell";
      const away = side === "buy" ? 1 : -1;
      const kinds = [
        {},
        { limitPrice: close - away },
        { stopPrice: close + away },
        { stopPrice: close + away, limitPrice: close + 2 * away },
        { trailPrice: 1 },
        { timeInForce: "day", limitPrice: close - away },
        { timeInForce: "ioc" },
        { orderClass: "bracket", takeProfitPrice: close + 3 * away, stopLossPrice: close - 3 * away },
      ] as const;
      this.submitOrder(this.createOrder(asset, 1 + (draw % 3), side, kinds[(draw >>> 6) % kinds.length]));
      if (draw % 32 === 0) this.cancelOpenOrders(asset);
      if (draw % 36 === 0) await this.sleep(draw % 200);
    }
  }
  override onFilledOrder(_position: unknown, order: { readonly asset: Asset }, price: number) {
    this.#fills += 1;
    if (hash(this.#seed, price * 4, this.#fills) % 3 === 0) this.submitOrder(this.createOrder(order.asset, 1, "sell"));
  }
}
