import { InvalidParameterError } from "./errors.ts";

/** What is known when a price is to be let through or not. All money in US$. */
export interface CostQuestion {
  /** Price of the whole batch. */
  readonly total: number;
  /** Limit for the whole batch; undefined when nobody set one. 0 lets only free data through. */
  readonly maxCost: number | undefined;
  /** Whether there is somebody to ask. */
  readonly canAsk: boolean;
}

/** What to do about a price. */
export type CostDecision = "pass" | "ask" | "over_limit" | "refuse";

/**
 * The rule of the cost gate, alone: nothing costs nothing; above the limit is refused; within it somebody is asked where
 * there is somebody, and the limit itself is the yes where there is not; without either it is refused.
 * @throws {InvalidParameterError} for a limit that is no amount
 */
export function decideCost({ total, maxCost, canAsk }: CostQuestion): CostDecision {
  if (maxCost !== undefined && !(maxCost >= 0)) {
    const message = `Check 'maxCost': found ${maxCost}, expected US$ of 0 or more`;
    throw new InvalidParameterError("maxCost", message);
  }
  if (total === 0) return "pass";
  if (!(total > 0)) return "refuse";
  if (maxCost !== undefined && total > maxCost) return "over_limit";
  if (canAsk) return "ask";
  return maxCost === undefined ? "refuse" : "pass";
}

/** Money as whole billionths of a dollar: sums do not depend on the order, and a positive price is never 0. */
export function toNanodollars(dollars: number): number {
  return dollars > 0 ? Math.max(1, Math.round(dollars * 1e9)) : 0;
}

/** Sum of prices, US$. */
export function totalCost(costs: readonly number[]): number {
  return costs.reduce((sum, cost) => sum + toNanodollars(cost), 0) / 1e9;
}
