/**
 * RSI on two time frames: sells where both the one-minute and the five-minute RSI are high, buys where both are low. Each trade has a
 * stop beyond the bar, a target at a multiple of the risk, and the size that loses `riskPerTrade` at the stop.
 *
 * Shows: indicators on two steps, `onBar`, a bracket order, a size from the risk. Values of the five-minute bar are those of bars that
 * have closed; `--param visibility=developing` takes the bar in progress instead.
 *
 *   npx backlit backtest strategies/multi-timeframe-rsi.ts --source synthetic --start 2024-01-02 --end 2024-02-01
 */
import { Asset, Rsi, type SeriesOf, Strategy, type Timestep, type Visibility } from "backlit";

const parameters = {
  period: 14,
  high: 70,
  low: 30,
  slowStep: "5m",
  visibility: "closed",
  /** Money lost at the stop, account currency. */
  riskPerTrade: 500,
  /** The stop is at least so far from the entry, price units. */
  minimumRisk: 2,
  /** Target over risk. */
  rewardToRisk: 2,
  tick: 0.25,
  /** Money a point and contract. */
  pointValue: 50,
};

export class MultiTimeframeRsi extends Strategy<typeof parameters> {
  static override readonly parameters = parameters;
  static override readonly assets = [Asset.continuousFuture("ES")];
  #fast: SeriesOf<Rsi> | undefined;
  #slow: SeriesOf<Rsi> | undefined;

  override initialize() {
    const { period, slowStep, visibility } = this.parameters;
    this.#fast = this.indicator(Rsi, { period }, { plot: "rsi" });
    this.#slow = this.indicator(
      Rsi,
      { period },
      { timestep: slowStep, visibility: visibility as Visibility, plot: "rsi" },
    );
  }

  override onBar(asset: Asset, timestep: Timestep) {
    // Once a minute: where a slow bar closes too, both values are there at the first call.
    if (timestep !== this.baseTimestep(asset) || this.getPosition(asset) !== undefined) return;
    const side = this.signal();
    if (side === undefined) return;
    this.cancelOpenOrders(asset);
    this.#enter(side);
  }

  /** An entry that was not filled is over with its session. */
  override beforeMarketCloses() {
    if (this.getPosition(this.asset) === undefined) this.cancelOpenOrders(this.asset);
  }

  /** What both say: sell when both are high, buy when both are low. During the warm-up they are NaN and say nothing. */
  signal(): "buy" | "sell" | undefined {
    const { high, low } = this.parameters;
    const [fast, slow] = [this.#fast?.value ?? Number.NaN, this.#slow?.value ?? Number.NaN];
    if (fast > high && slow > high) return "sell";
    return fast < low && slow < low ? "buy" : undefined;
  }

  #enter(side: "buy" | "sell") {
    const { minimumRisk, rewardToRisk, riskPerTrade, tick, pointValue } = this.parameters;
    const bar = this.bars(this.asset, this.baseTimestep(this.asset), 1)?.at(-1);
    if (bar === undefined) return;
    const sign = side === "buy" ? 1 : -1;
    const beyondBar = side === "buy" ? bar.low - tick : bar.high + tick;
    const risk = Math.max(minimumRisk, sign * (bar.close - beyondBar));
    const quantity = Math.floor(riskPerTrade / (risk * pointValue));
    if (quantity === 0) {
      this.logMessage(`no trade: a stop ${risk} away risks more than ${riskPerTrade} a contract`);
      return;
    }
    const onTick = (price: number) => Math.round(price / tick) * tick;
    const order = this.createOrder(this.asset, quantity, side, {
      limitPrice: onTick(bar.close),
      orderClass: "bracket",
      stopLossPrice: onTick(bar.close - sign * risk),
      takeProfitPrice: onTick(bar.close + sign * risk * rewardToRisk),
      // The stop and the target stay until the trade is over, however many sessions that takes.
      timeInForce: "gtc",
    });
    this.submitOrder(order);
  }
}
