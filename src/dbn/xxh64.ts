import { wordsOf } from "./words.ts";

/**
 * XXH64 with seed 0, the checksum of zstd frames. The 64-bit lanes run as pairs of 32-bit integers, because a BigInt per
 * step is three times slower; only the few steps of the digest use BigInt.
 */

const PRIME_1 = 0x9e3779b185ebca87n;
const PRIME_2 = 0xc2b2ae3d27d4eb4fn;
const PRIME_3 = 0x165667b19e3779f9n;
const PRIME_4 = 0x85ebca77c2b2ae63n;
const PRIME_5 = 0x27d4eb2f165667c5n;

const PRIME_1_LOW = low32(PRIME_1);
const PRIME_1_HIGH = low32(PRIME_1 >> 32n);
const PRIME_2_LOW = low32(PRIME_2);
const PRIME_2_HIGH = low32(PRIME_2 >> 32n);

/** Bytes that feed all four lanes once. */
const STRIPE = 32;

function low32(value: bigint): number {
  return Number(BigInt.asIntN(32, value));
}

const wrap = (value: bigint) => BigInt.asUintN(64, value);
const rotate = (value: bigint, bits: bigint) => wrap((value << bits) | (value >> (64n - bits)));
const round = (lane: bigint, input: bigint) => wrap(rotate(wrap(lane + input * PRIME_2), 31n) * PRIME_1);
const mergeLane = (hash: bigint, lane: bigint) => wrap((hash ^ round(0n, lane)) * PRIME_1 + PRIME_4);

/** High 32 bits of the unsigned product; every partial product stays within 32 bits. */
function multiplyHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const middle = (Math.imul(aHigh, bLow) + (Math.imul(aLow, bLow) >>> 16)) | 0;
  const carry = (Math.imul(aLow, bHigh) + (middle & 0xffff)) | 0;
  return (Math.imul(aHigh, bHigh) + (middle >>> 16) + (carry >>> 16)) | 0;
}

/** Feed it a frame's content in pieces; {@link Xxh64.low32} is what zstd writes behind the frame. */
export class Xxh64 {
  /** Halves of the four lanes: low, high, low, high ... */
  readonly #lanes = new Int32Array(8);
  readonly #rest = new Uint8Array(STRIPE);
  #restLength = 0;
  #total = 0;

  constructor() {
    const seeds = [PRIME_1 + PRIME_2, PRIME_2, 0n, -PRIME_1];
    this.#lanes.set(seeds.flatMap((seed) => [low32(seed), low32(seed >> 32n)]));
  }

  update(bytes: Uint8Array): void {
    this.#total += bytes.length;
    const head = this.#restLength === 0 ? 0 : this.#fillRest(bytes);
    const end = head + Math.trunc((bytes.length - head) / STRIPE) * STRIPE;
    if (end > head) this.#stripes(wordsOf(bytes.subarray(head, end)));
    this.#rest.set(bytes.subarray(end), this.#restLength);
    this.#restLength += bytes.length - end;
  }

  /** The low 32 bits of the hash of everything so far, unsigned. */
  low32(): number {
    return Number(BigInt.asUintN(32, this.#digest()));
  }

  #fillRest(bytes: Uint8Array): number {
    const taken = Math.min(bytes.length, STRIPE - this.#restLength);
    this.#rest.set(bytes.subarray(0, taken), this.#restLength);
    this.#restLength += taken;
    if (this.#restLength === STRIPE) {
      this.#stripes(wordsOf(this.#rest));
      this.#restLength = 0;
    }
    return taken;
  }

  #stripes(words: Int32Array): void {
    // One lane after the other over the whole piece: shorter code than four at once, and measured faster.
    for (let lane = 0; lane < this.#lanes.length; lane += 2) this.#runLane(words, lane);
  }

  #runLane(words: Int32Array, lane: number): void {
    let low = this.#lanes[lane] ?? 0;
    let high = this.#lanes[lane + 1] ?? 0;
    for (let i = lane; i < words.length; i += 8) {
      const inputLow = words[i] as number;
      const inputHigh = words[i + 1] as number;
      const addLow = Math.imul(inputLow, PRIME_2_LOW);
      const addHigh =
        multiplyHigh(inputLow, PRIME_2_LOW) + Math.imul(inputLow, PRIME_2_HIGH) + Math.imul(inputHigh, PRIME_2_LOW);
      const sumLow = (low + addLow) | 0;
      const carry = ((low & addLow) | ((low | addLow) & ~sumLow)) >>> 31;
      const sumHigh = (high + addHigh + carry) | 0;
      // Rotating left by 31 is swapping the halves and rotating right by 1.
      const turnedLow = (sumHigh >>> 1) | (sumLow << 31);
      const turnedHigh = (sumLow >>> 1) | (sumHigh << 31);
      low = Math.imul(turnedLow, PRIME_1_LOW);
      high =
        (multiplyHigh(turnedLow, PRIME_1_LOW) +
          Math.imul(turnedLow, PRIME_1_HIGH) +
          Math.imul(turnedHigh, PRIME_1_LOW)) |
        0;
    }
    this.#lanes[lane] = low;
    this.#lanes[lane + 1] = high;
  }

  #lane(index: number): bigint {
    const low = BigInt.asUintN(32, BigInt(this.#lanes[index * 2] ?? 0));
    const high = BigInt.asUintN(32, BigInt(this.#lanes[index * 2 + 1] ?? 0));
    return (high << 32n) | low;
  }

  #digest(): bigint {
    const lanes = [0, 1, 2, 3].map((index) => this.#lane(index));
    const turns = [1n, 7n, 12n, 18n];
    let hash = PRIME_5;
    if (this.#total >= STRIPE) {
      hash = wrap(lanes.reduce((sum, lane, index) => sum + rotate(lane, turns[index] ?? 0n), 0n));
      hash = lanes.reduce(mergeLane, hash);
    }
    hash = digestRest(wrap(hash + BigInt(this.#total)), this.#rest.subarray(0, this.#restLength));
    hash = wrap((hash ^ (hash >> 33n)) * PRIME_2);
    hash = wrap((hash ^ (hash >> 29n)) * PRIME_3);
    return hash ^ (hash >> 32n);
  }
}

/** The last up to 31 bytes: eights, then a four, then ones. */
function digestRest(start: bigint, rest: Uint8Array): bigint {
  const view = new DataView(rest.buffer, rest.byteOffset, rest.byteLength);
  let hash = start;
  let at = 0;
  for (; at + 8 <= rest.length; at += 8) {
    hash = wrap(rotate(hash ^ round(0n, view.getBigUint64(at, true)), 27n) * PRIME_1 + PRIME_4);
  }
  if (at + 4 <= rest.length) {
    hash = wrap(rotate(hash ^ wrap(BigInt(view.getUint32(at, true)) * PRIME_1), 23n) * PRIME_2 + PRIME_3);
    at += 4;
  }
  for (; at < rest.length; at++) {
    hash = wrap(rotate(hash ^ wrap(BigInt(view.getUint8(at)) * PRIME_5), 11n) * PRIME_1);
  }
  return hash;
}
