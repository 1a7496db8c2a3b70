/** From the bytes of a chunk to columns, while they come. */

import { createReadStream } from "node:fs";
import {
  DbnDecoder,
  DbnError,
  type DbnMetadata,
  type OhlcvColumns,
  OhlcvDecoder,
  priceToNumber,
  type Schema,
  timestampToMs,
} from "../../dbn/index.ts";
import type { Columns } from "../../store/column-file.ts";

/** Columns of the schemas of bars: open time, prices, volume. */
export const BAR_COLUMNS = ["time", "open", "high", "low", "close", "volume"] as const;
/** Columns of `bbo-1s` and `bbo-1m`: end of the interval, best bid and ask at it, NaN for an empty side. */
export const QUOTE_COLUMNS = ["time", "bid", "ask"] as const;

/** What a chunk turned out to hold. */
export interface DecodedChunk {
  /** Undefined for schemas that are read record by record. */
  readonly columns: Columns | undefined;
  readonly metadata: DbnMetadata | undefined;
  /** Bars as they came, those left out or merged included; undefined for other schemas. */
  readonly rows: number | undefined;
  /** Rows without a price, which were left out. */
  readonly skippedRows: number;
}

/** Takes bytes and checks all of them, whatever the schema. */
export interface ChunkDecoder {
  /** @throws {DbnError} */
  push(bytes: Uint8Array): void;
  /** To be called at the end always. @throws {DbnError} */
  finish(): DecodedChunk;
}

/** The decoder for a schema. */
export function chunkDecoder(schema: Schema): ChunkDecoder {
  if (schema.startsWith("ohlcv-")) return new BarDecoder();
  return schema.startsWith("bbo-") ? new QuoteDecoder() : new RecordChecker();
}

/** Decodes a raw file of the cache. @throws {DbnError} */
export async function decodeChunkFile(path: string, schema: Schema): Promise<Columns> {
  const decoder = chunkDecoder(schema);
  for await (const bytes of createReadStream(path, { highWaterMark: 1 << 20 })) decoder.push(bytes as Uint8Array);
  return decoder.finish().columns ?? { time: new Float64Array(0) };
}

class BarDecoder implements ChunkDecoder {
  readonly #decoder = new OhlcvDecoder();

  push(bytes: Uint8Array): void {
    this.#decoder.push(bytes);
  }

  finish(): DecodedChunk {
    this.#decoder.finish();
    const bars = this.#decoder.take();
    return { ...mergeBars(bars), metadata: this.#decoder.metadata, rows: bars.time.length };
  }
}

/**
 * One bar an instant. A consolidated dataset has one for every publisher: volumes add up, high and low are the extremes of all, open and
 * close are those of the publisher that traded most. Bars without a price (volume of ICE's system-priced legs), or whose prices contradict
 * each other, are left out.
 */
function mergeBars(rows: OhlcvColumns): { columns: Columns; skippedRows: number } {
  const { time, open, high, low, close, volume } = rows;
  const out = Object.fromEntries(BAR_COLUMNS.map((name) => [name, new Float64Array(time.length)])) as Record<
    (typeof BAR_COLUMNS)[number],
    Float64Array
  >;
  let last = -1;
  let largest = 0;
  let skippedRows = 0;
  for (let row = 0; row < time.length; row++) {
    const at = time[row] as number;
    if (!isSound(rows, row)) {
      skippedRows += 1;
      continue;
    }
    const own = volume[row] as number;
    const previous = last < 0 ? Number.NEGATIVE_INFINITY : (out.time[last] as number);
    if (at < previous) throw notAscending();
    if (at > previous) {
      last += 1;
      largest = own;
      out.time[last] = at;
      out.open[last] = open[row] as number;
      out.high[last] = high[row] as number;
      out.low[last] = low[row] as number;
      out.close[last] = close[row] as number;
      out.volume[last] = own;
      continue;
    }
    out.high[last] = Math.max(out.high[last] as number, high[row] as number);
    out.low[last] = Math.min(out.low[last] as number, low[row] as number);
    out.volume[last] = (out.volume[last] as number) + own;
    if (own <= largest) continue;
    largest = own;
    out.open[last] = open[row] as number;
    out.close[last] = close[row] as number;
  }
  const columns = Object.fromEntries(BAR_COLUMNS.map((name) => [name, out[name].slice(0, last + 1)]));
  return { columns, skippedRows };
}

/** False as well where anything is NaN. */
function isSound({ time, open, high, low, close }: OhlcvColumns, row: number): boolean {
  const top = high[row] as number;
  const bottom = low[row] as number;
  const first = open[row] as number;
  const last = close[row] as number;
  return bottom <= first && bottom <= last && first <= top && last <= top && (time[row] as number) > 0;
}

function notAscending(): DbnError {
  return new DbnError("bad_record", {
    attempt: "Decode bars of one symbol from DBN",
    found: "a bar before the one it follows",
    expected: "bars in order of time",
  });
}

class QuoteDecoder implements ChunkDecoder {
  readonly #decoder = new DbnDecoder();
  readonly #time: number[] = [];
  readonly #bid: number[] = [];
  readonly #ask: number[] = [];

  push(bytes: Uint8Array): void {
    for (const record of this.#decoder.push(bytes)) {
      const level = record.kind === "bbo" ? record.levels[0] : undefined;
      if (record.kind !== "bbo" || level === undefined) continue;
      this.#time.push(timestampToMs(record.tsRecv));
      this.#bid.push(priceToNumber(level.bidPx));
      this.#ask.push(priceToNumber(level.askPx));
    }
  }

  finish(): DecodedChunk {
    this.#decoder.finish();
    const columns = {
      time: Float64Array.from(this.#time),
      bid: Float64Array.from(this.#bid),
      ask: Float64Array.from(this.#ask),
    };
    return { columns, metadata: this.#decoder.metadata, rows: undefined, skippedRows: 0 };
  }
}

/** Reads every record and keeps none. */
class RecordChecker implements ChunkDecoder {
  readonly #decoder = new DbnDecoder();

  push(bytes: Uint8Array): void {
    this.#decoder.push(bytes);
  }

  finish(): DecodedChunk {
    this.#decoder.finish();
    return { columns: undefined, metadata: this.#decoder.metadata, rows: undefined, skippedRows: 0 };
  }
}
