/** A benchmark brought onto the sessions of the run. */

import { InvalidInputError } from "../../market/errors.ts";
import type { SessionSamples } from "./sessions.ts";

/** What to compare with: returns of the run's own sessions, or a series of prices. */
export type BenchmarkInput =
  | { readonly name: string; readonly returns: Float64Array }
  /** Prices and the instants at which they were known (a bar's close time), epoch ms UTC, ascending. */
  | { readonly name: string; readonly time: Float64Array; readonly price: Float64Array };

/** The sessions of which the benchmark has a return, side by side. */
export interface Comparison {
  readonly benchmark: Float64Array;
  /** The run's own returns. */
  readonly own: Float64Array;
  /** What money earned without risk. */
  readonly riskFree: Float64Array;
}

/** @throws InvalidInputError `invalid_argument`: as `benchmarkReturns` */
export function compareWith(
  input: BenchmarkInput,
  samples: SessionSamples,
  returns: Float64Array,
  riskFree: Float64Array,
): Comparison {
  const benchmark = benchmarkReturns(input, samples);
  const compared = (column: Float64Array) => column.filter((_, i) => Number.isFinite(benchmark[i]));
  return { benchmark: compared(benchmark), own: compared(returns), riskFree: compared(riskFree) };
}

/**
 * Returns of the benchmark, one a session of the run. Of prices the last one known at each sample counts. NaN where the session began before
 * the first price was known, or when the last one was: nothing is known of the benchmark there, least of all that it stood still.
 * @throws InvalidInputError `invalid_argument`: lengths do not fit, or a value is not a number
 */
export function benchmarkReturns(input: BenchmarkInput, samples: SessionSamples): Float64Array {
  const sessions = Math.max(0, samples.time.length - 1);
  const columns = "returns" in input ? [input.returns] : [input.time, input.price];
  if (columns.some((column) => column.some((value) => !Number.isFinite(value)))) {
    throw unusable(input, "holds a value that is not a number");
  }
  if ("returns" in input) {
    if (input.returns.length === sessions) return input.returns;
    throw unusable(input, `has ${input.returns.length} returns for ${sessions} sessions`);
  }
  if (input.time.length !== input.price.length) {
    throw unusable(input, `has ${input.time.length} times and ${input.price.length} prices`);
  }
  if (input.price.some((price) => price <= 0)) throw unusable(input, "has a price of 0 or below, which has no return");
  return sampled(input.time, input.price, samples.time);
}

function sampled(time: Float64Array, price: Float64Array, at: Float64Array): Float64Array {
  const returns = new Float64Array(Math.max(0, at.length - 1)).fill(Number.NaN);
  const last = time.at(-1) ?? Number.NEGATIVE_INFINITY;
  let next = 0;
  let previous: number | undefined;
  for (let i = 0; i < at.length; i++) {
    while (next < time.length && (time[next] ?? 0) <= (at[i] ?? 0)) next++;
    const known = next === 0 ? undefined : price[next - 1];
    const goesOn = last > (at[i - 1] ?? Number.POSITIVE_INFINITY);
    if (goesOn && known !== undefined && previous !== undefined) returns[i - 1] = known / previous - 1;
    previous = known;
  }
  return returns;
}

function unusable(input: BenchmarkInput, found: string): InvalidInputError {
  return new InvalidInputError("invalid_argument", `Comparing with the benchmark '${input.name}': it ${found}`);
}
