import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, existsSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Asset, type BarSeries } from "backlit";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Bench, getBars, rejection, type Span, span, startBench } from "./support.ts";

const ES = Asset.future("ESH24");
const child = fileURLToPath(new URL("fetch-child.mjs", import.meta.url));
const distribution = fileURLToPath(new URL("../../../dist/index.js", import.meta.url));

let bench: Bench;
beforeEach(async () => {
  bench = await startBench();
});
afterEach(() => bench.close());

const bought = () =>
  bench
    .requestsTo("timeseries.get_range")
    .filter(({ parameters }) => parameters["schema"] !== "definition")
    .map(({ parameters }) => `${parameters["start"]} ${parameters["end"]}`);
const fetchHours = (dates: Span, options = {}) => getBars(bench.source(dates, options), ES, "1h", dates);
const seriesFolder = () => join(bench.folder, "series", "GLBX.MDP3", "ohlcv-1h", "raw_symbol", "ESH4");
const filesOf = (extension: string) => readdirSync(seriesFolder()).filter((file) => file.endsWith(extension));
const rawFile = () => join(seriesFolder(), filesOf(".dbn.zst")[0] ?? "none");
const kinds = () => bench.events.map(({ kind }) => kind);
const rows = ({ time, open, high, low, close, volume }: BarSeries) => ({ time, open, high, low, close, volume });

const WEEK = span("2024-01-08", "2024-01-13");

describe("the cache buys", () => {
  it("only the gaps of any overlapping request", async () => {
    await fetchHours(span("2024-01-08", "2024-01-10"));
    await fetchHours(span("2024-01-15", "2024-01-17"));
    bench.forget();
    const all = await fetchHours(span("2024-01-05", "2024-01-20"));
    expect(bought().toSorted()).toEqual(["2024-01-05 2024-01-08", "2024-01-10 2024-01-15", "2024-01-17 2024-01-20"]);
    const fresh = await startBench();
    const dates = span("2024-01-05", "2024-01-20");
    expect(rows(all)).toEqual(rows(await getBars(fresh.source(dates), ES, "1h", dates)));
    await fresh.close();
  });

  it("whole days, so that a run that begins an hour later buys nothing", async () => {
    await fetchHours(WEEK);
    bench.forget();
    const later = await fetchHours({ start: WEEK.start + 3_600_000, end: WEEK.end - 3_600_000 });
    expect(bench.requestsTo("timeseries.get_range")).toEqual([]);
    expect(later.time[0]).toBe(WEEK.start + 3_600_000);
  });

  it("no lookback that is there already", async () => {
    // Monday's session begins on Sunday at 23:00 UTC: the cache has an hour of it before Monday, and all of it before Tuesday.
    await fetchHours(span("2024-01-07", "2024-01-13"));
    bench.forget();
    for (const [start, lookback] of [
      ["2024-01-08", 1],
      ["2024-01-09", 20],
    ] as const) {
      const dates = span(start, "2024-01-13");
      const bars = await getBars(bench.source(dates), ES, "1h", dates, lookback);
      expect(bars.time.filter((time) => time < dates.start)).toHaveLength(lookback);
    }
    expect(bench.requestsTo("timeseries.get_range")).toEqual([]);
    const dates = span("2024-01-08", "2024-01-13");
    const more = await getBars(bench.source(dates), ES, "1h", dates, 2);
    expect(more.time.filter((time) => time < dates.start)).toHaveLength(2);
    expect(bought().length).toBeGreaterThan(0);
  });

  it("nothing for days that turned out empty", async () => {
    // Good Friday, no session; Saturday.
    const closed = span("2024-03-29", "2024-03-31");
    const stock = Asset.stock("AAPL");
    await getBars(bench.source(closed), stock, "1h", closed);
    bench.forget();
    const again = await getBars(bench.source(closed), stock, "1h", closed);
    expect(again.length).toBe(0);
    expect(bench.requestsTo("timeseries.get_range")).toEqual([]);
    expect(bench.requestsTo("metadata.get_cost")).toEqual([]);
  });

  it("everything once more with forceRefresh, and keeps the newer files", async () => {
    const first = await fetchHours(WEEK);
    const old = filesOf(".dbn.zst");
    bench.forget();
    const source = bench.source(WEEK, { forceRefresh: true });
    expect(rows(await getBars(source, ES, "1h", WEEK))).toEqual(rows(first));
    await getBars(source, ES, "1h", WEEK);
    expect(bought()).toEqual(["2024-01-08 2024-01-13"]);
    expect(filesOf(".dbn.zst")).toEqual(old);
    bench.forget();
    await fetchHours(WEEK);
    expect(bought()).toEqual([]);
  });

  it("in chunks, each in the cache before the next", async () => {
    const months = span("2024-01-01", "2024-03-01");
    await fetchHours(months, { chunkMonths: 1 });
    expect(bought()).toEqual(["2024-01-01 2024-02-01", "2024-02-01 2024-03-01"]);
  });

  it("one chunk again when its stream broke, within the limit, and not what was finished", async () => {
    const months = span("2024-01-01", "2024-03-01");
    bench.simulator.fail({ kind: "cut", afterBytes: 5_000, endpoint: "timeseries.get_range" });
    await fetchHours(months, { chunkMonths: 1 });
    expect(kinds().filter((kind) => kind === "chunk_repeated")).toHaveLength(1);
    const purchases = readFileSync(join(bench.folder, "costs.jsonl"), "utf8").trim().split("\n");
    expect(purchases).toHaveLength(bench.requestsTo("timeseries.get_range").length);
  });
});

describe("the moving end", () => {
  it("is clamped with a note, and not taken for complete", async () => {
    const early = await startBench({ availableEnd: "2024-01-10" });
    const dates = span("2024-01-08", "2024-01-13");
    const source = early.source(dates);
    const bars = await getBars(source, ES, "1h", dates);
    expect(bars.time.at(-1)).toBe(Date.parse("2024-01-09T23:00:00Z"));
    expect(source.notes().join("\n")).toContain("2024-01-10");
    expect(early.events.some((event) => event.kind === "clamped")).toBe(true);
    const index = join(early.folder, "series", "GLBX.MDP3", "ohlcv-1h", "raw_symbol", "ESH4", "index.json");
    expect(JSON.parse(readFileSync(index, "utf8"))).toMatchObject({
      chunks: [{ start: dates.start, end: Date.parse("2024-01-10") }],
      absent: [{ start: Date.parse("2024-01-10"), end: dates.end, isFinal: false }],
    });
    await early.close();
  });

  it("is asked for again after an hour, and then only what is new", async () => {
    const early = await startBench({ availableEnd: "2024-01-10" });
    const dates = span("2024-01-08", "2024-01-13");
    await getBars(early.source(dates), ES, "1h", dates);
    await early.simulator.close();
    ageAnswers(early.folder);
    const cacheDir = early.cacheDir;
    const bars = await getBars(bench.source(dates, { cacheDir }), ES, "1h", dates);
    expect(bought()).toEqual(["2024-01-10 2024-01-13"]);
    expect(bars.time.at(-1)).toBeGreaterThan(Date.parse("2024-01-12T12:00:00Z"));
    rmSync(cacheDir, { recursive: true });
  });
});

/** Two hours pass: every time of asking moves back. */
function ageAnswers(folder: string): void {
  for (const file of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    if (!file.endsWith(".json")) continue;
    const path = join(folder, file);
    const aged = readFileSync(path, "utf8").replaceAll(/"askedAt": ?(\d+)/g, (_, time: string) => {
      return `"askedAt":${Number(time) - 7_200_000}`;
    });
    writeFileSync(path, aged);
  }
}

describe("what was damaged", () => {
  it.each([
    ["another byte", (path: string) => flipByte(path)],
    ["bytes too many", (path: string) => appendFileSync(path, "x")],
    ["bytes too few", (path: string) => truncateSync(path, 100)],
    ["no file at all", (path: string) => rmSync(path)],
  ])("%s in a raw file: moved aside, told, fetched again", async (_what, damage) => {
    const first = await fetchHours(WEEK);
    damage(rawFile());
    bench.forget();
    const source = bench.source(WEEK);
    expect(rows(await getBars(source, ES, "1h", WEEK))).toEqual(rows(first));
    expect(bought()).toEqual(["2024-01-08 2024-01-13"]);
    expect(kinds()).toContain("quarantined");
    expect(source.notes().join("\n")).toContain("quarantine");
  });

  it.each([
    ["gone", (path: string) => rmSync(path)],
    ["damaged", (path: string) => flipByte(path)],
  ])("columns %s: made again from the raw file, nothing bought", async (_what, damage) => {
    const first = await fetchHours(WEEK);
    damage(join(seriesFolder(), filesOf(".feather")[0] ?? ""));
    bench.forget();
    expect(rows(await fetchHours(WEEK))).toEqual(rows(first));
    expect(bought()).toEqual([]);
    expect(kinds()).toContain("columns_rebuilt");
  });

  it.each([
    ["gone", (path: string) => rmSync(path)],
    ["cut short", (path: string) => truncateSync(path, 40)],
    ["no JSON", (path: string) => writeFileSync(path, "{]")],
  ])("an index %s: made again from the files, nothing bought", async (_what, damage) => {
    const first = await fetchHours(WEEK);
    damage(join(seriesFolder(), "index.json"));
    bench.forget();
    expect(rows(await fetchHours(WEEK))).toEqual(rows(first));
    expect(bought()).toEqual([]);
    expect(kinds()).toContain("adopted");
  });

  it("an answer: asked again", async () => {
    await fetchHours(WEEK);
    const answers = join(bench.folder, "answers");
    for (const file of readdirSync(answers)) writeFileSync(join(answers, file), "nonsense");
    bench.forget();
    await fetchHours(WEEK);
    expect(bought()).toEqual([]);
  });
});

function flipByte(path: string): void {
  const bytes = readFileSync(path);
  const at = bytes.length >> 1;
  bytes[at] = (bytes[at] ?? 0) ^ 0xff;
  writeFileSync(path, bytes);
}

describe.skipIf(!existsSync(distribution))("a process killed in the middle (needs a build)", () => {
  it("loses no finished chunk: the next run takes its lock and buys the rest", async () => {
    // The third answer (a definition, a first month, a second month) stops after its first bytes, and the process is killed there.
    for (const times of [1, 1])
      bench.simulator.fail({ kind: "delay", milliseconds: 0, times, endpoint: "timeseries.get_range" });
    bench.simulator.fail({ kind: "stall", afterBytes: 2_000, endpoint: "timeseries.get_range" });
    const running = spawn(process.execPath, [child, bench.simulator.url, bench.simulator.key, bench.cacheDir]);
    const ended = once(running, "exit");
    while (bench.requestsTo("timeseries.get_range").filter(({ bytes }) => bytes > 0).length < 3) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    running.kill("SIGKILL");
    await ended;
    const first = bought();
    bench.forget();
    const months = span("2024-01-01", "2024-03-01");
    const bars = await getBars(bench.source(months, { chunkMonths: 1 }), ES, "1m", months);
    expect(kinds()).toContain("lock_taken_over");
    expect(first).toEqual(["2024-01-01 2024-02-01", "2024-02-01 2024-03-01"]);
    expect(bought()).toEqual(["2024-02-01 2024-03-01"]);
    const whole = await startBench();
    expect(rows(bars)).toEqual(rows(await getBars(whole.source(months), ES, "1m", months)));
    await whole.close();
    const folder = join(bench.folder, "series", "GLBX.MDP3", "ohlcv-1m", "raw_symbol", "ESH4");
    expect(readdirSync(folder).filter((file) => file.endsWith(".part"))).toEqual([]);
  });

  it("and two at once buy everything once", async () => {
    const start = () => spawn(process.execPath, [child, bench.simulator.url, bench.simulator.key, bench.cacheDir]);
    const codes = await Promise.all(
      [start(), start()].map(async (running) => (await once(running, "exit"))[0] as number),
    );
    expect(codes).toEqual([0, 0]);
    expect(bought()).toEqual(["2024-01-01 2024-02-01", "2024-02-01 2024-03-01"]);
  });
});

describe("two sources in one process", () => {
  it("buy everything once", async () => {
    await Promise.all([fetchHours(WEEK), fetchHours(WEEK), fetchHours(span("2024-01-10", "2024-01-13"))]);
    const lengths = bought().map((text) => {
      const [start, end] = text.split(" ").map((date) => Date.parse(date));
      return (end ?? 0) - (start ?? 0);
    });
    expect(lengths.reduce((sum, length) => sum + length, 0)).toBe(WEEK.end - WEEK.start);
  });
});

describe("a symbol that stands for nothing", () => {
  it("in a part of the span counts as held for the rest only, and is asked for again when that answer is old", async () => {
    // ESZ24 is listed on 2023-09-17 and not before.
    const months = span("2023-06-01", "2023-12-01");
    const key = { dataset: "GLBX.MDP3", schema: "ohlcv-1h", stypeIn: "raw_symbol", symbol: "ESZ4" } as const;
    const fetch = () => bench.history().fetch([{ ...key, ...months }]);
    await fetch();
    const index = join(bench.folder, "series", "GLBX.MDP3", "ohlcv-1h", "raw_symbol", "ESZ4", "index.json");
    const listed = Date.parse("2023-09-17");
    expect(JSON.parse(readFileSync(index, "utf8"))).toMatchObject({
      chunks: [{ start: listed, end: months.end }],
      absent: [{ start: months.start, end: listed, isFinal: false }],
    });
    bench.forget();
    await fetch();
    expect(bench.requestsTo("metadata.get_cost")).toEqual([]);
    ageAnswers(bench.folder);
    await fetch();
    expect(bench.requestsTo("metadata.get_cost").map(({ parameters }) => parameters["end"])).toEqual(["2023-09-17"]);
    expect(bought()).toEqual([]);
  });

  it("in all of it is an error that names it, and is not asked for again", async () => {
    const year = span("2023-06-01", "2023-12-01");
    const ask = () => rejection(getBars(bench.source(year), Asset.stock("NOPE"), "1h", year));
    expect(await ask()).toMatchObject({ name: "DataMissingError", message: expect.stringContaining("NOPE") });
    bench.forget();
    expect(await ask()).toMatchObject({ name: "DataMissingError" });
    expect(bench.requestsTo("metadata.get_cost")).toEqual([]);
  });
});
