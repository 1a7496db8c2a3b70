/**
 * Chance of the simulated market. Only whole 32-bit arithmetic, so that every machine and engine draws the same numbers: the last
 * bit of `Math.log` or `Math.exp` may differ between engines, and `Math.random` takes no seed.
 */

/** Spreads every bit of a whole number over 32 bits (the finisher of MurmurHash3, public domain). */
function spread(value: number): number {
  let bits = value | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return bits ^ (bits >>> 16);
}

/** One seed from words and numbers; their order and their borders count. */
export function seedFrom(...parts: readonly (string | number)[]): number {
  let seed = 0x2545f491;
  for (const part of parts) {
    if (typeof part === "number") seed = spread(Math.imul(seed, 0x01000193) ^ part);
    else for (let i = 0; i < part.length; i++) seed = Math.imul(seed ^ part.charCodeAt(i), 0x01000193);
    seed = spread(seed + 0x9e3779b9);
  }
  return seed;
}

/** From 0 inclusive to 1 exclusive, always the same for the same parts. */
export function shareFrom(...parts: readonly (string | number)[]): number {
  return (seedFrom(...parts) >>> 0) / 0x1_0000_0000;
}

/** Standard deviation of the sum of four bytes: the root of 4 * (256 * 256 - 1) / 12. */
const FOUR_BYTES_DEVIATION = 147.79986;

/** A row of draws: a counter with SplitMix's increment, finished with constants of Chris Wellons (public domain). */
export class Chance {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** A whole number from 0 to 2^32 - 1. */
  bits(): number {
    this.#state = (this.#state + 0x9e3779b9) | 0;
    let bits = this.#state;
    bits = Math.imul(bits ^ (bits >>> 16), 0x21f0aaad);
    bits = Math.imul(bits ^ (bits >>> 15), 0x735a2d97);
    return (bits ^ (bits >>> 15)) >>> 0;
  }

  /** From 0 inclusive to 1 exclusive. */
  unit(): number {
    return this.bits() / 0x1_0000_0000;
  }

  /** Near a standard normal, from -3.45 to 3.45. */
  bell(): number {
    const bits = this.bits();
    return ((bits & 255) + ((bits >>> 8) & 255) + ((bits >>> 16) & 255) + (bits >>> 24) - 510) / FOUR_BYTES_DEVIATION;
  }
}
