import type { CalendarTable } from "../table.ts";
import { XNYS } from "./nyse.ts";

/**
 * Cboe Futures Exchange: VX VXM. Closed when the New York Stock Exchange is; the short extended sessions VX has on most
 * US holidays are not modelled, and the hours before June 2014 are approximate.
 * Sources: exchange_calendars XCBF and pandas_market_calendars CFE for the dates, LEAN for the extended hours.
 */
export const CFE = {
  name: "CFE",
  timeZone: "America/Chicago",
  firstDate: "2010-01-01",
  lastDate: "2027-12-31",
  hours: [
    { until: "2014-06-22", open: "07:00", close: "15:15", regular: ["08:30", "15:00"] },
    { open: "17:00-1d", close: "16:00", halts: [["15:15", "15:30"]], regular: ["08:30", "15:00"] },
  ],
  closed: XNYS.closed,
  earlyCloses: {
    2010: { "12:15": "11-26" },
    2011: { "12:15": "11-25" },
    2012: { "12:15": "07-03 11-23" },
    2013: { "12:15": "07-03 11-29" },
    2014: { "12:15": "07-03 11-28" },
    2015: { "12:15": "11-27" },
    2016: { "12:15": "11-25" },
    2017: { "12:15": "07-03 11-24" },
    2018: { "12:15": "07-03 11-23" },
    2019: { "12:15": "07-03 11-29" },
    2020: { "12:15": "11-27" },
    2021: { "12:15": "11-26" },
    2022: { "12:15": "11-25" },
    2023: { "12:15": "07-03 11-24" },
    2024: { "12:15": "07-03 11-29" },
    2025: { "12:15": "07-03 11-28" },
    2026: { "12:15": "11-27" },
    2027: { "12:15": "11-26" },
  },
} as const satisfies CalendarTable;
