import type { Asset } from "../market/asset.ts";
import type { BarSeries } from "../market/bar-series.ts";
import type { BarExpectation, BarStream, StreamEvent, StreamedBar } from "../market/bar-stream.ts";
import { BacklitError, messageOf } from "../market/errors.ts";
import type { RunEvent } from "../market/events.ts";
import type { BarsRequest, DataSource } from "../market/ports.ts";
import { formatInstant } from "../market/time.ts";
import type { Timestep } from "../market/timestep.ts";
import { closingBarsOfStep } from "./coarser-history.ts";
import { ExpectationUntil } from "./expectation-until.ts";
import { GrowingSeries } from "./growing-series.ts";
import type { Instrument } from "./instrument.ts";
import { OrderedEvents } from "./ordered-events.ts";
import { seriesKey } from "./series-key.ts";
import { SessionOpens } from "./session-opens.ts";
import { checkEvent, isSoundBar } from "./stream-checks.ts";

/** The clock a live run goes by: the wall's, or a replay's that runs faster. */
export interface FeedClock {
  /** Epoch ms UTC. */
  now(): number;
  /** Calls `wake` once the clock has come to `time`; answers how to call it off. */
  at(time: number, wake: () => void): () => void;
}

export interface LiveFeedOptions {
  readonly stream: BarStream;
  /** Undefined: time passes as the stream tells it. */
  readonly clock: FeedClock | undefined;
  /** How long after its close a bar is waited for, ms of the clock. */
  readonly grace: number;
  /** What is expected where the stream does not say so itself. */
  readonly calendarExpectation: BarExpectation;
  /** Bars that open from here on are not of the run, epoch ms UTC. */
  readonly end: number;
  readonly events: RunEvent[];
  /** Now, as the strategy knows it. */
  readonly now: () => number;
  readonly signal: AbortSignal | undefined;
}

/** One subscribed series, and how far it is known. */
interface Channel {
  readonly asset: Asset;
  readonly timestep: Timestep;
  /** Everything that shows this series to someone. */
  readonly series: GrowingSeries[];
  /** Those that trade on it: one for each way its rolls are shown. */
  readonly instruments: Instrument[];
  /** Orders are examined on its bars, so that time cannot pass a bar's open before the bar is here. */
  examined: boolean;
  /** Bars not known yet open at or after this instant. */
  from: number;
  /** The last instant that can be lived through as far as this series goes. */
  horizon: number;
  /** When the bar that is expected next closes. */
  pendingClose: number;
}

/**
 * Takes bars from a stream as they come in and says how far time may pass: up to an instant at which no bar that was expected is
 * missing, or the grace for it is over.
 */
export class LiveFeed {
  /** Told of each bar once it is in its series, for every instrument that trades on it. */
  onBar: (instrument: Instrument, bar: StreamedBar) => void = () => {};
  /** Instants up to this one can be lived through. */
  horizon = Number.NEGATIVE_INFINITY;
  ended = false;
  private readonly options: LiveFeedOptions;
  /** What the stream or the calendars say, after the end of the run too. */
  private readonly promised: SessionOpens;
  /** What of it is of the run. */
  private readonly expectation: BarExpectation;
  private readonly incomingEvents: OrderedEvents;
  private readonly channels = new Map<string, Channel>();
  private laggard: Channel | undefined;
  private time: number;
  private incoming: Promise<IteratorResult<StreamEvent>> | undefined;
  /** What `incoming` gave, until it is taken. */
  private arrived: IteratorResult<StreamEvent> | undefined;
  private failure: unknown;
  private closing: Promise<BacklitError | undefined> | undefined;
  private wakeWaiting: () => void = () => {};

  constructor(options: LiveFeedOptions) {
    this.options = options;
    this.promised = new SessionOpens(options.stream.expectation ?? options.calendarExpectation);
    this.expectation = new ExpectationUntil(this.promised, options.end);
    this.time = options.now();
    this.incomingEvents = new OrderedEvents(options.stream);
    options.signal?.addEventListener("abort", () => this.wakeWaiting(), { once: true });
  }

  /** The source as a live run sees it: bars that have closed by now, in series that grow. */
  sourceOver(source: DataSource): DataSource {
    const { assets, baseTimestep, describe, rolls, corporateActions, settlements, prepare, notes } = source;
    return {
      name: source.name,
      ...(source.notice === undefined ? {} : { notice: source.notice }),
      ...(assets && { assets: assets.bind(source) }),
      ...(baseTimestep && { baseTimestep: baseTimestep.bind(source) }),
      ...(describe && { describe: describe.bind(source) }),
      ...(rolls && { rolls: rolls.bind(source) }),
      ...(corporateActions && { corporateActions: corporateActions.bind(source) }),
      ...(settlements && { settlements: settlements.bind(source) }),
      ...(prepare && { prepare: prepare.bind(source) }),
      ...(notes && { notes: notes.bind(source) }),
      getBars: (request) => this.follow(source, request),
    };
  }

  /** Takes an instrument in; where orders are `examined` on its bars, time waits for them from here on. */
  join(instrument: Instrument, examined: boolean): void {
    const channel = this.channels.get(seriesKey(instrument.asset, instrument.timestep));
    if (channel === undefined) return;
    channel.examined = examined;
    channel.instruments.push(instrument);
    this.expect(instrument);
  }

  /** Tells an instrument what is to come, anew where its bars are to open with their sessions from now on. */
  expect(instrument: Instrument): void {
    const { asset, timestep } = instrument;
    const channel = this.channels.get(seriesKey(asset, timestep));
    if (channel === undefined) return;
    const { expectation, promised } = this;
    promised.follow(instrument);
    const now = this.options.now();
    const close = expectation.nextClose(asset, timestep, now);
    const isOpened = Number.isFinite(close) && close <= expectation.nextOpen(asset, timestep, now);
    instrument.ahead = {
      closeOfOpened: isOpened ? close : Number.NEGATIVE_INFINITY,
      hasMore: () => !this.ended && promised.nextClose(asset, timestep, channel.from) !== Number.POSITIVE_INFINITY,
      lastClose: () => {
        const close = expectation.lastCloseBefore(asset, timestep, Number.POSITIVE_INFINITY);
        return Number.isFinite(close) ? close : undefined;
      },
    };
    this.moveOn(channel, channel.from);
    this.passTo(this.time);
  }

  /** True when the stream itself says what bars will come. */
  get knowsBarsAhead(): boolean {
    return this.options.stream.expectation !== undefined;
  }

  nextOpen(asset: Asset, timestep: Timestep, time: number): number {
    return this.promised.nextOpen(asset, timestep, time);
  }

  lastCloseBefore(asset: Asset, timestep: Timestep, time: number): number {
    return this.promised.lastCloseBefore(asset, timestep, time);
  }

  /** Ends a wait: something happened elsewhere. */
  wake(): void {
    this.wakeWaiting();
  }

  /**
   * Waits for the next thing: a bar, the stream's time, its end, or the clock coming to `time` or to the end of a grace. What has come in
   * goes before the clock: a bar is not overdue because nobody looked.
   */
  async advance(time: number): Promise<void> {
    if (this.ended) return;
    if (this.isOver(time)) {
      this.endNow();
      return;
    }
    await this.wait(time);
    if (this.failure !== undefined) throw streamError("Reading", this.failure);
    if (this.arrived !== undefined) {
      this.takeArrived(this.arrived, time);
      return;
    }
    const { clock } = this.options;
    if (clock !== undefined) this.passTo(clock.now());
  }

  /** Takes what has come in, unless time may pass to `time` before that. */
  private takeArrived(arrived: IteratorResult<StreamEvent>, time: number): void {
    if (arrived.done !== true) {
      checkEvent(arrived.value);
      this.passTo(arrived.value.arrival - 1);
      if (this.horizon >= time) return;
    }
    this.arrived = undefined;
    this.incoming = undefined;
    if (arrived.done === true) this.endNow();
    else this.take(arrived.value);
  }

  /**
   * True when the run is at its end and no bar of it is to come: a stream that goes on is not waited for. One that knows what will come
   * ends by itself.
   */
  private isOver(time: number): boolean {
    const { end } = this.options;
    if (this.knowsBarsAhead || time < end || this.time < end) return false;
    return (this.laggard?.pendingClose ?? Number.POSITIVE_INFINITY) === Number.POSITIVE_INFINITY;
  }

  private endNow(): void {
    this.ended = true;
    this.horizon = Number.POSITIVE_INFINITY;
  }

  /** The stream's time is at `time`: bars whose grace is over are given up as far as they keep time back. */
  private passTo(time: number): void {
    if (this.ended) return;
    this.time = Math.max(this.time, time);
    let laggard = this.laggard;
    while (laggard !== undefined && laggard.pendingClose + this.options.grace <= this.time) {
      this.giveUp(laggard);
      laggard = this.laggard;
    }
    this.horizon = Math.min(this.time, laggard?.horizon ?? Number.POSITIVE_INFINITY);
  }

  /** Closes the stream, once. Answers what went wrong: what a run has earned is not lost with it. */
  close(): Promise<BacklitError | undefined> {
    this.closing ??= this.closeStream();
    return this.closing;
  }

  private async closeStream(): Promise<BacklitError | undefined> {
    try {
      // First the stream, for an iteration that waits for its next bar ends only then.
      await this.options.stream.close?.();
      await this.incomingEvents.return();
      return undefined;
    } catch (error) {
      return streamError("Closing", error);
    }
  }

  private wait(time: number): Promise<void> {
    const { clock, signal } = this.options;
    if (this.incoming === undefined) {
      this.incoming = this.incomingEvents.next();
      this.incoming.then(
        (arrived) => {
          this.arrived = arrived;
          this.wakeWaiting();
        },
        (error: unknown) => {
          this.failure = error ?? "no reason given";
          this.wakeWaiting();
        },
      );
    }
    if (this.arrived !== undefined || this.failure !== undefined || signal?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const wakeAt = this.wakeAt(time);
      const cancel = wakeAt === Number.POSITIVE_INFINITY ? undefined : clock?.at(wakeAt, () => this.wakeWaiting());
      this.wakeWaiting = () => {
        this.wakeWaiting = () => {};
        cancel?.();
        resolve();
      };
    });
  }

  /** When the clock alone changes something: `time` or the run's end is there, or the grace for the bar that keeps it is over. */
  private wakeAt(time: number): number {
    const { end } = this.options;
    if (this.time < end && end < time) return end;
    if (this.time < time && time < Number.POSITIVE_INFINITY) return time;
    return (this.laggard?.pendingClose ?? Number.POSITIVE_INFINITY) + this.options.grace;
  }

  private take(event: StreamEvent): void {
    if (event.kind === "bar") this.addBar(event);
    this.passTo(event.arrival);
  }

  private addBar(bar: StreamedBar): void {
    const channel = this.channels.get(seriesKey(bar.asset, bar.timestep));
    if (channel === undefined || bar.time >= this.options.end) return;
    if (!isSoundBar(bar)) {
      this.tellUnsound(bar);
      return;
    }
    if (bar.time <= (channel.series[0]?.time.at(-1) ?? Number.NEGATIVE_INFINITY)) {
      this.tell("bar_late", bar, "came after a newer one and was left out");
      return;
    }
    for (const series of channel.series) series.append(bar);
    this.moveOn(channel, Math.max(channel.from, bar.end));
    for (const instrument of channel.instruments) this.onBar(instrument, bar);
  }

  private giveUp(channel: Channel): void {
    const { asset, timestep, pendingClose } = channel;
    const bar = { asset, timestep, time: pendingClose - timestep.milliseconds };
    this.tell("bar_overdue", bar, "had not come in time and was not waited for");
    this.moveOn(channel, pendingClose);
  }

  /** What a series still has to bring opens at or after `from`, or was in progress then. */
  private moveOn(channel: Channel, from: number): void {
    const { asset, timestep, examined } = channel;
    const expectation = this.expectation;
    const open = expectation.nextOpen(asset, timestep, from);
    channel.from = from;
    channel.pendingClose = expectation.nextClose(asset, timestep, from);
    channel.horizon = examined ? Math.min(open, channel.pendingClose - 1) : channel.pendingClose - 1;
    if (this.laggard === undefined || this.laggard === channel) this.findLaggard();
    else if (channel.horizon < this.laggard.horizon) this.laggard = channel;
  }

  /** Finds the series that keeps time back most. */
  private findLaggard(): void {
    this.laggard = undefined;
    let horizon = Number.POSITIVE_INFINITY;
    for (const channel of this.channels.values()) {
      if (channel.horizon >= horizon) continue;
      horizon = channel.horizon;
      this.laggard = channel;
    }
  }

  /** Bars that have closed by now, and from here on those that come in. */
  private async follow(source: DataSource, request: BarsRequest): Promise<BarSeries> {
    const { asset, timestep } = request;
    const now = this.options.now();
    const key = seriesKey(asset, timestep);
    const known = this.channels.get(key);
    const isPast = request.end <= now + 1;
    if (known === undefined && !isPast) {
      await this.options.stream.subscribe(asset, timestep, now);
      this.goBackTo(now);
      if (this.expectation.nextClose(asset, timestep, now) !== Number.POSITIVE_INFINITY) this.goOn();
    }
    const { bars, closeOf } = await closingBarsOfStep(source, { ...request, end: Math.min(request.end, now) });
    let rows = bars.length;
    while (rows > 0 && closeOf(bars, rows - 1) > now) rows -= 1;
    const series = new GrowingSeries(bars, rows);
    if (isPast) return series;
    if (known !== undefined) {
      known.series.push(series);
      this.catchUp(known, series, request);
      return series;
    }
    const channel: Channel = {
      asset,
      timestep,
      series: [series],
      instruments: [],
      examined: false,
      from: now,
      horizon: now,
      pendingClose: now,
    };
    this.channels.set(key, channel);
    this.moveOn(channel, now);
    this.passTo(this.time);
    return series;
  }

  /** A stream that has ended, and knows of bars of a series that has joined, is read on. */
  private goOn(): void {
    if (!this.knowsBarsAhead) return;
    this.incomingEvents.goOn();
    this.ended = false;
    if (this.arrived?.done !== true) return;
    this.arrived = undefined;
    this.incoming = undefined;
  }

  /** As fast as possible a stream is read ahead of the run: a series that joins may have bars that come before what was read. */
  private goBackTo(now: number): void {
    if (this.options.clock !== undefined) return;
    this.time = Math.min(this.time, now);
    this.incomingEvents.takeBack(this.arrived);
    if (this.arrived === undefined) return;
    this.arrived = undefined;
    this.incoming = undefined;
  }

  /** Adds the bars that came in by the stream and that the source does not hold yet, or that are not past for the strategy. */
  private catchUp(
    { asset, timestep, series: [first] }: Channel,
    series: GrowingSeries,
    { start, lookback = 0 }: BarsRequest,
  ): void {
    if (first === undefined) return;
    const newest = series.time.at(-1) ?? Number.NEGATIVE_INFINITY;
    for (let row = 0; row < first.length; row++) {
      const time = first.time[row] as number;
      if (time <= newest || (lookback === 0 && time < start)) continue;
      const end = row === first.length - 1 ? Math.min(first.lastEnd, time + timestep.milliseconds) : Number.NaN;
      const [open, high, low, close, volume] = [first.open, first.high, first.low, first.close, first.volume].map(
        (column) => column[row] as number,
      ) as [number, number, number, number, number];
      const [bid, ask] = [first.bid?.[row], first.ask?.[row]];
      series.append({
        kind: "bar",
        asset,
        timestep,
        time,
        end: Number.isNaN(end) ? (first.time[row + 1] as number) : end,
        ...{ open, high, low, close, volume, bid, ask },
        arrival: this.time,
      });
    }
  }

  private tell(
    code: "bar_late" | "bar_overdue" | "bars_rejected",
    { asset, timestep, time: open }: { readonly asset: Asset; readonly timestep: Timestep; readonly time: number },
    words: string,
  ): void {
    const time = this.options.now();
    const message = `The ${timestep.name} bar of ${asset} from ${formatInstant(open)} ${words} (${formatInstant(time)})`;
    this.options.events.push({ time, code, level: "warning", message, asset });
  }

  /** A bar came that is none: nobody is to trade on it. */
  private tellUnsound(bar: StreamedBar): void {
    const { time, end, open, high, low, close, volume } = bar;
    const found = Object.entries({ time, end, open, high, low, close, volume }).map(
      ([name, value]) => `${name} ${value}`,
    );
    this.tell("bars_rejected", bar, `is unsound and was left out: ${found.join(", ")}`);
  }

  /** A bar came whose instant has passed. */
  tellLate(bar: StreamedBar): void {
    this.tell("bar_late", bar, "came when its time had passed: it is in the history, and no order was examined on it");
  }
}

function streamError(attempt: "Reading" | "Closing", cause: unknown): BacklitError {
  if (cause instanceof BacklitError) return cause;
  return new BacklitError("data_source", `${attempt} the stream of bars: ${messageOf(cause)}`, { cause });
}
