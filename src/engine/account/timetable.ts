import type { Instrument } from "../instrument.ts";

/** What is due at one instant, in the order in which it happens. */
const DUE_ORDER = ["rate", "settlement", "financing", "expiration", "delisting", "roll", "split", "dividend"] as const;
export type DueKind = (typeof DUE_ORDER)[number];

/** An instrument: its place in the run moves when others come in, but never past another. */
type Ranked = Pick<Instrument, "rank">;

interface Entry {
  readonly time: number;
  /** Place of the kind in `DUE_ORDER`, then of the instrument in the run. */
  readonly place: number;
  readonly instrument: Ranked;
  readonly action: (time: number) => void;
}

/** What will happen to instruments and accounts apart from orders, by instant. Empty in a run in which nothing does. */
export class Timetable {
  /** The earliest instant at which something is due; Infinity when nothing is. */
  nextTime = Number.POSITIVE_INFINITY;
  /** The earliest last, so that taking it moves nothing. */
  private readonly entries: Entry[] = [];

  /** What is due at one instant happens by kind, then by the instrument's rank, whatever was added first. */
  add(time: number, kind: DueKind, instrument: Ranked, action: (time: number) => void): void {
    const entry = { time, place: DUE_ORDER.indexOf(kind), instrument, action };
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
  if (a.time !== b.time) return a.time < b.time;
  return a.place === b.place ? a.instrument.rank <= b.instrument.rank : a.place < b.place;
}
