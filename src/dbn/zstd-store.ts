import { invalidValue } from "./wire.ts";
import { Xxh64 } from "./xxh64.ts";
import { BLOCK_HEADER_SIZE, CHECKSUM_SIZE, MAX_BLOCK_SIZE, ZSTD_MAGIC } from "./zstd-frame.ts";

/** Content size in four bytes, one segment, checksum. */
const DESCRIPTOR = 0b1010_0100;
const HEADER_SIZE = 9;
const MAX_CONTENT = 0xffff_ffff;

/**
 * Puts bytes into one valid zstd frame WITHOUT compressing them: with content size and checksum, readable by every zstd
 * decoder. For servers and tests that must answer in zstd; the result is some 13 bytes longer than the input. Frames may be
 * written one after another.
 */
export function storeZstd(content: Uint8Array): Uint8Array {
  if (content.length > MAX_CONTENT) throw invalidValue("content", `${content.length} bytes`, `at most ${MAX_CONTENT}`);
  const blocks = Math.max(1, Math.ceil(content.length / MAX_BLOCK_SIZE));
  const frame = new Uint8Array(HEADER_SIZE + blocks * BLOCK_HEADER_SIZE + content.length + CHECKSUM_SIZE);
  const view = new DataView(frame.buffer);
  view.setUint32(0, ZSTD_MAGIC, true);
  view.setUint8(4, DESCRIPTOR);
  view.setUint32(5, content.length, true);
  let at = HEADER_SIZE;
  for (let block = 0; block < blocks; block++) {
    const piece = content.subarray(block * MAX_BLOCK_SIZE, (block + 1) * MAX_BLOCK_SIZE);
    const header = (piece.length << 3) | (block === blocks - 1 ? 1 : 0);
    view.setUint16(at, header & 0xffff, true);
    view.setUint8(at + 2, header >>> 16);
    frame.set(piece, at + BLOCK_HEADER_SIZE);
    at += BLOCK_HEADER_SIZE + piece.length;
  }
  const hash = new Xxh64();
  hash.update(content);
  view.setUint32(at, hash.low32(), true);
  return frame;
}
