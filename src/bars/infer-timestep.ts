/** The step of bars from their times. */

import { DAY, HOUR, MINUTE, SECOND, WEEK } from "../market/time.ts";
import { type Timestep, type TimestepUnit, timestep } from "../market/timestep.ts";

const UNITS: readonly (readonly [TimestepUnit, number])[] = [
  ["week", WEEK],
  ["day", DAY],
  ["hour", HOUR],
  ["minute", MINUTE],
  ["second", SECOND],
];

const SHORTEST_MONTH = 28 * DAY;

/**
 * Counts the distances between neighbouring bars, over any number of series. The step is the distance that occurs most often; of
 * distances that occur equally often, the smallest. Gaps (nights, minutes without a trade) so do not count unless they are the rule.
 */
export class StepCounter {
  readonly #counts = new Map<number, number>();
  #last = 0;
  #run = 0;

  add(time: Float64Array): void {
    for (let row = 1; row < time.length; row++) {
      // Whichever comes first: that a file is newest first is said where its rows are checked.
      const distance = Math.abs((time[row] as number) - (time[row - 1] as number));
      if (distance === this.#last) {
        this.#run += 1;
        continue;
      }
      this.#flush();
      this.#last = distance;
      this.#run = 1;
    }
    this.#flush();
  }

  /** Milliseconds; undefined when no two bars follow each other. */
  mostFrequent(): number | undefined {
    let best: number | undefined;
    let most = 0;
    for (const [distance, count] of this.#counts) {
      if (count > most || (count === most && best !== undefined && distance < best)) {
        best = distance;
        most = count;
      }
    }
    return best;
  }

  #flush(): void {
    if (this.#last > 0) this.#counts.set(this.#last, (this.#counts.get(this.#last) ?? 0) + this.#run);
    this.#run = 0;
    this.#last = 0;
  }
}

/** Months by the days they can have: 31 most often. Four weeks of 28 days are none. */
const MONTHS: readonly (readonly [count: number, least: number, most: number])[] = [
  [1, 29, 31],
  [3, 89, 92],
  [6, 181, 184],
  [12, 365, 366],
];

/** The step of so many milliseconds in its largest unit; undefined when it is no whole number of seconds. */
export function timestepOfMilliseconds(milliseconds: number): Timestep | undefined {
  const days = milliseconds / DAY;
  for (const [count, least, most] of MONTHS)
    if (Number.isInteger(days) && days >= least && days <= most) return timestep(count, "month");
  for (const [unit, length] of UNITS) {
    if (milliseconds >= length && milliseconds % length === 0) return timestep(milliseconds / length, unit);
  }
  return undefined;
}

/** How far apart the opens of two bars of a step are at least, ms. */
export function leastDistance(step: Timestep): number {
  return step.unit === "month" ? step.count * SHORTEST_MONTH : step.milliseconds;
}
