import type { Bar } from "../../bars/bars.ts";
import { type Average, averageOf, ExponentialAverage, SEEDS, type Seed, smoothed } from "./averages.ts";
import { type Given, numberFrom, oneOf, readParameters, wholeNumber } from "./parameters.ts";
import { sourced } from "./price-source.ts";
import { Stateful } from "./state.ts";
import { ValueIndicator } from "./value-indicator.ts";

const specs = {
  period: wholeNumber(14),
  average: oneOf<"wilder" | "simple">("wilder", ["wilder", "simple"]),
  seed: oneOf<Seed>("mean", SEEDS),
  flat: numberFrom(0, 0),
  ...sourced,
};

/**
 * Relative strength index: 100 * gain / (gain + loss), the averages of the rises and of the falls from value to value, a fall counted
 * positive. J. Welles Wilder, 1978; TA-Lib RSI.
 *
 * Averages: `average: "wilder"` (the default), or `"simple"` over `period` changes, which is Cutler's RSI. Seeding of Wilder's: `seed: "mean"`
 * of the first `period` changes (Wilder, TA-Lib), or the `"first"` change. Where nothing moved it is `flat`: 0 as TA-Lib has it; 50 is what
 * others write, and keeps a dead market from looking oversold. Warm-up: period + 1. Unit: 0 to 100.
 */
export class Rsi extends ValueIndicator {
  static readonly parameters = specs;
  declare private readonly strength: Strength;

  constructor(given: Given<typeof specs> = {}) {
    const parameters = readParameters("Rsi", specs, given);
    super({ name: "Rsi", parameters, warmup: parameters.period + 1 });
    const { average, period, seed, flat } = parameters;
    this.strength = new Strength(averageOf(average, period, seed), averageOf(average, period, seed), flat);
  }

  override add(input: Bar | number): void {
    const value = this.read(input);
    const isNew = this.acceptValue(value);
    const strength = this.strength.add(value, isNew);
    this.emit(strength);
  }

  override addValues(values: Float64Array, columns: readonly Float64Array[]): void {
    this.addThrough(this.strength, values, columns[0] as Float64Array);
  }
}

/** The change where it is a rise, else 0; without a branch, which the processor would guess wrong every other time. */
function riseOf(change: number): number {
  const half = 0.5 * change;
  return Math.abs(half) + half;
}

/** The size of the change where it is a fall, else 0. */
function fallOf(change: number): number {
  const half = 0.5 * change;
  return Math.abs(half) - half;
}

/** The RSI as a part of other indicators; means something from `period` + 1 values on. */
export class Strength extends Stateful {
  private newest = Number.NaN;
  private previous = Number.NaN;
  declare private readonly gains: Average;
  declare private readonly losses: Average;
  declare private readonly flat: number;

  constructor(gains: Average, losses: Average, flat: number) {
    super();
    this.gains = gains;
    this.losses = losses;
    this.flat = flat;
  }

  add(value: number, isNew: boolean): number {
    if (isNew) this.previous = this.newest;
    this.newest = value;
    const change = value - this.previous;
    // NaN on the first value only.
    if (Number.isNaN(change)) return this.flat;
    const gain = this.gains.add(riseOf(change), isNew);
    const loss = this.losses.add(fallOf(change), isNew);
    return this.ratio(gain, loss);
  }

  /** Adds many and writes the RSI after each. */
  addAll(values: Float64Array, strengths: Float64Array): void {
    const { gains, losses } = this;
    if (gains instanceof ExponentialAverage && losses instanceof ExponentialAverage)
      this.addSmoothed(values, strengths, gains, losses);
    else this.addInPasses(values, strengths);
  }

  /** Both averages in one pass, in variables: they need no window. */
  private addSmoothed(
    values: Float64Array,
    strengths: Float64Array,
    gains: ExponentialAverage,
    losses: ExponentialAverage,
  ): void {
    let row = 0;
    for (; row < values.length && !gains.isSeeded; row++) strengths[row] = this.add(values[row] as number, true);
    const left = values.length - row;
    const weight = gains.weight;
    let { newest, previous } = this;
    let { value: gain, previous: gainBefore } = gains;
    let { value: loss, previous: lossBefore } = losses;
    for (; row < values.length; row++) {
      previous = newest;
      newest = values[row] as number;
      const change = newest - previous;
      gainBefore = gain;
      lossBefore = loss;
      gain = smoothed(gainBefore, riseOf(change), weight);
      loss = smoothed(lossBefore, fallOf(change), weight);
      strengths[row] = this.ratio(gain, loss);
    }
    this.newest = newest;
    this.previous = previous;
    gains.goOn(gain, gainBefore, left);
    losses.goOn(loss, lossBefore, left);
  }

  private addInPasses(values: Float64Array, strengths: Float64Array): void {
    // One column less to make: the gains stand where the RSI will.
    const gains = strengths;
    const losses = new Float64Array(values.length);
    let newest = this.newest;
    let previous = this.previous;
    for (let row = 0; row < values.length; row++) {
      previous = newest;
      newest = values[row] as number;
      const change = newest - previous;
      gains[row] = riseOf(change);
      losses[row] = fallOf(change);
    }
    // The very first value is no change and goes into no average.
    const start = Number.isNaN(this.newest) ? 1 : 0;
    this.newest = newest;
    this.previous = previous;
    for (const [average, column] of [
      [this.gains, gains],
      [this.losses, losses],
    ] as const) {
      const changes = column.subarray(start);
      average.addAll(changes, changes);
    }
    for (let row = 0; row < values.length; row++)
      strengths[row] = this.ratio(gains[row] as number, losses[row] as number);
  }

  private ratio(gain: number, loss: number): number {
    const both = gain + loss;
    // A rolling sum of what is never negative can round to just below 0.
    if (!(both > 0)) return this.flat;
    const strength = (100 * gain) / both;
    if (strength > 100) return 100;
    return strength < 0 ? 0 : strength;
  }
}
