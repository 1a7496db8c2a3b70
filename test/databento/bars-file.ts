import { DbnEncoder, type OhlcvRecord, storeZstd } from "../../src/dbn/index.ts";

export const BAR_COUNT = 3;

/** A small answer as the service writes it: zstd, one frame with the metadata, one with the bars. */
export function barsFile(): Buffer {
  const start = 1_709_510_400_000_000_000n;
  const encoder = new DbnEncoder({
    metadata: {
      version: 3,
      dataset: "GLBX.MDP3",
      schema: "ohlcv-1m",
      start,
      end: start + 172_800_000_000_000n,
      limit: undefined,
      stypeIn: "continuous",
      stypeOut: "instrument_id",
      tsOut: false,
      symbolCstrLen: 71,
      symbols: ["ES.v.0"],
      partial: [],
      notFound: [],
      mappings: [],
    },
  });
  const bars = Array.from({ length: BAR_COUNT }, (_, index): OhlcvRecord => {
    const price = 5_100_000_000_000n + BigInt(index) * 250_000_000n;
    return {
      kind: "ohlcv",
      rtype: 0x21,
      publisherId: 1,
      instrumentId: 206_299,
      tsEvent: start + BigInt(index) * 60_000_000_000n,
      open: price,
      high: price,
      low: price,
      close: price,
      volume: 10n,
    };
  });
  return Buffer.concat([storeZstd(encoder.encodeMetadata()), storeZstd(encoder.encode(bars))]);
}
