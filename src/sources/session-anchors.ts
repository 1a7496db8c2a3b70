/** The sessions that coarser bars are cut by. */

import type { SessionAnchors } from "../bars/resample.ts";
import { type Calendar, calendarFor } from "../calendar/index.ts";
import { contractSpec } from "../futures/index.ts";
import type { Asset } from "../market/asset.ts";
import { isBacklitError } from "../market/errors.ts";
import { DAY, parseDate } from "../market/time.ts";
import type { Timestep } from "../market/timestep.ts";

/** How the bars of an asset are to be cut. Without anchors: at midnight UTC. */
export interface SessionCut {
  readonly anchors?: SessionAnchors;
  /** In words, for a note. */
  readonly name: string;
  /** Why sessions that were looked for are not used. */
  readonly note?: string;
}

const UTC_DAYS: SessionCut = { name: "cut at midnight UTC" };
const WIDEST_BREAK = 8 * DAY;

/** Sessions around `time` by the calendar of the asset; UTC days where it has none, trades around the clock, or holds day bars. */
export function sessionAnchorsFor(asset: Asset, base: Timestep, time: Float64Array): SessionCut {
  const name = calendarName(asset);
  const first = time[0];
  const last = time.at(-1);
  if (name === undefined || first === undefined || last === undefined) return UTC_DAYS;
  try {
    const calendar = calendarFor(name);
    return calendar.continuous ? UTC_DAYS : cutBy(calendar, base, first, last);
  } catch (error) {
    if (!isBacklitError(error)) throw error;
    return { ...UTC_DAYS, note: `${asset}: no sessions to cut bars by (${error.message}), cut at midnight UTC` };
  }
}

function cutBy(calendar: Calendar, base: Timestep, first: number, last: number): SessionCut {
  // Day bars mostly carry midnight as their time, which lies in another session than the one they are of.
  if (base.milliseconds >= DAY && calendar.sessionAt(first)?.open !== first) return UTC_DAYS;
  const from = calendar.previousSession(first)?.open ?? first - WIDEST_BREAK;
  const to = calendar.nextSession(last)?.close ?? last + WIDEST_BREAK;
  const sessions = calendar.sessionsBetween(from, to);
  return {
    anchors: {
      open: Float64Array.from(sessions, (session) => session.open),
      close: Float64Array.from(sessions, (session) => session.close),
      tradeDay: Float64Array.from(sessions, (session) => (parseDate(session.tradeDate) ?? 0) / DAY),
    },
    name: `cut by the sessions of ${calendar.name}`,
  };
}

/** The calendar an asset trades by, as far as its type tells. */
function calendarName(asset: Asset): string | undefined {
  switch (asset.assetType) {
    case "stock":
    case "option":
      return "XNYS";
    case "forex":
      return "24/5";
    case "crypto":
      return "24/7";
    case "future":
    case "continuous_future":
      return contractSpec(asset.root)?.calendar;
    default:
      return undefined;
  }
}
