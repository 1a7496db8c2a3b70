import type { StreamEvent } from "../market/bar-stream.ts";

type Result = IteratorResult<StreamEvent>;

/** What a stream gives, in order of arrival also where a series joined after something later had been read already. */
export class OrderedEvents {
  private readonly stream: AsyncIterator<StreamEvent>;
  /** Read, and not given out. */
  private held: Result[] = [];
  /** True when the stream may have something that comes before what is held. */
  private mayBePreceded = false;

  constructor(stream: AsyncIterator<StreamEvent>) {
    this.stream = stream;
  }

  async next(): Promise<Result> {
    if (this.mayBePreceded) await this.readUpTo(this.held.at(-1) as Result);
    return this.held.shift() ?? this.stream.next();
  }

  /** Takes back what was given out last, because a series has joined. */
  takeBack(result: Result): void {
    this.held.unshift(result);
    this.mayBePreceded = true;
  }

  async return(): Promise<void> {
    await this.stream.return?.();
  }

  private async readUpTo(last: Result): Promise<void> {
    let next: Result;
    do {
      next = await this.stream.next();
      if (next.done !== true || last.done !== true) this.held.push(next);
    } while (next.done !== true && arrivalOf(next) < arrivalOf(last));
    // Of one instant what was there before comes first.
    this.held.sort((a, b) => (arrivalOf(a) < arrivalOf(b) ? -1 : Number(arrivalOf(a) > arrivalOf(b))));
    this.mayBePreceded = false;
  }
}

function arrivalOf(result: Result): number {
  return result.done === true ? Number.POSITIVE_INFINITY : result.value.arrival;
}
