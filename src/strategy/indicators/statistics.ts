import type { Bar } from "../../bars/bars.ts";
import { type Given, oneOf, readParameters, wholeNumber } from "./parameters.ts";
import { sourced } from "./price-source.ts";
import { Ring } from "./ring.ts";
import { RollingDeviation } from "./rolling-deviation.ts";
import { RollingExtreme } from "./rolling-extreme.ts";
import { RollingWeightedSum } from "./rolling-sum.ts";
import { put } from "./rows.ts";
import { ValueIndicator } from "./value-indicator.ts";

const deviationSpecs = {
  period: wholeNumber(20),
  deviation: oneOf<"population" | "sample">("population", ["population", "sample"]),
  ...sourced,
};

/**
 * Standard deviation of the last `period` values: `"population"` divides by `period` (TA-Lib STDDEV), `"sample"` by period - 1.
 *
 * Warm-up: `period`. Unit: the input's.
 */
export class StdDev extends ValueIndicator {
  static readonly parameters = deviationSpecs;
  declare private readonly window: RollingDeviation;
  declare private readonly degreesOfFreedom: number;

  constructor(given: Given<typeof deviationSpecs> = {}) {
    const parameters = readParameters("StdDev", deviationSpecs, given);
    super({ name: "StdDev", parameters, warmup: parameters.period });
    this.window = new RollingDeviation(parameters.period);
    this.degreesOfFreedom = parameters.deviation === "sample" ? 1 : 0;
  }

  override add(input: Bar | number): void {
    const value = this.read(input);
    const isNew = this.acceptValue(value);
    this.window.add(value, isNew);
    const result = this.window.deviation(this.degreesOfFreedom);
    this.emit(result);
  }
}

/**
 * Z score: (value - mean) / standard deviation of the last `period` values, the value among them; 0 where they are all equal. The standard score of textbooks.
 *
 * `deviation` as `StdDev`. Warm-up: `period`. Unit: standard deviations.
 */
export class ZScore extends ValueIndicator {
  static readonly parameters = deviationSpecs;
  declare private readonly window: RollingDeviation;
  declare private readonly degreesOfFreedom: number;

  constructor(given: Given<typeof deviationSpecs> = {}) {
    const parameters = readParameters("ZScore", deviationSpecs, given);
    super({ name: "ZScore", parameters, warmup: parameters.period });
    this.window = new RollingDeviation(parameters.period);
    this.degreesOfFreedom = parameters.deviation === "sample" ? 1 : 0;
  }

  override add(input: Bar | number): void {
    const value = this.read(input);
    const isNew = this.acceptValue(value);
    this.window.add(value, isNew);
    const deviation = this.window.deviation(this.degreesOfFreedom);
    const result = deviation > 0 ? (value - this.window.mean) / deviation : 0;
    this.emit(result);
  }
}

const lineSpecs = { period: wholeNumber(14, 2), ...sourced };

/**
 * Least squares line through the last `period` values: `line` is its end at the newest value, `slope` its rise from value to value,
 * `intercept` its start at the oldest. TA-Lib LINEARREG, LINEARREG_SLOPE, LINEARREG_INTERCEPT.
 *
 * Warm-up: `period`. Unit: the input's; slope: the input's a bar.
 */
export class LinReg extends ValueIndicator<{
  line: number;
  slope: number;
  intercept: number;
}> {
  static readonly parameters = lineSpecs;
  declare private readonly window: RollingWeightedSum;
  declare private readonly period: number;
  /** Sum of the squared distances of the places 1 to `period` from their mean. */
  declare private readonly spread: number;

  constructor(given: Given<typeof lineSpecs> = {}) {
    const parameters = readParameters("LinReg", lineSpecs, given);
    super({ name: "LinReg", parameters, warmup: parameters.period, outputs: ["line", "slope", "intercept"] });
    this.period = parameters.period;
    this.window = new RollingWeightedSum(this.period);
    this.spread = (this.period * (this.period * this.period - 1)) / 12;
  }

  override writeRow(columns: readonly Float64Array[], row: number): void {
    const { value } = this;
    put(columns[0], row, value.line);
    put(columns[1], row, value.slope);
    put(columns[2], row, value.intercept);
  }

  override add(input: Bar | number): void {
    const value = this.read(input);
    const isNew = this.acceptValue(value);
    const window = this.window;
    window.add(value, isNew);
    if (!this.ready) return;
    const slope = (window.weighted - ((this.period + 1) / 2) * window.sum) / this.spread;
    const middle = window.sum / this.period;
    const reach = (slope * (this.period - 1)) / 2;
    this.shown.line = middle + reach;
    this.shown.slope = slope;
    this.shown.intercept = middle - reach;
  }
}

const periodSpecs = { period: wholeNumber(20), ...sourced };

/**
 * The highest of the last `period` values, the newest among them, and how many values ago it was (`age`, 0 the newest; of equal ones the
 * newest). TA-Lib MAX.
 *
 * Warm-up: `period`. Unit: the input's; age: bars.
 */
export class Highest extends ValueIndicator<{ highest: number; age: number }> {
  static readonly parameters = periodSpecs;
  declare private readonly window: RollingExtreme;

  constructor(given: Given<typeof periodSpecs> = {}) {
    const parameters = readParameters("Highest", periodSpecs, given);
    super({ name: "Highest", parameters, warmup: parameters.period, outputs: ["highest", "age"] });
    this.window = new RollingExtreme(parameters.period, "highest");
  }

  override writeRow(columns: readonly Float64Array[], row: number): void {
    const { value } = this;
    put(columns[0], row, value.highest);
    put(columns[1], row, value.age);
  }

  override add(input: Bar | number): void {
    const value = this.read(input);
    const isNew = this.acceptValue(value);
    const highest = this.window.add(value, isNew);
    if (!this.ready) return;
    this.shown.highest = highest;
    this.shown.age = this.window.age;
  }
}

/** The lowest of the last `period` values, as `Highest`. TA-Lib MIN. Warm-up: `period`. Unit: the input's; age: bars. */
export class Lowest extends ValueIndicator<{ lowest: number; age: number }> {
  static readonly parameters = periodSpecs;
  declare private readonly window: RollingExtreme;

  constructor(given: Given<typeof periodSpecs> = {}) {
    const parameters = readParameters("Lowest", periodSpecs, given);
    super({ name: "Lowest", parameters, warmup: parameters.period, outputs: ["lowest", "age"] });
    this.window = new RollingExtreme(parameters.period, "lowest");
  }

  override writeRow(columns: readonly Float64Array[], row: number): void {
    const { value } = this;
    put(columns[0], row, value.lowest);
    put(columns[1], row, value.age);
  }

  override add(input: Bar | number): void {
    const value = this.read(input);
    const isNew = this.acceptValue(value);
    const lowest = this.window.add(value, isNew);
    if (!this.ready) return;
    this.shown.lowest = lowest;
    this.shown.age = this.window.age;
  }
}

const rankSpecs = { period: wholeNumber(100), ...sourced };

/**
 * Percentile rank: which percentage of the `period` values before this one lie below it, those equal to it counted half, as textbooks
 * have it.
 *
 * All are compared each time, `period` steps. Warm-up: period + 1. Unit: 0 to 100.
 */
export class PercentileRank extends ValueIndicator {
  static readonly parameters = rankSpecs;
  declare private readonly window: Ring;

  constructor(given: Given<typeof rankSpecs> = {}) {
    const parameters = readParameters("PercentileRank", rankSpecs, given);
    super({ name: "PercentileRank", parameters, warmup: parameters.period + 1 });
    this.window = new Ring(parameters.period + 1);
  }

  override add(input: Bar | number): void {
    const value = this.read(input);
    const isNew = this.acceptValue(value);
    this.window.put(value, isNew);
    if (!this.ready) return;
    const values = this.window.values;
    let halves = -1;
    for (let i = 0; i < values.length; i++) {
      const other = values[i] as number;
      if (other < value) halves += 2;
      else if (other === value) halves++;
    }
    const result = (50 * halves) / (values.length - 1);
    this.emit(result);
  }
}
