/** Turns one trade date of a table into instants. */

import { isoDateOf, weekdayOf } from "./days.ts";
import type { Halt, Session, SessionKind } from "./session.ts";
import { type CalendarTable, type HoursInMinutes, isTradeDay, type ReadTable } from "./table.ts";
import type { TimeZone } from "./time-zone.ts";

/** What the sessions of one calendar are built from. */
export interface SessionSource {
  readonly table: CalendarTable;
  readonly read: ReadTable;
  /** The clock the table's hours are told by. */
  readonly clock: TimeZone;
  /** Day number of the table's first date; earlier ones are "unlisted". */
  readonly firstDay: number;
}

function hoursOn(read: ReadTable, day: number): HoursInMinutes {
  const hours = read.hours.find((entry) => day < entry.until);
  if (hours === undefined) throw new Error("The last hours of a calendar table must not end");
  return hours;
}

/** Minute of the opening, counted from the trade date's midnight. */
function openingOn(source: SessionSource, hours: HoursInMinutes, day: number): number {
  const { table, read } = source;
  // With the evening cancelled, trading begins where the overnight part would have paused for the day session.
  if (read.noEveningSession.has(day - 1)) return hours.halts[0]?.[1] ?? hours.regular?.[0] ?? hours.open;
  if (weekdayOf(day) === 1 && hours.mondayOpen !== hours.open) return hours.mondayOpen;
  const hadFullDay = isTradeDay(table, read, day - 1) && !read.earlyCloses.has(day - 1);
  return hadFullDay ? hours.open : hours.openAfterBreak;
}

function kindOf(source: SessionSource, day: number, isShort: boolean): SessionKind {
  if (day < source.firstDay) return "unlisted";
  if (source.read.holidays.has(day)) return "holiday";
  return isShort ? "early-close" : "regular";
}

function haltsWithin(hours: HoursInMinutes, open: number, close: number, at: (minute: number) => number): Halt[] {
  return hours.halts
    .filter(([start, end]) => start >= open && end <= close)
    .map(([start, end]) => Object.freeze({ start: at(start), end: at(end) }));
}

/** Open and close of a trade date in minutes from its midnight, before any clock is involved. */
function spanOn(source: SessionSource, hours: HoursInMinutes, day: number): readonly [open: number, close: number] {
  const early = source.read.earlyCloses.get(day) ?? Number.POSITIVE_INFINITY;
  return [openingOn(source, hours, day), Math.min(hours.close, early)];
}

/** Open and close as instants: all that searching needs. */
export function sessionSpan(source: SessionSource, day: number): readonly [open: number, close: number] {
  const [open, close] = spanOn(source, hoursOn(source.read, day), day);
  return [source.clock.dayToEpoch(day, open), source.clock.dayToEpoch(day, close)];
}

/** The session of a day that is a trade day. */
export function buildSession(source: SessionSource, day: number): Session {
  const hours = hoursOn(source.read, day);
  const [open, close] = spanOn(source, hours, day);
  const at = (minute: number) => source.clock.dayToEpoch(day, minute);
  const [regularOpen, regularClose] = hours.regular ?? [open, close];
  return Object.freeze({
    tradeDate: isoDateOf(day),
    open: at(open),
    close: at(close),
    halts: Object.freeze(haltsWithin(hours, open, close, at)),
    kind: kindOf(source, day, close < hours.close),
    regularOpen: at(Math.min(Math.max(regularOpen, open), close)),
    regularClose: at(Math.min(regularClose, close)),
  });
}
