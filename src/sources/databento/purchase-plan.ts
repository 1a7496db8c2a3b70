/** What is missing in the cache and what it would cost: worked out whole before a byte is bought. */

import { totalCost } from "../../databento/cost-decision.ts";
import type { CostQuote, StreamParams } from "../../databento/index.ts";
import { coveredLength, type TimeSpan } from "../../store/coverage.ts";
import type { SeriesKey, SeriesSpan } from "./series.ts";

/** A chunk to buy: one request. */
export interface PlannedChunk {
  readonly span: SeriesSpan;
  readonly params: StreamParams;
  readonly quote: CostQuote;
  /** US$. */
  readonly cost: number;
  /** Uncompressed size, which is what is billed. */
  readonly bytes: number;
}

/** One series of a plan. */
export interface PlannedSeries {
  readonly key: SeriesKey;
  /** What was asked for, in whole UTC days. */
  readonly span: TimeSpan;
  /** Share of the span that needs no purchase, 0 to 1. */
  readonly cachedShare: number;
  /** What is to be bought, ascending. */
  readonly chunks: readonly PlannedChunk[];
  /** Why a part cannot be bought; the other series of the plan do not depend on it. */
  readonly failure: Error | undefined;
}

/** A batch of purchases. Prices are those the service told just now. */
export interface PurchasePlan {
  readonly series: readonly PlannedSeries[];
  /** Price of everything, US$. */
  readonly total: number;
  /** Uncompressed size of everything. */
  readonly bytes: number;
}

/** A plan of its series. */
export function purchasePlan(series: readonly PlannedSeries[]): PurchasePlan {
  const chunks = series.flatMap((each) => each.chunks);
  return {
    series,
    total: totalCost(chunks.map(({ cost }) => cost)),
    bytes: chunks.reduce((sum, { bytes }) => sum + bytes, 0),
  };
}

/** Share of a span that lies outside the gaps. */
export function shareWithout(span: TimeSpan, gaps: readonly TimeSpan[]): number {
  const length = span.end - span.start;
  return length <= 0 ? 1 : 1 - coveredLength(gaps) / length;
}
