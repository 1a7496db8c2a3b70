/** What each contract of continuous futures earned. */

import type { Fill } from "../../market/fill.ts";
import { directionOf } from "../../market/order.ts";
import type { RunOutcome } from "../../market/run-outcome.ts";
import { multiplierOf, type Sizes } from "./group-excursions.ts";
import { positionSteps } from "./positions.ts";

export interface ContractProfit {
  /** Account currency, fees taken off; what is still held at the last close. */
  readonly pnl: number;
  readonly fees: number;
  /** Units bought and sold. */
  readonly units: number;
}

/** By contract, in the order in which they were traded; those whose last price or size is not known are left out. */
export function contractProfits(c: Sizes): Readonly<Record<string, ContractProfit>> {
  const profits = new Map<string, ContractProfit>();
  const held = new Map<string, { readonly fill: Fill; readonly after: number }>();
  for (const { fill, after } of positionSteps(c.outcome)) {
    const { asset, contract, price, quantity, fee, side } = fill;
    const multiplier = multiplierOf(c, asset);
    if (contract === undefined || multiplier === undefined) continue;
    const before = profits.get(contract) ?? { pnl: 0, fees: 0, units: 0 };
    const paid = directionOf(side) * quantity * price * multiplier;
    profits.set(contract, { pnl: before.pnl - paid - fee, fees: before.fees + fee, units: before.units + quantity });
    held.set(asset.key, { fill, after });
  }
  for (const { fill, after } of held.values()) {
    const contract = fill.contract ?? "";
    const profit = profits.get(contract);
    if (after === 0 || profit === undefined) continue;
    const value = after * lastClose(c.outcome, fill) * (multiplierOf(c, fill.asset) ?? Number.NaN);
    if (Number.isNaN(value)) profits.delete(contract);
    else profits.set(contract, { ...profit, pnl: profit.pnl + value });
  }
  return Object.fromEntries(profits);
}

/** Close of the last bar that the run saw; NaN when its bars are not known. */
function lastClose({ tradedBars, equity }: RunOutcome, { asset }: Fill): number {
  const bars = tradedBars?.find((series) => series.asset.key === asset.key);
  const end = equity.time.at(-1) ?? Number.NEGATIVE_INFINITY;
  const row = bars?.time.findLastIndex((open) => open < end) ?? -1;
  return bars?.close[row] ?? Number.NaN;
}
