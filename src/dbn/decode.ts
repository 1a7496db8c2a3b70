import { ONE_SHOT_OUTPUT } from "./columns.ts";
import { DbnDecoder, type DbnDecoderOptions } from "./decoder.ts";
import { DbnError } from "./errors.ts";
import type { DbnRecord } from "./layout.ts";
import type { DbnMetadata } from "./metadata-types.ts";

/** A DBN file in memory. */
export interface DbnFile {
  metadata: DbnMetadata;
  records: DbnRecord[];
}

/** Records without metadata. */
export interface DbnFragment {
  metadata: undefined;
  records: DbnRecord[];
}

/**
 * Decodes a whole DBN input, plain or zstd. For inputs that do not fit into memory use `DbnDecoder`, for many bars or
 * trades `decodeOhlcv` and `decodeTrades`.
 * @param options `fragment: true` for records without metadata; zstd output is bounded to 4 GiB unless `maxOutputBytes` says otherwise
 * @throws {DbnError} on bad input, with the byte offset, what was found and what was expected
 */
export function decodeDbn(bytes: Uint8Array, options?: DbnDecoderOptions & { readonly fragment?: false }): DbnFile;
export function decodeDbn(bytes: Uint8Array, options: DbnDecoderOptions & { readonly fragment: true }): DbnFragment;
export function decodeDbn(bytes: Uint8Array, options: DbnDecoderOptions = {}): DbnFile | DbnFragment {
  const decoder = new DbnDecoder({ maxOutputBytes: ONE_SHOT_OUTPUT, ...options });
  const records = decoder.push(bytes);
  decoder.finish();
  const { metadata } = decoder;
  if (metadata !== undefined || options.fragment === true) return { metadata, records } as DbnFile | DbnFragment;
  throw new DbnError("truncated", {
    attempt: "Decode DBN",
    found: "no metadata",
    expected: "metadata before the records",
  });
}
