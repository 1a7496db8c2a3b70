import { describe, expect, it } from "vitest";
import { calendarFor, sessionsPerYear } from "../../src/calendar/index.ts";
import { newYork, wall } from "./wall-clock.ts";

const nyse = calendarFor("NYSE");

describe("the New York Stock Exchange", () => {
  it("opens at 09:30 and closes at 16:00 in New York, winter and summer", () => {
    expect(nyse.session("2025-01-08")?.open).toBe(Date.parse("2025-01-08T14:30Z"));
    expect(nyse.session("2025-07-08")?.open).toBe(Date.parse("2025-07-08T13:30Z"));
    expect(nyse.session("2025-07-08")?.close).toBe(Date.parse("2025-07-08T20:00Z"));
  });

  it.each([
    ["spring forward", "2025-03-07", "2025-03-07T14:30Z", "2025-03-10", "2025-03-10T13:30Z"],
    ["fall back", "2025-10-31", "2025-10-31T13:30Z", "2025-11-03", "2025-11-03T14:30Z"],
  ])("keeps its wall clock over the DST weekend: %s", (_name, before, opensBefore, after, opensAfter) => {
    expect(nyse.session(before)?.open).toBe(Date.parse(opensBefore));
    expect(nyse.session(after)?.open).toBe(Date.parse(opensAfter));
  });

  it("the open is inclusive, the close is not", () => {
    expect(nyse.isOpen(newYork("2025-03-10 09:29:59"))).toBe(false);
    expect(nyse.isOpen(newYork("2025-03-10 09:30:00"))).toBe(true);
    expect(nyse.isOpen(newYork("2025-03-10 15:59:59"))).toBe(true);
    expect(nyse.isOpen(newYork("2025-03-10 16:00:00"))).toBe(false);
  });

  it.each(["2013-07-03", "2015-11-27", "2018-12-24", "2024-11-29", "2025-07-03", "2026-12-24"])(
    "closes at 13:00 on the half day %s",
    (tradeDate) => {
      const session = nyse.session(tradeDate);
      expect(session?.close).toBe(newYork(`${tradeDate} 13:00`));
      expect(session?.kind).toBe("early-close");
      expect(session && nyse.expectedBars(session, 60_000)).toBe(210);
      expect(session && nyse.expectedBars(session, 3_600_000)).toBe(4);
    },
  );

  it.each(["2012-10-29", "2012-10-30", "2018-12-05", "2025-01-09"])("was closed on %s by special decision", (date) => {
    expect(nyse.session(date)).toBeUndefined();
    expect(nyse.isOpen(newYork(`${date} 12:00`))).toBe(false);
  });

  it("the regular part is the whole session", () => {
    const session = nyse.session("2024-11-29");
    expect(session?.regularOpen).toBe(session?.open);
    expect(session?.regularClose).toBe(session?.close);
  });

  it("counts its sessions a year", () => {
    const years = Array.from({ length: 16 }, (_, index) => sessionsPerYear(nyse, 2010 + index));
    expect(years).toEqual([252, 252, 250, 252, 252, 252, 252, 251, 251, 252, 253, 252, 251, 250, 252, 250]);
  });

  it("walks over New Year", () => {
    const newYearsEve = nyse.session("2024-12-31");
    const next = nyse.nextSession(newYearsEve?.open ?? 0);
    expect(next?.tradeDate).toBe("2025-01-02");
    expect(nyse.previousSession(next?.open ?? 0)).toBe(newYearsEve);
    expect(nyse.tradeDateOf(newYork("2024-12-31 16:00"))).toBe("2025-01-02");
  });

  it("lists the sessions that overlap a span", () => {
    const dates = (start: string, end: string) =>
      nyse.sessionsBetween(newYork(start), newYork(end)).map((session) => session.tradeDate);
    expect(dates("2024-12-24 13:00", "2024-12-26 09:30")).toEqual([]);
    expect(dates("2024-12-24 12:59", "2024-12-26 09:31")).toEqual(["2024-12-24", "2024-12-26"]);
    expect(dates("2024-12-26 10:00", "2024-12-26 11:00")).toEqual(["2024-12-26"]);
    expect(dates("2024-12-26 11:00", "2024-12-26 10:00")).toEqual([]);
  });

  it("keeps to New York's clock whatever the process's zone is", () => {
    expect(wall("America/New_York", nyse.nextSession(newYork("2025-06-30 20:00"))?.open ?? 0)).toBe("2025-07-01 09:30");
  });
});
