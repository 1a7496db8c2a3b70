import { describe, expect, it } from "vitest";
import {
  DbnError,
  decodeDbn,
  indexTimestamp,
  LiveSymbolMap,
  RType,
  SymbolMap,
  UNDEF_TIMESTAMP,
} from "../../src/dbn/index.ts";
import { sampleBar, sampleMetadata, sampleTrade } from "./samples.ts";
import { haveSharedFiles, sharedFile, sharedFilesNote } from "./shared-files.ts";

const midnight = (date: string) => Date.parse(`${date}T00:00:00Z`);

describe("symbols of a historical file", () => {
  const interval = (startDate: string, endDate: string, symbol: string) => ({ startDate, endDate, symbol });
  const metadata = sampleMetadata({
    mappings: [
      {
        rawSymbol: "TSLA",
        intervals: [interval("2023-07-01", "2023-07-03", "10221"), interval("2023-07-03", "2023-07-05", "10213")],
      },
      {
        rawSymbol: "AAPL",
        intervals: [interval("2023-07-03", "2023-07-04", "10221"), interval("2023-07-04", "2023-07-05", "")],
      },
    ],
  });

  it("hold from the start day up to but not including the end day, in UTC", () => {
    const map = SymbolMap.fromMetadata(metadata);
    expect(map.symbolAt(10_221, midnight("2023-06-30"))).toBeUndefined();
    expect(map.symbolAt(10_221, midnight("2023-07-01"))).toBe("TSLA");
    expect(map.symbolAt(10_221, midnight("2023-07-03") - 1)).toBe("TSLA");
    expect(map.symbolAt(10_221, BigInt(midnight("2023-07-03")) * 1_000_000n - 1n)).toBe("TSLA");
    expect(map.symbolAt(10_221, BigInt(midnight("2023-07-03")) * 1_000_000n)).toBe("AAPL");
    expect(map.symbolAt(10_213, midnight("2023-07-04"))).toBe("TSLA");
    expect(map.symbolAt(10_213, midnight("2023-07-05"))).toBeUndefined();
    expect(map.symbolAt(0, midnight("2023-07-04"))).toBeUndefined();
  });

  it("go by the receive time of records that have one", () => {
    const map = SymbolMap.fromMetadata(metadata);
    const day = (date: string) => BigInt(midnight(date)) * 1_000_000n;
    const late = sampleTrade(0, { instrumentId: 10_221, tsEvent: day("2023-07-03") - 5n, tsRecv: day("2023-07-03") });
    expect(map.symbolOf(late)).toBe("AAPL");
    expect(map.symbolOf(sampleBar(0, { instrumentId: 10_221, tsEvent: day("2023-07-03") - 5n }))).toBe("TSLA");
    expect(indexTimestamp({ ...late, tsRecv: UNDEF_TIMESTAMP })).toBe(late.tsEvent);
  });

  it("are read the other way round when the request named ids", () => {
    const inverse = sampleMetadata({
      stypeIn: "instrument_id",
      stypeOut: "raw_symbol",
      mappings: [{ rawSymbol: "5482", intervals: [interval("2020-12-28", "2020-12-29", "ESH1")] }],
    });
    expect(SymbolMap.fromMetadata(inverse).symbolAt(5482, midnight("2020-12-28"))).toBe("ESH1");
  });

  it("need one side to be instrument_id", () => {
    const neither = sampleMetadata({ stypeIn: "continuous", stypeOut: "raw_symbol" });
    expect(() => SymbolMap.fromMetadata(neither)).toThrow(DbnError);
    expect(() => SymbolMap.fromMetadata(neither)).toThrow(/stypeIn continuous and stypeOut raw_symbol/);
  });

  it.skipIf(!haveSharedFiles)(`follow ids that change daily${sharedFilesNote}`, () => {
    const { metadata: real } = decodeDbn(sharedFile("dbn/test_data.definition.v3.dbn.zst"));
    const map = SymbolMap.fromMetadata(real);
    expect(map.symbolAt(6819, midnight("2021-10-04"))).toBe("MSFT");
    expect(map.symbolAt(6819, midnight("2021-10-05"))).toBeUndefined();
  });

  it.skipIf(!haveSharedFiles)(`are found among 183,523 intervals${sharedFilesNote}`, () => {
    const { metadata: real, records } = decodeDbn(
      sharedFile("dbn-nautilus/tests/test_data/databento/definition-opra.dbn.zst"),
    );
    const map = SymbolMap.fromMetadata(real);
    for (const record of records) {
      if (record.kind !== "definition") throw new Error(record.kind);
      expect(map.symbolOf(record)).toBe(record.rawSymbol);
    }
  });
});

describe("symbols of a live session", () => {
  const mapping = (instrumentId: number, stypeInSymbol: string, stypeOutSymbol: string) =>
    ({
      kind: "symbolMapping",
      rtype: RType.symbolMapping,
      publisherId: 0,
      instrumentId,
      tsEvent: 0n,
      stypeIn: 3,
      stypeInSymbol,
      stypeOut: 1,
      stypeOutSymbol,
      startTs: 0n,
      endTs: 0n,
    }) as const;

  it("are the latest mapping's, readable where the other side is the id", () => {
    const map = new LiveSymbolMap();
    expect(map.symbolOf(sampleBar(0))).toBeUndefined();
    map.update(sampleBar(0));
    map.update(mapping(17_077, "ES.c.0", "ESH4"));
    expect(map.symbolOf(sampleBar(0))).toBe("ESH4");
    map.update(mapping(17_077, "ESM4", "17077"));
    expect(map.symbolOf(sampleBar(0))).toBe("ESM4");
  });
});
