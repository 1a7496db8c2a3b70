/** Prices in decimals, as DuckDB and databases write them: whole numbers and a scale. */
import { Decimal, Float64, makeData, makeVector, Table } from "apache-arrow";
import { Asset, Bars } from "backlit";
import { describe, expect, it } from "vitest";
import { openFeather, writeFeather } from "../../src/store/feather.ts";
import { openParquet } from "../../src/store/parquet-reader.ts";

/** The doubles that are written so; 1002500 times 0.0001 in floating point is another than the first one. */
const PRICES = [100.25, -37.63, 0.01, Number.NaN, 12_345_678.9];

/** One column `close` of 100.25, -37.63, 0.01, null, 12345678.9 with four decimals, written by pyarrow 26.0.1. */
const PARQUET_FILES = {
  "as 64-bit integers":
    "UEFSMRUAFUwVTCwVChUAFQYVBhwAAAACAAAAAxcETA8AAAAAABRC+v//////ZAAAAAAAAAAIGpm+HAAAABUEGSw1ABgGc2NoZW1hFQIAFQQlAhgFY2xv" +
    "c2UlChUIFRgsXBUIFRgAAAAWChkcGRwmABwVBBklBgAZGAVjbG9zZRUAFgoWchZyJghJHBUAFQAVAgA8KQYZJgIIAAAAFnIWCiYIFnIAKCBwYXJxdWV0" +
    "LWNwcC1hcnJvdyB2ZXJzaW9uIDI2LjAuMRkcHAAAAJAAAABQQVIx",
  "as bytes":
    "UEFSMRUAFXQVdCwVChUAFQYVBhwAAAACAAAAAxcAAAAAAAAAAAAAD0wE//////////////pCFAAAAAAAAAAAAAAAAGQAAAAAAAAAABy+mRoIFQQZLDUA" +
    "GAZzY2hlbWEVAgAVDhUaFQIYBWNsb3NlJQoVCBU8LFwVCBU8AAAAFgoZHBkcJgAcFQ4ZJQYAGRgFY2xvc2UVABYKFpoBFpoBJghJHBUAFQAVAgA8KQYZ" +
    "JgIIAAAAFpoBFgomCBaaAQAoIHBhcnF1ZXQtY3BwLWFycm93IHZlcnNpb24gMjYuMC4xGRwcAAAAlgAAAFBBUjE=",
};

/** A column of 64-bit numbers in 128 bits each. */
function decimals(unscaled: readonly bigint[], scale: number) {
  const data = new Uint32Array(unscaled.length * 4);
  unscaled.forEach((value, row) => {
    for (let word = 0; word < 4; word++) data[row * 4 + word] = Number((value >> BigInt(32 * word)) & 0xffff_ffffn);
  });
  return makeVector(makeData({ type: new Decimal(scale, 20, 128), length: unscaled.length, data }));
}

describe("prices in decimals", () => {
  it.each(Object.entries(PARQUET_FILES))("of Parquet %s are the nearest doubles", async (_how, base64) => {
    const [close] = await (await openParquet(Buffer.from(base64, "base64"))).read(["close"]);
    expect(close).toEqual({ kind: "number", values: Float64Array.from(PRICES) });
  });

  it("of Feather are the nearest doubles", async () => {
    const table = new Table({ close: decimals([1_002_500n, -376_300n, 100n, 123_456_789_000n], 4) });
    const [close] = await (await openFeather(await writeFeather(table))).read(["close"]);
    expect(close).toEqual({ kind: "number", values: Float64Array.from([100.25, -37.63, 0.01, 12_345_678.9]) });
  });

  it("of an Arrow table are the nearest doubles", () => {
    const price = decimals([1_002_500n, 1_002_600n], 4);
    const time = makeVector(makeData({ type: new Float64(), length: 2, data: Float64Array.of(0, 60_000) }));
    const volume = decimals([7n, 8n], 0);
    const table = new Table({ time, open: price, high: price, low: price, close: price, volume });
    const bars = Bars.fromArrow(table, { asset: Asset.stock("SPY"), timestep: "1m" });
    expect([...bars.close]).toEqual([100.25, 100.26]);
    expect([...bars.volume]).toEqual([7, 8]);
  });
});
