/** UTC days as whole numbers since 1970-01-01: what mapping intervals and chunks of a stream are counted in. */

import { DAY } from "../market/time.ts";

/** Nanoseconds of a UTC day. */
export const DAY_NS = 86_400_000_000_000n;

/** The day an ISO date names. */
export function dayOfDate(isoDate: string): number {
  return Date.parse(`${isoDate}T00:00:00Z`) / DAY;
}

/** The ISO date of a day. */
export function dateOfDay(day: number): string {
  return new Date(day * DAY).toISOString().slice(0, 10);
}

/** The day an instant (ns) lies in. */
export function dayOfNs(ns: bigint): number {
  return Number(ns / DAY_NS);
}

/** Midnight at which a day begins, ns. */
export function nsOfDay(day: number): bigint {
  return BigInt(day) * DAY_NS;
}

/** 0 is Sunday. 1970-01-01 was a Thursday. */
export function weekdayOfDay(day: number): number {
  return (day + 4) % 7;
}

/** An instant as the service writes it: nine digits of a second, `Z`. */
export function isoOfNs(ns: bigint): string {
  const seconds = new Date(Number(ns / 1_000_000n)).toISOString().slice(0, 19);
  return `${seconds}.${String(ns % 1_000_000_000n).padStart(9, "0")}Z`;
}
