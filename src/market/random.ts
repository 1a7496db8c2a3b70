/**
 * Chance from a seed. Only whole 32-bit arithmetic, so that every machine and every engine draws the same numbers;
 * `Math.random` cannot be seeded, and `Math.log` and `Math.cos` may differ in the last bit between engines.
 */

/** A generator of 32 random bits at a time: Chris Doty-Humphrey's "small fast counting" design (PractRand, public domain). */
export class RandomBits {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  /** Generators of different seeds are independent for all that a chart can tell. */
  constructor(seed: number) {
    this.#a = seed | 0;
    this.#b = mixBits(seed ^ 0x5bd1e995);
    this.#c = mixBits(this.#b ^ 0x27d4eb2f);
    for (let i = 0; i < 12; i++) this.next();
  }

  /** A whole number from 0 to 2^32 - 1. */
  next(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  /** From 0 inclusive to 1 exclusive. */
  uniform(): number {
    return this.next() / 0x1_0000_0000;
  }

  /** Near enough to a standard normal: the sum of the four bytes of a draw, from -3.45 to 3.45. */
  normal(): number {
    const bits = this.next();
    const sum = (bits & 255) + ((bits >>> 8) & 255) + ((bits >>> 16) & 255) + (bits >>> 24);
    return (sum - 510) / BYTE_SUM_DEVIATION;
  }
}

/** Standard deviation of the sum of four bytes: the root of 4 * (256 * 256 - 1) / 12. */
const BYTE_SUM_DEVIATION = 147.79986;

/** Spreads every bit of a whole number over 32 bits (the finisher of MurmurHash3, public domain). */
function mixBits(value: number): number {
  let bits = value | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return bits ^ (bits >>> 16);
}

/** One seed from several words and numbers; another order is another seed. */
export function combineSeeds(...parts: readonly (string | number)[]): number {
  let seed = 0x9e3779b9;
  for (const part of parts) {
    const text = String(part);
    for (let i = 0; i < text.length; i++) seed = Math.imul(seed ^ text.charCodeAt(i), 0x01000193);
    // The end of a part counts, so that ("ab", "c") and ("a", "bc") differ.
    seed = mixBits(seed + text.length + 1);
  }
  return seed;
}
