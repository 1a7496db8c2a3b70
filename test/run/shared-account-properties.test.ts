import {
  Asset,
  type BacktestAllOptions,
  type BacktestResult,
  Bars,
  backtestAll,
  InMemoryBacktesting,
  type Order,
  Strategy,
  TradingFee,
} from "backlit";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ES, MINUTE, T0 } from "../engine/support.ts";
import { hash } from "../hash.ts";
import { logOf } from "../live/support.ts";

const SHARE = Asset.stock("ACME");
const COIN = Asset.crypto("BTC");
const ASSETS = [ES, SHARE, COIN];
const STEPS = ["1m", "5m", "1m"] as const;

const walk = fc.array(
  fc.record({
    skip: fc.integer({ min: 0, max: 2 }),
    gap: fc.integer({ min: -6, max: 6 }),
    move: fc.integer({ min: -8, max: 8 }),
    up: fc.integer({ min: 0, max: 6 }),
    down: fc.integer({ min: 0, max: 6 }),
  }),
  { minLength: 2, maxLength: 40 },
);
const walks = fc.tuple(walk, walk, walk);

type Walk = typeof walk extends fc.Arbitrary<infer Steps> ? Steps : never;

/** Bars on the tick around 100, some missing; the share's take five minutes each. */
function barsOfWalk(place: number, steps: Walk): Bars {
  const columns = { time: [], open: [], high: [], low: [], close: [], volume: [] } as Record<string, number[]>;
  const length = MINUTE * (STEPS[place] === "5m" ? 5 : 1);
  let time = T0 - length;
  let price = 400;
  for (const { skip, gap, move, up, down } of steps) {
    time += length * (1 + skip);
    const open = price + gap;
    price = open + move;
    columns["time"]?.push(time);
    columns["open"]?.push(open / 4);
    columns["high"]?.push((Math.max(open, price) + up) / 4);
    columns["low"]?.push((Math.min(open, price) - down) / 4);
    columns["close"]?.push(price / 4);
    columns["volume"]?.push(40);
  }
  return Bars.from({ asset: ASSETS[place] as Asset, timestep: STEPS[place] ?? "1m", ...columns } as never);
}

const dataOf = (steps: readonly Walk[]) => steps.map((each, place) => barsOfWalk(place, each));

interface Way {
  /** Decides everything it draws. */
  readonly seed: number;
  readonly sleeptime: string;
  /** Which assets, bit by bit. */
  readonly trades: number;
  readonly sleeps: boolean;
}

const way: fc.Arbitrary<Way> = fc.record({
  seed: fc.nat(),
  sleeptime: fc.constantFrom("1M", "2M", "3M"),
  trades: fc.integer({ min: 1, max: 7 }),
  sleeps: fc.boolean(),
});
const ways = fc.array(way, { minLength: 2, maxLength: 4 });

/** Its decisions are a hash of what it sees, the account's cash and worth among it; every order kind, targets, cancels, orders from callbacks. */
class Gambler extends Strategy<{ way: Way }> {
  static override readonly parameters = { way: { seed: 0, sleeptime: "1M", trades: 7, sleeps: false } };

  override initialize() {
    this.sleeptime = this.parameters.way.sleeptime;
  }

  override async onTradingIteration() {
    const { seed, trades, sleeps } = this.parameters.way;
    for (const [place, asset] of ASSETS.entries()) {
      if (!(trades & (1 << place))) continue;
      const last = await this.getLastPrice(asset);
      if (last === undefined) continue;
      const cash = this.getCash();
      const value = this.getPortfolioValue();
      this.logMessage(`${cash} ${value} ${this.getPositions().length}`, "debug");
      const draw = hash(seed, last * 4, this.getTimestamp() / MINUTE, place, Math.round(cash));
      if (draw % 3 === 0) this.#trade(asset, draw >>> 4, last);
      if (draw % 32 === 0) this.cancelOpenOrders();
      if (sleeps && draw % 5 === 0) await this.sleep(60 * (1 + (draw % 4)));
    }
  }

  #trade(asset: Asset, draw: number, last: number): void {
    const side = draw & 1 ? "buy" : "sell";
    const away = side === "buy" ? 1 : -1;
    const kinds = [
      {},
      { limitPrice: last - away },
      { stopPrice: last + away },
      { stopPrice: last + away, limitPrice: last + 2 * away },
      { trailPrice: 1 },
      { timeInForce: "ioc" as const },
    ];
    const kind = (draw >>> 1) % (kinds.length + 2);
    if (kind === kinds.length) this.orderTargetPercent(asset, ((draw >>> 5) % 5) / 4 - 0.5);
    else if (kind > kinds.length) this.closePosition(asset);
    else this.submitOrder(this.createOrder(asset, 1 + ((draw >>> 5) % 40), side, kinds[kind]));
  }

  override onFilledOrder(_position: unknown, order: Order, price: number) {
    this.logMessage(`filled ${order.id} ${this.getCash()}`, "debug");
    if (hash(this.parameters.way.seed, price * 4, Number(order.id)) % 5 === 0)
      this.submitOrder(this.createOrder(order.asset, 1, order.side === "buy" ? "sell" : "buy"));
  }

  override onErrorOrder(order: Order, error: { readonly code: string }) {
    this.logMessage(`refused ${order.id} ${error.code}`, "debug");
  }
}

type Options = BacktestAllOptions;

const account: fc.Arbitrary<Options> = fc.record({
  budget: fc.constantFrom(3_000, 20_000, 100_000),
  marginCall: fc.constantFrom("refuse" as const, "liquidate" as const),
  buyingPower: fc.constantFrom("cash" as const, "reg-t" as const),
  fill: fc.constantFrom("next-open" as const, "this-close" as const),
  volumeShare: fc.constantFrom(0.2, 1),
});

const fees = [new TradingFee({ perContract: 0.5 })];
const margins = { ES: { initial: 1_500, maintenance: 1_200 } };
const end = T0 + 400 * MINUTE;

const named = (all: readonly Way[]) => all.map((each, i) => new Gambler({ name: `S${i}`, parameters: { way: each } }));

function together(strategies: readonly Gambler[], data: readonly Bars[], options: Options) {
  return backtestAll(strategies, InMemoryBacktesting, T0, end, {
    data,
    market: "24/7",
    margins,
    buyTradingFees: fees,
    sellTradingFees: fees,
    logLevel: "silent",
    ...options,
  });
}

const textOf = (result: BacktestResult) => logOf(result) + JSON.stringify([result.log, result.settings, result.margin]);

describe("any strategies on one account", () => {
  it("do the same in whatever order they are listed", () =>
    fc.assert(
      fc.asyncProperty(ways, walks, account, fc.nat(), async (all, steps, options, turn) => {
        const data = dataOf(steps);
        const forth = await together(named(all), data, { ...options, account: "shared" });
        const listed = named(all);
        const turned = [...listed.slice(turn % all.length), ...listed.slice(0, turn % all.length)].reverse();
        const back = await together(turned, data, { ...options, account: "shared" });
        for (const [place, strategy] of turned.entries()) {
          const same = forth.results[Number(strategy.name.slice(1))] as BacktestResult;
          expect(textOf(back.results[place] as BacktestResult)).toBe(textOf(same));
        }
        expect(textOf(back.total)).toBe(textOf(forth.total));
      }),
      { numRuns: 100 },
    ));

  it("earn together what the account earns, at every instant, to the cent", () =>
    fc.assert(
      fc.asyncProperty(ways, walks, account, async (all, steps, options) => {
        const budget = options.budget ?? 0;
        const { results, total } = await together(named(all), dataOf(steps), { ...options, account: "shared" });
        for (const { equity } of results) expect([...equity.time]).toEqual([...total.equity.time]);
        for (const column of ["value", "cash"] as const) {
          for (const [row, value] of total.equity[column].entries()) {
            const profit = results.reduce((sum, { equity }) => sum + (equity[column][row] as number) - budget, 0);
            expect(value).toBeCloseTo(budget + profit, 4);
          }
        }
        const pnl = total.trades.reduce((sum, trade) => sum + trade.pnl, 0);
        expect(total.equity.value.at(-1)).toBeCloseTo(budget + pnl, 4);
      }),
      { numRuns: 60 },
    ));

  it("decide up to an instant what they decide when the data end there", () =>
    fc.assert(
      fc.asyncProperty(ways, walks, account, fc.integer({ min: 1, max: 60 }), async (all, steps, options, minutes) => {
        const data = dataOf(steps);
        const cut = T0 + minutes * MINUTE;
        const shorter = data.map((series) => series.slice(0, series.time.filter((time) => time < cut).length));
        fc.pre(shorter.every((series) => series.length > 0));
        const horizon = Math.max(...shorter.map((series) => series.time.at(-1) ?? 0));
        const make = () => all.map((each, i) => new Aimless({ name: `S${i}`, parameters: { way: each } }));
        // At the close of the last bar there is an order's fill only where it is known that more bars come.
        const run = { ...options, fill: "next-open", account: "shared" } as const;
        const whole = await together(make(), data, run);
        const part = await together(make(), shorter, run);
        // That nothing will fill an order any more is known only where the data end.
        const told = ({ log }: BacktestResult) =>
          log.filter(({ time, message }) => time < horizon && !message.startsWith("refused"));
        for (const [place, result] of part.results.entries())
          expect(told(result)).toEqual(told(whole.results[place] as BacktestResult));
        const rowsOf = ({ equity }: BacktestResult) =>
          [...equity.time].flatMap((time, row) =>
            time < horizon ? [[time, equity.value[row], equity.cash[row]]] : [],
          );
        expect(rowsOf(part.total)).toEqual(rowsOf(whole.total));
      }),
      { numRuns: 100 },
    ));

  it("do with ample money what each does on an account of its own", () =>
    fc.assert(
      fc.asyncProperty(ways, walks, async (all, steps) => {
        const rich = { budget: 1e9 };
        const blind = all.map((each) => ({ ...each }));
        const data = dataOf(steps);
        const make = () => blind.map((each, i) => new Blind({ name: `S${i}`, parameters: { way: each } }));
        const shared = await together(make(), data, { ...rich, account: "shared" });
        const separate = await together(make(), data, rich);
        for (const [place, result] of shared.results.entries())
          expect(ordersOf(result)).toBe(ordersOf(separate.results[place] as BacktestResult));
      }),
      { numRuns: 60 },
    ));

  it("are one strategy's own backtest, byte for byte, where there is one", () =>
    fc.assert(
      fc.asyncProperty(way, walks, account, async (one, steps, options) => {
        const data = dataOf(steps);
        const { results, total } = await together(named([one]), data, { ...options, account: "shared" });
        const [alone] = (await together(named([one]), data, options)).results as [BacktestResult];
        const [result] = results as [BacktestResult];
        expect(logOf(result)).toBe(logOf(alone));
        expect(result.log).toEqual(alone.log);
        expect({ ...total.equity }).toEqual({ ...alone.equity });
        expect(total.margin).toEqual(alone.margin);
      }),
      { numRuns: 100 },
    ));
});

/** Looks at no money. */
class Blind extends Gambler {
  override getCash() {
    return 0;
  }
  override orderTargetPercent(asset: Asset, fraction: number) {
    return this.orderTarget(asset, Math.round(fraction * 10));
  }
}

/** Sends no targets: whether one is sent depends on what is open, and nothing stays open for an asset whose data have ended. */
class Aimless extends Gambler {
  override orderTargetPercent() {
    return undefined;
  }
}

const ordersOf = ({ orders, fills, trades }: BacktestResult) => JSON.stringify({ orders, fills, trades });
