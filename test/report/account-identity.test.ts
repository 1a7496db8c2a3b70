/** Trades and what moved without them are the change of the account. */

import { Asset, type BacktestOptions, type BacktestResult, TradingFee } from "backlit";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { barsOf, type Row, run } from "../engine/support.ts";

const DAY = 86_400_000;
const MONDAY = Date.UTC(2024, 0, 8);
const stock = Asset.stock("ACME");
const fees = [new TradingFee({ perShare: 0.01, perContract: 2 })];

function expectIdentity({ stats, trades }: BacktestResult): void {
  const { netProfit, closedPnl, openPnl, funding } = stats;
  expect(closedPnl + openPnl + funding).toBeCloseTo(netProfit ?? Number.NaN, 6);
  expect(trades.reduce((sum, { pnl }) => sum + pnl, 0)).toBeCloseTo(closedPnl + openPnl, 6);
}

const daily = (asset: Asset, prices: readonly number[]) =>
  barsOf(
    asset,
    prices.map((price): Row => [price, price + 1, price - 1, price, 1_000]),
    "1d",
    MONDAY,
    DAY,
  );

describe("the change of the account", () => {
  it("is the profit of all trades and the dividends", async () => {
    const { result } = await run(
      daily(stock, [100, 101, 100, 103, 104]),
      (strategy) => {
        if (strategy.iteration === 0) strategy.send(stock, 20, "buy");
        if (strategy.iteration === 4) strategy.send(stock, 5, "sell");
      },
      {
        market: "NYSE",
        corporateActions: [{ asset: stock, kind: "dividend", date: "2024-01-10", amount: 0.5 }],
        buyTradingFees: fees,
        sellTradingFees: fees,
      },
    );
    // 4 a share on 20, fees of 0.20 and 0.05; 0.50 a share received.
    expect(result.stats.funding).toBe(10);
    expect(result.stats.netProfit).toBeCloseTo(80 - 0.25 + 10, 9);
    expectIdentity(result);
  });

  it("is less what the loan of shares costs", async () => {
    const { result } = await run(
      daily(stock, [100, 99, 98, 97, 96]),
      (strategy) => {
        if (strategy.iteration === 0) strategy.send(stock, 10, "sell");
      },
      { market: "NYSE", borrowRate: 0.36 } as BacktestOptions,
    );
    expect(result.stats.funding).toBeLessThan(0);
    expect(result.stats.openPnl).toBe(40);
    expectIdentity(result);
  });

  it("whatever is traded over a roll and settlements", async () => {
    const future = Asset.continuousFuture("ES");
    const [from, to] = [Asset.future("ESH24"), Asset.future("ESM24")];
    const roll = { time: MONDAY + 3 * DAY, measuredAt: MONDAY + 2 * DAY, from, to, fromPrice: 102, toPrice: 108 };
    const bars = daily(future, [100, 101, 102, 109, 107, 108]);
    const orders = fc.array(fc.integer({ min: -2, max: 2 }), { minLength: 6, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(orders, async (quantities) => {
        const { result } = await run(
          bars,
          (strategy) => {
            const quantity = quantities[strategy.iteration] ?? 0;
            if (quantity !== 0) strategy.send(future, Math.abs(quantity), quantity > 0 ? "buy" : "sell");
          },
          { rolls: [roll], market: "CME_Equity", marginCall: "off", buyTradingFees: fees, sellTradingFees: fees },
        );
        expectIdentity(result);
      }),
      { numRuns: 40 },
    );
  });

  it("whatever is traded in another currency, shares and futures, while the rate moves", async () => {
    const share = new Asset({ symbol: "SAP", assetType: "stock", currency: "EUR" });
    const future = new Asset({
      symbol: "FDX",
      assetType: "future",
      expiration: "2024-03-15",
      multiplier: 25,
      currency: "EUR",
    });
    const bars = [daily(share, [100, 101, 99, 103, 104, 102]), daily(future, [500, 510, 495, 505, 520, 515])];
    const days = ["08", "09", "10", "11", "12", "13"].map((day) => `2024-01-${day}`);
    const rate = fc.double({ min: 0.5, max: 2, noNaN: true });
    const quantities = fc.array(fc.integer({ min: -2, max: 2 }), { minLength: 6, maxLength: 6 });
    let fills = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(rate, { minLength: 6, maxLength: 6 }),
        quantities,
        quantities,
        async (rates, ofShares, ofFutures) => {
          const { result } = await run(
            bars,
            (strategy) => {
              for (const [asset, list] of [[share, ofShares] as const, [future, ofFutures] as const]) {
                const quantity = list[strategy.iteration] ?? 0;
                if (quantity !== 0) strategy.send(asset, Math.abs(quantity), quantity > 0 ? "buy" : "sell");
              }
            },
            {
              currency: "USD",
              fxRates: { "EUR/USD": Object.fromEntries(days.map((day, i) => [day, rates[i] ?? 1])) },
              marginCall: "off",
              buyingPower: "portfolio",
              buyTradingFees: fees,
              sellTradingFees: fees,
            },
          );
          expectIdentity(result);
          fills += result.fills.length;
        },
      ),
      { numRuns: 40 },
    );
    expect(fills).toBeGreaterThan(100);
  });
});
