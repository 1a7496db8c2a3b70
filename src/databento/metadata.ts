import type { Schema } from "../dbn/index.ts";
import type { DatasetCondition, DatasetRange, FieldInfo, Publisher, UnitPrices } from "./answer-types.ts";
import { canonicalDataset, checkSchema, rangeFields } from "./canonical-request.ts";
import type { Fields, RangeParams } from "./request-types.ts";
import { canonicalDate, type TimestampInput } from "./timestamp.ts";
import type { CallOptions, ServiceRequest, Transport } from "./transport.ts";

/** Dates of `metadata.listDatasets` and `metadata.getDatasetCondition`, both inclusive. */
export interface DateSpan {
  readonly startDate?: TimestampInput;
  readonly endDate?: TimestampInput;
}

/** What there is, in what state, and what it costs. Every call here is FREE. All throw `DatabentoHttpError` and `NetworkError`. */
export class MetadataGroup {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** All publishers (dataset and venue) with their numbers. Free. */
  listPublishers(call?: CallOptions): Promise<Publisher[]> {
    return this.#transport.json(get("list_publishers"), (answers) => answers.publishers, call);
  }

  /** Codes of all datasets, or of those with data in a span. Free. */
  listDatasets(params: DateSpan = {}, call?: CallOptions): Promise<string[]> {
    return this.#transport.json(get("list_datasets", dateFields(params)), (answers) => answers.names, call);
  }

  /** Schemas of a dataset. Free. */
  listSchemas({ dataset }: { readonly dataset: string }, call?: CallOptions): Promise<string[]> {
    const fields = { dataset: canonicalDataset(dataset) };
    return this.#transport.json(get("list_schemas", fields), (answers) => answers.names, call);
  }

  /** Fields of a schema in an encoding. Free. */
  listFields(
    params: { readonly schema: Schema; readonly encoding: "dbn" | "csv" | "json"; readonly dataset?: string },
    call?: CallOptions,
  ): Promise<FieldInfo[]> {
    const { schema, encoding, dataset } = params;
    const fields = {
      schema: checkSchema(schema),
      encoding,
      ...(dataset === undefined ? {} : { dataset: canonicalDataset(dataset) }),
    };
    return this.#transport.json(get("list_fields", fields), (answers) => answers.fields, call);
  }

  /** US$ per GB by mode and schema. Free. */
  listUnitPrices({ dataset }: { readonly dataset: string }, call?: CallOptions): Promise<UnitPrices[]> {
    const fields = { dataset: canonicalDataset(dataset) };
    return this.#transport.json(get("list_unit_prices", fields), (answers) => answers.unitPrices, call);
  }

  /** State of each day, both dates INCLUSIVE. Free. */
  getDatasetCondition(
    { dataset, ...span }: DateSpan & { readonly dataset: string },
    call?: CallOptions,
  ): Promise<DatasetCondition[]> {
    const fields = { dataset: canonicalDataset(dataset), ...dateFields(span) };
    return this.#transport.json(get("get_dataset_condition", fields), (answers) => answers.datasetCondition, call);
  }

  /** From when to when there is data. The end moves: ask right before a request. Free. */
  getDatasetRange({ dataset }: { readonly dataset: string }, call?: CallOptions): Promise<DatasetRange> {
    const fields = { dataset: canonicalDataset(dataset) };
    return this.#transport.json(get("get_dataset_range", fields), (answers) => answers.datasetRange, call);
  }

  /** Number of records of a request. Free. */
  getRecordCount(params: RangeParams, call?: CallOptions): Promise<number> {
    const { stype_out: _, ...fields } = rangeFields(params);
    return this.#transport.json(post("get_record_count", fields), (answers) => answers.size, call);
  }

  /** Size of a request as uncompressed DBN, which is what is billed, bytes. Free. */
  getBillableSize(params: RangeParams, call?: CallOptions): Promise<number> {
    return this.#transport.json(post("get_billable_size", rangeFields(params)), (answers) => answers.size, call);
  }

  /** Price of a request, US$; 0 where the account's plan covers it. Free to ask. */
  getCost(params: RangeParams, call?: CallOptions): Promise<number> {
    return this.#transport.json(post("get_cost", rangeFields(params)), (answers) => answers.cost, call);
  }
}

/** A free question about fields that are canonical already. */
export function metadataQuestion(method: "get_cost" | "get_billable_size", fields: Fields): ServiceRequest {
  return post(method, fields);
}

function get(method: string, fields: Fields = {}): ServiceRequest {
  return { endpoint: `metadata.${method}`, method: "GET", fields, family: "metadata", repeat: "always" };
}

/** POST where both are allowed: lists of symbols outgrow an address. */
function post(method: string, fields: Fields): ServiceRequest {
  return { endpoint: `metadata.${method}`, method: "POST", fields, family: "metadata", repeat: "always" };
}

function dateFields({ startDate, endDate }: DateSpan): Fields {
  return {
    ...(startDate === undefined ? {} : { start_date: canonicalDate("startDate", startDate) }),
    ...(endDate === undefined ? {} : { end_date: canonicalDate("endDate", endDate) }),
  };
}
