/** Which part of the fees went to exchanges. The fills hold one fee; the run's settings say what it is made of. */

import { TradingFee, type TradingFeeTerms } from "../../market/fees.ts";
import type { Fill } from "../../market/fill.ts";
import type { MetricContext } from "./context.ts";
import type { Missing } from "./definition.ts";
import { multiplierOf, unknownSize } from "./group-excursions.ts";

/** Account currency; missing where a part of it is a fraction of a value that is not known. */
export function exchangeFees(c: MetricContext): number | Missing {
  const { settings, fills } = c.outcome;
  const fees = { buy: paidToExchange(settings.buyTradingFees), sell: paidToExchange(settings.sellTradingFees) };
  if (fees.buy.length + fees.sell.length === 0) return 0;
  const begun = new Set<string>();
  let total = 0;
  for (const fill of fills) {
    const firstFill = fill.orderId === "" || !begun.has(fill.orderId);
    begun.add(fill.orderId);
    if (!isTraded(fill)) continue;
    const multiplier = multiplierOf(c, fill.asset);
    for (const fee of fees[fill.side]) {
      if (multiplier === undefined && fee.percent !== 0) return unknownSize(c, fill.asset);
      const { quantity, price, asset } = fill;
      total += fee.amount({ wholeUnits: asset.wholeUnits, quantity, price, multiplier: multiplier ?? 0, firstFill });
    }
  }
  return total;
}

/** An expiration and a delisting end a position without a trade, and cost nothing. */
function isTraded({ reason }: Fill): boolean {
  return reason === undefined || reason === "roll";
}

function paidToExchange(entries: readonly unknown[]): readonly TradingFee[] {
  return entries.filter(isPaidToExchange).map((terms) => new TradingFee(terms));
}

function isPaidToExchange(entry: unknown): entry is TradingFeeTerms {
  return typeof entry === "object" && entry !== null && "paidTo" in entry && entry.paidTo === "exchange";
}
