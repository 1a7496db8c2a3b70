/** Bars from a DBN file as Databento sends it. */

import { type AssembleOptions, assembleBars, type TableBars } from "../bars/assemble.ts";
import { withoutRows } from "../bars/check.ts";
import type { RawBars } from "../bars/raw-bars.ts";
import { ProblemLog } from "../bars/screen.ts";
import { DbnError, type DbnMetadata, decodeOhlcv, type OhlcvColumns, SymbolMap } from "../dbn/index.ts";
import { InvalidDataError, InvalidInputError } from "../market/errors.ts";
import { DAY, formatDate } from "../market/time.ts";
import { parseTimestep, type Timestep } from "../market/timestep.ts";

/** Length of the bars of each schema. */
const STEPS: Readonly<Record<string, string>> = {
  "ohlcv-1s": "1s",
  "ohlcv-1m": "1m",
  "ohlcv-1h": "1h",
  "ohlcv-1d": "1d",
  "ohlcv-eod": "1d",
};

/**
 * Bars of a DBN file of an ohlcv schema, plain or zstd, parted by the symbols that its metadata gives the instrument ids on their days.
 * `name` is what messages call the file. Day bars are Databento's: UTC days.
 * @throws InvalidDataError `invalid_file` for damaged bytes, another schema, instruments without a symbol, bars of several venues
 * @throws InvalidInputError `invalid_option` for a timestep or stamp that contradicts the file
 */
export function readBarsDbn(bytes: Uint8Array, options: AssembleOptions, name: string): TableBars {
  const what = `Reading ${name}`;
  const { metadata, ...columns } = decode(bytes, what);
  const timestep = stepOf(metadata, options, what);
  if (columns.time.length === 0) throw new InvalidDataError("invalid_file", `${what}: it has no bars`, []);
  const log = new ProblemLog();
  const raw = withSymbols(columns, metadata, log, what);
  const unreadRows = columns.time.length - raw.columns.time.length;
  const step = timestep === undefined ? {} : { timestep };
  return assembleBars(raw, { ...options, ...step }, { what, rowWord: "row", log, unreadRows });
}

function decode(bytes: Uint8Array, what: string): OhlcvColumns & { readonly metadata: DbnMetadata } {
  try {
    return decodeOhlcv(bytes);
  } catch (cause) {
    if (!(cause instanceof DbnError)) throw cause;
    const hint =
      cause.code === "wrong_schema"
        ? "Download bars of the same span: the schema ohlcv-1s, ohlcv-1m, ohlcv-1h or ohlcv-1d."
        : (cause.hint ?? "Fetch the file again.");
    throw new InvalidDataError("invalid_file", `${what}: found ${cause.found}, expected ${cause.expected}`, [], {
      hint,
      cause,
    });
  }
}

/** The step that the schema tells; undefined for a recording of several schemas, where the rows have to tell. */
function stepOf({ schema }: DbnMetadata, { timestep, stamp }: AssembleOptions, what: string): Timestep | undefined {
  if (stamp === "close") {
    throw new InvalidInputError("invalid_option", `${what}: stamp was 'close'; Databento stamps bars with their open`, {
      hint: "Leave out stamp.",
    });
  }
  const name = STEPS[schema ?? ""];
  const told = timestep === undefined ? undefined : parseTimestep(timestep);
  if (name === undefined) return told;
  const step = parseTimestep(name);
  if (told === undefined || told === step) return step;
  throw new InvalidInputError("invalid_option", `${what}: timestep was ${told.name}; the file holds ${schema} bars`, {
    hint: "Leave out timestep; the strategy may ask for any multiple of the file's step.",
  });
}

/** Columns with a symbol a row. Rows of an instrument that has none on their day are problems, and left out. */
function withSymbols(columns: OhlcvColumns, metadata: DbnMetadata, log: ProblemLog, what: string): RawBars {
  const { instrumentId, publisherId, time, open, high, low, close, volume } = columns;
  const bars = { time, open, high, low, close, volume };
  if (metadata.mappings.length === 0) {
    requireOneInstrument(instrumentId, what);
    const symbols = metadata.symbols.length === 1 ? metadata.symbols : [];
    return { columns: bars, rowNumbers: undefined, symbolIds: undefined, symbols, datesOnly: false };
  }
  const namer = new SymbolNamer(SymbolMap.fromMetadata(metadata));
  const symbolIds = new Int32Array(time.length);
  for (let row = 0; row < time.length; row++) {
    const id = instrumentId[row] as number;
    const symbol = namer.idOf(id, time[row] as number);
    symbolIds[row] = symbol;
    if (symbol === -1) log.add({ row, column: "symbol", message: unnamed(id, time[row] as number) });
    else if (!namer.isFrom(symbol, publisherId[row] as number)) throw severalVenues(namer.symbols[symbol] ?? "", what);
  }
  const whole = { columns: bars, rowNumbers: undefined, symbolIds, symbols: namer.symbols, datesOnly: false };
  return log.count === 0 ? whole : named(whole, symbolIds);
}

/** Symbols of instrument ids by UTC day, as indexes into `symbols`. */
class SymbolNamer {
  readonly symbols: string[] = [];
  readonly #map: SymbolMap;
  readonly #ids = new Map<string, number>();
  readonly #publishers: number[] = [];
  // Rows come in runs of one instrument and day, or a few instruments take turns within a day.
  readonly #today = new Map<number, number>();
  #day = Number.NaN;

  constructor(map: SymbolMap) {
    this.#map = map;
  }

  /** Index of the symbol; -1 where the id stands for none. */
  idOf(instrumentId: number, time: number): number {
    const day = Math.floor(time / DAY);
    if (day !== this.#day) {
      this.#day = day;
      this.#today.clear();
    }
    const known = this.#today.get(instrumentId);
    if (known !== undefined) return known;
    const symbol = this.#map.symbolAt(instrumentId, time);
    const id = symbol === undefined ? -1 : this.#idOfSymbol(symbol);
    this.#today.set(instrumentId, id);
    return id;
  }

  /** True as long as all bars of a symbol come from one publisher. */
  isFrom(symbol: number, publisher: number): boolean {
    this.#publishers[symbol] ??= publisher;
    return this.#publishers[symbol] === publisher;
  }

  #idOfSymbol(symbol: string): number {
    const known = this.#ids.get(symbol);
    if (known !== undefined) return known;
    this.#ids.set(symbol, this.symbols.length);
    return this.symbols.push(symbol) - 1;
  }
}

/** The rows that have a symbol; they keep their numbers. */
function named(raw: RawBars, symbolIds: Int32Array): RawBars {
  const rows = Uint32Array.from(symbolIds, (_, row) => row);
  const unnamedRows = [...rows].filter((row) => symbolIds[row] === -1);
  return {
    ...raw,
    columns: withoutRows(raw.columns, unnamedRows),
    rowNumbers: rows.filter((row) => symbolIds[row] !== -1),
    symbolIds: symbolIds.filter((id) => id !== -1),
  };
}

function requireOneInstrument(instrumentId: Uint32Array, what: string): void {
  const other = instrumentId.find((id) => id !== instrumentId[0]);
  if (other === undefined) return;
  throw new InvalidDataError(
    "invalid_file",
    `${what}: bars of several instruments (${instrumentId[0]}, ${other} ...) and no symbols for them in its metadata`,
    [],
    { hint: "Download it with the symbols named, not ALL_SYMBOLS, and stype_out=instrument_id." },
  );
}

function unnamed(id: number, time: number): string {
  return `instrument ${id} has no symbol on ${Number.isFinite(time) ? formatDate(time) : "a day that is not told"}`;
}

function severalVenues(symbol: string, what: string): InvalidDataError {
  return new InvalidDataError("invalid_file", `${what}: bars of ${symbol} from several venues at once`, [], {
    hint: "A consolidated dataset gives a bar for every venue; download one venue's dataset, or a summary such as EQUS.SUMMARY.",
  });
}
