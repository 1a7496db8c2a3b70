/** Best bid and ask beside bars. */

import type { Schema } from "../../dbn/index.ts";
import type { BarSeries } from "../../market/bar-series.ts";
import { MINUTE } from "../../market/time.ts";
import type { Timestep } from "../../market/timestep.ts";
import type { Columns } from "../../store/column-file.ts";
import type { QUOTE_COLUMNS } from "./chunk-decoder.ts";

/** Samples of the best bid and ask, ascending; `time` is the instant of the sample. */
export type QuoteColumns = Columns<(typeof QUOTE_COLUMNS)[number]>;

/** The sampled quotes that go with bars of a step: every second for bars below a minute, else every minute. */
export function quoteSchemaOf(step: Timestep): Schema {
  return step.milliseconds < MINUTE ? "bbo-1s" : "bbo-1m";
}

/** The bars with the last quote sampled in each, up to and with its close; NaN where a bar has none, or a side was empty. */
export function withQuotes(bars: BarSeries, quotes: QuoteColumns): BarSeries {
  const { asset, timestep, length, time, open, high, low, close, volume } = bars;
  const bid = new Float64Array(length).fill(Number.NaN);
  const ask = new Float64Array(length).fill(Number.NaN);
  let next = 0;
  for (let row = 0; row < length; row++) {
    const from = time[row] as number;
    const to = from + timestep.milliseconds;
    while (next < quotes.time.length && (quotes.time[next] as number) <= to) next += 1;
    const last = next - 1;
    if (last < 0 || (quotes.time[last] as number) <= from) continue;
    bid[row] = quotes.bid[last] as number;
    ask[row] = quotes.ask[last] as number;
  }
  return { asset, timestep, length, time, open, high, low, close, volume, bid, ask };
}
