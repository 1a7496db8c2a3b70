import type { Calendar } from "../calendar/index.ts";
import type { ScheduledFunction } from "../strategy/schedule-rule.ts";
import type { NextInstant } from "./schedule-rules.ts";

/** A function and the rule it is called by. */
export interface ScheduledJob {
  readonly name: string;
  readonly call: ScheduledFunction;
}

interface Entry extends ScheduledJob {
  readonly next: NextInstant;
  time: number;
}

/** The functions a strategy scheduled. Those due at one instant are called in the order in which they were scheduled. */
export class ScheduledJobs {
  /** When the first of them is due. */
  nextTime = Number.POSITIVE_INFINITY;
  private readonly entries: Entry[] = [];

  /** Adds a job, from `now` on. Answers how to take it out. */
  add(job: ScheduledJob, next: NextInstant, now: number, calendar: Calendar): () => void {
    const entry: Entry = { ...job, next, time: next(now, calendar) };
    this.entries.push(entry);
    this.plan();
    return () => {
      const place = this.entries.indexOf(entry);
      if (place >= 0) this.entries.splice(place, 1);
      this.plan();
    };
  }

  /** Takes the next job due at `now`. What was missed while a hook slept is called once. */
  take(now: number, calendar: Calendar): ScheduledJob | undefined {
    if (this.nextTime > now) return undefined;
    const due = this.entries.find((entry) => entry.time <= now);
    if (due !== undefined) due.time = due.next(now + 1, calendar);
    this.plan();
    return due;
  }

  /** Plans anew by another calendar. */
  changeCalendar(now: number, calendar: Calendar): void {
    for (const entry of this.entries) entry.time = entry.next(now, calendar);
    this.plan();
  }

  private plan(): void {
    this.nextTime = Math.min(...this.entries.map((entry) => entry.time));
  }
}
