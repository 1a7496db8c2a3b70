/**
 * `npm run bench`: the SMA workload in Backlit, in two loops written by hand, and, where Python with pip is there, in backtesting.py and
 * backtrader, in one run.
 * Equality of fills and equity is shown before any time. Read ratios, not seconds: machines differ.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const folder = join(tmpdir(), "backlit-bench");
mkdirSync(folder, { recursive: true });

const measure = (command, args) =>
  JSON.parse(execFileSync(command, args, { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] }));
const backlit = (mode, rows) => measure(process.execPath, [here("sma-cross.js"), mode, String(rows)]);

/** The Python of a virtual environment with the rivals, made once; undefined with the reason printed where that cannot be. */
function rivals() {
  const python = join(folder, "venv", "bin", "python");
  if (existsSync(python)) return python;
  const made = spawnSync("python3", ["-m", "venv", join(folder, "venv")]);
  const installed =
    made.status === 0 &&
    spawnSync(python, ["-m", "pip", "install", "--quiet", "backtesting==0.6.5", "backtrader==1.9.78.123"]);
  if (installed?.status === 0) return python;
  rmSync(join(folder, "venv"), { recursive: true, force: true });
  console.log("Rivals left out: Python with venv and pip is not here, or the packages cannot be installed.");
  return undefined;
}

/** Backlit works the statistics out when they are asked for; the rivals' run has them or has none. */
const statistics = (row) =>
  row.statisticsSeconds === undefined ? " ".repeat(16) : `statistics ${row.statisticsSeconds.toFixed(3)} s`.padEnd(16);

function printRow(row, base) {
  const speed = row.bars / row.seconds;
  const slower = base === undefined ? 1 : base.bars / base.seconds / speed;
  const ratio = slower > 1 ? `${slower.toFixed(1)}x slower than sync` : `${(1 / slower).toFixed(1)}x faster than sync`;
  console.log(
    `${row.system.padEnd(16)} ${String(row.bars).padStart(9)} bars  run ${row.seconds.toFixed(3)} s  cpu ${row.cpuSeconds.toFixed(3)} s  ` +
      `load ${row.loadSeconds.toFixed(3)} s  ${statistics(row)}  ${Math.round(speed).toLocaleString("en-US").padStart(10)} bars/s  peak ${row.peakMegabytes.toFixed(0)} MB  ${base === undefined ? "" : ratio}`,
  );
}

const ROWS = 1_000_000;
const FEW = 100_000;
const python = rivals();
const file = join(folder, "bars.bin");
execFileSync(process.execPath, [here("write-bars.js"), file, String(ROWS)]);

const sync = backlit("sync", ROWS);
const awaiting = backlit("await", ROWS);
const few = backlit("sync", FEW);
const byHand = ["by-hand.js", "by-hand-objects.js"].map((file) =>
  measure(process.execPath, [here(file), String(ROWS)]),
);
const others =
  python === undefined
    ? []
    : [
        { ...measure(python, [here("python/sma_backtesting.py"), file, String(ROWS)]), twin: sync },
        { ...measure(python, [here("python/sma_backtrader.py"), file, String(FEW)]), twin: few },
      ];

console.log("Equality: fills and final equity");
for (const row of [sync, awaiting, few, ...byHand.map((row) => ({ ...row, twin: sync })), ...others]) {
  const twin = row.twin ?? row;
  const verdict =
    row.fills === twin.fills && Math.abs(row.equity - twin.equity) < 0.01
      ? "equal"
      : `differs from ${twin.fills}, ${twin.equity}`;
  console.log(
    `${row.system.padEnd(16)} ${String(row.bars).padStart(9)} bars  ${row.fills} fills  equity ${row.equity.toFixed(2)}  ${row === twin ? "" : verdict}`,
  );
}
console.log("\nTimes");
printRow(sync);
printRow(awaiting, sync);
for (const row of byHand) printRow(row, sync);
for (const row of others) printRow(row, row.twin);

console.log("\nGrowth");
for (const rows of [100_000, 1_000_000, 10_000_000]) {
  const row = backlit("sync", rows);
  console.log(
    `${String(rows).padStart(9)} bars  ${((row.seconds / rows) * 1e9).toFixed(0)} ns a bar  peak ${row.peakMegabytes.toFixed(0)} MB`,
  );
}
