/**
 * What would have been left at other prices. Worked out from the fills of the run, which stay as many and as large as they were: a
 * strategy that sizes by its account or answers its fills would have traded otherwise, and running it again tells.
 */

import { directionOf, type Order } from "../../market/order.ts";
import type { RunOutcome } from "../../market/run-outcome.ts";
import { costOfTick } from "../metrics/cost-of-tick.ts";
import { isMissing } from "../metrics/definition.ts";
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
  const tick = costOfTick({ outcome, options: { instruments: outcome.instruments } });
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
      if (isMissing(tick)) return { ...where, netProfit: null, reason: tick.missing };
      return { ...where, netProfit: netProfit + (slippageCost ?? 0) - ticks * tick - late };
    }),
  );
}

/** The rung of so many ticks (undefined: the run's own slippage) and bars. */
export function rungOf(ladder: Ladder, ticks: number | undefined, delayBars: number): LadderRung | undefined {
  return ladder.find((rung) => rung.ticks === (ticks ?? null) && rung.delayBars === delayBars);
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
