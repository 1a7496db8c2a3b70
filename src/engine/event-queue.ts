import type { Instrument } from "./instrument.ts";

/**
 * The k-way merge: instruments in a binary heap by (next instant, rank in the run). Moving the first one on costs log(k), whatever
 * the number of bars.
 */
export class EventQueue {
  /** The earliest instant at which any instrument has something; Infinity when all have ended. */
  nextTime = Number.POSITIVE_INFINITY;
  private readonly heap: Instrument[] = [];
  private readonly times: number[] = [];

  /** Instruments that are still to come. */
  get length(): number {
    return this.heap.length;
  }

  /** The instrument that `nextTime` belongs to. */
  get first(): Instrument {
    return this.heap[0] as Instrument;
  }

  clear(): void {
    this.heap.length = 0;
    this.times.length = 0;
    this.nextTime = Number.POSITIVE_INFINITY;
  }

  add(instrument: Instrument, time: number): void {
    if (time === Number.POSITIVE_INFINITY) return;
    this.heap.push(instrument);
    this.times.push(time);
    this.siftUp(this.heap.length - 1);
    this.nextTime = this.times[0] as number;
  }

  /** Gives the first instrument its next instant; Infinity takes it out. */
  moveFirst(time: number): void {
    if (time === Number.POSITIVE_INFINITY) this.removeFirst();
    else this.times[0] = time;
    this.siftDown();
    this.nextTime = this.times.length === 0 ? Number.POSITIVE_INFINITY : (this.times[0] as number);
  }

  /** `moveFirst` where there is one instrument and it goes on. */
  moveOnly(time: number): void {
    this.times[0] = time;
    this.nextTime = time;
  }

  private removeFirst(): void {
    const last = this.heap.pop();
    const lastTime = this.times.pop();
    if (this.heap.length === 0 || last === undefined || lastTime === undefined) return;
    this.heap[0] = last;
    this.times[0] = lastTime;
  }

  private before(a: number, b: number): boolean {
    const difference = (this.times[a] as number) - (this.times[b] as number);
    return (
      difference < 0 || (difference === 0 && (this.heap[a] as Instrument).rank < (this.heap[b] as Instrument).rank)
    );
  }

  private swap(a: number, b: number): void {
    const heap = this.heap;
    const times = this.times;
    const instrument = heap[a] as Instrument;
    const time = times[a] as number;
    heap[a] = heap[b] as Instrument;
    times[a] = times[b] as number;
    heap[b] = instrument;
    times[b] = time;
  }

  private siftUp(from: number): void {
    let child = from;
    while (child > 0) {
      const parent = (child - 1) >>> 1;
      if (!this.before(child, parent)) return;
      this.swap(child, parent);
      child = parent;
    }
  }

  private siftDown(): void {
    const { length } = this.heap;
    let parent = 0;
    for (;;) {
      const left = 2 * parent + 1;
      if (left >= length) return;
      const right = left + 1;
      const child = right < length && this.before(right, left) ? right : left;
      if (!this.before(child, parent)) return;
      this.swap(child, parent);
      parent = child;
    }
  }
}
