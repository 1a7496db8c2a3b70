/** `backlit data` on a cache that was filled from a simulated service. */
import { appendFileSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Simulator, startSimulator } from "../../src/simulator/index.ts";
import { readBarsFile } from "../../src/sources/read-bars-file.ts";
import { run, temporaryFolder } from "./support.ts";

const SPAN = ["--start", "2024-03-04", "--end", "2024-03-16"];
let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator({ subscribed: true });
});
afterAll(() => simulator.close());

/** A cache of minutes of ES (which rolls on the way) and NQ and hours of AAPL. */
async function filledCache() {
  const folder = temporaryFolder();
  const environment = {
    DATABENTO_API_KEY: simulator.key,
    DATABENTO_HISTORICAL_URL: simulator.url,
    BACKLIT_CACHE_DIR: join(folder, "cache"),
    DATABENTO_MAX_COST: "",
  };
  const backlit = (...words: readonly string[]) => run(folder, words, environment);
  expect((await backlit("fetch", "ES", "NQH24", ...SPAN, "--quiet")).code).toBe(0);
  expect((await backlit("fetch", "stock:AAPL", "--schema", "ohlcv-1h", ...SPAN, "--quiet")).code).toBe(0);
  const data = (...words: readonly string[]) => backlit("data", ...words);
  const symbols = async (...words: readonly string[]) => {
    const { stdout } = await data("ls", "--json", ...words);
    const { series } = JSON.parse(stdout) as { series: { schema: string; symbol: string }[] };
    return series.map(({ schema, symbol }) => `${schema} ${symbol}`);
  };
  const raw = (symbol: string, schema = "ohlcv-1m") => {
    const dataset = symbol === "AAPL" ? "XNAS.ITCH" : "GLBX.MDP3";
    const series = join(
      folder,
      "cache",
      `simulated-${simulator.key.slice(-5)}`,
      "series",
      dataset,
      schema,
      "raw_symbol",
      symbol,
    );
    const [file = ""] = readdirSync(series).filter((name) => name.endsWith(".dbn.zst"));
    return join(series, file);
  };
  return { folder, data, symbols, raw, backlit };
}

describe("data ls", () => {
  it("lists series with spans, files and sizes, and filters by symbol, root, dataset and schema", async () => {
    const { data, symbols } = await filledCache();
    const all = await symbols();
    expect(all).toEqual([
      "definition ESH4",
      "definition ESM4",
      "definition NQH4",
      "ohlcv-1m ESH4",
      "ohlcv-1m ESM4",
      "ohlcv-1m NQH4",
      "ohlcv-1h AAPL",
    ]);
    expect(await symbols("ES")).toEqual(["definition ESH4", "definition ESM4", "ohlcv-1m ESH4", "ohlcv-1m ESM4"]);
    expect(await symbols("ESH4", "NQ", "--schema", "ohlcv-1m")).toEqual(["ohlcv-1m ESH4", "ohlcv-1m NQH4"]);
    expect(await symbols("--dataset", "XNAS.ITCH")).toEqual(["ohlcv-1h AAPL"]);
    expect(await symbols("E")).toEqual([]);
    const { stdout, code } = await data("ls", "NQ", "--schema", "ohlcv-1m");
    expect(stdout).toMatch(/GLBX\.MDP3 {2}ohlcv-1m {2}NQH4 {4}2024-03-04 to 2024-03-16 +1 +[\d.]+ MB {2}SIMULATED/);
    expect(code).toBe(0);
  });

  it("says that nothing is there", async () => {
    const folder = temporaryFolder();
    const { code, stdout } = await run(folder, ["data", "ls"], { BACKLIT_CACHE_DIR: join(folder, "none") });
    expect(stdout).toBe("nothing in the cache\n$0.00 paid for real data so far\n");
    expect(code).toBe(0);
  });
});

describe("data verify", () => {
  it("finds a flipped byte under an unchanged date, moves the file away, and fetch mends it", async () => {
    const { data, raw, backlit, folder } = await filledCache();
    const sound = await data("verify");
    expect(sound.stdout).toBe("7 series, 7 files sound, none damaged.\n");
    expect(sound.code).toBe(0);
    const path = raw("NQH4");
    const { atime, mtime } = statSync(path);
    const bytes = readFileSync(path);
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
    writeFileSync(path, bytes);
    utimesSync(path, atime, mtime);
    const { code, stdout } = await data("verify", "NQ", "--json");
    expect(JSON.parse(stdout)).toMatchObject({ series: 2, sound: 1, damaged: [{ file: path }] });
    expect(code).toBe(1);
    expect(readdirSync(join(folder, "cache", `simulated-${simulator.key.slice(-5)}`, "quarantine"))).toHaveLength(1);
    const before = simulator.requests.length;
    expect((await backlit("fetch", "NQH24", ...SPAN, "--quiet")).code).toBe(0);
    const bought = simulator.requests.slice(before).filter(({ endpoint }) => endpoint === "timeseries.get_range");
    expect(bought.map(({ parameters }) => parameters["symbols"])).toEqual(["NQH4"]);
    expect((await data("verify")).code).toBe(0);
  });

  it("finds a file that grew", async () => {
    const { data, raw } = await filledCache();
    appendFileSync(raw("AAPL", "ohlcv-1h"), "x");
    const { code, stdout } = await data("verify", "AAPL");
    expect(stdout).toMatch(/^damaged: .*AAPL.*moved to .*quarantine/);
    expect(code).toBe(1);
  });
});

describe("data export", () => {
  it.each(["parquet", "csv", "feather"])(
    "writes %s that reads back as what was asked for, and buys nothing",
    async (format) => {
      const { data, folder } = await filledCache();
      const before = simulator.requests.length;
      const words = ["export", "ES", ...SPAN, "--timestep", "15m", "--format", format, "--out", "files", "--json"];
      const { code, stdout, stderr } = await data(...words);
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      const { files } = JSON.parse(stdout) as { files: { path: string; rows: number; bytes: number }[] };
      expect(files.map(({ path }) => path)).toEqual([
        join("files", `SIMULATED-ES-15m-2024-03-04-2024-03-16.${format}`),
      ]);
      const table = await readBarsFile(join(folder, files[0]?.path ?? ""), { timestep: "15m" });
      const [bars] = [...table.series.values()];
      // Ten sessions from Sunday evening on, each of 92 quarters of an hour; the first began on 2024-03-03 at 23:00Z, 4 of its quarters
      // before the span. On 2024-03-10 the clocks go forward, which changes no session's length.
      expect(bars?.time.length).toBe(10 * 92 - 4);
      expect(files[0]?.rows).toBe(bars?.time.length);
      expect(bars?.time[0]).toBe(Date.parse("2024-03-04T00:00Z"));
      expect(simulator.requests.slice(before).filter(({ endpoint }) => endpoint === "timeseries.get_range")).toEqual(
        [],
      );
    },
  );

  it("takes the gaps out of rolls where that is asked for", async () => {
    const { data, folder } = await filledCache();
    const closes = async (adjust: string) => {
      const words = ["export", "ES", ...SPAN, "--adjust", adjust, "--format", "csv", "--json"];
      const { files } = JSON.parse((await data(...words)).stdout) as { files: { path: string }[] };
      const table = await readBarsFile(join(folder, files[0]?.path ?? ""));
      const close = [...table.series.values()][0]?.close;
      return [close?.[0] ?? 0, close?.at(-1) ?? 0];
    };
    const [raw = [], adjusted = []] = [await closes("none"), await closes("difference")];
    // The newest contract keeps its prices; the one before is moved by the gap, which is never zero here: carry lies between them.
    expect(adjusted[1]).toBe(raw[1]);
    expect(adjusted[0]).not.toBe(raw[0]);
  });

  it("says what is not there", async () => {
    const paying = await startSimulator();
    const folder = temporaryFolder();
    const environment = {
      DATABENTO_API_KEY: paying.key,
      DATABENTO_HISTORICAL_URL: paying.url,
      BACKLIT_CACHE_DIR: join(folder, "cache"),
      DATABENTO_MAX_COST: "100",
    };
    const { code, stderr } = await run(folder, ["data", "export", "NQ", ...SPAN], environment);
    await paying.close();
    expect(stderr).toContain("the cache does not hold all of it");
    expect(stderr).toContain("backlit fetch");
    expect(code).toBe(3);
    expect(paying.spent).toBe(0);
  });
});

describe("data rm", () => {
  it("removes what is named, after a yes, and nothing else", async () => {
    const { data, symbols } = await filledCache();
    const unasked = await data("rm", "ES");
    expect(unasked.stderr).toContain("nobody to ask");
    expect(unasked.code).toBe(2);
    expect(await symbols()).toHaveLength(7);
    const { code, stdout, stderr } = await data("rm", "ES", "--schema", "ohlcv-1m", "--yes");
    expect(stdout).toBe("removed 2 series\n");
    expect(stderr).toMatch(/GLBX\.MDP3 ohlcv-1m ESH4 {2}[\d.]+ MB {2}SIMULATED/);
    expect(code).toBe(0);
    expect(await symbols()).toEqual([
      "definition ESH4",
      "definition ESM4",
      "definition NQH4",
      "ohlcv-1m NQH4",
      "ohlcv-1h AAPL",
    ]);
  });

  it("needs a name, or --all", async () => {
    const { data, symbols } = await filledCache();
    expect((await data("rm", "--yes")).code).toBe(2);
    expect((await data("rm", "CL", "--yes")).code).toBe(3);
    expect(await symbols()).toHaveLength(7);
    expect((await data("rm", "--all", "--yes")).stdout).toBe("removed 7 series\n");
    expect(await symbols()).toEqual([]);
  });
});
