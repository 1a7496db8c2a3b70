import type { BarColumns, QuoteColumns } from "../market/bar-series.ts";
import type { DataProblem } from "../market/errors.ts";
import { formatInstant } from "../market/time.ts";

/** What to do with unsound rows: refuse the whole, leave the rows out, or take them as they are. Each is reported. */
export type InvalidBarPolicy = "reject" | "drop" | "keep";

/** What a check found. `problems` holds the first few, `rows` every row at fault in ascending order. */
export interface BarCheck {
  readonly problems: readonly DataProblem[];
  readonly problemCount: number;
  readonly rows: readonly number[];
}

/** How many problems are told in words; all are counted. */
export const PROBLEMS_TOLD = 10;

/** Names a row for a person, and may add where it came from. Default: the index from 0. */
export type RowName = (index: number) => number;

/**
 * Checks columns row by row: finite numbers, ascending times without duplicates, low <= open, close <= high, volume from 0. A row
 * is compared with the last sound row before it, so one bad stamp does not condemn what follows. Prices may be zero or negative.
 */
export function checkBars(columns: BarColumns, rowName: RowName = (index) => index): BarCheck {
  const problems: DataProblem[] = [];
  const rows: number[] = [];
  let problemCount = 0;
  let lastTime = Number.NEGATIVE_INFINITY;
  for (let row = 0; row < columns.time.length; row++) {
    if (isSound(columns, row, lastTime)) {
      lastTime = columns.time[row] as number;
      continue;
    }
    rows.push(row);
    for (const problem of describeProblems(columns, row, lastTime)) {
      problemCount += 1;
      if (problems.length < PROBLEMS_TOLD) problems.push({ ...problem, row: rowName(row) });
    }
  }
  return { problems, problemCount, rows };
}

/** The fast test: one expression, true for nearly every row. */
function isSound(columns: BarColumns, row: number, lastTime: number): boolean {
  const time = columns.time[row] as number;
  const open = columns.open[row] as number;
  const high = columns.high[row] as number;
  const low = columns.low[row] as number;
  const close = columns.close[row] as number;
  const volume = columns.volume[row] as number;
  return (
    time > lastTime &&
    low <= open &&
    low <= close &&
    open <= high &&
    close <= high &&
    volume >= 0 &&
    low > Number.NEGATIVE_INFINITY &&
    high < Number.POSITIVE_INFINITY &&
    volume < Number.POSITIVE_INFINITY &&
    time < Number.POSITIVE_INFINITY
  );
}

const VALUE_COLUMNS = ["open", "high", "low", "close", "volume"] as const;

function describeProblems(columns: BarColumns, row: number, lastTime: number): DataProblem[] {
  const problems: DataProblem[] = [];
  const time = columns.time[row] as number;
  if (!Number.isFinite(time)) problems.push({ column: "time", message: `time is ${time}` });
  else if (time === lastTime) problems.push({ column: "time", message: `time ${formatInstant(time)} stands twice` });
  else if (time < lastTime) {
    problems.push({ column: "time", message: `time ${formatInstant(time)} comes after ${formatInstant(lastTime)}` });
  }
  for (const column of VALUE_COLUMNS) {
    const value = columns[column][row] as number;
    if (!Number.isFinite(value)) problems.push({ column, message: `${column} is ${value}, not a finite number` });
  }
  const [open, high, low, close, volume] = VALUE_COLUMNS.map((column) => columns[column][row] as number) as [
    number,
    number,
    number,
    number,
    number,
  ];
  if (high < low) problems.push({ column: "high", message: `high ${high} is below low ${low}` });
  else {
    if (open > high || open < low)
      problems.push({ column: "open", message: `open ${open} is outside low ${low} .. high ${high}` });
    if (close > high || close < low)
      problems.push({ column: "close", message: `close ${close} is outside low ${low} .. high ${high}` });
  }
  if (volume < 0) problems.push({ column: "volume", message: `volume ${volume} is below 0` });
  return problems;
}

/** Copies of the columns with some rows left out. */
export function withoutRows(columns: BarColumns & QuoteColumns, rows: readonly number[]): BarColumns & QuoteColumns {
  const left = new Set(rows);
  const keep = (column: Float64Array) => column.filter((_, row) => !left.has(row));
  return {
    time: keep(columns.time),
    open: keep(columns.open),
    high: keep(columns.high),
    low: keep(columns.low),
    close: keep(columns.close),
    volume: keep(columns.volume),
    bid: columns.bid && keep(columns.bid),
    ask: columns.ask && keep(columns.ask),
  };
}
