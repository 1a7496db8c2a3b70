/**
 * Time of everything a run's end costs in numbers and text: 350,000 rows of equity and 5,000 trades. Beside it, where Python with pip is there,
 * QuantStats over the same session returns: it is given the samples that are only a part of our work. Needs `npm run build`.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { calendarFor } from "../dist/calendar/index.js";
import { Asset } from "../dist/market/asset.js";
import { parseTimestep } from "../dist/market/timestep.js";
import { computeStatistics, reviewRun, runFiles, summaryLines } from "../dist/report/index.js";
import { buildContext } from "../dist/report/metrics/context.js";

const MINUTE = 60_000;
const ROWS = 350_000;
const TRADES = 5_000;
const ROUNDS = 5;

/** A seeded generator (Park and Miller), so that every run measures the same numbers. */
function generator(seed) {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

/** A year of minutes on CME hours: Sunday 17:00 to Friday 16:00 in Chicago with an hour's break each day. */
function equityOf(rows) {
  const next = generator(42);
  const time = new Float64Array(rows + 1);
  const value = new Float64Array(rows + 1);
  let instant = Date.UTC(2024, 0, 2, 23);
  time[0] = instant;
  value[0] = 100_000;
  for (let row = 1; row <= rows; row++) {
    instant += MINUTE;
    const date = new Date(instant);
    if (date.getUTCHours() === 22 && date.getUTCMinutes() === 1)
      instant += (date.getUTCDay() === 5 ? 49 : 1) * 60 * MINUTE;
    time[row] = instant;
    value[row] = value[row - 1] + (next() - 0.4995) * 40;
  }
  return { time, value, cash: value.slice() };
}

/** The bars behind the equity, for the review. */
function barsOf(asset, time) {
  const next = generator(3);
  const level = Float64Array.from(time, () => 4_800 + Math.round(next() * 40) / 4);
  const shifted = (by) => level.map((price) => price + by);
  return {
    asset,
    timestep: parseTimestep("1m"),
    length: time.length,
    time: time.map((close) => close - MINUTE),
    open: level,
    high: shifted(2),
    low: shifted(-2),
    close: shifted(0.25),
    volume: level.map(() => 400),
  };
}

function outcomeOf(rows, count) {
  const asset = Asset.future("ESH24");
  const equity = equityOf(rows);
  const next = generator(7);
  const every = Math.floor(rows / count);
  const trades = [];
  const fills = [];
  const orders = [];
  for (let i = 0; i < count; i++) {
    const entryTime = equity.time[i * every + 1];
    const exitTime = equity.time[i * every + Math.ceil(every / 2)];
    const move = Math.round((next() - 0.49) * 40) / 4;
    trades.push({
      asset,
      direction: i % 2 === 0 ? "long" : "short",
      quantity: 1,
      entryTime,
      entryPrice: 4_800,
      exitTime,
      exitPrice: 4_800 + (i % 2 === 0 ? move : -move),
      pnl: move * 50 - 4.5,
      fees: 4.5,
      bars: Math.ceil(every / 2),
      mae: -200,
      mfe: 250,
      open: false,
    });
    for (const [side, time] of [
      ["buy", entryTime],
      ["sell", exitTime],
    ]) {
      const id = String(orders.length + 1);
      fills.push({ time, asset, side, quantity: 1, price: 4_800, fee: 2.25, slippage: 12.5, orderId: id });
      orders.push({
        id,
        asset,
        side,
        quantity: 1,
        kind: "market",
        timeInForce: "gtc",
        goodTillDate: undefined,
        tag: undefined,
        status: "filled",
        filledQuantity: 1,
        averageFillPrice: 4_800,
        fees: 2.25,
        createdAt: time,
        submittedAt: time,
        closedAt: time,
        refusal: undefined,
      });
    }
  }
  const settings = {
    strategy: "Bench",
    parameters: {},
    start: "2024-01-02T00:00:00Z",
    end: "2025-01-01T00:00:00Z",
    source: "in-memory",
    assets: ["future:ESH24"],
    budget: 100_000,
    sleeptime: "1m",
    market: "CME_EQUITY",
    calendar: "CME_EQUITY",
    timezone: "America/Chicago",
    fill: "next-open",
    intrabar: "worst",
    limitFill: "touch",
    tradeMatching: "fifo",
    buyTradingFees: [],
    sellTradingFees: [],
    slippage: null,
    benchmarkAsset: null,
    riskFreeRate: 0,
    seed: 1,
  };
  const data = [
    { asset: "future:ESH24", timestep: "1m", source: "in-memory", rows, first: null, last: null, hash: "" },
  ];
  return {
    settings,
    equity,
    trades,
    orders,
    fills,
    margin: { time: new Float64Array(0), initial: new Float64Array(0) },
    events: [],
    cashflows: [],
    traces: [],
    log: [],
    chart: { markers: [], lines: [], ohlc: [] },
    benchmark: null,
    instruments: { "future:ESH24": { multiplier: 50, tickSize: 0.25 } },
    tradedBars: [barsOf(asset, equity.time)],
    data,
    bars: rows,
    iterations: rows,
    status: "complete",
    notice: null,
    notes: [],
  };
}

/**
 * Milliseconds of each round, the first (with compilation) apart: of this process with all its threads, which compile and collect beside the work
 * and do not count what others do on the machine, and in brackets by the clock.
 */
function measure(name, work) {
  const times = [];
  for (let round = 0; round < ROUNDS; round++) {
    const before = process.cpuUsage();
    const begun = performance.now();
    work();
    const clock = performance.now() - begun;
    const { user, system } = process.cpuUsage(before);
    times.push({ cpu: (user + system) / 1000, clock });
  }
  const [first, ...warm] = times;
  const text = ({ cpu, clock }) => `${cpu.toFixed(1).padStart(7)} ms (${clock.toFixed(1).padStart(6)})`;
  const best = { cpu: Math.min(...warm.map(({ cpu }) => cpu)), clock: Math.min(...warm.map(({ clock }) => clock)) };
  console.log(`${name.padEnd(42)} first ${text(first)}   warm ${text(best)}`);
}

/** QuantStats in an environment of its own, made once; undefined with the reason printed where that cannot be. */
function quantStats(folder) {
  const python = join(folder, "venv", "bin", "python");
  if (existsSync(python)) return python;
  const made = spawnSync("python3", ["-m", "venv", join(folder, "venv")]);
  const installed =
    made.status === 0 && spawnSync(python, ["-m", "pip", "install", "--quiet", "quantstats==0.0.81"]).status === 0;
  if (installed) return python;
  rmSync(join(folder, "venv"), { recursive: true, force: true });
  console.log("QuantStats left out: Python with venv and pip is not here, or the package cannot be installed.");
  return undefined;
}

function compareWithQuantStats(outcome, statistics) {
  const folder = join(tmpdir(), "backlit-bench", "quantstats");
  mkdirSync(folder, { recursive: true });
  const python = quantStats(folder);
  if (python === undefined) return;
  const file = join(folder, "returns.bin");
  const { returns } = buildContext(outcome);
  writeFileSync(file, new Uint8Array(returns.buffer, returns.byteOffset, returns.byteLength));
  const script = fileURLToPath(new URL("python/quantstats_metrics.py", import.meta.url));
  const theirs = JSON.parse(
    execFileSync(python, [script, file], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }),
  );
  const ours = { ...statistics, maxDrawdown: statistics.maxDrawdownAtClose };
  for (const name of ["sharpe", "volatility", "maxDrawdown"]) {
    const equal = Math.abs(ours[name] - theirs[name]) <= 1e-9 * Math.abs(theirs[name]);
    console.log(`  ${name.padEnd(12)} ${ours[name]}  QuantStats ${theirs[name]}  ${equal ? "equal" : "DIFFERS"}`);
  }
  const name = `QuantStats ${theirs.version}, ${returns.length} session returns`;
  console.log(`${name.padEnd(42)} warm ${theirs.milliseconds.toFixed(1).padStart(21)} ms`);
}

const outcome = outcomeOf(ROWS, TRADES);
console.log(
  `${ROWS.toLocaleString("en-US")} rows of equity, ${TRADES.toLocaleString("en-US")} trades, node ${process.version}`,
);
// A run has walked its calendar by the time it ends.
calendarFor("CME_EQUITY").sessionsBetween(outcome.equity.time[0], outcome.equity.time.at(-1));
measure("computeStatistics (goal: under 200 ms)", () => computeStatistics(outcome));
const statistics = computeStatistics(outcome);
measure("reviewRun", () => reviewRun(outcome, statistics));
const review = reviewRun(outcome, statistics);
measure("summaryLines (goal: under 50 ms)", () => summaryLines(outcome, statistics, { width: 100, review }));
compareWithQuantStats(outcome, statistics);
const large = outcomeOf(1_000_000, TRADES);
const largeStatistics = computeStatistics(large);
measure("runFiles, 1,000,000 rows, read by chunks", () => {
  for (const file of runFiles(large, largeStatistics)) for (const chunk of file.chunks()) void chunk.length;
});
console.log(`peak memory ${Math.round(process.resourceUsage().maxRSS / 1024)} MB`);
