import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { Asset } from "../../src/market/asset.ts";
import { parseTimestep } from "../../src/market/timestep.ts";
import { FileBacktesting, type FileOptions } from "../../src/sources/file.ts";
import { type ParquetColumn, writeParquet } from "../../src/store/parquet-writer.ts";

const directory = mkdtempSync(join(tmpdir(), "backlit-file-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const MINUTE = parseTimestep("1m");
const all = { start: -1e15, end: 1e15, lookback: 0, timestep: MINUTE };

/** A file of three minute bars a symbol; without symbols when none is given. */
function csv(name: string, symbols: readonly string[], day = "2013-10-07"): string {
  const path = join(directory, name);
  const named = symbols.length > 0;
  const rows = [0, 1, 2].flatMap((minute) =>
    (named ? symbols : [""]).map((symbol) => `${day}T14:3${minute}:00Z,${named ? `${symbol},` : ""}1,3,0.5,2,10`),
  );
  writeFileSync(path, `${[`ts_utc,${named ? "symbol," : ""}open,high,low,close,volume`, ...rows].join("\n")}\n`);
  return path;
}

const source = (file: FileOptions["file"], options: Partial<FileOptions> = {}) =>
  new FileBacktesting({ file, ...options });
const length = async (file: FileOptions["file"], asset: Asset) =>
  (await source(file).getBars({ ...all, asset })).length;

it("a table of pandas is read whose times are an index without a name", async () => {
  const milliseconds = Float64Array.of(0, 60_000, 120_000);
  const price: ParquetColumn = { kind: "number", values: Float64Array.of(4, 5, 6) };
  const columns = ["open", "high", "low", "close", "volume"].map((name) => [name, price] as const);
  const path = join(directory, "pandas.parquet");
  writeFileSync(
    path,
    await writeParquet(
      new Map<string, ParquetColumn>([...columns, ["__index_level_0__", { kind: "timestamp", milliseconds }]]),
    ),
  );
  const bars = await source(path).getBars({ ...all, asset: Asset.stock("SPY") });
  expect([...bars.time]).toEqual([...milliseconds]);
});

describe("which symbol serves which asset", () => {
  const contracts = csv("contracts.csv", ["ESZ13", "ESH4", "ESM2014"]);

  it.each([
    Asset.future("ESZ13"),
    Asset.future("ESZ2013"),
    Asset.future("ES", "2013-12-20"),
    Asset.future("ESH14"),
    Asset.future("ES", "2014-03-21"),
    Asset.future("ES", "2014-03-20"),
    Asset.future("ESM14"),
  ])("the contract %s is found in any spelling", async (asset) => {
    const bars = await source(contracts).getBars({ ...all, asset });
    expect([bars.length, bars.asset.key]).toEqual([3, asset.key]);
  });

  it("crude oil ends in the month before the one it is named for", async () => {
    const crude = csv("crude.csv", ["CLX13", "CLZ13", "CLF14"]);
    const january = await source(crude).getBars({ ...all, asset: Asset.future("CL", "2013-12-19") });
    expect(january.length).toBe(3);
    const only = csv("crude-z.csv", ["CLZ13"]);
    await expect(length(only, Asset.future("CL", "2013-12-19"))).rejects.toMatchObject({ code: "data_missing" });
  });

  it("a one-digit year means the first such contract from the data on", async () => {
    const newer = csv("newer.csv", ["ESZ3"], "2023-10-09");
    expect(await length(newer, Asset.future("ESZ23"))).toBe(3);
    await expect(length(newer, Asset.future("ESZ13"))).rejects.toMatchObject({ code: "data_missing" });
  });

  it.each([
    ["ES", Asset.continuousFuture("ES")],
    ["ES.c.0", Asset.continuousFuture("ES", { roll: "c" })],
    ["BTCUSD", Asset.crypto("BTC")],
    ["BTC-USD", Asset.crypto("BTC")],
    ["EUR/USD", Asset.forex("EUR")],
    ["SPX", Asset.index("SPX")],
    ["SPY", Asset.stock("SPY")],
    ["AAPL  250117C00150000", Asset.option({ symbol: "AAPL", expiration: "2025-01-17", strike: 150, right: "call" })],
  ])("the symbol %s serves %s", async (symbol, asset) => {
    expect(await length(csv("one.csv", [symbol, "OTHER"]), asset)).toBe(3);
  });

  it("a file without symbols serves one asset, any one", async () => {
    const file = source(csv("plain.csv", []));
    expect((await file.getBars({ ...all, asset: Asset.stock("SPY") })).length).toBe(3);
    await expect(file.getBars({ ...all, asset: Asset.stock("QQQ") })).rejects.toMatchObject({
      code: "data_missing",
      message:
        "Looking into plain.csv for stock:QQQ: it holds one series without a symbol, which already serves stock:SPY",
    });
  });

  it("a continuous future is not made of dated contracts here, and the error names them", async () => {
    await expect(length(contracts, Asset.continuousFuture("ES"))).rejects.toMatchObject({
      code: "data_missing",
      message: "Looking into contracts.csv for future:ES: it holds dated contracts only: ESZ13, ESH14, ESM14",
      hint: "Ask for one of them by name, for example 'future:ESZ13'; a file with the symbol 'ES' serves the continuous future.",
    });
  });

  it("an asset that is not held is answered with what is", async () => {
    await expect(length(csv("spy.csv", ["SPY", "QQQ"]), Asset.stock("IWM"))).rejects.toMatchObject({
      code: "data_missing",
      message: "Looking into spy.csv for stock:IWM: it holds SPY, QQQ",
    });
  });

  it("a stock's bars are not an option's", async () => {
    const option = Asset.option({ symbol: "SPY", expiration: "2025-01-17", strike: 150, right: "call" });
    await expect(length(csv("spy.csv", ["SPY"]), option)).rejects.toMatchObject({ code: "data_missing" });
  });
});

describe("assets", () => {
  it("lists dated futures, which are what they are, and leaves the rest to the asking", async () => {
    const assets = await source(csv("mixed.csv", ["ESZ13", "ESH4", "SPY", "ES"])).assets();
    expect(assets.map(({ key }) => key)).toEqual(["future:ESZ13", "future:ESH14"]);
  });

  it("lists the option asset, and refuses one that is not held when the file is read", async () => {
    const asset = Asset.continuousFuture("ES");
    expect(await source(csv("es.csv", ["ES"]), { asset }).assets()).toEqual([asset]);
    await expect(source(csv("spy.csv", ["SPY"]), { asset }).assets()).rejects.toMatchObject({ code: "data_missing" });
  });
});

describe("several files", () => {
  it("with parts of one series are joined by time, in whatever order they are named", async () => {
    const files = [csv("b.csv", ["ES"], "2013-10-08"), csv("a.csv", ["ES"], "2013-10-07"), csv("c.csv", ["NQ"])];
    const joined = source(files);
    const bars = await joined.getBars({ ...all, asset: Asset.continuousFuture("ES") });
    expect(bars.length).toBe(6);
    expect(bars.time[0]).toBe(Date.parse("2013-10-07T14:30:00Z"));
    expect((await joined.getBars({ ...all, asset: Asset.continuousFuture("NQ") })).length).toBe(3);
  });

  it("that overlap are refused", async () => {
    const files = [csv("a.csv", ["ES"]), csv("same.csv", ["ES"])];
    await expect(length(files, Asset.continuousFuture("ES"))).rejects.toMatchObject({
      code: "invalid_file",
      message:
        "Joining ES of a.csv and same.csv: same.csv begins at 2013-10-07T14:30:00Z, before a.csv ends at 2013-10-07T14:32:00Z",
    });
  });
});

describe("bad input", () => {
  it("a missing file", async () => {
    const path = join(directory, "nowhere.csv");
    await expect(source(path).assets()).rejects.toMatchObject({
      code: "data_missing",
      message: `Reading ${path}: there is no such file`,
    });
  });

  it("an empty file", async () => {
    const path = join(directory, "empty.csv");
    writeFileSync(path, "");
    await expect(source(path).assets()).rejects.toMatchObject({
      code: "invalid_file",
      message: "Reading empty.csv: the file is empty",
    });
  });

  it("a directory", async () => {
    const path = join(directory, "folder.csv");
    mkdirSync(path);
    await expect(source(path).assets()).rejects.toMatchObject({ code: "data_missing" });
  });

  it.each(["feather", "parquet"])("a damaged .%s file", async (format) => {
    const path = join(directory, `damaged.${format}`);
    writeFileSync(path, "not what the name says");
    await expect(source(path).assets()).rejects.toMatchObject({
      code: "invalid_file",
      message: expect.stringMatching(`^Reading damaged.${format}: `),
    });
  });

  it.each([
    [{ file: "bars.xlsx" }, "Reading bars.xlsx: the extension '.xlsx', which names no format"],
    [{ file: "bars" }, "Reading bars: no extension, which names no format"],
    [{ file: undefined }, "the option file was not given"],
    [{ file: [] }, "the option file was []"],
    [{ file: "a.csv", stamp: "end" }, "the option stamp was 'end', expected open or close"],
    [{ file: "a.csv", onInvalid: "fix" }, "the option onInvalid was 'fix', expected reject or drop or keep"],
    [{ file: "a.csv", timezone: "America/Chigaco" }, "Time zone 'America/Chigaco' is not known"],
    [{ file: "a.csv", timestep: "1M" }, "'M' means minutes to some and months to others"],
  ])("options %j", (options, message) => {
    expect(() => new FileBacktesting(options as never)).toThrow(message);
  });

  it("is told to all who ask", async () => {
    const file = source(join(directory, "nowhere.csv"));
    await expect(file.assets()).rejects.toThrow("no such file");
    await expect(file.getBars({ ...all, asset: Asset.stock("SPY") })).rejects.toThrow("no such file");
  });
});

describe("notes", () => {
  it("tell when the run asks for more than the file holds", async () => {
    const asset = Asset.continuousFuture("ES");
    const span = { start: Date.parse("2013-10-01"), end: Date.parse("2013-10-08") };
    const file = source(csv("short.csv", ["ES"]), { ...span, timestep: "1m" });
    await file.getBars({ ...all, asset });
    await file.getBars({ ...all, asset });
    expect(file.notes()).toEqual([
      "future:ES: the file holds bars from 2013-10-07T14:30:00Z to 2013-10-07T14:32:00Z, the run asks for 2013-10-01T00:00:00Z to 2013-10-08T00:00:00Z",
    ]);
    const inside = source(csv("short.csv", ["ES"]), { ...span, start: Date.parse("2013-10-06"), timestep: "1m" });
    await inside.getBars({ ...all, asset });
    expect(inside.notes()).toEqual([]);
  });

  it("tell the step that was found, rows left out, and how coarser bars were made", async () => {
    const path = csv("notes.csv", ["ES"]);
    writeFileSync(
      path,
      `ts_utc,symbol,open,high,low,close,volume\n2013-10-07T14:30:00Z,ES,1,3,0.5,2,10\n2013-10-07T14:31:00Z,ES,1,0,0.5,2,10\n2013-10-07T14:32:00Z,ES,1,3,0.5,2,10\n2013-10-07T14:33:00Z,ES,1,3,0.5,2,10\n`,
    );
    const file = source(path, { onInvalid: "drop" });
    await file.getBars({ ...all, asset: Asset.continuousFuture("ES"), timestep: parseTimestep("5m") });
    expect(file.notes()).toEqual([
      "Reading notes.csv: no timestep given, taken as 1m, the most frequent distance between rows",
      "Reading notes.csv: 1 problem, 1 row left out (onInvalid: 'drop'): line 3, column high: high 0 is below low 0.5",
      "future:ES: 5m bars are made from 1m bars, cut by the sessions of CME_EQUITY",
    ]);
  });
});
