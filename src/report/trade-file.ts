/** What stands in `trades.csv`. */

import type { RunOutcome } from "../market/run-outcome.ts";
import type { Trade } from "../market/trade.ts";
import { exitReasons } from "./metrics/trade-orders.ts";
import type { Columns } from "./run-file.ts";

export function tradeColumns(outcome: RunOutcome): Columns<Trade> {
  const reasonOf = exitReasons(outcome);
  return {
    asset: (trade) => trade.asset.key,
    direction: (trade) => trade.direction,
    quantity: (trade) => trade.quantity,
    entryTime: (trade) => ({ instant: trade.entryTime }),
    entryPrice: (trade) => trade.entryPrice,
    exitTime: (trade) => ({ instant: trade.exitTime }),
    exitPrice: (trade) => trade.exitPrice,
    pnl: (trade) => trade.pnl,
    fees: (trade) => trade.fees,
    bars: (trade) => trade.bars,
    mae: (trade) => trade.mae,
    mfe: (trade) => trade.mfe,
    open: (trade) => trade.open,
    rolls: (trade) => trade.rolls ?? 0,
    rollGap: (trade) => trade.rollGap ?? 0,
    exitReason: (trade) => (trade.open ? undefined : reasonOf(trade)),
    ticks: (trade) => ticksOf(trade, outcome),
  };
}

/** What the price went the trade's way, in ticks, without the gaps of rolls; undefined where the tick is not known. */
function ticksOf({ asset, direction, entryPrice, exitPrice, rollGap = 0 }: Trade, outcome: RunOutcome) {
  const tick = asset.tickSize ?? outcome.instruments[asset.key]?.tickSize;
  if (tick === undefined) return undefined;
  const points = (exitPrice - entryPrice - rollGap) * (direction === "long" ? 1 : -1);
  // Averages of several fills lie between ticks; digits beyond a millionth are those of the division.
  return Number((points / tick).toFixed(6));
}
