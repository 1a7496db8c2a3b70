import { describe, expect, it } from "vitest";
import { calendarFor, sessionsPerYear } from "../../src/calendar/index.ts";
import { utc } from "./wall-clock.ts";

const always = calendarFor("24/7");

describe("the calendar that never closes", () => {
  it("has a session for every UTC day from 1970 to 2100", () => {
    expect(always.continuous).toBe(true);
    expect(always.session("1970-01-01")?.open).toBe(0);
    expect(always.session("2024-02-29")).toEqual({
      tradeDate: "2024-02-29",
      open: utc("2024-02-29 00:00"),
      close: utc("2024-03-01 00:00"),
      halts: [],
      kind: "regular",
      regularOpen: utc("2024-02-29 00:00"),
      regularClose: utc("2024-03-01 00:00"),
    });
    expect(always.session("2100-12-31")?.close).toBe(utc("2101-01-01 00:00"));
    expect(sessionsPerYear(always, 2023)).toBe(365);
    expect(sessionsPerYear(always, 2024)).toBe(366);
  });

  it("closes one day in the moment the next opens", () => {
    const midnight = utc("2025-03-09 00:00");
    expect(always.sessionAt(midnight - 1)?.tradeDate).toBe("2025-03-08");
    expect(always.sessionAt(midnight)?.tradeDate).toBe("2025-03-09");
    expect(always.isOpen(midnight)).toBe(true);
    expect(always.previousSession(midnight)?.tradeDate).toBe("2025-03-08");
    expect(always.nextSession(midnight - 1)?.tradeDate).toBe("2025-03-09");
    expect(always.tradeDateOf(midnight)).toBe("2025-03-09");
  });

  it("ends at the end of 2100", () => {
    expect(always.nextSession(utc("2100-12-31 12:00"))).toBeUndefined();
    expect(() => always.session("2101-01-01")).toThrow(expect.objectContaining({ code: "calendar_range" }));
  });

  it("is not what the weekday calendar is", () => {
    expect(calendarFor("24/5").continuous).toBe(false);
    expect(calendarFor("24/5").session("2025-03-09")).toBeUndefined();
    expect(calendarFor("24/5").isOpen(utc("2025-03-10 03:00"))).toBe(true);
  });
});
