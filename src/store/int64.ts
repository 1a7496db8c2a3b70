/** 64-bit integers to doubles without making a BigInt a value, which is ten times as fast. */

import type { TimeUnit } from "./table-columns.ts";

const WORD = 4_294_967_296;

/** How many of a unit make a millisecond; a second is the other way round. */
const PER_MILLISECOND: Readonly<Record<TimeUnit, number>> = {
  second: 1,
  millisecond: 1,
  microsecond: 1_000,
  nanosecond: 1_000_000,
};

/** Milliseconds of counts of `unit`. Whole milliseconds come out exact, whatever the unit; what is below one stays as a fraction. */
export function toMilliseconds(values: BigInt64Array, unit: TimeUnit): Float64Array {
  const low = new Uint32Array(values.buffer, values.byteOffset, values.length * 2);
  const high = new Int32Array(values.buffer, values.byteOffset, values.length * 2);
  const divisor = PER_MILLISECOND[unit];
  const factor = unit === "second" ? 1_000 : 1;
  // A word is `quotient * divisor + rest`: nanoseconds are beyond 2^53, the parts below are not.
  const quotient = Math.floor(WORD / divisor);
  const rest = WORD - quotient * divisor;
  const out = new Float64Array(values.length);
  for (let row = 0; row < out.length; row++) {
    const upper = high[2 * row + 1] as number;
    const lower = low[2 * row] as number;
    out[row] = (upper * quotient + (upper * rest + lower) / divisor) * factor;
  }
  return out;
}

/** Doubles of integers; exact below 2^53. */
export function toDoubles(values: BigInt64Array | BigUint64Array): Float64Array {
  const low = new Uint32Array(values.buffer, values.byteOffset, values.length * 2);
  const { buffer, byteOffset, length } = values;
  const isSigned = values instanceof BigInt64Array;
  const high = isSigned
    ? new Int32Array(buffer, byteOffset, length * 2)
    : new Uint32Array(buffer, byteOffset, length * 2);
  const out = new Float64Array(values.length);
  for (let row = 0; row < out.length; row++) {
    out[row] = (high[2 * row + 1] as number) * WORD + (low[2 * row] as number);
  }
  return out;
}
