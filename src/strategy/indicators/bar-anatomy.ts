import type { Bar } from "../../bars/bars.ts";
import { timeZone } from "../../calendar/time-zone.ts";
import { Indicator } from "./indicator.ts";
import { type Given, nameOf, numberFrom, readParameters, wholeNumber } from "./parameters.ts";
import { put } from "./rows.ts";

const specs = { minimumRange: numberFrom(1e-8, Number.MIN_VALUE) };

/** The parts of a candle. */
export interface BarAnatomyValue {
  body: number;
  bodyHigh: number;
  bodyLow: number;
  range: number;
  wickHigh: number;
  wickLow: number;
  wickHighPercent: number;
  wickLowPercent: number;
  color: number;
  run: number;
}

/**
 * The parts of a bar. `body` is bodyHigh - bodyLow, the higher and the lower of open and close; `range` is high - low, at least
 * `minimumRange` so that one can divide by it; `wickHigh` is high - bodyHigh, `wickLow` bodyLow - low; the wicks in percent of the range;
 * `color` 1 when the close is above the open, -1 below, 0 equal; `run` how many bars in a row have had this color. Real body and shadows as in
 * S. Nison, Japanese Candlestick Charting Techniques, 1991.
 *
 * Warm-up: 1. Unit: the price's; percent; bars.
 */
export class BarAnatomy extends Indicator<BarAnatomyValue & Readonly<Record<string, number>>> {
  static readonly parameters = specs;
  declare private readonly minimumRange: number;
  private color = Number.NaN;
  private run = 0;
  private colorBefore = Number.NaN;
  private runBefore = 0;

  constructor(given: Given<typeof specs> = {}) {
    const parameters = readParameters("BarAnatomy", specs, given);
    const prices = ["body", "bodyHigh", "bodyLow", "range", "wickHigh", "wickLow"];
    const outputs = [...prices, "wickHighPercent", "wickLowPercent", "color", "run"];
    super({ name: "BarAnatomy", parameters, warmup: 1, outputs });
    this.minimumRange = parameters.minimumRange;
  }

  override writeRow(columns: readonly Float64Array[], row: number): void {
    const { value } = this;
    put(columns[0], row, value.body);
    put(columns[1], row, value.bodyHigh);
    put(columns[2], row, value.bodyLow);
    put(columns[3], row, value.range);
    put(columns[4], row, value.wickHigh);
    put(columns[5], row, value.wickLow);
    put(columns[6], row, value.wickHighPercent);
    put(columns[7], row, value.wickLowPercent);
    put(columns[8], row, value.color);
    put(columns[9], row, value.run);
  }

  override add(bar: Bar): void {
    const isNew = this.accept(bar);
    if (isNew) {
      this.colorBefore = this.color;
      this.runBefore = this.run;
    }
    this.color = bar.close > bar.open ? 1 : bar.close < bar.open ? -1 : 0;
    this.run = this.color === this.colorBefore ? this.runBefore + 1 : 1;
    this.write(bar, Math.max(bar.open, bar.close), Math.min(bar.open, bar.close));
  }

  private write(bar: Bar, bodyHigh: number, bodyLow: number): void {
    const range = Math.max(bar.high - bar.low, this.minimumRange);
    const shown = this.shown;
    shown.body = bodyHigh - bodyLow;
    shown.bodyHigh = bodyHigh;
    shown.bodyLow = bodyLow;
    shown.range = range;
    shown.wickHigh = bar.high - bodyHigh;
    shown.wickLow = bodyLow - bar.low;
    shown.wickHighPercent = (100 * (bar.high - bodyHigh)) / range;
    shown.wickLowPercent = (100 * (bodyLow - bar.low)) / range;
    shown.color = this.color;
    shown.run = this.run;
  }
}

const LAST_MINUTE = 24 * 60;
const clockSpecs = {
  zone: nameOf("America/New_York", 'an IANA time zone, such as "America/New_York"', timeZone),
  openMinute: wholeNumber(570, 0),
  closeMinute: wholeNumber(960, 0),
};

/** What the wall clock says when a bar opens. */
export interface BarClockValue {
  clock: number;
  second: number;
  day: number;
  utcDay: number;
  extended: number;
  before: number;
}

/**
 * When a bar opens, by the wall clock of `zone`: `clock` as hours * 100 + minutes (930), `second` of the local day, `day` the local date as days
 * since 1970-01-01 and `utcDay` the same by UTC; `extended` 1 outside the day session, which lasts from `openMinute` to `closeMinute`
 * minutes after local midnight (09:30 and 16:00), else 0; `before` 1 before it begins.
 *
 * It knows no holidays: `Vwap`, `OpeningRange` and `Pivots` ask an exchange calendar. Warm-up: 1. Unit: hours and minutes as one number; seconds; days; 1 or 0.
 */
export class BarClock extends Indicator<BarClockValue & Readonly<Record<string, number>>> {
  static readonly parameters = clockSpecs;
  readonly #zone;
  declare private readonly openMinute: number;
  declare private readonly closeMinute: number;

  constructor(given: Given<typeof clockSpecs> = {}) {
    const parameters = readParameters("BarClock", clockSpecs, given);
    const outputs = ["clock", "second", "day", "utcDay", "extended", "before"];
    super({ name: "BarClock", parameters, warmup: 1, outputs });
    this.#zone = timeZone(parameters.zone);
    this.openMinute = Math.min(parameters.openMinute, LAST_MINUTE);
    this.closeMinute = Math.min(parameters.closeMinute, LAST_MINUTE);
  }

  override writeRow(columns: readonly Float64Array[], row: number): void {
    const { value } = this;
    put(columns[0], row, value.clock);
    put(columns[1], row, value.second);
    put(columns[2], row, value.day);
    put(columns[3], row, value.utcDay);
    put(columns[4], row, value.extended);
    put(columns[5], row, value.before);
  }

  override add(bar: Bar): void {
    this.accept(bar);
    const local = Math.floor((bar.time + this.#zone.offsetAt(bar.time)) / 1000);
    const day = Math.floor(local / 86_400);
    const second = local - day * 86_400;
    const minute = Math.floor(second / 60);
    this.shown.clock = Math.floor(minute / 60) * 100 + (minute % 60);
    this.shown.second = second;
    this.shown.day = day;
    this.shown.utcDay = Math.floor(bar.time / 86_400_000);
    this.shown.extended = minute < this.openMinute || minute >= this.closeMinute ? 1 : 0;
    this.shown.before = minute < this.openMinute ? 1 : 0;
  }
}
