import type { Bar } from "../../bars/bars.ts";
import { Indicator } from "./indicator.ts";
import { type Given, numberFrom, readParameters, wholeNumber } from "./parameters.ts";
import { Ring } from "./ring.ts";
import { RollingExtreme } from "./rolling-extreme.ts";
import { RollingSum } from "./rolling-sum.ts";
import { compare } from "./rounding.ts";

const periodOnly = { period: wholeNumber(14) };

/**
 * Williams %R: -100 * (highest - close) / (highest - lowest) of the last `period` bars; 0 where the range is 0, as TA-Lib WILLR has it.
 * L. Williams, 1973.
 *
 * Warm-up: `period`. Unit: -100 (at the low) to 0 (at the high).
 */
export class WilliamsR extends Indicator {
  static readonly parameters = periodOnly;
  declare private readonly highest: RollingExtreme;
  declare private readonly lowest: RollingExtreme;

  constructor(given: Given<typeof periodOnly> = {}) {
    const parameters = readParameters("WilliamsR", periodOnly, given);
    super({ name: "WilliamsR", parameters, warmup: parameters.period });
    this.highest = new RollingExtreme(parameters.period, "highest");
    this.lowest = new RollingExtreme(parameters.period, "lowest");
  }

  override add(bar: Bar): void {
    const isNew = this.accept(bar);
    const high = this.highest.add(bar.high, isNew);
    const low = this.lowest.add(bar.low, isNew);
    const index = high > low ? (-100 * (high - bar.close)) / (high - low) : 0;
    this.emit(index);
  }
}

const channelSpecs = { period: wholeNumber(14), factor: numberFrom(0.015, Number.MIN_VALUE) };

/**
 * Commodity channel index: (typical - mean) / (factor * mean deviation) of the typical prices (high + low + close) / 3 of the last `period`
 * bars; 0 where they are all equal. D. Lambert, Commodities, October 1980; TA-Lib CCI.
 *
 * The mean deviation is summed over the window each bar, `period` steps. Warm-up: `period`. Unit: none, mostly -100 to 100.
 */
export class Cci extends Indicator {
  static readonly parameters = channelSpecs;
  declare private readonly typical: RollingSum;
  declare private readonly factor: number;

  constructor(given: Given<typeof channelSpecs> = {}) {
    const parameters = readParameters("Cci", channelSpecs, given);
    super({ name: "Cci", parameters, warmup: parameters.period });
    this.typical = new RollingSum(parameters.period);
    this.factor = parameters.factor;
  }

  override add(bar: Bar): void {
    const isNew = this.accept(bar);
    const price = (bar.high + bar.low + bar.close) / 3;
    const sum = this.typical.add(price, isNew);
    if (!this.ready) return;
    const values = this.typical.ring.values;
    const mean = sum / values.length;
    const deviation = meanDeviation(values, mean);
    const index = this.typical.ring.isFlat || deviation === 0 ? 0 : (price - mean) / (this.factor * deviation);
    this.emit(index);
  }
}

function meanDeviation(values: Float64Array, mean: number): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += Math.abs((values[i] as number) - mean);
  return sum / values.length;
}

/**
 * Money flow index: 100 * positive / (positive + negative), the sums over `period` bars of |typical price| * volume of the bars whose typical
 * price rose, and fell, by more than its rounding. G. Quong and A. Soudack, Stocks & Commodities, March 1989; TA-Lib MFI.
 *
 * 0 where nothing flowed; TA-Lib writes 0 already where the sum is below 1, and takes prices below zero with their sign, which leaves the
 * bounds. The flows are summed over the window each bar, `period` steps, since a large one that has left would leave a trace in a running
 * sum. Warm-up: period + 1. Unit: 0 to 100.
 */
export class Mfi extends Indicator {
  static readonly parameters = periodOnly;
  declare private readonly positive: Ring;
  declare private readonly negative: Ring;
  private newest = 0;
  private previous = 0;

  constructor(given: Given<typeof periodOnly> = {}) {
    const parameters = readParameters("Mfi", periodOnly, given);
    super({ name: "Mfi", parameters, warmup: parameters.period + 1 });
    this.positive = new Ring(parameters.period);
    this.negative = new Ring(parameters.period);
  }

  override add(bar: Bar): void {
    const isNew = this.accept(bar);
    if (isNew) this.previous = this.newest;
    const typical = (bar.high + bar.low + bar.close) / 3;
    this.newest = typical;
    if (this.count === 1) return;
    const flow = Math.abs(typical) * bar.volume;
    const side = compare(typical, this.previous);
    this.positive.put(side > 0 ? flow : 0, isNew);
    this.negative.put(side < 0 ? flow : 0, isNew);
    if (!this.ready) return;
    const positive = this.positive.sum();
    const both = positive + this.negative.sum();
    const index = both === 0 ? 0 : 100 * (positive / both);
    this.emit(index);
  }
}
