import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { barsCsv, ON_FILE, run, TRADES_ONCE, temporaryFolder, write } from "./support.ts";

const folder = temporaryFolder();
const head = "time,open,high,low,close,volume\n";
const row = (minute: number, cells: string) => `2024-01-02T00:0${minute}:00Z,${cells}\n`;
write(folder, {
  "s.ts": TRADES_ONCE,
  "es.csv": barsCsv("2024-01-02T00:00Z", 60),
  "empty.csv": "",
  "no-close.csv": "time,open,high,low\n2024-01-02T00:00:00Z,1,2,3\n",
  "three.csv": `${head}2024-01-02T00:00:00Z,1,2\n`,
  "huge.csv": `${head}${row(0, "1,2,1,1,5")}${row(1, "1,2,1,1e400,5")}`,
  "naive.csv": `${head}2024-01-02 00:00,1,2,1,1,5\n2024-01-02 00:01,1,2,1,1,5\n`,
  "unsorted.csv": `${head}${row(1, "1,2,1,1,5")}${row(0, "1,2,1,1,5")}`,
  "twice.csv": `${head}${row(0, "1,2,1,1,5")}${row(0, "1,2,1,1,5")}`,
  "upside-down.csv": `${head}${row(0, "1,2,1,1,5")}${row(1, "1,1,2,1,5")}`,
});

/** The options of a run with other words in the place of some: `{ "--file": "empty.csv" }`. */
function onFile(changes: Readonly<Record<string, string>> = {}): readonly string[] {
  const words = ON_FILE.map((word, i) => changes[ON_FILE[i - 1] ?? ""] ?? word);
  const added = Object.entries(changes).filter(([flag]) => !ON_FILE.includes(flag));
  return ["backtest", "s.ts", ...words, ...added.flat()];
}

type Case = readonly [what: string, words: readonly string[], code: number, ...told: readonly string[]];

const DATA: readonly Case[] = [
  ["a missing file", onFile({ "--file": "gone.csv" }), 3, "gone.csv", "no such file"],
  ["an empty file", onFile({ "--file": "empty.csv" }), 1, "empty.csv", "empty"],
  ["a header without close", onFile({ "--file": "no-close.csv" }), 1, "close", "time, open, high, low", "--column"],
  ["three cells in place of six", onFile({ "--file": "three.csv" }), 1, "line 2", "expected 6 cells, found 3"],
  ["1e400", onFile({ "--file": "huge.csv" }), 1, "line 3", "close", "1e400"],
  ["a time without a zone", onFile({ "--file": "naive.csv" }), 1, "line 2", "2024-01-02 00:00", "--timezone"],
  ["unsorted rows", onFile({ "--file": "unsorted.csv" }), 1, "line 3"],
  ["a row twice", onFile({ "--file": "twice.csv" }), 1, "line 3"],
  ["a high below the low", onFile({ "--file": "upside-down.csv" }), 1, "line 3", "high"],
  [
    "an asset that a source does not hold",
    ["backtest", "s.ts", ..."--source synthetic --asset forex:EUR/USD".split(" ")],
    3,
    "forex:EUR/USD",
  ],
  ["a span without bars", onFile({ "--start": "2025-01-02", "--end": "2025-01-03" }), 3, "no bar of future:ES"],
];

const USAGE: readonly Case[] = [
  ["a start after the end", onFile({ "--start": "2024-02-02" }), 2, "2024-02-02", "not before the end"],
  ["a start that is no time", onFile({ "--start": "yesterday" }), 2, "'yesterday'", "ISO date"],
  ["no start", ["backtest", "s.ts", "--source", "file", "--file", "es.csv"], 2, "--start is missing"],
  ["an unknown flag", onFile({ "--bugdet": "5" }), 2, "unknown option '--bugdet'", "Did you mean --budget?"],
  ["an unknown command", ["backtets", "s.ts"], 2, "unknown command 'backtets'", "Did you mean backtest?"],
  ["no strategy file", ["backtest", "--file", "es.csv", "s.ts"], 2, "no strategy file", "comes before the options"],
  ["a budget below 0", onFile({ "--budget": "-5" }), 2, "--budget", "above 0"],
  ["a word of no choice", onFile({ "--stamp": "opne" }), 2, "--stamp", "open, close"],
  ["an asset type nobody knows", onFile({ "--asset": "futures:ES" }), 2, "--asset", "Did you mean 'future'?"],
  ["a step that says two things", onFile({ "--timestep": "1M" }), 2, "--timestep", "'1m'"],
  ["a zone nobody knows", onFile({ "--timezone": "Mars" }), 2, "Mars", "America/New_York"],
  ["a calendar nobody knows", onFile({ "--market": "CME_Equty" }), 2, "CME_Equty", "Did you mean 'CME_EQUITY'?"],
  ["a source nobody knows", onFile({ "--source": "fiel" }), 2, "'fiel'", "Did you mean 'file'?"],
  ["files for a source without", ["backtest", "s.ts", "--source", "synthetic", "--file", "es.csv"], 2, "no --file"],
  ["slippage in two units", onFile({ "--slippage-ticks": "1", "--slippage-percent": "0.1" }), 2, "both"],
  ["a misspelt parameter", onFile({ "--param": "quantty=2" }), 2, "'quantty'", "Did you mean 'quantity'?"],
  ["a parameter of another type", onFile({ "--param": "quantity=two" }), 2, "quantity=two", "expected a number"],
  ["a column nobody knows", onFile({ "--column": "clsoe=x" }), 2, "Did you mean 'close'?"],
  ["a file where the folder should go", onFile({ "--out": "es.csv" }), 2, "--out es.csv", "es.csv is not a folder"],
  ["a folder inside a file", onFile({ "--out": "es.csv/run" }), 2, "--out es.csv/run", "es.csv is not a folder"],
  ...(process.platform === "linux"
    ? [["a folder that cannot be made", onFile({ "--out": "/proc/run" }), 2, "--out /proc/run", "ENOENT"] as const]
    : []),
];

const STRATEGY: readonly Case[] = [
  ["a strategy file that is not there", ["backtest", "gone.ts", ...ON_FILE], 1, "gone.ts", "no such file"],
  ["a strategy file of another kind", ["backtest", "es.csv", ...ON_FILE], 1, "ending in .ts"],
];

describe.concurrent("bad input gets an error on one screen", () => {
  for (const [what, words, code, ...told] of [...DATA, ...USAGE, ...STRATEGY]) {
    it(what, async () => {
      const finished = await run(folder, words);
      for (const text of told) expect(finished.stderr).toContain(text);
      expect(finished.code).toBe(code);
      expect(finished.stdout).toBe("");
      expect(finished.stderr.split("\n").length).toBeLessThan(15);
      expect(finished.stderr).not.toContain("node:internal");
    });
  }
});

it("bad input leaves no file behind", () => {
  expect(existsSync(join(folder, "runs"))).toBe(false);
  expect(readdirSync(folder).filter((name) => name.includes("tmp"))).toEqual([]);
});
