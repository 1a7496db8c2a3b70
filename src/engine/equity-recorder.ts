import type { EquityCurve } from "../market/run-outcome.ts";

/** The account over time in columns that double as they fill. */
export class EquityRecorder {
  #time = new Float64Array(1024);
  #value = new Float64Array(1024);
  #cash = new Float64Array(1024);
  #length = 0;

  /** Adds a row; a second row for the same instant replaces the first. */
  record(time: number, value: number, cash: number): void {
    if (this.#length > 0 && this.#time[this.#length - 1] === time) this.#length -= 1;
    if (this.#length === this.#time.length) this.#grow();
    this.#time[this.#length] = time;
    this.#value[this.#length] = value;
    this.#cash[this.#length] = cash;
    this.#length += 1;
  }

  get length(): number {
    return this.#length;
  }

  /** The rows so far, as views. */
  curve(): EquityCurve {
    return {
      time: this.#time.subarray(0, this.#length),
      value: this.#value.subarray(0, this.#length),
      cash: this.#cash.subarray(0, this.#length),
    };
  }

  #grow(): void {
    const grown = (column: Float64Array) => {
      const next = new Float64Array(column.length * 2);
      next.set(column);
      return next;
    };
    this.#time = grown(this.#time);
    this.#value = grown(this.#value);
    this.#cash = grown(this.#cash);
  }
}
