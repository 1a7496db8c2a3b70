import type { Asset } from "./asset.ts";
import { InvalidInputError, shown } from "./errors.ts";
import type { OrderOptions, OrderTerms, TrailDistance } from "./order.ts";

const PRICE_NAMES = ["limitPrice", "stopPrice", "touchPrice", "trailPrice", "trailPercent", "limitOffset"] as const;

/**
 * The kind of order that the given prices ask for, and its prices.
 * @throws InvalidInputError `invalid_order`: prices that contradict each other or are no numbers
 */
export function termsOf(asset: Asset, options: OrderOptions): OrderTerms {
  for (const name of PRICE_NAMES) {
    const value = options[name];
    if (value !== undefined && !Number.isFinite(value))
      throw invalid(asset, `${name} was ${shown(value)}, expected a number`);
  }
  const { limitPrice, stopPrice, touchPrice, trailPrice, trailPercent, limitOffset } = options;
  if (trailPrice !== undefined || trailPercent !== undefined) return trailingTerms(asset, options);
  if (limitOffset !== undefined) throw invalid(asset, "limitOffset belongs to a trailPrice or a trailPercent");
  if (stopPrice !== undefined && touchPrice !== undefined)
    throw invalid(
      asset,
      "a stopPrice waits for the market to go against the order, a touchPrice for the opposite: give one",
    );
  if (stopPrice !== undefined) {
    return limitPrice === undefined ? { kind: "stop", stopPrice } : { kind: "stop_limit", stopPrice, limitPrice };
  }
  if (touchPrice !== undefined) {
    return limitPrice === undefined
      ? { kind: "market_if_touched", touchPrice }
      : { kind: "limit_if_touched", touchPrice, limitPrice };
  }
  return limitPrice === undefined ? { kind: "market" } : { kind: "limit", limitPrice };
}

function trailingTerms(asset: Asset, options: OrderOptions): OrderTerms {
  const { limitPrice, stopPrice, touchPrice, trailPrice, trailPercent, limitOffset } = options;
  const other = limitPrice ?? stopPrice ?? touchPrice;
  if (other !== undefined || (trailPrice !== undefined && trailPercent !== undefined)) {
    throw invalid(asset, "a trailing stop takes one of trailPrice and trailPercent and no other price but limitOffset");
  }
  const distance = trailDistance(asset, trailPrice, trailPercent);
  if (limitOffset === undefined) return { kind: "trailing_stop", ...distance };
  if (limitOffset < 0) throw invalid(asset, `limitOffset was ${limitOffset}, expected a distance from 0`);
  return { kind: "trailing_stop_limit", limitOffset, ...distance };
}

function trailDistance(asset: Asset, trailPrice: number | undefined, trailPercent: number | undefined): TrailDistance {
  if (trailPrice !== undefined && trailPrice > 0) return { trailPrice };
  if (trailPercent !== undefined && trailPercent > 0 && trailPercent < 1) return { trailPercent };
  const found = trailPrice === undefined ? `trailPercent was ${trailPercent}` : `trailPrice was ${trailPrice}`;
  throw invalid(
    asset,
    found,
    "trailPrice is a distance above 0; trailPercent is a fraction between 0 and 1 (0.02 is 2 %).",
  );
}

function invalid(asset: Asset, words: string, hint?: string): InvalidInputError {
  const details = hint === undefined ? {} : { hint };
  return new InvalidInputError("invalid_order", `Creating an order for ${asset}: ${words}`, details);
}
