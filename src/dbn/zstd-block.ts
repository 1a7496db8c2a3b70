import { MAX_BLOCK_SIZE } from "./zstd-frame.ts";

/**
 * What the headers of a compressed block promise, held against what its bytes can keep. fzstd does not ask: it works through
 * every sequence promised, however far past the end of the block or of its bits they lead, which from a few damaged bytes
 * can take it many seconds. The bounds here are never passed by a sound block.
 */

/** A sequence copies at least so many bytes. */
const MIN_MATCH = 3;

/** From this value on the first byte of the count is followed by more. */
const TWO_BYTE_COUNT = 128;
const THREE_BYTE_COUNT = 255;
const THREE_BYTE_BASE = 0x7f00;

/** Each of the three predefined tables spends at least so many bits a sequence: no symbol has more than a 16th of the states. */
const PREDEFINED_BITS = 4;

/** Shifts of the three 2-bit modes in their byte: literal lengths, offsets, match lengths. */
const MODE_SHIFTS = [6, 4, 2];

/** What is wrong with a compressed block. */
export interface BlockProblem {
  readonly found: string;
  readonly expected: string;
}

/** Finds a promise in the headers of a compressed block that its bytes cannot keep; undefined for none. */
export function blockProblem(body: Uint8Array): BlockProblem | undefined {
  const { regenerated, end } = literalsSection(body);
  const { sequences, modesAt } = sequencesHeader(body, end);
  const least = regenerated + sequences * MIN_MATCH;
  if (least > MAX_BLOCK_SIZE)
    return { found: `a block of at least ${least} bytes`, expected: `at most ${MAX_BLOCK_SIZE}` };
  if (sequences === 0) return undefined;
  const modes = body[modesAt] ?? 0;
  const predefined = MODE_SHIFTS.filter((shift) => ((modes >> shift) & 3) === 0).length;
  // The last sequence leads to no further state, so it need not spend any.
  const bits = (sequences - 1) * predefined * PREDEFINED_BITS;
  const available = Math.max(0, body.length - modesAt - 1) * 8;
  if (bits <= available) return undefined;
  return { found: `${sequences} sequences in ${available} bits`, expected: `at least ${bits} bits` };
}

function sequencesHeader(body: Uint8Array, at: number): { sequences: number; modesAt: number } {
  const first = body[at] ?? 0;
  const second = body[at + 1] ?? 0;
  if (first < TWO_BYTE_COUNT) return { sequences: first, modesAt: at + 1 };
  if (first < THREE_BYTE_COUNT) return { sequences: ((first - TWO_BYTE_COUNT) << 8) + second, modesAt: at + 2 };
  return { sequences: second + ((body[at + 2] ?? 0) << 8) + THREE_BYTE_BASE, modesAt: at + 3 };
}

/** The literals of a compressed block: how many bytes they become and where their section ends. */
function literalsSection(body: Uint8Array): { regenerated: number; end: number } {
  const format = ((body[0] ?? 0) >> 2) & 3;
  if (((body[0] ?? 0) & 3) >= 2) {
    // Compressed: two sizes of equal width behind the four bits of type and format.
    const width = [10, 10, 14, 18][format] ?? 18;
    const compressed = bitsOf(body, 4 + width, width);
    return { regenerated: bitsOf(body, 4, width), end: (4 + 2 * width) / 8 + compressed };
  }
  // Raw, or one byte repeated: one size; the format of the one-byte header leaves a bit to the size.
  const [start, width] = format === 1 ? [4, 12] : format === 3 ? [4, 20] : [3, 5];
  const regenerated = bitsOf(body, start, width);
  const repeated = ((body[0] ?? 0) & 1) === 1;
  return { regenerated, end: (start + width) / 8 + (repeated ? 1 : regenerated) };
}

/** An integer out of the first five bytes, least significant bit first. */
function bitsOf(body: Uint8Array, start: number, width: number): number {
  let value = 0;
  for (let i = 4; i >= 0; i--) value = value * 256 + (body[i] ?? 0);
  return Math.trunc(value / 2 ** start) % 2 ** width;
}
