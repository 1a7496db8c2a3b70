import { describe, expect, it } from "vitest";
import { calendarFor, calendarNames } from "../../src/calendar/index.ts";
import { chicago, newYork, utc } from "./wall-clock.ts";

const rangeError = expect.objectContaining({ name: "InvalidInputError", code: "calendar_range" });
const timeError = expect.objectContaining({ name: "InvalidInputError", code: "invalid_time" });

describe("after the last covered date", () => {
  const es = calendarFor("CME_EQUITY");

  it("names the calendar and the span it covers", () => {
    expect(() => es.session("2028-01-03")).toThrow(/'CME_EQUITY'.*2028-01-03.*2027-12-31.*2010-01-01/);
  });

  it.each(["sessionAt", "nextSession", "previousSession", "isOpen", "tradeDateOf"] as const)("%s refuses", (method) => {
    expect(() => es[method](chicago("2028-01-01 00:00"))).toThrow(rangeError);
    expect(() => es[method](Number.POSITIVE_INFINITY)).toThrow(rangeError);
  });

  it("a span may end with the table and not after it", () => {
    const end = chicago("2028-01-01 00:00");
    expect(es.sessionsBetween(chicago("2027-12-30 12:00"), end).map((session) => session.tradeDate)).toEqual([
      "2027-12-30",
      "2027-12-31",
    ]);
    expect(() => es.sessionsBetween(chicago("2027-12-30 12:00"), end + 1)).toThrow(rangeError);
  });

  it("the last session has none after it, and that is known", () => {
    expect(es.session("2027-12-31")?.kind).toBe("regular");
    expect(es.nextSession(chicago("2027-12-31 12:00"))).toBeUndefined();
    expect(es.tradeDateOf(chicago("2027-12-31 12:00"))).toBe("2027-12-31");
    expect(es.tradeDateOf(chicago("2027-12-31 18:00"))).toBeUndefined();
    expect(es.previousSession(chicago("2027-12-31 18:00"))?.tradeDate).toBe("2027-12-31");
  });
});

describe("before the first covered date", () => {
  const nyse = calendarFor("XNYS");

  it("gives the usual week without holidays and says so", () => {
    expect(nyse.firstDate).toBe("2010-01-01");
    expect(nyse.session("2009-12-25")?.kind).toBe("unlisted");
    expect(nyse.session("1998-01-02")?.open).toBe(newYork("1998-01-02 09:30"));
    expect(nyse.session("1998-01-03")).toBeUndefined();
    expect(nyse.session("2010-01-01")).toBeUndefined();
    expect(nyse.session("2010-01-04")?.kind).toBe("regular");
  });

  it("walks across the first date", () => {
    expect(nyse.nextSession(newYork("2009-12-31 12:00"))?.tradeDate).toBe("2010-01-04");
    expect(nyse.previousSession(newYork("2010-01-04 09:30"))?.tradeDate).toBe("2009-12-31");
  });

  it("knows the summer time of those years", () => {
    expect(nyse.session("2006-04-03")?.open).toBe(Date.parse("2006-04-03T13:30Z")); // first Sunday of April until 2006
    expect(nyse.session("2006-10-27")?.open).toBe(Date.parse("2006-10-27T13:30Z"));
  });

  it("refuses what lies before 1970", () => {
    expect(() => nyse.session("1969-12-31")).toThrow(rangeError);
    expect(() => nyse.sessionAt(-1)).toThrow(rangeError);
    expect(nyse.session("1970-01-02")?.kind).toBe("unlisted");
    expect(nyse.previousSession(0)).toBeUndefined();
    expect(nyse.nextSession(0)?.tradeDate).toBe("1970-01-01");
  });
});

describe("what is no time or date", () => {
  it.each(["sessionAt", "nextSession", "previousSession", "isOpen", "tradeDateOf"] as const)(
    "%s refuses NaN",
    (method) => {
      expect(() => calendarFor("XNYS")[method](Number.NaN)).toThrow(timeError);
    },
  );

  it.each(["2025-02-30", "2025-3-10", "20250310", "", "2025-03-10T00:00:00Z"])("session refuses '%s'", (date) => {
    expect(() => calendarFor("XNYS").session(date)).toThrow(timeError);
  });

  it("sessionsBetween refuses NaN", () => {
    expect(() => calendarFor("XNYS").sessionsBetween(Number.NaN, 0)).toThrow(timeError);
  });
});

describe("every calendar", () => {
  it.each(calendarNames())("%s states its span and gives frozen sessions", (name) => {
    const calendar = calendarFor(name);
    expect(calendar.firstDate < calendar.lastDate).toBe(true);
    const session = calendar.nextSession(utc("2024-06-03 12:00"));
    expect(Object.isFrozen(session)).toBe(true);
    expect(Object.isFrozen(session?.halts)).toBe(true);
    expect(session && calendar.session(session.tradeDate)).toBe(session);
  });
});
