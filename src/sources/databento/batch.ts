/** A batch while it is bought: how far it has come, and what of it is still to be paid. */

import { totalCost } from "../../databento/cost-decision.ts";
import type { TimeSpan } from "../../store/coverage.ts";
import type { PlannedChunk, PlannedSeries, PurchasePlan } from "./purchase-plan.ts";
import type { SeriesKey } from "./series.ts";

/** How far a batch has come, for who watches it. */
export interface FetchProgress {
  /** The chunk that is being fetched, and what part of it is asked for. */
  readonly series: SeriesKey;
  readonly span: TimeSpan;
  /** Bytes of this chunk received so far, compressed. */
  readonly received: number;
  /** Chunks finished, and all of them. */
  readonly chunksDone: number;
  readonly chunks: number;
  /** Uncompressed size of the finished chunks, and of all. */
  readonly bytesDone: number;
  readonly bytes: number;
}

/** Counts the chunks of a batch, and the money. */
export class Batch {
  readonly #plan: PurchasePlan;
  readonly #chunks: number;
  readonly #onProgress: (progress: FetchProgress) => void;
  /** Price of each chunk that is still to be paid, US$. */
  readonly #owed: Map<PlannedChunk, number>;
  #chunksDone = 0;
  #bytesDone = 0;

  constructor(plan: PurchasePlan, onProgress: (progress: FetchProgress) => void) {
    const chunks = plan.series.flatMap((series) => series.chunks);
    this.#plan = plan;
    this.#chunks = chunks.length;
    this.#onProgress = onProgress;
    this.#owed = new Map(chunks.map((chunk) => [chunk, chunk.cost]));
  }

  /** What is still to be paid, US$. */
  get owed(): number {
    return totalCost([...this.#owed.values()]);
  }

  /** A chunk is to be paid, once more perhaps. @param cost US$ */
  owe(chunk: PlannedChunk, cost: number): void {
    this.#owed.set(chunk, cost);
  }

  /** A chunk is paid now. */
  pay(chunk: PlannedChunk): void {
    this.#owed.delete(chunk);
  }

  /** What is left of a series that failed will not be bought. */
  giveUp({ chunks }: PlannedSeries): void {
    for (const chunk of chunks) this.#owed.delete(chunk);
  }

  tell({ span }: PlannedChunk, received: number): void {
    const { dataset, schema, stypeIn, symbol, start, end } = span;
    this.#onProgress({
      series: { dataset, schema, stypeIn, symbol },
      span: { start, end },
      received,
      chunksDone: this.#chunksDone,
      chunks: this.#chunks,
      bytesDone: this.#bytesDone,
      bytes: this.#plan.bytes,
    });
  }

  finish(chunk: PlannedChunk): void {
    this.#chunksDone += 1;
    this.#bytesDone += chunk.bytes;
    this.tell(chunk, 0);
  }
}
