import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { Bars } from "../../src/bars/bars.ts";
import { readBarsFile } from "../../src/sources/read-bars-file.ts";
import { saveBars } from "../../src/sources/save-bars.ts";
import { COLUMNS, ES, plain } from "../bars/generate.ts";

const TOOLS = ["pyarrow", "polars", "duckdb"];
const home = join(tmpdir(), "backlit-conformance", "parquet");
const python = join(home, "venv", "bin", "python");
const script = join(import.meta.dirname, "parquet-tools.py");

/** Installs the tools that are not there yet, one by one, and tells which there are. */
function prepare(): readonly string[] {
  const has = (tool: string) => spawnSync(python, ["-c", `import ${tool}`]).status === 0;
  mkdirSync(home, { recursive: true });
  if (
    spawnSync(python, ["--version"]).status !== 0 &&
    spawnSync("python3", ["-m", "venv", join(home, "venv")]).status !== 0
  ) {
    return [];
  }
  const install = (tool: string) => spawnSync(python, ["-m", "pip", "install", "-q", tool], { timeout: 180_000 });
  return TOOLS.filter((tool) => has(tool) || (install(tool).status === 0 && has(tool)));
}

const tools = prepare();
if (tools.length === 0)
  console.log("Parquet conformance is skipped: python3 with pip gave none of pyarrow, polars, duckdb");
else if (tools.length < TOOLS.length) console.log(`Parquet conformance runs with ${tools.join(" and ")} only`);

function run(...args: string[]): unknown {
  const { status, stdout, stderr } = spawnSync(python, [script, ...args], { encoding: "utf8", maxBuffer: 1 << 28 });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

/** A thousand minute bars with a gap; whole and broken prices, or prices on a grid of quarters, which are encoded in another way. */
const rows = Array.from({ length: 1000 }, (_, index) => index);
const barsWith = (mid: (row: number) => number) =>
  Bars.from({
    asset: ES,
    timestep: "1m",
    time: rows.map((row) => Date.parse("2025-03-10T14:30:00Z") + (row + (row > 600 ? 900 : 0)) * 60_000),
    open: rows.map(mid),
    high: rows.map((row) => mid(row) + 3),
    low: rows.map((row) => mid(row) - 3),
    close: rows.map((row) => mid(row) + 0.1),
    volume: rows.map((row) => row * 7),
  });
const bars = barsWith((row) => 4000 + Math.sin(row / 50) * 10 + (row % 4) / 4);
const OURS = { broken: bars, quarters: barsWith((row) => 4000 + Math.round(Math.sin(row / 50) * 40) / 4) };

const folder = mkdtempSync(join(tmpdir(), "backlit-parquet-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function writtenByOthers(): readonly (readonly [string, boolean])[] {
  if (tools.length === 0) return [["none", true]];
  const json = join(folder, "bars.json");
  writeFileSync(json, JSON.stringify(plain(bars)));
  const files = run("write", json, folder) as Record<string, { readonly zone: boolean }>;
  return Object.entries(files).map(([file, { zone }]) => [file, zone] as const);
}

describe.skipIf(tools.length === 0)("files of other tools", () => {
  it.each(writtenByOthers())("%s is read exactly", async (file, zone) => {
    const path = join(folder, file);
    if (!zone)
      await expect(readBarsFile(path)).rejects.toThrow(
        "row 0, column time: the time '2025-03-10T14:30:00' has no zone",
      );
    const table = await readBarsFile(path, zone ? {} : { timezone: "UTC" });
    const columns = table.series.get("ES");
    expect(table.timestep.name).toBe("1m");
    expect(columns === undefined ? undefined : plain(columns)).toEqual(plain(bars));
  });
});

describe.skipIf(tools.length === 0)("our files", () => {
  const cases = ["parquet", "feather"].flatMap((format) =>
    (["broken", "quarters"] as const).map((kind) => [format, kind] as const),
  );

  it.each(cases)("a .%s file of %s prices is read exactly by every tool", async (format, kind) => {
    const path = join(folder, `${kind}.${format}`);
    await saveBars(OURS[kind], path);
    const found = run("read", path) as Record<string, Record<string, number[]>>;
    const readers = tools.filter((tool) => format === "parquet" || tool !== "duckdb");
    expect(Object.keys(found).toSorted()).toEqual(readers.toSorted());
    for (const columns of Object.values(found)) {
      for (const name of COLUMNS) expect(columns[name]).toEqual(Array.from(OURS[kind][name]));
    }
  });
});
