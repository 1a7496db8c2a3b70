import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalDate, canonicalSpan, canonicalTimestamp } from "../../src/databento/timestamp.ts";

describe("an instant", () => {
  it.each([
    ["2024-03", "2024-03-01"],
    ["2024-03-05", "2024-03-05"],
    ["2024-03-05T14", "2024-03-05T14:00:00Z"],
    ["2024-03-05 14:30", "2024-03-05T14:30:00Z"],
    ["2024-03-05T14:30:15.120Z", "2024-03-05T14:30:15.12Z"],
    ["2024-03-05T14:30:15.123456789", "2024-03-05T14:30:15.123456789Z"],
    ["2024-03-05T00:00:00-06:00", "2024-03-05T06:00:00Z"],
    ["2024-03-05T05:30+0530", "2024-03-05"],
    ["1709596800000000000", "2024-03-05"],
    [1_709_596_800_000_000_001n, "2024-03-05T00:00:00.000000001Z"],
    [new Date(1_709_596_800_250), "2024-03-05T00:00:00.25Z"],
  ])("%s is written %s", (input, expected) => {
    expect(canonicalTimestamp("start", input)).toBe(expected);
  });

  it.each([
    "2024",
    "20240305",
    "2024-02-30",
    "2024-13-01",
    "2024-03-05T24:00",
    "1969-12-31",
    "yesterday",
    "",
    "2024-03-05T10:00+19:00",
  ])("is not '%s'", (input) => {
    expect(() => canonicalTimestamp("start", input)).toThrow(/Check 'start': found '.*', expected an ISO 8601 date/);
  });

  it("is not a number, which could be of any unit", () => {
    const input = 1_709_596_800_000 as unknown as bigint;
    expect(() => canonicalTimestamp("start", input)).toThrow(
      expect.objectContaining({ hint: expect.stringContaining("new Date") }),
    );
    expect(() => canonicalTimestamp("start", new Date("no"))).toThrow(/expected/);
    expect(() => canonicalTimestamp("start", -1n)).toThrow(/expected/);
    expect(() => canonicalTimestamp("start", 2n ** 64n - 1n)).toThrow(/expected/);
  });

  it("is one, however it is written", () => {
    const second = fc.integer({ min: 0, max: 4_000_000_000 });
    fc.assert(
      fc.property(
        second,
        fc.integer({ min: 0, max: 999_999_999 }),
        fc.integer({ min: -18 * 60, max: 18 * 60 }),
        (at, nanoseconds, offset) => {
          const expected = canonicalTimestamp("start", BigInt(at) * 1_000_000_000n + BigInt(nanoseconds));
          const local = new Date((at + offset * 60) * 1000);
          fc.pre(local.getTime() >= 0);
          const zone = `${offset < 0 ? "-" : "+"}${pad(Math.floor(Math.abs(offset) / 60), 2)}:${pad(Math.abs(offset) % 60, 2)}`;
          const text = `${local.toISOString().slice(0, 19)}.${pad(nanoseconds, 9)}${zone}`;
          expect(canonicalTimestamp("start", text)).toBe(expected);
          expect(canonicalTimestamp("start", expected)).toBe(expected);
        },
      ),
    );
  });
});

describe("a span", () => {
  it.each([
    ["2024-12", "2025-01-01"],
    ["2024-02-29", "2024-03-01"],
    ["2024-02-29T23", "2024-03-01"],
    ["2024-02-29T23:58", "2024-02-29T23:59:00Z"],
  ])("without an end fills the start %s forward to %s", (start, end) => {
    expect(canonicalSpan(start, undefined).end).toBe(end);
  });

  it("does not fill an explicit end", () => {
    expect(canonicalSpan("2024-03", "2024-04")).toEqual({ start: "2024-03-01", end: "2024-04-01" });
  });

  it("needs an end when the start is an instant", () => {
    for (const start of ["2024-03-05T14:30:15", "1709596800000000000", 0n, new Date(0)]) {
      expect(() => canonicalSpan(start, undefined)).toThrow(
        expect.objectContaining({ hint: expect.stringContaining("pass 'end'") }),
      );
    }
  });

  it("is not empty", () => {
    expect(() => canonicalSpan("2024-03-05", "2024-03-05T00:00:00Z")).toThrow("2024-03-05 to 2024-03-05 is empty");
    expect(() => canonicalSpan("2024-03-05", "2024-03-04")).toThrow("is empty");
  });
});

it("a date has no time of day", () => {
  expect(canonicalDate("startDate", "2024-03-05")).toBe("2024-03-05");
  expect(() => canonicalDate("startDate", "2024-03-05T01")).toThrow("has a time of day");
});

const pad = (value: number, length: number) => String(value).padStart(length, "0");
