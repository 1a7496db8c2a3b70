/**
 * One measured run of orders, through the public API. Arguments: the workload, the number of bars, the number of orders that rest.
 * `every-bar`: a market order at every bar. `resting`: a ladder of limit orders to buy below the market, most of which never fill.
 * Prints one line of JSON.
 */
import { Asset, Bars, InMemoryBacktesting, Strategy, TradingFee } from "backlit";
import { TICK, walk } from "./market.js";

const [workload = "every-bar", rows = "1000000", orders = "1000"] = process.argv.slice(2);
const WARM_UP = 30;
const LADDER_STEP = 8 * TICK;
const asset = new Asset({
  symbol: "BENCH",
  assetType: "future",
  expiration: "2099-12-18",
  multiplier: 50,
  tickSize: TICK,
});

class EveryBar extends Strategy {
  initialize() {
    return this.subscribe(asset, "1m");
  }

  onTradingIteration() {
    if (this.bars(asset, "1m", WARM_UP) === undefined) return;
    const side = this.getPosition(asset) === undefined ? "buy" : "sell";
    this.submitOrder(this.createOrder(asset, 1, side));
  }
}

class Resting extends Strategy {
  count = Number(orders);
  placed = false;

  initialize() {
    return this.subscribe(asset, "1m");
  }

  onTradingIteration() {
    const close = this.bars(asset, "1m", WARM_UP)?.close[WARM_UP - 1];
    if (this.placed || close === undefined) return;
    this.placed = true;
    for (let step = 1; step <= this.count; step++)
      this.submitOrder(this.createOrder(asset, 1, "buy", { limitPrice: close - step * LADDER_STEP }));
  }
}

const strategies = { "every-bar": EveryBar, resting: Resting };
const columns = walk(Number(rows));
const bars = Bars.from({ asset, timestep: "1m", ...columns });
const fee = [new TradingFee({ perContract: 2 })];
const run = (end) =>
  new strategies[workload]().backtest(InMemoryBacktesting, columns.time[0], end, {
    data: [bars],
    budget: 1_000_000_000,
    market: "24/7",
    buyTradingFees: fee,
    sellTradingFees: fee,
  });

// The engine is loaded by the first run: a run over the first minutes keeps that out of the time.
await run(columns.time[100]);

const cpu = process.cpuUsage();
const started = performance.now();
const result = await run(columns.time.at(-1) + 60_000);
const seconds = (performance.now() - started) / 1000;
const { user, system } = process.cpuUsage(cpu);
console.log(
  JSON.stringify({
    system: "backlit",
    bars: Number(rows),
    fills: result.fills.length,
    equity: result.equity.value.at(-1),
    seconds,
    cpuSeconds: (user + system) / 1e6,
    peakMegabytes: process.resourceUsage().maxRSS / 1024,
  }),
);
