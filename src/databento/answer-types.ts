import type { z } from "zod";
import type * as answers from "./answers.ts";

/** Who publishes what where. */
export type Publisher = z.output<typeof answers.publishers>[number];

/** A field of a schema: in C type names for dbn, flattened for csv and json. */
export type FieldInfo = z.output<typeof answers.fields>[number];

/** US$ per GB of uncompressed DBN, by schema, for one mode (`historical`, `historical-streaming`, `live`). */
export type UnitPrices = z.output<typeof answers.unitPrices>[number];

/** State of one day: `available`, `degraded` (there, with a quality problem), `pending` (not published yet), `missing`. */
export type DatasetCondition = z.output<typeof answers.datasetCondition>[number];

/** From when (inclusive) to when (exclusive) there is data, for the dataset and for each schema. The end moves during the day. */
export type DatasetRange = z.output<typeof answers.datasetRange>;

/**
 * What each symbol was when: `d0` inclusive, `d1` exclusive, `s` the symbol of the output type, empty for a gap. `status` is 0
 * for all resolved, 1 for some (`partial`), 2 for none (`notFound`).
 */
export type Resolution = z.output<typeof answers.resolution>;

/** A batch job. What the service does not know yet is null; newer servers list only `id`, `state` and `tsReceived`. */
export type BatchJob = z.output<typeof answers.job>;

/** A file of a finished job: size in bytes, hash as `sha256:HEX`. */
export type BatchFile = z.output<typeof answers.files>[number];
