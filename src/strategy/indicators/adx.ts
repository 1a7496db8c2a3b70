import type { Bar } from "../../bars/bars.ts";
import { Indicator } from "./indicator.ts";
import { type Given, readParameters, wholeNumber } from "./parameters.ts";
import { put } from "./rows.ts";
import { Stateful } from "./state.ts";

/**
 * Wilder's running sum: the plain sum of the first `period` - 1 numbers, from then on sum += value - sum / period. The sums of moves and
 * ranges begin so in Wilder's book and in TA-Lib; their ratios are those of Wilder's averages but for this seed.
 */
class WilderSum extends Stateful {
  sum = 0;
  private previous = 0;
  private count = 0;
  declare private readonly period: number;

  constructor(period: number) {
    super();
    this.period = period;
  }

  add(value: number, isNew: boolean): number {
    if (isNew) {
      this.previous = this.sum;
      this.count++;
    }
    const kept = this.count < this.period ? this.previous : this.previous - this.previous / this.period;
    this.sum = kept + value;
    return this.sum;
  }
}

const specs = { period: wholeNumber(14, 2) };

/**
 * Directional movement: `plusDi` and `minusDi` are 100 * smoothed moves up (down) / smoothed true range, `adx` Wilder's average of
 * DX = 100 * |plusDi - minusDi| / (plusDi + minusDi). A bar's move up counts when it is larger than its move down, and the other way round.
 * J. Welles Wilder, 1978; TA-Lib ADX, PLUS_DI, MINUS_DI.
 *
 * Seeding: sums of the first period - 1 moves, the mean of the first `period` DX. Without any range the lines are 0; a bar without DX leaves
 * `adx` as it is. Warm-up: 2 * period. Unit: 0 to 100.
 */
export class Adx extends Indicator<{ adx: number; plusDi: number; minusDi: number }> {
  static readonly parameters = specs;
  declare private readonly plus: WilderSum;
  declare private readonly minus: WilderSum;
  declare private readonly range: WilderSum;
  declare private readonly period: number;
  private high = 0;
  private low = 0;
  private close = 0;
  private highBefore = 0;
  private lowBefore = 0;
  private closeBefore = 0;
  private adx = 0;
  private adxBefore = 0;

  constructor(given: Given<typeof specs> = {}) {
    const parameters = readParameters("Adx", specs, given);
    super({ name: "Adx", parameters, warmup: 2 * parameters.period, outputs: ["adx", "plusDi", "minusDi"] });
    this.period = parameters.period;
    this.plus = new WilderSum(this.period);
    this.minus = new WilderSum(this.period);
    this.range = new WilderSum(this.period);
  }

  override writeRow(columns: readonly Float64Array[], row: number): void {
    const { value } = this;
    put(columns[0], row, value.adx);
    put(columns[1], row, value.plusDi);
    put(columns[2], row, value.minusDi);
  }

  override add(bar: Bar): void {
    const isNew = this.accept(bar);
    if (isNew) this.keep();
    this.high = bar.high;
    this.low = bar.low;
    this.close = bar.close;
    if (this.count === 1) return;
    const up = bar.high - this.highBefore;
    const down = this.lowBefore - bar.low;
    const trueRange = Math.max(bar.high, this.closeBefore) - Math.min(bar.low, this.closeBefore);
    const plus = this.plus.add(up > down && up > 0 ? up : 0, isNew);
    const minus = this.minus.add(down > up && down > 0 ? down : 0, isNew);
    const range = this.range.add(trueRange, isNew);
    if (this.count > this.period)
      this.write(range > 0 ? (100 * plus) / range : 0, range > 0 ? (100 * minus) / range : 0);
  }

  private keep(): void {
    this.highBefore = this.high;
    this.lowBefore = this.low;
    this.closeBefore = this.close;
    this.adxBefore = this.adx;
  }

  private write(plusDi: number, minusDi: number): void {
    const both = plusDi + minusDi;
    const direction = both > 0 ? (100 * Math.abs(plusDi - minusDi)) / both : Number.NaN;
    this.adx = this.smoothed(direction);
    if (!this.ready) return;
    this.shown.adx = this.adx;
    this.shown.plusDi = plusDi;
    this.shown.minusDi = minusDi;
  }

  /** A sum while the first `period` DX are gathered, their mean with the last of them, Wilder's average after. */
  private smoothed(direction: number): number {
    const before = this.adxBefore;
    const isMissing = Number.isNaN(direction);
    if (this.count > 2 * this.period) {
      return isMissing ? before : (before * (this.period - 1) + direction) / this.period;
    }
    const sum = before + (isMissing ? 0 : direction);
    return this.count === 2 * this.period ? sum / this.period : sum;
  }
}
