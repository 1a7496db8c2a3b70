/**
 * Every indicator over 2,000,000 values, one by one and as columns: `node bench/indicators.js [--rows N] [--dist DIR]`. Beside them, in the same
 * run, what one would write by hand for the same numbers: a class with an `update`, and a plain loop over typed arrays; and TA-Lib, where
 * Python with pip is, and JavaScript libraries, where npm can install them. Equality is shown first. Read ratios, not milliseconds.
 *
 * All streaming goes through one loop that has seen every class, as an engine's has; a loop that only ever sees one class is faster.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { handWritten } from "./indicators-by-hand.js";
import { rivals } from "./indicators-rivals.js";
import { walk } from "./market.js";

const argument = (name, fallback) => {
  const at = process.argv.indexOf(name);
  return at < 0 ? fallback : process.argv[at + 1];
};
const rows = Number(argument("--rows", "2000000"));
const dist = resolve(argument("--dist", fileURLToPath(new URL("../dist", import.meta.url))));
const { computeIndicator, createIndicator, indicatorNames, ValueIndicator } = await import(
  pathToFileURL(`${dist}/strategy/indicators/index.js`).href
);
const ROUNDS = 5;
const bars = walk(rows);
const names = indicatorNames().filter((name) => name !== "cross");

/** The best of some rounds, in milliseconds of this process's own time. */
function best(run) {
  let least = Infinity;
  for (let round = 0; round < ROUNDS; round++) {
    const before = process.cpuUsage();
    run();
    const { user, system } = process.cpuUsage(before);
    least = Math.min(least, (user + system) / 1000);
  }
  return least;
}

function streamValues(indicator, values) {
  let sum = 0;
  for (let row = 0; row < values.length; row++) {
    indicator.add(values[row]);
    sum += indicator.output(0);
  }
  return sum;
}

const bar = {
  time: Number.NaN,
  open: Number.NaN,
  high: Number.NaN,
  low: Number.NaN,
  close: Number.NaN,
  volume: Number.NaN,
};

function streamBars(indicator, columns) {
  let sum = 0;
  for (let row = 0; row < columns.time.length; row++) {
    bar.time = columns.time[row];
    bar.open = columns.open[row];
    bar.high = columns.high[row];
    bar.low = columns.low[row];
    bar.close = columns.close[row];
    bar.volume = columns.volume[row];
    indicator.add(bar);
    sum += indicator.output(0);
  }
  return sum;
}

const stream = (indicator, columns = bars) =>
  indicator instanceof ValueIndicator || indicator.takesValues
    ? streamValues(indicator, columns.close)
    : streamBars(indicator, columns);

/** Milliseconds of TA-Lib by name; undefined, with the reason printed, where it cannot be had. */
function talib() {
  const folder = join(tmpdir(), "backlit-bench", "indicators");
  const python = join(folder, "venv", "bin", "python");
  mkdirSync(folder, { recursive: true });
  const has = () => spawnSync(python, ["-c", "import talib"]).status === 0;
  if (!has()) {
    spawnSync("python3", ["-m", "venv", join(folder, "venv")]);
    spawnSync(python, ["-m", "pip", "install", "--quiet", "TA-Lib"], { timeout: 120_000 });
  }
  if (!has()) {
    console.log("TA-Lib left out: Python with venv and pip is not here, or the package cannot be installed.");
    return undefined;
  }
  const file = join(folder, "bars.bin");
  const columns = [bars.open, bars.high, bars.low, bars.close, bars.volume];
  writeFileSync(file, Buffer.concat(columns.map((column) => new Uint8Array(column.buffer))));
  const script = fileURLToPath(new URL("indicators-talib.py", import.meta.url));
  return JSON.parse(execFileSync(python, [script, file, String(rows), String(ROUNDS)], { encoding: "utf8" }));
}

const firstColumn = (computed) => (computed instanceof Float64Array ? computed : Object.values(computed)[0]);

function largestDifference(left, right) {
  let largest = 0;
  for (let row = 0; row < left.length; row++) {
    if (Number.isNaN(left[row]) !== Number.isNaN(right[row])) return Infinity;
    const difference = Math.abs(left[row] - right[row]);
    if (difference > largest) largest = difference;
  }
  return largest;
}

const hand = handWritten(bars);
console.log("Equality: largest difference from the loop written by hand");
for (const [name, { parameters, loop }] of Object.entries(hand)) {
  const ours = firstColumn(computeIndicator(createIndicator(name, parameters), bars));
  console.log(`  ${name.padEnd(12)} ${largestDifference(ours, loop()).toExponential(1)}`);
}

// Every class passes through the loops before anything is timed, so that none has them to itself.
const few = walk(5_000);
for (const name of names) computeIndicator(createIndicator(name), few);
for (const name of names) stream(createIndicator(name));
for (const { create } of Object.values(hand)) stream(create());

const theirs = talib() ?? {};
const ratio = (ours, other) => (other === undefined ? "" : `${(ours / other).toFixed(2)}x`);
const cell = (value) => (value === undefined ? "" : value.toFixed(1));
console.log(`\n${rows.toLocaleString("en-US")} values, milliseconds (best of ${ROUNDS})`);
console.log("indicator                 stream  by hand  ratio    batch  by hand  ratio   TA-Lib  ratio");
for (const name of [...Object.keys(hand), ...names.filter((candidate) => !(candidate in hand))]) {
  const made = hand[name];
  const streaming = best(() => stream(createIndicator(name, made?.parameters)));
  const streamingByHand = made && best(() => stream(made.create()));
  const batch = best(() => computeIndicator(createIndicator(name, made?.parameters), bars));
  const batchByHand = made && best(made.loop);
  const cells = [streaming, streamingByHand, batch, batchByHand, theirs[name]].map(cell);
  console.log(
    `${name.padEnd(24)} ${cells[0].padStart(7)} ${cells[1].padStart(8)} ${ratio(streaming, streamingByHand).padStart(6)} ` +
      `${cells[2].padStart(8)} ${cells[3].padStart(8)} ${ratio(batch, batchByHand).padStart(6)} ${cells[4].padStart(8)} ${ratio(batch, theirs[name]).padStart(6)}`,
  );
}

const libraries = Object.entries(await rivals(bars));
const RIVAL_ROWS = Math.min(rows, 200_000);
console.log(
  `\nStreaming beside other libraries, ${RIVAL_ROWS.toLocaleString("en-US")} values: ns a value, and how much slower they are`,
);
console.log(`indicator                 backlit  ${libraries.map(([name]) => name.padStart(28)).join("")}`);
const part = walk(RIVAL_ROWS);

const barOf = ({ time, open, high, low, close, volume }, row) => ({
  time: time[row],
  open: open[row],
  high: high[row],
  low: low[row],
  close: close[row],
  volume: volume[row],
});

/** In the form they take: a bar as an object of its own each time. */
function streamLikeTheirs(indicator, columns) {
  if (indicator instanceof ValueIndicator) return streamValues(indicator, columns.close);
  let sum = 0;
  for (let row = 0; row < columns.time.length; row++) {
    indicator.add(barOf(columns, row));
    sum += indicator.output(0);
  }
  return sum;
}
for (const name of names) streamLikeTheirs(createIndicator(name), few);

// Theirs too pass through their loop, all classes of them, before anything is timed.
for (const [, indicators] of libraries)
  for (const make of Object.values(indicators)) {
    const add = make();
    for (let row = 0; row < 5_000; row++) add(row);
  }
for (const name of names) {
  const theirs = libraries.map(([, indicators]) => indicators[name]);
  if (theirs.every((make) => make === undefined)) continue;
  const own = best(() => streamLikeTheirs(createIndicator(name, hand[name]?.parameters), part));
  const cells = theirs.map((make) => {
    if (make === undefined) return "".padStart(28);
    const time = best(() => {
      const add = make();
      for (let row = 0; row < RIVAL_ROWS; row++) add(row);
    });
    return `${nanoseconds(time).padStart(18)} ${`${(time / own).toFixed(1)}x`.padStart(9)}`;
  });
  console.log(`${name.padEnd(24)} ${nanoseconds(own).padStart(8)}  ${cells.join("")}`);
}

function nanoseconds(milliseconds) {
  return ((milliseconds * 1e6) / RIVAL_ROWS).toFixed(1);
}
