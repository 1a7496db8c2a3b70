import type { CalendarTable, Hours, YearDates, YearTimes } from "../table.ts";
import { CME_CLOSED, GOOD_FRIDAYS_WITH_REPORT } from "./cme-closed.ts";
import { US_HOLIDAYS } from "./us-holidays.ts";

/** Full closures of both ICE tables: the dates energy is closed at CME, and three days of storm and mourning. */
const ICE_CLOSED: readonly YearDates[] = [
  CME_CLOSED,
  GOOD_FRIDAYS_WITH_REPORT,
  { 2012: "10-29", 2018: "12-05", 2025: "01-09" },
];

/** ICE Futures US, the dollar index DX. Sources: exchange_calendars IEPA, LEAN market hours of DX. */
export const ICE_US_FINANCIAL = {
  name: "ICE_US_FINANCIAL",
  timeZone: "America/New_York",
  firstDate: "2010-01-01",
  lastDate: "2027-12-31",
  hours: [{ open: "20:00-1d", mondayOpen: "18:00-1d", close: "17:00", regular: ["08:00", "17:00"] }],
  closed: ICE_CLOSED,
  earlyCloses: {
    2010: { "13:00": "01-18 02-15 05-31 07-05 09-06 11-25" },
    2011: { "13:00": "01-17 02-21 05-30 07-04 09-05 11-24" },
    2012: { "13:00": "01-16 02-20 05-28 07-04 09-03 11-22" },
    2013: { "13:00": "01-21 02-18 05-27 07-04 09-02 11-28" },
    2014: { "13:00": "01-20 02-17 05-26 07-04 09-01 11-27" },
    2015: { "13:00": "01-19 02-16 05-25 07-03 09-07 11-26" },
    2016: { "13:00": "01-18 02-15 05-30 07-04 09-05 11-24" },
    2017: { "13:00": "01-16 02-20 05-29 07-04 09-04 11-23" },
    2018: { "13:00": "01-15 02-19 05-28 07-04 09-03 11-22" },
    2019: { "13:00": "01-21 02-18 05-27 07-04 09-02 11-28" },
    2020: { "13:00": "01-20 02-17 05-25 07-03 09-07 11-26" },
    2021: { "13:00": "01-18 02-15 05-31 07-05 09-06 11-25" },
    2022: { "13:00": "01-17 02-21 05-30 07-04 09-05 11-24" },
    2023: { "13:00": "01-16 02-20 05-29 07-04 09-04 11-23" },
    2024: { "13:00": "01-15 02-19 05-27 07-04 09-02 11-28" },
    2025: { "13:00": "01-20 02-17 05-26 07-04 09-01 11-27" },
    2026: { "13:00": "01-19 02-16 05-25 07-03 09-07 11-26" },
    2027: { "13:00": "01-18 02-15 05-31 07-05 09-06 11-25" },
  },
  holidays: US_HOLIDAYS,
} as const satisfies CalendarTable;

/**
 * ICE Futures Europe, Brent, gas oil, carbon. Trading follows New York's clock, 20:00 to 18:00, which London sees as
 * 01:00 to 23:00, and an hour earlier in the weeks in which only one of the two is on summer time.
 * Sources: exchange_calendars IEPA. Early closes are missing: the only list found has wrong dates in it.
 */
export const ICE_EU_ENERGY = {
  name: "ICE_EU_ENERGY",
  timeZone: "Europe/London",
  hoursTimeZone: "America/New_York",
  firstDate: "2010-01-01",
  lastDate: "2027-12-31",
  hours: [{ open: "20:00-1d", mondayOpen: "18:00-1d", close: "18:00" }],
  closed: ICE_CLOSED,
  earlyCloses: {},
} as const satisfies CalendarTable;

const SOFTS_EARLY_CLOSES: YearTimes = {
  2010: { "13:00": "11-26" },
  2011: { "13:00": "11-25" },
  2012: { "13:00": "11-23 12-24" },
  2013: { "13:00": "11-29 12-24" },
  2014: { "13:00": "11-28 12-24" },
  2015: { "13:00": "11-27", "13:05": "12-24" },
  2016: { "13:00": "11-25" },
  2019: { "13:05": "12-24" },
};

function softs<Name extends string>(name: Name, hours: Hours) {
  return {
    name,
    timeZone: "America/New_York",
    firstDate: "2010-01-01",
    lastDate: "2027-12-31",
    hours: [hours],
    closed: [US_HOLIDAYS],
    earlyCloses: SOFTS_EARLY_CLOSES,
  } satisfies CalendarTable;
}

/**
 * ICE Futures US, the softs: every product has hours of its own, and `ICE_US_SOFTS` is the span that holds them all.
 * Sources: LEAN market hours; before 2025 the holidays are assumed to be those of the US market.
 */
export const ICE_US_SOFTS = softs("ICE_US_SOFTS", { open: "21:00-1d", close: "14:20" });
/** Coffee. */
export const ICE_US_SOFTS_KC = softs("ICE_US_SOFTS_KC", { open: "04:15", close: "13:30" });
/** Sugar. */
export const ICE_US_SOFTS_SB = softs("ICE_US_SOFTS_SB", { open: "03:30", close: "13:00" });
/** Cocoa. */
export const ICE_US_SOFTS_CC = softs("ICE_US_SOFTS_CC", { open: "04:45", close: "13:30" });
/** Cotton. */
export const ICE_US_SOFTS_CT = softs("ICE_US_SOFTS_CT", { open: "21:00-1d", close: "14:20" });
/** Orange juice. */
export const ICE_US_SOFTS_OJ = softs("ICE_US_SOFTS_OJ", { open: "08:00", close: "14:00" });
