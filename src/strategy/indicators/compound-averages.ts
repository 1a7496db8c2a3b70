import type { Bar } from "../../bars/bars.ts";
import { type ExponentialAverage, exponentialAverage, SEEDS, type Seed } from "./averages.ts";
import { type Given, oneOf, readParameters, wholeNumber } from "./parameters.ts";
import { sourced } from "./price-source.ts";
import { RollingWeightedSum } from "./rolling-sum.ts";
import { ValueIndicator } from "./value-indicator.ts";

const seeded = { period: wholeNumber(20), seed: oneOf<Seed>("mean", SEEDS), ...sourced };

/**
 * Double exponential moving average: 2 * e1 - e2, where e2 is the EMA of the EMA e1. P. Mulloy, Stocks & Commodities, February 1994;
 * TA-Lib DEMA.
 *
 * Seeding: each EMA by `seed`, the second once the first has its seed. Warm-up: 2 * period - 1. Unit: the input's.
 */
export class Dema extends ValueIndicator {
  static readonly parameters = seeded;
  declare private readonly first: ExponentialAverage;
  declare private readonly second: ExponentialAverage;

  constructor(given: Given<typeof seeded> = {}) {
    const parameters = readParameters("Dema", seeded, given);
    const { period, seed } = parameters;
    super({ name: "Dema", parameters, warmup: 2 * period - 1 });
    this.first = exponentialAverage(period, seed);
    this.second = exponentialAverage(period, seed);
  }

  override add(input: Bar | number): void {
    const value = this.read(input);
    const isNew = this.acceptValue(value);
    const first = this.first.add(value, isNew);
    if (!this.first.isReady) return;
    const average = 2 * first - this.second.add(first, isNew);
    this.emit(average);
  }
}

/**
 * Triple exponential moving average: 3 * e1 - 3 * e2 + e3, each the EMA of the one before. P. Mulloy, 1994; TA-Lib TEMA.
 *
 * Seeding: as for `Dema`. Warm-up: 3 * period - 2. Unit: the input's.
 */
export class Tema extends ValueIndicator {
  static readonly parameters = seeded;
  declare private readonly first: ExponentialAverage;
  declare private readonly second: ExponentialAverage;
  declare private readonly third: ExponentialAverage;

  constructor(given: Given<typeof seeded> = {}) {
    const parameters = readParameters("Tema", seeded, given);
    const { period, seed } = parameters;
    super({ name: "Tema", parameters, warmup: 3 * period - 2 });
    this.first = exponentialAverage(period, seed);
    this.second = exponentialAverage(period, seed);
    this.third = exponentialAverage(period, seed);
  }

  override add(input: Bar | number): void {
    const value = this.read(input);
    const isNew = this.acceptValue(value);
    const first = this.first.add(value, isNew);
    if (!this.first.isReady) return;
    const second = this.second.add(first, isNew);
    if (!this.second.isReady) return;
    const average = 3 * first - 3 * second + this.third.add(second, isNew);
    this.emit(average);
  }
}

/** A weighted moving average as a part. */
class WeightedAverage extends RollingWeightedSum {
  average(value: number, isNew: boolean): number {
    this.add(value, isNew);
    const size = this.ring.values.length;
    return (2 * this.weighted) / (size * (size + 1));
  }
}

const hull = { period: wholeNumber(20, 2), ...sourced };

/**
 * Hull moving average: WMA over sqrt(period) of 2 * WMA(period / 2) - WMA(period). Alan Hull, 2005; period / 2 and sqrt(period) are
 * rounded down.
 *
 * Warm-up: period + floor(sqrt(period)) - 1. Unit: the input's.
 */
export class Hma extends ValueIndicator {
  static readonly parameters = hull;
  declare private readonly half: WeightedAverage;
  declare private readonly whole: WeightedAverage;
  declare private readonly smooth: WeightedAverage;

  constructor(given: Given<typeof hull> = {}) {
    const parameters = readParameters("Hma", hull, given);
    const { period } = parameters;
    const root = Math.floor(Math.sqrt(period));
    super({ name: "Hma", parameters, warmup: period + root - 1 });
    this.half = new WeightedAverage(Math.floor(period / 2));
    this.whole = new WeightedAverage(period);
    this.smooth = new WeightedAverage(root);
  }

  override add(input: Bar | number): void {
    const value = this.read(input);
    const isNew = this.acceptValue(value);
    const half = this.half.average(value, isNew);
    const whole = this.whole.average(value, isNew);
    if (this.whole.ring.isFull) this.emit(this.smooth.average(2 * half - whole, isNew));
  }
}
