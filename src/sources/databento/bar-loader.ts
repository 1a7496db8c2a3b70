/** Bars of a span: what the vendor has of them is put into the cache, read from there, joined, adjusted and resampled. */

import { Bars } from "../../bars/bars.ts";
import { resampleBars } from "../../bars/resample.ts";
import { BarGrid } from "../../calendar/bar-grid.ts";
import { joinColumns, rowAtOrAfter } from "../../futures/columns.ts";
import { adjustSeries, type Roll, type RollSegment } from "../../futures/index.ts";
import type { BarColumns } from "../../market/bar-series.ts";
import type { InstrumentDetails } from "../../market/ports.ts";
import { DAY } from "../../market/time.ts";
import type { Timestep } from "../../market/timestep.ts";
import { overlapOf, type TimeSpan } from "../../store/coverage.ts";
import type { CachedHistory } from "./cached-history.ts";
import { BAR_COLUMNS } from "./chunk-decoder.ts";
import { definitionSpan, detailsOf } from "./contract-details.ts";
import { contractSchedule } from "./contract-schedule.ts";
import {
  type ContinuousInstrument,
  contractInstrument,
  type SingleInstrument,
  type VendorInstrument,
} from "./instrument.ts";
import { contractLife, requireKnown } from "./instrument-life.ts";
import { measureRoll, type RollWindow, rollWindows, segmentRows } from "./rolls.ts";
import { type BarSchema, MINUTE_BARS, schemaOf } from "./schema-of.ts";
import type { SeriesSpan } from "./series.ts";

/** Loads bars of instruments through the cache. */
export class BarLoader {
  readonly #history: CachedHistory;
  readonly #runStart: number;

  /** @param runStart from when on instruments have to be described, epoch ms UTC */
  constructor(history: CachedHistory, runStart: number) {
    this.#history = history;
    this.#runStart = runStart;
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

  /** The rolls of a continuous future that take effect in a span, measured on minutes. */
  async rolls(instrument: ContinuousInstrument, span: TimeSpan): Promise<readonly Roll[]> {
    const schedule = await contractSchedule(
      instrument,
      { start: span.start - DAY, end: span.end },
      this.#history.answers,
    );
    const windows = rollWindows(instrument, schedule).filter(({ end }) => end >= span.start);
    await this.#history.ensure(windows.flatMap(windowSpans));
    return Promise.all(windows.map((window) => this.#measure(window)));
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
    const base = schemaOf(instrument.asset, step, instrument.calendar, span.start);
    const held =
      instrument.kind === "single"
        ? [{ instrument, ...span }]
        : (await contractSchedule(instrument, span, this.#history.answers)).map((segment) => ({
            ...segment,
            instrument: contractInstrument(instrument, segment.contract),
          }));
    const days = new Map<string, readonly string[]>();
    for (const each of held) {
      const series = seriesSpan(each.instrument, base, each);
      days.set(each.instrument.symbol, await this.#history.remarks(series, series));
    }
    return days;
  }

  /** What the definition of a future says; undefined for other assets, and where there is none. */
  async describe(instrument: VendorInstrument, span: TimeSpan): Promise<InstrumentDetails | undefined> {
    const held =
      instrument.kind === "single" ? await this.#alive(instrument, span) : await this.#lastHeld(instrument, span);
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

  async #loadSingle(instrument: SingleInstrument, base: BarSchema, span: TimeSpan): Promise<Bars> {
    const { asset, contract } = instrument;
    const alive = await this.#alive(instrument, span);
    if (alive === undefined) return Bars.empty(asset, base.step);
    const wanted = seriesSpan(instrument, base, alive);
    await this.#history.ensure(contract === undefined ? [wanted] : [wanted, this.#definition(instrument, alive)]);
    const columns = await this.#columns(instrument, base, alive);
    if (columns.time.length === 0 && contract === undefined && !(await this.#history.holdsAny(wanted, wanted))) {
      await requireKnown(instrument, alive, this.#history.answers);
    }
    return new Bars(asset, base.step, columns);
  }

  async #loadContinuous(instrument: ContinuousInstrument, base: BarSchema, span: TimeSpan): Promise<Bars> {
    const schedule = await contractSchedule(instrument, span, this.#history.answers);
    const windows = rollWindows(instrument, schedule);
    const held = schedule.map((segment) => seriesSpan(contractInstrument(instrument, segment.contract), base, segment));
    const definitions = schedule
      .slice(-1)
      .map((segment) => this.#definition(contractInstrument(instrument, segment.contract), segment));
    await this.#history.ensure([...held, ...windows.flatMap(windowSpans), ...definitions]);
    const parts = await Promise.all(schedule.map((segment) => this.#segmentColumns(instrument, base, segment)));
    const bars = new Bars(instrument.asset, base.step, joinColumns(parts));
    const { adjust, direction } = instrument.terms;
    if (adjust === "none") return bars;
    const rolls = await Promise.all(windows.map((window) => this.#measure(window)));
    const segments = segmentRows(
      schedule,
      parts.map(({ time }) => time.length),
    );
    return adjustSeries({ bars, segments, rolls }, adjust, direction);
  }

  /** The part of a span in which an instrument is listed. */
  async #alive(instrument: SingleInstrument, span: TimeSpan): Promise<HeldInstrument | undefined> {
    const { contract } = instrument;
    if (contract === undefined) return { instrument, ...span };
    const alive = overlapOf(span, await contractLife(instrument, contract, this.#history.answers));
    return alive === undefined ? undefined : { instrument, ...alive };
  }

  async #lastHeld(instrument: ContinuousInstrument, span: TimeSpan): Promise<HeldInstrument | undefined> {
    const last = (await contractSchedule(instrument, span, this.#history.answers)).at(-1);
    return last === undefined ? undefined : { instrument: contractInstrument(instrument, last.contract), ...last };
  }

  /** The definition of the first trade date of a contract in the run. */
  #definition(instrument: SingleInstrument, { start, end }: TimeSpan): SeriesSpan {
    const from = Math.min(Math.max(start, this.#runStart), end - 1);
    const session = instrument.calendar?.sessionAt(from) ?? instrument.calendar?.nextSession(from);
    return definitionSpan(instrument, session === undefined ? from : Date.parse(session.tradeDate));
  }

  #segmentColumns(instrument: ContinuousInstrument, base: BarSchema, segment: RollSegment): Promise<BarColumns> {
    return this.#columns(contractInstrument(instrument, segment.contract), base, segment);
  }

  async #measure(window: RollWindow): Promise<Roll> {
    const [from, to] = window.instruments;
    const bars = async (instrument: SingleInstrument) =>
      new Bars(instrument.asset, MINUTE_BARS.step, await this.#columns(instrument, MINUTE_BARS, window));
    return measureRoll(window, [await bars(from), await bars(to)]);
  }

  #columns(instrument: SingleInstrument, base: BarSchema, { start, end }: TimeSpan): Promise<BarColumns> {
    const { start: _, end: __, ...key } = seriesSpan(instrument, base, { start, end });
    return this.#history.columns(key, { start, end }, BAR_COLUMNS);
  }
}

/** An instrument and the time it counts for. */
interface HeldInstrument extends TimeSpan {
  readonly instrument: SingleInstrument;
}

function seriesSpan(
  { dataset, symbol }: SingleInstrument,
  { schema }: BarSchema,
  { start, end }: TimeSpan,
): SeriesSpan {
  return { dataset, schema, stypeIn: "raw_symbol", symbol, start, end };
}

function windowSpans(window: RollWindow): SeriesSpan[] {
  return window.instruments.map((instrument) => seriesSpan(instrument, MINUTE_BARS, window));
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
