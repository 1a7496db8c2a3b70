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
    if (isNew) this.keep();
    else this.recall();
    this.high = bar.high;
    this.low = bar.low;
    if (this.count === 1) return;
    // The range the stop must stay out of spans two bars; on the second bar only its own, as TA-Lib has it.
    const top = this.count === 2 ? bar.high : Math.max(this.highBefore, bar.high);
    const bottom = this.count === 2 ? bar.low : Math.min(this.lowBefore, bar.low);
    if (this.count === 2) this.begin(bar);
    const isTouched = this.direction > 0 ? bar.low <= this.stop : bar.high >= this.stop;
    if (isTouched) this.turn(bar, top, bottom);
    else this.goOn(bar, top, bottom);
  }

  private keep(): void {
    this.directionBefore = this.direction;
    this.stopBefore = this.stop;
    this.extremeBefore = this.extreme;
    this.factorBefore = this.factor;
    this.highBefore = this.high;
    this.lowBefore = this.low;
  }

  private recall(): void {
    this.direction = this.directionBefore;
    this.stop = this.stopBefore;
    this.extreme = this.extremeBefore;
    this.factor = this.factorBefore;
  }

  private begin(bar: Bar): void {
    const rise = bar.high - this.highBefore;
    const fall = this.lowBefore - bar.low;
    this.direction = fall > 0 && fall > rise ? -1 : 1;
    this.extreme = this.direction > 0 ? bar.high : bar.low;
    this.stop = this.direction > 0 ? this.lowBefore : this.highBefore;
    this.factor = this.acceleration;
  }

  private turn(bar: Bar, top: number, bottom: number): void {
    this.direction = -this.direction;
    this.stop = this.outOfRange(this.extreme, top, bottom);
    this.write(this.stop);
    this.factor = this.acceleration;
    this.extreme = this.direction > 0 ? bar.high : bar.low;
    this.move(top, bottom);
  }

  private goOn(bar: Bar, top: number, bottom: number): void {
    this.write(this.stop);
    const reached = this.direction > 0 ? bar.high : bar.low;
    if ((reached - this.extreme) * this.direction > 0) {
      this.extreme = reached;
      this.factor = Math.min(this.factor + this.acceleration, this.maximum);
    }
    this.move(top, bottom);
  }

  private move(top: number, bottom: number): void {
    this.stop = this.outOfRange(this.stop + this.factor * (this.extreme - this.stop), top, bottom);
  }

  private outOfRange(stop: number, top: number, bottom: number): number {
    return this.direction > 0 ? Math.min(stop, bottom) : Math.max(stop, top);
  }

  private write(sar: number): void {
    this.shown.sar = sar;
    this.shown.direction = this.direction;
  }
}
