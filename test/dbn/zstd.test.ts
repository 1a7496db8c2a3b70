import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { DbnDecoder, DbnError, type DbnErrorCode, decodeDbn, storeZstd } from "../../src/dbn/index.ts";
import { Xxh64 } from "../../src/dbn/xxh64.ts";
import { runByBigInt, stripeRunner } from "../../src/dbn/xxh64-stripes.ts";
import { barFile, bars, concat, sampleMetadata } from "./samples.ts";

const SKIPPABLE = Uint8Array.of(0x5f, 0x2a, 0x4d, 0x18, 5, 0, 0, 0, 9, 9, 9, 9, 9);
const file = barFile(50);
const haveZstd = spawnSync("zstd", ["--version"]).status === 0;

function codeOf(action: () => unknown): DbnErrorCode | undefined {
  try {
    action();
  } catch (error) {
    expect(error).toBeInstanceOf(DbnError);
    if (error instanceof DbnError) return error.code;
  }
  return undefined;
}

/** Bits of a block header that is not the last and repeats one byte. */
const RUN_LENGTH = 2;

/** A frame of one run-length block after another: 4 bytes in, up to 128 KiB out. */
function bomb(blocks: number, filler: number): Uint8Array {
  const frame = new Uint8Array(6 + blocks * 4);
  frame.set([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x38]);
  const view = new DataView(frame.buffer);
  for (let i = 0; i < blocks; i++) view.setUint32(6 + i * 4, (131_072 << 3) | RUN_LENGTH | (filler << 24), true);
  return frame;
}

function zstd(bytes: Uint8Array, ...options: string[]): Uint8Array {
  return new Uint8Array(spawnSync("zstd", ["-q", "-c", ...options], { input: bytes, maxBuffer: 2 ** 28 }).stdout);
}

describe("zstd", () => {
  it("reads two frames, skippable frames around them, and empty ones", () => {
    const two = concat(
      SKIPPABLE,
      storeZstd(file.subarray(0, 1000)),
      SKIPPABLE,
      storeZstd(file.subarray(1000)),
      SKIPPABLE,
    );
    expect(decodeDbn(two).records).toEqual(bars(50));
    expect(decodeDbn(concat(storeZstd(new Uint8Array(0)), two)).records).toEqual(bars(50));
  });

  it("reads thousands of frames in one push without recursion", () => {
    const frames = Array.from({ length: 20_000 }, () => storeZstd(new Uint8Array(0)));
    expect(decodeDbn(concat(...frames, storeZstd(file), ...frames)).records).toHaveLength(50);
  });

  it("notices a cut at every byte", () => {
    const whole = concat(storeZstd(file.subarray(0, 1000)), SKIPPABLE, storeZstd(file.subarray(1000)));
    // Fewer than four bytes are not yet recognised as zstd and are refused as no DBN.
    for (let end = 4; end < whole.length; end++) {
      expect(
        codeOf(() => decodeDbn(whole.subarray(0, end))),
        `cut at ${end}`,
      ).toBe("truncated");
    }
  });

  it("notices every flipped bit of a frame with a checksum", () => {
    const frame = storeZstd(barFile(3));
    const unusedBit = 4 * 8 + 4;
    for (let bit = 0; bit < frame.length * 8; bit++) {
      if (bit === unusedBit) continue;
      const bad = frame.slice();
      bad[bit >> 3] = (bad[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      // The one bit that takes the checksum away leaves its four bytes behind, which are no frame.
      expect(
        codeOf(() => decodeDbn(bad)),
        `bit ${bit}`,
      ).toBeDefined();
    }
  });

  it("says which checksum it found and which it expected", () => {
    const frame = storeZstd(file);
    frame[200] = (frame[200] ?? 0) ^ 1;
    expect(() => decodeDbn(frame)).toThrow(/checksum 0x[0-9a-f]{8}, expected 0x[0-9a-f]{8}/);
    expect(decodeDbn(frame, { verifyChecksum: false }).records).toHaveLength(50);
  });

  it("stops a bomb that holds no records at its first block", () => {
    expect(codeOf(() => decodeDbn(bomb(1_000_000, 0)))).toBe("not_dbn");
    expect(codeOf(() => decodeDbn(bomb(1_000_000, 0), { fragment: true }))).toBe("bad_record");
    expect(codeOf(() => decodeDbn(concat(storeZstd(file), bomb(1_000_000, 0))))).toBe("bad_record");
  });

  it("bounds expansion, for a bomb of bytes that pass as records of an unknown rtype", () => {
    const start = process.memoryUsage().arrayBuffers;
    const decoder = new DbnDecoder({ fragment: true });
    expect(() => decoder.push(bomb(1_000_000, 0x44))).toThrow(/expected at most maxExpansion = 1000/);
    expect(process.memoryUsage().arrayBuffers - start).toBeLessThan(100e6);
  });

  it("bounds the total output", () => {
    const many = storeZstd(barFile(2000));
    expect(codeOf(() => decodeDbn(many, { maxOutputBytes: 100_000 }))).toBe("limit");
    expect(() => decodeDbn(many, { maxOutputBytes: 100_000 })).toThrow(/maxOutputBytes = 100000; raise maxOutputBytes/);
  });

  it("refuses a window above the bound, and a dictionary", () => {
    const wide = Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x90, 1, 0, 0);
    expect(() => decodeDbn(wide)).toThrow(/a window of 268435456 bytes, expected at most maxWindowBytes = 134217728/);
    const dictionary = Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0x01, 0x38, 7, 1, 0, 0);
    expect(codeOf(() => decodeDbn(dictionary))).toBe("unsupported");
  });

  it("refuses what follows the last frame unless it is a frame", () => {
    expect(() => decodeDbn(concat(storeZstd(file), Uint8Array.of(1, 2, 3, 4, 5)))).toThrow(/magic 0x4030201/);
  });

  it("agrees with the published XXH64 values, whatever the pieces", () => {
    const text = (value: string) => new TextEncoder().encode(value);
    const hash = (...pieces: Uint8Array[]) => {
      const xxh = new Xxh64();
      for (const piece of pieces) xxh.update(piece);
      return xxh.low32();
    };
    expect(hash()).toBe(0x51d8e999);
    expect(hash(text("a"))).toBe(0xa98c6e5b);
    expect(hash(text("abc"))).toBe(0xad770999);
    expect(hash(text("Nobody inspects the spammish repetition"))).toBe(0x8a378bf1);
    const bytes = barFile(30);
    const whole = hash(bytes);
    for (let cut = 0; cut < 100; cut++) {
      expect(hash(bytes.subarray(0, cut), bytes.subarray(cut, cut * 3), bytes.subarray(cut * 3))).toBe(whole);
    }
  });

  it("has one inner loop in two forms: assembled, and in BigInt where that cannot run", () => {
    // Longer than what the assembled loop takes at once, and another start than zero.
    const stripes = Uint8Array.from({ length: 32 * 13_000 }, (_, i) => (i * 2_654_435_761) >>> 13);
    const lanes = [0, 0].map(() => Uint8Array.from({ length: 32 }, (_, i) => i * 37 + 11));
    const [assembled, plain] = lanes as [Uint8Array, Uint8Array];
    for (const [start, end] of [
      [0, 32],
      [32, 12_000 * 32],
      [12_000 * 32, 13_000 * 32],
    ]) {
      stripeRunner()(assembled, stripes.subarray(start, end));
      runByBigInt(plain, stripes.subarray(start, end));
      expect(assembled).toEqual(plain);
    }
  });

  describe.skipIf(!haveZstd)(`against the zstd tool${haveZstd ? "" : " (skipped: no zstd command)"}`, () => {
    const long = barFile(20_000);

    it.each([["-1"], ["-3"], ["-19"], ["--long=27"], ["-3", "--no-check"], ["--fast=5"]])(
      "reads what %s wrote",
      (...options) => {
        const metadata = sampleMetadata();
        expect(decodeDbn(zstd(long, ...options))).toEqual({ metadata, records: bars(20_000) });
      },
    );

    it("notices flipped bytes in compressed blocks", () => {
      const frame = zstd(long, "-3");
      for (let i = 1; i <= 60; i++) {
        const bad = frame.slice();
        const at = Math.trunc((frame.length * i) / 61);
        bad[at] = (bad[at] ?? 0) ^ 0x10;
        expect(
          codeOf(() => decodeDbn(bad)),
          `byte ${at}`,
        ).toBeDefined();
      }
    });

    it("writes frames the tool accepts", () => {
      for (const size of [0, 1, 255, 256, 131_072, 131_073, 400_000]) {
        const content = long.subarray(0, size);
        const { status, stdout } = spawnSync("zstd", ["-d", "-c", "-q"], {
          input: storeZstd(content),
          maxBuffer: 2 ** 28,
        });
        expect(status, `${size} bytes`).toBe(0);
        expect(Buffer.compare(stdout, content)).toBe(0);
      }
    });
  });
});
