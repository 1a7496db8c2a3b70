/**
 * MACD with Bollinger bands: buys when the MACD turns up below the middle band, sells short when it turns down above it, and leaves at
 * the opposite band or when the MACD turns back.
 *
 * Shows: indicators with several outputs, values of the bar before, drawing on the candles and in a pane.
 *
 *   npx backlit backtest strategies/macd-bollinger.ts --source synthetic --start 2024-01-02 --end 2024-03-01
 */
import { Asset, Bollinger, Macd, type SeriesOf, Strategy } from "backlit";

export class MacdBollinger extends Strategy<{
  timestep: string;
  quantity: number;
  period: number;
  multiplier: number;
}> {
  static override readonly parameters = { timestep: "15m", quantity: 1, period: 20, multiplier: 2 };
  static override readonly assets = [Asset.continuousFuture("ES")];
  #macd: SeriesOf<Macd> | undefined;
  #bands: SeriesOf<Bollinger> | undefined;

  override initialize() {
    const { timestep, period, multiplier } = this.parameters;
    this.#macd = this.indicator(Macd, {}, { timestep, plot: true });
    this.#bands = this.indicator(Bollinger, { period, multiplier }, { timestep, plot: true });
  }

  override onBar() {
    const [macd, bands] = [this.#macd, this.#bands];
    if (!macd?.ready || !bands?.ready || Number.isNaN(macd.at(-2, "histogram"))) return;
    const { histogram } = macd.value;
    const before = macd.at(-2, "histogram");
    // 0 at the lower band, 0.5 in the middle, 1 at the upper one.
    const { percentB } = bands.value;
    const held = this.getAssetPotentialTotal(this.asset);
    if (held === 0) this.#enter(histogram, before, percentB);
    else if (held > 0 && (percentB >= 1 || histogram < 0)) this.sellAll();
    else if (held < 0 && (percentB <= 0 || histogram > 0)) this.sellAll();
  }

  #enter(histogram: number, before: number, percentB: number) {
    const { quantity } = this.parameters;
    const turnsUp = before <= 0 && histogram > 0;
    const turnsDown = before >= 0 && histogram < 0;
    if (turnsUp && percentB < 0.5) this.submitOrder(this.createOrder(this.asset, quantity, "buy"));
    if (turnsDown && percentB > 0.5) this.submitOrder(this.createOrder(this.asset, quantity, "sell"));
  }
}
