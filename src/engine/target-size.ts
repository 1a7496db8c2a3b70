import type { Asset } from "../market/asset.ts";

/** What the size of a target order follows from. */
interface SizingFacts {
  readonly asset: Asset;
  /** Signed units held. */
  readonly held: number;
  /** Value of one unit, account currency: price x multiplier, without its sign. */
  readonly unitValue: number;
  /** The account's equity at the fill's price, the fill's fee not taken off. */
  readonly equity: number;
  /** Fee of trading so many signed units. */
  readonly fee: (units: number) => number;
}

/** Coins and currencies are counted in hundred-millionths, as coins are on their chains. */
const SMALL_UNITS_A_UNIT = 1e8;

/**
 * The signed units a fraction of the equity, less the fee of getting there, can be worth: the most steps of a whole unit (or of a
 * hundred-millionth) for which `units * unitValue <= fraction * (equity - fee)`. Bisection, since the fee depends on the answer. 0 when a
 * unit has no value or the account none.
 */
export function targetUnits(fraction: number, facts: SizingFacts): number {
  const { asset, held, unitValue, equity, fee } = facts;
  if (fraction === 0 || !(unitValue > 0)) return 0;
  const direction = Math.sign(fraction);
  const stepsAUnit = asset.assetType === "crypto" || asset.assetType === "forex" ? SMALL_UNITS_A_UNIT : 1;
  const fits = (steps: number) => {
    const units = (direction * steps) / stepsAUnit;
    return Math.abs(units) * unitValue <= Math.abs(fraction) * (equity - fee(units - held));
  };
  let least = 0;
  let most = Math.floor((Math.abs(fraction) * equity * stepsAUnit) / unitValue) + 1;
  if (!(most > 0)) return 0;
  while (most - least > 1) {
    const middle = Math.floor((least + most) / 2);
    if (fits(middle)) least = middle;
    else most = middle;
  }
  return least === 0 ? 0 : (direction * least) / stepsAUnit;
}
