import { describe, expect, it } from "vitest";
import { type CsvOptions, readBarsCsv } from "../../src/bars/csv.ts";
import { BacklitError, InvalidDataError } from "../../src/market/errors.ts";

const HEADER = "ts_utc,open,high,low,close,volume";
const SOUND = "2025-03-10T14:30:00Z,1,3,0.5,2,10";
const LATER = "2025-03-10T14:31:00Z,1,3,0.5,2,10";
const LAST = "2025-03-10T14:32:00Z,1,3,0.5,2,10";

function failure(text: string, options: CsvOptions = {}): BacklitError {
  try {
    readBarsCsv(text, { name: "bars.csv", ...options });
  } catch (error) {
    if (error instanceof BacklitError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

const rows = (...lines: string[]) => [HEADER, ...lines, ""].join("\n");

it.each([
  ["an empty file", "", "Reading bars.csv: the file is empty"],
  ["nothing but empty lines", "\n\r\n\n", "Reading bars.csv: the file is empty"],
  ["a header alone", `${HEADER}\n`, "Reading bars.csv: a header and no rows"],
  [
    "a header without close",
    "ts_utc,open,high,low,volume\n",
    "no column for close; found ts_utc, open, high, low, volume",
  ],
  [
    "a header without volume",
    "ts_utc,open,high,low,close\n",
    "no column for volume; found ts_utc, open, high, low, close",
  ],
  [
    "no header",
    "1741617000,1,3,0.5,2,10\n1741617060,1,3,0.5,2,10\n",
    "no column for time, open, high, low, close, volume",
  ],
  ["a column twice", `${HEADER},close\n`, "the column 'close' stands twice"],
  ["3 cells where 6 were said", rows(SOUND, "2025-03-10T14:31:00Z,1,3"), "line 3: expected 6 cells, found 3"],
  ["7 cells where 6 were said", rows(SOUND, `${LATER},9`), "line 3: expected 6 cells, found 7"],
  [
    "1e400",
    rows(SOUND, "2025-03-10T14:31:00Z,1,1e400,0.5,2,10"),
    "line 3, column high: '1e400' is too large, it reads as Infinity",
  ],
  [
    "a word for a number",
    rows(SOUND, "2025-03-10T14:31:00Z,1,3,0.5,abc,10"),
    "line 3, column close: 'abc' is not a number",
  ],
  [
    "a decimal comma",
    rows(SOUND).replaceAll(",", ";").replace("0.5", "0,5"),
    "line 2, column low: '0,5' is not a number",
  ],
  ["an empty cell", rows("2025-03-10T14:30:00Z,1,3,,2,10"), "line 2, column low: the cell is empty, expected a number"],
  ["an empty time", rows(",1,3,0.5,2,10"), "line 2, column time: the cell is empty"],
  [
    "an unreadable time",
    rows("10/03/2025,1,3,0.5,2,10"),
    "line 2, column time: '10/03/2025' is no time; expected for example 2025-03-10T14:30:00Z",
  ],
  [
    "a time without a zone",
    rows("2025-03-10 14:30:00,1,3,0.5,2,10").replace("ts_utc", "time"),
    "line 2, column time: the time '2025-03-10 14:30:00' has no zone",
  ],
  [
    "unsorted rows",
    rows(LATER, SOUND, LAST),
    "line 3, column time: time 2025-03-10T14:30:00Z comes after 2025-03-10T14:31:00Z",
  ],
  ["doubled rows", rows(SOUND, LATER, LATER), "line 4, column time: time 2025-03-10T14:31:00Z stands twice"],
  [
    "high below low",
    rows(SOUND, "2025-03-10T14:31:00Z,1,0.2,0.5,2,10"),
    "line 3, column high: high 0.2 is below low 0.5",
  ],
  [
    "close above high",
    rows(SOUND, "2025-03-10T14:31:00Z,1,3,0.5,4,10"),
    "line 3, column close: close 4 is outside low 0.5 .. high 3",
  ],
  ["volume below 0", rows(SOUND, "2025-03-10T14:31:00Z,1,3,0.5,2,-1"), "line 3, column volume: volume -1 is below 0"],
])("%s is refused", (_what, text, message) => {
  const error = failure(text);
  expect(error.message).toContain(message);
  expect(error.message).toMatch(/^Reading bars\.csv: /);
  expect(error).toBeInstanceOf(InvalidDataError);
  expect(error.code).toBe("invalid_file");
  expect(error.hint).toBeTypeOf("string");
});

it("a line is counted as an editor counts it: empty lines and quoted line feeds too", () => {
  const text = `\n${HEADER}\n\n${SOUND}\n\n"2025-03-10T14:31:00Z",1,3,0.5,oops,10\n`;
  expect(failure(text).message).toContain("line 6, column close");
  const quoted = `${HEADER},note\n${SOUND},"two\nlines"\n2025-03-10T14:31:00Z,1,3,0.5,oops,10,\n`;
  expect(failure(quoted).message).toContain("line 4, column close");
});

it("a time without a zone says what to do", () => {
  expect(failure(rows("2025-03-10 14:30:00,1,3,0.5,2,10").replace("ts_utc", "time")).hint).toContain("timezone: 'UTC'");
});

it.each([
  ["ts_utc,open,high,low,close", "If the file has no volume, pass columns: { volume: null }."],
  [
    "ts_utc,open,high,low,close,size",
    "Name it, for example columns: { volume: 'size' }. If the file has no volume, pass columns: { volume: null }.",
  ],
  ["ts_utc,open,high,low,volume", "with their names in the first line; other names are told with columns:"],
  ["ts_utc,open,high,low,px_last,volume", "Name it, for example columns: { close: 'px_last' }."],
  ["1741617000,1,3,0.5,2,10", "with their names in the first line; other names are told with columns:"],
])("a missing column is looked for among those that are no other: %s", (header, hint) => {
  const told = failure(`${header}\n`).hint;
  expect(told).toContain(hint);
  expect(told?.startsWith("Name it")).toBe(hint.startsWith("Name it"));
});

it("the first ten problems are told and all are counted", () => {
  const bad = Array.from({ length: 40 }, () => "x,1,3,0.5,2,10");
  const error = failure(rows(...bad));
  expect(error.message).toContain("; and 30 more");
  expect(error instanceof InvalidDataError && [error.problems.length, error.problemCount]).toEqual([10, 40]);
  expect(error.message.length).toBeLessThan(1500);
});

it("a file that is newest first is to be sorted, not thinned to its first row", () => {
  expect(failure(rows(LAST, LATER, SOUND)).hint).toContain("Sort the rows by time, the oldest first");
});

it("UTF-16 is named", () => {
  const bytes = Uint8Array.of(0xff, 0xfe, 0x61, 0x00);
  expect(() => readBarsCsv(bytes)).toThrow("the text is UTF-16, expected UTF-8");
});

it("a timestep longer than the distance of the rows is refused", () => {
  const error = failure(rows(SOUND, LATER, LAST), { timestep: "5m" });
  expect(error.message).toContain("the timestep given is 5m, most rows are 1m apart");
  expect(error.hint).toContain("timestep: '1m'");
});

it("a step that cannot be told is asked for", () => {
  expect(failure(rows(SOUND)).message).toContain(
    "the timestep cannot be told, no two rows of a symbol follow each other",
  );
});

it("an own column name that is not there names the nearest", () => {
  const error = failure(rows(SOUND), { columns: { close: "closs" } });
  expect([error.code, error.message, error.hint]).toEqual([
    "invalid_option",
    "Reading bars.csv: there is no column 'closs' for close",
    "Did you mean 'close'? Known: ts_utc, open, high, low, close, volume.",
  ]);
});

describe("with onInvalid", () => {
  const mixed = rows(
    SOUND,
    "2025-03-10T14:31:00Z,1,0.2,0.5,2,10",
    "2025-03-10T14:32:00Z,1,3,0.5,abc,10",
    "1,2,3",
    LAST.replace("32", "33"),
    SOUND,
  );

  it("drop leaves unsound rows out and reports each", () => {
    const table = readBarsCsv(mixed, { onInvalid: "drop", timestep: "1m", name: "bars.csv" });
    expect(table.series.get("")?.time.length).toBe(2);
    expect(table.droppedRows).toBe(4);
    expect(table.problems.map(({ row }) => row)).toEqual([4, 5, 3, 7]);
    expect(table.notes[0]).toContain(
      "Reading bars.csv: 4 problems, 4 rows left out (onInvalid: 'drop'): line 4, column close: 'abc' is not a number",
    );
  });

  it("keep takes what has a place in time, and reports it", () => {
    const table = readBarsCsv(mixed, { onInvalid: "keep", timestep: "1m" });
    const columns = table.series.get("");
    expect(columns?.time.length).toBe(4);
    expect(columns?.high[1]).toBe(0.2);
    expect(columns?.close[2]).toBeNaN();
    expect(table.droppedRows).toBe(2);
    expect(table.problems.length).toBe(4);
  });

  it("a time without a zone is refused under every policy", () => {
    const naive = rows("2025-03-10 14:30:00,1,3,0.5,2,10").replace("ts_utc", "time");
    expect(failure(naive, { onInvalid: "drop" }).message).toContain("has no zone");
  });
});
