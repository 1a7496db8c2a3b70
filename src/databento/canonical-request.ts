import { type Schema, schemas } from "../dbn/index.ts";
import { InvalidParameterError } from "./errors.ts";
import type { BatchParams, BilledRequest, EncodingParams, Fields, RangeParams, StreamParams } from "./request-types.ts";
import { canonicalSymbols, checkSType } from "./symbols.ts";
import { canonicalSpan } from "./timestamp.ts";

/**
 * A billed request in the one spelling that is quoted, approved AND sent: whatever differs in nothing but order, case or form
 * of dates is the same request, and nothing can change between the price and the purchase.
 */
export interface CanonicalRequest {
  readonly kind: BilledRequest["kind"];
  readonly fields: Fields;
  /** Equal exactly for equal requests. */
  readonly key: string;
}

const SMALLEST_SPLIT = 1e9;
const LARGEST_SPLIT = 10e9;
const DATASET = /^[A-Z0-9]+\.[A-Z0-9]+$/;

/** @throws {InvalidParameterError} naming the parameter, what was found and what is expected */
export function canonicalRequest(request: BilledRequest): CanonicalRequest {
  const fields = request.kind === "batch.submitJob" ? batchFields(request.params) : streamFields(request.params);
  return Object.freeze({ kind: request.kind, fields, key: `${request.kind}?${new URLSearchParams({ ...fields })}` });
}

function streamFields(params: StreamParams): Fields {
  return Object.freeze({ ...rangeFields(params), ...encodingFields(params, false) });
}

function batchFields(params: BatchParams): Fields {
  const { splitSymbols, splitDuration = "day", splitSize, delivery = "download" } = params;
  if (splitSize !== undefined && !(splitSize >= SMALLEST_SPLIT && splitSize <= LARGEST_SPLIT)) {
    throw invalid("splitSize", String(splitSize), "1e9 to 10e9 bytes");
  }
  return Object.freeze({
    ...rangeFields(params),
    ...encodingFields(params, true),
    split_symbols: String(splitSymbols === true),
    split_duration: oneOf("splitDuration", splitDuration, ["day", "week", "month", "year", "none"]),
    ...(splitSize === undefined ? {} : { split_size: String(splitSize) }),
    delivery: oneOf("delivery", delivery, ["download"]),
  });
}

/** The fields that decide which records are meant: those of `metadata.get_cost` as well. */
export function rangeFields(params: RangeParams): Fields {
  const stypeIn = checkSType("stypeIn", params.stypeIn ?? "raw_symbol");
  const { start, end } = canonicalSpan(params.start, params.end);
  return {
    dataset: canonicalDataset(params.dataset),
    schema: checkSchema(params.schema),
    symbols: canonicalSymbols(params.symbols, stypeIn).join(","),
    stype_in: stypeIn,
    stype_out: checkSType("stypeOut", params.stypeOut ?? "instrument_id"),
    start,
    end,
    ...(params.limit === undefined ? {} : { limit: checkLimit(params.limit) }),
  };
}

const RANGE_NAMES = ["dataset", "schema", "symbols", "stype_in", "stype_out", "start", "end", "limit"];

/** What of a canonical request its price depends on. */
export function pricedFields({ fields }: CanonicalRequest): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => RANGE_NAMES.includes(name)));
}

function encodingFields(params: EncodingParams, batch: boolean): Fields {
  const encoding = oneOf("encoding", params.encoding ?? "dbn", ["dbn", "csv", "json"]);
  const compression = oneOf("compression", params.compression ?? "zstd", ["zstd", "none"]);
  if (encoding === "dbn") return { encoding, compression, ...(batch ? textFields({}, false) : {}) };
  return { encoding, compression, ...textFields(params, batch) };
}

function textFields({ prettyPx, prettyTs, mapSymbols }: EncodingParams, mapByDefault: boolean): Fields {
  return {
    pretty_px: String(prettyPx === true),
    pretty_ts: String(prettyTs === true),
    map_symbols: String(mapSymbols ?? mapByDefault),
  };
}

/** @throws {InvalidParameterError} for what has not the form of a dataset code */
export function canonicalDataset(dataset: string): string {
  const code = String(dataset).trim().toUpperCase();
  if (DATASET.test(code)) return code;
  throw invalid("dataset", `'${dataset}'`, "a code such as GLBX.MDP3");
}

/** @throws {InvalidParameterError} naming the nearest schema */
export function checkSchema(schema: string): Schema {
  const known = schemas.find((each) => each === schema);
  if (known !== undefined) return known;
  const nearest = schemas.find((each) => each.toLowerCase() === String(schema).toLowerCase());
  throw invalid("schema", `'${schema}'`, nearest === undefined ? `one of ${schemas.join(", ")}` : `'${nearest}'`);
}

function checkLimit(limit: number): string {
  if (Number.isSafeInteger(limit) && limit > 0) return String(limit);
  throw invalid("limit", String(limit), "a whole number of records above 0");
}

function oneOf(parameter: string, value: string, words: readonly string[]): string {
  if (words.includes(value)) return value;
  throw invalid(parameter, `'${value}'`, `one of ${words.join(", ")}`);
}

function invalid(parameter: string, found: string, expected: string): InvalidParameterError {
  return new InvalidParameterError(parameter, `Check '${parameter}': found ${found}, expected ${expected}`);
}
