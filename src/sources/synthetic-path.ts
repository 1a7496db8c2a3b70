/** The level of a synthetic market from day to day: where each session of it ends. */

import { RandomBits } from "../market/random.ts";

/** One day in this many begins another spell of trend and of volatility, on average. */
const SPELL_DAYS = 35;
/** Drift of a trending day in daily standard deviations. */
const TREND = 0.13;
/** Share of the way back to the reference that a day makes up. Keeps decades of a chart near the price people know. */
const REVERSION = 0.0025;
const LOWEST_LEVEL = 0.2;
const HIGHEST_LEVEL = 4;

/**
 * A level that wanders around 1: chance, spells of trend up, down and none, spells of calm and of unrest, and a slow pull back. Day
 * 0 is 1970-01-01, where every path begins, so that a day has the same level whatever span is asked for. Weekends stand still.
 */
export class DailyPath {
  readonly #random: RandomBits;
  readonly #volatility: number;
  readonly #levels: number[] = [1];
  #trend = 0;
  #unrest = 1;

  /** @param volatility standard deviation of a day's relative change, 0.01 is one percent */
  constructor(seed: number, volatility: number) {
    this.#random = new RandomBits(seed);
    this.#volatility = volatility;
  }

  /** The level at the end of a day (days since 1970-01-01, from 0). */
  levelOn(day: number): number {
    while (this.#levels.length <= day) this.#levels.push(this.#nextLevel());
    return this.#levels[Math.max(0, day)] ?? 1;
  }

  #nextLevel(): number {
    const day = this.#levels.length;
    const level = this.#levels[day - 1] ?? 1;
    // 1970-01-01 was a Thursday: days 2 and 3 were the first weekend.
    if (day % 7 === 2 || day % 7 === 3) return level;
    if (this.#random.uniform() * SPELL_DAYS < 1) this.#beginSpell();
    // Two draws, because the sum of one draw's bytes takes few values.
    const chance = (this.#random.normal() + this.#random.normal()) * Math.SQRT1_2;
    const change = this.#volatility * (this.#unrest * chance + this.#trend) + REVERSION * (1 - level);
    return Math.min(HIGHEST_LEVEL, Math.max(LOWEST_LEVEL, level * (1 + change)));
  }

  #beginSpell(): void {
    this.#trend = TREND * (Math.floor(this.#random.uniform() * 3) - 1);
    this.#unrest = 0.6 + this.#random.uniform() * 0.9;
  }
}
