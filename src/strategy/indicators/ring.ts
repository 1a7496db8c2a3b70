import { Stateful } from "./state.ts";

/** The last `size` numbers, the newest of which may be replaced. Places not filled yet hold 0. */
export class Ring extends Stateful {
  declare readonly values: Float64Array;
  /** How many numbers it can hold: `values.length`, which takes longer to read. */
  declare readonly size: number;
  /** Place of the newest. */
  declare head: number;
  length = 0;
  /** How many numbers in a row, the newest the last of them, have been the same. */
  run = 0;
  private runBefore = 0;

  constructor(size: number) {
    super();
    this.values = new Float64Array(size);
    this.size = size;
    this.head = size - 1;
  }

  get isFull(): boolean {
    return this.length === this.size;
  }

  /** All numbers are the same: sums that were kept step by step are then a little off, and the exact ones are known. */
  get isFlat(): boolean {
    return this.run >= this.size;
  }

  /** The number that a new one will push out; meaningful when full. */
  get oldest(): number {
    const next = this.head + 1;
    return this.values[next === this.size ? 0 : next] as number;
  }

  /** Puts a number in: in place of the oldest when it is new, else in place of the newest. */
  put(value: number, isNew: boolean): void {
    if (isNew) this.push(value);
    else this.replace(value);
  }

  /** Puts a new number in. @returns the one that it pushes out; 0 while there is room */
  push(value: number): number {
    const { values, head } = this;
    this.runBefore = this.run;
    this.run = value === values[head] ? this.run + 1 : 1;
    const place = head + 1 === this.size ? 0 : head + 1;
    const left = values[place] as number;
    values[place] = value;
    this.head = place;
    if (this.length < this.size) this.length++;
    return left;
  }

  /** Puts a number in place of the newest. */
  replace(value: number): void {
    this.run = value === this.at(1) ? this.runBefore + 1 : 1;
    this.values[this.head] = value;
  }

  /** Takes the values from `start` to before `end`, as many as fit, as if all before them had been put in too. */
  fill(values: Float64Array, start: number, end: number): void {
    const { size } = this;
    for (let row = start; row < end; row++) this.values[row % size] = values[row] as number;
    this.head = (end - 1) % size;
    this.length = size;
  }

  /** The number `age` places before the newest; 0 is the newest. Ages beyond `length` are meaningless. */
  at(age: number): number {
    const place = this.head - age;
    return this.values[place < 0 ? place + this.size : place] as number;
  }

  /** The sum of all numbers, added up each time, so exact where a running sum is not. */
  sum(): number {
    let sum = 0;
    for (let i = 0; i < this.length; i++) sum += this.values[i] as number;
    return sum;
  }
}
