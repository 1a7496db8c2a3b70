/** The bar on which each fill was made. */

import type { BarSeries } from "../../market/bar-series.ts";
import type { Fill } from "../../market/fill.ts";
import type { Order } from "../../market/order.ts";
import type { RunOutcome } from "../../market/run-outcome.ts";

export interface FillOnBar {
  readonly fill: Fill;
  /** Undefined in results put together by hand. */
  readonly order: Order | undefined;
  readonly bars: BarSeries;
  readonly row: number;
}

/**
 * Fills by the bar that was open at their instant. Left out are those of assets without bars, and rolls and the like, which no order led
 * to and no bar made.
 */
export function fillsOnBars(outcome: RunOutcome, series: readonly BarSeries[]): readonly FillOnBar[] {
  const byAsset = new Map(series.map((bars) => [bars.asset.key, bars]));
  const orders = new Map(outcome.orders.map((order) => [order.id, order]));
  return outcome.fills.flatMap((fill) => {
    const bars = byAsset.get(fill.asset.key);
    if (bars === undefined || fill.reason !== undefined) return [];
    const order = orders.get(fill.orderId);
    // A fill at the close carries the bar's end, at which the next bar may open.
    const atClose = outcome.settings.fill === "this-close" && order?.kind === "market";
    const row = rowAt(bars.time, atClose ? fill.time - 1 : fill.time);
    return row < 0 ? [] : [{ fill, order, bars, row }];
  });
}

/** Last row whose time is at or before `time`; -1 when there is none. */
function rowAt(times: Float64Array, time: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((times[middle] as number) <= time) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
