import { Stateful } from "./state.ts";

/**
 * The highest (or lowest) of the last `size` numbers and how long ago it was; of equal ones the newest. A queue of candidates, each
 * beaten by none after it (Lemire 2006): a constant number of steps a value on average, however the market runs. The newest
 * number waits outside the queue, since it may still be replaced.
 */
export class RollingExtreme extends Stateful {
  declare readonly values: Float64Array;
  declare readonly positions: Float64Array;
  front = 0;
  length = 0;
  position = -1;
  newest = 0;
  best = 0;
  /** How many numbers ago the extreme was; 0 is the newest. */
  age = 0;
  declare private readonly sign: number;

  constructor(size: number, kind: "highest" | "lowest") {
    super();
    this.values = new Float64Array(size);
    this.positions = new Float64Array(size);
    this.sign = kind === "highest" ? 1 : -1;
  }

  get value(): number {
    return this.best * this.sign;
  }

  /** @returns the extreme */
  add(value: number, isNew: boolean): number {
    if (isNew) this.open();
    const signed = value * this.sign;
    this.newest = signed;
    const held = this.values[this.front] as number;
    const newestWins = this.length === 0 || signed >= held;
    this.best = newestWins ? signed : held;
    this.age = newestWins ? 0 : this.position - (this.positions[this.front] as number);
    return this.best * this.sign;
  }

  /** The number that was the newest can no longer change: it joins the queue. Then the front leaves when it is too old. */
  private open(): void {
    const size = this.values.length;
    if (this.position >= 0) this.join(size);
    this.position++;
    if (this.length > 0 && (this.positions[this.front] as number) <= this.position - size) {
      this.front = this.front + 1 === size ? 0 : this.front + 1;
      this.length--;
    }
  }

  private join(size: number): void {
    while (this.length > 0 && (this.values[this.placeOf(this.length - 1, size)] as number) <= this.newest)
      this.length--;
    const place = this.placeOf(this.length, size);
    this.values[place] = this.newest;
    this.positions[place] = this.position;
    this.length++;
  }

  private placeOf(index: number, size: number): number {
    const place = this.front + index;
    return place >= size ? place - size : place;
  }
}
