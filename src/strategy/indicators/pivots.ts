import type { Bar } from "../../bars/bars.ts";
import { Indicator } from "./indicator.ts";
import { type Given, oneOf, readParameters } from "./parameters.ts";
import { put } from "./rows.ts";
import { SessionPosition, sessionSpecs } from "./session-position.ts";

/** How the levels are found from the session before. */
export type PivotMethod = "classic" | "fibonacci" | "camarilla";
const METHODS: readonly PivotMethod[] = ["classic", "fibonacci", "camarilla"];
const specs = { method: oneOf<PivotMethod>("classic", METHODS), ...sessionSpecs };
const OUTPUTS = ["pivot", "r1", "r2", "r3", "s1", "s2", "s3"];
const FIBONACCI: readonly [number, number, number] = [0.382, 0.618, 1];
const CAMARILLA: readonly [number, number, number] = [1.1 / 12, 1.1 / 6, 1.1 / 4];

/** Pivot, three resistances, three supports. */
export interface PivotValue {
  pivot: number;
  r1: number;
  r2: number;
  r3: number;
  s1: number;
  s2: number;
  s3: number;
}

/**
 * Pivot points from high, low and close of the session before: pivot = (high + low + close) / 3. `"classic"`: r1 = 2 * pivot - low,
 * r2 = pivot + range, r3 = high + 2 * (pivot - low), and the supports the other way. `"fibonacci"`: pivot +- 0.382, 0.618, 1 * range.
 * `"camarilla"`: close +- range * 1.1 / 12, / 6, / 4. Only bars inside the hours of `calendar` count; the levels stand from the first
 * bar of a session until the first of the next. Classic: the floor traders' rule; camarilla: N. Scott, 1989.
 *
 * Warm-up: 1; all are sparse: NaN until a session is over. Unit: the price's.
 */
export class Pivots extends Indicator<PivotValue & Readonly<Record<string, number>>> {
  static readonly parameters = specs;
  declare private readonly position: SessionPosition;
  // The session so far: high, low, close; and the session before it. Both as they are and as they were before the newest bar.
  private readonly session = new Float64Array(3).fill(Number.NaN);
  private readonly sessionBefore = new Float64Array(3).fill(Number.NaN);
  private readonly last = new Float64Array(3).fill(Number.NaN);
  private readonly lastBefore = new Float64Array(3).fill(Number.NaN);
  declare private readonly method: PivotMethod;

  constructor(given: Given<typeof specs> = {}) {
    const parameters = readParameters("Pivots", specs, given);
    super({ name: "Pivots", parameters, warmup: 1, outputs: OUTPUTS, sparse: OUTPUTS });
    this.position = new SessionPosition(parameters.calendar, parameters.hours);
    this.method = parameters.method;
  }

  override writeRow(columns: readonly Float64Array[], row: number): void {
    const { value } = this;
    put(columns[0], row, value.pivot);
    put(columns[1], row, value.r1);
    put(columns[2], row, value.r2);
    put(columns[3], row, value.r3);
    put(columns[4], row, value.s1);
    put(columns[5], row, value.s2);
    put(columns[6], row, value.s3);
  }

  override anchorAt(time: number): number | undefined {
    // Until the first bar of a session the levels of the one before it stand, which come from the one before that.
    return this.position.beginningAt(time, 2);
  }

  override add(bar: Bar): void {
    const isNew = this.accept(bar);
    const position = this.position;
    position.add(bar.time, isNew);
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
    const shown = this.shown;
    shown.pivot = pivot;
    if (this.method === "classic") {
      shown.r1 = 2 * pivot - low;
      shown.s1 = 2 * pivot - high;
      shown.r2 = pivot + range;
      shown.s2 = pivot - range;
      shown.r3 = high + 2 * (pivot - low);
      shown.s3 = low - 2 * (high - pivot);
    } else if (this.method === "fibonacci") this.around(pivot, range, FIBONACCI);
    else this.around(close, range, CAMARILLA);
  }

  private around(center: number, range: number, [first, second, third]: readonly [number, number, number]): void {
    const shown = this.shown;
    shown.r1 = center + range * first;
    shown.s1 = center - range * first;
    shown.r2 = center + range * second;
    shown.s2 = center - range * second;
    shown.r3 = center + range * third;
    shown.s3 = center - range * third;
  }
}
