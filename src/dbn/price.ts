import { FIXED_PRICE_SCALE, UNDEF_PRICE, UNDEF_TIMESTAMP } from "./constants.ts";

/**
 * A raw price (integer of 1e-9) as a double; NaN for {@link UNDEF_PRICE}.
 * Divides rather than multiplying by 1e-9: the quotient is the double nearest to the decimal price as long as the raw
 * value is below 2^53, that is for prices under about nine million.
 */
export function priceToNumber(raw: bigint): number {
  return raw === UNDEF_PRICE ? Number.NaN : Number(raw) / FIXED_PRICE_SCALE;
}

/** A double as a raw price, rounded to the nearest 1e-9; NaN becomes {@link UNDEF_PRICE}. */
export function priceFromNumber(price: number): bigint {
  if (Number.isNaN(price)) return UNDEF_PRICE;
  const whole = Math.trunc(price);
  // The fraction is scaled apart from the whole part: price * 1e9 alone would lose digits above 2^53.
  return BigInt(whole) * BigInt(FIXED_PRICE_SCALE) + BigInt(Math.round((price - whole) * FIXED_PRICE_SCALE));
}

/**
 * Nanoseconds as epoch milliseconds; NaN for {@link UNDEF_TIMESTAMP}. Whole milliseconds are exact, anything finer is the
 * nearest double (steps of about 0.2 microseconds in this century).
 */
export function timestampToMs(ns: bigint): number {
  return ns === UNDEF_TIMESTAMP ? Number.NaN : Number(ns / 1_000_000n) + Number(ns % 1_000_000n) / 1e6;
}
