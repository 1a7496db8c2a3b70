import { ColumnSink, type ColumnWriter } from "./column-sink.ts";
import { DbnError } from "./errors.ts";
import type { DbnMetadata } from "./metadata-types.ts";
import { type OhlcvColumns, OhlcvWriter } from "./ohlcv-columns.ts";
import { type DbnInputOptions, DbnStream } from "./stream.ts";
import { type TradeColumns, TradeWriter } from "./trade-columns.ts";
import { contentBound, isZstd } from "./zstd-frame.ts";

/** Options of {@link OhlcvDecoder} and {@link decodeOhlcv}. */
export interface OhlcvOptions extends DbnInputOptions {
  /** Take only bars of this rtype (`RType.ohlcv1m` ...), for inputs that mix intervals. @default the first one met */
  readonly rtype?: number;
}

/** Columns out of a stream: the work is in the {@link DbnStream}, the sink and the writer. */
class ColumnDecoder<Columns> {
  readonly #writer: ColumnWriter<Columns>;
  readonly #sink: ColumnSink;
  readonly #stream: DbnStream;

  constructor(options: DbnInputOptions, writer: ColumnWriter<Columns>) {
    this.#writer = writer;
    this.#sink = new ColumnSink(writer);
    this.#stream = new DbnStream(options, this.#sink);
  }

  /** The metadata as the input has it, once all of it has been pushed; always undefined for a fragment. */
  get metadata(): DbnMetadata | undefined {
    return this.#sink.metadata;
  }

  /** Records of other kinds that were stepped over (messages of a live session). */
  get skipped(): number {
    return this.#sink.skipped;
  }

  /** Takes the next bytes; they are not kept. @throws {DbnError} on bad input */
  push(bytes: Uint8Array): void {
    this.#stream.push(bytes);
  }

  /** The rows completed since the last call. Take after each piece to hold no more than a piece in memory. */
  take(): Columns {
    return this.#writer.take();
  }

  /** Says that the input has ended. To be called always. @throws {DbnError} `truncated`, `not_dbn` */
  finish(): void {
    this.#stream.finish();
  }

  /** Makes room for the rows of so many decompressed bytes: worth it when known, as growing copies every column. */
  reserve(decompressedBytes: number): void {
    this.#writer.reserve(Math.ceil(decompressedBytes / this.#writer.recordSize));
  }
}

/** Bars from DBN in pieces of any size, as columns: push, take, finish. Memory stays at what was not taken yet. */
export class OhlcvDecoder extends ColumnDecoder<OhlcvColumns> {
  constructor(options: OhlcvOptions = {}) {
    super(options, new OhlcvWriter(options.rtype));
  }
}

/** Trades from DBN in pieces of any size, as columns: push, take, finish. Memory stays at what was not taken yet. */
export class TradeDecoder extends ColumnDecoder<TradeColumns> {
  constructor(options: DbnInputOptions = {}) {
    super(options, new TradeWriter());
  }
}

/** Bound of one-shot calls, whose result must fit into memory. */
export const ONE_SHOT_OUTPUT = 4 * 1024 * 1024 * 1024;

/**
 * All bars of one schema in a DBN file, plain or zstd, as columns. Cost: some 40 ns a bar from plain bytes; from zstd the
 * decompression costs several times that. Columns may be views of somewhat larger buffers.
 * @throws {DbnError} on bad input; `wrong_schema` for a file of another schema or of several intervals
 */
export function decodeOhlcv(
  bytes: Uint8Array,
  options: OhlcvOptions = {},
): OhlcvColumns & { readonly metadata: DbnMetadata } {
  const decoder = new OhlcvDecoder({ maxOutputBytes: ONE_SHOT_OUTPUT, ...options });
  return decodeAll(decoder, bytes);
}

/**
 * All trades of a DBN file of schema trades, plain or zstd, as columns. Cost and views as with {@link decodeOhlcv}.
 * @throws {DbnError} on bad input; `wrong_schema` for a file of another schema
 */
export function decodeTrades(
  bytes: Uint8Array,
  options: DbnInputOptions = {},
): TradeColumns & { readonly metadata: DbnMetadata } {
  const decoder = new TradeDecoder({ maxOutputBytes: ONE_SHOT_OUTPUT, ...options });
  return decodeAll(decoder, bytes);
}

/** Compression of market data rarely passes this; what expands further grows its columns as it comes. */
const RESERVED_EXPANSION = 64;

/** Bytes of the decompressed input, at most, without believing a hostile one. */
function expectedSize(bytes: Uint8Array): number {
  return isZstd(bytes) ? Math.min(contentBound(bytes), bytes.length * RESERVED_EXPANSION) : bytes.length;
}

function decodeAll<Columns>(decoder: ColumnDecoder<Columns>, bytes: Uint8Array): Columns & { metadata: DbnMetadata } {
  decoder.reserve(expectedSize(bytes));
  decoder.push(bytes);
  decoder.finish();
  const { metadata } = decoder;
  if (metadata === undefined) {
    throw new DbnError("unsupported", {
      attempt: "Decode columns from DBN",
      found: "the option fragment",
      expected: "a file with metadata",
      hint: "use OhlcvDecoder or TradeDecoder, which take fragments",
    });
  }
  return { metadata, ...decoder.take() };
}
