import type { Bar } from "../../bars/bars.ts";
import { Indicator } from "./indicator.ts";
import { type Given, numberFrom, readParameters } from "./parameters.ts";
import { put } from "./rows.ts";

const specs = { acceleration: numberFrom(0.02, 0), maximum: numberFrom(0.2, 0) };

/** Bars in which it turns some times, and then is where it would be whatever came before. */
const SETTLING = 250;

/**
 * Parabolic stop and reverse: a stop that moves towards the market, sar += factor * (extreme - sar). The factor grows by `acceleration` with
 * each new extreme, up to `maximum`; the stop stays out of the range of this bar and the one before. When the market touches it the
 * position turns and the stop begins at the old extreme. J. Welles Wilder, 1978; TA-Lib SAR.
 *
 * Outputs: `sar`, the stop that was in force during the bar (the new one when the bar touched it), and `direction`, 1 long, -1 short, after
 * the bar. Start: short when the second bar's fall of the low is positive and larger than its rise of the high, else long (TA-Lib).
 * Warm-up: 2. Unit: the price's.
 */
export class ParabolicSar extends Indicator<{ sar: number; direction: number }> {
  static readonly parameters = specs;
  declare private readonly acceleration: number;
  declare private readonly maximum: number;
  // What the newest bar left behind for the next one, and the same as it was before the newest bar.
  private direction = 1;
  private stop = 0;
  private extreme = 0;
  private factor = 0;
  private high = 0;
  private low = 0;
  private directionBefore = 1;
  private stopBefore = 0;
  private extremeBefore = 0;
  private factorBefore = 0;
  private highBefore = 0;
  private lowBefore = 0;

  constructor(given: Given<typeof specs> = {}) {
    const parameters = readParameters("ParabolicSar", specs, given);
    const outputs = ["sar", "direction"];
    super({ name: "ParabolicSar", parameters, warmup: 2, outputs, settling: SETTLING });
    this.acceleration = Math.min(parameters.acceleration, parameters.maximum);
    this.maximum = parameters.maximum;
  }

  override writeRow(columns: readonly Float64Array[], row: number): void {
    const { value } = this;
    put(columns[0], row, value.sar);
    put(columns[1], row, value.direction);
  }

  override add(bar: Bar): void {
    const isNew = this.accept(bar);
    const { high, low } = bar;
    if (isNew) this.keep();
    this.high = high;
    this.low = low;
    if (this.count === 1) return;
    // The range the stop must stay out of spans two bars; on the second bar only its own, as TA-Lib has it.
    let top = high;
    let bottom = low;
    if (this.count === 2) this.begin(high, low);
    else {
      if (this.highBefore > high) top = this.highBefore;
      if (this.lowBefore < low) bottom = this.lowBefore;
    }
    if (this.directionBefore > 0) {
      if (low <= this.stopBefore) this.turnShort(low, top);
      else this.stayLong(high, bottom);
    } else if (high >= this.stopBefore) this.turnLong(high, bottom);
    else this.stayShort(low, top);
  }

  private keep(): void {
    this.directionBefore = this.direction;
    this.stopBefore = this.stop;
    this.extremeBefore = this.extreme;
    this.factorBefore = this.factor;
    this.highBefore = this.high;
    this.lowBefore = this.low;
  }

  private begin(high: number, low: number): void {
    const rise = high - this.highBefore;
    const fall = this.lowBefore - low;
    const isShort = fall > 0 && fall > rise;
    this.directionBefore = isShort ? -1 : 1;
    this.extremeBefore = isShort ? low : high;
    this.stopBefore = isShort ? this.highBefore : this.lowBefore;
    this.factorBefore = this.acceleration;
  }

  private turnShort(low: number, top: number): void {
    const sar = Math.max(this.extremeBefore, top);
    this.write(sar, -1);
    this.leave(Math.max(sar + this.acceleration * (low - sar), top), low, this.acceleration);
  }

  private turnLong(high: number, bottom: number): void {
    const sar = Math.min(this.extremeBefore, bottom);
    this.write(sar, 1);
    this.leave(Math.min(sar + this.acceleration * (high - sar), bottom), high, this.acceleration);
  }

  private stayLong(high: number, bottom: number): void {
    const sar = this.stopBefore;
    this.write(sar, 1);
    let extreme = this.extremeBefore;
    let factor = this.factorBefore;
    if (high > extreme) {
      extreme = high;
      factor = Math.min(factor + this.acceleration, this.maximum);
    }
    this.leave(Math.min(sar + factor * (extreme - sar), bottom), extreme, factor);
  }

  private stayShort(low: number, top: number): void {
    const sar = this.stopBefore;
    this.write(sar, -1);
    let extreme = this.extremeBefore;
    let factor = this.factorBefore;
    if (low < extreme) {
      extreme = low;
      factor = Math.min(factor + this.acceleration, this.maximum);
    }
    this.leave(Math.max(sar + factor * (extreme - sar), top), extreme, factor);
  }

  private write(sar: number, direction: number): void {
    const { shown } = this;
    shown.sar = sar;
    shown.direction = direction;
    this.direction = direction;
  }

  /** For the next bar. */
  private leave(stop: number, extreme: number, factor: number): void {
    this.stop = stop;
    this.extreme = extreme;
    this.factor = factor;
  }
}
