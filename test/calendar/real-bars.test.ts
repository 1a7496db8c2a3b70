/** Real bars lie inside the sessions of their calendar. What does not is named here, with its reason. */

import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type Calendar, calendarFor, timeZone } from "../../src/calendar/index.ts";

const FOLDER = new URL("../../../shared/data/real/", import.meta.url);
const absent = existsSync(FOLDER) ? "" : " (skipped: ../shared/data/real is not here)";

/** The first column of a file: ISO instants or dates. */
function firstColumn(file: string): string[] {
  const lines = readFileSync(new URL(file, FOLDER), "utf8").trim().split("\n").slice(1);
  return lines.map((line) => line.slice(0, line.indexOf(",")));
}

/** Times of the bars that open outside every session or in a halt. */
function outside(calendar: Calendar, times: readonly string[]): string[] {
  return times.filter((time) => !calendar.isOpen(Date.parse(time)));
}

describe.skipIf(absent !== "")(`real minute bars${absent}`, () => {
  it.each([
    // The last trades of the halt day are stamped with the minute of the halt: five contracts at 10:30.
    ["es-1m-2011-01-quantstrat.csv", "CME_EQUITY", 20_037, ["2011-01-17T16:30:00Z"]],
    ["es-1m-2013-lean.csv", "CME_EQUITY", 20_184, []],
    ["es-5m-2026-yahoo.csv", "CME_EQUITY", 13_768, []],
    ["gc-1m-2013-10-lean.csv", "CME_METALS", 4_681, []],
    ["btcusd-1m-lean.csv", "24/7", 5_656, []],
  ])("%s lies inside the sessions of %s", (file, market, rows, exceptions) => {
    const times = firstColumn(file);
    expect(times.length).toBe(rows);
    expect(outside(calendarFor(market), times)).toEqual(exceptions);
  });

  it.each([
    ["spy-1m-2011-01-pyalgotrade.csv", 6_380],
    ["spy-1m-2013-10-lean.csv", 2_499],
    ["aapl-1m-2014-06-split-lean.csv", 1_133],
  ])("%s lies inside the core session but for the early and late hours of stocks", (file, extended) => {
    const clock = timeZone("America/New_York");
    const late = outside(calendarFor("XNYS"), firstColumn(file)).map(Date.parse);
    expect(late.length).toBe(extended);
    for (const time of late) {
      const minute = clock.minuteOfDay(time);
      expect((minute >= 240 && minute < 570) || (minute >= 960 && minute < 1200)).toBe(true);
      // They belong to a day on which the core session took place.
      expect(calendarFor("XNYS").session(clock.toLocalDate(time))).toBeDefined();
    }
  });

  it("fesx-1m-2024-06-lean.csv lies inside Eurex hours but for the early hours of index futures", () => {
    const clock = timeZone("Europe/Berlin");
    const times = outside(calendarFor("XEUR"), firstColumn("fesx-1m-2024-06-lean.csv")).map(Date.parse);
    const minutes = times.map((time) => clock.minuteOfDay(time));
    expect(minutes.length).toBe(606);
    // One bar is stamped with the minute of the close.
    expect(minutes.filter((minute) => minute === 22 * 60).length).toBe(1);
    expect(minutes.filter((minute) => minute !== 22 * 60).every((minute) => minute >= 135 && minute < 480)).toBe(true);
  });

  it.each([
    ["2011-01-05", 30],
    ["2011-01-12", 30],
  ])("ES traded in every minute but the halt's on %s, as expectedBars has it", (tradeDate, haltMinutes) => {
    const calendar = calendarFor("CME_EQUITY");
    const session = calendar.session(tradeDate);
    if (session === undefined) throw new Error("no session");
    const times = firstColumn("es-1m-2011-01-quantstrat.csv").map(Date.parse);
    const inside = times.filter((time) => time >= session.open && time < session.close);
    const expected = calendar.expectedBars(session, 60_000);
    expect(expected).toBe(1425 - haltMinutes);
    expect(inside.length).toBeLessThanOrEqual(expected);
    expect(inside.length).toBeGreaterThan(expected * 0.9);
  });

  it("the first and last bar of ES sessions meet open and close", () => {
    const calendar = calendarFor("CME_EQUITY");
    const times = new Set(firstColumn("es-1m-2011-01-quantstrat.csv").map(Date.parse));
    let sessions = 0;
    for (const session of calendar.sessionsBetween(Date.parse("2011-01-02"), Date.parse("2011-01-21"))) {
      expect(times.has(session.open), session.tradeDate).toBe(true);
      expect(times.has(session.close - 60_000), session.tradeDate).toBe(true);
      sessions++;
    }
    expect(sessions).toBe(15);
  });
});

describe.skipIf(absent !== "")(`real daily bars${absent}`, () => {
  it.each([
    ["spy-1d-lean.csv", 5_849, "2021-03-31"],
    ["aapl-1d-lean.csv", 5_849, "2021-03-31"],
    ["spx-1d-2000-2020-vega.csv", 5_105, "2020-04-17"],
  ])("%s has a bar for every session since 2010 and a session for every bar", (file, rows, last) => {
    const calendar = calendarFor("XNYS");
    const dates = firstColumn(file);
    expect(dates.length).toBe(rows);
    for (const date of dates) expect(calendar.session(date), date).toBeDefined();
    const listed = dates.filter((date) => date >= calendar.firstDate);
    const sessions = calendar.sessionsBetween(Date.parse("2010-01-01"), Date.parse(`${last}T23:00Z`));
    expect(sessions.map((session) => session.tradeDate)).toEqual(listed);
  });

  it("before 2010 the usual week has sessions on holidays too, and never lacks one", () => {
    const calendar = calendarFor("XNYS");
    const dates = new Set(firstColumn("spy-1d-lean.csv").filter((date) => date < "2010"));
    const sessions = calendar.sessionsBetween(Date.parse("1998-01-02"), Date.parse("2010-01-01"));
    expect(sessions.every((session) => session.kind === "unlisted")).toBe(true);
    const withoutBar = sessions.filter((session) => !dates.has(session.tradeDate));
    expect(sessions.length - withoutBar.length).toBe(dates.size);
    expect(withoutBar.map((session) => session.tradeDate)).toContain("2001-09-11");
  });
});
