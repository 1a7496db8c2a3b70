/** The rows of CSV text to columns: the loop that runs once a row. */

import { InvalidDataError } from "../market/errors.ts";
import type { InvalidBarPolicy } from "./check.ts";
import { type ColumnLayout, VALUE_NAMES, type ValueName } from "./column-names.ts";
import { RowCells } from "./csv-cells.ts";
import { asciiText, parseDecimal } from "./csv-number.ts";
import { TimeReader, type WallClock } from "./csv-time.ts";
import { type RawBars, RawBarsBuilder } from "./raw-bars.ts";
import { ProblemLog } from "./screen.ts";
import { SymbolTable } from "./symbol-table.ts";

const UTC: WallClock = { name: "UTC", dayToEpoch: (day, minuteOfDay) => (day * 1440 + minuteOfDay) * 60_000 };
/** Bytes of a usual row, for a first guess of how many there are. */
const USUAL_ROW_BYTES = 48;
const LONGEST_TIME = 64;

/** Reads rows once. */
export class CsvRowReader {
  readonly log = new ProblemLog();
  /** Rows left out because they could not be read. */
  unreadRows = 0;
  readonly #bytes: Uint8Array;
  #layout: ColumnLayout;
  readonly #width: number;
  readonly #delimiter: number;
  readonly #what: string;
  readonly #keep: boolean;
  readonly #times: TimeReader;
  readonly #symbols = new SymbolTable();
  readonly #cells: RowCells;
  readonly #joined = new Uint8Array(2 * LONGEST_TIME + 1);
  #clock: number | undefined;
  #dates = 0;

  constructor(
    bytes: Uint8Array,
    layout: ColumnLayout,
    width: number,
    delimiter: number,
    options: { readonly wallClock?: WallClock; readonly onInvalid?: InvalidBarPolicy },
    what: string,
  ) {
    this.#bytes = bytes;
    this.#layout = layout;
    this.#width = width;
    this.#delimiter = delimiter;
    this.#what = what;
    this.#keep = options.onInvalid === "keep";
    this.#times = new TimeReader(layout.timeIsUtc ? UTC : options.wallClock);
    this.#cells = new RowCells(width);
    this.#clock = layout.clock;
  }

  /** Reads from byte `start`, which is in line `firstLine`, to the end. */
  read(start: number, firstLine: number): RawBars {
    const bytes = this.#bytes;
    const cells = this.#cells;
    const rows = new RawBarsBuilder((bytes.length - start) / USUAL_ROW_BYTES);
    if (this.#clock !== undefined) this.#chooseTimeColumns(start);
    let line = firstLine;
    let position = start;
    while (position < bytes.length) {
      position = cells.scan(bytes, position, this.#delimiter);
      if (cells.count > 0) this.#readRow(rows, line);
      line += cells.lines;
    }
    return rows.build(this.#symbols.names, rows.length > 0 && this.#dates === rows.length);
  }

  #readRow(rows: RawBarsBuilder, line: number): void {
    if (this.#cells.count !== this.#width) {
      this.unreadRows += 1;
      this.log.add({ row: line, message: `expected ${this.#width} cells, found ${this.#cells.count}` });
      return;
    }
    const layout = this.#layout;
    const time = this.#readTime(line);
    const open = this.#number(layout.open);
    const high = this.#number(layout.high);
    const low = this.#number(layout.low);
    const close = this.#number(layout.close);
    const volume = layout.volume === undefined ? 0 : this.#number(layout.volume);
    // One of them being no finite number makes the sum none; the reverse is looked into below.
    const sum = time + open + high + low + close + volume;
    if (!(sum - sum === 0) && !this.#mayStay(time, line)) {
      this.unreadRows += 1;
      return;
    }
    if (this.#times.kind === "date") this.#dates += 1;
    const row = rows.addRow();
    rows.time[row] = time;
    rows.open[row] = open;
    rows.high[row] = high;
    rows.low[row] = low;
    rows.close[row] = close;
    rows.volume[row] = volume;
    rows.rowNumbers[row] = line;
    if (layout.symbol !== undefined) rows.symbolIds[row] = this.#symbolId(layout.symbol);
  }

  #number(cell: number): number {
    const bounds = this.#cells.bounds;
    return parseDecimal(this.#bytes, bounds[2 * cell] as number, bounds[2 * cell + 1] as number);
  }

  #symbolId(cell: number): number {
    const bounds = this.#cells.bounds;
    return this.#symbols.idOf(this.#bytes, bounds[2 * cell] as number, bounds[2 * cell + 1] as number);
  }

  #readTime(line: number): number {
    const bounds = this.#cells.bounds;
    const start = bounds[2 * this.#layout.time] as number;
    const end = bounds[2 * this.#layout.time + 1] as number;
    const time =
      this.#clock === undefined
        ? this.#times.read(this.#bytes, start, end)
        : this.#readDateAndClock(start, end, this.#clock);
    if (this.#times.kind === "naive") throw this.#naiveTime(line);
    return time;
  }

  /** Date and time of day from two cells: put side by side they are a time like any other. */
  #readDateAndClock(start: number, end: number, clock: number): number {
    const bounds = this.#cells.bounds;
    const clockStart = bounds[2 * clock] as number;
    const clockEnd = bounds[2 * clock + 1] as number;
    const dateLength = Math.min(end - start, LONGEST_TIME);
    const clockLength = Math.min(clockEnd - clockStart, LONGEST_TIME);
    this.#joined.set(this.#bytes.subarray(start, start + dateLength));
    this.#joined[dateLength] = 32;
    this.#joined.set(this.#bytes.subarray(clockStart, clockStart + clockLength), dateLength + 1);
    return this.#times.read(this.#joined, 0, dateLength + 1 + clockLength);
  }

  /** With both a date and a time column: when the time column holds whole instants, the date column is left alone. */
  #chooseTimeColumns(start: number): void {
    this.#cells.scan(this.#bytes, start, this.#delimiter);
    const clock = this.#clock as number;
    const bounds = this.#cells.bounds;
    this.#times.read(this.#bytes, bounds[2 * clock] as number, bounds[2 * clock + 1] as number);
    if (this.#times.kind === "unreadable" || this.#times.kind === "date") return;
    this.#layout = { ...this.#layout, time: clock };
    this.#clock = undefined;
  }

  #text(cell: number): string {
    const bounds = this.#cells.bounds;
    const start = bounds[2 * cell] as number;
    return asciiText(this.#bytes, start, Math.min(bounds[2 * cell + 1] as number, start + 40));
  }

  /** Tells what is wrong with the cells of a row; true when the row stands all the same. */
  #mayStay(time: number, line: number): boolean {
    let wrong = 0;
    if (Number.isNaN(time)) {
      this.log.add({ row: line, column: "time", message: this.#timeProblem() });
      wrong += 1;
    }
    for (const column of VALUE_NAMES) {
      const message = this.#numberProblem(column);
      if (message === undefined) continue;
      wrong += 1;
      if (!this.#keep) this.log.add({ row: line, column, message });
    }
    // Kept rows are told by the check of whole columns that follows.
    return wrong === 0 || (this.#keep && !Number.isNaN(time));
  }

  #timeProblem(): string {
    const text = this.#text(this.#layout.time);
    return text === "" ? "the cell is empty" : `'${text}' is no time; expected for example 2025-03-10T14:30:00Z`;
  }

  #numberProblem(column: ValueName): string | undefined {
    const cell = this.#layout[column];
    if (cell === undefined) return undefined;
    const value = this.#number(cell);
    if (Number.isFinite(value)) return undefined;
    const text = this.#text(cell);
    if (text === "") return "the cell is empty, expected a number";
    return Number.isNaN(value) ? `'${text}' is not a number` : `'${text}' is too large, it reads as ${value}`;
  }

  #naiveTime(line: number): InvalidDataError {
    const date = this.#text(this.#layout.time);
    const text = this.#clock === undefined ? date : `${date} ${this.#text(this.#clock)}`;
    const message = `the time '${text}' has no zone`;
    return new InvalidDataError(
      "invalid_file",
      `${this.#what}: line ${line}, column time: ${message}`,
      [{ row: line, column: "time", message }],
      {
        hint: "Say which clock it was read from: timezone: 'UTC', or for example timezone: 'America/New_York'.",
      },
    );
  }
}
