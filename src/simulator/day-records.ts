/** The records of a UTC day by schema. */

import type { Schema } from "../dbn/index.ts";
import { BAR_STEPS, barBlock, countBars, OHLCV_SIZE } from "./bar-blocks.ts";
import { DEFINITION_SIZE, definitionBlock } from "./definitions.ts";
import type { Instrument } from "./instrument.ts";
import type { Market } from "./market.ts";
import type { RecordBlock } from "./record-block.ts";
import { STATISTICS_SIZE, statisticsBlock } from "./statistics.ts";
import { countTrades, quoteBlock, secondBlock, tradeBlock } from "./trade-blocks.ts";

/** What the simulator knows of a schema. */
export interface SchemaMaker {
  /** Bytes of a record, what is billed. */
  readonly recordSize: number;
  readonly block: (market: Market, instrument: Instrument, day: number) => RecordBlock;
  /** The number of records of a whole day, where that is known without making them. */
  readonly count?: (market: Market, instrument: Instrument, day: number) => number;
}

const bars = Object.entries(BAR_STEPS).map(([name, step]): [string, SchemaMaker] => [
  name,
  {
    recordSize: OHLCV_SIZE,
    block: (market, instrument, day) => barBlock(market, instrument, day, step),
    count: (market, instrument, day) => countBars(market, instrument, day, step),
  },
]);

const MAKERS: ReadonlyMap<string, SchemaMaker> = new Map<string, SchemaMaker>([
  ...bars,
  ["ohlcv-1s", { recordSize: OHLCV_SIZE, block: secondBlock }],
  ["trades", { recordSize: 48, block: tradeBlock, count: countTrades }],
  ["bbo-1m", { recordSize: 80, block: quoteBlock }],
  [
    "definition",
    { recordSize: DEFINITION_SIZE, block: (_market, instrument, day) => definitionBlock(instrument, day) },
  ],
  ["statistics", { recordSize: STATISTICS_SIZE, block: statisticsBlock }],
]);

/** How records of a schema are made. @throws when the simulator has no such schema: the parameters were checked before */
export function schemaMaker(schema: Schema): SchemaMaker {
  const maker = MAKERS.get(schema);
  if (maker === undefined) throw new Error(`The simulated market makes no records of schema ${schema}`);
  return maker;
}
