import type { EquityCurve } from "../market/run-outcome.ts";
import type { Instrument } from "./instrument.ts";
import type { Portfolio } from "./portfolio.ts";

/** The account over time in columns that double as they fill. */
export class EquityRecorder {
  private time = new Float64Array(1024);
  private value = new Float64Array(1024);
  private cash = new Float64Array(1024);
  private length = 0;
  /** How far `drawdown` has looked, and the highest value up to there. */
  private seen = 0;
  private peak = Number.NEGATIVE_INFINITY;

  /** Makes room for so many rows in all, so that a long run need not move its columns again and again. */
  reserve(rows: number): void {
    if (rows > this.time.length) this.resize(rows);
  }

  /** Adds a row; a second row for the same instant replaces the first. */
  record(time: number, value: number, cash: number): void {
    if (this.length > 0 && this.time[this.length - 1] === time) this.length -= 1;
    if (this.length === this.time.length) this.resize(this.time.length * 2);
    this.time[this.length] = time;
    this.value[this.length] = value;
    this.cash[this.length] = cash;
    this.length += 1;
  }

  /** Adds a row for the close of each of an instrument's bars from row `from` to before `to`, between which nothing but its price changed. */
  recordBars(portfolio: Portfolio, instrument: Instrument, from: number, to: number): void {
    if (this.length > 0 && this.time[this.length - 1] === instrument.closeTime(from)) this.length -= 1;
    while (this.length + to - from > this.time.length) this.resize(this.time.length * 2);
    const { cash } = portfolio;
    for (let row = from, place = this.length; row < to; row++, place++) {
      this.time[place] = instrument.closeTime(row);
      this.cash[place] = cash;
    }
    portfolio.equityOver(instrument, from, to, this.value, this.length);
    this.length += to - from;
  }

  /** The account as the run leaves it: the fill of `time` at the last close comes after that instant's row. */
  recordEnd(time: number, value: number, cash: number): void {
    const last = this.length - 1;
    if (this.value[last] === value && this.cash[last] === cash) return;
    this.record(this.length === 0 ? time : Math.max(time, this.lastTime), value, cash);
  }

  /** The instant of the newest row. */
  get lastTime(): number {
    return this.time[this.length - 1] ?? Number.NaN;
  }

  /** The rows so far, as views. */
  curve(): EquityCurve {
    return {
      time: this.time.subarray(0, this.length),
      value: this.value.subarray(0, this.length),
      cash: this.cash.subarray(0, this.length),
    };
  }

  /** The newest value, and how far below the highest it lies as a fraction, 0 or below. Looks at each row once, however often it is asked. */
  standing(): { readonly equity: number; readonly drawdown: number } {
    for (; this.seen < this.length; this.seen++) this.peak = Math.max(this.peak, this.value[this.seen] as number);
    const equity = this.value[this.length - 1] ?? Number.NaN;
    return { equity, drawdown: this.peak > 0 ? equity / this.peak - 1 : Number.NaN };
  }

  private resize(rows: number): void {
    const resized = (column: Float64Array) => {
      const next = new Float64Array(rows);
      next.set(column.subarray(0, this.length));
      return next;
    };
    this.time = resized(this.time);
    this.value = resized(this.value);
    this.cash = resized(this.cash);
  }
}
