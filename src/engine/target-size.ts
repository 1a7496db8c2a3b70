import type { OrderTarget } from "../market/order.ts";
import type { Instrument } from "./instrument.ts";
import type { Portfolio } from "./portfolio.ts";
import { type TradingCosts, tradingFee } from "./trading-costs.ts";
import { DUST, mostStepsThatFit, stepsPerUnit } from "./units.ts";

/** What the size of a target order follows from. */
export interface TargetFacts {
  readonly instrument: Instrument;
  readonly portfolio: Portfolio;
  readonly costs: TradingCosts;
  /** Price per unit; NaN when none is known. */
  readonly price: number;
}

/** Signed units that lead from what is held to a target. */
export function unitsToTarget(target: OrderTarget, facts: TargetFacts): number {
  const held = facts.portfolio.quantityOf(facts.instrument);
  if ("quantity" in target) return target.quantity - held;
  return unitsOfFraction(target.fraction, held, facts) - held;
}

/**
 * The signed units a fraction of the equity, less the fee of getting there, can be worth: the most steps of a unit for which
 * `units * unit value <= fraction * (equity - fee)`. Bisection, since the fee depends on the answer. A hair's breadth, which doubles leave
 * over, lacks for no unit. 0 when a unit has no value or the account none.
 */
function unitsOfFraction(fraction: number, held: number, { instrument, portfolio, costs, price }: TargetFacts): number {
  const unitValue = Math.abs(price) * instrument.unitValue;
  const equity = portfolio.account.equityAt(instrument, price);
  if (fraction === 0 || !(unitValue > 0)) return 0;
  const direction = Math.sign(fraction);
  const stepsAUnit = stepsPerUnit(instrument.asset);
  const fits = (steps: number) => {
    const units = (direction * steps) / stepsAUnit;
    const fee = tradingFee(costs, units > held ? "buy" : "sell", instrument, price, Math.abs(units - held));
    return Math.abs(units) * unitValue <= Math.abs(fraction) * (equity - fee) * (1 + DUST);
  };
  const steps = mostStepsThatFit(Math.floor((Math.abs(fraction) * equity * stepsAUnit) / unitValue) + 2, fits);
  return steps === 0 ? 0 : (direction * steps) / stepsAUnit;
}
