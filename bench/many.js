/**
 * `node bench/many.js`: one run over many instruments, each with columns of its own; how its time grows with their number and with their
 * bars (a slope of 1 is linear), and the memory at its peak. Every run is a process of its own, for memory is never handed back.
 * With `full` as its argument the large ones too: 100 instruments of 20,000 bars, 500 of two years of days, 20 futures of a year of minutes.
 */
import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { Asset, Bars, InMemoryBacktesting, Sma, Strategy } from "backlit";
import { walk } from "./market.js";

const START = Date.UTC(2020, 0, 1);
/** Time, four prices and a volume of eight bytes each. */
const BAR_BYTES = 48;
const FUTURES = "ES NQ YM RTY CL NG RB HO GC SI HG PL ZB ZN ZF ZT 6E 6J 6B 6A".split(" ");

/** Takes one asset after the other, looks at it as the case says, and trades it now and then. */
class Rotation extends Strategy {
  static parameters = { history: "none" };
  #turn = 0;

  async initialize() {
    const { history } = this.parameters;
    for (const asset of this.assets) {
      if (history === "own step") await this.subscribe(asset, asset.isFuture ? "1m" : "1d");
      if (history === "1h") await this.subscribe(asset, "1h");
      if (history === "Sma on 1h") this.indicator(Sma, { period: 20 }, { asset, timestep: "1h" });
    }
  }

  onTradingIteration() {
    this.#turn += 1;
    const asset = this.assets[this.#turn % this.assets.length];
    if (this.#turn % 50 === 0) this.orderTarget(asset, this.getPosition(asset) === undefined ? 1 : 0);
  }
}

/** Makes the data and runs over it: in a process of its own. */
async function run({ instruments, rows, step, name, kind, history }) {
  const assets = Array.from({ length: instruments }, (_, i) =>
    kind === "futures" ? Asset.continuousFuture(FUTURES[i]) : Asset.stock(`S${i}`),
  );
  const data = assets.map((asset, i) => {
    const columns = walk(rows, i + 1);
    for (let row = 0; row < rows; row++) columns.time[row] = START + row * step;
    return Bars.from({ asset, timestep: name, ...columns });
  });
  globalThis.gc();
  const resident = process.memoryUsage().rss;
  const before = process.cpuUsage();
  const options = { data, budget: 1e9, market: "24/7", logLevel: "silent" };
  const strategy = new Rotation({ parameters: { history } });
  const result = await strategy.backtest(InMemoryBacktesting, START, START + rows * step, options);
  const { user, system } = process.cpuUsage(before);
  const peak = process.resourceUsage().maxRSS * 1024;
  globalThis.gc();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  const kept = arrayBuffers - instruments * rows * BAR_BYTES;
  return { seconds: (user + system) / 1e6, bars: result.bars, resident, peak, kept, heapUsed };
}

function inChild(settings) {
  return new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(import.meta.url), [JSON.stringify(settings)], { execArgv: ["--expose-gc"] });
    child.on("message", resolve);
    child.on("exit", (code) => code !== 0 && reject(new Error(`the run ended with ${code}`)));
  });
}

const megabytes = (bytes) => `${Math.round(bytes / 1e6)} MB`;

async function measure(instruments, rows, { step = 60_000, name = "1m", kind = "stocks", history = "none" } = {}) {
  const { seconds, bars, resident, peak, kept } = await inChild({ instruments, rows, step, name, kind, history });
  const all = instruments * rows;
  console.log(
    `${String(instruments).padStart(4)} ${kind} x ${String(rows).padStart(7)} bars of ${name}, history ${history}:  cpu ${seconds.toFixed(2)} s  ` +
      `${Math.round(bars / seconds)
        .toLocaleString("en-US")
        .padStart(10)} bars/s  ` +
      `data ${megabytes(all * BAR_BYTES)}  resident before ${megabytes(resident)}, at the peak ${megabytes(peak)}  ` +
      `added ${((peak - resident) / all).toFixed(1)} bytes a bar, ${(kept / all).toFixed(1)} of them columns`,
  );
  return { seconds, peak };
}

function slope(what, factor, few, many) {
  const grown = (part) => Math.log(many[part] / few[part]) / Math.log(factor);
  console.log(
    `growth with ${what}: ${factor} times as many take ${(many.seconds / few.seconds).toFixed(1)} times as long, ` +
      `slope ${grown("seconds").toFixed(2)}; memory at the peak, slope ${grown("peak").toFixed(2)}`,
  );
}

async function main(full) {
  slope("instruments", 8, await measure(10, 100_000), await measure(80, 100_000));
  slope("bars", 8, await measure(20, 50_000), await measure(20, 400_000));
  if (!full) return;
  const days = { step: 86_400_000, name: "1d" };
  await measure(100, 20_000);
  await measure(500, 504, days);
  await measure(500, 504, { ...days, history: "own step" });
  const futures = { kind: "futures" };
  for (const history of ["none", "own step", "1h", "Sma on 1h"]) await measure(20, 350_000, { ...futures, history });
}

if (process.send === undefined) await main(process.argv[2] === "full");
else process.send(await run(JSON.parse(process.argv[2])), () => process.disconnect());
