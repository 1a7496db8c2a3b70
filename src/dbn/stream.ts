import { ByteQueue } from "./byte-queue.ts";
import type { DbnVersion } from "./constants.ts";
import { DbnError, FETCH_AGAIN } from "./errors.ts";
import { HEADER_SIZE } from "./layout.ts";
import { PRELUDE_SIZE, type Prelude, readMetadata, readPrelude } from "./metadata.ts";
import type { DbnMetadata } from "./metadata-types.ts";
import { type ZstdLimits, ZstdStream } from "./zstd.ts";
import { isSkippable, isZstd } from "./zstd-frame.ts";

/** How to read an input, whatever is made of its records. */
export interface DbnInputOptions extends ZstdLimits {
  /** The input has no metadata, only records. @default false */
  readonly fragment?: boolean;
  /** Version of a fragment's records. @default told apart by the length of each record */
  readonly fragmentVersion?: DbnVersion;
  /** Most bytes of metadata to accept. The largest real header seen had 6 MB. @default 268435456 (256 MiB) */
  readonly maxMetadataBytes?: number;
}

/** Who takes the records out of a {@link DbnStream}. */
export interface RecordSink {
  /** Called once before the first record; `metadata` is undefined for a fragment. */
  begin(metadata: DbnMetadata | undefined): void;
  /**
   * Takes as many whole records as there are. The bytes are only lent.
   * @param offset where `bytes` begin in the decompressed stream
   * @returns the number of bytes taken, up to the last whole record
   */
  records(bytes: Uint8Array, offset: number): number;
}

const DEFAULT_MAX_METADATA = 256 * 1024 * 1024;

/** Bytes from which the container can be told: a magic, the length of a skippable frame, and the magic inside it. */
const CONTAINER_BYTES = 4;
const SKIPPABLE_CONTAINER_BYTES = 12;

/** "DBN" and "DBZ" as the low three bytes of a little-endian integer. */
const DBN_MAGIC = 0x4e4244;
const DBZ_MAGIC = 0x5a4244;

/** From bytes in any container to metadata and runs of records. Detects zstd, takes its frames apart, checks the ends. */
export class DbnStream {
  readonly #plain: PlainStream;
  readonly #options: DbnInputOptions;
  readonly #queue = new ByteQueue();
  #zstd: ZstdStream | undefined;
  #need = CONTAINER_BYTES;
  #state: "detecting" | "open" | "failed" | "finished" = "detecting";

  constructor(options: DbnInputOptions, sink: RecordSink) {
    this.#options = options;
    this.#plain = new PlainStream(options, sink);
  }

  push(bytes: Uint8Array): void {
    const detecting = this.#state === "detecting";
    // A Node Buffer is a Uint8Array whose slice() does not copy; from here on there are only true ones.
    const input = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#guarded(() => (detecting ? this.#detect(input) : this.#forward(input)));
  }

  finish(): void {
    if (this.#state === "finished") return;
    const detecting = this.#state === "detecting";
    this.#guarded(() => {
      if (detecting) this.#forward(this.#queue.takeWith(new Uint8Array(0)));
      this.#zstd?.finish();
      this.#plain.finish();
    });
    this.#state = "finished";
  }

  /** One failure is final: what came after it would be read out of step. */
  #guarded(action: () => void): void {
    if (this.#state === "failed" || this.#state === "finished") throw closed(this.#state);
    this.#state = "failed";
    action();
    this.#state = this.#need > 0 ? "detecting" : "open";
  }

  #forward(bytes: Uint8Array): void {
    if (this.#zstd === undefined) this.#plain.push(bytes);
    else this.#zstd.push(bytes);
  }

  #detect(bytes: Uint8Array): void {
    if (this.#queue.length + bytes.length < this.#need) {
      this.#queue.push(bytes);
      return;
    }
    const input = this.#queue.takeWith(bytes);
    const view = new DataView(input.buffer, input.byteOffset, input.byteLength);
    const magic = view.getUint32(0, true);
    if (isSkippable(magic) && input.length < SKIPPABLE_CONTAINER_BYTES) {
      this.#need = SKIPPABLE_CONTAINER_BYTES;
      this.#queue.push(input);
      return;
    }
    if (isSkippable(magic) && (view.getUint32(8, true) & 0xffffff) === DBZ_MAGIC) throw dbz();
    if (isZstd(input)) {
      this.#zstd = new ZstdStream(this.#options, (block) => this.#plain.push(block));
    }
    this.#need = 0;
    this.#forward(input);
  }
}

/** The decompressed stream: prelude, metadata, records. */
class PlainStream {
  readonly #options: DbnInputOptions;
  readonly #sink: RecordSink;
  readonly #queue = new ByteQueue();
  /** Bytes the next step needs. */
  #need = PRELUDE_SIZE;
  #prelude: Prelude | undefined;
  #inRecords = false;
  /** Where the queue begins in the decompressed stream. */
  #offset = 0;

  constructor(options: DbnInputOptions, sink: RecordSink) {
    this.#options = options;
    this.#sink = sink;
    if (options.fragment === true) this.#beginRecords(undefined);
  }

  push(bytes: Uint8Array): void {
    if (!this.#inRecords && this.#prelude === undefined) this.#checkMagic(bytes);
    if (this.#queue.length + bytes.length < this.#need) {
      this.#queue.push(bytes);
      return;
    }
    let input = this.#inRecords ? this.#completeRecord(bytes) : this.#readHeader(this.#queue.takeWith(bytes));
    if (this.#inRecords) input = this.#readRecords(input);
    this.#queue.push(input);
  }

  /**
   * Completes the record that waits for its end, so that the long rest of a piece is read where it lies. Joining the whole
   * piece to those few bytes instead would copy everything once more.
   * @returns the bytes behind that record
   */
  #completeRecord(bytes: Uint8Array): Uint8Array {
    if (this.#queue.length === 0) return bytes;
    const wanted = this.#need - this.#queue.length;
    this.#readRecords(this.#queue.takeWith(bytes.subarray(0, wanted)));
    return bytes.subarray(wanted);
  }

  finish(): void {
    const left = this.#queue.length;
    const byteOffset = this.#offset + left;
    if (!this.#inRecords && byteOffset === 0) {
      throw notDbn("no bytes at all", "the request gave an empty answer, ask again");
    }
    if (this.#inRecords && left === 0) return;
    throw new DbnError("truncated", {
      attempt: this.#inRecords ? "Decode a DBN record" : "Decode DBN metadata",
      byteOffset,
      found: "the end of the input",
      expected: this.#inRecords ? `the rest of the record that begins at byte ${this.#offset}` : `${this.#need} bytes`,
      hint: FETCH_AGAIN,
    });
  }

  /** Refuses a wrong magic as soon as it shows, even when less than a prelude ever comes. */
  #checkMagic(bytes: Uint8Array): void {
    const start = this.#queue.length;
    for (let i = start; i < 3 && i - start < bytes.length; i++) {
      if (bytes[i - start] !== ((DBN_MAGIC >> (8 * i)) & 0xff))
        throw notDbn(preview(this.#queue.takeWith(bytes)), advice);
    }
  }

  /** Takes prelude and metadata off the front. @returns what is left, all of it while the metadata is not complete */
  #readHeader(input: Uint8Array): Uint8Array {
    this.#prelude ??= readPrelude(input, this.#options.maxMetadataBytes ?? DEFAULT_MAX_METADATA);
    const size = PRELUDE_SIZE + this.#prelude.length;
    this.#need = size;
    if (input.length < size) return input;
    const metadata = readMetadata(input.subarray(0, size), this.#prelude.version);
    this.#offset = size;
    this.#beginRecords(metadata);
    return input.subarray(size);
  }

  #readRecords(input: Uint8Array): Uint8Array {
    const taken = this.#sink.records(input, this.#offset);
    this.#offset += taken;
    const rest = input.subarray(taken);
    // The first byte of a record tells its length. One that is too short is refused by the sink once a header is there.
    this.#need = rest.length === 0 ? 0 : Math.max(HEADER_SIZE, (rest[0] ?? 0) * 4);
    return rest;
  }

  #beginRecords(metadata: DbnMetadata | undefined): void {
    this.#need = 0;
    this.#inRecords = true;
    this.#sink.begin(metadata);
  }
}

const advice =
  "ask the service for encoding=dbn if this is text, or pass { fragment: true } if these are records without metadata";

function notDbn(found: string, hint: string): DbnError {
  return new DbnError("not_dbn", {
    attempt: "Decode DBN",
    byteOffset: 0,
    found,
    expected: '"DBN" and a version, or a zstd frame of it',
    hint,
  });
}

function preview(bytes: Uint8Array): string {
  const start = bytes.subarray(0, 16);
  const isText = start.every((byte) => byte >= 0x20 && byte < 0x7f);
  if (isText) return `the text ${JSON.stringify(String.fromCharCode(...start))}`;
  return `the bytes ${Array.from(start, (byte) => byte.toString(16).padStart(2, "0")).join(" ")}`;
}

function dbz(): DbnError {
  return new DbnError("unsupported", {
    attempt: "Decode DBN",
    byteOffset: 8,
    found: "the legacy DBZ container of 2022",
    expected: "DBN version 1, 2 or 3, plain or in zstd",
    hint: "convert the file with the vendor's dbn command line tool, or fetch the data again",
  });
}

function closed(state: "failed" | "finished"): DbnError {
  return new DbnError("closed", {
    attempt: "Push to a DBN decoder",
    found: `a decoder that has ${state}`,
    expected: "an open one",
    hint: "make a new decoder for each input",
  });
}
