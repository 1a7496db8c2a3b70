/** What money earns without risk, session by session. */

import type { RunSettings } from "../../market/run-outcome.ts";

/** An interest rate that changes: from each instant on the rate beside it, annual and effective (0.05 is 5 % a year). */
export interface DatedRates {
  /** Epoch ms UTC, ascending. */
  readonly time: Float64Array;
  readonly rate: Float64Array;
}

/** The run's own rate, dated ones as columns. */
export function ratesOf({ riskFreeRate }: Pick<RunSettings, "riskFreeRate">): number | DatedRates {
  if (typeof riskFreeRate === "number") return riskFreeRate;
  return {
    time: Float64Array.from(riskFreeRate, ({ from }) => Date.parse(from)),
    rate: Float64Array.from(riskFreeRate, ({ rate }) => rate),
  };
}

/**
 * The rate of each session, made from annual rates by compounding, and the mean of the annual ones. A session has the rate that held up to
 * its close: one that begins at that very instant, at midnight say, is of the session after.
 * @param time closes of the sessions; before them the instant at which the account was opened
 */
export function sessionRates(given: number | DatedRates, time: Float64Array, periodsPerYear: number) {
  const perPeriod = (annual: number) => (1 + annual) ** (1 / periodsPerYear) - 1;
  const count = Math.max(0, time.length - 1);
  if (typeof given === "number") return { annual: given, perPeriod: new Float64Array(count).fill(perPeriod(given)) };
  const rates = new Float64Array(count);
  let total = 0;
  let next = 0;
  for (let i = 0; i < count; i++) {
    while (next < given.time.length && (given.time[next] ?? 0) < (time[i + 1] ?? 0)) next++;
    // Before its first date a series says nothing; 0 is the rate this package assumes everywhere else.
    const annual = next === 0 ? 0 : (given.rate[next - 1] ?? 0);
    total += annual;
    rates[i] = perPeriod(annual);
  }
  return { annual: count === 0 ? 0 : total / count, perPeriod: rates };
}
