/** Carries a purchase plan out: chunk by chunk, each in the cache before the next of its series is. */

import { rm } from "node:fs/promises";
import { StreamBrokenError } from "../../databento/errors.ts";
import { AccessDeniedError, AuthenticationError, InsufficientFundsError } from "../../databento/http-errors.ts";
import type { Historical } from "../../databento/index.ts";
import type { DbnMetadata } from "../../dbn/index.ts";
import { DAY, formatInstant, MINUTE } from "../../market/time.ts";
import { CacheError } from "../../store/cache-errors.ts";
import { gapsWithin, overlapOf, type TimeSpan } from "../../store/coverage.ts";
import type { DataCache } from "../../store/data-cache.ts";
import type { SeriesStore } from "../../store/series-store.ts";
import { Batch, type FetchProgress } from "./batch.ts";
import type { CostBook } from "./cost-book.ts";
import { type DownloadedChunk, downloadChunk } from "./download.ts";
import type { FreeAnswers } from "./free-answers.ts";
import type { OnHistoryEvent } from "./history-events.ts";
import type { PlannedChunk, PlannedSeries, PurchasePlan } from "./purchase-plan.ts";
import { seriesName, wordsOf } from "./series.ts";

/** What a buyer works with. */
export interface BuyerParts {
  readonly cache: DataCache;
  readonly costs: CostBook;
  readonly answers: FreeAnswers;
  readonly connect: () => Promise<Historical>;
  readonly now: () => number;
  readonly isSimulated: boolean;
  readonly signal: AbortSignal | undefined;
  readonly onEvent: OnHistoryEvent;
}

/** How many series are fetched at once. */
const AT_ONCE = 4;
/** How often a broken chunk is fetched again, when there is room in the limit. */
const MOST_REPETITIONS = 2;

/** Size of a bar of any schema, which is what is billed. */
const BAR_BYTES = 56;
/** To this the vendor's sizes are exact; of odd spans they may be too large. Source: Databento, metadata.get_billable_size. */
const BILLED_STEP = 10 * MINUTE;

/** Failures that would befall every other chunk as well. */
const HOPELESS = [AuthenticationError, AccessDeniedError, InsufficientFundsError, CacheError];

/** Buys approved plans. */
export class Buyer {
  readonly #parts: BuyerParts;

  constructor(parts: BuyerParts) {
    this.#parts = parts;
  }

  /**
   * Buys everything in a plan that was approved. One failing series does not stop the others, unless they would fail as well.
   * @returns failures by name of the series
   */
  async buy(plan: PurchasePlan, onProgress: (progress: FetchProgress) => void): Promise<ReadonlyMap<string, unknown>> {
    const failures = new Map<string, unknown>();
    const work = plan.series.filter(({ chunks }) => chunks.length > 0);
    const remarks = await this.#remarks(work);
    for (const { key } of work) await this.#parts.cache.series(wordsOf(key)).removeUnfinished();
    const batch = new Batch(plan, onProgress);
    let stopped: unknown;
    const takeNext = async (): Promise<void> => {
      for (let series = work.shift(); series !== undefined; series = work.shift()) {
        try {
          if (stopped !== undefined) throw stopped;
          await this.#buySeries(series, remarks, batch);
        } catch (thrown) {
          failures.set(seriesName(series.key), thrown);
          batch.giveUp(series);
          if (this.#parts.signal?.aborted || HOPELESS.some((hopeless) => thrown instanceof hopeless)) stopped = thrown;
        }
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, takeNext));
    return failures;
  }

  async #buySeries(series: PlannedSeries, remarks: ReadonlyMap<string, readonly string[]>, batch: Batch) {
    const store = this.#parts.cache.series(wordsOf(series.key));
    for (const chunk of series.chunks) {
      this.#parts.signal?.throwIfAborted();
      const downloaded = await this.#download(chunk, store, batch);
      await this.#keep(chunk, store, downloaded, remarks.get(series.key.dataset) ?? []);
      batch.finish(chunk);
    }
  }

  /** Fetches a chunk; a stream that breaks is fetched anew as long as nobody has to be asked for that. */
  async #download(chunk: PlannedChunk, store: SeriesStore, batch: Batch): Promise<DownloadedChunk> {
    const { connect, onEvent, signal } = this.#parts;
    const client = await connect();
    let { quote } = chunk;
    for (let repetition = 0; ; repetition++) {
      try {
        const approval = await quote.approve({ maxCost: quote.total });
        return await downloadChunk(client, this.#orderOf(chunk, approval, store, batch));
      } catch (thrown) {
        const mayRepeat = repetition < MOST_REPETITIONS && signal?.aborted !== true;
        if (!(thrown instanceof StreamBrokenError && mayRepeat && (await this.#reserve(batch, chunk, chunk.cost)))) {
          throw thrown;
        }
        quote = await client.quote([{ kind: "timeseries.getRange", params: chunk.params }]);
        if (!(await this.#reserve(batch, chunk, quote.total))) throw thrown;
        onEvent({ kind: "chunk_repeated", series: chunk.span, span: chunk.span, reason: thrown.message });
      }
    }
  }

  /** Takes money for a chunk once more, unless what else the batch has to pay leaves none. */
  async #reserve(batch: Batch, chunk: PlannedChunk, cost: number): Promise<boolean> {
    batch.owe(chunk, cost);
    return cost === 0 || this.#parts.costs.hasRoomFor(batch.owed);
  }

  #orderOf(
    chunk: PlannedChunk,
    approval: Awaited<ReturnType<PlannedChunk["quote"]["approve"]>>,
    store: SeriesStore,
    batch: Batch,
  ) {
    const { cache, costs, now, isSimulated, onEvent, signal } = this.#parts;
    const { span, bytes } = chunk;
    return {
      params: chunk.params,
      approval,
      name: `${seriesName(span)} from ${formatInstant(span.start)} to ${formatInstant(span.end)}`,
      series: store,
      quarantine: cache.quarantineFolder,
      signal,
      onBytes: (received: number) => batch.tell(chunk, received),
      onPaid: async (stream: { readonly head: { readonly requestId: string | undefined } | undefined }) => {
        const purchase = {
          time: formatInstant(now()),
          dataset: span.dataset,
          schema: span.schema,
          symbol: span.symbol,
          stypeIn: span.stypeIn,
          start: formatInstant(span.start),
          end: formatInstant(span.end),
          cost: approval.total,
          bytes,
          requestId: stream.head?.requestId ?? null,
          simulated: isSimulated,
        };
        batch.pay(chunk);
        await costs.note(purchase);
        onEvent({ kind: "bought", purchase });
      },
    };
  }

  /** Enters a chunk into the cache. Of a partial answer only the days the symbol stood for something count as held. */
  async #keep(chunk: PlannedChunk, store: SeriesStore, downloaded: DownloadedChunk, days: readonly string[]) {
    const { now, onEvent } = this.#parts;
    const { span } = chunk;
    const held = downloaded.partial ? resolvedSpan(span, downloaded.metadata) : span;
    const { sha256, columns, part, rows, skippedRows } = downloaded;
    if (skippedRows > 0) onEvent({ kind: "rows_skipped", series: span, rows: skippedRows });
    const billedRows = rows === undefined || !isBilledExactly(span) ? 0 : chunk.bytes / BAR_BYTES;
    if (rows !== undefined && rows < billedRows)
      onEvent({ kind: "short_answer", series: span, span, rows, billedRows });
    if (held === undefined) await rm(part, { force: true });
    else {
      const remarks = days.filter((day) => overlapOf(dayOf(day), held) !== undefined);
      await store.addChunk(part, held, { sha256, columns, remarks });
    }
    for (const rest of gapsWithin(span, held === undefined ? [] : [held])) {
      await store.addAbsent({ ...rest, askedAt: now(), isFinal: false });
      onEvent({ kind: "unresolved", series: span, span: rest });
    }
  }

  /** Days that are not in order, by dataset: one free question for each. */
  async #remarks(work: readonly PlannedSeries[]): Promise<ReadonlyMap<string, readonly string[]>> {
    const remarks = new Map<string, readonly string[]>();
    for (const dataset of new Set(work.map(({ key }) => key.dataset))) {
      const spans = work.flatMap(({ key, chunks }) => (key.dataset === dataset ? chunks.map(({ span }) => span) : []));
      const start = Math.min(...spans.map((span) => span.start));
      const end = Math.max(...spans.map((span) => span.end));
      remarks.set(dataset, await this.#parts.answers.remarkableDays(dataset, { start, end }));
    }
    return remarks;
  }
}

function isBilledExactly({ start, end }: TimeSpan): boolean {
  return start % BILLED_STEP === 0 && end % BILLED_STEP === 0;
}

/** From the first to the last day the symbol stood for something; undefined when the metadata do not say. */
function resolvedSpan(span: TimeSpan, metadata: DbnMetadata | undefined): TimeSpan | undefined {
  const intervals = (metadata?.mappings ?? []).flatMap(({ intervals }) => intervals);
  const days = intervals.filter(({ symbol }) => symbol !== "");
  if (days.length === 0) return undefined;
  const start = Math.min(...days.map(({ startDate }) => Date.parse(startDate)));
  const end = Math.max(...days.map(({ endDate }) => Date.parse(endDate)));
  return overlapOf(span, { start, end });
}

/** The UTC day of `2024-03-05 (degraded)`. */
function dayOf(remark: string): TimeSpan {
  const start = Date.parse(remark.slice(0, 10));
  return { start, end: start + DAY };
}
