import type { FeedClock } from "../engine/live-feed.ts";
import type { ReplayController } from "./replay-controller.ts";

/** Longest wait a timer of the platform can hold, ms. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** One who is to be woken. */
interface Alarm {
  readonly time: number;
  readonly wake: () => void;
  timer: NodeJS.Timeout | undefined;
}

/** A clock that starts at an instant and runs `speed` times as fast as the wall's: 1 is real time. It stands still while paused. */
export class PacedClock implements FeedClock {
  readonly #speed: number;
  readonly #controller: ReplayController | undefined;
  readonly #alarms = new Set<Alarm>();
  /** What it showed, and what the wall's clock showed, when it was last set going. */
  #shown: number;
  #since = performance.now();

  constructor(start: number, speed: number, controller?: ReplayController) {
    this.#shown = start;
    this.#speed = speed;
    this.#controller = controller;
    controller?.onChange(() => this.#change());
  }

  now(): number {
    if (this.#controller?.paused) return this.#shown;
    return this.#shown + (performance.now() - this.#since) * this.#speed;
  }

  at(time: number, wake: () => void): () => void {
    const alarm: Alarm = { time, wake, timer: undefined };
    this.#alarms.add(alarm);
    this.#set(alarm);
    return () => {
      this.#alarms.delete(alarm);
      clearTimeout(alarm.timer);
    };
  }

  #set(alarm: Alarm): void {
    if (this.#controller?.paused) return;
    const wait = (alarm.time - this.now()) / this.#speed;
    const ring = () => {
      this.#alarms.delete(alarm);
      alarm.wake();
    };
    alarm.timer =
      wait > LONGEST_TIMER
        ? setTimeout(() => this.#set(alarm), LONGEST_TIMER)
        : setTimeout(ring, Math.max(0, Math.ceil(wait)));
  }

  #change(): void {
    const now = performance.now();
    if (this.#controller?.paused) this.#shown += (now - this.#since) * this.#speed;
    this.#since = now;
    for (const alarm of this.#alarms) {
      clearTimeout(alarm.timer);
      this.#set(alarm);
    }
  }
}
