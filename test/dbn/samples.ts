import {
  type DbnMetadata,
  type DbnRecord,
  encodeDbn,
  type OhlcvRecord,
  RType,
  type TradeRecord,
} from "../../src/dbn/index.ts";
import type { Layout } from "../../src/dbn/layout.ts";
import { layouts } from "../../src/dbn/layouts.ts";
import { readRecord } from "../../src/dbn/record-codec.ts";

/** 2024-01-02T00:00:00Z. */
export const START = 1_704_153_600_000_000_000n;

export function sampleMetadata(changes: Partial<DbnMetadata> = {}): DbnMetadata {
  return {
    version: 3,
    dataset: "GLBX.MDP3",
    schema: "ohlcv-1m",
    start: START,
    end: START + 86_400_000_000_000n,
    limit: undefined,
    stypeIn: "raw_symbol",
    stypeOut: "instrument_id",
    tsOut: false,
    symbolCstrLen: 71,
    symbols: ["ESH4", "NQH4"],
    partial: ["NQH4"],
    notFound: ["XXH4"],
    mappings: [
      { rawSymbol: "ESH4", intervals: [{ startDate: "2024-01-02", endDate: "2024-01-03", symbol: "17077" }] },
      { rawSymbol: "NQH4", intervals: [] },
    ],
    ...changes,
  };
}

export function sampleBar(index: number, changes: Partial<OhlcvRecord> = {}): OhlcvRecord {
  const open = 4_800_250_000_000n + BigInt(index) * 250_000_000n;
  return {
    kind: "ohlcv",
    rtype: RType.ohlcv1m,
    publisherId: 1,
    instrumentId: 17_077,
    tsEvent: START + BigInt(index) * 60_000_000_000n,
    open,
    high: open + 1_000_000_000n,
    low: open - 1_000_000_000n,
    close: open + 250_000_000n,
    volume: BigInt(100 + index),
    ...changes,
  };
}

export function sampleTrade(index: number, changes: Partial<TradeRecord> = {}): TradeRecord {
  return {
    kind: "trade",
    rtype: RType.mbp0,
    publisherId: 1,
    instrumentId: 17_077,
    tsEvent: START + BigInt(index) * 1_234_567n,
    price: -37_630_000_000n,
    size: 4_000_000_000,
    action: "T",
    side: "A",
    flags: 129,
    depth: 0,
    tsRecv: START + BigInt(index) * 1_234_567n + 20_001n,
    tsInDelta: -19_251,
    sequence: 4_170_380_000,
    ...changes,
  };
}

export function bars(count: number): OhlcvRecord[] {
  return Array.from({ length: count }, (_, index) => sampleBar(index));
}

/** A plain DBN file of bars. */
export function barFile(count: number): Uint8Array {
  return encodeDbn({ metadata: sampleMetadata(), records: bars(count) });
}

/** A record of any layout whose every field differs from zero. */
export function filledRecord(layout: Layout): DbnRecord {
  const view = new DataView(new ArrayBuffer(layout.size));
  for (const { offset, size, type } of layout.fields) {
    for (let i = 0; i < (type === "text" ? size - 1 : size); i++) view.setUint8(offset + i, 65 + ((offset + i) % 26));
  }
  if (layout.levels !== undefined) {
    for (let i = layout.levels.offset; i < layout.size; i++) view.setUint8(i, 1 + (i % 250));
  }
  view.setUint8(0, layout.size / 4);
  view.setUint8(1, layout.rtypes[0] ?? 0);
  view.setUint32(4, 4_294_967_295, true);
  view.setBigUint64(8, START, true);
  return readRecord(view, 0, layout.size, layout);
}

export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

/** All layouts of a version. */
export function layoutsOfVersion(version: 1 | 2 | 3): readonly Layout[] {
  return layouts.filter((layout) => layout.versions.includes(version));
}
