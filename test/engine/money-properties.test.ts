import {
  Asset,
  type BacktestResult,
  Bars,
  type ContractRoll,
  InMemoryBacktesting,
  type OrderOptions,
  Strategy,
  TradingFee,
} from "backlit";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { wrongRow } from "./ledger.ts";
import { MINUTE } from "./support.ts";

const HOUR = 60 * MINUTE;
/** Tuesday 2024-01-02, 15:00 UTC. */
const START = Date.UTC(2024, 0, 2, 15);
const ES = Asset.continuousFuture("ES");
const DAX = new Asset({
  symbol: "FDX",
  assetType: "future",
  expiration: "2024-01-10",
  multiplier: 25,
  currency: "EUR",
});
const ACME = Asset.stock("ACME");
const COIN = Asset.crypto("BTC");
const assets = [ES, DAX, ACME, COIN];
const budget = 1_000_000;
const EURO = { "2024-01-01": 1.1, "2024-01-03": 1.2, "2024-01-05": 1.05 };
/** New York's midnight of 2024-01-04. */
const SPLIT = Date.UTC(2024, 0, 4, 5);

const moves = fc.array(fc.integer({ min: -8, max: 8 }), { minLength: 30, maxLength: 160 });

/** Bars of an hour that stand still at each price, in quarters, never below 20. */
function walk(asset: Asset, first: number, steps: readonly number[]): Bars {
  let price = first;
  const close = steps.map((step) => {
    price = Math.max(20, price + step / 4);
    return price;
  });
  return Bars.from({
    asset,
    timestep: "1h",
    time: steps.map((_, row) => START + row * HOUR),
    open: close,
    high: close,
    low: close,
    close,
    volume: close.map(() => 1_000),
  });
}

/** Trades all assets by the numbers of a list, and checks the account at every call. */
class Trader extends Strategy {
  static override readonly assets = assets;
  readonly problems: string[] = [];
  readonly #plan: readonly number[];
  #step = 0;

  constructor(plan: readonly number[]) {
    super();
    this.#plan = plan;
  }

  override initialize() {
    this.sleeptime = "1h";
  }

  override onTradingIteration() {
    this.check("iteration");
    const units = this.#plan[this.#step % this.#plan.length] ?? 0;
    const asset = assets[this.#step % assets.length] as Asset;
    this.#step += 1;
    if (units !== 0) this.submitOrder(this.createOrder(asset, Math.abs(units), units > 0 ? "buy" : "sell"));
  }

  override onFilledOrder() {
    this.check("fill");
  }

  /** Cash and what is held are the account: futures count by what was not settled, which is told nowhere, so the rest is looked at. */
  check(where: string) {
    const value = this.getPortfolioValue();
    if (!Number.isFinite(value)) this.problems.push(`${where}: ${value}`);
    for (const { asset, quantity, marketPrice, marketValue, unrealizedPnl } of this.getPositions()) {
      if (![quantity, marketPrice, marketValue, unrealizedPnl].every(Number.isFinite))
        this.problems.push(`${where}: ${asset}`);
    }
  }
}

interface World {
  readonly data: readonly Bars[];
  readonly plan: readonly number[];
  readonly rolls: readonly ContractRoll[];
}

const worlds: fc.Arbitrary<World> = fc
  .record({
    paths: fc.tuple(moves, moves, moves, moves),
    plan: fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 3, maxLength: 9 }),
    gap: fc.integer({ min: -20, max: 20 }),
  })
  .map(({ paths, plan, gap }) => {
    const [es, dax, acme, coin] = paths;
    const bars = walk(ES, 200, es);
    const row = Math.floor(es.length / 2);
    const before = bars.close[row - 1] as number;
    const rolls = [
      {
        time: START + row * HOUR,
        measuredAt: START + (row - 1) * HOUR,
        from: Asset.future("ESH24"),
        to: Asset.future("ESM24"),
        fromPrice: before,
        toPrice: before + gap / 4,
      },
    ];
    return { data: [bars, walk(DAX, 400, dax), walk(ACME, 100, acme), walk(COIN, 300, coin)], plan, rolls };
  });

const matchings = fc.constantFrom("fifo", "flat-to-flat");

async function play({ data, plan, rolls }: World, more: object = {}) {
  const fees = [new TradingFee({ perContract: 1.25, perShare: 0.01, percent: 0.0001 })];
  const strategy = new Trader(plan);
  const end = Math.max(...data.map((bars) => (bars.time.at(-1) ?? START) + HOUR));
  const result: BacktestResult = await strategy.backtest(InMemoryBacktesting, START, end, {
    data,
    rolls,
    budget,
    market: "24/7",
    currency: "USD",
    fxRates: { "EUR/USD": EURO },
    borrowRate: 0.25,
    corporateActions: [
      { asset: ACME, kind: "dividend", date: "2024-01-03", amount: 0.75 },
      { asset: ACME, kind: "split", date: "2024-01-04", ratio: 2 },
    ],
    buyTradingFees: fees,
    sellTradingFees: fees,
    logLevel: "silent",
    ...more,
  });
  return { result, strategy };
}

const funding = ({ cashflows }: BacktestResult) =>
  cashflows.filter(({ kind }) => kind !== "settlement").reduce((sum, { amount }) => sum + amount, 0);

describe("for any prices, orders, rolls, splits, dividends and rates", () => {
  it("the account is the start, what all trades made, and what was paid beside them, to the cent", () =>
    fc.assert(
      fc.asyncProperty(worlds, matchings, async (world, tradeMatching) => {
        const { result, strategy } = await play(world, { tradeMatching });
        expect(strategy.problems).toEqual([]);
        const made = result.trades.reduce((sum, { pnl }) => sum + pnl, 0);
        expect(result.equity.value.at(-1)).toBeCloseTo(budget + made + funding(result), 2);
        const fees = result.fills.reduce((sum, { fee }) => sum + fee, 0);
        expect(result.trades.reduce((sum, trade) => sum + trade.fees, 0)).toBeCloseTo(fees, 6);
      }),
      { numRuns: 100 },
    ));

  it("every row of the account is what fills, flows and prices make of it, to the cent", () =>
    fc.assert(
      fc.asyncProperty(worlds, async (world) => {
        const { result } = await play(world);
        const [roll] = world.rolls as [ContractRoll];
        const gap = (roll.toPrice ?? 0) - (roll.fromPrice ?? 0);
        const wrong = wrongRow(result, {
          budget,
          // The last close, or what a roll or a split since then has made of it.
          priceAt: (asset, time) => {
            const bars = world.data.find((each) => each.asset.key === asset.key) as Bars;
            const row = bars.time.findLastIndex((open) => open + HOUR <= time);
            const [opened, close] = [bars.time[row], bars.close[row]] as [number, number];
            const isSince = (instant: number) => opened < instant && instant <= time;
            if (asset === ES) return close + (isSince(roll.time) ? gap : 0);
            return asset === ACME && isSince(SPLIT) ? close / 2 : close;
          },
          unitValueAt: (asset, time) => {
            const { multiplier } = result.instruments[asset.key] as { readonly multiplier: number };
            const rates = Object.entries(EURO).filter(([date]) => Date.parse(date) <= time);
            return multiplier * (asset === DAX ? (rates.at(-1)?.[1] ?? Number.NaN) : 1);
          },
          splits: { [ACME.key]: { time: SPLIT, ratio: 2 } },
        });
        expect(wrong).toBe(undefined);
      }),
      { numRuns: 60 },
    ));

  it("settlement prices move cash and never equity", () =>
    fc.assert(
      fc.asyncProperty(
        worlds,
        fc.array(fc.integer({ min: 100, max: 900 }), { minLength: 5, maxLength: 5 }),
        async (world, prices) => {
          const settlements = prices.map((price, day) => ({
            asset: ES,
            tradeDate: `2024-01-0${day + 2}`,
            price: price / 4,
          }));
          const plain = (await play(world, { marginCall: "off" })).result;
          const settled = (await play(world, { marginCall: "off", settlements })).result;
          expect(settled.trades).toHaveLength(plain.trades.length);
          for (const [index, { pnl }] of settled.trades.entries())
            expect(pnl).toBeCloseTo(plain.trades[index]?.pnl ?? Number.NaN, 4);
          expect(settled.equity.value.at(-1)).toBeCloseTo(plain.equity.value.at(-1) ?? Number.NaN, 4);
        },
      ),
      { numRuns: 30 },
    ));

  it("the order in which instruments are given changes nothing", () =>
    fc.assert(
      fc.asyncProperty(worlds, async (world) => {
        const one = (await play(world)).result;
        const other = (await play({ ...world, data: world.data.toReversed() })).result;
        const lines = ({ fills }: BacktestResult) =>
          fills
            .map((fill) => `${fill.time} ${fill.asset} ${fill.side} ${fill.quantity} ${fill.price} ${fill.reason}`)
            .sort();
        expect(lines(other)).toEqual(lines(one));
        expect(other.equity.value.at(-1)).toBeCloseTo(one.equity.value.at(-1) ?? Number.NaN, 4);
        expect(other.cashflows.length).toBe(one.cashflows.length);
      }),
      { numRuns: 30 },
    ));
});

describe("a split", () => {
  /** Holds ten shares of old from the first bar on, and rests an order of every kind at prices of old. */
  class Holder extends Strategy<{ shares: number; factor: number }> {
    static override readonly parameters = { shares: 10, factor: 1 };
    override async onTradingIteration() {
      const { shares, factor } = this.parameters;
      const last = await this.getLastPrice(ACME);
      if (this.firstIteration) this.submitOrder(this.createOrder(ACME, shares, "buy"));
      if (last === undefined || this.getOrders().length > 0 || this.getTimestamp() >= SPLIT) return;
      const away = (points: number) => last + points * factor;
      const send = (side: "buy" | "sell", options: OrderOptions) =>
        this.submitOrder(this.createOrder(ACME, shares / 10, side, options));
      send("buy", { limitPrice: away(-6) });
      send("buy", { stopPrice: away(6), limitPrice: away(8) });
      send("sell", { trailPrice: 4 * factor });
      send("sell", { trailPercent: 0.125, limitOffset: factor });
      send("sell", { touchPrice: away(7) });
      send("buy", {
        limitPrice: away(-4),
        orderClass: "bracket",
        takeProfitPrice: away(3),
        stopLossTrailPrice: 5 * factor,
      });
      send("sell", { orderClass: "oco", takeProfitPrice: away(9), stopLossPrice: away(-9) });
    }
  }

  it("leaves an account as if the shares had been the new ones all along", () =>
    fc.assert(
      fc.asyncProperty(moves, fc.constantFrom(2, 4, 8, 0.5, 0.25), async (steps, ratio) => {
        const whole = walk(ACME, 100, steps);
        const scale = (column: Float64Array, factor: (time: number) => number) =>
          column.map((value, row) => value * factor(whole.time[row] as number));
        const before = (time: number) => (time < SPLIT ? ratio : 1);
        const traded = Bars.from({
          asset: ACME,
          timestep: "1h",
          time: whole.time,
          open: scale(whole.open, before),
          high: scale(whole.high, before),
          low: scale(whole.low, before),
          close: scale(whole.close, before),
          volume: whole.volume,
        });
        const end = (whole.time.at(-1) ?? START) + HOUR;
        const play = (bars: Bars, shares: number, factor: number, more: object) =>
          new Holder({ parameters: { shares, factor } }).backtest(InMemoryBacktesting, START, end, {
            data: [bars],
            budget,
            market: "24/7",
            logLevel: "silent",
            ...more,
          });
        const split = await play(traded, 10, ratio, {
          corporateActions: [{ asset: ACME, kind: "split", date: "2024-01-04", ratio }],
        });
        const plain = await play(whole, 10 * ratio, 1, {});
        expect(split.equity.value).toHaveLength(plain.equity.value.length);
        for (const [row, value] of split.equity.value.entries())
          expect(value).toBeCloseTo(plain.equity.value[row] ?? Number.NaN, 4);
      }),
      { numRuns: 40 },
    ));
});
