import { Bars } from "../bars/bars.ts";
import { FormingBar } from "../bars/forming-bar.ts";
import { adjustColumns, type PriceAdjustment } from "../bars/price-adjustment.ts";
import type { BarGrid } from "../calendar/bar-grid.ts";
import type { Asset } from "../market/asset.ts";
import type { BarColumns } from "../market/bar-series.ts";
import { InvalidInputError } from "../market/errors.ts";
import { formatInstant } from "../market/time.ts";
import type { Timestep } from "../market/timestep.ts";
import type { IndicatorSeries } from "../strategy/indicator-series.ts";
import { BarAdjuster, columnsOf } from "./bar-adjuster.ts";
import { GrowingColumns } from "./growing-columns.ts";
import type { History } from "./history-series.ts";
import { lowerBound } from "./instrument.ts";

const FIELDS = ["open", "high", "low", "close", "volume"] as const;

/**
 * Bars of one asset and step as they are made from the asset's own bars, one at a time, and the indicators over them. A bar closes by the
 * clock: `closeDue` closes it when its time is over, whether or not its last finer bar came.
 */
export class Timeframe implements History {
  readonly asset: Asset;
  readonly timestep: Timestep;
  /** When `closeDue` has something to do; Infinity when nothing is in progress. */
  nextClose = Number.POSITIVE_INFINITY;
  /** Told when a bar has closed. */
  onClosed: ((timeframe: Timeframe) => void) | undefined;
  /** Finer bars that belong to no bar of this step, those of extended hours. */
  leftOut = 0;
  /** Finer bars that came when their bar had closed by the clock, and change nothing any more. */
  late = 0;
  /** Undefined: the step is the asset's own. */
  private readonly grid: BarGrid | undefined;
  private readonly bar = new FormingBar();
  /** When the bar in progress closes by the clock; Infinity when there is none. */
  private barClose = Number.POSITIVE_INFINITY;
  private awaited: { readonly bars: BarColumns; readonly row: number; readonly close: number } | undefined;
  private readonly closed: IndicatorSeries[] = [];
  private readonly developing: IndicatorSeries[] = [];
  private readonly adjuster: BarAdjuster | undefined;
  /** The bars that have closed; those of the asset's own step are kept elsewhere, unless they are to be adjusted. */
  private readonly columns = new GrowingColumns();
  /** All of them, and the window asked for last; made when asked for, until the next bar closes. */
  private lastView: Bars | undefined;
  private window: Bars | undefined;
  private windowStart = 0;
  /** Open of the newest bar that was taken: one that comes again is in already. */
  private taken = Number.NEGATIVE_INFINITY;

  /** @param adjustments changes of what prices mean, ascending: from each of them on, all there is looks as of then */
  constructor(
    asset: Asset,
    timestep: Timestep,
    grid: BarGrid | undefined,
    adjustments: readonly PriceAdjustment[] = [],
  ) {
    this.asset = asset;
    this.timestep = timestep;
    this.grid = grid;
    this.adjuster = adjustments.length === 0 ? undefined : new BarAdjuster(adjustments);
  }

  /** True when the step is the asset's own. */
  get isBase(): boolean {
    return this.grid === undefined;
  }

  /** When prices change what they mean the next time; Infinity when they do not. */
  get nextChange(): number {
    return this.adjuster?.nextTime ?? Number.POSITIVE_INFINITY;
  }

  /** Bars that have closed; 0 where the step is the asset's own. */
  get length(): number {
    return this.columns.length;
  }

  add(series: IndicatorSeries): void {
    (series.terms.visibility === "closed" ? this.closed : this.developing).push(series);
  }

  /** Notes a bar of the asset's own step that is in progress as the run begins; it is taken when it has closed. */
  await(bars: BarColumns, row: number, close: number): void {
    this.awaited = { bars, row, close };
    this.nextClose = Math.min(this.nextClose, close);
  }

  /** Takes a bar of the asset's own step that has closed at `time`; they come in order. */
  take(bars: BarColumns, row: number, time: number): void {
    if (this.awaited !== undefined) this.takeAwaited();
    const open = bars.time[row] as number;
    if (open <= this.taken) return;
    this.taken = open;
    const adjuster = this.adjuster;
    if (adjuster !== undefined) this.adjustBy(open);
    if (adjuster?.movesRows) this.takeRow(adjuster.adjusted(bars, row), 0, time);
    else this.takeRow(bars, row, time);
  }

  /** Closes the bar in progress when its time is over. */
  closeDue(now: number): void {
    this.closeBars(now);
    this.adjustBy(now);
  }

  private closeBars(now: number): void {
    if (this.nextClose > now) return;
    if (this.awaited === undefined) this.close();
    else {
      this.takeAwaited();
      if (this.nextClose <= now) this.close();
    }
  }

  /** Takes a bar of this very step that closed before all that are made here. */
  takeWhole(bars: BarColumns, row: number): void {
    const open = bars.time[row] as number;
    this.adjustBy(open);
    if (this.adjuster?.movesRows) this.bar.begin(open, this.adjuster.adjusted(bars, row), 0);
    else this.bar.begin(open, bars, row);
    this.columns.push(this.bar);
    this.forgetViews();
    this.feed(this.closed, true, Number.NaN);
    this.feed(this.developing, true, Number.NaN);
  }

  /** Puts the bars of another one, made up to this instant, before its own first. Views handed out before stay as they were. */
  prepend(other: Timeframe): void {
    const own = this.columns.cut();
    const first = own.time[0] ?? (this.barClose === Number.POSITIVE_INFINITY ? this.barClose : this.bar.time);
    const before = other.columns.cut();
    const rows = lowerBound(before.time, first);
    if (rows === 0) return;
    this.columns.clear();
    for (const { columns, count } of [
      { columns: before, count: rows },
      { columns: own, count: own.time.length },
    ])
      for (let row = 0; row < count; row++) this.columns.pushRow(columns, row);
    this.forgetViews();
  }

  closedBy(_now: number): number {
    return this.columns.length;
  }

  barsBefore(time: number): number {
    return lowerBound(this.columns.cut().time, time);
  }

  /** See `History`. The same object until one more has closed. */
  view(_now: number, length: number | undefined, timeshift: number): Bars | undefined {
    const count = this.columns.length;
    const end = count - timeshift;
    const wanted = length ?? end;
    if (wanted > end || end <= 0) return undefined;
    this.lastView ??= new Bars(this.asset, this.timestep, this.columns.cut());
    return wanted === count ? this.lastView : this.windowOf(this.lastView, end - wanted, wanted);
  }

  private takeRow(bars: BarColumns, row: number, time: number): void {
    const open = bars.time[row] as number;
    const grid = this.grid;
    if (grid === undefined) this.takeOwn(bars, row, open, time);
    else if (!grid.seek(open)) this.leftOut += 1;
    else this.takeFiner(grid, bars, row, open, time);
  }

  /** Makes everything anew, as if prices had always meant what they mean from `time` on. */
  private adjustBy(time: number): void {
    if (this.nextChange > time) return;
    const changes = this.adjuster?.changesBy(time) ?? [];
    if (changes.length === 0) return;
    const bar = this.bar;
    const bars = adjustAll(this.columns.cut(), changes);
    const forming = this.barClose === Number.POSITIVE_INFINITY ? undefined : adjustAll(columnsOf(bar), changes);
    const series = [...this.closed, ...this.developing];
    for (const one of series) one.restart();
    this.columns.clear();
    for (let row = 0; row < bars.time.length; row++) {
      bar.begin(bars.time[row] as number, bars, row);
      this.columns.push(bar);
      this.feed(series, true, Number.NaN);
    }
    if (forming !== undefined) {
      bar.begin(forming.time[0] as number, forming, 0);
      this.feed(this.developing, true, Number.NaN);
    }
    for (const one of series) one.resume();
    this.forgetViews();
  }

  private takeAwaited(): void {
    const awaited = this.awaited;
    this.awaited = undefined;
    this.nextClose = this.barClose;
    if (awaited !== undefined) this.take(awaited.bars, awaited.row, awaited.close);
  }

  private takeOwn(bars: BarColumns, row: number, open: number, time: number): void {
    const bar = this.bar;
    bar.begin(open, bars, row);
    if (this.adjuster !== undefined) this.columns.push(bar);
    this.feed(this.closed, true, time);
    this.feed(this.developing, true, time);
    this.onClosed?.(this);
  }

  private takeFiner(grid: BarGrid, bars: BarColumns, row: number, open: number, time: number): void {
    const bar = this.bar;
    const isNew = bar.time !== grid.open;
    if (!isNew && this.barClose === Number.POSITIVE_INFINITY) {
      this.late += 1;
      return;
    }
    if (isNew) {
      // The one before ended in a stretch without an instant of its own.
      if (this.barClose !== Number.POSITIVE_INFINITY) this.close();
      bar.begin(grid.open, bars, row);
      this.closeAt(grid.wholeAt(open, time));
    } else {
      bar.add(bars, row);
      // The finer bars need not all be on the same count: the first may be a short one.
      if (this.barClose !== grid.close) this.closeAt(grid.wholeAt(open, time));
    }
    this.feed(this.developing, isNew, time);
  }

  private closeAt(time: number): void {
    this.barClose = time;
    this.nextClose = time;
  }

  private close(): void {
    const bar = this.bar;
    const time = this.barClose;
    this.barClose = Number.POSITIVE_INFINITY;
    this.nextClose = Number.POSITIVE_INFINITY;
    this.columns.push(bar);
    this.forgetViews();
    this.feed(this.closed, true, time);
    this.onClosed?.(this);
  }

  private windowOf(all: Bars, start: number, length: number): Bars {
    const last = this.window;
    if (last !== undefined && last.length === length && this.windowStart === start) return last;
    const window = all.slice(start, start + length);
    this.window = window;
    this.windowStart = start;
    return window;
  }

  private forgetViews(): void {
    this.lastView = undefined;
    this.window = undefined;
  }

  private feed(series: readonly IndicatorSeries[], isNew: boolean, time: number): void {
    for (let i = 0; i < series.length; i++) {
      const one = series[i] as IndicatorSeries;
      try {
        one.feed(this.bar, isNew, time);
      } catch (error) {
        throw this.inWords(one, error);
      }
    }
  }

  /** Says which bar an indicator would not take. */
  private inWords({ indicator }: IndicatorSeries, error: unknown): unknown {
    const bar = this.bar;
    const field = FIELDS.find((name) => !Number.isFinite(bar[name]));
    if (!(error instanceof InvalidInputError) || field === undefined) return error;
    return new InvalidInputError(
      "invalid_bars",
      `Feeding ${indicator.name} with the ${this.timestep.name} bar of ${this.asset} from ${formatInstant(bar.time)}: ` +
        `'${field}' was ${bar[field]}, expected a finite number`,
      { hint: "Mend the data, or leave such rows out with onInvalid: 'drop'.", cause: error },
    );
  }
}

function adjustAll(bars: BarColumns, changes: readonly PriceAdjustment[]): BarColumns {
  return changes.reduce((columns, change) => adjustColumns(columns, 0, columns.time.length, change), bars);
}
