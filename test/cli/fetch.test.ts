/** `backlit fetch` and `backlit cost` against a simulated service, as child processes. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Simulator, startSimulator } from "../../src/simulator/index.ts";
import { run, start, TRADES_ONCE, temporaryFolder, write } from "./support.ts";

interface Summary {
  readonly simulated: boolean;
  readonly paid: number;
  readonly purchases: number;
  readonly assets: readonly {
    readonly asset: string;
    readonly error: string | null;
    readonly rows: number | null;
    readonly bytes: number;
    readonly csvBytes: number | null;
    readonly folder: string | null;
    readonly symbols: readonly string[];
    readonly conditions: readonly string[];
    readonly gaps: { readonly sessions: number; readonly withoutBars: readonly string[] } | null;
  }[];
}

const QUARTER = ["--start", "2024-01-01", "--end", "2024-04-01"];
let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator();
});
afterEach(() => simulator.clearFaults());
afterAll(() => simulator.close());

/** Requests to an endpoint from a point on. */
function requestsTo(endpoint: string, from = 0) {
  return simulator.requests.slice(from).filter((request) => request.endpoint === endpoint);
}
const purchases = (from = 0) => requestsTo("timeseries.get_range", from);

function project() {
  const folder = temporaryFolder();
  const environment = {
    DATABENTO_API_KEY: simulator.key,
    DATABENTO_HISTORICAL_URL: simulator.url,
    BACKLIT_CACHE_DIR: join(folder, "cache"),
    DATABENTO_MAX_COST: "",
  };
  const fetch = async (...words: readonly string[]) => {
    const { code, stdout, stderr } = await run(folder, ["fetch", "--json", "--quiet", ...words], environment);
    return { code, stderr, summary: (stdout === "" ? undefined : JSON.parse(stdout)) as Summary | undefined };
  };
  return { folder, environment, fetch };
}

describe("cost", () => {
  it("tells the price of the whole batch and buys nothing", async () => {
    const { folder, environment, fetch } = project();
    const before = simulator.requests.length;
    const words = ["cost", "ES", "stock:AAPL", ...QUARTER];
    const { code, stdout, stderr } = await run(folder, [...words, "--json"], environment);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const told = JSON.parse(stdout) as {
      total: number;
      series: { symbol: string; cost: number; cachedShare: number }[];
    };
    expect(purchases(before)).toEqual([]);
    expect([...new Set(told.series.map(({ symbol }) => symbol))].sort()).toEqual(["AAPL", "ESH4", "ESM4"]);
    expect(told.series.reduce((sum, { cost }) => sum + cost, 0)).toBeCloseTo(told.total, 9);
    expect(told.total).toBeGreaterThan(0);
    // What is bought for it is what it said, and then it costs nothing.
    const spent = simulator.spent;
    const { summary } = await fetch("ES", "stock:AAPL", ...QUARTER, "--max-cost", "100");
    expect(summary?.paid).toBeCloseTo(told.total, 9);
    expect(simulator.spent - spent).toBeCloseTo(told.total, 9);
    const after = await run(folder, words, environment);
    expect(after.stdout).toContain("[SIMULATED]");
    expect(after.stdout).toMatch(/ESH4 +ohlcv-1m .* 100 %/);
    expect(after.stdout).toMatch(/total .*\$0\.00/);
  });
});

describe("cost of what is not there", () => {
  it("is no $0.00: a symbol nobody knows is an error, beside the price of the others", async () => {
    const { folder, environment } = project();
    const week = ["--start", "2024-03-04", "--end", "2024-03-09"];
    for (const names of [["stock:AAPL", "stock:ZZZZ"], ["stock:ZZZZ"]]) {
      const { code, stdout, stderr } = await run(folder, ["cost", ...names, ...week], environment);
      expect(stdout).toContain("! ZZZZ: stands for nothing in XNAS.ITCH from 2024-03-04 to 2024-03-09\n");
      expect(stderr).toBe("error: stock:ZZZZ: there is nothing of it in this span\n");
      expect(code).toBe(1);
    }
    const { stdout } = await run(folder, ["cost", "stock:ZZZZ", ...week, "--json"], environment);
    expect(JSON.parse(stdout)).toMatchObject({ failures: [{ what: "stock:ZZZZ" }], notes: [expect.any(String)] });
  });

  it("tells of the part of a span that lies outside the data", async () => {
    const { folder, environment } = project();
    const span = ["--start", "2026-12-20", "--end", "2027-02-01"];
    const { code, stdout } = await run(folder, ["cost", "ES", ...span, "--schema", "ohlcv-1d"], environment);
    expect(stdout).toMatch(
      /^! ESH7: 2026-12-20 to 2027-\d\d-\d\d was asked for, GLBX\.MDP3 has 2026-12-20 to 2027-01-01$/m,
    );
    expect(code).toBe(0);
  });
});

describe("fetch", () => {
  it("says what there is: rows, sizes, gaps against the calendar, conditions, where", async () => {
    const { folder, fetch } = project();
    const { code, summary } = await fetch("ES", "ESH24", ...QUARTER, "--max-cost", "100");
    expect(code).toBe(0);
    const [series, contract] = summary?.assets ?? [];
    expect(summary).toMatchObject({ simulated: true });
    expect(series).toMatchObject({ asset: "future:ES", error: null, symbols: ["ESH4", "ESM4"] });
    // January to March 2024 has 61 sessions of stocks, two holidays on which Globex trades half a day (King, Washington), and the
    // session of Monday 2024-04-01 begins on Sunday.
    expect(series?.gaps).toMatchObject({ sessions: 64, withoutBars: [], outside: 0 });
    expect(series?.rows).toBeGreaterThan(80_000);
    expect(series?.csvBytes).toBeGreaterThan((series?.rows ?? 0) * 40);
    expect(series?.folder).toContain(join(folder, "cache"));
    expect(readdirSync(join(series?.folder ?? "", "ESH4")).some((name) => name.endsWith(".dbn.zst"))).toBe(true);
    expect(series?.conditions).toContain("2024-02-11 (degraded)");
    // ESH4 trades until 2024-03-15.
    expect(contract).toMatchObject({ asset: "future:ESH24", symbols: ["ESH4"], gaps: { withoutBars: [] } });
  });

  it("does not stop at a symbol that fails", async () => {
    const { fetch } = project();
    const { code, summary } = await fetch("ESF24", "NQ", ...QUARTER, "--max-cost", "100");
    expect(summary?.assets.map(({ asset, error }) => [asset, error === null])).toEqual([
      ["future:ESF24", false],
      ["future:NQ", true],
    ]);
    expect(summary?.assets[0]?.error).toContain("resolves to nothing");
    expect(code).toBe(3);
  });

  it("tells what was paid for the others where a stock is not known", async () => {
    const { fetch } = project();
    const before = simulator.spent;
    const week = ["--start", "2024-03-04", "--end", "2024-03-09"];
    const { code, summary } = await fetch("stock:ZZZZ", "stock:AAPL", ...week, "--max-cost", "100");
    const [unknown, known] = summary?.assets ?? [];
    expect(unknown).toMatchObject({ asset: "stock:ZZZZ", error: expect.stringContaining("resolves to nothing") });
    // Five sessions of 390 minutes, few of them without a trade.
    expect(known).toMatchObject({ asset: "stock:AAPL", error: null, gaps: { sessions: 5, withoutBars: [] } });
    expect(known?.rows).toBeGreaterThan(1_800);
    expect(summary?.paid).toBeCloseTo(simulator.spent - before, 9);
    expect(summary?.paid).toBeGreaterThan(0);
    expect(code).toBe(3);
  });

  it("buys nothing twice, nor does a backtest after it", async () => {
    const { folder, environment, fetch } = project();
    write(folder, { "s.ts": TRADES_ONCE });
    // A run looks back some days before its start.
    const early = ["--start", "2023-12-15", "--end", "2024-04-01"];
    await fetch("ES", ...early, "--max-cost", "100");
    const bought = purchases().length;
    const again = await fetch("ES", ...early);
    expect(again.summary).toMatchObject({ paid: 0, purchases: 0 });
    expect(purchases()).toHaveLength(bought);
    // All of it, and a part that begins and ends within one contract.
    for (const part of [QUARTER, ["--start", "2024-02-05", "--end", "2024-02-10"]]) {
      const words = ["backtest", "s.ts", "--source", "databento", "--asset", "future:ES", ...part];
      const { code, stdout, stderr } = await run(folder, words, environment);
      expect(stderr).toBe("");
      expect(stdout).toContain("SIMULATED");
      expect(code).toBe(0);
    }
    expect(purchases()).toHaveLength(bought);
  });

  it("is refused above the limit, and where nobody can be asked", async () => {
    const { fetch } = project();
    const before = simulator.requests.length;
    const limited = await fetch("ES", ...QUARTER, "--max-cost", "0.01");
    expect(limited.stderr).toMatch(
      /\$0\.\d+ \(ohlcv-1m of ES\S+ from .*\) exceeds the limit of \$0\.01, nothing was downloaded/,
    );
    expect(limited.code).toBe(1);
    const unasked = await fetch("ES", ...QUARTER);
    expect(unasked.stderr).toContain("nobody to ask");
    expect(unasked.stderr).toContain("--max-cost");
    expect(unasked.code).toBe(1);
    expect(purchases(before)).toEqual([]);
  });

  it("cuts a span into requests of so many months", async () => {
    const { fetch } = project();
    const before = simulator.requests.length;
    await fetch("ESH24", "--schema", "ohlcv-1h", ...QUARTER, "--chunk-months", "1", "--max-cost", "100");
    const spans = purchases(before)
      .map(({ parameters }) => parameters)
      .filter((parameters) => parameters["schema"] === "ohlcv-1h")
      .map((parameters) => `${String(parameters["start"]).slice(0, 10)} ${String(parameters["end"]).slice(0, 10)}`);
    // ESH24 ends on 2024-03-15.
    expect(spans).toEqual(["2024-01-01 2024-02-01", "2024-02-01 2024-03-01", "2024-03-01 2024-03-16"]);
  });

  it("shows how far it is, in bytes and spans", async () => {
    const { folder, environment } = project();
    const words = ["fetch", "ES", ...QUARTER, "--max-cost", "100"];
    const { stderr, stdout } = await run(folder, words, environment);
    expect(stderr).toMatch(/4\/4 chunks {2}[\d.]+ of [\d.]+ MB {2}100 % {2}ES\w+ \S+ 2024-\d\d-\d\d\.\.2024-\d\d-\d\d/);
    expect(stdout).toMatch(/^\[SIMULATED\]\nfuture:ES {2}[\d,]+ rows, 2024-01-01T23:00:00Z to /);
    expect(stdout).toMatch(/\$[\d.]+ paid for 4 requests\n$/);
  });

  it("needs no key for the made-up market", async () => {
    const { folder, environment } = project();
    const own = { ...environment, DATABENTO_API_KEY: "", DATABENTO_HISTORICAL_URL: "", DATA_SOURCE: "simulated" };
    const week = ["--start", "2024-03-04", "--end", "2024-03-09"];
    const { code, stdout } = await run(folder, ["fetch", "ES", ...week, "--quiet"], own);
    expect(stdout).toContain("[SIMULATED]");
    expect(stdout).toContain("$0.00 paid");
    expect(code).toBe(0);
  });

  it.each([
    ["no symbol", [], "no symbol was named"],
    ["a root nobody knows", ["ESS", ...QUARTER], "Did you mean 'ES'?"],
    ["a contract of any decade", ["ESZ4", ...QUARTER], "such as ESZ14 or ESZ24"],
    [
      "a key in a symbol's place",
      ["db-SIMULATED0123456789abcdefghijk", ...QUARTER],
      "Reading the symbol ****hijk: '****HIJK' is",
    ],
    ["a stock without its type", ["AAPL", ...QUARTER], "stock:AAPL"],
    ["a schema nobody knows", ["ES", ...QUARTER, "--schema", "ohlcv-1M"], "ohlcv-1m"],
    ["no start", ["ES"], "--start is missing"],
    ["a start after the end", ["ES", "--start", "2024-04-01", "--end", "2024-01-01"], "not before"],
    ["a time without a zone", ["ES", "--start", "2024-04-01T10:00"], "2024-01-02T14:30Z"],
    ["a rule nobody knows", ["ES", ...QUARTER, "--roll", "x"], "--roll x"],
  ])("refuses %s", async (_what, words, told) => {
    const { fetch } = project();
    const before = simulator.requests.length;
    const { code, stderr } = await fetch(...words);
    expect(stderr).toContain(told);
    expect(code).toBe(2);
    expect(simulator.requests).toHaveLength(before);
  });
});

/** Finished raw files of a cache: what of which symbol. */
function finishedFiles(cache: string): readonly { symbol: string; start: number; end: number }[] {
  if (!existsSync(cache)) return [];
  return readdirSync(cache, { recursive: true, encoding: "utf8" }).flatMap((path) => {
    const [, symbol, start = "", end = ""] = /([^/]+)\/(\d{8})T\d+Z-(\d{8})T\d+Z-[^/.]+\.dbn\.zst$/.exec(path) ?? [];
    const day = (digits: string) => Date.parse(digits.replace(/(....)(..)(..)/, "$1-$2-$3"));
    return symbol === undefined
      ? []
      : [{ symbol: `${path.split("/series/")[1]?.split("/")[1]} ${symbol}`, start: day(start), end: day(end) }];
  });
}

describe("a fetch that is killed", () => {
  const SPAN = ["--start", "2024-01-01", "--end", "2024-06-01"];
  const WORDS = ["fetch", "ES", "--schema", "ohlcv-1h", ...SPAN, "--chunk-months", "1", "--max-cost", "100", "--quiet"];

  it("at any moment goes on where it was: no finished chunk is lost or bought again", async () => {
    const { folder, environment, fetch } = project();
    const cache = environment.BACKLIT_CACHE_DIR;
    let seed = 11;
    const random = () => {
      seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
      return seed / 2 ** 32;
    };
    // Each answer takes a while, so that kills fall into every part of the work.
    simulator.fail({ kind: "delay", milliseconds: 250, times: 1_000, endpoint: "timeseries.get_range" });
    const begun = simulator.requests.length;
    const kills: { readonly requests: number; readonly finished: ReturnType<typeof finishedFiles> }[] = [];
    // Some time after the first, second ... request for data, or after the start; in the end one is left in peace.
    for (let round = 0; round < 9; round++) {
      const from = simulator.requests.length;
      const running = start(folder, WORDS, environment);
      const wanted = round % 4;
      const pause = random() * 1_500;
      const timer = setInterval(() => {
        if (round < 8 && purchases(from).length >= wanted) setTimeout(() => running.process.kill("SIGKILL"), pause);
      }, 10);
      const { code } = await running.finished;
      clearInterval(timer);
      if (code === null) kills.push({ requests: simulator.requests.length, finished: finishedFiles(cache) });
      else expect(code).toBe(0);
    }
    expect(kills.length).toBeGreaterThan(2);
    expect(kills.some(({ finished }) => finished.length > 0)).toBe(true);
    for (const { requests, finished } of kills) {
      const later = purchases(requests);
      for (const { symbol, start: from, end } of finished) {
        const again = later.filter(({ parameters }) => {
          const name = `${parameters["schema"]} ${parameters["symbols"]}`;
          return (
            name === symbol &&
            Date.parse(String(parameters["start"])) < end &&
            Date.parse(String(parameters["end"])) > from
          );
        });
        expect(again.map(({ parameters }) => parameters)).toEqual([]);
      }
    }
    // Every kill loses at most the four requests under way.
    const needed = finishedFiles(cache).length;
    expect(purchases(begun).length).toBeLessThanOrEqual(needed + 4 * kills.length);
    simulator.clearFaults();
    const whole = project();
    const words = ["ES", "--schema", "ohlcv-1h", ...SPAN, "--max-cost", "100"];
    const [killed, undisturbed] = [await fetch(...words), await whole.fetch(...words)];
    expect(killed.summary).toMatchObject({ paid: 0, purchases: 0 });
    expect(killed.summary?.assets[0]?.rows).toBe(undisturbed.summary?.assets[0]?.rows);
    expect(killed.summary?.assets[0]?.gaps).toEqual(undisturbed.summary?.assets[0]?.gaps);
    const paid = readFileSync(join(cache, `simulated-${simulator.key.slice(-5)}`, "costs.jsonl"), "utf8")
      .trim()
      .split("\n");
    expect(paid.length).toBeGreaterThanOrEqual(needed);
  }, 120_000);

  it("by Ctrl-C ends with 130 and keeps what is finished", async () => {
    const { folder, environment, fetch } = project();
    simulator.fail({ kind: "delay", milliseconds: 80, times: 1_000, endpoint: "timeseries.get_range" });
    const running = start(
      folder,
      WORDS.filter((word) => word !== "--quiet"),
      environment,
    );
    await running.seen("chunks");
    running.process.kill("SIGINT");
    const { code, stdout, stderr } = await running.finished;
    expect(stderr).toMatch(/Interrupted\. \$[\d.]+ paid; what is finished is in the cache/);
    expect({ code, stdout }).toEqual({ code: 130, stdout: "" });
    simulator.clearFaults();
    expect((await fetch("ES", "--schema", "ohlcv-1h", ...SPAN, "--max-cost", "100")).code).toBe(0);
  });
});
