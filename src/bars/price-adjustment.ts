/** Changes of what a price means, such as rolls and splits, worked into the columns of bars. */

import type { BarColumns } from "../market/bar-series.ts";
import { InvalidInputError } from "../market/errors.ts";

/** One change. Rows that open before `time` (`side: "before"`), or from it on (`"after"`), become price * factor + add. */
export interface PriceAdjustment {
  /** Epoch ms UTC. */
  readonly time: number;
  readonly side: "before" | "after";
  readonly add: number;
  readonly factor: number;
  /** What volumes are multiplied by. */
  readonly volumeFactor: number;
}

/** A double holds decimals only nearly; billionths, in which Databento writes prices, it holds as whole numbers exactly. */
const SCALE = 1e9;
/** Beyond this a price times the scale is no longer within half a unit of what its decimals say. */
const LARGEST_PRICE = 2 ** 51 / SCALE;
/** Below this, as some coins are, a price has decimals that billionths do not hold. */
const SMALLEST_PRICE = 1e-5;

/**
 * A price in whole billionths.
 * @throws InvalidInputError beyond 2,251,799
 */
export function toBillionths(price: number): number {
  if (Math.abs(price) > LARGEST_PRICE) {
    throw new InvalidInputError(
      "invalid_argument",
      `Adjusting by difference: the price ${price} is beyond ${Math.floor(LARGEST_PRICE)}`,
      { hint: "Adjust by ratio." },
    );
  }
  return Math.round(price * SCALE);
}

/** The price of so many billionths: the double nearest to the decimal. */
export function fromBillionths(billionths: number): number {
  return billionths / SCALE;
}

/** The sum of two prices as their decimals have it: 78.61 + 0.41 is 79.02. Prices too large or too small for billionths are added as doubles. */
export function addExactly(price: number, amount: number): number {
  const larger = Math.max(Math.abs(price), Math.abs(amount));
  if (larger > LARGEST_PRICE || larger < SMALLEST_PRICE) return price + amount;
  return fromBillionths(toBillionths(price) + toBillionths(amount));
}

/** New columns: rows `from` to before `to` of `columns` with the change worked in. */
export function adjustColumns(columns: BarColumns, from: number, to: number, change: PriceAdjustment): BarColumns {
  const { add, factor, volumeFactor } = change;
  const price = (column: Float64Array): Float64Array =>
    column.subarray(from, to).map((value) => {
      const scaled = factor === 1 ? value : value * factor;
      return add === 0 ? scaled : addExactly(scaled, add);
    });
  return {
    time: columns.time.subarray(from, to),
    open: price(columns.open),
    high: price(columns.high),
    low: price(columns.low),
    close: price(columns.close),
    volume: columns.volume.subarray(from, to).map((value) => value * volumeFactor),
  };
}
