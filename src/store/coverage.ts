/** Arithmetic on stretches of time: what of a span is held, and what is missing. */

/** `start` inclusive, `end` exclusive, epoch ms UTC. */
export interface TimeSpan {
  readonly start: number;
  readonly end: number;
}

/** The parts of `span` that none of `covered` covers, ascending. `covered` may overlap and stand in any order. */
export function gapsWithin(span: TimeSpan, covered: readonly TimeSpan[]): TimeSpan[] {
  const gaps: TimeSpan[] = [];
  let from = span.start;
  for (const { start, end } of mergeSpans(covered)) {
    if (end <= from) continue;
    if (start >= span.end) break;
    if (start > from) gaps.push({ start: from, end: start });
    from = end;
  }
  if (from < span.end) gaps.push({ start: from, end: span.end });
  return gaps;
}

/** The same time as fewest spans, ascending; spans that touch become one. */
export function mergeSpans(spans: readonly TimeSpan[]): TimeSpan[] {
  const merged: TimeSpan[] = [];
  for (const span of spans.filter(({ start, end }) => end > start).toSorted((a, b) => a.start - b.start)) {
    const last = merged.at(-1);
    if (last !== undefined && span.start <= last.end) {
      merged[merged.length - 1] = { start: last.start, end: Math.max(last.end, span.end) };
    } else merged.push({ start: span.start, end: span.end });
  }
  return merged;
}

/** What both spans have in common; undefined when that is nothing. */
export function overlapOf(left: TimeSpan, right: TimeSpan): TimeSpan | undefined {
  const start = Math.max(left.start, right.start);
  const end = Math.min(left.end, right.end);
  return end > start ? { start, end } : undefined;
}

/** Length of all spans together, each instant counted once, ms. */
export function coveredLength(spans: readonly TimeSpan[]): number {
  return mergeSpans(spans).reduce((sum, { start, end }) => sum + end - start, 0);
}
