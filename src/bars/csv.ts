/** Bars from CSV text. Pure: text or bytes in, columns out. */

import { InvalidDataError, InvalidInputError } from "../market/errors.ts";
import { type AssembleOptions, assembleBars, type TableBars } from "./assemble.ts";
import { type ColumnLayout, type ColumnNames, findColumns } from "./column-names.ts";
import { type Delimiter, RowCells, sniffDelimiter } from "./csv-cells.ts";
import { CsvRowReader } from "./csv-rows.ts";
import type { WallClock } from "./csv-time.ts";

/** How to read bars from CSV. */
export interface CsvOptions extends AssembleOptions {
  /**
   * The clock that times without a zone are read by. Without one such a time is an error, unless its column is called `..._utc`.
   * A time the clock shows twice, in the night it is set back, is read as the first of the two.
   */
  readonly wallClock?: WallClock;
  /** Own names of columns. */
  readonly columns?: ColumnNames;
  /** Names the series of a file without a column of symbols; of a file with one, only its rows are taken. */
  readonly symbol?: string;
  /** @default the one of `,` `;` and tab that the header has most of */
  readonly delimiter?: Delimiter;
  /** What messages call the text. @default "CSV text" */
  readonly name?: string;
}

const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf] as const;
const DELIMITER_WORDS = ", ; or tab";

/**
 * Reads bars from CSV with a header line: a time, open, high, low, close, volume, and maybe a symbol, under their usual names.
 * Line ends LF or CRLF, cells quoted or not, UTF-8 with or without a byte order mark; empty lines are passed over. Numbers are
 * decimal text with a point, nothing else. For times see `TimeReader`. Some 2 million rows a second.
 * @throws InvalidDataError `invalid_file` naming lines and columns: no header, a column missing, another number of cells than the
 * header has, a cell that is no number, a time without a zone, rows that `checkBars` finds unsound
 * @throws InvalidInputError `invalid_option` when an own column name or the symbol is not there
 */
export function readBarsCsv(data: string | Uint8Array, options: CsvOptions = {}): TableBars {
  const what = `Reading ${options.name ?? "CSV text"}`;
  const bytes = typeof data === "string" ? new TextEncoder().encode(data) : data;
  const { header, delimiter, start, line } = readHeader(bytes, options, what);
  const layout = findColumns(header, options.columns ?? {}, what);
  const reader = new CsvRowReader(bytes, layout, header.length, delimiter.charCodeAt(0), options, what);
  const rows = reader.read(start, line);
  const raw = selectSymbol(rows, options.symbol, layout, what);
  const context = { what, rowWord: "line" as const, log: reader.log, unreadRows: reader.unreadRows };
  if (raw.columns.time.length === 0 && reader.log.count === 0) throw emptyFile(`${what}: a header and no rows`);
  return assembleBars(raw, options, context);
}

interface Header {
  readonly header: readonly string[];
  readonly delimiter: Delimiter;
  /** Where the first row begins, and the number of its line. */
  readonly start: number;
  readonly line: number;
}

function readHeader(bytes: Uint8Array, options: CsvOptions, what: string): Header {
  if (isUtf16(bytes)) {
    throw new InvalidDataError("invalid_file", `${what}: the text is UTF-16, expected UTF-8`, [], {
      hint: "Save the file as UTF-8.",
    });
  }
  let start = BYTE_ORDER_MARK.every((byte, index) => bytes[index] === byte) ? BYTE_ORDER_MARK.length : 0;
  let line = 1;
  for (; start < bytes.length && (bytes[start] === 10 || bytes[start] === 13); start++) if (bytes[start] === 10) line++;
  const lineEnd = bytes.indexOf(10, start);
  const text = new TextDecoder().decode(bytes.subarray(start, lineEnd < 0 ? bytes.length : lineEnd));
  if (text.trim() === "") throw emptyFile(`${what}: the file is empty`);
  const delimiter = options.delimiter ?? sniffDelimiter(text);
  if (delimiter.length !== 1) {
    throw new InvalidInputError(
      "invalid_option",
      `${what}: the delimiter was '${delimiter}', expected ${DELIMITER_WORDS}`,
    );
  }
  const cells = new RowCells(text.length + 1);
  const next = cells.scan(bytes, start, delimiter.charCodeAt(0));
  const decoder = new TextDecoder();
  const header = Array.from({ length: cells.count }, (_, cell) =>
    decoder.decode(bytes.subarray(cells.bounds[2 * cell], cells.bounds[2 * cell + 1])),
  );
  return { header, delimiter, start: next, line: line + Math.max(1, cells.lines) };
}

function isUtf16(bytes: Uint8Array): boolean {
  return (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
}

function emptyFile(message: string): InvalidDataError {
  return new InvalidDataError("invalid_file", message, [], {
    hint: "Expected a header line and rows, for example ts_utc,symbol,open,high,low,close,volume.",
  });
}

type Raw = ReturnType<CsvRowReader["read"]>;

function selectSymbol(raw: Raw, symbol: string | undefined, layout: ColumnLayout, what: string): Raw {
  if (symbol === undefined) return raw;
  if (layout.symbol === undefined) return { ...raw, symbols: [symbol], symbolIds: undefined };
  const id = raw.symbols.indexOf(symbol);
  if (id < 0) {
    const held = raw.symbols.slice(0, 20).join(", ");
    throw new InvalidInputError("invalid_option", `${what}: no rows of the symbol '${symbol}'; found ${held}`);
  }
  const ids = raw.symbolIds ?? new Int32Array(raw.columns.time.length);
  const keep = (column: Float64Array) => column.filter((_, row) => ids[row] === id);
  const { time, open, high, low, close, volume } = raw.columns;
  return {
    columns: {
      time: keep(time),
      open: keep(open),
      high: keep(high),
      low: keep(low),
      close: keep(close),
      volume: keep(volume),
    },
    rowNumbers: raw.rowNumbers?.filter((_, row) => ids[row] === id),
    symbolIds: undefined,
    symbols: [symbol],
    datesOnly: raw.datesOnly,
  };
}
