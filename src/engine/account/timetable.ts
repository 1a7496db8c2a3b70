/** What is due at one instant, in the order in which it happens. */
const DUE_ORDER = ["rate", "settlement", "financing", "expiration", "delisting", "roll", "split", "dividend"] as const;
export type DueKind = (typeof DUE_ORDER)[number];

interface Entry {
  readonly time: number;
  /** Place of the kind in `DUE_ORDER`, then of the instrument in the run. */
  readonly rank: number;
  readonly index: number;
  readonly action: (time: number) => void;
}

/** What will happen to instruments and accounts apart from orders, by instant. Empty in a run in which nothing does. */
export class Timetable {
  /** The earliest instant at which something is due; Infinity when nothing is. */
  nextTime = Number.POSITIVE_INFINITY;
  /** The earliest last, so that taking it moves nothing. */
  private readonly entries: Entry[] = [];

  /** `index` is the instrument's place in the run. What is due at one instant happens by kind, then by place, whatever was added first. */
  add(time: number, kind: DueKind, index: number, action: (time: number) => void): void {
    const entry = { time, rank: DUE_ORDER.indexOf(kind), index, action };
    let place = this.entries.length;
    while (place > 0 && isBefore(this.entries[place - 1] as Entry, entry)) place -= 1;
    this.entries.splice(place, 0, entry);
    this.nextTime = (this.entries.at(-1) as Entry).time;
  }

  /** Does everything that is due by `time`; what this adds for the same instant is done as well. */
  run(time: number): void {
    while (this.nextTime <= time) {
      const entry = this.entries.pop() as Entry;
      this.nextTime = this.entries.at(-1)?.time ?? Number.POSITIVE_INFINITY;
      entry.action(time);
    }
  }
}

function isBefore(a: Entry, b: Entry): boolean {
  return a.time < b.time || (a.time === b.time && (a.rank < b.rank || (a.rank === b.rank && a.index <= b.index)));
}
