import type { Clock } from "../market/ports.ts";

/** Simulated time: what the loop says it is. */
export class SimulatedClock implements Clock {
  time: number;

  constructor(start: number) {
    this.time = start;
  }

  now(): number {
    return this.time;
  }
}
