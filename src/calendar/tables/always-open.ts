import type { CalendarTable } from "../table.ts";

/** Round the clock, every day: crypto. Its sessions are UTC days. */
export const ALWAYS_OPEN = {
  name: "24/7",
  timeZone: "UTC",
  firstDate: "1970-01-01",
  lastDate: "2100-12-31",
  everyDay: true,
  hours: [{ open: "00:00", close: "24:00" }],
  closed: [],
  earlyCloses: {},
} as const satisfies CalendarTable;

/** Round the clock from Monday to Friday, UTC days: spot currencies, roughly. */
export const WEEKDAYS = {
  name: "24/5",
  timeZone: "UTC",
  firstDate: "1970-01-01",
  lastDate: "2100-12-31",
  hours: [{ open: "00:00", close: "24:00" }],
  closed: [],
  earlyCloses: {},
} as const satisfies CalendarTable;
