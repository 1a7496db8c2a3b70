import { Ring } from "./ring.ts";
import { Stateful } from "./state.ts";

/**
 * The sum of the last `size` numbers, of all while there are fewer. The oldest is taken off and the newest put on (as TA-Lib does); each
 * time the ring comes round the sum is made anew from its numbers, so that rounding cannot build up over a long run. Equal numbers throughout
 * give exactly their sum, zeros exactly 0.
 */
export class RollingSum extends Stateful {
  declare readonly ring: Ring;
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
      this.rest = this.sum - ring.push(value);
      if (ring.head === 0) this.sumAnew();
    } else ring.replace(value);
    const sum = ring.isFlat ? value * ring.size : this.rest + value;
    this.sum = sum;
    return sum;
  }

  /**
   * Adds many and writes the sum after each, divided by `divisor`: the arithmetic of `add` with its state in local variables, several times
   * as fast. `quotients` must not be `values`.
   */
  addAll(values: Float64Array, quotients: Float64Array, divisor: number): void {
    const { size } = this.ring;
    const isWhole = this.ring.length === 0 && values.length > size + 1;
    const slow = isWhole ? size : values.length;
    for (let row = 0; row < slow; row++) quotients[row] = this.add(values[row] as number, true) / divisor;
    if (!isWhole) return;
    let sum = this.sum;
    for (let first = size; first < values.length - 1; first += size) {
      const end = Math.min(first + size, values.length - 1);
      sum = mayBeFlat(values, first, size)
        ? addFlatRound(values, quotients, first, end, size, divisor)
        : addRound(values, quotients, first, end, size, divisor);
    }
    this.standBehind(values, sum);
    quotients[values.length - 1] = this.sum / divisor;
  }

  /** Writes into the field, not back to `add`: a number that a call may give or not is one the engine allocates. */
  private sumAnew(): void {
    this.rest = sumBetween(this.ring.values, 1, this.ring.size);
  }

  /** Puts all values but the last into the ring as one by one they would lie, takes the sum of them, and adds the last. */
  private standBehind(values: Float64Array, sumBefore: number): void {
    const last = values.length - 1;
    this.ring.fill(values, last - this.ring.size, last);
    this.sum = sumBefore;
    this.ring.run = runEndingAt(values, last - 1);
    this.add(values[last] as number, true);
  }
}

/**
 * Whether a window of equal numbers can end in the round that begins at `first`. Every window that does holds `first` and reaches from it
 * half its size to one side at least.
 */
function mayBeFlat(values: Float64Array, first: number, size: number): boolean {
  const half = size >>> 1;
  const value = values[first] as number;
  return values[first - half] === value || values[Math.min(first + half, values.length - 1)] === value;
}

/** Once round the ring, from `first` on: its sum is made anew, then goes on value by value. @returns the last sum */
function addRound(
  values: Float64Array,
  quotients: Float64Array,
  first: number,
  end: number,
  size: number,
  divisor: number,
): number {
  let rest = sumBetween(values, first - size + 1, first);
  let sum = rest;
  let left = first - size + 1;
  for (let row = first; row < end; row++, left++) {
    sum = rest + (values[row] as number);
    quotients[row] = sum / divisor;
    rest = sum - (values[left] as number);
  }
  return sum;
}

/** `addRound` where windows of equal numbers may be among them, whose sums are known exactly. */
function addFlatRound(
  values: Float64Array,
  quotients: Float64Array,
  first: number,
  end: number,
  size: number,
  divisor: number,
): number {
  let rest = sumBetween(values, first - size + 1, first);
  let sum = rest;
  let before = values[first - 1] as number;
  let run = runEndingAt(values, first - 1, size);
  for (let row = first; row < end; row++) {
    const value = values[row] as number;
    run = value === before ? run + 1 : 1;
    before = value;
    sum = run >= size ? value * size : rest + value;
    quotients[row] = sum / divisor;
    rest = sum - (values[row - size + 1] as number);
  }
  return sum;
}

function sumBetween(values: Float64Array, start: number, end: number): number {
  let sum = 0;
  for (let row = start; row < end; row++) sum += values[row] as number;
  return sum;
}

/** How many values in a row up to `last` are the same; beyond `most` it does not look. */
function runEndingAt(values: Float64Array, last: number, most = last + 1): number {
  let run = 1;
  while (run < most && run <= last && values[last - run] === values[last]) run++;
  return run;
}

/**
 * The sum and the sum weighted 1 for the oldest to `size` for the newest; while there are fewer numbers, the newest weighs their count.
 */
export class RollingWeightedSum extends Stateful {
  declare readonly ring: Ring;
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
    else ring.replace(value);
    this.sum = this.restSum + value;
    this.weighted = this.restWeighted + ring.length * value;
  }

  /** All weights fall by one, which takes one whole sum off and leaves the oldest with none. */
  private open(value: number): void {
    const ring = this.ring;
    this.restWeighted = ring.isFull ? this.weighted - this.sum : this.weighted;
    const left = ring.push(value);
    if (ring.head === 0) this.sumAnew();
    else this.restSum = this.sum - left;
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
