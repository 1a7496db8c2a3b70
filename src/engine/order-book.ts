import type { WorkingOrder } from "./working-order.ts";

/** Where an order stands in the book, as it was put there: its own level and way of waiting may have changed since. */
interface Place {
  readonly working: WorkingOrder;
  readonly rises: boolean;
  readonly level: number;
  readonly sequence: number;
}

const NONE: readonly WorkingOrder[] = [];

/**
 * The accepted orders of one instrument that can still fill. Orders that wait for a fixed price lie in two sorted lists, the nearest to
 * the market last, so that a bar looks at those within its range and at one more on either side, however many there are. The rest
 * (market orders, orders that fill at once or at an auction, trailing stops) is looked at by every bar.
 */
export class OrderBook {
  /** Waiting for the price to fall to them, by level ascending. */
  private readonly below: Place[] = [];
  /** Waiting for the price to rise to them, by level descending. */
  private readonly above: Place[] = [];
  private readonly unsorted: WorkingOrder[] = [];
  private readonly places = new Map<WorkingOrder, Place>();

  /** Orders in the book. */
  get length(): number {
    return this.unsorted.length + this.above.length + this.below.length;
  }

  /** All of them, in no particular order. */
  *[Symbol.iterator](): IterableIterator<WorkingOrder> {
    yield* this.unsorted;
    yield* this.places.keys();
  }

  add(working: WorkingOrder): void {
    if (isRestless(working)) {
      this.unsorted.push(working);
      return;
    }
    const { rises, level, sequence } = working;
    const place = { working, rises, level, sequence };
    const list = rises ? this.above : this.below;
    list.splice(placeIndex(list, place), 0, place);
    this.places.set(working, place);
  }

  remove(working: WorkingOrder): void {
    const place = this.places.get(working);
    if (place === undefined) {
      const index = this.unsorted.indexOf(working);
      if (index >= 0) this.unsorted.splice(index, 1);
      return;
    }
    this.places.delete(working);
    const list = place.rises ? this.above : this.below;
    list.splice(placeIndex(list, place), 1);
  }

  /** Puts an order whose level or way of waiting has changed where it belongs now. */
  move(working: WorkingOrder): void {
    this.remove(working);
    this.add(working);
  }

  /**
   * Orders that prices from `low` to `high` may fill, in order of acceptance, of those that see a bar opened at `opened`. Costs what
   * it answers, beside the restless ones.
   */
  within(low: number, high: number, opened: number): readonly WorkingOrder[] {
    const above = this.above;
    const below = this.below;
    let nextAbove = above.length - 1;
    let nextBelow = below.length - 1;
    const near =
      this.unsorted.length > 0 ||
      (nextAbove >= 0 && (above[nextAbove] as Place).level <= high) ||
      (nextBelow >= 0 && (below[nextBelow] as Place).level >= low);
    if (!near) return NONE;
    const found = this.unsorted.filter(({ seesFrom }) => seesFrom <= opened);
    for (; nextAbove >= 0 && (above[nextAbove] as Place).level <= high; nextAbove--) {
      const { working } = above[nextAbove] as Place;
      if (working.seesFrom <= opened) found.push(working);
    }
    for (; nextBelow >= 0 && (below[nextBelow] as Place).level >= low; nextBelow--) {
      const { working } = below[nextBelow] as Place;
      if (working.seesFrom <= opened) found.push(working);
    }
    return found.length < 2 ? found : found.sort((a, b) => a.sequence - b.sequence);
  }

  /** Orders that every bar looks at, in order of acceptance. */
  get restless(): readonly WorkingOrder[] {
    return this.unsorted;
  }
}

function isRestless(working: WorkingOrder): boolean {
  const { timeInForce } = working.order;
  return (
    working.mode === "market" ||
    (working.trails && working.mode === "trigger") ||
    timeInForce === "ioc" ||
    timeInForce === "fok" ||
    working.times.auction !== undefined
  );
}

/** First index whose place does not come before `place`: by level towards the market, earlier orders nearer. */
function placeIndex(list: readonly Place[], place: Place): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (comesBefore(list[middle] as Place, place)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function comesBefore(a: Place, b: Place): boolean {
  if (a.level !== b.level) return a.rises ? a.level > b.level : a.level < b.level;
  return a.sequence > b.sequence;
}
