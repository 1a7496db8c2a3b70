import { type ClosingBars, closingBarsOfStep } from "../engine/coarser-history.ts";
import { lowerBound } from "../engine/instrument.ts";
import type { FeedClock } from "../engine/live-feed.ts";
import { seriesKey } from "../engine/series-key.ts";
import type { Asset } from "../market/asset.ts";
import type { BarExpectation, BarStream, StreamEvent, StreamedBar } from "../market/bar-stream.ts";
import { InvalidInputError } from "../market/errors.ts";
import type { DataSource, RunSpan } from "../market/ports.ts";
import { formatInstant } from "../market/time.ts";
import type { Timestep } from "../market/timestep.ts";
import type { ReplayController } from "./replay-controller.ts";

/** By how much a bar comes after its close, ms of the replay's time. */
export type BarDelay = (bar: { readonly asset: Asset; readonly timestep: Timestep; readonly time: number }) => number;

/** A stretch of the replay's time in which nothing comes in, epoch ms UTC; what would have come then comes at its end. */
export type ReplayPause = RunSpan;

export interface ReplayOptions {
  readonly source: DataSource;
  readonly span: RunSpan;
  /** Undefined: as fast as possible. */
  readonly clock: FeedClock | undefined;
  readonly delay: BarDelay;
  /** In any order. */
  readonly pauses: readonly ReplayPause[];
  readonly controller: ReplayController | undefined;
}

/** One series being replayed. */
interface Track extends ClosingBars {
  /** Row of the next bar to give out, and when it comes. */
  row: number;
  arrival: number;
}

/**
 * Any source's bars, given out one at a time, each when it has closed: a live stream of the past. Bars of one instant come in the
 * order in which their series were subscribed; the bars of one series never overtake each other.
 */
export class Replay implements BarStream {
  readonly expectation: BarExpectation;
  readonly #options: ReplayOptions;
  readonly #tracks = new Map<string, Track>();
  #closed = false;
  #endWait: () => void = () => {};

  constructor(options: ReplayOptions) {
    this.#options = options;
    this.expectation = new ReplayExpectation(this.#tracks);
  }

  async subscribe(asset: Asset, timestep: Timestep, from: number): Promise<void> {
    const { source, span } = this.#options;
    const closing = await closingBarsOfStep(source, { asset, timestep, ...span, lookback: 1 });
    const track: Track = { ...closing, row: firstClosingAfter(closing, from), arrival: Number.NEGATIVE_INFINITY };
    this.#expectNext(track);
    this.#tracks.set(seriesKey(asset, timestep), track);
  }

  async *[Symbol.asyncIterator](): AsyncIterator<StreamEvent> {
    const { clock, controller } = this.#options;
    while (!this.#closed) {
      const arrival = Math.min(...[...this.#tracks.values()].map((track) => track.arrival));
      if (arrival === Number.POSITIVE_INFINITY) return;
      if (controller?.paused) {
        await this.#until((wake) => controller.onChange(wake));
        continue;
      }
      if (clock !== undefined && clock.now() < arrival) {
        await this.#until((wake) => clock.at(arrival, wake));
        // A series that was subscribed meanwhile may have a bar that comes first.
        continue;
      }
      const track = [...this.#tracks.values()].find((each) => each.arrival === arrival) as Track;
      const bar = barOf(track);
      track.row += 1;
      this.#expectNext(track);
      yield bar;
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#endWait();
  }

  /** Waits until woken, or until the replay is closed. `arm` answers how to call the waking off. */
  #until(arm: (wake: () => void) => () => void): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        disarm();
        resolve();
      };
      const disarm = arm(wake);
      this.#endWait = wake;
    });
  }

  #expectNext(track: Track): void {
    const { bars, row, closeOf } = track;
    const time = bars.time[row];
    if (time === undefined) {
      track.arrival = Number.POSITIVE_INFINITY;
      return;
    }
    const delay = this.#options.delay({ asset: bars.asset, timestep: bars.timestep, time });
    if (!(delay >= 0 && delay < Number.POSITIVE_INFINITY)) throw unsoundDelay(time, delay);
    track.arrival = this.#afterPauses(Math.max(track.arrival, closeOf(bars, row) + delay));
  }

  #afterPauses(arrival: number): number {
    const pause = this.#options.pauses.find(({ start, end }) => arrival >= start && arrival < end);
    return pause === undefined ? arrival : this.#afterPauses(pause.end);
  }
}

/** A replay knows what bars will come. */
class ReplayExpectation implements BarExpectation {
  readonly #tracks: ReadonlyMap<string, Track>;

  constructor(tracks: ReadonlyMap<string, Track>) {
    this.#tracks = tracks;
  }

  nextOpen(asset: Asset, timestep: Timestep, time: number): number {
    const bars = this.#track(asset, timestep)?.bars;
    return bars?.time[lowerBound(bars.time, time)] ?? Number.POSITIVE_INFINITY;
  }

  nextClose(asset: Asset, timestep: Timestep, time: number): number {
    const track = this.#track(asset, timestep);
    if (track === undefined) return Number.POSITIVE_INFINITY;
    const row = firstClosingAfter(track, time);
    return row < track.bars.length ? track.closeOf(track.bars, row) : Number.POSITIVE_INFINITY;
  }

  lastCloseBefore(asset: Asset, timestep: Timestep, time: number): number {
    const track = this.#track(asset, timestep);
    const row = track === undefined ? -1 : lowerBound(track.bars.time, time) - 1;
    return track === undefined || row < 0 ? Number.NEGATIVE_INFINITY : track.closeOf(track.bars, row);
  }

  #track(asset: Asset, timestep: Timestep): Track | undefined {
    return this.#tracks.get(seriesKey(asset, timestep));
  }
}

function unsoundDelay(time: number, delay: unknown): InvalidInputError {
  const bar = formatInstant(time);
  const words = `delay of the bar from ${bar} gave ${String(delay)}, expected milliseconds from 0`;
  return new InvalidInputError("invalid_option", `Replaying bars: ${words}`);
}

/** Row of the first bar that closes after `time`. */
function firstClosingAfter({ bars, closeOf }: ClosingBars, time: number): number {
  let row = lowerBound(bars.time, time);
  while (row > 0 && closeOf(bars, row - 1) > time) row -= 1;
  return row;
}

function barOf({ bars, row, arrival, closeOf }: Track): StreamedBar {
  const cell = (column: Float64Array) => column[row] as number;
  return {
    kind: "bar",
    asset: bars.asset,
    timestep: bars.timestep,
    time: cell(bars.time),
    end: closeOf(bars, row),
    open: cell(bars.open),
    high: cell(bars.high),
    low: cell(bars.low),
    close: cell(bars.close),
    volume: cell(bars.volume),
    bid: bars.bid?.[row],
    ask: bars.ask?.[row],
    arrival,
  };
}
