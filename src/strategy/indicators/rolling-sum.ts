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
