/** Prices on a tick grid. Prices are doubles; a price on the grid is the double nearest to its decimal text. */

/** How far off the grid, in ticks, a computed price may be and still count as on it. */
const TICK_TOLERANCE = 1e-6;

export type TickRounding = "nearest" | "down" | "up";

/**
 * The grid price for `price`. On-grid within a millionth of a tick means on the grid, whatever the rounding; so `1313.6 + 0.1`
 * is `1313.7`, the same double a file gives.
 */
export function roundToTick(price: number, tickSize: number, rounding: TickRounding = "nearest"): number {
  const ticks = price / tickSize;
  const nearest = Math.round(ticks);
  const onGrid = Math.abs(ticks - nearest) <= TICK_TOLERANCE * Math.max(1, Math.abs(nearest) * 1e-6);
  const count = onGrid || rounding === "nearest" ? nearest : rounding === "down" ? Math.floor(ticks) : Math.ceil(ticks);
  // Dividing two whole numbers gives the double nearest to the decimal; multiplying by 0.1 would not.
  const perUnit = Math.round(1 / tickSize);
  return perUnit > 0 && Math.abs(1 / tickSize - perUnit) < 1e-9 * perUnit ? count / perUnit : count * tickSize;
}

/** True when the price lies on the grid. */
export function isOnTick(price: number, tickSize: number): boolean {
  const ticks = price / tickSize;
  return Math.abs(ticks - Math.round(ticks)) <= TICK_TOLERANCE * Math.max(1, Math.abs(ticks) * 1e-6);
}
