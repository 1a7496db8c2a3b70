/**
 * Wall clock of a time zone, fast enough to ask on every bar.
 *
 * luxon (through it the zone data of the runtime's ICU) is asked once a decade of time that is really used: the
 * instants at which the offset changes become a small table, and a moving cursor remembers the stretch between two
 * changes that was asked last. Asking again within it costs two comparisons; luxon itself costs some 4 us a question.
 */

import { IANAZone } from "luxon";
import { InvalidInputError } from "../market/errors.ts";
import { nearestWord } from "../market/nearest.ts";
import { DAY, dayOf, invalidTime, isoDateOf, MINUTE } from "./days.ts";
import { lastAtMost } from "./search.ts";

/** Ten years: small enough to build in about 2 ms, long enough that a backtest touches one or two. */
const CHUNK = 3653 * DAY;
/** No zone changes its offset twice within a week, so looking once a week misses no change. */
const PROBE = 7 * DAY;
/** Beyond this a JavaScript Date does not exist. */
const LAST_INSTANT = 8.64e15 - 2 * CHUNK;

/** Stretches of constant offset within one chunk of time. */
interface Chunk {
  /** Epoch milliseconds at which each stretch begins, ascending; the first is the beginning of the chunk. */
  readonly starts: Float64Array;
  /** Offset of each stretch in milliseconds. */
  readonly offsets: Float64Array;
  /** Epoch milliseconds at which the chunk ends, exclusive. */
  readonly end: number;
}

/** The first whole second in (`before`, `after`] at which the offset is no longer the one of `before`. */
function findChange(zone: IANAZone, before: number, after: number): number {
  const offset = zone.offset(before);
  let low = Math.floor(before / 1000);
  let high = Math.ceil(after / 1000);
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (zone.offset(middle * 1000) === offset) low = middle;
    else high = middle;
  }
  return high * 1000;
}

/** luxon tells minutes, broken ones for the local mean times of the 19th century. */
function millisecondsAhead(zone: IANAZone, time: number): number {
  return Math.round(zone.offset(time) * MINUTE);
}

function buildChunk(zone: IANAZone, start: number): Chunk {
  const end = start + CHUNK;
  const starts = [start];
  const offsets = [millisecondsAhead(zone, start)];
  let known = zone.offset(start);
  for (let probe = start; probe < end; probe += PROBE) {
    const next = Math.min(probe + PROBE, end - 1000);
    const offset = zone.offset(next);
    if (offset === known) continue;
    const change = findChange(zone, probe, next);
    starts.push(change);
    offsets.push(millisecondsAhead(zone, change));
    known = offset;
  }
  return { starts: Float64Array.from(starts), offsets: Float64Array.from(offsets), end };
}

/** The wall clock of one IANA time zone. Get one from `timeZone(name)`; instances are shared. */
export class TimeZone {
  /** IANA name as it was asked for, such as "America/Chicago". */
  readonly name: string;
  readonly #zone: IANAZone;
  readonly #chunks = new Map<number, Chunk>();
  // The cursor: `#offset` holds for #from <= time < #until.
  #from = 0;
  #until = 0;
  #offset = 0;
  #cachedDay = Number.NaN;
  #cachedDate = "";

  constructor(name: string) {
    if (!IANAZone.isValidZone(name)) {
      const nearest = nearestWord(name, Intl.supportedValuesOf("timeZone"));
      const hint = nearest === undefined ? 'Use an IANA name such as "America/New_York"' : `Did you mean '${nearest}'?`;
      throw new InvalidInputError("invalid_time", `Time zone '${name}' is not known`, { hint });
    }
    this.name = name;
    this.#zone = IANAZone.create(name);
  }

  /** Milliseconds the wall clock is ahead of UTC at `epochMs`; negative west of Greenwich. */
  offsetAt(epochMs: number): number {
    if (epochMs >= this.#from && epochMs < this.#until) return this.#offset;
    this.#moveCursor(epochMs);
    return this.#offset;
  }

  /** Local date at `epochMs` as "YYYY-MM-DD". */
  toLocalDate(epochMs: number): string {
    const day = this.toLocalDay(epochMs);
    if (day !== this.#cachedDay) {
      this.#cachedDate = isoDateOf(day);
      this.#cachedDay = day;
    }
    return this.#cachedDate;
  }

  /** Local date at `epochMs` as days since 1970-01-01: `toLocalDate` without the text. */
  toLocalDay(epochMs: number): number {
    return Math.floor((epochMs + this.offsetAt(epochMs)) / DAY);
  }

  /** Whole minutes the wall clock shows since local midnight, 0 to 1439; seconds are dropped. */
  minuteOfDay(epochMs: number): number {
    const local = epochMs + this.offsetAt(epochMs);
    return Math.floor((local - Math.floor(local / DAY) * DAY) / MINUTE);
  }

  /**
   * The instant, epoch milliseconds, at which the wall clock shows `minuteOfDay` on `isoDate`.
   *
   * `minuteOfDay` may lie outside 0..1439: -420 is 17:00 on the day before, 1440 midnight at the end of the day.
   * A wall time that DST skips means the instant as far after the gap as the time is into it (02:30 becomes 03:30);
   * a wall time that comes twice means the first of the two. Throws `InvalidInputError` (invalid_time) on a bad date.
   */
  toEpoch(isoDate: string, minuteOfDay: number): number {
    return this.dayToEpoch(dayOf(isoDate), minuteOfDay);
  }

  /** `toEpoch` for a date given as days since 1970-01-01. */
  dayToEpoch(day: number, minuteOfDay: number): number {
    const wall = day * DAY + minuteOfDay * MINUTE;
    const offsetBefore = this.offsetAt(wall - DAY);
    const offsetAfter = this.offsetAt(wall + DAY);
    const earlier = wall - offsetBefore;
    if (offsetBefore === offsetAfter || this.offsetAt(earlier) === offsetBefore) return earlier;
    const later = wall - offsetAfter;
    // When neither reading is right the wall time falls into a gap; the offset from before it leads past it.
    return this.offsetAt(later) === offsetAfter ? later : earlier;
  }

  #moveCursor(time: number): void {
    if (!(Math.abs(time) <= LAST_INSTANT)) throw invalidTime(time);
    const chunk = this.#chunkOf(time);
    const index = lastAtMost(chunk.starts, time);
    this.#from = chunk.starts[index] ?? time;
    this.#until = chunk.starts[index + 1] ?? chunk.end;
    this.#offset = chunk.offsets[index] ?? 0;
  }

  #chunkOf(time: number): Chunk {
    const number = Math.floor(time / CHUNK);
    const known = this.#chunks.get(number);
    if (known !== undefined) return known;
    const chunk = buildChunk(this.#zone, number * CHUNK);
    this.#chunks.set(number, chunk);
    return chunk;
  }
}

const zones = new Map<string, TimeZone>();

/** The wall clock of an IANA zone; the same object for the same name. Throws `InvalidInputError` on an unknown zone. */
export function timeZone(name: string): TimeZone {
  const known = zones.get(name);
  if (known !== undefined) return known;
  const zone = new TimeZone(name);
  zones.set(name, zone);
  return zone;
}
