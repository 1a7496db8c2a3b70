import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Bars } from "../../src/bars/bars.ts";
import { type CsvOptions, readBarsCsv } from "../../src/bars/csv.ts";
import { formatBarsCsv } from "../../src/bars/csv-write.ts";
import { timeZone } from "../../src/calendar/index.ts";
import { arbitraryBars, ES, minuteBars, plain } from "./generate.ts";

const HEADER = "ts_utc,symbol,open,high,low,close,volume";
const ROW_1 = "2025-03-10T14:30:00Z,ES,1,3,0.5,2,10";
const ROW_2 = "2025-03-10T14:31:00Z,ES,2,4,1,3,20";
const FILE = `${HEADER}\n${ROW_1}\n${ROW_2}\n`;
const OPEN = Date.parse("2025-03-10T14:30:00Z");

const write = (bars: Bars, symbol = "ES") => [...formatBarsCsv(bars, symbol)].join("");

function one(text: string | Uint8Array, options: CsvOptions = {}) {
  const table = readBarsCsv(text, options);
  const [[symbol, columns] = [undefined, undefined]] = table.series;
  if (columns === undefined) throw new Error("no series");
  return { ...table, symbol, columns };
}

describe("a CSV file", () => {
  it("read back is what was written, bit for bit", () => {
    fc.assert(
      fc.property(arbitraryBars("1m", ES, 3), (bars) => {
        const { columns, symbol } = one(write(bars), { timestep: "1m" });
        expect(symbol).toBe("ES");
        expect(plain(columns)).toEqual(plain(bars));
      }),
    );
  });

  it("written in pieces is the same text as a whole", () => {
    const bars = minuteBars(20_000);
    expect([...formatBarsCsv(bars, "ES")].length).toBeGreaterThan(2);
    expect(plain(one(write(bars)).columns)).toEqual(plain(bars));
  });

  it.each([
    ["bytes", new TextEncoder().encode(FILE)],
    ["a byte order mark", `\uFEFF${FILE}`],
    ["CRLF", FILE.replaceAll("\n", "\r\n")],
    ["no line feed at the end", FILE.trimEnd()],
    ["semicolons", FILE.replaceAll(",", ";")],
    ["tabs", FILE.replaceAll(",", "\t")],
    ["quotes", FILE.replace(/[^,\n]+/g, '"$&"')],
    ["blanks around cells", FILE.replaceAll(",", " , ")],
    ["empty lines", `\n\n${FILE.replaceAll("\n", "\n\n")}`],
    ["other column names", FILE.replace(HEADER, "DateTime_UTC,Ticker,O,H,L,Last,Vol")],
    ["angle brackets", FILE.replace(HEADER, "<TS_UTC>,<TICKER>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>")],
    [
      "columns in another order",
      "close,low,high,open,volume,symbol,timestamp\n2,0.5,3,1,10,ES,2025-03-10T14:30:00Z\n3,1,4,2,20,ES,2025-03-10T14:31:00Z\n",
    ],
    ["columns that mean nothing here", FILE.replace(HEADER, `x,${HEADER}`).replaceAll("2025", "y,2025")],
  ])("is read with %s", (_what, text) => {
    const { columns, symbol, timestep } = one(text);
    expect(symbol).toBe("ES");
    expect(timestep.name).toBe("1m");
    expect(plain(columns)).toEqual({
      time: [OPEN, OPEN + 60_000],
      open: [1, 2],
      high: [3, 4],
      low: [0.5, 1],
      close: [2, 3],
      volume: [10, 20],
    });
  });

  it.each([
    ["1mo", "2024-01-01 2024-02-01 2024-03-01 2024-04-01 2024-05-01"],
    // 29 and 31 days, once each.
    ["1mo", "2024-02-01T00:00:00Z 2024-03-01T00:00:00Z 2024-04-01T00:00:00Z"],
    ["3mo", "2023-07-01 2023-10-01 2024-01-01 2024-04-01"],
    ["12mo", "2021-01-01 2022-01-01 2023-01-01 2024-01-01"],
    ["4w", "2024-01-01 2024-01-29 2024-02-26"],
    ["1w", "2024-01-01 2024-01-08 2024-01-22 2024-01-29"],
    ["1d", "2024-01-04 2024-01-05 2024-01-08 2024-01-09"],
  ])("is of %s where its rows are so far apart", (name, times) => {
    const text = ["date,open,high,low,close,volume", ...times.split(" ").map((time) => `${time},1,1,1,1,1`)].join("\n");
    expect(one(text).timestep.name).toBe(name);
    expect(one(text, { timestep: name }).timestep.name).toBe(name);
  });

  it("takes own names of columns, and no volume by name", () => {
    const text = "when,first,top,bottom,end\n2025-03-10T14:30:00Z,1,3,0.5,2\n";
    const columns = { time: "when", open: "first", high: "top", low: "bottom", close: "END", volume: null };
    expect(plain(one(text, { columns, timestep: "1m" }).columns)).toEqual({
      time: [OPEN],
      open: [1],
      high: [3],
      low: [0.5],
      close: [2],
      volume: [0],
    });
  });

  it("joins a date and a time column", () => {
    const text =
      "Date,Time,Open,High,Low,Close,Volume\n2025-03-10,14:30,1,3,0.5,2,10\n2025-03-10,14:31:00,2,4,1,3,20\n";
    const { columns } = one(text, { wallClock: timeZone("UTC") });
    expect(Array.from(columns.time)).toEqual([OPEN, OPEN + 60_000]);
  });

  it("prefers a time column with whole instants to a date column beside it", () => {
    const text = "date,time,open,high,low,close,volume\n2025-03-09,2025-03-10T14:30:00Z,1,3,0.5,2,10\n";
    expect(one(text, { timestep: "1m" }).columns.time[0]).toBe(OPEN);
  });
});

describe("times without a zone", () => {
  const text = "time,open,high,low,close,volume\n2025-03-10 09:30,1,3,0.5,2,10\n2025-03-10 09:31,2,4,1,3,20\n";

  it("are read by the clock of the zone given", () => {
    const { columns } = one(text, { wallClock: timeZone("America/Chicago") });
    expect(Array.from(columns.time)).toEqual([OPEN, OPEN + 60_000]);
  });

  it("are UTC in a column that says so", () => {
    const { columns } = one(text.replace("time,", "bar_utc,"));
    expect(columns.time[0]).toBe(Date.parse("2025-03-10T09:30:00Z"));
  });

  it("follow daylight saving time", () => {
    const rows = "time,open,high,low,close,volume\n2025-03-07 09:30,1,3,0.5,2,10\n2025-03-10 09:30,2,4,1,3,20\n";
    const { columns } = one(rows, { wallClock: timeZone("America/New_York"), timestep: "1d" });
    expect(Array.from(columns.time)).toEqual([Date.parse("2025-03-07T14:30:00Z"), Date.parse("2025-03-10T13:30:00Z")]);
  });

  it("do not move dates, which are midnight UTC in any zone", () => {
    const rows = "date,open,high,low,close,volume\n2025-03-10,1,3,0.5,2,10\n";
    const { columns, timestep } = one(rows, { wallClock: timeZone("America/New_York"), stamp: "close" });
    expect([columns.time[0], timestep.name]).toEqual([Date.parse("2025-03-10"), "1d"]);
  });
});

describe("the step", () => {
  it("is the most frequent distance, whatever the gaps, and is told", () => {
    const sparse = minuteBars(12);
    const keep = [0, 1, 2, 5, 6, 7, 11];
    const text = [
      HEADER,
      ...write(sparse)
        .split("\n")
        .slice(1)
        .filter((_, row) => keep.includes(row)),
    ].join("\n");
    const { timestep, notes } = one(text, { name: "es.csv" });
    expect(timestep.name).toBe("1m");
    expect(notes).toEqual(["Reading es.csv: no timestep given, taken as 1m, the most frequent distance between rows"]);
  });

  it("given is not told, and moves bars that are stamped with their end", () => {
    const { columns, notes } = one(FILE, { timestep: "1m", stamp: "close" });
    expect(columns.time[0]).toBe(OPEN - 60_000);
    expect(notes).toEqual([]);
  });

  it("found moves bars that are stamped with their end", () => {
    expect(one(FILE, { stamp: "close" }).columns.time[0]).toBe(OPEN - 60_000);
  });
});

describe("several symbols", () => {
  const text = `${HEADER}\n${ROW_1}\n${ROW_1.replace("ES", "NQ")}\n${ROW_2}\n${ROW_2.replace("ES", "NQ")}\n`;

  it("become a series each, in order of appearance", () => {
    const { series } = readBarsCsv(text);
    expect([...series.keys()]).toEqual(["ES", "NQ"]);
    for (const columns of series.values()) expect(Array.from(columns.close)).toEqual([2, 3]);
  });

  it("can be told apart when many share a row order", () => {
    const names = Array.from({ length: 300 }, (_, index) => `S${index}`);
    const rows = [ROW_1, ROW_2].flatMap((row) => names.map((name) => row.replace("ES", name)));
    const { series } = readBarsCsv([HEADER, ...rows].join("\n"));
    expect([...series.keys()]).toEqual(names);
    expect([...series.values()].every(({ time }) => time.length === 2)).toBe(true);
  });

  it("are narrowed to one by the option symbol", () => {
    expect([...readBarsCsv(text, { symbol: "NQ" }).series.keys()]).toEqual(["NQ"]);
    expect(() => readBarsCsv(text, { symbol: "YM" })).toThrow("no rows of the symbol 'YM'; found ES, NQ");
  });

  it("a file without symbols takes its name from the option", () => {
    const without = FILE.replaceAll(",ES", "").replace(",symbol", "");
    expect([...readBarsCsv(without).series.keys()]).toEqual([""]);
    expect([...readBarsCsv(without, { symbol: "ES" }).series.keys()]).toEqual(["ES"]);
  });

  it("are checked each by itself, by line", () => {
    const unsorted = `${HEADER}\n${ROW_1}\n${ROW_1.replace("ES", "NQ")}\n${ROW_1.replace("ES", "NQ")}\n${ROW_2}\n`;
    expect(() => readBarsCsv(unsorted)).toThrow("line 4, column time: time 2025-03-10T14:30:00Z stands twice");
  });
});
