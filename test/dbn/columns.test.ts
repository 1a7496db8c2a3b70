import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  decodeDbn,
  decodeOhlcv,
  decodeTrades,
  encodeDbn,
  OhlcvDecoder,
  priceFromNumber,
  priceToNumber,
  RType,
  storeZstd,
  TradeDecoder,
  timestampToMs,
  UNDEF_PRICE,
  UNDEF_TIMESTAMP,
} from "../../src/dbn/index.ts";
import { bars, concat, sampleBar, sampleMetadata, sampleTrade } from "./samples.ts";
import { fileTable, haveSharedFiles, sharedFile, sharedFilesNote } from "./shared-files.ts";

const INT64 = { min: -(1n << 63n), max: (1n << 63n) - 1n };

function tradeFile(count: number): Uint8Array {
  const records = Array.from({ length: count }, (_, index) => sampleTrade(index));
  return encodeDbn({ metadata: sampleMetadata({ schema: "trades" }), records });
}

describe("bars as columns", () => {
  it("are what the records are", () => {
    const records = bars(500);
    const metadata = sampleMetadata();
    const columns = decodeOhlcv(encodeDbn({ metadata, records }));
    expect(columns.metadata).toEqual(metadata);
    expect(Array.from(columns.open)).toEqual(records.map((bar) => priceToNumber(bar.open)));
    expect(Array.from(columns.high)).toEqual(records.map((bar) => priceToNumber(bar.high)));
    expect(Array.from(columns.low)).toEqual(records.map((bar) => priceToNumber(bar.low)));
    expect(Array.from(columns.close)).toEqual(records.map((bar) => priceToNumber(bar.close)));
    expect(Array.from(columns.volume)).toEqual(records.map((bar) => Number(bar.volume)));
    expect(Array.from(columns.timeEvent)).toEqual(records.map((bar) => bar.tsEvent));
    expect(Array.from(columns.time)).toEqual(records.map((bar) => timestampToMs(bar.tsEvent)));
    expect(columns.instrumentId.every((id) => id === 17_077)).toBe(true);
    expect(columns.publisherId.every((id) => id === 1)).toBe(true);
  });

  it("give the double nearest to any price, and exact milliseconds for any time", () => {
    const price = fc.bigInt(INT64);
    const time = fc.bigInt({ min: 0n, max: UNDEF_TIMESTAMP });
    fc.assert(
      fc.property(price, time, fc.bigInt({ min: 0n, max: 1n << 53n }), (open, tsEvent, volume) => {
        const bytes = encodeDbn({ metadata: sampleMetadata(), records: [sampleBar(0, { open, tsEvent, volume })] });
        const columns = decodeOhlcv(bytes);
        expect(columns.open[0]).toBe(priceToNumber(open));
        expect(columns.volume[0]).toBe(Number(volume));
        expect(columns.timeEvent[0]).toBe(BigInt.asIntN(64, tsEvent));
        const wholeMs = tsEvent - (tsEvent % 1_000_000n);
        const whole = encodeDbn({ metadata: sampleMetadata(), records: [sampleBar(0, { tsEvent: wholeMs })] });
        expect(decodeOhlcv(whole).time[0]).toBe(Number(wholeMs / 1_000_000n));
      }),
      { seed: 7, numRuns: 500 },
    );
  });

  it("turn the undefined into NaN", () => {
    const records = [sampleBar(0, { open: UNDEF_PRICE, close: UNDEF_PRICE - 1n, tsEvent: UNDEF_TIMESTAMP })];
    const { open, close, time, timeEvent } = decodeOhlcv(encodeDbn({ metadata: sampleMetadata(), records }));
    expect(open[0]).toBeNaN();
    expect(close[0]).toBe(priceToNumber(UNDEF_PRICE - 1n));
    expect(time[0]).toBeNaN();
    expect(timeEvent[0]).toBe(-1n);
  });

  it("do not depend on where the records lie in memory, nor on pieces", () => {
    const whole = decodeOhlcv(encodeDbn({ metadata: sampleMetadata(), records: bars(3000) }));
    // v1 puts records on an odd address; so does a view that begins at any offset.
    const bytes = encodeDbn({ metadata: sampleMetadata({ version: 1, symbolCstrLen: 22 }), records: bars(3000) });
    for (const shift of [0, 1, 2, 3]) {
      const shifted = new Uint8Array(bytes.length + shift).subarray(shift);
      shifted.set(bytes);
      expect(decodeOhlcv(shifted).open).toEqual(whole.open);
      const decoder = new OhlcvDecoder();
      const opens: number[] = [];
      for (let at = 0; at < bytes.length; at += 997) {
        decoder.push(shifted.subarray(at, at + 997));
        opens.push(...decoder.take().open);
      }
      decoder.finish();
      expect(opens).toEqual(Array.from(whole.open));
    }
  });

  it("come out of many frames with records across their borders", () => {
    const bytes = encodeDbn({ metadata: sampleMetadata(), records: bars(3000) });
    const frames = concat(
      storeZstd(bytes.subarray(0, 9999)),
      storeZstd(bytes.subarray(9999, 10_001)),
      storeZstd(bytes.subarray(10_001)),
    );
    expect(decodeOhlcv(frames)).toEqual(decodeOhlcv(bytes));
  });

  it("refuse another schema and mixed intervals, and take one interval by name", () => {
    expect(() => decodeOhlcv(tradeFile(1))).toThrow(/found schema trades, expected ohlcv-1s or/);
    const records = [sampleBar(0), sampleBar(0, { rtype: RType.ohlcv1h }), sampleBar(1)];
    const bytes = encodeDbn({ metadata: sampleMetadata({ schema: undefined }), records });
    expect(() => decodeOhlcv(bytes)).toThrow(/found rtype 34 behind rtype 33/);
    expect(decodeOhlcv(bytes, { rtype: RType.ohlcv1h }).time).toHaveLength(1);
    expect(decodeOhlcv(bytes, { rtype: RType.ohlcv1m }).time).toHaveLength(2);
  });

  it("step over the messages of a live session, and read send times", () => {
    const message = {
      kind: "system",
      rtype: RType.system,
      publisherId: 0,
      instrumentId: 0,
      tsEvent: 0n,
      msg: "Heartbeat",
      code: 0,
    } as const;
    const records = [message, ...bars(3), message, ...bars(2)].map((record) => ({ ...record, tsOut: 8n }));
    const decoder = new OhlcvDecoder();
    decoder.push(encodeDbn({ metadata: sampleMetadata({ schema: undefined, tsOut: true }), records }));
    decoder.finish();
    expect(decoder.take().time).toHaveLength(5);
    expect(decoder.skipped).toBe(2);
  });
});

describe("trades as columns", () => {
  it("are what the records are", () => {
    const bytes = tradeFile(300);
    const { records } = decodeDbn(bytes);
    const columns = decodeTrades(storeZstd(bytes));
    records.forEach((trade, index) => {
      if (trade.kind !== "trade") throw new Error(trade.kind);
      expect(columns.timeEvent[index]).toBe(trade.tsEvent);
      expect(columns.timeReceive[index]).toBe(trade.tsRecv);
      expect(columns.time[index]).toBeCloseTo(timestampToMs(trade.tsEvent), 3);
      expect(columns.price[index]).toBe(-37.63);
      expect(columns.size[index]).toBe(trade.size);
      expect(String.fromCharCode(columns.side[index] ?? 0, columns.action[index] ?? 0)).toBe("AT");
      expect(columns.flags[index]).toBe(129);
      expect(columns.tsInDelta[index]).toBe(-19_251);
      expect(columns.sequence[index]).toBe(4_170_380_000);
    });
    expect(columns.price).toHaveLength(300);
  });

  it("stream like bars", () => {
    const decoder = new TradeDecoder();
    for (const byte of tradeFile(7)) decoder.push(Uint8Array.of(byte));
    decoder.finish();
    expect(decoder.take().size).toHaveLength(7);
    expect(decoder.take().size).toHaveLength(0);
  });
});

describe("prices", () => {
  it("go to doubles and back on every tick", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }), (raw) => {
        expect(priceFromNumber(priceToNumber(raw))).toBe(raw);
      }),
      { seed: 3 },
    );
    expect(priceToNumber(UNDEF_PRICE)).toBeNaN();
    expect(priceFromNumber(Number.NaN)).toBe(UNDEF_PRICE);
    expect(timestampToMs(UNDEF_TIMESTAMP)).toBeNaN();
  });
});

describe.skipIf(!haveSharedFiles)(`columns of the real files${sharedFilesNote}`, () => {
  const rows = fileTable().filter((row) => /^v[123]$/.test(row.version) && /^(ohlcv|trades)/.test(row.schema));

  it.for(rows)("equal the records: $path", ({ path, schema }) => {
    const bytes = sharedFile(path);
    const { records } = decodeDbn(bytes);
    const columns = schema === "trades" ? decodeTrades(bytes) : decodeOhlcv(bytes);
    expect(Array.from(columns.timeEvent)).toEqual(records.map((record) => record.tsEvent));
    expect(Array.from(columns.instrumentId)).toEqual(records.map((record) => record.instrumentId));
    const prices = "close" in columns ? columns.close : columns.price;
    const raw = records.map((record) =>
      record.kind === "ohlcv" ? record.close : record.kind === "trade" ? record.price : 0n,
    );
    expect(Array.from(prices)).toEqual(raw.map(priceToNumber));
  });
});
