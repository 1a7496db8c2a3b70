/** The minute bars of one instrument in one session: what every other schema is made from. */

import { Chance } from "./chance.ts";
import type { SessionMinutes, SessionWalk } from "./session-walk.ts";

/** Bars in ticks. Row i is minute i of the session; a volume of 0 means that nothing traded and there is no bar. */
export interface MinuteBars {
  readonly minutes: SessionMinutes;
  readonly open: Int32Array;
  readonly high: Int32Array;
  readonly low: Int32Array;
  readonly close: Int32Array;
  readonly volume: Int32Array;
  /** Price in ticks at the regular close, traded or not. */
  readonly settlement: number;
}

/** Most trades a minute is told as; busier minutes are told in larger ones. */
const MOST_TRADES = 24;

/** How many trades make up a minute of that volume. */
export function tradesOfVolume(volume: number): number {
  return volume < 2 ? volume : Math.min(MOST_TRADES, 1 + Math.floor(Math.sqrt(volume)));
}

/** Chance that nothing trades in a minute however busy the product is: at night, and in the day. */
const QUIET_NIGHT = 0.008;
const QUIET_DAY = 0.0003;
const NIGHT_LIVELINESS = 0.6;

/** Units traded in each minute. @param usual units in a minute of liveliness 1 */
export function drawVolumes(minutes: SessionMinutes, seed: number, usual: number): Int32Array {
  const chance = new Chance(seed);
  const volumes = new Int32Array(minutes.times.length);
  minutes.liveliness.forEach((lively, index) => {
    const bits = chance.bits();
    const quiet = chance.unit() < (lively < NIGHT_LIVELINESS ? QUIET_NIGHT : QUIET_DAY);
    const expected = usual * lively * lively * (0.25 + (1.5 * (bits & 0xffff)) / 0x1_0000);
    // The fraction left over is a chance, so that thin contracts trade now and then.
    if (!quiet) volumes[index] = Math.floor(expected + (bits >>> 16) / 0x1_0000);
  });
  return volumes;
}

/** How a level of the walk becomes a price in ticks, and the least price there may be. */
export interface TickScale {
  readonly ticksAt: (level: number) => number;
  readonly least: number;
  /** Ticks a level difference of 1 is worth, for the size of the wicks. */
  readonly ticksPerLevel: number;
}

/** Draws the bars along a walk. */
export function drawBars(
  minutes: SessionMinutes,
  walk: SessionWalk,
  volume: Int32Array,
  scale: TickScale,
  seed: number,
): MinuteBars {
  const count = minutes.times.length;
  const [open, high, low, close] = [0, 0, 0, 0].map(() => new Int32Array(count)) as [
    Int32Array,
    Int32Array,
    Int32Array,
    Int32Array,
  ];
  const chance = new Chance(seed);
  const deviation = walk.minuteDeviation * scale.ticksPerLevel;
  let previous = scale.ticksAt(walk.start);
  for (let i = 0; i < count; i++) {
    const bits = chance.bits();
    const last = Math.max(scale.least, scale.ticksAt(walk.levels[i] as number));
    const trades = tradesOfVolume(volume[i] as number);
    const first = trades < 2 ? last : Math.max(scale.least, previous + (bits % 3) - 1);
    const reach = 0.35 + 0.9 * deviation * (minutes.liveliness[i] as number);
    // Three trades have room for one price beyond the ends, two for none.
    const up = trades > 3 || (trades === 3 && bits >>> 31 === 1);
    const down = trades > 3 || (trades === 3 && bits >>> 31 === 0);
    open[i] = first;
    high[i] = Math.max(first, last) + (up ? Math.floor((((bits >>> 8) & 255) / 256) * reach) : 0);
    low[i] = Math.max(
      scale.least,
      Math.min(first, last) - (down ? Math.floor((((bits >>> 16) & 255) / 256) * reach) : 0),
    );
    close[i] = last;
    previous = last;
  }
  const settlementLevel = walk.levels[minutes.settlementMinute - 1] ?? walk.start;
  const settlement = Math.max(scale.least, scale.ticksAt(settlementLevel));
  return { minutes, open, high, low, close, volume, settlement };
}
