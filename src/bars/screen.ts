/** Columns of bars under a policy for unsound rows. */

import type { BarColumns } from "../market/bar-series.ts";
import { type DataProblem, InvalidDataError } from "../market/errors.ts";
import { checkBars, type InvalidBarPolicy, PROBLEMS_TOLD, type RowName, withoutRows } from "./check.ts";

const MEND_THEM =
  "Mend the rows, or pass onInvalid: 'drop' to leave them out or 'keep' to take them as they are; both are reported.";
/** Of a file that is newest first, leaving out would leave one row. */
const SORT_THEM =
  "Sort the rows by time, the oldest first and each once, or pass onInvalid: 'drop' to leave the others out.";

/** Problems found so far in one reading: the first few in words, all of them counted. */
export class ProblemLog {
  readonly told: DataProblem[] = [];
  count = 0;

  add(problem: DataProblem): void {
    this.count += 1;
    if (this.told.length < PROBLEMS_TOLD) this.told.push(problem);
  }

  addAll(problems: readonly DataProblem[], count: number): void {
    this.count += count;
    this.told.push(...problems.slice(0, Math.max(0, PROBLEMS_TOLD - this.told.length)));
  }

  /** The problems as one error; `rowWord` is how a row is called, "line" for text. */
  toError(what: string, rowWord: string): InvalidDataError {
    const told = this.told.map((problem) => describeProblem(problem, rowWord)).join("; ");
    const more = this.count > this.told.length ? `; and ${this.count - this.told.length} more` : "";
    return new InvalidDataError("invalid_file", `${what}: ${told}${more}`, this.told, {
      problemCount: this.count,
      hint: this.told.every(({ column }) => column === "time") ? SORT_THEM : MEND_THEM,
    });
  }
}

/** One problem and its place: `line 7, column close: 'abc' is not a number`. */
export function describeProblem(problem: DataProblem, rowWord: string): string {
  const row = problem.row === undefined ? "" : `${rowWord} ${problem.row}`;
  const column = problem.column === undefined ? "" : `column ${problem.column}`;
  const place = [row, column].filter((part) => part !== "").join(", ");
  return place === "" ? problem.message : `${place}: ${problem.message}`;
}

/** What is left of columns after the policy was applied. */
export interface Screened {
  readonly columns: BarColumns;
  readonly droppedRows: number;
}

/**
 * Checks columns, logs what is wrong with them, and leaves rows out as the policy says. Under `keep` a row without a place in the
 * order of time (unsorted, doubled, no time) is left out all the same: a series that does not ascend is none. Under `reject`
 * the columns come back whole; who reads the log throws.
 */
export function screenBars(columns: BarColumns, policy: InvalidBarPolicy, rowName: RowName, log: ProblemLog): Screened {
  const check = checkBars(columns, rowName);
  log.addAll(check.problems, check.problemCount);
  if (check.rows.length === 0 || policy === "reject") return { columns, droppedRows: 0 };
  const out = policy === "drop" ? check.rows : rowsOutOfOrder(columns.time);
  return out.length === 0
    ? { columns, droppedRows: 0 }
    : { columns: withoutRows(columns, out), droppedRows: out.length };
}

function rowsOutOfOrder(time: Float64Array): number[] {
  const rows: number[] = [];
  let last = Number.NEGATIVE_INFINITY;
  for (let row = 0; row < time.length; row++) {
    const current = time[row] as number;
    if (current > last && current < Number.POSITIVE_INFINITY) last = current;
    else rows.push(row);
  }
  return rows;
}
