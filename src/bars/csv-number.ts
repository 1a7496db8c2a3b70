/** Decimal text to doubles, straight from bytes. */

const ZERO = 48;
const NINE = 57;
const PLUS = 43;
const MINUS = 45;
const POINT = 46;

/** Up to 15 digits a whole number is exact as a double, and dividing it by an exact power of ten rounds once: the nearest double. */
const EXACT_DIGITS = 15;
const POWERS_OF_TEN = Float64Array.from({ length: EXACT_DIGITS + 1 }, (_, power) => 10 ** power);

const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/**
 * The double nearest to the decimal text in `bytes[start, end)`; NaN when the text is anything else than one plain number. Can be
 * infinite: `1e400` is a decimal no double holds.
 */
export function parseDecimal(bytes: Uint8Array, start: number, end: number): number {
  let position = start;
  const sign = bytes[start] as number;
  if (sign === MINUS || sign === PLUS) position++;
  const digitsStart = position;
  let mantissa = 0;
  let point = -1;
  for (; position < end; position++) {
    const byte = bytes[position] as number;
    if (byte >= ZERO && byte <= NINE) mantissa = mantissa * 10 + (byte - ZERO);
    else if (byte === POINT && point < 0) point = position;
    else return parseUncommon(bytes, start, end);
  }
  const digits = end - digitsStart - (point < 0 ? 0 : 1);
  if (digits < 1 || digits > EXACT_DIGITS) return parseUncommon(bytes, start, end);
  const value = point < 0 ? mantissa : mantissa / (POWERS_OF_TEN[end - point - 1] as number);
  return sign === MINUS ? -value : value;
}

/** Exponents, long numbers, and whatever is no number. */
function parseUncommon(bytes: Uint8Array, start: number, end: number): number {
  if (end - start > 400) return Number.NaN;
  const text = asciiText(bytes, start, end);
  return DECIMAL.test(text) ? Number(text) : Number.NaN;
}

/** Bytes as text, one character a byte: enough for numbers and times. */
export function asciiText(bytes: Uint8Array, start: number, end: number): string {
  let text = "";
  for (let position = start; position < end; position++) text += String.fromCharCode(bytes[position] as number);
  return text;
}
