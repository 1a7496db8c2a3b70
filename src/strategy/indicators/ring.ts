import { Stateful } from "./state.ts";

/** The last `size` numbers, the newest of which may be replaced. */
export class Ring extends Stateful {
  readonly values: Float64Array;
  /** Place of the newest. */
  head: number;
  length = 0;
  /** How many numbers in a row, the newest the last of them, have been the same. */
  run = 0;
  private runBefore = 0;

  constructor(size: number) {
    super();
    this.values = new Float64Array(size);
    this.head = size - 1;
  }

  get isFull(): boolean {
    return this.length === this.values.length;
  }

  /** All numbers are the same: sums that were kept step by step are then a little off, and the exact ones are known. */
  get isFlat(): boolean {
    return this.run >= this.values.length;
  }

  /** The number that a new one will push out; meaningful when full. */
  get oldest(): number {
    const next = this.head + 1;
    return this.values[next === this.values.length ? 0 : next] as number;
  }

  /** Puts a number in: in place of the oldest when it is new, else in place of the newest. */
  put(value: number, isNew: boolean): void {
    const values = this.values;
    const before = isNew ? values[this.head] : this.at(1);
    if (isNew) {
      this.runBefore = this.run;
      const next = this.head + 1;
      this.head = next === values.length ? 0 : next;
      if (this.length < values.length) this.length++;
    }
    this.run = value === before ? this.runBefore + 1 : 1;
    values[this.head] = value;
  }

  /** Takes the values from `start` to before `end`, as many as fit, as if all before them had been put in too. */
  fill(values: Float64Array, start: number, end: number): void {
    const size = this.values.length;
    for (let row = start; row < end; row++) this.values[row % size] = values[row] as number;
    this.head = (end - 1) % size;
    this.length = size;
  }

  /** The number `age` places before the newest; 0 is the newest. Ages beyond `length` are meaningless. */
  at(age: number): number {
    const place = this.head - age;
    return this.values[place < 0 ? place + this.values.length : place] as number;
  }

  /** The sum of all numbers, added up each time, so exact where a running sum is not. */
  sum(): number {
    let sum = 0;
    for (let i = 0; i < this.length; i++) sum += this.values[i] as number;
    return sum;
  }
}
