/** The trades of a minute: they make exactly its bar. */

import { Chance } from "./chance.ts";
import { type MinuteBars, tradesOfVolume } from "./minute-bars.ts";

/** One trade. */
export interface Trade {
  /** When the service received it, ns since the minute began. */
  readonly received: number;
  /** Ticks. */
  readonly price: number;
  readonly size: number;
  /** Aggressor: `A` sold, `B` bought. */
  readonly side: "A" | "B";
}

const MINUTE_NS = 60_000_000_000;
/** The venue's time is this much before the receiver's, ns. */
export const RECEIVE_DELAY = 152_384;

/** The trades of row `row`, ascending by time; their first, highest, lowest and last price and their sizes are the bar's. */
export function tradesOfMinute(bars: MinuteBars, row: number, seed: number): Trade[] {
  const volume = bars.volume[row] ?? 0;
  const count = tradesOfVolume(volume);
  const chance = new Chance(seed);
  const prices = pricesOf(bars, row, count, chance);
  const sizes = sizesOf(volume, count, chance);
  let previous = prices[0] ?? 0;
  return prices.map((price, index) => {
    // One slot of the minute for each trade keeps them in order; the delay fits into the room left at its start.
    const slot = (MINUTE_NS - 2 * RECEIVE_DELAY) / count;
    const received = 2 * RECEIVE_DELAY + Math.floor((index + chance.unit()) * slot);
    const side = price > previous || (price === previous && chance.bits() >>> 31 === 1) ? "B" : "A";
    previous = price;
    return { received, price, size: sizes[index] ?? 1, side };
  });
}

function pricesOf(bars: MinuteBars, row: number, count: number, chance: Chance): number[] {
  const [open, high, low, close] = [bars.open, bars.high, bars.low, bars.close].map((column) => column[row] ?? 0) as [
    number,
    number,
    number,
    number,
  ];
  const prices = Array.from({ length: count }, () => low + Math.floor(chance.unit() * (high - low + 1)));
  if (count > 3) {
    // High and low get two places of their own between the ends, in either order.
    const first = 1 + Math.floor(chance.unit() * (count - 3));
    const second = first + 1 + Math.floor(chance.unit() * (count - 2 - first));
    const highFirst = chance.bits() >>> 31 === 1;
    prices[first] = highFirst ? high : low;
    prices[second] = highFirst ? low : high;
  } else if (count === 3) {
    prices[1] = high > Math.max(open, close) ? high : low;
  }
  prices[0] = open;
  prices[count - 1] = close;
  return prices;
}

/** Sizes of at least 1 that sum to the volume, some larger, some smaller. */
function sizesOf(volume: number, count: number, chance: Chance): number[] {
  const weights = Array.from({ length: count }, () => 0.2 + chance.unit() * chance.unit());
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const sizes = weights.map((weight) => 1 + Math.floor(((volume - count) * weight) / total));
  const given = sizes.reduce((sum, size) => sum + size, 0);
  sizes[0] = (sizes[0] ?? 0) + volume - given;
  return sizes;
}
