import { z } from "zod";
import { camelCased } from "./camel-case.ts";

/**
 * The forms of the service's answers. Fields we do not know are dropped, fields we know must be there; names become camelCase.
 * The only module that loads zod, and itself loaded with the first answer.
 */

const text = z.string();
const count = z.number().int().nonnegative();

/** `metadata.list_publishers` */
export const publishers = z.array(
  z.object({ publisher_id: count, dataset: text, venue: text, description: text }).transform(camelCased),
);

/** `metadata.list_datasets`, `metadata.list_schemas` */
export const names = z.array(text);

/** `metadata.list_fields` */
export const fields = z.array(z.object({ name: text, type: text }));

/** `metadata.list_unit_prices` */
export const unitPrices = z.array(
  z.object({ mode: text, unit_prices: z.record(text, z.number().nonnegative()) }).transform(camelCased),
);

/** `metadata.get_dataset_condition` */
export const datasetCondition = z.array(
  z.object({ date: text, condition: text, last_modified_date: text.nullish() }).transform(camelCased),
);

const range = z.object({ start: text, end: text });

/** `metadata.get_dataset_range` */
export const datasetRange = range.extend({ schema: z.record(text, range).default({}) });

/** `metadata.get_record_count`, `metadata.get_billable_size` */
export const size = count;

/** `metadata.get_cost`, US$ */
export const cost = z.number().nonnegative();

const interval = z.object({ d0: text, d1: text, s: text });

/** `symbology.resolve` */
export const resolution = z
  .object({
    result: z.record(text, z.array(interval)),
    symbols: z.array(text).default([]),
    stype_in: text.optional(),
    stype_out: text.optional(),
    start_date: text.optional(),
    end_date: text.nullish(),
    partial: z.array(text).default([]),
    not_found: z.array(text).default([]),
    message: text.default(""),
    status: z.number().default(0),
  })
  .transform(camelCased);

const optionalText = text.nullish();
const optionalNumber = z.number().nullish();
const optionalFlag = z.boolean().nullish();

/** `batch.submit_job`, `batch.get_job_details`, and one entry of `batch.list_jobs` (newer servers list id, state and time alone) */
export const job = z
  .object({
    id: text,
    state: text,
    ts_received: optionalText,
    user_id: optionalText,
    cost_usd: optionalNumber,
    dataset: optionalText,
    symbols: z.union([text, z.array(text)]).nullish(),
    stype_in: optionalText,
    stype_out: optionalText,
    schema: optionalText,
    start: optionalText,
    end: optionalText,
    limit: optionalNumber,
    encoding: optionalText,
    compression: optionalText,
    pretty_px: optionalFlag,
    pretty_ts: optionalFlag,
    map_symbols: optionalFlag,
    split_symbols: optionalFlag,
    split_duration: optionalText,
    split_size: optionalNumber,
    packaging: optionalText,
    delivery: optionalText,
    record_count: optionalNumber,
    billed_size: optionalNumber,
    actual_size: optionalNumber,
    package_size: optionalNumber,
    ts_queued: optionalText,
    ts_process_start: optionalText,
    ts_process_done: optionalText,
    ts_expiration: optionalText,
    progress: optionalNumber,
  })
  .transform(camelCased);

/** `batch.list_jobs` */
export const jobs = z.array(job);

/** `batch.list_files` */
export const files = z.array(
  z.object({
    filename: text,
    size: count,
    hash: optionalText,
    urls: z.object({ https: optionalText, ftp: optionalText }).nullish(),
  }),
);
