/** The framing of zstd (RFC 8878): what can be known of a frame without decompressing it. */

/** First four bytes of a frame, little-endian. */
export const ZSTD_MAGIC = 0xfd2fb528;

/** First four bytes of a frame that carries no data; the low four bits are free. */
const SKIPPABLE_MAGIC = 0x184d2a50;

/** Largest content of one block. */
export const MAX_BLOCK_SIZE = 128 * 1024;

/** Bytes before each block. */
export const BLOCK_HEADER_SIZE = 3;

/** Bytes of the checksum behind the last block. */
export const CHECKSUM_SIZE = 4;

/** Bytes from which {@link frameHeaderSize} can tell: magic and descriptor. */
export const DESCRIPTOR_END = 5;

/** A frame header and an empty block, or a skippable frame of nothing. */
const MIN_FRAME_SIZE = 8;

/** What a frame states about itself. */
export interface FrameHeader {
  readonly windowSize: number;
  /** Bytes the frame decompresses to; undefined where a stream writer could not know. */
  readonly contentSize: number | undefined;
  readonly hasChecksum: boolean;
  /** 0 for none. */
  readonly dictionaryId: number;
  readonly reservedBit: boolean;
}

/** One block's header. */
export interface BlockHeader {
  readonly last: boolean;
  readonly reserved: boolean;
  readonly compressed: boolean;
  /** Bytes that follow the header. */
  readonly bodySize: number;
  /** The size field: content of a raw or run-length block, compressed bytes of another. */
  readonly size: number;
}

/** Whether `magic` opens a frame that carries no data. */
export function isSkippable(magic: number): boolean {
  return magic >>> 4 === SKIPPABLE_MAGIC >>> 4;
}

/** Whether an input begins as zstd does. */
export function isZstd(bytes: Uint8Array): boolean {
  if (bytes.length < 4) return false;
  const magic = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(0, true);
  return magic === ZSTD_MAGIC || isSkippable(magic);
}

/** Length of the frame header by its descriptor byte. */
export function frameHeaderSize(descriptor: number): number {
  const { singleSegment, contentBytes, dictionaryBytes } = parseDescriptor(descriptor);
  return DESCRIPTOR_END + (singleSegment ? 0 : 1) + dictionaryBytes + contentBytes;
}

/** Reads the frame header that begins at `at` (with its magic). */
export function readFrameHeader(view: DataView, at: number): FrameHeader {
  const descriptor = view.getUint8(at + 4);
  const { singleSegment, contentBytes, dictionaryBytes } = parseDescriptor(descriptor);
  const dictionaryAt = at + DESCRIPTOR_END + (singleSegment ? 0 : 1);
  const content = readUint(view, dictionaryAt + dictionaryBytes, contentBytes);
  // The two-byte form counts from 256, as the one-byte form covers what is below.
  const contentSize = contentBytes === 0 ? undefined : content + (contentBytes === 2 ? 256 : 0);
  return {
    windowSize: singleSegment ? (contentSize ?? 0) : windowSize(view.getUint8(at + DESCRIPTOR_END)),
    contentSize,
    hasChecksum: (descriptor & 4) !== 0,
    dictionaryId: readUint(view, dictionaryAt, dictionaryBytes),
    reservedBit: (descriptor & 8) !== 0,
  };
}

/** Reads the three bytes before a block. */
export function readBlockHeader(view: DataView, at: number): BlockHeader {
  const bits = view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
  const type = (bits >> 1) & 3;
  const size = bits >> 3;
  return {
    last: (bits & 1) === 1,
    reserved: type === 3,
    compressed: type === 2,
    size,
    bodySize: type === 1 ? 1 : size,
  };
}

function parseDescriptor(descriptor: number) {
  const singleSegment = (descriptor & 0x20) !== 0;
  const contentFlag = descriptor >> 6;
  return {
    singleSegment,
    contentBytes: contentFlag === 0 ? (singleSegment ? 1 : 0) : 2 ** contentFlag,
    dictionaryBytes: [0, 1, 2, 4][descriptor & 3] ?? 0,
  };
}

function windowSize(descriptor: number): number {
  const base = 2 ** (10 + (descriptor >> 3));
  return base + (base / 8) * (descriptor & 7);
}

/** An unsigned integer of up to eight bytes; above 2^53 only its magnitude is right, which is all a bound needs. */
function readUint(view: DataView, at: number, size: number): number {
  let value = 0;
  for (let i = size - 1; i >= 0; i--) value = value * 256 + view.getUint8(at + i);
  return value;
}

/**
 * Bytes a whole zstd input decompresses to, at most, from its framing alone: the stated content sizes, and a full block where
 * none is stated. Stops counting where the input ends or is damaged, which decompressing it will tell.
 */
export function contentBound(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let total = 0;
  let at = 0;
  while (at + MIN_FRAME_SIZE <= bytes.length) {
    const magic = view.getUint32(at, true);
    if (isSkippable(magic)) {
      at += 8 + view.getUint32(at + 4, true);
      continue;
    }
    const blocks = at + frameHeaderSize(view.getUint8(at + 4));
    if (magic !== ZSTD_MAGIC || blocks > bytes.length) break;
    const header = readFrameHeader(view, at);
    const { end, content } = walkBlocks(view, blocks);
    total += header.contentSize ?? content;
    at = end + (header.hasChecksum ? CHECKSUM_SIZE : 0);
  }
  return total;
}

function walkBlocks(view: DataView, start: number): { end: number; content: number } {
  let content = 0;
  let at = start;
  while (at + BLOCK_HEADER_SIZE <= view.byteLength) {
    const { last, size, bodySize, compressed } = readBlockHeader(view, at);
    content += compressed ? MAX_BLOCK_SIZE : size;
    at += BLOCK_HEADER_SIZE + bodySize;
    if (last) break;
  }
  return { end: at, content };
}
