/** Encoded records of one UTC day, and putting several of them in the order of time. */

import { rowAtOrAfter } from "../futures/columns.ts";
import { DAY_NS, dayOfNs, nsOfDay } from "./days.ts";

/** Records of one size, ascending by their index timestamp. */
export interface RecordBlock {
  readonly recordSize: number;
  readonly count: number;
  /** Index timestamp of each record, ns since the midnight the day began with: small enough to be exact in a double. */
  readonly times: Float64Array;
  /** The records in DBN, one after another. */
  readonly bytes: Uint8Array;
}

const TWO_TO_32 = 0x1_0000_0000;

/** Writes a whole number below 2^53 as int64. */
export function writeInt64(view: DataView, at: number, value: number): void {
  const high = Math.floor(value / TWO_TO_32);
  view.setUint32(at, value - high * TWO_TO_32, true);
  view.setInt32(at + 4, high, true);
}

/** Fills a block record by record. Its room is known beforehand, so nothing is ever copied. */
export class BlockWriter {
  readonly view: DataView;
  readonly #recordSize: number;
  readonly #bytes: Uint8Array;
  readonly #times: Float64Array;
  readonly #header: RecordHeader;
  readonly #midnight: bigint;
  #count = 0;

  constructor(recordSize: number, capacity: number, header: RecordHeader) {
    this.#recordSize = recordSize;
    this.#bytes = new Uint8Array(recordSize * capacity);
    this.view = new DataView(this.#bytes.buffer);
    this.#times = new Float64Array(capacity);
    this.#header = header;
    this.#midnight = nsOfDay(header.day);
  }

  /**
   * Begins a record and writes its header.
   * @param event time of the event, ns since midnight
   * @param index time it is ordered by, ns since midnight
   * @returns where its bytes begin
   */
  begin(event: number, index = event): number {
    const at = this.#count * this.#recordSize;
    const { view } = this;
    view.setUint8(at, this.#recordSize / 4);
    view.setUint8(at + 1, this.#header.rtype);
    view.setUint16(at + 2, this.#header.publisherId, true);
    view.setUint32(at + 4, this.#header.instrumentId, true);
    view.setBigUint64(at + 8, this.#midnight + BigInt(event), true);
    this.#times[this.#count] = index;
    this.#count += 1;
    return at;
  }

  /** An instant of the day as the wire writes it. */
  writeTime(at: number, sinceMidnight: number): void {
    this.view.setBigUint64(at, this.#midnight + BigInt(sinceMidnight), true);
  }

  finish(): RecordBlock {
    return {
      recordSize: this.#recordSize,
      count: this.#count,
      times: this.#times.subarray(0, this.#count),
      bytes: this.#bytes.subarray(0, this.#count * this.#recordSize),
    };
  }
}

/** What all records of a block begin with. */
export interface RecordHeader {
  readonly rtype: number;
  readonly publisherId: number;
  readonly instrumentId: number;
  /** UTC day of the block. */
  readonly day: number;
}

/** The records of a block with start <= index timestamp < end (ns since the epoch). */
export function clipBlock(block: RecordBlock, day: number, start: bigint, end: bigint): RecordBlock {
  const midnight = nsOfDay(day);
  const from = start <= midnight ? 0 : rowAtOrAfter(block.times, Number(start - midnight));
  const to = end >= midnight + DAY_NS ? block.count : rowAtOrAfter(block.times, Number(end - midnight));
  if (from === 0 && to === block.count) return block;
  return {
    recordSize: block.recordSize,
    count: Math.max(0, to - from),
    times: block.times.subarray(from, Math.max(from, to)),
    bytes: block.bytes.subarray(from * block.recordSize, Math.max(from, to) * block.recordSize),
  };
}

/** Whether a span (ns) covers a whole UTC day. */
export function coversDay(day: number, start: bigint, end: bigint): boolean {
  return start <= nsOfDay(day) && dayOfNs(end) > day;
}

/** The first `limit` records of all blocks in the order of time; where times are equal, in the order of the blocks. */
export function mergeBlocks(blocks: readonly RecordBlock[], limit: number): RecordBlock | undefined {
  const [first] = blocks;
  if (first === undefined) return undefined;
  const total = blocks.reduce((sum, block) => sum + block.count, 0);
  const count = Math.min(total, limit);
  const { recordSize } = first;
  if (blocks.length === 1) {
    return {
      recordSize,
      count,
      times: first.times.subarray(0, count),
      bytes: first.bytes.subarray(0, count * recordSize),
    };
  }
  const bytes = new Uint8Array(count * recordSize);
  const times = new Float64Array(count);
  orderOf(blocks, total)
    .slice(0, count)
    .forEach(({ block, row }, index) => {
      bytes.set(block.bytes.subarray(row * recordSize, (row + 1) * recordSize), index * recordSize);
      times[index] = block.times[row] ?? 0;
    });
  return { recordSize, count, times, bytes };
}

function orderOf(
  blocks: readonly RecordBlock[],
  total: number,
): { readonly block: RecordBlock; readonly row: number }[] {
  const rows = new Array<{ block: RecordBlock; row: number }>(total);
  let next = 0;
  for (const block of blocks) for (let row = 0; row < block.count; row++) rows[next++] = { block, row };
  // Sorting is stable, which keeps the order of the blocks among equals.
  return rows.sort((a, b) => (a.block.times[a.row] as number) - (b.block.times[b.row] as number));
}
