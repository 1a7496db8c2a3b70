/** What a series of the cache holds, as its `index.json` says. Pure: files are the business of `series-store.ts`. */

import type { ColumnFile } from "./column-file.ts";
import { gapsWithin, overlapOf, type TimeSpan } from "./coverage.ts";

/** A file of the series. `start` and `end` say which part of it counts: a later file may have taken the place of the rest. */
export interface StoredChunk extends TimeSpan {
  /** Name of the raw file in the folder of the series. */
  readonly file: string;
  readonly bytes: number;
  /** Hex, over the raw file. */
  readonly sha256: string;
  /** Time of the raw file's last change, ms: as long as it stays, the content is taken for what it was. */
  readonly modified: number;
  /** The decoded columns beside it; null where they were not made. */
  readonly columns: ColumnFile | null;
  /** What a reader of results should know of this data, such as degraded days. */
  readonly remarks: readonly string[];
}

/** A span the service was asked for and had nothing of. */
export interface AbsentSpan extends TimeSpan {
  /** Epoch ms UTC. */
  readonly askedAt: number;
  /** True for what will never come; otherwise it is asked for again once the answer is old. */
  readonly isFinal: boolean;
}

/** The index of a series. */
export interface SeriesIndex {
  readonly version: 1;
  /** Ascending; the spans do not overlap. */
  readonly chunks: readonly StoredChunk[];
  readonly absent: readonly AbsentSpan[];
}

/** Of a series that holds nothing. */
export const EMPTY_INDEX: SeriesIndex = { version: 1, chunks: [], absent: [] };

/** Reads an index. Undefined when the text is none, or one of another version. */
export function parseIndex(text: string): SeriesIndex | undefined {
  try {
    const read = JSON.parse(text) as Partial<SeriesIndex>;
    const isSound =
      read.version === 1 &&
      Array.isArray(read.chunks) &&
      Array.isArray(read.absent) &&
      read.chunks.every(isChunk) &&
      read.absent.every(isSpan);
    return isSound ? (read as SeriesIndex) : undefined;
  } catch {
    return undefined;
  }
}

function isSpan(value: unknown): boolean {
  const span = value as Partial<TimeSpan> | null;
  return typeof span?.start === "number" && typeof span.end === "number" && span.start < span.end;
}

function isChunk(value: unknown): boolean {
  const chunk = value as Partial<StoredChunk> | null;
  return isSpan(value) && typeof chunk?.file === "string" && typeof chunk.sha256 === "string";
}

/** The index with a new file, which takes the place of older ones where they overlap. */
export function withChunk(index: SeriesIndex, chunk: StoredChunk): SeriesIndex {
  const older = index.chunks.flatMap((held) => gapsWithin(held, [chunk]).map((rest) => ({ ...held, ...rest })));
  return { ...index, chunks: sorted([...older, chunk]), absent: index.absent.flatMap((span) => without(span, chunk)) };
}

/** The index with an old file, which counts only where nothing newer does; undefined when that is nowhere. */
export function withAdopted(index: SeriesIndex, chunk: StoredChunk): SeriesIndex | undefined {
  const parts = gapsWithin(chunk, index.chunks).map((part) => ({ ...chunk, ...part }));
  if (parts.length === 0) return undefined;
  const absent = index.absent.flatMap((span) => without(span, chunk));
  return { ...index, chunks: sorted([...index.chunks, ...parts]), absent };
}

/** The index with a span that was asked for and had nothing. */
export function withAbsent(index: SeriesIndex, span: AbsentSpan): SeriesIndex {
  return { ...index, absent: sorted([...index.absent.flatMap((held) => without(held, span)), span]) };
}

/** The index without a file. */
export function withoutFile(index: SeriesIndex, file: string): SeriesIndex {
  return { ...index, chunks: index.chunks.filter((chunk) => chunk.file !== file) };
}

/** What need not be asked for: files, spans that will stay empty, and those found empty so short a time ago, ms. */
export function coveredSpans(index: SeriesIndex, now: number, freshFor: number): readonly TimeSpan[] {
  const isFresh = ({ askedAt, isFinal }: AbsentSpan) => isFinal || (askedAt <= now && now - askedAt < freshFor);
  return [...index.chunks, ...index.absent.filter(isFresh)];
}

/** The files that overlap a span, each cut to it. */
export function chunksWithin(index: SeriesIndex, span: TimeSpan): StoredChunk[] {
  return index.chunks.flatMap((chunk) => {
    const part = overlapOf(chunk, span);
    return part === undefined ? [] : [{ ...chunk, ...part }];
  });
}

function without(span: AbsentSpan, taken: TimeSpan): AbsentSpan[] {
  return gapsWithin(span, [taken]).map((rest) => ({ ...span, ...rest }));
}

function sorted<Span extends TimeSpan>(spans: readonly Span[]): Span[] {
  return spans.toSorted((a, b) => a.start - b.start);
}
