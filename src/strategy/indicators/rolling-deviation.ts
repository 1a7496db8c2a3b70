import { Ring } from "./ring.ts";
import { Stateful } from "./state.ts";

/**
 * Mean and sum of squared deviations of the last `size` numbers, by Welford's update (Technometrics 1962) with the oldest taken off. The
 * textbook way, mean of squares less square of mean, loses most digits at prices of thousands; this does not. Made anew each time the
 * ring comes round, so rounding cannot build up;
 * equal numbers throughout deviate by exactly 0.
 */
export class RollingDeviation extends Stateful {
  readonly ring: Ring;
  mean = 0;
  squares = 0;
  restMean = 0;
  restSquares = 0;

  constructor(size: number) {
    super();
    this.ring = new Ring(size);
  }

  add(value: number, isNew: boolean): void {
    const ring = this.ring;
    if (isNew) this.open(value);
    else ring.put(value, false);
    if (ring.isFlat) {
      this.mean = value;
      this.squares = 0;
      return;
    }
    const distance = value - this.restMean;
    this.mean = this.restMean + distance / ring.length;
    this.squares = Math.max(0, this.restSquares + distance * (value - this.mean));
  }

  /** Standard deviation of the whole window, divided by `size` less `degreesOfFreedom`; 0 where that is 0. */
  deviation(degreesOfFreedom: number): number {
    const divisor = this.ring.values.length - degreesOfFreedom;
    return divisor > 0 ? Math.sqrt(this.squares / divisor) : 0;
  }

  private open(value: number): void {
    const ring = this.ring;
    const wasFull = ring.isFull;
    this.restMean = this.mean;
    this.restSquares = this.squares;
    if (wasFull) this.takeOff(ring.oldest, ring.values.length - 1);
    ring.put(value, true);
    if (wasFull && ring.head === 0) this.makeAnew();
  }

  private takeOff(oldest: number, left: number): void {
    this.restMean = left === 0 ? 0 : this.mean - (oldest - this.mean) / left;
    this.restSquares = left === 0 ? 0 : Math.max(0, this.squares - (oldest - this.mean) * (oldest - this.restMean));
  }

  /** The newest lies at place 0 and is not counted. */
  private makeAnew(): void {
    const values = this.ring.values;
    let mean = 0;
    let squares = 0;
    for (let i = 1; i < values.length; i++) {
      const distance = (values[i] as number) - mean;
      mean += distance / i;
      squares += distance * ((values[i] as number) - mean);
    }
    this.restMean = mean;
    this.restSquares = squares;
  }
}
