/** Columns that double as they fill, one row a call, the first of them time. */
export class ChartColumns {
  private columns: Float64Array[];
  private length = 0;
  /** False once a row came that is not after the one before it. */
  private ascending = true;

  constructor(count: number) {
    this.columns = Array.from({ length: count }, () => new Float64Array(16));
  }

  /** Adds a row at `time`; `set` writes its other columns. */
  append(time: number): void {
    const [times] = this.columns as [Float64Array];
    if (this.length > 0 && time <= (times[this.length - 1] as number)) this.ascending = false;
    if (this.length === times.length) this.columns = this.columns.map((column) => doubled(column));
    (this.columns[0] as Float64Array)[this.length] = time;
    this.length += 1;
  }

  /** Writes a column of the newest row. */
  set(column: number, value: number): void {
    (this.columns[column] as Float64Array)[this.length - 1] = value;
  }

  /** The rows by time, of equal times only the newest; copies. Sorts only what is not in order. */
  sorted(): readonly Float64Array[] {
    const rows = this.columns.map((column) => column.slice(0, this.length));
    if (this.ascending) return rows;
    const times = rows[0] as Float64Array;
    // Sorting keeps the order of equal times, so the last of them is the newest.
    const order = Array.from(times, (_, row) => row).sort((a, b) => (times[a] as number) - (times[b] as number));
    const kept = order.filter((row, i) => i === order.length - 1 || times[row] !== times[order[i + 1] as number]);
    return rows.map((column) => Float64Array.from(kept, (row) => column[row] as number));
  }
}

function doubled(column: Float64Array): Float64Array {
  const next = new Float64Array(column.length * 2);
  next.set(column);
  return next;
}
