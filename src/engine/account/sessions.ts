import type { Calendar, Session } from "../../calendar/index.ts";
import { DAY, formatDate, parseDate } from "../../market/time.ts";
import type { Instrument } from "../instrument.ts";

/** The end of a trading day, and the date the exchange books it under. */
export interface TradingDay {
  readonly tradeDate: string;
  /** Epoch ms UTC. */
  readonly close: number;
}

/**
 * The first trading day that ends after `time` and on which the exchange settles; a bank holiday with trading is settled with the day
 * after. Where the calendar ends, UTC days go on.
 */
export function nextTradingDay(calendar: Calendar, time: number): TradingDay {
  if (isCovered(calendar, time)) {
    let session: Session | undefined = calendar.sessionAt(time) ?? calendar.nextSession(time);
    while (session?.kind === "holiday") session = calendar.nextSession(session.open);
    if (session !== undefined) return session;
  }
  const midnight = Math.floor(time / DAY) * DAY;
  return { tradeDate: formatDate(midnight), close: midnight + DAY };
}

/** When a contract stops trading: the close of the session of a date, of the one before where the date has none. */
export function closeOfDate(calendar: Calendar, isoDate: string): number {
  const midnight = parseDate(isoDate) ?? Number.NaN;
  if (!isCovered(calendar, midnight)) return midnight + DAY;
  return calendar.session(isoDate)?.close ?? calendar.previousSession(midnight + DAY)?.close ?? midnight + DAY;
}

/** First instant at which the market is open again after `time`. */
export function nextOpening(calendar: Calendar, time: number): number {
  const next = isCovered(calendar, time) ? calendar.nextSession(time) : undefined;
  return next?.open ?? Math.floor(time / DAY) * DAY + DAY;
}

/** Date an exchange books a bar of an instrument under: a bar that opens at midnight UTC carries its date as it stands. */
export function tradeDateOfBar(instrument: Instrument, row: number): string {
  const open = instrument.time[row] as number;
  if (open % DAY === 0 || !isCovered(instrument.calendar, open)) return formatDate(open);
  return instrument.calendar.tradeDateOf(open) ?? formatDate(open);
}

/** True where the calendar knows the session at `time` and the one after it. */
export function isCovered(calendar: Calendar, time: number): boolean {
  // The next session may lie some days ahead.
  return time >= 0 && time + 7 * DAY < (parseDate(calendar.lastDate) ?? Number.POSITIVE_INFINITY);
}
