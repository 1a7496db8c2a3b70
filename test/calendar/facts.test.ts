/**
 * Our tables against the researched ones, trade date by trade date. The arithmetic here is luxon's and this file's own,
 * so it shares no code with `src/calendar`.
 */

import { existsSync, readFileSync } from "node:fs";
import { DateTime } from "luxon";
import { describe, expect, it } from "vitest";
import { calendarFor } from "../../src/calendar/index.ts";

const FOLDER = new URL("../../../shared/facts/calendars/", import.meta.url);
const absent = existsSync(FOLDER) ? "" : " (skipped: ../shared/facts is not here)";

interface FactHours {
  readonly until: string | null;
  readonly open: string;
  readonly close: string;
  readonly halt?: readonly [string, string];
}

interface Facts {
  readonly timezone: string;
  readonly range?: readonly [string, string];
  readonly sessions?: readonly FactHours[];
  readonly open?: readonly (readonly [null, string, number])[];
  readonly close?: readonly (readonly [null, string, number])[];
  readonly rth?: readonly [string, string] | null;
  readonly holidays: readonly string[];
  readonly earlyCloses: Readonly<Record<string, string>>;
  readonly noEveningSession?: readonly string[];
}

function facts(file: string): Facts {
  return JSON.parse(readFileSync(new URL(`${file}.json`, FOLDER), "utf8"));
}

/** "17:00-1d" of a trade date as an instant. */
function at(zone: string, date: string, wallTime: string): number {
  const [time = "", shift] = wallTime.split(/(?=-1d)/);
  const [hour = 0, minute = 0] = time.split(":").map(Number);
  const [year = 0, month = 0, day = 0] = date.split("-").map(Number);
  const local = DateTime.fromObject({ year, month, day, hour, minute }, { zone });
  return (shift === undefined ? local : local.minus({ days: 1 })).toMillis();
}

/** Every date of a span, with its weekday: 1 Monday to 7 Sunday. */
function eachDate(from: string, to: string, use: (date: string, weekday: number) => void): void {
  for (let time = Date.parse(from); time <= Date.parse(to); time += 86_400_000) {
    const day = new Date(time);
    use(day.toISOString().slice(0, 10), day.getUTCDay() || 7);
  }
}

/** The fact's hours in force on a date; both spellings of the files. */
function hoursOn(fact: Facts, date: string): FactHours {
  // The crypto file ends with an entry without hours: what was announced for after 2026-05-29. That day keeps the old.
  const known = fact.sessions?.filter((hours) => hours.open !== undefined);
  const listed = known?.find((hours) => hours.until === null || date < hours.until) ?? known?.at(-1);
  return listed ?? { until: null, open: fact.open?.[0]?.[1] ?? "", close: fact.close?.[0]?.[1] ?? "" };
}

/** What the fact files say in words: "15:30-1d (17:00 Sun)", "17:00-1d Sun/08:00". */
function openingOf(file: string, hours: FactHours, weekday: number, afterShortDay: boolean): string {
  const monday = weekday === 1;
  if (hours.open === "15:30-1d (17:00 Sun)") return monday || afterShortDay ? "17:00-1d" : "15:30-1d";
  if (hours.open === "17:00-1d Sun/08:00") return monday ? "17:00-1d" : "08:00";
  if (hours.open === "20:00-1d (18:00 Sun)") return monday ? "18:00-1d" : "20:00-1d";
  if (file === "ICE_EU_ENERGY") return monday ? "18:00-1d" : "20:00-1d";
  return hours.open;
}

const FILES = [
  "XNYS",
  "CME_EQUITY",
  "CME_RATES",
  "CME_FX",
  "CME_ENERGY",
  "CME_METALS",
  "CME_GRAINS",
  "CME_LIVESTOCK",
  "CME_CRYPTO",
  "CFE",
  "ICE_US_FINANCIAL",
  "ICE_EU_ENERGY",
  "SIFMA_US",
  "XLON",
  "XEUR",
];

/** A session in words, so that a difference reads as one. */
function describeSession(open: number, close: number, halts: readonly (readonly [number, number])[]): string {
  const instants = [open, close, ...halts.flat()];
  return instants.map((time) => new Date(time).toISOString()).join(" ");
}

/** What the facts say about a trade date, undefined when there is no session. `afterFullDay` decides old ES openings. */
function expectedOn(file: string, fact: Facts, date: string, weekday: number, afterFullDay: boolean) {
  if (weekday > 5 || fact.holidays.includes(date)) return undefined;
  // Brent's facts are told in London time with a note that New York's clock rules; so New York's it is.
  const zone = file === "ICE_EU_ENERGY" ? "America/New_York" : fact.timezone;
  const hours = hoursOn(fact, date);
  const usualClose = file === "ICE_EU_ENERGY" ? "18:00" : hours.close;
  const open = at(zone, date, openingOf(file, hours, weekday, !afterFullDay));
  const close = at(zone, date, fact.earlyCloses[date] ?? usualClose);
  const halt = hours.halt?.map((time) => at(zone, date, time));
  const [start = 0, end = 0] = halt ?? [];
  return describeSession(open, close, start >= open && end <= close && end > start ? [[start, end]] : []);
}

describe.skipIf(absent !== "")(`the researched calendars${absent}`, () => {
  it.each(FILES)("%s has the same sessions", (file) => {
    const fact = facts(file);
    const calendar = calendarFor(file);
    expect(calendar.timeZone).toBe(fact.timezone);
    const differences: string[] = [];
    const short: string[] = [];
    let compared = 0;
    let afterFullDay = false;
    eachDate(calendar.firstDate, calendar.lastDate, (date, weekday) => {
      const session = calendar.session(date);
      const halts = session?.halts.map((halt) => [halt.start, halt.end] as const) ?? [];
      const found = session && describeSession(session.open, session.close, halts);
      const expected = expectedOn(file, fact, date, weekday, afterFullDay);
      if (found !== expected) differences.push(`${date}: ${found} is not ${expected}`);
      if (session?.kind === "early-close") short.push(date);
      if (session?.kind === "holiday" && fact.earlyCloses[date] !== undefined) short.push(date);
      afterFullDay = expected !== undefined && fact.earlyCloses[date] === undefined;
      compared += expected === undefined ? 0 : 1;
    });
    expect(differences).toEqual([]);
    const inRange = Object.keys(fact.earlyCloses).filter((date) => date >= "2010" && date <= calendar.lastDate);
    expect(short).toEqual(inRange.sort());
    expect(compared).toBeGreaterThan(file === "CME_CRYPTO" ? 2100 : 4400);
  });

  it("grains are not traded on the evenings listed as such", () => {
    const grains = calendarFor("CME_GRAINS");
    const evenings = facts("CME_GRAINS").noEveningSession ?? [];
    expect(evenings.length).toBe(80);
    for (const date of evenings) {
      expect(grains.sessionAt(at("America/Chicago", date, "20:00")), date).toBeUndefined();
    }
  });

  it.each(["KC", "SB", "CC", "CT", "OJ"])("the soft %s has the hours of its product", (product) => {
    const fact = facts("ICE_US_SOFTS") as unknown as { sessions: Record<string, [string, string]>; holidays: string[] };
    const { earlyCloses } = facts("ICE_US_SOFTS");
    const [open, close] = fact.sessions[product] ?? ["", ""];
    const calendar = calendarFor(`ICE_US_SOFTS_${product}`);
    eachDate("2010-01-01", "2027-12-31", (date, weekday) => {
      const session = calendar.session(date);
      expect(session !== undefined, date).toBe(weekday <= 5 && !fact.holidays.includes(date));
      if (session === undefined) return;
      const early = earlyCloses[date];
      expect(session.open, date).toBe(at("America/New_York", date, open));
      // A half day that ends after the product's own close changes nothing.
      const end = early !== undefined && early < close ? early : close;
      expect(session.close, date).toBe(at("America/New_York", date, end));
    });
  });

  it.each(FILES)("%s has the regular hours of the facts on a full day", (file) => {
    const fact = facts(file);
    const date = "2024-06-05";
    const session = calendarFor(file).session(date);
    const regular = fact.rth ?? undefined;
    const expected = regular?.map((time) => at(fact.timezone, date, time)) ?? [session?.open, session?.close];
    expect([session?.regularOpen, session?.regularClose]).toEqual(expected);
  });

  it("24/7 is never closed", () => {
    const fact = facts("ALWAYS_OPEN");
    expect(fact.holidays).toEqual([]);
    eachDate("2010-01-01", "2027-12-31", (date) => {
      expect(calendarFor("24/7").session(date)?.open).toBe(Date.parse(date));
    });
  });
});
