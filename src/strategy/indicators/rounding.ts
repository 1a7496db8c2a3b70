/** What rounding leaves between numbers that are equal, as a part of them: some hundred times that of one operation. */
const ROUNDING = 1e-13;

/**
 * 1 when `first` is above `second`, -1 when it is below, 0 when they are equal but for the rounding of what they were worked out from. Two
 * means of prices in cents that are equal on paper seldom are in double precision, and which of them is the larger then is chance.
 */
export function compare(first: number, second: number): number {
  const difference = first - second;
  const noise = ROUNDING * Math.max(Math.abs(first), Math.abs(second));
  if (difference > noise) return 1;
  return difference < -noise ? -1 : 0;
}
