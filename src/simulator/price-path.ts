/** Where the price of a product stands at the end of each day. */

import { Chance } from "./chance.ts";
import { weekdayOfDay } from "./days.ts";

/** 2009-01-01: every path begins here, so that a day has the same level whatever span is asked for. */
const FIRST_DAY = 14_245;
/** A spell of trend and of unrest lasts this many days on average. */
const SPELL_DAYS = 40;
/** Drift of a trending day, in daily standard deviations. */
const DRIFT = 0.11;
/** Part of the way back to the reference that a day makes up: keeps decades near the price people know. */
const PULL = 0.003;
const LOWEST = 0.3;
const HIGHEST = 3;

/** A level that wanders around 1 in spells of trend and calm. Weekends stand still. */
export class PricePath {
  readonly #chance: Chance;
  readonly #volatility: number;
  readonly #levels: number[] = [1];
  #drift = 0;
  #unrest = 1;

  /** @param volatility standard deviation of a day's relative change */
  constructor(seed: number, volatility: number) {
    this.#chance = new Chance(seed);
    this.#volatility = volatility;
  }

  /** The level at the end of a UTC day. */
  levelOn(day: number): number {
    const index = Math.max(0, day - FIRST_DAY);
    while (this.#levels.length <= index) this.#levels.push(this.#next(this.#levels.length));
    return this.#levels[index] ?? 1;
  }

  #next(index: number): number {
    const level = this.#levels[index - 1] ?? 1;
    const weekday = weekdayOfDay(FIRST_DAY + index);
    if (weekday === 0 || weekday === 6) return level;
    if (this.#chance.unit() * SPELL_DAYS < 1) {
      this.#drift = DRIFT * (Math.floor(this.#chance.unit() * 3) - 1);
      this.#unrest = 0.6 + 0.9 * this.#chance.unit();
    }
    const change = this.#volatility * (this.#unrest * this.#chance.bell() + this.#drift) + PULL * (1 - level);
    return Math.min(HIGHEST, Math.max(LOWEST, level * (1 + change)));
  }
}
