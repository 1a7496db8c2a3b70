import type { Asset } from "../market/asset.ts";

/** Less than this fraction of a quantity is what adding fractions leaves over, and no quantity. */
export const DUST = 1e-12;

/** How finely the engine itself counts a quantity: whole shares and contracts, hundred-millionths of a coin or a currency. */
export function stepsPerUnit(asset: Asset): number {
  return asset.assetType === "crypto" || asset.assetType === "forex" ? 1e8 : 1;
}

/** How many units of a fill of `units` (signed) close what is held before it: all of that, when only dust is between the two. */
export function closingUnits(held: number, units: number): number {
  if (held * units >= 0) return 0;
  const [size, whole] = [Math.abs(units), Math.abs(held)];
  return size < whole * (1 - DUST) ? size : whole;
}

/** How many units of a fill of `units` (signed) open a position when `closing` of them close one; dust opens none. */
export function openingUnits(units: number, closing: number): number {
  const size = Math.abs(units);
  return size > closing * (1 + DUST) ? size - closing : 0;
}

/** The most whole steps below `limit` that fit, where whatever is less than something that fits fits too; 0 when not even one does. */
export function mostStepsThatFit(limit: number, fits: (steps: number) => boolean): number {
  let least = 0;
  let most = limit;
  while (most - least > 1) {
    const middle = Math.floor((least + most) / 2);
    if (fits(middle)) least = middle;
    else most = middle;
  }
  return least;
}
