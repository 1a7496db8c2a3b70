/** Bars as they come in, one at a time: what a live run asks of the outside world. */
import type { Asset } from "./asset.ts";
import type { Timestep } from "./timestep.ts";

/** One bar that has closed. */
export interface StreamedBar {
  readonly kind: "bar";
  readonly asset: Asset;
  readonly timestep: Timestep;
  /** Open time, epoch ms UTC. */
  readonly time: number;
  /** When it closed, exclusive, epoch ms UTC: `time` plus the step, or earlier where the next bar opens earlier. */
  readonly end: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  /** Units traded. */
  readonly volume: number;
  /** Best bid and ask at the end of the bar, where the stream has quotes; NaN where there was none. */
  readonly bid?: number | undefined;
  readonly ask?: number | undefined;
  /** When it came in, by the stream's time, epoch ms UTC; at or after `end`. */
  readonly arrival: number;
}

/** The stream's time has come so far; what came in until then has been told. A heartbeat. */
export interface StreamTime {
  readonly kind: "time";
  /** Epoch ms UTC. */
  readonly arrival: number;
}

export type StreamEvent = StreamedBar | StreamTime;

/** When bars are to be expected. A replay knows it; for a stream that does not, the calendars of the assets say it. */
export interface BarExpectation {
  /** Open of the first bar of a series that opens at or after `time`; Infinity when there is none. */
  nextOpen(asset: Asset, timestep: Timestep, time: number): number;
  /** Close of the first bar of a series that closes after `time`; Infinity when there is none. */
  nextClose(asset: Asset, timestep: Timestep, time: number): number;
  /** Close of the last bar of a series that opens before `time`; -Infinity when there is none. */
  lastCloseBefore(asset: Asset, timestep: Timestep, time: number): number;
}

/**
 * Bars of several series in one order of arrival. The bars of one series ascend in time; an iteration that ends says that nothing will
 * come any more of what is subscribed. A stream with an expectation is iterated anew when a series joins after that which it promises bars of.
 */
export interface BarStream extends AsyncIterable<StreamEvent> {
  /** Adds a series, before or while the stream is read: its bars that close after `from`, epoch ms UTC. */
  subscribe(asset: Asset, timestep: Timestep, from: number): void | Promise<void>;
  readonly expectation?: BarExpectation | undefined;
  close?(): Promise<void>;
}
