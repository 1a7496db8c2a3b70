import type { Bar } from "../../bars/bars.ts";
import { Indicator } from "./indicator.ts";
import { type Given, oneOf, readParameters } from "./parameters.ts";
import { SessionPosition, sessionSpecs } from "./session-position.ts";

/** How the levels are found from the session before. */
export type PivotMethod = "classic" | "fibonacci" | "camarilla";
const METHODS: readonly PivotMethod[] = ["classic", "fibonacci", "camarilla"];
const specs = { method: oneOf<PivotMethod>("classic", METHODS), ...sessionSpecs };
const OUTPUTS = ["pivot", "r1", "r2", "r3", "s1", "s2", "s3"];
const FIBONACCI = [0.382, 0.618, 1];
const CAMARILLA = [1.1 / 12, 1.1 / 6, 1.1 / 4];

/** Pivot, three resistances, three supports. */
export interface PivotValue {
  readonly pivot: number;
  readonly r1: number;
  readonly r2: number;
  readonly r3: number;
  readonly s1: number;
  readonly s2: number;
  readonly s3: number;
}

/**
 * Pivot points from high, low and close of the session before: pivot = (high + low + close) / 3. `"classic"`: r1 = 2 * pivot - low,
 * r2 = pivot + range, r3 = high + 2 * (pivot - low), and the supports the other way. `"fibonacci"`: pivot +- 0.382, 0.618, 1 * range.
 * `"camarilla"`: close +- range * 1.1 / 12, / 6, / 4. Only bars inside the hours of `calendar` count; the levels stand from the first
 * bar of a session until the first of the next.
 *
 * Warm-up: 1; all are sparse: NaN until a session is over. Unit: the price's.
 */
export class Pivots extends Indicator<PivotValue & Readonly<Record<string, number>>> {
  static readonly parameters = specs;
  private readonly position: SessionPosition;
  // The session so far: high, low, close; and the session before it. Both as they are and as they were before the newest bar.
  private readonly session = new Float64Array(3).fill(Number.NaN);
  private readonly sessionBefore = new Float64Array(3).fill(Number.NaN);
  private readonly last = new Float64Array(3).fill(Number.NaN);
  private readonly lastBefore = new Float64Array(3).fill(Number.NaN);
  private readonly method: PivotMethod;

  constructor(given: Given<typeof specs> = {}) {
    const parameters = readParameters("Pivots", specs, given);
    super({ name: "Pivots", parameters, warmup: 1, outputs: OUTPUTS, sparse: OUTPUTS });
    this.position = new SessionPosition(parameters.calendar, parameters.hours);
    this.method = parameters.method;
  }

  protected override step(bar: Bar, isNew: boolean): void {
    const position = this.position;
    position.add(bar, isNew);
    if (isNew) {
      this.sessionBefore.set(this.session);
      this.lastBefore.set(this.last);
    }
    const isFirst = position.first === 1;
    this.last.set(isFirst ? this.sessionBefore : this.lastBefore);
    if (position.inside === 1) this.widen(bar, isFirst);
    else this.session.set(this.sessionBefore);
    this.write(this.last[0] as number, this.last[1] as number, this.last[2] as number);
  }

  private widen(bar: Bar, isFirst: boolean): void {
    const before = this.sessionBefore;
    this.session[0] = isFirst ? bar.high : Math.max(before[0] as number, bar.high);
    this.session[1] = isFirst ? bar.low : Math.min(before[1] as number, bar.low);
    this.session[2] = bar.close;
  }

  private write(high: number, low: number, close: number): void {
    const pivot = (high + low + close) / 3;
    const range = high - low;
    this.cells[0] = pivot;
    if (this.method === "classic") {
      this.pair(1, 2 * pivot - low, 2 * pivot - high);
      this.pair(2, pivot + range, pivot - range);
      this.pair(3, high + 2 * (pivot - low), low - 2 * (high - pivot));
      return;
    }
    const center = this.method === "fibonacci" ? pivot : close;
    const shares = this.method === "fibonacci" ? FIBONACCI : CAMARILLA;
    for (let level = 1; level <= 3; level++) {
      const distance = range * (shares[level - 1] as number);
      this.pair(level, center + distance, center - distance);
    }
  }

  private pair(level: number, resistance: number, support: number): void {
    this.cells[level] = resistance;
    this.cells[level + 3] = support;
  }
}
