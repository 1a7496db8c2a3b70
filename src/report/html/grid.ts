/** The grid a column of decimal numbers lies on, so that it can be written as small integers and read back as the same doubles. */

/** Values are `integer * multiple / 10 ** decimals`. */
export interface Grid {
  readonly decimals: number;
  readonly multiple: number;
  /** False when no grid of up to eight decimals holds the values: then they are rounded to about nine digits, large ones before the point. */
  readonly exact: boolean;
}

const MOST_DECIMALS = 8;
/** Digits kept of values that lie on no grid. */
const DIGITS = 9;
/** Larger integers and their differences could not be told apart once they are packed. */
const LARGEST = 2 ** 50;

/** Finest common step of finite values; of none at all the step is 1. */
export function gridOf(columns: readonly Float64Array[]): Grid {
  for (let decimals = 0; decimals <= MOST_DECIMALS; decimals++) {
    if (columns.every((column) => liesOn(column, 10 ** decimals))) {
      return { decimals, multiple: commonFactor(columns, 10 ** decimals), exact: true };
    }
  }
  const size = Math.max(...columns.map((column) => column.reduce((most, value) => Math.max(most, Math.abs(value)), 0)));
  const decimals = Math.min(MOST_DECIMALS, DIGITS - Math.ceil(Math.log10(size)));
  return { decimals, multiple: 1, exact: false };
}

/** The integers that stand for the values of a column. */
export function onGrid(column: Float64Array, { decimals, multiple }: Grid): Float64Array {
  const scale = 10 ** decimals;
  const integers = new Float64Array(column.length);
  for (let i = 0; i < column.length; i++) integers[i] = Math.round((column[i] as number) * scale) / multiple;
  return integers;
}

function liesOn(column: Float64Array, scale: number): boolean {
  for (const value of column) {
    // Reading back must give the very same double.
    const integer = Math.round(value * scale);
    if (integer / scale !== value || Math.abs(integer) > LARGEST) return false;
  }
  return true;
}

function commonFactor(columns: readonly Float64Array[], scale: number): number {
  let factor = 0;
  for (const column of columns) {
    for (const value of column) {
      const integer = Math.abs(Math.round(value * scale));
      // Once the factor is found, nearly every value is a multiple of it.
      if (factor !== 0 && integer % factor === 0) continue;
      factor = greatestCommonDivisor(integer, factor);
      if (factor === 1) return 1;
    }
  }
  return factor === 0 ? 1 : factor;
}

function greatestCommonDivisor(a: number, b: number): number {
  let [large, small] = [a, b];
  while (small !== 0) [large, small] = [small, large % small];
  return large;
}
