import type { CalendarTable } from "../table.ts";
import { CME_CLOSED } from "./cme-closed.ts";
import { US_HOLIDAYS } from "./us-holidays.ts";

const CASH = ["08:30", "15:00"] as const;
const AFTERNOON_HALT = [["15:15", "15:30"]] as const;

/**
 * CME equity index futures: ES NQ RTY YM EMD and their micros. Regular hours are those of the stock market.
 *
 * Until November 2012 the trade date rolled at 15:30 with a pause from 16:30 to 17:00, and after a weekend or a half
 * day trading began at 17:00. The afternoon halt ended in June 2021 (that date from memory: bars of 2020 have the halt,
 * bars of 2026 have not).
 * Sources: CME notices, LEAN market hours, pandas_market_calendars; minute bars of 2011, 2013, 2020 and 2026.
 * Not in the list: the special hours of 2012-10-29/30 and 2018-12-05, for which no source was found.
 */
export const CME_EQUITY = {
  name: "CME_EQUITY",
  timeZone: "America/Chicago",
  firstDate: "2010-01-01",
  lastDate: "2027-12-31",
  hours: [
    {
      until: "2012-11-18",
      open: "15:30-1d",
      openAfterBreak: "17:00-1d",
      close: "15:15",
      halts: [["16:30-1d", "17:00-1d"]],
      regular: CASH,
    },
    { until: "2015-09-20", open: "17:00-1d", close: "16:15", halts: AFTERNOON_HALT, regular: CASH },
    { until: "2021-06-27", open: "17:00-1d", close: "16:00", halts: AFTERNOON_HALT, regular: CASH },
    { open: "17:00-1d", close: "16:00", regular: CASH },
  ],
  closed: [CME_CLOSED],
  earlyCloses: {
    2010: { "08:15": "04-02", "10:30": "01-18 02-15 05-31 07-05 09-06 11-25", "12:15": "11-26" },
    2011: { "10:30": "01-17 02-21 05-30 07-04 09-05 11-24", "12:15": "11-25" },
    2012: { "08:15": "04-06", "10:30": "01-16 02-20 05-28 07-04 09-03 11-22", "12:15": "07-03 11-23 12-24" },
    2013: { "10:30": "01-21 02-18 05-27 07-04 09-02 11-28", "12:15": "07-03 11-29 12-24" },
    2014: { "10:30": "01-20 02-17", "12:00": "05-26 07-04 09-01 11-27", "12:15": "07-03 11-28 12-24" },
    2015: { "08:15": "04-03", "12:00": "01-19 02-16 05-25 07-03 09-07 11-26", "12:15": "11-27 12-24" },
    2016: { "12:00": "01-18 02-15 05-30 07-04 09-05 11-24", "12:15": "11-25" },
    2017: { "12:00": "01-16 02-20 05-29 07-04 09-04 11-23", "12:15": "07-03 11-24" },
    2018: { "12:00": "01-15 02-19 05-28 07-04 09-03 11-22", "12:15": "07-03 11-23 12-24" },
    2019: { "12:00": "01-21 02-18 05-27 07-04 09-02 11-28", "12:15": "07-03 11-29 12-24" },
    2020: { "12:00": "01-20 02-17 05-25 07-03 09-07 11-26", "12:15": "11-27 12-24" },
    2021: { "08:15": "04-02", "12:00": "01-18 02-15 05-31 07-05 09-06 11-25", "12:15": "11-26" },
    2022: { "12:00": "01-17 02-21 05-30 06-20 07-04 09-05 11-24", "12:15": "11-25" },
    2023: { "08:15": "04-07", "12:00": "01-16 02-20 05-29 06-19 07-04 09-04 11-23", "12:15": "07-03 11-24" },
    2024: { "12:00": "01-15 02-19 05-27 06-19 07-04 09-02 11-28", "12:15": "07-03 11-29 12-24" },
    2025: { "08:30": "01-09", "12:00": "01-20 02-17 05-26 06-19 07-04 09-01 11-27", "12:15": "07-03 11-28 12-24" },
    2026: { "08:15": "04-03", "12:00": "01-19 02-16 05-25 06-19 07-03 09-07 11-26", "12:15": "11-27 12-24" },
    2027: { "12:00": "01-18 02-15 05-31 06-18 07-05 09-06 11-25", "12:15": "11-26" },
  },
  holidays: US_HOLIDAYS,
} as const satisfies CalendarTable;
