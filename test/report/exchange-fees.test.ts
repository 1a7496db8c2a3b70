/** Commissions and exchange fees, told apart by what the fees of the run were made of. */

import { Asset, type BacktestOptions, type Bars, InMemoryBacktesting, Strategy, TradingFee } from "backlit";
import { describe, expect, it } from "vitest";
import type { TradingFeeTerms } from "../../src/market/fees.ts";
import { computeStatistics, summaryLines } from "../../src/report/index.ts";
import { barsOf, ES, flat, MINUTE, T0 } from "../engine/support.ts";
import { outcomeOf, SETTINGS } from "./support.ts";

const COMMISSION = new TradingFee({ perContract: 0.85, flat: 1 });
const EXCHANGE = new TradingFee({ perContract: 1.38, flat: 0.5, percent: 0.0001, paidTo: "exchange" });

class InAndOut extends Strategy {
  #iteration = 0;
  readonly #asset: Asset;
  constructor(asset: Asset) {
    super();
    this.#asset = asset;
  }
  override onTradingIteration(): void {
    const iteration = this.#iteration++;
    if (iteration === 0) this.submitOrder(this.createOrder(this.#asset, 2, "buy"));
    if (iteration === 2) this.submitOrder(this.createOrder(this.#asset, 2, "sell"));
  }
}

const runWith = (options: BacktestOptions & { readonly data?: readonly Bars[] }, asset = ES) =>
  new InAndOut(asset).backtest(InMemoryBacktesting, T0, T0 + 6 * MINUTE, {
    data: [barsOf(asset, flat(100, 6))],
    market: "24/7",
    marginCall: "off",
    ...options,
  });

describe("exchange fees", () => {
  it("and commissions add up to the fees", async () => {
    const { stats } = await runWith({
      buyTradingFees: [COMMISSION, EXCHANGE],
      sellTradingFees: [COMMISSION],
      margins: { ES: { initial: 100, maintenance: 100 } },
    });
    // Commission: 2 x (2 x 0.85 + 1). The exchange takes from the buyer alone: 2 x 1.38 + 0.5 + 0.0001 x 100 x 2 x 50.
    expect(stats.commissions).toBeCloseTo(5.4, 12);
    expect(stats.exchangeFees).toBeCloseTo(2.76 + 0.5 + 1, 12);
    expect(stats.fees).toBeCloseTo(5.4 + 4.26, 12);
  });

  it("are shares of the gross profit, as other costs are", async () => {
    // A gain of a point: 2 x 50, less the fees of both ways, which are the exchange's.
    const fee = new TradingFee({ perContract: 1.25, paidTo: "exchange" });
    const rising = barsOf(ES, [...flat(100, 2), ...flat(101, 4)]);
    const { stats } = await runWith({
      data: [rising],
      buyTradingFees: [fee],
      sellTradingFees: [fee],
      margins: { ES: { initial: 100, maintenance: 100 } },
    });
    expect(stats.grossProfit).toBe(2 * 50 - 5);
    expect(stats.exchangeFeeShare).toBeCloseTo(5 / 95, 12);
    expect(stats.commissionShare).toBe(0);
  });

  it("are 0 where no fee is said to be the exchange's, and stand on the end screen where one is", async () => {
    const margins = { ES: { initial: 100, maintenance: 100 } };
    const plain = await runWith({ buyTradingFees: [COMMISSION], margins });
    expect(plain.stats).toMatchObject({ exchangeFees: 0, commissions: 2.7 });
    const told = await runWith({ buyTradingFees: [COMMISSION, EXCHANGE], margins });
    expect(summaryLines(plain, plain.stats).join(" ")).toContain("fees 2.70 ");
    expect(summaryLines(told, told.stats).join(" ").replace(/\s+/g, " ")).toContain("fees 6.96 (exchange 4.26)");
  });

  it("are not known where they are a fraction of a value that is not, and known where they are not", () => {
    const asset = Asset.future("XY", "2025-06-20");
    const fill = { time: T0, asset, side: "buy", quantity: 3, price: 10, fee: 6, slippage: 0, orderId: "1" } as const;
    const statisticsWith = (terms: TradingFeeTerms) =>
      computeStatistics(
        outcomeOf({ fills: [fill], settings: { ...SETTINGS, buyTradingFees: [{ ...new TradingFee(terms) }] } }),
      );
    const fraction = statisticsWith({ percent: 0.001, paidTo: "exchange" });
    expect(fraction).toMatchObject({ exchangeFees: null, commissions: null });
    expect(fraction.undefinedReasons.exchangeFees).toContain("XY");
    expect(statisticsWith({ perContract: 0.5, paidTo: "exchange" })).toMatchObject({
      exchangeFees: 1.5,
      commissions: 4.5,
    });
  });

  it("are the broker's or the exchange's, and nobody else's", () => {
    expect(() => new TradingFee({ paidTo: "tax office" } as never)).toThrow("'paidTo' was \"tax office\"");
  });
});
