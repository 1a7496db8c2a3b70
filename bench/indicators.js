/**
 * Every indicator over 2,000,000 values, one by one and as columns: `node bench/indicators.js [--rows N] [--runs N] [--dist DIR]`. Beside them, in
 * the same run, what one would write by hand for the same numbers (a class with an `add`, and a plain loop over typed arrays), JavaScript
 * libraries, where npm can install them, and TA-Lib, where Python with pip is. Read ratios, not nanoseconds.
 *
 * Streams: each library in fresh processes of its own (`indicators-streams.js`), `--runs` times in an order drawn anew; medians of CPU time. "In
 * company" is a process in which all indicators of the table have gone through the one loop, as in a strategy with a dozen of them; "alone" is
 * a process that has seen one class only, which flatters. Both sides keep the same company.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { handWritten } from "./indicators-by-hand.js";
import { installedRivals } from "./indicators-rivals.js";
import { walk } from "./market.js";

const argument = (name, fallback) => {
  const at = process.argv.indexOf(name);
  return at < 0 ? fallback : process.argv[at + 1];
};
const rows = Number(argument("--rows", "2000000"));
const runs = Number(argument("--runs", "5"));
const dist = resolve(argument("--dist", fileURLToPath(new URL("../dist", import.meta.url))));
const { computeIndicator, createIndicator, indicatorNames } = await import(
  pathToFileURL(`${dist}/strategy/indicators/index.js`).href
);

/** What each does less, or otherwise; what it costs us to do more is in our figures. */
const DIFFERENCES = {
  "by-hand": [
    "no replace, no snapshot, no check for NaN, no parameters; three Bollinger outputs, not five, by Welford's update as ours; the naive way,",
    "mean of squares less square of mean, loses digits",
  ],
  "trading-signals": [
    "no snapshot to go on from, no check for NaN; replace is there. EMA, DEMA and TEMA begin with the first value, ours with a mean; VWAP runs",
    "over everything, as our anchoredVwap, where our vwap looks up the session of each bar; ROC is a fraction; Stochastic RSI is not smoothed;",
    "three Bollinger outputs",
  ],
  technicalindicators: [
    "no replace, no snapshot, no check for NaN; RSI and MFI are rounded to two digits; three Bollinger outputs and percentB; Stochastic is the fast one",
  ],
};

function shuffled(list) {
  return list
    .map((item) => ({ item, place: Math.random() }))
    .toSorted((a, b) => a.place - b.place)
    .map(({ item }) => item);
}

const median = (numbers) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1];

/** @returns by indicator nanoseconds a value and the last value, from a fresh process */
function measureStreams(library, names) {
  const script = fileURLToPath(new URL("indicators-streams.js", import.meta.url));
  const given = JSON.stringify({ library, names, rows, dist, rounds: 1 });
  return JSON.parse(execFileSync(process.execPath, [script, given], { encoding: "utf8" }));
}

/** Medians of all runs by library and indicator; each run of the two libraries in an order of its own. */
function medians(libraries, groups) {
  const measured = Object.fromEntries(libraries.map((library) => [library, {}]));
  for (let run = 0; run < runs; run++)
    for (const names of groups)
      for (const library of shuffled(libraries))
        for (const [name, { nanoseconds }] of Object.entries(measureStreams(library, shuffled(names)))) {
          measured[library][name] ??= [];
          measured[library][name].push(nanoseconds);
        }
  return (library, name) => median(measured[library][name]);
}

async function compareStreams(library) {
  const { indicators } = await (await import(`./indicators-${library}.js`)).load();
  const names = Object.keys(indicators);
  const libraries = ["backlit", library];
  const company = medians(libraries, [names]);
  const alone = medians(
    libraries,
    names.map((name) => [name]),
  );
  console.log(
    `\nStreams beside ${library}, ${rows.toLocaleString("en-US")} values, ns a value; ratios above 1: ours takes less`,
  );
  for (const line of DIFFERENCES[library]) console.log(`  ${line}`);
  console.log("                          in company                  alone");
  console.log("indicator                 backlit  theirs  ratio      backlit  theirs  ratio");
  for (const name of names) {
    const cells = [company, alone].map((side) => {
      const [ours, theirs] = libraries.map((which) => side(which, name));
      return `${ours.toFixed(1).padStart(7)} ${theirs.toFixed(1).padStart(7)} ${(theirs / ours).toFixed(2).padStart(6)}`;
    });
    console.log(`${name.padEnd(24)}  ${cells.join("      ")}`);
  }
}

/** Medians of CPU milliseconds of some ways, each `runs` times, in an order drawn anew each time. */
function medianMilliseconds(ways) {
  const measured = new Map(ways.map((way) => [way, []]));
  for (let run = 0; run < runs; run++)
    for (const way of shuffled(ways)) {
      const before = process.cpuUsage();
      way();
      const { user, system } = process.cpuUsage(before);
      measured.get(way).push((user + system) / 1000);
    }
  return ways.map((way) => median(measured.get(way)));
}

/** Milliseconds of TA-Lib by name; none, with the reason printed, where it cannot be had. */
function talib(bars) {
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
    return {};
  }
  const file = join(folder, "bars.bin");
  const columns = [bars.open, bars.high, bars.low, bars.close, bars.volume];
  writeFileSync(file, Buffer.concat(columns.map((column) => new Uint8Array(column.buffer))));
  const script = fileURLToPath(new URL("indicators-talib.py", import.meta.url));
  return JSON.parse(execFileSync(python, [script, file, String(rows), String(runs)], { encoding: "utf8" }));
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

function compareColumns() {
  const bars = walk(rows);
  const names = indicatorNames().filter((name) => name !== "cross");
  const hand = handWritten(bars);
  const make = (name) => createIndicator(name, hand[name]?.parameters);
  // Every class passes through before anything is timed, so that none has the code to itself.
  const few = walk(5_000);
  for (const name of names) computeIndicator(make(name), few);
  const theirs = talib(bars);
  console.log(`\nColumns of ${rows.toLocaleString("en-US")} rows, ms (median of ${runs}; TA-Lib: best of ${runs})`);
  console.log("indicator                  backlit  by hand  ratio   difference   TA-Lib  ratio");
  for (const name of [...Object.keys(hand), ...names.filter((candidate) => !(candidate in hand))]) {
    const { loop } = hand[name] ?? {};
    const [ours, plain] = medianMilliseconds([() => computeIndicator(make(name), bars), ...(loop ? [loop] : [])]);
    const apart = loop && largestDifference(firstColumn(computeIndicator(make(name), bars)), loop());
    const cells = [
      ours.toFixed(1).padStart(8),
      plain?.toFixed(1).padStart(8) ?? "".padStart(8),
      plain ? `${(ours / plain).toFixed(2)}x`.padStart(6) : "".padStart(6),
      apart?.toExponential(1).padStart(12) ?? "".padStart(12),
      theirs[name]?.toFixed(1).padStart(8) ?? "".padStart(8),
      theirs[name] ? `${(ours / theirs[name]).toFixed(2)}x`.padStart(6) : "",
    ];
    console.log(`${name.padEnd(24)}  ${cells.join(" ")}`);
  }
}

const others = installedRivals() === undefined ? [] : ["trading-signals", "technicalindicators"];
for (const library of ["by-hand", ...others]) await compareStreams(library);
compareColumns();
