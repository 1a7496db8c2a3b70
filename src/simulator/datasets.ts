/** The datasets of the simulated service: what they hold and since when. */

import type { Schema } from "../dbn/index.ts";
import { dayOfDate, nsOfDay } from "./days.ts";

/** One dataset. Days are UTC days since 1970-01-01. */
export interface DatasetInfo {
  readonly name: string;
  readonly publisherId: number;
  readonly venue: string;
  readonly description: string;
  readonly firstDay: number;
  /** Calendar whose sessions have data; the longest of the dataset. */
  readonly calendar: string;
  /** US$ per GB (1e9 bytes) of uncompressed binary, by schema: made up, except that bars cost most per byte as in reality. */
  readonly unitPrices: ReadonlyMap<Schema, number>;
  /** Schemas that begin later than the dataset. */
  readonly laterSchemas: ReadonlyMap<Schema, number>;
}

const FUTURES: DatasetInfo = {
  name: "GLBX.MDP3",
  publisherId: 1,
  venue: "GLBX",
  description: "SIMULATED CME Globex MDP 3.0",
  firstDay: dayOfDate("2010-06-06"),
  calendar: "CME_FX",
  unitPrices: new Map<Schema, number>([
    ["trades", 28],
    ["bbo-1m", 70],
    ["ohlcv-1s", 150],
    ["ohlcv-1m", 150],
    ["ohlcv-1h", 300],
    ["ohlcv-1d", 300],
    ["definition", 5],
    ["statistics", 11],
  ]),
  laterSchemas: new Map<Schema, number>([["bbo-1m", dayOfDate("2017-05-21")]]),
};

const STOCKS: DatasetInfo = {
  name: "XNAS.ITCH",
  publisherId: 2,
  venue: "XNAS",
  description: "SIMULATED Nasdaq TotalView-ITCH",
  firstDay: dayOfDate("2018-05-01"),
  calendar: "XNYS",
  unitPrices: new Map<Schema, number>([
    ["trades", 8],
    ["bbo-1m", 20],
    ["ohlcv-1s", 40],
    ["ohlcv-1m", 40],
    ["ohlcv-1h", 80],
    ["ohlcv-1d", 80],
    ["definition", 5],
  ]),
  laterSchemas: new Map(),
};

/** All simulated datasets. */
export const DATASETS: readonly DatasetInfo[] = [FUTURES, STOCKS];

/** Datasets of the vendor that are not simulated: known by name, so that asking for one is a matter of licence. */
export const UNLICENSED_DATASETS: readonly string[] = [
  ..."ARCX.PILLAR BATS.PITCH BATY.PITCH DBEQ.BASIC EDGA.PITCH EDGX.PITCH EPRL.DOM EQUS.ALL EQUS.MINI EQUS.PLUS".split(
    " ",
  ),
  ..."EQUS.SUMMARY IEXG.TOPS IFEU.IMPACT IFLL.IMPACT IFUS.IMPACT MEMX.MEMOIR NDEX.IMPACT OPRA.PILLAR XASE.PILLAR".split(
    " ",
  ),
  ..."XBOS.ITCH XCBF.PITCH XCHI.PILLAR XCIS.PILLAR XEEE.EOBI XEUR.EOBI XNAS.BASIC XNYS.PILLAR XPSX.ITCH".split(" "),
];

/** The dataset of a name, undefined when it is not simulated. */
export function datasetOf(name: string): DatasetInfo | undefined {
  return DATASETS.find((dataset) => dataset.name === name);
}

/** First instant a schema of a dataset has data for, ns. */
export function schemaStart(dataset: DatasetInfo, schema: Schema): bigint {
  return nsOfDay(dataset.laterSchemas.get(schema) ?? dataset.firstDay);
}
