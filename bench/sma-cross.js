/**
 * One measured run: SMA(10) x SMA(30), always in the market, through the public API. Arguments: `sync` or `await`, or one of its layers (`nothing`,
 * `window`, `held`); the number of bars; and how many more runs of the same to measure in this process. Prints one line of JSON.
 */
import { Asset, Bars, InMemoryBacktesting, Strategy, TradingFee } from "backlit";
import { walk } from "./market.js";

const [mode = "sync", rows = "1000000", more = "0"] = process.argv.slice(2);
const FAST = 10;
const SLOW = 30;
const asset = new Asset({
  symbol: "BENCH",
  assetType: "future",
  expiration: "2099-12-18",
  multiplier: 50,
  tickSize: 0.25,
});

class SmaCross extends Strategy {
  initialize() {
    return this.subscribe(asset, "1m");
  }

  onTradingIteration() {
    const bars = this.bars(asset, "1m", SLOW);
    if (bars !== undefined) this.trade(bars.close);
  }

  trade(close) {
    let slow = 0;
    let fast = 0;
    for (let i = 0; i < SLOW; i++) slow += close[i];
    for (let i = SLOW - FAST; i < SLOW; i++) fast += close[i];
    const wanted = fast * SLOW > slow * FAST ? 1 : -1;
    const held = this.getPosition(asset)?.quantity ?? 0;
    if (wanted !== held)
      this.submitOrder(this.createOrder(asset, Math.abs(wanted - held), wanted > held ? "buy" : "sell"));
  }
}

class AwaitingSmaCross extends SmaCross {
  initialize() {}

  async onTradingIteration() {
    const bars = await this.getHistoricalPrices(asset, SLOW, "1m");
    if (bars !== undefined) this.trade(bars.close);
  }
}

/** A hook that does nothing. */
class Nothing extends SmaCross {
  onTradingIteration() {}
}

/** The window of every bar, and its sums. */
class Window extends SmaCross {
  trade(close) {
    let slow = 0;
    let fast = 0;
    for (let i = 0; i < SLOW; i++) slow += close[i];
    for (let i = SLOW - FAST; i < SLOW; i++) fast += close[i];
    this.wanted = fast * SLOW > slow * FAST ? 1 : -1;
  }
}

/** The same, and what is held, after one order. */
class Held extends Window {
  trade(close) {
    super.trade(close);
    this.held = this.getPosition(asset)?.quantity;
    if (this.held === undefined && this.getOrders().length === 0) this.submitOrder(this.createOrder(asset, 1, "buy"));
  }
}

const KINDS = { sync: SmaCross, await: AwaitingSmaCross, nothing: Nothing, window: Window, held: Held };

const loading = performance.now();
const columns = walk(Number(rows));
const bars = Bars.from({ asset, timestep: "1m", ...columns });
const fee = [new TradingFee({ perContract: 2 })];
const run = (strategy, end) =>
  strategy.backtest(InMemoryBacktesting, columns.time[0], end, {
    data: [bars],
    budget: 10_000_000,
    market: "24/7",
    buyTradingFees: fee,
    sellTradingFees: fee,
  });

// The engine is loaded by the first run: a run over the first minutes keeps that out of the time.
await run(new SmaCross(), columns.time[100]);

const cpu = process.cpuUsage();
const started = performance.now();
const end = columns.time.at(-1) + 60_000;
const result = await run(new KINDS[mode](), end);
const seconds = (performance.now() - started) / 1000;
const { user, system } = process.cpuUsage(cpu);
const runPeakMegabytes = process.resourceUsage().maxRSS / 1024;
const finished = performance.now();
const { finalEquity } = result.stats;
const statisticsSeconds = (performance.now() - finished) / 1000;

const laterSeconds = [];
for (let i = 0; i < Number(more); i++) {
  const again = performance.now();
  await run(new KINDS[mode](), end);
  laterSeconds.push((performance.now() - again) / 1000);
}

console.log(
  JSON.stringify({
    system: `backlit ${mode}`,
    bars: Number(rows),
    fills: result.fills.length,
    equity: finalEquity,
    loadSeconds: (started - loading) / 1000,
    seconds,
    laterSeconds,
    statisticsSeconds,
    cpuSeconds: (user + system) / 1e6,
    peakMegabytes: runPeakMegabytes,
    statisticsPeakMegabytes: process.resourceUsage().maxRSS / 1024,
  }),
);
