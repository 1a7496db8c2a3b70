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
  /** When it was last called. */
  calledAt: number;
}

/** The functions a strategy scheduled. Those due at one instant are called in the order in which they were scheduled. */
export class ScheduledJobs {
  /** When the first of them is due. */
  nextTime = Number.POSITIVE_INFINITY;
  private readonly entries: Entry[] = [];
  /** The instant whose jobs are being called; NaN between instants. */
  private calling = Number.NaN;

  /** Adds a job, from `now` on; one that a job adds comes later than that job. Answers how to take it out. */
  add(job: ScheduledJob, next: NextInstant, now: number, calendar: Calendar): () => void {
    // Else a job that schedules itself anew would be called at one instant for ever.
    const from = now === this.calling ? now + 1 : now;
    const entry: Entry = { ...job, next, time: next(from, calendar), calledAt: Number.NaN };
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
    const due = this.nextTime > now ? undefined : this.entries.find((entry) => entry.time <= now);
    this.calling = due === undefined ? Number.NaN : now;
    if (due === undefined) return undefined;
    due.time = due.next(now + 1, calendar);
    due.calledAt = now;
    this.plan();
    return due;
  }

  /** Plans anew by another calendar; what was called at `now` has been. */
  changeCalendar(now: number, calendar: Calendar): void {
    for (const entry of this.entries) entry.time = entry.next(entry.calledAt === now ? now + 1 : now, calendar);
    this.plan();
  }

  private plan(): void {
    this.nextTime = Math.min(...this.entries.map((entry) => entry.time));
  }
}
