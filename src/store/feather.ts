/** Arrow IPC files (Feather version 2) to tables and back, through apache-arrow, which is loaded when first needed. */

import type { Table } from "apache-arrow";
import { registerCodecs } from "./arrow-codecs.ts";
import { damagedFile, type StoredColumn, type StoredTable, type TimeUnit } from "./table-columns.ts";

/** A table as an Arrow IPC file, uncompressed: compressed files of apache-arrow 21.2 are unreadable for other programs. */
export async function writeFeather(table: Table): Promise<Uint8Array> {
  const { tableToIPC } = await import("apache-arrow");
  return tableToIPC(table, "file");
}

/**
 * The table in an Arrow IPC file or stream. Columns are views on `bytes` where the file holds one uncompressed record batch.
 * @throws InvalidDataError `invalid_file` when the bytes are neither
 */
export async function readFeather(bytes: Uint8Array): Promise<Table> {
  const arrow = await import("apache-arrow");
  if (bytes.length < 8) throw damagedFile("no Arrow file: it is shorter than its own frame");
  await registerCodecs();
  try {
    const table = arrow.tableFromIPC(aligned(bytes));
    // Without a schema apache-arrow gives an empty table for bytes that are something else.
    if (table.schema.fields.length > 0) return table;
  } catch (error) {
    throw damagedFile(`the Arrow data cannot be read: ${String(error)}`, error);
  }
  throw damagedFile("no Arrow file: it holds no columns");
}

/** 64-bit views need an address that is a multiple of 8; small Node buffers begin anywhere in a shared pool. */
function aligned(bytes: Uint8Array): Uint8Array {
  return bytes.byteOffset % 8 === 0 ? bytes : bytes.slice();
}

/** Opens an Arrow IPC file that is in memory as plain columns. @throws InvalidDataError `invalid_file` */
export async function openFeather(bytes: Uint8Array): Promise<StoredTable> {
  const [table, arrow] = await Promise.all([readFeather(bytes), import("apache-arrow")]);
  const { Type } = arrow;
  const numbers = new Set<number>([Type.Int, Type.Float, Type.Decimal]);
  const units: readonly TimeUnit[] = ["second", "millisecond", "microsecond", "nanosecond"];

  const toColumn = (name: string): StoredColumn | undefined => {
    const vector = table.getChild(name);
    if (vector === null) return undefined;
    const type: ColumnType = vector.type;
    if (type.typeId === Type.Timestamp) {
      const isUtc = typeof type.timezone === "string" && type.timezone !== "";
      return { kind: "timestamp", unit: units[type.unit ?? 1] ?? "millisecond", isUtc, ...wholeNumbers(vector) };
    }
    if (type.typeId === Type.Date) {
      return {
        kind: "date",
        days: Float64Array.from(vector, (day) => (day === null ? Number.NaN : Number(day) / 86_400_000)),
      };
    }
    if (numbers.has(type.typeId)) return { kind: "number", values: doubles(vector, 10 ** (type.scale ?? 0)) };
    return { kind: "text", values: Array.from(vector, (text) => (text === null ? "" : String(text))) };
  };
  const readable = new Set<number>([
    ...numbers,
    Type.Timestamp,
    Type.Date,
    Type.Utf8,
    Type.LargeUtf8,
    Type.Utf8View,
    Type.Dictionary,
  ]);
  const names = table.schema.fields.filter((field) => readable.has(field.type.typeId)).map((field) => field.name);
  return {
    rows: table.numRows,
    names,
    metadata: table.schema.metadata,
    read: async (wanted) => wanted.map(toColumn).filter((column) => column !== undefined),
  };
}

/** What the types of columns have that is looked at, each where it has it. */
interface ColumnType {
  readonly typeId: number;
  readonly unit?: number;
  readonly timezone?: string | null;
  readonly scale?: number;
}

interface Vector extends Iterable<unknown> {
  readonly length: number;
  readonly nullCount: number;
  get(row: number): unknown;
  toArray(): unknown;
}

/** @param units how many of what is stored make 1: 10000 for decimals with a scale of 4 */
function doubles(vector: Vector, units: number): Float64Array {
  const values = vector.nullCount === 0 ? vector.toArray() : undefined;
  if (values instanceof Float64Array) return values;
  return Float64Array.from(vector, (value) => (value === null ? Number.NaN : Number(value) / units));
}

function wholeNumbers(vector: Vector): { readonly values: BigInt64Array; readonly nullRows: readonly number[] } {
  const values = vector.toArray();
  const nullRows: number[] = [];
  if (vector.nullCount > 0) {
    for (let row = 0; row < vector.length; row++) if (vector.get(row) === null) nullRows.push(row);
  }
  if (values instanceof BigInt64Array) return { values, nullRows };
  throw damagedFile("the Arrow file holds timestamps that are no 64-bit integers");
}
