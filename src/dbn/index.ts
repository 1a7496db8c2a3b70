/**
 * Databento Binary Encoding for JavaScript: a sans-I/O decoder and encoder for versions 1, 2 and 3.
 * Depends on nothing else of this package and knows nothing of trading.
 * @module
 */
export { decodeOhlcv, decodeTrades, OhlcvDecoder, type OhlcvOptions, TradeDecoder } from "./columns.ts";
export {
  type DbnVersion,
  FIXED_PRICE_SCALE,
  Flags,
  LATEST_VERSION,
  RType,
  type Schema,
  type SType,
  SYMBOL_CSTR_LEN,
  schemas,
  stypes,
  UNDEF_ORDER_SIZE,
  UNDEF_PRICE,
  UNDEF_STAT_QUANTITY,
  UNDEF_STAT_QUANTITY_V1,
  UNDEF_TIMESTAMP,
  type UnknownId,
} from "./constants.ts";
export { type DbnFile, type DbnFragment, decodeDbn } from "./decode.ts";
export { DbnDecoder, type DbnDecoderOptions, type UpgradePolicy } from "./decoder.ts";
export type { InstrumentDefRecord, InstrumentDefV1Record, InstrumentDefV2Record } from "./definition-types.ts";
export { DbnEncoder, type DbnEncoderOptions, encodeDbn } from "./encoder.ts";
export { DbnError, type DbnErrorCode, type DbnErrorDetails } from "./errors.ts";
export type { CurrentRecord, DbnRecord, KnownRecord, OlderRecord, RecordKind } from "./layout.ts";
export type { DbnMetadata, MappingInterval, SymbolMapping } from "./metadata-types.ts";
export type { OhlcvColumns } from "./ohlcv-columns.ts";
export { priceFromNumber, priceToNumber, timestampToMs } from "./price.ts";
export type * from "./record-types.ts";
export type { DbnInputOptions } from "./stream.ts";
export { indexTimestamp, LiveSymbolMap, SymbolMap } from "./symbol-map.ts";
export type { TradeColumns } from "./trade-columns.ts";
export { upgradeRecord } from "./upgrade.ts";
export type { ZstdLimits } from "./zstd.ts";
export { storeZstd } from "./zstd-store.ts";
