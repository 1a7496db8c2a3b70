/** What a series of the vendor is: the unit in which data is cached and bought. */

import type { RangeParams } from "../../databento/index.ts";
import type { Schema, SType } from "../../dbn/index.ts";
import type { TimeSpan } from "../../store/coverage.ts";

/** One symbol of one dataset in one schema. */
export interface SeriesKey {
  /** Such as `GLBX.MDP3`. */
  readonly dataset: string;
  /** Such as `ohlcv-1m`. */
  readonly schema: Schema;
  /** How the symbol is named. */
  readonly stypeIn: SType;
  readonly symbol: string;
}

/** A stretch of a series: `start` inclusive, `end` exclusive, epoch ms UTC. */
export interface SeriesSpan extends SeriesKey, TimeSpan {}

/** The words a series is filed under in the cache. */
export function wordsOf({ dataset, schema, stypeIn, symbol }: SeriesKey): readonly string[] {
  return [dataset, schema, stypeIn, symbol];
}

/** A series as text, equal exactly for equal ones: `GLBX.MDP3 ohlcv-1m ESH4`. */
export function seriesName({ dataset, schema, stypeIn, symbol }: SeriesKey): string {
  return `${dataset} ${schema} ${symbol}${stypeIn === "raw_symbol" ? "" : ` (${stypeIn})`}`;
}

/** The parameters that ask the service for a stretch. */
export function paramsOf({ dataset, schema, stypeIn, symbol, start, end }: SeriesSpan): RangeParams {
  return { dataset, schema, symbols: symbol, stypeIn, start: new Date(start), end: new Date(end) };
}
