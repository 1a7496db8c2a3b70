/** Instants for the tests, read by luxon and so independent of the code under test. */

import { DateTime } from "luxon";

/** Epoch milliseconds of a wall time such as "2011-01-17 10:30" in a zone. */
export function instant(zone: string, wallTime: string): number {
  const time = DateTime.fromSQL(wallTime, { zone });
  if (!time.isValid) throw new Error(`Not a wall time: ${wallTime}`);
  return time.toMillis();
}

/** The wall time of an instant: "2011-01-17 10:30". */
export function wall(zone: string, time: number): string {
  return DateTime.fromMillis(time, { zone }).toFormat("yyyy-MM-dd HH:mm");
}

export const chicago = (wallTime: string): number => instant("America/Chicago", wallTime);
export const newYork = (wallTime: string): number => instant("America/New_York", wallTime);
export const london = (wallTime: string): number => instant("Europe/London", wallTime);
export const berlin = (wallTime: string): number => instant("Europe/Berlin", wallTime);
export const utc = (wallTime: string): number => instant("UTC", wallTime);
