/** Stable words a program may switch on. A code never changes its meaning. */
export type DbnErrorCode =
  /** The bytes are neither DBN nor zstd (a proxy's page, CSV, a fragment handed in as a file). */
  | "not_dbn"
  /** DBN of a version this library does not know. */
  | "unsupported_version"
  /** A container or schema that is recognised and refused, such as the legacy DBZ or a zstd dictionary. */
  | "unsupported"
  /** The metadata header contradicts itself or a bound. */
  | "bad_metadata"
  /** A record's header contradicts the layout its rtype stands for. */
  | "bad_record"
  /** The input ended inside the metadata, a record or a zstd frame. */
  | "truncated"
  /** A zstd frame does not decompress, or its size or checksum is not what the frame states. */
  | "bad_zstd"
  /** A configured bound (window, output, expansion, metadata size) would be passed. */
  | "limit"
  /** The file holds another schema than the one asked for. */
  | "wrong_schema"
  /** A record or metadata handed to the encoder cannot be written. */
  | "invalid_value"
  /** The decoder was used after it finished or failed. */
  | "closed";

/** What a {@link DbnError} says besides its code. */
export interface DbnErrorDetails {
  /** What was being done, as in "Decode DBN metadata". */
  readonly attempt: string;
  /** What was there. */
  readonly found: string;
  /** What should have been there. */
  readonly expected: string;
  /** What to do next. */
  readonly hint?: string;
  /** Where, counted from 0. In the decompressed stream, except for `bad_zstd` and zstd limits, which count compressed bytes. */
  readonly byteOffset?: number;
  readonly cause?: unknown;
}

/** The one error this codec throws on purpose, for bad input and bad arguments alike. */
export class DbnError extends Error {
  override readonly name = "DbnError";
  readonly code: DbnErrorCode;
  /** Where the problem starts; undefined when no position applies. See {@link DbnErrorDetails.byteOffset} for what is counted. */
  readonly byteOffset: number | undefined;
  readonly expected: string;
  readonly found: string;
  /** What to do next, in a sentence. */
  readonly hint: string | undefined;

  constructor(code: DbnErrorCode, details: DbnErrorDetails) {
    super(sentence(details), details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.byteOffset = details.byteOffset;
    this.expected = details.expected;
    this.found = details.found;
    this.hint = details.hint;
  }
}

function sentence({ attempt, byteOffset, found, expected, hint }: DbnErrorDetails): string {
  const where = byteOffset === undefined ? "" : ` at byte ${byteOffset}`;
  const next = hint === undefined ? "" : `; ${hint}`;
  return `${attempt}${where}: found ${found}, expected ${expected}${next}`;
}

/** The step that mends nearly every damaged input. */
export const FETCH_AGAIN = "the data is damaged, fetch it again";
