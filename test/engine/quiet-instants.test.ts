import {
  type Asset,
  type BacktestOptions,
  type BacktestResult,
  Bars,
  type IndicatorSeries,
  InMemoryBacktesting,
  type OrderOptions,
  partialResultOf,
  Sma,
  Strategy,
  type Timestep,
  TradingFee,
} from "backlit";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hash } from "../hash.ts";
import { barsOf, ES, flat, MINUTE, run, STOCK, T0 } from "./support.ts";

// The loop passes instants at which nothing but one bar, one iteration and one open are due by a shorter way. A strategy that is traced never takes it,
// and a `traceStats` that answers nothing changes nothing else: the two runs must be equal.

const HOUR = 3_600_000;
const STEPS = { "1m": 60_000, "1h": HOUR, "1d": 24 * HOUR } as const;
const COARSER = { "1m": "5m", "1h": "4h", "1d": "1w" } as const;
const MONDAY = Date.UTC(2024, 0, 8);

/** Most strategies of the test iterate at every bar. */
const SLEEPTIMES = ["1M", "1M", "1M", "1M", "2H", "1D", "3D"];

/** Decides by the newest close; some have a function called every session, and now and then it sleeps. */
class Gambler extends Strategy {
  readonly #seed: number;
  protected readonly heard: string[] = [];

  constructor(seed: number, name = new.target.name) {
    super({ name });
    this.#seed = seed;
  }

  override initialize(): Promise<void> {
    this.sleeptime = SLEEPTIMES[this.#seed % SLEEPTIMES.length] as string;
    if (this.#seed % 3 === 0) this.schedule({ minutesBeforeClose: 30 }, () => this.hear("scheduled"));
    return this.subscribe(this.asset, this.baseTimestep(this.asset));
  }

  override onTradingIteration(): void | Promise<void> {
    const close = this.bars(this.asset, this.baseTimestep(this.asset), 1)?.close[0];
    if (close === undefined) return undefined;
    const draw = hash(this.#seed, close * 4, this.getTimestamp() / 60_000);
    if (draw % 11 === 0)
      this.hear(`${this.portfolioValue} ${this.cash} ${this.getPosition(this.asset)?.quantity ?? 0}`);
    if (draw % 37 === 0) return this.sleep(90);
    if (draw % 5 !== 0) return undefined;
    const side = draw & 16 ? "buy" : "sell";
    const away = side === "buy" ? 1 : -1;
    const exits = { takeProfitPrice: close + 2 * away, stopLossPrice: close - 2 * away };
    const kinds: OrderOptions[] = [
      {},
      {},
      { timeInForce: "day" },
      { limitPrice: close - away / 4 },
      { limitPrice: close - away / 2, timeInForce: "day" },
      { stopPrice: close + away, timeInForce: "day", orderClass: "bracket", ...exits },
      { stopPrice: close + away / 2 },
    ];
    this.submitOrder(this.createOrder(this.asset, 1 + (draw % 3), side, kinds[(draw >>> 6) % kinds.length]));
    return undefined;
  }

  override onFilledOrder(): void {
    this.hear("filled");
  }

  protected hear(word: string): void {
    this.heard.push(`${this.getTimestamp()} ${word}`);
  }

  get told(): readonly string[] {
    return this.heard;
  }
}

/** Hears of bars of a coarser step, and trades by an indicator over them. */
class IndicatorGambler extends Gambler {
  #mean?: IndicatorSeries<number>;

  override async initialize(): Promise<void> {
    await super.initialize();
    const { name } = this.baseTimestep(this.asset);
    this.#mean = this.indicator(Sma, { period: 3 }, { timestep: COARSER[name as keyof typeof COARSER] });
  }

  override onTradingIteration(): void | Promise<void> {
    this.hear(`${this.#mean?.value}`);
    return super.onTradingIteration();
  }
}

class ListeningGambler extends IndicatorGambler {
  override onBar(_asset: Asset, timestep: Timestep): void {
    this.hear(timestep.name);
    if (this.bars(this.asset, timestep, 2) !== undefined) this.submitOrder(this.createOrder(this.asset, 1, "sell"));
  }
}

class SessionGambler extends Gambler {
  override beforeMarketOpens(): void {
    this.hear("opens");
  }

  override afterMarketCloses(): void {
    this.hear("closed");
  }
}

/** Waits for its data, and sometimes answers a fill only after a while, or gives up. */
class AwaitingGambler extends Gambler {
  override async onTradingIteration(): Promise<void> {
    const newest = await this.getHistoricalPrices(this.asset, 1, this.baseTimestep(this.asset));
    const draw = hash((newest?.close[0] ?? 0) * 4, this.getTimestamp() / 60_000);
    if (draw % 331 === 0) throw new RangeError("gives up");
    if (draw % 3 > 0) await super.onTradingIteration();
  }

  override onFilledOrder(): void | Promise<void> {
    super.onFilledOrder();
    const draw = hash(this.getTimestamp() / 60_000, 7);
    if (draw % 4 === 0) this.submitOrder(this.createOrder(this.asset, 1, draw & 8 ? "buy" : "sell"));
    return draw % 7 === 0 ? this.sleep(150) : undefined;
  }
}

/** Adds what makes every instant go the longer way, and nothing else. */
function traced(Base: typeof Gambler): typeof Gambler {
  return class extends Base {
    constructor(seed: number) {
      super(seed, Base.name);
    }

    override traceStats(): undefined {
      return undefined;
    }
  };
}

const moves = fc.array(
  fc.record({
    skip: fc.oneof({ weight: 9, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.integer({ min: 1, max: 40 }) }),
    gap: fc.integer({ min: -2, max: 2 }),
    move: fc.integer({ min: -8, max: 8 }),
    reach: fc.integer({ min: 0, max: 6 }),
    volume: fc.constantFrom(0, 10, 20, 20),
  }),
  { minLength: 1, maxLength: 150, size: "max" },
);

type Moves = typeof moves extends fc.Arbitrary<infer Steps> ? Steps : never;

function barsOfMoves(asset: Asset, timestep: keyof typeof STEPS, steps: Moves): Bars {
  const columns: Record<"time" | "open" | "high" | "low" | "close" | "volume", number[]> = {
    time: [],
    open: [],
    high: [],
    low: [],
    close: [],
    volume: [],
  };
  let time = MONDAY + 15 * HOUR;
  let price = 400;
  for (const { skip, gap, move, reach, volume } of steps) {
    time += STEPS[timestep] * (1 + skip);
    const open = price + gap;
    price = open + move;
    columns.time.push(time);
    columns.open.push(open / 4);
    columns.high.push((Math.max(open, price) + reach) / 4);
    columns.low.push((Math.min(open, price) - reach) / 4);
    columns.close.push(price / 4);
    columns.volume.push(volume);
  }
  return Bars.from({ asset, timestep, ...columns });
}

const options: fc.Arbitrary<BacktestOptions> = fc.record(
  {
    market: fc.constantFrom("24/7", "24/7", "NYSE", "us_futures"),
    marginCall: fc.constantFrom("refuse", "liquidate", "liquidate", "off"),
    fill: fc.constantFrom("next-open", "next-open", "this-close"),
    budget: fc.constantFrom(1_400, 4_000, 1_000_000),
    volumeShare: fc.constant(0.3),
  },
  { requiredKeys: ["budget", "market", "marginCall"] },
);

const fees = [new TradingFee({ perContract: 2 })];

async function play(strategy: Gambler, bars: Bars, given: BacktestOptions) {
  const start = MONDAY;
  const end = (bars.time.at(-1) as number) + 40 * 24 * HOUR;
  const all = { data: [bars], buyTradingFees: fees, sellTradingFees: fees, ...given };
  const result = await strategy.backtest(InMemoryBacktesting, start, end, all).catch(partialResultOf);
  if (result === undefined) throw new Error("the run ended without any result");
  return { result, told: strategy.told };
}

/** All that a run says, as words. */
function sayingsOf({ result, told }: { result: BacktestResult; told: readonly string[] }) {
  const { orders, fills, trades, cashflows, equity } = result;
  const events = result.events.map(({ time, code, message }) => ({ time, code, message }));
  const curve = [equity.time, equity.value, equity.cash].map((column) => [...column]);
  const counts = { bars: result.bars, iterations: result.iterations, status: result.status };
  return JSON.parse(JSON.stringify({ orders, fills, trades, cashflows, events, curve, counts, told }));
}

describe("an instant at which little is due", () => {
  it("leads to what it leads to where every step is gone through", () =>
    fc.assert(
      fc.asyncProperty(
        fc.nat(1_000_000),
        moves,
        fc.constantFrom<keyof typeof STEPS>("1m", "1h", "1d"),
        fc.constantFrom(ES, STOCK),
        fc.constantFrom(Gambler, Gambler, AwaitingGambler, IndicatorGambler, ListeningGambler),
        options,
        async (seed, steps, timestep, asset, Chosen, given) => {
          // An indicator is refused where the data is too short for it.
          const Strategy = steps.length < 40 ? SessionGambler : Chosen;
          const bars = barsOfMoves(asset, timestep, steps);
          const quiet = await play(new Strategy(seed), bars, given);
          const gone = await play(new (traced(Strategy))(seed), bars, given);
          expect(sayingsOf(quiet)).toEqual(sayingsOf(gone));
        },
      ),
      { numRuns: 120 },
    ));
});

describe("the end of a day of the asset's own, on a market that never closes", () => {
  const FUTURE_CLOSE = T0 + 7 * HOUR;
  const hourly = (s: Strategy) => {
    s.sleeptime = "1H";
  };

  it("settles at its close what an order opened inside its last bar", async () => {
    // 22:00 UTC; the stop at 101 is met on the way from 100 to 102: (101.5 - 101) x 50 = 25 at the close, and nothing of the open at 103.
    const bars = barsOf(ES, [...flat(100, 6), [100, 102, 100, 101.5], ...flat(103, 2)], "1h", T0, HOUR);
    const { result } = await run(
      bars,
      (s) => {
        if (s.iteration === 6) s.send(ES, 1, "buy", { stopPrice: 101 });
      },
      { setup: hourly },
    );
    expect(result.fills.map(({ time, price }) => [time, price])).toEqual([[FUTURE_CLOSE - 1, 101]]);
    expect(result.cashflows.map(({ time, kind, amount }) => [time, kind, amount])).toEqual([
      [FUTURE_CLOSE, "settlement", 25],
    ]);
  });
});

/** Buys the stock, which the run does not know yet, at its fourth iteration. */
class Newcomer extends Strategy {
  #iteration = 0;

  override initialize(): void {
    this.sleeptime = "1M";
  }

  override onTradingIteration(): void {
    if (++this.#iteration === 4) this.submitOrder(this.createOrder(STOCK, 5, "buy"));
  }
}

/** Asks for the price of the stock, which the run does not know yet, at its fourth iteration, waits for it and buys. */
class Asker extends Strategy {
  readonly seen: (number | undefined)[] = [];
  readonly told: number[] = [];

  override initialize(): void {
    this.sleeptime = "1M";
  }

  override async onTradingIteration(): Promise<void> {
    this.seen.push(this.seen.length < 3 ? undefined : await this.getLastPrice(STOCK));
    if (this.seen.length === 4) this.submitOrder(this.createOrder(STOCK, 5, "buy"));
  }

  override onFilledOrder(): void {
    this.told.push((this.getTimestamp() - T0) / MINUTE);
  }
}

describe("an asset that a hook asks for and waits for", () => {
  it("opens at that instant with the others", async () => {
    const strategy = new Asker();
    const rows = [50, 51, 52, 53, 54, 55].map((price) => [price, price, price, price] as const);
    const result = await strategy.backtest(InMemoryBacktesting, T0, T0 + 6 * MINUTE, {
      data: [barsOf(ES, flat(100, 6)), barsOf(STOCK, rows)],
      assets: [ES],
      market: "24/7",
    });
    // At minute 3 the bar of 52 has closed, that of 53 opens; a minute later it has closed.
    expect(strategy.seen).toEqual([undefined, undefined, undefined, 52, 53, 54]);
    expect(result.fills.map(({ time, price }) => [(time - T0) / MINUTE, price])).toEqual([[3, 53]]);
    expect(strategy.told).toEqual([3]);
    expect(result.equity.time.length).toBe(7);
  });
});

describe("an asset that an order brings into the run", () => {
  it("fills at the close of that instant after the account was looked at there", async () => {
    const result = await new Newcomer().backtest(InMemoryBacktesting, T0, T0 + 10 * MINUTE, {
      data: [barsOf(ES, flat(100, 6)), barsOf(STOCK, flat(50, 6))],
      assets: [ES],
      fill: "this-close",
      market: "24/7",
      buyTradingFees: [new TradingFee({ flat: 3 })],
    });
    expect(result.fills.map(({ time, price, fee }) => [time, price, fee])).toEqual([[T0 + 3 * MINUTE, 50, 3]]);
    // The start and three closes before the purchase of 250 and its fee, three closes after it.
    expect([...result.equity.value]).toEqual([...Array(4).fill(100_000), ...Array(3).fill(99_997)]);
    expect([...result.equity.cash]).toEqual([...Array(4).fill(100_000), ...Array(3).fill(99_747)]);
  });
});
