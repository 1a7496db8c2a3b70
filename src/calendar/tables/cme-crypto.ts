import type { CalendarTable } from "../table.ts";
import { CME_CLOSED } from "./cme-closed.ts";
import { US_HOLIDAYS } from "./us-holidays.ts";

/**
 * CME crypto futures: BTC ETH SOL XRP and their micros, listed 2017-12-18.
 *
 * The table ends with 2026-05-29: from that day CME announced trading round the clock with a weekend maintenance of
 * two hours, "pending regulatory review". Neither that nor the old hours could be confirmed, so neither is guessed.
 * Sources: LEAN market hours of BTC, pandas_market_calendars. Good Friday 2021 is unsure.
 */
export const CME_CRYPTO = {
  name: "CME_CRYPTO",
  timeZone: "America/Chicago",
  firstDate: "2017-12-18",
  lastDate: "2026-05-29",
  afterLastDate:
    "CME announced trading round the clock from 2026-05-29 on, which is not confirmed here; use market '24/7' for later dates",
  hours: [{ open: "17:00-1d", close: "16:00" }],
  closed: [CME_CLOSED],
  earlyCloses: {
    2018: { "12:00": "01-15 02-19 05-28 07-04 09-03 11-22", "12:15": "07-03 11-23 12-24" },
    2019: { "12:00": "01-21 02-18 05-27 07-04 09-02 11-28", "12:15": "07-03 11-29 12-24" },
    2020: { "12:00": "01-20 02-17 05-25 07-03 09-07 11-26", "12:15": "11-27 12-24" },
    2021: { "08:15": "04-02", "12:00": "01-18 02-15 05-31 07-05 09-06 11-25", "12:45": "11-26" },
    2022: { "12:45": "11-25" },
    2023: { "10:15": "04-07", "12:45": "11-24" },
    2024: { "12:45": "11-29 12-24" },
    2025: { "12:00": "07-04", "12:45": "12-24", "13:45": "11-28" },
    2026: { "10:15": "04-03" },
  },
  holidays: US_HOLIDAYS,
} as const satisfies CalendarTable;
