/** Plain statistics over columns. Every function expects finite numbers. Loops count: an iterator makes an object a value until it is compiled. */

export function sum(values: Float64Array): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i] as number;
  return total;
}

/** Arithmetic mean; NaN of nothing. */
export function mean(values: Float64Array): number {
  return sum(values) / values.length;
}

/** A return is a quotient near 1 less 1: its last digits are worth this much. */
const RETURN_NOISE = 1e-15;

/** Highest value; -Infinity of nothing. */
export function largest(values: Float64Array): number {
  let found = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < values.length; i++) if ((values[i] as number) > found) found = values[i] as number;
  return found;
}

/** Lowest value; Infinity of nothing. */
export function smallest(values: Float64Array): number {
  let found = Number.POSITIVE_INFINITY;
  for (let i = 0; i < values.length; i++) if ((values[i] as number) < found) found = values[i] as number;
  return found;
}

/** Sum of (value - centre)^power. */
function centralSum(values: Float64Array, centre: number, power: 2 | 3 | 4): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) {
    const distance = (values[i] as number) - centre;
    const square = distance * distance;
    total += power === 2 ? square : power === 3 ? square * distance : square * square;
  }
  return total;
}

/**
 * Standard deviation with divisor n - 1. Values that differ by less than rounding does count as equal, so that a constant series
 * has exactly 0 and no ratio is made of noise.
 */
export function standardDeviation(values: Float64Array): number {
  const centre = mean(values);
  const deviation = Math.sqrt(centralSum(values, centre, 2) / (values.length - 1));
  return deviation <= Math.max(RETURN_NOISE, 1e-13 * Math.abs(centre)) ? 0 : deviation;
}

/** Population moments: skewness g1 and kurtosis g2 + 3 (a normal distribution has 3). NaN when nothing varies. */
export function populationMoments(values: Float64Array): { readonly skew: number; readonly kurtosis: number } {
  const n = values.length;
  const centre = mean(values);
  const variance = standardDeviation(values) === 0 ? Number.NaN : centralSum(values, centre, 2) / n;
  return {
    skew: centralSum(values, centre, 3) / n / variance ** 1.5,
    kurtosis: centralSum(values, centre, 4) / n / (variance * variance),
  };
}

/** Quantile by linear interpolation between order statistics (type 7 of Hyndman and Fan) of ascending values. */
export function sortedQuantile(sorted: Float64Array, probability: number): number {
  const position = (sorted.length - 1) * probability;
  const below = Math.floor(position);
  const low = sorted[below] ?? Number.NaN;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] ?? Number.NaN;
  return low + (high - low) * (position - below);
}

export function median(values: Float64Array): number {
  return sortedQuantile(values.slice().sort(), 0.5);
}

/** Population covariance and variances of two columns of equal length. */
export function comoments(
  x: Float64Array,
  y: Float64Array,
): { covariance: number; varianceX: number; varianceY: number } {
  const meanX = mean(x);
  const meanY = mean(y);
  let covariance = 0;
  for (let i = 0; i < x.length; i++) covariance += ((x[i] ?? 0) - meanX) * ((y[i] ?? 0) - meanY);
  return {
    covariance: covariance / x.length,
    varianceX: centralSum(x, meanX, 2) / x.length,
    varianceY: centralSum(y, meanY, 2) / y.length,
  };
}

/** prod(1 + r). */
export function growthOf(returns: Float64Array): number {
  let growth = 1;
  for (const value of returns) growth *= 1 + value;
  return growth;
}

/** prod(1 + r) - 1. */
export function compound(returns: Float64Array): number {
  return growthOf(returns) - 1;
}
