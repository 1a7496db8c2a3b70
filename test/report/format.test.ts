import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  formatCompact,
  formatCount,
  formatDays,
  formatDuration,
  formatMoney,
  formatNumber,
  formatPercent,
  formatSigned,
  formatSignedMoney,
  formatSignedPercent,
} from "../../src/report/format.ts";

describe("numbers for people", () => {
  it.each([
    [0, "0.00"],
    [-0, "0.00"],
    [-0.001, "0.00"],
    [999.995, "1,000.00"],
    [1234567.891, "1,234,567.89"],
    [-1234.5, "-1,234.50"],
    [1e21, "1e+21"],
    [null, "-"],
    [undefined, "-"],
    [Number.NaN, "-"],
    [Number.POSITIVE_INFINITY, "-"],
  ])("writes %s as %s", (value, text) => {
    expect(formatNumber(value)).toBe(text);
  });

  it("writes whole money from 10,000 on", () => {
    expect(formatMoney(9_999.99)).toBe("9,999.99");
    expect(formatMoney(10_000.4)).toBe("10,000");
    expect(formatSignedMoney(-12_345.6)).toBe("-12,346");
  });

  it("puts a sign before what is above 0 and nothing before 0", () => {
    expect(formatSigned(1.5)).toBe("+1.50");
    expect(formatSigned(-1.5)).toBe("-1.50");
    expect(formatSigned(0.001)).toBe("0.00");
    expect(formatSignedPercent(0.1243)).toBe("+12.43 %");
    expect(formatPercent(-0.061, 1)).toBe("-6.1 %");
    expect(formatPercent(null)).toBe("-");
  });

  it.each([
    [0, "0"],
    [999, "999"],
    [1_500, "1.5k"],
    [183_000, "183k"],
    [999_499, "999k"],
    [999_600, "1M"],
    [3_214_000, "3.21M"],
    [2e9, "2G"],
    [-1_500, "-1.5k"],
  ])("writes the count %s as %s", (value, text) => {
    expect(formatCompact(value)).toBe(text);
  });

  it.each([
    [0.004, "0.00 s"],
    [0.42, "0.42 s"],
    [1.94, "1.9 s"],
    [59.94, "59.9 s"],
    [59.96, "1 min 00 s"],
    [65, "1 min 05 s"],
    [7_380, "2 h 03 min"],
    [273_600, "3 d 4 h"],
    [-65, "-1 min 05 s"],
    [null, "-"],
  ])("writes %s seconds as %s", (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text);
  });

  it.each([
    [0, "0 days"],
    [0.5, "12 h 00 min"],
    [1, "1 day"],
    [41.4, "41 days"],
    [3433, "3,433 days"],
  ])("writes %s days as %s", (days, text) => {
    expect(formatDays(days)).toBe(text);
  });

  it("counts nouns", () => {
    expect(formatCount(1, "trade")).toBe("1 trade");
    expect(formatCount(1_234, "trade")).toBe("1,234 trades");
  });

  it("never writes NaN or Infinity, and always ASCII", () => {
    const all = [
      formatNumber,
      formatMoney,
      formatSignedMoney,
      formatPercent,
      formatSignedPercent,
      formatCompact,
      formatDuration,
      formatDays,
    ];
    fc.assert(
      fc.property(fc.double(), (value) => {
        for (const format of all) {
          expect(format(value)).not.toMatch(/NaN|Infinity/);
          expect(format(value)).toMatch(/^[\u0020-\u007e]+$/);
        }
      }),
    );
  });
});
