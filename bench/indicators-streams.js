/**
 * One process of `bench/indicators.js`: streams of one library, `node bench/indicators-streams.js '{"library":"backlit","names":["ema"]}'`. All of
 * `names` go through the same loop before the clock runs, as in a strategy with a dozen of them, and are then measured in that order; one name
 * alone has the loop to itself. Prints by indicator the nanoseconds a value (the median of some rounds) and the last value.
 *
 * Every library goes through the same loop, as a user would write it: hand over a value or a bar, read one number of what comes of it. Bars
 * are objects that are there before the clock runs. The process's own CPU time counts, its garbage collector's threads included.
 */
import { walk } from "./market.js";

const CHUNK = 4_096;
const WARMUP_ROWS = 20_000;
const given = { rows: 2_000_000, rounds: 3, ...JSON.parse(process.argv[2] ?? "{}") };
const { indicators, take } = await (await import(`./indicators-${given.library}.js`)).load(given.dist);
const bars = walk(given.rows);
/** Two sets of bars in turn, since a library may keep the last one it was given. */
const pools = [0, 1].map(() => Array.from({ length: CHUNK }, () => barAt(0)));

function barAt(row) {
  const { time, open, high, low, close, volume } = bars;
  return {
    time: time[row],
    open: open[row],
    high: high[row],
    low: low[row],
    close: close[row],
    volume: volume[row],
  };
}

function fill(pool, start, end) {
  for (let row = start; row < end; row++) Object.assign(pool[row - start], barAt(row));
}

function addValues(indicator, values, start, end, field) {
  let newest = Number.NaN;
  for (let row = start; row < end; row++) {
    const value = take(indicator, values[row]);
    if (typeof value === "number") newest = value;
    else if (value) newest = value[field];
  }
  return newest;
}

function addBars(indicator, pool, length, field) {
  let newest = Number.NaN;
  for (let i = 0; i < length; i++) {
    const value = take(indicator, pool[i]);
    if (typeof value === "number") newest = value;
    else if (value) newest = value[field];
  }
  return newest;
}

/** A new one over the first `rows`. @returns microseconds and the last value */
function stream({ make, over, field }, rows) {
  const indicator = make();
  let [spent, last] = [0, Number.NaN];
  for (let start = 0, turn = 0; start < rows; start += CHUNK, turn ^= 1) {
    const end = Math.min(rows, start + CHUNK);
    if (over === "bars") fill(pools[turn], start, end);
    const before = process.cpuUsage();
    last =
      over === "bars"
        ? addBars(indicator, pools[turn], end - start, field)
        : addValues(indicator, bars.close, start, end, field);
    const { user, system } = process.cpuUsage(before);
    spent += user + system;
  }
  return { spent, last };
}

const median = (numbers) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1];
const names = given.names ?? Object.keys(indicators);
/** "bollinger (naive)": what stands in brackets tells apart ways to the same numbers where a library has several. */
const indicatorOf = (name) => indicators[name] ?? indicators[name.split(" ")[0]];
for (const name of names) stream(indicatorOf(name), WARMUP_ROWS);
const measured = {};
for (const name of names) {
  stream(indicatorOf(name), WARMUP_ROWS);
  const runs = Array.from({ length: given.rounds }, () => stream(indicatorOf(name), given.rows));
  measured[name] = { nanoseconds: (median(runs.map((run) => run.spent)) * 1000) / given.rows, last: runs[0].last };
}
console.log(JSON.stringify(measured));
