import type { EquityCurve } from "../market/run-outcome.ts";

/** The account over time in columns that double as they fill. */
export class EquityRecorder {
  #time = new Float64Array(1024);
  #value = new Float64Array(1024);
  #cash = new Float64Array(1024);
  #length = 0;

  /** Makes room for so many rows in all, so that a long run need not move its columns again and again. */
  reserve(rows: number): void {
    if (rows > this.#time.length) this.#resize(rows);
  }

  /** Adds a row; a second row for the same instant replaces the first. */
  record(time: number, value: number, cash: number): void {
    if (this.#length > 0 && this.#time[this.#length - 1] === time) this.#length -= 1;
    if (this.#length === this.#time.length) this.#resize(this.#time.length * 2);
    this.#time[this.#length] = time;
    this.#value[this.#length] = value;
    this.#cash[this.#length] = cash;
    this.#length += 1;
  }

  /** The rows so far, as views. */
  curve(): EquityCurve {
    return {
      time: this.#time.subarray(0, this.#length),
      value: this.#value.subarray(0, this.#length),
      cash: this.#cash.subarray(0, this.#length),
    };
  }

  #resize(rows: number): void {
    const resized = (column: Float64Array) => {
      const next = new Float64Array(rows);
      next.set(column.subarray(0, this.#length));
      return next;
    };
    this.#time = resized(this.#time);
    this.#value = resized(this.#value);
    this.#cash = resized(this.#cash);
  }
}
