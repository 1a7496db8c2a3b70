/** The body of a data answer: DBN, CSV or JSON, plain or in zstd frames. */

import { DbnEncoder, storeZstd } from "../dbn/index.ts";
import { fieldError } from "./api-error.ts";
import type { Fields } from "./fields.ts";
import type { Market } from "./market.ts";
import type { RangeQuery } from "./range-query.ts";
import { metadataOf, recordBlocks } from "./record-stream.ts";
import { ALL_SYMBOLS, type Resolution } from "./symbology.ts";
import { TextEncoderOfRecords } from "./text-encoding.ts";

/** How data is to be written. */
export interface BodyFormat {
  readonly encoding: "dbn" | "csv" | "json";
  readonly compression: "none" | "zstd";
  readonly prettyPrices: boolean;
  readonly prettyTimes: boolean;
  readonly mapSymbols: boolean;
}

/** Reads the format of a request; what is not said is csv without compression, as at the real service. */
export function readBodyFormat(fields: Fields, symbols: readonly string[]): BodyFormat {
  const format: BodyFormat = {
    encoding: fields.oneOf("encoding", ["dbn", "csv", "json"], "csv"),
    compression: fields.oneOf("compression", ["none", "zstd"], "none"),
    prettyPrices: fields.flag("pretty_px"),
    prettyTimes: fields.flag("pretty_ts"),
    mapSymbols: fields.flag("map_symbols"),
  };
  if (format.mapSymbols && symbols[0] === ALL_SYMBOLS) {
    throw fieldError("map_symbols", "cannot map symbols when symbols is 'ALL_SYMBOLS'");
  }
  return format;
}

/**
 * The bytes of an answer: first the head, then one piece a UTC day. Under zstd each piece is a frame of its own, as the real
 * server does it; the frames are stored, not compressed, so that the bytes are the same on every machine.
 */
export async function* answerBody(
  market: Market,
  query: RangeQuery,
  resolution: Resolution,
  format: BodyFormat,
): AsyncGenerator<Uint8Array> {
  const wrap = (bytes: Uint8Array) => (format.compression === "zstd" ? storeZstd(bytes) : bytes);
  const pieces = format.encoding === "dbn" ? dbnPieces : textPieces;
  for await (const piece of pieces(market, query, resolution, format)) if (piece.length > 0) yield wrap(piece);
}

async function* dbnPieces(market: Market, query: RangeQuery, resolution: Resolution): AsyncGenerator<Uint8Array> {
  yield new DbnEncoder({ metadata: metadataOf(query, resolution) }).encodeMetadata();
  for await (const block of recordBlocks(market, query, resolution)) yield block.bytes;
}

async function* textPieces(
  market: Market,
  query: RangeQuery,
  resolution: Resolution,
  format: BodyFormat,
): AsyncGenerator<Uint8Array> {
  const encoding = format.encoding === "json" ? "json" : "csv";
  const encoder = new TextEncoderOfRecords(metadataOf(query, resolution), { ...format, encoding });
  const utf8 = new TextEncoder();
  yield utf8.encode(encoder.head());
  for await (const block of recordBlocks(market, query, resolution)) yield utf8.encode(encoder.lines(block));
}
