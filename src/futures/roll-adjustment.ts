/** One roll as a change of what the prices before it, or from it on, mean. */

import { addExactly, type PriceAdjustment } from "../bars/price-adjustment.ts";
import type { Adjustment } from "../market/asset.ts";
import { InvalidInputError } from "../market/errors.ts";
import type { AdjustmentDirection } from "./adjust.ts";

/** Two prices of one instant, on the contract that is left and on the one that follows, and the instant of the change. */
interface RollPrices {
  readonly time: number;
  readonly fromPrice: number;
  readonly toPrice: number;
}

/** The gap of a roll, price units: what the new contract costs more. */
export function rollGap(roll: RollPrices): number {
  return addExactly(roll.toPrice, -roll.fromPrice);
}

/**
 * The change that takes one roll out of a series. `backward` moves what came before the roll, so that the new contract keeps its
 * prices; `forward` moves what comes after.
 * @throws InvalidInputError for `ratio` where a price at the roll is not above zero
 */
export function rollAdjustment(
  roll: RollPrices,
  method: Exclude<Adjustment, "none">,
  direction: AdjustmentDirection,
): PriceAdjustment {
  const { time, fromPrice, toPrice } = roll;
  const side = direction === "backward" ? "before" : "after";
  const sign = direction === "backward" ? 1 : -1;
  if (method === "difference") return { time, side, add: sign * rollGap(roll), factor: 1, volumeFactor: 1 };
  if (!(fromPrice > 0 && toPrice > 0)) {
    throw new InvalidInputError(
      "invalid_argument",
      `Adjusting by ratio: prices at a roll were ${fromPrice} and ${toPrice}, expected prices above 0`,
      { hint: "Adjust by difference, which takes any price." },
    );
  }
  return { time, side, add: 0, factor: (toPrice / fromPrice) ** sign, volumeFactor: 1 };
}
