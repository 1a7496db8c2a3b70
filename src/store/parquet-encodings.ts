/**
 * Two encodings of the Parquet format that parquetjs-lite lacks and that make bars half as large: differences for times, and the bytes of
 * doubles sorted by their place. https://parquet.apache.org/docs/file-format/data-pages/encodings/
 */

/** What the library calls for an encoding. */
export interface ValueEncoder {
  encodeValues(type: string, values: ArrayLike<number | bigint>): Buffer;
}

/** Doubles, first all their first bytes, then all their second ones, and so on: neighbours are alike there, which gzip needs. */
export const BYTE_STREAM_SPLIT: ValueEncoder = {
  encodeValues(_type, values) {
    const count = values.length;
    const bytes = new Uint8Array(Float64Array.from(values, Number).buffer);
    const split = Buffer.alloc(bytes.length);
    for (let place = 0; place < 8; place++) {
      for (let row = 0; row < count; row++) split[place * count + row] = bytes[row * 8 + place] as number;
    }
    return split;
  },
};

const BLOCK = 128;
const MINIBLOCKS = 4;
const MINIBLOCK = BLOCK / MINIBLOCKS;

/** Whole numbers below 2^53 by their distances, packed into as few bits as a run of them needs: bars without a gap need none. */
export const DELTA_BINARY_PACKED: ValueEncoder = {
  encodeValues(_type, given) {
    // The library makes a bigint of the one row that goes through its own way in.
    const values = Float64Array.from(given, Number);
    const bytes = [...varint(BigInt(BLOCK)), ...varint(BigInt(MINIBLOCKS)), ...varint(BigInt(values.length))];
    bytes.push(...varint(zigzag(BigInt(values[0] ?? 0))));
    for (let at = 1; at < values.length; at += BLOCK) {
      const rows = Math.min(BLOCK, values.length - at);
      appendBlock(
        bytes,
        Array.from({ length: rows }, (_, row) => (values[at + row] as number) - (values[at + row - 1] as number)),
      );
    }
    return Buffer.from(bytes);
  },
};

function appendBlock(bytes: number[], deltas: readonly number[]): void {
  const least = Math.min(...deltas);
  const runs = Array.from({ length: MINIBLOCKS }, (_, run) =>
    deltas.slice(run * MINIBLOCK, (run + 1) * MINIBLOCK).map((delta) => delta - least),
  );
  const widths = runs.map((run) => Math.max(0, ...run).toString(2).length * Number(run.some((delta) => delta > 0)));
  bytes.push(...varint(zigzag(BigInt(least))), ...widths);
  runs.forEach((run, index) => {
    if (run.length > 0) appendPacked(bytes, run, widths[index] ?? 0);
  });
}

/** 32 numbers of `width` bits each, the lowest bit first; a run that is shorter is filled up with zeros. */
function appendPacked(bytes: number[], run: readonly number[], width: number): void {
  if (width === 0) return;
  let packed = 0n;
  run.forEach((value, row) => {
    packed |= BigInt(value) << BigInt(row * width);
  });
  for (let byte = 0; byte < (MINIBLOCK * width) / 8; byte++) {
    bytes.push(Number(packed & 0xffn));
    packed >>= 8n;
  }
}

/** Signed numbers with the small ones, of either sign, first. */
function zigzag(value: bigint): bigint {
  return value >= 0n ? value << 1n : (-value << 1n) - 1n;
}

function varint(value: bigint): number[] {
  return value < 0x80n ? [Number(value)] : [Number(value & 0x7fn) | 0x80, ...varint(value >> 7n)];
}
