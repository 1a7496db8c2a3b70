import type { Calendar } from "../calendar/index.ts";
import type { Timestep } from "../market/timestep.ts";
import { isCovered } from "./account/sessions.ts";

/** What calendars said before: the days of hundreds of stocks carry the same stamps. */
const known = new WeakMap<Calendar, Map<number, number>>();

/**
 * When a bar of a day or longer opens that is stamped with its date: with the first session that begins in it. A stamp that lies in a session, or of a
 * bar in which none begins, is the open itself, as is one of which the calendar knows nothing. Instants are epoch ms UTC.
 */
export function openWithSession(calendar: Calendar, { milliseconds }: Timestep, stamp: number): number {
  const opens = opensOf(calendar);
  const open = opens.get(stamp) ?? openFrom(calendar, stamp);
  opens.set(stamp, open);
  return open < stamp + milliseconds ? open : stamp;
}

function opensOf(calendar: Calendar): Map<number, number> {
  const opens = known.get(calendar);
  if (opens !== undefined) return opens;
  const none = new Map<number, number>();
  known.set(calendar, none);
  return none;
}

/** The first instant from `time` on at which the market is in session; `time` itself where the calendar does not know. */
function openFrom(calendar: Calendar, time: number): number {
  if (!isCovered(calendar, time) || calendar.sessionAt(time) !== undefined) return time;
  return calendar.nextSession(time)?.open ?? time;
}
