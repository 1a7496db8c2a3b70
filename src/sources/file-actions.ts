/** Dividends and splits that stand in columns beside the bars of a file, whatever its format. */

import { InvalidDataError } from "../market/errors.ts";
import type { CorporateAction } from "../market/ports.ts";

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
  factor: ["adjfactor", "adjustfactor", "adjustmentfactor", "cumfactor", "cumulativefactor", "factor"],
  priceFactor: ["pricefactor"],
} as const;
export type ActionColumn = keyof typeof NAMES;

/** One row; NaN where a cell is empty or its column not there. */
export interface ActionRow {
  readonly date: string;
  readonly symbol: string;
  readonly value: (column: ActionColumn) => number;
}

/** Where the columns stand in a file, -1 where one is not there. */
export interface ActionColumns {
  at(column: ActionColumn): number;
  /** False: the file tells nothing of what companies did. */
  readonly any: boolean;
}

/** A row's numbers. */
interface Row {
  readonly date: string;
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

export function findActionColumns(header: readonly string[]): ActionColumns {
  const names = header.map((cell) => cell.replace(/["'\s_-]/g, "").toLowerCase());
  const at = (column: ActionColumn) => names.findIndex((name) => (NAMES[column] as readonly string[]).includes(name));
  const any = (["dividend", "split", "adjusted", "factor", "priceFactor"] as const).some((column) => at(column) >= 0);
  return { at, any };
}

/**
 * Dividends and splits from the columns a file has for them; of a file that has an adjusted close or adjustment factors instead, worked
 * out from where these change. `name` is what the notes call the file.
 */
export function actionsOfRows(rows: Iterable<ActionRow>, columns: ActionColumns, name: string): FileActions {
  const valuesOf = rowReader(columns);
  // Beside a factor of prices the column of split factors holds running products too, and not the splits themselves.
  const told = columns.at("priceFactor") < 0 && (columns.at("dividend") >= 0 || columns.at("split") >= 0);
  const bySymbol = new Map<string, Row[]>();
  for (const row of rows) {
    const known = bySymbol.get(row.symbol);
    if (known === undefined) bySymbol.set(row.symbol, [valuesOf(row)]);
    else known.push(valuesOf(row));
  }
  const notes: string[] = [];
  const actions = new Map<string, readonly CorporateAction[]>();
  for (const [symbol, found] of bySymbol) {
    const made = told ? toldActions(found, notes, name) : workedOutActions(found, symbol, notes, name);
    if (made.length > 0) actions.set(symbol, made);
  }
  return { actions, notes };
}

/** `4:1` and `4/1` are 4; an empty cell is NaN. @throws InvalidDataError `invalid_file` where a cell is no number */
export function readActionCell(
  text: string,
  column: ActionColumn,
  place: { readonly what: string; readonly row: number },
) {
  if (text === "") return Number.NaN;
  const [first = "", second] = text.split(/[:/]/);
  const value = second === undefined ? Number(first) : Number(first) / Number(second);
  if (Number.isFinite(value)) return value;
  const { what, row } = place;
  const message = `'${text}' is no number`;
  throw new InvalidDataError("invalid_file", `${what}, column for ${column}: ${message}`, [{ row, column, message }]);
}

function rowReader({ at }: ActionColumns): (row: ActionRow) => Row {
  const isAdjusted = at("adjusted") >= 0;
  const factorOf = (value: ActionRow["value"]) => {
    if (at("factor") >= 0) return value("factor");
    return at("split") >= 0 ? value("priceFactor") * value("split") : value("priceFactor");
  };
  return ({ date, value }) => {
    const close = value("close");
    const adjusted = isAdjusted ? value("adjusted") : close * factorOf(value);
    return { date, close, dividend: value("dividend"), split: value("split"), adjusted };
  };
}

function toldActions(rows: readonly Row[], notes: string[], name: string): CorporateAction[] {
  return firstOfDates(rows).flatMap(([row, index]): CorporateAction[] => {
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

/** Rows with their place that begin a date: what stands in all rows of a day happened once. */
function firstOfDates(rows: readonly Row[]): readonly (readonly [Row, number])[] {
  return rows.flatMap((row, index) => (rows[index - 1]?.date === row.date ? [] : [[row, index] as const]));
}

function workedOutActions(rows: readonly Row[], symbol: string, notes: string[], name: string): CorporateAction[] {
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
    const whose = symbol === "" ? "" : ` of ${symbol}`;
    notes.push(
      `${name}: ${count("dividend")} dividends and ${count("split")} splits${whose} were worked out from its adjusted close`,
    );
  }
  return found;
}
