import {
  Asset,
  type BacktestOptions,
  type BacktestResult,
  type Bars,
  type BarsRequest,
  type ContractRoll,
  DataMissingError,
  type DataSource,
  Ema,
  type Order,
  Rsi,
  type SeriesOf,
  Sma,
  Strategy,
  type Timestep,
  TradingFee,
} from "backlit";
import { describe, expect, it } from "vitest";
import { barsOf, ES, flat, MINUTE, STOCK, T0 } from "../engine/support.ts";
import { bothWays, firstDifference, logOf, walkOf } from "./support.ts";

const HOUR = 60 * MINUTE;
const fee = [new TradingFee({ flat: 1 })];
type Options = BacktestOptions & { readonly [name: string]: unknown };

/** The same run from data that is all there and from bars that come in one at a time; the backtest's result. */
async function expectSame(make: () => Strategy<object>, data: readonly Bars[], options: Options = {}) {
  const given = { budget: 1_000_000, market: "24/7", buyTradingFees: fee, sellTradingFees: fee, ...options };
  const { backtest, live } = await bothWays(make, data, given);
  expectEqual(live, backtest);
  return backtest;
}

function expectEqual(live: BacktestResult, backtest: BacktestResult) {
  expect(firstDifference(logOf(live), logOf(backtest))).toBe(undefined);
  expect(JSON.stringify(live.orders)).toBe(JSON.stringify(backtest.orders));
  expect(live.cashflows).toEqual(backtest.cashflows);
  expect(live.status).toBe("complete");
}

/** Whenever flat, follows the last move with a bracket whose exits lie `reach` away. */
class Follower extends Strategy<{ reach: number; step: string; lookback: number }> {
  static override readonly parameters = { reach: 2, step: "1m", lookback: 3 };
  override async onTradingIteration() {
    const { reach, step, lookback } = this.parameters;
    const close = (await this.getHistoricalPrices(this.asset, lookback, step))?.close;
    const last = close?.at(-1);
    const first = close?.[0];
    if (last === undefined || first === undefined || this.getPosition(this.asset) !== undefined) return;
    if (this.getOrders().length > 0) this.cancelOpenOrders();
    const up = last > first ? 1 : -1;
    this.submitOrder(
      this.createOrder(this.asset, 2, up > 0 ? "buy" : "sell", {
        orderClass: "bracket",
        limitPrice: last - up * 0.25,
        takeProfitPrice: last + up * reach,
        stopLossPrice: last - up * reach,
      }),
    );
  }
}

describe("a run on bars that come in one at a time sends the orders of the backtest, byte for byte:", () => {
  it("with intrabar: 'finer'", async () => {
    const minutes = walkOf(ES, T0, 40 * 60, { seed: 3 });
    const hours = barsOf(
      ES,
      Array.from({ length: 40 }, (_, hour) => {
        const { open, high, low, close } = minutes.slice(hour * 60, hour * 60 + 60);
        return [open[0] as number, Math.max(...high), Math.min(...low), close[59] as number] as const;
      }),
      "1h",
      T0,
      HOUR,
    );
    class Hours implements DataSource {
      readonly name = "hours";
      assets() {
        return [ES];
      }
      baseTimestep() {
        return hours.timestep;
      }
      async getBars({ timestep, start, end, lookback }: BarsRequest): Promise<Bars> {
        const series = [hours, minutes].find((bars) => bars.timestep === timestep);
        if (series === undefined) throw new DataMissingError(`no ${timestep.name} bars`);
        const before = [...series.time].filter((time) => time < start).length;
        return series.slice(Math.max(0, before - lookback), [...series.time].filter((time) => time < end).length);
      }
    }
    const span = { start: T0, end: T0 + 40 * HOUR };
    const options = { market: "24/7", budget: 1_000_000, intrabar: "finer" } as const;
    const make = () => new Follower({ parameters: { step: "1h", reach: 4 } });
    const backtest = await make().backtest(Hours, span.start, span.end, options);
    const live = await make().run({ source: Hours, broker: "paper", ...span, ...options });
    expectEqual(live, backtest);
    // The way inside the hours was told: fills lie inside them, on the minute.
    expect(backtest.fills.filter((fill) => (fill.time + 1 - T0) % HOUR !== 0).length).toBeGreaterThan(5);
  });

  it.each(["none", "difference", "ratio"] as const)(
    "on a continuous future over two rolls and their settlements, adjusted by %s",
    async (adjust) => {
      const asset = Asset.continuousFuture("ES", { adjust });
      const [h, m, u] = ["ESH24", "ESM24", "ESU24"].map((symbol) => Asset.future(symbol)) as [Asset, Asset, Asset];
      const roll = (hour: number, from: Asset, to: Asset): ContractRoll => ({
        time: T0 + hour * HOUR,
        measuredAt: T0 + (hour - 1) * HOUR,
        from,
        to,
        fromPrice: 100,
        toPrice: 101.5,
      });
      const rolls = [roll(31, h, m), roll(55, m, u)];
      const data = [walkOf(Asset.continuousFuture("ES"), T0, 90, { step: "1h", milliseconds: HOUR, missing: 1 })];
      const make = () => new Follower({ parameters: { step: "1h", reach: 12, lookback: 8 } });
      const result = await expectSame(make, data, { rolls, assets: [asset], market: "us_futures" });
      expect(result.fills.filter(({ reason }) => reason === "roll").length).toBeGreaterThanOrEqual(2);
      expect(result.events.filter(({ code }) => code === "order_rolled").length).toBeGreaterThan(0);
      expect(result.cashflows.filter(({ kind }) => kind === "settlement").length).toBeGreaterThan(2);
    },
  );

  it("on one future as it traded and adjusted, side by side", async () => {
    const plain = Asset.continuousFuture("ES");
    const adjusted = Asset.continuousFuture("ES", { adjust: "difference" });
    const [h, m] = [Asset.future("ESH24"), Asset.future("ESM24")];
    const at = { time: T0 + 60 * MINUTE, measuredAt: T0 + 59 * MINUTE, from: h, to: m, fromPrice: 100, toPrice: 108 };
    class Both extends Strategy {
      override async onTradingIteration() {
        const signal = (await this.getHistoricalPrices(adjusted, 10, "1m"))?.close;
        if (signal === undefined || this.getTimestamp() % (4 * MINUTE) !== 0) return;
        const side = (signal.at(-1) ?? 0) > (signal[0] ?? 0) ? "buy" : "sell";
        this.submitOrder(this.createOrder(plain, 1, side));
        this.submitOrder(this.createOrder(adjusted, 1, side === "buy" ? "sell" : "buy"));
      }
    }
    const data = [walkOf(plain, T0, 120, { missing: 1 })];
    const result = await expectSame(() => new Both(), data, { rolls: [at], assets: [plain, adjusted] });
    expect(new Set(result.fills.map(({ asset }) => asset.key)).size).toBe(2);
    expect(result.fills.length).toBeGreaterThan(40);
  });

  it.each(["none", "splits", "splits-and-dividends"] as const)(
    "on a stock over a dividend and a split, its past shown with stockAdjustment '%s'",
    async (stockAdjustment) => {
      const data = [walkOf(STOCK, Date.UTC(2024, 0, 2, 14, 30), 5 * 24 * 12, { step: "5m", milliseconds: 5 * MINUTE })];
      const make = () => new Follower({ parameters: { step: "5m", reach: 3, lookback: 60 } });
      const result = await expectSame(make, data, {
        stockAdjustment,
        assets: [STOCK],
        corporateActions: [
          { asset: STOCK, kind: "dividend", date: "2024-01-04", amount: 4 },
          { asset: STOCK, kind: "split", date: "2024-01-05", ratio: 2 },
        ],
      });
      expect(result.cashflows.map(({ kind }) => kind)).toEqual(["dividend"]);
      expect(result.events.map(({ code }) => code)).toContain("stock_split");
      expect(result.fills.length).toBeGreaterThan(20);
    },
  );

  it("with several timesteps and indicators, closed and developing", async () => {
    class Crossing extends Strategy {
      #fast: SeriesOf<Ema> | undefined;
      #slow: SeriesOf<Sma> | undefined;
      #rsi: SeriesOf<Rsi> | undefined;
      #closed = 0;
      override async initialize() {
        this.#fast = this.indicator(Ema, { period: 5 }, { asset: ES });
        this.#slow = this.indicator(Sma, { period: 4 }, { asset: ES, timestep: "5m" });
        this.#rsi = this.indicator(Rsi, { period: 3 }, { asset: ES, timestep: "15m", visibility: "developing" });
        await this.subscribe(ES, "1h");
      }
      override onBar(_asset: Asset, timestep: Timestep) {
        if (timestep.name === "1h") this.#closed = this.bars(ES, "1h")?.close.at(-1) ?? 0;
      }
      override onTradingIteration() {
        if (!this.#fast?.ready || !this.#slow?.ready || !this.#rsi?.ready) return;
        const wanted = this.#fast.value > this.#slow.value ? (this.#rsi.value > 50 ? 2 : 1) : -1;
        const held = this.getPosition(ES)?.quantity ?? 0;
        if (wanted === held) return;
        const side = wanted > held ? "buy" : "sell";
        this.submitOrder(this.createOrder(ES, Math.abs(wanted - held), side, { tag: String(this.#closed) }));
      }
    }
    const result = await expectSame(() => new Crossing(), [walkOf(ES, T0, 700, { missing: 2 })]);
    expect(result.orders.length).toBeGreaterThan(20);
    expect(new Set(result.orders.map(({ tag }) => tag)).size).toBeGreaterThan(5);
  });

  it("with brackets, OCO and OTO orders on several fills", async () => {
    class Classes extends Strategy {
      override async onTradingIteration() {
        const close = (await this.getHistoricalPrices(ES, 1, "1m"))?.close[0];
        if (close === undefined || this.getTimestamp() % (5 * MINUTE) !== 0) return;
        const turn = (this.getTimestamp() / (5 * MINUTE)) % 3;
        if (this.getOrders().length > 4) this.cancelOpenOrders();
        if (turn === 0)
          this.submitOrder(
            this.createOrder(ES, 3, "buy", {
              orderClass: "bracket",
              takeProfitPrice: close + 2,
              stopLossPrice: close - 2,
            }),
          );
        else if (turn === 1)
          this.submitOrder(
            this.createOrder(ES, 1, "sell", {
              orderClass: "oco",
              takeProfitPrice: close + 1,
              stopLossPrice: close - 1,
            }),
          );
        else
          this.submitOrder(
            this.createOrder(ES, 2, "sell", { orderClass: "oto", limitPrice: close + 0.5, stopLossPrice: close + 3 }),
          );
      }
    }
    const result = await expectSame(() => new Classes(), [walkOf(ES, T0, 400)], { volumeShare: 0.02 });
    const states = (orders: readonly Order[]): string[] =>
      orders.flatMap((order) => [order.status, ...states(order.children)]);
    expect(new Set(states(result.orders))).toContain("canceled");
    expect(result.fills.length).toBeGreaterThan(result.orders.length / 2);
  });

  it("with a first bar without volume, before which no bar tells that there is any", async () => {
    const rows = [[100, 100, 100, 100, 0] as const, ...flat(101, 3)];
    class Buyer extends Strategy {
      override onTradingIteration() {
        if (this.firstIteration) this.submitOrder(this.createOrder(STOCK, 1, "buy"));
      }
    }
    const result = await expectSame(() => new Buyer(), [barsOf(STOCK, rows)]);
    expect(result.fills).toMatchObject([{ time: T0, price: 100 }]);
  });

  it("with multileg orders, whose legs fill together", async () => {
    const leg = (strike: number) => Asset.option({ symbol: "SPY", expiration: "2024-03-15", strike, right: "call" });
    const [lower, upper] = [leg(470), leg(480)];
    class Spreads extends Strategy {
      override onTradingIteration() {
        if (this.getTimestamp() % (10 * MINUTE) !== 0) return;
        const open = this.getPosition(lower) === undefined;
        const order = this.createMultilegOrder([
          { asset: lower, quantity: 1, side: open ? "buy" : "sell" },
          { asset: upper, quantity: 1, side: open ? "sell" : "buy" },
        ]);
        this.submitOrder(order);
      }
    }
    const data = [walkOf(lower, T0, 200, { seed: 5, missing: 5 }), walkOf(upper, T0, 200, { seed: 6, missing: 5 })];
    const result = await expectSame(() => new Spreads(), data, { assets: [lower, upper] });
    expect(result.fills.length).toBeGreaterThan(10);
    // Both legs of each at one instant.
    expect(result.fills.filter((_, index) => index % 2 === 0).map(({ time }) => time)).toEqual(
      result.fills.filter((_, index) => index % 2 === 1).map(({ time }) => time),
    );
  });

  it("with orders that are still open at the end", async () => {
    class Resting extends Strategy {
      override onTradingIteration() {
        if (this.firstIteration) this.submitOrder(this.createOrder(ES, 1, "buy", { limitPrice: 1 }));
      }
    }
    const result = await expectSame(() => new Resting(), [barsOf(ES, flat(100, 5))]);
    expect(result.orders.map(({ status }) => status)).toEqual(["open"]);
  });
});
