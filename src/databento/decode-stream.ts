import {
  DbnDecoder,
  type DbnDecoderOptions,
  type DbnInputOptions,
  type DbnMetadata,
  type DbnRecord,
  type OhlcvColumns,
  OhlcvDecoder,
  type OhlcvOptions,
  type TradeColumns,
  TradeDecoder,
} from "../dbn/index.ts";

/** Bytes in pieces, from a stream of the service or a file. */
export type ByteSource = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/** Told the metadata as soon as it is known: symbols, mappings, what did not resolve. */
export interface OnMetadata {
  readonly onMetadata?: (metadata: DbnMetadata) => void;
}

interface Decoder<Piece> {
  readonly metadata: DbnMetadata | undefined;
  take(bytes: Uint8Array): Piece;
  finish(): void;
}

/**
 * Records out of DBN bytes, one object each. Memory stays at one piece of input.
 * @throws {DbnError} for bytes that are no DBN, damaged or cut
 */
export async function* decodeRecords(
  bytes: ByteSource,
  options: DbnDecoderOptions & OnMetadata = {},
): AsyncGenerator<DbnRecord, void, void> {
  const decoder = new DbnDecoder(options);
  const source = {
    get metadata() {
      return decoder.metadata;
    },
    take: (piece: Uint8Array) => decoder.push(piece),
    finish: () => decoder.finish(),
  };
  for await (const records of decodePieces(bytes, source, options)) yield* records;
}

/**
 * Bars out of DBN bytes, as columns, one set for each piece of input that completed any. Far faster than records.
 * @throws {DbnError} as {@link decodeRecords}; `wrong_schema` for other data
 */
export async function* decodeBars(
  bytes: ByteSource,
  options: OhlcvOptions & OnMetadata = {},
): AsyncGenerator<OhlcvColumns, void, void> {
  const columns = decodePieces(bytes, columnSource(new OhlcvDecoder(options)), options);
  for await (const bars of columns) if (bars.time.length > 0) yield bars;
}

/** Trades out of DBN bytes, as {@link decodeBars}. */
export async function* decodeTradeColumns(
  bytes: ByteSource,
  options: DbnInputOptions & OnMetadata = {},
): AsyncGenerator<TradeColumns, void, void> {
  const columns = decodePieces(bytes, columnSource(new TradeDecoder(options)), options);
  for await (const trades of columns) if (trades.price.length > 0) yield trades;
}

function columnSource<Columns>(decoder: {
  readonly metadata: DbnMetadata | undefined;
  push(bytes: Uint8Array): void;
  take(): Columns;
  finish(): void;
}): Decoder<Columns> {
  return {
    get metadata() {
      return decoder.metadata;
    },
    take(bytes) {
      decoder.push(bytes);
      return decoder.take();
    },
    finish: () => decoder.finish(),
  };
}

async function* decodePieces<Piece>(bytes: ByteSource, decoder: Decoder<Piece>, { onMetadata }: OnMetadata) {
  let told = false;
  for await (const piece of bytes) {
    const result = decoder.take(piece);
    if (!told && decoder.metadata !== undefined) {
      told = true;
      onMetadata?.(decoder.metadata);
    }
    yield result;
  }
  decoder.finish();
}
