/** Dividends and splits that stand in columns beside the bars of a Feather or Parquet file. */

import { DAY, formatDate } from "../market/time.ts";
import { toMilliseconds } from "../store/int64.ts";
import type { StoredColumn, StoredTable } from "../store/table-columns.ts";
import {
  type ActionColumn,
  type ActionRow,
  actionsOfRows,
  type FileActions,
  findActionColumns,
  readActionCell,
} from "./file-actions.ts";

const COLUMNS: readonly ActionColumn[] = [
  "date",
  "symbol",
  "close",
  "dividend",
  "split",
  "adjusted",
  "factor",
  "priceFactor",
];

/**
 * Reads them, see `actionsOfRows`. Undefined where there are no such columns. `name` is what messages call the file.
 * @throws InvalidDataError `invalid_file` where a cell of theirs is no number, rows counted from 0
 */
export async function readTableActions(table: StoredTable, name: string): Promise<FileActions | undefined> {
  const columns = findActionColumns(table.names);
  if (!columns.any || columns.at("date") < 0) return undefined;
  const wanted = COLUMNS.filter((column) => columns.at(column) >= 0);
  const read = await table.read(wanted.map((column) => table.names[columns.at(column)] as string));
  const byName = new Map(wanted.map((column, index) => [column, read[index] as StoredColumn]));
  return actionsOfRows(rowsOf(table.rows, byName, name), columns, name);
}

function* rowsOf(count: number, columns: ReadonlyMap<ActionColumn, StoredColumn>, name: string): Generator<ActionRow> {
  const dateOf = dates(columns.get("date") as StoredColumn);
  const symbols = columns.get("symbol");
  for (let row = 0; row < count; row++) {
    const date = dateOf(row);
    if (date === undefined) continue;
    const symbol = symbols?.kind === "text" ? (symbols.values[row] as string) : "";
    yield { date, symbol, value: (column) => numberAt(columns.get(column), column, row, name) };
  }
}

function numberAt(held: StoredColumn | undefined, column: ActionColumn, row: number, name: string): number {
  if (held?.kind === "number") return held.values[row] as number;
  const text = held?.kind === "text" ? (held.values[row] as string).trim() : "";
  return readActionCell(text, column, { what: `Reading ${name}: row ${row}`, row });
}

/** The date of a row as the file writes it. */
function dates(column: StoredColumn): (row: number) => string | undefined {
  switch (column.kind) {
    case "date":
      return (row) => known((column.days[row] as number) * DAY);
    case "timestamp": {
      const time = toMilliseconds(column.values, column.unit);
      return (row) => (column.nullRows.includes(row) ? undefined : known(time[row] as number));
    }
    case "text":
      return (row) => known(Date.parse((column.values[row] as string).trim().slice(0, 10)));
    case "number":
      return (row) => known(millisecondsOf(column.values[row] as number));
  }
}

/** Counts since 1970 tell their unit by their size: seconds, else milli-, micro- or nanoseconds. */
function millisecondsOf(count: number): number {
  const size = Math.abs(count);
  if (size < 1e11) return count * 1e3;
  return size < 1e14 ? count : size < 1e17 ? count / 1e3 : count / 1e6;
}

function known(time: number): string | undefined {
  return Number.isFinite(time) ? formatDate(time) : undefined;
}
