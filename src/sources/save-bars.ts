/** Bars to a file, in the format its extension names. */

import { extname } from "node:path";
import { provideArrow } from "../bars/arrow-library.ts";
import type { Bars } from "../bars/bars.ts";
import { formatBarsCsv } from "../bars/csv-write.ts";
import { InvalidInputError } from "../market/errors.ts";
import { suggestWord } from "../market/nearest.ts";
import { writeFileAtomic } from "../store/atomic-file.ts";
import { writeFeather } from "../store/feather.ts";
import { type ParquetColumn, writeParquet } from "../store/parquet-writer.ts";
import { writing } from "../store/write-errors.ts";
import { symbolOf } from "./symbol-of.ts";

const FORMATS = [".csv", ".feather", ".arrow", ".parquet"] as const;

/**
 * Writes bars to `.csv`, `.feather` or `.arrow` (the same format), or `.parquet`; the file is there whole or not at all, and reads
 * back as the same bars with `FileBacktesting`. CSV and Parquet name the symbol in a column (`ESZ13` for a dated future, `EURUSD` for
 * a pair), Feather names asset and step in its metadata. Parquet holds times to the microsecond.
 * @throws InvalidInputError `invalid_option` on another extension; BacklitError `save_failed` where the file cannot be written
 */
export async function saveBars(bars: Bars, path: string): Promise<void> {
  const extension = extname(path).toLowerCase();
  const format = FORMATS.find((known) => known === extension);
  if (format === undefined) {
    throw new InvalidInputError("invalid_option", `Writing ${path}: '${extension}' names no format`, {
      hint: suggestWord(extension, FORMATS),
    });
  }
  const content = await contentOf(bars, format);
  await writing("Writing bars to", path, () => writeFileAtomic(path, content));
}

async function contentOf(bars: Bars, format: (typeof FORMATS)[number]): Promise<string | Uint8Array> {
  switch (format) {
    case ".csv":
      return [...formatBarsCsv(bars, symbolOf(bars.asset))].join("");
    case ".parquet":
      return writeParquet(parquetColumns(bars), ownWords(bars));
    default: {
      // Loaded here and not at the top: it takes longer than the rest of the package together.
      const arrow = await import("apache-arrow");
      provideArrow(() => arrow);
      return writeFeather(bars.toArrow());
    }
  }
}

/** What `toArrow` leaves in the metadata of a table. */
function ownWords(bars: Bars): ReadonlyMap<string, string> {
  return new Map([
    ["backlit.asset", bars.asset.key],
    ["backlit.timestep", bars.timestep.name],
  ]);
}

function parquetColumns(bars: Bars): ReadonlyMap<string, ParquetColumn> {
  const symbol = symbolOf(bars.asset);
  const values = (["open", "high", "low", "close", "volume"] as const).map(
    (name) => [name, { kind: "number", values: bars[name] }] as const,
  );
  return new Map<string, ParquetColumn>([
    ["ts_utc", { kind: "timestamp", milliseconds: bars.time }],
    ["symbol", { kind: "text", values: new Array<string>(bars.length).fill(symbol) }],
    ...values,
  ]);
}
