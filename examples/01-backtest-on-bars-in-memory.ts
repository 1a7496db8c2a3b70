/**
 * A backtest in one file: bars made here, a strategy of ten lines, and what came of it.
 *
 *   node --import backlit/register examples/01-backtest-on-bars-in-memory.ts
 */
import { Asset, Bars, InMemoryBacktesting, Strategy, TradingFee } from "backlit";

const asset = new Asset({
  symbol: "ES",
  assetType: "future",
  expiration: "2025-03-21",
  multiplier: 50,
  tickSize: 0.25,
});
const MINUTE = 60_000;
const start = Date.UTC(2025, 0, 6, 15);

/** A price that swings: one full wave an hour, 20 points high. */
const close = Array.from(
  { length: 6 * 60 },
  (_, minute) => 5000 + Math.round(40 * Math.sin((minute / 60) * 2 * Math.PI)) / 4,
);
const open = close.map((price, minute) => close[minute - 1] ?? price);
const bars = Bars.from({
  asset,
  timestep: "1m",
  time: close.map((_, minute) => start + minute * MINUTE),
  open,
  high: close.map((price, minute) => Math.max(price, open[minute] ?? price)),
  low: close.map((price, minute) => Math.min(price, open[minute] ?? price)),
  close,
  volume: close.map(() => 100),
});

class BuyTheTrough extends Strategy<{ below: number; above: number }> {
  static override readonly parameters = { below: 4995, above: 5005 };

  override async onTradingIteration() {
    const price = await this.getLastPrice(asset);
    const held = this.getPosition(asset);
    if (price === undefined) return;
    if (held === undefined && price < this.parameters.below) this.submitOrder(this.createOrder(asset, 1, "buy"));
    if (held !== undefined && price > this.parameters.above) this.closePosition(asset);
  }
}

const fee = [new TradingFee({ perContract: 2.25 })];
const result = await new BuyTheTrough().backtest(InMemoryBacktesting, start, start + 6 * 60 * MINUTE, {
  data: [bars],
  budget: 50_000,
  buyTradingFees: fee,
  sellTradingFees: fee,
});

for (const trade of result.trades) {
  console.log(
    `${new Date(trade.entryTime).toISOString()}  ${trade.entryPrice} -> ${trade.exitPrice}  ${trade.pnl.toFixed(2)}`,
  );
}
console.log(
  `${result.stats.trades} trades, final equity ${result.equity.value.at(-1)?.toFixed(2)}, fees ${result.stats.fees.toFixed(2)}`,
);
