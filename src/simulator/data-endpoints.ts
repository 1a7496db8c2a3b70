/** `timeseries.get_range` and `symbology.resolve`. */

import { type Answer, type Call, jsonAnswer } from "./answer.ts";
import { answerBody, readBodyFormat } from "./answer-body.ts";
import { fieldError } from "./api-error.ts";
import { warningHeader } from "./conditions.ts";
import { dateOfDay, dayOfNs } from "./days.ts";
import { Fields } from "./fields.ts";
import { daysOf, readDataset, readRangeQuery, readSymbols, STYPES } from "./range-query.ts";
import { countRecords, resolveQuery } from "./record-stream.ts";
import { costOf, type Service } from "./service.ts";
import { parseDay } from "./timestamps.ts";

/** Data as a stream: 206 when some symbols stand for nothing in a part of the span. */
export async function getRange(service: Service, { parameters }: Call): Promise<Answer> {
  const fields = new Fields(parameters);
  const query = readRangeQuery(fields, service.availableEnd);
  const format = readBodyFormat(fields, query.symbols);
  const resolution = resolveQuery(service.symbology, query);
  const records = await countRecords(service.market, query, resolution);
  service.account.charge(costOf(service, query, records));
  return {
    status: resolution.incomplete ? 206 : 200,
    headers: {
      "Content-Type": "application/octet-stream",
      ...warningHeader(query.dataset, daysOf(query), service.seed),
    },
    body: answerBody(service.market, query, resolution, format),
  };
}

/** What symbols stood for, by UTC date. */
export function resolveSymbols(service: Service, { parameters }: Call): Answer {
  const fields = new Fields(parameters);
  const dataset = readDataset(fields);
  const symbols = readSymbols(fields);
  if (symbols === undefined) throw fieldError("symbols", "field required", "value_error.missing");
  const start = parseDay(fields.required("start_date"), "start_date");
  const endText = fields.optional("end_date");
  const end = endText === undefined ? start + 1 : parseDay(endText, "end_date");
  if (end <= start) throw fieldError("end_date", "`end_date` must be after `start_date`");
  const stypeIn = fields.oneOf("stype_in", STYPES, "raw_symbol");
  const stypeOut = fields.oneOf("stype_out", STYPES, "instrument_id");
  // Days without data have no symbols either.
  const from = Math.max(start, dataset.firstDay);
  const to = Math.min(end, dayOfNs(service.availableEnd - 1n) + 1);
  const resolution = service.symbology.resolve({ dataset, symbols, stypeIn, stypeOut, from, to });
  const { mappings, partial, notFound } = resolution;
  const status = mappings.length === 0 ? 2 : resolution.incomplete ? 1 : 0;
  return jsonAnswer({
    result: Object.fromEntries(
      mappings.map(({ rawSymbol, intervals }) => [
        rawSymbol,
        intervals.map(({ startDate, endDate, symbol }) => ({ d0: startDate, d1: endDate, s: symbol })),
      ]),
    ),
    symbols,
    stype_in: stypeIn,
    stype_out: stypeOut,
    start_date: dateOfDay(start),
    end_date: dateOfDay(end),
    partial,
    not_found: notFound,
    message: ["OK", "Partially resolved", "Not found"][status],
    status,
  });
}
