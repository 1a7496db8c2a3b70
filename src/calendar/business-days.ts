/**
 * Business days of an exchange: trade dates that are no bank holidays. Expiry, first-notice and roll rules count in
 * them. A CME half day such as Martin Luther King Day has a session and is no business day; the short Friday after
 * Thanksgiving is one. Before `Calendar.firstDate` every weekday counts.
 */

import { InvalidInputError, shown } from "../market/errors.ts";
import { dayOf, isoDateOf } from "./days.ts";
import type { Calendar, Session } from "./session.ts";

/** True when the exchange trades and settles on that ISO date. Throws `InvalidInputError` outside the calendar. */
export function isBusinessDay(calendar: Calendar, isoDate: string): boolean {
  const session = calendar.session(isoDate);
  return session !== undefined && session.kind !== "holiday";
}

/**
 * The ISO date `count` business days after `isoDate` (before it when `count` is negative). The date itself is not
 * counted, so it may be a holiday; with a count of 0 it comes back as it is.
 * Throws `InvalidInputError` when `count` is not whole or the way leads out of the calendar.
 */
export function addBusinessDays(calendar: Calendar, isoDate: string, count: number): string {
  if (!Number.isSafeInteger(count)) {
    throw new InvalidInputError("invalid_argument", `Business days must be counted in whole numbers, was ${count}`);
  }
  const step = Math.sign(count);
  let day = dayOf(isoDate);
  for (let left = Math.abs(count); left > 0; ) {
    day += step;
    if (isBusinessDay(calendar, isoDateOf(day))) left--;
  }
  return isoDateOf(day);
}

/**
 * How many business days lie after `fromDate` up to and including `toDate`; negative when `toDate` is the earlier,
 * then counting those before `fromDate` down to and including `toDate`. The inverse of `addBusinessDays`.
 */
export function businessDaysBetween(calendar: Calendar, fromDate: string, toDate: string): number {
  const end = dayOf(toDate);
  let day = dayOf(fromDate);
  const step = Math.sign(end - day);
  let count = 0;
  while (day !== end) {
    day += step;
    if (isBusinessDay(calendar, isoDateOf(day))) count += step;
  }
  return count;
}

/**
 * The trade date under which a session is cleared: its own, except on a bank holiday, whose trades belong to the next
 * business day (Martin Luther King Day's to the Tuesday). Throws `InvalidInputError` when that day is not covered.
 */
export function clearingDateOf(calendar: Calendar, session: Session): string {
  return session.kind === "holiday" ? addBusinessDays(calendar, session.tradeDate, 1) : session.tradeDate;
}

/** Number of sessions in a year, half days included: the factor that makes a daily figure a yearly one. */
export function sessionsPerYear(calendar: Calendar, year: number): number {
  if (!Number.isInteger(year)) {
    throw new InvalidInputError(
      "invalid_argument",
      `Counting sessions: the year was ${shown(year)}, expected a whole number such as 2025`,
    );
  }
  const start = dayOf(`${String(year).padStart(4, "0")}-01-01`);
  const end = dayOf(`${String(year).padStart(4, "0")}-12-31`);
  let count = 0;
  for (let day = start; day <= end; day++) if (calendar.session(isoDateOf(day)) !== undefined) count++;
  return count;
}
