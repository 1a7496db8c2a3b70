import type { CalendarTable, YearTimes } from "../table.ts";
import { CME_CLOSED, GOOD_FRIDAYS_WITH_REPORT } from "./cme-closed.ts";
import { US_HOLIDAYS } from "./us-holidays.ts";

/** NYMEX and COMEX keep the same half days. */
const EARLY_CLOSES = {
  2010: { "12:15": "01-18 02-15 05-31 07-05 09-06 11-25", "12:45": "11-26" },
  2011: { "12:15": "01-17 02-21 05-30 07-04 09-05 11-24", "12:45": "11-25" },
  2012: { "12:15": "01-16 02-20 05-28 07-04 09-03 11-22", "12:45": "11-23 12-24" },
  2013: { "12:15": "01-21 02-18 05-27 07-04 09-02 11-28", "12:45": "11-29 12-24" },
  2014: { "12:00": "05-26 07-04 09-01 11-27", "12:15": "01-20 02-17", "12:45": "11-28 12-24" },
  2015: { "12:00": "01-19 02-16 05-25 07-03 09-07 11-26", "12:45": "11-27 12-24" },
  2016: { "12:00": "01-18 02-15 05-30 07-04 09-05 11-24", "12:45": "11-25" },
  2017: { "12:00": "01-16 02-20 05-29 07-04 09-04 11-23", "12:45": "11-24" },
  2018: { "12:00": "01-15 02-19 05-28 07-04 09-03 11-22", "12:45": "11-23 12-24" },
  2019: { "12:00": "01-21 02-18 05-27 07-04 09-02 11-28", "12:45": "11-29 12-24" },
  2020: { "12:00": "01-20 02-17 05-25 07-03 09-07 11-26", "12:45": "11-27 12-24" },
  2021: { "12:00": "01-18 02-15 05-31 07-05 09-06 11-25", "12:45": "11-26" },
  2022: { "12:45": "11-25", "13:30": "01-17 02-21 05-30 06-20 07-04 09-05 11-24" },
  2023: { "12:45": "11-24", "13:30": "01-16 02-20 05-29 06-19 07-04 09-04 11-23" },
  2024: { "12:45": "11-29 12-24", "13:30": "01-15 02-19 05-27 06-19 07-04 09-02 11-28" },
  2025: { "12:00": "07-04", "12:45": "12-24", "13:30": "01-20 02-17 05-26 06-19 09-01 11-27", "13:45": "11-28" },
  2026: { "12:00": "06-19 07-03", "12:45": "12-24", "13:30": "01-19 02-16 05-25 09-07 11-26", "13:45": "11-27" },
  2027: { "12:00": "06-18", "13:30": "01-18 02-15 05-31 07-05 09-06 11-25", "13:45": "11-26" },
} as const satisfies YearTimes;

/**
 * NYMEX energy futures: CL NG RB HO BZ and their minis. Closed on every Good Friday.
 * Sources: LEAN market hours of CL, CME's notices for 2026; 2024-11-29 from pandas_market_calendars alone.
 */
export const CME_ENERGY = {
  name: "CME_ENERGY",
  timeZone: "America/Chicago",
  firstDate: "2010-01-01",
  lastDate: "2027-12-31",
  hours: [
    { until: "2015-09-20", open: "17:00-1d", close: "16:15", regular: ["08:00", "13:30"] },
    { open: "17:00-1d", close: "16:00", regular: ["08:00", "13:30"] },
  ],
  closed: [CME_CLOSED, GOOD_FRIDAYS_WITH_REPORT],
  earlyCloses: EARLY_CLOSES,
  holidays: US_HOLIDAYS,
} as const satisfies CalendarTable;

/** COMEX and NYMEX metal futures: GC SI HG PL PA and their minis. The close of 2013 is seen in minute bars of GC. */
export const CME_METALS = {
  name: "CME_METALS",
  timeZone: "America/Chicago",
  firstDate: "2010-01-01",
  lastDate: "2027-12-31",
  hours: [
    { until: "2015-09-20", open: "17:00-1d", close: "16:15", regular: ["07:20", "12:30"] },
    { open: "17:00-1d", close: "16:00", regular: ["07:20", "12:30"] },
  ],
  closed: [CME_CLOSED, GOOD_FRIDAYS_WITH_REPORT],
  earlyCloses: EARLY_CLOSES,
  holidays: US_HOLIDAYS,
} as const satisfies CalendarTable;
