/** A small run with something of everything that a page shows. */
import {
  Asset,
  type BacktestOptions,
  type BacktestResult,
  Bars,
  InMemoryBacktesting,
  Strategy,
  TradingFee,
  TradingSlippage,
} from "backlit";

export const ES = new Asset({
  symbol: "ES",
  assetType: "future",
  expiration: "2024-03-15",
  multiplier: 50,
  tickSize: 0.25,
});

const MINUTE = 60_000;
/** 2024-01-02 14:30 UTC, the open of New York. */
export const OPEN = Date.UTC(2024, 0, 2, 14, 30);
/** Minutes of each of the sessions. */
export const SESSION = 390;

/** Minute bars on so many weekdays; the price goes up and down in whole ticks. */
export function minuteBars(sessions: number, asset = ES): Bars {
  const time: number[] = [];
  for (let day = 0; time.length < sessions * SESSION; day++) {
    const open = OPEN + day * 24 * 60 * MINUTE;
    const weekday = new Date(open).getUTCDay();
    if (weekday === 0 || weekday === 6) continue;
    for (let minute = 0; minute < SESSION; minute++) time.push(open + minute * MINUTE);
  }
  const close = time.map((_, i) => 4_700 + 0.25 * Math.round(40 * Math.sin(i / 37) + 25 * Math.sin(i / 11)));
  const open = close.map((price, i) => close[i - 1] ?? price);
  return Bars.from({
    asset,
    timestep: "1m",
    time,
    open,
    high: close.map((price, i) => Math.max(price, open[i] ?? price) + 0.5),
    low: close.map((price, i) => Math.min(price, open[i] ?? price) - 0.5),
    close,
    volume: time.map((_, i) => 100 + (i % 50)),
  });
}

/** Buys with a stop and a target every 40 minutes, asks for half a contract now and then, and draws on the chart. */
export class Busy extends Strategy {
  #iteration = 0;

  override async onTradingIteration(): Promise<void> {
    const iteration = this.#iteration++;
    const price = await this.getLastPrice(this.asset);
    if (price === undefined) return;
    if (iteration % 2 === 0) this.addLine("middle", price + 1, { color: "#7a4fa3" });
    if (iteration % 40 === 7 && this.getPosition(this.asset) === undefined) {
      const side = iteration % 80 === 7 ? "buy" : "sell";
      const away = side === "buy" ? 1 : -1;
      this.submitOrder(
        this.createOrder(this.asset, 1, side, {
          orderClass: "bracket",
          takeProfitPrice: price + 4 * away,
          stopLossPrice: price - 3 * away,
        }),
      );
      this.addMarker("signal", { value: price, text: "in" });
      this.addOhlc("third", price / 3, price / 3 + 1, price / 3 - 1, price / 3, { plot: "thirds" });
      this.logMessage(`${side} at ${price}, "in"`);
    }
    if (iteration % 300 === 100) this.submitOrder(this.createOrder(this.asset, 0.5, "buy"));
  }
}

/** The run of `Busy`, or of another strategy, over so many sessions. */
export function runOf(
  sessions = 5,
  strategy: Strategy = new Busy(),
  options: BacktestOptions & { readonly data?: readonly Bars[] } = {},
): Promise<BacktestResult> {
  const { data = [minuteBars(sessions)] } = options;
  const last = data[0]?.time.at(-1) ?? OPEN;
  return strategy.backtest(InMemoryBacktesting, OPEN, last + MINUTE, {
    market: "NYSE",
    logLevel: "silent",
    buyTradingFees: [new TradingFee({ perContract: 2.25 })],
    sellTradingFees: [new TradingFee({ perContract: 2.25 })],
    slippage: new TradingSlippage({ ticks: 1 }),
    ...options,
    data,
  });
}
