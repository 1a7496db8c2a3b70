import { describe, expect, it } from "vitest";
import { contractName, contractSpec, describeDayRule, nextContracts } from "../../src/futures/index.ts";

describe("the next contracts", () => {
  it("begin with the one whose last trading day it is, and go on with the listed months", () => {
    // Third Friday of December 2024: the 20th.
    expect(nextContracts("ES", "2024-12-20", 3).map(contractName)).toEqual(["ESZ24", "ESH25", "ESM25"]);
    expect(nextContracts("ES", "2024-12-21", 1).map(contractName)).toEqual(["ESH25"]);
  });

  it("know contracts that end before their month and after it", () => {
    // CLF25 ended on 2024-12-19; three-month SOFR of September 2024 trades until the day before 2024-12-18.
    expect(nextContracts("CL", "2024-12-20", 2).map(contractName)).toEqual(["CLG25", "CLH25"]);
    expect(nextContracts("SR3", "2024-12-17", 2).map(contractName)).toEqual(["SR3U24", "SR3V24"]);
  });

  it("refuse a root nobody knows", () => {
    expect(() => nextContracts("ESS", "2024-12-20", 1)).toThrow("ESS");
  });
});

describe("a rule in words", () => {
  it.each([
    ["ES", "third Friday of the contract month; the business day before when that is none"],
    [
      "CL",
      "3 business days before the 25th of the month before, counted from the business day before when that is none",
    ],
    ["MCL", "1 business day before the last trading day of CL"],
    ["NG", "3 business days before the 1st of the contract month"],
    ["GC", "third last business day of the contract month"],
    ["ZN", "7 business days before the last business day of the contract month"],
    ["SR3", "1 business day before the third Wednesday of the third month after"],
    ["LE", "last business day of the contract month"],
    ["HE", "10th business day of the contract month"],
    ["CT", "17th last business day of the contract month"],
  ])("tells %s", (root, words) => {
    const rule = contractSpec(root)?.lastTradingDay;
    expect(rule && describeDayRule(rule)).toBe(words);
  });
});
