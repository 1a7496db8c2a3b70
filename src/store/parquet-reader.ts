/** Parquet files to columns, through hyparquet. */

import type { FileMetaData, SchemaElement } from "hyparquet";
import { toDoubles } from "./int64.ts";
import { damagedFile, type StoredColumn, type StoredTable, type TimeUnit } from "./table-columns.ts";

/** Values as hyparquet gives them: plain or typed arrays. */
type Decoded = ArrayLike<unknown>;

const MAGIC = "PAR1";

/**
 * Times stay the integers they are in the file: hyparquet's own parsers make `Date`s of them, which end at the millisecond.
 */
const EXACT_TIMES = {
  timestampFromMilliseconds: (count: bigint) => count,
  timestampFromMicroseconds: (count: bigint) => count,
  timestampFromNanoseconds: (count: bigint) => count,
  dateFromDays: (days: number) => days,
};

/**
 * Opens a Parquet file that is in memory. Reads all codecs and encodings in use (dictionary, delta, byte stream split; snappy, gzip,
 * zstd, lz4, brotli) and leaves nested columns out.
 * @throws InvalidDataError `invalid_file` when the bytes are no Parquet file, or a page cannot be decoded
 */
export async function openParquet(bytes: Uint8Array): Promise<StoredTable> {
  checkMagic(bytes);
  const [{ parquetMetadata, parquetRead }, { compressors }] = await Promise.all([
    import("hyparquet"),
    import("hyparquet-compressors"),
  ]);
  const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
  const metadata = guard(() => parquetMetadata(buffer));
  const elements = flatElements(metadata);
  const rows = Number(metadata.num_rows);
  const file = { byteLength: buffer.byteLength, slice: (from: number, to?: number) => buffer.slice(from, to) };
  const read = async (names: readonly string[]): Promise<readonly StoredColumn[]> => {
    const chunks = new Map<string, Chunk[]>(names.map((name) => [name, []]));
    try {
      await parquetRead({
        file,
        metadata,
        compressors,
        columns: [...names],
        parsers: EXACT_TIMES,
        onChunk: ({ columnName, columnData, rowStart }) => {
          chunks.get(columnName)?.push({ start: rowStart, values: columnData });
        },
      });
    } catch (error) {
      throw damagedFile(`the Parquet data cannot be decoded: ${String(error)}`, error);
    }
    return names.map((name) => toColumn(elements.get(name) as SchemaElement, chunks.get(name) ?? [], rows));
  };
  const words = (metadata.key_value_metadata ?? []).map(({ key, value }) => [key, value ?? ""] as const);
  return { rows, names: [...elements.keys()], metadata: new Map(words), read };
}

interface Chunk {
  readonly start: number;
  readonly values: Decoded;
}

function checkMagic(bytes: Uint8Array): void {
  const text = (start: number) => String.fromCharCode(...bytes.subarray(start, start + MAGIC.length));
  if (bytes.length < 12 || text(0) !== MAGIC) throw damagedFile("no Parquet file: it does not begin with PAR1");
  if (text(bytes.length - MAGIC.length) !== MAGIC) {
    throw damagedFile("the Parquet file is cut short: it does not end with PAR1");
  }
}

function guard<Value>(run: () => Value): Value {
  try {
    return run();
  } catch (error) {
    throw damagedFile(`the Parquet footer cannot be read: ${String(error)}`, error);
  }
}

/** Columns at the top level that are no groups, by name. */
function flatElements(metadata: FileMetaData): ReadonlyMap<string, SchemaElement> {
  const flat = new Map<string, SchemaElement>();
  let index = 1;
  const skipGroup = (element: SchemaElement) => {
    for (let child = 0; child < (element.num_children ?? 0); child++) {
      const next = metadata.schema[index++];
      if (next !== undefined) skipGroup(next);
    }
  };
  while (index < metadata.schema.length) {
    const element = metadata.schema[index++] as SchemaElement;
    if (element.num_children !== undefined && element.num_children > 0) skipGroup(element);
    else if (element.repetition_type !== "REPEATED") flat.set(element.name, element);
  }
  return flat;
}

function toColumn(element: SchemaElement, chunks: readonly Chunk[], rows: number): StoredColumn {
  const time = timeOf(element);
  if (time !== undefined) return { kind: "timestamp", ...time, ...joinTimes(chunks, rows) };
  const isDate = element.converted_type === "DATE" || element.logical_type?.type === "DATE";
  if (isDate) return { kind: "date", days: joinNumbers(chunks, rows) };
  if (element.type === "BYTE_ARRAY" && element.converted_type !== "DECIMAL") {
    return { kind: "text", values: joinTexts(chunks, rows) };
  }
  const values = joinNumbers(chunks, rows);
  return { kind: "number", values: element.converted_type === "DECIMAL" ? onGrid(values, element.scale ?? 0) : values };
}

/** hyparquet multiplies by 0.0001, say, which lies beside the number that was written; a division by 10000 is exact. */
function onGrid(values: Float64Array, scale: number): Float64Array {
  const units = 10 ** scale;
  return values.map((value) => Math.round(value * units) / units);
}

const UNITS: Readonly<Record<"MILLIS" | "MICROS" | "NANOS", TimeUnit>> = {
  MILLIS: "millisecond",
  MICROS: "microsecond",
  NANOS: "nanosecond",
};

function timeOf(element: SchemaElement): { readonly unit: TimeUnit; readonly isUtc: boolean } | undefined {
  const logical = element.logical_type;
  if (logical?.type === "TIMESTAMP") return { unit: UNITS[logical.unit], isUtc: logical.isAdjustedToUTC };
  // The older form has no naive times: the format says that these are adjusted to UTC.
  if (element.converted_type === "TIMESTAMP_MILLIS") return { unit: "millisecond", isUtc: true };
  if (element.converted_type === "TIMESTAMP_MICROS") return { unit: "microsecond", isUtc: true };
  // INT96 is Impala's and old Spark's way to write instants.
  return element.type === "INT96" ? { unit: "nanosecond", isUtc: true } : undefined;
}

function joinTimes(
  chunks: readonly Chunk[],
  rows: number,
): { readonly values: BigInt64Array; readonly nullRows: number[] } {
  const values = new BigInt64Array(rows);
  const nullRows: number[] = [];
  for (const { start, values: chunk } of chunks) {
    for (let index = 0; index < chunk.length; index++) {
      const value = chunk[index];
      if (typeof value === "bigint") values[start + index] = value;
      else if (typeof value === "number") values[start + index] = BigInt(value);
      else nullRows.push(start + index);
    }
  }
  return { values, nullRows };
}

function joinNumbers(chunks: readonly Chunk[], rows: number): Float64Array {
  const only = chunks[0]?.values;
  if (chunks.length === 1 && only instanceof Float64Array && only.length === rows) return only;
  const out = new Float64Array(rows).fill(Number.NaN);
  for (const { start, values } of chunks) out.set(asDoubles(values), start);
  return out;
}

function asDoubles(values: Decoded): ArrayLike<number> {
  if (values instanceof Float64Array || values instanceof Float32Array) return values;
  if (values instanceof Int32Array || values instanceof Uint32Array) return values;
  if (values instanceof BigInt64Array || values instanceof BigUint64Array) return toDoubles(values);
  return Float64Array.from(values, (value) => (value === null || value === undefined ? Number.NaN : Number(value)));
}

function joinTexts(chunks: readonly Chunk[], rows: number): string[] {
  const out = new Array<string>(rows).fill("");
  for (const { start, values } of chunks) {
    for (let index = 0; index < values.length; index++) {
      const value = values[index];
      if (value !== null && value !== undefined) out[start + index] = String(value);
    }
  }
  return out;
}
