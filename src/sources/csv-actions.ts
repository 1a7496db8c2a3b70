/** Dividends and splits that stand in columns beside the bars of a CSV file. */

import { RowCells, sniffDelimiter } from "../bars/csv-cells.ts";
import { parseDate } from "../market/time.ts";
import {
  type ActionColumn,
  type ActionColumns,
  type ActionRow,
  actionsOfRows,
  type FileActions,
  findActionColumns,
  readActionCell,
} from "./file-actions.ts";

/**
 * Reads them, see `actionsOfRows`. Undefined where there are no such columns. `name` is what messages call the file.
 * @throws InvalidDataError `invalid_file` where a cell of theirs is no number
 */
export function readCsvActions(bytes: Uint8Array, name: string): FileActions | undefined {
  const lineEnd = bytes.indexOf(10);
  const first = new TextDecoder().decode(bytes.subarray(0, lineEnd < 0 ? bytes.length : lineEnd)).trim();
  const delimiter = sniffDelimiter(first);
  const header = first.split(delimiter);
  const columns = findActionColumns(header);
  if (!columns.any) return undefined;
  const reader = new RowReader(bytes, delimiter.charCodeAt(0), header.length, columns, name);
  return actionsOfRows(reader.rows(lineEnd + 1), columns, name);
}

/** Reads the cells that are wanted, row by row. */
class RowReader {
  readonly #bytes: Uint8Array;
  readonly #delimiter: number;
  readonly #cells: RowCells;
  readonly #columns: ActionColumns;
  readonly #name: string;
  readonly #decoder = new TextDecoder();

  constructor(bytes: Uint8Array, delimiter: number, cells: number, columns: ActionColumns, name: string) {
    this.#bytes = bytes;
    this.#delimiter = delimiter;
    this.#cells = new RowCells(cells);
    this.#columns = columns;
    this.#name = name;
  }

  *rows(start: number): Generator<ActionRow> {
    let line = 2;
    for (let next = start; next < this.#bytes.length; line++) {
      next = this.#cells.scan(this.#bytes, next, this.#delimiter);
      const date = this.#text("date").slice(0, 10);
      if (this.#cells.count === 0 || parseDate(date) === undefined) continue;
      const at = line;
      yield { date, symbol: this.#text("symbol"), value: (column) => this.#number(column, at) };
    }
  }

  #text(name: ActionColumn): string {
    const column = this.#columns.at(name);
    if (column < 0) return "";
    const { bounds } = this.#cells;
    return this.#decoder.decode(this.#bytes.subarray(bounds[2 * column], bounds[2 * column + 1]));
  }

  #number(column: ActionColumn, line: number): number {
    return readActionCell(this.#text(column), column, { what: `Reading ${this.#name}: line ${line}`, row: line });
  }
}
