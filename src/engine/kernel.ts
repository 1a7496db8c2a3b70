import type { StreamedBar } from "../market/bar-stream.ts";
import { StrategyError } from "../market/errors.ts";
import type { Trace } from "../market/run-outcome.ts";
import { formatInstant } from "../market/time.ts";
import type { HookResult } from "../strategy/hooks.ts";
import type { StrategyBase } from "../strategy/strategy-base.ts";
import type { AccountEvents } from "./account/account-events.ts";
import type { MarginCalls } from "./account/margin-calls.ts";
import type { SimulatedClock } from "./clock.ts";
import type { EquityRecorder } from "./equity-recorder.ts";
import { EventQueue } from "./event-queue.ts";
import { HookGuard } from "./hook-guard.ts";
import { IdleSleeps } from "./idle-sleep.ts";
import type { Instrument } from "./instrument.ts";
import type { LiveFeed } from "./live-feed.ts";
import type { MarketData } from "./market-data.ts";
import { OrderCallbacks } from "./order-callbacks.ts";
import { overriddenHooks } from "./overridden-hooks.ts";
import { PassedRows } from "./passed-rows.ts";
import type { Portfolio } from "./portfolio.ts";
import { ProgressInterval, type ProgressListener } from "./progress.ts";
import type { Schedule } from "./schedule.ts";
import type { Timeframe } from "./timeframe.ts";
import type { Timeframes } from "./timeframes.ts";
import { tracedValues } from "./traced-values.ts";
import type { TradeRecorder } from "./trade-recorder.ts";
import type { TradingVenue } from "./trading-venue.ts";
import type { Turns } from "./turns.ts";

export interface KernelParts {
  readonly strategy: StrategyBase<object>;
  readonly clock: SimulatedClock;
  readonly market: MarketData;
  readonly broker: TradingVenue;
  readonly portfolio: Portfolio;
  readonly trades: TradeRecorder;
  readonly equity: EquityRecorder;
  readonly schedule: Schedule;
  readonly timeframes: Timeframes;
  /** Rolls and what else happens apart from orders. */
  readonly accountEvents: AccountEvents;
  /** Only where the account is to be judged at every bar. */
  readonly marginCalls: Pick<MarginCalls, "check"> | undefined;
  /** Exclusive, epoch ms UTC. */
  readonly end: number;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: ProgressListener | undefined;
  /** Assets an order asked for that are not in the run yet; fetched before the clock moves. */
  readonly loadWanted: () => Promise<void> | undefined;
  /** Live: where bars come from, one at a time. Undefined when all of them are here from the start. */
  readonly feed: LiveFeed | undefined;
  /** Only where other strategies trade on the same account. */
  readonly turns: Turns | undefined;
}

/** How far time may pass without waiting for bars. */
const NO_WAITING = { horizon: Number.POSITIVE_INFINITY };

/** An order sent from a fill callback may fill at the same instant and call back again; beyond this it never ends. */
const MOST_ROUNDS_AN_INSTANT = 1000;

/**
 * The loop. One turn is one instant: bars that close there are matched and valued, rolls and their like happen, fills are told; then session hooks and the
 * iteration; then bars that open there are matched, and their fills told until no new order fills. All bars of an instant are
 * done before the first callback of that instant.
 */
export class Kernel {
  readonly traces: Trace[] = [];
  readonly guard = new HookGuard();
  private readonly parts: KernelParts;
  private readonly queue = new EventQueue();
  /** Instruments whose next bar opens at the present instant: the first `openingCount` of the list, which is used again and again. */
  private readonly opening: Instrument[] = [];
  private openingCount = 0;
  private readonly callbacks: OrderCallbacks;
  private readonly progress: ProgressInterval;
  private readonly idleSleeps: IdleSleeps;
  private readonly wantsTraces: boolean;
  private readonly passed: PassedRows;
  private readonly frontier: { readonly horizon: number };
  private entered = Number.NaN;
  private finished = false;
  private iteration = Number.POSITIVE_INFINITY;
  private iterationCount = 0;
  private iteratedAt = Number.NEGATIVE_INFINITY;
  private closedBars = 0;
  /** Where strategies take turns, bars come in live, or every iteration is traced, no instant is quiet. */
  private readonly mayBeQuiet: boolean;

  constructor(parts: KernelParts) {
    this.parts = parts;
    this.callbacks = new OrderCallbacks({ ...parts, guard: this.guard });
    this.progress = new ProgressInterval(parts.onProgress);
    this.idleSleeps = new IdleSleeps(parts.strategy);
    this.wantsTraces = overriddenHooks(parts.strategy).has("traceStats");
    parts.broker.subscribe((event) => this.callbacks.add(event));
    this.passed = new PassedRows(parts.equity, parts.portfolio);
    this.mayBeQuiet = parts.turns === undefined && parts.feed === undefined && !this.wantsTraces;
    this.frontier = parts.feed ?? NO_WAITING;
    if (parts.feed !== undefined) parts.feed.onBar = (instrument, bar) => this.arrive(instrument, bar);
  }

  get bars(): number {
    return this.closedBars;
  }

  get iterations(): number {
    return this.iterationCount;
  }

  /** Puts an instrument into the merge, from the present instant on. */
  add(instrument: Instrument): void {
    const { clock, schedule, feed, broker, market } = this.parts;
    const moved = market.openDaysWithSessions(clock.time).filter((other) => other !== instrument);
    instrument.seek(clock.time);
    feed?.join(instrument, broker.examinesBars);
    for (const other of moved) feed?.expect(other);
    if (moved.length === 0) this.enqueue(instrument);
    else this.enqueueAnew();
    schedule.reset(clock.time);
    if (this.iteration > clock.time) this.iteration = Number.NaN;
  }

  /** Runs to the end of the data or of the span, or until the signal says stop; true when it came to the end. */
  run(): Promise<boolean> {
    const { signal } = this.parts;
    const stop = () => this.guard.end(false);
    signal?.addEventListener("abort", stop, { once: true });
    return Promise.race([this.runToEnd(), this.guard.ended]).finally(() => {
      const { equity, clock, portfolio, broker } = this.parts;
      this.finished = true;
      this.passed.record();
      // Not the clock's time alone: a hook that sleeps moves it on past the end of the bars.
      equity.recordEnd(broker.fills.at(-1)?.time ?? clock.time, portfolio.equity, portfolio.cash);
      this.parts.turns?.leave();
      signal?.removeEventListener("abort", stop);
    });
  }

  private async runToEnd(): Promise<boolean> {
    const { strategy, clock, schedule, equity, portfolio, broker, market, turns } = this.parts;
    // One row an instant: exact for one instrument, the least there will be for several.
    equity.reserve(Math.max(0, ...market.instruments.map((instrument) => instrument.time.length)) + 1);
    broker.advance(clock.time);
    equity.record(clock.time, portfolio.equity, portfolio.cash);
    if (turns !== undefined)
      await turns.enter(
        clock.time,
        () => {},
        () => {},
      );
    const initializing = this.guard.after(this.guard.call("initialize", () => strategy.initialize()));
    if (initializing !== undefined) await this.guard.wait("initialize", initializing);
    await this.settle();
    this.iteration = schedule.nextIteration(clock.time);
    for (;;) {
      const waiting = this.isQuiet() ? this.passQuietly(this.queue.first) : this.spin();
      if (waiting !== undefined) await waiting;
      else if (!this.progress.isOver && !this.isQuiet() && !(await this.hearBroker())) {
        await turns?.end();
        return true;
      }
      if (this.progress.isOver && (await this.breathe())) return false;
    }
  }

  /**
   * Turns the loop without waiting, for as long as no hook gives a promise: then answers it, with the rest of the instant behind it.
   * Undefined before a quiet instant, at the end of the run, and when the outside world is to be let in.
   */
  private spin(): Promise<void> | undefined {
    while (!this.progress.isOver && !this.isQuiet()) {
      const time = this.nextTime();
      if (this.mustWait(time)) return this.awaitBars(time);
      if (time === Number.POSITIVE_INFINITY) return undefined;
      this.progress.countInstant();
      const waiting = this.instant(time);
      if (waiting !== undefined) return waiting;
    }
    return undefined;
  }

  /** True when at the next instant a bar of the only instrument closes, the strategy iterates, the next bar opens, and nothing else is due. */
  private isQuiet(): boolean {
    const { queue } = this;
    if (!this.mayBeQuiet || queue.length !== 1) return false;
    const { broker, accountEvents, timeframes, schedule, end } = this.parts;
    const { first: instrument, nextTime: time } = queue;
    return (
      instrument.inBar &&
      instrument.onClose === undefined &&
      instrument.openOf === undefined &&
      instrument.time[instrument.row + 1] === time &&
      this.iteration === time &&
      time < end &&
      schedule.nextTimerTime > time &&
      schedule.jobs.nextTime > time &&
      accountEvents.nextTime > time &&
      broker.nextDue > time &&
      timeframes.nextClose > time
    );
  }

  /**
   * Passes quiet instants, which most instants of most runs are, up to the first other one. These are the steps of `instant` in one loop: a call
   * that takes or gives a time makes a number on the heap for it, and promises beside the hook's own would be most of what an iteration
   * costs that is waited for. What is passed is recorded before anything else than the price can change the account.
   */
  private async passQuietly(instrument: Instrument): Promise<void> {
    const { clock, broker, accountEvents, timeframes, schedule, marginCalls } = this.parts;
    const { queue, progress, callbacks, guard, passed } = this;
    const { book } = instrument;
    const { jobs } = schedule;
    while (!progress.isOver && this.isQuiet()) {
      const time = queue.nextTime;
      // A hook that is waited for may ask for the first of them.
      const hasTimeframes = timeframes.length > 0;
      progress.countInstant();
      clock.time = time;
      broker.advance(time);
      const hasOrders = book.length > 0;
      if (hasOrders) broker.throughBar(instrument);
      passed.begin(instrument);
      instrument.closeBarAt(time);
      if (hasTimeframes) timeframes.take(instrument);
      this.closedBars += 1;
      queue.moveOnly(instrument.barClose);
      this.setAside(instrument);
      this.entered = time;
      // What an order opened inside the bar may be settled at its close.
      const settled = hasOrders && accountEvents.nextTime <= time;
      if (settled) accountEvents.run(time);
      const liquidates = marginCalls?.check() === true;
      if (hasTimeframes) timeframes.closeDue(time);
      if (settled || liquidates || callbacks.waiting || timeframes.closed.length > 0) {
        passed.record();
        return this.callHooks(time);
      }

      const running = this.callIteration();
      if (running !== undefined) {
        const outer = guard.enter("onTradingIteration");
        try {
          await running;
        } catch (error) {
          guard.blame("onTradingIteration", error);
        }
        const ended = guard.leave(outer);
        if (ended !== undefined) return ended;
        // A hook that slept comes to itself at another instant, at which other things may be due.
        if (clock.time !== time) return this.afterIteration();
      }
      this.iterationCount += 1;
      this.iteratedAt = time;
      schedule.lastIteration = time;
      this.iteration = schedule.nextIteration(time + 1);
      if (book.length > 0 || callbacks.waiting) passed.record();
      const waiting = this.settleIfNeeded();
      if (waiting !== undefined) {
        passed.record();
        await waiting;
        return this.openUnlessDue();
      }

      if (schedule.nextTimerTime <= time || jobs.nextTime <= time || Number.isNaN(this.iteration)) break;
      // An asset that the hook asked for opens here as well, or has put off the open of this one.
      if (this.openingCount !== 1 || this.opening[0] !== instrument) {
        passed.record();
        return this.open();
      }
      this.openingCount = 0;
      instrument.openBar();
      if (book.length > 0 && broker.atOpen(this.opening, 1)) {
        const settling = this.settleOpen([instrument]);
        if (settling !== undefined) await settling;
      }
    }
    passed.record();
  }

  /** At the end: waits for answers that are out; true when they led to something. */
  private async hearBroker(): Promise<boolean> {
    const { broker } = this.parts;
    await broker.answered?.();
    if (!broker.takeIn?.()) return false;
    await this.tellOrders();
    return true;
  }

  /** True when bars that `time`, or the open of the present instant, cannot do without are still to come. */
  private mustWait(time: number): boolean {
    const { horizon } = this.frontier;
    return time > horizon || (this.openingCount > 0 && this.parts.clock.time >= horizon);
  }

  private async awaitBars(time: number): Promise<void> {
    const { feed, schedule, clock, broker } = this.parts;
    // To open the bars of an instant all of them must be here: time has to be able to pass it.
    const needed = this.openingCount > 0 && time === clock.time ? time + 1 : time;
    if (feed !== undefined) await this.guard.work(feed.advance(needed));
    // What came in as the run was ended from outside is nobody's any more.
    await this.guard.after(undefined);
    if (broker.takeIn?.()) await this.tellOrders();
    if (feed?.ended !== true || feed.knowsBarsAhead) return;
    // Now it is known that nothing more will come, whatever the calendar promises.
    schedule.reset(clock.time);
    if (this.iteration > clock.time) this.iteration = Number.NaN;
  }

  /** Takes in a bar that has just come. */
  private arrive(instrument: Instrument, bar: StreamedBar): void {
    const { clock, feed, timeframes, broker } = this.parts;
    broker.onBar?.({ ...bar, asset: instrument.asset });
    if (!instrument.hasArrival) return;
    const open = instrument.nextOpen;
    if (open < instrument.joinedAt) instrument.enterOpened();
    // Nobody waited for its open where no order is examined on it.
    else if (!broker.examinesBars && instrument.barClose >= clock.time) instrument.openBar();
    else if (open < clock.time) {
      feed?.tellLate(bar);
      instrument.closeBar();
      // Coarser bars that are still in progress, and what comes after it, count it in.
      timeframes.take(instrument);
      return;
    }
    this.enqueue(instrument);
  }

  /** Puts an instrument into the merge by its next instant. */
  private enqueue(instrument: Instrument): void {
    const opensNow = !instrument.inBar && instrument.nextOpen === this.parts.clock.time;
    if (opensNow) this.setAside(instrument);
    this.queue.add(instrument, opensNow || instrument.inBar ? instrument.barClose : instrument.nextOpen);
  }

  /** The same for all of them, where it has changed when their bars open. */
  private enqueueAnew(): void {
    this.queue.clear();
    this.openingCount = 0;
    for (const instrument of this.parts.market.instruments) this.enqueue(instrument);
  }

  private nextTime(): number {
    const { clock, schedule, timeframes, end, broker } = this.parts;
    if (Number.isNaN(this.iteration)) {
      const done = this.iteratedAt === clock.time ? 1 : 0;
      this.iteration = schedule.nextIteration(clock.time + done);
    }
    let time = this.nextMarketTime();
    if (this.iteration < time) time = this.iteration;
    // What came due while a hook slept comes now: time never goes back.
    if (schedule.nextTimerTime < time) time = Math.max(schedule.nextTimerTime, clock.time);
    if (timeframes.nextClose < time) time = timeframes.nextClose;
    // The venue's own instants come only before others: a run does not go on for them.
    if (time < Number.POSITIVE_INFINITY && broker.nextDue < time) time = broker.nextDue;
    if (time < Number.POSITIVE_INFINITY && schedule.jobs.nextTime < time) {
      time = Math.max(schedule.jobs.nextTime, clock.time);
    }
    // After the end of the span bars in progress still close; nothing else happens but the hooks of a session that closes there.
    return time >= end ? Math.min(this.nextMarketTime(), schedule.nextTimerTime) : time;
  }

  /** One instant: see the class. */
  private instant(time: number): Promise<void> | undefined {
    const { turns } = this.parts;
    if (turns !== undefined) return this.enterInTurn(turns, time).then((entered) => this.callHooks(entered));
    this.enterInstant(time);
    return this.callHooks(time);
  }

  /** `enterInstant` where strategies take turns; answers the instant that it became. */
  private enterInTurn(turns: Turns, time: number): Promise<number> {
    let closed = false;
    const close = (entered: number) => {
      closed = this.closeBars(entered);
    };
    return this.guard.work(turns.enter(time, close, (entered) => this.closeInstant(entered, closed)));
  }

  private callHooks(time: number): Promise<void> | undefined {
    const { nextTimerTime, jobs } = this.parts.schedule;
    // What the account must close is closed before any hook, whichever hooks there are.
    this.parts.broker.atClose();
    if (this.callbacks.waiting || nextTimerTime <= time || jobs.nextTime <= time) return this.instantInSteps(time);
    return this.iterateAndOpen(time);
  }

  /** The same when there is something to tell or a session hook to call before the iteration. */
  private async instantInSteps(time: number): Promise<void> {
    await this.tellOrders();
    await this.runTimers(time);
    await this.iterateAndOpen(time);
  }

  private iterateAndOpen(time: number): Promise<void> | undefined {
    if (time >= this.parts.end) return undefined;
    if (this.parts.timeframes.closed.length > 0) {
      const telling = this.tellBars();
      if (telling !== undefined) return telling.then(() => this.iterateAndOpen(time));
    }
    // Not yet known (NaN) is not due.
    if (!(this.iteration <= time)) return this.openUnlessDue();
    const running = this.callIteration();
    return running === undefined ? this.afterIteration() : this.awaitIteration(running);
  }

  private awaitIteration(running: Promise<void>): Promise<void> {
    const outer = this.guard.enter("onTradingIteration");
    return Promise.resolve(running).then(
      () => this.guard.leave(outer) ?? this.afterIteration(),
      (error: unknown) => this.guard.blame("onTradingIteration", error),
    );
  }

  // Called at every bar: written out, so that no function has to be made for it.
  private callIteration(): HookResult {
    try {
      return this.guard.after(this.parts.strategy.onTradingIteration());
    } catch (error) {
      return this.guard.blame("onTradingIteration", error);
    }
  }

  private callOnBar({ asset, timestep }: Timeframe): HookResult {
    try {
      return this.guard.after(this.parts.strategy.onBar(asset, timestep));
    } catch (error) {
      return this.guard.blame("onBar", error);
    }
  }

  /** Calls `onBar` for every bar that closed at this instant; a promise when a hook, or what follows it, gave one. */
  private tellBars(): Promise<void> | undefined {
    const { timeframes } = this.parts;
    while (timeframes.closed.length > 0) {
      const running = this.callOnBar(timeframes.closed.shift() as Timeframe);
      if (running !== undefined) return this.guard.wait("onBar", running).then(() => this.settle());
      const settling = this.settleIfNeeded();
      if (settling !== undefined) return settling;
    }
    return undefined;
  }

  /** Moves the market on to `target` while a hook waits; no iteration runs meanwhile. What opens at `target` is still to come. */
  async advanceTo(target: number): Promise<void> {
    const { clock, timeframes, end } = this.parts;
    if (target <= clock.time || this.finished) {
      this.idleSleeps.count(clock.time);
      return;
    }
    this.passed.record();
    const last = Math.min(target, end);
    const toTell = timeframes.closed.length;
    await this.settle();
    if (clock.time < last) await this.open();
    // A hook that is told something meanwhile may sleep for longer.
    while (clock.time < last) {
      const time = Math.min(this.nextVenueTime(), last);
      if (this.progress.isOver && (await this.breathe())) await this.guard.endInHook(false);
      this.progress.countInstant();
      if (this.mustWait(time)) await this.awaitBars(time);
      else if (time === last) break;
      else {
        await this.enterAsleep(time);
        await this.tellOrders();
        if (clock.time < last) await this.open();
      }
    }
    // Nobody wakes up after the end; what is in progress still closes, and the run is over.
    if (target >= end) await this.finishAsleep();
    while (clock.time < last && (await this.enterAsleep(last)) < last) await this.tellOrders();
    await this.tellOrders();
    // No `onBar` either for what closed meanwhile.
    timeframes.closed.length = toTell;
    this.iteration = Number.NaN;
  }

  private async enterAsleep(time: number): Promise<number> {
    const { turns } = this.parts;
    if (turns !== undefined) return this.enterInTurn(turns, time);
    this.enterInstant(time);
    return time;
  }

  /** The next instant at which bars open or close, or orders end by the clock. */
  private nextVenueTime(): number {
    return Math.min(this.nextMarketTime(), this.parts.broker.nextDue);
  }

  /** The run's end while a hook sleeps past it: bars in progress close, and the hook never goes on. */
  private async finishAsleep(): Promise<never> {
    while (this.nextMarketTime() !== Number.POSITIVE_INFINITY || this.mustWait(Number.POSITIVE_INFINITY)) {
      const time = this.nextMarketTime();
      if (this.mustWait(time)) {
        await this.awaitBars(time);
        continue;
      }
      await this.enterAsleep(time);
      await this.tellOrders();
      if (time < this.parts.end) await this.open();
    }
    await this.parts.turns?.end();
    return this.guard.endInHook(true);
  }

  private nextMarketTime(): number {
    if (this.openingCount > 0) return this.parts.clock.time;
    const due = this.parts.accountEvents.nextTime;
    const next = this.queue.nextTime;
    return due < next ? due : next;
  }

  private enterInstant(time: number): void {
    this.closeInstant(time, this.closeBars(time));
  }

  /** Sets the clock and takes in every bar that closes at this instant, true when any does; what opens here is set aside for `open`. */
  private closeBars(time: number): boolean {
    const { clock, broker } = this.parts;
    const queue = this.queue;
    clock.time = time;
    broker.advance(time);
    const before = this.closedBars;
    while (queue.nextTime === time) {
      const instrument = queue.first;
      if (instrument.inBar) this.closeBar(instrument);
      const open = instrument.nextOpen;
      if (open === time) this.setAside(instrument);
      queue.moveFirst(open === time ? instrument.barClose : open);
    }
    // Once an instant: what is sent at the instant at which it ends still meets the bars that open there.
    if (time !== this.entered) broker.settleDue();
    this.entered = time;
    return this.closedBars > before;
  }

  /** What happens to the account once the bars of an instant are taken in. */
  private closeInstant(time: number, closed: boolean): void {
    const { portfolio, equity, accountEvents, timeframes } = this.parts;
    const changed = accountEvents.nextTime <= time && accountEvents.run(time);
    if (this.parts.marginCalls !== undefined && closed) this.parts.marginCalls.check();
    if (changed || closed) equity.record(time, portfolio.equity, portfolio.cash);
    timeframes.closeDue(time);
  }

  private closeBar(instrument: Instrument): void {
    const { broker } = this.parts;
    if (instrument.book.length > 0) broker.throughBar(instrument);
    instrument.closeBar();
    this.parts.timeframes.take(instrument);
    this.closedBars += 1;
  }

  /** What follows an iteration, and then the bars that open. */
  private afterIteration(): Promise<void> | undefined {
    const { clock, schedule } = this.parts;
    this.iterationCount += 1;
    this.iteratedAt = clock.time;
    schedule.lastIteration = clock.time;
    if (this.wantsTraces) this.trace(clock.time);
    this.iteration = schedule.nextIteration(clock.time + 1);
    const settling = this.settleIfNeeded();
    return settling === undefined ? this.openUnlessDue() : settling.then(() => this.openUnlessDue());
  }

  /** Opens the bars of this instant, unless a hook slept and something else has come due by now: that comes first, in a turn of its own. */
  private openUnlessDue(): Promise<void> | undefined {
    const { clock, schedule } = this.parts;
    const isDue = schedule.nextTimerTime <= clock.time || schedule.jobs.nextTime <= clock.time;
    return isDue || Number.isNaN(this.iteration) ? undefined : this.open();
  }

  private trace(time: number): void {
    const { strategy } = this.parts;
    const values: unknown = this.guard.call("traceStats", () => strategy.traceStats());
    if (values !== undefined && values !== null)
      this.traces.push({ time, values: tracedValues(strategy.name, values, time) });
  }

  private settleIfNeeded(): Promise<void> | undefined {
    const loading = this.parts.loadWanted();
    if (loading !== undefined) return loading.then(() => this.settle());
    return this.tellOrders();
  }

  /**
   * Fills what is sent at the close just seen and tells what became of orders; what is sent in answer, for assets too that are still to be
   * fetched, in turn, until nothing more fills there.
   */
  private tellOrders(answers = 0): Promise<void> | undefined {
    const { broker, loadWanted } = this.parts;
    broker.atClose();
    for (let round = answers; this.callbacks.waiting; round++) {
      const telling = this.callbacks.deliver(round)?.then(loadWanted) ?? loadWanted();
      if (telling !== undefined) return telling.then(() => this.tellOrders(round + 1));
      broker.atClose();
    }
    return undefined;
  }

  private async runTimers(time: number): Promise<void> {
    const { strategy, schedule, end } = this.parts;
    for (let hook = schedule.takeTimer(time); hook !== undefined; hook = schedule.takeTimer(time)) {
      const due = hook;
      const running = this.guard.after(this.guard.call(due, () => strategy[due]()));
      if (running !== undefined) await this.guard.wait(hook, running);
      await this.settle();
    }
    if (time >= end) return;
    const { jobs } = schedule;
    for (let job = jobs.take(time, schedule.calendar); job !== undefined; job = jobs.take(time, schedule.calendar)) {
      const running = this.guard.after(this.guard.call(job.name, job.call));
      if (running !== undefined) await this.guard.wait(job.name, running);
      await this.settle();
    }
  }

  /** What follows a hook: assets it asked for are fetched, orders at the close are filled, callbacks run. */
  private async settle(): Promise<void> {
    await this.parts.loadWanted();
    await this.tellOrders();
  }

  private setAside(instrument: Instrument): void {
    this.opening[this.openingCount] = instrument;
    this.openingCount += 1;
  }

  /** Opens the bars of this instant: first all of them, then the matching, then the callbacks, as often as new orders fill. */
  private open(): Promise<void> | undefined {
    const count = this.openingCount;
    if (count === 0 || this.parts.clock.time >= this.frontier.horizon) return undefined;
    const opening = this.opening;
    const { broker, turns } = this.parts;
    this.openingCount = 0;
    if (turns !== undefined) return this.openInTurn(turns, opening.slice(0, count));
    if (this.parts.feed !== undefined) inPlaceOrder(opening, count);
    for (let i = 0; i < count; i++) (opening[i] as Instrument).openBar();
    const changed = broker.atOpen(opening, count);
    return changed ? this.settleOpen(opening.slice(0, count)) : undefined;
  }

  private async openInTurn(turns: Turns, opening: readonly Instrument[]): Promise<void> {
    const open = () => {
      for (const instrument of opening) instrument.openBar();
    };
    const changed = await this.guard.work(turns.open(this.parts.clock.time, open, () => this.matchOpen(opening)));
    if (changed) await this.settleOpen(opening);
  }

  /** Tells what the opens did, and matches again what that led to, until nothing more fills. */
  private settleOpen(opening: readonly Instrument[], firstRound = 0): Promise<void> | undefined {
    for (let round = firstRound; round < MOST_ROUNDS_AN_INSTANT; round++) {
      const settling = this.settleIfNeeded();
      if (settling !== undefined) {
        return settling.then(() => (this.matchOpen(opening) ? this.settleOpen(opening, round + 1) : undefined));
      }
      if (!this.matchOpen(opening)) return undefined;
    }
    const { strategy, clock } = this.parts;
    throw new StrategyError(
      `${strategy.name} answered fills with orders that filled at once, ${MOST_ROUNDS_AN_INSTANT} times at ${formatInstant(clock.time)}`,
      {
        time: clock.time,
        hint: "Have a fill hook send an order on some fills only, or one that does not fill at once.",
      },
    );
  }

  private matchOpen(opening: readonly Instrument[]): boolean {
    return this.parts.broker.atOpen(opening, opening.length);
  }

  /** Lets the outside in when it is time; true when the run is to stop. */
  private async breathe(): Promise<boolean> {
    const { signal, clock, equity, trades } = this.parts;
    const standing = () => ({ ...equity.standing(), trades: trades.closedCount });
    await this.progress.ask({ time: clock.time, bars: this.closedBars, standing });
    return signal?.aborted ?? false;
  }
}

/** Bars of one instant come in in any order; they are taken in the order of the run. */
function inPlaceOrder(opening: Instrument[], count: number): void {
  const sorted = opening.slice(0, count).sort((a, b) => a.rank - b.rank);
  for (let i = 0; i < count; i++) opening[i] = sorted[i] as Instrument;
}
