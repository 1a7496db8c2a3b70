import type { YearDates } from "../table.ts";

/**
 * Trade dates on which all of CME Globex is closed: New Year, Christmas, and the Good Fridays without an employment
 * report. On the Good Fridays missing here (2010, 2012, 2015, 2021, 2023, 2026) financial products trade in the morning.
 */
export const CME_CLOSED = {
  2010: "01-01 12-24",
  2011: "04-22 12-26",
  2012: "01-02 12-25",
  2013: "01-01 03-29 12-25",
  2014: "01-01 04-18 12-25",
  2015: "01-01 12-25",
  2016: "01-01 03-25 12-26",
  2017: "01-02 04-14 12-25",
  2018: "01-01 03-30 12-25",
  2019: "01-01 04-19 12-25",
  2020: "01-01 04-10 12-25",
  2021: "01-01 12-24",
  2022: "04-15 12-26",
  2023: "01-02 12-25",
  2024: "01-01 03-29 12-25",
  2025: "01-01 04-18 12-25",
  2026: "01-01 12-25",
  2027: "01-01 03-26 12-24",
} as const satisfies YearDates;

/** The Good Fridays on which only energy and metals (and agriculture) are closed. */
export const GOOD_FRIDAYS_WITH_REPORT = {
  2010: "04-02",
  2012: "04-06",
  2015: "04-03",
  2021: "04-02",
  2023: "04-07",
  2026: "04-03",
} as const satisfies YearDates;
