/**
 * 32-bit views of little-endian bytes: the fast way to read many records. A view of a typed array is several times faster
 * than a DataView, but wants an address that is a multiple of four and a machine of the same byte order.
 */

const LITTLE_ENDIAN = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1;

/** Index of the low and of the high half within a 64-bit integer of this machine. */
export const LOW_HALF = LITTLE_ENDIAN ? 0 : 1;
export const HIGH_HALF = 1 - LOW_HALF;

/** Whether {@link wordsOf} gives a view of these bytes rather than of a copy. */
export function viewsAsWords(bytes: Uint8Array): boolean {
  return LITTLE_ENDIAN && bytes.byteOffset % 4 === 0;
}

/** The whole 32-bit words in `bytes`, copied only when they cannot be viewed in place. */
export function wordsOf(bytes: Uint8Array): Int32Array {
  const count = bytes.length >>> 2;
  // Not slice(): of a Node Buffer that is no copy.
  const source = viewsAsWords(bytes) ? bytes : new Uint8Array(bytes.subarray(0, count * 4));
  const words = new Int32Array(source.buffer, source.byteOffset, count);
  return LITTLE_ENDIAN ? words : swapped(words, source);
}

function swapped(words: Int32Array, source: Uint8Array): Int32Array {
  const view = new DataView(source.buffer, source.byteOffset, source.byteLength);
  return words.map((_, index) => view.getInt32(index * 4, true));
}

const TWO_32 = 4_294_967_296;

/** High half of the largest int64, which stands for "no price". */
const UNDEF_PRICE_HIGH = 0x7fff_ffff;

/** 2^32 nanoseconds are 4294 milliseconds and 967296 nanoseconds. Split so, every step stays exact in doubles. */
const MS_IN_HIGH = 4294;
const NS_IN_HIGH = 967_296;
const NS_PER_MS = 1_000_000;

/** The word at an index the caller knows to be inside. */
export function wordAt(words: Int32Array, index: number): number {
  return words[index] as number;
}

/** An unsigned 64-bit integer as a double, exact up to 2^53. */
export function uint64At(words: Int32Array, index: number): number {
  return (wordAt(words, index + 1) >>> 0) * TWO_32 + (wordAt(words, index) >>> 0);
}

/** A raw price as a double, NaN when undefined; the same value as `priceToNumber`, without a BigInt. */
export function priceAt(words: Int32Array, index: number): number {
  const low = wordAt(words, index);
  const high = wordAt(words, index + 1);
  if (high === UNDEF_PRICE_HIGH && low === -1) return Number.NaN;
  return (high * TWO_32 + (low >>> 0)) / 1e9;
}

/** A timestamp as epoch milliseconds, NaN when undefined; the same value as `timestampToMs`, without a BigInt. */
export function msAt(words: Int32Array, index: number): number {
  const low = wordAt(words, index);
  const high = wordAt(words, index + 1);
  if (high === -1 && low === -1) return Number.NaN;
  return (high >>> 0) * MS_IN_HIGH + ((high >>> 0) * NS_IN_HIGH + (low >>> 0)) / NS_PER_MS;
}
