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

/** What is asked, and of whom. */
export interface LookbackSource {
  /** Bars of a span. What the cache lacks is bought. */
  load(span: TimeSpan): Promise<Bars>;
  /** Whether `load` would buy nothing. */
  holds(span: TimeSpan): Promise<boolean>;
  /** Earliest instant there can be data. */
  firstInstant(): Promise<number>;
}

/**
 * The bars of a span and the last `lookback` before it. Takes what the cache has where that is enough; else fetches about the time they
 * need and, where trading was thin, twice as much each time, until there are enough or the data begins.
 */
export async function loadWithLookback(request: LookbackRequest, source: LookbackSource): Promise<Bars> {
  const { start, end, lookback } = request;
  if (lookback === 0) return source.load({ start, end });
  const earliest = await source.firstInstant();
  if (start <= earliest) return source.load({ start, end });
  const estimate = sessionsFor(request);
  const held = await startInCache(request, estimate, source);
  if (held !== undefined) return withLookback(request, await source.load({ start: held, end }));
  for (let sessions = estimate; ; sessions *= 2) {
    const from = Math.max(earliest, sessionsBefore(request, sessions));
    const bars = await source.load({ start: from, end });
    if (rowAtOrAfter(bars.time, start) >= lookback || from === earliest) return withLookback(request, bars);
  }
}

function withLookback({ start, lookback }: LookbackRequest, bars: Bars): Bars {
  return bars.slice(Math.max(0, rowAtOrAfter(bars.time, start) - lookback));
}

/** From when on the cache alone has the lookback; undefined where it has not. */
async function startInCache(
  request: LookbackRequest,
  estimate: number,
  source: LookbackSource,
): Promise<number | undefined> {
  for (let sessions = 0; sessions < estimate; sessions = Math.max(1, sessions * 2)) {
    const span = { start: sessionsBefore(request, sessions), end: request.start };
    if (span.start >= span.end) continue;
    if (!(await source.holds(span))) return undefined;
    if ((await source.load(span)).length >= request.lookback) return span.start;
  }
  return undefined;
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
