import * as arrow from "apache-arrow";
import fc from "fast-check";
import { provideArrow } from "../../src/bars/arrow-library.ts";
import { Bars } from "../../src/bars/bars.ts";
import { Asset } from "../../src/market/asset.ts";
import { parseTimestep } from "../../src/market/timestep.ts";

provideArrow(() => arrow);

export const ES = Asset.continuousFuture("ES");

/** Prices as they occur: on a tick, with many digits, zero and negative. */
const price = fc.oneof(
  fc.integer({ min: -400_000, max: 400_000 }).map((ticks) => ticks / 4),
  fc.double({ min: -1e6, max: 1e6, noNaN: true }).map((value) => value + 0),
);

const row = fc.record({
  gap: fc.oneof({ weight: 4, arbitrary: fc.constant(1) }, { weight: 1, arbitrary: fc.integer({ min: 1, max: 3000 }) }),
  prices: fc.tuple(price, price, price, price),
  volume: fc.oneof(fc.nat(), fc.double({ min: 0, max: 1e9, noNaN: true })),
});

/** Sound bars of some step, with gaps, from before and after 1970. */
export function arbitraryBars(step = "1m", asset = ES, atLeast = 1): fc.Arbitrary<Bars> {
  const { milliseconds } = parseTimestep(step);
  const first = fc.integer({ min: -1_000_000, max: 30_000_000 });
  return fc.tuple(first, fc.array(row, { minLength: atLeast, maxLength: 60 })).map(([start, rows]) => {
    let count = start;
    const time = rows.map(({ gap }) => {
      count += gap;
      return count * 60_000 - ((count * 60_000) % milliseconds);
    });
    const kept = rows.filter((_, index) => index === 0 || (time[index] as number) > (time[index - 1] as number));
    const times = time.filter((value, index) => index === 0 || value > (time[index - 1] as number));
    const column = (pick: (row: (typeof rows)[number]) => number) =>
      Float64Array.from(kept, (entry) => pick(entry) + 0 || 0);
    return Bars.from({
      asset,
      timestep: step,
      time: times,
      open: column(({ prices }) => prices[1]),
      high: column(({ prices }) => Math.max(...prices)),
      low: column(({ prices }) => Math.min(...prices)),
      close: column(({ prices }) => prices[2]),
      volume: column(({ volume }) => volume),
    });
  });
}

export const COLUMNS = ["time", "open", "high", "low", "close", "volume"] as const;

/** The columns as plain arrays, for comparing. */
export function plain(bars: Pick<Bars, (typeof COLUMNS)[number]>): Record<string, number[]> {
  return Object.fromEntries(COLUMNS.map((name) => [name, Array.from(bars[name])]));
}

/** Minute bars of a plain walk: row `i` opens at `start + i` minutes. */
export function minuteBars(count: number, start = Date.parse("2025-03-10T14:30:00Z"), asset = ES, step = "1m"): Bars {
  const { milliseconds } = parseTimestep(step);
  const rows = Array.from({ length: count }, (_, index) => index);
  return Bars.from({
    asset,
    timestep: step,
    time: rows.map((index) => start + index * milliseconds),
    open: rows.map((index) => 100 + (index % 7)),
    high: rows.map((index) => 110 + (index % 5)),
    low: rows.map((index) => 90 - (index % 3)),
    close: rows.map((index) => 101 + (index % 6)),
    volume: rows.map((index) => 10 + index),
  });
}
