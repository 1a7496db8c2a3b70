import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { calendarFor, isBusinessDay } from "../../src/calendar/index.ts";
import { contractRoots, requireContractSpec } from "../../src/futures/contracts.ts";
import { contractByExpiration, contractName, expirationOf, firstNoticeOf } from "../../src/futures/expiration.ts";
import { MONTH_CODES } from "../../src/market/contract-symbol.ts";
import { InvalidInputError } from "../../src/market/errors.ts";

/** Dates known from exchange calendars and from trading, not from this code. */
const KNOWN: readonly (readonly [contract: string, lastTradingDay: string, why: string])[] = [
  ["ESZ13", "2013-12-20", "third Friday"],
  ["ESM24", "2024-06-21", "third Friday"],
  ["NQH25", "2025-03-21", "third Friday"],
  ["ESM26", "2026-06-18", "the third Friday is Juneteenth"],
  ["NKDH25", "2025-03-13", "Thursday before the second Friday"],
  ["CLK20", "2020-04-21", "the 25th is a Saturday: the day after the price went below zero"],
  ["CLG24", "2024-01-22", "the 25th is a Thursday"],
  ["CLH24", "2024-02-20", "the 25th is a Sunday"],
  ["CLZ24", "2024-11-20", "the 25th is a Monday"],
  ["CLF25", "2024-12-19", "the 25th is Christmas"],
  ["MCLZ24", "2024-11-19", "a day before crude oil"],
  ["QMZ24", "2024-11-19", "a day before crude oil"],
  ["NGG24", "2024-01-29", "three business days before February"],
  ["NGF25", "2024-12-27", "three business days before New Year"],
  ["HOF25", "2024-12-31", "last business day of the month before"],
  ["RBG24", "2024-01-31", "last business day of the month before"],
  ["BRNH25", "2025-01-31", "last business day of the second month before"],
  ["BRNG25", "2024-12-30", "not the last business day of a year"],
  ["BZG25", "2024-12-30", "as Brent"],
  ["GCZ24", "2024-12-27", "third last business day"],
  ["GCG24", "2024-02-27", "third last business day"],
  ["SIH24", "2024-03-26", "third last business day, Good Friday being the 29th"],
  ["ZNH25", "2025-03-20", "seven business days before the last"],
  ["ZBZ24", "2024-12-19", "seven business days before the last, over Christmas"],
  ["ZFH25", "2025-03-31", "last business day"],
  ["ZTM24", "2024-06-28", "last business day"],
  ["ZQF25", "2025-01-31", "last business day"],
  ["SR3Z24", "2025-03-18", "Tuesday before the third Wednesday three months on"],
  ["ZCH25", "2025-03-14", "the 15th is a Saturday"],
  ["ZSX24", "2024-11-14", "business day before the 15th"],
  ["LEG25", "2025-02-28", "last business day"],
  ["HEG25", "2025-02-14", "tenth business day"],
  ["HEJ25", "2025-04-14", "tenth business day of a month that begins with one"],
  ["GFX24", "2024-11-21", "Thursday before Thanksgiving"],
  ["GFX23", "2023-11-16", "Thursday before Thanksgiving, with a Thursday after it"],
  ["GFF25", "2025-01-30", "last Thursday"],
  ["GFJ19", "2019-04-18", "Good Friday four weekdays before the last Thursday"],
  ["GFK25", "2025-05-22", "Memorial Day in the week of the last Thursday"],
  ["6EH25", "2025-03-17", "Monday before the third Wednesday"],
  ["6JM24", "2024-06-17", "the third Wednesday is Juneteenth"],
  ["6CH25", "2025-03-18", "Canada a day later than the others"],
  ["BTCF25", "2025-01-31", "last Friday"],
  ["BTCH24", "2024-03-28", "the last Friday is Good Friday"],
  ["VXF25", "2025-01-22", "30 days before the third Friday of February"],
  ["VXH25", "2025-03-18", "30 days on is Good Friday"],
  ["VXH19", "2019-03-19", "30 days on is Good Friday"],
  ["DXH25", "2025-03-17", "Monday before the third Wednesday"],
  ["GF25", "2025-01-10", "gasoil: two business days before the 14th"],
  ["SBH25", "2025-02-28", "last business day of the month before"],
  ["KCZ24", "2024-12-18", "eight business days before the last"],
  ["CCZ24", "2024-12-13", "eleven business days before the last"],
  ["CTZ24", "2024-12-06", "the seventeenth business day from the end"],
];

describe("expirationOf", () => {
  test.each(KNOWN)("%s ends on %s: %s", (contract, date) => {
    expect(expirationOf(contract)).toBe(date);
  });

  test("takes a contract as fields as well", () => {
    expect(expirationOf({ root: "ES", month: 12, year: 2013 })).toBe("2013-12-20");
  });

  test("gives a plausible day for years the calendars do not reach", () => {
    expect(expirationOf("ESZ28")).toBe("2028-12-15");
    expect(expirationOf("CLJ00")).toBe("2000-03-21");
  });

  test("refuses a month the exchange does not list", () => {
    expect(() => expirationOf("ESF25")).toThrow(/no such month/);
    expect(() => expirationOf("hello")).toThrow(InvalidInputError);
    expect(() => expirationOf("XXZ25")).toThrow(/contract table/);
  });

  const years = Array.from({ length: 16 }, (_, i) => 2011 + i);
  test.each(contractRoots())("%s: every contract ends on a business day, in the order of its months", (root) => {
    const spec = requireContractSpec(root);
    const calendar = calendarFor(spec.calendar);
    const contracts = years.flatMap((year) =>
      [...spec.listedMonths].map((letter) => ({ root, year, month: MONTH_CODES.indexOf(letter) + 1 })),
    );
    let last = "";
    for (const contract of contracts) {
      const date = expirationOf(contract);
      expect(date > last).toBe(true);
      last = date;
      const isCovered = date >= calendar.firstDate && date <= calendar.lastDate;
      if (isCovered)
        expect([contractName(contract), date, isBusinessDay(calendar, date)]).toEqual([
          contractName(contract),
          date,
          true,
        ]);
    }
  });
});

describe("firstNoticeOf", () => {
  test.each([
    ["GCZ24", "2024-11-29"],
    ["ZNH25", "2025-02-28"],
    ["ZCH25", "2025-02-28"],
    ["LEG25", "2025-02-03"],
    ["KCZ24", "2024-11-20"],
    ["CTZ24", "2024-11-22"],
    ["ESZ24", undefined],
    ["CLZ24", undefined],
  ])("%s: %s", (contract, date) => {
    expect(firstNoticeOf(contract)).toBe(date);
  });
});

describe("contractByExpiration", () => {
  test("finds the contract of a date", () => {
    expect(contractByExpiration("CL", "2020-04-21")).toEqual({ root: "CL", month: 5, year: 2020 });
    expect(contractByExpiration("BZ", "2024-12-30")).toEqual({ root: "BZ", month: 2, year: 2025 });
    expect(contractByExpiration("SR3", "2025-03-18")).toEqual({ root: "SR3", month: 12, year: 2024 });
  });

  test("finds none on another date", () => {
    expect(contractByExpiration("ES", "2025-03-20")).toBeUndefined();
  });

  test("is the inverse of expirationOf", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...contractRoots()),
        fc.integer({ min: 2012, max: 2025 }),
        fc.nat(),
        (root, year, pick) => {
          const months = requireContractSpec(root).listedMonths;
          const letter = months[pick % months.length] ?? "";
          const contract = { root, month: MONTH_CODES.indexOf(letter) + 1, year };
          expect(contractByExpiration(root, expirationOf(contract))).toEqual(contract);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe("after the last year whose holidays are known", () => {
  test("Christmas is no business day", () => {
    // CL ends three business days before the 25th of the month before; 2030-12-25, a Wednesday, is none, so the count begins at the 24th: 23, 20, 19.
    expect(expirationOf("CLF31")).toBe("2030-12-19");
  });
});
