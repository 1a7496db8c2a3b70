/** How much history indicators are fed with before a run begins. */

import type { Calendar } from "../calendar/index.ts";
import { DAY } from "../market/time.ts";
import type { Timestep } from "../market/timestep.ts";
import type { IndicatorSeries } from "../strategy/indicator-series.ts";

/** Bars of the asset's own step that are fetched for values to settle, and no more. */
const MOST_SETTLING_BARS = 50_000;
/** How many bars a day cuts short at most, at the end of its session and at halts. */
const MOST_CUT_A_DAY = 3;
const DAYS_A_WEEK = 7;
const SESSIONS_A_WEEK = 5;

/** Bars of a step before `since` that serve all of the series, see `IndicatorOptions.lookback`. */
export function lookbackOf(series: readonly IndicatorSeries[], step: Timestep, base: Timestep, since: number): number {
  const affordable = Math.floor(MOST_SETTLING_BARS / barsPerBar(step, base));
  const wanted = series.map((one) => {
    const { lookback, warmup } = one.terms;
    const settled = lookback ?? Math.max(warmup, Math.min(settlingOf(one), affordable));
    return Math.max(settled, barsSince(one.indicator.anchorAt(since), since, step));
  });
  return Math.max(...wanted);
}

/** How many bars of the finer step a bar is made of at most. */
export function barsPerBar(step: Timestep, base: Timestep): number {
  return Math.ceil(step.milliseconds / base.milliseconds);
}

/** How many bars of the finer step a bar is usually made of: of a day and longer as many as the sessions have room for. */
export function usualBarsPerBar(step: Timestep, base: Timestep, calendar: Calendar, time: number): number {
  const most = barsPerBar(step, base);
  const session = step.milliseconds < DAY || calendar.continuous ? undefined : calendar.previousSession(time);
  if (session === undefined) return most;
  const days = step.milliseconds / DAY;
  const sessions = days < DAYS_A_WEEK ? days : Math.ceil((days * SESSIONS_A_WEEK) / DAYS_A_WEEK);
  return Math.min(most, sessions * Math.ceil((session.close - session.open) / base.milliseconds));
}

function settlingOf({ indicator, terms: { over } }: IndicatorSeries): number {
  return indicator.settling + (over === undefined ? 0 : settlingOf(over));
}

/** At least as many bars of a step as there can be from an anchor on. */
function barsSince(anchor: number | undefined, time: number, step: Timestep): number {
  if (anchor === undefined || anchor >= time) return 0;
  const span = time - anchor;
  return Math.ceil(span / step.milliseconds) + MOST_CUT_A_DAY * Math.ceil(span / DAY);
}
