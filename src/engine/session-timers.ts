/** When the hooks of sessions are due. */

export type SessionHook = "beforeMarketOpens" | "beforeStartingTrading" | "beforeMarketCloses" | "afterMarketCloses";

/** A session, or where bars are daily the bar of a day. Instants are epoch ms UTC. */
export interface TradingDay {
  readonly open: number;
  readonly close: number;
}

/** Which days there are, one after the other; undefined when there is none (any more). */
export interface TradingDays {
  firstFrom(time: number): TradingDay | undefined;
  after(day: TradingDay): TradingDay | undefined;
  /** How long before its open the first hook of a day is due, ms. */
  beforeOpen(): number;
  /** When its closing hooks are due. */
  closings(day: TradingDay): { readonly before: number; readonly after: number };
}

interface SessionTimer {
  readonly time: number;
  readonly hook: SessionHook;
  readonly day: TradingDay;
}

/**
 * The hooks of all sessions of a run in order of time: at one instant those of the session that ends before those of the one that begins.
 * Sessions are planned one at a time, no earlier than their first hook may be due, so that wishes may change until then. What is due once the
 * data are over is left out, but for the close of the session in which they ended.
 */
export class SessionTimers {
  /** When the first of them is due; Infinity when none is. */
  nextTime = Number.POSITIVE_INFINITY;
  private readonly days: TradingDays;
  /** End of the run, exclusive but for the hooks of a session that closes there. */
  private readonly end: number;
  private dataEnd = Number.NEGATIVE_INFINITY;
  private timers: SessionTimer[] = [];
  private lastPlanned: TradingDay | undefined;
  private takenAt = Number.NEGATIVE_INFINITY;

  constructor(days: TradingDays, end: number) {
    this.days = days;
    this.end = end;
  }

  /** Plans anew from `now` on; what has been called at `now` is not called again. */
  restart(now: number, dataEnd: number): void {
    this.timers = [];
    this.lastPlanned = undefined;
    this.dataEnd = dataEnd;
    this.plan(this.takenAt === now ? now + 1 : now);
  }

  /** Goes on with data that end at another time; what was left out until now stays so. */
  review(now: number, dataEnd: number): void {
    this.timers = this.timers.filter((timer) => timer.time >= now || this.isDue(timer));
    this.dataEnd = dataEnd;
    this.plan(now);
  }

  /** Takes the next hook that is due at `time`, or undefined. */
  take(time: number): SessionHook | undefined {
    if (this.nextTime > time) return undefined;
    const place = this.timers.findIndex((timer) => this.isDue(timer));
    const [timer] = this.timers.splice(place, 1);
    this.takenAt = time;
    this.plan(time);
    return timer?.hook;
  }

  /** Plans as many sessions as may have a hook before the first one known. */
  private plan(from: number): void {
    for (let day = this.nextDay(from); day !== undefined; day = this.nextDay(from)) {
      const opening = day.open - this.days.beforeOpen();
      const first = this.timers[0]?.time ?? this.end;
      if (opening >= this.end || opening > first) break;
      this.lastPlanned = day;
      this.add(day, opening, from);
    }
    this.nextTime = this.timers.find((timer) => this.isDue(timer))?.time ?? Number.POSITIVE_INFINITY;
  }

  private nextDay(from: number): TradingDay | undefined {
    return this.lastPlanned === undefined ? this.days.firstFrom(from) : this.days.after(this.lastPlanned);
  }

  private add(day: TradingDay, opening: number, from: number): void {
    const { before, after } = this.days.closings(day);
    const timers: SessionTimer[] = [
      { time: opening, hook: "beforeMarketOpens", day },
      { time: day.open, hook: "beforeStartingTrading", day },
      { time: before, hook: "beforeMarketCloses", day },
      { time: after, hook: "afterMarketCloses", day },
    ];
    const known = timers.filter((timer) => timer.time >= from && this.isOfRun(timer));
    this.timers = [...this.timers, ...known].sort((a, b) => a.time - b.time);
  }

  /** A session that closes at the very end of the run still belongs to it. */
  private isOfRun({ time, day }: SessionTimer): boolean {
    return time < this.end || (time === this.end && day.close <= this.end && day.open < this.end);
  }

  private isDue({ time, hook, day }: SessionTimer): boolean {
    const isClosing = hook === "beforeMarketCloses" || hook === "afterMarketCloses";
    return (isClosing ? day.open : time) < this.dataEnd;
  }
}
