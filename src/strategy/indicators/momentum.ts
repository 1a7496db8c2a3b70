import type { Bar } from "../../bars/bars.ts";
import { type ExponentialAverage, exponentialAverage } from "./averages.ts";
import { type Given, readParameters, wholeNumber } from "./parameters.ts";
import { sourced } from "./price-source.ts";
import { Ring } from "./ring.ts";
import { put } from "./rows.ts";
import { ValueIndicator } from "./value-indicator.ts";

const specs = { period: wholeNumber(10), ...sourced };

/**
 * Momentum: the value less the one `period` values ago. TA-Lib MOM.
 *
 * Warm-up: period + 1. Unit: the input's.
 */
export class Momentum extends ValueIndicator {
  static readonly parameters = specs;
  declare private readonly window: Ring;

  constructor(given: Given<typeof specs> = {}) {
    const parameters = readParameters("Momentum", specs, given);
    super({ name: "Momentum", parameters, warmup: parameters.period + 1 });
    this.window = new Ring(parameters.period + 1);
  }

  override add(input: Bar | number): void {
    const value = this.read(input);
    const isNew = this.acceptValue(value);
    this.window.put(value, isNew);
    const change = value - this.window.oldest;
    this.emit(change);
  }
}

/**
 * Rate of change: 100 * (value / before - 1), where `before` is the value `period` values ago; 0 where that was 0. TA-Lib ROC.
 *
 * Warm-up: period + 1. Unit: percent, of the wrong sign where the value before was below zero.
 */
export class Roc extends ValueIndicator {
  static readonly parameters = specs;
  declare private readonly window: Ring;

  constructor(given: Given<typeof specs> = {}) {
    const parameters = readParameters("Roc", specs, given);
    super({ name: "Roc", parameters, warmup: parameters.period + 1 });
    this.window = new Ring(parameters.period + 1);
  }

  override add(input: Bar | number): void {
    const value = this.read(input);
    const isNew = this.acceptValue(value);
    this.window.put(value, isNew);
    const before = this.window.oldest;
    const change = before === 0 ? 0 : 100 * (value / before - 1);
    this.emit(change);
  }
}

const strengthSpecs = {
  longPeriod: wholeNumber(25),
  shortPeriod: wholeNumber(13),
  signalPeriod: wholeNumber(13),
  ...sourced,
};

/**
 * True strength index: `tsi` is 100 * smooth(change) / smooth(|change|), where a change is from value to value and smooth is the EMA of
 * `shortPeriod` of the EMA of `longPeriod`; 0 where nothing moved. `signal` is the EMA of `tsi`. W. Blau, Stocks & Commodities, November 1991.
 *
 * Seeding: each EMA by the mean of its first values. Warm-up: longPeriod + shortPeriod + signalPeriod - 1. Unit: -100 to 100.
 */
export class Tsi extends ValueIndicator<{ tsi: number; signal: number }> {
  static readonly parameters = strengthSpecs;
  declare private readonly longChange: ExponentialAverage;
  declare private readonly longSize: ExponentialAverage;
  declare private readonly shortChange: ExponentialAverage;
  declare private readonly shortSize: ExponentialAverage;
  declare private readonly signal: ExponentialAverage;
  private newest = 0;
  private previous = 0;

  constructor(given: Given<typeof strengthSpecs> = {}) {
    const parameters = readParameters("Tsi", strengthSpecs, given);
    const { longPeriod, shortPeriod, signalPeriod } = parameters;
    const warmup = longPeriod + shortPeriod + signalPeriod - 1;
    super({ name: "Tsi", parameters, warmup, outputs: ["tsi", "signal"] });
    this.longChange = exponentialAverage(longPeriod);
    this.longSize = exponentialAverage(longPeriod);
    this.shortChange = exponentialAverage(shortPeriod);
    this.shortSize = exponentialAverage(shortPeriod);
    this.signal = exponentialAverage(signalPeriod);
  }

  override writeRow(columns: readonly Float64Array[], row: number): void {
    const { value } = this;
    put(columns[0], row, value.tsi);
    put(columns[1], row, value.signal);
  }

  override add(input: Bar | number): void {
    const value = this.read(input);
    const isNew = this.acceptValue(value);
    if (isNew) this.previous = this.newest;
    this.newest = value;
    if (this.count === 1) return;
    const change = value - this.previous;
    const long = this.longChange.add(change, isNew);
    const longSize = this.longSize.add(Math.abs(change), isNew);
    if (!this.longChange.isReady) return;
    const short = this.shortChange.add(long, isNew);
    const size = this.shortSize.add(longSize, isNew);
    if (!this.shortChange.isReady) return;
    const tsi = size === 0 ? 0 : (100 * short) / size;
    const signal = this.signal.add(tsi, isNew);
    if (!this.ready) return;
    this.shown.tsi = tsi;
    this.shown.signal = signal;
  }
}
