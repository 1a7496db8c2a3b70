/** The fields that name a stretch of data, shared by get_range, the three price questions and batch jobs. */

import type { Schema } from "../dbn/index.ts";
import { type ApiError, caseError, fieldError } from "./api-error.ts";
import { DATASETS, type DatasetInfo, datasetOf, schemaStart, UNLICENSED_DATASETS } from "./datasets.ts";
import { dayOfNs, isoOfNs, nsOfDay } from "./days.ts";
import type { Fields } from "./fields.ts";
import { ALL_SYMBOLS } from "./symbology.ts";
import { parseTime } from "./timestamps.ts";

const MOST_SYMBOLS = 2_000;

/** Symbology types of market data requests. */
export const STYPES = ["raw_symbol", "instrument_id", "continuous", "parent"] as const;

/** A checked request for data. */
export interface RangeQuery {
  readonly dataset: DatasetInfo;
  readonly schema: Schema;
  readonly symbols: readonly string[];
  readonly stypeIn: (typeof STYPES)[number];
  readonly stypeOut: (typeof STYPES)[number];
  /** ns, inclusive. */
  readonly start: bigint;
  /** ns, exclusive. */
  readonly end: bigint;
  readonly limit: number | undefined;
}

/** Reads and checks a range. @param availableEnd where the data of every dataset ends, ns, exclusive */
export function readRangeQuery(fields: Fields, availableEnd: bigint): RangeQuery {
  const dataset = readDataset(fields);
  const schema = fields.oneOf<Schema>("schema", [...dataset.unitPrices.keys()], "trades");
  const first = parseTime(fields.required("start"), "start");
  const endText = fields.optional("end");
  const query: RangeQuery = {
    dataset,
    schema,
    symbols: readSymbols(fields) ?? [ALL_SYMBOLS],
    stypeIn: fields.oneOf("stype_in", STYPES, "raw_symbol"),
    stypeOut: fields.oneOf("stype_out", STYPES, "instrument_id"),
    start: first.start,
    end: endText === undefined ? min(first.filled, availableEnd) : parseTime(endText, "end").start,
    limit: fields.count("limit"),
  };
  checkSpan(query, availableEnd);
  return query;
}

/**
 * The dataset of a request.
 * @throws ApiError 403 for one of the vendor's that is not simulated (no licence), 422 for a name that is none
 */
export function readDataset(fields: Fields): DatasetInfo {
  const name = fields.required("dataset");
  const dataset = datasetOf(name);
  if (dataset !== undefined) return dataset;
  if (UNLICENSED_DATASETS.includes(name)) {
    const message = `A license is required to access dataset '${name}'. SIMULATED: only ${names()} are simulated.`;
    throw caseError(403, "license_not_found_unauthorized", message, { dataset: name });
  }
  throw fieldError("dataset", `value is not a valid enumeration member; permitted: ${names()}`, "type_error.enum");
}

function names(): string {
  return DATASETS.map(({ name }) => `'${name}'`).join(", ");
}

/** The symbols of a request; undefined when it names none. */
export function readSymbols(fields: Fields): string[] | undefined {
  const symbols = fields.list("symbols") ?? fields.list("symbol");
  if (symbols !== undefined && symbols.length > MOST_SYMBOLS) {
    throw fieldError("symbols", `ensure this value has at most ${MOST_SYMBOLS} items`, "value_error.list.max_items");
  }
  return symbols?.length === 0 ? undefined : symbols;
}

function checkSpan({ dataset, schema, start, end }: RangeQuery, availableEnd: bigint): void {
  const since = schemaStart(dataset, schema);
  const payload = {
    dataset: dataset.name,
    start: isoOfNs(start),
    end: isoOfNs(end),
    available_start: isoOfNs(since),
    available_end: isoOfNs(availableEnd),
  };
  const refuse = (name: string, message: string): ApiError => caseError(422, name, message, payload);
  const range = `The dataset ${dataset.name} has data available`;
  if (start >= end) {
    throw refuse("data_time_range_start_on_or_after_end", "The `start` of the query must be before its `end`.");
  }
  if (start >= availableEnd) {
    const message = `${range} up to '${spaced(availableEnd)}'. The \`start\` in the query ('${spaced(start)}') is after the available range. Try requesting with an earlier \`start\`.`;
    throw refuse("data_start_after_available_end", message);
  }
  if (end > availableEnd) {
    const message = `${range} up to '${spaced(availableEnd)}'. The \`end\` in the query ('${spaced(end)}') is after the available range. Try requesting with an earlier \`end\`.`;
    throw refuse("data_end_after_available_end", message);
  }
  if (start < nsOfDay(dataset.firstDay)) {
    const message = `${range} from '${spaced(since)}'. The \`start\` in the query ('${spaced(start)}') is before the available range. Try requesting with a later \`start\`.`;
    throw refuse("data_start_before_available_start", message);
  }
  if (start < since) {
    const message = `The schema ${schema} of dataset ${dataset.name} is available from '${spaced(since)}' only.`;
    throw refuse("data_schema_not_fully_available", message);
  }
}

function spaced(ns: bigint): string {
  return `${isoOfNs(ns).slice(0, 19).replace("T", " ")}+00:00`;
}

function min(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

/** The UTC days a range touches, `to` exclusive. */
export function daysOf({ start, end }: Pick<RangeQuery, "start" | "end">): {
  readonly from: number;
  readonly to: number;
} {
  return { from: dayOfNs(start), to: dayOfNs(end - 1n) + 1 };
}
