import type { Calendar, Session } from "../calendar/index.ts";
import { InvalidInputError } from "../market/errors.ts";
import { DAY, HOUR, MINUTE, parseDate } from "../market/time.ts";
import { ScheduledJobs } from "./scheduled-jobs.ts";
import { type SessionHook, SessionTimers, type TradingDay, type TradingDays } from "./session-timers.ts";

/** What the schedule asks of the data: where bars are. */
export interface DataHorizon {
  nextOpen(time: number): number;
  lastCloseBefore(time: number): number;
  /** The first instant from the bar that opens at `time` on at which no bar is in progress, or one after `limit`. */
  quietFrom(time: number, limit: number): number;
  readonly finestStep: number;
}

/** The strategy's wishes, read afresh each time so that a change takes effect at once. */
export interface ScheduleWishes {
  readonly sleeptime: { readonly milliseconds: number };
  readonly minutesBeforeOpening: number;
  readonly minutesBeforeClosing: number;
  readonly minutesAfterClosing: number;
}

/** A stretch of time in which iterations stand on a grid: `anchor + k * step`, from `first` to before `end`. */
interface Window {
  readonly anchor: number;
  /** Open of the first bar that counts. */
  readonly first: number;
  readonly end: number;
}

const NO_WINDOW: Window = { anchor: 0, first: Number.POSITIVE_INFINITY, end: Number.NEGATIVE_INFINITY };

/**
 * When the strategy is called. Iterations stand on a grid of `sleeptime` from each session's open: at the open, and from the session's first
 * bar on to `minutesBeforeClosing` before its close. Where bars are daily or longer, each bar's open is an iteration. Bars outside every
 * session lead to iterations from their opens to their closes, on a grid from midnight UTC, unless a market was set.
 *
 * Nothing depends on bars to come, but for two instants: a run begins with the session of its first bar, and is over with its last.
 */
export class Schedule {
  private readonly data: DataHorizon;
  private readonly wishes: ScheduleWishes;
  private readonly start: number;
  private readonly end: number;
  private readonly wantsSessionHooks: boolean;
  private readonly onBarsOutside: (time: number) => void;
  private readonly timers: SessionTimers;
  private calendarInForce: Calendar;
  /** Midnight UTC of the last date the calendar knows. */
  private calendarEnd: number;
  private strict = false;
  private window: Window = NO_WINDOW;
  /** Open of the run's first bar and close of its last, as far as assets are in it. */
  private dataStart = Number.POSITIVE_INFINITY;
  private dataEnd = Number.NEGATIVE_INFINITY;
  private hasBegun = false;
  private hasDays = false;
  /** What the strategy scheduled itself. */
  readonly jobs = new ScheduledJobs();
  /** The last instant at which `onTradingIteration` ran; -Infinity before the first. */
  lastIteration = Number.NEGATIVE_INFINITY;

  constructor(options: {
    readonly data: DataHorizon;
    readonly wishes: ScheduleWishes;
    readonly start: number;
    readonly end: number;
    readonly calendar: Calendar;
    readonly wantsSessionHooks: boolean;
    /** Told where bars lie outside every session. */
    readonly onBarsOutside: (time: number) => void;
  }) {
    this.data = options.data;
    this.wishes = options.wishes;
    this.start = options.start;
    this.end = options.end;
    this.calendarInForce = options.calendar;
    this.calendarEnd = lastKnownInstant(options.calendar);
    this.wantsSessionHooks = options.wantsSessionHooks;
    this.onBarsOutside = options.onBarsOutside;
    this.timers = new SessionTimers(this.tradingDays(), options.end);
  }

  /** The calendar in force. */
  get calendar(): Calendar {
    return this.calendarInForce;
  }

  /** When the first of the session hooks is due; Infinity when none is. */
  get nextTimerTime(): number {
    return this.timers.nextTime;
  }

  /** Changes the calendar. `strict`: bars outside its sessions lead to no iteration. */
  setCalendar(calendar: Calendar, strict: boolean, now: number): void {
    const isOther = calendar !== this.calendarInForce;
    this.calendarInForce = calendar;
    this.calendarEnd = lastKnownInstant(calendar);
    this.strict = strict;
    this.window = NO_WINDOW;
    if (isOther && this.hasBegun) this.planHooks(now);
  }

  /** Looks anew at what bars there are: that has changed. */
  reset(now: number): void {
    this.window = NO_WINDOW;
    if (!this.hasBegun) return;
    this.lookAtData();
    if (this.hasDays !== this.data.finestStep >= DAY) this.planHooks(now);
    else if (this.wantsSessionHooks) this.timers.review(now, this.dataEnd);
  }

  /** The first iteration at or after `from`; Infinity when there is none before the run's end. */
  nextIteration(from: number): number {
    if (!this.hasBegun) this.begin(from);
    const time = this.iterationFrom(from);
    return time < this.end ? time : Number.POSITIVE_INFINITY;
  }

  /** Takes the next session hook that is due at `time`, or undefined. */
  takeTimer(time: number): SessionHook | undefined {
    return this.timers.take(time);
  }

  /** Once the strategy has said its wishes. */
  private begin(now: number): void {
    this.hasBegun = true;
    this.lookAtData();
    this.planHooks(now);
  }

  private lookAtData(): void {
    this.dataStart = this.data.nextOpen(this.start);
    this.dataEnd = this.data.lastCloseBefore(Number.POSITIVE_INFINITY);
  }

  private planHooks(now: number): void {
    this.hasDays = this.data.finestStep >= DAY;
    if (this.wantsSessionHooks) this.timers.restart(now, this.dataEnd);
  }

  private iterationFrom(from: number): number {
    const step = this.wishes.sleeptime.milliseconds;
    if (this.data.finestStep === Number.POSITIVE_INFINITY) return this.calendarIteration(from, step);
    // Over daily bars: every bar's open, or the first open at least `step` after the last iteration.
    if (this.data.finestStep >= DAY) return this.data.nextOpen(this.afterPause(from, step));
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

  /** Goes from session to session, and to the bars between them, until there is an instant at or after `from`. */
  private enterWindow(after: number, step: number): number {
    const from = this.afterPause(after, step);
    const last = Math.min(this.end, this.dataEnd);
    let search = Math.max(from, this.dataStart);
    while (search < last) {
      const session = this.sessionFrom(search);
      const outside = this.barOutside(search, session);
      if (outside !== undefined) this.onBarsOutside(outside);
      if (outside === undefined && session === undefined) return this.pastCalendar(last);
      // With a pause of a day or more each session has its iteration, whatever lies around it.
      const isInside = session !== undefined && (outside === undefined || step >= DAY);
      const window = isInside ? this.windowInside(session) : this.windowOutside(outside as number, session);
      const time = isInside ? instantInside(window, step, from) : this.instantOutside(window, step);
      if (time < window.end) {
        this.window = step < DAY ? window : { ...window, end: time + 1 };
        return time;
      }
      search = isInside ? session.close : window.end;
    }
    return Number.POSITIVE_INFINITY;
  }

  /** The session that closes after `time`; a calendar the assets merely suggest is not asked about years it does not know. */
  private sessionFrom(time: number): Session | undefined {
    if (this.isUnknown(time)) return undefined;
    const session = this.calendarInForce.sessionAt(time) ?? this.calendarInForce.nextSession(time);
    return session === undefined || this.isUnknown(session.open) ? undefined : session;
  }

  private isUnknown(time: number): boolean {
    return !this.strict && time >= this.calendarEnd;
  }

  /** Open of the next bar outside every session, where such bars count; undefined when a session comes before it. */
  private barOutside(search: number, session: Session | undefined): number | undefined {
    if (this.strict || (session !== undefined && session.open <= search)) return undefined;
    const open = this.data.nextOpen(search);
    return open < (session?.open ?? this.end) ? open : undefined;
  }

  /** No session is left: a market that was set is asked about the bars that are, and says that it does not know. */
  private pastCalendar(last: number): number {
    if (this.strict) this.calendarInForce.sessionAt(last - 1);
    return Number.POSITIVE_INFINITY;
  }

  private windowInside({ open, close }: Session): Window {
    const first = this.data.nextOpen(Math.max(open, this.start));
    return { anchor: open, first, end: Math.min(close - this.reserved(), this.dataEnd) };
  }

  /** Bars the calendar knows nothing of: until the last of them in a row has closed, midnight UTC, or the next session's open. */
  private windowOutside(open: number, session: Session | undefined): Window {
    const anchor = Math.floor(open / DAY) * DAY;
    const midnight = anchor + DAY;
    const limit = Math.min(session?.open ?? Number.POSITIVE_INFINITY, this.dataEnd);
    const quiet = this.data.quietFrom(open, Math.min(midnight, limit));
    return { anchor, first: open, end: Math.min(limit, quiet > midnight ? midnight : quiet + 1) };
  }

  /** The first grid instant at or after a bar outside; with a pause of a day or more the first bar of each UTC day. */
  private instantOutside({ anchor, first }: Window, step: number): number {
    if (step < DAY) return onGrid(anchor, step, first);
    return this.lastIteration >= anchor ? Number.POSITIVE_INFINITY : first;
  }

  private tradingDays(): TradingDays {
    return {
      firstFrom: (time) => (this.hasDays ? this.dayFrom(time) : this.sessionFrom(Math.max(time, this.dataStart))),
      after: ({ open }) => (this.hasDays ? this.dayFrom(open + 1) : this.sessionAfter(open)),
      beforeOpen: () => (this.hasDays ? 0 : this.wished("minutesBeforeOpening")),
      closings: (day) => (this.hasDays ? { before: day.close, after: day.close } : this.closings(day)),
    };
  }

  private dayFrom(time: number): TradingDay | undefined {
    const open = this.data.nextOpen(time);
    return open < this.end ? { open, close: this.data.lastCloseBefore(open + 1) } : undefined;
  }

  private sessionAfter(open: number): Session | undefined {
    const session = this.calendarInForce.nextSession(open);
    return session === undefined || this.isUnknown(session.open) ? undefined : session;
  }

  private closings({ open, close }: TradingDay): { readonly before: number; readonly after: number } {
    return {
      before: Math.max(open, close - this.wished("minutesBeforeClosing")),
      after: close + this.wished("minutesAfterClosing"),
    };
  }
}

function lastKnownInstant(calendar: Calendar): number {
  return parseDate(calendar.lastDate) ?? Number.POSITIVE_INFINITY;
}

/** The first grid instant at or after `from`. */
function onGrid(anchor: number, step: number, from: number): number {
  return anchor + Math.ceil((from - anchor) / step) * step;
}

/** A session's open, or the first grid instant at or after `from` and the session's first bar. */
function instantInside({ anchor, first }: Window, step: number, from: number): number {
  if (anchor >= from) return anchor;
  return step < DAY ? onGrid(anchor, step, Math.max(from, first)) : Number.POSITIVE_INFINITY;
}
