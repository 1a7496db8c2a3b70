/**
 * A strategy that draws what it sees, and the questions its run is asked: `result.chart`, `result.review`, `result.bootstrap`.
 *
 *   node --import backlit/register examples/06-draw-and-review.ts
 */
import { Asset, Strategy, SyntheticBacktesting, TradingFee, TradingSlippage } from "backlit";

class AverageCross extends Strategy<{ length: number }> {
  static override readonly parameters = { length: 20 };
  static override readonly assets = [Asset.continuousFuture("ES")];

  override initialize() {
    this.setMarket("CME_Equity");
    this.sleeptime = "30m";
  }

  override async onTradingIteration() {
    const bars = await this.getHistoricalPrices(this.asset, this.parameters.length, "30m");
    if (bars === undefined) return;
    const average = bars.close.reduce((sum, close) => sum + close, 0) / bars.length;
    const distance = (bars.close.at(-1) ?? average) - average;
    this.addLine("average", average, { color: "#0072B2" });
    this.addLine("distance", distance, { plot: "distance" });
    const held = this.getPosition(this.asset)?.quantity ?? 0;
    const wanted = distance > 0 ? 1 : -1;
    if (held === wanted) return;
    this.orderTarget(this.asset, wanted);
    this.addMarker(wanted > 0 ? "long" : "short", { symbol: wanted > 0 ? "arrow-up" : "arrow-down" });
  }
}

const fees = [new TradingFee({ perContract: 2.25 })];
const result = await new AverageCross().backtest(SyntheticBacktesting, "2024-01-02", "2024-02-01", {
  buyTradingFees: fees,
  sellTradingFees: fees,
  slippage: new TradingSlippage({ ticks: 0.5 }),
});

const { chart, review, stats } = result;
console.log(
  `${chart.markers.length} markers`,
  ...chart.lines.map(({ name, time }) => `${name}: ${time.length} points`),
);
for (const { status, severity, text } of review.checks) if (status === "found") console.log(`${severity}: ${text}`);
for (const { ticks, delayBars, netProfit } of review.ladder) {
  console.log(`${ticks ?? "own"} ticks, ${delayBars} bars late: ${netProfit?.toFixed(2)}`);
}
const { sharpe } = result.bootstrap({ resamples: 200 });
console.log(`Sharpe ${stats.sharpe?.toFixed(2)}, by chance ${sharpe?.low.toFixed(2)} .. ${sharpe?.high.toFixed(2)}`);
