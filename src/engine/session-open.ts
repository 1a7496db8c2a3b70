import type { Calendar } from "../calendar/index.ts";
import type { Timestep } from "../market/timestep.ts";
import { isCovered } from "./account/sessions.ts";

/**
 * When a bar of a day or longer opens that is stamped with its date: with the first session that begins in it. A stamp that lies in a session, or of a
 * bar in which none begins, is the open itself, as is one of which the calendar knows nothing. Instants are epoch ms UTC.
 */
export function openWithSession(calendar: Calendar, { milliseconds }: Timestep, stamp: number): number {
  if (!isCovered(calendar, stamp) || calendar.sessionAt(stamp) !== undefined) return stamp;
  const open = calendar.nextSession(stamp)?.open;
  return open !== undefined && open < stamp + milliseconds ? open : stamp;
}
