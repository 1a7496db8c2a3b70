/** A few figures over any selection of trades: a side, an instrument, an hour of the day. */

import type { Trade } from "../../market/trade.ts";
import { knownZone } from "../run-zone.ts";

/** Open trades are not in it. Null where there is nothing to divide by. */
export interface TradeSummary {
  readonly trades: number;
  readonly wins: number;
  readonly losses: number;
  /** Sum of pnl, fees taken off. */
  readonly pnl: number;
  readonly fees: number;
  readonly winRate: number | null;
  /** Gross profit / |gross loss|; null without a losing trade. */
  readonly profitFactor: number | null;
  /** Mean pnl. */
  readonly expectancy: number | null;
}

export function summarizeTrades(trades: readonly Trade[]): TradeSummary {
  let gain = 0;
  let loss = 0;
  let wins = 0;
  let losses = 0;
  let fees = 0;
  let count = 0;
  for (const trade of trades) {
    if (trade.open) continue;
    count++;
    fees += trade.fees;
    if (trade.pnl > 0) {
      wins++;
      gain += trade.pnl;
    } else if (trade.pnl < 0) {
      losses++;
      loss += trade.pnl;
    }
  }
  return {
    trades: count,
    wins,
    losses,
    pnl: gain + loss,
    fees,
    winRate: count === 0 ? null : wins / count,
    profitFactor: losses === 0 ? null : gain / -loss,
    expectancy: count === 0 ? null : (gain + loss) / count,
  };
}

/** Summaries by a key of the caller's choice, keys in ascending order. */
export function summarizeTradesBy(
  trades: readonly Trade[],
  keyOf: (trade: Trade) => string,
): Readonly<Record<string, TradeSummary>> {
  const groups = new Map<string, Trade[]>();
  for (const trade of trades) {
    if (trade.open) continue;
    const key = keyOf(trade);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [trade]);
    else group.push(trade);
  }
  const keys = [...groups.keys()].sort();
  return Object.fromEntries(keys.map((key) => [key, summarizeTrades(groups.get(key) ?? [])]));
}

/** Summaries by weekday (1 Monday .. 7 Sunday) and hour (0 .. 23) of the first entry; none in a zone that is not an IANA one. */
export function summarizeByClock(trades: readonly Trade[], zoneName: string) {
  const zone = knownZone(zoneName);
  if (zone === undefined) return { byWeekday: {}, byHour: {} };
  // Day 0 was a Thursday.
  const weekday = (trade: Trade) => ((((zone.toLocalDay(trade.entryTime) + 3) % 7) + 7) % 7) + 1;
  const hour = (trade: Trade) => Math.floor(zone.minuteOfDay(trade.entryTime) / 60);
  return {
    byWeekday: summarizeTradesBy(trades, (trade) => String(weekday(trade))),
    byHour: summarizeTradesBy(trades, (trade) => String(hour(trade))),
  };
}
