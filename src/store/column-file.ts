/**
 * Columns of doubles as a Feather file that is opened without decoding: its buffers are noted when it is written, so that reading is
 * filling arrays from the disk and nothing else, many files into one set of columns.
 */

import { type FileHandle, open, stat } from "node:fs/promises";
import { writeFileAtomic } from "./atomic-file.ts";
import { writeFeather } from "./feather.ts";

/** Columns by name, all of one length. */
export type Columns<Name extends string = string> = Readonly<Record<Name, Float64Array>>;

/** A column file as it was written. */
export interface ColumnFile {
  readonly rows: number;
  readonly bytes: number;
  /** Time of the last change, ms, as the file system tells it. */
  readonly modified: number;
  /** First and last value of the column `time`: most files are wanted whole, and then nothing has to be looked for. */
  readonly first: number | null;
  readonly last: number | null;
  /** Where each column begins in the file, bytes. */
  readonly offsets: Readonly<Record<string, number>>;
}

const BYTES_PER_VALUE = 8;

/** Writes columns as an uncompressed Arrow IPC file of doubles, whole or not at all. */
export async function writeColumnFile(path: string, columns: Columns): Promise<ColumnFile> {
  const arrow = await import("apache-arrow");
  const vectors = Object.entries(columns).map(([name, values]) => [name, arrow.makeVector(values)] as const);
  const bytes = await writeFeather(new arrow.Table(Object.fromEntries(vectors)));
  const table = arrow.tableFromIPC(bytes);
  const offsets: Record<string, number> = {};
  for (const name of Object.keys(columns)) {
    const values: unknown = table.getChild(name)?.data[0]?.values;
    if (values instanceof Float64Array) offsets[name] = values.byteOffset - bytes.byteOffset;
  }
  await writeFileAtomic(path, bytes);
  const { size, mtimeMs } = await stat(path);
  const { time } = columns as { readonly time?: Float64Array };
  return {
    rows: table.numRows,
    bytes: size,
    modified: mtimeMs,
    first: time?.[0] ?? null,
    last: time?.at(-1) ?? null,
    offsets,
  };
}

/** Whether the file on the disk is still the one that was written. */
export async function isUnchanged(path: string, file: { readonly bytes: number; readonly modified: number }) {
  try {
    const { size, mtimeMs } = await stat(path);
    return size === file.bytes && mtimeMs === file.modified;
  } catch {
    return false;
  }
}

/** Rows that are wanted, those with `start <= time < end`, of a column file or of columns in memory. */
export type ColumnPart = { readonly start: number; readonly end: number } & (
  | { readonly path: string; readonly file: ColumnFile }
  | { readonly columns: Columns }
);

/**
 * Reads the wanted rows of several parts, ascending in time and without overlap, behind each other into one set of columns. Of files only
 * the bytes of those rows are read, straight to their place. The column `time` must be there and ascend.
 * @throws the error of the file system
 */
export async function readColumnFiles<Name extends string>(
  parts: readonly ColumnPart[],
  names: readonly Name[],
): Promise<Columns<Name>> {
  const opened = await openAll(parts);
  try {
    const rows = opened.reduce((sum, { count }) => sum + count, 0);
    const columns = Object.fromEntries(names.map((name) => [name, new Float64Array(rows)])) as Record<
      Name,
      Float64Array
    >;
    const reads: Promise<void>[] = [];
    let row = 0;
    for (const { count, read } of opened) {
      for (const name of names) reads.push(read(name, columns[name].subarray(row, row + count)));
      row += count;
    }
    await Promise.all(reads);
    return columns;
  } finally {
    await Promise.all(opened.map(({ close }) => close()));
  }
}

/** All parts at once, or none. */
async function openAll(parts: readonly ColumnPart[]): Promise<readonly RowSource[]> {
  const opening = parts.map(async (part) => ("columns" in part ? memoryRows(part) : fileRows(part)));
  try {
    return await Promise.all(opening);
  } catch (thrown) {
    const settled = await Promise.allSettled(opening);
    for (const each of settled) if (each.status === "fulfilled") await each.value.close();
    throw thrown;
  }
}

/** The wanted rows of one part. */
interface RowSource {
  readonly count: number;
  read(name: string, into: Float64Array): Promise<void>;
  close(): Promise<void>;
}

function memoryRows({ columns, start, end }: { readonly columns: Columns } & Span): RowSource {
  const time = columns["time"] ?? new Float64Array(0);
  const valueAt = (row: number) => time[row] as number;
  const first = rowAtOrAfter(time.length, start, valueAt);
  const count = rowAtOrAfter(time.length, end, valueAt) - first;
  return {
    count,
    read: async (name, into) => into.set(columns[name]?.subarray(first, first + count) ?? []),
    close: async () => {},
  };
}

interface Span {
  readonly start: number;
  readonly end: number;
}

async function fileRows(part: { readonly path: string; readonly file: ColumnFile } & Span): Promise<RowSource> {
  const { path, file, start, end } = part;
  const handle = await open(path, "r");
  try {
    const first = await rowOnDisk(handle, file, start);
    const count = (await rowOnDisk(handle, file, end)) - first;
    return {
      count,
      read: (name, into) => readRows(handle, file, name, first, into),
      close: () => handle.close(),
    };
  } catch (thrown) {
    await handle.close();
    throw thrown;
  }
}

/** Row of the first time at or after `time`. Halves the rows on the disk: some twenty reads of eight bytes, where the column may be 64 MB. */
async function rowOnDisk(handle: FileHandle, file: ColumnFile, time: number): Promise<number> {
  if (file.first === null || time <= file.first) return 0;
  if (file.last === null || time > file.last) return file.rows;
  const value = new Float64Array(1);
  let low = 0;
  let high = file.rows;
  while (low < high) {
    const middle = (low + high) >>> 1;
    await readRows(handle, file, "time", middle, value);
    if ((value[0] as number) < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

function rowAtOrAfter(rows: number, time: number, valueAt: (row: number) => number): number {
  let low = 0;
  let high = rows;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (valueAt(middle) < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

async function readRows(handle: FileHandle, file: ColumnFile, name: string, row: number, into: Float64Array) {
  const from = file.offsets[name];
  if (from === undefined) throw new Error(`The column file has no column '${name}'`);
  const target = new Uint8Array(into.buffer, into.byteOffset, into.byteLength);
  let done = 0;
  while (done < target.length) {
    const position = from + row * BYTES_PER_VALUE + done;
    const { bytesRead } = await handle.read(target, done, target.length - done, position);
    if (bytesRead === 0) throw new Error("The column file is shorter than it was");
    done += bytesRead;
  }
}
