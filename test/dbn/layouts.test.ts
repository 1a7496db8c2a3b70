import { describe, expect, it } from "vitest";
import { DbnEncoder, decodeDbn, encodeDbn } from "../../src/dbn/index.ts";
import { layoutOfKind, layouts, layoutsOf } from "../../src/dbn/layouts.ts";
import { filledRecord, layoutsOfVersion, sampleMetadata } from "./samples.ts";

/** Bytes a record takes by version, from the vendor's documentation. */
const SIZES: readonly (readonly [rtype: number, v1: number, v2: number, v3: number])[] = [
  [0xa0, 56, 56, 56],
  [0x01, 80, 80, 80],
  [0x0a, 368, 368, 368],
  [0x00, 48, 48, 48],
  [0x11, 56, 56, 56],
  [0x20, 56, 56, 56],
  [0x21, 56, 56, 56],
  [0x22, 56, 56, 56],
  [0x23, 56, 56, 56],
  [0x24, 56, 56, 56],
  [0x13, 360, 400, 520],
  [0x18, 64, 64, 80],
  [0x12, 40, 40, 40],
  [0x14, 112, 112, 112],
  [0xb1, 80, 80, 80],
  [0xc0, 80, 80, 80],
  [0xc1, 80, 80, 80],
  [0xc2, 80, 80, 80],
  [0xc3, 80, 80, 80],
  [0xc4, 80, 80, 80],
  [0x15, 80, 320, 320],
  [0x16, 80, 176, 176],
  [0x17, 80, 320, 320],
];

function offsets(kind: Parameters<typeof layoutOfKind>[0]): Record<string, number> {
  return Object.fromEntries((layoutOfKind(kind)?.fields ?? []).map((field) => [field.name, field.offset]));
}

describe("layouts", () => {
  it.each(SIZES)("rtype %i takes %i, %i, %i bytes in v1, v2, v3", (rtype, ...sizes) => {
    expect(([1, 2, 3] as const).map((version) => layoutsOf(rtype, version).map((layout) => layout.size))).toEqual(
      sizes.map((size) => [size]),
    );
  });

  it("knows no other rtype", () => {
    const known = new Set(layouts.flatMap((layout) => layout.rtypes));
    expect([...known].sort()).toEqual(SIZES.map(([rtype]) => rtype).sort());
  });

  it.each(layouts.map((layout) => [layout.kind, layout] as const))(
    "fields of %s neither overlap nor leave it",
    (_, layout) => {
      const taken = new Map<number, string>();
      const spans = layout.fields.map((field) => ({ name: field.name, from: field.offset, size: field.size }));
      if (layout.levels !== undefined) {
        spans.push({ name: "levels", from: layout.levels.offset, size: layout.levels.count * 32 });
      }
      for (const { name, from, size } of spans) {
        expect(from).toBeGreaterThanOrEqual(16);
        expect(from + size).toBeLessThanOrEqual(layout.size);
        for (let byte = from; byte < from + size; byte++) {
          expect(taken.get(byte), `byte ${byte} of ${name}`).toBeUndefined();
          taken.set(byte, name);
        }
      }
      expect(layout.size % 8).toBe(0);
    },
  );

  it("puts integers on their own alignment, as the vendor's structs do", () => {
    for (const { kind, fields } of layouts) {
      for (const { name, type, offset, size } of fields) {
        if (type !== "text") expect(offset % size, `${kind}.${name}`).toBe(0);
      }
    }
  });

  it("has the documented offsets where versions differ", () => {
    expect(offsets("definitionV1")).toMatchObject({
      strikePrice: 328,
      rawSymbol: 200,
      asset: 248,
      instrumentClass: 325,
      tickRule: 356,
    });
    expect(offsets("definitionV2")).toMatchObject({
      strikePrice: 112,
      rawSymbol: 200,
      asset: 297,
      instrumentClass: 374,
      tickRule: 389,
    });
    expect(offsets("definition")).toMatchObject({
      strikePrice: 104,
      rawSymbol: 238,
      asset: 335,
      instrumentClass: 487,
      legSide: 502,
    });
    expect(offsets("statisticsV1")).toMatchObject({ quantity: 40, sequence: 44, statType: 52 });
    expect(offsets("statistics")).toMatchObject({ quantity: 40, sequence: 48, statType: 56 });
  });

  it.each([1, 2, 3] as const)("every kind of v%i survives encoding and decoding", (version) => {
    const records = layoutsOfVersion(version).map(filledRecord);
    const metadata = sampleMetadata({ version, schema: undefined, symbolCstrLen: version === 1 ? 22 : 71 });
    const bytes = encodeDbn({ metadata, records });
    expect(decodeDbn(bytes, { upgradePolicy: "asIs" })).toEqual({ metadata, records });
  });

  it.each([1, 2, 3] as const)("the same with send times, v%i", (version) => {
    const records = layoutsOfVersion(version).map((layout) => ({
      ...filledRecord(layout),
      tsOut: 1_700_000_000_000_000_001n,
    }));
    const metadata = sampleMetadata({ version, tsOut: true, symbolCstrLen: version === 1 ? 22 : 71 });
    expect(decodeDbn(encodeDbn({ metadata, records }), { upgradePolicy: "asIs" })).toEqual({ metadata, records });
  });

  it("reads a fragment of any version by the length of its records, with and without send times", () => {
    for (const version of [1, 2, 3] as const) {
      const plain = layoutsOfVersion(version).map(filledRecord);
      for (const records of [plain, plain.map((record) => ({ ...record, tsOut: 7n }))]) {
        const bytes = new DbnEncoder({ fragmentVersion: version }).encode(records);
        expect(decodeDbn(bytes, { fragment: true, upgradePolicy: "asIs" }).records).toEqual(records);
      }
    }
  });
});
