import { DbnError, FETCH_AGAIN } from "./errors.ts";
import {
  type DbnRecord,
  type Field,
  HEADER_SIZE,
  type KnownRecord,
  type Layout,
  LEVEL_SIZE,
  TS_OUT_SIZE,
} from "./layout.ts";
import { layoutOfKind } from "./layouts.ts";
import type { RecordHeader, UnknownRecord } from "./record-types.ts";
import { checkedBigint, type FieldValues, invalidValue, readField, writeField } from "./wire.ts";

/** Longest record the length byte can state. */
const MAX_RECORD_SIZE = 255 * 4;

const HEADER_FIELDS: readonly Field[] = [
  { name: "rtype", offset: 1, type: "u8", size: 1 },
  { name: "publisherId", offset: 2, type: "u16", size: 2 },
  { name: "instrumentId", offset: 4, type: "u32", size: 4 },
  { name: "tsEvent", offset: 8, type: "u64", size: 8 },
];

function readHeader(view: DataView, at: number): RecordHeader {
  return {
    rtype: view.getUint8(at + 1),
    publisherId: view.getUint16(at + 2, true),
    instrumentId: view.getUint32(at + 4, true),
    tsEvent: view.getBigUint64(at + 8, true),
  };
}

/** A record while it is being put together. */
type DecodedValues = Record<string, FieldValues[string] | FieldValues[] | Uint8Array>;

function readFields(view: DataView, at: number, fields: readonly Field[], into: DecodedValues | FieldValues): void {
  for (const field of fields) into[field.name] = readField(view, at, field);
}

function readLevels(view: DataView, at: number, levels: NonNullable<Layout["levels"]>): FieldValues[] {
  const list: FieldValues[] = [];
  for (let i = 0; i < levels.count; i++) {
    const level: FieldValues = {};
    readFields(view, at + levels.offset + i * LEVEL_SIZE, levels.fields, level);
    list.push(level);
  }
  return list;
}

/** The bytes no field covers, undefined when all are zero. */
function readUnused(view: DataView, at: number, unused: readonly number[]): Uint8Array | undefined {
  let any = 0;
  for (const offset of unused) any |= view.getUint8(at + offset);
  return any === 0 ? undefined : Uint8Array.from(unused, (offset) => view.getUint8(at + offset));
}

/** Reads the record of `size` bytes at `at`; the caller has checked that `size` is the layout's, with or without send time. */
export function readRecord(view: DataView, at: number, size: number, layout: Layout): KnownRecord {
  const { rtype, publisherId, instrumentId, tsEvent } = readHeader(view, at);
  // Filled key by key: merging parts would build every record twice.
  const record: DecodedValues = { kind: layout.kind, rtype, publisherId, instrumentId, tsEvent };
  readFields(view, at, layout.fields, record);
  if (layout.levels !== undefined) record["levels"] = readLevels(view, at, layout.levels);
  const reserved = readUnused(view, at, layout.unused);
  if (reserved !== undefined) record["reserved"] = reserved;
  if (size > layout.size) record["tsOut"] = view.getBigUint64(at + layout.size, true);
  // The table named every field of the kind (the compiler holds it against the interface), so the record is complete.
  return record as unknown as KnownRecord;
}

/** Passes a record of an unknown rtype on; the body is copied, so that it does not pin the input. */
export function readUnknown(bytes: Uint8Array, view: DataView, at: number, size: number): UnknownRecord {
  return { kind: "unknown", ...readHeader(view, at), body: bytes.slice(at + HEADER_SIZE, at + size) };
}

/** Bytes `record` takes on the wire. */
export function recordSize(record: DbnRecord): number {
  if (record.kind === "unknown") return HEADER_SIZE + record.body.length;
  return knownLayout(record.kind).size + (record.tsOut === undefined ? 0 : TS_OUT_SIZE);
}

/** Writes `record` into zeroed bytes at `at`. @returns the number of bytes written */
export function writeRecord(bytes: Uint8Array, view: DataView, at: number, record: DbnRecord): number {
  const size = recordSize(record);
  const values = { ...record };
  for (const field of HEADER_FIELDS) writeField(view, at, field, Reflect.get(values, field.name));
  view.setUint8(at, size / 4);
  if (record.kind === "unknown") writeBody(bytes, at, size, record.body);
  else writeKnown(view, at, knownLayout(record.kind), record);
  return size;
}

function writeBody(bytes: Uint8Array, at: number, size: number, body: Uint8Array): void {
  if (size % 4 !== 0 || size > MAX_RECORD_SIZE) {
    throw invalidValue("body", `${body.length} bytes`, `a multiple of 4, at most ${MAX_RECORD_SIZE - HEADER_SIZE}`);
  }
  bytes.set(body, at + HEADER_SIZE);
}

function writeKnown(view: DataView, at: number, layout: Layout, record: KnownRecord): void {
  if (!layout.rtypes.includes(record.rtype)) {
    throw invalidValue(
      "rtype",
      String(record.rtype),
      `${layout.rtypes.join(" or ")} for a record of kind "${layout.kind}"`,
    );
  }
  for (const field of layout.fields) writeField(view, at, field, Reflect.get(record, field.name));
  if (layout.levels !== undefined) writeLevels(view, at, layout.levels, Reflect.get(record, "levels"));
  if (record.reserved !== undefined) writeUnused(view, at, layout.unused, record.reserved);
  if (record.tsOut !== undefined) {
    view.setBigUint64(at + layout.size, checkedBigint(record.tsOut, "tsOut", 0n, 1n << 64n), true);
  }
}

function writeUnused(view: DataView, at: number, unused: readonly number[], bytes: Uint8Array): void {
  if (bytes.length !== unused.length) throw invalidValue("reserved", `${bytes.length} bytes`, `${unused.length}`);
  unused.forEach((offset, index) => {
    view.setUint8(at + offset, bytes[index] ?? 0);
  });
}

function writeLevels(view: DataView, at: number, levels: NonNullable<Layout["levels"]>, values: unknown): void {
  if (!Array.isArray(values) || values.length !== levels.count) {
    throw invalidValue("levels", Array.isArray(values) ? `${values.length} levels` : typeof values, `${levels.count}`);
  }
  values.forEach((level: object, index) => {
    const start = at + levels.offset + index * LEVEL_SIZE;
    for (const field of levels.fields) writeField(view, start, field, Reflect.get(level, field.name));
  });
}

function knownLayout(kind: KnownRecord["kind"]): Layout {
  const layout = layoutOfKind(kind);
  if (layout === undefined) throw invalidValue("kind", JSON.stringify(kind), "the kind of a DBN record");
  return layout;
}

/** The error of a record whose header contradicts itself or its layout. */
export function badRecord(byteOffset: number, found: string, expected: string): DbnError {
  return new DbnError("bad_record", { attempt: "Decode a DBN record", byteOffset, found, expected, hint: FETCH_AGAIN });
}
