import type { Asset } from "../market/asset.ts";
import { InvalidDataError } from "../market/errors.ts";
import { formatInstant } from "../market/time.ts";
import type { Timestep } from "../market/timestep.ts";

/** Seconds from 1973 to 2128, which as milliseconds all lie in the first two months of 1970. */
const SECONDS = { from: 1e8, to: 5e9 } as const;
/** The year 10000 in milliseconds; microseconds of today are beyond it. */
const LATEST = 253_402_300_800_000;

/**
 * Refuses times that are no epoch milliseconds: seconds, by where they lie and by how near the bars lie to each other for their step;
 * microseconds and nanoseconds, by their size.
 * @throws InvalidDataError `invalid_bars`
 */
export function checkTimeUnit(asset: Asset, step: Timestep, time: Float64Array): void {
  const first = time[0];
  if (first === undefined) return;
  if (first >= LATEST)
    throw notMilliseconds(asset, `the first time, ${first}, is after the year 9999`, "divide", first);
  if (first < SECONDS.from || first >= SECONDS.to) return;
  const gap = smallestGap(time);
  if (gap * 1000 < step.milliseconds / 2 || gap > step.milliseconds / 10) return;
  const words = `the times begin with ${first}, which is ${formatInstant(first)}, and lie ${gap} ms apart`;
  throw notMilliseconds(asset, `${words}: too near for bars of ${step.name}`, "multiply", first);
}

/** Between two bars that follow each other; Infinity for less than two. */
function smallestGap(time: Float64Array): number {
  let smallest = Number.POSITIVE_INFINITY;
  for (let row = 1; row < time.length; row++) {
    const gap = (time[row] as number) - (time[row - 1] as number);
    if (gap > 0 && gap < smallest) smallest = gap;
  }
  return smallest;
}

function notMilliseconds(asset: Asset, found: string, verb: "multiply" | "divide", first: number): InvalidDataError {
  const mend =
    verb === "multiply"
      ? `These look like seconds: multiply them by 1000 (${first} is then ${formatInstant(first * 1000)}).`
      : "These look like micro- or nanoseconds: divide them by 1000 or 1,000,000.";
  return new InvalidDataError(
    "invalid_bars",
    `Making bars of ${asset}: ${found}`,
    [{ message: found, column: "time" }],
    {
      hint: `Times are epoch milliseconds. ${mend}`,
    },
  );
}
