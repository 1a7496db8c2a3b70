import type { Schema, SType } from "../dbn/index.ts";
import type { SymbolsInput } from "./symbols.ts";
import type { TimestampInput } from "./timestamp.ts";

/** What data is asked for; decides the price. Names are the vendor's, in camelCase. */
export interface RangeParams {
  /** Code of the dataset, such as `GLBX.MDP3`. */
  readonly dataset: string;
  /** Record schema, such as `ohlcv-1m`. Exact: there is no `ohlcv-1M`. */
  readonly schema: Schema;
  /** At most 2,000. Required here, although the service would take none for ALL of them: that costs too much to be a slip. */
  readonly symbols: SymbolsInput;
  /** Inclusive. Filters by receive time where the schema has it, else by event time. */
  readonly start: TimestampInput;
  /** EXCLUSIVE: `2025-10-31` leaves that day out. @default the end of the month, day, hour or minute that `start` names */
  readonly end?: TimestampInput;
  /** How `symbols` are named. Not guessed: `ES.v.0` needs `continuous`. @default "raw_symbol" */
  readonly stypeIn?: SType;
  /** @default "instrument_id" */
  readonly stypeOut?: SType;
  /** Most records to give, from the start. @default all */
  readonly limit?: number;
}

/** How records are written. The price is that of uncompressed DBN whatever is chosen. */
export interface EncodingParams {
  /** @default "dbn" */
  readonly encoding?: "dbn" | "csv" | "json";
  /** @default "zstd" */
  readonly compression?: "zstd" | "none";
  /** Prices as decimals; csv and json only. @default false */
  readonly prettyPx?: boolean;
  /** Times as ISO 8601; csv and json only. @default false */
  readonly prettyTs?: boolean;
  /** A column with symbols; csv and json only. @default false for streams, true for csv and json batches */
  readonly mapSymbols?: boolean;
}

/** Parameters of `timeseries.get_range`. */
export interface StreamParams extends RangeParams, EncodingParams {}

/** Parameters of `batch.submit_job`. */
export interface BatchParams extends RangeParams, EncodingParams {
  /** One file a symbol. @default false */
  readonly splitSymbols?: boolean;
  /** @default "day" */
  readonly splitDuration?: "day" | "week" | "month" | "year" | "none";
  /** Largest size of a file, bytes, 1e9 to 10e9. @default unbounded */
  readonly splitSize?: number;
  /** @default "download" */
  readonly delivery?: "download";
}

/** A request that costs money. */
export type BilledRequest =
  | { readonly kind: "timeseries.getRange"; readonly params: StreamParams }
  | { readonly kind: "batch.submitJob"; readonly params: BatchParams };

/** The fields of a form, as text, in the vendor's own names. */
export type Fields = Readonly<Record<string, string>>;
