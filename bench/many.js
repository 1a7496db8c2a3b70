/**
 * `node bench/many.js`: one run over many instruments, and how its time grows with their number and with their bars: a slope of 1 is linear.
 * With `full` as its argument the large ones too: 100 instruments of 20,000 bars, 500 of two years of days, 20 futures of a year of minutes.
 */
import { Asset, Bars, InMemoryBacktesting, Strategy } from "backlit";
import { walk } from "./market.js";

/** Looks at each asset's newest close in turn, and trades one of them now and then. */
class Rotation extends Strategy {
  #turn = 0;
  onTradingIteration() {
    this.#turn += 1;
    const asset = this.assets[this.#turn % this.assets.length];
    if (this.#turn % 50 === 0) this.orderTarget(asset, this.getPosition(asset) === undefined ? 1 : 0);
  }
}

async function measure(instruments, rows, step = 60_000, name = "1m") {
  const assets = Array.from({ length: instruments }, (_, i) => Asset.stock(`S${i}`));
  const columns = walk(rows);
  const start = Date.UTC(2020, 0, 1);
  const time = Float64Array.from({ length: rows }, (_, row) => start + row * step);
  const data = assets.map((asset) => Bars.from({ asset, timestep: name, ...columns, time }));
  globalThis.gc?.();
  const before = process.cpuUsage();
  const result = await new Rotation().backtest(InMemoryBacktesting, start, start + rows * step, {
    data,
    market: "24/7",
    logLevel: "silent",
  });
  const { user, system } = process.cpuUsage(before);
  const seconds = (user + system) / 1e6;
  console.log(
    `${String(instruments).padStart(4)} instruments x ${String(rows).padStart(7)} bars of ${name}  cpu ${seconds.toFixed(2)} s  ` +
      `${Math.round(result.bars / seconds)
        .toLocaleString("en-US")
        .padStart(10)} bars/s  resident ${Math.round(process.memoryUsage().rss / 1e6)} MB`,
  );
  return seconds;
}

const slope = (what, factor, few, many) =>
  console.log(
    `growth with ${what}: ${factor} times as many take ${(many / few).toFixed(1)} times as long, slope ${(Math.log(many / few) / Math.log(factor)).toFixed(2)}`,
  );

// The first ones warm the engine up.
for (let i = 0; i < 3; i++) await measure(20, 20_000);
slope("instruments", 8, await measure(10, 10_000), await measure(80, 10_000));
slope("bars", 8, await measure(20, 10_000), await measure(20, 80_000));
if (process.argv[2] === "full") {
  await measure(100, 20_000);
  await measure(500, 504, 86_400_000, "1d");
  await measure(20, 350_000);
}
