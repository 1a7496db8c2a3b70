import type { Bar } from "../../bars/bars.ts";
import type { BarColumns } from "../../market/bar-series.ts";
import { InvalidInputError } from "../../market/errors.ts";
import { firstUnsound, put, RowBar } from "./rows.ts";
import { type SavedState, Stateful } from "./state.ts";

/** What `value` can be: a number, or several by name. */
export type IndicatorValue = number | Readonly<Record<string, number>>;

/** Parameters as they were resolved, defaults included; plain data. */
export type IndicatorParameters = Readonly<Record<string, unknown>>;

/** A state to go on from, as plain data: `JSON.stringify` keeps all of it. */
export interface IndicatorSnapshot {
  readonly indicator: string;
  readonly parameters: IndicatorParameters;
  readonly state: SavedState;
}

/** What a class of indicators tells its base. */
export interface IndicatorTerms {
  /** Name of the class, as errors and snapshots say it. */
  readonly name: string;
  readonly parameters: IndicatorParameters;
  /** Bars it needs before every output is a number. */
  readonly warmup: number;
  /** Names of its outputs. @default ["value"] */
  readonly outputs?: readonly string[];
  /** Outputs that may be NaN after the warm-up too, because there may be nothing to tell, as before the first swing. @default [] */
  readonly sparse?: readonly string[];
  /** Bars after which it hardly shows any more where it began; the engine feeds as many before the start of a run. @default ten warm-ups */
  readonly settling?: number;
}

/** After ten warm-ups an exponential average holds less than a ten-thousandth of how it began. */
const SETTLING_WARMUPS = 10;

const FIELDS = ["time", "open", "high", "low", "close", "volume"] as const;
const ONE_OUTPUT = ["value"];

/** The outputs of an indicator with several: a number each, by name. */
class Outputs extends Stateful {
  constructor(names: readonly string[]) {
    super();
    // They begin as NaN so that the engine keeps them as doubles from the start.
    for (const name of names) Object.assign(this, { [name]: Number.NaN });
  }
}

/**
 * A state machine over bars: the one implementation serves batch, backtest and live.
 *
 * `add` takes a new bar. `replace` takes the newest bar again as it looks now: after any number of `replace` the state is as if the last
 * of them had been the `add`. Neither allocates. During the warm-up every output is NaN, so that comparisons are false; `ready` says when
 * all are numbers. Gaps need no care: a missing bar is simply not added.
 *
 * A class of one's own gives `IndicatorTerms` to the constructor, keeps its state in fields that are numbers, `Float64Array`s or
 * `Stateful` parts, never in `#private` ones (see `Stateful`), and writes `add`. The suite `indicatorContract` of `backlit/testing` proves it.
 */
export abstract class Indicator<Value extends IndicatorValue = number> extends Stateful {
  /**
   * The newest value; NaN (or an object of NaNs) until `ready`. With several outputs it is one object, the same each time, that always shows
   * the newest numbers: copy it to keep them.
   */
  declare readonly value: Readonly<Value>;
  /** How many bars must be added until `ready`. */
  declare readonly warmup: number;
  /** How many bars were added, the newest among them. */
  protected count = 0;
  /** False while `replace` has `add` take the newest bar again. */
  private isNext = true;
  readonly #terms: IndicatorTerms;

  constructor(terms: IndicatorTerms) {
    super();
    this.#terms = terms;
    this.warmup = terms.warmup;
    const value = this.outputs.length > 1 ? new Outputs(this.outputs) : Number.NaN;
    this.value = value as IndicatorValue as Readonly<Value>;
  }

  /** Name of the class: "Rsi". */
  get name(): string {
    return this.#terms.name;
  }

  get parameters(): IndicatorParameters {
    return this.#terms.parameters;
  }

  /** Names of the outputs; `["value"]` where there is one. */
  get outputs(): readonly string[] {
    return this.#terms.outputs ?? ONE_OUTPUT;
  }

  /** Outputs that may be NaN although the indicator is ready. */
  get sparse(): readonly string[] {
    return this.#terms.sparse ?? [];
  }

  /** Bars after which it hardly shows any more where it began. */
  get settling(): number {
    return this.#terms.settling ?? SETTLING_WARMUPS * this.warmup;
  }

  get ready(): boolean {
    return this.count >= this.warmup;
  }

  /**
   * From when on it must have seen all bars to show at `time` what it would had it always been fed: the open of the session for the VWAP of
   * a session. The engine begins its history there. Epoch ms UTC; undefined where a number of bars is enough.
   */
  anchorAt(_time: number): number | undefined {
    return undefined;
  }

  /** One output by its place in `outputs`: what a recorder of columns reads. */
  output(index = 0): number {
    const value = this.value as IndicatorValue;
    return typeof value === "number" ? value : (value[this.outputs[index] as string] as number);
  }

  /**
   * Takes a new bar. A class of indicators begins it with `accept`, which says whether the bar is new or comes in place of the newest one, as
   * `replace` has it; then whatever the newest one changed must be undone: keep what was true before it in fields of their own. It
   * writes its outputs once `ready`: one with `emit`, several into the fields of `shown`.
   *
   * Each class has its own, with no code around it that all share: what only ever meets one class is compiled for that class, which makes a
   * small indicator twice as fast.
   * @throws InvalidInputError when one of its fields is not a finite number
   */
  abstract add(bar: Bar): void;

  /** Takes the newest bar again, as it looks now. @throws InvalidInputError when nothing was added yet, and as `add` does */
  replace(bar: Bar): void {
    // Told aside and not as a second argument: a call with fewer arguments than a function has costs a quarter of a small indicator.
    this.isNext = false;
    try {
      this.add(bar);
    } finally {
      this.isNext = true;
    }
  }

  /** `add` when `isNew`, else `replace`: for indicators built from indicators. */
  update(bar: Bar, isNew: boolean): void {
    if (isNew) this.add(bar);
    else this.replace(bar);
  }

  /**
   * Writes the outputs into a row of columns, one an output in their order. A class with several outputs that has its own, naming each,
   * makes its columns up to twice as fast: here they are looked up by name.
   */
  writeRow(columns: readonly Float64Array[], row: number): void {
    const value = this.value as IndicatorValue;
    if (typeof value === "number") put(columns[0], row, value);
    else {
      const { outputs } = this;
      for (let index = 0; index < columns.length; index++)
        put(columns[index], row, value[outputs[index] as string] as number);
    }
  }

  /** Adds many bars and writes the outputs after each into columns, one an output: what `computeIndicator` calls. */
  addBars(bars: BarColumns, columns: readonly Float64Array[]): void {
    // One object serves all rows: indicators keep numbers of a bar, never the bar.
    const bar = new RowBar();
    this.checkColumns(bars);
    for (let row = 0; row < bars.time.length; row++) {
      bar.read(bars, row);
      this.add(bar);
      this.writeRow(columns, row);
    }
  }

  /** The state as plain data, copied; a forming bar is part of it. */
  snapshot(): IndicatorSnapshot {
    return { indicator: this.name, parameters: this.parameters, state: this.saveState() };
  }

  /**
   * Goes on from where the snapshot was taken.
   * @throws InvalidInputError when it is of another indicator, of other parameters, or not whole; the state is then as it was
   */
  restore(snapshot: IndicatorSnapshot): void {
    const same =
      snapshot?.indicator === this.name && JSON.stringify(snapshot.parameters) === JSON.stringify(this.parameters);
    if (!same) {
      const found = `${String(snapshot?.indicator)} ${JSON.stringify(snapshot?.parameters)}`;
      throw new InvalidInputError(
        "invalid_argument",
        `Restoring ${this.name} ${JSON.stringify(this.parameters)}: the snapshot is of ${found}`,
      );
    }
    const before = this.saveState();
    try {
      this.loadState(snapshot.state);
    } catch (error) {
      this.loadState(before);
      throw error;
    }
  }

  /** `value` of an indicator with several outputs, to be written to once `ready`. */
  protected get shown(): Value {
    return this.value as Value;
  }

  /**
   * The first thing an `add` does: checks the bar and counts it.
   * @returns whether it is a new one; false: it comes in place of the newest
   * @throws InvalidInputError as `add` and `replace` do; nothing has changed then
   */
  protected accept(bar: Bar): boolean {
    const sum = bar.time + bar.open + bar.high + bar.low + bar.close + bar.volume;
    // Only a finite sum less itself is 0; the fields are looked at one by one only when something is wrong.
    if (sum - sum !== 0) this.#checkFields(bar);
    return this.countOne();
  }

  /** Counts a bar that has been checked. @returns as `accept` */
  protected countOne(): boolean {
    const isNew = this.isNext === true;
    if (isNew) this.count++;
    else if (this.count === 0) throw this.#nothingAdded();
    return isNew;
  }

  /** Writes the only output, once the warm-up is over. */
  protected emit(value: number): void {
    if (this.count >= this.warmup) (this as { value: IndicatorValue }).value = value;
  }

  /** The check of `accept` for all rows, before any is added. */
  protected checkColumns(bars: BarColumns): void {
    for (const field of FIELDS) {
      const row = firstUnsound(bars[field]);
      if (row >= 0) throw this.notFinite(field, bars[field][row] as number);
    }
  }

  protected notFinite(field: string, value: number): InvalidInputError {
    return new InvalidInputError(
      "invalid_argument",
      `Adding to ${this.name}: '${field}' was ${value}, expected a finite number`,
    );
  }

  #nothingAdded(): InvalidInputError {
    return new InvalidInputError("invalid_argument", `Replacing the newest bar of ${this.name}: none was added yet`);
  }

  /** After rows were added behind its back: counts them, blanks those of the warm-up and writes the output. */
  protected countAdded(column: Float64Array): void {
    const missing = Math.max(0, this.warmup - 1 - this.count);
    this.count += column.length;
    column.fill(Number.NaN, 0, missing);
    if (column.length > 0) this.emit(column[column.length - 1] as number);
  }

  #checkFields(bar: Bar): void {
    for (const field of FIELDS) if (!Number.isFinite(bar[field])) throw this.notFinite(field, bar[field]);
  }
}
