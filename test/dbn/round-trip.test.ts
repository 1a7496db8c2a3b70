import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DbnDecoder, type DbnRecord, decodeDbn, encodeDbn, storeZstd } from "../../src/dbn/index.ts";
import { barFile, bars, concat, sampleMetadata } from "./samples.ts";
import { fileTable, haveSharedFiles, sharedFile, sharedFilesNote } from "./shared-files.ts";
import { inflate } from "./zstd-tools.ts";

function inPieces(bytes: Uint8Array, sizes: Iterable<number>): { metadata: unknown; records: DbnRecord[] } {
  const decoder = new DbnDecoder();
  const records: DbnRecord[] = [];
  let at = 0;
  for (const size of sizes) {
    // The decoder must not keep the caller's buffer: it is overwritten after each push.
    const piece = bytes.slice(at, at + size);
    records.push(...decoder.push(piece));
    piece.fill(0xee);
    at += size;
  }
  records.push(...decoder.push(bytes.subarray(at)));
  decoder.finish();
  return { metadata: decoder.metadata, records };
}

const files = {
  plain: barFile(20),
  "one frame": storeZstd(barFile(20)),
  "three frames and a skippable one": concat(
    storeZstd(barFile(0)),
    Uint8Array.of(0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3),
    storeZstd(barFile(9).subarray(barFile(0).length)),
    storeZstd(new Uint8Array(0)),
    storeZstd(barFile(20).subarray(barFile(9).length)),
  ),
};

describe("pieces", () => {
  it.each(Object.entries(files))("one byte at a time gives what one push gives: %s", (_, bytes) => {
    expect(
      inPieces(
        bytes,
        Array.from(bytes, () => 1),
      ),
    ).toEqual({ metadata: sampleMetadata(), records: bars(20) });
  });

  it.each(Object.entries(files))("any pieces give what one push gives: %s", (_, bytes) => {
    const whole = decodeDbn(bytes);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 700 }), { maxLength: 60 }), (sizes) => {
        expect(inPieces(bytes, sizes)).toEqual(whole);
      }),
      { seed: 20260101, numRuns: 150 },
    );
  });
});

describe("one Buffer that is read into again and again, as a program of Node does", () => {
  it.each(Object.entries(files))("gives what one push gives: %s", (_, bytes) => {
    for (const size of [1, 5, 64, 500]) {
      const buffer = Buffer.alloc(size);
      const decoder = new DbnDecoder();
      const records: DbnRecord[] = [];
      for (let at = 0; at < bytes.length; at += size) {
        const piece = bytes.subarray(at, at + size);
        buffer.set(piece);
        records.push(...decoder.push(buffer.subarray(0, piece.length)));
      }
      decoder.finish();
      expect(records).toEqual(bars(20));
    }
    // Any offset within the pool of small Buffers, too.
    expect(storeZstd(Buffer.from(bytes).subarray(1))).toEqual(storeZstd(bytes.subarray(1)));
  });
});

describe.skipIf(!haveSharedFiles)(`real files${sharedFilesNote}`, () => {
  const rows = fileTable().filter((row) => /^v[123]$/.test(row.version));

  it.for(rows.filter((row) => row.version === "v3"))(
    "decoding and encoding gives the same bytes: $path",
    ({ path }) => {
      const plain = inflate(sharedFile(path));
      const { metadata, records } = decodeDbn(plain);
      expect(encodeDbn({ metadata, records })).toEqual(plain);
    },
  );

  it.for(rows.filter((row) => row.version !== "v3"))("and so it does in the older versions: $path", ({ path }) => {
    const plain = inflate(sharedFile(path));
    const { metadata, records } = decodeDbn(plain, { upgradePolicy: "asIs" });
    const encoded = encodeDbn({ metadata, records });
    if (metadata.version === 1) {
      // v1 states a record count, which nobody may rely upon and which is not kept.
      encoded.fill(0, 50, 58);
      plain.fill(0, 50, 58);
    }
    expect(Buffer.compare(encoded, plain)).toBe(0);
  });

  it("one byte at a time gives what one push gives, for compressed blocks too", () => {
    for (const path of ["dbn-python/LIVE/test_data.live.dbn.zst", "dbn/test_data.mbp-10.v1.dbn.zst"]) {
      const bytes = sharedFile(path);
      expect(
        inPieces(
          bytes,
          Array.from(bytes, () => 1),
        ),
      ).toEqual(decodeDbn(bytes));
    }
  });
});
