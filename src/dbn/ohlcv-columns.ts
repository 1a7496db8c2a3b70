import { mapColumns, nextCapacity, regrown, trimmed } from "./column-buffers.ts";
import type { ColumnWriter } from "./column-sink.ts";
import { OHLCV_RTYPES } from "./layouts-market.ts";
import { HIGH_HALF, LOW_HALF, msAt, priceAt, uint64At, wordAt } from "./words.ts";

/** Bars as columns; index i of each belongs to bar i, in the order of the input. */
export interface OhlcvColumns {
  readonly instrumentId: Uint32Array<ArrayBuffer>;
  /** Consolidated data sets hold a bar for EVERY publisher of the same instant. */
  readonly publisherId: Uint16Array<ArrayBuffer>;
  /** Open time, inclusive, ns since the UNIX epoch; -1 where undefined. */
  readonly timeEvent: BigInt64Array<ArrayBuffer>;
  /** Open time, epoch milliseconds UTC; NaN where undefined. */
  readonly time: Float64Array<ArrayBuffer>;
  /** Prices in units of the instrument; NaN where undefined. */
  readonly open: Float64Array<ArrayBuffer>;
  readonly high: Float64Array<ArrayBuffer>;
  readonly low: Float64Array<ArrayBuffer>;
  readonly close: Float64Array<ArrayBuffer>;
  /** Exact up to 2^53. */
  readonly volume: Float64Array<ArrayBuffer>;
}

/** Schemas of bars. */
const SCHEMAS: readonly string[] = ["ohlcv-1s", "ohlcv-1m", "ohlcv-1h", "ohlcv-1d", "ohlcv-eod"];

const RECORD_SIZE = 56;

/** Offsets in 32-bit words. */
const AT = { instrumentId: 1, tsEvent: 2, open: 4, high: 6, low: 8, close: 10, volume: 12 } as const;

/** Fills {@link OhlcvColumns}. */
export class OhlcvWriter implements ColumnWriter<OhlcvColumns> {
  readonly what = "bars";
  readonly schemas = SCHEMAS;
  readonly recordSize = RECORD_SIZE;
  readonly rtypes: readonly number[];
  #columns = allocate(0);
  #capacity = 0;
  #length = 0;

  constructor(rtype: number | undefined) {
    this.rtypes = rtype === undefined ? OHLCV_RTYPES : [rtype];
  }

  reserve(rows: number): void {
    const needed = this.#length + rows;
    if (needed <= this.#capacity) return;
    this.#capacity = nextCapacity(this.#capacity, needed);
    this.#columns = mapColumns(this.#columns, (column) => regrown(column, this.#length, this.#capacity));
  }

  take(): OhlcvColumns {
    const columns = mapColumns(this.#columns, (column) => trimmed(column, this.#length));
    this.#columns = allocate(0);
    this.#capacity = 0;
    this.#length = 0;
    return columns;
  }

  write(words: Int32Array, from: number, stride: number, most: number, head: number): number {
    const { instrumentId, publisherId, timeEvent, time, open, high, low, close, volume } = this.#columns;
    const nanoseconds = new Int32Array(timeEvent.buffer);
    let at = from;
    let row = this.#length;
    for (const end = row + most; row < end; row++) {
      const first = wordAt(words, at);
      if ((first & 0xffff) !== head) break;
      publisherId[row] = first >>> 16;
      instrumentId[row] = wordAt(words, at + AT.instrumentId);
      nanoseconds[row * 2 + LOW_HALF] = wordAt(words, at + AT.tsEvent);
      nanoseconds[row * 2 + HIGH_HALF] = wordAt(words, at + AT.tsEvent + 1);
      time[row] = msAt(words, at + AT.tsEvent);
      open[row] = priceAt(words, at + AT.open);
      high[row] = priceAt(words, at + AT.high);
      low[row] = priceAt(words, at + AT.low);
      close[row] = priceAt(words, at + AT.close);
      volume[row] = uint64At(words, at + AT.volume);
      at += stride;
    }
    const written = row - this.#length;
    this.#length = row;
    return written;
  }
}

function allocate(length: number): OhlcvColumns {
  return {
    instrumentId: new Uint32Array(length),
    publisherId: new Uint16Array(length),
    timeEvent: new BigInt64Array(length),
    time: new Float64Array(length),
    open: new Float64Array(length),
    high: new Float64Array(length),
    low: new Float64Array(length),
    close: new Float64Array(length),
    volume: new Float64Array(length),
  };
}
