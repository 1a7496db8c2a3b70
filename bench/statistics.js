// Time of everything a run's end costs in numbers and text: 350,000 rows of equity and 5,000 trades. Needs `npm run build`.
import { performance } from "node:perf_hooks";
import { Asset } from "../dist/market/asset.js";
import { computeStatistics, runFiles, summaryLines } from "../dist/report/index.js";

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
    timezone: "America/Chicago",
    fill: "next-open",
    intrabar: "worst",
    limitFill: "touch",
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
    events: [],
    data,
    bars: rows,
    iterations: rows,
    status: "complete",
    notice: null,
    notes: [],
  };
}

/** Milliseconds of each round, the first (with compilation) apart. */
function measure(name, work) {
  const times = [];
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    work();
    times.push(performance.now() - start);
  }
  const [first, ...warm] = times;
  console.log(
    `${name.padEnd(42)} first ${first.toFixed(1).padStart(7)} ms   warm ${Math.min(...warm)
      .toFixed(1)
      .padStart(7)} ms`,
  );
}

const outcome = outcomeOf(ROWS, TRADES);
console.log(
  `${ROWS.toLocaleString("en-US")} rows of equity, ${TRADES.toLocaleString("en-US")} trades, node ${process.version}`,
);
measure("computeStatistics (goal: under 200 ms)", () => computeStatistics(outcome));
const statistics = computeStatistics(outcome);
measure("summaryLines (goal: under 50 ms)", () => summaryLines(outcome, statistics, { width: 100 }));
const large = outcomeOf(1_000_000, TRADES);
const largeStatistics = computeStatistics(large);
measure("runFiles, 1,000,000 rows, read by chunks", () => {
  for (const file of runFiles(large, largeStatistics)) for (const chunk of file.chunks()) void chunk.length;
});
console.log(`peak memory ${Math.round(process.resourceUsage().maxRSS / 1024)} MB`);
