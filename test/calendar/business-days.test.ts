import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  addBusinessDays,
  businessDaysBetween,
  calendarFor,
  calendarNames,
  clearingDateOf,
  isBusinessDay,
  sessionsPerYear,
} from "../../src/calendar/index.ts";

const es = calendarFor("CME_EQUITY");
const crude = calendarFor("CME_ENERGY");

describe("business days", () => {
  it("are trade dates that settle: half days count, bank holidays with a session do not", () => {
    expect(isBusinessDay(es, "2025-01-17")).toBe(true);
    expect(isBusinessDay(es, "2025-01-18")).toBe(false);
    expect(isBusinessDay(es, "2025-01-20")).toBe(false); // Martin Luther King Day, trades until 12:00
    expect(isBusinessDay(es, "2024-11-28")).toBe(false); // Thanksgiving
    expect(isBusinessDay(es, "2024-11-29")).toBe(true); // the Friday after it
    expect(isBusinessDay(es, "2024-12-25")).toBe(false);
  });

  it("lead to the last trading day of crude oil: three business days before the 25th", () => {
    expect(addBusinessDays(crude, "2025-02-25", -3)).toBe("2025-02-20"); // CLH5
    expect(addBusinessDays(crude, "2024-11-25", -3)).toBe("2024-11-20"); // CLZ4
    expect(addBusinessDays(crude, "2025-04-25", -3)).toBe("2025-04-22"); // CLM5
  });

  it("step over weekends, holidays and New Year in both directions", () => {
    expect(addBusinessDays(es, "2024-12-24", 1)).toBe("2024-12-26");
    expect(addBusinessDays(es, "2024-12-24", 5)).toBe("2025-01-02");
    expect(addBusinessDays(es, "2025-01-02", -5)).toBe("2024-12-24");
    expect(addBusinessDays(es, "2025-01-18", 1)).toBe("2025-01-21");
    expect(addBusinessDays(es, "2025-01-18", 0)).toBe("2025-01-18");
  });

  it("are counted after the first date, up to and including the second", () => {
    expect(businessDaysBetween(es, "2024-12-24", "2025-01-02")).toBe(5);
    expect(businessDaysBetween(es, "2025-01-02", "2024-12-24")).toBe(-5);
    expect(businessDaysBetween(es, "2025-01-17", "2025-01-20")).toBe(0);
    expect(businessDaysBetween(es, "2025-01-17", "2025-01-17")).toBe(0);
  });

  it("refuse half a day and the way out of the calendar", () => {
    expect(() => addBusinessDays(es, "2025-01-02", 1.5)).toThrow(expect.objectContaining({ code: "invalid_argument" }));
    expect(() => addBusinessDays(es, "2027-12-31", 1)).toThrow(expect.objectContaining({ code: "calendar_range" }));
    expect(() => isBusinessDay(es, "2028-06-01")).toThrow(expect.objectContaining({ code: "calendar_range" }));
  });

  it.each(calendarNames())("counting and adding undo each other: %s", (name) => {
    const calendar = calendarFor(name);
    const start = Date.parse("2010-06-01") / 86_400_000;
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 5000 }), fc.integer({ min: -60, max: 60 }), (offset, count) => {
        const from = new Date((start + offset) * 86_400_000).toISOString().slice(0, 10);
        expect(businessDaysBetween(calendar, from, addBusinessDays(calendar, from, count))).toBe(count);
      }),
      { numRuns: 40 },
    );
  });
});

describe("clearing", () => {
  it("books a bank holiday's session under the next business day", () => {
    const clearing = (date: string) => {
      const session = es.session(date);
      return session && clearingDateOf(es, session);
    };
    expect(clearing("2025-01-20")).toBe("2025-01-21");
    expect(clearing("2026-04-03")).toBe("2026-04-06"); // Good Friday
    expect(clearing("2024-11-29")).toBe("2024-11-29");
    expect(clearing("2025-01-17")).toBe("2025-01-17");
  });
});

describe("sessions a year", () => {
  it("count the half days", () => {
    expect(sessionsPerYear(es, 2024)).toBe(259);
    expect(sessionsPerYear(calendarFor("XNYS"), 2024)).toBe(252);
    expect(sessionsPerYear(calendarFor("CME_GRAINS"), 2025)).toBe(251);
  });

  it("refuse a year that is not wholly covered", () => {
    expect(() => sessionsPerYear(es, 2028)).toThrow(expect.objectContaining({ code: "calendar_range" }));
    for (const year of [undefined, 2024.5, Number.NaN])
      expect(() => sessionsPerYear(es, year as number)).toThrow(`Counting sessions: the year was ${year}, expected`);
    expect(() => sessionsPerYear(calendarFor("CME_CRYPTO"), 2026)).toThrow(
      expect.objectContaining({ code: "calendar_range" }),
    );
  });
});
