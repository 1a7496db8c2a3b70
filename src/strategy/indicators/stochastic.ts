import type { Bar } from "../../bars/bars.ts";
import { SimpleAverage, wilderAverage } from "./averages.ts";
import { Indicator } from "./indicator.ts";
import { type Given, readParameters, wholeNumber } from "./parameters.ts";
import { sourced } from "./price-source.ts";
import { RollingExtreme } from "./rolling-extreme.ts";
import { put } from "./rows.ts";
import { Strength } from "./rsi.ts";
import { ValueIndicator } from "./value-indicator.ts";

/** Where `value` lies between `low` and `high`, 0 to 100; 0 where they are equal, as TA-Lib has it. */
function place(value: number, low: number, high: number): number {
  // The quotient first: a share of 1 is then 100, and never a rounding more.
  return high > low ? 100 * ((value - low) / (high - low)) : 0;
}

const specs = { period: wholeNumber(14), kSmoothing: wholeNumber(3), dPeriod: wholeNumber(3) };

/**
 * Stochastic oscillator. Raw: where the close lies in the range of the last `period` bars, 0 to 100. `k` is the mean of the last
 * `kSmoothing` raw values, `d` the mean of the last `dPeriod` of `k`. G. Lane, 1957; TA-Lib STOCH (STOCHF with `kSmoothing: 1`).
 *
 * A range of 0 gives 0 (TA-Lib). Warm-up: period + kSmoothing + dPeriod - 2. Unit: 0 to 100.
 */
export class Stochastic extends Indicator<{ k: number; d: number }> {
  static readonly parameters = specs;
  declare private readonly highest: RollingExtreme;
  declare private readonly lowest: RollingExtreme;
  declare private readonly fast: SimpleAverage;
  declare private readonly slow: SimpleAverage;
  declare private readonly period: number;
  declare private readonly kSmoothing: number;

  constructor(given: Given<typeof specs> = {}) {
    const parameters = readParameters("Stochastic", specs, given);
    const { period, kSmoothing, dPeriod } = parameters;
    super({ name: "Stochastic", parameters, warmup: period + kSmoothing + dPeriod - 2, outputs: ["k", "d"] });
    this.period = period;
    this.kSmoothing = kSmoothing;
    this.highest = new RollingExtreme(period, "highest");
    this.lowest = new RollingExtreme(period, "lowest");
    this.fast = new SimpleAverage(kSmoothing);
    this.slow = new SimpleAverage(dPeriod);
  }

  override writeRow(columns: readonly Float64Array[], row: number): void {
    const { value } = this;
    put(columns[0], row, value.k);
    put(columns[1], row, value.d);
  }

  override add(bar: Bar): void {
    const isNew = this.accept(bar);
    const high = this.highest.add(bar.high, isNew);
    const low = this.lowest.add(bar.low, isNew);
    if (this.count < this.period) return;
    const k = this.fast.add(place(bar.close, low, high), isNew);
    if (this.count < this.period + this.kSmoothing - 1) return;
    const d = this.slow.add(k, isNew);
    if (!this.ready) return;
    this.shown.k = k;
    this.shown.d = d;
  }
}

/** In a market that rests the RSI stands still but for rounding, which must not be blown up to 0..100. */
const RSI_NOISE = 1e-9;

const strengthSpecs = { rsiPeriod: wholeNumber(14), ...specs, ...sourced };

/**
 * Stochastic RSI: the stochastic oscillator of Wilder's RSI of `rsiPeriod` in place of prices. T. Chande and S. Kroll, The New Technical
 * Trader, 1994. TA-Lib STOCHRSI with `kSmoothing: 1`; there it defaults to a `period` of 5. A range of the RSI below 1e-9 gives 0: it is
 * rounding in a market that rests, which TA-Lib blows up to 0..100.
 *
 * Seeding: of the RSI, the mean of the first changes. Warm-up: rsiPeriod + period + kSmoothing + dPeriod - 2. Unit: 0 to 100.
 */
export class StochRsi extends ValueIndicator<{ k: number; d: number }> {
  static readonly parameters = strengthSpecs;
  declare private readonly strength: Strength;
  declare private readonly highest: RollingExtreme;
  declare private readonly lowest: RollingExtreme;
  declare private readonly fast: SimpleAverage;
  declare private readonly slow: SimpleAverage;
  /** Values needed for the first RSI, the first raw value, the first `k`. */
  declare private readonly needed: Float64Array;

  constructor(given: Given<typeof strengthSpecs> = {}) {
    const parameters = readParameters("StochRsi", strengthSpecs, given);
    const { rsiPeriod, period, kSmoothing, dPeriod } = parameters;
    const warmup = rsiPeriod + period + kSmoothing + dPeriod - 2;
    super({ name: "StochRsi", parameters, warmup, outputs: ["k", "d"] });
    this.strength = new Strength(wilderAverage(rsiPeriod), wilderAverage(rsiPeriod), 0);
    this.highest = new RollingExtreme(period, "highest");
    this.lowest = new RollingExtreme(period, "lowest");
    this.fast = new SimpleAverage(kSmoothing);
    this.slow = new SimpleAverage(dPeriod);
    this.needed = Float64Array.of(rsiPeriod + 1, rsiPeriod + period, rsiPeriod + period + kSmoothing - 1);
  }

  override writeRow(columns: readonly Float64Array[], row: number): void {
    const { value } = this;
    put(columns[0], row, value.k);
    put(columns[1], row, value.d);
  }

  override add(input: Bar | number): void {
    const value = this.read(input);
    const isNew = this.acceptValue(value);
    const rsi = this.strength.add(value, isNew);
    if (this.count < (this.needed[0] as number)) return;
    const high = this.highest.add(rsi, isNew);
    const low = this.lowest.add(rsi, isNew);
    if (this.count < (this.needed[1] as number)) return;
    const k = this.fast.add(high - low > RSI_NOISE ? place(rsi, low, high) : 0, isNew);
    if (this.count < (this.needed[2] as number)) return;
    const d = this.slow.add(k, isNew);
    if (!this.ready) return;
    this.shown.k = k;
    this.shown.d = d;
  }
}
