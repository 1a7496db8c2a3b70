/**
 * Moving-average cross: long while the fast average of closes stands above the slow one, short while it stands below.
 *
 * Shows: parameters, a subscribed series read synchronously, orders that turn a position around.
 *
 *   npx backlit backtest strategies/sma-cross.ts --source synthetic --start 2024-01-02 --end 2024-04-01
 *   npx backlit backtest strategies/sma-cross.ts --source file --file bars.csv --asset future:ES --start 2024-01-02 --end 2024-04-01 --param fast=5
 */
import { Asset, Strategy } from "backlit";

export class SmaCross extends Strategy<{ fast: number; slow: number; quantity: number; timestep: string }> {
  static override readonly parameters = { fast: 10, slow: 30, quantity: 1, timestep: "" };
  static override readonly assets = [Asset.continuousFuture("ES")];
  /** Length of the bars: the parameter, else what the data is made of. */
  #timestep = "1m";

  override async initialize() {
    const { slow, timestep } = this.parameters;
    this.#timestep = timestep === "" ? this.baseTimestep(this.asset).name : timestep;
    this.sleeptime = this.#timestep;
    await this.subscribe(this.asset, this.#timestep, { lookback: slow });
  }

  override onTradingIteration() {
    const { fast, slow, quantity } = this.parameters;
    const bars = this.bars(this.asset, this.#timestep, slow);
    if (bars === undefined) return;
    const { close } = bars;
    const wanted = mean(close, slow - fast) > mean(close, 0) ? quantity : -quantity;
    // In a minute without trades the last order may still wait for its bar: it counts as held, or it would be sent twice.
    const coming = this.getAssetPotentialTotal(this.asset);
    if (wanted === coming) return;
    this.submitOrder(this.createOrder(this.asset, Math.abs(wanted - coming), wanted > coming ? "buy" : "sell"));
  }
}

/** Mean of the values from `start` on. */
function mean(values: Float64Array, start: number): number {
  let sum = 0;
  for (let i = start; i < values.length; i++) sum += values[i] ?? 0;
  return sum / (values.length - start);
}
