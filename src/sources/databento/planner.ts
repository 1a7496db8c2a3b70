/** Makes purchase plans: what the cache lacks, cut to what the service has, in chunks, each with its price. Asks only what is free. */

import { clampRange } from "../../databento/clamp-range.ts";
import { SymbologyError, UnavailableRangeError } from "../../databento/http-errors.ts";
import type { Historical, StreamParams } from "../../databento/index.ts";
import { DAY, HOUR, MINUTE, SECOND } from "../../market/time.ts";
import { gapsWithin, mergeSpans, overlapOf, type TimeSpan } from "../../store/coverage.ts";
import type { DataCache } from "../../store/data-cache.ts";
import { type AbsentSpan, coveredSpans } from "../../store/series-index.ts";
import { splitByMonths, wholeDays } from "./chunks.ts";
import { FRESH_FOR, type FreeAnswers } from "./free-answers.ts";
import type { OnHistoryEvent } from "./history-events.ts";
import {
  type PlannedChunk,
  type PlannedSeries,
  type PurchasePlan,
  purchasePlan,
  shareWithout,
} from "./purchase-plan.ts";
import { paramsOf, type SeriesKey, type SeriesSpan, seriesName, wordsOf } from "./series.ts";

/** What a planner works with. */
export interface PlannerParts {
  readonly cache: DataCache;
  readonly answers: FreeAnswers;
  readonly connect: () => Promise<Historical>;
  readonly now: () => number;
  /** Months in a chunk; by the schema when undefined. */
  readonly chunkMonths: number | undefined;
  readonly signal: AbortSignal | undefined;
  readonly onEvent: OnHistoryEvent;
}

/** A plan, and what was learnt on the way of spans that need not be asked for again. */
export interface PlanResult {
  readonly plan: PurchasePlan;
  readonly absent: readonly { readonly key: SeriesKey; readonly span: AbsentSpan }[];
}

/** Bars are complete up to whole steps only. */
const STEPS: Readonly<Record<string, number>> = {
  "ohlcv-1s": SECOND,
  "ohlcv-1m": MINUTE,
  "ohlcv-1h": HOUR,
  "ohlcv-1d": DAY,
  definition: DAY,
};
/** A refused span is narrowed as long as that helps, but not for ever. */
const MOST_CLAMPS = 3;

/** Spans in whole UTC days, those of one series joined. */
export function joinedSpans(spans: readonly SeriesSpan[]): SeriesSpan[] {
  const groups = new Map<string, { key: SeriesKey; spans: TimeSpan[] }>();
  for (const { start, end, ...key } of spans) {
    if (end <= start) continue;
    const group = groups.get(seriesName(key)) ?? { key, spans: [] };
    group.spans.push(wholeDays({ start, end }));
    groups.set(seriesName(key), group);
  }
  return [...groups.values()].flatMap(({ key, spans }) => mergeSpans(spans).map((span) => ({ ...key, ...span })));
}

/** Plans what to buy. */
export class Planner {
  readonly #parts: PlannerParts;

  constructor(parts: PlannerParts) {
    this.#parts = parts;
  }

  /** The parts of spans that the cache lacks. Asks nothing. @param reload looks at the disk again */
  async missing(spans: readonly SeriesSpan[], reload = false): Promise<SeriesSpan[]> {
    const { cache, now } = this.#parts;
    const missing: SeriesSpan[] = [];
    for (const { start, end, ...key } of joinedSpans(spans)) {
      const index = await cache.series(wordsOf(key)).index(reload);
      const gaps = gapsWithin({ start, end }, coveredSpans(index, now(), FRESH_FOR));
      missing.push(...gaps.map((gap) => ({ ...key, ...gap })));
    }
    return missing;
  }

  /**
   * Prices for what is missing. A series that cannot be priced has its failure in the plan; the others do not depend on it.
   * @param asked all that is wanted, for the cached share @param missing what of it is to be bought
   */
  async plan(asked: readonly SeriesSpan[], missing: readonly SeriesSpan[]): Promise<PlanResult> {
    const absent: { key: SeriesKey; span: AbsentSpan }[] = [];
    const series = await Promise.all(
      joinedSpans(asked).map(({ start, end, ...key }) => {
        const own = missing.filter((gap) => seriesName(gap) === seriesName(key));
        const gaps = own.flatMap((gap) => overlapOf(gap, { start, end }) ?? []);
        return this.#planSeries(key, { start, end }, gaps, (span) => absent.push({ key, span }));
      }),
    );
    return { plan: purchasePlan(series), absent };
  }

  async #planSeries(
    key: SeriesKey,
    span: TimeSpan,
    gaps: readonly TimeSpan[],
    onAbsent: (span: AbsentSpan) => void,
  ): Promise<PlannedSeries> {
    const cachedShare = shareWithout(span, gaps);
    const chunks: PlannedChunk[] = [];
    let failure: Error | undefined;
    try {
      const open = gaps.length === 0 ? [] : await this.#clampToDataset(key, gaps, onAbsent);
      const pieces = open.flatMap((gap) => splitByMonths(gap, key.schema, this.#parts.chunkMonths));
      const priced = await Promise.all(pieces.map((piece) => this.#price({ ...key, ...piece }, onAbsent)));
      chunks.push(...priced.flatMap((chunk) => chunk ?? []));
    } catch (thrown) {
      this.#parts.signal?.throwIfAborted();
      if (!(thrown instanceof Error)) throw thrown;
      failure = thrown;
    }
    return { key, span, cachedShare, chunks, failure };
  }

  /** The parts of gaps that the dataset has; what lies before or after is remembered as absent. */
  async #clampToDataset(
    key: SeriesKey,
    gaps: readonly TimeSpan[],
    onAbsent: (span: AbsentSpan) => void,
  ): Promise<TimeSpan[]> {
    const { answers, now } = this.#parts;
    const range = await answers.available(key.dataset, key.schema);
    const step = STEPS[key.schema] ?? MINUTE;
    const available = { start: range.start, end: Math.floor(range.end / step) * step };
    return gaps.flatMap((gap) => {
      const part = overlapOf(gap, available);
      const outside = part === undefined ? [gap] : gapsWithin(gap, [part]);
      for (const rest of outside) onAbsent({ ...rest, askedAt: now(), isFinal: rest.end <= available.start });
      if (outside.length > 0) this.#parts.onEvent({ kind: "clamped", series: key, asked: gap, available: part });
      return part === undefined ? [] : [part];
    });
  }

  /** A chunk with its price; undefined when the symbol stood for nothing in it. */
  async #price(span: SeriesSpan, onAbsent: (span: AbsentSpan) => void): Promise<PlannedChunk | undefined> {
    const { now, onEvent } = this.#parts;
    const client = await this.#parts.connect();
    const { start, end, ...key } = span;
    let params: StreamParams = paramsOf(span);
    for (let attempt = 0; ; attempt++) {
      try {
        return await this.#quote(client, key, params);
      } catch (thrown) {
        if (thrown instanceof SymbologyError) {
          onAbsent({ start, end, askedAt: now(), isFinal: true });
          onEvent({ kind: "unresolved", series: key, span: { start, end } });
          return undefined;
        }
        const clamped = thrown instanceof UnavailableRangeError ? clampRange(thrown, params) : undefined;
        if (clamped === undefined || attempt === MOST_CLAMPS) throw thrown;
        params = clamped;
        const part = spanOf(clamped);
        for (const rest of gapsWithin({ start, end }, [part])) onAbsent({ ...rest, askedAt: now(), isFinal: false });
        onEvent({ kind: "clamped", series: key, asked: { start, end }, available: part });
      }
    }
  }

  async #quote(client: Historical, key: SeriesKey, params: StreamParams): Promise<PlannedChunk> {
    const { signal } = this.#parts;
    const options = signal === undefined ? {} : { signal };
    const quote = await client.quote([{ kind: "timeseries.getRange", params }], { ...options, withSizes: true });
    const bytes = quote.items[0]?.billableSize ?? 0;
    return { span: { ...key, ...spanOf(params) }, params, quote, cost: quote.total, bytes };
  }
}

/** The span of parameters, whose times are dates or the service's own texts. */
function spanOf({ start, end }: StreamParams): TimeSpan {
  const instant = (value: StreamParams["end"]) =>
    value instanceof Date ? value.getTime() : Date.parse(String(value).replace(/(\.\d{3})\d+/, "$1"));
  return { start: instant(start), end: instant(end) };
}
