/** Rows of bars as they stand in a table, before they are parted by symbol and checked. */

import type { BarColumns } from "../market/bar-series.ts";

/** Columns in the order of the table. Any symbol may stand in any row. */
export interface RawBars {
  readonly columns: BarColumns;
  /** How a person counts the row: a line number, or an index from 0. Undefined: the index. */
  readonly rowNumbers: Uint32Array | undefined;
  /** The symbol of each row, as an index into `symbols`; undefined when the table has no symbols. */
  readonly symbolIds: Int32Array | undefined;
  readonly symbols: readonly string[];
  /** Every time was a date without a time of day. */
  readonly datesOnly: boolean;
}

/** Columns that grow by doubling. */
export class RawBarsBuilder {
  length = 0;
  #capacity: number;
  time: Float64Array;
  open: Float64Array;
  high: Float64Array;
  low: Float64Array;
  close: Float64Array;
  volume: Float64Array;
  rowNumbers: Uint32Array;
  symbolIds: Int32Array;

  constructor(expectedRows: number) {
    const capacity = Math.max(16, Math.ceil(expectedRows));
    this.#capacity = capacity;
    this.time = new Float64Array(capacity);
    this.open = new Float64Array(capacity);
    this.high = new Float64Array(capacity);
    this.low = new Float64Array(capacity);
    this.close = new Float64Array(capacity);
    this.volume = new Float64Array(capacity);
    this.rowNumbers = new Uint32Array(capacity);
    this.symbolIds = new Int32Array(capacity);
  }

  /** Makes room for one more row and returns its index. */
  addRow(): number {
    if (this.length === this.#capacity) this.#grow();
    return this.length++;
  }

  build(symbols: readonly string[], datesOnly: boolean): RawBars {
    const rows = this.length;
    return {
      columns: {
        time: trim(this.time, rows),
        open: trim(this.open, rows),
        high: trim(this.high, rows),
        low: trim(this.low, rows),
        close: trim(this.close, rows),
        volume: trim(this.volume, rows),
      },
      rowNumbers: this.rowNumbers.subarray(0, rows),
      symbolIds: symbols.length === 0 ? undefined : this.symbolIds.subarray(0, rows),
      symbols,
      datesOnly,
    };
  }

  #grow(): void {
    const capacity = this.#capacity * 2;
    this.#capacity = capacity;
    this.time = grown(this.time, capacity);
    this.open = grown(this.open, capacity);
    this.high = grown(this.high, capacity);
    this.low = grown(this.low, capacity);
    this.close = grown(this.close, capacity);
    this.volume = grown(this.volume, capacity);
    const rowNumbers = new Uint32Array(capacity);
    rowNumbers.set(this.rowNumbers);
    this.rowNumbers = rowNumbers;
    const symbolIds = new Int32Array(capacity);
    symbolIds.set(this.symbolIds);
    this.symbolIds = symbolIds;
  }
}

function grown(column: Float64Array, capacity: number): Float64Array {
  const larger = new Float64Array(capacity);
  larger.set(column);
  return larger;
}

/** A view when little is left over, a copy when a view would hold on to much unused memory. */
function trim(column: Float64Array, rows: number): Float64Array {
  return column.length - rows > rows / 8 ? column.slice(0, rows) : column.subarray(0, rows);
}
