import { describe, expect, it } from "vitest";
import {
  DbnEncoder,
  type DbnRecord,
  decodeDbn,
  encodeDbn,
  RType,
  UNDEF_PRICE,
  UNDEF_STAT_QUANTITY,
  upgradeRecord,
} from "../../src/dbn/index.ts";
import { layoutOfKind } from "../../src/dbn/layouts.ts";
import { filledRecord, layoutsOfVersion, sampleMetadata } from "./samples.ts";

const header = { publisherId: 0, instrumentId: 0, tsEvent: 5n };

function upgraded(record: DbnRecord, version: 1 | 2): DbnRecord | undefined {
  const metadata = sampleMetadata({ version, schema: undefined });
  return decodeDbn(encodeDbn({ metadata, records: [record] })).records[0];
}

describe("upgrade to v3", () => {
  it.each([1, 2] as const)("gives every record of v%i a layout of v3 that can be written", (version) => {
    const records = layoutsOfVersion(version).map(filledRecord);
    const current = records.map(upgradeRecord);
    const written = new DbnEncoder().encode(current);
    expect(decodeDbn(written, { fragment: true, fragmentVersion: 3 }).records).toEqual(current);
  });

  it("keeps what definitions have in common and adds no legs", () => {
    for (const kind of ["definitionV1", "definitionV2"] as const) {
      const layout = layoutOfKind(kind);
      if (layout === undefined) throw new Error(kind);
      const before = filledRecord(layout);
      const after = upgradeRecord(before);
      for (const [name, value] of Object.entries(before)) {
        if (name in after && name !== "kind" && name !== "rawInstrumentId")
          expect(after, name).toHaveProperty(name, value);
      }
      expect(after).not.toHaveProperty("tradingReferencePrice");
      expect(after).toMatchObject({ legCount: 0, legPrice: UNDEF_PRICE, legSide: "N", legRawSymbol: "" });
    }
  });

  it("translates the undefined quantity, and widens the others", () => {
    const layout = layoutOfKind("statisticsV1");
    if (layout === undefined) throw new Error("no layout");
    const stat = { ...filledRecord(layout), quantity: 2_147_483_647 } as DbnRecord;
    expect(upgraded(stat, 2)).toMatchObject({ kind: "statistics", quantity: UNDEF_STAT_QUANTITY });
    expect(upgraded({ ...stat, quantity: -3 } as DbnRecord, 1)).toMatchObject({ quantity: -3n });
  });

  it.each([
    ["User or API key deactivated", 2],
    ["User has reached their open connection limit", 3],
    ["Failed to resolve symbol: XYZ", 4],
    ["Internal error", 6],
    ["Slow client detected for session 1", 7],
    ["Something new", 255],
  ])("infers the code of the error %j", (err, code) => {
    const record = { kind: "errorV1", rtype: RType.error, ...header, err } as const;
    expect(upgraded(record, 1)).toEqual({ ...record, kind: "error", code, isLast: 1 });
  });

  it.each([
    ["Heartbeat", 0],
    ["Subscription request 1 for mbo data succeeded", 1],
    ["Warning: slow reading", 2],
    ["Finished mbo replay", 3],
    ["End of interval for ohlcv-1m", 4],
    ["Something new", 255],
  ])("infers the code of the message %j", (msg, code) => {
    const record = { kind: "systemV1", rtype: RType.system, ...header, msg } as const;
    expect(upgraded(record, 1)).toEqual({ ...record, kind: "system", code });
  });

  it("leaves the symbology of old mappings unstated, and moves send times along", () => {
    const record = {
      kind: "symbolMappingV1",
      rtype: RType.symbolMapping,
      ...header,
      stypeInSymbol: "ES.c.0",
      stypeOutSymbol: "ESH4",
      startTs: 1n,
      endTs: 2n,
      tsOut: 77n,
    } as const;
    expect(upgradeRecord(record)).toEqual({ ...record, kind: "symbolMapping", stypeIn: 255, stypeOut: 255 });
  });

  it("gives the version and symbol length of v3 in the metadata, and tells the input's own", () => {
    const bytes = encodeDbn({ metadata: sampleMetadata({ version: 1 }), records: [] });
    expect(decodeDbn(bytes).metadata).toMatchObject({ version: 3, symbolCstrLen: 71 });
    expect(decodeDbn(bytes, { upgradePolicy: "asIs" }).metadata).toMatchObject({ version: 1, symbolCstrLen: 22 });
  });
});
