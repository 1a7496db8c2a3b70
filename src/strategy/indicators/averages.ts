import { RollingSum } from "./rolling-sum.ts";
import { Stateful } from "./state.ts";

/** An average as a part of an indicator. Before it has `period` numbers what it answers means nothing. */
export interface Average extends Stateful {
  readonly value: number;
  /** @returns the average */
  add(value: number, isNew: boolean): number;
  /** Adds many and writes the average after each into `averages`, which may be the same array; the same numbers, faster. */
  addAll(values: Float64Array, averages: Float64Array): void;
}

/** How an exponential average begins: with the mean of its first `period` numbers (TA-Lib), or with the very first one. */
export type Seed = "mean" | "first";
export const SEEDS: readonly Seed[] = ["mean", "first"];

/** The formula of exponential averages: what an average becomes with one more number. */
export function smoothed(average: number, value: number, weight: number): number {
  return average + weight * (value - average);
}

/** average += weight * (value - average). */
export class ExponentialAverage extends Stateful implements Average {
  value = 0;
  previous = 0;
  count = 0;
  declare readonly weight: number;
  declare private readonly period: number;
  /** How many numbers go into the seed. */
  declare private readonly seedLength: number;

  constructor(period: number, weight: number, seed: Seed) {
    super();
    this.period = period;
    this.weight = weight;
    this.seedLength = seed === "mean" ? period : 1;
  }

  add(value: number, isNew: boolean): number {
    if (isNew) {
      this.previous = this.value;
      this.count++;
    }
    if (this.count > this.seedLength) this.value = smoothed(this.previous, value, this.weight);
    else this.gather(value);
    return this.value;
  }

  addAll(values: Float64Array, averages: Float64Array): void {
    const seedRows = Math.min(values.length, Math.max(0, this.seedLength - this.count));
    for (let row = 0; row < seedRows; row++) averages[row] = this.add(values[row] as number, true);
    const weight = this.weight;
    let value = this.value;
    let previous = this.previous;
    for (let row = seedRows; row < values.length; row++) {
      previous = value;
      value = smoothed(previous, values[row] as number, weight);
      averages[row] = value;
    }
    this.goOn(value, previous, values.length - seedRows);
  }

  /** Stands where a loop of its owner over `smoothed` has come to after so many more numbers; only once it `isSeeded`. */
  goOn(value: number, previous: number, added: number): void {
    this.value = value;
    this.previous = previous;
    this.count += added;
  }

  /** The seed is complete: from here on each number goes in by `smoothed` alone. */
  get isSeeded(): boolean {
    return this.count >= this.seedLength;
  }

  get isReady(): boolean {
    return this.count >= this.period;
  }

  /** A sum while the seed is gathered, its mean with the last number of it. */
  private gather(value: number): void {
    const sum = this.previous + value;
    this.value = this.count === this.seedLength ? sum / this.seedLength : sum;
  }
}

/** The usual exponential average, weight 2 / (period + 1). */
export function exponentialAverage(period: number, seed: Seed = "mean"): ExponentialAverage {
  return new ExponentialAverage(period, 2 / (period + 1), seed);
}

/** Wilder's average, weight 1 / period (New Concepts in Technical Trading Systems, 1978). */
export function wilderAverage(period: number, seed: Seed = "mean"): ExponentialAverage {
  return new ExponentialAverage(period, 1 / period, seed);
}

/** The mean of the last `period` numbers. */
export class SimpleAverage extends Stateful implements Average {
  value = 0;
  declare private readonly period: number;
  declare private readonly window: RollingSum;

  constructor(period: number) {
    super();
    this.period = period;
    this.window = new RollingSum(period);
  }

  add(value: number, isNew: boolean): number {
    const average = this.window.add(value, isNew) / this.period;
    this.value = average;
    return average;
  }

  addAll(values: Float64Array, averages: Float64Array): void {
    const { period } = this;
    // The window reads values that it has passed long ago.
    this.window.addAll(values === averages ? values.slice() : values, averages, period);
    if (values.length > 0) this.value = this.window.sum / period;
  }
}

/** Which average smooths: "simple", "exponential" (weight 2 / (period + 1)) or "wilder" (weight 1 / period). */
export type AverageKind = "simple" | "exponential" | "wilder";
export const AVERAGE_KINDS: readonly AverageKind[] = ["simple", "exponential", "wilder"];

/** An average of a kind, seeded by the mean of its first numbers. */
export function averageOf(kind: AverageKind, period: number, seed: Seed = "mean"): Average {
  if (kind === "simple") return new SimpleAverage(period);
  return kind === "exponential" ? exponentialAverage(period, seed) : wilderAverage(period, seed);
}
