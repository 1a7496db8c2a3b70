/** Exchange sessions, holidays, half days and trade dates; the wall clock of time zones. */

export {
  addBusinessDays,
  businessDaysBetween,
  clearingDateOf,
  isBusinessDay,
  sessionsPerYear,
} from "./business-days.ts";
export { calendarFor, calendarNames, knownCalendarName } from "./names.ts";
export type { Calendar, Halt, Session, SessionKind } from "./session.ts";
export { type TimeZone, timeZone } from "./time-zone.ts";
