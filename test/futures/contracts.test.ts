import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { calendarFor } from "../../src/calendar/index.ts";
import { contractRoots, contractSpec, requireContractSpec, tickSizeOn } from "../../src/futures/contracts.ts";
import { MONTH_CODES } from "../../src/market/contract-symbol.ts";
import { InvalidInputError } from "../../src/market/errors.ts";

describe("the contract table", () => {
  test("has 66 roots, each once", () => {
    expect(contractRoots()).toHaveLength(66);
    expect(new Set(contractRoots()).size).toBe(66);
  });

  test.each([
    // root, point value, tick, money a tick is worth
    ["ES", 50, 0.25, 12.5],
    ["MYM", 0.5, 1, 0.5],
    ["CL", 1000, 0.01, 10],
    ["ZN", 1000, 0.015625, 15.625],
    ["ZC", 50, 0.25, 12.5],
    ["LE", 400, 0.025, 10],
    ["6J", 12_500_000, 0.0000005, 6.25],
    ["MBT", 0.1, 5, 0.5],
    ["SB", 1120, 0.01, 11.2],
    ["BRN", 1000, 0.01, 10],
  ])("%s: point value %d, tick %d, tick value %d", (root, pointValue, tickSize, tickValue) => {
    const spec = requireContractSpec(root);
    expect(spec.pointValue).toBe(pointValue);
    expect(spec.tickSize).toBe(tickSize);
    expect(spec.pointValue * spec.tickSize).toBeCloseTo(tickValue, 9);
  });

  test.each(contractRoots())("%s is sound", (root) => {
    const spec = requireContractSpec(root);
    expect(spec.pointValue).toBeGreaterThan(0);
    expect(spec.tickSize).toBeGreaterThan(0);
    expect(calendarFor(spec.calendar).name).toBe(spec.calendar);
    const listed = [...spec.listedMonths].map((letter) => MONTH_CODES.indexOf(letter));
    expect(listed).toEqual([...listed].sort((a, b) => a - b));
    expect(listed).not.toContain(-1);
    for (const letter of spec.liquidMonths) expect(spec.listedMonths).toContain(letter);
    if (spec.tickHistory !== undefined) expect(spec.tickHistory.at(-1)?.tickSize).toBe(spec.tickSize);
    if (spec.settlement === "cash") expect(spec.firstNotice).toBeUndefined();
  });

  test("skips October in gold and visits every month in crude oil", () => {
    expect(contractSpec("GC")?.liquidMonths).toBe("GJMQZ");
    expect(contractSpec("CL")?.liquidMonths).toBe(MONTH_CODES);
  });

  test("knows ticks by date where they changed", () => {
    const twoYear = requireContractSpec("ZT");
    expect(tickSizeOn(twoYear, "2018-12-31")).toBe(0.0078125);
    expect(tickSizeOn(twoYear, "2019-01-14")).toBe(0.00390625);
    expect(tickSizeOn(requireContractSpec("ES"), "2001-01-02")).toBe(0.25);
  });

  test("refuses an unknown root with the nearest known one", () => {
    expect(contractSpec("ESZ24")).toBeUndefined();
    expect(() => requireContractSpec("NGG")).toThrow(InvalidInputError);
    try {
      requireContractSpec("MESS");
    } catch (error) {
      expect((error as InvalidInputError).hint).toContain("'MES'");
    }
  });
});

/** The table the rows were taken from lies outside the repository; where it is at hand, every number is held against it. */
const FACTS = "../shared/facts/contracts.csv";
const facts = readFacts();

function readFacts(): readonly (readonly string[])[] {
  try {
    return readFileSync(FACTS, "utf8").trim().split("\n").slice(1).map(splitCsv);
  } catch {
    return [];
  }
}

function splitCsv(line: string): string[] {
  return [...line.matchAll(/("([^"]*)"|[^,]*)(,|$)/g)].map((match) => match[2] ?? match[1] ?? "");
}

describe.skipIf(facts.length === 0)("against the gathered facts", () => {
  test("agrees in every root, exchange, dataset, point value, tick and currency", () => {
    expect(facts.map(([root]) => root)).toHaveLength(66);
    for (const [root = "", name, exchange, , dataset, pointValue, tickSize, , currency] of facts) {
      const spec = requireContractSpec(root);
      expect([root, spec.name, spec.exchange, spec.dataset]).toEqual([root, name, exchange, dataset]);
      expect([root, spec.pointValue, spec.tickSize]).toEqual([root, Number(pointValue), Number(tickSize)]);
      expect(spec.currency).toBe(currency);
    }
  });
});
