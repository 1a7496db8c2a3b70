/** A `Calendar` over one table: builds years of sessions when they are first needed and remembers where it stood. */

import { InvalidInputError } from "../market/errors.ts";
import type { SessionSource } from "./build-session.ts";
import { DAY, dayOf, invalidTime, isoDateOf, yearOf } from "./days.ts";
import { expectedBars } from "./expected-bars.ts";
import type { Calendar, Session } from "./session.ts";
import { type CalendarTable, readTable } from "./table.ts";
import { timeZone } from "./time-zone.ts";
import { YearSessions } from "./year-sessions.ts";

/** Trade dates before this one are refused by every calendar: day 0, 1970-01-01. */
const EARLIEST_DAY = 0;

/** Where a session stands: its year and its index therein. */
interface Place {
  readonly year: number;
  readonly index: number;
}

/**
 * See `Calendar`. A walk forward costs two comparisons a question within a session and one step between sessions; a
 * jump costs a binary search in the year jumped to.
 */
export class TableCalendar implements Calendar {
  readonly name: string;
  readonly timeZone: string;
  readonly continuous: boolean;
  readonly extendedHours: boolean;
  readonly firstDate: string;
  readonly lastDate: string;
  readonly #source: SessionSource;
  readonly #lastDay: number;
  /** Instants from here on are not covered: local midnight at the end of `lastDate`. */
  readonly #end: number;
  readonly #years = new Map<number, YearSessions>();
  // Cursor of the walk: `#opened` is the last session that opened by any time with #from <= time < #until, and
  // `#following` the one after it.
  #from = 0;
  #until = 0;
  #opened: Session | undefined;
  #following: Session | undefined;
  #place: Place = { year: 1970, index: -1 };

  constructor(table: CalendarTable) {
    const clock = timeZone(table.hoursTimeZone ?? table.timeZone);
    this.#source = { table, read: readTable(table), clock, firstDay: dayOf(table.firstDate) };
    this.name = table.name;
    this.timeZone = table.timeZone;
    this.continuous = table.everyDay === true;
    this.extendedHours = table.extendedHours === true;
    this.firstDate = table.firstDate;
    this.lastDate = table.lastDate;
    this.#lastDay = dayOf(table.lastDate);
    this.#end = clock.dayToEpoch(this.#lastDay + 1, 0);
  }

  session(tradeDate: string): Session | undefined {
    const day = dayOf(tradeDate);
    if (day < EARLIEST_DAY || day > this.#lastDay) throw this.#outOfRange(tradeDate);
    const year = this.#yearSessions(yearOf(day));
    return year.at(year.indexOfDay(day));
  }

  sessionAt(time: number): Session | undefined {
    this.#seek(time);
    return this.#opened !== undefined && time < this.#opened.close ? this.#opened : undefined;
  }

  nextSession(time: number): Session | undefined {
    this.#seek(time);
    return this.#following;
  }

  previousSession(time: number): Session | undefined {
    this.#seek(time);
    if (this.#opened === undefined || this.#opened.close <= time) return this.#opened;
    return this.#sessionAtPlace(this.#before(this.#place));
  }

  sessionsBetween(start: number, end: number): readonly Session[] {
    if (Number.isNaN(start) || Number.isNaN(end)) throw invalidTime(Number.NaN);
    if (start >= end) return [];
    // `end` itself is not part of the span, so the very end of the table may be named.
    if (end > this.#end) throw this.#outOfRange(new Date(end).toISOString());
    const found: Session[] = [];
    let session = this.sessionAt(start) ?? this.nextSession(start);
    while (session !== undefined && session.open < end) {
      found.push(session);
      session = this.nextSession(session.open);
    }
    return found;
  }

  isOpen(time: number): boolean {
    const session = this.sessionAt(time);
    if (session === undefined) return false;
    for (const halt of session.halts) if (time >= halt.start && time < halt.end) return false;
    return true;
  }

  tradeDateOf(time: number): string | undefined {
    return (this.sessionAt(time) ?? this.#following)?.tradeDate;
  }

  expectedBars(session: Session, stepMilliseconds: number): number {
    return expectedBars(session, stepMilliseconds);
  }

  /** Puts the cursor on the last session that opened by `time`. */
  #seek(time: number): void {
    if (time >= this.#from && time < this.#until) return;
    if (Number.isNaN(time)) throw invalidTime(time);
    if (time < EARLIEST_DAY || time >= this.#end) throw this.#outOfRange(describeInstant(time));
    const place = this.#isJustAfter(time) ? this.#after(this.#place) : this.#find(time);
    this.#moveTo(place);
  }

  /** True when `time` lies in the stretch right after the cursor's: the usual case of a walk forward. */
  #isJustAfter(time: number): boolean {
    if (this.#following === undefined || time < this.#until) return false;
    const next = this.#sessionAtPlace(this.#after(this.#after(this.#place)));
    return time < (next?.open ?? this.#end);
  }

  #moveTo(place: Place): void {
    this.#place = place;
    this.#opened = this.#sessionAtPlace(place);
    this.#following = this.#sessionAtPlace(this.#after(place));
    this.#from = this.#opened?.open ?? EARLIEST_DAY;
    this.#until = this.#following?.open ?? this.#end;
  }

  #find(time: number): Place {
    // A trade date may open on the evening before, so the trade date of `time` can be of the next calendar year.
    const latest = Math.min(yearOf(Math.floor(time / DAY) + 2), yearOf(this.#lastDay));
    for (let year = latest; year >= 1970; year--) {
      const index = this.#yearSessions(year).lastOpened(time);
      if (index >= 0) return { year, index };
    }
    return { year: 1970, index: -1 };
  }

  #sessionAtPlace(place: Place): Session | undefined {
    return place.index < 0 ? undefined : this.#yearSessions(place.year).at(place.index);
  }

  #after(place: Place): Place {
    if (place.index + 1 < this.#yearSessions(place.year).length || place.year >= yearOf(this.#lastDay)) {
      return { year: place.year, index: place.index + 1 };
    }
    return { year: place.year + 1, index: 0 };
  }

  #before(place: Place): Place {
    if (place.index > 0 || place.year <= 1970) return { year: place.year, index: place.index - 1 };
    const year = place.year - 1;
    return { year, index: this.#yearSessions(year).length - 1 };
  }

  #yearSessions(year: number): YearSessions {
    const known = this.#years.get(year);
    if (known !== undefined) return known;
    const built = new YearSessions(this.#source, year, this.#lastDay);
    this.#years.set(year, built);
    return built;
  }

  #outOfRange(asked: string): InvalidInputError {
    const { table } = this.#source;
    return new InvalidInputError(
      "calendar_range",
      `Calendar '${this.name}' was asked for ${asked}, it covers ${isoDateOf(EARLIEST_DAY)} to ${this.lastDate} (holidays from ${this.firstDate})`,
      { hint: table.afterLastDate ?? "Install a newer release of backlit, or choose another market" },
    );
  }
}

function describeInstant(time: number): string {
  return Math.abs(time) <= 8.64e15 ? new Date(time).toISOString() : String(time);
}
