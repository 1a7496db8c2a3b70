/** What apache-arrow needs to read compressed files of other programs. */

import { decompressLz4Frame } from "./lz4-frame.ts";

let registered: Promise<void> | undefined;

/** Makes apache-arrow read zstd and LZ4 buffers; done once. Nothing is ever written compressed. */
export function registerCodecs(): Promise<void> {
  registered ??= register();
  return registered;
}

async function register(): Promise<void> {
  const [{ compressionRegistry, CompressionType }, { decompress }] = await Promise.all([
    import("apache-arrow"),
    import("fzstd"),
  ]);
  compressionRegistry.set(CompressionType.ZSTD, { decode: (bytes) => decompress(bytes).slice() });
  compressionRegistry.set(CompressionType.LZ4_FRAME, { decode: (bytes) => decompressLz4Frame(bytes) });
}
