import type { Bar } from "../bars/bars.ts";
import type { BarColumns } from "../market/bar-series.ts";

const FIRST_ROOM = 256;

/** Columns of bars that grow at their end: room doubles, so that adding a bar allocates nothing most of the time. */
export class GrowingColumns {
  length = 0;
  private room = FIRST_ROOM;
  private columns: BarColumns = columnsOf(FIRST_ROOM);

  push(bar: Bar): void {
    if (this.length === this.room) this.grow();
    const row = this.length;
    const { time, open, high, low, close, volume } = this.columns;
    time[row] = bar.time;
    open[row] = bar.open;
    high[row] = bar.high;
    low[row] = bar.low;
    close[row] = bar.close;
    volume[row] = bar.volume;
    this.length = row + 1;
  }

  pushRow({ time, open, high, low, close, volume }: BarColumns, row: number): void {
    const cell = (column: Float64Array) => column[row] as number;
    this.push({
      time: cell(time),
      open: cell(open),
      high: cell(high),
      low: cell(low),
      close: cell(close),
      volume: cell(volume),
    });
  }

  /** Begins anew, in new columns: views handed out stay as they were. */
  clear(): void {
    this.length = 0;
    this.columns = columnsOf(this.room);
  }

  /** Views of the rows there are; rows already there never change. */
  cut(): BarColumns {
    return mapColumns(this.columns, (column) => column.subarray(0, this.length));
  }

  private grow(): void {
    this.room *= 2;
    this.columns = mapColumns(this.columns, (column) => {
      const larger = new Float64Array(this.room);
      larger.set(column);
      return larger;
    });
  }
}

function columnsOf(room: number): BarColumns {
  const column = () => new Float64Array(room);
  return { time: column(), open: column(), high: column(), low: column(), close: column(), volume: column() };
}

function mapColumns(
  { time, open, high, low, close, volume }: BarColumns,
  make: (column: Float64Array) => Float64Array,
) {
  return {
    time: make(time),
    open: make(open),
    high: make(high),
    low: make(low),
    close: make(close),
    volume: make(volume),
  };
}
