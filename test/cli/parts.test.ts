/** The small parts of the command line, each by itself. */
import { basename } from "node:path";
import { describe, expect, it } from "vitest";
import { flagHint } from "../../src/cli/flag-hint.ts";
import { maskSecrets } from "../../src/cli/mask-secrets.ts";
import { errorLines } from "../../src/cli/print-error.ts";
import { readAssets } from "../../src/cli/read-assets.ts";
import { readColumns } from "../../src/cli/read-columns.ts";
import { readParameters } from "../../src/cli/read-parameters.ts";
import { runFolder } from "../../src/cli/run-folder.ts";
import { Asset } from "../../src/market/asset.ts";
import { InvalidDataError } from "../../src/market/errors.ts";
import type { RunSettings } from "../../src/market/run-outcome.ts";

describe("parameters", () => {
  const defaults = { count: 3, on: false, word: "a", list: [1], asset: Asset.stock("SPY"), open: null };

  it("take the type of their default", () => {
    const pairs = ["count=-2.5e1", "on=true", "word=", "list=[1,2]", "asset=future:ES", "open=7"];
    const values = readParameters(defaults, pairs);
    expect(values).toMatchObject({ count: -25, on: true, word: "", list: [1, 2], open: 7 });
    expect(String(values["asset"])).toBe("future:ES");
  });

  it.each(["count=", "count=0x", "count=Infinity", "on=1", "list=[1", "count", "=5"])("refuse %s", (pair) => {
    expect(() => readParameters(defaults, [pair])).toThrow(`--param ${pair}`);
  });

  it("are given once", () => {
    expect(() => readParameters(defaults, ["count=1", "count=2"])).toThrow("given before");
  });
});

describe("assets", () => {
  it("carry a contract size that is given beside them", () => {
    const [asset] = readAssets({ asset: ["future:FESXM24"], multiplier: 10, tickSize: 1 }) ?? [];
    expect(asset).toMatchObject({ multiplier: 10, tickSize: 1, key: "future:FESXM24" });
    const [series] = readAssets({ asset: ["future:FESX"], multiplier: 10 }) ?? [];
    expect(series?.equals(Asset.continuousFuture("FESX"))).toBe(true);
  });

  it("are needed for a contract size", () => {
    expect(() => readAssets({ multiplier: 10 })).toThrow("--asset");
  });
});

describe("columns", () => {
  it("are named by pairs, and a volume may be missing", () => {
    expect(readColumns(["close=px last", "volume="])).toEqual({ close: "px last", volume: null });
  });
});

describe("secrets", () => {
  it("are masked by the name of their variable and by their look", () => {
    const environment = { MY_TOKEN: "abcdefgh12345", HOME: "/home/someone", SHORT_KEY: "ab" };
    expect(maskSecrets("at /home/someone: abcdefgh12345 ab", environment)).toBe("at /home/someone: ****2345 ab");
    expect(maskSecrets("key db-0123456789abcdefGHIJ.", {})).toBe("key ****GHIJ.");
  });
});

describe("an error", () => {
  it("of a file shows the first problems and counts the rest", () => {
    const problems = Array.from({ length: 9 }, (_, i) => ({ message: `bad cell ${i}`, row: i + 2, column: "high" }));
    const lines = errorLines(
      new InvalidDataError("invalid_file", "Reading a.csv: bad cell 0", problems, { problemCount: 40 }),
    );
    expect(lines.slice(1, 3)).toEqual(["  row 3, column high: bad cell 1", "  row 4, column high: bad cell 2"]);
    expect(lines).toContain("  and 34 more");
  });

  it("written for code names the flags", () => {
    expect(flagHint("Pass timezone: 'UTC'.")).toBe("Pass timezone: 'UTC'. (On the command line: --timezone.)");
    expect(flagHint("Look again.")).toBe("Look again.");
  });
});

describe("the folder of a run", () => {
  const settings = (strategy: string, parts: Partial<RunSettings> = {}) =>
    ({
      strategy,
      start: "2024-01-02T00:00:00Z",
      end: "2024-02-01T00:00:00Z",
      timezone: "UTC",
      ...parts,
    }) as RunSettings;

  it("is named by strategy and span, without what a file name may not hold", () => {
    expect(runFolder(undefined, settings("SmaCross"))).toMatch(/^runs.SmaCross-2024-01-02-2024-02-01$/);
    expect(runFolder(undefined, settings("../a b/c"))).toMatch(/^runs.a-b-c-2024-01-02-2024-02-01$/);
    expect(runFolder("here", settings("SmaCross"))).toBe("here");
  });

  it("is no longer than a file system takes, in letters of several bytes too", () => {
    for (const name of ["N".repeat(300), "\u{1D4DD}".repeat(300)]) {
      const folder = basename(runFolder(undefined, settings(name)));
      expect(Buffer.byteLength(folder)).toBe(200 + "-2024-01-02-2024-02-01".length);
      expect(Buffer.from(folder).toString()).toBe(folder);
    }
  });

  it("is named by the dates that were asked for: midnight in Berlin is the evening before in UTC", () => {
    const berlin = { start: "2024-01-01T23:00:00Z", end: "2024-01-31T23:00:00Z", timezone: "Europe/Berlin" };
    expect(runFolder(undefined, settings("SmaCross", berlin))).toMatch(/^runs.SmaCross-2024-01-02-2024-02-01$/);
    const offset = { ...berlin, timezone: "UTC+1" };
    expect(runFolder(undefined, settings("SmaCross", offset))).toMatch(/^runs.SmaCross-2024-01-01-2024-01-31$/);
  });
});
