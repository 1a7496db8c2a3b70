import type { DbnVersion, Schema, SType } from "./constants.ts";

/** Which symbol an input symbol stood for, from `startDate` up to but not including `endDate`. */
export interface MappingInterval {
  /** First UTC day, `YYYY-MM-DD`; may lie before the request. */
  startDate: string;
  /** The UTC day after the last, `YYYY-MM-DD`. */
  endDate: string;
  /** In the symbology of `stypeOut`, mostly an instrument id in digits. Old files hold empty ones: nothing to map there. */
  symbol: string;
}

/** The intervals of one symbol. */
export interface SymbolMapping {
  /** In the symbology of `stypeIn`; for `parent` requests every raw symbol the parent resolved to. */
  rawSymbol: string;
  intervals: MappingInterval[];
}

/** What a DBN file says about itself before its records. */
export interface DbnMetadata {
  /** Version of the records that follow: after an upgrade 3, whatever the file was. */
  version: DbnVersion;
  dataset: string;
  /** Undefined when the records are of many schemas (live). */
  schema: Schema | undefined;
  /** Start of the request, inclusive, ns since the UNIX epoch. */
  start: bigint;
  /** End of the request, exclusive, ns; undefined when open (live). */
  end: bigint | undefined;
  /** Most records the request asked for; undefined for no limit. */
  limit: bigint | undefined;
  /** Undefined when the input was of many types (live). */
  stypeIn: SType | undefined;
  stypeOut: SType | undefined;
  /** Whether every record ends with the time the gateway sent it. */
  tsOut: boolean;
  /** Bytes of a symbol in this version's metadata, NUL included. */
  symbolCstrLen: number;
  /** The symbols of the request. */
  symbols: string[];
  /** Symbols that resolved for a part of the span only. */
  partial: string[];
  /** Symbols that did not resolve at all. */
  notFound: string[];
  mappings: SymbolMapping[];
}
