import type { Bar } from "../../bars/bars.ts";
import { Indicator } from "./indicator.ts";
import { type Given, readParameters, wholeNumber } from "./parameters.ts";
import { RollingExtreme } from "./rolling-extreme.ts";
import { put } from "./rows.ts";

const specs = { period: wholeNumber(14) };

/**
 * Aroon: `up` is 100 * (period - bars since the highest high) / period of the last period + 1 bars, `down` the same of the lowest low,
 * `oscillator` up - down. Of equal extremes the newest counts. T. Chande, Stocks & Commodities, September 1995; TA-Lib AROON, AROONOSC.
 *
 * Warm-up: period + 1. Unit: 0 to 100, the oscillator -100 to 100.
 */
export class Aroon extends Indicator<{ up: number; down: number; oscillator: number }> {
  static readonly parameters = specs;
  declare private readonly highest: RollingExtreme;
  declare private readonly lowest: RollingExtreme;
  declare private readonly period: number;

  constructor(given: Given<typeof specs> = {}) {
    const parameters = readParameters("Aroon", specs, given);
    super({ name: "Aroon", parameters, warmup: parameters.period + 1, outputs: ["up", "down", "oscillator"] });
    this.period = parameters.period;
    this.highest = new RollingExtreme(this.period + 1, "highest");
    this.lowest = new RollingExtreme(this.period + 1, "lowest");
  }

  override writeRow(columns: readonly Float64Array[], row: number): void {
    const { value } = this;
    put(columns[0], row, value.up);
    put(columns[1], row, value.down);
    put(columns[2], row, value.oscillator);
  }

  override add(bar: Bar): void {
    const isNew = this.accept(bar);
    this.highest.add(bar.high, isNew);
    this.lowest.add(bar.low, isNew);
    if (!this.ready) return;
    const up = (100 * (this.period - this.highest.age)) / this.period;
    const down = (100 * (this.period - this.lowest.age)) / this.period;
    this.shown.up = up;
    this.shown.down = down;
    this.shown.oscillator = up - down;
  }
}
