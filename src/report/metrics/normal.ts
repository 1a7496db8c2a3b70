/** The normal distribution, to double precision where it matters here. */

/** Beyond this the tail is smaller than the last digit of 1. */
const FAR = 8.3;

/**
 * P(Z <= z) for a standard normal Z, by the series of Marsaglia (2004), "Evaluating the normal distribution": absolute error
 * below 1e-15.
 */
export function normalCdf(z: number): number {
  if (z > FAR) return 1;
  if (z < -FAR) return 0;
  let term = z;
  let total = z;
  for (let k = 3; ; k += 2) {
    term *= (z * z) / k;
    const next = total + term;
    if (next === total) break;
    total = next;
  }
  return 0.5 + total * Math.exp(-0.5 * z * z - 0.9189385332046727);
}

/** The z with `normalCdf(z) = probability`, 0 < probability < 1, by bisection: it is asked for twice a run. */
export function normalQuantile(probability: number): number {
  let low = -FAR;
  let high = FAR;
  for (let step = 0; step < 80; step++) {
    const middle = (low + high) / 2;
    if (normalCdf(middle) < probability) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
