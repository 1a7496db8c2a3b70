import { calendarFor } from "../../calendar/names.ts";
import type { Calendar } from "../../calendar/session.ts";
import { nameOf, oneOf } from "./parameters.ts";
import { Stateful } from "./state.ts";

/** Which part of a session counts: all of it, or the exchange's regular hours. */
export type SessionHours = "all" | "regular";

/** The parameters of indicators that begin anew with each session. */
export const sessionSpecs = {
  calendar: nameOf("24/7", 'the name of a market with a calendar, such as "CME_EQUITY"', calendarFor),
  hours: oneOf<SessionHours>("all", ["all", "regular"]),
};

/**
 * In which session the newest bar lies, by its open time, and whether it is the first bar there. The calendar is asked only when a bar
 * leaves the session of the one before.
 */
export class SessionPosition extends Stateful {
  /** Beginning of the hours that count, epoch ms; NaN while no bar has lain in any. */
  start = Number.NaN;
  /** 1 when the newest bar lies in the hours that count, else 0. */
  inside = 0;
  /** 1 when the newest bar is the first of its session, else 0. */
  first = 0;
  private end = Number.NaN;
  private startBefore = Number.NaN;
  private endBefore = Number.NaN;
  declare private readonly regular: number;
  readonly #calendar: Calendar;

  constructor(calendar: string, hours: SessionHours) {
    super();
    this.#calendar = calendarFor(calendar);
    this.regular = hours === "regular" ? 1 : 0;
  }

  add(time: number, isNew: boolean): void {
    if (!isNew && this.first === 1) {
      this.start = this.startBefore;
      this.end = this.endBefore;
    }
    this.first = 0;
    if (time >= this.start && time < this.end) this.inside = 1;
    else this.find(time);
  }

  /** When the hours that count last began by `time`, or those so many sessions earlier; undefined where the calendar has none. */
  beginningAt(time: number, earlier: number): number | undefined {
    const calendar = this.#calendar;
    let session = calendar.sessionAt(time) ?? calendar.previousSession(time);
    let left = earlier;
    while (session !== undefined) {
      const begins = this.regular === 1 ? session.regularOpen : session.open;
      const hasHours = this.regular === 0 || session.regularClose > begins;
      if (begins <= time && hasHours && left-- === 0) return begins;
      session = calendar.previousSession(session.open);
    }
    return undefined;
  }

  private find(time: number): void {
    const session = this.#calendar.sessionAt(time);
    const start = this.regular === 1 ? session?.regularOpen : session?.open;
    const end = this.regular === 1 ? session?.regularClose : session?.close;
    this.inside = start !== undefined && end !== undefined && time >= start && time < end ? 1 : 0;
    if (this.inside === 0 || start === undefined || end === undefined) return;
    this.first = 1;
    this.startBefore = this.start;
    this.endBefore = this.end;
    this.start = start;
    this.end = end;
  }
}
