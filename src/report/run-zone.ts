/** The clock that a run was told in. */

import { type TimeZone, timeZone } from "../calendar/index.ts";
import { isBacklitError } from "../market/errors.ts";
import type { RunSettings } from "../market/run-outcome.ts";

/** Undefined for zones such as `UTC+2`, which have no rules to look up. */
export function knownZone(name: string): TimeZone | undefined {
  try {
    return timeZone(name);
  } catch (error) {
    if (isBacklitError(error)) return undefined;
    throw error;
  }
}

/** First and last date of a run as they were asked for: midnight in Berlin is the evening before in UTC. */
export function spanDates({ start, end, timezone }: Pick<RunSettings, "start" | "end" | "timezone">) {
  const zone = knownZone(timezone);
  const dateOf = (instant: string) => zone?.toLocalDate(Date.parse(instant)) ?? instant.slice(0, 10);
  return { start: dateOf(start), end: dateOf(end) };
}
