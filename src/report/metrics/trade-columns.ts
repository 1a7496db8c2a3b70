/** Closed round trips as columns, in the order in which they ended. */

import type { Asset } from "../../market/asset.ts";
import type { Trade } from "../../market/trade.ts";

export interface TradeColumns {
  readonly count: number;
  readonly trades: readonly Trade[];
  /** What was traded, each once. */
  readonly assets: readonly Asset[];
  /** Exit less entry price, reversed for shorts, the gaps of rolls taken out. */
  readonly points: Float64Array;
  /** Profit in account currency, fees taken off. */
  readonly pnl: Float64Array;
  /** The parts of `pnl` above and below 0. */
  readonly wins: Float64Array;
  readonly losses: Float64Array;
  /** Milliseconds from first entry to last exit. */
  readonly duration: Float64Array;
  readonly bars: Float64Array;
  readonly mae: Float64Array;
  readonly mfe: Float64Array;
}

export function tradeColumns(closed: readonly Trade[]): TradeColumns {
  const trades = inOrderOfExit(closed);
  const pnl = Float64Array.from(trades, (trade) => trade.pnl);
  return {
    count: trades.length,
    trades,
    assets: [...new Set(trades.map((trade) => trade.asset))],
    points: Float64Array.from(trades, pointsOf),
    pnl,
    wins: pnl.filter((value) => value > 0),
    losses: pnl.filter((value) => value < 0),
    duration: Float64Array.from(trades, (trade) => trade.exitTime - trade.entryTime),
    bars: Float64Array.from(trades, (trade) => trade.bars),
    mae: Float64Array.from(trades, (trade) => trade.mae),
    mfe: Float64Array.from(trades, (trade) => trade.mfe),
  };
}

function pointsOf({ entryPrice, exitPrice, rollGap = 0, direction }: Trade): number {
  return (exitPrice - entryPrice - rollGap) * (direction === "long" ? 1 : -1);
}

function inOrderOfExit(trades: readonly Trade[]): readonly Trade[] {
  const ordered = trades.every((trade, i) => i === 0 || (trades[i - 1]?.exitTime ?? 0) <= trade.exitTime);
  return ordered ? trades : trades.toSorted((a, b) => a.exitTime - b.exitTime);
}
