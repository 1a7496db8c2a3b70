/**
 * Back to the VWAP: buys when the price is `distance` average true ranges below the session's volume-weighted average price, sells short as far
 * above it, leaves when it is back there, and is flat before the session closes.
 *
 * Shows: an indicator that follows the asset's own sessions, `beforeMarketCloses`, a stop that rests in the market.
 *
 *   npx backlit backtest strategies/vwap-reversion.ts --source synthetic --start 2024-01-02 --end 2024-02-01
 */
import { Asset, Atr, type SeriesOf, Strategy, Vwap } from "backlit";

export class VwapReversion extends Strategy<{
  timestep: string;
  distance: number;
  stop: number;
  quantity: number;
  tick: number;
}> {
  /** `distance` and `stop` in average true ranges. */
  static override readonly parameters = { timestep: "5m", distance: 3, stop: 3, quantity: 1, tick: 0.25 };
  static override readonly assets = [Asset.continuousFuture("ES")];
  #vwap: SeriesOf<Vwap> | undefined;
  #range: SeriesOf<Atr> | undefined;
  #isClosing = false;

  override initialize() {
    const { timestep } = this.parameters;
    this.minutesBeforeClosing = 15;
    this.#vwap = this.indicator(Vwap, {}, { timestep, plot: true });
    this.#range = this.indicator(Atr, { period: 20 }, { timestep });
  }

  override beforeStartingTrading() {
    this.#isClosing = false;
  }

  override onBar() {
    const close = this.bars(this.asset, this.parameters.timestep, 1)?.close[0] ?? Number.NaN;
    const away = (close - (this.#vwap?.value ?? Number.NaN)) / (this.#range?.value ?? Number.NaN);
    if (Number.isNaN(away) || this.#isClosing) return;
    const held = this.getPosition(this.asset)?.quantity ?? 0;
    if ((held > 0 && away >= 0) || (held < 0 && away <= 0)) this.sellAll();
    if (held !== 0 || this.getOrders().length > 0) return;
    if (away <= -this.parameters.distance) this.#enter("buy", close);
    if (away >= this.parameters.distance) this.#enter("sell", close);
  }

  override beforeMarketCloses() {
    this.#isClosing = true;
    this.sellAll();
  }

  #enter(side: "buy" | "sell", close: number) {
    const { stop, quantity, tick } = this.parameters;
    const away = stop * (this.#range?.value ?? 0) * (side === "buy" ? -1 : 1);
    const stopLossPrice = Math.round((close + away) / tick) * tick;
    this.submitOrder(this.createOrder(this.asset, quantity, side, { orderClass: "oto", stopLossPrice }));
  }
}
