/**
 * Instants are numbers: epoch milliseconds, UTC, as doubles (exact to the millisecond for any year that matters here).
 * Reading text and wall clocks of a time zone belongs to the edges (`calendar/`, `bars/`), not to this file.
 */

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
export const WEEK = 7 * DAY;
/** The longest month. */
export const MONTH = 31 * DAY;

/** An instant as ISO 8601 in UTC without needless zeros: `2025-03-10T14:30:00Z`, milliseconds only where there are any. */
export function formatInstant(time: number): string {
  if (!Number.isFinite(time)) return String(time);
  return new Date(time).toISOString().replace(".000Z", "Z");
}

/** The UTC calendar date of an instant, `2025-03-10`. */
export function formatDate(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

const ISO_DATE = /^(\d{4})-(\d{2})-(\d{2})$/;

/** Midnight UTC of an ISO date, or undefined when the text is no such date (`2025-02-30` is none). */
export function parseDate(text: string): number | undefined {
  if (!ISO_DATE.test(text)) return undefined;
  const time = Date.parse(`${text}T00:00:00Z`);
  return Number.isNaN(time) || formatDate(time) !== text ? undefined : time;
}
