import type { Bar } from "../../bars/bars.ts";
import { Indicator } from "./indicator.ts";
import { type Given, numberFrom, readParameters, wholeNumber } from "./parameters.ts";
import { put } from "./rows.ts";
import { AverageRange } from "./true-range.ts";

const specs = { period: wholeNumber(10), multiplier: numberFrom(3, 0) };

/** More than an average takes: it must have turned as well. */
const SETTLING_WARMUPS = 25;

/**
 * Supertrend: bands at (high + low) / 2 +- multiplier * ATR(period), each of which moves only towards the market until a close gets past it.
 * `supertrend` is the lower band in an up trend and the upper one in a down trend, `direction` 1 or -1; a close beyond the band turns
 * it. O. Seban; the rules of TradingView's built-in, with its sign turned round.
 *
 * Seeding: the ATR as `Atr`; the first trend is up unless the first close is below the lower band. Warm-up: period + 1. Unit: the
 * price's.
 */
export class Supertrend extends Indicator<{ supertrend: number; direction: number }> {
  static readonly parameters = specs;
  declare private readonly range: AverageRange;
  declare private readonly multiplier: number;
  private upper = Infinity;
  private lower = -Infinity;
  private direction = 1;
  private close = 0;
  private upperBefore = Infinity;
  private lowerBefore = -Infinity;
  private directionBefore = 1;
  private closeBefore = 0;

  constructor(given: Given<typeof specs> = {}) {
    const parameters = readParameters("Supertrend", specs, given);
    const { period, multiplier } = parameters;
    const warmup = period + 1;
    super({
      name: "Supertrend",
      parameters,
      warmup,
      outputs: ["supertrend", "direction"],
      settling: SETTLING_WARMUPS * warmup,
    });
    this.range = new AverageRange("wilder", period);
    this.multiplier = multiplier;
  }

  override writeRow(columns: readonly Float64Array[], row: number): void {
    const { value } = this;
    put(columns[0], row, value.supertrend);
    put(columns[1], row, value.direction);
  }

  override add(bar: Bar): void {
    const isNew = this.accept(bar);
    if (isNew) this.keep();
    this.close = bar.close;
    const distance = this.multiplier * this.range.add(bar, isNew);
    if (!this.ready) return;
    this.moveBands((bar.high + bar.low) / 2, distance);
    const isBroken = this.directionBefore > 0 ? bar.close < this.lower : bar.close > this.upper;
    this.direction = isBroken ? -this.directionBefore : this.directionBefore;
    this.shown.supertrend = this.direction > 0 ? this.lower : this.upper;
    this.shown.direction = this.direction;
  }

  private keep(): void {
    this.upperBefore = this.upper;
    this.lowerBefore = this.lower;
    this.directionBefore = this.direction;
    this.closeBefore = this.close;
  }

  private moveBands(middle: number, distance: number): void {
    const upper = middle + distance;
    const lower = middle - distance;
    this.upper = upper < this.upperBefore || this.closeBefore > this.upperBefore ? upper : this.upperBefore;
    this.lower = lower > this.lowerBefore || this.closeBefore < this.lowerBefore ? lower : this.lowerBefore;
  }
}
