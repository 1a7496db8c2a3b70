/** Which sessions a request needs, and cutting their bars to exactly what was asked. */

import type { Session } from "../calendar/index.ts";
import { cutColumns, joinColumns, rowAtOrAfter } from "../futures/columns.ts";
import type { BarColumns } from "../market/bar-series.ts";
import { DAY, parseDate, WEEK } from "../market/time.ts";
import type { Timestep } from "../market/timestep.ts";
import { bucketMinutes, oneBar } from "./synthetic-buckets.ts";
import type { SyntheticMarket } from "./synthetic-market.ts";
import { generateSession } from "./synthetic-session.ts";

/** First and last instant an asset trades, epoch ms UTC; the first inclusive and a session's open, the last exclusive. */
export interface Life {
  readonly start: number;
  readonly end: number;
}

/** What is asked of a market, as in `BarsRequest`. */
export interface SpanRequest {
  readonly step: Timestep;
  readonly start: number;
  readonly end: number;
  readonly lookback: number;
}

/** Bars that are made in one go: those of a session, or the one bar of a week. */
interface Block {
  /** Open of its first session. */
  readonly open: number;
  /** Close of its last session. */
  readonly close: number;
  readonly columns: BarColumns;
}

/** The bars with start <= time < end, and up to `lookback` before them. */
export function barsOfSpan(market: SyntheticMarket, life: Life, request: SpanRequest): BarColumns {
  const within = blocksWithin(market, life, request);
  const blocks = [...blocksBefore(market, life, request, within[0]), ...within];
  const columns = joinColumns(blocks.map((block) => block.columns));
  const first = rowAtOrAfter(columns.time, request.start);
  const from = Math.max(0, first - request.lookback);
  const to = Math.max(first, rowAtOrAfter(columns.time, request.end));
  return cutColumns(columns, from, to);
}

/** Blocks that overlap the span, ascending. */
function blocksWithin(market: SyntheticMarket, life: Life, request: SpanRequest): Block[] {
  const blocks: Block[] = [];
  const end = Math.min(request.end, life.end);
  let covered = Math.max(request.start, life.start);
  for (const session of market.calendar.sessionsBetween(covered, end)) {
    if (session.open < covered && blocks.length > 0) continue;
    const block = blockOf(market, life, request.step, session);
    blocks.push(block);
    covered = block.close;
  }
  return blocks;
}

/** As many blocks before the span as the lookback needs, ascending. */
function blocksBefore(market: SyntheticMarket, life: Life, request: SpanRequest, first: Block | undefined): Block[] {
  const blocks: Block[] = [];
  let missing = request.lookback - (first === undefined ? 0 : rowAtOrAfter(first.columns.time, request.start));
  let edge = first?.open ?? Math.min(request.start, life.end);
  while (missing > 0 && edge > life.start) {
    const session = market.calendar.previousSession(edge);
    if (session === undefined || session.open < life.start) break;
    const block = blockOf(market, life, request.step, session);
    blocks.push(block);
    missing -= block.columns.time.length;
    edge = block.open;
  }
  return blocks.reverse();
}

function blockOf(market: SyntheticMarket, life: Life, step: Timestep, session: Session): Block {
  if (step.unit === "week") return weekBlock(market, life, session);
  const minutes = generateSession(market, session);
  const isMinutes = step.unit === "minute" && step.count === 1;
  const columns = isMinutes ? minutes : bucketMinutes(minutes, session, step.milliseconds);
  return { open: session.open, close: session.close, columns };
}

/** The one bar of the week, Monday to Sunday by trade date, that a session lies in. */
function weekBlock(market: SyntheticMarket, life: Life, session: Session): Block {
  const sessions = weekOf(market, session).filter(({ open, close }) => open >= life.start && close <= life.end);
  const open = sessions[0]?.open ?? session.open;
  const minutes = joinColumns(sessions.map((one) => generateSession(market, one)));
  return { open, close: sessions.at(-1)?.close ?? session.close, columns: oneBar(minutes, open) };
}

function weekOf(market: SyntheticMarket, session: Session): Session[] {
  const week = weekNumber(session);
  const sessions = [session];
  for (let before = market.calendar.previousSession(session.open); before !== undefined; ) {
    if (weekNumber(before) !== week) break;
    sessions.unshift(before);
    before = market.calendar.previousSession(before.open);
  }
  for (let after = market.calendar.nextSession(session.open); after !== undefined; ) {
    if (weekNumber(after) !== week) break;
    sessions.push(after);
    after = market.calendar.nextSession(after.open);
  }
  return sessions;
}

/** Number of the week the trade date lies in, Monday to Sunday. 1970-01-05 was a Monday. */
function weekNumber(session: Session): number {
  const firstMonday = 4 * DAY;
  return Math.floor(((parseDate(session.tradeDate) ?? 0) - firstMonday) / WEEK);
}
