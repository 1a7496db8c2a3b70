import { Asset, type BacktestOptions, type BacktestResult, Bars, InMemoryBacktesting, type Strategy } from "backlit";

export const MINUTE = 60_000;
export const ES = Asset.continuousFuture("ES");
/** 2024-01-03 15:00 UTC, a Wednesday inside the sessions of New York and Chicago. */
export const T0 = Date.UTC(2024, 0, 3, 15);

/** Minute bars from `T0` on (or `start`), one a close; the open is the close before. */
export function minutes(closes: readonly number[], asset = ES, start = T0): Bars {
  return barsAt(
    closes.map((_, index) => start + index * MINUTE),
    closes,
    asset,
  );
}

/** Minute bars at the given instants. */
export function barsAt(times: readonly number[], closes: readonly number[], asset = ES): Bars {
  const open = closes.map((close, index) => closes[index - 1] ?? close);
  return Bars.from({
    asset,
    timestep: "1m",
    time: times,
    open,
    high: closes.map((close, index) => Math.max(close, open[index] as number)),
    low: closes.map((close, index) => Math.min(close, open[index] as number)),
    close: closes,
    volume: closes.map((_, index) => index + 1),
  });
}

/** A walk of so many closes, seeded, on a tick of 0.25. */
export function walk(count: number, seed = 7): number[] {
  let state = seed;
  let price = 4000;
  return Array.from({ length: count }, () => {
    state = (state * 1103515245 + 12345) % 2147483648;
    price += (Math.floor((state / 2147483648) * 9) - 4) * 0.25;
    return price;
  });
}

/** Runs over bars in memory, by default from the first to past the last. */
export function run(
  strategy: Strategy,
  bars: Bars | readonly Bars[],
  span: { readonly start?: number; readonly end?: number } & Partial<BacktestOptions> = {},
): Promise<BacktestResult> {
  const data = bars instanceof Bars ? [bars] : bars;
  const { start, end, ...options } = span;
  const first = Math.min(...data.map(({ time }) => time[0] as number));
  const last = Math.max(...data.map(({ time }) => time.at(-1) as number));
  return strategy.backtest(InMemoryBacktesting, start ?? first, end ?? last + MINUTE, {
    data,
    logLevel: "error",
    ...options,
  });
}
