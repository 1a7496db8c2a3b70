/** Fewer bars for a page that would be too heavy: several bars become one longer one. */

import type { BarColumns } from "../../market/bar-series.ts";
import { DAY } from "../../market/time.ts";

/** One instrument's bars as the page shows them. */
export interface PageBars extends BarColumns {
  /** Asset key. */
  readonly asset: string;
  /** Length of a bar, ms. */
  readonly step: number;
  /** Instants at which a continuous future went over to another contract, epoch ms UTC, and the contracts in words. */
  readonly rolls?: readonly { readonly time: number; readonly text: string }[];
}

/** All bars of a page together; about 4 bytes each in the file. */
const MOST_BARS = 600_000;
/** Beyond this no candle says anything. */
const LONGEST_STEP = 366 * DAY;

/** Doubles the length of all bars until the page can hold them; bars with a value that is no number are left out. */
export function fitBars(series: readonly PageBars[]): readonly PageBars[] {
  let fitted = series.map(withoutUnsound);
  while (fitted.reduce((sum, { time }) => sum + time.length, 0) > MOST_BARS) {
    const longest = Math.max(...fitted.map(({ time }) => time.length));
    // The longest histories pay first: a hundred short ones beside a long one keep their bars.
    const coarser = fitted.map((bars) => (bars.time.length * 2 >= longest ? mergePairs(bars) : bars));
    if (coarser.every(({ step }) => step > LONGEST_STEP)) return coarser;
    fitted = coarser;
  }
  return fitted;
}

function withoutUnsound(bars: PageBars): PageBars {
  const { time, open, high, low, close, volume } = bars;
  const sound = (row: number) =>
    Number.isFinite((open[row] ?? 0) + (high[row] ?? 0) + (low[row] ?? 0) + (close[row] ?? 0));
  let kept = 0;
  for (let row = 0; row < time.length; row++) if (sound(row)) kept += 1;
  const whole = volume.every(Number.isFinite);
  if (kept === time.length && whole) return bars;
  const pick = (column: Float64Array) => column.filter((_, row) => sound(row));
  return {
    ...bars,
    time: pick(time),
    open: pick(open),
    high: pick(high),
    low: pick(low),
    close: pick(close),
    volume: pick(volume).map((units) => (Number.isFinite(units) ? units : 0)),
  };
}

/** Bars of twice the length, cut at whole multiples of it since 1970. */
function mergePairs(bars: PageBars): PageBars {
  const step = bars.step * 2;
  const { time, open, high, low, close, volume } = bars;
  const starts: number[] = [];
  for (let row = 0; row < time.length; row++) {
    if (row === 0 || bucket(time, row, step) !== bucket(time, row - 1, step)) starts.push(row);
  }
  const pick = (value: (from: number, to: number) => number) =>
    Float64Array.from(starts, (from, i) => value(from, starts[i + 1] ?? time.length));
  return {
    ...bars,
    step,
    time: pick((from) => bucket(time, from, step) * step),
    open: pick((from) => open[from] ?? 0),
    high: pick((from, to) => Math.max(...high.subarray(from, to))),
    low: pick((from, to) => Math.min(...low.subarray(from, to))),
    close: pick((_, to) => close[to - 1] ?? 0),
    volume: pick((from, to) => volume.subarray(from, to).reduce((sum, units) => sum + units, 0)),
  };
}

function bucket(time: Float64Array, row: number, step: number): number {
  return Math.floor((time[row] ?? 0) / step);
}
