/**
 * `node bench/orders.js`: an order on every bar, and resting limit orders, in Backlit and, where `node bench/run.js` has installed them,
 * in backtesting.py and backtrader, in one run. Fills and equity are compared before any time. Read ratios of CPU time a bar: the
 * rivals get fewer bars, since they look at every resting order at every bar.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const folder = join(tmpdir(), "backlit-bench");
mkdirSync(folder, { recursive: true });
const python = join(folder, "venv", "bin", "python");
const measure = (command, args) =>
  JSON.parse(execFileSync(command, args.map(String), { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] }));
const backlit = (workload, rows, orders = 0) =>
  measure(process.execPath, [here("order-load.js"), workload, rows, orders]);
const file = join(folder, "orders.bin");
execFileSync(process.execPath, [here("write-bars.js"), file, "100000"]);
const rival = (name, workload, rows, orders = 0) =>
  measure(python, [here(`python/orders_${name}.py`), file, workload, rows, orders]);

const perBar = (row) => (row.cpuSeconds / row.bars) * 1e9;
const nanoseconds = (value) => `${Math.round(value).toLocaleString("en-US").padStart(12)} ns a bar`;

/** Rivals against Backlit over the same bars: equality first, then the ratio of CPU time. */
function beside(title, workload, rows, orders) {
  console.log(`\n${title}, ${rows.toLocaleString("en-US")} bars`);
  const own = backlit(workload, rows, orders);
  console.log(
    `${own.system.padEnd(14)} ${own.fills} fills  equity ${own.equity.toFixed(2)}  ${nanoseconds(perBar(own))}`,
  );
  if (!existsSync(python)) {
    console.log("Rivals left out: run `node bench/run.js` first, which installs them.");
    return;
  }
  for (const name of ["backtesting", "backtrader"]) {
    const row = rival(name, workload, rows, orders);
    const equal = row.fills === own.fills && Math.abs(row.equity - own.equity) < 0.01;
    const verdict = equal ? "equal" : `DIFFERS: ${row.fills} fills, equity ${row.equity}`;
    console.log(
      `${row.system.padEnd(14)} ${verdict.padEnd(30)} ${nanoseconds(perBar(row))}  ${(perBar(row) / perBar(own)).toFixed(1)}x`,
    );
  }
}

/** Least squares through (orders, ns a bar): what one resting order costs a bar. */
function slopeOf(points) {
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const x = mean(points.map(([orders]) => orders));
  const y = mean(points.map(([, cost]) => cost));
  const over = points.reduce((sum, [orders, cost]) => sum + (orders - x) * (cost - y), 0);
  return over / points.reduce((sum, [orders]) => sum + (orders - x) ** 2, 0);
}

beside("A market order on every bar", "every-bar", 50_000, 0);
beside("1,000 resting limit orders", "resting", 2_000, 1_000);

console.log("\nA market order on every bar: growth in bars");
for (const rows of [100_000, 300_000, 1_000_000]) {
  const row = backlit("every-bar", rows);
  console.log(
    `${String(rows).padStart(9)} bars  ${row.fills} fills  ${nanoseconds(perBar(row))}  peak ${row.peakMegabytes.toFixed(0)} MB`,
  );
}

console.log("\nResting limit orders while 100,000 bars pass: growth in orders");
const points = [0, 250, 500, 1_000, 2_000].map((orders) => {
  const row = backlit("resting", 100_000, orders);
  console.log(`${String(orders).padStart(9)} orders  ${row.fills} fills  ${nanoseconds(perBar(row))}`);
  return [orders, perBar(row)];
});
console.log(`slope: ${slopeOf(points).toFixed(3)} ns a bar and order`);
