/**
 * Two strategies on one account: one cash and one margin, a book for each.
 *
 *   node --import backlit/register examples/08-strategies-on-one-account.ts
 */
import { backtestAll, type Indicator, Sma, Strategy, SyntheticBacktesting } from "backlit";

/** Long above a moving average, or below it. */
class BesideTheMean extends Strategy<{ period: number; above: boolean }> {
  static override readonly parameters = { period: 30, above: true };
  #mean: Pick<Indicator<number>, "value"> | undefined;

  override initialize() {
    this.#mean = this.indicator(Sma, { period: this.parameters.period });
    return this.subscribe(this.asset, "1m");
  }

  override onTradingIteration() {
    const mean = this.#mean?.value;
    const last = this.bars(this.asset, "1m", 1)?.close.at(-1);
    if (mean === undefined || last === undefined) return;
    const held = this.getPosition(this.asset) !== undefined;
    const wanted = this.parameters.above ? last > mean : last < mean;
    if (wanted && !held) this.submitOrder(this.createOrder(this.asset, 1, "buy"));
    if (!wanted && held) this.closePosition(this.asset);
  }
}

const { results, total } = await backtestAll(
  [
    new BesideTheMean({ name: "trend", parameters: { above: true } }),
    new BesideTheMean({ name: "reversal", parameters: { above: false } }),
  ],
  SyntheticBacktesting,
  "2024-03-04",
  "2024-03-06",
  { budget: 50_000, account: "shared" },
);

const words = (profit: number | null) => profit?.toFixed(2) ?? "unknown";
for (const { settings, stats, trades } of results) {
  console.log(`${settings.strategy}: ${trades.length} trades, ${words(stats.netProfit)}`);
}
console.log(`the account: ${total.trades.length} trades, ${words(total.stats.netProfit)}`);
