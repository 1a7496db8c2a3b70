/** Was the data all there? */

import type { Calendar, Session } from "../../calendar/index.ts";
import type { Asset } from "../../market/asset.ts";
import type { BarSeries } from "../../market/bar-series.ts";
import { isBacklitError } from "../../market/errors.ts";
import type { RunOutcome, TradedBars } from "../../market/run-outcome.ts";
import { DAY, formatDate } from "../../market/time.ts";
import { formatCount } from "../format.ts";
import { basisOf } from "../metrics/basis.ts";
import { median } from "../metrics/numbers.ts";
import { answer, type ReviewCheck, type ReviewQuestion, unknown } from "./check.ts";

/** A session with less than this share of what sessions of the run usually have is incomplete. */
const COMPLETE = 0.95;
/** Sessions named in the text. */
const NAMED = 3;

/** What is told when a position in an instrument ends with it. */
const LAST_EVENTS: ReadonlySet<string> = new Set(["position_expired", "position_delisted"]);

const INCOMPLETE: ReviewQuestion = {
  code: "incomplete_sessions",
  severity: "warning",
  why: "Where bars are missing, stops and limits were not examined and indicators ran on; fills around a gap are not to be trusted.",
};

/** How full a session is. */
interface Filling {
  readonly session: Session;
  readonly asset: string;
  readonly bars: number;
  /** What its length makes expectable. */
  readonly expected: number;
}

/**
 * Sessions whose bars are fewer than usual. Usual is the median share of the run's own sessions of the same asset: in a thin market
 * minutes without a trade have no bar, and that is no gap.
 */
export function checkSessions(outcome: RunOutcome, series: readonly TradedBars[]): ReviewCheck {
  const { calendar } = basisOf(outcome);
  if (calendar === undefined || calendar.continuous) {
    return unknown(INCOMPLETE, "Without a market that closes it is not known how many bars a session has.");
  }
  // The calendar is that of some of the assets, unless the run was given one for all.
  const { settings } = outcome;
  const judged = series.filter(
    ({ asset, timestep, calendar: own }) =>
      timestep.milliseconds <= DAY &&
      (settings.market !== null || (own === undefined ? asset.key === settings.assets[0] : own === settings.calendar)),
  );
  const fillings = judged.flatMap((bars) => fillingsOf(outcome, bars, calendar));
  if (fillings.length === 0) return unknown(INCOMPLETE, "No whole session with bars of a day or less lies in the run.");
  const usual = new Map(judged.map(({ asset }) => [asset.key, usualShare(fillings, asset.key)]));
  const incomplete = fillings.filter((one) => one.bars < COMPLETE * (usual.get(one.asset) ?? 1) * one.expected);
  const named = incomplete.slice(0, NAMED).map(describe);
  const rest = incomplete.length > NAMED ? ` and ${incomplete.length - NAMED} more` : "";
  return answer(
    INCOMPLETE,
    incomplete.length > 0,
    incomplete.length === 0
      ? `${formatCount(fillings.length, "session")} with as many bars as usual.`
      : `${incomplete.length} of ${formatCount(fillings.length, "session")} with fewer bars than usual: ${named.join(", ")}${rest}.`,
    { sessions: fillings.length, incomplete: incomplete.length },
  );
}

function describe({ session, bars, expected }: Filling): string {
  return `${session.tradeDate} has ${bars} of ${expected}`;
}

/** Bars of every session that lies wholly in the run, before the day on which the instrument ends. */
function fillingsOf(outcome: RunOutcome, bars: BarSeries, calendar: Calendar): readonly Filling[] {
  const step = bars.timestep.milliseconds;
  const start = Date.parse(outcome.settings.start);
  const end = Math.min(Date.parse(outcome.settings.end), outcome.equity.time.at(-1) ?? 0);
  const life = lifeOf(outcome, bars.asset);
  const sessions = knownSessions(calendar, start, end).filter(
    ({ open, close, tradeDate }) => open >= start && close <= end && tradeDate < life,
  );
  const counts = step < DAY ? countInside(sessions, bars.time) : countByDate(sessions, bars.time, calendar);
  return sessions.map((session, i) => ({
    session,
    asset: bars.asset.key,
    bars: counts[i] ?? 0,
    expected: calendar.expectedBars(session, step),
  }));
}

/** The day on which an instrument expires or is delisted, which may be a short one; after every other day where it goes on. */
function lifeOf({ events }: RunOutcome, { key, expiration }: Asset): string {
  const ended = events.find(({ code, asset }) => LAST_EVENTS.has(code) && asset?.key === key);
  return expiration ?? (ended === undefined ? "9999-12-31" : formatDate(ended.time - 1));
}

/** None where the calendar does not reach. */
function knownSessions(calendar: Calendar, start: number, end: number): readonly Session[] {
  try {
    return calendar.sessionsBetween(start, end);
  } catch (error) {
    if (isBacklitError(error)) return [];
    throw error;
  }
}

/** Bars that open inside each session. */
function countInside(sessions: readonly Session[], times: Float64Array): readonly number[] {
  let row = 0;
  return sessions.map(({ open, close }) => {
    while (row < times.length && (times[row] as number) < open) row++;
    const first = row;
    while (row < times.length && (times[row] as number) < close) row++;
    return row - first;
  });
}

/** Daily bars are stamped with midnight or with the open; both belong to the same trade date. */
function countByDate(sessions: readonly Session[], times: Float64Array, calendar: Calendar): readonly number[] {
  const counts = new Map<string, number>();
  for (const time of times) {
    const date = calendar.tradeDateOf(time);
    if (date !== undefined) counts.set(date, (counts.get(date) ?? 0) + 1);
  }
  return sessions.map(({ tradeDate }) => counts.get(tradeDate) ?? 0);
}

function usualShare(fillings: readonly Filling[], asset: string): number {
  const shares = fillings.filter((one) => one.asset === asset && one.bars > 0).map((one) => one.bars / one.expected);
  return shares.length === 0 ? 1 : Math.min(1, median(Float64Array.from(shares)));
}
