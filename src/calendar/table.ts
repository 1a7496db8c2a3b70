/**
 * The form in which an exchange's hours are written down (`tables/`), and the reading of it.
 *
 * Times are wall clock "HH:MM" of the table's zone on the trade date; "17:00-1d" is 17:00 on the calendar day before,
 * "24:00" midnight at its end. Lists of dates are written a year a line, "MM-DD" separated by blanks.
 */

import { InvalidInputError } from "../market/errors.ts";
import { dayOf, isWeekend } from "./days.ts";

/** Dates by year: `{ 2013: "01-01 03-29 12-25" }`. */
export type YearDates = Readonly<Record<number, string>>;

/** Times by year with their dates: `{ 2013: { "10:30": "01-21 02-18", "12:15": "07-03" } }`. */
export type YearTimes = Readonly<Record<number, Readonly<Record<string, string>>>>;

/** The hours of a trade date while one set of rules is in force. */
export interface Hours {
  /** First trade date to which these hours no longer apply; absent on the last entry. */
  readonly until?: string;
  readonly open: string;
  /** Opening of Monday's session where it differs: the exchange's Sunday evening. */
  readonly mondayOpen?: string;
  /** Opening when the calendar day before had no full session of its own (weekend, closure, half day). */
  readonly openAfterBreak?: string;
  readonly close: string;
  readonly halts?: readonly (readonly [start: string, end: string])[];
  /** Regular hours; absent where the whole session is regular. */
  readonly regular?: readonly [open: string, close: string];
}

/** One exchange or group of products. */
export interface CalendarTable {
  readonly name: string;
  /** IANA zone users think in. */
  readonly timeZone: string;
  /** IANA zone of the times below, when they follow another place's clock. */
  readonly hoursTimeZone?: string;
  /** First and last trade date the lists cover, inclusive. */
  readonly firstDate: string;
  readonly lastDate: string;
  /** What to do after `lastDate`, when there is more to say than "wait for a newer release". */
  readonly afterLastDate?: string;
  /** True when Saturdays and Sundays are sessions too. */
  readonly everyDay?: boolean;
  /** True when there is trading outside these hours that the day's official prices leave out. */
  readonly extendedHours?: boolean;
  /** Oldest first. The first also serves the dates before `firstDate`. */
  readonly hours: readonly Hours[];
  /** Closed all day. One list, or several that add up. */
  readonly closed: readonly YearDates[];
  /** Close before the usual time. */
  readonly earlyCloses: YearTimes;
  /** Bank holidays: where one of them has a session, it is of kind "holiday". */
  readonly holidays?: YearDates;
  /** Evenings (calendar dates) without the overnight part: the next trade date opens with its day session. */
  readonly noEveningSession?: YearDates;
}

/** Hours read into minutes from the trade date's midnight. */
export interface HoursInMinutes {
  readonly until: number;
  readonly open: number;
  readonly mondayOpen: number;
  readonly openAfterBreak: number;
  readonly close: number;
  readonly halts: readonly (readonly [start: number, end: number])[];
  readonly regular: readonly [open: number, close: number] | undefined;
}

/** A table read into day numbers and minutes. */
export interface ReadTable {
  readonly hours: readonly HoursInMinutes[];
  readonly closed: ReadonlySet<number>;
  /** Minute of the early close by day. */
  readonly earlyCloses: ReadonlyMap<number, number>;
  readonly holidays: ReadonlySet<number>;
  readonly noEveningSession: ReadonlySet<number>;
}

const WALL_TIME = /^(\d{2}):(\d{2})(-1d)?$/;

/** Minutes from the trade date's midnight: "09:30" is 570, "17:00-1d" is -420, "24:00" is 1440. */
export function minutesOf(wallTime: string): number {
  const match = WALL_TIME.exec(wallTime);
  if (match === null) throw new InvalidInputError("invalid_time", `'${wallTime}' is not a wall time of a table`);
  return Number(match[1]) * 60 + Number(match[2]) - (match[3] === undefined ? 0 : 1440);
}

/** Calls `use` with every listed day that the table vouches for. Shared lists reach further than some tables do. */
function eachDay(table: CalendarTable, dates: YearDates, use: (day: number) => void): void {
  const first = dayOf(table.firstDate);
  const last = dayOf(table.lastDate);
  for (const [year, list] of Object.entries(dates)) {
    for (const date of list.split(" ")) {
      const day = dayOf(`${year}-${date}`);
      if (day >= first && day <= last) use(day);
    }
  }
}

function daysOf(table: CalendarTable, lists: readonly YearDates[]): ReadonlySet<number> {
  const days = new Set<number>();
  for (const list of lists) eachDay(table, list, (day) => days.add(day));
  return days;
}

function readEarlyCloses(table: CalendarTable): ReadonlyMap<number, number> {
  const minutes = new Map<number, number>();
  for (const [year, times] of Object.entries(table.earlyCloses)) {
    for (const [time, dates] of Object.entries(times)) {
      eachDay(table, { [year]: dates }, (day) => minutes.set(day, minutesOf(time)));
    }
  }
  return minutes;
}

function readHours(hours: Hours): HoursInMinutes {
  const open = minutesOf(hours.open);
  return {
    until: hours.until === undefined ? Number.POSITIVE_INFINITY : dayOf(hours.until),
    open,
    mondayOpen: hours.mondayOpen === undefined ? open : minutesOf(hours.mondayOpen),
    openAfterBreak: hours.openAfterBreak === undefined ? open : minutesOf(hours.openAfterBreak),
    close: minutesOf(hours.close),
    halts: (hours.halts ?? []).map(([start, end]) => [minutesOf(start), minutesOf(end)] as const),
    regular: hours.regular === undefined ? undefined : [minutesOf(hours.regular[0]), minutesOf(hours.regular[1])],
  };
}

/** Reads a table once, so that building sessions only looks numbers up. */
export function readTable(table: CalendarTable): ReadTable {
  return {
    hours: table.hours.map(readHours),
    closed: daysOf(table, table.closed),
    earlyCloses: readEarlyCloses(table),
    holidays: daysOf(table, [table.holidays ?? {}]),
    noEveningSession: daysOf(table, [table.noEveningSession ?? {}]),
  };
}

/** True when the table has a session on that trade date. */
export function isTradeDay(table: CalendarTable, read: ReadTable, day: number): boolean {
  return (table.everyDay === true || !isWeekend(day)) && !read.closed.has(day);
}
