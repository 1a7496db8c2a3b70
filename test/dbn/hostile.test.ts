import { describe, expect, it } from "vitest";
import { DbnDecoder, DbnEncoder, DbnError, decodeDbn, decodeOhlcv, encodeDbn, storeZstd } from "../../src/dbn/index.ts";
import { barFile, concat, sampleBar, sampleMetadata } from "./samples.ts";

/** Where the first record of the sample file begins. */
const RECORDS = encodeDbn({ metadata: sampleMetadata(), records: [] }).length;

function changed(change: (view: DataView, bytes: Uint8Array) => void): Uint8Array {
  const bytes = barFile(4);
  change(new DataView(bytes.buffer), bytes);
  return bytes;
}

function failure(bytes: Uint8Array, decode: (bytes: Uint8Array) => unknown = decodeDbn): DbnError {
  try {
    decode(bytes);
  } catch (error) {
    if (error instanceof DbnError) return error;
    throw error;
  }
  throw new Error("the input was accepted");
}

describe("bad input gets", () => {
  it("empty: told that nothing came", () => {
    expect(failure(new Uint8Array(0))).toMatchObject({ code: "not_dbn", found: "no bytes at all" });
  });

  it("too short: truncated, with what is missing", () => {
    for (const length of [1, 3, 7]) expect(failure(barFile(1).subarray(0, length)).code).toBe("truncated");
  });

  it("wrong magic: the first bytes shown, and what to do", () => {
    const error = failure(changed((_, bytes) => bytes.set([0x58], 0)));
    expect(error).toMatchObject({ code: "not_dbn", byteOffset: 0 });
    expect(failure(new TextEncoder().encode("<!DOCTYPE html><html>")).message).toBe(
      'Decode DBN at byte 0: found the text "<!DOCTYPE html><", expected "DBN" and a version, or a zstd frame of it; ' +
        "ask the service for encoding=dbn if this is text, or pass { fragment: true } if these are records without metadata",
    );
  });

  it("version 9: refused, version 0 too", () => {
    const error = failure(changed((view) => view.setUint8(3, 9)));
    expect(error).toMatchObject({ code: "unsupported_version", byteOffset: 3, found: "DBN version 9" });
    expect(error.hint).toMatch(/newer release/);
    expect(failure(changed((view) => view.setUint8(3, 0))).code).toBe("unsupported_version");
  });

  it("metadata shorter than its fixed part", () => {
    expect(failure(changed((view) => view.setUint32(4, 119, true)))).toMatchObject({
      code: "bad_metadata",
      byteOffset: 4,
    });
  });

  it("metadata that claims more than the input has", () => {
    expect(failure(changed((view) => view.setUint32(4, 1_000_000, true))).code).toBe("truncated");
  });

  it("metadata that claims gigabytes: a bound, before anything is kept", () => {
    const error = failure(changed((view) => view.setUint32(4, 0xffff_ffff, true)));
    expect(error).toMatchObject({ code: "limit", byteOffset: 4, found: "length 4294967295" });
    expect(failure(barFile(1), (bytes) => decodeDbn(bytes, { maxMetadataBytes: 200 })).code).toBe("limit");
  });

  it("a list of symbols that overruns the metadata", () => {
    const error = failure(changed((view) => view.setUint32(112, 0xffff_ffff, true)));
    expect(error).toMatchObject({ code: "bad_metadata", byteOffset: 112 });
    expect(error.found).toMatch(/4294967295 symbols of at least 71 bytes/);
  });

  it("a schema definition that overruns the metadata", () => {
    expect(failure(changed((view) => view.setUint32(108, 100_000, true)))).toMatchObject({
      code: "bad_metadata",
      byteOffset: 108,
    });
  });

  it("intervals that overrun the metadata, and a date that is none", () => {
    const intervals = 116 + 2 * 71 + 4 + 71 + 4 + 71 + 4 + 71;
    expect(failure(changed((view) => view.setUint32(intervals, 999, true)))).toMatchObject({ code: "bad_metadata" });
    expect(failure(changed((view) => view.setUint32(intervals + 4, 20_241_301, true))).found).toBe("date 20241301");
  });

  it("a symbol length of zero or of kilobytes", () => {
    expect(failure(changed((view) => view.setUint16(53, 0, true)))).toMatchObject({
      code: "bad_metadata",
      byteOffset: 53,
    });
    expect(failure(changed((view) => view.setUint16(53, 5000, true))).code).toBe("bad_metadata");
  });

  it.each([
    ["decodeDbn", decodeDbn],
    ["decodeOhlcv", decodeOhlcv],
  ] as const)("records that contradict themselves, through %s", (_, decode) => {
    const second = RECORDS + 56;
    const none = failure(
      changed((view) => view.setUint8(second, 0)),
      decode,
    );
    expect(none).toMatchObject({
      code: "bad_record",
      byteOffset: second,
      found: "length 0",
      expected: "at least 16 bytes",
    });
    const short = failure(
      changed((view) => view.setUint8(second, 3)),
      decode,
    );
    expect(short).toMatchObject({ code: "bad_record", byteOffset: second, found: "length 12" });
    const long = failure(
      changed((view) => view.setUint8(second, 15)),
      decode,
    );
    expect(long).toMatchObject({ code: "bad_record", found: "length 60 for rtype 33", expected: "56 bytes" });
    const sent = failure(
      changed((view) => view.setUint8(second, 16)),
      decode,
    );
    expect(sent).toMatchObject({ code: "bad_record", found: "length 64 for rtype 33" });
  });

  it.each([
    ["decodeDbn", decodeDbn],
    ["decodeOhlcv", decodeOhlcv],
  ] as const)("a record cut at any byte, through %s", (_, decode) => {
    const whole = barFile(3);
    for (let cut = 1; cut < 56; cut++) {
      const error = failure(whole.subarray(0, whole.length - cut), decode);
      expect(error).toMatchObject({ code: "truncated", byteOffset: whole.length - cut });
      expect(error.expected).toBe(`the rest of the record that begins at byte ${RECORDS + 2 * 56}`);
    }
  });

  it("a length byte of 0 that comes alone, at the end of a piece", () => {
    for (const decode of [decodeDbn, decodeOhlcv]) {
      expect(failure(concat(barFile(2), Uint8Array.of(0)), decode).code).toMatch(/bad_record|truncated/);
    }
  });

  it("a compressed file cut or corrupted: never a shorter result", () => {
    const frame = storeZstd(barFile(4));
    expect(failure(frame.subarray(0, frame.length - 1)).code).toBe("truncated");
    expect(failure(frame.subarray(0, 40), decodeOhlcv).code).toBe("truncated");
    frame[frame.length - 1] = (frame[frame.length - 1] ?? 0) ^ 0xff;
    expect(failure(frame)).toMatchObject({ code: "bad_zstd" });
    expect(failure(frame, decodeOhlcv)).toMatchObject({ code: "bad_zstd" });
  });

  it("use after a failure or the end: refused", () => {
    const failed = new DbnDecoder();
    expect(() => failed.push(new TextEncoder().encode("no such format"))).toThrow(DbnError);
    expect(() => failed.push(barFile(1))).toThrow(/a decoder that has failed/);
    expect(() => failed.finish()).toThrow(/a decoder that has failed/);
    const done = new DbnDecoder();
    done.push(barFile(1));
    done.finish();
    done.finish();
    expect(() => done.push(barFile(1))).toThrow(/a decoder that has finished/);
  });
});

describe("the unknown passes", () => {
  it("rtypes are kept whole, by their length, and encode again", () => {
    const unknown = {
      kind: "unknown",
      rtype: 0x77,
      publisherId: 9,
      instrumentId: 5,
      tsEvent: 6n,
      body: Uint8Array.of(1, 2, 3, 4),
    } as const;
    const file = { metadata: sampleMetadata(), records: [sampleBar(0), unknown, sampleBar(1)] };
    expect(decodeDbn(encodeDbn(file))).toEqual(file);
    expect(Array.from(decodeOhlcv(encodeDbn(file)).time)).toHaveLength(2);
  });

  it("numbers of schemas and symbologies as well", () => {
    const metadata = sampleMetadata({ schema: "unknown(99)", stypeIn: "unknown(77)", stypeOut: undefined });
    expect(decodeDbn(encodeDbn({ metadata, records: [] })).metadata).toEqual(metadata);
  });
});

describe("the encoder refuses", () => {
  const encode = (record: object) => () => new DbnEncoder().encode([{ ...sampleBar(0), ...record }]);

  it.each([
    [{ open: 1 as unknown as bigint }, /field "open": found number 1, expected a bigint/],
    [{ open: 1n << 63n }, /field "open"/],
    [{ volume: -1n }, /field "volume".*from 0/],
    [{ instrumentId: -1 }, /field "instrumentId".*from 0 to 4294967295/],
    [{ instrumentId: 1.5 }, /an integer/],
    [{ publisherId: 65_536 }, /field "publisherId"/],
    [{ rtype: 0 }, /field "rtype": found 0, expected 17 or 32 or 33/],
    [{ kind: "nonsense" }, /field "kind": found "nonsense"/],
    [{ kind: "definitionV1" }, /a record of DBN version 3/],
  ])("%o", (change, message) => {
    expect(encode(change)).toThrow(message);
    expect(encode(change)).toThrow(DbnError);
  });

  it("a symbol longer than the version allows, a date that is none, a schema nobody knows", () => {
    const header = (changes: Parameters<typeof sampleMetadata>[0]) => () =>
      encodeDbn({ metadata: sampleMetadata(changes), records: [] });
    expect(header({ version: 1, symbols: ["X".repeat(22)] })).toThrow(/22 characters, expected at most 21/);
    expect(header({ version: 1, symbols: ["X".repeat(21)] })).not.toThrow();
    const interval = { startDate: "2 Jan", endDate: "2024-01-03", symbol: "1" };
    expect(header({ mappings: [{ rawSymbol: "ES", intervals: [interval] }] })).toThrow(/YYYY-MM-DD/);
    expect(header({ schema: "ohlcv-1M" as "ohlcv-1m" })).toThrow(/"ohlcv-1M", expected one of mbo/);
  });

  it("a send time that the metadata does not announce, or that is missing", () => {
    const sent = { ...sampleBar(0), tsOut: 5n };
    expect(() => encodeDbn({ metadata: sampleMetadata(), records: [sent] })).toThrow(/metadata.tsOut = false/);
    expect(() => encodeDbn({ metadata: sampleMetadata({ tsOut: true }), records: [sampleBar(0)] })).toThrow(
      /tsOut = true/,
    );
  });
});
