import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Asset, DataBentoBacktesting, DataBentoData, Strategy } from "backlit";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { encodeDbn, storeZstd } from "../../../src/dbn/index.ts";
import { serviceOf } from "../../../src/sources/databento/options.ts";
import { json, ScriptedServer, text } from "../../servers/historical.ts";
import { type Bench, getBars, rejection, span, startBench } from "./support.ts";

let bench: Bench;
beforeEach(async () => {
  bench = await startBench();
});
afterEach(() => bench.close());

const WEEK = span("2024-01-08", "2024-01-13");
const ES = Asset.future("ESH24");
const AAPL = Asset.stock("AAPL");

/** Everything the cache holds for good: raw files and their columns. */
const held = (folder: string) =>
  existsSync(folder)
    ? readdirSync(join(folder), { recursive: true, encoding: "utf8" }).filter((file) =>
        /^series.*\.(dbn\.zst|feather|part)$/.test(file),
      )
    : [];
const hoursOf = (asset: Asset, options = {}) => rejection(getBars(bench.source(WEEK, options), asset, "1h", WEEK));
const nothingBought = () => {
  expect(bench.simulator.spent).toBe(0);
  expect(held(bench.folder)).toEqual([]);
};

describe("a key that is", () => {
  it("missing: told where to put one", async () => {
    const error = await hoursOf(ES, { apiKey: undefined });
    expect(error).toMatchObject({
      name: "ApiKeyError",
      reason: "missing",
      hint: expect.stringContaining("DATABENTO_API_KEY"),
    });
    nothingBought();
  });

  it("malformed: refused at once, and not repeated", () => {
    const make = () => bench.source(WEEK, { apiKey: "db-secretsecretsecret" });
    expect(make).toThrow("expected 'db-' and 29 letters or digits");
    expect(make).not.toThrow("secretsecret");
  });

  it("of a simulated service, without an address of one: not sent to the real service", async () => {
    const apiKey = bench.simulator.key;
    const error = await rejection(serviceOf({ apiKey }, () => {}, { DATABENTO_HISTORICAL_URL: " " }).connect());
    expect(error).toMatchObject({ parameter: "url", hint: expect.stringContaining("DATABENTO_HISTORICAL_URL") });
    expect(error.message).not.toContain(apiKey);
    await serviceOf({ apiKey, url: bench.simulator.url }, () => {}, {}).connect();
    await serviceOf({ apiKey }, () => {}, { DATABENTO_HISTORICAL_URL: bench.simulator.url }).connect();
  });

  it("refused (401)", async () => {
    const wrong = `${bench.simulator.key.slice(0, -1)}${bench.simulator.key.endsWith("a") ? "b" : "a"}`;
    expect(await hoursOf(ES, { apiKey: wrong })).toMatchObject({ name: "AuthenticationError", status: 401 });
    nothingBought();
  });
});

describe("an account without", () => {
  it("a licence (403)", async () => {
    const error = await hoursOf(AAPL, { dataset: "XNYS.PILLAR" });
    expect(error).toMatchObject({ name: "AccessDeniedError", status: 403 });
    nothingBought();
  });

  it("money (402)", async () => {
    bench.simulator.fail({ kind: "status", status: 402, endpoint: "timeseries.get_range", times: 9 });
    expect(await hoursOf(ES)).toMatchObject({ name: "InsufficientFundsError", status: 402 });
    nothingBought();
    bench.simulator.clearFaults();
    expect((await getBars(bench.source(WEEK), ES, "1h", WEEK)).length).toBeGreaterThan(50);
  });
});

describe("a span", () => {
  it("before the data: an error that says what there is", async () => {
    const early = span("2005-03-01", "2005-03-05");
    for (const asset of [AAPL, Asset.continuousFuture("ES"), Asset.future("ESM05")]) {
      const error = await rejection(getBars(bench.source(early), asset, "1h", early));
      expect(error).toMatchObject({ name: "DataMissingError" });
      expect(error.message).toMatch(/has data from 20(10-06-06|18-05-01) to 2027-01-01/);
    }
    nothingBought();
  });

  it("that begins before the data: clamped, and told", async () => {
    const early = span("2018-04-20", "2018-05-04");
    const source = bench.source(early);
    const bars = await getBars(source, AAPL, "1h", early);
    expect(bars.time[0]).toBe(Date.parse("2018-05-01T13:00:00Z"));
    expect(source.notes()[0]).toBe(
      "AAPL: 2018-04-20 to 2018-05-04 was asked for, XNAS.ITCH has 2018-05-01 to 2018-05-04",
    );
  });

  it("after the data: an error that says what there is", async () => {
    const late = span("2027-03-01", "2027-03-05");
    const error = await rejection(getBars(bench.source(late), AAPL, "1h", late));
    expect(error).toMatchObject({ name: "DataMissingError", message: expect.stringContaining("to 2027-01-01") });
    nothingBought();
  });

  it("narrowed by the licence: clamped to what the refusal says", async () => {
    await using server = await scripted();
    const detail = {
      case: "dataset_unavailable_range",
      message:
        "Part of your request requires a license. Try again with an end time before 2024-01-10T00:00:00.000000000Z.",
      status_code: 422,
      docs: "",
      payload: null,
    };
    server.on("metadata.get_cost", json({ detail }, 422), json(0));
    server.on("timeseries.get_range", text(bars(["2024-01-08T15:00:00Z"])));
    const found = await getBars(sourceOf(server), AAPL, "1h", WEEK);
    expect(found.length).toBe(1);
    expect(server.requestsTo("timeseries.get_range").map(({ form }) => form.get("end"))).toEqual(["2024-01-10"]);
  });

  it("that is empty: an error of the run, an empty series of the source", async () => {
    const run = new Nothing().backtest(DataBentoBacktesting, "2024-01-13", "2024-01-08", { cacheDir: bench.cacheDir });
    await expect(run).rejects.toMatchObject({ code: "invalid_time" });
    expect((await getBars(bench.source(WEEK), ES, "1h", { start: WEEK.end, end: WEEK.start })).length).toBe(0);
    nothingBought();
  });
});

class Nothing extends Strategy {
  override onTradingIteration() {}
}

describe("an asset that is unknown", () => {
  it.each([
    ["by its root", Asset.continuousFuture("EQ"), "Did you mean 'ES'?"],
    ["by its decade", Asset.continuousFuture("ESZ4"), "such as ESZ14 or ESZ24"],
    ["by its venue", asset({ symbol: "SPY", exchange: "NYZE" }), "Did you mean 'NYSE'?"],
    ["as ICE alone", asset({ symbol: "XYZ", assetType: "continuous_future", exchange: "ICE" }), "IFEU.IMPACT"],
    ["by its type", Asset.crypto("BTC", "USD"), "futures, stocks and options"],
    ["by its month", Asset.future("ESF24"), "HMUZ"],
  ])("%s: the nearest is named", async (_what, unknown, hint) => {
    const error = await hoursOf(unknown);
    expect(error).toMatchObject({ name: "DataMissingError", hint: expect.stringContaining(hint) });
    nothingBought();
  });
});

function asset(fields: ConstructorParameters<typeof Asset>[0]): Asset {
  return new Asset(fields);
}

describe("an answer that is", () => {
  it.each(["metadata.get_dataset_range", "metadata.get_cost", "timeseries.get_range"])(
    "a proxy's page in place of %s",
    async (endpoint) => {
      bench.simulator.fail({ kind: "html", endpoint });
      expect(await hoursOf(AAPL)).toMatchObject({
        name: "UnexpectedAnswerError",
        hint: expect.stringContaining("network"),
      });
      nothingBought();
    },
  );

  const damaged: [string, Uint8Array, string][] = [
    ["DBN of version 9", ninth(bars(["2024-01-08T15:00:00Z"])), "unsupported_version"],
    ["cut inside a record", bars(["2024-01-08T15:00:00Z"]).slice(0, -10), "truncated"],
    ["cut inside a zstd frame", storeZstd(bars(["2024-01-08T15:00:00Z"])).slice(0, -10), "truncated"],
    ["a zstd bomb", bomb(), "limit"],
    ["of another schema", bars(["2024-01-08T15:00:00Z"], "ohlcv-1d"), "wrong_schema"],
    ["out of order", bars(["2024-01-08T15:00:00Z", "2024-01-08T14:00:00Z"]), "bad_record"],
  ];
  it.each(damaged)("%s: kept aside and not in the cache", async (_what, body, code) => {
    await using server = await scripted();
    server.on("timeseries.get_range", text(body), text(bars(["2024-01-08T15:00:00Z"])));
    const error = await rejection(getBars(sourceOf(server), AAPL, "1h", WEEK));
    expect(error).toMatchObject({
      name: "UnreadableDataError",
      cause: { code },
      hint: expect.stringContaining("run again"),
    });
    expect(existsSync(String(error["file"]))).toBe(true);
    expect(held(bench.cacheDir)).toEqual([]);
    expect((await getBars(sourceOf(server), AAPL, "1h", WEEK)).length).toBe(1);
  });

  it("whole in itself and shorter than its price: told, with what was to come", async () => {
    await using server = await scripted();
    // Three bars of 56 bytes are billed; the end of a zstd frame is where the answer stops, in good order.
    server.on("metadata.get_billable_size", json(3 * 56));
    server.on("timeseries.get_range", text(storeZstd(bars(["2024-01-08T15:00:00Z"]))));
    const source = sourceOf(server);
    expect((await getBars(source, AAPL, "1h", WEEK)).length).toBe(1);
    expect(source.notes()).toContain(
      "AAPL: of 3 rows of ohlcv-1h from 2024-01-08 to 2024-01-13 that are billed, 1 came; buy it anew with forceRefresh",
    );
    expect(bench.events).toContainEqual(
      expect.objectContaining({ kind: "short_answer", rows: 1, billedRows: 3, span: expect.objectContaining(WEEK) }),
    );
  });

  it("broken off, again and again: no part of it is kept, and the limit bounds the repetitions", async () => {
    bench.simulator.fail({ kind: "cut", afterBytes: 400, endpoint: "timeseries.get_range", times: 99 });
    expect(await hoursOf(AAPL)).toMatchObject({ name: "StreamBrokenError" });
    expect(bench.requestsTo("timeseries.get_range")).toHaveLength(3);
    expect(held(bench.folder)).toEqual([]);
  });

  it("broken off after a yes for once: not bought again without another yes", async () => {
    bench.simulator.fail({ kind: "cut", afterBytes: 400, endpoint: "timeseries.get_range", times: 99 });
    let asked = 0;
    const confirmCost = () => ++asked === 1;
    const noLimit = { maxCost: undefined, confirmCost } as unknown as { readonly maxCost: number };
    expect(await hoursOf(AAPL, noLimit)).toMatchObject({ name: "StreamBrokenError" });
    expect([asked, bench.requestsTo("timeseries.get_range").length]).toEqual([1, 1]);
  });
});

describe("a clock that is far off", () => {
  it("behind: data from the future gives it away", async () => {
    await using server = await scripted();
    const future = new Date(Date.now() + 40 * 86_400_000).toISOString();
    server.on("metadata.get_dataset_range", json({ start: "2018-05-01T00:00:00Z", end: future, schema: {} }));
    const error = await rejection(getBars(sourceOf(server), AAPL, "1h", WEEK));
    expect(error).toMatchObject({ name: "ClockError", hint: "set the clock of this machine" });
    expect(server.requestsTo("timeseries.get_range")).toEqual([]);
  });

  it("ahead: the end is that of the data, and told", async () => {
    const now = { start: WEEK.start, end: Date.parse("2041-01-01") };
    const source = new DataBentoData({
      ...now,
      apiKey: bench.simulator.key,
      url: bench.simulator.url,
      cacheDir: bench.cacheDir,
      maxCost: 9,
    });
    const bars = await getBars(source, AAPL, "1d", { start: Date.parse("2026-12-28"), end: now.end });
    expect(bars.time.at(-1)).toBe(Date.parse("2026-12-31"));
    expect(source.notes()[0]).toContain("XNAS.ITCH has 2026-12-28 to 2027-01-01");
  });
});

/** A small disk of its own; undefined where mounting is not allowed. */
function smallDisk(megabytes: number): { readonly path: string; remove(): void } | undefined {
  const path = mkdtempSync(join(tmpdir(), "backlit-disk-"));
  const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", `size=${megabytes}m`, "tmpfs", path]).status === 0;
  const remove = () => {
    if (mounted) spawnSync("umount", [path]);
    rmSync(path, { recursive: true, force: true });
  };
  if (mounted) return { path, remove };
  remove();
  return undefined;
}

const disk = smallDisk(1);
disk?.remove();
if (disk === undefined) console.log("Full and read-only disks are not tested: this user may not mount one");

describe.skipIf(disk === undefined)("a disk (skipped where one may not be mounted)", () => {
  const options = (path: string) => ({ cacheDir: path });

  it("without room for the data: refused before anything is bought", async () => {
    const small = smallDisk(1);
    const cacheDir = small?.path ?? "";
    writeFileSync(join(cacheDir, "filler"), new Uint8Array(900_000));
    const error = await rejection(getBars(bench.source(WEEK, options(cacheDir)), ES, "1m", WEEK));
    expect(error).toMatchObject({
      name: "CacheFullError",
      code: "cache_full",
      hint: expect.stringContaining("BACKLIT_CACHE_DIR"),
    });
    expect(bench.requestsTo("timeseries.get_range")).toEqual([]);
    small?.remove();
  });

  it("that fills up while data comes: what was finished stays, nothing half-written does", async () => {
    const small = smallDisk(4);
    const cacheDir = small?.path ?? "";
    const folder = join(cacheDir, `simulated-${bench.simulator.key.slice(-5)}`);
    await getBars(bench.source(WEEK, options(cacheDir)), ES, "1h", WEEK);
    const before = held(folder);
    const filler = join(cacheDir, "filler");
    const fill = () => {
      for (const size of [1e6, 1e5, 1e4, 4096, 1]) {
        for (let file = 0; ; file++) {
          try {
            writeFileSync(`${filler}-${size}-${file}`, new Uint8Array(size));
          } catch {
            break;
          }
        }
      }
    };
    const onDataEvent = (event: { readonly kind: string }) => {
      if (event.kind === "bought") fill();
    };
    const month = span("2024-01-08", "2024-02-08");
    const error = await rejection(getBars(bench.source(month, { ...options(cacheDir), onDataEvent }), ES, "1m", month));
    expect(error).toMatchObject({ name: "CacheFullError" });
    expect(held(folder)).toEqual(before);
    for (const file of readdirSync(cacheDir)) if (file.startsWith("filler")) rmSync(join(cacheDir, file));
    bench.forget();
    expect((await getBars(bench.source(month, options(cacheDir)), ES, "1m", month)).length).toBeGreaterThan(20_000);
    await getBars(bench.source(WEEK, options(cacheDir)), ES, "1h", WEEK);
    expect(bench.requestsTo("timeseries.get_range").map(({ parameters }) => parameters["schema"])).toEqual([
      "ohlcv-1m",
    ]);
    small?.remove();
  });

  it("that is read-only: what it holds is read, what it lacks is refused before anything is bought", async () => {
    const small = smallDisk(8);
    const cacheDir = small?.path ?? "";
    const first = await getBars(bench.source(WEEK, options(cacheDir)), ES, "1h", WEEK);
    const columns = readdirSync(cacheDir, { recursive: true, encoding: "utf8" }).find((file) =>
      file.endsWith(".feather"),
    );
    rmSync(join(cacheDir, columns ?? ""));
    spawnSync("mount", ["-o", "remount,ro", cacheDir]);
    const again = await getBars(bench.source(WEEK, options(cacheDir)), ES, "1h", WEEK);
    expect(again.close).toEqual(first.close);
    bench.forget();
    const error = await rejection(getBars(bench.source(WEEK, options(cacheDir)), ES, "1m", WEEK));
    expect(error).toMatchObject({ name: "CacheReadOnlyError", code: "cache_read_only" });
    expect(bench.requestsTo("timeseries.get_range")).toEqual([]);
    small?.remove();
  });
});

/** A service of scripted answers around one stock, for what the simulated service never says. */
async function scripted(): Promise<ScriptedServer> {
  mkdirSync(bench.cacheDir, { recursive: true });
  const server = await ScriptedServer.start();
  const range = { start: "2018-05-01T00:00:00Z", end: "2025-01-01T00:00:00Z", schema: {} };
  server.on("metadata.get_dataset_range", json(range));
  server.on("metadata.get_dataset_condition", json([]));
  server.on("metadata.get_cost", json(0));
  server.on("metadata.get_billable_size", json(56));
  return server;
}

function sourceOf(server: ScriptedServer): DataBentoBacktesting {
  return bench.source(WEEK, { url: server.url, apiKey: "db-unitTestOnlyNotARealKey0000XYZ12".slice(0, 32) });
}

/** Hour bars of AAPL at the given times. */
function bars(times: readonly string[], schema: "ohlcv-1h" | "ohlcv-1d" = "ohlcv-1h"): Uint8Array {
  const metadata = {
    version: 3,
    dataset: "XNAS.ITCH",
    schema,
    start: BigInt(WEEK.start) * 1_000_000n,
    end: BigInt(WEEK.end) * 1_000_000n,
    limit: undefined,
    stypeIn: "raw_symbol",
    stypeOut: "instrument_id",
    tsOut: false,
    symbolCstrLen: 71,
    symbols: ["AAPL"],
    partial: [],
    notFound: [],
    mappings: [{ rawSymbol: "AAPL", intervals: [{ startDate: "2024-01-08", endDate: "2024-01-13", symbol: "7" }] }],
  } as const;
  const records = times.map((time) => ({
    kind: "ohlcv" as const,
    rtype: schema === "ohlcv-1h" ? 34 : 35,
    publisherId: 2,
    instrumentId: 7,
    tsEvent: BigInt(Date.parse(time)) * 1_000_000n,
    open: 185_000_000_000n,
    high: 186_000_000_000n,
    low: 184_000_000_000n,
    close: 185_500_000_000n,
    volume: 100n,
  }));
  return encodeDbn({ metadata, records } as never);
}

function ninth(bytes: Uint8Array): Uint8Array {
  const changed = bytes.slice();
  changed[3] = 9;
  return changed;
}

/** Sound metadata, then a frame of 400 blocks of 128 KiB that each repeat one byte: 52 MB out of 1.6 kB. */
function bomb(): Uint8Array {
  const blocks = 400;
  const frame = [0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x38];
  for (let block = 0; block < blocks; block++) {
    const header = (0x20000 << 3) | (1 << 1) | (block === blocks - 1 ? 1 : 0);
    frame.push(header & 0xff, (header >> 8) & 0xff, header >> 16, 0x0e);
  }
  return Buffer.concat([storeZstd(bars([])), Uint8Array.from(frame)]);
}
