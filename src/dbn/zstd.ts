import { Decompress } from "fzstd";
import { ByteQueue } from "./byte-queue.ts";
import { DbnError, FETCH_AGAIN } from "./errors.ts";
import { Xxh64 } from "./xxh64.ts";
import { blockProblem } from "./zstd-block.ts";
import {
  BLOCK_HEADER_SIZE,
  type BlockHeader,
  CHECKSUM_SIZE,
  DESCRIPTOR_END,
  type FrameHeader,
  frameHeaderSize,
  isSkippable,
  MAX_BLOCK_SIZE,
  readBlockHeader,
  readFrameHeader,
  ZSTD_MAGIC,
} from "./zstd-frame.ts";

/** Bounds on what a compressed input may make this library allocate or compute. */
export interface ZstdLimits {
  /** Largest window a frame may ask for, bytes. @default 134217728 (128 MiB, as the zstd tools) */
  readonly maxWindowBytes?: number;
  /** Most bytes the whole input may decompress to. @default no bound for streams, 4 GiB for one-shot calls */
  readonly maxOutputBytes?: number;
  /** Most decompressed bytes per compressed byte, above the first 16 MiB. Market data stays below 200. @default 1000 */
  readonly maxExpansion?: number;
  /** Whether to compare the XXH64 of every frame that carries one; a few per cent of the decoding time. @default true */
  readonly verifyChecksum?: boolean;
}

/** Output that needs no compressed bytes to justify it. */
const FREE_OUTPUT = 16 * 1024 * 1024;

const DEFAULTS = {
  maxWindowBytes: 128 * 1024 * 1024,
  maxOutputBytes: Number.POSITIVE_INFINITY,
  maxExpansion: 1000,
  verifyChecksum: true,
} as const;

const SKIPPABLE_HEADER_SIZE = 8;

/** A frame that is being decompressed. */
interface OpenFrame {
  readonly header: FrameHeader;
  readonly decompressor: Decompress;
  readonly hash: Xxh64 | undefined;
  /** Header of the block that comes next. */
  block: BlockHeader;
  produced: number;
}

/**
 * Decompresses a stream of zstd frames in pieces of any size, skippable frames among them.
 *
 * fzstd does the decompression; this adapter does the framing, because fzstd leaves open what paid data needs: it ignores
 * checksums and stated sizes, does not bound the window, recurses once per frame, and keeps every piece that ends at a block
 * border until the frame ends. Here each frame gets its own fzstd instance and is fed block by block, and each is held
 * against its content size and checksum.
 */
export class ZstdStream {
  readonly #limits: Required<ZstdLimits>;
  readonly #onData: (block: Uint8Array) => void;
  readonly #queue = new ByteQueue();
  readonly #blocks: Uint8Array[] = [];
  /** Bytes that must be there before the next step makes sense. */
  #need = DESCRIPTOR_END;
  #frame: OpenFrame | undefined;
  #skip = 0;
  /** Compressed bytes consumed. */
  #at = 0;
  #produced = 0;

  constructor(limits: ZstdLimits, onData: (block: Uint8Array) => void) {
    this.#limits = { ...DEFAULTS, ...limits };
    this.#onData = onData;
  }

  push(bytes: Uint8Array): void {
    if (this.#queue.length + bytes.length < this.#need) {
      this.#queue.push(bytes);
      return;
    }
    const input = this.#queue.takeWith(bytes);
    const view = new DataView(input.buffer, input.byteOffset, input.byteLength);
    let at = 0;
    for (;;) {
      const left = input.length - at;
      this.#need = this.#bytesNeeded(view, at, left);
      if (left < this.#need) break;
      const used = this.#step(input, view, at);
      at += used;
      this.#at += used;
    }
    this.#queue.push(input.subarray(at));
  }

  /** Says that no more bytes will come. @throws DbnError `truncated` inside a frame */
  finish(): void {
    if (this.#frame === undefined && this.#skip === 0 && this.#queue.length === 0) return;
    const left = this.#queue.length;
    throw new DbnError("truncated", {
      attempt: "Decompress zstd",
      byteOffset: this.#at + left,
      found: "the end of the input",
      expected: `at least ${Math.max(this.#skip, this.#need - left)} more bytes of the frame`,
      hint: FETCH_AGAIN,
    });
  }

  #bytesNeeded(view: DataView, at: number, left: number): number {
    if (this.#skip > 0) return 1;
    if (this.#frame !== undefined) return unitSize(this.#frame);
    if (left < DESCRIPTOR_END) return DESCRIPTOR_END;
    const magic = view.getUint32(at, true);
    if (isSkippable(magic)) return SKIPPABLE_HEADER_SIZE;
    // What is no frame is refused at once, without waiting for the rest of a header that means nothing.
    if (magic !== ZSTD_MAGIC) return DESCRIPTOR_END;
    return frameHeaderSize(view.getUint8(at + 4)) + BLOCK_HEADER_SIZE;
  }

  #step(input: Uint8Array, view: DataView, at: number): number {
    if (this.#skip > 0) return this.#skipBytes(input.length - at);
    if (this.#frame !== undefined) return this.#decompressBlock(this.#frame, input, view, at);
    const magic = view.getUint32(at, true);
    if (magic === ZSTD_MAGIC) return this.#openFrame(input, view, at);
    if (!isSkippable(magic)) throw this.#bad(0, `magic 0x${magic.toString(16)}`, "another zstd frame or the end");
    this.#skip = view.getUint32(at + 4, true);
    return SKIPPABLE_HEADER_SIZE;
  }

  #skipBytes(available: number): number {
    const used = Math.min(this.#skip, available);
    this.#skip -= used;
    return used;
  }

  #openFrame(input: Uint8Array, view: DataView, at: number): number {
    const header = readFrameHeader(view, at);
    this.#checkHeader(header);
    const headerSize = frameHeaderSize(view.getUint8(at + 4));
    const frame: OpenFrame = {
      header,
      decompressor: new Decompress((block) => this.#blocks.push(block)),
      hash: header.hasChecksum && this.#limits.verifyChecksum ? new Xxh64() : undefined,
      block: this.#blockHeader(view, at, headerSize, header),
      produced: 0,
    };
    this.#frame = frame;
    const size = headerSize + BLOCK_HEADER_SIZE;
    this.#feed(frame, input.subarray(at, at + size), false);
    return size;
  }

  #checkHeader(header: FrameHeader): void {
    if (header.reservedBit) throw this.#bad(4, "the reserved bit of the frame header set", "it clear");
    if (header.dictionaryId !== 0) {
      throw new DbnError("unsupported", {
        attempt: "Decompress zstd",
        byteOffset: this.#at,
        found: `dictionary ${header.dictionaryId}`,
        expected: "a frame without a dictionary",
        hint: "compress it again without one",
      });
    }
    if (header.windowSize > this.#limits.maxWindowBytes) {
      throw this.#overLimit(`a window of ${header.windowSize} bytes`, "maxWindowBytes");
    }
  }

  /** Reads and checks the block header at `offset` from `at`, which is what has been consumed so far. */
  #blockHeader(view: DataView, at: number, offset: number, frame: FrameHeader): BlockHeader {
    const block = readBlockHeader(view, at + offset);
    if (block.reserved)
      throw this.#bad(offset, "a block of the reserved type", "a raw, run-length or compressed block");
    const most = Math.min(MAX_BLOCK_SIZE, frame.windowSize);
    if (block.size > most) throw this.#bad(offset, `a block of ${block.size} bytes`, `at most ${most}`);
    return block;
  }

  /**
   * Feeds fzstd one block together with the header of the next: with bytes left over it drops what it has decoded, whereas
   * a piece that ends at a block border would stay in its list until the frame ends.
   */
  #decompressBlock(frame: OpenFrame, input: Uint8Array, view: DataView, at: number): number {
    const { last, bodySize, compressed } = frame.block;
    const size = unitSize(frame);
    const problem = compressed ? blockProblem(input.subarray(at, at + bodySize)) : undefined;
    if (problem !== undefined) throw this.#bad(0, problem.found, problem.expected);
    if (!last) frame.block = this.#blockHeader(view, at, bodySize, frame.header);
    this.#feed(frame, input.subarray(at, at + size), last);
    if (last) this.#closeFrame(frame, view, at + size);
    return size;
  }

  #feed(frame: OpenFrame, bytes: Uint8Array, final: boolean): void {
    try {
      // A copy: fzstd holds on to parts of what it is given, and the caller may reuse its buffer.
      frame.decompressor.push(bytes.slice(), final);
    } catch (cause) {
      throw this.#bad(0, cause instanceof Error ? cause.message : String(cause), "a sound zstd block", cause);
    }
    for (const block of this.#blocks.splice(0)) this.#deliver(frame, block);
  }

  #deliver(frame: OpenFrame, block: Uint8Array): void {
    if (block.length === 0) return;
    frame.produced += block.length;
    this.#produced += block.length;
    const { maxOutputBytes, maxExpansion } = this.#limits;
    if (this.#produced > maxOutputBytes)
      throw this.#overLimit(`${this.#produced} decompressed bytes`, "maxOutputBytes");
    if (this.#produced > FREE_OUTPUT + maxExpansion * this.#at) {
      throw this.#overLimit(`${this.#produced} bytes out of ${this.#at}`, "maxExpansion");
    }
    frame.hash?.update(block);
    this.#onData(block);
  }

  #closeFrame(frame: OpenFrame, view: DataView, end: number): void {
    this.#frame = undefined;
    const { contentSize } = frame.header;
    if (contentSize !== undefined && contentSize !== frame.produced) {
      throw this.#bad(0, `${frame.produced} bytes in the frame`, `the ${contentSize} its header states`);
    }
    if (frame.hash === undefined) return;
    const stated = view.getUint32(end - CHECKSUM_SIZE, true);
    const actual = frame.hash.low32();
    if (actual !== stated) {
      throw this.#bad(0, `content with checksum 0x${hex(actual)}`, `0x${hex(stated)} as the frame states`);
    }
  }

  #bad(offset: number, found: string, expected: string, cause?: unknown): DbnError {
    const byteOffset = this.#at + offset;
    return new DbnError("bad_zstd", {
      attempt: "Decompress zstd",
      byteOffset,
      found,
      expected,
      hint: FETCH_AGAIN,
      cause,
    });
  }

  #overLimit(found: string, option: "maxWindowBytes" | "maxOutputBytes" | "maxExpansion"): DbnError {
    return new DbnError("limit", {
      attempt: "Decompress zstd",
      byteOffset: this.#at,
      found,
      expected: `at most ${option} = ${this.#limits[option]}`,
      hint: `raise ${option} if the source is trusted`,
    });
  }
}

/** Bytes of the open frame that are consumed together: a block's body and what follows it. */
function unitSize({ block, header }: OpenFrame): number {
  if (!block.last) return block.bodySize + BLOCK_HEADER_SIZE;
  return block.bodySize + (header.hasChecksum ? CHECKSUM_SIZE : 0);
}

function hex(value: number): string {
  return value.toString(16).padStart(8, "0");
}
