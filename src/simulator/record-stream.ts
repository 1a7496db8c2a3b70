/** The records a query asks for, UTC day by UTC day: nothing older than a day is kept. */

import type { DbnMetadata } from "../dbn/index.ts";
import { caseError } from "./api-error.ts";
import { type SchemaMaker, schemaMaker } from "./day-records.ts";
import type { Instrument } from "./instrument.ts";
import type { Market } from "./market.ts";
import { daysOf, type RangeQuery } from "./range-query.ts";
import { clipBlock, coversDay, mergeBlocks, type RecordBlock } from "./record-block.ts";
import { ALL_SYMBOLS, type Resolution, type Symbology } from "./symbology.ts";

/** After so many days of counting or of days without records, others get their turn. */
const DAYS_PER_TURN = 16;

/** Resolves the symbols of a query. @throws ApiError 422 `symbology_invalid_request` when none of them means anything */
export function resolveQuery(symbology: Symbology, query: RangeQuery): Resolution {
  const resolution = symbology.resolve({ ...query, ...daysOf(query) });
  if (resolution.mappings.length === 0 && query.symbols[0] !== ALL_SYMBOLS) {
    throw caseError(422, "symbology_invalid_request", "None of the symbols could be resolved");
  }
  return resolution;
}

/** The records of a query, one block a UTC day, in the order of time. */
export async function* recordBlocks(
  market: Market,
  query: RangeQuery,
  resolution: Resolution,
): AsyncGenerator<RecordBlock> {
  const maker = schemaMaker(query.schema);
  const { from, to } = daysOf(query);
  let room = query.limit ?? Number.POSITIVE_INFINITY;
  for (let day = from; day < to && room > 0; day++) {
    const blocks = blocksOfDay(market, resolution.instrumentsOn(day), maker, day, query);
    const block = mergeBlocks(blocks, room);
    if (block !== undefined && block.count > 0) {
      room -= block.count;
      yield block;
    } else if (day % DAYS_PER_TURN === 0) await turn();
  }
}

function blocksOfDay(
  market: Market,
  instruments: readonly Instrument[],
  maker: SchemaMaker,
  day: number,
  { start, end }: RangeQuery,
): RecordBlock[] {
  return instruments.map((instrument) => clipBlock(maker.block(market, instrument, day), day, start, end));
}

/** How many records a query would give; made without their prices where the schema allows. */
export async function countRecords(market: Market, query: RangeQuery, resolution: Resolution): Promise<number> {
  const maker = schemaMaker(query.schema);
  const { from, to } = daysOf(query);
  const most = query.limit ?? Number.POSITIVE_INFINITY;
  let count = 0;
  for (let day = from; day < to && count < most; day++) {
    const whole = coversDay(day, query.start, query.end) ? maker.count : undefined;
    for (const instrument of resolution.instrumentsOn(day)) {
      count +=
        whole?.(market, instrument, day) ??
        clipBlock(maker.block(market, instrument, day), day, query.start, query.end).count;
    }
    if (day % DAYS_PER_TURN === 0) await turn();
  }
  return Math.min(count, most);
}

/** What the head of a DBN answer says. */
export function metadataOf(query: RangeQuery, resolution: Resolution): DbnMetadata {
  return {
    version: 3,
    dataset: query.dataset.name,
    schema: query.schema,
    start: query.start,
    end: query.end,
    limit: query.limit === undefined ? undefined : BigInt(query.limit),
    stypeIn: query.stypeIn,
    stypeOut: query.stypeOut,
    tsOut: false,
    symbolCstrLen: 71,
    symbols: [...query.symbols],
    partial: resolution.partial,
    notFound: resolution.notFound,
    mappings: resolution.mappings,
  };
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
