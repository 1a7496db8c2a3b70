import type { StreamEvent } from "../market/bar-stream.ts";

type Result = IteratorResult<StreamEvent>;

/** What a stream gives, in order of arrival also where a series joined after something later, or the end, had been read already. */
export class OrderedEvents {
  private readonly stream: AsyncIterable<StreamEvent>;
  private iterator: AsyncIterator<StreamEvent>;
  private isOver = false;
  /** Read, and not given out. */
  private held: IteratorYieldResult<StreamEvent>[] = [];
  /** True when the stream may have something that comes before what is held. */
  private mayBePreceded = false;

  constructor(stream: AsyncIterable<StreamEvent>) {
    this.stream = stream;
    this.iterator = stream[Symbol.asyncIterator]();
  }

  async next(): Promise<Result> {
    if (this.mayBePreceded) await this.readUpToHeld();
    return this.held.shift() ?? this.read();
  }

  /** A series has joined: takes back what was given out last and not used, if anything. */
  takeBack(result: Result | undefined): void {
    if (result !== undefined && result.done !== true) this.held.unshift(result);
    this.mayBePreceded = this.held.length > 0;
  }

  /** Iterates the stream anew if it was at its end, because a series has joined that has more to give. */
  goOn(): void {
    if (!this.isOver) return;
    this.isOver = false;
    this.iterator = this.stream[Symbol.asyncIterator]();
  }

  async return(): Promise<void> {
    await this.iterator.return?.();
  }

  private async read(): Promise<Result> {
    const result = await this.iterator.next();
    this.isOver = result.done === true;
    return result;
  }

  private async readUpToHeld(): Promise<void> {
    const last = (this.held.at(-1) as IteratorYieldResult<StreamEvent>).value.arrival;
    let next: Result;
    do {
      next = await this.read();
      if (next.done !== true) this.held.push(next);
    } while (next.done !== true && next.value.arrival < last);
    // Of one instant what was there before comes first.
    this.held.sort((a, b) => a.value.arrival - b.value.arrival);
    this.mayBePreceded = false;
  }
}
