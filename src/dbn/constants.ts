/** Versions of DBN this library reads and writes. */
export type DbnVersion = 1 | 2 | 3;

/** The version written unless told otherwise, and the target of an upgrade. */
export const LATEST_VERSION: DbnVersion = 3;

/** Length of the symbol fields by version, terminating NUL included. */
export const SYMBOL_CSTR_LEN: Readonly<Record<DbnVersion, number>> = { 1: 22, 2: 71, 3: 71 };

/** A price of this value (the largest int64) means "no price". Raw prices are integers of 1e-9. */
export const UNDEF_PRICE = 9_223_372_036_854_775_807n;

/** A timestamp of this value (the largest uint64) means "no time". */
export const UNDEF_TIMESTAMP = 18_446_744_073_709_551_615n;

/** The quantity of a statistic that has none (v3). */
export const UNDEF_STAT_QUANTITY = 9_223_372_036_854_775_807n;

/** The same in v1 and v2, where the field is an int32. */
export const UNDEF_STAT_QUANTITY_V1 = 2_147_483_647;

/** A `size` of this value means "no size". */
export const UNDEF_ORDER_SIZE = 4_294_967_295;

/** How many raw price units make 1.0. */
export const FIXED_PRICE_SCALE = 1_000_000_000;

/** Bits of the `flags` field of market data records. */
export const Flags = {
  /** Last record of the event for this instrument. */
  last: 128,
  /** Top-of-book record, not a single order. */
  tob: 64,
  /** From a snapshot or a replay, not the live feed. */
  snapshot: 32,
  /** Aggregated price level, not a single order. */
  mbp: 16,
  /** `tsRecv` is inaccurate. */
  badTsRecv: 8,
  /** A gap was detected: the book may be wrong. */
  maybeBadBook: 4,
  /** Meaning depends on the publisher. */
  publisherSpecific: 2,
} as const;

/** The record type byte. Several schemas share one: tbbo is written as mbp-1. */
export const RType = {
  mbp0: 0x00,
  mbp1: 0x01,
  mbp10: 0x0a,
  /** Deprecated: bars of any interval. */
  ohlcvDeprecated: 0x11,
  status: 0x12,
  instrumentDef: 0x13,
  imbalance: 0x14,
  error: 0x15,
  symbolMapping: 0x16,
  system: 0x17,
  statistics: 0x18,
  ohlcv1s: 0x20,
  ohlcv1m: 0x21,
  ohlcv1h: 0x22,
  ohlcv1d: 0x23,
  ohlcvEod: 0x24,
  mbo: 0xa0,
  cmbp1: 0xb1,
  cbbo1s: 0xc0,
  cbbo1m: 0xc1,
  tcbbo: 0xc2,
  bbo1s: 0xc3,
  bbo1m: 0xc4,
} as const;

const SCHEMAS = [
  "mbo",
  "mbp-1",
  "mbp-10",
  "tbbo",
  "trades",
  "ohlcv-1s",
  "ohlcv-1m",
  "ohlcv-1h",
  "ohlcv-1d",
  "definition",
  "statistics",
  "status",
  "imbalance",
  "ohlcv-eod",
  "cmbp-1",
  "cbbo-1s",
  "cbbo-1m",
  "tcbbo",
  "bbo-1s",
  "bbo-1m",
] as const;

const STYPES = [
  "instrument_id",
  "raw_symbol",
  "smart",
  "continuous",
  "parent",
  "nasdaq_symbol",
  "cms_symbol",
  "isin",
  "us_code",
  "bbg_comp_id",
  "bbg_comp_ticker",
  "figi",
  "figi_ticker",
  "listing_id",
  "issuer_id",
  "security_id",
] as const;

/** A number the vendor added after this table was written. It is kept, and encodes back to the same number. */
export type UnknownId = `unknown(${number})`;

/** Name of a schema. The vendor's lists grow, so every list here is open. */
export type Schema = (typeof SCHEMAS)[number] | UnknownId;

/** Symbology type: how instruments are named. */
export type SType = (typeof STYPES)[number] | UnknownId;

/** Schemas by their number in the metadata. */
export const schemas: readonly Schema[] = SCHEMAS;

/** Symbology types by their number in the metadata. */
export const stypes: readonly SType[] = STYPES;

/** Name of entry `id`, or `unknown(id)`. */
export function nameOf<Name extends string>(names: readonly Name[], id: number): Name | UnknownId {
  return names[id] ?? `unknown(${id})`;
}

/** Number of `name` in its list, -1 when it is no name of the list and no `unknown(n)` either. */
export function idOf(names: readonly string[], name: string): number {
  const known = names.indexOf(name);
  if (known >= 0) return known;
  const match = /^unknown\((\d{1,5})\)$/.exec(name);
  return match === null ? -1 : Number(match[1]);
}
