/**
 * What would have been left at other prices. Worked out from the fills of the run, which stay as many and as large as they were: a
 * strategy that sizes by its account or answers its fills would have traded otherwise, and running it again tells.
 */

import { directionOf, type Order } from "../../market/order.ts";
import type { RunOutcome } from "../../market/run-outcome.ts";
import { type SlippingFill, slippingFills } from "../metrics/cost-of-tick.ts";
import { multiplierOf, unknownSize } from "../metrics/group-excursions.ts";
import type { Statistics } from "../metrics/statistics.ts";
import type { FillOnBar } from "./fills-on-bars.ts";

/** Ticks a side on the ladder, beside the slippage the run was made with. */
const TICKS = [undefined, 0, 1, 2] as const;
const DELAYS = [0, 1] as const;

/** One way the run might have gone. */
export interface LadderRung {
  /**
   * Ticks of slippage on each fill of an order that takes liquidity (market, stop and the like) and of each roll, in place of the run's own
   * spread and slippage; null: the run's own.
   */
  readonly ticks: number | null;
  /** Bars by which market orders fill later: at the open (under `this-close` the close) of that bar; 0 as in the run. */
  readonly delayBars: number;
  /** Account currency; null when it cannot be known. */
  readonly netProfit: number | null;
  /** Why `netProfit` is null. */
  readonly reason?: string;
}

export type Ladder = readonly LadderRung[];

/** Net profit at the run's own slippage and at 0, 1 and 2 ticks, without and with a bar of delay. */
export function ladderOf(outcome: RunOutcome, statistics: Statistics, fills: readonly FillOnBar[]): Ladder {
  const slipping = slippingFills({ outcome, options: { instruments: outcome.instruments } });
  const delay = costOfDelay(outcome, fills);
  return DELAYS.flatMap((delayBars) =>
    TICKS.map((ticks): LadderRung => {
      const where = { ticks: ticks ?? null, delayBars };
      const { netProfit, slippageCost } = statistics;
      if (netProfit === null)
        return { ...where, netProfit, reason: statistics.undefinedReasons.netProfit ?? "no equity" };
      const late = delayBars === 0 ? 0 : delay;
      if (typeof late === "string") return { ...where, netProfit: null, reason: late };
      if (ticks === undefined) return { ...where, netProfit: netProfit - late };
      if ("missing" in slipping) return { ...where, netProfit: null, reason: slipping.missing };
      const slipped = costOfSlippage(outcome, fills, slipping, ticks);
      return { ...where, netProfit: netProfit + (slippageCost ?? 0) - slipped - late };
    }),
  );
}

/** The rung of so many ticks (undefined: the run's own slippage) and bars. */
export function rungOf(ladder: Ladder, ticks: number | undefined, delayBars: number): LadderRung | undefined {
  return ladder.find((rung) => rung.ticks === (ticks ?? null) && rung.delayBars === delayBars);
}

/**
 * Money that so many ticks cost by the engine's rule: a fill ends at the high or low of its bar, unless the run was told otherwise or the bar
 * has one price only. Where the bar is not known the ticks are paid in full.
 */
function costOfSlippage(
  outcome: RunOutcome,
  fills: readonly FillOnBar[],
  slipping: readonly SlippingFill[],
  ticks: number,
): number {
  const places = new Map(fills.map((place) => [place.fill, place]));
  const { slippage } = outcome.settings;
  const outsideBar =
    typeof slippage === "object" && slippage !== null && "outsideBar" in slippage && slippage.outsideBar;
  let total = 0;
  for (const { fill, tickSize, multiplier } of slipping) {
    const unit = fill.quantity * multiplier;
    const room = outsideBar ? Number.POSITIVE_INFINITY : roomOf(places.get(fill), fill.slippage / unit);
    total += unit * Math.min(ticks * tickSize, room);
  }
  return total;
}

/** How much worse a fill could have been within its bar, price units; `paid` is what it was worse already. */
function roomOf(place: FillOnBar | undefined, paid: number): number {
  if (place === undefined) return Number.POSITIVE_INFINITY;
  const { fill, bars, row } = place;
  const [high, low] = [bars.high[row] as number, bars.low[row] as number];
  if (high === low) return Number.POSITIVE_INFINITY;
  return Math.max(0, (fill.side === "buy" ? high - fill.price : fill.price - low) + paid);
}

/**
 * Money lost when each market order fills one bar later, or why it is not known. An order of the last bar fills at its close, and so does
 * one of the last bar before a roll or a split: the bar after has prices of another kind.
 */
function costOfDelay(outcome: RunOutcome, fills: readonly FillOnBar[]): number | string {
  if (fills.length < outcome.fills.filter(({ reason }) => reason === undefined).length) {
    return "The bars of some fills are not known.";
  }
  const sizes = { outcome, options: { instruments: outcome.instruments } };
  const breaks = priceBreaks(outcome);
  let total = 0;
  for (const { fill, order, bars, row } of fills) {
    if (order !== undefined && !isPlainMarket(order)) continue;
    const multiplier = multiplierOf(sizes, fill.asset);
    if (multiplier === undefined) return unknownSize(sizes, fill.asset).missing;
    const prices = outcome.settings.fill === "this-close" ? bars.close : bars.open;
    const now = prices[row] as number;
    const next = breaks.has(`${fill.asset.key} ${bars.time[row + 1]}`) ? undefined : prices[row + 1];
    const later = next ?? (bars.close[row] as number);
    total += directionOf(fill.side) * fill.quantity * multiplier * (later - now);
  }
  return total;
}

/** Instants from which an asset's prices mean something else: another contract, new shares. */
function priceBreaks({ fills, events }: RunOutcome): ReadonlySet<string> {
  const splits = events.filter(({ code }) => code === "stock_split");
  const rolls = fills.filter(({ reason }) => reason !== undefined);
  return new Set([...splits, ...rolls].map(({ asset, time }) => `${asset?.key} ${time}`));
}

/** Market orders that fill at the next price; those for an auction wait for it. */
function isPlainMarket({ kind, timeInForce }: Order): boolean {
  return kind === "market" && timeInForce !== "opg" && timeInForce !== "cls";
}
