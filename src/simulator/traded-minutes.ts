/** The minutes of a UTC day in which an instrument may trade. */

import type { Session } from "../calendar/index.ts";
import { rowAtOrAfter } from "../futures/columns.ts";
import { DAY } from "../market/time.ts";
import type { Instrument } from "./instrument.ts";
import type { Market } from "./market.ts";

/** The part of a session that lies in a day and in the instrument's life. */
export interface SessionPart {
  readonly session: Session;
  /** Rows of the session's minutes, `to` exclusive. */
  readonly from: number;
  readonly to: number;
}

/** The sessions of a UTC day (futures have two: the end of one, and the evening of the next), each with its rows. */
export function sessionParts(market: Market, instrument: Instrument, day: number): SessionPart[] {
  const start = Math.max(day * DAY, instrument.activation);
  const end = Math.min((day + 1) * DAY, instrument.expiration);
  if (start >= end) return [];
  return instrument.calendar.sessionsBetween(start, end).map((session) => {
    const { times } = market.minutesOf(instrument.calendar, session);
    return { session, from: rowAtOrAfter(times, start), to: rowAtOrAfter(times, end) };
  });
}
