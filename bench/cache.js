/**
 * `node bench/cache.js`: opening 8,000,000 cached minute bars in 16 files, beside the bare reads of the same bytes. Builds the files once in the
 * temporary folder. Each way runs in turn, several times; medians are printed. Read ratios, not milliseconds: machines differ.
 */
import { mkdirSync, rmSync } from "node:fs";
import { open, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readColumnFiles, writeColumnFile } from "../dist/store/column-file.js";
import { walk } from "./market.js";

const ROWS = 8_000_000;
const FILES = 16;
const RUNS = 7;
const NAMES = ["time", "open", "high", "low", "close", "volume"];
const folder = join(tmpdir(), "backlit-bench-cache");

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
const columns = walk(ROWS);
const parts = [];
for (let number = 0; number < FILES; number++) {
  const [from, to] = [(ROWS / FILES) * number, (ROWS / FILES) * (number + 1)];
  const path = join(folder, `${number}.feather`);
  const cut = Object.fromEntries(NAMES.map((name) => [name, columns[name].slice(from, to)]));
  const file = await writeColumnFile(path, cut);
  parts.push({ path, file, start: cut.time[0], end: cut.time.at(-1) + 1 });
}
const megabytes = parts.reduce((sum, { file }) => sum + file.bytes, 0) / 1e6;

/** The floor: the same bytes into one buffer each, nothing else. */
async function bareReads() {
  await Promise.all(
    parts.map(async ({ path, file }) => {
      const handle = await open(path, "r");
      await handle.read(new Uint8Array(file.bytes), 0, file.bytes, 0);
      await handle.close();
    }),
  );
}

const ways = {
  "bare reads of the same files": bareReads,
  "readFile of the same files": () => Promise.all(parts.map(({ path }) => readFile(path))),
  "opened as columns": async () => {
    const opened = await readColumnFiles(parts, NAMES);
    if (opened.time.length !== ROWS || opened.close[ROWS - 1] !== columns.close[ROWS - 1])
      throw new Error("Not the bars");
  },
  "one month of them": () => {
    const start = parts[8].start;
    const end = start + 31 * 86_400_000;
    return readColumnFiles([{ ...parts[8], end }], NAMES);
  },
};

const times = Object.fromEntries(Object.keys(ways).map((name) => [name, []]));
for (let run = 0; run < RUNS; run++) {
  for (const [name, work] of Object.entries(ways)) {
    const begun = performance.now();
    await work();
    times[name].push(performance.now() - begun);
  }
}
const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];
const floor = median(times["bare reads of the same files"]);
console.log(`${ROWS.toLocaleString("en-US")} bars, ${FILES} files, ${megabytes.toFixed(0)} MB, median of ${RUNS}`);
for (const [name, values] of Object.entries(times)) {
  const own = median(values);
  const spread = `${Math.min(...values).toFixed(0)} to ${Math.max(...values).toFixed(0)}`;
  console.log(
    `${name.padEnd(30)} ${own.toFixed(1).padStart(7)} ms  (${spread})  ${((own / floor) * 100).toFixed(0)} % of the floor`,
  );
}
rmSync(folder, { recursive: true, force: true });
