/** One file of bars, whatever its format, to checked columns. */

import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import type { AssembleOptions, TableBars } from "../bars/assemble.ts";
import type { ColumnNames } from "../bars/column-names.ts";
import { readBarsCsv } from "../bars/csv.ts";
import { timeZone } from "../calendar/index.ts";
import { DataMissingError, InvalidDataError, InvalidInputError, isBacklitError, messageOf } from "../market/errors.ts";
import { suggestWord } from "../market/nearest.ts";
import { openFeather } from "../store/feather.ts";
import { openParquet } from "../store/parquet-reader.ts";
import type { StoredTable } from "../store/table-columns.ts";
import { readCsvActions } from "./csv-actions.ts";
import type { FileActions } from "./file-actions.ts";
import { readTableActions } from "./table-actions.ts";
import { type TableOptions, tableBars } from "./table-bars.ts";

/** How to read bars from a file. */
export interface ReadBarsOptions extends AssembleOptions {
  /** IANA zone of times that carry none: `America/New_York`, `UTC`. */
  readonly timezone?: string;
  /** Own names of columns. */
  readonly columns?: ColumnNames;
}

/** Bars, and what the file says companies did. */
export interface FileBars extends TableBars {
  /** Undefined where the file has no columns for it. */
  readonly companies?: FileActions | undefined;
}

const FORMATS = [".csv", ".txt", ".parquet", ".feather", ".arrow", ".dbn", ".dbn.zst"] as const;
type Format = (typeof FORMATS)[number];

/**
 * Reads a file of bars, its format told by the extension.
 * @throws DataMissingError when there is no such file; InvalidInputError on an unknown extension; InvalidDataError on unsound content
 */
export async function readBarsFile(path: string, options: ReadBarsOptions = {}): Promise<FileBars> {
  const format = formatOf(path);
  const bytes = await readBytes(path);
  const name = basename(path);
  const wallClock = options.timezone === undefined ? {} : { wallClock: timeZone(options.timezone) };
  switch (format) {
    case ".csv":
    case ".txt":
      return { ...readBarsCsv(bytes, { ...options, ...wallClock, name }), companies: readCsvActions(bytes, name) };
    case ".dbn":
    case ".dbn.zst": {
      // Loaded for such files alone: all that decodes them is an eighth of the package.
      const { readBarsDbn } = await import("./dbn-bars.ts");
      return readBarsDbn(bytes, options, name);
    }
    case ".parquet":
      return readTable(await openNamed(name, openParquet(bytes)), { ...options, ...wallClock }, name);
    default:
      return readTable(await openNamed(name, openFeather(bytes)), { ...options, ...wallClock }, name);
  }
}

async function readTable(table: StoredTable, options: TableOptions, name: string): Promise<FileBars> {
  return { ...(await tableBars(table, options, name)), companies: await readTableActions(table, name) };
}

/** True for the extension of a format that can be read, the dot left out: `csv`. */
export function isFileFormat(word: string): boolean {
  return FORMATS.some((known) => known === `.${word.toLowerCase()}`);
}

/** @throws InvalidInputError `invalid_option` when the extension is not known */
export function formatOf(path: string): Format {
  const extension = /(?:\.dbn)?\.[^./\\]*$/i.exec(path)?.[0].toLowerCase() ?? "";
  const format = FORMATS.find((known) => known === extension);
  if (format !== undefined) return format;
  const found = extension === "" ? "no extension" : `the extension '${extension}'`;
  throw new InvalidInputError("invalid_option", `Reading ${path}: ${found}, which names no format`, {
    hint: suggestWord(extension, FORMATS),
  });
}

async function readBytes(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    if (isBacklitError(error)) throw error;
    const missing = (error as NodeJS.ErrnoException).code === "ENOENT";
    throw new DataMissingError(`Reading ${path}: ${missing ? "there is no such file" : messageOf(error)}`, {
      hint: missing
        ? "Check the path; it is taken from the directory the program was started in."
        : "Check the path and its permissions.",
      cause: error,
    });
  }
}

async function openNamed(name: string, opening: Promise<StoredTable>): Promise<StoredTable> {
  const table = await named(name, opening);
  return { ...table, read: (columns) => named(name, table.read(columns)) };
}

/** A format's reader does not know the name of the file: its complaint is told again with it. */
async function named<Value>(name: string, opening: Promise<Value>): Promise<Value> {
  try {
    return await opening;
  } catch (error) {
    if (!(error instanceof InvalidDataError)) throw error;
    throw new InvalidDataError("invalid_file", `Reading ${name}: ${error.message}`, error.problems, { cause: error });
  }
}
