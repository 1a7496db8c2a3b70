/** Bars of a span: what the vendor has of them is put into the cache, read from there, joined, adjusted and resampled. */

import { Bars } from "../../bars/bars.ts";
import { resampleBars } from "../../bars/resample.ts";
import { BarGrid } from "../../calendar/bar-grid.ts";
import type { Schema } from "../../dbn/index.ts";
import { joinColumns, rowAtOrAfter } from "../../futures/columns.ts";
import { adjustSeries, type Roll } from "../../futures/index.ts";
import type { InstrumentDetails } from "../../market/ports.ts";
import { DAY } from "../../market/time.ts";
import type { Timestep } from "../../market/timestep.ts";
import { overlapOf, type TimeSpan } from "../../store/coverage.ts";
import type { CachedHistory } from "./cached-history.ts";
import { BAR_COLUMNS, QUOTE_COLUMNS } from "./chunk-decoder.ts";
import { definitionSpan, detailsOf } from "./contract-details.ts";
import { contractSchedule } from "./contract-schedule.ts";
import {
  type ContinuousInstrument,
  contractInstrument,
  type SingleInstrument,
  type VendorInstrument,
} from "./instrument.ts";
import { contractLife, requireKnown } from "./instrument-life.ts";
import { type QuoteColumns, quoteSchemaOf } from "./quotes.ts";
import { measureRoll, type RollWindow, rollWindows, segmentRows } from "./rolls.ts";
import { type BarSchema, MINUTE_BARS, schemaOf } from "./schema-of.ts";
import type { SeriesSpan } from "./series.ts";

/** An instrument and the time it counts for. */
interface HeldInstrument extends TimeSpan {
  readonly instrument: SingleInstrument;
}

/** Loads bars of instruments through the cache. */
export class BarLoader {
  readonly #history: CachedHistory;
  readonly #runStart: number;
  readonly #wantsQuotes: boolean;

  /**
   * @param runStart from when on instruments have to be described, epoch ms UTC
   * @param wantsQuotes whether quotes are bought together with bars
   */
  constructor(history: CachedHistory, runStart: number, wantsQuotes: boolean) {
    this.#history = history;
    this.#runStart = runStart;
    this.#wantsQuotes = wantsQuotes;
  }

  /**
   * Bars of a step whose open time lies in the span, ascending.
   * @throws DataMissingError for a symbol the vendor does not have, and whatever buying throws
   */
  async load(instrument: VendorInstrument, step: Timestep, span: TimeSpan): Promise<Bars> {
    const base = schemaOf(instrument.asset, step, instrument.calendar, span.start);
    const wide = base.step === step ? span : wholeBars(instrument, base.step, step, span);
    const bars =
      instrument.kind === "single"
        ? await this.#loadSingle(instrument, base, wide)
        : await this.#loadContinuous(instrument, base, wide);
    return cutBars(resample(instrument, bars, step), span);
  }

  /**
   * The series of the vendor that an instrument needs in a span, in one schema: its own or those of its contracts, and for bars what
   * describes them and measures their rolls. What of them the cache lacks, `load` buys.
   * @throws DataMissingError for a contract the vendor does not have
   */
  async needs(instrument: VendorInstrument, schema: Schema, span: TimeSpan): Promise<readonly SeriesSpan[]> {
    const held = await this.#listedIn(instrument, span);
    const own = held.map((each) => seriesSpan(each.instrument, schema, each));
    if (!schema.startsWith("ohlcv-")) return own;
    const dated = held.slice(-1).filter((last) => last.instrument.contract !== undefined);
    const definitions = dated.map((last) => this.#definition(last.instrument, last));
    if (instrument.kind === "single") return [...own, ...definitions];
    const schedule = await contractSchedule(instrument, span, this.#history.answers);
    return [...own, ...rollWindows(instrument, schedule).flatMap(windowSpans), ...definitions];
  }

  /** Sampled quotes of a span, of the contract held at each instant. From the cache: `load` has bought them. */
  async quotes(instrument: VendorInstrument, step: Timestep, span: TimeSpan): Promise<QuoteColumns> {
    const schema = quoteSchemaOf(step);
    const held = await this.#heldIn(instrument, span);
    const parts = await Promise.all(
      held.map((each) => this.#history.columns(seriesSpan(each.instrument, schema, each), each, QUOTE_COLUMNS)),
    );
    const join = (name: keyof QuoteColumns) => Float64Array.from(parts.flatMap((part) => [...part[name]]));
    return { time: join("time"), bid: join("bid"), ask: join("ask") };
  }

  /** The rolls of a continuous future that take effect in a span, measured on minutes. */
  async rolls(instrument: ContinuousInstrument, span: TimeSpan): Promise<readonly Roll[]> {
    const around = { start: span.start - DAY, end: span.end };
    const schedule = await contractSchedule(instrument, around, this.#history.answers);
    const windows = rollWindows(instrument, schedule).filter(({ end }) => end >= span.start);
    await this.#history.ensure(windows.flatMap(windowSpans));
    return Promise.all(windows.map((window) => this.#measure(window)));
  }

  /** What the definition of a future says; undefined for other assets, and where there is none. */
  async describe(instrument: VendorInstrument, span: TimeSpan): Promise<InstrumentDetails | undefined> {
    const held =
      instrument.kind === "single"
        ? await this.#alive(instrument, span)
        : (await this.#heldIn(instrument, span)).at(-1);
    if (held?.instrument.contract === undefined) return undefined;
    const definition = this.#definition(held.instrument, held);
    await this.#history.ensure([definition]);
    const records = await this.#history.records(definition, definition);
    const record = records.find((each) => each.kind === "definition");
    if (record === undefined) return undefined;
    const { expiration, ...details } = detailsOf(record, held.instrument);
    // A series of contracts does not end with the one it is at.
    return instrument.kind === "continuous" || expiration === undefined ? details : { ...details, expiration };
  }

  /** Before this instant there can be no bars. */
  async firstInstant(instrument: VendorInstrument, step: Timestep, near: number): Promise<number> {
    const { schema } = schemaOf(instrument.asset, step, instrument.calendar, near);
    const first = await this.#history.answers.firstAvailable(instrument.dataset, schema);
    if (instrument.kind === "continuous" || instrument.contract === undefined) return first;
    return Math.max(first, (await contractLife(instrument, instrument.contract, this.#history.answers)).start);
  }

  /** Days of a span whose data is not in order, by symbol, as the vendor said when they were bought. */
  async remarkableDays(instrument: VendorInstrument, step: Timestep, span: TimeSpan) {
    const { schema } = schemaOf(instrument.asset, step, instrument.calendar, span.start);
    const days = new Map<string, readonly string[]>();
    for (const held of await this.#heldIn(instrument, span)) {
      days.set(held.instrument.symbol, await this.#history.remarks(seriesSpan(held.instrument, schema, held), held));
    }
    return days;
  }

  async #loadSingle(instrument: SingleInstrument, base: BarSchema, span: TimeSpan): Promise<Bars> {
    const { asset, contract } = instrument;
    const alive = await this.#alive(instrument, span);
    if (alive === undefined) return Bars.empty(asset, base.step);
    const wanted = seriesSpan(instrument, base.schema, alive);
    const needed = await this.needs(instrument, base.schema, span);
    await this.#history.ensure([...needed, ...this.#quoteSpans([alive], base.step)]);
    const columns = await this.#columns(instrument, base, alive);
    if (columns.time.length === 0 && contract === undefined && !(await this.#history.holdsAny(wanted, wanted))) {
      await requireKnown(instrument, alive, this.#history.answers);
    }
    return new Bars(asset, base.step, columns);
  }

  async #loadContinuous(instrument: ContinuousInstrument, base: BarSchema, span: TimeSpan): Promise<Bars> {
    const schedule = await contractSchedule(instrument, span, this.#history.answers);
    const windows = rollWindows(instrument, schedule);
    const held = heldInstruments(instrument, schedule);
    const needed = await this.needs(instrument, base.schema, span);
    await this.#history.ensure([...needed, ...this.#quoteSpans(held, base.step)]);
    const parts = await Promise.all(held.map((each) => this.#columns(each.instrument, base, each)));
    const bars = new Bars(instrument.asset, base.step, joinColumns(parts));
    const { adjust, direction } = instrument.terms;
    if (adjust === "none") return bars;
    const rolls = await Promise.all(windows.map((window) => this.#measure(window)));
    const counts = parts.map(({ time }) => time.length);
    return adjustSeries({ bars, segments: segmentRows(schedule, counts), rolls }, adjust, direction);
  }

  /** The part of a span in which an instrument is listed. */
  async #alive(instrument: SingleInstrument, span: TimeSpan): Promise<HeldInstrument | undefined> {
    const { contract } = instrument;
    if (contract === undefined) return { instrument, ...span };
    const alive = overlapOf(span, await contractLife(instrument, contract, this.#history.answers));
    return alive === undefined ? undefined : { instrument, ...alive };
  }

  /** As `#heldIn`, without the time in which a contract is not listed. */
  async #listedIn(instrument: VendorInstrument, span: TimeSpan): Promise<readonly HeldInstrument[]> {
    if (instrument.kind === "continuous") return this.#heldIn(instrument, span);
    const alive = await this.#alive(instrument, span);
    return alive === undefined ? [] : [alive];
  }

  async #heldIn(instrument: VendorInstrument, span: TimeSpan): Promise<readonly HeldInstrument[]> {
    if (instrument.kind === "single") return [{ instrument, ...span }];
    return heldInstruments(instrument, await contractSchedule(instrument, span, this.#history.answers));
  }

  #quoteSpans(held: readonly HeldInstrument[], step: Timestep): SeriesSpan[] {
    const schema = quoteSchemaOf(step);
    return this.#wantsQuotes ? held.map((each) => seriesSpan(each.instrument, schema, each)) : [];
  }

  /** The definition of the first trade date of a contract in the run. */
  #definition(instrument: SingleInstrument, { start, end }: TimeSpan): SeriesSpan {
    const from = Math.min(Math.max(start, this.#runStart), end - 1);
    const session = instrument.calendar?.sessionAt(from) ?? instrument.calendar?.nextSession(from);
    return definitionSpan(instrument, session === undefined ? from : Date.parse(session.tradeDate));
  }

  async #measure(window: RollWindow): Promise<Roll> {
    const [from, to] = window.instruments;
    const bars = async (instrument: SingleInstrument) =>
      new Bars(instrument.asset, MINUTE_BARS.step, await this.#columns(instrument, MINUTE_BARS, window));
    return measureRoll(window, [await bars(from), await bars(to)]);
  }

  #columns(instrument: SingleInstrument, { schema }: BarSchema, { start, end }: TimeSpan) {
    return this.#history.columns(seriesSpan(instrument, schema, { start, end }), { start, end }, BAR_COLUMNS);
  }
}

function heldInstruments(
  instrument: ContinuousInstrument,
  schedule: Awaited<ReturnType<typeof contractSchedule>>,
): HeldInstrument[] {
  return schedule.map(({ contract, start, end }) => ({
    start,
    end,
    instrument: contractInstrument(instrument, contract),
  }));
}

function seriesSpan({ dataset, symbol }: SingleInstrument, schema: Schema, { start, end }: TimeSpan): SeriesSpan {
  return { dataset, schema, stypeIn: "raw_symbol", symbol, start, end };
}

function windowSpans(window: RollWindow): SeriesSpan[] {
  return window.instruments.map((instrument) => seriesSpan(instrument, MINUTE_BARS.schema, window));
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
