import {
  Asset,
  type BacktestOptions,
  type BacktestResult,
  Bars,
  type ContractRoll,
  type CorporateAction,
  type Order,
  type OrderChanges,
  type OrderOptions,
  Strategy,
  TradingFee,
  TradingSlippage,
} from "backlit";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bothWays, firstDifference, logOf } from "./support.ts";

const HOUR = 3_600_000;
/** Thursday 2024-03-07; the hours up to Tuesday hold a split, a roll, a weekend, New York's summer time, an ex-date and two expirations. */
const START = Date.UTC(2024, 2, 7, 14);
const HOURS = 110;
const SPLIT = Date.UTC(2024, 2, 8, 5);
const ACME = new Asset({ symbol: "ACME", tickSize: 0.25 });
const ES = Asset.continuousFuture("ES");
const DAX = new Asset({
  symbol: "FDX",
  assetType: "future",
  expiration: "2024-03-11",
  multiplier: 20,
  tickSize: 0.25,
  currency: "EUR",
});
const COIN = Asset.crypto("BTC");
const CALL = Asset.option({ symbol: "ACME", expiration: "2024-03-11", strike: 100, right: "call" });
const assets = [ACME, ES, DAX, COIN, CALL];
const BUDGET = 50_000;

type Draw = (below: number) => number;

/** Numbers from 0 to below a bound, the same for the same seed. */
function drawing(seed: number): Draw {
  let state = seed | 0;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    const mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    return ((mixed ^ (mixed >>> 13)) >>> 0) % below;
  };
}

/** Bars on the tick of 0.25 with gaps in time and price and bars without volume; prices before the split are `ratio` times as high. */
function walk(asset: Asset, first: number, draw: Draw, quotes: boolean, ratio = 1): Bars {
  const step = asset === COIN ? 2 : 1;
  const rows: number[][] = [];
  let price = first * 4;
  for (let hour = 0; hour < HOURS; hour += step) {
    if (hour > 1 && draw(8) === 0) continue;
    const time = START + hour * HOUR;
    const open = Math.max(8, price + draw(9) - 4);
    price = Math.max(8, open + draw(13) - 6);
    const low = Math.max(4, Math.min(open, price) - draw(5));
    const unit = (time < SPLIT ? ratio : 1) / 4;
    const prices = [open, Math.max(open, price) + draw(5), low, price, price - draw(3), price + draw(3)];
    rows.push([time, ...prices.map((each) => each * unit), hour > 1 && draw(6) === 0 ? 0 : 1 + draw(60)]);
  }
  const column = (index: number) => rows.map((row) => row[index] as number);
  return Bars.from({
    asset,
    timestep: `${step}h`,
    time: column(0),
    open: column(1),
    high: column(2),
    low: column(3),
    close: column(4),
    volume: column(7),
    ...(quotes ? { bid: column(5), ask: column(6) } : {}),
  });
}

interface World {
  readonly data: readonly Bars[];
  readonly rolls: readonly ContractRoll[];
  readonly corporateActions: readonly (CorporateAction & { readonly asset: Asset })[];
}

function worldOf(seed: number, quotes: boolean): World {
  const draw = drawing(seed);
  const ratio = [2, 4, 0.5, 3][draw(4)] as number;
  const es = walk(ES, 100, draw, quotes);
  const [time, measuredAt, fromPrice] = [es.time[20], es.time[19], es.close[19]] as [number, number, number];
  const roll = { time, measuredAt, from: Asset.future("ESH24"), to: Asset.future("ESM24"), fromPrice };
  return {
    data: [walk(ACME, 100, draw, quotes, ratio), es, ...[DAX, COIN, CALL].map((each) => walk(each, 60, draw, quotes))],
    rolls: [{ ...roll, toPrice: fromPrice + (draw(41) - 20) / 4 }],
    corporateActions: [
      { asset: ACME, kind: "split", date: "2024-03-08", ratio },
      { asset: ACME, kind: "dividend", date: "2024-03-11", amount: 0.5 },
    ],
  };
}

/** Does whatever a strategy can do to an order, in the iteration and in the callbacks, as the seed has it. */
class Everything extends Strategy {
  static override readonly assets = assets;
  readonly #draw: Draw;
  #depth = 0;

  constructor(seed: number) {
    super();
    this.#draw = drawing(seed);
  }

  override initialize() {
    this.sleeptime = "1h";
  }

  override async onTradingIteration() {
    for (let left = this.#draw(4); left > 0; left--) await this.#act();
    if (this.#draw(20) === 0) await this.sleep(this.#draw(400) * 60);
  }

  override onFilledOrder() {
    return this.#react();
  }

  override onPartiallyFilledOrder() {
    return this.#react();
  }

  override onCanceledOrder() {
    return this.#react();
  }

  async #react() {
    if (this.#draw(3) !== 0 || this.#depth > 3) return;
    this.#depth += 1;
    await this.#act();
    this.#depth -= 1;
  }

  async #act() {
    const draw = this.#draw;
    const asset = assets[draw(assets.length)] as Asset;
    const last = await this.getLastPrice(asset);
    if (last === undefined) return;
    const open = this.getOrders();
    const one = open[draw(Math.max(1, open.length))];
    const choice = draw(12);
    if (choice === 0 && one !== undefined) this.cancelOrder(one);
    else if (choice === 1 && one !== undefined) this.modifyOrder(one, this.#changes(one));
    else if (choice === 2) this.orderTarget(asset, draw(7) - 3);
    else if (choice === 3) this.orderTargetPercent(asset, (draw(5) - 2) / 10);
    else {
      const side = draw(2) === 0 ? "sell" : "buy";
      const options = this.#inForce(this.#prices(Math.round(last * 4) / 4, side === "buy" ? 1 : -1));
      this.submitOrder(this.createOrder(asset, 1 + draw(6), side, options));
    }
  }

  #changes(order: Order): OrderChanges {
    const changes: Record<string, number> = {};
    for (const name of ["limitPrice", "stopPrice", "touchPrice"] as const) {
      if (name in order) changes[name] = (order as Order & Record<string, number>)[name] + (this.#draw(9) - 4) / 4;
    }
    if (order.orderClass === "simple" && order.parentId === undefined) changes["quantity"] = 1 + this.#draw(5);
    return changes;
  }

  #prices(price: number, up: 1 | -1): OrderOptions {
    const away = (this.#draw(4) + 1) / 2;
    const exits = { takeProfitPrice: price + 2 * up, stopLossPrice: price - 2 * up };
    const ways: OrderOptions[] = [
      {},
      { limitPrice: price - up * away },
      { limitPrice: price - up * away, reduceOnly: true },
      { limitPrice: price - up * away, postOnly: true },
      { stopPrice: price + up * away },
      { stopPrice: price + up * away, limitPrice: price + up },
      { touchPrice: price - up },
      { touchPrice: price - up, limitPrice: price - up / 2 },
      { trailPrice: away / 2 },
      { trailPercent: 0.01, limitOffset: 0.25 },
      { orderClass: "bracket", ...exits },
      { orderClass: "bracket", limitPrice: price - up, ...exits, stopLossLimitPrice: price - 3 * up },
      { orderClass: "bracket", takeProfitPrice: price + 2 * up, stopLossTrailPrice: 0.75 },
      { orderClass: "oto", limitPrice: price, stopLossPrice: price - up },
      { orderClass: "oco", takeProfitPrice: price - 2 * up, stopLossPrice: price + 2 * up },
    ];
    return ways[this.#draw(ways.length)] as OrderOptions;
  }

  #inForce(options: OrderOptions): OrderOptions {
    const timeInForce = (["gtc", "gtc", "day", "gtd", "ioc", "fok", "opg", "cls"] as const)[this.#draw(8)] ?? "gtc";
    if (timeInForce === "gtd")
      return { ...options, timeInForce, goodTillDate: this.getTimestamp() + this.#draw(9) * HOUR };
    const rests = timeInForce === "gtc" || timeInForce === "day";
    const isPlain = Object.keys(options).every((name) => name === "limitPrice" || name === "reduceOnly");
    return rests || isPlain ? { ...options, timeInForce } : options;
  }
}

const fees = [new TradingFee({ perContract: 1, perShare: 0.01, flat: 0.5, percent: 0.0001 })];
const terms = {
  budget: BUDGET,
  buyTradingFees: fees,
  sellTradingFees: fees,
  borrowRate: 0.5,
  currency: "USD",
  fxRates: { "EUR/USD": { "2024-03-01": 1.1, "2024-03-08": 1.2, "2024-03-09": 1.05, "2024-03-11": 1.3 } },
  logLevel: "silent",
} as const;
const assumptions: fc.Arbitrary<BacktestOptions> = fc.record(
  {
    fill: fc.constantFrom("this-close", "next-open"),
    intrabar: fc.constantFrom("worst", "ohlc", "olhc"),
    limitFill: fc.constantFrom("touch", "through"),
    tradeMatching: fc.constantFrom("fifo", "flat-to-flat"),
    volumeShare: fc.constantFrom(0.05, 0.2),
    slippage: fc.constant(new TradingSlippage({ percent: 0.002 })),
    marginCall: fc.constantFrom("refuse", "liquidate", "off"),
    buyingPower: fc.constantFrom("cash", "reg-t"),
    market: fc.constantFrom("24/7", "CME_Equity", "NYSE"),
  },
  { requiredKeys: [] },
);
const ends = fc.integer({ min: 4, max: HOURS });

/** The same in a backtest and on a replay, which is looked at beside it. */
async function play(seed: number, world: World, assumed: BacktestOptions, hours: number): Promise<BacktestResult> {
  const { data, ...happens } = world;
  const span = { start: START, end: START + hours * HOUR + (hours % 2) * 900_000 };
  const options = { ...assumed, ...terms, ...happens };
  const { backtest, live } = await bothWays(() => new Everything(seed), data, options, span);
  expect(firstDifference(logOf(live), logOf(backtest))).toBe(undefined);
  return backtest;
}

const runs = (check: (result: BacktestResult, world: World) => void) =>
  fc.assert(
    fc.asyncProperty(
      fc.nat(),
      fc.nat(),
      fc.boolean(),
      assumptions,
      ends,
      async (seed, other, quotes, assumed, hours) => {
        const world = worldOf(other, quotes);
        check(await play(seed, world, assumed, hours), world);
      },
    ),
    { numRuns: 40 },
  );

const total = (amounts: readonly number[]) => amounts.reduce((sum, amount) => sum + amount, 0);
const ENDINGS: Readonly<Record<string, string>> = {
  canceled: "order_canceled",
  expired: "order_expired",
  rejected: "order_refused",
  open: "order_open_at_end",
  partially_filled: "order_open_at_end",
};

describe("for a strategy that does everything to its orders, a replay is the backtest", () => {
  it("and the account is what all trades made, to the cent", () =>
    runs(({ equity, trades, cashflows, fills }) => {
      const beside = cashflows.filter(({ kind }) => kind !== "settlement").map(({ amount }) => amount);
      const made = total(trades.map(({ pnl }) => pnl));
      expect(equity.value.at(-1)).toBeCloseTo(BUDGET + made + total(beside), 2);
      expect(total(trades.map((trade) => trade.fees))).toBeCloseTo(total(fills.map(({ fee }) => fee)), 6);
    }));

  it("and no order ends, or is left, without a word, nor waits on with nothing left to fill", () =>
    runs(({ orders, events }) => {
      for (const { id, status, quantity, filledQuantity, submittedAt } of orders) {
        // A target order that found its target held is for 0 units.
        expect(status === "filled").toBe(quantity > 0 && filledQuantity === quantity);
        const code = ENDINGS[status];
        if (code === undefined || submittedAt === undefined) continue;
        expect(events.some((event) => event.orderId === id && event.code === code)).toBe(true);
      }
    }));

  it("and no fill is outside its bar or before its order, and nothing that may only reduce opens", () =>
    runs(({ fills, orders }, { data }) => {
      const held = new Map<string, number>();
      for (const { orderId, asset, time, price, side, quantity, reason } of fills) {
        const before = held.get(asset.key) ?? 0;
        const units = side === "buy" ? quantity : -quantity;
        held.set(asset.key, before + units);
        const order = orders.find(({ id }) => id === orderId);
        if (reason !== undefined || order === undefined) continue;
        expect(time).toBeGreaterThanOrEqual(order.submittedAt ?? Number.NaN);
        const bars = data.find((series) => series.asset === asset) as Bars;
        const row = bars.time.findLastIndex((open) => open <= time);
        // Under `this-close` it may be the bar that ended there, for the close the last that traded since the order was sent.
        const since = bars.time.findIndex((open) => open >= (order.submittedAt ?? Number.NaN));
        const first = order.timeInForce === "cls" ? since : Math.max(0, row - 1);
        // A bar of one price says nothing of how wide the market was.
        const within = Array.from({ length: row - first + 1 }, (_, place) => bars.at(first + place)).some(
          (bar) => bar !== undefined && (bar.high === bar.low || (price >= bar.low - 1e-9 && price <= bar.high + 1e-9)),
        );
        expect(within).toBe(true);
        if (order.reduceOnly && asset !== ACME) expect(Math.abs(before + units)).toBeLessThan(Math.abs(before));
      }
    }));
});
