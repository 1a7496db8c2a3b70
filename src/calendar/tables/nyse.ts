import type { CalendarTable } from "../table.ts";
import { US_HOLIDAYS } from "./us-holidays.ts";

/**
 * New York Stock Exchange, and the other US stock exchanges with it. The core session; the hours before 09:30 and
 * after 16:00 are not part of it. Dates: exchange_calendars XNYS, equal to LEAN's on all 163 exceptional days 2013-2026.
 */
export const XNYS = {
  name: "XNYS",
  timeZone: "America/New_York",
  extendedHours: true,
  firstDate: "2010-01-01",
  lastDate: "2027-12-31",
  hours: [{ open: "09:30", close: "16:00" }],
  closed: [
    US_HOLIDAYS,
    {
      2012: "10-29 10-30", // Hurricane Sandy
      2018: "12-05", // mourning for George H. W. Bush
      2025: "01-09", // mourning for Jimmy Carter
    },
  ],
  earlyCloses: {
    2010: { "13:00": "11-26" },
    2011: { "13:00": "11-25" },
    2012: { "13:00": "07-03 11-23 12-24" },
    2013: { "13:00": "07-03 11-29 12-24" },
    2014: { "13:00": "07-03 11-28 12-24" },
    2015: { "13:00": "11-27 12-24" },
    2016: { "13:00": "11-25" },
    2017: { "13:00": "07-03 11-24" },
    2018: { "13:00": "07-03 11-23 12-24" },
    2019: { "13:00": "07-03 11-29 12-24" },
    2020: { "13:00": "11-27 12-24" },
    2021: { "13:00": "11-26" },
    2022: { "13:00": "11-25" },
    2023: { "13:00": "07-03 11-24" },
    2024: { "13:00": "07-03 11-29 12-24" },
    2025: { "13:00": "07-03 11-28 12-24" },
    2026: { "13:00": "11-27 12-24" },
    2027: { "13:00": "11-26" },
  },
} as const satisfies CalendarTable;
