/** The vendor's history through the cache: says what is missing and what it costs, buys it once, reads it ever after. */

import { readFile } from "node:fs/promises";
import type { Historical } from "../../databento/index.ts";
import { decodeDbn, type KnownRecord } from "../../dbn/index.ts";
import type { Columns } from "../../store/column-file.ts";
import { gapsWithin, type TimeSpan } from "../../store/coverage.ts";
import { DataCache } from "../../store/data-cache.ts";
import { chunksWithin } from "../../store/series-index.ts";
import type { FetchProgress } from "./batch.ts";
import { Buyer } from "./buyer.ts";
import { decodeChunkFile } from "./chunk-decoder.ts";
import { CostBook, type CostLimits } from "./cost-book.ts";
import { FreeAnswers } from "./free-answers.ts";
import type { OnHistoryEvent } from "./history-events.ts";
import { joinedSpans, Planner } from "./planner.ts";
import { dearestOf, type PurchasePlan } from "./purchase-plan.ts";
import { type SeriesKey, type SeriesSpan, seriesName, wordsOf } from "./series.ts";
import { serviceFolder, type VendorService } from "./service.ts";

/** Asks somebody about a batch that costs something. Only `true` is a yes. */
export type ConfirmCost = (plan: PurchasePlan) => boolean | Promise<boolean>;

/** What a history is made of. */
export interface CachedHistoryOptions {
  readonly service: VendorService;
  /** Folder of the cache; made when something is written. */
  readonly cacheFolder: string;
  readonly limits: CostLimits;
  /** Undefined where there is nobody to ask: then `limits.maxCost` decides. */
  readonly confirm: ConfirmCost | undefined;
  /** Buys everything that is asked for anew, once. */
  readonly forceRefresh: boolean;
  /** Months in a chunk. Default: 6; 1 for seconds and ticks. */
  readonly chunkMonths?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Longest wait for another process that adds to the cache. */
  readonly lockTimeoutSeconds: number;
  /** Epoch ms UTC. */
  readonly now: () => number;
  readonly onEvent: OnHistoryEvent;
}

/** What came of fetching a batch. */
export interface FetchReport {
  readonly plan: PurchasePlan;
  /** Why a series could not be fetched, by its name; the others are in the cache. */
  readonly failures: ReadonlyMap<string, unknown>;
}

interface Waiting {
  readonly spans: readonly SeriesSpan[];
  resolve(): void;
  reject(reason: unknown): void;
}

/**
 * The vendor's data by series and span.
 *
 * ```ts
 * const plan = await history.plan(spans);                      // free: what is missing, and its price
 * const report = await history.fetch(spans, { onProgress });   // asks, buys what is missing, never twice
 * const bars = await history.columns(key, span, BAR_COLUMNS);  // from the cache alone
 * ```
 */
export class CachedHistory {
  readonly cache: DataCache;
  readonly answers: FreeAnswers;
  readonly costs: CostBook;
  readonly #options: CachedHistoryOptions;
  readonly #planner: Planner;
  readonly #buyer: Buyer;
  /** Series spans that `forceRefresh` has bought anew already. */
  readonly #refreshed = new Map<string, TimeSpan[]>();
  #waiting: Waiting[] = [];
  /** Tasks begun and not ended: a batch waits until each of them says what it needs, or ends. */
  #tasks = 0;

  constructor(options: CachedHistoryOptions) {
    const { service, cacheFolder, limits, now, onEvent, forceRefresh, signal } = options;
    const connect = (): Promise<Historical> => service.connect();
    this.#options = options;
    this.cache = new DataCache(serviceFolder(cacheFolder, service), onEvent);
    this.costs = new CostBook(this.cache.costsFile, limits, now);
    const { isSimulated } = service;
    this.answers = new FreeAnswers({ store: this.cache.answers, connect, now, forceRefresh, isSimulated });
    const shared = { cache: this.cache, answers: this.answers, connect, now, signal, onEvent };
    this.#planner = new Planner({ ...shared, chunkMonths: options.chunkMonths });
    this.#buyer = new Buyer({ ...shared, costs: this.costs, isSimulated });
  }

  /** True when the data is made up. */
  get isSimulated(): boolean {
    return this.#options.service.isSimulated;
  }

  /** What of the spans is missing in the cache, and its price. Free; buys nothing. */
  async plan(spans: readonly SeriesSpan[]): Promise<PurchasePlan> {
    const missing = await this.#missing(spans, true);
    return (await this.#planner.plan(spans, missing)).plan;
  }

  /**
   * Buys what of the spans is missing, after the price of all of it was let through. What another process bought meanwhile is not bought
   * again. A series that fails does not stop the others.
   * @throws {CostLimitError} {CostNotApprovedError} {MonthlyCeilingError}: nothing was bought
   * @throws CacheFullError, CacheReadOnlyError, CacheLockedError
   */
  async fetch(
    spans: readonly SeriesSpan[],
    { onProgress }: { readonly onProgress?: (progress: FetchProgress) => void } = {},
  ): Promise<FetchReport> {
    const { lockTimeoutSeconds: timeoutSeconds, signal } = this.#options;
    return this.cache.withLock({ timeoutSeconds, signal }, async () => {
      const missing = await this.#missing(spans, true);
      const { plan, absent } = await this.#planner.plan(spans, missing);
      if (plan.bytes > 0 || plan.total > 0) await this.cache.checkRoom(plan.bytes);
      await this.#approve(plan);
      for (const { key, span } of absent) await this.cache.series(wordsOf(key)).addAbsent(span);
      const failures = new Map(await this.#buyer.buy(plan, onProgress ?? (() => {})));
      for (const { key, failure } of plan.series) if (failure !== undefined) failures.set(seriesName(key), failure);
      this.#noteRefreshed(spans);
      return { plan, failures };
    });
  }

  /** Runs work that calls `ensure`. What several such tasks ask for while they run at once becomes one batch with one price. */
  async task<Value>(work: () => Promise<Value>): Promise<Value> {
    this.#tasks += 1;
    try {
      return await work();
    } finally {
      this.#tasks -= 1;
      this.#fetchWhenReady();
    }
  }

  /** Whether the cache has all of some spans. */
  async holds(spans: readonly SeriesSpan[]): Promise<boolean> {
    return (await this.#missing(spans, false)).length === 0;
  }

  /**
   * Makes sure that spans are in the cache.
   * @throws as `fetch`, and what befell the first of these series that failed
   */
  async ensure(spans: readonly SeriesSpan[]): Promise<void> {
    const missing = await this.#missing(spans, false);
    if (missing.length === 0) return;
    await new Promise<void>((resolve, reject) => {
      this.#waiting.push({ spans, resolve, reject });
      this.#fetchWhenReady();
    });
  }

  #fetchWhenReady(): void {
    if (this.#waiting.length > 0 && this.#waiting.length >= this.#tasks) setImmediate(() => void this.#fetchWaiting());
  }

  /** Columns of the rows with `start <= time < end` that the cache holds. */
  columns<Name extends string>(key: SeriesKey, span: TimeSpan, names: readonly Name[]): Promise<Columns<Name>> {
    return this.cache.series(wordsOf(key)).readColumns(span, names, (path) => decodeChunkFile(path, key.schema));
  }

  /** Every record of the files that overlap a span, one object each: for schemas of few records. */
  async records(key: SeriesKey, span: TimeSpan): Promise<readonly KnownRecord[]> {
    const records: KnownRecord[] = [];
    for (const { path } of await this.cache.series(wordsOf(key)).rawFiles(span)) {
      for (const record of decodeDbn(await readFile(path)).records) if (record.kind !== "unknown") records.push(record);
    }
    return records;
  }

  /** Whether the cache holds data for any of a span: false when the symbol stood for nothing in all of it. */
  async holdsAny(key: SeriesKey, span: TimeSpan): Promise<boolean> {
    return chunksWithin(await this.cache.series(wordsOf(key)).index(), span).length > 0;
  }

  /** What is to be known of the data of a span, such as degraded days; each once. */
  async remarks(key: SeriesKey, span: TimeSpan): Promise<readonly string[]> {
    const chunks = chunksWithin(await this.cache.series(wordsOf(key)).index(), span);
    return [...new Set(chunks.flatMap(({ remarks }) => remarks))];
  }

  async close(): Promise<void> {
    await this.#options.service.close?.();
  }

  async #approve(plan: PurchasePlan): Promise<void> {
    const { confirm } = this.#options;
    const ask = confirm === undefined ? undefined : () => confirm(plan);
    await this.costs.approve(plan.total, dearestOf(plan), ask);
  }

  async #fetchWaiting(): Promise<void> {
    const batch = this.#waiting;
    this.#waiting = [];
    if (batch.length === 0) return;
    try {
      const { failures } = await this.fetch(batch.flatMap(({ spans }) => spans));
      for (const { spans, resolve, reject } of batch) {
        const failed = spans.find((span) => failures.has(seriesName(span)));
        if (failed === undefined) resolve();
        else reject(failures.get(seriesName(failed)));
      }
    } catch (thrown) {
      for (const { reject } of batch) reject(thrown);
    }
  }

  async #missing(spans: readonly SeriesSpan[], reload: boolean): Promise<SeriesSpan[]> {
    if (!this.#options.forceRefresh) return this.#planner.missing(spans, reload);
    return joinedSpans(spans).flatMap(({ start, end, ...key }) =>
      gapsWithin({ start, end }, this.#refreshed.get(seriesName(key)) ?? []).map((gap) => ({ ...key, ...gap })),
    );
  }

  #noteRefreshed(spans: readonly SeriesSpan[]): void {
    for (const span of joinedSpans(spans)) {
      const name = seriesName(span);
      this.#refreshed.set(name, [...(this.#refreshed.get(name) ?? []), { start: span.start, end: span.end }]);
    }
  }
}
