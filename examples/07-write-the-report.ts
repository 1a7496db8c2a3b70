/**
 * The report of a run as one HTML file.
 *
 *   node --import backlit/register examples/07-write-the-report.ts
 */
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Strategy, SyntheticBacktesting } from "backlit";

class BuyTheDip extends Strategy {
  override async onTradingIteration() {
    const bars = await this.getHistoricalPrices(this.asset, 30, "minute");
    if (bars === undefined) return;
    const average = bars.close.reduce((sum, close) => sum + close, 0) / bars.length;
    const last = bars.close.at(-1) ?? average;
    this.addLine("average", average);
    const position = this.getPosition(this.asset);
    if (position === undefined && last < average - 5) this.submitOrder(this.createOrder(this.asset, 1, "buy"));
    if (position !== undefined && last > average) this.closePosition(this.asset);
  }
}

const result = await new BuyTheDip().backtest(SyntheticBacktesting, "2024-03-04", "2024-03-09");
const folder = mkdtempSync(join(tmpdir(), "backlit-"));
const file = await result.report(join(folder, "report.html"));
console.log(
  `${result.trades.length} trades; the page weighs ${Math.round(statSync(file).size / 1_000)} kB and needs no other file`,
);
rmSync(folder, { recursive: true });
