/** Columns as files hold them: what the readers of this folder give and its writers take. */

import { InvalidDataError } from "../market/errors.ts";

export type TimeUnit = "second" | "millisecond" | "microsecond" | "nanosecond";

/** One column of a table. A row without a value is `NaN` among numbers, `""` among texts, and named in `nullRows` among times. */
export type StoredColumn =
  | { readonly kind: "number"; readonly values: Float64Array }
  | {
      readonly kind: "timestamp";
      /** Counts of `unit` since 1970-01-01, as stored: nothing is rounded. */
      readonly values: BigInt64Array;
      readonly unit: TimeUnit;
      /** True for instants; false for the hands of a clock whose zone the file does not tell. */
      readonly isUtc: boolean;
      readonly nullRows: readonly number[];
    }
  | { readonly kind: "date" /** Days since 1970-01-01. */; readonly days: Float64Array }
  | { readonly kind: "text"; readonly values: readonly string[] };

/** A file that has been opened: what it says of itself, and the way to its columns. */
export interface StoredTable {
  readonly rows: number;
  /** Names of the columns that can be read, in the order of the file. */
  readonly names: readonly string[];
  /** Words the writer left in the file. */
  readonly metadata: ReadonlyMap<string, string>;
  /** Reads some columns, in the order asked for. */
  read(names: readonly string[]): Promise<readonly StoredColumn[]>;
}

/** The error for a file whose bytes are not what its format says; `found` tells what was expected and found. */
export function damagedFile(found: string, cause?: unknown): InvalidDataError {
  return new InvalidDataError("invalid_file", found, [], { cause });
}
