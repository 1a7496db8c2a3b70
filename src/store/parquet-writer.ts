/** Columns to Parquet files, through parquetjs-lite. */

import { Writable } from "node:stream";
import { gzipSync } from "node:zlib";
import type { ColumnBuffer, FieldDefinition, RowBuffer } from "parquetjs-lite";
import { BYTE_STREAM_SPLIT, DELTA_BINARY_PACKED } from "./parquet-encodings.ts";

/** What a column to be written holds. All columns of a table have the same length. */
export type ParquetColumn =
  | { readonly kind: "number"; readonly values: Float64Array }
  /** Epoch ms UTC; written as a timestamp in microseconds. */
  | { readonly kind: "timestamp"; readonly milliseconds: Float64Array }
  | { readonly kind: "text"; readonly values: readonly string[] };

/** Its number in the format; the library's table ends before it. */
const BYTE_STREAM_SPLIT_NUMBER = 9;

/** Rows a group: large enough to compress well, small enough that no group needs much memory. */
const ROWS_PER_GROUP = 65_536;

/**
 * A Parquet file in memory: required columns of DOUBLE, TIMESTAMP(microseconds, UTC) and text, gzip. Made for handing data to other
 * tools, which read it exactly; the encodings that make bars small are added to the library's table of them.
 *
 * The library's own way in, one object a row, takes 23 s for two million bars. Here its row buffer is filled by columns (3.4 s),
 * and only the last row of a group goes through `appendRow`, which then writes the group.
 */
export async function writeParquet(
  columns: ReadonlyMap<string, ParquetColumn>,
  metadata: ReadonlyMap<string, string> = new Map(),
): Promise<Uint8Array> {
  const parquet = await loadLibrary();
  const parts: Uint8Array[] = [];
  const stream = new Writable({
    write(chunk: Uint8Array, _encoding, done) {
      parts.push(chunk);
      done();
    },
  });
  const fields = [...columns].map(([name, column]) => [name, fieldOf(column)] as const);
  const writer = await parquet.ParquetWriter.openStream(new parquet.ParquetSchema(Object.fromEntries(fields)), stream);
  for (const [key, value] of metadata) writer.setMetadata(key, value);
  const rows = rowsOf(columns);
  for (let start = 0; start < rows; start += ROWS_PER_GROUP) {
    const last = Math.min(start + ROWS_PER_GROUP, rows) - 1;
    writer.rowGroupSize = last - start + 1;
    // With one row there is nothing to fill: `appendRow` makes the buffer itself.
    if (last > start) writer.rowBuffer = fillBuffer(columns, start, last);
    await writer.appendRow(rowAt(columns, last));
  }
  await writer.close();
  return concatenate(parts);
}

async function loadLibrary() {
  const { default: codecs } = await import("parquetjs-lite/lib/codec/index.js");
  const { default: thrift } = await import("parquetjs-lite/gen-nodejs/parquet_types.js");
  Object.assign(codecs, { BYTE_STREAM_SPLIT, DELTA_BINARY_PACKED });
  thrift.Encoding["BYTE_STREAM_SPLIT"] = BYTE_STREAM_SPLIT_NUMBER;
  return (await import("parquetjs-lite")).default;
}

function rowsOf(columns: ReadonlyMap<string, ParquetColumn>): number {
  for (const column of columns.values())
    return column.kind === "timestamp" ? column.milliseconds.length : column.values.length;
  return 0;
}

function fieldOf(column: ParquetColumn): FieldDefinition {
  return { ...typeOf(column), compression: "GZIP", statistics: false };
}

function typeOf(column: ParquetColumn): Pick<FieldDefinition, "type" | "encoding"> {
  switch (column.kind) {
    case "number":
      return { type: "DOUBLE", encoding: smallerEncoding(column.values) };
    case "timestamp":
      return { type: "TIMESTAMP_MICROS", encoding: "DELTA_BINARY_PACKED" };
    case "text":
      return { type: "UTF8", encoding: "PLAIN" };
  }
}

/** Rows that decide. */
const SAMPLE = 16_384;

/**
 * Prices on a grid of halves, quarters and so on, and whole numbers, are smaller with their bytes split; those on a grid of cents, whose
 * doubles have long tails that repeat whole, are smaller as they are.
 */
function smallerEncoding(values: Float64Array): "PLAIN" | "BYTE_STREAM_SPLIT" {
  const sample = values.slice(0, SAMPLE);
  const size = (bytes: Uint8Array) => gzipSync(bytes).length;
  const split = BYTE_STREAM_SPLIT.encodeValues("DOUBLE", sample);
  return size(split) < size(new Uint8Array(sample.buffer)) ? "BYTE_STREAM_SPLIT" : "PLAIN";
}

function fillBuffer(columns: ReadonlyMap<string, ParquetColumn>, start: number, end: number): RowBuffer {
  const rows = end - start;
  const columnData: Record<string, ColumnBuffer> = {};
  const pages: Record<string, unknown[]> = {};
  for (const [name, column] of columns) {
    columnData[name] = {
      dlevels: new Array<number>(rows).fill(0),
      rlevels: new Array<number>(rows).fill(0),
      values: primitives(column, start, end),
      distinct_values: new Set(),
      count: rows,
    };
    pages[name] = [];
  }
  return { rowCount: rows, pageRowCount: rows, columnData, pages };
}

/** Values as the library encodes them: whole microseconds, and bytes for text. */
function primitives(column: ParquetColumn, start: number, end: number): unknown[] {
  switch (column.kind) {
    case "number":
      return Array.from(column.values.subarray(start, end));
    case "timestamp":
      return Array.from(column.milliseconds.subarray(start, end), (time) => Math.round(time * 1000));
    case "text": {
      const bytes = new Map<string, Buffer>();
      return column.values.slice(start, end).map((text) => {
        const known = bytes.get(text) ?? Buffer.from(text);
        bytes.set(text, known);
        return known;
      });
    }
  }
}

/** One row in the library's own terms. A time goes in as a `Date`: as a number it may not lie before 1970. */
function rowAt(columns: ReadonlyMap<string, ParquetColumn>, row: number): Record<string, unknown> {
  const cells = [...columns].map(([name, column]) => {
    if (column.kind !== "timestamp") return [name, column.values[row]] as const;
    return [name, new Date(column.milliseconds[row] as number)] as const;
  });
  return Object.fromEntries(cells);
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
