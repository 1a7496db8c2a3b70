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
  declare readonly ring: Ring;
  mean = 0;
  squares = 0;
  private meanBefore = 0;
  private squaresBefore = 0;
  /** The number that the newest pushed out. */
  private left = 0;
  /** 1 when the newest pushed out none, as there was room, else 0. */
  private isFilling = 1;

  constructor(size: number) {
    super();
    this.ring = new Ring(size);
  }

  add(value: number, isNew: boolean): void {
    const ring = this.ring;
    if (isNew) this.open(value);
    else ring.replace(value);
    if (ring.isFlat) {
      this.mean = value;
      this.squares = 0;
    } else if (this.isFilling === 1) this.join(value);
    else this.takePlace(value);
  }

  /** Standard deviation of the whole window, divided by `size` less `degreesOfFreedom`; 0 where that is 0. */
  deviation(degreesOfFreedom: number): number {
    const divisor = this.ring.size - degreesOfFreedom;
    return divisor > 0 ? Math.sqrt(this.squares / divisor) : 0;
  }

  /** Notes what was true before a new number and puts it into the ring. */
  private open(value: number): void {
    const ring = this.ring;
    // Before the first number too, when there is only zeros to make it of.
    if (ring.head === ring.size - 1) this.makeAnew();
    this.meanBefore = this.mean;
    this.squaresBefore = this.squares;
    this.isFilling = ring.isFull ? 0 : 1;
    this.left = ring.push(value);
  }

  private join(value: number): void {
    const distance = value - this.meanBefore;
    const mean = this.meanBefore + distance / this.ring.length;
    this.mean = mean;
    this.squares = this.squaresBefore + distance * (value - mean);
  }

  private takePlace(value: number): void {
    const { left, meanBefore } = this;
    const change = value - left;
    const mean = meanBefore + change / this.ring.size;
    this.mean = mean;
    const squares = Math.max(0, this.squaresBefore + change * (value - mean + (left - meanBefore)));
    this.squares = squares;
    if (squares < CANCELLED * this.squaresBefore) this.makeAnew();
  }

  private makeAnew(): void {
    const { values, size } = this.ring;
    const mean = this.ring.sum() / size;
    let squares = 0;
    for (let i = 0; i < values.length; i++) {
      const distance = (values[i] as number) - mean;
      squares += distance * distance;
    }
    this.mean = mean;
    this.squares = squares;
  }
}
