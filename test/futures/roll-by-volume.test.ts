import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { calendarFor } from "../../src/calendar/index.ts";
import { contractName, expirationOf } from "../../src/futures/expiration.ts";
import type { RollSegment } from "../../src/futures/roll.ts";
import { rollByVolume, type SessionVolumes } from "../../src/futures/roll-by-volume.ts";

const EQUITY = calendarFor("CME_EQUITY");

function table(segments: readonly RollSegment[]): string[] {
  return segments.map(({ contract, start }) => `${contractName(contract)} ${EQUITY.sessionAt(start)?.tradeDate}`);
}

function sessionsOf(startDate: string, endDate: string): string[] {
  return EQUITY.sessionsBetween(Date.parse(startDate), Date.parse(endDate)).map((session) => session.tradeDate);
}

describe("rollByVolume", () => {
  test("the later contract takes over in the session after it had more", () => {
    const days: SessionVolumes[] = [
      { tradeDate: "2013-12-11", volumes: { ESZ13: 1_500_000, ESH14: 300_000 } },
      { tradeDate: "2013-12-12", volumes: { ESZ13: 900_000, ESH14: 1_000_000 } },
      { tradeDate: "2013-12-13", volumes: { ESZ13: 400_000, ESH14: 1_400_000 } },
      { tradeDate: "2013-12-16", volumes: { ESZ13: 200_000, ESH14: 1_700_000 } },
    ];
    const segments = rollByVolume("ES", days);
    expect(table(segments)).toEqual(["ESZ13 2013-12-11", "ESH14 2013-12-13"]);
    expect(segments[0]?.end).toBe(segments[1]?.start);
    expect(new Date(segments[1]?.end ?? 0).toISOString()).toBe("2013-12-16T23:00:00.000Z");
  });

  test("never goes back when the old contract has more again", () => {
    const days = [
      { tradeDate: "2013-12-11", volumes: { ESZ13: 1, ESH14: 2 } },
      { tradeDate: "2013-12-12", volumes: { ESZ13: 9, ESH14: 2 } },
      { tradeDate: "2013-12-13", volumes: { ESZ13: 9, ESH14: 2 } },
    ];
    expect(table(rollByVolume("ES", days))).toEqual(["ESZ13 2013-12-11", "ESH14 2013-12-12"]);
  });

  test("leaves a contract that ends, whatever trades", () => {
    const days = sessionsOf("2013-12-16", "2013-12-24").map((tradeDate) => ({ tradeDate, volumes: { ESZ13: 5 } }));
    expect(table(rollByVolume("ES", days))).toEqual(["ESZ13 2013-12-16", "ESH14 2013-12-20"]);
    expect(table(rollByVolume("ES", days, { sessionsBeforeExpiration: 2 }))).toEqual([
      "ESZ13 2013-12-16",
      "ESH14 2013-12-18",
    ]);
  });

  test("ignores months a series does not visit, and takes the rank asked for", () => {
    const days = [
      { tradeDate: "2024-07-01", volumes: { GCQ24: 150_000, GCV24: 900_000, GCZ24: 20_000 } },
      { tradeDate: "2024-07-02", volumes: { GCQ24: 150_000, GCV24: 900_000, GCZ24: 20_000 } },
    ];
    expect(rollByVolume("GC", days).map(({ contract }) => contractName(contract))).toEqual(["GCQ24"]);
    expect(rollByVolume("GC", days, { rank: 1 }).map(({ contract }) => contractName(contract))).toEqual(["GCZ24"]);
  });

  test("refuses days out of order, days without a session, and what is no contract", () => {
    const day = (tradeDate: string) => ({ tradeDate, volumes: {} });
    expect(() => rollByVolume("ES", [day("2024-01-09"), day("2024-01-08")])).toThrow(/ascending/);
    expect(() => rollByVolume("ES", [day("2024-01-08"), day("2024-01-08")])).toThrow(/ascending/);
    expect(() => rollByVolume("ES", [day("2024-01-06")])).toThrow(/no session/);
    const odd = { tradeDate: "2024-01-08", volumes: { ESH4: 5 } };
    expect(() => rollByVolume("ES", [odd, day("2024-01-09")])).toThrow(/ESH4/);
    expect(rollByVolume("ES", [])).toEqual([]);
  });

  test("any volumes: contiguous, ascending, alive, and decided without tomorrow's volumes", () => {
    const dates = sessionsOf("2023-11-20", "2024-07-01");
    const names = ["ESZ23", "ESH24", "ESM24", "ESU24", "ESZ24"];
    const volumes = fc.array(fc.array(fc.nat(100), { minLength: 5, maxLength: 5 }), {
      minLength: 2,
      maxLength: dates.length,
    });
    fc.assert(
      fc.property(volumes, (rows) => {
        const days = rows.map((row, i) => ({
          tradeDate: dates[i] ?? "",
          volumes: Object.fromEntries(names.map((name, k) => [name, row[k] ?? 0])),
        }));
        const segments = rollByVolume("ES", days);
        segments.forEach(({ contract, start, end }, i) => {
          const before = segments[i - 1];
          if (before !== undefined) {
            expect(before.end).toBe(start);
            expect(expirationOf(contract) > expirationOf(before.contract)).toBe(true);
          }
          expect((EQUITY.previousSession(end)?.tradeDate ?? "") < expirationOf(contract)).toBe(true);
        });
        const shorter = rollByVolume("ES", days.slice(0, -1));
        expect(table(segments).slice(0, shorter.length)).toEqual(table(shorter));
        // The last day's own volumes decide nothing within the span.
        const last = days.at(-1);
        if (last !== undefined)
          expect(rollByVolume("ES", [...days.slice(0, -1), { ...last, volumes: {} }])).toEqual(segments);
      }),
      { numRuns: 100 },
    );
  });
});
