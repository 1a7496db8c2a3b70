/** The times a request may hold: ISO 8601 of any resolution, or nanoseconds since the epoch. */

import { fieldError } from "./api-error.ts";

/** An instant, and where the stretch of its own resolution ends: `2024-03` is all of March. */
export interface ParsedTime {
  /** ns since the epoch, UTC. */
  readonly start: bigint;
  /** What `end` is when it is left out, ns. */
  readonly filled: bigint;
}

const ISO =
  /^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:[T ](\d{2})(?::(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?)?)?)?)?(Z|[+-]\d{2}:?\d{2})?$/;

const NS_PER_MS = 1_000_000n;

/**
 * Reads a `start` or `end`. No zone means UTC. Four digits are a year, more are nanoseconds.
 * @throws ApiError 422 naming the field
 */
export function parseTime(text: string, field: string): ParsedTime {
  if (/^\d{5,20}$/.test(text)) return { start: BigInt(text), filled: BigInt(text) + 1n };
  const match = ISO.exec(text.trim());
  if (match === null) throw fieldError(field, `invalid datetime format: '${text}'`, "value_error.datetime");
  const [, year = "", month, day, hour, minute, second, fraction, zone] = match;
  const parts = [year, month, day, hour, minute, second];
  const numbers = parts.map((part, index) => Number(part ?? (index === 1 || index === 2 ? 1 : 0)));
  const offset = offsetMs(zone);
  const start = instantOf(numbers, offset);
  if (start === undefined) throw fieldError(field, `invalid datetime: '${text}'`, "value_error.datetime");
  const ns = BigInt((fraction ?? "").padEnd(9, "0"));
  if (fraction !== undefined) return { start: start + ns, filled: start + ns + 1n };
  const next = numbers.slice();
  const finest = parts.findLastIndex((part) => part !== undefined);
  next[finest] = (next[finest] ?? 0) + 1;
  const filled = instantOf(next, offset, true);
  return { start, filled: filled ?? start + 1n };
}

/** ns of year, month (from 1), day, hour, minute, second; undefined when there is no such date, unless overflow is meant. */
function instantOf(numbers: readonly number[], offset: number, mayOverflow = false): bigint | undefined {
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = numbers;
  const ms = Date.UTC(year, month - 1, day, hour, minute, second);
  const read = new Date(ms);
  const same = read.getUTCMonth() === month - 1 && read.getUTCDate() === day && read.getUTCHours() === hour;
  if (Number.isNaN(ms) || (!same && !mayOverflow)) return undefined;
  return BigInt(ms - offset) * NS_PER_MS;
}

function offsetMs(zone: string | undefined): number {
  if (zone === undefined || zone === "Z") return 0;
  const digits = zone.replace(":", "");
  const minutes = Number(digits.slice(1, 3)) * 60 + Number(digits.slice(3, 5));
  return (digits.startsWith("-") ? -1 : 1) * minutes * 60_000;
}

/** Reads a date field as a UTC day number. @throws ApiError 422 naming the field */
export function parseDay(text: string, field: string): number {
  return Number(parseTime(text, field).start / 86_400_000_000_000n);
}
