import { InvalidParameterError } from "./errors.ts";

/**
 * An instant as the vendor takes it: ISO 8601 text (`2024-03`, `2024-03-05`, `2024-03-05T14:30:00.123456789Z`; UTC unless it
 * has an offset, missing parts are the first), nanoseconds since the UNIX epoch as bigint or as a text of 16 to 20 digits,
 * or a `Date`. A plain number is not taken: nobody could tell milliseconds from nanoseconds.
 */
export type TimestampInput = string | bigint | Date;

/** Smallest part a text names. An open end is filled forward to the end of it. */
type Resolution = "month" | "day" | "hour" | "minute" | "instant";

interface Instant {
  readonly nanoseconds: bigint;
  readonly resolution: Resolution;
}

const ISO =
  /^(\d{4})-(\d{2})(?:-(\d{2})(?:[T ](\d{2})(?::(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?)?(Z|[+-]\d{2}:?\d{2})?)?)?$/i;
const NANOSECONDS_TEXT = /^\d{16,20}$/;
const NANOSECONDS_PER_MILLISECOND = 1_000_000n;
const NANOSECONDS_PER_SECOND = 1_000_000_000n;
const NANOSECONDS_PER_DAY = 86_400n * NANOSECONDS_PER_SECOND;
const MILLISECONDS_PER_MINUTE = 60_000;
/** Timestamps are unsigned 64-bit; the largest one means "none". */
const END_OF_TIME = 18_446_744_073_709_551_615n;
const EXPECTED = "an ISO 8601 date or time, nanoseconds as bigint, or a Date";

/** Start inclusive, end exclusive, in one spelling each. */
export interface CanonicalSpan {
  readonly start: string;
  readonly end: string;
}

/**
 * One spelling for every way to write a span: the date alone at midnight UTC, else a time with `Z`. An omitted end becomes the
 * end of the start's own month, day, hour or minute, as the service would fill it.
 * @throws {InvalidParameterError} for what is no instant, and for an empty span
 */
export function canonicalSpan(start: TimestampInput, end: TimestampInput | undefined): CanonicalSpan {
  const from = parseTimestamp("start", start);
  const to = end === undefined ? filledForward(from) : parseTimestamp("end", end).nanoseconds;
  if (to <= from.nanoseconds) {
    const found = `${formatTimestamp(from.nanoseconds)} to ${formatTimestamp(to)}`;
    throw new InvalidParameterError(
      "end",
      `Check the span: ${found} is empty`,
      "the end is exclusive: it must be after start",
    );
  }
  return { start: formatTimestamp(from.nanoseconds), end: formatTimestamp(to) };
}

/** The one spelling of an instant. */
export function canonicalTimestamp(parameter: string, input: TimestampInput): string {
  return formatTimestamp(parseTimestamp(parameter, input).nanoseconds);
}

/** A date, `YYYY-MM-DD`, of a text or the UTC day of a `Date`. @throws {InvalidParameterError} for anything with a time */
export function canonicalDate(parameter: string, input: TimestampInput): string {
  const text = canonicalTimestamp(parameter, input);
  if (!text.includes("T")) return text;
  throw new InvalidParameterError(parameter, `Check '${parameter}': '${text}' has a time of day, expected a date`);
}

function parseTimestamp(parameter: string, input: TimestampInput): Instant {
  const instant = typeof input === "string" ? parseText(input.trim()) : instantOf(input);
  if (instant !== undefined && instant.nanoseconds >= 0n && instant.nanoseconds < END_OF_TIME) return instant;
  const found = typeof input === "string" ? `'${input}'` : String(input);
  const hint = typeof input === "number" ? "pass new Date(milliseconds) or BigInt(nanoseconds)" : undefined;
  throw new InvalidParameterError(parameter, `Check '${parameter}': found ${found}, expected ${EXPECTED}`, hint);
}

function instantOf(input: unknown): Instant | undefined {
  if (typeof input === "bigint") return { nanoseconds: input, resolution: "instant" };
  if (!(input instanceof Date) || Number.isNaN(input.getTime())) return undefined;
  return { nanoseconds: BigInt(input.getTime()) * NANOSECONDS_PER_MILLISECOND, resolution: "instant" };
}

function parseText(text: string): Instant | undefined {
  if (NANOSECONDS_TEXT.test(text)) return { nanoseconds: BigInt(text), resolution: "instant" };
  const match = ISO.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second, fraction = "", zone] = match;
  const parts = [year, month, day ?? "1", hour ?? "0", minute ?? "0", second ?? "0"].map(Number);
  const milliseconds = utcMilliseconds(parts);
  const offset = zoneMinutes(zone);
  if (milliseconds === undefined || offset === undefined) return undefined;
  const whole = BigInt(milliseconds - offset * MILLISECONDS_PER_MINUTE) * NANOSECONDS_PER_MILLISECOND;
  return { nanoseconds: whole + BigInt(fraction.padEnd(9, "0")), resolution: resolutionOf(day, hour, minute, second) };
}

/** Undefined for a date or time that does not exist, such as 30 February. */
function utcMilliseconds(parts: readonly number[]): number | undefined {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts;
  if (year < 1970) return undefined;
  const date = new Date(Date.UTC(year, month - 1, day, hour, minute, second));
  const same =
    date.getUTCMonth() === month - 1 &&
    date.getUTCDate() === day &&
    date.getUTCHours() === hour &&
    date.getUTCMinutes() === minute &&
    date.getUTCSeconds() === second;
  return same ? date.getTime() : undefined;
}

/** Minutes ahead of UTC; undefined for an offset that does not exist. */
function zoneMinutes(zone: string | undefined): number | undefined {
  if (zone === undefined || zone.toUpperCase() === "Z") return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(-2));
  if (hours > 18 || minutes > 59) return undefined;
  return (zone.startsWith("-") ? -1 : 1) * (hours * 60 + minutes);
}

function resolutionOf(day?: string, hour?: string, minute?: string, second?: string): Resolution {
  if (second !== undefined) return "instant";
  if (minute !== undefined) return "minute";
  if (hour !== undefined) return "hour";
  return day === undefined ? "month" : "day";
}

const FILL: Readonly<Record<"day" | "hour" | "minute", bigint>> = {
  day: NANOSECONDS_PER_DAY,
  hour: 3_600n * NANOSECONDS_PER_SECOND,
  minute: 60n * NANOSECONDS_PER_SECOND,
};

function filledForward({ nanoseconds, resolution }: Instant): bigint {
  if (resolution === "instant") {
    const hint = "pass 'end': only a start of a whole month, day, hour or minute has an end of its own";
    throw new InvalidParameterError("end", "Check the span: found no end", hint);
  }
  if (resolution !== "month") return nanoseconds + FILL[resolution];
  const date = new Date(Number(nanoseconds / NANOSECONDS_PER_MILLISECOND));
  return BigInt(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1)) * NANOSECONDS_PER_MILLISECOND;
}

function formatTimestamp(nanoseconds: bigint): string {
  const iso = new Date(Number(nanoseconds / NANOSECONDS_PER_MILLISECOND)).toISOString();
  if (nanoseconds % NANOSECONDS_PER_DAY === 0n) return iso.slice(0, 10);
  const fraction = String(nanoseconds % NANOSECONDS_PER_SECOND)
    .padStart(9, "0")
    .replace(/0+$/, "");
  return `${iso.slice(0, 19)}${fraction === "" ? "" : `.${fraction}`}Z`;
}
