/** What is missing in the cache and what it would cost: worked out whole before a byte is bought. */

import { totalCost } from "../../databento/cost-decision.ts";
import type { CostQuote, StreamParams } from "../../databento/index.ts";
import { formatDate } from "../../market/time.ts";
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

/** The series that costs most, and how many there are beside it: "ohlcv-1m of ESH4 from 2024-01-08 to 2024-01-13, and 2 more". */
export function dearestOf({ series }: PurchasePlan): string {
  const costOf = ({ chunks }: PlannedSeries) => totalCost(chunks.map(({ cost }) => cost));
  const bought = series.filter(({ chunks }) => chunks.length > 0).sort((a, b) => costOf(b) - costOf(a));
  const [dearest] = bought;
  if (dearest === undefined) return "nothing";
  const starts = dearest.chunks.map(({ span }) => span.start);
  const ends = dearest.chunks.map(({ span }) => span.end);
  const { schema, symbol } = dearest.key;
  const span = `from ${formatDate(Math.min(...starts))} to ${formatDate(Math.max(...ends))}`;
  return `${schema} of ${symbol} ${span}${bought.length === 1 ? "" : `, and ${bought.length - 1} more`}`;
}

/** Share of a span that lies outside the gaps. */
export function shareWithout(span: TimeSpan, gaps: readonly TimeSpan[]): number {
  const length = span.end - span.start;
  return length <= 0 ? 1 : 1 - coveredLength(gaps) / length;
}
