/**
 * `node bench/layers.js [rounds]`: the SMA workload layer by layer, in first and later runs of a process, beside the loop by hand that keeps the
 * objects of the API. Every row a process of its own, taken in turn; medians of the seconds of the wall.
 */
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const [rounds = "9"] = process.argv.slice(2);
const ROWS = "1000000";
const LATER_RUNS = "2";
const LAYERS = [
  ["a hook that does nothing", "nothing"],
  ["and a window of 30 closes, added up", "window"],
  ["and what is held, one order in all", "held"],
  ["the workload", "sync"],
];
const BY_HAND = new Set(["held", "sync"]);

const measure = (file, ...args) =>
  JSON.parse(
    execFileSync(process.execPath, [fileURLToPath(new URL(file, import.meta.url)), ...args], { encoding: "utf8" }),
  );
const median = (values) => values.toSorted((a, b) => a - b)[(values.length - 1) >> 1];
const shown = (values) => (values.length === 0 ? "-" : median(values).toFixed(2));

const rows = LAYERS.map(([name, mode]) => ({ name, mode, first: [], later: [], byHand: [], fills: [] }));
for (let round = 0; round < Number(rounds); round++) {
  for (const row of rows) {
    const run = measure("sma-cross.js", row.mode, ROWS, LATER_RUNS);
    row.first.push(run.seconds);
    row.later.push(...run.laterSeconds);
    row.fills = [run.fills];
    if (!BY_HAND.has(row.mode)) continue;
    const loop = measure("by-hand-objects.js", ROWS, row.mode);
    row.byHand.push(loop.seconds);
    row.fills.push(loop.fills);
  }
}
for (const { name, first, later, byHand, fills } of rows) {
  const counts = fills.join(" and by hand ");
  console.log(
    `${name.padEnd(38)} first ${shown(first)} s  later ${shown(later)} s  by hand ${shown(byHand)} s  fills ${counts}`,
  );
}
