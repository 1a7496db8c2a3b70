import { addExactly } from "../bars/price-adjustment.ts";
import { remainingQuantity } from "../market/order.ts";
import { updateOrder } from "../market/order-state.ts";
import type { BuyingPower } from "./buying-power.ts";
import type { FillPlace } from "./fill-price.ts";
import type { OrderExecution } from "./order-execution.ts";
import type { OrderRegister } from "./order-register.ts";
import type { VolumeShare } from "./volume-share.ts";
import type { WorkingOrder } from "./working-order.ts";

export interface MultilegParts {
  readonly execution: OrderExecution;
  readonly register: OrderRegister;
  readonly volume: VolumeShare;
  readonly buyingPower: BuyingPower;
}

/**
 * Fills a combination at an instant at which bars of all its legs open: every leg at its own bar's open, all of them or none. It waits
 * while a leg has no bar there, or not the volume, and while the legs together are dearer than its limit. True when it filled or
 * was refused.
 */
export function fillMultileg(combination: WorkingOrder, time: number, parts: MultilegParts): boolean {
  const { execution, buyingPower, register, volume } = parts;
  const { order, children: legs } = combination;
  const placed = legs.map((leg) => ({ leg, place: openOf(leg, time) }));
  if (!placed.every(({ leg, place }) => place !== undefined && hasVolume(leg, place, volume))) return false;
  const plans = placed.map(({ leg, place }) => ({
    ...execution.plan(leg, openPrice(leg), remainingQuantity(leg.order), place as FillPlace),
    place: place as FillPlace,
  }));
  const paid = plans.reduce((sum, { units, price }) => addExactly(sum, units * price), 0) / order.quantity;
  if (order.kind === "limit" && addExactly(paid, -order.limitPrice) > 0) return false;
  const short = buyingPower.refusal(plans);
  if (short !== undefined) {
    if (!execution.waitsForOthers(combination, (plans[0] as { place: FillPlace }).place))
      register.refuse(order, short.reason, `At the net price ${paid} ${short.message}`);
    return true;
  }
  const fees = plans.reduce((sum, { fee }) => sum + fee, 0);
  updateOrder(order, {
    status: "filled",
    filledQuantity: order.quantity,
    averageFillPrice: paid,
    fees,
    closedAt: time,
  });
  register.remove(order);
  for (const plan of plans) execution.book(plan, plan.place, true);
  return true;
}

/** Where the leg's bar opens, if one does at this instant. */
function openOf({ instrument }: WorkingOrder, time: number): FillPlace | undefined {
  const { inBar, row, barOpen } = instrument;
  return inBar && barOpen === time ? { time, row, moment: "open" } : undefined;
}

function openPrice({ instrument }: WorkingOrder): number {
  return instrument.open[instrument.row] as number;
}

function hasVolume({ instrument, order }: WorkingOrder, { row }: FillPlace, volume: VolumeShare): boolean {
  return volume.traded(instrument, row) && volume.available(instrument, row) >= remainingQuantity(order);
}
