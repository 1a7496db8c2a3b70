/** The vocabulary of trading time: what a session is and what a calendar answers. */

/**
 * What sort of trading day a session is.
 *
 * - `regular`: the whole of its usual hours.
 * - `early-close`: ends before its usual close; a trade date like any other in clearing.
 * - `holiday`: a bank holiday on which the exchange trades, mostly shortened, and does not settle (CME on Martin
 *   Luther King Day). It has bars and a trade date of its own here; in clearing its trades belong to the next
 *   business day, and it is no business day (`isBusinessDay`).
 * - `unlisted`: before `Calendar.firstDate`. The usual week, holidays unknown.
 */
export type SessionKind = "regular" | "early-close" | "holiday" | "unlisted";

/** A stretch of time in epoch milliseconds UTC, `start` inclusive, `end` exclusive. */
export interface Halt {
  readonly start: number;
  readonly end: number;
}

/** One trading session of one trade date. Instants are epoch milliseconds UTC. Frozen; one object per trade date. */
export interface Session {
  /** ISO date the exchange books the session under: Sunday evening in Chicago belongs to Monday. */
  readonly tradeDate: string;
  /** First instant of trading, inclusive. */
  readonly open: number;
  /** End of trading, exclusive. */
  readonly close: number;
  /** Planned pauses, ascending, each inside [open, close). */
  readonly halts: readonly Halt[];
  readonly kind: SessionKind;
  /** Beginning of the regular hours (RTH, the day session); equals `open` where the exchange knows no such part. */
  readonly regularOpen: number;
  /** End of the regular hours, exclusive. Equals `regularOpen` when the session closes before they would begin. */
  readonly regularClose: number;
}

/**
 * When an exchange (or one group of its products) trades.
 *
 * Instants are epoch milliseconds UTC. Every method throws `InvalidInputError`: code `calendar_range` for a date or
 * instant after `lastDate` or before 1970, code `invalid_time` for NaN or a date that does not exist. Between 1970
 * and `firstDate` the usual week is given without holidays (`kind` "unlisted").
 */
export interface Calendar {
  /** Canonical name: "CME_EQUITY", "XNYS", "24/7". */
  readonly name: string;
  /** IANA zone of the exchange's wall clock. */
  readonly timeZone: string;
  /** True when there is no closing time at all: 24 hours on 7 days. Its sessions are UTC days. */
  readonly continuous: boolean;
  /** True when there is trading before the open and after the close that the day's official prices leave out. */
  readonly extendedHours: boolean;
  /** First trade date whose holidays and half days are known, ISO. */
  readonly firstDate: string;
  /** Last trade date that is known, ISO, inclusive. */
  readonly lastDate: string;

  /** The session of a trade date; undefined on a weekend or a closed holiday. */
  session(tradeDate: string): Session | undefined;
  /** The session with open <= time < close (halts included), else undefined. */
  sessionAt(time: number): Session | undefined;
  /** The first session with open > time; undefined after the last known one has opened. */
  nextSession(time: number): Session | undefined;
  /** The last session with close <= time; undefined before the first of 1970. */
  previousSession(time: number): Session | undefined;
  /** The sessions that overlap [start, end), ascending; none when start >= end. */
  sessionsBetween(start: number, end: number): readonly Session[];
  /** True inside a session and outside its halts. */
  isOpen(time: number): boolean;
  /** The trade date an instant belongs to; between two sessions the date of the next. Undefined after the last one. */
  tradeDateOf(time: number): string | undefined;
  /**
   * How many bars of `stepMilliseconds` a session has when every step with trading time in it gives one. Steps are
   * counted from the open; a step that lies wholly in a halt gives none, a step longer than the session gives one.
   */
  expectedBars(session: Session, stepMilliseconds: number): number;
}
