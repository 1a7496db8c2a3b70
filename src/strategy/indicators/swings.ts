import type { Bar } from "../../bars/bars.ts";
import { Indicator } from "./indicator.ts";
import { type Given, readParameters, wholeNumber } from "./parameters.ts";
import { Ring } from "./ring.ts";

const specs = { left: wholeNumber(2), right: wholeNumber(2) };
const OUTPUTS = ["high", "low", "highAge", "lowAge", "newHigh", "newLow"];

/** The last confirmed swings, how many bars ago they were, and whether this bar confirmed one. */
export interface SwingValue {
  readonly high: number;
  readonly low: number;
  readonly highAge: number;
  readonly lowAge: number;
  readonly newHigh: number;
  readonly newLow: number;
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
  private readonly highs: Ring;
  private readonly lows: Ring;
  private readonly right: number;
  // Outputs as they were before the newest bar: high, low, highAge, lowAge.
  private readonly before = new Float64Array(4).fill(Number.NaN);

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

  protected override step(bar: Bar, isNew: boolean): void {
    if (isNew) for (let i = 0; i < this.before.length; i++) this.before[i] = this.cells[i] as number;
    this.highs.put(bar.high, isNew);
    this.lows.put(-bar.low, isNew);
    if (!this.ready) return;
    this.write(0, this.highs, 1);
    this.write(1, this.lows, -1);
  }

  private write(side: number, ring: Ring, sign: number): void {
    const isSwing = this.isSwing(ring);
    this.cells[side] = isSwing ? sign * ring.at(this.right) : (this.before[side] as number);
    this.cells[side + 2] = isSwing ? this.right : (this.before[side + 2] as number) + 1;
    this.cells[side + 4] = isSwing ? 1 : 0;
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
