/** Coarser bars from finer ones. */

import type { BarColumns } from "../market/bar-series.ts";
import { InvalidInputError } from "../market/errors.ts";
import { DAY, WEEK } from "../market/time.ts";
import { parseTimestep, type Timestep, type TimestepLike } from "../market/timestep.ts";
import { Bars } from "./bars.ts";

/** Trading sessions that cover the bars, ascending, as columns of one length. */
export interface SessionAnchors {
  /** First instant of each session, epoch ms UTC. */
  readonly open: ArrayLike<number>;
  /** End of each session, exclusive. */
  readonly close: ArrayLike<number>;
  /** Trade date of each session, as days since 1970-01-01. */
  readonly tradeDay: ArrayLike<number>;
}

/** 1970-01-01 was a Thursday: three days after a Monday. */
const THURSDAY = 3;

/**
 * Bars of a coarser step. Each is labelled with the time its bucket opens; a bucket without a bar gives none. Open is that of the
 * first bar, close of the last, high and low the extremes, volume the sum.
 *
 * Without sessions, steps below a day are counted from midnight UTC, days are UTC days, weeks begin on Monday 00:00 UTC. With
 * sessions, steps below a day are counted from the session's open and cut at its close, a day is a trade date and labelled with
 * the open of its session, a week is labelled with the open of its first session. A bar outside all sessions (extended hours) goes
 * with the nearest one: into its day, and below a day into buckets of its own on the same count.
 * @throws InvalidInputError `invalid_timestep` when the coarser step is no multiple of the finer
 */
export function resampleBars(bars: Bars, step: TimestepLike, sessions?: SessionAnchors): Bars {
  const target = parseTimestep(step);
  if (target === bars.timestep) return bars;
  if (!canResample(bars.timestep, target)) {
    throw new InvalidInputError(
      "invalid_timestep",
      `Making ${target.name} bars of ${bars.asset} from ${bars.timestep.name} bars: ${target.name} is no multiple of ${bars.timestep.name}`,
      { hint: `Ask for a multiple of ${bars.timestep.name}, or hold finer bars.` },
    );
  }
  const labelOf =
    sessions === undefined || sessions.open.length === 0 ? utcLabels(target) : sessionLabels(target, sessions);
  return new Bars(bars.asset, target, mergeBuckets(bars, labelOf));
}

/** True when bars of the one step are made of whole bars of the other. */
export function canResample(from: Timestep, to: Timestep): boolean {
  return to.milliseconds >= from.milliseconds && to.milliseconds % from.milliseconds === 0;
}

/** Opening time of the bucket a bar falls into. Called with ascending times. */
type LabelOf = (time: number) => number;

function utcLabels(step: Timestep): LabelOf {
  const length = step.milliseconds;
  // Weeks are counted from a Monday; steps that do not divide a day start anew each midnight.
  if (step.unit === "week") {
    const monday = -THURSDAY * DAY;
    return (time) => Math.floor((time - monday) / length) * length + monday;
  }
  if (length >= DAY) return (time) => Math.floor(time / length) * length;
  return (time) => {
    const midnight = Math.floor(time / DAY) * DAY;
    return midnight + Math.floor((time - midnight) / length) * length;
  };
}

function sessionLabels(step: Timestep, sessions: SessionAnchors): LabelOf {
  const nearest = nearestSession(sessions);
  if (step.milliseconds < DAY) return intradayLabels(step.milliseconds, sessions, nearest);
  const groups = groupSessions(step, sessions);
  return (time) => groups[nearest(time)] as number;
}

/** Walks along the sessions: which of them a time lies in, or lies nearest to. */
function nearestSession(sessions: SessionAnchors): LabelOf {
  const { open, close } = sessions;
  let current = 0;
  return (time) => {
    while (current + 1 < open.length && distanceToNext(time, current, open, close) < 0) current += 1;
    return current;
  };
}

/** Below 0 when the next session is the nearer one; a tie goes to the earlier. */
function distanceToNext(time: number, current: number, open: ArrayLike<number>, close: ArrayLike<number>): number {
  return (open[current + 1] as number) - time - Math.max(0, time - (close[current] as number));
}

function intradayLabels(length: number, sessions: SessionAnchors, nearest: LabelOf): LabelOf {
  return (time) => {
    const session = nearest(time);
    const open = sessions.open[session] as number;
    const close = sessions.close[session] as number;
    const label = open + Math.floor((time - open) / length) * length;
    return time >= close && label < close ? close : label;
  };
}

/** For each session the open of the first session in its day, days or week. */
function groupSessions(step: Timestep, sessions: SessionAnchors): Float64Array {
  const labels = new Float64Array(sessions.open.length);
  const daysPerGroup = step.unit === "week" ? (step.milliseconds / WEEK) * 7 : step.milliseconds / DAY;
  const offset = step.unit === "week" ? THURSDAY : 0;
  let group = Number.NaN;
  let label = Number.NaN;
  for (let index = 0; index < labels.length; index++) {
    const own = Math.floor(((sessions.tradeDay[index] as number) + offset) / daysPerGroup);
    if (own !== group) {
      group = own;
      label = sessions.open[index] as number;
    }
    labels[index] = label;
  }
  return labels;
}

function mergeBuckets(bars: BarColumns & { readonly length: number }, labelOf: LabelOf): BarColumns {
  const { time, open, high, low, close, volume } = bars;
  const rows = bars.length;
  const out = new Float64Array(rows * 6);
  const column = (index: number) => out.subarray(index * rows, (index + 1) * rows);
  const [times, opens, highs, lows, closes, volumes] = [0, 1, 2, 3, 4, 5].map(column) as Columns;
  let bucket = -1;
  let label = Number.NaN;
  for (let row = 0; row < rows; row++) {
    const own = labelOf(time[row] as number);
    if (own !== label) {
      label = own;
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
  return {
    time: cut(times),
    open: cut(opens),
    high: cut(highs),
    low: cut(lows),
    close: cut(closes),
    volume: cut(volumes),
  };
}

type Columns = [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array, Float64Array];
