import { Ring } from "./ring.ts";
import { Stateful } from "./state.ts";

/** Squares that shrink to less than this part of themselves have lost so many of their digits. */
const CANCELLED = 1e-4;

/**
 * Mean and sum of squared deviations of the last `size` numbers, by Welford's update (Technometrics 1962): while the window fills, the newest
 * joins; then it takes the place of the oldest in one step, squares += (newest - oldest) * (newest - mean + oldest - mean before). The
 * textbook way, mean of squares less square of mean, loses most digits at prices of thousands; this does not. Made anew each time the
 * ring comes round, so rounding cannot build up, and when a number far off leaves; equal numbers throughout deviate by exactly 0.
 */
export class RollingDeviation extends Stateful {
  readonly ring: Ring;
  mean = 0;
  squares = 0;
  private meanBefore = 0;
  private squaresBefore = 0;
  /** The number that the newest pushed out; NaN while the window fills. */
  private left = Number.NaN;

  constructor(size: number) {
    super();
    this.ring = new Ring(size);
  }

  add(value: number, isNew: boolean): void {
    const ring = this.ring;
    if (isNew) this.open();
    ring.put(value, isNew);
    const left = this.left;
    const before = this.meanBefore;
    if (ring.isFlat) {
      this.mean = value;
      this.squares = 0;
    } else if (!Number.isNaN(left)) {
      const change = value - left;
      const mean = before + change / ring.values.length;
      this.mean = mean;
      this.squares = Math.max(0, this.squaresBefore + change * (value - mean + (left - before)));
      if (this.squares < CANCELLED * this.squaresBefore) this.makeAnew();
    } else {
      const distance = value - before;
      this.mean = before + distance / ring.length;
      this.squares = this.squaresBefore + distance * (value - this.mean);
    }
  }

  /** Standard deviation of the whole window, divided by `size` less `degreesOfFreedom`; 0 where that is 0. */
  deviation(degreesOfFreedom: number): number {
    const divisor = this.ring.values.length - degreesOfFreedom;
    return divisor > 0 ? Math.sqrt(this.squares / divisor) : 0;
  }

  /** Notes what was true before a new number, which is put into the ring after. */
  private open(): void {
    const ring = this.ring;
    if (ring.isFull) {
      this.left = ring.oldest;
      if (ring.head === ring.values.length - 1) this.makeAnew();
    }
    this.meanBefore = this.mean;
    this.squaresBefore = this.squares;
  }

  private makeAnew(): void {
    const values = this.ring.values;
    const mean = this.ring.sum() / values.length;
    let squares = 0;
    for (let i = 0; i < values.length; i++) {
      const distance = (values[i] as number) - mean;
      squares += distance * distance;
    }
    this.mean = mean;
    this.squares = squares;
  }
}
