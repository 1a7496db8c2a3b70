import type { Bar } from "../../bars/bars.ts";
import { type ExponentialAverage, exponentialAverage } from "./averages.ts";
import { Indicator } from "./indicator.ts";
import { type Given, invalidParameter, readParameters, wholeNumber } from "./parameters.ts";
import { Stateful } from "./state.ts";

const none = {};

/**
 * On-balance volume: the running sum of volume, added when the close rose, taken off when it fell. J. Granville, 1963; TA-Lib OBV, which
 * begins with the first bar's volume.
 *
 * Warm-up: 1. Unit: volume; its level has no meaning, only its changes have.
 */
export class Obv extends Indicator {
  static readonly parameters = none;
  private close = Number.NaN;
  private closeBefore = Number.NaN;
  private sum = 0;
  private sumBefore = 0;

  constructor(given: Given<typeof none> = {}) {
    super({ name: "Obv", parameters: readParameters("Obv", none, given), warmup: 1 });
  }

  override add(bar: Bar): void {
    const isNew = this.accept(bar);
    if (isNew) {
      this.closeBefore = this.close;
      this.sumBefore = this.sum;
    }
    this.close = bar.close;
    if (this.count === 1 || bar.close > this.closeBefore) this.sum = this.sumBefore + bar.volume;
    else if (bar.close < this.closeBefore) this.sum = this.sumBefore - bar.volume;
    else this.sum = this.sumBefore;
    this.emit(this.sum);
  }
}

/** The accumulation/distribution line as a part. */
class AccumulationLine extends Stateful {
  private sum = 0;
  private before = 0;

  add(bar: Bar, isNew: boolean): number {
    if (isNew) this.before = this.sum;
    const range = bar.high - bar.low;
    const share = range > 0 ? (bar.close - bar.low - (bar.high - bar.close)) / range : 0;
    this.sum = this.before + share * bar.volume;
    return this.sum;
  }
}

/**
 * Accumulation/distribution line: the running sum of volume * ((close - low) - (high - close)) / (high - low); a bar without range adds
 * nothing. M. Chaikin; TA-Lib AD.
 *
 * Warm-up: 1. Unit: volume; only its changes have a meaning.
 */
export class AccumulationDistribution extends Indicator {
  static readonly parameters = none;
  private readonly line = new AccumulationLine();

  constructor(given: Given<typeof none> = {}) {
    const parameters = readParameters("AccumulationDistribution", none, given);
    super({ name: "AccumulationDistribution", parameters, warmup: 1 });
  }

  override add(bar: Bar): void {
    const isNew = this.accept(bar);
    const line = this.line.add(bar, isNew);
    this.emit(line);
  }
}

const chaikinSpecs = { fastPeriod: wholeNumber(3), slowPeriod: wholeNumber(10) };

/**
 * Chaikin oscillator: the EMA of `fastPeriod` less that of `slowPeriod` of the accumulation/distribution line. TA-Lib ADOSC.
 *
 * Seeding: both EMAs with the line's first value, as TA-Lib does here other than for its EMA. Warm-up: `slowPeriod`. Unit: volume.
 */
export class Chaikin extends Indicator {
  static readonly parameters = chaikinSpecs;
  private readonly line = new AccumulationLine();
  declare private readonly fast: ExponentialAverage;
  declare private readonly slow: ExponentialAverage;

  constructor(given: Given<typeof chaikinSpecs> = {}) {
    const parameters = readParameters("Chaikin", chaikinSpecs, given);
    const { fastPeriod, slowPeriod } = parameters;
    if (fastPeriod >= slowPeriod)
      throw invalidParameter("Chaikin", "fastPeriod", fastPeriod, `less than slowPeriod, which is ${slowPeriod}`);
    super({ name: "Chaikin", parameters, warmup: slowPeriod });
    this.fast = exponentialAverage(fastPeriod, "first");
    this.slow = exponentialAverage(slowPeriod, "first");
  }

  override add(bar: Bar): void {
    const isNew = this.accept(bar);
    const line = this.line.add(bar, isNew);
    const oscillator = this.fast.add(line, isNew) - this.slow.add(line, isNew);
    this.emit(oscillator);
  }
}
