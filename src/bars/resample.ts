/** Coarser bars from finer ones. */

import type { BarColumns } from "../market/bar-series.ts";
import { InvalidInputError } from "../market/errors.ts";
import { DAY } from "../market/time.ts";
import type { Timestep } from "../market/timestep.ts";
import { Bars } from "./bars.ts";

/** Where the bars of a step begin and end. `BarGrid` in `calendar/` is the one implementation. */
export interface BarBoundaries {
  readonly timestep: Timestep;
  /** Of the bar last moved to, epoch ms UTC. */
  readonly open: number;
  /** Exclusive. */
  readonly close: number;
  /** Moves to the bar that a finer bar opening at `time` belongs to; false where it belongs to none. */
  seek(time: number): boolean;
}

/** What came of resampling. */
export interface ResampledBars {
  readonly bars: Bars;
  /** Finer bars that belong to none of the coarser: those of extended hours, in bars of a day and longer. */
  readonly leftOut: number;
}

/**
 * Bars of a coarser step. Each is labelled with the time it opens by its boundaries, whichever finer bars are there; where there is none,
 * there is no bar. Open is that of the first finer bar, close of the last, high and low the extremes, volume the sum. The same step
 * gives the same bars.
 * @throws InvalidInputError `invalid_timestep` when the coarser step is no multiple of the finer
 */
export function resampleBars(bars: Bars, boundaries: BarBoundaries): ResampledBars {
  const target = boundaries.timestep;
  if (target === bars.timestep) return { bars, leftOut: 0 };
  checkMultiple(bars.timestep, target, `${target.name} bars of ${bars.asset}`);
  const columns = mergeRows(bars, boundaries);
  return { bars: new Bars(bars.asset, target, columns.columns), leftOut: columns.leftOut };
}

/** True when bars of the one step are made of whole bars of the other. */
export function canResample(from: Timestep, to: Timestep): boolean {
  if (from === to) return true;
  if (to.unit === "month") return from.unit === "month" ? to.count % from.count === 0 : DAY % from.milliseconds === 0;
  if (from.unit === "month" || to.milliseconds % from.milliseconds !== 0) return false;
  return to.milliseconds < DAY || to.milliseconds % DAY === 0;
}

/** @throws InvalidInputError `invalid_timestep`, where bars of the one step are not made of whole bars of the other */
export function checkMultiple(from: Timestep, to: Timestep, what: string): void {
  if (canResample(from, to)) return;
  throw new InvalidInputError(
    "invalid_timestep",
    `Making ${what} from ${from.name} bars: ${to.name} is ${whyNot(from, to)}`,
    { hint: allowedSteps(from) },
  );
}

function whyNot(from: Timestep, to: Timestep): string {
  const isUneven = to.unit !== "month" && to.milliseconds > DAY && to.milliseconds % DAY !== 0;
  if (isUneven && to.milliseconds % from.milliseconds === 0) return "longer than a day and no whole number of days";
  return `no multiple of ${from.name}`;
}

function allowedSteps(from: Timestep): string {
  if (from.milliseconds >= DAY) return `Ask for a multiple of ${from.name}, or hold finer bars.`;
  return `Ask for a multiple of ${from.name} below a day, for whole days, weeks or months; or hold finer bars.`;
}

function mergeRows(bars: BarColumns & { readonly length: number }, boundaries: BarBoundaries) {
  const { time, open, high, low, close, volume } = bars;
  const rows = bars.length;
  const out = new Float64Array(rows * 6);
  const column = (index: number) => out.subarray(index * rows, (index + 1) * rows);
  const [times, opens, highs, lows, closes, volumes] = [0, 1, 2, 3, 4, 5].map(column) as Columns;
  let bucket = -1;
  let label = Number.NaN;
  let leftOut = 0;
  for (let row = 0; row < rows; row++) {
    if (!boundaries.seek(time[row] as number)) {
      leftOut += 1;
      continue;
    }
    if (boundaries.open !== label) {
      label = boundaries.open;
      bucket += 1;
      times[bucket] = label;
      opens[bucket] = open[row] as number;
      highs[bucket] = high[row] as number;
      lows[bucket] = low[row] as number;
      volumes[bucket] = 0;
    } else {
      if ((high[row] as number) > (highs[bucket] as number)) highs[bucket] = high[row] as number;
      if ((low[row] as number) < (lows[bucket] as number)) lows[bucket] = low[row] as number;
    }
    closes[bucket] = close[row] as number;
    volumes[bucket] = (volumes[bucket] as number) + (volume[row] as number);
  }
  const cut = (values: Float64Array) => values.slice(0, bucket + 1);
  const columns: BarColumns = {
    time: cut(times),
    open: cut(opens),
    high: cut(highs),
    low: cut(lows),
    close: cut(closes),
    volume: cut(volumes),
  };
  return { columns, leftOut };
}

type Columns = [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array, Float64Array];
