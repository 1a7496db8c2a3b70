import type { Asset } from "../market/asset.ts";
import { shown } from "../market/errors.ts";
import type { RefusalCode } from "../market/events.ts";
import type { Order } from "../market/order.ts";
import type { BrokerCapabilities } from "../market/ports.ts";
import { formatInstant } from "../market/time.ts";
import { misplacedExit } from "./exit-sides.ts";
import type { Instrument } from "./instrument.ts";

/** What the data source says of an asset it does not have, as far as it was asked. */
export type WhyMissing = (asset: Asset) => string | undefined;

export interface Refusal {
  readonly reason: RefusalCode;
  readonly message: string;
}

/** Why an order cannot be accepted at `now` whatever the account holds; undefined when it can. */
export function refusalOf(
  order: Order,
  instrument: Instrument | undefined,
  capabilities: BrokerCapabilities,
  now: number,
  whyMissing: WhyMissing,
): Refusal | undefined {
  const { asset, timeInForce } = order;
  if (order.status !== "unsubmitted") {
    return { reason: "already_submitted", message: `order ${order.id} was handed in before; it is ${order.status}` };
  }
  const unsound = unsoundQuantity(order);
  if (unsound !== undefined) return unsound;
  const misplaced = misplacedExit(order, instrument?.lastPrice);
  if (misplaced !== undefined) return { reason: "wrong_side", message: misplaced };
  if (asset.assetType === "index")
    return { reason: "not_tradable", message: `${asset} is an index and cannot be traded` };
  if (!capabilities.timesInForce.includes(timeInForce)) {
    const known = capabilities.timesInForce.join(", ");
    return {
      reason: "unsupported_time_in_force",
      message: `timeInForce '${timeInForce}' is not available here; known: ${known}`,
    };
  }
  if (order.goodTillDate !== undefined && order.goodTillDate <= now)
    return {
      reason: "good_till_date_passed",
      message: `its goodTillDate, ${formatInstant(order.goodTillDate)}, is over`,
    };
  if (!capabilities.orderKinds.includes(order.kind)) {
    return { reason: "unsupported_order_kind", message: `${order.kind} orders are not available here` };
  }
  if (instrument === undefined)
    return { reason: "no_data", message: whyMissing(asset) ?? `the data source has no bars of ${asset}` };
  if (instrument.delisted !== undefined)
    return { reason: instrument.delisted, message: `the last trading day of ${asset} is over` };
  if (Number.isNaN(instrument.unitValue)) {
    const { currency } = instrument.terms;
    return {
      reason: "fx_rate_missing",
      message: `${asset} is priced in ${currency}, and the run has no rate of it at this instant; the option fxRates gives one, and an account in ${currency} (the option currency) needs none`,
    };
  }
  if (instrument.ended)
    return { reason: "data_ended", message: `the bars of ${asset} have ended; no later bar can fill the order` };
  return undefined;
}

function unsoundQuantity({ asset, quantity, target }: Order): Refusal | undefined {
  if (target !== undefined && "fraction" in target) {
    if (Number.isFinite(target.fraction)) return undefined;
    return {
      reason: "invalid_quantity",
      message: `the target was a fraction of ${target.fraction}, expected a number`,
    };
  }
  const units = target?.quantity ?? quantity;
  if (!(Number.isFinite(units) && (target !== undefined || units > 0))) {
    const expected = target === undefined ? "a number above 0" : "a number";
    return { reason: "invalid_quantity", message: `quantity was ${shown(units)}, expected ${expected}` };
  }
  if (asset.wholeUnits && !Number.isInteger(units)) {
    return { reason: "fraction_not_allowed", message: `quantity was ${units}, and ${asset} trades in whole units` };
  }
  return undefined;
}
