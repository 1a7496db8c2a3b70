/** Where bars begin and end: by an exchange's sessions, or by UTC. */

import { DAY, parseDate } from "../market/time.ts";
import type { Timestep } from "../market/timestep.ts";
import type { Calendar, Session } from "./session.ts";

/** 1970-01-01 was a Thursday: three days after a Monday. */
const THURSDAY = 3;

/**
 * The bars of one step as stretches of time, [open, close). `seek` moves to the one that a finer bar belongs to by its open time.
 *
 * With a calendar: below a day, bars are counted from the session's open and cut at its close and at its halts; what is left of a bar
 * after a halt is a bar of its own. A day is a trade date, weeks run from Monday to Sunday by trade date, months by the calendar; they open
 * with their first session and close with their last. Outside all sessions bars below a day are counted on from the session before and
 * back from the one that follows, whichever is nearer. Into a day goes what follows the session before, as `Calendar.tradeDateOf` has it;
 * but where the exchange has extended hours, no day has room for them, as in its official prices.
 *
 * Without a calendar, on one that never closes, and where it does not reach: below a day counted from midnight UTC; days, weeks from
 * Monday and months by UTC.
 *
 * Moving on within a bar costs two comparisons, into the next one a look into the calendar.
 */
export class BarGrid {
  /** Epoch ms UTC, inclusive; NaN before the first `seek`. */
  open = Number.NaN;
  /** Epoch ms UTC, exclusive: the bar is closed from this instant on, whatever arrived; see `wholeAt` for finer bars that last beyond it. */
  close = Number.NaN;
  readonly timestep: Timestep;
  readonly #calendar: Calendar | undefined;
  readonly #base: number;
  readonly #calendarEnd: number;
  // The last answer holds for times from here to before there: the bar, or of a day and longer the session.
  #from = Number.NaN;
  #to = Number.NaN;

  /** @param base the step of the bars the times belong to; one that reaches into a session's open counts as its first */
  constructor(step: Timestep, base: Timestep, calendar: Calendar | undefined) {
    this.timestep = step;
    this.#base = base.milliseconds;
    this.#calendar = calendar === undefined || calendar.continuous ? undefined : calendar;
    this.#calendarEnd = parseDate(calendar?.lastDate ?? "") ?? 0;
  }

  /** Moves to the bar that a finer bar opening at `time` belongs to; false where there is none, and then nothing moves. */
  seek(time: number): boolean {
    if (time >= this.#from && time < this.#to) return true;
    const calendar = this.#calendar;
    if (calendar === undefined || this.isUtcAt(time)) return this.#seekUtc(time);
    const session = calendar.sessionAt(time) ?? this.#sessionAhead(calendar, time);
    if (this.timestep.milliseconds < DAY) {
      if (session === undefined) this.#seekOutside(calendar, time);
      else this.#seekInside(session, Math.max(time, session.open));
      return true;
    }
    const counted = session ?? (calendar.extendedHours ? undefined : calendar.nextSession(time));
    if (counted === undefined) return false;
    this.#seekDays(calendar, counted);
    this.#from = Math.min(time, counted.open);
    this.#to = counted.close;
    return true;
  }

  /**
   * When the bar moved to is whole, seen after one of its finer bars: at `close`, but where a finer one lasts beyond that, as the hour from 15:30
   * does where trading ends at 16:00, or a day of 24 hours from the open, not before that one has closed as well.
   */
  wholeAt(finerOpen: number, finerClose: number): number {
    if (finerClose >= this.close) return finerClose;
    const rest = (this.close - finerOpen) % this.#base;
    return rest === 0 ? this.close : this.close - rest + this.#base;
  }

  /** True where the sessions do not count: no calendar, out of its reach, or a day bar that is stamped with a date and not with an open. */
  isUtcAt(time: number): boolean {
    const calendar = this.#calendar;
    if (calendar === undefined || time < 0 || time >= this.#calendarEnd) return true;
    return this.#base >= DAY && calendar.sessionAt(time)?.open !== time;
  }

  /** The session that begins while a bar opening at `time` lasts, as where hours are stamped 09:00 and trading begins at 09:30. */
  #sessionAhead(calendar: Calendar, time: number): Session | undefined {
    const next = calendar.nextSession(time);
    return next !== undefined && next.open < time + this.#base ? next : undefined;
  }

  #seekUtc(time: number): true {
    const step = this.timestep;
    const length = step.milliseconds;
    if (step.unit === "month") return this.#seekUtcMonths(time);
    const midnight = Math.floor(time / DAY) * DAY;
    const origin = step.unit === "week" ? -THURSDAY * DAY : length < DAY ? midnight : 0;
    const open = origin + Math.floor((time - origin) / length) * length;
    // Steps that do not divide a day begin anew at midnight.
    return this.#moveTo(open, length < DAY ? Math.min(open + length, midnight + DAY) : open + length);
  }

  #seekUtcMonths(time: number): true {
    const { count } = this.timestep;
    const first = Math.floor(monthOf(time) / count) * count;
    return this.#moveTo(Date.UTC(1970, first), Date.UTC(1970, first + count));
  }

  #seekInside(session: Session, time: number): void {
    let from = session.open;
    let to = session.close;
    for (const halt of session.halts) {
      if (time >= halt.end) from = halt.end;
      else if (time >= halt.start) {
        from = halt.start;
        to = halt.end;
        break;
      } else {
        to = halt.start;
        break;
      }
    }
    this.#seekCounted(time, session.open, from, to);
  }

  /** Between two sessions: counted on from the one before up to the middle, or back from the next one. */
  #seekOutside(calendar: Calendar, time: number): void {
    const length = this.timestep.milliseconds;
    const before = calendar.previousSession(time);
    const after = calendar.nextSession(time);
    if (before === undefined || after === undefined) {
      this.#seekUtc(time);
      return;
    }
    const half = (after.open - before.close) / 2;
    const turn = Math.max(before.close, after.open - Math.ceil(half / length) * length);
    if (time < turn) this.#seekCounted(time, before.open, before.close, turn);
    else this.#seekCounted(time, after.open, turn, after.open);
  }

  /** The bar on the count from `anchor`, cut at both ends of the stretch. */
  #seekCounted(time: number, anchor: number, from: number, to: number): void {
    const length = this.timestep.milliseconds;
    const open = anchor + Math.floor((time - anchor) / length) * length;
    this.#moveTo(Math.max(open, from), Math.min(open + length, to));
  }

  /** The sessions whose trade dates lie in one day, week or month, or several of them. */
  #seekDays(calendar: Calendar, session: Session): void {
    const group = this.#groupOf(session);
    let first = session;
    let last = session;
    for (let other = calendar.previousSession(first.open); other !== undefined && this.#groupOf(other) === group; ) {
      first = other;
      other = calendar.previousSession(first.open);
    }
    for (let other = calendar.nextSession(last.open); other !== undefined && this.#groupOf(other) === group; ) {
      last = other;
      other = calendar.nextSession(last.open);
    }
    this.#moveTo(first.open, last.close);
  }

  #groupOf(session: Session): number {
    const midnight = parseDate(session.tradeDate) ?? 0;
    const { unit, count, milliseconds } = this.timestep;
    if (unit === "month") return Math.floor(monthOf(midnight) / count);
    const offset = unit === "week" ? THURSDAY * DAY : 0;
    return Math.floor((midnight + offset) / milliseconds);
  }

  #moveTo(open: number, close: number): true {
    this.open = open;
    this.close = close;
    this.#from = open;
    this.#to = close;
    return true;
  }
}

/** Months since January 1970, UTC. */
function monthOf(time: number): number {
  const date = new Date(time);
  return (date.getUTCFullYear() - 1970) * 12 + date.getUTCMonth();
}
