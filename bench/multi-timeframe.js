/**
 * A backtest over several steps: minutes of ES in its sessions, bars of 5, 15 and 30 minutes and an hour made from them, ten indicators, a
 * hook every minute that reads them all and trades. `node bench/multi-timeframe.js [bars]`. Beside it, in the same process, the same
 * strategy without indicators, so that their price can be seen. CPU time of all threads counts: other work on the machine does not.
 */
import { Asset, Bars, InMemoryBacktesting, Strategy } from "backlit";
import { calendarFor } from "../dist/calendar/index.js";
import { walk } from "./market.js";

const rows = Number(process.argv[2] ?? "1000000");
const MINUTE = 60_000;
const asset = Asset.continuousFuture("ES");

/** Minutes in which the market is open, halts left out, from 2013 on. */
function openMinutes(count) {
  const calendar = calendarFor("CME_EQUITY");
  const time = new Float64Array(count);
  let row = 0;
  let session = calendar.nextSession(Date.UTC(2013, 0, 1));
  while (row < count) {
    for (let minute = session.open; minute < session.close && row < count; minute += MINUTE)
      if (calendar.isOpen(minute)) time[row++] = minute;
    session = calendar.nextSession(session.open);
  }
  return time;
}

/** In the market by the side of the slow average, turned around every so often: the same orders with and without indicators. */
class Turning extends Strategy {
  count = 0;
  sum = 0;

  onTradingIteration() {
    this.count += 1;
    if (this.count % 997 === 0) this.turn();
  }

  turn() {
    const held = this.getPosition(asset)?.quantity ?? 0;
    this.submitOrder(this.createOrder(asset, held === 0 ? 1 : 2, held > 0 ? "sell" : "buy"));
  }
}

const INDICATORS = {
  "5m": { rsi: { period: 14 }, ema: { period: 20 }, atr: { period: 14 } },
  "15m": { rsi: { period: 14 }, macd: {}, bollinger: { period: 20 } },
  "30m": { sma: { period: 50 }, adx: { period: 14 } },
  "1h": { ema: { period: 50 }, vwap: {} },
};

class Watching extends Turning {
  initialize() {
    this.series = Object.values(this.indicators(INDICATORS)).flatMap((step) => Object.values(step));
  }

  onTradingIteration() {
    const series = this.series;
    for (let i = 0; i < series.length; i++) this.sum += series[i].ready ? series[i].at(-1) : 0;
    super.onTradingIteration();
  }
}

/** All of them as their bars form, after every minute. */
class Developing extends Watching {
  initialize() {
    const forming = Object.entries(INDICATORS).map(([step, indicators]) => [
      step,
      Object.fromEntries(
        Object.entries(indicators).map(([name, given]) => [name, { ...given, visibility: "developing" }]),
      ),
    ]);
    this.series = Object.values(this.indicators(Object.fromEntries(forming))).flatMap((step) => Object.values(step));
  }
}

const data = [Bars.from({ asset, timestep: "1m", ...walk(rows), time: openMinutes(rows) })];
const [start, end] = [data[0].time[0], data[0].time[rows - 1] + MINUTE];

async function measure(Kind) {
  const strategy = new Kind();
  const before = process.cpuUsage();
  const began = performance.now();
  const { fills } = await strategy.backtest(InMemoryBacktesting, start, end, { data, budget: 1e9, logLevel: "error" });
  const wall = (performance.now() - began) / 1000;
  const { user, system } = process.cpuUsage(before);
  return { name: Kind.name, wall, cpu: (user + system) / 1e6, fills: fills.length, iterations: strategy.count };
}

await measure(Watching);
for (const Kind of [Turning, Watching, Developing]) {
  const runs = [await measure(Kind), await measure(Kind), await measure(Kind)];
  const { name, wall, cpu, fills, iterations } = runs.reduce((best, run) => (run.cpu < best.cpu ? run : best));
  const speed = Math.round(rows / cpu).toLocaleString("en-US");
  console.log(
    `${name.padEnd(12)} ${rows} bars  ${iterations} iterations  ${fills} fills  run ${wall.toFixed(2)} s  cpu ${cpu.toFixed(2)} s  ${speed} bars a CPU second`,
  );
}
