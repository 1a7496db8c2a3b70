import { PRIME_1, PRIME_2, rotate, round, STRIPE, stripeRunner, wrap } from "./xxh64-stripes.ts";

/** XXH64 with seed 0, the checksum of zstd frames. */

const PRIME_3 = 0x165667b19e3779f9n;
const PRIME_4 = 0x85ebca77c2b2ae63n;
const PRIME_5 = 0x27d4eb2f165667c5n;

const mergeLane = (hash: bigint, lane: bigint) => wrap((hash ^ round(0n, lane)) * PRIME_1 + PRIME_4);

/** Feed it a frame's content in pieces; {@link Xxh64.low32} is what zstd writes behind the frame. */
export class Xxh64 {
  /** Four lanes of 64 bits, little endian. */
  readonly #lanes = new Uint8Array(STRIPE);
  readonly #lane = new DataView(this.#lanes.buffer);
  readonly #rest = new Uint8Array(STRIPE);
  readonly #run = stripeRunner();
  #restLength = 0;
  #total = 0;

  constructor() {
    const seeds = [PRIME_1 + PRIME_2, PRIME_2, 0n, -PRIME_1];
    seeds.forEach((seed, index) => {
      this.#lane.setBigUint64(index * 8, wrap(seed), true);
    });
  }

  update(bytes: Uint8Array): void {
    this.#total += bytes.length;
    const head = this.#restLength === 0 ? 0 : this.#fillRest(bytes);
    const end = head + Math.trunc((bytes.length - head) / STRIPE) * STRIPE;
    if (end > head) this.#run(this.#lanes, bytes.subarray(head, end));
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
      this.#run(this.#lanes, this.#rest);
      this.#restLength = 0;
    }
    return taken;
  }

  #digest(): bigint {
    const lanes = [0, 8, 16, 24].map((at) => this.#lane.getBigUint64(at, true));
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
