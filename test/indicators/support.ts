import type { Bar } from "../../src/bars/bars.ts";
import type { BarColumns } from "../../src/market/bar-series.ts";
import { type AnyIndicator, computeIndicator } from "../../src/strategy/indicators/index.ts";

export const MINUTE = 60_000;

/** A bar from [open, high, low, close, volume], one minute after the other. */
export function barsOf(rows: readonly (readonly number[])[], start = Date.UTC(2025, 0, 6, 15)): Bar[] {
  return rows.map(([open = 0, high = 0, low = 0, close = 0, volume = 1], row) => ({
    time: start + row * MINUTE,
    open,
    high,
    low,
    close,
    volume,
  }));
}

/** Bars whose four prices are all the same. */
export function closesOf(closes: readonly number[], volumes: readonly number[] = []): Bar[] {
  return barsOf(closes.map((close, row) => [close, close, close, close, volumes[row] ?? 1]));
}

export function columnsOf(bars: readonly Bar[]): BarColumns {
  const column = (field: keyof Bar) => Float64Array.from(bars, (bar) => bar[field]);
  return {
    time: column("time"),
    open: column("open"),
    high: column("high"),
    low: column("low"),
    close: column("close"),
    volume: column("volume"),
  };
}

/** The columns of an indicator in the order of its outputs. */
export function columnsFrom(indicator: AnyIndicator, bars: readonly Bar[]): readonly Float64Array[] {
  const computed = computeIndicator(indicator, columnsOf(bars));
  return computed instanceof Float64Array ? [computed] : Object.values(computed as Record<string, Float64Array>);
}

/** One output after each bar, rounded to nine places so that hand-worked numbers can be written down; NaN in the warm-up. */
export function outputAfterEach(
  indicator: AnyIndicator,
  bars: readonly Bar[],
  output = indicator.outputs[0],
): number[] {
  const index = indicator.outputs.indexOf(output ?? "value");
  return bars.map((bar) => {
    indicator.add(bar);
    return rounded(indicator.output(index));
  });
}

export function rounded(value: number): number {
  return Math.round(value * 1e9) / 1e9 + 0;
}

/** A seeded generator (Park and Miller) of numbers from 0 to below 1. */
export function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

/** A seeded walk in ticks of 0.25 around 100: mostly moving, with a flat stretch and bars without volume. */
export function walk(rows: number, seed = 7): Bar[] {
  const draw = generator(seed);
  let price = 400;
  return barsOf(
    Array.from({ length: rows }, (_, row) => {
      const isFlat = row % 97 > 80;
      const open = price + (isFlat ? 0 : Math.floor(draw() * 3) - 1);
      const close = open + (isFlat ? 0 : Math.floor(draw() * 9) - 4);
      const high = Math.max(open, close) + (isFlat ? 0 : Math.floor(draw() * 3));
      const low = Math.min(open, close) - (isFlat ? 0 : Math.floor(draw() * 3));
      price = close;
      const volume = row % 89 > 84 ? 0 : Math.floor(draw() * 500);
      return [open, high, low, close].map((ticks) => ticks / 4).concat(volume);
    }),
  );
}
