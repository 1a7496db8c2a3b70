/**
 * A stop order that protects an entry: sent from the fill hook, tested on the rest of the very bar that filled the entry.
 *
 *   node --import backlit/register examples/04-orders-and-callbacks.ts
 */
import {
  Asset,
  type Order,
  type OrderRefusal,
  type Position,
  Strategy,
  SyntheticBacktesting,
  TradingSlippage,
} from "backlit";

class Protected extends Strategy<{ distance: number }> {
  static override readonly parameters = { distance: 8 };
  static override readonly assets = [Asset.continuousFuture("ES")];

  override initialize() {
    this.setMarket("CME_Equity");
    this.sleeptime = "1h";
  }

  override onTradingIteration() {
    const flat = this.getPosition(this.asset) === undefined;
    if (flat && this.getOrders().length === 0)
      this.submitOrder(this.createOrder(this.asset, 1, "buy", { tag: "entry" }));
  }

  override onFilledOrder(_position: Position | undefined, order: Order, price: number) {
    console.log(
      `${this.getDatetime().toISO()}  ${order.side} at ${price}${order.tag === undefined ? "" : ` (${order.tag})`}`,
    );
    if (order.tag !== "entry") return;
    this.submitOrder(this.createOrder(this.asset, 1, "sell", { trailPrice: this.parameters.distance, tag: "stop" }));
  }

  override onErrorOrder(order: Order, error: OrderRefusal) {
    console.log(`order ${order.id} refused: ${error.message}`);
  }
}

const result = await new Protected().backtest(SyntheticBacktesting, "2024-03-04", "2024-03-06", {
  seed: 7,
  slippage: new TradingSlippage({ ticks: 1 }),
});
console.log(`${result.notice}: ${result.stats.trades} trades, final equity ${result.equity.value.at(-1)?.toFixed(2)}`);
