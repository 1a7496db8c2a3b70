import { checkMultiple } from "../bars/resample.ts";
import type { BarGrid } from "../calendar/bar-grid.ts";
import type { Asset } from "../market/asset.ts";
import type { BarSeries } from "../market/bar-series.ts";
import type { ChartLine } from "../market/chart.ts";
import { InvalidInputError } from "../market/errors.ts";
import type { RunEvent } from "../market/events.ts";
import { parseTimestep, type Timestep, type TimestepLike } from "../market/timestep.ts";
import type { IndicatorSeries } from "../strategy/indicator-series.ts";
import { gridFor } from "./coarser-history.ts";
import type { History } from "./history-series.ts";
import { linesOf } from "./indicator-lines.ts";
import { barsPerBar, lookbackOf, usualBarsPerBar } from "./indicator-lookback.ts";
import { type Instrument, lowerBound } from "./instrument.ts";
import type { MarketData } from "./market-data.ts";
import { Timeframe } from "./timeframe.ts";

interface TimeframesParts {
  readonly market: MarketData;
  readonly now: () => number;
  readonly events: RunEvent[];
  readonly isBacktesting: boolean;
  /** Whether the strategy has an `onBar`: then each close by the clock is an instant of the run. */
  readonly wantsBars: boolean;
}

/** Series that wait for the hook that asked for them to return, by what they are over. */
interface Wanted {
  readonly asset: Asset;
  readonly timestep: Timestep | undefined;
  readonly series: IndicatorSeries[];
}

/** A stretch of bars: from so many before an instant on. */
interface Stretch {
  /** Epoch ms UTC. */
  readonly since: number;
  readonly lookback: number;
}

/**
 * The bars of all steps that indicators and `onBar` live by, made from each asset's own bars as the loop passes them: in a backtest, a
 * replay and live by the same few lines, so that all three give the same numbers.
 */
export class Timeframes {
  /** Those with a bar that closed at this instant: the assets' own steps first, then from fine to coarse; only with an `onBar`. */
  readonly closed: Timeframe[] = [];
  private readonly parts: TimeframesParts;
  private readonly all: Timeframe[] = [];
  /** By place of the instrument in the run. */
  private readonly byInstrument: (Timeframe[] | undefined)[] = [];
  private readonly byAsset = new Map<Asset, Map<TimestepLike, Timeframe>>();
  private readonly series: IndicatorSeries[] = [];
  private readonly onClosed: ((timeframe: Timeframe) => void) | undefined;
  private wanted: Wanted[] = [];
  /** The earliest instant at which `closeDue` has something to do. */
  private due = Number.POSITIVE_INFINITY;

  constructor(parts: TimeframesParts) {
    this.parts = parts;
    this.onClosed = parts.wantsBars ? (timeframe) => this.closed.push(timeframe) : undefined;
  }

  /** How many steps there are. */
  get length(): number {
    return this.all.length;
  }

  /** When the loop must stop for a bar to be told to `onBar`. */
  get nextClose(): number {
    return this.onClosed === undefined ? Number.POSITIVE_INFINITY : this.due;
  }

  /** Notes a series; it is fed from `load` on. @throws InvalidInputError when its indicator is in use already */
  add(series: IndicatorSeries): void {
    if (this.series.some(({ indicator }) => indicator === series.indicator)) {
      throw new InvalidInputError("invalid_argument", `Adding ${series.terms.look.name}: this object is fed already`, {
        hint: "Make a new one for each call of this.indicator(...).",
      });
    }
    this.series.push(series);
    this.want(series.terms.asset, series.terms.timestep).series.push(series);
  }

  /** Has the closes of a series told to `onBar`. */
  watch(asset: Asset, timestep: TimestepLike): void {
    if (this.onClosed !== undefined) this.want(asset, parseTimestep(timestep));
  }

  /** Feeds what waits with its history and joins it to the run; undefined when nothing waits. */
  load(): Promise<void> | undefined {
    return this.wanted.length === 0 ? undefined : this.loadWanted();
  }

  /** Takes the bar of an instrument that has just closed. */
  take(instrument: Instrument): void {
    const timeframes = this.byInstrument[instrument.index];
    if (timeframes === undefined) return;
    const row = instrument.row - 1;
    const time = instrument.lastClose;
    for (let i = 0; i < timeframes.length; i++) {
      const timeframe = timeframes[i] as Timeframe;
      timeframe.take(instrument, row, time);
      if (timeframe.nextClose < this.due) this.due = timeframe.nextClose;
    }
  }

  /** Closes every bar whose time is over by the clock. After all bars of the instant were taken. */
  closeDue(now: number): void {
    if (now < this.due) return;
    let due = Number.POSITIVE_INFINITY;
    const all = this.all;
    for (let i = 0; i < all.length; i++) {
      const timeframe = all[i] as Timeframe;
      timeframe.closeDue(now);
      due = Math.min(due, timeframe.nextClose, timeframe.nextChange);
    }
    this.due = due;
  }

  /** Bars of a step that indicators are over; undefined when there is no such step. */
  find(asset: Asset, timestep: TimestepLike): Timeframe | undefined {
    const known = this.byAsset.get(asset)?.get(timestep);
    if (known !== undefined || this.all.length === 0) return known;
    const step = parseTimestep(timestep);
    const found = this.all.find((candidate) => candidate.timestep === step && candidate.asset.key === asset.key);
    if (found !== undefined) this.remember(asset, timestep, found);
    return found;
  }

  /** What is drawn of the indicators. */
  lines(): readonly ChartLine[] {
    return this.series.flatMap(linesOf);
  }

  /** Tells what was left out, once at the end of a run. */
  tellLeftOut(): void {
    for (const { asset, timestep, leftOut, late } of this.all) {
      const tell = (code: RunEvent["code"], message: string) =>
        this.parts.events.push({ time: this.parts.now(), code, level: "info", message, asset });
      const what = `${timestep.name} bars of ${asset}`;
      if (leftOut > 0) tell("bars_outside_sessions", `${leftOut} bars of extended hours are in no ${what}`);
      if (late > 0) tell("bar_late", `${late} bars came when their ${what} had closed, and are in none`);
    }
  }

  private want(asset: Asset, timestep: Timestep | undefined): Wanted {
    const same = this.wanted.find((wanted) => wanted.asset.key === asset.key && wanted.timestep === timestep);
    if (same !== undefined) return same;
    const wanted: Wanted = { asset, timestep, series: [] };
    this.wanted.push(wanted);
    return wanted;
  }

  private async loadWanted(): Promise<void> {
    while (this.wanted.length > 0) {
      const waiting = this.wanted;
      this.wanted = [];
      for (const wanted of waiting) await this.loadOne(wanted);
    }
  }

  private async loadOne({ asset, timestep, series }: Wanted): Promise<void> {
    const { market } = this.parts;
    const instrument = await market.load(asset, timestep);
    const base = instrument.timestep;
    const step = timestep ?? base;
    checkMultiple(base, step, `${step.name} bars of ${asset}`);
    const direct = series.filter((one) => one.terms.over === undefined);
    // A step that is known goes on as it is; what is new catches up with it beside it.
    const known = this.find(asset, step);
    const since = this.parts.now();
    const timeframe =
      direct.length === 0
        ? (known ?? (await this.watched(step, instrument)))
        : await this.caughtUp(direct, step, instrument, { since, lookback: lookbackOf(series, step, base, since) });
    for (const one of series) {
      one.endWarmup();
      if (!one.ready) this.checkLength(one, step, instrument);
    }
    if (known === undefined) this.join(timeframe, instrument);
    else {
      // What is new was fed with more bars, and is to be fed with them again when prices change what they mean.
      known.prepend(timeframe);
      for (const one of direct) known.add(one);
    }
    (known ?? timeframe).onClosed = this.onClosed;
  }

  /** Bars of a step from now on, for `onBar`. */
  private async watched(step: Timestep, instrument: Instrument): Promise<Timeframe> {
    const { asset, timestep: base, calendar } = instrument;
    const adjustments = await this.parts.market.adjustments(asset, instrument);
    const timeframe = new Timeframe(asset, step, gridFor(calendar, step, base), adjustments);
    timeframe.closeDue(this.parts.now());
    return timeframe;
  }

  /** Bars of a step, a multiple of the asset's own, from `lookback` before `since` on: the very bars that indicators of that step are fed with. */
  async history(instrument: Instrument, step: Timestep, lookback: number, since: number): Promise<History> {
    const made = await this.caughtUp([], step, instrument, { since, lookback });
    const known = this.find(instrument.asset, step);
    if (known === undefined) this.join(made, instrument);
    else known.prepend(made);
    return known ?? made;
  }

  /** Bars of a step up to now, fed to the series from `lookback` of them before `since` on. */
  private async caughtUp(
    series: readonly IndicatorSeries[],
    step: Timestep,
    instrument: Instrument,
    terms: Stretch,
  ): Promise<Timeframe> {
    const { market } = this.parts;
    const { asset, timestep: base } = instrument;
    const now = this.parts.now();
    if (step === base) await market.loadHistory(asset, step.name, terms.lookback);
    const grid = gridFor(instrument.calendar, step, base);
    const { past, first, older } = await this.past(instrument, step, grid, terms);
    const oldest = older === undefined || older.length === 0 ? past : older;
    const timeframe = new Timeframe(asset, step, grid, await market.adjustments(asset, oldest));
    for (const one of series) timeframe.add(one);
    if (older !== undefined) for (let row = 0; row < older.length; row++) timeframe.takeWhole(older, row);
    for (let row = first; row < past.length; row++) {
      const open = past.time[row] as number;
      const close = closeOf(past, row);
      timeframe.closeDue(open);
      if (close <= now) timeframe.take(past, row, close);
      // The loop passes bars that open from when the asset joined the run on; it will not pass this one.
      else if (open < now && !instrument.inBar) timeframe.await(past, row, close);
    }
    timeframe.closeDue(now);
    return timeframe;
  }

  /** The asset's own bars up to now, the row that bars of the step begin with, and what the source itself has of the step from before. */
  private async past(instrument: Instrument, step: Timestep, grid: BarGrid | undefined, { since, lookback }: Stretch) {
    const { asset } = instrument;
    const { past, starts, closed, reachesBack } = await this.enoughPast(instrument, step, grid, { since, lookback });
    const first = starts[Math.min(starts.length - 1, Math.max(reachesBack ? 1 : 0, closed - lookback))] as number;
    if (grid === undefined || reachesBack || closed >= lookback) return { past, first };
    const opened = past.time[first] ?? since;
    const label = grid.seek(opened) ? grid.open : opened;
    return { past, first, older: await this.parts.market.olderBars(asset, step, since, label, lookback - closed) };
  }

  /**
   * The asset's own bars from far enough back, where its bars of the step begin, how many of these have closed by `since`, and whether there
   * may be more before. What is fetched may have to be paid for: no more than sessions usually take, unless that was too little.
   */
  private async enoughPast(
    instrument: Instrument,
    step: Timestep,
    grid: BarGrid | undefined,
    { since, lookback }: Stretch,
  ) {
    const { market } = this.parts;
    const { asset, timestep: base, calendar } = instrument;
    const now = this.parts.now();
    // Two bars more: the one in progress, and the first, which is cut off where the history begins and does not count then.
    const bars = lookback + 2;
    const most = bars * barsPerBar(step, base);
    for (let wanted = bars * usualBarsPerBar(step, base, calendar, since); ; wanted = Math.min(2 * wanted, most)) {
      const past = await market.pastBars(asset, since, now, wanted);
      const starts = startsOfBars(past, grid, now);
      // The last is that of the bar in progress.
      const closed = startsOfBars(past, grid, since).length - 1;
      const reachesBack = lowerBound(past.time, since) >= wanted;
      if (closed > lookback || !reachesBack || wanted >= most) return { past, starts, closed, reachesBack };
    }
  }

  /** @throws InvalidInputError when all bars to the end of a backtest are too few for the indicator to become ready */
  private checkLength(series: IndicatorSeries, step: Timestep, instrument: Instrument): void {
    if (!this.parts.isBacktesting) return;
    const { indicator, terms } = series;
    const grid = gridFor(instrument.calendar, step, instrument.timestep);
    const most = series.barsSeen + countBars(instrument.time.subarray(instrument.row), grid);
    if (most >= terms.warmup) return;
    throw new InvalidInputError(
      "invalid_parameter",
      `Making ${indicator.name} ${JSON.stringify(indicator.parameters)}: its warm-up takes ${terms.warmup} bars of ${step.name}, expected at most ` +
        `${most}, which is all there is of ${terms.asset} up to the end of the run`,
      { hint: "Choose shorter periods or a finer step, a longer run, or data that begins earlier." },
    );
  }

  private join(timeframe: Timeframe, instrument: Instrument): void {
    const beside = this.byInstrument[instrument.index] ?? [];
    for (const list of [beside, this.all]) {
      list.push(timeframe);
      list.sort((a, b) => a.timestep.milliseconds - b.timestep.milliseconds);
    }
    this.byInstrument[instrument.index] = beside;
    this.due = Math.min(this.due, timeframe.nextClose, timeframe.nextChange);
  }

  private remember(asset: Asset, timestep: TimestepLike, timeframe: Timeframe): void {
    const steps = this.byAsset.get(asset) ?? new Map<TimestepLike, Timeframe>();
    steps.set(timestep, timeframe);
    this.byAsset.set(asset, steps);
  }
}

/** A bar never runs into the next one: a step of a day is shorter where the clock was set forward. */
function closeOf({ time, timestep }: BarSeries, row: number): number {
  return Math.min((time[row] as number) + timestep.milliseconds, time[row + 1] ?? Number.POSITIVE_INFINITY);
}

/** Rows of the finer bars that bars of the step begin with; the last is that of the bar in progress at `time`, or the end of what is past. */
function startsOfBars(past: BarSeries, grid: BarGrid | undefined, time: number): readonly number[] {
  const starts: number[] = [];
  let label = Number.NaN;
  let whole = Number.NEGATIVE_INFINITY;
  let row = 0;
  for (; row < past.length && (past.time[row] as number) < time; row++) {
    const open = past.time[row] as number;
    if (grid !== undefined && !grid.seek(open)) continue;
    if (grid === undefined || grid.open !== label) starts.push(row);
    label = grid?.open ?? open;
    const close = closeOf(past, row);
    whole = grid?.wholeAt(open, close) ?? close;
  }
  if (whole <= time) starts.push(row);
  return starts;
}

/** How many bars of a step come of the finer ones. */
function countBars(time: Float64Array, grid: BarGrid | undefined): number {
  if (grid === undefined) return time.length;
  let count = 0;
  let open = Number.NaN;
  for (const instant of time) {
    if (!grid.seek(instant) || grid.open === open) continue;
    open = grid.open;
    count += 1;
  }
  return count;
}
