import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RowCells, sniffDelimiter } from "../../src/bars/csv-cells.ts";
import { parseDecimal } from "../../src/bars/csv-number.ts";
import { TimeReader } from "../../src/bars/csv-time.ts";

const encode = (text: string) => new TextEncoder().encode(text);
const decimal = (text: string) => parseDecimal(encode(text), 0, text.length);

describe("parseDecimal", () => {
  it("gives the very double that Number gives, for every way to write one", () => {
    const written = fc
      .double({ noNaN: true, noDefaultInfinity: true })
      .chain((value) =>
        fc.constantFrom(
          String(value),
          value.toExponential(),
          Math.abs(value) < 1e20 ? value.toFixed(9) : String(value),
        ),
      );
    fc.assert(
      fc.property(written, (text) => {
        expect(decimal(text)).toBe(Number(text));
      }),
      { numRuns: 5000 },
    );
  });

  it("gives the nearest double for prices with up to 15 digits", () => {
    fc.assert(
      fc.property(fc.nat(999_999_999), fc.nat(999_999), fc.boolean(), (whole, part, negative) => {
        const text = `${negative ? "-" : ""}${whole}.${String(part).padStart(6, "0")}`;
        expect(decimal(text)).toBe(Number(text));
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    "",
    "abc",
    "1,5",
    "1.2.3",
    "--1",
    "1e",
    "0x10",
    "NaN",
    "Infinity",
    "1 000",
    ".",
    "-",
    "+",
    "$5",
    "1_000",
    "5%",
  ])("refuses '%s'", (text) => {
    expect(decimal(text)).toBeNaN();
  });

  it.each([
    ["1e400", Number.POSITIVE_INFINITY],
    ["-1e400", Number.NEGATIVE_INFINITY],
    ["+5", 5],
    [".5", 0.5],
    ["5.", 5],
    ["1E3", 1000],
  ])("reads '%s' as %d", (text, value) => {
    expect(decimal(text)).toBe(value);
  });
});

describe("TimeReader", () => {
  const read = (text: string) => {
    const reader = new TimeReader(undefined);
    const bytes = encode(`9${text}9`);
    return { time: reader.read(bytes, 1, bytes.length - 1), kind: reader.kind };
  };
  const NOON = Date.parse("2025-03-10T14:30:00Z");

  it.each([
    "2025-03-10T14:30:00Z",
    "2025-03-10 14:30:00Z",
    "2025-03-10T14:30Z",
    "2025-03-10t14:30:00z",
    "2025-03-10 14:30:00+00:00",
    "2025-03-10 14:30:00 +0000",
    "2025-03-10 09:30:00-05:00",
    "2025-03-10 20:00:00+0530",
    "2025-03-10 15:30+01",
    "2025-03-10 14:30:00 UTC",
    "2025/03/10 14:30:00Z",
    "20250310 14:30Z",
    "20250310 14:30:00Z",
    "20250310T143000Z",
    "2025-03-10T14:30:00.000000000Z",
    "1741617000",
    "1741617000000",
    "1741617000000000",
    "1741617000000000000",
    "1741617000.0",
  ])("reads the instant '%s'", (text) => {
    expect(read(text)).toEqual({ time: NOON, kind: "instant" });
  });

  it.each([
    "2025-03-10 14:30:00",
    "2025-03-10T14:30",
    "20250310 14:30",
    "20250310 143000",
    "20250310143000",
    "202503101430",
  ])("knows that '%s' has no zone", (text) => {
    expect(read(text)).toEqual({ time: NOON, kind: "naive" });
  });

  it.each(["2025-03-10", "20250310", "2025/03/10"])("reads the date '%s' as midnight UTC", (text) => {
    expect(read(text)).toEqual({ time: Date.parse("2025-03-10"), kind: "date" });
  });

  it.each([
    "",
    "x",
    "2025-02-29",
    "2025-13-01",
    "2025-00-10",
    "2025-04-31",
    "10/03/2025",
    "03/10/2025 14:30",
    "2025-03-10 25:00",
    "2025-03-10 14:60",
    "2025-03-10 14:30:60",
    "2025-03-10 14:30:00 EST",
    "2025-03-10T",
    "2025-03-10 14",
    "2025-03-10 14:30:00.",
    "2025-03-10 14:30:00+",
    "34200000",
    "12345",
    "14:30",
    "2025-03-10-14",
    "1741617000x",
    "123456789012345678901",
  ])("does not read '%s'", (text) => {
    expect(read(text)).toEqual({ time: Number.NaN, kind: "unreadable" });
  });

  it("keeps milliseconds and cuts what is below", () => {
    expect(read("2025-03-10T14:30:00.1239Z").time).toBe(NOON + 123);
    expect(read("2025-03-10T14:30:00.5Z").time).toBe(NOON + 500);
    expect(read("1741617000123999999").time).toBe(NOON + 123);
    expect(read("1741617000.057").time).toBe(NOON + 57);
  });

  it("reads every instant a Date can write, and only existing dates", () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date("0001-01-01"), max: new Date("9999-12-31"), noInvalidDate: true }),
        (date) => {
          expect(read(date.toISOString()).time).toBe(date.getTime());
        },
      ),
    );
    fc.assert(
      fc.property(fc.integer({ min: 1900, max: 2100 }), fc.nat(15), fc.nat(34), (year, month, day) => {
        const text = `${year}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`;
        const date = new Date(`${text}T00:00:00Z`);
        const exists = !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
        expect(read(text).kind).toBe(exists ? "date" : "unreadable");
      }),
    );
  });

  it("hands naive times to the wall clock", () => {
    const asked: number[][] = [];
    const clock = {
      name: "test",
      dayToEpoch: (day: number, minute: number) => {
        asked.push([day, minute]);
        return 1000;
      },
    };
    const bytes = encode("2025-03-10 14:30:15.25");
    const reader = new TimeReader(clock);
    expect(reader.read(bytes, 0, bytes.length)).toBe(1000 + 15_250);
    expect(reader.kind).toBe("instant");
    expect(asked).toEqual([[NOON / 86_400_000 - ((NOON / 86_400_000) % 1), 14 * 60 + 30]]);
  });
});

describe("RowCells", () => {
  const cells = (text: string, delimiter = ",") => {
    const scanner = new RowCells(10);
    const bytes = encode(text);
    const next = scanner.scan(bytes, 0, delimiter.charCodeAt(0));
    const decoder = new TextDecoder();
    const found = Array.from({ length: scanner.count }, (_, index) =>
      decoder.decode(bytes.subarray(scanner.bounds[2 * index], scanner.bounds[2 * index + 1])),
    );
    return { found, next, lines: scanner.lines };
  };

  it.each([
    ["a,b,c\n", ["a", "b", "c"]],
    ["a,b,c\r\n", ["a", "b", "c"]],
    ["a,b,c", ["a", "b", "c"]],
    [' a , "b" ,c\n', ["a", "b", "c"]],
    ['"a,1","b\nc",""\n', ["a,1", "b\nc", ""]],
    ['"say ""hi""",x\n', ['say ""hi""', "x"]],
    ["a,,\n", ["a", "", ""]],
    ["\n", []],
    ["\r\n", []],
    ["  \n", []],
    ['a"b,c\n', ['a"b', "c"]],
    ['"open,b\n', ['"open', "b"]],
  ])("finds the cells of %j", (text, expected) => {
    expect(cells(text).found).toEqual(expected);
  });

  it("counts cells it has no room for, and lines within quotes", () => {
    const many = cells(`${Array.from({ length: 30 }, (_, index) => index).join(",")}\n`);
    expect(many.found.length).toBe(30);
    expect(cells('"a\n\nb",c\n').lines).toBe(3);
  });

  it("sniffs the delimiter from the header", () => {
    expect(sniffDelimiter("a,b,c")).toBe(",");
    expect(sniffDelimiter("a;b;c")).toBe(";");
    expect(sniffDelimiter("a\tb\tc")).toBe("\t");
    expect(sniffDelimiter('"a,b,c";d;e')).toBe(";");
    expect(sniffDelimiter("alone")).toBe(",");
  });
});
