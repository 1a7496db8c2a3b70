import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { calendarFor } from "../../src/calendar/index.ts";
import { contractRoots, requireContractSpec } from "../../src/futures/contracts.ts";
import { contractName, expirationOf, firstNoticeOf } from "../../src/futures/expiration.ts";
import { contractOn, HOLD_TO_EXPIRATION, type RollSegment, rollSchedule } from "../../src/futures/roll.ts";
import { InvalidInputError } from "../../src/market/errors.ts";
import { DAY, formatDate, parseDate } from "../../src/market/time.ts";

/** Contract and trade date of its first session. */
function table(root: string, segments: readonly RollSegment[]): string[] {
  const calendar = calendarFor(requireContractSpec(root).calendar);
  return segments.map(({ contract, start }) => `${contractName(contract)} ${calendar.sessionAt(start)?.tradeDate}`);
}

describe("rollSchedule", () => {
  test("ES rolls so many sessions before the third Friday", () => {
    const rule = { sessionsBeforeExpiration: 5 };
    expect(table("ES", rollSchedule("ES", rule, "2013-12-02", "2014-07-01"))).toEqual([
      "ESZ13 2013-12-02",
      "ESH14 2013-12-13",
      "ESM14 2014-03-14",
      "ESU14 2014-06-13",
    ]);
    expect(table("ES", rollSchedule("ES", { sessionsBeforeExpiration: 8 }, "2013-12-02", "2013-12-31"))).toEqual([
      "ESZ13 2013-12-02",
      "ESH14 2013-12-10",
    ]);
  });

  test("a last trading day that is known better takes the place of the rule's", () => {
    // Had ESZ13 ended on Thursday the 19th, five sessions before were Thursday the 12th.
    const rule = { sessionsBeforeExpiration: 5, expirations: new Map([["ESZ13", "2013-12-19"]]) };
    expect(table("ES", rollSchedule("ES", rule, "2013-12-02", "2013-12-31"))).toEqual([
      "ESZ13 2013-12-02",
      "ESH14 2013-12-12",
    ]);
  });

  test("boundaries are opens of sessions: Thursday evening in Chicago for Friday's", () => {
    const [first, second] = rollSchedule("ES", { sessionsBeforeExpiration: 5 }, "2013-12-02", "2014-01-02");
    expect(new Date(first?.start ?? 0).toISOString()).toBe("2013-12-01T23:00:00.000Z");
    expect(new Date(first?.end ?? 0).toISOString()).toBe("2013-12-12T23:00:00.000Z");
    expect(second?.start).toBe(first?.end);
    expect(new Date(second?.end ?? 0).toISOString()).toBe("2014-01-01T23:00:00.000Z");
  });

  test("on 2024-02-25 crude oil is April: March stopped trading on the 20th", () => {
    for (const sessionsBeforeExpiration of [HOLD_TO_EXPIRATION, 0, 1, 5]) {
      expect(contractOn("CL", { sessionsBeforeExpiration }, "2024-02-25")).toEqual({
        root: "CL",
        month: 4,
        year: 2024,
      });
    }
  });

  // Presidents' Day, 2024-02-19, has a session: two before the 20th is the 16th.
  test("crude oil rolls every month", () => {
    expect(table("CL", rollSchedule("CL", { sessionsBeforeExpiration: 2 }, "2024-01-02", "2024-04-01"))).toEqual([
      "CLG24 2024-01-02",
      "CLH24 2024-01-18",
      "CLJ24 2024-02-16",
      "CLK24 2024-03-18",
    ]);
  });

  test("corn leaves before first notice and visits H K N U Z", () => {
    const rule = { sessionsBeforeExpiration: 0 };
    expect(table("ZC", rollSchedule("ZC", rule, "2024-12-01", "2025-03-01"))).toEqual([
      "ZCH25 2024-12-02",
      "ZCK25 2025-02-28",
    ]);
    expect(table("ZC", rollSchedule("ZC", rule, "2024-01-02", "2025-01-01")).map((line) => line.slice(0, 5))).toEqual([
      "ZCH24",
      "ZCK24",
      "ZCN24",
      "ZCU24",
      "ZCZ24",
      "ZCH25",
    ]);
  });

  // Thanksgiving, 2024-11-28, has a session, the last before first notice on the 29th.
  test("gold never holds October", () => {
    expect(table("GC", rollSchedule("GC", { sessionsBeforeExpiration: 1 }, "2024-05-01", "2025-01-01"))).toEqual([
      "GCM24 2024-05-01",
      "GCQ24 2024-05-30",
      "GCZ24 2024-07-30",
      "GCG25 2024-11-28",
    ]);
  });

  test("held to expiration a contract keeps its last session, notices or not", () => {
    const rule = { sessionsBeforeExpiration: HOLD_TO_EXPIRATION };
    expect(table("GC", rollSchedule("GC", rule, "2024-12-20", "2025-01-10"))).toEqual([
      "GCZ24 2024-12-20",
      "GCG25 2024-12-30",
    ]);
  });

  test("a session without settlement counts: Martin Luther King Day is one", () => {
    // CLG24 ends on 2024-01-22; sessions before it: 19, 18, 17, 16, 15 (the holiday).
    const rule = { sessionsBeforeExpiration: 5 };
    expect(table("CL", rollSchedule("CL", rule, "2024-01-02", "2024-01-31"))[1]).toBe("CLH24 2024-01-15");
  });

  test("a rank looks further down the liquid months", () => {
    const rule = { sessionsBeforeExpiration: 1, rank: 1 };
    expect(table("GC", rollSchedule("GC", rule, "2024-07-01", "2024-09-01"))).toEqual([
      "GCZ24 2024-07-01",
      "GCG25 2024-07-30",
    ]);
  });

  test("a rank looks as far ahead as it says: twelve quarters after March 2024 is March 2027", () => {
    const rule = { sessionsBeforeExpiration: 5, rank: 12 };
    expect(contractOn("ES", rule, "2024-01-02")).toEqual({ root: "ES", month: 3, year: 2027 });
  });

  test("three-month rates are held until the end of their three months", () => {
    // SR3H24 stops on the business day before the third Wednesday of June, Tuesday the 18th.
    const rule = { sessionsBeforeExpiration: 2 };
    expect(table("SR3", rollSchedule("SR3", rule, "2024-06-03", "2024-06-30"))).toEqual([
      "SR3H24 2024-06-03",
      "SR3M24 2024-06-14",
    ]);
  });

  test("counts back over the end of the calendar by weekdays", () => {
    // CLG28 stops three business days before January 25, 2028, on Thursday the 20th; 13 weekdays before that are in January, two in December.
    const segments = rollSchedule("CL", { sessionsBeforeExpiration: 15 }, "2027-12-20", "2028-01-01");
    expect(table("CL", segments)).toEqual(["CLG28 2027-12-20", "CLH28 2027-12-30"]);
  });

  test("works to the very end of the calendar", () => {
    const segments = rollSchedule("ZN", { sessionsBeforeExpiration: 1 }, "2027-11-15", "2028-01-01");
    expect(table("ZN", segments)).toEqual(["ZNZ27 2027-11-15", "ZNH28 2027-11-29"]);
    expect(() => rollSchedule("ZN", { sessionsBeforeExpiration: 1 }, "2027-11-15", "2028-02-01")).toThrow(/covers/);
    expect(contractOn("ES", { sessionsBeforeExpiration: 8 }, "2027-12-30")?.month).toBe(3);
    expect(contractOn("ES", { sessionsBeforeExpiration: 8 }, "2027-12-31")?.month).toBe(3);
    expect(contractOn("ES", { sessionsBeforeExpiration: 8 }, "2028-01-01")).toBeUndefined();
  });

  test("an empty span has no segments", () => {
    expect(rollSchedule("ES", { sessionsBeforeExpiration: 8 }, "2024-01-06", "2024-01-07")).toEqual([]);
    expect(rollSchedule("ES", { sessionsBeforeExpiration: 8 }, "2024-01-09", "2024-01-05")).toEqual([]);
  });

  test("refuses rules that make no sense", () => {
    expect(() => rollSchedule("ES", { sessionsBeforeExpiration: 1.5 }, "2024-01-01", "2024-02-01")).toThrow(
      InvalidInputError,
    );
    expect(() => rollSchedule("ES", { sessionsBeforeExpiration: -2 }, "2024-01-01", "2024-02-01")).toThrow(/-2/);
    expect(() => rollSchedule("ES", { sessionsBeforeExpiration: 1, rank: -1 }, "2024-01-01", "2024-02-01")).toThrow(
      /rank/,
    );
    expect(() => rollSchedule("EX", { sessionsBeforeExpiration: 1 }, "2024-01-01", "2024-02-01")).toThrow(/EX/);
  });

  test("any root, any rule: contiguous, never back, never expired, never past notice, and a part is the part of the whole", () => {
    const day = fc.integer({ min: 0, max: 4000 });
    fc.assert(
      fc.property(
        fc.constantFrom(...contractRoots()),
        fc.integer({ min: 0, max: 12 }),
        day,
        fc.integer({ min: 1, max: 600 }),
        (root, sessionsBeforeExpiration, first, length) => {
          const calendar = calendarFor(requireContractSpec(root).calendar);
          const begin = (parseDate("2013-01-01") ?? 0) + first * DAY;
          const [startDate, endDate] = [formatDate(begin), formatDate(begin + length * DAY)];
          const segments = rollSchedule(root, { sessionsBeforeExpiration }, startDate, endDate);
          for (const [i, { contract, start, end }] of segments.entries()) {
            const before = segments[i - 1];
            if (before !== undefined) {
              expect(before.end).toBe(start);
              expect(contract.year * 12 + contract.month).toBeGreaterThan(
                before.contract.year * 12 + before.contract.month,
              );
            }
            expect(calendar.sessionAt(start)?.open).toBe(start);
            const lastDate = calendar.previousSession(end)?.tradeDate ?? "";
            expect(lastDate < expirationOf(contract)).toBe(true);
            expect(lastDate < (firstNoticeOf(contract) ?? "9")).toBe(true);
            expect(contractOn(root, { sessionsBeforeExpiration }, lastDate)).toEqual(contract);
          }
        },
      ),
      { numRuns: 100 },
    );
  });
});
