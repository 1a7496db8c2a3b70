/**
 * Measures what a hook's reads leave on the heap, in bytes a read, and prints them as JSON. Run with `--expose-gc` and a
 * `--min-semi-space-size` larger than all there is to measure, so that nothing is collected meanwhile and the heap grows by what was allocated.
 */
import { Asset, Bars, InMemoryBacktesting, Macd, Rsi, Strategy } from "backlit";

const MINUTE = 60_000;
const READS = 1_000_000;
const asset = Asset.continuousFuture("ES");
const count = 600;
const start = Date.UTC(2024, 0, 3, 15);
const close = Array.from({ length: count }, (_, row) => 4000.25 + Math.sin(row) * 20);
const data = [
  Bars.from({
    asset,
    timestep: "1m",
    time: close.map((_, row) => start + row * MINUTE),
    open: close,
    high: close,
    low: close,
    close,
    volume: close,
  }),
];

/** Takes the number that was read: a return value would be an object of its own where the compiler leaves the call in place. */
const sink = new Float64Array(1);

function measure(read) {
  // Compiled first, then measured.
  for (let i = 0; i < 100_000; i++) read();
  globalThis.gc();
  const before = process.memoryUsage().heapUsed;
  for (let i = 0; i < READS; i++) read();
  const grown = process.memoryUsage().heapUsed - before;
  if (!Number.isFinite(sink[0])) throw new Error(`a read gave no number: ${read}`);
  return grown / READS;
}

class Reading extends Strategy {
  static assets = [asset];

  async initialize() {
    await this.subscribe(asset, "1m");
    this.rsi = this.indicator(Rsi, { period: 14 }, { timestep: "5m" });
    this.macd = this.indicator(Macd, {}, { timestep: "5m" });
  }

  onTradingIteration() {
    if (this.bytes !== undefined || (this.bars(asset, "5m")?.length ?? 0) < 60) return;
    const { rsi, macd } = this;
    const kept = new Float64Array(8).fill(4000.25);
    const measures = {
      "an array of one's own, at(-1)": () => {
        sink[0] = kept.at(-1);
      },
      'bars(asset, "5m").close.at(-1)': () => {
        sink[0] = this.bars(asset, "5m").close.at(-1);
      },
      'bars(asset, "1m").close.at(-1)': () => {
        sink[0] = this.bars(asset, "1m").close.at(-1);
      },
      'bars(asset, "1m", 30), two columns': () => {
        sink[0] = this.bars(asset, "1m", 30).high[29] - this.bars(asset, "1m", 30).low[29];
      },
      'bars(asset, "5m", 30), all columns': () => {
        const { time, open, high, low, close, volume } = this.bars(asset, "5m", 30);
        sink[0] = time[0] + open[0] + high[0] + low[0] + close[0] + volume[0];
      },
      "rsi.value": () => {
        sink[0] = rsi.value;
      },
      "rsi.at(-1)": () => {
        sink[0] = rsi.at(-1);
      },
      "macd.value.signal": () => {
        sink[0] = macd.value.signal;
      },
      'macd.at(-2, "signal")': () => {
        sink[0] = macd.at(-2, "signal");
      },
    };
    this.bytes = Object.fromEntries(Object.entries(measures).map(([name, read]) => [name, measure(read)]));
  }
}

const strategy = new Reading();
await strategy.backtest(InMemoryBacktesting, start, start + count * MINUTE, { data, logLevel: "error" });
console.log(JSON.stringify(strategy.bytes));
