import type { Calendar } from "../../calendar/index.ts";

/** Bars of a span beside the sessions of an exchange. */
export interface SessionGaps {
  /** Sessions that overlap the span. */
  readonly sessions: number;
  /** Trade dates of those without any bar. */
  readonly withoutBars: readonly string[];
  /** Bars that open in a session. */
  readonly bars: number;
  /** Bars there would be if every step had a trade. */
  readonly expectedBars: number;
  /** Bars that open while the exchange is closed. */
  readonly outside: number;
}

/**
 * Holds bars against a calendar. A session that the span cuts counts with the part that lies in it.
 * @param time open times, ascending, epoch ms UTC @param step ms @param span epoch ms UTC, end exclusive
 */
export function findSessionGaps(
  time: Float64Array,
  step: number,
  calendar: Calendar,
  span: { readonly start: number; readonly end: number },
): SessionGaps {
  const sessions = calendar.sessionsBetween(span.start, Math.min(span.end, endOf(calendar)));
  const withoutBars: string[] = [];
  let row = 0;
  let bars = 0;
  let expectedBars = 0;
  for (const session of sessions) {
    const open = Math.max(session.open, span.start);
    const close = Math.min(session.close, span.end);
    while (row < time.length && (time[row] as number) + step <= open) row += 1;
    const first = row;
    while (row < time.length && (time[row] as number) < close) row += 1;
    // Days of the vendor begin at midnight UTC: the bar before may hold the first hour of this session.
    const overlapsBefore = first > 0 && (time[first - 1] as number) + step > open;
    if (row === first && !overlapsBefore) withoutBars.push(session.tradeDate);
    bars += row - first;
    const share = (close - open) / (session.close - session.open);
    expectedBars += Math.round(calendar.expectedBars(session, step) * share);
  }
  return { sessions: sessions.length, withoutBars, bars, expectedBars, outside: time.length - bars };
}

/** The end of the last day that a calendar knows. */
function endOf(calendar: Calendar): number {
  const last = calendar.previousSession(Date.parse(`${calendar.lastDate}T00:00Z`));
  return calendar.session(calendar.lastDate)?.close ?? last?.close ?? Number.NEGATIVE_INFINITY;
}
