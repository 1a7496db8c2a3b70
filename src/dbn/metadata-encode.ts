import { idOf, SYMBOL_CSTR_LEN, schemas, stypes, UNDEF_TIMESTAMP } from "./constants.ts";
import { AFTER_LIMIT, DATASET_SIZE, FIXED_SIZE, NULL_SCHEMA, NULL_STYPE, OFFSETS, PRELUDE_SIZE } from "./metadata.ts";
import type { DbnMetadata, SymbolMapping } from "./metadata-types.ts";
import { checkedBigint, invalidValue, writeText } from "./wire.ts";

const UINT64_END = 1n << 64n;

/** v3 pads the header so that the records behind it lie on 8 bytes. */
const ALIGNMENT = 8;

/** Offset of the record count, which only v1 has. */
const RECORD_COUNT_V1 = 50;

/**
 * The header of a DBN file, ready to be followed by records. Symbols are written in the length of the version; the
 * metadata's own `symbolCstrLen` is not consulted.
 */
export function encodeMetadata(metadata: DbnMetadata): Uint8Array {
  const symbolLength = SYMBOL_CSTR_LEN[metadata.version];
  if (symbolLength === undefined) throw invalidValue("version", String(metadata.version), "1, 2 or 3");
  const size = PRELUDE_SIZE + FIXED_SIZE + listsSize(metadata, symbolLength);
  const padded = metadata.version === 3 ? Math.ceil(size / ALIGNMENT) * ALIGNMENT : size;
  const bytes = new Uint8Array(padded);
  const view = new DataView(bytes.buffer);
  writeFixed(view, metadata);
  writeLists(view, metadata, symbolLength);
  return bytes;
}

function listsSize({ symbols, partial, notFound, mappings }: DbnMetadata, symbolLength: number): number {
  const names = (symbols.length + partial.length + notFound.length) * symbolLength;
  const intervals = mappings.reduce((sum, mapping) => sum + mapping.intervals.length, 0);
  // Five counts: the empty schema definition, three lists of symbols, the mappings.
  return 5 * 4 + names + mappings.length * (symbolLength + 4) + intervals * (symbolLength + 8);
}

function writeFixed(view: DataView, metadata: DbnMetadata): void {
  const { version } = metadata;
  writeText(view, 0, 4, "DBN", "magic");
  view.setUint8(3, version);
  view.setUint32(4, view.byteLength - PRELUDE_SIZE, true);
  writeText(view, OFFSETS.dataset, DATASET_SIZE, metadata.dataset, "dataset");
  view.setUint16(OFFSETS.schema, idOrNull(schemas, metadata.schema, NULL_SCHEMA, "schema"), true);
  writeUint64(view, OFFSETS.start, metadata.start, "start");
  writeUint64(view, OFFSETS.end, metadata.end ?? UNDEF_TIMESTAMP, "end");
  writeUint64(view, OFFSETS.limit, metadata.limit ?? 0n, "limit");
  if (version === 1) view.setBigUint64(RECORD_COUNT_V1, UNDEF_TIMESTAMP, true);
  const next = AFTER_LIMIT[version];
  view.setUint8(next, idOrNull(stypes, metadata.stypeIn, NULL_STYPE, "stypeIn"));
  view.setUint8(next + 1, idOrNull(stypes, metadata.stypeOut, NULL_STYPE, "stypeOut"));
  view.setUint8(next + 2, metadata.tsOut ? 1 : 0);
  if (version !== 1) view.setUint16(next + 3, SYMBOL_CSTR_LEN[version], true);
}

function writeLists(view: DataView, metadata: DbnMetadata, symbolLength: number): void {
  let at = PRELUDE_SIZE + FIXED_SIZE + 4;
  const count = (value: number) => {
    view.setUint32(at, value, true);
    at += 4;
  };
  const symbol = (text: string) => {
    writeText(view, at, symbolLength, text, "symbol");
    at += symbolLength;
  };
  for (const list of [metadata.symbols, metadata.partial, metadata.notFound]) {
    count(list.length);
    list.forEach(symbol);
  }
  const mapping = ({ rawSymbol, intervals }: SymbolMapping) => {
    symbol(rawSymbol);
    count(intervals.length);
    for (const interval of intervals) {
      count(dateNumber(interval.startDate));
      count(dateNumber(interval.endDate));
      symbol(interval.symbol);
    }
  };
  count(metadata.mappings.length);
  metadata.mappings.forEach(mapping);
}

function dateNumber(date: string): number {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date)) throw invalidValue("date", JSON.stringify(date), "YYYY-MM-DD");
  return Number(date.replaceAll("-", ""));
}

function idOrNull(names: readonly string[], name: string | undefined, none: number, field: string): number {
  if (name === undefined) return none;
  const id = idOf(names, name);
  if (id < 0 || id > none) throw invalidValue(field, JSON.stringify(name), `one of ${names.join(", ")}`);
  return id;
}

function writeUint64(view: DataView, at: number, value: bigint, name: string): void {
  view.setBigUint64(at, checkedBigint(value, name, 0n, UINT64_END), true);
}
