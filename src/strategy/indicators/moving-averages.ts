import type { Bar } from "../../bars/bars.ts";
import {
  type ExponentialAverage,
  exponentialAverage,
  SEEDS,
  type Seed,
  SimpleAverage,
  wilderAverage,
} from "./averages.ts";
import { type Given, oneOf, readParameters, wholeNumber } from "./parameters.ts";
import { sourced } from "./price-source.ts";
import { RollingWeightedSum } from "./rolling-sum.ts";
import { ValueIndicator } from "./value-indicator.ts";

const plain = { period: wholeNumber(20), ...sourced };
const seeded = { period: wholeNumber(20), seed: oneOf<Seed>("mean", SEEDS), ...sourced };

/**
 * Simple moving average: the mean of the last `period` values. TA-Lib SMA.
 *
 * Warm-up: `period`. Unit: the input's.
 */
export class Sma extends ValueIndicator {
  static readonly parameters = plain;
  declare private readonly average: SimpleAverage;

  constructor(given: Given<typeof plain> = {}) {
    const parameters = readParameters("Sma", plain, given);
    super({ name: "Sma", parameters, warmup: parameters.period });
    this.average = new SimpleAverage(parameters.period);
  }

  override addValues(values: Float64Array, columns: readonly Float64Array[]): void {
    this.addThrough(this.average, values, columns[0] as Float64Array);
  }

  override add(input: Bar | number): void {
    const value = this.read(input);
    const isNew = this.acceptValue(value);
    const average = this.average.add(value, isNew);
    this.emit(average);
  }
}

/**
 * Exponential moving average: ema += 2 / (period + 1) * (value - ema). TA-Lib EMA.
 *
 * Seeding: `seed: "mean"` starts with the mean of the first `period` values (TA-Lib); `"first"` with the first value, as pandas'
 * `ewm(adjust=False)` and TA-Lib's Metastock mode do. Warm-up: `period`. Unit: the input's.
 */
export class Ema extends ValueIndicator {
  static readonly parameters = seeded;
  declare private readonly average: ExponentialAverage;

  constructor(given: Given<typeof seeded> = {}) {
    const parameters = readParameters("Ema", seeded, given);
    super({ name: "Ema", parameters, warmup: parameters.period });
    this.average = exponentialAverage(parameters.period, parameters.seed);
  }

  override addValues(values: Float64Array, columns: readonly Float64Array[]): void {
    this.addThrough(this.average, values, columns[0] as Float64Array);
  }

  override add(input: Bar | number): void {
    const value = this.read(input);
    const isNew = this.acceptValue(value);
    const average = this.average.add(value, isNew);
    this.emit(average);
  }
}

/**
 * Wilder's moving average (also RMA, SMMA): average += (value - average) / period. J. Welles Wilder, New Concepts in Technical Trading
 * Systems, 1978; it is an EMA of 2 * period - 1.
 *
 * Seeding: `seed` as for `Ema`. Warm-up: `period`. Unit: the input's.
 */
export class Rma extends ValueIndicator {
  static readonly parameters = seeded;
  declare private readonly average: ExponentialAverage;

  constructor(given: Given<typeof seeded> = {}) {
    const parameters = readParameters("Rma", seeded, given);
    super({ name: "Rma", parameters, warmup: parameters.period });
    this.average = wilderAverage(parameters.period, parameters.seed);
  }

  override add(input: Bar | number): void {
    const value = this.read(input);
    const isNew = this.acceptValue(value);
    const average = this.average.add(value, isNew);
    this.emit(average);
  }
}

/**
 * Weighted moving average: the mean with weights 1 for the oldest to `period` for the newest. TA-Lib WMA.
 *
 * Warm-up: `period`. Unit: the input's.
 */
export class Wma extends ValueIndicator {
  static readonly parameters = plain;
  declare private readonly window: RollingWeightedSum;
  declare private readonly weights: number;

  constructor(given: Given<typeof plain> = {}) {
    const parameters = readParameters("Wma", plain, given);
    super({ name: "Wma", parameters, warmup: parameters.period });
    this.window = new RollingWeightedSum(parameters.period);
    this.weights = (parameters.period * (parameters.period + 1)) / 2;
  }

  override add(input: Bar | number): void {
    const value = this.read(input);
    const isNew = this.acceptValue(value);
    this.window.add(value, isNew);
    const average = this.window.weighted / this.weights;
    this.emit(average);
  }
}
