/** The sessions of all trade dates of one year, as columns to search and objects made when first asked for. */

import { buildSession, type SessionSource, sessionSpan } from "./build-session.ts";
import { firstDayOf } from "./days.ts";
import { lastAtMost } from "./search.ts";
import type { Session } from "./session.ts";
import { isTradeDay } from "./table.ts";

export class YearSessions {
  /** Number of sessions in the year. */
  readonly length: number;
  readonly #source: SessionSource;
  readonly #days: Float64Array;
  readonly #opens: Float64Array;
  readonly #sessions: (Session | undefined)[];

  /** Builds trade dates of `year` up to and including `lastDay`. */
  constructor(source: SessionSource, year: number, lastDay: number) {
    const days: number[] = [];
    const end = Math.min(firstDayOf(year + 1) - 1, lastDay);
    for (let day = firstDayOf(year); day <= end; day++) {
      if (isTradeDay(source.table, source.read, day)) days.push(day);
    }
    this.#source = source;
    this.#days = Float64Array.from(days);
    this.#opens = Float64Array.from(days, (day) => sessionSpan(source, day)[0]);
    this.#sessions = new Array(days.length).fill(undefined);
    this.length = days.length;
  }

  /** The session at an index; undefined outside 0 .. length-1. */
  at(index: number): Session | undefined {
    const day = this.#days[index];
    if (day === undefined) return undefined;
    const known = this.#sessions[index];
    if (known !== undefined) return known;
    const session = buildSession(this.#source, day);
    this.#sessions[index] = session;
    return session;
  }

  /** Index of the session of a day number; -1 when it has none. */
  indexOfDay(day: number): number {
    const index = lastAtMost(this.#days, day);
    return this.#days[index] === day ? index : -1;
  }

  /** Index of the last session that opened at or before `time`; -1 when the year's first opens later. */
  lastOpened(time: number): number {
    return lastAtMost(this.#opens, time);
  }
}
