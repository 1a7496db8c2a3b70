import type { Instrument } from "../instrument.ts";
import type { AccountBooks } from "./account-books.ts";
import { contractLabel, rollInstrument } from "./rolls.ts";
import { Timetable } from "./timetable.ts";

/**
 * What happens to the account and its instruments apart from orders: rolls. The loop asks `nextTime`, and calls `run` at each
 * instant that is due, after the bars that close there and before those that open there.
 */
export class AccountEvents {
  readonly #timetable = new Timetable();
  readonly #books: AccountBooks;
  /** Epoch ms UTC; what would happen later does not. */
  readonly #end: number;

  constructor(books: AccountBooks, end: number) {
    this.#books = books;
    this.#end = end;
  }

  /** The earliest instant at which something is due; Infinity when nothing is. */
  get nextTime(): number {
    return this.#timetable.nextTime;
  }

  /** Does everything that is due by `time`. */
  run(time: number): void {
    this.#timetable.run(time);
  }

  /** Takes an instrument in whose cursor stands at the present instant. */
  add(instrument: Instrument): void {
    const { rolls, adjustmentUnknown } = instrument.life;
    if (adjustmentUnknown) {
      const words = `the source tells no rolls of ${instrument.asset}: fills and money use the prices it gives as they are`;
      this.#books.tell("adjustment_unknown", "warning", words, instrument.asset);
    }
    const now = this.#books.now();
    const past = rolls.filter((roll) => roll.time <= now);
    const current = past.at(-1)?.to ?? rolls[0]?.from;
    if (current !== undefined) instrument.contract = contractLabel(current);
    // The last bar before the start may be one of the contract that has just been left.
    const last = past.at(-1);
    if (last !== undefined && (instrument.time[instrument.row - 1] ?? now) < last.time)
      rollInstrument(instrument, last, this.#books);
    this.#scheduleRoll(instrument, past.length);
  }

  #scheduleRoll(instrument: Instrument, number: number): void {
    const roll = instrument.life.rolls[number];
    if (roll === undefined || roll.time > this.#end) return;
    this.#between(instrument, roll.time, "roll", () => {
      rollInstrument(instrument, roll, this.#books);
      this.#scheduleRoll(instrument, number + 1);
    });
  }

  /** Plans an action for an instant, or for the end of the bar that is in progress then: no bar belongs to two contracts. */
  #between(instrument: Instrument, time: number, kind: "roll", action: () => void): void {
    this.#timetable.add(time, kind, instrument.index, () => {
      if (instrument.inBar) this.#between(instrument, instrument.barClose, kind, action);
      else action();
    });
  }
}
