import type { Calendar, Session } from "../calendar/index.ts";
import type { Asset } from "../market/asset.ts";
import type { BarExpectation } from "../market/bar-stream.ts";
import { DAY } from "../market/time.ts";
import type { Timestep } from "../market/timestep.ts";

/**
 * What bars the calendars promise: one on each step of the grid from a session's open that is not wholly in a halt; one a session where steps are days
 * or longer.
 */
export class CalendarExpectation implements BarExpectation {
  private readonly calendarOf: (asset: Asset) => Calendar;

  constructor(calendarOf: (asset: Asset) => Calendar) {
    this.calendarOf = calendarOf;
  }

  nextOpen(asset: Asset, timestep: Timestep, time: number): number {
    if (!Number.isFinite(time)) return time;
    const calendar = this.calendarOf(asset);
    const session = calendar.sessionAt(time);
    const open =
      session === undefined
        ? Number.POSITIVE_INFINITY
        : afterHalt(session, timestep, gridFrom(session, timestep, time));
    if (session !== undefined && open < session.close) return open;
    return calendar.nextSession(time)?.open ?? Number.POSITIVE_INFINITY;
  }

  nextClose(asset: Asset, timestep: Timestep, time: number): number {
    if (!Number.isFinite(time)) return time;
    const calendar = this.calendarOf(asset);
    const session = calendar.sessionAt(time) ?? calendar.nextSession(time);
    if (session === undefined) return Number.POSITIVE_INFINITY;
    const close = gridFrom(session, timestep, Math.max(time, session.open) + 1);
    if (timestep.milliseconds >= DAY) return close;
    return Math.min(session.close, afterHalt(session, timestep, close - timestep.milliseconds) + timestep.milliseconds);
  }

  lastCloseBefore(asset: Asset, timestep: Timestep, time: number): number {
    if (!Number.isFinite(time)) return time;
    const calendar = this.calendarOf(asset);
    const session = calendar.sessionAt(time - 1) ?? calendar.previousSession(time);
    if (session === undefined) return Number.NEGATIVE_INFINITY;
    return Math.min(session.close, gridFrom(session, timestep, Math.min(time, session.close)));
  }
}

/** The open of a bar, or of the first after it where it lies wholly in a halt. */
function afterHalt({ open, halts }: Session, { milliseconds }: Timestep, time: number): number {
  if (milliseconds >= DAY) return time;
  const halt = halts.find(({ start, end }) => start <= time && time + milliseconds <= end);
  return halt === undefined ? time : open + Math.floor((halt.end - open) / milliseconds) * milliseconds;
}

/** The first instant of the session's grid at or after `time`; of long steps the open alone stands on it, and then the close. */
function gridFrom(session: Session, { milliseconds }: Timestep, time: number): number {
  if (milliseconds >= DAY) return time <= session.open ? session.open : session.close;
  return session.open + Math.ceil((time - session.open) / milliseconds) * milliseconds;
}
