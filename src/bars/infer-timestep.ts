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
      const distance = (time[row] as number) - (time[row - 1] as number);
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

/** The step of so many milliseconds in its largest unit; undefined when it is no whole number of seconds. */
export function timestepOfMilliseconds(milliseconds: number): Timestep | undefined {
  for (const [unit, length] of UNITS) {
    if (milliseconds >= length && milliseconds % length === 0) return timestep(milliseconds / length, unit);
  }
  return undefined;
}
