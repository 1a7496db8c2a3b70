/** Dividends and splits that stand in columns beside the bars of a CSV file. */

import { RowCells, sniffDelimiter } from "../bars/csv-cells.ts";
import { InvalidDataError } from "../market/errors.ts";
import type { CorporateAction } from "../market/ports.ts";
import { parseDate } from "../market/time.ts";

/** What a file says companies did, by symbol ("" where it has no symbols), and what was made of it. */
export interface FileActions {
  readonly actions: ReadonlyMap<string, readonly CorporateAction[]>;
  readonly notes: readonly string[];
}

/** Names of columns, compared without case, blanks, "_" and "-". */
const NAMES = {
  date: ["date", "time", "timestamp", "datetime", "tsutc"],
  symbol: ["symbol", "ticker"],
  close: ["close", "c"],
  dividend: ["dividend", "dividends", "dividendamount", "divcash", "cashdividend"],
  split: ["split", "splits", "stocksplits", "splitratio", "splitcoefficient", "splitfactor"],
  adjusted: ["adjclose", "adjustedclose", "closeadj", "adjusted"],
} as const;
type Name = keyof typeof NAMES;

/** One row, its numbers NaN where the cell is empty. */
interface Row {
  readonly date: string;
  readonly symbol: string;
  readonly close: number;
  readonly dividend: number;
  readonly split: number;
  readonly adjusted: number;
}

/** A change of the adjusted close against the close of less than this is rounding. */
const ROUNDING = 1e-3;
/** A dividend is at most this part of the price; what is more is a split. */
const LARGEST_DIVIDEND = 0.2;
/** How near a change has to be to a whole ratio to be a split. */
const NEAR_SPLIT = 0.02;

/**
 * Reads dividends and splits from the columns a file has for them; of a file that has an adjusted close instead, works them out from
 * where it changes against the close. Undefined where there are no such columns. `name` is what messages call the file.
 * @throws InvalidDataError `invalid_file` where a cell of theirs is no number
 */
export function readCsvActions(bytes: Uint8Array, name: string): FileActions | undefined {
  const lineEnd = bytes.indexOf(10);
  const first = new TextDecoder().decode(bytes.subarray(0, lineEnd < 0 ? bytes.length : lineEnd)).trim();
  const delimiter = sniffDelimiter(first);
  const header = first.split(delimiter).map((cell) => cell.replace(/["'\s_-]/g, "").toLowerCase());
  const at = (column: Name) => header.findIndex((cell) => (NAMES[column] as readonly string[]).includes(cell));
  const told = at("dividend") >= 0 || at("split") >= 0;
  if (!told && at("adjusted") < 0) return undefined;
  const reader = new RowReader(bytes, delimiter.charCodeAt(0), header.length, at, name);
  const bySymbol = new Map<string, Row[]>();
  for (const row of reader.rows(lineEnd + 1)) {
    const rows = bySymbol.get(row.symbol);
    if (rows === undefined) bySymbol.set(row.symbol, [row]);
    else rows.push(row);
  }
  const notes: string[] = [];
  const actions = new Map<string, readonly CorporateAction[]>();
  for (const [symbol, rows] of bySymbol) {
    const found = told ? toldActions(rows, notes, name) : workedOutActions(rows, notes, name);
    if (found.length > 0) actions.set(symbol, found);
  }
  return { actions, notes };
}

function toldActions(rows: readonly Row[], notes: string[], name: string): CorporateAction[] {
  return rows.flatMap((row, index): CorporateAction[] => {
    const { date, dividend, split } = row;
    const found: CorporateAction[] = dividend > 0 ? [{ kind: "dividend", date, amount: dividend }] : [];
    if (!(split > 0) || split === 1) return found;
    const change = (rows[index - 1]?.close ?? Number.NaN) / row.close;
    // A price that did not fall as the split says has the split in it already.
    if (Math.abs(Math.log(change) - Math.log(split)) > Math.abs(Math.log(change))) {
      notes.push(`${name}: the split of ${date} is in its prices already; it is not worked into positions`);
      return found;
    }
    return [...found, { kind: "split", date, ratio: split }];
  });
}

function workedOutActions(rows: readonly Row[], notes: string[], name: string): CorporateAction[] {
  const found: CorporateAction[] = [];
  for (const [index, row] of rows.entries()) {
    const before = rows[index - 1];
    if (before === undefined) continue;
    const kept = before.adjusted / before.close / (row.adjusted / row.close);
    if (!Number.isFinite(kept) || Math.abs(kept - 1) < ROUNDING) continue;
    const { date } = row;
    if (kept < 1 && kept >= 1 - LARGEST_DIVIDEND) {
      found.push({ kind: "dividend", date, amount: Math.round(before.close * (1 - kept) * 1e4) / 1e4 });
      continue;
    }
    const ratio = kept < 1 ? Math.round(1 / kept) : 1 / Math.round(kept);
    if (Math.abs(kept * ratio - 1) < NEAR_SPLIT) found.push({ kind: "split", date, ratio });
    else notes.push(`${name}: the adjusted close changes by ${kept} on ${date}, which is no dividend and no split`);
  }
  if (found.length > 0) {
    const count = (kind: CorporateAction["kind"]) => found.filter((action) => action.kind === kind).length;
    const symbol = rows[0]?.symbol ?? "";
    const whose = symbol === "" ? "" : ` of ${symbol}`;
    notes.push(
      `${name}: ${count("dividend")} dividends and ${count("split")} splits${whose} were worked out from its adjusted close`,
    );
  }
  return found;
}

/** Reads the cells that are wanted, row by row. */
class RowReader {
  readonly #bytes: Uint8Array;
  readonly #delimiter: number;
  readonly #cells: RowCells;
  readonly #at: (name: Name) => number;
  readonly #name: string;
  readonly #decoder = new TextDecoder();

  constructor(bytes: Uint8Array, delimiter: number, columns: number, at: (name: Name) => number, name: string) {
    this.#bytes = bytes;
    this.#delimiter = delimiter;
    this.#cells = new RowCells(columns);
    this.#at = at;
    this.#name = name;
  }

  *rows(start: number): Generator<Row> {
    let line = 2;
    for (let next = start; next < this.#bytes.length; line++) {
      next = this.#cells.scan(this.#bytes, next, this.#delimiter);
      const date = this.#text("date").slice(0, 10);
      if (this.#cells.count === 0 || parseDate(date) === undefined) continue;
      yield {
        date,
        symbol: this.#text("symbol"),
        close: this.#number("close", line),
        dividend: this.#number("dividend", line),
        split: this.#number("split", line),
        adjusted: this.#number("adjusted", line),
      };
    }
  }

  #text(name: Name): string {
    const column = this.#at(name);
    if (column < 0) return "";
    const { bounds } = this.#cells;
    return this.#decoder.decode(this.#bytes.subarray(bounds[2 * column], bounds[2 * column + 1]));
  }

  /** `4:1` and `4/1` are 4; an empty cell is NaN. */
  #number(name: Name, line: number): number {
    const text = this.#text(name);
    if (text === "") return Number.NaN;
    const [first = "", second] = text.split(/[:/]/);
    const value = second === undefined ? Number(first) : Number(first) / Number(second);
    if (Number.isFinite(value)) return value;
    const message = `'${text}' is no number`;
    throw new InvalidDataError("invalid_file", `Reading ${this.#name}: line ${line}, column for ${name}: ${message}`, [
      { row: line, column: name, message },
    ]);
  }
}
