import { Ring } from "./ring.ts";
import { Stateful } from "./state.ts";

/**
 * The sum of the last `size` numbers, of all while there are fewer. The oldest is taken off and the newest put on (as TA-Lib does); each
 * time the ring comes round the sum is made anew from its numbers, so that rounding cannot build up over a long run. Equal numbers throughout
 * give exactly their sum, zeros exactly 0.
 */
export class RollingSum extends Stateful {
  readonly ring: Ring;
  sum = 0;
  /** The sum without the newest number. */
  rest = 0;

  constructor(size: number) {
    super();
    this.ring = new Ring(size);
  }

  /** @returns the sum */
  add(value: number, isNew: boolean): number {
    const ring = this.ring;
    if (isNew) {
      const wasFull = ring.isFull;
      this.rest = wasFull ? this.sum - ring.oldest : this.sum;
      ring.put(value, true);
      if (wasFull && ring.head === 0) this.rest = sumOfOlder(ring.values);
    } else {
      ring.put(value, false);
    }
    this.sum = ring.isFlat ? value * ring.length : this.rest + value;
    return this.sum;
  }

  /** Adds many and writes the sum after each: the arithmetic of `add` with its state in local variables, several times as fast. */
  addAll(values: Float64Array, sums: Float64Array): void {
    const size = this.ring.values.length;
    if (this.ring.length > 0 || values.length <= size) {
      for (let row = 0; row < values.length; row++) sums[row] = this.add(values[row] as number, true);
      return;
    }
    for (let row = 0; row < size; row++) sums[row] = this.add(values[row] as number, true);
    let run = this.ring.run;
    for (let first = size; first < values.length; first += size) run = addRound(values, sums, first, size, run);
    this.standBehind(values, sums);
  }

  /** Puts the last values into the ring as one by one they would lie, then takes the sum before the last and adds that one. */
  private standBehind(values: Float64Array, sums: Float64Array): void {
    const last = values.length - 1;
    const size = this.ring.values.length;
    const start = last - size;
    this.ring.fill(values, start, last);
    this.sum = sums[last - 1] as number;
    this.ring.run = runEndingAt(values, last - 1);
    this.add(values[last] as number, true);
  }
}

/** Once round the ring, from `first` on: its sum is made anew, then goes on value by value. @returns the run of same values */
function addRound(values: Float64Array, sums: Float64Array, first: number, size: number, runBefore: number): number {
  const end = Math.min(first + size, values.length);
  let rest = sumBetween(values, first - size + 1, first);
  let before = values[first - 1] as number;
  let run = runBefore;
  for (let row = first; row < end; row++) {
    const value = values[row] as number;
    run = value === before ? run + 1 : 1;
    before = value;
    const sum = run >= size ? value * size : rest + value;
    sums[row] = sum;
    rest = sum - (values[row - size + 1] as number);
  }
  return run;
}

function sumBetween(values: Float64Array, start: number, end: number): number {
  let sum = 0;
  for (let row = start; row < end; row++) sum += values[row] as number;
  return sum;
}

/** How many values in a row up to `last` are the same. */
function runEndingAt(values: Float64Array, last: number): number {
  let first = last;
  while (first > 0 && values[first - 1] === values[last]) first--;
  return last - first + 1;
}

/** Sum of all but the newest when the newest lies at place 0. */
function sumOfOlder(values: Float64Array): number {
  let sum = 0;
  for (let i = 1; i < values.length; i++) sum += values[i] as number;
  return sum;
}

/**
 * The sum and the sum weighted 1 for the oldest to `size` for the newest; while there are fewer numbers, the newest weighs their count.
 */
export class RollingWeightedSum extends Stateful {
  readonly ring: Ring;
  sum = 0;
  weighted = 0;
  restSum = 0;
  restWeighted = 0;

  constructor(size: number) {
    super();
    this.ring = new Ring(size);
  }

  add(value: number, isNew: boolean): void {
    const ring = this.ring;
    if (isNew) this.open(value);
    else ring.put(value, false);
    this.sum = this.restSum + value;
    this.weighted = this.restWeighted + ring.length * value;
  }

  /** All weights fall by one, which takes one whole sum off and leaves the oldest with none. */
  private open(value: number): void {
    const ring = this.ring;
    const wasFull = ring.isFull;
    this.restWeighted = wasFull ? this.weighted - this.sum : this.weighted;
    this.restSum = wasFull ? this.sum - ring.oldest : this.sum;
    ring.put(value, true);
    if (wasFull && ring.head === 0) this.sumAnew();
  }

  private sumAnew(): void {
    const values = this.ring.values;
    this.restSum = 0;
    this.restWeighted = 0;
    for (let i = 1; i < values.length; i++) {
      this.restSum += values[i] as number;
      this.restWeighted += i * (values[i] as number);
    }
  }
}
