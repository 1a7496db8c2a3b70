import type { Bar } from "../../bars/bars.ts";
import type { BarColumns } from "../../market/bar-series.ts";
import { AVERAGE_KINDS, type Average, type AverageKind, averageOf, ExponentialAverage, smoothed } from "./averages.ts";
import { Indicator } from "./indicator.ts";
import { type Given, oneOf, readParameters, wholeNumber } from "./parameters.ts";
import { RowBar } from "./rows.ts";
import { Stateful } from "./state.ts";

/** The formula of the true range. */
function rangeOf(high: number, low: number, closeBefore: number): number {
  return Math.max(high, closeBefore) - Math.min(low, closeBefore);
}

/** The true range as a part: of the first bar it is NaN, there is no close before it. */
class TrueRanges extends Stateful {
  newest = Number.NaN;
  previous = Number.NaN;

  add(bar: Bar, isNew: boolean): number {
    if (isNew) this.previous = this.newest;
    this.newest = bar.close;
    const before = this.previous;
    if (Number.isNaN(before)) return Number.NaN;
    return rangeOf(bar.high, bar.low, before);
  }

  /** Adds many and writes the range of each. */
  addAll(bars: BarColumns, ranges: Float64Array): void {
    const { high, low, close } = bars;
    let newest = this.newest;
    let before = this.previous;
    for (let row = 0; row < close.length; row++) {
      before = newest;
      newest = close[row] as number;
      ranges[row] = rangeOf(high[row] as number, low[row] as number, before);
    }
    this.goOn(newest, before);
  }

  /** Stands where a loop over the closes has come to. */
  goOn(newest: number, previous: number): void {
    this.newest = newest;
    this.previous = previous;
  }
}

/** The average true range as a part; means something from `period` + 1 bars on. */
export class AverageRange extends Stateful {
  private readonly ranges = new TrueRanges();
  declare private readonly average: Average;

  constructor(kind: AverageKind, period: number) {
    super();
    this.average = averageOf(kind, period);
  }

  add(bar: Bar, isNew: boolean): number {
    const range = this.ranges.add(bar, isNew);
    return Number.isNaN(range) ? this.average.value : this.average.add(range, isNew);
  }

  /** Adds many and writes the average after each; meaningless, as `add` is, before `period` + 1 bars. */
  addAll(bars: BarColumns, averages: Float64Array): void {
    if (this.average instanceof ExponentialAverage) this.addSmoothed(bars, averages, this.average);
    else this.addInPasses(bars, averages);
  }

  /** Range and average in one pass, in variables: they need no window. */
  private addSmoothed(bars: BarColumns, averages: Float64Array, average: ExponentialAverage): void {
    const { high, low, close } = bars;
    const seedBar = new RowBar();
    let row = 0;
    for (; row < close.length && !average.isSeeded; row++) {
      seedBar.read(bars, row);
      averages[row] = this.add(seedBar, true);
    }
    const left = close.length - row;
    const weight = average.weight;
    let { newest, previous: before } = this.ranges;
    let { value, previous } = average;
    for (; row < close.length; row++) {
      before = newest;
      newest = close[row] as number;
      previous = value;
      value = smoothed(previous, rangeOf(high[row] as number, low[row] as number, before), weight);
      averages[row] = value;
    }
    this.ranges.goOn(newest, before);
    average.goOn(value, previous, left);
  }

  private addInPasses(bars: BarColumns, averages: Float64Array): void {
    this.ranges.addAll(bars, averages);
    // The very first bar has no range and goes into no average.
    const ranges = Number.isNaN(averages[0] ?? 0) ? averages.subarray(1) : averages;
    this.average.addAll(ranges, ranges);
  }
}

const none = {};

/**
 * True range: max(high, close before) - min(low, close before). J. Welles Wilder, 1978; TA-Lib TRANGE.
 *
 * Warm-up: 2, since the first bar has no close before it. Unit: the price's.
 */
export class TrueRange extends Indicator {
  static readonly parameters = none;
  private readonly ranges = new TrueRanges();

  constructor(given: Given<typeof none> = {}) {
    super({ name: "TrueRange", parameters: readParameters("TrueRange", none, given), warmup: 2 });
  }

  override add(bar: Bar): void {
    const isNew = this.accept(bar);
    const range = this.ranges.add(bar, isNew);
    this.emit(range);
  }
}

const specs = { period: wholeNumber(14), average: oneOf<AverageKind>("wilder", AVERAGE_KINDS) };

/**
 * Average true range: Wilder's average of the true range. J. Welles Wilder, 1978; TA-Lib ATR. Some platforms take the simple or the
 * usual exponential average: `average`.
 *
 * Seeding: the mean of the first `period` true ranges, which begin with the second bar. Warm-up: period + 1. Unit: the price's.
 */
export class Atr extends Indicator {
  static readonly parameters = specs;
  declare private readonly range: AverageRange;

  constructor(given: Given<typeof specs> = {}) {
    const parameters = readParameters("Atr", specs, given);
    super({ name: "Atr", parameters, warmup: parameters.period + 1 });
    this.range = new AverageRange(parameters.average, parameters.period);
  }

  override add(bar: Bar): void {
    const isNew = this.accept(bar);
    const range = this.range.add(bar, isNew);
    this.emit(range);
  }

  override addBars(bars: BarColumns, columns: readonly Float64Array[]): void {
    const column = columns[0] as Float64Array;
    this.checkColumns(bars);
    this.range.addAll(bars, column);
    this.countAdded(column);
  }
}

/**
 * Normalised average true range: 100 * ATR / close; 0 where the close is 0. TA-Lib NATR.
 *
 * Seeding and `average`: as `Atr`. Warm-up: period + 1. Unit: percent of the close, negative at negative prices.
 */
export class Natr extends Indicator {
  static readonly parameters = specs;
  declare private readonly range: AverageRange;

  constructor(given: Given<typeof specs> = {}) {
    const parameters = readParameters("Natr", specs, given);
    super({ name: "Natr", parameters, warmup: parameters.period + 1 });
    this.range = new AverageRange(parameters.average, parameters.period);
  }

  override add(bar: Bar): void {
    const isNew = this.accept(bar);
    const range = this.range.add(bar, isNew);
    const normalised = bar.close === 0 ? 0 : (100 * range) / bar.close;
    this.emit(normalised);
  }
}
