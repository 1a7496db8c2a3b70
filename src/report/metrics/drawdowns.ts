/** Drawdowns: how far below its highest level an account was, and for how long. */

import { DAY } from "../../market/time.ts";

/**
 * One stay below a peak. It begins after the last sample at the running maximum, ends with the first sample at or above it, and two
 * never overlap. Times are epoch ms UTC.
 */
export interface Drawdown {
  /** Last sample at the running maximum before the fall. */
  readonly peakTime: number;
  /** Lowest sample; the first of equal ones. */
  readonly valleyTime: number;
  /** First sample back at the peak's level; null while there is none. */
  readonly recoveryTime: number | null;
  /** valley / peak - 1, below 0. */
  readonly depth: number;
  /** valley - peak in account currency, below 0. */
  readonly money: number;
  /** Calendar days from peak to recovery, or to the last sample while open. */
  readonly days: number;
  readonly daysToValley: number;
  /** From valley to recovery; null while open. */
  readonly daysToRecover: number | null;
  /** Samples below the peak. */
  readonly samples: number;
}

/** All drawdowns of a series, oldest first. The first value takes part as a peak: a loss on the first day is one. */
export function drawdownsOf(time: Float64Array, value: Float64Array): readonly Drawdown[] {
  const found: Drawdown[] = [];
  let peak = 0;
  let valley = -1;
  for (let i = 1; i < value.length; i++) {
    const level = at(value, i);
    if (level >= at(value, peak)) {
      if (valley >= 0) found.push(describe(time, value, { peak, valley, end: i, recovered: true }));
      peak = i;
      valley = -1;
    } else if (valley < 0 || level < at(value, valley)) {
      valley = i;
    }
  }
  if (valley >= 0) found.push(describe(time, value, { peak, valley, end: value.length - 1, recovered: false }));
  return found;
}

interface Span {
  readonly peak: number;
  readonly valley: number;
  readonly end: number;
  readonly recovered: boolean;
}

function describe(time: Float64Array, value: Float64Array, span: Span): Drawdown {
  const { peak, valley, end, recovered } = span;
  const days = (from: number, to: number) => (at(time, to) - at(time, from)) / DAY;
  return {
    peakTime: at(time, peak),
    valleyTime: at(time, valley),
    recoveryTime: recovered ? at(time, end) : null,
    depth: at(value, valley) / at(value, peak) - 1,
    money: at(value, valley) - at(value, peak),
    days: days(peak, end),
    daysToValley: days(peak, valley),
    daysToRecover: recovered ? days(valley, end) : null,
    samples: end - peak - (recovered ? 1 : 0),
  };
}

/** The deepest one without a list of all: fit for a column of every bar. Undefined when the value never fell. */
export function deepestDrawdown(time: Float64Array, value: Float64Array): Drawdown | undefined {
  let peak = 0;
  let worst: { readonly peak: number; readonly valley: number } | undefined;
  let depth = 0;
  for (let i = 1; i < value.length; i++) {
    const level = at(value, i);
    if (level >= at(value, peak)) peak = i;
    else if (level / at(value, peak) - 1 < depth) {
      depth = level / at(value, peak) - 1;
      worst = { peak, valley: i };
    }
  }
  if (worst === undefined) return undefined;
  const recovery = value.findIndex((level, i) => i > worst.valley && level >= at(value, worst.peak));
  const recovered = recovery >= 0;
  return describe(time, value, { ...worst, end: recovered ? recovery : value.length - 1, recovered });
}

/** value / running maximum - 1 of every sample, the first included (0). */
export function underwater(value: Float64Array): Float64Array {
  const depth = new Float64Array(value.length);
  let peak = at(value, 0);
  for (let i = 0; i < value.length; i++) {
    const level = at(value, i);
    if (level > peak) peak = level;
    depth[i] = level / peak - 1;
  }
  return depth;
}

function at(column: Float64Array, index: number): number {
  return column[index] ?? Number.NaN;
}
