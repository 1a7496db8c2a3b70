import { type DbnVersion, LATEST_VERSION, SYMBOL_CSTR_LEN } from "./constants.ts";
import { type DbnRecord, HEADER_SIZE, type Layout, TS_OUT_SIZE } from "./layout.ts";
import { layoutsOf } from "./layouts.ts";
import type { DbnMetadata } from "./metadata-types.ts";
import { badRecord, readRecord, readUnknown } from "./record-codec.ts";
import { type DbnInputOptions, DbnStream, type RecordSink } from "./stream.ts";
import { upgradeRecord } from "./upgrade.ts";

/** What to do with records of older versions. */
export type UpgradePolicy = "asIs" | "upgradeToV3";

/** Options of {@link DbnDecoder}. */
export interface DbnDecoderOptions extends DbnInputOptions {
  /** Whether older records are given in their own layout or in that of v3. @default "upgradeToV3" */
  readonly upgradePolicy?: UpgradePolicy;
}

/**
 * Decodes DBN that comes in pieces of any size: plain or zstd (detected), versions 1 to 3, with metadata or as a fragment.
 * Does no I/O.
 *
 * ```ts
 * const decoder = new DbnDecoder();
 * for await (const piece of response) for (const record of decoder.push(piece)) use(record);
 * decoder.finish();
 * ```
 * Cost: one object with bigints a record, about a microsecond; for many bars or trades use the column decoders.
 */
export class DbnDecoder {
  readonly #sink: ObjectSink;
  readonly #stream: DbnStream;

  constructor(options: DbnDecoderOptions = {}) {
    this.#sink = new ObjectSink(options);
    this.#stream = new DbnStream(options, this.#sink);
  }

  /** The metadata, once all of it has been pushed; always undefined for a fragment. */
  get metadata(): DbnMetadata | undefined {
    return this.#sink.metadata;
  }

  /** Version of the input as it was written; undefined until known, and for fragments whose version was not told. */
  get inputVersion(): DbnVersion | undefined {
    return this.#sink.inputVersion;
  }

  /**
   * Takes the next bytes; they are not kept, the caller may reuse them.
   * @returns the records these bytes completed, oldest first
   * @throws {DbnError} on bad input; the decoder is then of no further use
   */
  push(bytes: Uint8Array): DbnRecord[] {
    this.#stream.push(bytes);
    return this.#sink.take();
  }

  /**
   * Says that the input has ended. To be called always: only here a cut input is noticed.
   * @throws {DbnError} `truncated` inside metadata, a record or a zstd frame; `not_dbn` for an input of no bytes
   */
  finish(): void {
    this.#stream.finish();
  }
}

/** Turns runs of record bytes into objects. */
class ObjectSink implements RecordSink {
  metadata: DbnMetadata | undefined;
  inputVersion: DbnVersion | undefined;
  readonly #upgrade: boolean;
  #records: DbnRecord[] = [];
  /** Bytes that may follow a layout's own; a fragment does not say whether it has send times. */
  #tsOutSizes: readonly number[] = [0, TS_OUT_SIZE];

  constructor(options: DbnDecoderOptions) {
    this.#upgrade = options.upgradePolicy !== "asIs";
    this.inputVersion = options.fragment === true ? options.fragmentVersion : undefined;
  }

  begin(metadata: DbnMetadata | undefined): void {
    if (metadata === undefined) return;
    this.inputVersion = metadata.version;
    this.#tsOutSizes = [metadata.tsOut ? TS_OUT_SIZE : 0];
    const symbolCstrLen = SYMBOL_CSTR_LEN[LATEST_VERSION];
    this.metadata = this.#upgrade ? { ...metadata, version: LATEST_VERSION, symbolCstrLen } : metadata;
  }

  take(): DbnRecord[] {
    const records = this.#records;
    this.#records = [];
    return records;
  }

  records(bytes: Uint8Array, offset: number): number {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let at = 0;
    while (at < bytes.length) {
      const size = view.getUint8(at) * 4;
      if (size < HEADER_SIZE) throw badRecord(offset + at, `length ${size}`, `at least ${HEADER_SIZE} bytes`);
      if (at + size > bytes.length) break;
      this.#records.push(this.#read(bytes, view, at, size, offset));
      at += size;
    }
    return at;
  }

  #read(bytes: Uint8Array, view: DataView, at: number, size: number, offset: number): DbnRecord {
    const layout = this.#layout(view.getUint8(at + 1), size, offset + at);
    if (layout === undefined) return readUnknown(bytes, view, at, size);
    const record = readRecord(view, at, size, layout);
    return this.#upgrade ? upgradeRecord(record) : record;
  }

  /** The layout of a record; undefined for an unknown rtype. A known rtype of another length is damage, not news. */
  #layout(rtype: number, size: number, byteOffset: number): Layout | undefined {
    const candidates = this.#candidates(rtype);
    if (candidates.length === 0) return undefined;
    const fits = (layout: Layout) => this.#tsOutSizes.includes(size - layout.size);
    const layout = candidates.find(fits);
    if (layout !== undefined) return layout;
    const sizes = candidates.flatMap((each) => this.#tsOutSizes.map((extra) => each.size + extra)).join(" or ");
    throw badRecord(byteOffset, `length ${size} for rtype ${rtype}`, `${sizes} bytes`);
  }

  #candidates(rtype: number): readonly Layout[] {
    return layoutsOf(rtype, this.inputVersion);
  }
}
