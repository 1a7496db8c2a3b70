/** What writes a number into a row of each column. */
interface RowWriter {
  writeRow(columns: readonly Float64Array[], row: number): void;
}

/** Columns of numbers that grow at their end: room doubles, so that adding a row allocates nothing most of the time. */
export class ValueColumns {
  length = 0;
  readonly #columns: Float64Array[];
  #room = 64;

  constructor(count: number) {
    this.#columns = Array.from({ length: count }, () => new Float64Array(this.#room));
  }

  /** Adds a row, to be filled with `set`. */
  push(): void {
    if (this.length === this.#room) this.#grow();
    this.length += 1;
  }

  /** Writes into the newest row. */
  set(column: number, value: number): void {
    (this.#columns[column] as Float64Array)[this.length - 1] = value;
  }

  /** Has all of the newest row written by what knows it. */
  writeBy(writer: RowWriter): void {
    writer.writeRow(this.#columns, this.length - 1);
  }

  /** NaN outside, and between two rows. */
  at(column: number, row: number): number {
    return row >= 0 && row < this.length ? ((this.#columns[column] as Float64Array)[row] ?? Number.NaN) : Number.NaN;
  }

  clear(): void {
    this.length = 0;
  }

  /** A column as long as there are rows, copied. */
  copy(column: number): Float64Array {
    return (this.#columns[column] as Float64Array).slice(0, this.length);
  }

  #grow(): void {
    this.#room *= 2;
    for (const [place, column] of this.#columns.entries()) {
      const larger = new Float64Array(this.#room);
      larger.set(column);
      this.#columns[place] = larger;
    }
  }
}
