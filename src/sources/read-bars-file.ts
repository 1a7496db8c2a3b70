/** One file of bars, whatever its format, to checked columns. */

import { readFile } from "node:fs/promises";
import { basename, extname } from "node:path";
import type { AssembleOptions, TableBars } from "../bars/assemble.ts";
import type { ColumnNames } from "../bars/column-names.ts";
import { readBarsCsv } from "../bars/csv.ts";
import { timeZone } from "../calendar/index.ts";
import { DataMissingError, InvalidInputError, isBacklitError, messageOf } from "../market/errors.ts";
import { suggestWord } from "../market/nearest.ts";

/** How to read bars from a file. */
export interface ReadBarsOptions extends AssembleOptions {
  /** IANA zone of times that carry none: `America/New_York`, `UTC`. */
  readonly timeZone?: string;
  /** Own names of columns. */
  readonly columns?: ColumnNames;
}

const FORMATS = [".csv", ".txt", ".parquet", ".feather", ".arrow"] as const;
type Format = (typeof FORMATS)[number];

/**
 * Reads a file of bars, its format told by the extension.
 * @throws DataMissingError when there is no such file; InvalidInputError on an unknown extension; InvalidDataError on unsound content
 */
export async function readBarsFile(path: string, options: ReadBarsOptions = {}): Promise<TableBars> {
  const format = formatOf(path);
  const bytes = await readBytes(path);
  const name = basename(path);
  const wallClock = options.timeZone === undefined ? {} : { wallClock: timeZone(options.timeZone) };
  switch (format) {
    case ".csv":
    case ".txt":
      return readBarsCsv(bytes, { ...options, ...wallClock, name });
    default:
      throw new InvalidInputError("unsupported", `Reading ${name}: ${format} files are not read yet`);
  }
}

/** @throws InvalidInputError `invalid_option` when the extension is not known */
export function formatOf(path: string): Format {
  const extension = extname(path).toLowerCase();
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
