import type { Asset } from "../market/asset.ts";
import type { BarSeries } from "../market/bar-series.ts";
import type { StreamedBar } from "../market/bar-stream.ts";
import type { Timestep } from "../market/timestep.ts";

const COLUMNS = ["time", "open", "high", "low", "close", "volume"] as const;
const QUOTES = ["bid", "ask"] as const;
type ColumnName = (typeof COLUMNS)[number] | (typeof QUOTES)[number];

/** A series to which bars are added as they come in: columns that double as they fill, seen through views of the rows there are. */
export class GrowingSeries implements BarSeries {
  readonly asset: Asset;
  readonly timestep: Timestep;
  private readonly names: readonly ColumnName[];
  private readonly stores = new Map<ColumnName, Float64Array>();
  private readonly views = new Map<ColumnName, Float64Array>();
  private readonly listeners: (() => void)[] = [];
  private rows = 0;
  lastEnd = Number.POSITIVE_INFINITY;

  /** Starts with the first `rows` bars of a series. */
  constructor(bars: BarSeries, rows: number) {
    this.asset = bars.asset;
    this.timestep = bars.timestep;
    this.names = bars.bid === undefined ? COLUMNS : [...COLUMNS, ...QUOTES];
    this.rows = rows;
    for (const name of this.names) {
      const store = new Float64Array(Math.max(64, rows * 2));
      store.set((bars[name] ?? new Float64Array(0)).subarray(0, rows));
      this.stores.set(name, store);
      this.views.set(name, store.subarray(0, rows));
    }
  }

  get length(): number {
    return this.rows;
  }

  get time(): Float64Array {
    return this.view("time");
  }

  get open(): Float64Array {
    return this.view("open");
  }

  get high(): Float64Array {
    return this.view("high");
  }

  get low(): Float64Array {
    return this.view("low");
  }

  get close(): Float64Array {
    return this.view("close");
  }

  get volume(): Float64Array {
    return this.view("volume");
  }

  get bid(): Float64Array | undefined {
    return this.views.get("bid");
  }

  get ask(): Float64Array | undefined {
    return this.views.get("ask");
  }

  onAppend(listener: () => void): void {
    this.listeners.push(listener);
  }

  /** Adds a bar that opens after the newest one. */
  append(bar: StreamedBar): void {
    const row = this.rows;
    this.rows = row + 1;
    for (const name of this.names) {
      const store = this.roomFor(name, row);
      store[row] = bar[name] ?? Number.NaN;
      this.views.set(name, store.subarray(0, row + 1));
    }
    this.lastEnd = bar.end;
    for (const listener of this.listeners) listener();
  }

  private view(name: ColumnName): Float64Array {
    return this.views.get(name) as Float64Array;
  }

  private roomFor(name: ColumnName, row: number): Float64Array {
    const store = this.stores.get(name) as Float64Array;
    if (row < store.length) return store;
    const larger = new Float64Array(store.length * 2);
    larger.set(store);
    this.stores.set(name, larger);
    return larger;
  }
}
