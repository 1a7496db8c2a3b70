/**
 * Opening-range breakout on a future: takes the high and low of the first minutes of the day session, rests a stop order a tick
 * outside each, goes with the first that fills and keeps the other as its stop; flat again before the day session ends.
 *
 * Shows: session times, resting stop orders, canceling, fill callbacks, a strategy that is flat every night.
 *
 *   npx backlit backtest strategies/opening-range-breakout.ts --source synthetic --start 2024-01-02 --end 2024-04-01
 */
import { Asset, type Order, type Position, Strategy } from "backlit";

interface OpeningRange {
  readonly high: number;
  readonly low: number;
}

export class OpeningRangeBreakout extends Strategy<{ rangeMinutes: number; quantity: number; tick: number }> {
  static override readonly parameters = { rangeMinutes: 30, quantity: 1, tick: 0.25 };
  static override readonly assets = [Asset.continuousFuture("ES")];
  /** The day session of the US index futures, minutes after midnight in Chicago. */
  readonly #opens = 8 * 60 + 30;
  readonly #flatAt = 14 * 60 + 55;

  override async initialize() {
    this.setMarket("CME_Equity");
    this.sleeptime = "5m";
    await this.subscribe(this.asset, "5m");
  }

  override onTradingIteration() {
    const now = this.getDatetime().setZone("America/Chicago");
    const minute = now.hour * 60 + now.minute;
    if (minute === this.#opens + this.parameters.rangeMinutes) this.#rest(this.#openingRange());
    if (minute === this.#flatAt) this.sellAll();
  }

  /** The first stop that fills leaves the other in place as the way out; when that fills too, the day is over. */
  override onFilledOrder(position: Position | undefined, _order: Order) {
    if (position === undefined) this.cancelOpenOrders(this.asset);
  }

  #openingRange(): OpeningRange | undefined {
    const bars = this.bars(this.asset, "5m", this.parameters.rangeMinutes / 5);
    if (bars === undefined) return undefined;
    return { high: Math.max(...bars.high), low: Math.min(...bars.low) };
  }

  #rest(range: OpeningRange | undefined) {
    if (range === undefined) return;
    const { quantity, tick } = this.parameters;
    this.submitOrder(
      this.createOrder(this.asset, quantity, "buy", { stopPrice: range.high + tick, timeInForce: "day" }),
    );
    this.submitOrder(
      this.createOrder(this.asset, quantity, "sell", { stopPrice: range.low - tick, timeInForce: "day" }),
    );
  }
}
