import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { encodeDbn, storeZstd } from "../../src/dbn/index.ts";
import { sampleBar, sampleMetadata } from "../dbn/samples.ts";
import { barsCsv, run, TRADES_ONCE, temporaryFolder, write } from "./support.ts";

/** A source of a user's own, in TypeScript: sixty flat minutes. */
const OWN_SOURCE = `import { Bars, type BarsRequest, type DataSource, type RunSpan } from "backlit";

export default class FlatMarket implements DataSource {
  readonly name = "flat";
  readonly #start: number;

  constructor(options: RunSpan) {
    this.#start = options.start;
    if (process.env["BREAK_SOURCE"] === "yes") throw new Error("401 for key " + process.env["VENDOR_API_KEY"]);
  }

  async getBars({ asset, timestep }: BarsRequest) {
    const time = Array.from({ length: 60 }, (_, i) => this.#start + i * timestep.milliseconds);
    const flat = time.map(() => 100);
    return Bars.from({ asset, timestep, time, open: flat, high: flat, low: flat, close: flat, volume: flat });
  }
}
`;

function project() {
  const folder = temporaryFolder();
  write(folder, { "s.ts": TRADES_ONCE, "es.csv": barsCsv("2024-01-02T00:00Z", 60), "flat.ts": OWN_SOURCE });
  return folder;
}

const SPAN = "--asset future:ES --start 2024-01-02 --end 2024-01-03".split(" ");

describe.concurrent("--source", () => {
  it("takes the path of a module with a data source of one's own", async () => {
    const { code, stdout, stderr } = await run(project(), ["backtest", "s.ts", "--source", "./flat.ts", ...SPAN]);
    expect(stderr).toBe("");
    expect(stdout).toContain("from flat");
    expect(code).toBe(0);
  });

  it("file reads DBN, which names its own contract", async () => {
    const folder = project();
    const records = Array.from({ length: 60 }, (_, i) => sampleBar(i));
    const dbn = storeZstd(encodeDbn({ metadata: sampleMetadata(), records }));
    writeFileSync(join(folder, "es.dbn.zst"), dbn);
    const span = ["--start", "2024-01-02", "--end", "2024-01-03"];
    const words = ["backtest", "s.ts", "--source", "file", "--file", "es.dbn.zst", ...span];
    const { code, stdout, stderr } = await run(folder, words);
    expect(stderr).toBe("");
    expect(stdout).toContain("data future:ESH24 1m from file, 60 rows");
    expect(code).toBe(0);
  });

  it("that names a kind of file is told how files are read", async () => {
    const { code, stderr } = await run(project(), ["backtest", "s.ts", "--source", "csv", ...SPAN]);
    expect(stderr).toContain("--source was 'csv', which is not the name of one");
    expect(stderr).toContain("--source file --file bars.csv");
    expect(code).toBe(2);
  });

  it("says what a module without a data source exports", async () => {
    const { code, stderr } = await run(project(), ["backtest", "s.ts", "--source", "s.ts", ...SPAN]);
    expect(stderr).toContain("Looking for a data source in s.ts: none among its exports TradesOnce (class)");
    expect(code).toBe(1);
  });

  it("synthetic says so beside its numbers, and needs no span", async () => {
    const { code, stdout } = await run(project(), ["backtest", "s.ts", "--source", "synthetic"]);
    expect(stdout.match(/SYNTHETIC/g)?.length).toBeGreaterThan(1);
    expect(code).toBe(0);
  });
});

describe.concurrent("DATA_SOURCE", () => {
  const withoutSource = ["backtest", "s.ts", ...SPAN];

  it("is needed without --source", async () => {
    const { code, stderr } = await run(project(), withoutSource);
    expect(stderr).toContain("no --source was given and DATA_SOURCE is not set");
    expect(stderr).toContain("file, databento, simulated, synthetic");
    expect(code).toBe(2);
  });

  it("is not needed to say how a file is read", async () => {
    const { code, stderr } = await run(project(), [...withoutSource, "--file", "bars.csv"]);
    expect(stderr).toContain("Files are read with --source file.");
    expect(stderr).not.toContain("synthetic");
    expect(code).toBe(2);
  });

  it("is read from .env in the working directory", async () => {
    const folder = project();
    write(folder, { ".env": "DATA_SOURCE=synthetic\n" });
    const { code, stdout, stderr } = await run(folder, withoutSource);
    expect(stderr).toBe("");
    expect(stdout).toContain("from synthetic");
    expect(code).toBe(0);
  });

  it("of the real environment wins over .env, and --source over both", async () => {
    const folder = project();
    write(folder, { ".env": "DATA_SOURCE=nonsense\n" });
    const fromEnvironment = await run(folder, withoutSource, { DATA_SOURCE: "./flat.ts" });
    expect(fromEnvironment.stdout).toContain("from flat");
    const flag = [...withoutSource, "--source", "synthetic"];
    expect((await run(folder, flag, { DATA_SOURCE: "other" })).stdout).toContain("from synthetic");
  });

  it("that nobody knows is refused with the known names", async () => {
    const { code, stderr } = await run(project(), withoutSource, { DATA_SOURCE: "synthetik" });
    expect(stderr).toContain("DATA_SOURCE was 'synthetik'");
    expect(stderr).toContain("Did you mean 'synthetic'?");
    expect(code).toBe(2);
  });
});

describe("a secret", () => {
  it("from .env is in no message, even if a library puts it there", async () => {
    const folder = project();
    const key = "db-AbCdEfGhIjKlMnOpQrStUvWxYz123456";
    write(folder, { ".env": `VENDOR_API_KEY=${key}\nBREAK_SOURCE=yes\n` });
    const { code, stdout, stderr } = await run(folder, ["backtest", "s.ts", "--source", "./flat.ts", ...SPAN]);
    expect(stderr).toContain("401 for key ****3456");
    expect(stderr + stdout).not.toContain(key);
    expect(code).toBe(1);
  });
});
