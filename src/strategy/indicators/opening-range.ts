import type { Bar } from "../../bars/bars.ts";
import { Indicator } from "./indicator.ts";
import { type Given, readParameters, wholeNumber } from "./parameters.ts";
import { put } from "./rows.ts";
import { SessionPosition, sessionSpecs } from "./session-position.ts";

const specs = { minutes: wholeNumber(30), ...sessionSpecs };
const MINUTE = 60_000;

/**
 * Opening range: the highest high and the lowest low of the bars that open in the first `minutes` of the session of `calendar` (of its
 * regular hours with `hours: "regular"`). While they last it widens bar by bar and `complete` is 0; `complete` is 1 from the first bar
 * after them. Outside the hours and in a session that began without bars there is none. T. Crabel, Day Trading with Short Term Price Patterns and
 * Opening Range Breakout, 1990.
 *
 * Warm-up: 1; `high` and `low` are sparse. Unit: the price's.
 */
export class OpeningRange extends Indicator<{
  high: number;
  low: number;
  complete: number;
}> {
  static readonly parameters = specs;
  declare private readonly position: SessionPosition;
  declare private readonly length: number;
  private high = Number.NaN;
  private low = Number.NaN;
  private highBefore = Number.NaN;
  private lowBefore = Number.NaN;

  constructor(given: Given<typeof specs> = {}) {
    const parameters = readParameters("OpeningRange", specs, given);
    const outputs = ["high", "low", "complete"];
    super({ name: "OpeningRange", parameters, warmup: 1, outputs, sparse: ["high", "low"] });
    this.position = new SessionPosition(parameters.calendar, parameters.hours);
    this.length = parameters.minutes * MINUTE;
  }

  override writeRow(columns: readonly Float64Array[], row: number): void {
    const { value } = this;
    put(columns[0], row, value.high);
    put(columns[1], row, value.low);
    put(columns[2], row, value.complete);
  }

  override anchorAt(time: number): number | undefined {
    // Until the first bar of a session what the one before it came to still stands.
    return this.position.beginningAt(time, 1);
  }

  override add(bar: Bar): void {
    const isNew = this.accept(bar);
    const position = this.position;
    position.add(bar.time, isNew);
    if (isNew) {
      this.highBefore = this.high;
      this.lowBefore = this.low;
    }
    const isInside = position.inside === 1;
    const isOpening = isInside && bar.time < position.start + this.length;
    this.widen(bar, isOpening, position.first === 1);
    this.shown.high = isInside ? this.high : Number.NaN;
    this.shown.low = isInside ? this.low : Number.NaN;
    this.shown.complete = isInside && !isOpening && !Number.isNaN(this.high) ? 1 : 0;
  }

  private widen(bar: Bar, isOpening: boolean, isFirst: boolean): void {
    const high = isFirst ? Number.NaN : this.highBefore;
    const low = isFirst ? Number.NaN : this.lowBefore;
    // A session whose first bar comes after the opening has no range, and gets none later.
    const begins = isOpening && isFirst;
    this.high = begins || (isOpening && bar.high > high) ? bar.high : high;
    this.low = begins || (isOpening && bar.low < low) ? bar.low : low;
  }
}
