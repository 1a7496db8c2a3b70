/** DBN files as a source of bars. Real ones lie beside the repository: those tests are skipped, and say so, where they are absent. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { type DbnMetadata, encodeDbn, type OhlcvRecord, RType, storeZstd } from "../../src/dbn/index.ts";
import { Asset } from "../../src/market/asset.ts";
import { parseTimestep } from "../../src/market/timestep.ts";
import { FileBacktesting, type FileOptions } from "../../src/sources/file.ts";
import { readBarsFile } from "../../src/sources/read-bars-file.ts";
import { sampleBar, sampleMetadata, sampleTrade } from "../dbn/samples.ts";
import { haveSharedFiles, sharedFilePath, sharedFilesNote } from "../dbn/shared-files.ts";

const folder = mkdtempSync(join(tmpdir(), "backlit-dbn-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Interval = readonly [from: string, to: string, id: number];

/** A mapping of a symbol to instrument ids by day. */
function mapping(rawSymbol: string, ...intervals: readonly Interval[]): DbnMetadata["mappings"][number] {
  return {
    rawSymbol,
    intervals: intervals.map(([startDate, endDate, id]) => ({ startDate, endDate, symbol: String(id) })),
  };
}

const DAY_NS = 86_400_000_000_000n;

let files = 0;
function writeDbn(metadata: Partial<DbnMetadata>, bars: readonly OhlcvRecord[], ending = ".dbn.zst"): string {
  const path = join(folder, `made-${files++}${ending}`);
  const bytes = encodeDbn({ metadata: sampleMetadata(metadata), records: bars });
  writeFileSync(path, ending === ".dbn" ? bytes : storeZstd(bytes));
  return path;
}

async function barsOf(options: FileOptions, asset: Asset, step = "1m") {
  const source = new FileBacktesting(options);
  return source.getBars({ asset, timestep: parseTimestep(step), start: 0, end: 1e14, lookback: 0 });
}

describe("a DBN file as a source", () => {
  it("is read by its ending, plain and compressed, with the schema's step and prices as doubles", async () => {
    // sampleBar(i) opens at 4,800.25 + i/4 and is i minutes after 2024-01-02T00:00Z.
    for (const ending of [".dbn", ".dbn.zst", ".DBN.ZST"]) {
      const file = writeDbn({}, [sampleBar(0), sampleBar(1), sampleBar(5)], ending);
      const table = await readBarsFile(file);
      expect([...table.series.keys()]).toEqual(["ESH4"]);
      expect(table.timestep.name).toBe("1m");
      expect(table.notes).toEqual([]);
      const bars = table.series.get("ESH4");
      expect([...(bars?.open ?? [])]).toEqual([4_800.25, 4_800.5, 4_801.5]);
      expect([...(bars?.close ?? [])]).toEqual([4_800.5, 4_800.75, 4_801.75]);
      expect([...(bars?.volume ?? [])]).toEqual([100, 101, 105]);
      expect(bars?.time[2]).toBe(Date.parse("2024-01-02T00:05Z"));
    }
  });

  it("serves a contract in any spelling and lists it unasked", async () => {
    const file = writeDbn({}, [sampleBar(0), sampleBar(1)]);
    expect((await barsOf({ file }, Asset.future("ESH24"))).length).toBe(2);
    expect((await new FileBacktesting({ file }).assets()).map(String)).toEqual(["future:ESH24"]);
  });

  it("gives ids their symbols by the day: an id that goes over to another symbol, a symbol that gets another id", async () => {
    const mappings = [
      mapping("AAPL", ["2024-01-02", "2024-01-03", 7], ["2024-01-03", "2024-01-04", 8]),
      mapping("MSFT", ["2024-01-02", "2024-01-03", 8], ["2024-01-03", "2024-01-04", 7]),
    ];
    const bar = (day: number, instrumentId: number, dollars: number) => {
      const price = BigInt(dollars) * 1_000_000_000n;
      const tsEvent = sampleBar(0).tsEvent + BigInt(day) * DAY_NS;
      return sampleBar(0, { instrumentId, tsEvent, open: price, high: price, low: price, close: price });
    };
    const file = writeDbn({ symbols: ["AAPL", "MSFT"], mappings }, [
      bar(0, 7, 190),
      bar(0, 8, 370),
      bar(1, 7, 371),
      bar(1, 8, 191),
    ]);
    expect([...(await barsOf({ file }, Asset.stock("AAPL"))).close]).toEqual([190, 191]);
    expect([...(await barsOf({ file }, Asset.stock("MSFT"))).close]).toEqual([370, 371]);
  });

  it("serves a continuous future by the vendor's name, over a roll, and lists it unasked", async () => {
    const mappings = [mapping("ES.v.0", ["2024-01-02", "2024-01-03", 7], ["2024-01-03", "2024-01-04", 8])];
    const metadata: Partial<DbnMetadata> = { stypeIn: "continuous", symbols: ["ES.v.0"], mappings };
    const next = sampleBar(0, { instrumentId: 8, tsEvent: sampleBar(0).tsEvent + DAY_NS });
    const file = writeDbn(metadata, [sampleBar(0, { instrumentId: 7 }), next]);
    const [asset] = await new FileBacktesting({ file }).assets();
    expect(asset?.equals(Asset.continuousFuture("ES", { roll: "v" }))).toBe(true);
    expect((await barsOf({ file }, Asset.continuousFuture("ES"))).length).toBe(2);
  });

  it("reads inverse symbology: asked by instrument id", async () => {
    const intervals = [{ startDate: "2024-01-02", endDate: "2024-01-03", symbol: "ESH4" }];
    const mappings = [{ rawSymbol: "17077", intervals }];
    const metadata: Partial<DbnMetadata> = { stypeIn: "instrument_id", stypeOut: "raw_symbol", mappings };
    const table = await readBarsFile(writeDbn(metadata, [sampleBar(0), sampleBar(1)]));
    expect([...table.series.keys()]).toEqual(["ESH4"]);
  });

  it("joins the parts of a batch, and refuses two of one day", async () => {
    const second = [0, 1].map((i) => sampleBar(i, { tsEvent: sampleBar(i).tsEvent + DAY_NS }));
    const mappings = [mapping("ESH4", ["2024-01-02", "2024-01-04", 17_077])];
    const parts = [writeDbn({ mappings }, second), writeDbn({ mappings }, [sampleBar(0), sampleBar(1)])];
    expect((await barsOf({ file: parts }, Asset.future("ESH24"))).length).toBe(4);
    await expect(barsOf({ file: [parts[0] ?? "", parts[0] ?? ""] }, Asset.future("ESH24"))).rejects.toThrow("before");
  });

  it("makes coarser bars by the sessions of the exchange", async () => {
    const file = writeDbn(
      {},
      [0, 1, 2, 3, 4].map((i) => sampleBar(i)),
    );
    const bars = await barsOf({ file }, Asset.future("ESH24"), "5m");
    // Open of the first, highest high (4,801.25 + 1), lowest low (4,799.25), close of the fifth, 100 + ... + 104.
    expect(bars.length).toBe(1);
    expect([bars.open[0], bars.high[0], bars.low[0], bars.close[0], bars.volume[0]]).toEqual([
      4800.25, 4802.25, 4799.25, 4801.5, 510,
    ]);
  });

  it("serves whoever asks when there is one instrument and no mapping", async () => {
    const file = writeDbn({ symbols: [], mappings: [] }, [sampleBar(0), sampleBar(1)]);
    expect((await barsOf({ file }, Asset.stock("SPY"))).length).toBe(2);
  });
});

describe("a DBN file that cannot serve gets its own words:", () => {
  const schemaOf = (schema: DbnMetadata["schema"]) => {
    const path = join(folder, `${schema}.dbn`);
    writeFileSync(path, encodeDbn({ metadata: sampleMetadata({ schema }), records: [sampleTrade(0)] }));
    return path;
  };

  it("trades", async () => {
    const error = await readBarsFile(schemaOf("trades")).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: "InvalidDataError", code: "invalid_file" });
    expect(error).toMatchObject({
      message: expect.stringContaining("trades.dbn: found schema trades, expected ohlcv-1s"),
    });
    expect(error).toMatchObject({ hint: expect.stringContaining("ohlcv-1m") });
  });

  it.each([
    ["no DBN", "nothing.dbn", Buffer.from("time,open\n"), "nothing.dbn: found"],
    ["no bytes", "empty.dbn.zst", Buffer.alloc(0), "empty.dbn.zst: found"],
    [
      "a cut end",
      "cut.dbn",
      encodeDbn({ metadata: sampleMetadata(), records: [sampleBar(0)] }).subarray(0, -9),
      "cut.dbn: found",
    ],
    ["no bars", "none.dbn", encodeDbn({ metadata: sampleMetadata(), records: [] }), "it has no bars"],
  ])("%s", async (_what, name, bytes, told) => {
    writeFileSync(join(folder, name), bytes);
    await expect(readBarsFile(join(folder, name))).rejects.toThrow(told);
  });

  it("an instrument without a symbol on its day, unless rows may be dropped", async () => {
    const file = writeDbn({}, [sampleBar(0), sampleBar(1, { instrumentId: 5 }), sampleBar(2)]);
    await expect(readBarsFile(file)).rejects.toThrow("row 1, column symbol: instrument 5 has no symbol on 2024-01-02");
    const table = await readBarsFile(file, { onInvalid: "drop" });
    expect([table.series.get("ESH4")?.time.length, table.droppedRows]).toEqual([2, 1]);
  });

  it("several instruments without any mapping", async () => {
    const file = writeDbn({ symbols: ["ALL_SYMBOLS"], mappings: [] }, [
      sampleBar(0),
      sampleBar(1, { instrumentId: 5 }),
    ]);
    await expect(readBarsFile(file)).rejects.toThrow("several instruments (17077, 5 ...)");
  });

  it("bars of several venues", async () => {
    const file = writeDbn({}, [sampleBar(0), sampleBar(0, { publisherId: 2 })]);
    await expect(readBarsFile(file)).rejects.toThrow("bars of ESH4 from several venues");
  });

  it("options that contradict it", async () => {
    const file = writeDbn({}, [sampleBar(0), sampleBar(1)]);
    await expect(readBarsFile(file, { timestep: "5m" })).rejects.toThrow(
      "timestep was 5m; the file holds ohlcv-1m bars",
    );
    await expect(readBarsFile(file, { stamp: "close" })).rejects.toThrow("stamps bars with their open");
    await expect(readBarsFile(file, { timestep: "1m", stamp: "open" })).resolves.toBeDefined();
  });

  it("prices that are undefined", async () => {
    const file = writeDbn({}, [sampleBar(0), sampleBar(1, { high: 2n ** 63n - 1n, rtype: RType.ohlcv1m })]);
    await expect(readBarsFile(file)).rejects.toThrow("row 1, column high");
  });

  it("a bare zstd file, and the legacy container", () => {
    expect(() => new FileBacktesting({ file: "bars.zst" })).toThrow("'.zst'");
    expect(() => new FileBacktesting({ file: "bars.dbz" })).toThrow("'.dbz'");
  });
});

describe.skipIf(!haveSharedFiles)(`real DBN files${sharedFilesNote}`, () => {
  const python = "dbn-python";

  it.each([
    [`${python}/GLBX.MDP3/test_data.ohlcv-1m.dbn.zst`, "ESH1", "1m", 4, [3702.75, 3704.75, 3702.5, 3704.75, 306]],
    [`${python}/GLBX.MDP3/test_data.ohlcv-1d.dbn.zst`, "ESH1", "1d", 1, [3702.75, 3735, 3697.25, 3735, 718_174]],
    [`${python}/IFEU.IMPACT/test_data.ohlcv-1m.dbn.zst`, "BRN FMJ0024!", "1m", 4, [77.61, 77.8, 77.6, 77.76, 538]],
    ["dbn/test_data.ohlcv-1m.v1.dbn.zst", "ESH1", "1m", 2, [372_025, 372_150, 372_025, 372_100, 353]],
  ])("%s holds %s as its notes say", async (path, symbol, step, rows, first) => {
    const table = await readBarsFile(sharedFilePath(path));
    expect([...table.series.keys()]).toEqual([symbol]);
    expect(table.timestep.name).toBe(step);
    const bars = table.series.get(symbol);
    expect(bars?.time.length).toBe(rows);
    expect([bars?.open[0], bars?.high[0], bars?.low[0], bars?.close[0], bars?.volume[0]]).toEqual(first);
  });

  it("a response of the real service serves both of its contracts", async () => {
    const file = sharedFilePath("real/databento/nautilus-es-nq-2024-07-01.ohlcv-1m.dbn.zst");
    const assets = await new FileBacktesting({ file }).assets();
    expect(assets.map(String).sort()).toEqual(["future:ESU24", "future:NQU24"]);
  });

  it.each([
    ["dbn-nautilus/crates/adapters/databento/test_data/test_data.mbo.dbn.zst", "schema mbo"],
    ["dbn/test_data.ohlcv-1d.v3.dbn.zst", "it has no bars"],
    [`${python}/OPRA.PILLAR/test_data.ohlcv-1d.dbn.zst`, "several venues"],
  ])("%s is refused with: %s", async (path, told) => {
    await expect(readBarsFile(sharedFilePath(path))).rejects.toThrow(told);
  });
});
