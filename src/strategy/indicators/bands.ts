import type { Bar } from "../../bars/bars.ts";
import { AVERAGE_KINDS, type Average, type AverageKind, averageOf } from "./averages.ts";
import { Indicator } from "./indicator.ts";
import { type Given, numberFrom, oneOf, readParameters, wholeNumber } from "./parameters.ts";
import { type PriceSource, priceOf, sourced } from "./price-source.ts";
import { RollingDeviation } from "./rolling-deviation.ts";
import { RollingExtreme } from "./rolling-extreme.ts";
import { put } from "./rows.ts";
import { AverageRange } from "./true-range.ts";
import { ValueIndicator } from "./value-indicator.ts";

/** An upper and a lower line around a middle one. */
export interface BandValue {
  upper: number;
  middle: number;
  lower: number;
}

const bollinger = {
  period: wholeNumber(20),
  multiplier: numberFrom(2, 0),
  deviation: oneOf<"population" | "sample">("population", ["population", "sample"]),
  ...sourced,
};

/**
 * Bollinger bands: the mean of the last `period` values +- multiplier * their standard deviation; `percentB` is (value - lower) /
 * (upper - lower), 0.5 where the band has no width; `bandwidth` is (upper - lower) / middle, 0 where the middle is 0. J. Bollinger, Bollinger
 * on Bollinger Bands, 2001; TA-Lib BBANDS.
 *
 * `deviation: "population"` divides by `period` (Bollinger, TA-Lib), `"sample"` by period - 1. Warm-up: `period`. Unit: the input's;
 * percentB and bandwidth are fractions, the bandwidth below zero where the middle is.
 */
export class Bollinger extends ValueIndicator<
  BandValue & { percentB: number; bandwidth: number } & Readonly<Record<string, number>>
> {
  static readonly parameters = bollinger;
  declare private readonly window: RollingDeviation;
  declare private readonly multiplier: number;
  declare private readonly degreesOfFreedom: number;

  constructor(given: Given<typeof bollinger> = {}) {
    const parameters = readParameters("Bollinger", bollinger, given);
    const outputs = ["upper", "middle", "lower", "percentB", "bandwidth"];
    super({ name: "Bollinger", parameters, warmup: parameters.period, outputs });
    this.window = new RollingDeviation(parameters.period);
    this.multiplier = parameters.multiplier;
    this.degreesOfFreedom = parameters.deviation === "sample" ? 1 : 0;
  }

  // A loop of this class's own, which knows what it calls.
  override addValues(values: Float64Array, columns: readonly Float64Array[]): void {
    this.checkValues(values);
    for (let row = 0; row < values.length; row++) {
      this.add(values[row] as number);
      this.writeRow(columns, row);
    }
  }

  override writeRow(columns: readonly Float64Array[], row: number): void {
    const { value } = this;
    put(columns[0], row, value.upper);
    put(columns[1], row, value.middle);
    put(columns[2], row, value.lower);
    put(columns[3], row, value.percentB);
    put(columns[4], row, value.bandwidth);
  }

  override add(input: Bar | number): void {
    const value = this.read(input);
    const isNew = this.acceptValue(value);
    const window = this.window;
    window.add(value, isNew);
    if (!this.ready) return;
    const mean = window.mean;
    const half = this.multiplier * window.deviation(this.degreesOfFreedom);
    const lower = mean - half;
    const shown = this.shown;
    shown.upper = mean + half;
    shown.middle = mean;
    shown.lower = lower;
    shown.percentB = half > 0 ? (value - lower) / (2 * half) : 0.5;
    shown.bandwidth = mean === 0 ? 0 : (2 * half) / mean;
  }
}

const keltner = {
  period: wholeNumber(20),
  rangePeriod: wholeNumber(10),
  multiplier: numberFrom(2, 0),
  average: oneOf<AverageKind>("exponential", AVERAGE_KINDS),
  ...sourced,
};

/**
 * Keltner channel: the average of `period` prices +- multiplier * ATR(rangePeriod). L. Raschke's form of C. Keltner's channel of 1960: an
 * exponential average of closes and Wilder's ATR; `average` and `source` give the others.
 *
 * Seeding: means, as `Ema` and `Atr`. Warm-up: the larger of period and rangePeriod + 1. Unit: the price's.
 */
export class Keltner extends Indicator<BandValue & Readonly<Record<string, number>>> {
  static readonly parameters = keltner;
  declare private readonly average: Average;
  declare private readonly range: AverageRange;
  declare private readonly multiplier: number;
  declare private readonly source: PriceSource;

  constructor(given: Given<typeof keltner> = {}) {
    const parameters = readParameters("Keltner", keltner, given);
    const { period, rangePeriod, multiplier, average, source } = parameters;
    const warmup = Math.max(period, rangePeriod + 1);
    super({ name: "Keltner", parameters, warmup, outputs: ["upper", "middle", "lower"] });
    this.average = averageOf(average, period);
    this.range = new AverageRange("wilder", rangePeriod);
    this.multiplier = multiplier;
    this.source = source;
  }

  override writeRow(columns: readonly Float64Array[], row: number): void {
    const { value } = this;
    put(columns[0], row, value.upper);
    put(columns[1], row, value.middle);
    put(columns[2], row, value.lower);
  }

  override add(bar: Bar): void {
    const isNew = this.accept(bar);
    const middle = this.average.add(priceOf(bar, this.source), isNew);
    const half = this.multiplier * this.range.add(bar, isNew);
    if (!this.ready) return;
    this.shown.upper = middle + half;
    this.shown.middle = middle;
    this.shown.lower = middle - half;
  }
}

const donchian = { period: wholeNumber(20) };

/**
 * Donchian channel: the highest high and the lowest low of the last `period` bars, this one included, and their middle. R. Donchian,
 * 1960; TA-Lib MAX of highs, MIN of lows.
 *
 * Warm-up: `period`. Unit: the price's.
 */
export class Donchian extends Indicator<BandValue & Readonly<Record<string, number>>> {
  static readonly parameters = donchian;
  declare private readonly highest: RollingExtreme;
  declare private readonly lowest: RollingExtreme;

  constructor(given: Given<typeof donchian> = {}) {
    const parameters = readParameters("Donchian", donchian, given);
    super({ name: "Donchian", parameters, warmup: parameters.period, outputs: ["upper", "middle", "lower"] });
    this.highest = new RollingExtreme(parameters.period, "highest");
    this.lowest = new RollingExtreme(parameters.period, "lowest");
  }

  override writeRow(columns: readonly Float64Array[], row: number): void {
    const { value } = this;
    put(columns[0], row, value.upper);
    put(columns[1], row, value.middle);
    put(columns[2], row, value.lower);
  }

  override add(bar: Bar): void {
    const isNew = this.accept(bar);
    const high = this.highest.add(bar.high, isNew);
    const low = this.lowest.add(bar.low, isNew);
    if (!this.ready) return;
    this.shown.upper = high;
    this.shown.middle = (high + low) / 2;
    this.shown.lower = low;
  }
}
