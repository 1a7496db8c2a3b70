import { mapColumns, nextCapacity, regrown, trimmed } from "./column-buffers.ts";
import type { ColumnWriter } from "./column-sink.ts";
import { RType } from "./constants.ts";
import { HIGH_HALF, LOW_HALF, msAt, priceAt, wordAt } from "./words.ts";

/** Trades as columns; index i of each belongs to trade i, in the order of the input. */
export interface TradeColumns {
  readonly instrumentId: Uint32Array<ArrayBuffer>;
  readonly publisherId: Uint16Array<ArrayBuffer>;
  /** Time of the trade at the venue, ns since the UNIX epoch; -1 where undefined. */
  readonly timeEvent: BigInt64Array<ArrayBuffer>;
  /** Time of the trade at the venue, epoch milliseconds UTC with a fraction (steps of 0.2 microseconds); NaN where undefined. */
  readonly time: Float64Array<ArrayBuffer>;
  /** When the vendor received it, the time trades are ordered by, ns since the UNIX epoch. */
  readonly timeReceive: BigInt64Array<ArrayBuffer>;
  /** In units of the instrument; NaN where undefined. */
  readonly price: Float64Array<ArrayBuffer>;
  readonly size: Uint32Array<ArrayBuffer>;
  /** Aggressor as a character code: 65 `A` sold, 66 `B` bought, 78 `N` unknown. */
  readonly side: Uint8Array<ArrayBuffer>;
  /** Character code, 84 `T` in trades. */
  readonly action: Uint8Array<ArrayBuffer>;
  /** Bits of `Flags`. */
  readonly flags: Uint8Array<ArrayBuffer>;
  /** `timeReceive` minus the venue's sending time, ns. */
  readonly tsInDelta: Int32Array<ArrayBuffer>;
  readonly sequence: Uint32Array<ArrayBuffer>;
}

const RECORD_SIZE = 48;

/** Offsets in 32-bit words. */
const AT = {
  instrumentId: 1,
  tsEvent: 2,
  price: 4,
  size: 6,
  actionSideFlags: 7,
  tsRecv: 8,
  tsInDelta: 10,
  sequence: 11,
} as const;

/** Fills {@link TradeColumns}. */
export class TradeWriter implements ColumnWriter<TradeColumns> {
  readonly what = "trades";
  readonly schemas = ["trades"];
  readonly rtypes = [RType.mbp0];
  readonly recordSize = RECORD_SIZE;
  #columns = allocate(0);
  #capacity = 0;
  #length = 0;

  reserve(rows: number): void {
    const needed = this.#length + rows;
    if (needed <= this.#capacity) return;
    this.#capacity = nextCapacity(this.#capacity, needed);
    this.#columns = mapColumns(this.#columns, (column) => regrown(column, this.#length, this.#capacity));
  }

  take(): TradeColumns {
    const columns = mapColumns(this.#columns, (column) => trimmed(column, this.#length));
    this.#columns = allocate(0);
    this.#capacity = 0;
    this.#length = 0;
    return columns;
  }

  write(words: Int32Array, from: number, stride: number, most: number, head: number): number {
    const { instrumentId, publisherId, timeEvent, time, timeReceive, price, size } = this.#columns;
    const { side, action, flags, tsInDelta, sequence } = this.#columns;
    const eventNs = new Int32Array(timeEvent.buffer);
    const receiveNs = new Int32Array(timeReceive.buffer);
    let at = from;
    let row = this.#length;
    for (const end = row + most; row < end; row++) {
      const first = wordAt(words, at);
      if ((first & 0xffff) !== head) break;
      publisherId[row] = first >>> 16;
      instrumentId[row] = wordAt(words, at + AT.instrumentId);
      eventNs[row * 2 + LOW_HALF] = wordAt(words, at + AT.tsEvent);
      eventNs[row * 2 + HIGH_HALF] = wordAt(words, at + AT.tsEvent + 1);
      time[row] = msAt(words, at + AT.tsEvent);
      receiveNs[row * 2 + LOW_HALF] = wordAt(words, at + AT.tsRecv);
      receiveNs[row * 2 + HIGH_HALF] = wordAt(words, at + AT.tsRecv + 1);
      price[row] = priceAt(words, at + AT.price);
      size[row] = wordAt(words, at + AT.size);
      const bytes = wordAt(words, at + AT.actionSideFlags);
      action[row] = bytes;
      side[row] = bytes >>> 8;
      flags[row] = bytes >>> 16;
      tsInDelta[row] = wordAt(words, at + AT.tsInDelta);
      sequence[row] = wordAt(words, at + AT.sequence);
      at += stride;
    }
    const written = row - this.#length;
    this.#length = row;
    return written;
  }
}

function allocate(length: number): TradeColumns {
  return {
    instrumentId: new Uint32Array(length),
    publisherId: new Uint16Array(length),
    timeEvent: new BigInt64Array(length),
    time: new Float64Array(length),
    timeReceive: new BigInt64Array(length),
    price: new Float64Array(length),
    size: new Uint32Array(length),
    side: new Uint8Array(length),
    action: new Uint8Array(length),
    flags: new Uint8Array(length),
    tsInDelta: new Int32Array(length),
    sequence: new Uint32Array(length),
  };
}
