/**
 * The rules CME's holiday notices follow, written as code, give the very dates that are listed in the tables. The
 * tables stay the source; this shows that no date is missing and none stands there by mistake.
 */

import { DateTime } from "luxon";
import { describe, expect, it } from "vitest";
import { type Calendar, calendarFor } from "../../src/calendar/index.ts";
import { chicago } from "./wall-clock.ts";

const YEARS = Array.from({ length: 18 }, (_, index) => 2010 + index);
/** Good Fridays that fall on the employment report. */
const REPORT_YEARS = new Set([2010, 2012, 2015, 2021, 2023, 2026]);

const date = (year: number, month: number, day: number) => DateTime.utc(year, month, day);
const iso = (day: DateTime) => day.toFormat("yyyy-MM-dd");

/** The nth weekday (1 Monday) of a month; n = -1 is the last. */
function nth(year: number, month: number, weekday: number, n: number): DateTime {
  if (n < 0) {
    const end = date(year, month, 1).endOf("month").startOf("day");
    return end.minus({ days: (end.weekday - weekday + 7) % 7 });
  }
  const start = date(year, month, 1);
  return start.plus({ days: ((weekday - start.weekday + 7) % 7) + 7 * (n - 1) });
}

/** Saturday moves to Friday, Sunday to Monday. */
function observed(day: DateTime): DateTime {
  if (day.weekday === 6) return day.minus({ days: 1 });
  return day.weekday === 7 ? day.plus({ days: 1 }) : day;
}

/** Two days before Easter Sunday (the Gregorian computus of Meeus, Jones and Butcher). */
function goodFriday(year: number): DateTime {
  const a = year % 19;
  const b = Math.floor(year / 100);
  const c = year % 100;
  const d = Math.floor(b / 4);
  const g = Math.floor((8 * b + 13) / 25);
  const h = (19 * a + b - d - g + 15) % 30;
  const k = c % 4;
  const l = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - h - k) % 7;
  const m = Math.floor((a + 11 * h + 22 * l) / 451);
  const month = Math.floor((h + l - 7 * m + 114) / 31);
  return date(year, month, ((h + l - 7 * m + 114) % 31) + 1).minus({ days: 2 });
}

/** New Year (not when it would fall on the old year's Friday) and Christmas, each on the weekday observed. */
function closures(year: number): DateTime[] {
  const newYear = date(year, 1, 1).weekday === 6 ? [] : [observed(date(year, 1, 1))];
  return [...newYear, observed(date(year, 12, 25))];
}

/** The bank holidays on which financial products trade half a day. */
function halfHolidays(year: number): DateTime[] {
  const juneteenth = year >= 2022 ? [observed(date(year, 6, 19))] : [];
  return [
    nth(year, 1, 1, 3),
    nth(year, 2, 1, 3),
    nth(year, 5, 1, -1),
    ...juneteenth,
    observed(date(year, 7, 4)),
    nth(year, 9, 1, 1),
    nth(year, 11, 4, 4),
  ];
}

/** Juneteenth or Independence Day kept on a Friday: the week ends with it. */
function isSummerFriday(day: DateTime): boolean {
  return day.weekday === 5 && (day.month === 6 || day.month === 7);
}

const dayAfterThanksgiving = (year: number) => nth(year, 11, 4, 4).plus({ days: 1 });

/** Christmas Eve when it is a half day: a weekday that is not itself the observed holiday. */
function christmasEve(year: number): DateTime[] {
  const eve = date(year, 12, 24);
  return eve.weekday <= 4 ? [eve] : [];
}

/** July 3rd as a half day of the stock market: when Independence Day falls on Tuesday to Friday. */
function independenceEve(year: number): DateTime[] {
  const eve = date(year, 7, 3);
  return eve.weekday <= 4 ? [eve] : [];
}

type Closes = Map<string, string>;

function put(closes: Closes, days: readonly DateTime[], time: string | ((day: DateTime) => string | undefined)): void {
  for (const day of days) {
    const value = typeof time === "string" ? time : time(day);
    if (value !== undefined) closes.set(iso(day), value);
  }
}

const before2014May = (day: DateTime) => iso(day) < "2014-05";

function equityCloses(year: number): Closes {
  const closes: Closes = new Map();
  put(closes, halfHolidays(year), (day) => (before2014May(day) ? "10:30" : "12:00"));
  put(closes, [...independenceEve(year), dayAfterThanksgiving(year), ...christmasEve(year)], "12:15");
  if (REPORT_YEARS.has(year)) put(closes, [goodFriday(year)], "08:15");
  return closes;
}

function energyCloses(year: number): Closes {
  const closes: Closes = new Map();
  put(closes, halfHolidays(year), (day) => {
    if (year >= 2022) return isSummerFriday(day) ? "12:00" : "13:30";
    return before2014May(day) ? "12:15" : "12:00";
  });
  put(closes, [dayAfterThanksgiving(year)], year >= 2025 ? "13:45" : "12:45");
  put(closes, christmasEve(year), "12:45");
  return closes;
}

function currencyCloses(year: number): Closes {
  const closes: Closes = new Map();
  put(closes, halfHolidays(year), (day) => (year < 2022 || isSummerFriday(day) ? "12:00" : undefined));
  put(closes, [dayAfterThanksgiving(year)], year >= 2025 ? "13:45" : "12:15");
  put(closes, christmasEve(year), year >= 2025 ? "12:45" : "12:15");
  if (REPORT_YEARS.has(year)) put(closes, [goodFriday(year)], "10:15");
  return closes;
}

function ratesCloses(year: number): Closes {
  const closes: Closes = new Map();
  put(closes, halfHolidays(year), "12:00");
  put(closes, [dayAfterThanksgiving(year), ...christmasEve(year)], "12:15");
  if (REPORT_YEARS.has(year)) put(closes, [goodFriday(year)], "10:15");
  return closes;
}

/** Early closes a calendar really has in a year: trade date -> wall time. */
function listed(calendar: Calendar, year: number, usualCloses: readonly string[]): Closes {
  const closes: Closes = new Map();
  const start = chicago(`${year}-01-01 00:00`);
  const end = Math.min(chicago(`${year + 1}-01-01 00:00`), chicago("2028-01-01 00:00"));
  for (const session of calendar.sessionsBetween(start, end)) {
    const time = DateTime.fromMillis(session.close, { zone: "America/Chicago" }).toFormat("HH:mm");
    if (!usualCloses.includes(time) && session.tradeDate.startsWith(String(year))) closes.set(session.tradeDate, time);
  }
  return closes;
}

/** Dates on which a table differs from the rules for a reason of its own. */
function without(closes: Closes, exceptions: readonly string[]): Record<string, string> {
  return Object.fromEntries([...closes].filter(([day]) => !exceptions.includes(day)).sort());
}

function weekdaysWithoutSession(calendar: Calendar, year: number): string[] {
  const missing: string[] = [];
  for (let day = date(year, 1, 1); day.year === year; day = day.plus({ days: 1 })) {
    if (day.weekday <= 5 && calendar.session(iso(day)) === undefined) missing.push(iso(day));
  }
  return missing;
}

describe("the rules of CME's calendar", () => {
  it.each(["CME_EQUITY", "CME_RATES", "CME_FX"])("full closures of %s", (name) => {
    for (const year of YEARS) {
      const friday = REPORT_YEARS.has(year) ? [] : [goodFriday(year)];
      const expected = [...closures(year), ...friday].map(iso).filter((day) => day.startsWith(String(year)));
      expect(weekdaysWithoutSession(calendarFor(name), year)).toEqual(expected.sort());
    }
  });

  it.each(["CME_ENERGY", "CME_METALS"])("full closures of %s", (name) => {
    for (const year of YEARS) {
      const expected = [...closures(year), goodFriday(year)].map(iso).filter((day) => day.startsWith(String(year)));
      expect(weekdaysWithoutSession(calendarFor(name), year)).toEqual(expected.sort());
    }
  });

  it.each(["CME_GRAINS", "CME_LIVESTOCK"])("full closures of %s", (name) => {
    for (const year of YEARS) {
      const all = [...closures(year), ...halfHolidays(year), goodFriday(year)];
      const expected = all.map(iso).filter((day) => day.startsWith(String(year)));
      expect(weekdaysWithoutSession(calendarFor(name), year)).toEqual(expected.sort());
    }
  });

  it.each([
    ["CME_EQUITY", equityCloses, ["15:15", "16:15", "16:00"], ["2025-01-09"]],
    ["CME_ENERGY", energyCloses, ["16:15", "16:00"], []],
    ["CME_METALS", energyCloses, ["16:15", "16:00"], []],
    ["CME_FX", currencyCloses, ["16:00", "15:15"], ["2010-12-31"]],
    ["CME_RATES", ratesCloses, ["16:00", "15:15"], ["2010-12-31", "2025-01-09"]],
  ] as const)("half days of %s", (name, rule, usualCloses, exceptions) => {
    for (const year of YEARS) {
      const expected = without(rule(year), exceptions);
      expect(without(listed(calendarFor(name), year, usualCloses), exceptions)).toEqual(expected);
    }
  });
});
