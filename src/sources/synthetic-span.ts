/** Which sessions a request needs, and cutting their bars to exactly what was asked. */

import { Bars } from "../bars/bars.ts";
import { resampleBars } from "../bars/resample.ts";
import { BarGrid } from "../calendar/bar-grid.ts";
import type { Session } from "../calendar/index.ts";
import { cutColumns, joinColumns, rowAtOrAfter } from "../futures/columns.ts";
import type { Asset } from "../market/asset.ts";
import type { BarColumns } from "../market/bar-series.ts";
import { DAY } from "../market/time.ts";
import { type Timestep, timestep } from "../market/timestep.ts";
import type { SyntheticMarket } from "./synthetic-market.ts";
import { generateSession } from "./synthetic-session.ts";

const ONE_MINUTE = timestep(1, "minute");

/** First and last instant an asset trades, epoch ms UTC; the first inclusive and a session's open, the last exclusive. */
export interface Life {
  readonly start: number;
  readonly end: number;
}

/** What is asked of a market, as in `BarsRequest`. */
export interface SpanRequest {
  readonly asset: Asset;
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
    const block = blockOf(market, life, request, session);
    blocks.push(block);
    covered = block.close;
  }
  return blocks;
}

/** As many blocks before the span as the lookback needs, ascending. */
function blocksBefore(market: SyntheticMarket, life: Life, request: SpanRequest, first: Block | undefined): Block[] {
  const rowsBefore = (block: Block) => rowAtOrAfter(block.columns.time, request.start);
  const blocks: Block[] = [];
  let missing = request.lookback - (first === undefined ? 0 : rowsBefore(first));
  let edge = first?.open ?? Math.min(request.start, life.end);
  // An empty span may lie inside a session, whose own bars then come first.
  let session = first === undefined && edge < life.end ? market.calendar.sessionAt(edge) : undefined;
  while (missing > 0 && edge > life.start) {
    session ??= market.calendar.previousSession(edge);
    if (session === undefined || session.open < life.start) break;
    const block = blockOf(market, life, request, session);
    blocks.push(block);
    missing -= rowsBefore(block);
    edge = block.open;
    session = undefined;
  }
  return blocks.reverse();
}

function blockOf(market: SyntheticMarket, life: Life, request: SpanRequest, session: Session): Block {
  const { asset, step } = request;
  const grid = new BarGrid(step, ONE_MINUTE, market.calendar);
  const sessions = step.milliseconds < DAY ? [session] : sessionsOfBar(market, life, grid, session);
  const minutes = joinColumns(sessions.map((one) => generateSession(market, one)));
  const columns = resampleBars(new Bars(asset, ONE_MINUTE, minutes), grid).bars;
  return { open: sessions[0]?.open ?? session.open, close: sessions.at(-1)?.close ?? session.close, columns };
}

/** The sessions of the bar that a session lies in, as far as the asset trades in them. */
function sessionsOfBar(market: SyntheticMarket, life: Life, grid: BarGrid, session: Session): Session[] {
  grid.seek(session.open);
  const sessions = market.calendar.sessionsBetween(grid.open, grid.close);
  return sessions.filter(({ open, close }) => open >= life.start && close <= life.end);
}
