import { type DbnVersion, LATEST_VERSION } from "./constants.ts";
import type { DbnRecord } from "./layout.ts";
import { layoutOfKind } from "./layouts.ts";
import { encodeMetadata } from "./metadata-encode.ts";
import type { DbnMetadata } from "./metadata-types.ts";
import { recordSize, writeRecord } from "./record-codec.ts";
import { invalidValue } from "./wire.ts";

/** Options of {@link DbnEncoder}. */
export interface DbnEncoderOptions {
  /** Written in front of the records, in its own version; without it the output is a fragment. */
  readonly metadata?: DbnMetadata;
  /** Version of a fragment. @default 3 */
  readonly fragmentVersion?: DbnVersion;
}

/**
 * Encodes metadata and records as plain DBN. Does no I/O; `storeZstd` wraps the bytes where zstd is demanded.
 *
 * A record is written in the layout its `kind` names, and that layout must belong to the version being written: there is
 * no downgrade from v3, as the vendor's libraries offer none either.
 */
export class DbnEncoder {
  readonly #metadata: DbnMetadata | undefined;
  readonly #version: DbnVersion;

  constructor(options: DbnEncoderOptions = {}) {
    this.#metadata = options.metadata;
    this.#version = options.metadata?.version ?? options.fragmentVersion ?? LATEST_VERSION;
  }

  /**
   * The header; no bytes for a fragment.
   * @throws {DbnError} `invalid_value` when the metadata cannot be written (a symbol too long for the version, ...)
   */
  encodeMetadata(): Uint8Array {
    return this.#metadata === undefined ? new Uint8Array(0) : encodeMetadata(this.#metadata);
  }

  /**
   * The bytes of some records, in order.
   * @throws {DbnError} `invalid_value` for a value out of its field's range, a kind of another version, or a send time
   * (`tsOut`) that is there although the metadata says none, or missing
   */
  encode(records: readonly DbnRecord[]): Uint8Array {
    let size = 0;
    for (const record of records) {
      this.#check(record);
      size += recordSize(record);
    }
    const bytes = new Uint8Array(size);
    const view = new DataView(bytes.buffer);
    let at = 0;
    for (const record of records) at += writeRecord(bytes, view, at, record);
    return bytes;
  }

  #check(record: DbnRecord): void {
    const layout = layoutOfKind(record.kind);
    if (layout !== undefined && !layout.versions.includes(this.#version)) {
      throw invalidValue("kind", `"${record.kind}"`, `a record of DBN version ${this.#version}`);
    }
    const tsOut = this.#metadata?.tsOut;
    if (tsOut !== undefined && record.kind !== "unknown" && tsOut !== (record.tsOut !== undefined)) {
      throw invalidValue("tsOut", tsOut ? "no send time" : "a send time", `what metadata.tsOut = ${tsOut} says`);
    }
  }
}

/** A whole DBN file, plain. @throws {DbnError} `invalid_value`, see {@link DbnEncoder.encode} */
export function encodeDbn(file: {
  readonly metadata: DbnMetadata;
  readonly records: readonly DbnRecord[];
}): Uint8Array {
  const encoder = new DbnEncoder({ metadata: file.metadata });
  const header = encoder.encodeMetadata();
  const body = encoder.encode(file.records);
  const bytes = new Uint8Array(header.length + body.length);
  bytes.set(header);
  bytes.set(body, header.length);
  return bytes;
}
