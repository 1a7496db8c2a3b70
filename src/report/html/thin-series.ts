/** Fewer points and candles for a page that would be too heavy: `lines.csv` and `ohlc.csv` hold them all. */

import type { ChartLine, ChartOhlc } from "../../market/chart.ts";

/** Points of all lines of a page together, or candles; three to eight bytes each in the file. */
const MOST_POINTS = 400_000;

/** Thins the longest series until the page can hold all of them. */
export function thinSeries<Series extends ChartLine | ChartOhlc>(
  series: readonly Series[],
  thin: (longest: Series) => Series,
): readonly Series[] {
  let thinned = series;
  while (thinned.reduce((sum, { time }) => sum + time.length, 0) > MOST_POINTS) {
    const longest = Math.max(...thinned.map(({ time }) => time.length));
    thinned = thinned.map((one) => (one.time.length * 2 > longest ? thin(one) : one));
  }
  return thinned;
}

/** Of two neighbours the later, which is what was known last. */
export function halved(line: ChartLine): ChartLine {
  const later = (_: number, row: number) => row % 2 === 1 || row === line.time.length - 1;
  return { ...line, time: line.time.filter(later), value: line.value.filter(later) };
}

/** Two neighbours as one candle, at the time of the first. */
export function paired(candles: ChartOhlc): ChartOhlc {
  const first = (column: Float64Array) => column.filter((_, row) => row % 2 === 0);
  const merged = (column: Float64Array, pick: (a: number, b: number) => number) =>
    first(column).map((value, pair) => pick(value, column[2 * pair + 1] ?? value));
  const { time, open, high, low, close } = candles;
  return {
    ...candles,
    time: first(time),
    open: first(open),
    high: merged(high, Math.max),
    low: merged(low, Math.min),
    close: merged(close, (_, later) => later),
  };
}
