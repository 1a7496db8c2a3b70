/** From rows as they stand in a table to checked columns a symbol. */

import type { BarColumns } from "../market/bar-series.ts";
import { type DataProblem, InvalidDataError } from "../market/errors.ts";
import { parseTimestep, type Timestep, type TimestepLike, timestep } from "../market/timestep.ts";
import type { InvalidBarPolicy } from "./check.ts";
import { leastDistance, StepCounter, timestepOfMilliseconds } from "./infer-timestep.ts";
import type { RawBars } from "./raw-bars.ts";
import { describeProblem, ProblemLog, screenBars } from "./screen.ts";

/** Which end of a bar its time stands for. */
export type BarStamp = "open" | "close";

/** How rows of a table become bars. */
export interface AssembleOptions {
  /** Length of a bar. Default: the most frequent distance between neighbouring rows. */
  readonly timestep?: TimestepLike;
  /** `close`: the table stamps bars with their end; they are moved back by one step. Dates without a time stay. @default "open" */
  readonly stamp?: BarStamp;
  /** What to do with unsound rows. @default "reject" */
  readonly onInvalid?: InvalidBarPolicy;
}

/** Checked bars of a table, parted by symbol. */
export interface TableBars {
  /** Columns by symbol, in order of appearance; the key is "" when the table has no symbols. */
  readonly series: ReadonlyMap<string, BarColumns>;
  readonly timestep: Timestep;
  /** Sentences a reader of the results should see: the step that was found, rows left out. */
  readonly notes: readonly string[];
  /** What was wrong, the first ten; empty for sound tables. */
  readonly problems: readonly DataProblem[];
  readonly droppedRows: number;
}

/** What was read so far: who reads, how rows are called, what was wrong with cells. */
export interface ReadingContext {
  /** Begins messages: `Reading es.csv`. */
  readonly what: string;
  readonly rowWord: "line" | "row";
  readonly log: ProblemLog;
  /** Rows that could not be read and are not among the columns. */
  readonly unreadRows: number;
}

/** @throws InvalidDataError `invalid_file` under the policy `reject`, and when the step can be neither read nor found */
export function assembleBars(raw: RawBars, options: AssembleOptions, context: ReadingContext): TableBars {
  const policy = options.onInvalid ?? "reject";
  if (policy === "reject" && context.log.count > 0) throw context.log.toError(context.what, context.rowWord);
  const parts = partBySymbol(raw);
  const { step, note } = chooseStep(parts, raw, options, context);
  if (options.stamp === "close" && !raw.datesOnly)
    for (const part of parts.values()) shiftTimes(part.time, -step.milliseconds);
  const log = new ProblemLog();
  log.addAll(context.log.told, context.log.count);
  const series = new Map<string, BarColumns>();
  let droppedRows = context.unreadRows;
  for (const [symbol, part] of parts) {
    const rowName = (index: number) => part.rowNumbers?.[index] ?? index;
    const screened = screenBars(part, policy, rowName, log);
    series.set(symbol, screened.columns);
    droppedRows += screened.droppedRows;
  }
  if (policy === "reject" && log.count > 0) throw log.toError(context.what, context.rowWord);
  const notes = [...note, ...problemNotes(log, droppedRows, policy, context)];
  return { series, timestep: step, notes, problems: log.told, droppedRows };
}

interface Part extends BarColumns {
  readonly rowNumbers: Uint32Array | undefined;
}

function partBySymbol(raw: RawBars): Map<string, Part> {
  const { columns, rowNumbers, symbolIds, symbols } = raw;
  if (symbolIds === undefined || symbols.length === 1) {
    return new Map([[symbols[0] ?? "", { ...columns, rowNumbers }]]);
  }
  const counts = new Int32Array(symbols.length);
  for (const id of symbolIds) counts[id] = (counts[id] as number) + 1;
  const rowsOf = symbols.map((_, id) => new Int32Array(counts[id] as number));
  counts.fill(0);
  for (let row = 0; row < symbolIds.length; row++) {
    const id = symbolIds[row] as number;
    const next = counts[id] as number;
    (rowsOf[id] as Int32Array)[next] = row;
    counts[id] = next + 1;
  }
  // A symbol all of whose rows were unreadable has nothing to part.
  return new Map(
    symbols.flatMap((symbol, id) => {
      const rows = rowsOf[id] as Int32Array;
      return rows.length === 0 ? [] : [[symbol, takeRows(columns, rowNumbers, rows)] as const];
    }),
  );
}

function takeRows(columns: BarColumns, rowNumbers: Uint32Array | undefined, rows: Int32Array): Part {
  const take = (column: Float64Array) => {
    const taken = new Float64Array(rows.length);
    for (let index = 0; index < rows.length; index++) taken[index] = column[rows[index] as number] as number;
    return taken;
  };
  return {
    time: take(columns.time),
    open: take(columns.open),
    high: take(columns.high),
    low: take(columns.low),
    close: take(columns.close),
    volume: take(columns.volume),
    rowNumbers: Uint32Array.from(rows, (row) => rowNumbers?.[row] ?? row),
  };
}

function chooseStep(
  parts: ReadonlyMap<string, Part>,
  raw: RawBars,
  options: AssembleOptions,
  context: ReadingContext,
): { readonly step: Timestep; readonly note: readonly string[] } {
  const counter = new StepCounter();
  for (const part of parts.values()) counter.add(part.time);
  const found = counter.mostFrequent();
  if (options.timestep !== undefined) {
    const step = parseTimestep(options.timestep);
    if (found !== undefined && found < leastDistance(step) && !raw.datesOnly) throw tooClose(step, found, context);
    return { step, note: [] };
  }
  if (found === undefined && raw.datesOnly) return { step: timestep(1, "day"), note: [] };
  const step = found === undefined ? undefined : timestepOfMilliseconds(found);
  if (step !== undefined) {
    return {
      step,
      note: [`${context.what}: no timestep given, taken as ${step.name}, the most frequent distance between rows`],
    };
  }
  const why = found === undefined ? "no two rows of a symbol follow each other" : `rows are mostly ${found} ms apart`;
  throw new InvalidDataError("invalid_file", `${context.what}: the timestep cannot be told, ${why}`, [], {
    hint: "Pass timestep, for example timestep: '1m'.",
  });
}

/** Bars that overlap would be seen before they have closed. */
function tooClose(step: Timestep, found: number, context: ReadingContext): InvalidDataError {
  const right = timestepOfMilliseconds(found)?.name ?? `${found} ms`;
  return new InvalidDataError(
    "invalid_file",
    `${context.what}: the timestep given is ${step.name}, most rows are ${right} apart`,
    [],
    { hint: `Pass timestep: '${right}' and ask for ${step.name} bars: they are made from these.` },
  );
}

function shiftTimes(time: Float64Array, by: number): void {
  for (let row = 0; row < time.length; row++) time[row] = (time[row] as number) + by;
}

function problemNotes(
  log: ProblemLog,
  droppedRows: number,
  policy: InvalidBarPolicy,
  context: ReadingContext,
): string[] {
  if (log.count === 0) return [];
  const first = log.told.slice(0, 3).map((problem) => describeProblem(problem, context.rowWord));
  const more = log.count > first.length ? `; and ${log.count - first.length} more` : "";
  return [
    `${context.what}: ${count(log.count, "problem")}, ${count(droppedRows, "row")} left out (onInvalid: '${policy}'): ${first.join("; ")}${more}`,
  ];
}

function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? "" : "s"}`;
}
