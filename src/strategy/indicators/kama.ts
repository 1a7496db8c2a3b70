import type { Bar } from "../../bars/bars.ts";
import { type Given, readParameters, wholeNumber } from "./parameters.ts";
import { sourced } from "./price-source.ts";
import { Ring } from "./ring.ts";
import { RollingSum } from "./rolling-sum.ts";
import { ValueIndicator } from "./value-indicator.ts";

const specs = { period: wholeNumber(10), fastPeriod: wholeNumber(2), slowPeriod: wholeNumber(30), ...sourced };

/**
 * Kaufman's adaptive moving average: kama += c * (value - kama), c = (r * (fast - slow) + slow)^2, where fast and slow are the EMA weights
 * of `fastPeriod` and `slowPeriod` and the efficiency r is the net move of `period` changes over the way gone; 1 where there was no way.
 * P. Kaufman, Smarter Trading, 1995; TA-Lib KAMA (which fixes 2 and 30).
 *
 * Seeding: by the value before the first result. Warm-up: period + 1. Unit: the input's.
 */
export class Kama extends ValueIndicator {
  static readonly parameters = specs;
  declare private readonly window: Ring;
  declare private readonly way: RollingSum;
  declare private readonly fast: number;
  declare private readonly slow: number;
  private average = 0;
  private previous = 0;

  constructor(given: Given<typeof specs> = {}) {
    const parameters = readParameters("Kama", specs, given);
    super({ name: "Kama", parameters, warmup: parameters.period + 1 });
    this.window = new Ring(parameters.period + 1);
    this.way = new RollingSum(parameters.period);
    this.fast = 2 / (parameters.fastPeriod + 1);
    this.slow = 2 / (parameters.slowPeriod + 1);
  }

  override add(input: Bar | number): void {
    const value = this.read(input);
    const isNew = this.acceptValue(value);
    if (isNew) this.previous = this.average;
    const window = this.window;
    window.put(value, isNew);
    this.average = value;
    if (this.count === 1) return;
    const way = this.way.add(Math.abs(value - window.at(1)), isNew);
    if (!window.isFull) return;
    const net = Math.abs(value - window.oldest);
    // The way is summed step by step and may round to less than the net move.
    const efficiency = net >= way ? 1 : net / way;
    const root = efficiency * (this.fast - this.slow) + this.slow;
    this.average = this.previous + root * root * (value - this.previous);
    this.emit(this.average);
  }
}
