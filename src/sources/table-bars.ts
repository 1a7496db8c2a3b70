/** Bars from the columns of a Feather or Parquet file. */

import { type AssembleOptions, assembleBars, type TableBars } from "../bars/assemble.ts";
import { type ColumnNames, findColumns } from "../bars/column-names.ts";
import { TimeReader, type WallClock } from "../bars/csv-time.ts";
import type { RawBars } from "../bars/raw-bars.ts";
import { ProblemLog } from "../bars/screen.ts";
import { parseAsset } from "../market/asset.ts";
import { InvalidDataError } from "../market/errors.ts";
import { DAY, formatInstant, MINUTE } from "../market/time.ts";
import { toMilliseconds } from "../store/int64.ts";
import type { StoredColumn, StoredTable } from "../store/table-columns.ts";
import { symbolOf } from "./symbol-of.ts";

/** As for CSV, with the clock for times that carry no zone. */
export interface TableOptions extends AssembleOptions {
  readonly wallClock?: WallClock;
  readonly columns?: ColumnNames;
}

const ASSET_KEY = "backlit.asset";
const TIMESTEP_KEY = "backlit.timestep";

/**
 * Bars from a table with the columns of bars under their usual names. Times may be timestamps, dates, text, or counts since 1970;
 * without a zone they need the wall clock. `name` is what messages call the file.
 * @throws InvalidDataError `invalid_file` as reading CSV does, rows counted from 0
 */
export async function tableBars(table: StoredTable, options: TableOptions, name: string): Promise<TableBars> {
  const what = `Reading ${name}`;
  const layout = findColumns(table.names, options.columns ?? {}, what);
  if (table.rows === 0) throw new InvalidDataError("invalid_file", `${what}: it has columns and no rows`, []);
  const wanted = [layout.time, layout.open, layout.high, layout.low, layout.close, layout.volume, layout.symbol];
  const positions = [...new Set(wanted.filter((position) => position !== undefined))];
  const read = await table.read(positions.map((position) => table.names[position] as string));
  const columnAt = new Map(positions.map((position, index) => [position, read[index] as StoredColumn]));
  const number = (position: number | undefined, role: string): Float64Array => {
    if (position === undefined) return new Float64Array(table.rows);
    return numbers(columnAt.get(position) as StoredColumn, role, what);
  };
  const times = new TableTimes(layout.timeIsUtc, options.wallClock, what);
  const time = times.read(columnAt.get(layout.time) as StoredColumn);
  const raw: RawBars = {
    columns: {
      time,
      open: number(layout.open, "open"),
      high: number(layout.high, "high"),
      low: number(layout.low, "low"),
      close: number(layout.close, "close"),
      volume: number(layout.volume, "volume"),
    },
    rowNumbers: undefined,
    datesOnly: times.datesOnly,
    ...(layout.symbol === undefined ? ownSymbol(table) : symbolsOf(columnAt.get(layout.symbol))),
  };
  const told = table.metadata.get(TIMESTEP_KEY);
  const step = options.timestep === undefined && told !== undefined ? { timestep: told } : {};
  return assembleBars(raw, { ...options, ...step }, { what, rowWord: "row", log: new ProblemLog(), unreadRows: 0 });
}

function numbers(column: StoredColumn, role: string, what: string): Float64Array {
  if (column.kind === "number") return column.values;
  const message = `the column for ${role} holds ${column.kind}, expected numbers`;
  throw new InvalidDataError("invalid_file", `${what}: ${message}`, [{ column: role, message }]);
}

/** Files of our own name their asset in the metadata. */
function ownSymbol(table: StoredTable): Pick<RawBars, "symbolIds" | "symbols"> {
  const key = table.metadata.get(ASSET_KEY);
  return { symbolIds: undefined, symbols: key === undefined ? [] : [symbolOf(parseAsset(key))] };
}

function symbolsOf(column: StoredColumn | undefined): Pick<RawBars, "symbolIds" | "symbols"> {
  if (column?.kind !== "text") return { symbolIds: undefined, symbols: [] };
  const ids = new Map<string, number>();
  const symbolIds = Int32Array.from(column.values, (symbol) => {
    const known = ids.get(symbol);
    if (known !== undefined) return known;
    ids.set(symbol, ids.size);
    return ids.size - 1;
  });
  return { symbolIds, symbols: [...ids.keys()] };
}

/** Reads a column of times to epoch ms UTC, in the ways files have to hold it. */
class TableTimes {
  datesOnly = false;
  readonly #isUtc: boolean;
  readonly #wallClock: WallClock | undefined;
  readonly #what: string;

  constructor(isUtc: boolean, wallClock: WallClock | undefined, what: string) {
    this.#isUtc = isUtc;
    this.#wallClock = wallClock;
    this.#what = what;
  }

  read(column: StoredColumn): Float64Array {
    switch (column.kind) {
      case "timestamp": {
        const time = toMilliseconds(column.values, column.unit);
        for (const row of column.nullRows) time[row] = Number.NaN;
        return column.isUtc || this.#isUtc ? time : this.#byWallClock(time);
      }
      case "date":
        this.datesOnly = true;
        return column.days.map((day) => day * DAY);
      case "text":
        return this.#readTexts(column.values);
      case "number":
        return this.#readTexts(Array.from(column.values, countText));
    }
  }

  #byWallClock(time: Float64Array): Float64Array {
    const clock = this.#wallClock;
    if (clock === undefined) throw this.#naive(0, formatInstant(time[0] ?? Number.NaN).replace("Z", ""));
    return time.map((wall) => {
      if (!Number.isFinite(wall)) return Number.NaN;
      const day = Math.floor(wall / DAY);
      const minute = Math.floor((wall - day * DAY) / MINUTE);
      return clock.dayToEpoch(day, minute) + (wall - day * DAY - minute * MINUTE);
    });
  }

  #readTexts(texts: readonly string[]): Float64Array {
    const reader = new TimeReader(this.#isUtc ? { name: "UTC", dayToEpoch: utcDayToEpoch } : this.#wallClock);
    const encoder = new TextEncoder();
    let dates = 0;
    const time = Float64Array.from(texts, (text, row) => {
      const bytes = encoder.encode(text.trim());
      const read = reader.read(bytes, 0, bytes.length);
      if (reader.kind === "naive") throw this.#naive(row, text);
      if (reader.kind === "date") dates += 1;
      return read;
    });
    this.datesOnly = texts.length > 0 && dates === texts.length;
    return time;
  }

  #naive(row: number, text: string): InvalidDataError {
    const message = `the time '${text}' has no zone`;
    return new InvalidDataError(
      "invalid_file",
      `${this.#what}: row ${row}, column time: ${message}`,
      [{ row, column: "time", message }],
      { hint: "Say which clock it was read from: timezone: 'UTC', or for example timezone: 'America/New_York'." },
    );
  }
}

function utcDayToEpoch(day: number, minuteOfDay: number): number {
  return day * DAY + minuteOfDay * MINUTE;
}

/** A count since 1970 as text. A double holds nanoseconds to 256 of them only, so these are given in milliseconds. */
function countText(count: number): string {
  if (Math.abs(count) >= 1e17) return String(Math.floor(Math.round(count / 1e3) / 1e3));
  return Number.isInteger(count) ? String(count) : "";
}
