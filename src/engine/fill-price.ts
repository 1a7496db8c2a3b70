import { addExactly } from "../bars/price-adjustment.ts";
import type { Instrument } from "./instrument.ts";
import { type TradingCosts, tradingSlippage } from "./trading-costs.ts";
import type { WorkingOrder } from "./working-order.ts";

/** Where in a bar a fill happens. */
export interface FillPlace {
  /** Instant of the fill, epoch ms UTC. */
  readonly time: number;
  readonly row: number;
  readonly moment: "open" | "inside" | "close";
}

/**
 * The price of a fill that the bar gives at `matched`. At an open and at a close a buy pays the ask and a sale gets the bid, where that
 * is worse; inside a bar an order that takes liquidity pays half the spread; then it slips. Never beyond the order's limit, and never
 * outside the range of a bar that has one, unless the slippage is told to be.
 */
export function fillPrice(
  costs: TradingCosts,
  working: WorkingOrder,
  matched: number,
  quantity: number,
  place: FillPlace,
): number {
  const { instrument, direction } = working;
  const { slippage } = costs;
  const slips = slippage !== undefined && !working.hasLimit;
  if (instrument.bid === undefined && !slips) return matched;
  const quoted = keepInRange(quotedPrice(working, matched, place), matched, instrument, place.row);
  if (!slips) return quoted;
  const amount = tradingSlippage(costs, working.order.side, instrument, quoted, quantity, place.row);
  const slipped = amount === 0 ? quoted : addExactly(quoted, direction * amount);
  return slippage.outsideBar ? slipped : keepInRange(slipped, matched, instrument, place.row);
}

function quotedPrice(working: WorkingOrder, matched: number, { row, moment }: FillPlace): number {
  const { instrument, direction } = working;
  const quoteRow = moment === "close" ? row : rowBefore(instrument, row);
  const bid = instrument.bid?.[quoteRow] ?? Number.NaN;
  const ask = instrument.ask?.[quoteRow] ?? Number.NaN;
  if (Number.isNaN(bid + ask)) return matched;
  if (moment === "inside")
    return working.hasLimit ? matched : addExactly(matched, (direction * Math.max(0, addExactly(ask, -bid))) / 2);
  const taken = direction === 1 ? Math.max(matched, ask) : Math.min(matched, bid);
  if (!working.hasLimit) return taken;
  return direction === 1 ? Math.min(taken, working.limitPrice) : Math.max(taken, working.limitPrice);
}

/**
 * The row whose end is the open of `row`; -1 when there is a gap between or prices have broken there, so that an old quote is not taken
 * for the present one.
 */
function rowBefore(instrument: Instrument, row: number): number {
  return row > 0 && row !== instrument.breakRow && instrument.closeTime(row - 1) === instrument.time[row]
    ? row - 1
    : -1;
}

/**
 * Takes a price back to the bar's range, but never to the better side of the price the bar gave. A bar of one single price says
 * nothing of how wide the market was: there the cost is paid in full.
 */
function keepInRange(price: number, matched: number, instrument: Instrument, row: number): number {
  const high = instrument.high[row] as number;
  const low = instrument.low[row] as number;
  if (high === low) return price;
  return price > matched ? Math.max(matched, Math.min(price, high)) : Math.min(matched, Math.max(price, low));
}
