/** LZ4 frames (the container of version 1.6, with linked or independent blocks) to bytes. */

import { damagedFile } from "./table-columns.ts";

const MAGIC = 0x184d2204;
const UNCOMPRESSED_BLOCK = 0x8000_0000;
const FLAG_INDEPENDENT_BLOCKS = 0x20;
const FLAG_BLOCK_CHECKSUM = 0x10;
const FLAG_CONTENT_SIZE = 0x08;
const FLAG_DICTIONARY = 0x01;
const SHORTEST_MATCH = 4;
const RUN_MASK = 15;

/** Bytes that grow by doubling. */
class Output {
  bytes: Uint8Array;
  length = 0;

  constructor(size: number) {
    this.bytes = new Uint8Array(size);
  }

  reserve(more: number): void {
    if (this.length + more <= this.bytes.length) return;
    const larger = new Uint8Array(Math.max(this.bytes.length * 2, this.length + more));
    larger.set(this.bytes.subarray(0, this.length));
    this.bytes = larger;
  }
}

/**
 * The content of one LZ4 frame. Checksums are passed over, not checked.
 * @throws InvalidDataError `invalid_file` when the bytes are no frame, or end in the middle of one
 */
export function decompressLz4Frame(frame: Uint8Array): Uint8Array {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  if (frame.length < 7 || view.getUint32(0, true) !== MAGIC) throw damagedFile("no LZ4 frame");
  const flags = frame[4] as number;
  const hasSize = (flags & FLAG_CONTENT_SIZE) !== 0;
  if ((flags & FLAG_DICTIONARY) !== 0) throw damagedFile("the LZ4 frame needs a dictionary that is not at hand");
  const output = new Output(hasSize ? Number(view.getBigUint64(6, true)) : frame.length * 4);
  const checksum = (flags & FLAG_BLOCK_CHECKSUM) !== 0 ? 4 : 0;
  // Magic, flags, block size, the content's size where there is one, and a byte that checks the header.
  let at = 6 + (hasSize ? 8 : 0) + 1;
  while (at + 4 <= frame.length) {
    const header = view.getUint32(at, true);
    at += 4;
    if (header === 0) return output.bytes.subarray(0, output.length);
    const size = header & ~UNCOMPRESSED_BLOCK;
    if (at + size > frame.length) break;
    const block = frame.subarray(at, at + size);
    if ((header & UNCOMPRESSED_BLOCK) !== 0) appendBytes(block, output);
    else decompressBlock(block, output, (flags & FLAG_INDEPENDENT_BLOCKS) !== 0 ? output.length : 0);
    at += size + checksum;
  }
  throw damagedFile("the LZ4 frame is cut short");
}

function appendBytes(bytes: Uint8Array, output: Output): void {
  output.reserve(bytes.length);
  output.bytes.set(bytes, output.length);
  output.length += bytes.length;
}

/** One block: runs of new bytes, each followed by a copy of bytes that came before, from `earliest` on. */
function decompressBlock(block: Uint8Array, output: Output, earliest: number): void {
  let at = 0;
  const readLength = (first: number): number => {
    let length = first;
    if (first !== RUN_MASK) return length;
    for (let byte = 255; byte === 255 && at < block.length; ) {
      byte = block[at++] as number;
      length += byte;
    }
    return length;
  };
  while (at < block.length) {
    const token = block[at++] as number;
    const literals = readLength(token >> 4);
    if (at + literals > block.length) throw damagedFile("an LZ4 block is cut short");
    appendBytes(block.subarray(at, at + literals), output);
    at += literals;
    if (at >= block.length) return;
    const distance = (block[at] as number) | ((block[at + 1] as number) << 8);
    at += 2;
    const length = readLength(token & RUN_MASK) + SHORTEST_MATCH;
    const from = output.length - distance;
    if (distance === 0 || from < earliest) throw damagedFile("an LZ4 block refers to bytes before its beginning");
    output.reserve(length);
    // The copy may overlap what it writes: byte by byte is what the format means.
    for (let index = 0; index < length; index++)
      output.bytes[output.length + index] = output.bytes[from + index] as number;
    output.length += length;
  }
}
