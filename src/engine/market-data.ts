import { Bars } from "../bars/bars.ts";
import type { PriceAdjustment } from "../bars/price-adjustment.ts";
import { canResample } from "../bars/resample.ts";
import { cutColumns } from "../futures/columns.ts";
import { contractKey } from "../futures/contract-key.ts";
import type { Asset, StockAdjustment } from "../market/asset.ts";
import type { BarSeries } from "../market/bar-series.ts";
import { DataMissingError } from "../market/errors.ts";
import type { BarsRequest, DataSource, RunSpan } from "../market/ports.ts";
import type { DataFingerprint } from "../market/run-outcome.ts";
import { DAY, HOUR } from "../market/time.ts";
import { parseTimestep, type Timestep, type TimestepLike } from "../market/timestep.ts";
import { checkAsset } from "../strategy/data-checks.ts";
import { actionsOf, loadLife, rollAdjustments, unadjusted } from "./account/instrument-life.ts";
import { StockAdjustments } from "./account/stock-adjustments.ts";
import { clashesWith, contractTerms } from "./contract-terms.ts";
import { loadFinerBars } from "./finer-bars.ts";
import { fingerprint } from "./fingerprint.ts";
import { type History, HistorySeries } from "./history-series.ts";
import { Instrument, lowerBound } from "./instrument.ts";
import { hasDays } from "./order-times.ts";

interface LoadedSeries {
  readonly series: History;
  /** How many bars before the start were asked for. */
  readonly lookback: number;
}

/** Makes the bars of a coarser step from the asset's own, from so many of them before an instant on. */
export type MakeHistory = (instrument: Instrument, step: Timestep, lookback: number, since: number) => Promise<History>;

interface MarketDataOptions {
  readonly finerBars: boolean;
  readonly stockAdjustment: StockAdjustment;
  readonly makeHistory: MakeHistory;
  /** Told of what cannot be taken out of past prices, in words. */
  readonly onUnadjusted: (instrument: Instrument, words: string) => void;
  /** Told of an asset whose size or tick is not that of the instrument it stands for. */
  readonly onClash: (instrument: Instrument, words: string) => void;
}

/** How many bars before the start an instrument's own series holds: one, for the last price at the start. */
const PRICE_LOOKBACK = 1;

/** All bars of a run: what the loop walks (instruments) and what the strategy looks back on (history), fetched when first asked for. */
export class MarketData {
  readonly instruments: Instrument[] = [];
  /** The same by their keys. */
  private readonly ranked: Instrument[] = [];
  /** Length of the finest bars in the run, ms; Infinity before there are any. */
  finestStep = Number.POSITIVE_INFINITY;
  private readonly source: DataSource;
  private readonly span: RunSpan;
  private readonly onInstrument: (instrument: Instrument) => void;
  private readonly options: MarketDataOptions;
  private readonly byKey = new Map<string, Instrument>();
  /** The same by object, so that the loop's look-ups need no text. */
  private readonly byAsset = new Map<Asset, Instrument>();
  private readonly stocks = new Map<Instrument, StockAdjustments>();
  private readonly histories = new Map<string, LoadedSeries>();
  /** Series as the source has them that were fetched for history, and what was fed to what is made of them before the run. */
  private readonly fetched = new Map<string, BarSeries>();
  private readonly warmups = new Map<string, DataFingerprint>();
  private readonly historyByAsset = new Map<Asset, Map<TimestepLike, History>>();
  /** What was last looked for: most strategies look for the same thing at every bar. */
  private lastFound: Instrument | undefined;
  private lastLook: { readonly asset?: Asset; readonly step?: TimestepLike; readonly series?: History } = {};
  private readonly loading = new Map<string, Promise<Instrument>>();
  /** What the source said of assets that it does not have. */
  private readonly missing = new Map<string, string>();

  constructor(
    source: DataSource,
    span: RunSpan,
    onInstrument: (instrument: Instrument) => void,
    options: MarketDataOptions,
  ) {
    this.source = source;
    this.span = span;
    this.onInstrument = onInstrument;
    this.options = options;
  }

  find(asset: Asset): Instrument | undefined {
    if (asset === this.lastFound?.asset) return this.lastFound;
    const known = this.byAsset.get(asset);
    if (known !== undefined) {
      this.lastFound = known;
      return known;
    }
    checkAsset("Looking for an asset", asset);
    const same = this.byKey.get(contractKey(asset));
    if (same !== undefined) {
      this.byAsset.set(asset, same);
      for (const words of clashesWith(asset, same.terms)) this.options.onClash(same, words);
    }
    return same;
  }

  /** Brings an asset into the run. `step` is used where the source does not say which is its finest. */
  load(asset: Asset, step?: Timestep): Promise<Instrument> {
    const known = this.find(asset);
    if (known !== undefined) return Promise.resolve(known);
    const key = contractKey(asset);
    const loading = this.loading.get(key) ?? this.loadInstrument(asset, step).finally(() => this.loading.delete(key));
    this.loading.set(key, loading);
    return loading;
  }

  /** The history of an asset that is at hand, or undefined: then `loadHistory` fetches it. */
  history(asset: Asset, step: TimestepLike): History | undefined {
    const last = this.lastLook;
    if (asset === last.asset && step === last.step) return last.series;
    const series = this.historyByAsset.get(asset)?.get(step);
    if (series !== undefined) this.lastLook = { asset, step, series };
    return series;
  }

  /** Fetches a series with at least `lookback` bars before the start, as far as there are any. */
  async loadHistory(asset: Asset, timestep: TimestepLike, lookback: number): Promise<History> {
    const step = parseTimestep(timestep);
    const id = `${contractKey(asset)} ${step.name}`;
    let loaded = this.histories.get(id);
    if (loaded === undefined || loaded.lookback < lookback) {
      const instrument = await this.load(asset, step);
      const { timestep: base } = instrument;
      const isMade = step !== base && canResample(base, step);
      const series = isMade
        ? await this.options.makeHistory(instrument, step, lookback, this.span.start)
        : await this.ownHistory(asset, step, { lookback, start: this.startOf(instrument, step) });
      loaded = { series, lookback };
      this.histories.set(id, loaded);
    }
    this.remember(asset, timestep, loaded.series);
    return loaded.series;
  }

  /** A series as the source has it: of the asset's own step, or of one that cannot be made from that. */
  private async ownHistory(
    asset: Asset,
    step: Timestep,
    { lookback, start }: { readonly lookback: number; readonly start: number },
  ): Promise<HistorySeries> {
    const asked = unadjusted(asset, this.source);
    // A bar in progress at the start of the run is one of those asked for before it, and there even if none is.
    const before = start < this.span.start ? Math.max(0, lookback - 1) : lookback;
    const bars = await this.source.getBars({
      asset: asked,
      timestep: step,
      start,
      end: this.span.end,
      lookback: before,
    });
    this.fetched.set(`${asset.key} ${step.name}`, bars);
    return new HistorySeries(bars, asset, await this.adjustments(asset, bars));
  }

  /** The start of the run, or the open of the bar of the asset's own step that is in progress then. */
  private startOf(instrument: Instrument, step: Timestep): number {
    const { start } = this.span;
    return step === instrument.timestep ? closedBefore(instrument, start) : start;
  }

  /** Bars of an asset's own step from up to `count` before `since` on, as they traded, to the one that opens at `now`. */
  async pastBars(asset: Asset, since: number, now: number, count: number): Promise<BarSeries> {
    const { timestep } = await this.load(asset);
    const asked = unadjusted(asset, this.source);
    const past = await this.source.getBars({
      asset: asked,
      timestep,
      start: since,
      end: now + 1,
      lookback: count,
    });
    this.noteWarmup(asset, past, closedBefore(past, this.span.start));
    return past;
  }

  /**
   * Bars of a step that the source itself has from up to `count` before `since` on to the first that is made of the asset's own, which
   * opens at `before`; none where it has none.
   */
  async olderBars(asset: Asset, step: Timestep, since: number, before: number, count: number): Promise<BarSeries> {
    const asked = unadjusted(asset, this.source);
    const start = Math.min(since, before);
    const request = { asset: asked, timestep: step, start, end: before + 1, lookback: count + 1 };
    const bars = await this.source.getBars(request).catch((error: unknown) => {
      if (error instanceof DataMissingError) return Bars.empty(asked, step);
      throw error;
    });
    const rows = lowerBound(bars.time, before - leastLength(step) + 1);
    const first = Math.max(0, Math.min(rows, lowerBound(bars.time, start)) - count);
    const older = new Bars(asked, step, cutColumns(bars, first, rows));
    this.noteWarmup(asset, older, before);
    return older;
  }

  /** Warm-up is data that the numbers rest on too: the longest stretch of it before `end`, by asset and step. */
  private noteWarmup(asset: Asset, bars: BarSeries, end: number): void {
    const id = `${asset.key} ${bars.timestep.name}`;
    const rows = lowerBound(bars.time, end);
    if (rows <= (this.warmups.get(id)?.rows ?? PRICE_LOOKBACK)) return;
    const warmup = new Bars(asset, bars.timestep, cutColumns(bars, 0, rows));
    this.warmups.set(id, { ...fingerprint(warmup, this.source.name), part: "warm-up" });
  }

  /** Changes of what an asset's prices mean from the first of the bars on, or from the start of the run, to its end. */
  async adjustments(
    asset: Asset,
    { time, timestep }: Pick<BarSeries, "time" | "timestep">,
  ): Promise<readonly PriceAdjustment[]> {
    const { start, end } = this.span;
    const first = time[0] ?? start;
    if (asset.assetType !== "stock")
      return rollAdjustments(asset, this.source, { start: Math.min(first, start), end }, start);
    const actions = await actionsOf(asset, this.source, { start: first, end });
    return actions.length === 0 ? [] : this.stockAdjustments(await this.load(asset)).of(actions, timestep);
  }

  private stockAdjustments(instrument: Instrument): StockAdjustments {
    const known = this.stocks.get(instrument);
    if (known !== undefined) return known;
    const { stockAdjustment: adjust, onUnadjusted } = this.options;
    const made = new StockAdjustments({
      instrument,
      source: this.source,
      adjust,
      start: this.span.start,
      onUnadjusted: (words) => onUnadjusted(instrument, words),
    });
    this.stocks.set(instrument, made);
    return made;
  }

  /** True when the series can have more bars before the start than were fetched. */
  canLookFurther(asset: Asset, timestep: TimestepLike, wanted: number): boolean {
    const loaded = this.histories.get(`${contractKey(asset)} ${parseTimestep(timestep).name}`);
    return (
      loaded === undefined || (loaded.lookback < wanted && loaded.series.barsBefore(this.span.start) >= loaded.lookback)
    );
  }

  // What the schedule asks

  /** Open of the first bar of any instrument at or after `time`; Infinity when there is none. */
  nextOpen(time: number): number {
    let next = Number.POSITIVE_INFINITY;
    for (const instrument of this.instruments) {
      const row = instrument.rowFrom(time);
      if (row < instrument.time.length) next = Math.min(next, instrument.openAt(row));
    }
    return next;
  }

  /** Close of the last bar of any instrument that opens before `time`; -Infinity when there is none. */
  lastCloseBefore(time: number): number {
    let last = Number.NEGATIVE_INFINITY;
    for (const instrument of this.instruments) {
      const row = instrument.rowFrom(time) - 1;
      if (row >= 0) last = Math.max(last, instrument.closeTime(row));
    }
    return last;
  }

  /** The first instant from the bar that opens at `time` on at which no bar of any instrument is in progress, or one after `limit`. */
  quietFrom(time: number, limit: number): number {
    let quiet = time;
    for (let before = Number.NaN; before !== quiet && quiet <= limit; ) {
      before = quiet;
      for (const instrument of this.instruments) {
        const { time: stamps, timestep } = instrument;
        for (
          let row = instrument.rowFrom(quiet + 1) - 1;
          row >= 0 && instrument.openAt(row) <= quiet && quiet <= limit;
          row++
        )
          quiet = Math.max(quiet, (stamps[row] as number) + timestep.milliseconds);
      }
    }
    return quiet;
  }

  /**
   * Beside bars that are shorter than a day those of a day and longer open with their sessions, from `now` on: a date is no instant at which anyone
   * trades. Gives the instruments of which that is new.
   */
  openDaysWithSessions(now: number): readonly Instrument[] {
    if (this.finestStep >= DAY) return [];
    const dated = this.instruments.filter((instrument) => hasDays(instrument) && instrument.openOf === undefined);
    for (const instrument of dated) instrument.openWithSessions(now, this.span.end);
    return dated;
  }

  fingerprints(): readonly DataFingerprint[] {
    const series = new Map<string, BarSeries>();
    for (const instrument of this.instruments) {
      series.set(`${instrument.asset.key} ${instrument.timestep.name}`, {
        ...instrument,
        length: instrument.time.length,
      });
      const { finer } = instrument;
      if (finer !== undefined) series.set(`${instrument.asset.key} ${finer.timestep.name}`, finer);
    }
    for (const [id, bars] of this.fetched) series.set(id, bars);
    const used = [...series.values()].map((bars) => fingerprint(bars, this.source.name));
    return [...used, ...this.warmups.values()];
  }

  /** Tells the source which assets a run begins with, before any of them is loaded. */
  async prepare(assets: readonly Asset[]): Promise<void> {
    if (this.source.prepare === undefined || assets.length === 0) return;
    await this.source.prepare(await Promise.all(assets.map((asset) => this.firstRequest(asset, undefined))));
  }

  private async firstRequest(asset: Asset, step: Timestep | undefined): Promise<BarsRequest> {
    const timestep = (await this.source.baseTimestep?.(asset)) ?? step ?? parseTimestep("1m");
    return { asset: unadjusted(asset, this.source), timestep, ...this.span, lookback: PRICE_LOOKBACK };
  }

  /** Why an asset that was asked for is not in the run, as the source says it. */
  whyMissing(asset: Asset): string | undefined {
    return this.missing.get(asset.key);
  }

  private async loadInstrument(asset: Asset, step: Timestep | undefined): Promise<Instrument> {
    const request = await this.firstRequest(asset, step);
    const { timestep } = request;
    const bars = await this.source.getBars(request).catch((error: unknown) => {
      if (error instanceof DataMissingError)
        this.missing.set(asset.key, [error.message, error.hint].filter((words) => words !== undefined).join(". "));
      throw error;
    });
    const details = await this.source.describe?.(asset);
    const terms = contractTerms(asset, bars.asset, details);
    const life = await loadLife(asset, this.source, bars, details, this.span);
    const instrument = new Instrument(bars, asset, terms, this.instruments.length, life);
    if (this.options.finerBars) instrument.finer = await loadFinerBars(this.source, request);
    this.instruments.push(instrument);
    this.rank(instrument);
    this.finestStep = Math.min(this.finestStep, timestep.milliseconds);
    this.byKey.set(contractKey(asset), instrument);
    this.byAsset.set(asset, instrument);
    this.onInstrument(instrument);
    return instrument;
  }

  /** The order in which assets come in decides nothing. */
  private rank(instrument: Instrument): void {
    const { ranked } = this;
    let place = ranked.length;
    for (; place > 0 && (ranked[place - 1] as Instrument).asset.key > instrument.asset.key; place--) {
      const later = ranked[place - 1] as Instrument;
      later.rank = place;
      ranked[place] = later;
    }
    instrument.rank = place;
    ranked[place] = instrument;
  }

  private remember(asset: Asset, timestep: TimestepLike, series: History): void {
    let steps = this.historyByAsset.get(asset);
    if (steps === undefined) {
      steps = new Map();
      this.historyByAsset.set(asset, steps);
    }
    steps.set(timestep, series);
    this.lastLook = {};
  }
}

/** The instant before which bars lie that have closed by `time`: that, or the open of the one in progress then. */
function closedBefore({ time: opens, timestep }: Pick<BarSeries, "time" | "timestep">, time: number): number {
  const row = lowerBound(opens, time) - 1;
  const open = opens[row];
  if (open === undefined) return time;
  const close = Math.min(open + timestep.milliseconds, opens[row + 1] ?? Number.POSITIVE_INFINITY);
  return close > time ? open : time;
}

/** Day bars stamped with a date end up to so much after the session that follows has opened: futures open the evening before. */
const EVENING = 6 * HOUR;
const SHORTEST_MONTH = 28 * DAY;

/** How long before another one a bar of a step opens at least, so that it is an earlier one. */
function leastLength(step: Timestep): number {
  if (step.unit === "month") return step.count * SHORTEST_MONTH - EVENING;
  return step.milliseconds < DAY ? step.milliseconds : step.milliseconds - EVENING;
}
