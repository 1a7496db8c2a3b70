import type { Calendar, Session } from "../calendar/index.ts";
import { InvalidInputError } from "../market/errors.ts";
import { DAY, HOUR, MINUTE, parseDate } from "../market/time.ts";
import { ScheduledJobs } from "./scheduled-jobs.ts";

/** What the schedule asks of the data: where bars are. */
export interface DataHorizon {
  nextOpen(time: number): number;
  lastCloseBefore(time: number): number;
  readonly finestStep: number;
}

/** The strategy's wishes, read afresh each time so that a change takes effect at once. */
export interface ScheduleWishes {
  readonly sleeptime: { readonly milliseconds: number };
  readonly minutesBeforeOpening: number;
  readonly minutesBeforeClosing: number;
  readonly minutesAfterClosing: number;
}

export type SessionHook = "beforeMarketOpens" | "beforeStartingTrading" | "beforeMarketCloses" | "afterMarketCloses";

interface SessionTimer {
  readonly time: number;
  readonly hook: SessionHook;
}

/** A stretch of time in which iterations stand on a grid: `anchor + k * step`, to before `end`. */
interface Stretch {
  readonly anchor: number;
  readonly end: number;
}

/** The stretch at hand, from its first iteration on: that may lie ahead, while the market is closed. */
interface Window extends Stretch {
  readonly first: number;
}

const NO_WINDOW: Window = { anchor: 0, first: Number.POSITIVE_INFINITY, end: Number.NEGATIVE_INFINITY };

/**
 * When the strategy is called. Iterations stand on a grid of `sleeptime` from each session's open, in sessions that hold bars, from
 * the session's first bar to `minutesBeforeClosing` before its close. Where bars are daily or longer, each bar's open is an
 * iteration. Bars outside every session make a window of their own, on a grid from midnight UTC, unless a market was set.
 */
export class Schedule {
  private readonly data: DataHorizon;
  private readonly wishes: ScheduleWishes;
  private readonly end: number;
  private readonly wantsSessionHooks: boolean;
  private readonly onBarsOutside: (time: number) => void;
  private calendarInForce: Calendar;
  /** Midnight UTC of the last date the calendar knows. */
  private calendarEnd: number;
  private strict = false;
  private window: Window = NO_WINDOW;
  private timers: SessionTimer[] = [];
  /** What the strategy scheduled itself. */
  readonly jobs = new ScheduledJobs();
  /** The last instant at which `onTradingIteration` ran; -Infinity before the first. */
  lastIteration = Number.NEGATIVE_INFINITY;
  /** When the first of the session hooks is due. */
  nextTimerTime = Number.POSITIVE_INFINITY;
  private timedSession = Number.NEGATIVE_INFINITY;
  private timedOpening = Number.NEGATIVE_INFINITY;

  constructor(options: {
    readonly data: DataHorizon;
    readonly wishes: ScheduleWishes;
    readonly end: number;
    readonly calendar: Calendar;
    readonly wantsSessionHooks: boolean;
    /** Told once a window of bars that lie outside every session is entered. */
    readonly onBarsOutside: (time: number) => void;
  }) {
    this.data = options.data;
    this.wishes = options.wishes;
    this.end = options.end;
    this.calendarInForce = options.calendar;
    this.calendarEnd = lastKnownInstant(options.calendar);
    this.wantsSessionHooks = options.wantsSessionHooks;
    this.onBarsOutside = options.onBarsOutside;
  }

  /** The calendar in force. */
  get calendar(): Calendar {
    return this.calendarInForce;
  }

  /** Changes the calendar. `strict`: bars outside its sessions lead to no iteration. */
  setCalendar(calendar: Calendar, strict: boolean): void {
    this.calendarInForce = calendar;
    this.calendarEnd = lastKnownInstant(calendar);
    this.strict = strict;
    this.reset();
  }

  /** Forgets the current window; what bars there are has changed. */
  reset(): void {
    this.window = NO_WINDOW;
  }

  /** The first iteration at or after `from`; Infinity when there is none before the run's end. */
  nextIteration(from: number): number {
    const time = this.iterationFrom(from);
    return time < this.end ? time : Number.POSITIVE_INFINITY;
  }

  /** Takes the next session hook that is due at `time`, or undefined. */
  takeTimer(time: number): SessionHook | undefined {
    if (this.nextTimerTime > time) return undefined;
    const timer = this.timers.shift();
    this.nextTimerTime = this.timers[0]?.time ?? Number.POSITIVE_INFINITY;
    return timer?.hook;
  }

  private iterationFrom(from: number): number {
    const step = this.wishes.sleeptime.milliseconds;
    if (this.data.finestStep === Number.POSITIVE_INFINITY) return this.calendarIteration(from, step);
    if (this.data.finestStep >= DAY) return this.dayIteration(from, step);
    if (from < this.window.end && step < DAY) {
      const time = onGrid(this.window.anchor, step, Math.max(from, this.window.first));
      if (time < this.window.end) return time;
    }
    return this.enterWindow(Math.max(from, this.window.end), step);
  }

  /** While the run has no bars at all: the grid of the calendar's sessions, so that the strategy gets to ask for some. */
  private calendarIteration(from: number, step: number): number {
    let session = this.calendarInForce.sessionAt(from) ?? this.calendarInForce.nextSession(from);
    while (session !== undefined && session.open < this.end) {
      const end = session.close - this.reserved();
      const first = step >= DAY ? session.open : onGrid(session.open, step, Math.max(from, session.open));
      if (first >= from && first < end) return first;
      session = this.calendarInForce.nextSession(session.open);
    }
    return Number.POSITIVE_INFINITY;
  }

  /** Time before the close that is kept free of iterations. */
  private reserved(): number {
    return this.calendarInForce.continuous ? 0 : this.wished("minutesBeforeClosing");
  }

  /** What the strategy wishes, ms. @throws InvalidInputError `invalid_option` */
  private wished(name: "minutesBeforeOpening" | "minutesBeforeClosing" | "minutesAfterClosing"): number {
    const minutes = this.wishes[name];
    if (Number.isFinite(minutes) && minutes >= 0) return minutes * MINUTE;
    throw new InvalidInputError(
      "invalid_option",
      `Timing the hooks of a session: the strategy's ${name} was ${minutes}, expected minutes from 0`,
    );
  }

  /** `from`, or with a pause of more than a day the end of the pause. */
  private afterPause(from: number, step: number): number {
    // An hour of grace, because a day has 23 hours where the clock is set forward.
    return step > DAY ? Math.max(from, this.lastIteration + step - HOUR) : from;
  }

  /** Over daily bars: every bar's open, or the first open at least `step` after the last iteration. */
  private dayIteration(from: number, step: number): number {
    const time = this.data.nextOpen(this.afterPause(from, step));
    if (this.wantsSessionHooks && time < this.end) this.timeDay(time);
    return time;
  }

  private timeDay(open: number): void {
    const close = this.data.lastCloseBefore(open + 1);
    this.addTimers([
      { time: open, hook: "beforeMarketOpens" },
      { time: open, hook: "beforeStartingTrading" },
      { time: close, hook: "beforeMarketCloses" },
      { time: close, hook: "afterMarketCloses" },
    ]);
  }

  /** Goes from bars to bars until a window has a grid instant at or after `from`. */
  private enterWindow(after: number, step: number): number {
    const from = this.afterPause(after, step);
    let search = from;
    for (;;) {
      const open = this.data.nextOpen(search);
      if (open >= this.end) return Number.POSITIVE_INFINITY;
      const session = this.sessionAt(open);
      const stretch = session === undefined ? this.stretchOutside(open) : this.stretchInside(session);
      if (session !== undefined) this.timeSession(session, from);
      if (stretch !== undefined) {
        const time =
          session === undefined ? this.instantOutside(stretch, step, open) : firstInstant(stretch, step, open, from);
        if (time < stretch.end) {
          this.window = { anchor: stretch.anchor, first: time, end: step < DAY ? stretch.end : time + 1 };
          if (session === undefined) this.enterOutside(open, from);
          return time;
        }
      }
      // Past the last session the calendar knows it has to be asked about each bar, and says that it does not know.
      search = Math.max(
        open + 1,
        session?.close ?? stretch?.end ?? this.calendarInForce.nextSession(open)?.open ?? this.calendarEnd,
      );
    }
  }

  /** A market that was set is asked about every instant; one the asset merely suggests is not asked about years it does not know. */
  private sessionAt(time: number): Session | undefined {
    return this.strict || time < this.calendarEnd ? this.calendarInForce.sessionAt(time) : undefined;
  }

  private nextOpen(time: number): number {
    if (!this.strict && time >= this.calendarEnd) return Number.POSITIVE_INFINITY;
    return this.calendarInForce.nextSession(time)?.open ?? Number.POSITIVE_INFINITY;
  }

  private stretchInside(session: Session): Stretch {
    const lastClose = this.data.lastCloseBefore(session.close);
    return { anchor: session.open, end: Math.min(session.close - this.reserved(), lastClose) };
  }

  /** Bars the calendar knows nothing of: until midnight UTC or the next open, whichever is first. */
  private stretchOutside(open: number): Stretch | undefined {
    if (this.strict) return undefined;
    const midnight = Math.floor(open / DAY) * DAY;
    const end = Math.min(midnight + DAY, this.nextOpen(open));
    return { anchor: midnight, end: Math.min(end, this.data.lastCloseBefore(end)) };
  }

  /**
   * The first grid instant at or after a bar outside; with a pause of a day or more the first bar of each UTC day, where there are no bars in the
   * sessions before and after: bars before an open and after a close belong to a day that has its iteration.
   */
  private instantOutside({ anchor }: Stretch, step: number, open: number): number {
    if (step < DAY) return onGrid(anchor, step, open);
    return this.lastIteration >= anchor || this.isBesideBars(open) ? Number.POSITIVE_INFINITY : open;
  }

  /** True when the session before or after an instant between sessions holds bars. */
  private isBesideBars(time: number): boolean {
    if (time >= this.calendarEnd) return false;
    const before = this.calendarInForce.previousSession(time);
    const after = this.calendarInForce.nextSession(time);
    return (
      (before !== undefined && this.data.lastCloseBefore(before.close) > before.open) ||
      (after !== undefined && this.data.nextOpen(after.open) < after.close)
    );
  }

  /** The next session's first hook may be due before the bars outside have passed. */
  private enterOutside(open: number, from: number): void {
    this.onBarsOutside(open);
    const next = open < this.calendarEnd ? this.calendarInForce.nextSession(open) : undefined;
    if (next !== undefined && this.data.nextOpen(next.open) < next.close) this.timeSession(next, from);
  }

  private timeSession(session: Session, from: number): void {
    if (!this.wantsSessionHooks || session.open <= this.timedSession) return;
    this.timedSession = session.open;
    const closing = Math.max(session.open, session.close - this.wished("minutesBeforeClosing"));
    const timers: SessionTimer[] = [
      ...this.openingTimer(session),
      { time: session.open, hook: "beforeStartingTrading" },
      { time: closing, hook: "beforeMarketCloses" },
      { time: session.close + this.wished("minutesAfterClosing"), hook: "afterMarketCloses" },
    ];
    const next = this.nextOpen(session.open) < this.end ? this.calendarInForce.nextSession(session.open) : undefined;
    if (next !== undefined && this.openingTime(next) < session.close && this.data.nextOpen(next.open) < next.close) {
      timers.push(...this.openingTimer(next));
    }
    this.addTimers(timers.filter((timer) => timer.time >= from));
  }

  private openingTime(session: Session): number {
    return session.open - this.wished("minutesBeforeOpening");
  }

  /** The hook before an open; none when it was set with the session before, in which it is due. */
  private openingTimer(session: Session): readonly SessionTimer[] {
    if (session.open <= this.timedOpening) return [];
    this.timedOpening = session.open;
    return [{ time: this.openingTime(session), hook: "beforeMarketOpens" }];
  }

  /** A session that closes at the very end of the run still belongs to it. */
  private addTimers(timers: readonly SessionTimer[]): void {
    const due = timers.filter(({ time }) => time <= this.end);
    this.timers = [...this.timers, ...due].sort((a, b) => a.time - b.time);
    this.nextTimerTime = this.timers[0]?.time ?? Number.POSITIVE_INFINITY;
  }
}

function lastKnownInstant(calendar: Calendar): number {
  return parseDate(calendar.lastDate) ?? Number.POSITIVE_INFINITY;
}

/** The first grid instant at or after `from`. */
function onGrid(anchor: number, step: number, from: number): number {
  return anchor + Math.ceil((from - anchor) / step) * step;
}

/** The grid instant at or just before the first bar, but not before `from`. */
function firstInstant(window: Stretch, step: number, firstBar: number, from: number): number {
  if (step >= DAY) return window.anchor >= from ? window.anchor : Number.POSITIVE_INFINITY;
  const before = window.anchor + Math.floor((firstBar - window.anchor) / step) * step;
  return before >= from ? before : onGrid(window.anchor, step, from);
}
