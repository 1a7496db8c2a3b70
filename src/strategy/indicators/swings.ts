import type { Bar } from "../../bars/bars.ts";
import { Indicator } from "./indicator.ts";
import { type Given, readParameters, wholeNumber } from "./parameters.ts";
import { Ring } from "./ring.ts";
import { put } from "./rows.ts";

const specs = { left: wholeNumber(2), right: wholeNumber(2) };
const OUTPUTS = ["high", "low", "highAge", "lowAge", "newHigh", "newLow"];

/** The last confirmed swings, how many bars ago they were, and whether this bar confirmed one. */
export interface SwingValue {
  high: number;
  low: number;
  highAge: number;
  lowAge: number;
  newHigh: number;
  newLow: number;
}

/**
 * Swing points (fractals of B. Williams, Trading Chaos, 1995, with 2 and 2). A bar is a swing high when its high is at least that of the
 * `left` bars before it and above that of the `right` bars after it; a swing low likewise. So of equal neighbours the last counts. It is
 * known only `right` bars later, on the bar that confirms it: `newHigh` is 1 there, `high` its price and `highAge` the bars since; they stand until
 * the next swing is confirmed. Nothing is told before it is known.
 *
 * Warm-up: left + right + 1; `high`, `low` and their ages are sparse: NaN until the first swing. Unit: the price's; ages: bars.
 */
export class Swings extends Indicator<SwingValue & Readonly<Record<string, number>>> {
  static readonly parameters = specs;
  declare private readonly highs: Ring;
  declare private readonly lows: Ring;
  declare private readonly right: number;
  // Outputs as they were before the newest bar.
  private highBefore = Number.NaN;
  private lowBefore = Number.NaN;
  private highAgeBefore = Number.NaN;
  private lowAgeBefore = Number.NaN;

  constructor(given: Given<typeof specs> = {}) {
    const parameters = readParameters("Swings", specs, given);
    const { left, right } = parameters;
    super({
      name: "Swings",
      parameters,
      warmup: left + right + 1,
      outputs: OUTPUTS,
      sparse: ["high", "low", "highAge", "lowAge"],
    });
    this.right = right;
    this.highs = new Ring(left + right + 1);
    this.lows = new Ring(left + right + 1);
  }

  override writeRow(columns: readonly Float64Array[], row: number): void {
    const { value } = this;
    put(columns[0], row, value.high);
    put(columns[1], row, value.low);
    put(columns[2], row, value.highAge);
    put(columns[3], row, value.lowAge);
    put(columns[4], row, value.newHigh);
    put(columns[5], row, value.newLow);
  }

  override add(bar: Bar): void {
    const isNew = this.accept(bar);
    if (isNew) this.keep();
    this.highs.put(bar.high, isNew);
    this.lows.put(-bar.low, isNew);
    if (!this.ready) return;
    const shown = this.shown;
    const isHigh = this.isSwing(this.highs);
    shown.high = isHigh ? this.highs.at(this.right) : this.highBefore;
    shown.highAge = isHigh ? this.right : this.highAgeBefore + 1;
    shown.newHigh = isHigh ? 1 : 0;
    const isLow = this.isSwing(this.lows);
    shown.low = isLow ? -this.lows.at(this.right) : this.lowBefore;
    shown.lowAge = isLow ? this.right : this.lowAgeBefore + 1;
    shown.newLow = isLow ? 1 : 0;
  }

  private keep(): void {
    const { high, low, highAge, lowAge } = this.value;
    this.highBefore = high;
    this.lowBefore = low;
    this.highAgeBefore = highAge;
    this.lowAgeBefore = lowAge;
  }

  private isSwing(ring: Ring): boolean {
    const candidate = ring.at(this.right);
    for (let age = 0; age < ring.values.length; age++) {
      const other = ring.at(age);
      if (age < this.right ? other >= candidate : other > candidate) return false;
    }
    return true;
  }
}
