/** `metadata.*`: what there is, since when, and what it costs. */

import { type Answer, type Call, jsonAnswer } from "./answer.ts";
import { dayConditions } from "./conditions.ts";
import { DATASETS, schemaStart } from "./datasets.ts";
import { dayOfNs, isoOfNs, nsOfDay } from "./days.ts";
import { Fields } from "./fields.ts";
import { type RangeQuery, readDataset, readRangeQuery } from "./range-query.ts";
import { countRecords, resolveQuery } from "./record-stream.ts";
import { billableSize, costOf, type Service } from "./service.ts";
import { fieldList } from "./text-columns.ts";
import { parseDay } from "./timestamps.ts";

/** The publishers, each marked as simulated. */
export function listPublishers(): Answer {
  const publishers = DATASETS.map(({ publisherId, name, venue, description }) => ({
    publisher_id: publisherId,
    dataset: name,
    venue,
    description,
  }));
  return jsonAnswer(publishers);
}

/** Names of the datasets that have data in a span of dates. */
export function listDatasets(service: Service, { parameters }: Call): Answer {
  const fields = new Fields(parameters);
  const [start, end] = [fields.optional("start_date"), fields.optional("end_date")];
  const from = start === undefined ? 0 : parseDay(start, "start_date");
  const to = end === undefined ? Number.POSITIVE_INFINITY : parseDay(end, "end_date");
  const available = DATASETS.filter(({ firstDay }) => firstDay < to && nsOfDay(from) < service.availableEnd);
  return jsonAnswer(available.map(({ name }) => name));
}

/** The schemas of a dataset. */
export function listSchemas(_service: Service, { parameters }: Call): Answer {
  return jsonAnswer([...readDataset(new Fields(parameters)).unitPrices.keys()]);
}

/** The fields of a schema's records in an encoding. */
export function listFields(_service: Service, { parameters }: Call): Answer {
  const fields = new Fields(parameters);
  fields.required("schema");
  fields.required("encoding");
  const known = DATASETS.flatMap(({ unitPrices }) => [...unitPrices.keys()]);
  const schema = fields.oneOf("schema", [...new Set(known)], "trades");
  return jsonAnswer(fieldList(schema, fields.oneOf("encoding", ["dbn", "csv", "json"], "dbn")));
}

/** US$ per GB by mode and schema. */
export function listUnitPrices(_service: Service, { parameters }: Call): Answer {
  const prices = Object.fromEntries(readDataset(new Fields(parameters)).unitPrices);
  const modes = ["historical", "historical-streaming", "live"];
  return jsonAnswer(modes.map((mode) => ({ mode, unit_prices: prices })));
}

/** How good the data of each day is. */
export function getDatasetCondition(service: Service, { parameters }: Call): Answer {
  const fields = new Fields(parameters);
  const dataset = readDataset(fields);
  const [start, end] = [fields.optional("start_date"), fields.optional("end_date")];
  const lastDay = dayOfNs(service.availableEnd - 1n);
  const from = Math.max(dataset.firstDay, start === undefined ? 0 : parseDay(start, "start_date"));
  const to = Math.min(lastDay, end === undefined ? lastDay : parseDay(end, "end_date")) + 1;
  return jsonAnswer(dayConditions(dataset, { from, to }, service.seed));
}

/** Since when and until when there is data, by schema. */
export function getDatasetRange(service: Service, { parameters }: Call): Answer {
  const dataset = readDataset(new Fields(parameters));
  const end = isoOfNs(service.availableEnd);
  const schemas = [...dataset.unitPrices.keys()].map((schema) => [
    schema,
    { start: isoOfNs(schemaStart(dataset, schema)), end },
  ]);
  return jsonAnswer({ start: isoOfNs(nsOfDay(dataset.firstDay)), end, schema: Object.fromEntries(schemas) });
}

/** How many records a request would give. */
export async function getRecordCount(service: Service, call: Call): Promise<Answer> {
  return jsonAnswer((await measure(service, call)).records);
}

/** Bytes a request would be billed for. */
export async function getBillableSize(service: Service, call: Call): Promise<Answer> {
  const { query, records } = await measure(service, call);
  return jsonAnswer(billableSize(query, records));
}

/** US$ a request would cost. */
export async function getCost(service: Service, call: Call): Promise<Answer> {
  const { query, records } = await measure(service, call);
  return jsonAnswer(costOf(service, query, records));
}

async function measure(service: Service, { parameters }: Call): Promise<{ query: RangeQuery; records: number }> {
  const query = readRangeQuery(new Fields(parameters), service.availableEnd);
  const resolution = resolveQuery(service.symbology, query);
  return { query, records: await countRecords(service.market, query, resolution) };
}
