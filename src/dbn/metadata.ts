import { type DbnVersion, nameOf, SYMBOL_CSTR_LEN, schemas, stypes, UNDEF_TIMESTAMP } from "./constants.ts";
import { DbnError, FETCH_AGAIN } from "./errors.ts";
import type { DbnMetadata, MappingInterval, SymbolMapping } from "./metadata-types.ts";
import { readText } from "./wire.ts";

/** Magic, version and the length of what follows. */
export const PRELUDE_SIZE = 8;

/** Bytes of the fields after the prelude that no list belongs to; the same in every version. */
export const FIXED_SIZE = 100;

/** The fixed part, the length of the schema definition and four empty lists. */
const MIN_METADATA_LENGTH = FIXED_SIZE + 5 * 4;

/** Bytes a symbol may take. Real files have 22 or 71. */
const MAX_SYMBOL_CSTR_LEN = 1024;

/** Offsets from the first byte of the file. */
export const OFFSETS = { dataset: 8, schema: 24, start: 26, end: 34, limit: 42 } as const;
export const DATASET_SIZE = 16;

/** v1 has a record count (never to be relied upon) where later versions go on. */
export const AFTER_LIMIT: Readonly<Record<DbnVersion, number>> = { 1: 58, 2: 50, 3: 50 };

export const NULL_SCHEMA = 0xffff;
export const NULL_STYPE = 0xff;

/** What the first eight bytes say. */
export interface Prelude {
  readonly version: DbnVersion;
  /** Bytes of metadata after the prelude. */
  readonly length: number;
}

/** Reads the first eight bytes; `maxLength` bounds the length they state. The magic has been recognised by the caller. */
export function readPrelude(bytes: Uint8Array, maxLength: number): Prelude {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const version = view.getUint8(3);
  if (version !== 1 && version !== 2 && version !== 3) throw badVersion(version);
  const length = view.getUint32(4, true);
  if (length < MIN_METADATA_LENGTH) throw badMetadata(4, `length ${length}`, `at least ${MIN_METADATA_LENGTH}`);
  if (length > maxLength) {
    throw new DbnError("limit", {
      attempt: "Decode DBN metadata",
      byteOffset: 4,
      found: `length ${length}`,
      expected: `at most ${maxLength}`,
      hint: "raise maxMetadataBytes if the source is trusted",
    });
  }
  return { version, length };
}

/** Decodes the whole header: the prelude and exactly `length` bytes after it. */
export function readMetadata(bytes: Uint8Array, version: DbnVersion): DbnMetadata {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const next = AFTER_LIMIT[version];
  const symbolCstrLen = version === 1 ? SYMBOL_CSTR_LEN[1] : view.getUint16(next + 3, true);
  if (symbolCstrLen < 2 || symbolCstrLen > MAX_SYMBOL_CSTR_LEN) {
    throw badMetadata(next + 3, `symbol length ${symbolCstrLen}`, `2 to ${MAX_SYMBOL_CSTR_LEN}`);
  }
  const end = view.getBigUint64(OFFSETS.end, true);
  const limit = view.getBigUint64(OFFSETS.limit, true);
  const lists = new ListReader(view, PRELUDE_SIZE + FIXED_SIZE, symbolCstrLen);
  lists.skipSchemaDefinition();
  return {
    version,
    dataset: readText(view, OFFSETS.dataset, DATASET_SIZE),
    schema: nullable(schemas, view.getUint16(OFFSETS.schema, true), NULL_SCHEMA),
    start: view.getBigUint64(OFFSETS.start, true),
    end: end === UNDEF_TIMESTAMP || end === 0n ? undefined : end,
    limit: limit === 0n ? undefined : limit,
    stypeIn: nullable(stypes, view.getUint8(next), NULL_STYPE),
    stypeOut: nullable(stypes, view.getUint8(next + 1), NULL_STYPE),
    tsOut: view.getUint8(next + 2) !== 0,
    symbolCstrLen,
    symbols: lists.symbols("symbols"),
    partial: lists.symbols("partial"),
    notFound: lists.symbols("not_found"),
    mappings: lists.mappings(),
  };
}

function nullable<Name extends string>(names: readonly Name[], id: number, none: number) {
  return id === none ? undefined : nameOf(names, id);
}

/** Walks the lists behind the fixed part. No count is believed before the bytes for it are seen to be there. */
class ListReader {
  readonly #view: DataView;
  readonly #symbolLength: number;
  #at: number;

  constructor(view: DataView, at: number, symbolLength: number) {
    this.#view = view;
    this.#at = at;
    this.#symbolLength = symbolLength;
  }

  skipSchemaDefinition(): void {
    // Reserved by the vendor and always empty so far; a length that is not 0 says how much to skip.
    this.#take(this.#count("schema definition", 1));
  }

  symbols(name: string): string[] {
    return this.#list(name, this.#symbolLength, () => this.#symbol());
  }

  mappings(): SymbolMapping[] {
    return this.#list("mappings", this.#symbolLength + 4, () => {
      const rawSymbol = this.#symbol();
      return { rawSymbol, intervals: this.#list("intervals", this.#symbolLength + 8, () => this.#interval()) };
    });
  }

  #interval(): MappingInterval {
    const startDate = this.#date();
    const endDate = this.#date();
    return { startDate, endDate, symbol: this.#symbol() };
  }

  #list<Item>(name: string, minItemSize: number, item: () => Item): Item[] {
    const count = this.#count(name, minItemSize);
    const list: Item[] = [];
    for (let i = 0; i < count; i++) list.push(item());
    return list;
  }

  #count(name: string, minItemSize: number): number {
    const at = this.#take(4);
    const count = this.#view.getUint32(at, true);
    const room = this.#view.byteLength - this.#at;
    if (count * minItemSize > room) {
      throw badMetadata(
        at,
        `${count} ${name} of at least ${minItemSize} bytes`,
        `what fits into the ${room} bytes left`,
      );
    }
    return count;
  }

  #date(): string {
    const at = this.#take(4);
    const yyyymmdd = this.#view.getUint32(at, true);
    const month = Math.trunc(yyyymmdd / 100) % 100;
    const day = yyyymmdd % 100;
    if (yyyymmdd > 9999_12_31 || month < 1 || month > 12 || day < 1 || day > 31) {
      throw badMetadata(at, `date ${yyyymmdd}`, "a date as YYYYMMDD");
    }
    const digits = String(yyyymmdd).padStart(8, "0");
    return `${digits.slice(0, 4)}-${digits.slice(4, 6)}-${digits.slice(6)}`;
  }

  #symbol(): string {
    return readText(this.#view, this.#take(this.#symbolLength), this.#symbolLength);
  }

  #take(size: number): number {
    const at = this.#at;
    const left = this.#view.byteLength - at;
    if (size > left) throw badMetadata(at, `${left} bytes`, `${size} more within the stated length`);
    this.#at = at + size;
    return at;
  }
}

function badVersion(version: number): DbnError {
  return new DbnError("unsupported_version", {
    attempt: "Decode DBN metadata",
    byteOffset: 3,
    found: `DBN version ${version}`,
    expected: "version 1, 2 or 3",
    hint: version > 3 ? "a newer release of this library may read it" : FETCH_AGAIN,
  });
}

function badMetadata(byteOffset: number, found: string, expected: string): DbnError {
  return new DbnError("bad_metadata", {
    attempt: "Decode DBN metadata",
    byteOffset,
    found,
    expected,
    hint: FETCH_AGAIN,
  });
}
