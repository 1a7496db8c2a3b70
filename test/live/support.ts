import {
  type BacktestOptions,
  type BacktestResult,
  Bars,
  InMemoryBacktesting,
  type LiveRunOptions,
  type Strategy,
} from "backlit";

/** Everything a run decided and earned, as text: orders, fills, trades, account, events, traces. */
export function logOf(result: BacktestResult): string {
  const { orders, fills, trades, events, traces, equity, bars, iterations, data } = result;
  const columns = { time: [...equity.time], value: [...equity.value], cash: [...equity.cash] };
  return JSON.stringify({ orders, fills, trades, events, traces, columns, bars, iterations, data }, undefined, 1);
}

export interface Span {
  readonly start: number;
  readonly end: number;
}

/** From the first bar to behind the last. */
export function spanOf(data: readonly Bars[]): Span {
  return {
    start: Math.min(...data.map((series) => series.time[0] ?? Number.POSITIVE_INFINITY)),
    end: Math.max(...data.map((series) => (series.time.at(-1) ?? 0) + series.timestep.milliseconds)),
  };
}

type Options = BacktestOptions & Pick<LiveRunOptions, "speed" | "grace" | "delay" | "pauses">;

/** The same strategy in a backtest and on a replay, bar by bar, with the paper broker. */
export async function bothWays(
  make: () => Strategy<object>,
  data: readonly Bars[],
  { speed, grace, delay, pauses, ...options }: Options = {},
  span: Span = spanOf(data),
): Promise<{ readonly backtest: BacktestResult; readonly live: BacktestResult }> {
  const backtest = await make().backtest(InMemoryBacktesting, span.start, span.end, { data, ...options });
  const pace = { ...(speed === undefined ? {} : { speed }), ...(grace === undefined ? {} : { grace }) };
  const live = await make().run({
    source: InMemoryBacktesting,
    broker: "paper",
    ...span,
    ...pace,
    ...(delay === undefined ? {} : { delay }),
    ...(pauses === undefined ? {} : { pauses }),
    data,
    ...options,
  });
  return { backtest, live };
}

/** Bars of a seeded walk on the tick of 0.25; of each 16 about `missing` are left out. */
export function walkOf(
  asset: ConstructorParameters<typeof Object>[0] & Bars["asset"],
  start: number,
  count: number,
  { step = "1m", milliseconds = 60_000, seed = 1, missing = 0 } = {},
): Bars {
  const columns = { time: [], open: [], high: [], low: [], close: [], volume: [] } as Record<string, number[]>;
  let state = seed * 2654435761;
  const draw = (below: number) => {
    state = Math.imul(state ^ (state >>> 15), 2246822519) + 374761393;
    return (state >>> 8) % below;
  };
  let price = 400;
  for (let i = 0; i < count; i++) {
    if (draw(16) < missing) continue;
    const open = price + draw(7) - 3;
    price = open + draw(13) - 6;
    columns["time"]?.push(start + i * milliseconds);
    columns["open"]?.push(open / 4);
    columns["high"]?.push((Math.max(open, price) + draw(5)) / 4);
    columns["low"]?.push((Math.min(open, price) - draw(5)) / 4);
    columns["close"]?.push(price / 4);
    columns["volume"]?.push(50 + draw(100));
  }
  return Bars.from({
    asset,
    timestep: step,
    ...(columns as unknown as Record<"time" | "open" | "high" | "low" | "close" | "volume", number[]>),
  });
}

/** The first line in which two logs differ, with what stands before it; undefined when they are the same. Whole logs are too long to print. */
export function firstDifference(found: string, expected: string): string | undefined {
  if (found === expected) return undefined;
  const [a, b] = [found.split("\n"), expected.split("\n")];
  const row = a.findIndex((line, index) => line !== b[index]);
  return `line ${row}: ${a.slice(row - 12, row + 3).join("")}\nexpected: ${b.slice(row, row + 3).join("")}`;
}
