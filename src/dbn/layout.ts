import type { DbnVersion } from "./constants.ts";
import type { InstrumentDefRecord, InstrumentDefV1Record, InstrumentDefV2Record } from "./definition-types.ts";
import type * as R from "./record-types.ts";

/** A record of the layouts of v3, which is what an upgrading decoder gives. */
export type CurrentRecord =
  | R.MboRecord
  | R.TradeRecord
  | R.Mbp1Record
  | R.Mbp10Record
  | R.BboRecord
  | R.Cmbp1Record
  | R.CbboRecord
  | R.OhlcvRecord
  | R.StatusRecord
  | R.ImbalanceRecord
  | R.StatRecord
  | R.ErrorRecord
  | R.SystemRecord
  | R.SymbolMappingRecord
  | InstrumentDefRecord;

/** A record in a layout that a later version replaced; decoded only with `upgradePolicy: "asIs"`. */
export type OlderRecord =
  | R.StatV1Record
  | R.ErrorV1Record
  | R.SystemV1Record
  | R.SymbolMappingV1Record
  | InstrumentDefV1Record
  | InstrumentDefV2Record;

/** Any record with a layout of its own. */
export type KnownRecord = CurrentRecord | OlderRecord;

/** Anything a decoder gives and an encoder takes; narrow it by `kind`. */
export type DbnRecord = KnownRecord | R.UnknownRecord;

/** The word that names a layout. */
export type RecordKind = KnownRecord["kind"];

/** Integer types of the wire; those of 64 bits are bigints here. Everything is little-endian. */
type SmallInt = "u8" | "i8" | "u16" | "u32" | "i32" | "i16";
type LargeInt = "u64" | "i64";

/** Where a field lies in the record, header included, and how to read it. `text` is NUL-terminated within its length. */
type Place<Value> = Value extends bigint
  ? readonly [offset: number, type: LargeInt]
  : Value extends number
    ? readonly [offset: number, type: SmallInt]
    : Value extends string
      ? readonly [offset: number, type: "char"] | readonly [offset: number, type: "text", length: number]
      : never;

type AnyPlace =
  | readonly [offset: number, type: SmallInt | LargeInt | "char", length?: undefined]
  | readonly [offset: number, type: "text", length: number];

/** A place for every field of a record, each of a type that fits: the compiler holds the tables against the interfaces. */
export type FieldTable<Rec> = {
  readonly [Name in Exclude<keyof Rec, keyof R.RecordHeader | "kind" | "levels">]-?: Place<Rec[Name]>;
};

/** One field, taken from a table. */
export interface Field {
  readonly name: string;
  readonly offset: number;
  readonly type: SmallInt | LargeInt | "char" | "text";
  /** Bytes on the wire. */
  readonly size: number;
}

/** Price levels at the end of a record. */
export interface Levels {
  readonly offset: number;
  readonly count: number;
  readonly fields: readonly Field[];
}

/** Everything there is to know to read, write and check one kind of record. */
export interface Layout {
  readonly kind: RecordKind;
  /** Bytes, header included, without the `tsOut` that may follow. A multiple of 4. */
  readonly size: number;
  readonly rtypes: readonly number[];
  readonly versions: readonly DbnVersion[];
  readonly fields: readonly Field[];
  readonly levels: Levels | undefined;
  /** Offsets of the bytes no field covers. */
  readonly unused: readonly number[];
}

/** Bytes of the header that begins every record. */
export const HEADER_SIZE = 16;

/** Bytes of the send time that may end a record. */
export const TS_OUT_SIZE = 8;

/** Bytes of one price level of either sort. */
export const LEVEL_SIZE = 32;

const INT_SIZES = { u8: 1, i8: 1, u16: 2, i16: 2, u32: 4, i32: 4, u64: 8, i64: 8, char: 1 } as const;

/** Table to list, in the table's order, which is the order of keys in a decoded record. */
export function fieldList<Rec>(table: FieldTable<Rec>): readonly Field[] {
  // The compiler cannot see that every entry of the mapped type is a place, whatever the record.
  const entries = Object.entries(table) as [string, AnyPlace][];
  return entries.map(([name, [offset, type, length]]) => ({
    name,
    offset,
    type,
    size: type === "text" ? length : INT_SIZES[type],
  }));
}

/** A layout with its table checked against the interface of its record. */
export function layout<Rec extends KnownRecord>(
  kind: Rec["kind"],
  size: number,
  rtypes: readonly number[],
  versions: readonly DbnVersion[],
  table: FieldTable<Rec>,
  levels?: Levels,
): Layout {
  const fields = fieldList(table);
  return { kind, size, rtypes, versions, fields, levels, unused: unusedBytes(size, fields, levels) };
}

function unusedBytes(size: number, fields: readonly Field[], levels: Levels | undefined): readonly number[] {
  const used = new Uint8Array(size).fill(1, 0, HEADER_SIZE);
  for (const field of fields) used.fill(1, field.offset, field.offset + field.size);
  for (let level = 0; levels !== undefined && level < levels.count; level++) {
    const start = levels.offset + level * LEVEL_SIZE;
    for (const field of levels.fields) used.fill(1, start + field.offset, start + field.offset + field.size);
  }
  return Array.from(used.keys()).filter((offset) => used[offset] === 0);
}
