import { DbnError } from "./errors.ts";
import { HEADER_SIZE, TS_OUT_SIZE } from "./layout.ts";
import type { DbnMetadata } from "./metadata-types.ts";
import { badRecord } from "./record-codec.ts";
import type { RecordSink } from "./stream.ts";
import { viewsAsWords, wordsOf } from "./words.ts";

/** Bytes copied at a time where records do not lie on four bytes: small enough to stay in the cache of the processor. */
const PIECE = 64 * 1024;

/** Fills the columns of one schema. */
export interface ColumnWriter<Columns> {
  /** What is being decoded, for messages: "bars", "trades". */
  readonly what: string;
  readonly schemas: readonly string[];
  readonly rtypes: readonly number[];
  /** Bytes of a record without a send time. */
  readonly recordSize: number;
  /** Makes room for `rows` more. */
  reserve(rows: number): void;
  /**
   * Decodes records that lie one behind the other, all of the same rtype and `stride` words long. Stops at the first record
   * whose first 16 bits (length and rtype) differ from `head`.
   * @returns the number of records decoded
   */
  write(words: Int32Array, from: number, stride: number, most: number, head: number): number;
  /** Hands over what has been written and starts anew. */
  take(): Columns;
}

/**
 * Leads runs of equal records to a {@link ColumnWriter} and steps over records of other rtypes by their length. Within a run
 * only length and rtype are checked, both in one comparison.
 */
export class ColumnSink implements RecordSink {
  metadata: DbnMetadata | undefined;
  /** Records of other rtypes that were stepped over. */
  skipped = 0;
  readonly #writer: ColumnWriter<unknown>;
  #rtype: number | undefined;

  constructor(writer: ColumnWriter<unknown>) {
    this.#writer = writer;
  }

  begin(metadata: DbnMetadata | undefined): void {
    this.metadata = metadata;
    const schema = metadata?.schema;
    if (schema === undefined || this.#writer.schemas.includes(schema)) return;
    throw new DbnError("wrong_schema", {
      attempt: `Decode ${this.#writer.what} from DBN`,
      byteOffset: 24,
      found: `schema ${schema}`,
      expected: this.#writer.schemas.join(" or "),
      hint: "decodeDbn reads records of every schema",
    });
  }

  records(bytes: Uint8Array, offset: number): number {
    if (viewsAsWords(bytes)) return this.#piece(bytes, offset);
    let at = 0;
    for (;;) {
      const taken = this.#piece(bytes.subarray(at, at + PIECE), offset + at);
      at += taken;
      if (taken === 0) return at;
    }
  }

  /** @returns bytes taken */
  #piece(bytes: Uint8Array, offset: number): number {
    const words = wordsOf(bytes);
    let at = 0;
    while (at < words.length) {
      const head = (words[at] as number) & 0xffff;
      const stride = head & 0xff;
      if (stride * 4 < HEADER_SIZE) {
        throw badRecord(offset + at * 4, `length ${stride * 4}`, `at least ${HEADER_SIZE} bytes`);
      }
      const whole = Math.trunc((words.length - at) / stride);
      if (whole === 0) break;
      at += stride * this.#run(words, at, stride, whole, head, offset + at * 4);
    }
    return at * 4;
  }

  #run(words: Int32Array, at: number, stride: number, whole: number, head: number, byteOffset: number): number {
    const rtype = head >> 8;
    if (!this.#writer.rtypes.includes(rtype)) {
      this.skipped++;
      return 1;
    }
    this.#checkRun(rtype, stride * 4, byteOffset);
    this.#writer.reserve(whole);
    return this.#writer.write(words, at, stride, whole, head);
  }

  #checkRun(rtype: number, size: number, byteOffset: number): void {
    const extra = size - this.#writer.recordSize;
    const allowed = this.#tsOutSizes();
    if (!allowed.includes(extra)) {
      const sizes = allowed.map((each) => this.#writer.recordSize + each).join(" or ");
      throw badRecord(byteOffset, `length ${size} for rtype ${rtype}`, `${sizes} bytes`);
    }
    this.#rtype ??= rtype;
    if (this.#rtype === rtype) return;
    throw new DbnError("wrong_schema", {
      attempt: `Decode ${this.#writer.what} from DBN`,
      byteOffset,
      found: `rtype ${rtype} behind rtype ${this.#rtype}`,
      expected: "one interval for all rows",
      hint: "choose one with the option rtype, or use decodeDbn",
    });
  }

  /** Bytes that may follow a record's own; a fragment does not say whether it has send times. */
  #tsOutSizes(): readonly number[] {
    if (this.metadata === undefined) return [0, TS_OUT_SIZE];
    return [this.metadata.tsOut ? TS_OUT_SIZE : 0];
  }
}
