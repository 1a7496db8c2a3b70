import type { Bar } from "../bars/bars.ts";
import type { Asset } from "../market/asset.ts";
import { InvalidInputError } from "../market/errors.ts";
import { suggestWord } from "../market/nearest.ts";
import type { Timestep } from "../market/timestep.ts";
import { type Indicator, type IndicatorValue, ValueIndicator } from "./indicators/indicator.ts";

/** When a coarser bar's values can be seen from finer ones: once it has closed, or as it forms. */
export type Visibility = "closed" | "developing";

/** How a line of it is drawn. */
export interface SeriesLook {
  readonly name: string;
  /** Names of the panes of its outputs, `"main"` on the asset's candles; undefined when it is not drawn. */
  readonly panes: readonly string[] | undefined;
}

/** What an indicator is made for. */
export interface SeriesTerms {
  readonly asset: Asset;
  /** Undefined: the step of the asset's own bars. */
  readonly timestep: Timestep | undefined;
  readonly visibility: Visibility;
  /** Bars until it is ready, those of what it is over included. */
  readonly warmup: number;
  /** Bars before the start it is fed with, as far as there are any. */
  readonly lookback: number;
  /** What feeds it instead of bars. */
  readonly over: IndicatorSeries | undefined;
  readonly look: SeriesLook;
}

/** A series over one output of another, with the output's place. */
interface Follower {
  readonly series: IndicatorSeries;
  readonly place: number;
}

const FIRST_ROOM = 64;

/** The names of an indicator's outputs. */
export type OutputName<Value extends IndicatorValue> = Value extends number ? "value" : keyof Value & string;

/**
 * An indicator in a run, as `this.indicator(...)` gives it: its newest value and those before, read synchronously and without
 * allocation. The engine feeds it; in backtest and live alike with every bar once, when it has closed by the clock, and with
 * visibility `developing` besides with the bar in progress after each finer bar.
 */
export class IndicatorSeries<Value extends IndicatorValue = IndicatorValue> {
  readonly terms: SeriesTerms;
  readonly #indicator: Indicator<Value>;
  readonly #columns: Float64Array[];
  /** When each value could first be seen; only for what is drawn. */
  #times: Float64Array | undefined;
  #room = FIRST_ROOM;
  #length = 0;
  /** Rows of the warm-up, which are not drawn. */
  #drawnFrom = 0;
  readonly #followers: Follower[] = [];

  constructor(indicator: Indicator<Value>, terms: SeriesTerms) {
    this.#indicator = indicator;
    this.terms = terms;
    this.#columns = indicator.outputs.map(() => new Float64Array(FIRST_ROOM));
    this.#times = terms.look.panes === undefined ? undefined : new Float64Array(FIRST_ROOM);
  }

  /**
   * The newest value; NaN, or an object of NaNs, until `ready`. With several outputs it is one object, the same each time, brought up
   * to date when it is read: copy it to keep it.
   */
  get value(): Value {
    return this.#indicator.value;
  }

  /** True from the bar on with which the indicator's warm-up ends; mostly from the start, for history before it is fed in. */
  get ready(): boolean {
    return this.#indicator.ready;
  }

  /** How many bars it has seen, the one in progress included where it is `developing`. */
  get length(): number {
    return this.#length;
  }

  /** Names of the outputs; `["value"]` where there is one. */
  get outputs(): readonly string[] {
    return this.#indicator.outputs;
  }

  /**
   * A value by its place: -1 is the newest, the same as `value`, -2 the bar before; 0 is the first. NaN in the warm-up and outside.
   * @param output which one, where there are several; the first unless given
   */
  at(index: number, output?: OutputName<Value>): number {
    const row = index < 0 ? this.#length + index : index;
    if (!(row >= 0 && row < this.#length)) return Number.NaN;
    const place = output === undefined ? 0 : this.#placeOf(output);
    return (this.#columns[place] as Float64Array)[row] as number;
  }

  /** @internal The machine behind it. */
  get indicator(): Indicator<Value> {
    return this.#indicator;
  }

  /** @internal Has another series fed with one of the outputs, those there are already first. */
  follow(series: IndicatorSeries, place: number): void {
    this.#followers.push({ series, place });
    for (const value of (this.#columns[place] as Float64Array).subarray(0, this.#length))
      if (!Number.isNaN(value)) series.feedValue(value, true, Number.NaN);
  }

  /** @internal Takes a new bar, or with `isNew` false the newest one as it looks now. `time`: the instant from which that can be seen. */
  feed(bar: Bar, isNew: boolean, time: number): void {
    if (isNew) this.#indicator.add(bar);
    else this.#indicator.replace(bar);
    this.#record(isNew, time);
    if (this.#followers.length > 0) this.#pass(isNew, time);
  }

  /** @internal `feed` for a series over single values. */
  feedValue(value: number, isNew: boolean, time: number): void {
    const indicator = this.#indicator;
    if (!(indicator instanceof ValueIndicator)) return;
    if (isNew) indicator.add(value);
    else indicator.replace(value);
    this.#record(isNew, time);
    if (this.#followers.length > 0) this.#pass(isNew, time);
  }

  /** @internal What was fed so far is warm-up and not drawn. */
  endWarmup(): void {
    this.#drawnFrom = this.#length;
  }

  /** @internal What is to be drawn: instants and one column an output, copied. Undefined when nothing is. */
  drawn(): { readonly time: Float64Array; readonly columns: readonly Float64Array[] } | undefined {
    if (this.#times === undefined) return undefined;
    const cut = (column: Float64Array) => column.slice(this.#drawnFrom, this.#length);
    return { time: cut(this.#times), columns: this.#columns.map(cut) };
  }

  #pass(isNew: boolean, time: number): void {
    if (!this.#indicator.ready) return;
    for (let i = 0; i < this.#followers.length; i++) {
      const { series, place } = this.#followers[i] as Follower;
      series.feedValue(this.#indicator.output(place), isNew, time);
    }
  }

  #placeOf(output: string): number {
    const place = this.outputs.indexOf(output);
    if (place >= 0) return place;
    throw new InvalidInputError(
      "invalid_argument",
      `Reading ${this.#indicator.name}: '${output}' is none of its outputs`,
      {
        hint: suggestWord(output, this.outputs),
      },
    );
  }

  #record(isNew: boolean, time: number): void {
    if (isNew) {
      if (this.#length === this.#room) this.#grow();
      this.#length += 1;
    }
    const row = this.#length - 1;
    const columns = this.#columns;
    for (let place = 0; place < columns.length; place++)
      (columns[place] as Float64Array)[row] = this.#indicator.output(place);
    if (this.#times !== undefined) this.#times[row] = time;
  }

  #grow(): void {
    this.#room *= 2;
    for (let place = 0; place < this.#columns.length; place++)
      this.#columns[place] = grown(this.#columns[place] as Float64Array, this.#room);
    if (this.#times !== undefined) this.#times = grown(this.#times, this.#room);
  }
}

function grown(column: Float64Array, room: number): Float64Array {
  const larger = new Float64Array(room);
  larger.set(column);
  return larger;
}
