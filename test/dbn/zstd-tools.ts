import { ZstdStream } from "../../src/dbn/zstd.ts";
import { isZstd } from "../../src/dbn/zstd-frame.ts";
import { concat } from "./samples.ts";

/** The decompressed bytes of a zstd input, or a copy of a plain one. */
export function inflate(bytes: Uint8Array): Uint8Array {
  if (!isZstd(bytes)) return bytes.slice();
  const blocks: Uint8Array[] = [];
  const stream = new ZstdStream({}, (block) => blocks.push(block));
  stream.push(bytes);
  stream.finish();
  return concat(...blocks);
}
