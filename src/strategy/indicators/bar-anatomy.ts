import type { Bar } from "../../bars/bars.ts";
import { timeZone } from "../../calendar/time-zone.ts";
import { Indicator } from "./indicator.ts";
import { type Given, nameOf, numberFrom, readParameters, wholeNumber } from "./parameters.ts";

const specs = { minimumRange: numberFrom(1e-8, Number.MIN_VALUE) };

/** The parts of a candle. */
export interface BarAnatomyValue {
  readonly body: number;
  readonly bodyHigh: number;
  readonly bodyLow: number;
  readonly range: number;
  readonly wickHigh: number;
  readonly wickLow: number;
  readonly wickHighPercent: number;
  readonly wickLowPercent: number;
  readonly color: number;
  readonly run: number;
}

/**
 * The parts of a bar. `body` is bodyHigh - bodyLow, the higher and the lower of open and close; `range` is high - low, at least
 * `minimumRange` so that one can divide by it; `wickHigh` is high - bodyHigh, `wickLow` bodyLow - low; the wicks in percent of the range;
 * `color` 1 when the close is above the open, -1 below, 0 equal; `run` how many bars in a row have had this color.
 *
 * Warm-up: 1. Unit: the price's; percent; bars.
 */
export class BarAnatomy extends Indicator<BarAnatomyValue & Readonly<Record<string, number>>> {
  static readonly parameters = specs;
  private readonly minimumRange: number;
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

  protected override step(bar: Bar, isNew: boolean): void {
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
    const cells = this.cells;
    cells[0] = bodyHigh - bodyLow;
    cells[1] = bodyHigh;
    cells[2] = bodyLow;
    cells[3] = range;
    cells[4] = bar.high - bodyHigh;
    cells[5] = bodyLow - bar.low;
    cells[6] = (100 * (bar.high - bodyHigh)) / range;
    cells[7] = (100 * (bodyLow - bar.low)) / range;
    cells[8] = this.color;
    cells[9] = this.run;
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
  readonly clock: number;
  readonly second: number;
  readonly day: number;
  readonly utcDay: number;
  readonly extended: number;
  readonly before: number;
}

/**
 * When a bar opens, by the wall clock of `zone`: `clock` as hours * 100 + minutes (930), `second` of the local day, `day` the local date as days
 * since 1970-01-01 and `utcDay` the same by UTC; `extended` 1 outside the day session, which lasts from `openMinute` to `closeMinute`
 * minutes after local midnight (09:30 and 16:00), else 0; `before` 1 before it begins.
 *
 * It knows no holidays: `Vwap`, `OpeningRange` and `Pivots` ask an exchange calendar. Warm-up: 1.
 */
export class BarClock extends Indicator<BarClockValue & Readonly<Record<string, number>>> {
  static readonly parameters = clockSpecs;
  readonly #zone;
  private readonly openMinute: number;
  private readonly closeMinute: number;

  constructor(given: Given<typeof clockSpecs> = {}) {
    const parameters = readParameters("BarClock", clockSpecs, given);
    const outputs = ["clock", "second", "day", "utcDay", "extended", "before"];
    super({ name: "BarClock", parameters, warmup: 1, outputs });
    this.#zone = timeZone(parameters.zone);
    this.openMinute = Math.min(parameters.openMinute, LAST_MINUTE);
    this.closeMinute = Math.min(parameters.closeMinute, LAST_MINUTE);
  }

  protected override step(bar: Bar): void {
    const local = Math.floor((bar.time + this.#zone.offsetAt(bar.time)) / 1000);
    const day = Math.floor(local / 86_400);
    const second = local - day * 86_400;
    const minute = Math.floor(second / 60);
    this.cells[0] = Math.floor(minute / 60) * 100 + (minute % 60);
    this.cells[1] = second;
    this.cells[2] = day;
    this.cells[3] = Math.floor(bar.time / 86_400_000);
    this.cells[4] = minute < this.openMinute || minute >= this.closeMinute ? 1 : 0;
    this.cells[5] = minute < this.openMinute ? 1 : 0;
  }
}
