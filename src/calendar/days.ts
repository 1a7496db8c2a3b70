/**
 * Calendar days as numbers: day 0 is 1970-01-01, day 1 the day after. No time zone is involved; a zone turns a day
 * into instants (`time-zone.ts`).
 */

import { InvalidInputError } from "../market/errors.ts";

/** Length of a day of 24 hours in milliseconds. */
export const DAY = 86_400_000;
/** Length of a minute in milliseconds. */
export const MINUTE = 60_000;

const ISO_DATE = /^\d{4}-\d{2}-\d{2}$/;

/** Day number of an ISO date "YYYY-MM-DD"; throws `InvalidInputError` (invalid_time) when there is no such date. */
export function dayOf(isoDate: string): number {
  const time = ISO_DATE.test(isoDate) ? Date.parse(isoDate) : Number.NaN;
  // Date.parse rolls 2025-02-30 over to March in some engines: only a date that prints as it was written is one.
  if (Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== isoDate) {
    throw new InvalidInputError("invalid_time", `'${isoDate}' is not a calendar date`, {
      hint: 'Write an ISO date such as "2025-03-10"',
    });
  }
  return time / DAY;
}

/** ISO date "YYYY-MM-DD" of a day number; the years 0000 to 9999. */
export function isoDateOf(day: number): string {
  return new Date(day * DAY).toISOString().slice(0, 10);
}

/** Weekday of a day number: 0 Sunday, 1 Monday ... 6 Saturday. */
export function weekdayOf(day: number): number {
  // 1970-01-01 was a Thursday; the second modulo keeps days before it positive.
  return (((day + 4) % 7) + 7) % 7;
}

/** True on Saturday and Sunday. */
export function isWeekend(day: number): boolean {
  const weekday = weekdayOf(day);
  return weekday === 0 || weekday === 6;
}

/** Year of a day number. */
export function yearOf(day: number): number {
  return new Date(day * DAY).getUTCFullYear();
}

/** Day number of January 1st. */
export function firstDayOf(year: number): number {
  return Date.UTC(year, 0, 1) / DAY;
}

/** Refuses a time that is no finite number, such as NaN from a failed parse. */
export function invalidTime(time: number): InvalidInputError {
  return new InvalidInputError("invalid_time", `Time must be epoch milliseconds, was ${time}`);
}
