/** Bars of a span: what the vendor has of them is put into the cache, read from there, joined, adjusted and resampled. */

import { Bars } from "../../bars/bars.ts";
import { resampleBars } from "../../bars/resample.ts";
import { BarGrid } from "../../calendar/bar-grid.ts";
import type { Schema } from "../../dbn/index.ts";
import { joinColumns, rowAtOrAfter } from "../../futures/columns.ts";
import { adjustSeries, type Roll, type RollSegment } from "../../futures/index.ts";
import { DataMissingError } from "../../market/errors.ts";
import type { InstrumentDetails } from "../../market/ports.ts";
import { DAY } from "../../market/time.ts";
import type { Timestep } from "../../market/timestep.ts";
import type { TimeSpan } from "../../store/coverage.ts";
import type { CachedHistory } from "./cached-history.ts";
import { BAR_COLUMNS, QUOTE_COLUMNS } from "./chunk-decoder.ts";
import { Holdings, heldInstruments } from "./holdings.ts";
import type { ContinuousInstrument, SingleInstrument, VendorInstrument } from "./instrument.ts";
import { requireKnown } from "./instrument-life.ts";
import { type QuoteColumns, quoteSchemaOf } from "./quotes.ts";
import { measureRoll, type RollWindow, rollWindows, segmentRows, widerWindow } from "./rolls.ts";
import { type BarSchema, MINUTE_BARS, schemaOf } from "./schema-of.ts";
import type { SeriesSpan } from "./series.ts";

/** Loads bars of instruments through the cache. */
export class BarLoader {
  readonly #history: CachedHistory;
  readonly #holdings: Holdings;
  readonly #wantsQuotes: boolean;

  /**
   * @param runStart from when on instruments have to be described, epoch ms UTC
   * @param wantsQuotes whether quotes are bought together with bars
   */
  constructor(history: CachedHistory, runStart: number, wantsQuotes: boolean) {
    this.#history = history;
    this.#holdings = new Holdings(history, runStart);
    this.#wantsQuotes = wantsQuotes;
  }

  /**
   * Bars of a step whose open time lies in the span, ascending.
   * @throws DataMissingError for a symbol the vendor does not have, and whatever buying throws
   */
  async load(instrument: VendorInstrument, step: Timestep, span: TimeSpan): Promise<Bars> {
    const { base, wide } = sourceOf(instrument, step, span);
    const bars =
      instrument.kind === "single"
        ? await this.#loadSingle(instrument, base, wide)
        : await this.#loadContinuous(instrument, base, wide);
    return cutBars(resample(instrument, bars, step), span);
  }

  /** Whether `load` of the same would buy nothing. */
  async holds(instrument: VendorInstrument, step: Timestep, span: TimeSpan): Promise<boolean> {
    const { base, wide } = sourceOf(instrument, step, span);
    return this.#history.holds(await this.#allNeeds(instrument, base, wide));
  }

  /**
   * The series of the vendor that an instrument needs in a span, in one schema: its own or those of its contracts, and for bars what
   * describes them and measures their rolls. What of them the cache lacks, `load` buys.
   * @throws DataMissingError for a contract the vendor does not have
   */
  async needs(instrument: VendorInstrument, schema: Schema, span: TimeSpan): Promise<readonly SeriesSpan[]> {
    const held = await this.#holdings.listedIn(instrument, span);
    const own = held.map((each) => seriesSpan(each.instrument, schema, each));
    if (!schema.startsWith("ohlcv-")) return own;
    if (instrument.kind === "single") return [...own, ...(await this.#holdings.definitions(held))];
    // Where the rolls are the vendor's, one contract tells what the series is made of; own rules count from each expiration.
    const described = typeof instrument.terms.roll === "string" ? held.slice(-1) : held;
    const definitions = await this.#holdings.definitions(described);
    const schedule = await this.#holdings.schedule(instrument, span);
    return [...own, ...rollWindows(instrument, schedule).flatMap(windowSpans), ...definitions];
  }

  /** The definitions that the cache lacks of all contracts held in a span: with them any part of the span can be described. */
  async definitions(instrument: VendorInstrument, span: TimeSpan): Promise<readonly SeriesSpan[]> {
    return this.#holdings.definitions(await this.#holdings.listedIn(instrument, span));
  }

  /** Sampled quotes of a span, of the contract held at each instant. From the cache: `load` has bought them. */
  async quotes(instrument: VendorInstrument, step: Timestep, span: TimeSpan): Promise<QuoteColumns> {
    const schema = quoteSchemaOf(step);
    const held = await this.#holdings.heldIn(instrument, span);
    const parts = await Promise.all(
      held.map((each) => this.#history.columns(seriesSpan(each.instrument, schema, each), each, QUOTE_COLUMNS)),
    );
    const join = (name: keyof QuoteColumns) => Float64Array.from(parts.flatMap((part) => [...part[name]]));
    return { time: join("time"), bid: join("bid"), ask: join("ask") };
  }

  /** The rolls of a continuous future that take effect in a span, measured on minutes. */
  async rolls(instrument: ContinuousInstrument, span: TimeSpan): Promise<readonly Roll[]> {
    const schedule = await this.#holdings.schedule(instrument, { start: span.start - DAY, end: span.end });
    const windows = rollWindows(instrument, schedule).filter(({ end }) => end >= span.start);
    await this.#history.ensure(windows.flatMap(windowSpans));
    return Promise.all(windows.map((window) => this.#measure(window)));
  }

  /** What the definition of a future says; undefined for other assets, and where there is none. */
  async describe(instrument: VendorInstrument, span: TimeSpan): Promise<InstrumentDetails | undefined> {
    const held = (await this.#holdings.listedIn(instrument, span)).slice(-1);
    await this.#history.ensure(await this.#holdings.definitions(held));
    const details = held[0] === undefined ? undefined : await this.#holdings.details(held[0].instrument);
    if (details === undefined || instrument.kind === "single") return details;
    // A series of contracts does not end with the one it is at.
    const { expiration: _, ...lasting } = details;
    return lasting;
  }

  /** Before this instant there can be no bars. */
  firstInstant(instrument: VendorInstrument, step: Timestep, near: number): Promise<number> {
    const { schema } = schemaOf(instrument.asset, step, instrument.calendar, near);
    return this.#holdings.firstInstant(instrument, schema);
  }

  /** Days of a span whose data is not in order, by symbol, as the vendor said when they were bought. */
  async remarkableDays(instrument: VendorInstrument, step: Timestep, span: TimeSpan) {
    const { schema } = schemaOf(instrument.asset, step, instrument.calendar, span.start);
    const days = new Map<string, readonly string[]>();
    for (const held of await this.#holdings.heldIn(instrument, span)) {
      days.set(held.instrument.symbol, await this.#history.remarks(seriesSpan(held.instrument, schema, held), held));
    }
    return days;
  }

  async #loadSingle(instrument: SingleInstrument, base: BarSchema, span: TimeSpan): Promise<Bars> {
    const { asset, contract } = instrument;
    const [alive] = await this.#holdings.listedIn(instrument, span);
    if (alive === undefined) return Bars.empty(asset, base.step);
    await this.#ensure(instrument, base, span);
    const columns = await this.#columns(instrument, base, alive);
    const own = seriesSpan(instrument, base.schema, alive);
    if (columns.time.length === 0 && contract === undefined && !(await this.#history.holdsAny(own, own))) {
      await requireKnown(instrument, alive, this.#history.answers);
    }
    return new Bars(asset, base.step, columns);
  }

  async #loadContinuous(instrument: ContinuousInstrument, base: BarSchema, span: TimeSpan): Promise<Bars> {
    const planned = await this.#holdings.schedule(instrument, span);
    await this.#ensure(instrument, base, span);
    // The definitions that have just come may say that a contract ends on another day than the exchange's rule has it.
    const schedule = await this.#holdings.schedule(instrument, span);
    if (!isSame(planned, schedule)) await this.#ensure(instrument, base, span);
    const held = heldInstruments(instrument, schedule);
    const parts = await Promise.all(held.map((each) => this.#columns(each.instrument, base, each)));
    const bars = new Bars(instrument.asset, base.step, joinColumns(parts));
    const { adjust, direction } = instrument.terms;
    if (adjust === "none") return bars;
    const rolls = await Promise.all(rollWindows(instrument, schedule).map((window) => this.#measure(window)));
    const counts = parts.map(({ time }) => time.length);
    return adjustSeries({ bars, segments: segmentRows(schedule, counts), rolls }, adjust, direction);
  }

  async #ensure(instrument: VendorInstrument, base: BarSchema, span: TimeSpan): Promise<void> {
    await this.#history.ensure(await this.#allNeeds(instrument, base, span));
  }

  async #allNeeds(
    instrument: VendorInstrument,
    { schema, step }: BarSchema,
    span: TimeSpan,
  ): Promise<readonly SeriesSpan[]> {
    const bars = await this.needs(instrument, schema, span);
    const quotes = this.#wantsQuotes ? await this.needs(instrument, quoteSchemaOf(step), span) : [];
    return [...bars, ...quotes];
  }

  /** In thin contracts the last sessions may have no common minute: then more of them are looked at, once. */
  async #measure(window: RollWindow, mayWiden = true): Promise<Roll> {
    const [from, to] = window.instruments;
    const bars = async (instrument: SingleInstrument) =>
      new Bars(instrument.asset, MINUTE_BARS.step, await this.#columns(instrument, MINUTE_BARS, window));
    try {
      return measureRoll(window, [await bars(from), await bars(to)]);
    } catch (thrown) {
      if (!(mayWiden && thrown instanceof DataMissingError)) throw thrown;
      const wider = widerWindow(window);
      await this.#history.ensure(windowSpans(wider));
      return this.#measure(wider, false);
    }
  }

  #columns(instrument: SingleInstrument, { schema }: BarSchema, { start, end }: TimeSpan) {
    return this.#history.columns(seriesSpan(instrument, schema, { start, end }), { start, end }, BAR_COLUMNS);
  }
}

function seriesSpan({ dataset, symbol }: SingleInstrument, schema: Schema, { start, end }: TimeSpan): SeriesSpan {
  return { dataset, schema, stypeIn: "raw_symbol", symbol, start, end };
}

function windowSpans(window: RollWindow): SeriesSpan[] {
  return window.instruments.map((instrument) => seriesSpan(instrument, MINUTE_BARS.schema, window));
}

function isSame(left: readonly RollSegment[], right: readonly RollSegment[]): boolean {
  return (
    left.length === right.length &&
    left.every(({ contract, start }, i) => start === right[i]?.start && contract.month === right[i]?.contract.month)
  );
}

/** The schema that bars of a step are made of, and the span of it that has no bar cut. */
function sourceOf(
  instrument: VendorInstrument,
  step: Timestep,
  span: TimeSpan,
): { readonly base: BarSchema; readonly wide: TimeSpan } {
  const base = schemaOf(instrument.asset, step, instrument.calendar, span.start);
  return { base, wide: base.step === step ? span : wholeBars(instrument, base.step, step, span) };
}

/** A span widened so that no bar of `step` is cut. */
function wholeBars({ calendar }: VendorInstrument, base: Timestep, step: Timestep, { start, end }: TimeSpan): TimeSpan {
  const grid = new BarGrid(step, base, calendar);
  const open = grid.seek(start) ? grid.open : start;
  const close = grid.seek(Math.max(start, end - 1)) ? grid.close : end;
  return { start: Math.min(start, open), end: Math.max(end, close) };
}

function resample({ calendar }: VendorInstrument, bars: Bars, step: Timestep): Bars {
  return resampleBars(bars, new BarGrid(step, bars.timestep, calendar)).bars;
}

function cutBars(bars: Bars, { start, end }: TimeSpan): Bars {
  return bars.slice(rowAtOrAfter(bars.time, start), rowAtOrAfter(bars.time, end));
}
