import { calendarFor } from "../../calendar/index.ts";
import { isBacklitError } from "../../market/errors.ts";

/**
 * Regular hours of every session between the first and the last of some instants, as [open, close, open, close, ...] in epoch ms UTC.
 * Nothing where the market never closes, or where the calendar does not reach.
 */
export function regularHours(calendarName: string, time: Float64Array): readonly number[] {
  const [first, last] = [time[0], time.at(-1)];
  if (first === undefined || last === undefined) return [];
  try {
    const calendar = calendarFor(calendarName);
    if (calendar.continuous) return [];
    return calendar
      .sessionsBetween(first, last + 1)
      .flatMap(({ regularOpen, regularClose }) => (regularOpen < regularClose ? [regularOpen, regularClose] : []));
  } catch (error) {
    if (isBacklitError(error)) return [];
    throw error;
  }
}
