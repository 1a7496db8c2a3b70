/**
 * Monthly rotation over several stocks: on the first session of each month, hold the ones that rose most over the look-back, in
 * equal parts.
 *
 * Shows: several assets in one run, daily bars, parts of the account as targets, sales that pay for purchases.
 *
 *   npx backlit backtest strategies/monthly-rotation.ts --source file --file aapl.csv --file spy.csv --asset stock:AAPL --asset stock:SPY --start 2015-01-01 --end 2021-01-01
 */
import { Asset, Strategy } from "backlit";

export class MonthlyRotation extends Strategy<{ lookback: number; hold: number }> {
  static override readonly parameters = { lookback: 63, hold: 1 };
  static override readonly assets = [Asset.stock("AAPL"), Asset.stock("SPY")];
  #month = 0;

  override async initialize() {
    this.sleeptime = "1d";
    for (const asset of this.assets) await this.subscribe(asset, "1d", { lookback: this.parameters.lookback });
  }

  override onTradingIteration() {
    const { month } = this.getDatetime();
    if (month === this.#month) return;
    const winners = this.#ranked().slice(0, this.parameters.hold);
    if (winners.length === 0) return;
    this.#month = month;
    this.#rebalance(winners);
  }

  /** The assets with enough history, best first. */
  #ranked(): Asset[] {
    const returns = this.assets.map((asset) => ({ asset, gain: this.#gainOf(asset) }));
    return returns
      .filter(({ gain }) => gain !== undefined)
      .sort((a, b) => (b.gain ?? 0) - (a.gain ?? 0))
      .map(({ asset }) => asset);
  }

  #gainOf(asset: Asset): number | undefined {
    const close = this.bars(asset, "1d", this.parameters.lookback)?.close;
    const first = close?.at(0);
    const last = close?.at(-1);
    return first === undefined || last === undefined ? undefined : last / first - 1;
  }

  /** Sells what is no winner, and leads each winner to its part; a little cash stays back. Target orders wait for what the sales bring. */
  #rebalance(winners: readonly Asset[]) {
    for (const asset of this.assets)
      this.orderTargetPercent(asset, winners.includes(asset) ? 0.95 / winners.length : 0);
  }
}
