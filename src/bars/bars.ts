import type { Table } from "apache-arrow";
import type { Asset } from "../market/asset.ts";
import type { BarColumns, BarSeries, QuoteColumns } from "../market/bar-series.ts";
import { type DataProblem, InvalidDataError, InvalidInputError } from "../market/errors.ts";
import { parseTimestep, type Timestep, type TimestepLike } from "../market/timestep.ts";
import { type ArrowNames, columnsFromArrow, columnsToArrow } from "./arrow.ts";
import { checkBars, type InvalidBarPolicy, type RowName, withoutRows } from "./check.ts";
import { checkTimeUnit } from "./time-unit.ts";

/** What `Bars.from` takes: six columns of one length, oldest first. Plain or typed arrays; `time` is the open time, epoch ms UTC. */
export interface BarsInput {
  readonly asset: Asset;
  readonly timestep: TimestepLike;
  readonly time: ArrayLike<number>;
  readonly open: ArrayLike<number>;
  readonly high: ArrayLike<number>;
  readonly low: ArrayLike<number>;
  readonly close: ArrayLike<number>;
  readonly volume: ArrayLike<number>;
  /** Best bid and ask at the end of each bar, NaN where there was none. Both or neither. */
  readonly bid?: ArrayLike<number> | undefined;
  readonly ask?: ArrayLike<number> | undefined;
}

export interface BarsOptions {
  /** What to do with unsound rows. @default "reject" */
  readonly onInvalid?: InvalidBarPolicy;
  /** How rows are named in problems; a file reader gives line numbers. */
  readonly rowName?: RowName;
}

/** One bar as an object, for reading and printing; loops read the columns. */
export interface Bar {
  readonly time: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

const COLUMN_NAMES = ["time", "open", "high", "low", "close", "volume"] as const;
const NO_PROBLEMS: readonly DataProblem[] = Object.freeze([]);

/**
 * Bars of one asset and one step as columns over typed arrays, oldest first. Immutable by agreement: `slice` and the column
 * getters give views on the same memory and never copy, so a column must not be written to.
 */
export class Bars implements BarSeries {
  readonly asset: Asset;
  readonly timestep: Timestep;
  readonly length: number;
  /** What the checks found in rows that were dropped or kept, the first ten; empty for sound bars. */
  readonly problems: readonly DataProblem[];
  /** How many rows were left out by the policy `drop`. */
  readonly droppedRows: number;
  readonly #columns: BarColumns & QuoteColumns;
  readonly #start: number;
  // Views of columns, made when first read so that reading again makes nothing: that of one column, mostly all that is read of a window,
  // and those of the others.
  #column: Float64Array | undefined;
  #columnView: Float64Array | undefined;
  #views: Map<Float64Array, Float64Array> | undefined;

  /** @internal Use `Bars.from`, which checks; this trusts. */
  constructor(
    asset: Asset,
    timestep: Timestep,
    columns: BarColumns & QuoteColumns,
    start = 0,
    length = columns.time.length,
    report: { readonly problems: readonly DataProblem[]; readonly droppedRows: number } | undefined = undefined,
  ) {
    this.asset = asset;
    this.timestep = timestep;
    this.#columns = columns;
    this.#start = start;
    this.length = length;
    this.problems = report?.problems ?? NO_PROBLEMS;
    this.droppedRows = report?.droppedRows ?? 0;
  }

  /**
   * Checks and takes columns: ascending times without duplicates, finite numbers, low <= open, close <= high, volume from 0. A
   * `Float64Array` is used as it is, not copied.
   * @throws InvalidDataError `invalid_bars`, naming rows and columns, under the policy `reject`; under any for times that are no
   *   milliseconds
   * @throws InvalidInputError when the columns differ in length, or the timestep is none
   */
  static from(input: BarsInput, options: BarsOptions = {}): Bars {
    const step = parseTimestep(input.timestep);
    const columns = takeColumns(input);
    checkTimeUnit(input.asset, step, columns.time);
    const check = checkBars(columns, options.rowName);
    if (check.problemCount === 0) return new Bars(input.asset, step, columns);
    const policy = options.onInvalid ?? "reject";
    if (policy === "reject") throw invalidBars(input.asset, check.problems, check.problemCount);
    const report = { problems: check.problems, droppedRows: policy === "drop" ? check.rows.length : 0 };
    const kept = policy === "drop" ? withoutRows(columns, check.rows) : columns;
    return new Bars(input.asset, step, kept, 0, kept.time.length, report);
  }

  /** No bars at all. */
  static empty(asset: Asset, step: TimestepLike): Bars {
    const none = new Float64Array(0);
    return new Bars(asset, parseTimestep(step), {
      time: none,
      open: none,
      high: none,
      low: none,
      close: none,
      volume: none,
    });
  }

  /**
   * Bars from an Arrow table with the columns time, open, high, low, close, volume. Asset and step are read from the table's
   * metadata, where `toArrow` writes them, unless they are given.
   * @throws InvalidDataError or InvalidInputError as `from` does
   */
  static fromArrow(table: Table, names: ArrowNames = {}, options: BarsOptions = {}): Bars {
    return Bars.from(columnsFromArrow(table, names), options);
  }

  /** An Arrow table: `time` as timestamp in milliseconds UTC, the rest doubles; asset and step in its metadata. Times are copied. */
  toArrow(): Table {
    return columnsToArrow(this);
  }

  /** Open times, epoch ms UTC. A view. */
  get time(): Float64Array {
    return this.#viewOf(this.#columns.time);
  }

  /** A view, like the others. */
  get open(): Float64Array {
    return this.#viewOf(this.#columns.open);
  }

  get high(): Float64Array {
    return this.#viewOf(this.#columns.high);
  }

  get low(): Float64Array {
    return this.#viewOf(this.#columns.low);
  }

  get close(): Float64Array {
    return this.#viewOf(this.#columns.close);
  }

  /** Units traded. A view. */
  get volume(): Float64Array {
    return this.#viewOf(this.#columns.volume);
  }

  /** Best bid at the end of each bar; undefined where there are no quotes. A view. */
  get bid(): Float64Array | undefined {
    return this.#columns.bid === undefined ? undefined : this.#viewOf(this.#columns.bid);
  }

  /** Best ask at the end of each bar; undefined where there are no quotes. A view. */
  get ask(): Float64Array | undefined {
    return this.#columns.ask === undefined ? undefined : this.#viewOf(this.#columns.ask);
  }

  /** The bar at `index`; negative counts from the end (-1 is the newest); undefined outside. Makes an object. */
  at(index: number): Bar | undefined {
    const row = index < 0 ? this.length + index : index;
    if (!(row >= 0 && row < this.length)) return undefined;
    const i = this.#start + row;
    const columns = this.#columns;
    return {
      time: columns.time[i] as number,
      open: columns.open[i] as number,
      high: columns.high[i] as number,
      low: columns.low[i] as number,
      close: columns.close[i] as number,
      volume: columns.volume[i] as number,
    };
  }

  /** The bars from `start` to before `end`, as `Array.prototype.slice` counts. A view on the same memory. */
  slice(start = 0, end = this.length): Bars {
    const from = clampIndex(start, this.length);
    const to = Math.max(from, clampIndex(end, this.length));
    return new Bars(this.asset, this.timestep, this.#columns, this.#start + from, to - from);
  }

  *[Symbol.iterator](): Generator<Bar> {
    for (let i = 0; i < this.length; i++) yield this.at(i) as Bar;
  }

  #viewOf(column: Float64Array): Float64Array {
    if (this.length === column.length) return column;
    if (this.#column === column) return this.#columnView as Float64Array;
    return this.#column === undefined ? this.#firstView(column) : this.#furtherView(column);
  }

  #firstView(column: Float64Array): Float64Array {
    const view = column.subarray(this.#start, this.#start + this.length);
    this.#column = column;
    this.#columnView = view;
    return view;
  }

  #furtherView(column: Float64Array): Float64Array {
    this.#views ??= new Map();
    const known = this.#views.get(column);
    if (known !== undefined) return known;
    const view = column.subarray(this.#start, this.#start + this.length);
    this.#views.set(column, view);
    return view;
  }
}

function clampIndex(index: number, length: number): number {
  return Math.min(length, Math.max(0, index < 0 ? length + index : index));
}

function takeColumns(input: BarsInput): BarColumns & QuoteColumns {
  const rows = input.time.length;
  for (const name of COLUMN_NAMES) {
    const column = input[name];
    if (column === undefined || column.length !== rows) {
      throw new InvalidInputError(
        "invalid_bars",
        `Making bars of ${input.asset}: column '${name}' has ${column?.length ?? "no"} rows, time has ${rows}`,
      );
    }
  }
  const take = (column: ArrayLike<number>) => (column instanceof Float64Array ? column : Float64Array.from(column));
  const quotes = takeQuotes(input);
  return {
    time: take(input.time),
    open: take(input.open),
    high: take(input.high),
    low: take(input.low),
    close: take(input.close),
    volume: take(input.volume),
    ...(quotes === undefined ? {} : { bid: take(quotes.bid), ask: take(quotes.ask) }),
  };
}

/** The columns of quotes, when they are there and sound: NaN, or a bid that is not above its ask. */
function takeQuotes({ asset, time, bid, ask }: BarsInput) {
  if (bid === undefined && ask === undefined) return undefined;
  const refuse = (words: string) => new InvalidInputError("invalid_bars", `Making bars of ${asset}: ${words}`);
  if (bid?.length !== time.length || ask?.length !== time.length)
    throw refuse(`bid has ${bid?.length ?? "no"} rows and ask ${ask?.length ?? "no"}, time has ${time.length}`);
  for (let row = 0; row < time.length; row++) {
    if ((bid[row] as number) > (ask[row] as number))
      throw refuse(`row ${row}: the bid ${bid[row]} is above the ask ${ask[row]}`);
  }
  return { bid, ask };
}

function invalidBars(asset: Asset, problems: readonly DataProblem[], problemCount: number): InvalidDataError {
  const told = problems.map((problem) => `row ${problem.row}: ${problem.message}`).join("; ");
  const more = problemCount > problems.length ? `; and ${problemCount - problems.length} more` : "";
  return new InvalidDataError("invalid_bars", `Making bars of ${asset}: ${told}${more}`, problems, {
    problemCount,
    hint: "Mend the rows, or pass onInvalid: 'drop' to leave them out or 'keep' to take them as they are; both are reported.",
  });
}
