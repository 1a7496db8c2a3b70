import {
  Asset,
  type BacktestOptions,
  type BacktestResult,
  Bars,
  InMemoryBacktesting,
  type Order,
  type OrderOptions,
  Strategy,
  TradingFee,
  TradingSlippage,
} from "backlit";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hash } from "../hash.ts";
import { barsOf, flat, MINUTE, once, run, T0 } from "./support.ts";

const ROOTS = ["ES", "NQ", "CL"];
const assets = ROOTS.map(
  (root) => new Asset({ symbol: root, assetType: "future", expiration: "2024-03-15", multiplier: 50, tickSize: 0.25 }),
);

/** Bars on the tick, some minutes missing; prices may go below zero. */
const walk = fc.array(
  fc.record({
    skip: fc.integer({ min: 0, max: 2 }),
    gap: fc.integer({ min: -6, max: 6 }),
    move: fc.integer({ min: -8, max: 8 }),
    up: fc.integer({ min: 0, max: 6 }),
    down: fc.integer({ min: 0, max: 6 }),
  }),
  { minLength: 2, maxLength: 60 },
);

type Walk = typeof walk extends fc.Arbitrary<infer Steps> ? Steps : never;

/** @param quiet how many bars pass before the first that has a volume */
function barsOfWalk(asset: Asset, steps: Walk, quiet = 0): Bars {
  const columns = {
    time: [] as number[],
    open: [] as number[],
    high: [] as number[],
    low: [] as number[],
    close: [] as number[],
    volume: [] as number[],
  };
  let time = T0 - MINUTE;
  let price = 20;
  for (const { skip, gap, move, up, down } of steps) {
    time += MINUTE * (1 + skip);
    const open = price + gap;
    price = open + move;
    columns.time.push(time);
    columns.open.push(open / 4);
    columns.high.push((Math.max(open, price) + up) / 4);
    columns.low.push((Math.min(open, price) - down) / 4);
    columns.close.push(price / 4);
    columns.volume.push(columns.volume.length < quiet ? 0 : 10);
  }
  return Bars.from({ asset, timestep: "1m", ...columns });
}

/** A strategy whose decisions are a hash of the newest close it sees and the minute: any order kind, either side, now and then a cancel. */
class Gambler extends Strategy {
  readonly #seed: number;
  constructor(seed: number) {
    super();
    this.#seed = seed;
  }
  override async onTradingIteration() {
    for (const asset of assets) {
      const bars = await this.getHistoricalPrices(asset, 1, "1m");
      const close = bars?.close[0];
      if (close === undefined) continue;
      const draw = hash(this.#seed, close * 4, this.getTimestamp() / MINUTE, asset.symbol.charCodeAt(0));
      if (draw % 4 !== 0) continue;
      const side = draw & 16 ? "buy" : "sell";
      const away = side === "buy" ? 1 : -1;
      const exits = { takeProfitPrice: close + 2 * away, stopLossPrice: close - 2 * away };
      const kinds: OrderOptions[] = [
        {},
        { limitPrice: close - away },
        { stopPrice: close + away },
        { stopPrice: close + away, limitPrice: close + 2 * away },
        { trailPrice: 1 },
        { trailPercent: 0.1, limitOffset: 0.5 },
        { touchPrice: close - away },
        { touchPrice: close - away, limitPrice: close - away / 2 },
        { limitPrice: close, timeInForce: "ioc" },
        { ...exits, orderClass: "bracket" },
        { ...exits, orderClass: "bracket", stopPrice: close + away, stopLossLimitPrice: close - 3 * away },
        { takeProfitPrice: close - 2 * away, stopLossPrice: close + 2 * away, orderClass: "oco" },
        { limitPrice: close - away, takeProfitPrice: close + 2 * away, stopLossTrailPrice: 0.5, orderClass: "bracket" },
      ];
      this.submitOrder(this.createOrder(asset, 1 + (draw % 3), side, kinds[(draw >>> 6) % kinds.length]));
      if (draw % 32 === 0) this.cancelOpenOrders(asset);
    }
  }
}

/** Whatever a run may assume of its market. */
const assumptions: fc.Arbitrary<BacktestOptions> = fc.record(
  {
    intrabar: fc.constantFrom("worst", "ohlc", "olhc"),
    limitFill: fc.constantFrom("touch", "through"),
    tradeMatching: fc.constantFrom("fifo", "flat-to-flat"),
    volumeShare: fc.constant(0.2),
    slippage: fc.constant(new TradingSlippage({ ticks: 2 })),
  },
  { requiredKeys: [] },
);

/** The same, who leaves everything every eight minutes for three of them, and notes when nothing is held or open. */
class PausingGambler extends Gambler {
  readonly calm: { readonly time: number; readonly cash: number }[] = [];

  override onTradingIteration() {
    const time = this.getTimestamp();
    if (this.getPositions().length + this.getOrders().length === 0) this.calm.push({ time, cash: this.cash });
    if ((time / MINUTE) % 8 > 2) return super.onTradingIteration();
    this.sellAll();
    return Promise.resolve();
  }
}

/** The same, who notes all that an iteration can see: bars of several steps, last price, quote, position, account. */
class WatchfulGambler extends Gambler {
  readonly seen: { readonly time: number; readonly all: unknown }[] = [];

  override async onTradingIteration() {
    const all: unknown[] = [this.cash, this.portfolioValue, this.getOrders().length];
    for (const asset of assets) {
      all.push(this.getPosition(asset)?.quantity, await this.getLastPrice(asset), await this.getQuote(asset));
      for (const step of ["1m", "5m", "7m"] as const) all.push(rowsOf(await this.getHistoricalPrices(asset, 2, step)));
    }
    this.seen.push({ time: this.getTimestamp(), all });
    await super.onTradingIteration();
  }
}

const rowsOf = (bars: Bars | undefined) => bars && Array.from({ length: bars.length }, (_, row) => bars.at(row));

/** The same bars, but for all values of those that open at `cut` or later. */
function movedFrom(bars: Bars, cut: number): Bars {
  const { asset, timestep, time } = bars;
  const moved = (column: Float64Array, by: number) =>
    Array.from(column, (value, row) => ((time[row] as number) < cut ? value : value + by));
  const { open, high, low, close, volume } = bars;
  const prices = { open: moved(open, 5), high: moved(high, 6), low: moved(low, 4), close: moved(close, 5) };
  return Bars.from({ asset, timestep, time, ...prices, volume: moved(volume, 7) });
}

const fee = [new TradingFee({ perContract: 2 })];
const end = T0 + 1_000 * MINUTE;

function play(seed: number, data: readonly Bars[], assumed: BacktestOptions): Promise<BacktestResult> {
  return playFrom(T0, end, new Gambler(seed), { ...assumed, data });
}

function playFrom(start: number, until: number, strategy: Gambler, given: BacktestOptions & { data: readonly Bars[] }) {
  const market = { market: "24/7", budget: 1_000_000, buyTradingFees: fee, sellTradingFees: fee };
  return strategy.backtest(InMemoryBacktesting, start, until, { ...market, ...given });
}

const fillLines = (result: BacktestResult) =>
  result.fills.map((fill) => `${fill.time} ${fill.asset} ${fill.side} ${fill.quantity} ${fill.price} ${fill.fee}`);
const walks = fc.tuple(walk, walk, walk);
const dataOf = (steps: readonly Walk[], quiet = 0) =>
  assets.map((asset, index) => barsOfWalk(asset, steps[index] ?? [], quiet));

describe("for any strategy and any bars", () => {
  it("the change of the account is the sum of all trades' profit, to the cent", () =>
    fc.assert(
      fc.asyncProperty(fc.nat(), walks, assumptions, async (seed, steps, assumed) => {
        const result = await play(seed, dataOf(steps), assumed);
        const profit = result.trades.reduce((sum, trade) => sum + trade.pnl, 0);
        expect(result.equity.value.at(-1)).toBeCloseTo(1_000_000 + profit, 2);
        const fees = result.fills.reduce((sum, fill) => sum + fill.fee, 0);
        expect(result.trades.reduce((sum, trade) => sum + trade.fees, 0)).toBeCloseTo(fees, 2);
      }),
      { numRuns: 60 },
    ));

  it("no fill is outside its bar, and none is in a bar that opened before the order was sent", () =>
    fc.assert(
      fc.asyncProperty(fc.nat(), walks, assumptions, async (seed, steps, assumed) => {
        const data = dataOf(steps);
        const result = await play(seed, data, assumed);
        for (const fill of result.fills) {
          const bars = data.find((series) => series.asset.equals(fill.asset));
          const row = [...(bars?.time ?? [])].findLastIndex((time) => time <= fill.time);
          const bar = bars?.at(row);
          const { high = Number.NaN, low = Number.NaN } = bar ?? {};
          // A bar of one price says nothing of how wide the market was: there slippage is paid in full.
          const slipped = high === low ? fill.slippage / fill.quantity / 50 : 0;
          expect(fill.price).toBeLessThanOrEqual(high + slipped);
          expect(fill.price).toBeGreaterThanOrEqual(low - slipped);
          const order = result.orders.find(({ id }) => id === fill.orderId);
          // Exits see the rest of the bar that filled their entry.
          if (order?.parentId === undefined) expect(bar?.time).toBeGreaterThanOrEqual(order?.submittedAt ?? Number.NaN);
        }
      }),
      { numRuns: 60 },
    ));

  it("orders say what their fills did, exits never sell more than their entry bought, and of an oco one fills", () =>
    fc.assert(
      fc.asyncProperty(fc.nat(), walks, assumptions, async (seed, steps, assumed) => {
        const { orders, fills } = await play(seed, dataOf(steps), assumed);
        const filled = (list: readonly Order[]) => list.reduce((sum, { filledQuantity }) => sum + filledQuantity, 0);
        for (const order of orders) {
          const own = fills.filter(({ orderId }) => orderId === order.id);
          expect(own.reduce((sum, { quantity }) => sum + quantity, 0)).toBe(order.filledQuantity);
          expect(order.status === "filled").toBe(order.filledQuantity === order.quantity);
          if (order.orderClass === "bracket") expect(filled(order.children)).toBeLessThanOrEqual(order.filledQuantity);
          // The Gambler sends three at most.
          if (order.orderClass === "oco") expect(filled([order, ...order.children])).toBeLessThanOrEqual(3);
          if (order.timeInForce === "ioc") expect(order.status).not.toBe("partially_filled");
        }
      }),
      { numRuns: 60 },
    ));

  it("cutting the data changes nothing before the cut", () =>
    fc.assert(
      fc.asyncProperty(
        fc.nat(),
        walks,
        fc.integer({ min: 0, max: 8 }),
        fc.oneof(fc.integer({ min: 1, max: 10 }), fc.integer({ min: 1, max: 100 })),
        assumptions,
        async (seed, steps, quiet, minutes, assumed) => {
          const data = dataOf(steps, quiet);
          const cut = T0 + minutes * MINUTE;
          const shorter = data.map((series) => series.slice(0, series.time.filter((time) => time < cut).length));
          fc.pre(shorter.some((series) => series.length > 0));
          // The clock of a backtest ends with its data.
          const horizon = Math.max(...shorter.map((series) => (series.at(-1)?.time ?? 0) + MINUTE));
          const whole = await play(seed, data, assumed);
          const part = await play(seed, shorter, assumed);
          const orderLines = (result: BacktestResult) =>
            result.orders
              // Exits are told of once their entry has filled, which may be after the cut.
              .filter((order) => order.createdAt < horizon && order.parentId === undefined)
              .map((order) => `${order.id} ${order.createdAt} ${order.side} ${order.kind}`);
          expect(orderLines(part)).toEqual(orderLines(whole));
          const early = (lines: BacktestResult) =>
            lines.fills
              .filter((fill) => fill.time < horizon)
              .map((fill) => `${fill.time} ${fill.orderId} ${fill.price}`);
          expect(early(part)).toEqual(early(whole));
        },
      ),
      { numRuns: 60 },
    ));

  it("what bars that open at an instant or later hold changes nothing that is seen or decided up to that instant, itself included", () =>
    fc.assert(
      fc.asyncProperty(fc.nat(), walks, fc.integer({ min: 0, max: 60 }), async (seed, steps, minutes) => {
        const data = dataOf(steps);
        const cut = T0 + minutes * MINUTE;
        const seenUntilCut = async (bars: readonly Bars[]) => {
          const strategy = new WatchfulGambler(seed);
          await playFrom(T0, end, strategy, { data: bars });
          return strategy.seen.filter(({ time }) => time <= cut);
        };
        expect(await seenUntilCut(data.map((bars) => movedFrom(bars, cut)))).toEqual(await seenUntilCut(data));
      }),
      { numRuns: 60 },
    ));

  it("one run is the run in pieces, cut where nothing is held or open", () =>
    fc.assert(
      fc.asyncProperty(fc.nat(), fc.nat(), walks, assumptions, async (seed, place, steps, assumed) => {
        const given = { ...assumed, data: dataOf(steps) };
        const whole = new PausingGambler(seed);
        const result = await playFrom(T0, end, whole, given);
        // A run begins with a bar, and has bars of all its assets.
        const opens = given.data.map(({ time }) => time);
        const isCut = (time: number) =>
          opens.some((open) => open.includes(time)) &&
          opens.every((open) => (open[0] as number) < time && time <= (open.at(-1) as number));
        const cuts = whole.calm.filter(({ time }) => isCut(time));
        const cut = cuts[place % cuts.length];
        fc.pre(cut !== undefined);
        const first = await playFrom(T0, cut.time, new PausingGambler(seed), given);
        const second = await playFrom(cut.time, end, new PausingGambler(seed), { ...given, budget: cut.cash });
        expect([...fillLines(first), ...fillLines(second)]).toEqual(fillLines(result));
        expect(first.equity.value.at(-1)).toBe(cut.cash);
        expect(second.equity.value.at(-1)).toBeCloseTo(result.equity.value.at(-1) as number, 6);
      }),
      { numRuns: 60 },
    ));

  it("the order in which instruments are given decides nothing where the cash is not enough for all of them", async () => {
    const [first, second] = [Asset.stock("AAA"), Asset.stock("BBB")];
    const bars = (asset: Asset) => barsOf(asset, [...flat(100, 2), [100, 100, 90, 95], ...flat(95, 2)]);
    const buy = async (order: readonly Asset[], options: OrderOptions) => {
      const script = once((s) => [second, first].map((asset) => s.send(asset, 60, "buy", options)));
      const { result } = await run(order.map(bars), script, { budget: 10_000 });
      return [...fillLines(result), ...result.events.map(({ reason, orderId }) => `${orderId} ${reason}`)];
    };
    for (const options of [{}, { limitPrice: 92 }]) {
      expect(await buy([first, second], options)).toEqual(await buy([second, first], options));
    }
    // At an open the order that was sent first: 60 x 100 of 10,000, and 6,000 more are not there.
    expect(await buy([first, second], {})).toEqual([`${T0} stock:BBB buy 60 100 0`, "2 insufficient_funds"]);
  });

  it("the order in which instruments are given changes nothing", () =>
    fc.assert(
      fc.asyncProperty(fc.nat(), walks, assumptions, async (seed, steps, assumed) => {
        const data = dataOf(steps);
        const one = await play(seed, data, assumed);
        const other = await play(seed, [...data].reverse(), assumed);
        expect(fillLines(other)).toEqual(fillLines(one));
        expect([...other.equity.value].map(Math.round)).toEqual([...one.equity.value].map(Math.round));
      }),
      { numRuns: 40 },
    ));

  it("two runs are equal to the last bit", () =>
    fc.assert(
      fc.asyncProperty(fc.nat(), walks, assumptions, async (seed, steps, assumed) => {
        const [one, two] = [await play(seed, dataOf(steps), assumed), await play(seed, dataOf(steps), assumed)];
        expect(JSON.stringify({ ...two })).toBe(JSON.stringify({ ...one }));
      }),
      { numRuns: 20 },
    ));
});
