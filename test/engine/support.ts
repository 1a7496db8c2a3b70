import {
  Asset,
  type BacktestOptions,
  type BacktestResult,
  Bars,
  type ContractRoll,
  InMemoryBacktesting,
  type Order,
  Strategy,
} from "backlit";

/** 2024-01-02 15:00 UTC, a Tuesday inside the sessions of New York and Chicago. */
export const T0 = Date.UTC(2024, 0, 2, 15);
export const MINUTE = 60_000;

/** Open, high, low, close and, where it matters, volume. */
export type Row = readonly [open: number, high: number, low: number, close: number, volume?: number];

/** A future with money 50 a point and a tick of 0.25. */
export const ES = new Asset({
  symbol: "ES",
  assetType: "future",
  expiration: "2024-03-15",
  multiplier: 50,
  tickSize: 0.25,
});
export const STOCK = Asset.stock("ACME");
/** A future with money 25 EUR a point. */
export const DAX = new Asset({
  symbol: "FDX",
  assetType: "future",
  expiration: "2024-03-15",
  multiplier: 25,
  currency: "EUR",
});

/** Bars a step apart from `T0` on. */
export function barsOf(asset: Asset, rows: readonly Row[], step = "1m", start = T0, milliseconds = MINUTE): Bars {
  const volume = rows.map((row) => row[4] ?? 100);
  return Bars.from({ asset, timestep: step, ...pricesOf(rows, start, milliseconds), volume });
}

/** A row with the best bid and ask at its end. */
export type QuotedRow = readonly [open: number, high: number, low: number, close: number, bid: number, ask: number];

/** The same with quotes, 100 units each. */
export function quotedBars(
  asset: Asset,
  rows: readonly QuotedRow[],
  step = "1m",
  start = T0,
  milliseconds = MINUTE,
): Bars {
  const volume = rows.map(() => 100);
  const quotes = { bid: rows.map((row) => row[4]), ask: rows.map((row) => row[5]) };
  return Bars.from({ asset, timestep: step, ...pricesOf(rows, start, milliseconds), volume, ...quotes });
}

function pricesOf(rows: readonly (Row | QuotedRow)[], start: number, milliseconds: number) {
  return {
    time: rows.map((_, index) => start + index * milliseconds),
    open: rows.map((row) => row[0]),
    high: rows.map((row) => row[1]),
    low: rows.map((row) => row[2]),
    close: rows.map((row) => row[3]),
  };
}

/** A continuous ES goes over from 100 to 110 in the third minute. */
export const ROLL_TO_110: ContractRoll = {
  time: T0 + 2 * MINUTE,
  measuredAt: T0 + MINUTE,
  from: Asset.future("ESH24"),
  to: Asset.future("ESM24"),
  fromPrice: 100,
  toPrice: 110,
};

/** One series of bars out of pieces of it, each later than the one before. */
export function joinBars(pieces: readonly Bars[]): Bars {
  const [first] = pieces as readonly [Bars, ...Bars[]];
  const join = (name: "time" | "open" | "high" | "low" | "close" | "volume") =>
    pieces.flatMap((bars) => [...bars[name]]);
  return Bars.from({
    asset: first.asset,
    timestep: first.timestep,
    time: join("time"),
    open: join("open"),
    high: join("high"),
    low: join("low"),
    close: join("close"),
    volume: join("volume"),
  });
}

/** Bars in which nothing moves. */
export function flat(price: number, count: number): Row[] {
  return Array.from({ length: count }, () => [price, price, price, price] as const);
}

/** A strategy told in a test: what to do at the n-th iteration, counting from 0. */
export class Scripted extends Strategy {
  iteration = -1;
  readonly seen: string[] = [];
  readonly refused: string[] = [];
  readonly orderLog: Order[] = [];
  readonly #script: (strategy: Scripted) => void | Promise<void>;
  readonly #setup: (strategy: Scripted) => void | Promise<void>;

  constructor(
    script: (strategy: Scripted) => void | Promise<void>,
    setup: (strategy: Scripted) => void | Promise<void> = () => {},
    name = "Scripted",
  ) {
    super({ name });
    this.#script = script;
    this.#setup = setup;
  }

  override initialize() {
    return this.#setup(this);
  }

  override onTradingIteration() {
    this.iteration += 1;
    return this.#script(this);
  }

  override onErrorOrder(_order: Order, error: { readonly code: string }) {
    this.refused.push(error.code);
  }

  /** Sends an order and keeps it. */
  send(...args: Parameters<Strategy["createOrder"]>): Order {
    const order = this.submitOrder(this.createOrder(...args));
    this.orderLog.push(order);
    return order;
  }
}

/** What the source in memory takes beside its bars. */
type MemoryOptions = Partial<ConstructorParameters<typeof InMemoryBacktesting>[0]>;

/** Runs a script over bars, from the first bar to behind the last, on a market that never closes unless told otherwise. */
export async function run(
  bars: Bars | readonly Bars[],
  script: (strategy: Scripted) => void | Promise<void>,
  options: BacktestOptions & MemoryOptions & { readonly setup?: (strategy: Scripted) => void | Promise<void> } = {},
): Promise<{ result: BacktestResult; strategy: Scripted }> {
  const data = Array.isArray(bars) ? (bars as readonly Bars[]) : [bars as Bars];
  const { setup, ...rest } = options;
  const strategy = new Scripted(script, setup);
  const start = Math.min(...data.map((series) => series.time[0] ?? T0));
  const end = Math.max(...data.map((series) => (series.time[series.length - 1] ?? T0) + series.timestep.milliseconds));
  const result = await strategy.backtest(InMemoryBacktesting, start, end, { data, market: "24/7", ...rest });
  return { result, strategy };
}

/** A script that does one thing at the first iteration. */
export function once(action: (strategy: Scripted) => unknown): (strategy: Scripted) => void {
  return (strategy) => {
    if (strategy.iteration === 0) action(strategy);
  };
}
