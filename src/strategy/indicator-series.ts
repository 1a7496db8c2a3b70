import type { Bar } from "../bars/bars.ts";
import type { Asset } from "../market/asset.ts";
import { InvalidInputError } from "../market/errors.ts";
import { suggestWord } from "../market/nearest.ts";
import type { Timestep } from "../market/timestep.ts";
import type { Indicator, IndicatorSnapshot, IndicatorValue } from "./indicators/indicator.ts";
import { ValueIndicator } from "./indicators/value-indicator.ts";
import { ValueColumns } from "./value-columns.ts";

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
  /** Bars before the start it is fed with at least, as far as there are any; undefined leaves it to the engine. */
  readonly lookback: number | undefined;
  /** What feeds it instead of bars. */
  readonly over: IndicatorSeries | undefined;
  readonly look: SeriesLook;
}

/** A series over one output of another, with the output's place. */
interface Follower {
  readonly series: IndicatorSeries;
  readonly place: number;
}

/** The series of a class of indicators: `SeriesOf<Macd>`. */
export type SeriesOf<Kind> = Kind extends Indicator<infer Value> ? IndicatorSeries<Value> : never;

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
  /** Names of the outputs; `["value"]` where there is one. */
  readonly outputs: readonly string[];
  /** The state before any bar. */
  readonly #start: IndicatorSnapshot;
  readonly #values: ValueColumns;
  /** What is drawn: the instant from which each value could be seen, and the values as they were seen then. */
  readonly #drawn: ValueColumns | undefined;
  #isDrawing = false;
  #isReady = false;
  readonly #followers: Follower[] = [];

  constructor(indicator: Indicator<Value>, terms: SeriesTerms) {
    this.#indicator = indicator;
    this.outputs = indicator.outputs;
    this.#start = indicator.snapshot();
    this.terms = terms;
    this.#values = new ValueColumns(indicator.outputs.length);
    this.#drawn = terms.look.panes === undefined ? undefined : new ValueColumns(indicator.outputs.length + 1);
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
    // Once it is, it stays so: no need to ask again at every bar.
    if (!this.#isReady) this.#isReady = this.#indicator.ready;
    return this.#isReady;
  }

  /** How many bars it has seen, the one in progress included where it is `developing`. */
  get length(): number {
    return this.#values.length;
  }

  /**
   * A value by its place: -1 is the newest, the same as `value`, -2 the bar before; 0 is the first. NaN in the warm-up and outside.
   * @param output which one, where there are several; the first unless given
   * @throws InvalidInputError when there is no such output
   */
  at(index: number, output?: OutputName<Value>): number {
    const values = this.#values;
    return values.at(output === undefined ? 0 : this.#placeOf(output), index < 0 ? values.length + index : index);
  }

  /** @internal How many bars it rests on: those that what it is over has seen. */
  get barsSeen(): number {
    return this.terms.over?.barsSeen ?? this.length;
  }

  /** @internal The machine behind it. */
  get indicator(): Indicator<Value> {
    return this.#indicator;
  }

  /** @internal Has another series fed with one of the outputs, those there are already first. */
  follow(series: IndicatorSeries, place: number): void {
    this.#followers.push({ series, place });
    for (let row = 0; row < this.#values.length; row++) {
      const value = this.#values.at(place, row);
      if (!Number.isNaN(value)) series.feedValue(value, true, Number.NaN);
    }
  }

  /** @internal Takes a new bar, or with `isNew` false the newest one as it looks now. `time`: the instant from which that can be seen. */
  feed(bar: Bar, isNew: boolean, time: number): void {
    if (isNew) this.#indicator.add(bar);
    else this.#indicator.replace(bar);
    this.#record(isNew, time);
  }

  /** @internal `feed` for a series over single values. */
  feedValue(value: number, isNew: boolean, time: number): void {
    const indicator = this.#indicator;
    if (!(indicator instanceof ValueIndicator)) return;
    if (isNew) indicator.add(value);
    else indicator.replace(value);
    this.#record(isNew, time);
  }

  /** @internal From here on values are drawn. */
  endWarmup(): void {
    this.#isDrawing = true;
  }

  /** @internal Forgets all bars, and with it what follows it, to be fed anew with what they look like now; what was drawn stays. */
  restart(): void {
    this.#isDrawing = false;
    this.#isReady = false;
    this.#indicator.restore(this.#start);
    this.#values.clear();
    for (const { series } of this.#followers) series.restart();
  }

  /** @internal The end of what `restart` began. */
  resume(): void {
    this.#isDrawing = true;
    for (const { series } of this.#followers) series.resume();
  }

  /** @internal What is drawn: instants and one column an output. Undefined when nothing is. */
  drawn(): { readonly time: Float64Array; readonly columns: readonly Float64Array[] } | undefined {
    const drawn = this.#drawn;
    if (drawn === undefined) return undefined;
    return { time: drawn.copy(0), columns: this.outputs.map((_, place) => drawn.copy(place + 1)) };
  }

  #record(isNew: boolean, time: number): void {
    const indicator = this.#indicator;
    const values = this.#values;
    if (isNew) values.push();
    // A field of the object says more cheaply than a call what a single output is; of several its class knows the names.
    const value = indicator.value as IndicatorValue;
    if (typeof value === "number") values.set(0, value);
    else values.writeBy(indicator);
    if (this.#isDrawing && this.#drawn !== undefined) this.#draw(this.#drawn, isNew, time);
    if (this.#followers.length > 0 && this.ready) this.#pass(isNew, time);
  }

  #draw(drawn: ValueColumns, isNew: boolean, time: number): void {
    if (isNew || drawn.length === 0) drawn.push();
    drawn.set(0, time);
    for (let place = 0; place < this.outputs.length; place++) drawn.set(place + 1, this.#indicator.output(place));
  }

  #pass(isNew: boolean, time: number): void {
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
}
