import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { coveredLength, gapsWithin, mergeSpans, overlapOf, type TimeSpan } from "../../src/store/coverage.ts";
import {
  coveredSpans,
  EMPTY_INDEX,
  type StoredChunk,
  withAbsent,
  withAdopted,
  withChunk,
} from "../../src/store/series-index.ts";

const END = 40;
const anySpan = fc
  .tuple(fc.integer({ min: 0, max: END }), fc.integer({ min: 0, max: END }))
  .map(([a, b]): TimeSpan => ({ start: Math.min(a, b), end: Math.max(a, b) }));
const someSpans = fc.array(anySpan, { maxLength: 8 });
const covers = (spans: readonly TimeSpan[], time: number) =>
  spans.some(({ start, end }) => start <= time && time < end);
const instants = Array.from({ length: END }, (_, time) => time);

describe("spans of time", () => {
  it("gaps and what covers them make the whole, instant by instant", () => {
    fc.assert(
      fc.property(anySpan, someSpans, (whole, covered) => {
        const gaps = gapsWithin(whole, covered);
        for (const time of instants) {
          expect(covers(gaps, time)).toBe(covers([whole], time) && !covers(covered, time));
        }
        // As few gaps as can be: no two of them touch.
        for (let i = 1; i < gaps.length; i++) expect(gaps[i]?.start).toBeGreaterThan(gaps[i - 1]?.end ?? END);
      }),
    );
  });

  it("merged spans cover the same, in order, none touching the next", () => {
    fc.assert(
      fc.property(someSpans, (spans) => {
        const merged = mergeSpans(spans);
        for (const time of instants) expect(covers(merged, time)).toBe(covers(spans, time));
        for (let i = 1; i < merged.length; i++) expect(merged[i]?.start).toBeGreaterThan(merged[i - 1]?.end ?? END);
        expect(coveredLength(spans)).toBe(instants.filter((time) => covers(spans, time)).length);
      }),
    );
  });

  it("an overlap is what both have", () => {
    expect(overlapOf({ start: 1, end: 5 }, { start: 3, end: 9 })).toEqual({ start: 3, end: 5 });
    expect(overlapOf({ start: 1, end: 3 }, { start: 3, end: 9 })).toBeUndefined();
  });
});

const chunkOf = (span: TimeSpan, name: number): StoredChunk => ({
  ...span,
  file: `file-${name}`,
  bytes: 1,
  sha256: "",
  modified: 0,
  columns: null,
  remarks: [],
});

describe("an index of chunks", () => {
  it("has the newest file at every instant, whatever was there before", () => {
    fc.assert(
      fc.property(
        fc.array(
          anySpan.filter(({ start, end }) => end > start),
          { maxLength: 8 },
        ),
        (spans) => {
          const index = spans.reduce((built, span, name) => withChunk(built, chunkOf(span, name)), EMPTY_INDEX);
          for (const time of instants) {
            const newest = spans.findLastIndex((span) => covers([span], time));
            const held = index.chunks.filter((chunk) => covers([chunk], time)).map(({ file }) => file);
            expect(held).toEqual(newest < 0 ? [] : [`file-${newest}`]);
          }
        },
      ),
    );
  });

  it("takes a lost file in only where nothing else counts", () => {
    const index = withChunk(EMPTY_INDEX, chunkOf({ start: 10, end: 20 }, 1));
    const adopted = withAdopted(index, chunkOf({ start: 5, end: 30 }, 2));
    expect(adopted?.chunks.map(({ file, start, end }) => [file, start, end])).toEqual([
      ["file-2", 5, 10],
      ["file-1", 10, 20],
      ["file-2", 20, 30],
    ]);
    expect(withAdopted(index, chunkOf({ start: 12, end: 18 }, 3))).toBeUndefined();
  });

  it("counts an absence while it is fresh, for ever when it is final, never from the future", () => {
    const now = 1_000;
    const absent = (askedAt: number, isFinal: boolean) =>
      coveredSpans(withAbsent(EMPTY_INDEX, { start: 0, end: 5, askedAt, isFinal }), now, 100).length;
    expect([absent(950, false), absent(900, false), absent(0, true), absent(1_001, false)]).toEqual([1, 0, 1, 0]);
    // Data that came since takes the absence away.
    const filled = withChunk(
      withAbsent(EMPTY_INDEX, { start: 0, end: 5, askedAt: now, isFinal: false }),
      chunkOf({ start: 2, end: 9 }, 1),
    );
    expect(filled.absent.map(({ start, end }) => [start, end])).toEqual([[0, 2]]);
  });
});
