import { Bars } from "../bars/bars.ts";
import type { BarSeries } from "../market/bar-series.ts";
import { lowerBound } from "./instrument.ts";

/**
 * A series as the strategy sees it: only bars that have closed. The cursor moves forward with the clock, so a look costs nothing
 * for the bars already passed.
 */
export class HistorySeries {
  readonly source: BarSeries;
  readonly #bars: Bars;
  readonly #time: Float64Array;
  readonly #step: number;
  #closed = 0;

  constructor(source: BarSeries) {
    this.source = source;
    this.#bars = source instanceof Bars ? source : Bars.from(source);
    this.#time = this.#bars.time;
    this.#step = source.timestep.milliseconds;
  }

  /**
   * How many bars have closed by `now`: those with open + step <= now, and those whose successor has opened (a day is shorter than
   * 24 hours where the clock was set forward). `now` never goes back.
   */
  closedBy(now: number): number {
    const time = this.#time;
    const latestOpen = now - this.#step;
    let closed = this.#closed;
    while (closed < time.length && ((time[closed] as number) <= latestOpen || (time[closed + 1] as number) <= now))
      closed += 1;
    this.#closed = closed;
    return closed;
  }

  /** The last `length` closed bars, shifted back by `timeshift` bars; undefined while there are fewer. */
  view(now: number, length: number | undefined, timeshift: number): Bars | undefined {
    const end = this.closedBy(now) - timeshift;
    const wanted = length ?? end;
    if (wanted > end || end <= 0) return undefined;
    return this.#bars.slice(end - wanted, end);
  }

  /** Close of the newest closed bar; undefined before the first. */
  lastClose(now: number): number | undefined {
    return this.#bars.at(this.closedBy(now) - 1)?.close;
  }

  /** How many bars the series has before `time`. */
  barsBefore(time: number): number {
    return lowerBound(this.#time, time);
  }
}
