import type { Instrument } from "./instrument.ts";

/**
 * The k-way merge: instruments in a binary heap by (next instant, place in the run). Taking and putting back costs log(k) whatever
 * the number of bars.
 */
export class EventQueue {
  readonly #heap: Instrument[] = [];
  readonly #times: number[] = [];

  /** The earliest instant at which any instrument has something; Infinity when all have ended. */
  get nextTime(): number {
    return this.#times[0] ?? Number.POSITIVE_INFINITY;
  }

  add(instrument: Instrument): void {
    const time = instrument.nextTime;
    if (time === Number.POSITIVE_INFINITY) return;
    this.#heap.push(instrument);
    this.#times.push(time);
    this.#siftUp(this.#heap.length - 1);
  }

  /** Takes out every instrument due at `time`, in order of place, into `due`. */
  takeDue(time: number, due: Instrument[]): void {
    due.length = 0;
    while (this.#times[0] === time) due.push(this.#takeFirst());
  }

  #takeFirst(): Instrument {
    const heap = this.#heap;
    const times = this.#times;
    const first = heap[0] as Instrument;
    const last = heap.pop() as Instrument;
    const lastTime = times.pop() as number;
    if (heap.length > 0) {
      heap[0] = last;
      times[0] = lastTime;
      this.#siftDown();
    }
    return first;
  }

  #before(a: number, b: number): boolean {
    const difference = (this.#times[a] as number) - (this.#times[b] as number);
    return (
      difference < 0 || (difference === 0 && (this.#heap[a] as Instrument).index < (this.#heap[b] as Instrument).index)
    );
  }

  #swap(a: number, b: number): void {
    const heap = this.#heap;
    const times = this.#times;
    const instrument = heap[a] as Instrument;
    const time = times[a] as number;
    heap[a] = heap[b] as Instrument;
    times[a] = times[b] as number;
    heap[b] = instrument;
    times[b] = time;
  }

  #siftUp(from: number): void {
    let child = from;
    while (child > 0) {
      const parent = (child - 1) >>> 1;
      if (!this.#before(child, parent)) return;
      this.#swap(child, parent);
      child = parent;
    }
  }

  #siftDown(): void {
    const { length } = this.#heap;
    let parent = 0;
    for (;;) {
      const left = 2 * parent + 1;
      if (left >= length) return;
      const right = left + 1;
      const child = right < length && this.#before(right, left) ? right : left;
      if (!this.#before(child, parent)) return;
      this.#swap(child, parent);
      parent = child;
    }
  }
}
