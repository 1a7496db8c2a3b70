/** One equity sample a session: the clock of all risk ratios. */

import type { Calendar, Session } from "../../calendar/index.ts";
import { timeZone } from "../../calendar/index.ts";
import type { EquityCurve } from "../../market/run-outcome.ts";
import { DAY, parseDate } from "../../market/time.ts";
import type { Basis } from "./basis.ts";

/** Samples of equity. Entry 0 is the account before the first bar; entry i the last row of session i. */
export interface SessionSamples {
  /** Epoch ms UTC of the sampled row. */
  readonly time: Float64Array;
  readonly value: Float64Array;
  /** Trade date of each sample as days since 1970-01-01; entry 0 is the date on which the account was opened. */
  readonly day: Int32Array;
  /** Row of the equity curve each sample was taken from. */
  readonly row: Int32Array;
}

/** A session as far as sampling cares: rows up to and including `until` belong to it. */
interface Stretch {
  readonly day: number;
  readonly until: number;
}

/**
 * Takes the last row of every session that has rows. A row's time is the instant at which bars closed, so a bar that closes at
 * midnight belongs to the day before. Nothing is filled in: a session without rows has no sample.
 */
export function sampleSessions(equity: EquityCurve, basis: Basis): SessionSamples {
  const { time } = equity;
  const stretchOf = stretches(basis);
  const rows: number[] = time.length === 0 ? [] : [0];
  const days: number[] = rows.map((row) => Math.floor((time[row] ?? 0) / DAY));
  let current: Stretch | undefined;
  for (let row = 1; row < time.length; row++) {
    const instant = time[row] ?? 0;
    if (current === undefined || instant > current.until) {
      current = stretchOf(instant);
      rows.push(row);
      days.push(current.day);
    } else {
      rows[rows.length - 1] = row;
    }
  }
  return {
    time: Float64Array.from(rows, (row) => time[row] ?? 0),
    value: Float64Array.from(rows, (row) => equity.value[row] ?? Number.NaN),
    day: Int32Array.from(days),
    row: Int32Array.from(rows),
  };
}

/** Simple returns from sample to sample; one less than there are samples. */
export function returnsOf(value: Float64Array): Float64Array {
  const returns = new Float64Array(Math.max(0, value.length - 1));
  for (let i = 0; i < returns.length; i++) returns[i] = (value[i + 1] ?? 0) / (value[i] ?? 0) - 1;
  return returns;
}

/** Day number of the last millisecond before `instant`. */
function dayBefore(instant: number): number {
  return Math.floor((instant - 1) / DAY);
}

function stretches(basis: Basis): (instant: number) => Stretch {
  const { calendar, sampling } = basis;
  if (sampling === "calendar" && calendar !== undefined) return calendarStretches(calendar);
  return sampling === "rows" || basis.everyDay ? utcDay : utcWeekday;
}

function utcDay(instant: number): Stretch {
  const day = dayBefore(instant);
  return { day, until: (day + 1) * DAY };
}

/** A UTC day; Saturday and Sunday belong to Monday. */
function utcWeekday(instant: number): Stretch {
  const day = dayBefore(instant);
  const weekday = (day + 4) % 7;
  const monday = day + (weekday === 6 ? 2 : weekday === 0 ? 1 : 0);
  return { day: monday, until: (monday + 1) * DAY };
}

/**
 * Rows outside sessions: trading after the close counts to that day until local midnight, trading before the open to the session
 * that follows.
 */
function calendarStretches(calendar: Calendar): (instant: number) => Stretch {
  const zone = timeZone(calendar.timeZone);
  const describe = (session: Session): Stretch => {
    const day = Math.round((parseDate(session.tradeDate) ?? 0) / DAY);
    const next = calendar.nextSession(session.open)?.open ?? Number.POSITIVE_INFINITY;
    return { day, until: Math.min(next, Math.max(session.close, zone.dayToEpoch(day + 1, 0))) };
  };
  return (instant) => {
    const inside = calendar.sessionAt(instant - 1);
    if (inside !== undefined) return describe(inside);
    const before = calendar.previousSession(instant - 1);
    if (before !== undefined && instant <= describe(before).until) return describe(before);
    const after = calendar.nextSession(instant - 1);
    return after === undefined ? utcDay(instant) : describe(after);
  };
}
