/**
 * A data source of your own: a class with a name and `getBars`. This one answers with a straight line, whatever it is asked for.
 *
 *   node --import backlit/register examples/03-own-data-source.ts
 */
import { Asset, Bars, type BarsRequest, type DataSource, Strategy } from "backlit";

export class StraightLine implements DataSource {
  readonly name = "straight-line";

  getBars({ asset, timestep, start, end, lookback }: BarsRequest): Promise<Bars> {
    const step = timestep.milliseconds;
    const first = Math.ceil(start / step) - lookback;
    const time = Array.from(
      { length: Math.max(0, Math.ceil(end / step) - first) },
      (_, index) => (first + index) * step,
    );
    const price = time.map((open) => 100 + open / 3_600_000_000);
    return Promise.resolve(
      Bars.from({
        asset,
        timestep,
        time,
        open: price,
        high: price,
        low: price,
        close: price,
        volume: price.map(() => 1),
      }),
    );
  }
}

class BuyAndHold extends Strategy {
  static override readonly assets = [Asset.stock("LINE")];

  override onTradingIteration() {
    if (this.firstIteration) this.submitOrder(this.createOrder(this.asset, 100, "buy"));
  }
}

const result = await new BuyAndHold().backtest(StraightLine, "2025-01-06", "2025-01-11");
console.log(`${result.fills.length} fill, return ${((result.stats.totalReturn ?? 0) * 100).toFixed(3)} %`);
