/** Bars before a span: as many as were asked for, without buying more than it takes. */

import type { Bars } from "../../bars/bars.ts";
import type { Calendar } from "../../calendar/index.ts";
import { rowAtOrAfter } from "../../futures/columns.ts";
import { DAY } from "../../market/time.ts";
import type { Timestep } from "../../market/timestep.ts";
import type { TimeSpan } from "../../store/coverage.ts";

/** What is asked for. */
export interface LookbackRequest extends TimeSpan {
  readonly step: Timestep;
  /** Bars wanted before `start`. */
  readonly lookback: number;
  readonly calendar: Calendar | undefined;
}

/** Minutes without a trade give no bar: so many more sessions are fetched at once. */
const SPARE = 1.25;
const FEWEST_SESSIONS = 2;
/** Sessions in a year, at most: a search back that needs more than decades goes to the beginning at once. */
const MOST_SESSIONS = 20 * 260;

/**
 * The bars of a span and the last `lookback` before it. Fetches about the time they need and, where trading was thin, twice as much each
 * time, until there are enough or the data begins.
 * @param load bars of a span @param first earliest instant there can be data
 */
export async function loadWithLookback(
  request: LookbackRequest,
  load: (span: TimeSpan) => Promise<Bars>,
  first: () => Promise<number>,
): Promise<Bars> {
  const { start, end, lookback } = request;
  if (lookback === 0) return load({ start, end });
  const earliest = Math.min(start, await first());
  for (let sessions = sessionsFor(request); ; sessions *= 2) {
    const from = Math.max(earliest, sessionsBefore(request, sessions));
    const bars = await load({ start: from, end });
    const before = rowAtOrAfter(bars.time, start);
    if (before >= lookback || from === earliest) return bars.slice(Math.max(0, before - lookback));
  }
}

function sessionsFor({ lookback, step, calendar, start }: LookbackRequest): number {
  const session = calendar?.previousSession(start);
  const perSession =
    step.milliseconds >= DAY
      ? DAY / step.milliseconds
      : session === undefined || calendar === undefined
        ? DAY / step.milliseconds
        : Math.max(1, calendar.expectedBars(session, step.milliseconds));
  return Math.ceil((lookback / perSession) * SPARE) + FEWEST_SESSIONS;
}

function sessionsBefore({ start, calendar }: LookbackRequest, sessions: number): number {
  if (sessions > MOST_SESSIONS) return Number.NEGATIVE_INFINITY;
  if (calendar === undefined) return start - sessions * 2 * DAY;
  let from = calendar.sessionAt(start)?.open ?? start;
  for (let count = 0; count < sessions; count++) from = calendar.previousSession(from)?.open ?? from - DAY;
  return from;
}
