/** Business days of an exchange for any year, also those its calendar does not cover. */

import { addBusinessDays, type Calendar, calendarFor, isBusinessDay } from "../calendar/index.ts";
import { DAY, formatDate, parseDate } from "../market/time.ts";

/** Counting business days. Dates are ISO. */
export interface BusinessDays {
  has(isoDate: string): boolean;
  /** The date `count` business days after `isoDate`, before it when negative; the date itself is not counted. */
  add(isoDate: string, count: number): string;
}

const known = new Map<string, BusinessDays>();

/**
 * The business days of a calendar by name. A contract listed now may end after the last year whose holidays are known: from there
 * on weekdays count as business days, but New Year's Day and Christmas.
 */
export function businessDaysOf(calendarName: string): BusinessDays {
  const days = known.get(calendarName) ?? countingOn(calendarFor(calendarName));
  known.set(calendarName, days);
  return days;
}

function countingOn(calendar: Calendar): BusinessDays {
  // Within the margin no count of a rule leaves the calendar.
  const lastSafe = dateAfter(calendar.lastDate, -60);
  const firstSafe = dateAfter(calendar.firstDate, 60);
  const isKnown = (isoDate: string) => isoDate >= calendar.firstDate && isoDate <= calendar.lastDate;
  const has = (isoDate: string) => (isKnown(isoDate) ? isBusinessDay(calendar, isoDate) : isLikelyBusinessDay(isoDate));
  return {
    has,
    add(isoDate, count) {
      if (isoDate >= firstSafe && isoDate <= lastSafe) return addBusinessDays(calendar, isoDate, count);
      return addWith(has, isoDate, count);
    },
  };
}

function addWith(has: (isoDate: string) => boolean, isoDate: string, count: number): string {
  let date = isoDate;
  for (let left = Math.abs(count); left > 0; ) {
    date = dateAfter(date, Math.sign(count));
    if (has(date)) left -= 1;
  }
  return date;
}

function isLikelyBusinessDay(isoDate: string): boolean {
  const weekday = weekdayOf(isoDate);
  const monthDay = isoDate.slice(5);
  return weekday !== 0 && weekday !== 6 && monthDay !== "01-01" && monthDay !== "12-25";
}

/** Weekday of an ISO date: 0 Sunday to 6 Saturday. */
export function weekdayOf(isoDate: string): number {
  return new Date(parseDate(isoDate) ?? Number.NaN).getUTCDay();
}

/** The ISO date so many calendar days later. */
export function dateAfter(isoDate: string, days: number): string {
  return formatDate((parseDate(isoDate) ?? Number.NaN) + days * DAY);
}
