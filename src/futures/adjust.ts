/**
 * Taking the gaps of rolls out of a continuous series. For what a strategy looks at only: fills, fees and money use the raw prices of
 * the contract. Adjustment is done when a series is loaded and never stored, because every new roll changes all of it.
 */

import { Bars } from "../bars/bars.ts";
import { fromBillionths, toBillionths } from "../bars/price-adjustment.ts";
import type { Adjustment } from "../market/asset.ts";
import { InvalidInputError } from "../market/errors.ts";
import { contractName } from "./expiration.ts";
import type { Roll, StitchedSeries } from "./stitch.ts";

/** Which end of an adjusted series keeps its prices: `backward` the newest contract, `forward` the oldest. */
export type AdjustmentDirection = "backward" | "forward";

/**
 * The series with its rolls taken out, on the same times and volumes.
 *
 * `difference` adds to each contract's prices what the gaps amount to: changes in points are true, prices stay on the tick grid, and
 * old prices may go below zero. The sums are whole numbers of billionths, so nothing is lost. `ratio` multiplies: changes in percent
 * are true, prices keep their sign and leave the grid. `none` gives the raw bars themselves.
 * @throws InvalidInputError for `ratio` where a price at a roll is not above zero
 */
export function adjustSeries(
  series: StitchedSeries,
  method: Adjustment,
  direction: AdjustmentDirection = "backward",
): Bars {
  if (method === "none" || series.rolls.length === 0) return series.bars;
  const { asset, timestep, time, open, high, low, close, volume } = series.bars;
  const change =
    method === "difference"
      ? byDifference(series, segmentOffsets(series.rolls, direction))
      : byRatio(series, segmentFactors(series.rolls, direction));
  const adjusted = { open: change(open), high: change(high), low: change(low), close: change(close) };
  return Bars.from({ asset, timestep, time, ...adjusted, volume });
}

/** What is added to the prices of each segment, in price: as many as there are rolls, and one. 0 at the end that keeps its prices. */
export function segmentOffsets(rolls: readonly Roll[], direction: AdjustmentDirection): number[] {
  const gaps = rolls.map((roll) => toBillionths(roll.toPrice) - toBillionths(roll.fromPrice));
  return accumulate(
    gaps,
    0,
    direction,
    (sum, gap) => sum + gap,
    (sum, gap) => sum - gap,
  ).map(fromBillionths);
}

/**
 * What the prices of each segment are multiplied by: as many as there are rolls, and one. 1 at the end that keeps its prices.
 * @throws InvalidInputError where a price at a roll is not above zero
 */
export function segmentFactors(rolls: readonly Roll[], direction: AdjustmentDirection): number[] {
  const ratios = rolls.map((roll) => {
    if (roll.fromPrice > 0 && roll.toPrice > 0) return roll.toPrice / roll.fromPrice;
    throw new InvalidInputError(
      "invalid_argument",
      `Adjusting by ratio: ${contractName(roll.from)} was ${roll.fromPrice} and ${contractName(roll.to)} ${roll.toPrice} at their roll, expected prices above 0`,
      { hint: "Adjust by difference, which takes any price." },
    );
  });
  return accumulate(
    ratios,
    1,
    direction,
    (product, ratio) => product * ratio,
    (product, ratio) => product / ratio,
  );
}

type Step = (total: number, gap: number) => number;

/** Backward: each segment gets the gaps after it. Forward: the gaps before it, the other way. */
function accumulate(
  gaps: readonly number[],
  none: number,
  direction: AdjustmentDirection,
  add: Step,
  remove: Step,
): number[] {
  const totals = [none];
  let total = none;
  for (const gap of direction === "backward" ? gaps.toReversed() : gaps) {
    total = direction === "backward" ? add(total, gap) : remove(total, gap);
    totals.push(total);
  }
  return direction === "backward" ? totals.reverse() : totals;
}

type ColumnChange = (prices: Float64Array) => Float64Array;

function byDifference(series: StitchedSeries, offsets: readonly number[]): ColumnChange {
  return eachSegment(series, offsets, 0, (offset) => {
    const added = toBillionths(offset);
    return (price) => fromBillionths(toBillionths(price) + added);
  });
}

function byRatio(series: StitchedSeries, factors: readonly number[]): ColumnChange {
  return eachSegment(series, factors, 1, (factor) => (price) => price * factor);
}

/** Changes a copy of a column segment by segment; a segment whose amount is `neutral` keeps its very prices. */
function eachSegment(
  series: StitchedSeries,
  amounts: readonly number[],
  neutral: number,
  changeBy: (amount: number) => (price: number) => number,
): ColumnChange {
  return (prices) => {
    const changed = Float64Array.from(prices);
    series.segments.forEach(({ firstRow, endRow }, i) => {
      const amount = amounts[i] ?? neutral;
      if (amount === neutral) return;
      const change = changeBy(amount);
      for (let row = firstRow; row < endRow; row++) changed[row] = change(changed[row] as number);
    });
    return changed;
  };
}
