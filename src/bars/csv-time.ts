/** Times in text to epoch milliseconds UTC, straight from bytes. */

import { DAY, HOUR, MINUTE, SECOND } from "../market/time.ts";

/** The wall clock of a time zone; `timeZone(name)` of `calendar/` is one. */
export interface WallClock {
  readonly name: string;
  /** The instant at which the clock shows `minuteOfDay` on a day counted from 1970-01-01. */
  dayToEpoch(day: number, minuteOfDay: number): number;
}

/** What kind of time a cell held: an instant, a wall clock time without a zone, a date alone, or none of these. */
export type TimeKind = "instant" | "naive" | "date" | "unreadable";

const ZERO = 48;
const DASH = 45;
const SLASH = 47;
const SPACE = 32;
const COLON = 58;
const POINT = 46;
const PLUS = 43;
const LETTER_T = 84;
const LETTER_Z = 90;
const LOWER_CASE = 32;
const UTC_BYTES = [85, 84, 67];

const DAYS_OF_MONTH = Uint8Array.of(0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31);

/**
 * Reads ISO 8601 (`2025-09-02T08:00:00Z`, a blank for the `T`, any offset or none, `/` for `-`), compact forms (`20250902`,
 * `20250902 08:00`, `20250902 080000`, `20250902080000`), and counts since 1970 in s, ms, us or ns, told apart by their
 * magnitude (9 to 11, 12 to 14, 15 to 17, 18 to 20 digits). Parts below a millisecond are cut off. A date alone is 00:00 UTC.
 */
export class TimeReader {
  /** Of the last cell read. */
  kind: TimeKind = "unreadable";
  readonly #wallClock: WallClock | undefined;
  #position = 0;
  #clockMilliseconds = 0;
  #dateKey = -1;
  #dateDay = Number.NaN;

  /** With a wall clock, naive times are read by it and count as instants. */
  constructor(wallClock: WallClock | undefined) {
    this.#wallClock = wallClock;
  }

  /** Epoch ms UTC; NaN when `kind` is "unreadable". A naive time is given as if it were UTC. */
  read(bytes: Uint8Array, start: number, end: number): number {
    this.kind = "unreadable";
    const fifth = bytes[start + 4] as number;
    if (end - start >= 10 && (fifth === DASH || fifth === SLASH) && bytes[start + 7] === fifth) {
      const day = this.#day(number(bytes, start, 4), number(bytes, start + 5, 2), number(bytes, start + 8, 2));
      return this.#afterDate(day, bytes, start + 10, end);
    }
    return this.#readCompact(bytes, start, end);
  }

  #readCompact(bytes: Uint8Array, start: number, end: number): number {
    const digits = countDigits(bytes, start, end);
    if (digits === 8) return this.#afterDate(this.#compactDay(bytes, start), bytes, start + 8, end);
    const century = number(bytes, start, 2);
    if (start + digits === end && (digits === 14 || (digits === 12 && (century === 19 || century === 20)))) {
      // As a count, twelve digits from 19 or 20 would be some months of 1976 in ms, fourteen the year 2286 and later.
      const day = this.#compactDay(bytes, start);
      if (!Number.isNaN(day)) return this.#afterDate(day, bytes, start + 8, end);
    }
    return this.#readCount(bytes, start, end);
  }

  #readCount(bytes: Uint8Array, start: number, end: number): number {
    const negative = bytes[start] === DASH;
    const first = negative ? start + 1 : start;
    const digits = countDigits(bytes, first, end);
    const fraction = first + digits < end && bytes[first + digits] === POINT;
    const fractionDigits = fraction ? countDigits(bytes, first + digits + 1, end) : 0;
    if (digits < 9 || digits > 20 || first + digits + (fraction ? 1 + fractionDigits : 0) !== end) return Number.NaN;
    this.kind = "instant";
    let time = 0;
    if (digits <= 11) {
      time = number(bytes, first, digits) * SECOND + thousandths(bytes, first + digits + 1, fractionDigits);
    } else {
      const belowMillisecond = digits <= 14 ? 0 : digits <= 17 ? 3 : 6;
      time = number(bytes, first, digits - belowMillisecond);
    }
    return negative ? -time : time;
  }

  #compactDay(bytes: Uint8Array, start: number): number {
    return this.#day(number(bytes, start, 4), number(bytes, start + 4, 2), number(bytes, start + 6, 2));
  }

  /** Days since 1970-01-01; NaN for a date that does not exist. The last one is remembered: rows of one day follow each other. */
  #day(year: number, month: number, dayOfMonth: number): number {
    const key = (year * 100 + month) * 100 + dayOfMonth;
    if (key !== this.#dateKey) {
      this.#dateKey = key;
      this.#dateDay = daysSinceEpoch(year, month, dayOfMonth);
    }
    return this.#dateDay;
  }

  #afterDate(day: number, bytes: Uint8Array, start: number, end: number): number {
    if (Number.isNaN(day)) return Number.NaN;
    if (start === end) {
      this.kind = "date";
      return day * DAY;
    }
    if (!this.#readClock(bytes, start, end)) return Number.NaN;
    const clock = this.#clockMilliseconds;
    if (this.#position === end) return this.#naive(day, clock);
    const offset = readOffset(bytes, this.#position, end);
    if (Number.isNaN(offset)) return Number.NaN;
    this.kind = "instant";
    return day * DAY + clock - offset;
  }

  #naive(day: number, clock: number): number {
    if (this.#wallClock === undefined) {
      this.kind = "naive";
      return day * DAY + clock;
    }
    this.kind = "instant";
    const minute = Math.floor(clock / MINUTE);
    return this.#wallClock.dayToEpoch(day, minute) + (clock - minute * MINUTE);
  }

  /** `HH:MM`, `HH:MM:SS`, `HHMM` or `HHMMSS`, and a fraction of seconds; leaves the position behind it. */
  #readClock(bytes: Uint8Array, start: number, end: number): boolean {
    let at = start;
    const separator = bytes[at] as number;
    if ((separator & ~LOWER_CASE) === LETTER_T) at++;
    else while (at < end && bytes[at] === SPACE) at++;
    // HH:MM is two characters more than HH, and HH:MM:SS three more than HH:MM.
    const colon = bytes[at + 2] === COLON ? 1 : 0;
    const minuteAt = at + 2 + colon;
    let position = minuteAt + 2;
    if (position > end) return false;
    const hour = number(bytes, at, 2);
    const minute = number(bytes, minuteAt, 2);
    let milliseconds = 0;
    const hasSeconds = colon === 1 ? bytes[position] === COLON : countDigits(bytes, position, end) >= 2;
    if (hasSeconds && position < end) {
      const second = number(bytes, position + colon, 2);
      position += 2 + colon;
      if (!(second < 60) || position > end) return false;
      milliseconds = second * SECOND;
      if (position < end && bytes[position] === POINT) {
        const digits = countDigits(bytes, position + 1, end);
        if (digits === 0) return false;
        milliseconds += thousandths(bytes, position + 1, digits);
        position += 1 + digits;
      }
    }
    if (!(hour < 24 && minute < 60)) return false;
    this.#clockMilliseconds = hour * HOUR + minute * MINUTE + milliseconds;
    this.#position = position;
    return true;
  }
}

/** Milliseconds ahead of UTC of `Z`, `UTC`, `+05:30`, `-0500` or `+05`, with or without a blank before; NaN for anything else. */
function readOffset(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && bytes[at] === SPACE) at++;
  const length = end - at;
  const first = bytes[at] as number;
  if (length === 1 && (first & ~LOWER_CASE) === LETTER_Z) return 0;
  if (length === 3 && UTC_BYTES.every((byte, index) => ((bytes[at + index] as number) & ~LOWER_CASE) === byte))
    return 0;
  if (first !== PLUS && first !== DASH) return Number.NaN;
  const colon = bytes[at + 3] === COLON ? 1 : 0;
  if (length !== 3 && length !== 5 + colon) return Number.NaN;
  const hours = number(bytes, at + 1, 2);
  const minutes = length === 3 ? 0 : number(bytes, at + 3 + colon, 2);
  if (!(hours < 24 && minutes < 60)) return Number.NaN;
  const offset = hours * HOUR + minutes * MINUTE;
  return first === PLUS ? offset : -offset;
}

/** `count` digits as a whole number; NaN when one of them is no digit. */
function number(bytes: Uint8Array, start: number, count: number): number {
  let value = 0;
  for (let position = start; position < start + count; position++) {
    const digit = (bytes[position] as number) - ZERO;
    if (!(digit >= 0 && digit <= 9)) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
}

function countDigits(bytes: Uint8Array, start: number, end: number): number {
  let position = start;
  while (position < end) {
    const digit = (bytes[position] as number) - ZERO;
    if (digit < 0 || digit > 9) break;
    position++;
  }
  return position - start;
}

/** The `count` digits behind a point in thousandths, cut off: `1234` is 123, `5` is 500. */
function thousandths(bytes: Uint8Array, start: number, count: number): number {
  const used = Math.min(count, 3);
  return number(bytes, start, used) * 10 ** (3 - used);
}

/** Day count of the proleptic Gregorian calendar, from March so that the leap day comes last; NaN for a date that does not exist. */
function daysSinceEpoch(year: number, month: number, dayOfMonth: number): number {
  if (!(month >= 1 && month <= 12 && dayOfMonth >= 1 && dayOfMonth <= (DAYS_OF_MONTH[month] as number)))
    return Number.NaN;
  if (month === 2 && dayOfMonth === 29 && !isLeapYear(year)) return Number.NaN;
  const marchYear = month <= 2 ? year - 1 : year;
  const era = Math.floor(marchYear / 400);
  const yearOfEra = marchYear - era * 400;
  const monthFromMarch = (month + 9) % 12;
  const dayOfYear = Math.floor((153 * monthFromMarch + 2) / 5) + dayOfMonth - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}
