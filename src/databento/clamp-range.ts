import { UnavailableRangeError } from "./http-errors.ts";
import type { RangeParams } from "./request-types.ts";
import { canonicalSpan, canonicalTimestamp } from "./timestamp.ts";

/** Some refusals tell the time in their text alone: "Try again with an end time before 2026-04-02T08:36:14.380325000Z". */
const END_IN_TEXT = /end time before (\d{4}-\d{2}-\d{2}[T ][\d:.]+(?:Z|[+-]\d{2}:?\d{2})?)/;

/**
 * The part of a refused span that the service says it has, from the error's payload or text. The price is another: quote again.
 * @returns undefined when the error says nothing about it, when nothing would change, or when nothing of the span is left
 */
export function clampRange<Params extends RangeParams>(error: unknown, params: Params): Params | undefined {
  if (!(error instanceof UnavailableRangeError)) return undefined;
  const asked = canonicalSpan(params.start, params.end);
  const first = instantIn(error.payload?.["available_start"]);
  const last = instantIn(error.payload?.["available_end"]) ?? instantIn(END_IN_TEXT.exec(error.detail)?.[1]);
  const start = first !== undefined && isAfter(first, asked.start) ? first : asked.start;
  const end = last !== undefined && isAfter(asked.end, last) ? last : asked.end;
  if (!isAfter(end, start) || (start === asked.start && end === asked.end)) return undefined;
  return { ...params, start, end };
}

function instantIn(value: unknown): string | undefined {
  if (typeof value !== "string") return undefined;
  try {
    return canonicalTimestamp("available", value);
  } catch {
    return undefined;
  }
}

/** Canonical texts sort by time once they have the same form. */
function isAfter(left: string, right: string): boolean {
  return padded(left) > padded(right);
}

function padded(text: string): string {
  const full = text.includes("T") ? text.slice(0, -1) : `${text}T00:00:00`;
  const [whole = "", fraction = ""] = full.split(".");
  return `${whole}.${fraction.padEnd(9, "0")}`;
}
