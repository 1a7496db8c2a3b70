import type { Bar } from "../../bars/bars.ts";
import type { BarColumns } from "../../market/bar-series.ts";
import { InvalidInputError } from "../../market/errors.ts";
import { firstUnsound, RowBar, writeRow } from "./rows.ts";
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
}

const FIELDS = ["time", "open", "high", "low", "close", "volume"] as const;
const ONE_OUTPUT = ["value"];

/**
 * Count and outputs. In an object of their own because the code that all classes share reads it: one look for it in an object of
 * unknown class, and the rest is known.
 */
class Outlet extends Stateful {
  count = 0;
  readonly warmup: number;
  readonly cells: Float64Array;

  constructor(warmup: number, outputs: number) {
    super();
    this.warmup = warmup;
    this.cells = new Float64Array(outputs).fill(Number.NaN);
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
 * `Stateful` parts, never in `#private` ones (see `Stateful`), and writes `step`. The suite `indicatorContract` of `backlit/testing` proves it.
 */
export abstract class Indicator<Value extends IndicatorValue = number> extends Stateful {
  protected readonly outlet: Outlet;
  readonly #terms: IndicatorTerms;
  readonly #view: Record<string, number> | undefined;

  constructor(terms: IndicatorTerms) {
    super();
    const outputs = terms.outputs ?? ONE_OUTPUT;
    this.#terms = terms;
    this.outlet = new Outlet(terms.warmup, outputs.length);
    this.#view = outputs.length === 1 ? undefined : Object.fromEntries(outputs.map((output) => [output, Number.NaN]));
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

  /** How many bars must be added until `ready`. */
  get warmup(): number {
    return this.outlet.warmup;
  }

  get ready(): boolean {
    const outlet = this.outlet;
    return outlet.count >= outlet.warmup;
  }

  /** How many bars were added. */
  protected get count(): number {
    return this.outlet.count;
  }

  /** The outputs, in the order of `outputs`. */
  protected get cells(): Float64Array {
    return this.outlet.cells;
  }

  /**
   * The newest value; NaN (or an object of NaNs) until `ready`. With several outputs it is one object, the same each time, brought up to
   * date when it is asked for: copy it to keep it.
   */
  get value(): Value {
    const view = this.#view;
    if (view === undefined) return this.cells[0] as number as Value;
    this.outputs.forEach((output, index) => {
      view[output] = this.output(index);
    });
    return view as Value;
  }

  /** One output by its place in `outputs`: what a recorder of columns reads. */
  output(index = 0): number {
    return this.outlet.cells[index] as number;
  }

  /** Takes a new bar. @throws InvalidInputError when one of its fields is not a finite number */
  add(bar: Bar): void {
    checkBar(this, bar);
    this.outlet.count++;
    this.step(bar, true);
  }

  /** Takes the newest bar again, as it looks now. @throws InvalidInputError when nothing was added yet, and as `add` does */
  replace(bar: Bar): void {
    this.checkAdded();
    checkBar(this, bar);
    this.step(bar, false);
  }

  /** Adds many bars and writes the outputs after each into columns, one an output: what `computeIndicator` calls. */
  addBars(bars: BarColumns, columns: readonly Float64Array[]): void {
    // One object serves all rows: indicators keep numbers of a bar, never the bar.
    const bar = new RowBar();
    const cells = this.cells;
    this.checkColumns(bars);
    for (let row = 0; row < bars.time.length; row++) {
      bar.read(bars, row);
      this.outlet.count++;
      this.step(bar, true);
      writeRow(cells, columns, row);
    }
  }

  /** `add` when `isNew`, else `replace`, unchecked: for indicators built from indicators. */
  update(bar: Bar, isNew: boolean): void {
    if (isNew) this.outlet.count++;
    this.step(bar, isNew);
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

  /**
   * Takes a bar and writes the outputs when `ready`; `count` counts it already. With `isNew` false it comes in place of the newest one,
   * so whatever the newest one changed must be found again: keep what was true before it in fields of their own.
   */
  protected abstract step(bar: Bar, isNew: boolean): void;

  /** Writes the only output, once the warm-up is over. */
  protected emit(value: number): void {
    const outlet = this.outlet;
    if (outlet.count >= outlet.warmup) outlet.cells[0] = value;
  }

  /** `checkBar` for all rows, before any is added. */
  protected checkColumns(bars: BarColumns): void {
    for (const field of FIELDS) {
      const row = firstUnsound(bars[field]);
      if (row >= 0) throw this.notFinite(field, bars[field][row] as number);
    }
  }

  /** @internal What is thrown where a number is not finite. */
  notFinite(field: string, value: number): InvalidInputError {
    return new InvalidInputError(
      "invalid_argument",
      `Adding to ${this.name}: '${field}' was ${value}, expected a finite number`,
    );
  }

  /** After rows were added behind its back: counts them, blanks those of the warm-up and writes the output. */
  protected countAdded(column: Float64Array): void {
    const missing = Math.max(0, this.warmup - 1 - this.count);
    this.outlet.count += column.length;
    column.fill(Number.NaN, 0, missing);
    if (column.length > 0) this.emit(column[column.length - 1] as number);
  }

  protected checkAdded(): void {
    if (this.count > 0) return;
    throw new InvalidInputError("invalid_argument", `Replacing the newest bar of ${this.name}: none was added yet`);
  }
}

/** @internal Of `add` and `replace`. @throws InvalidInputError when a field is not a finite number */
export function checkBar(indicator: Indicator<IndicatorValue>, bar: Bar): void {
  const sum = bar.time + bar.open + bar.high + bar.low + bar.close + bar.volume;
  // Only a finite sum less itself is 0; the fields are looked at one by one only when something is wrong.
  if (sum - sum === 0) return;
  for (const field of FIELDS) if (!Number.isFinite(bar[field])) throw indicator.notFinite(field, bar[field]);
}
