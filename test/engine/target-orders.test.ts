import { Asset, type BacktestOptions, TradingFee, TradingSlippage } from "backlit";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { barsOf, ES, flat, once, type Row, run, type Scripted, STOCK } from "./support.ts";

/** Fills of a script over the rows of one asset: side, quantity, price. */
async function fillsOf(
  asset: Asset,
  rows: readonly Row[],
  script: (s: Scripted) => void,
  options: BacktestOptions & object = {},
) {
  const { result, strategy } = await run(barsOf(asset, rows), script, options);
  return { fills: result.fills.map(({ side, quantity, price }) => [side, quantity, price]), result, strategy };
}

/** One bar a price, in which nothing moves. */
const prices = (...values: number[]): Row[] => values.flatMap((price) => flat(price, 1));

describe("orderTarget", () => {
  it("leads to the quantity, through zero if need be, and sends nothing when it is held", async () => {
    const targets = [5, -3, -3, 0, 0];
    const { fills, strategy } = await fillsOf(ES, flat(100, 6), (s) => {
      const target = targets[s.iteration];
      if (target !== undefined) s.seen.push(String(s.orderTarget(ES, target)?.side));
    });
    expect(fills).toEqual([
      ["buy", 5, 100],
      ["sell", 8, 100],
      ["buy", 3, 100],
    ]);
    expect(strategy.seen).toEqual(["buy", "sell", "undefined", "buy", "undefined"]);
  });

  it("is sized by what is held when it fills", async () => {
    // Both orders meet the second open: the limit order, sent first, buys 2, so the target of 5 lacks 3.
    const { fills } = await fillsOf(ES, prices(100, 98), (s) => {
      if (s.iteration !== 1) return;
      s.send(ES, 2, "buy", { limitPrice: 99 });
      expect(s.orderTarget(ES, 5)?.quantity).toBe(5);
    });
    expect(fills).toEqual([
      ["buy", 2, 98],
      ["buy", 3, 98],
    ]);
  });

  it("sent twice at one instant ends where the second says, even back at nothing", async () => {
    const { fills } = await fillsOf(ES, flat(100, 3), (s) => {
      if (s.iteration !== 0) return;
      s.orderTarget(ES, 5);
      s.orderTarget(ES, 0);
    });
    expect(fills).toEqual([
      ["buy", 5, 100],
      ["sell", 5, 100],
    ]);
  });

  it("whose target is held when it comes to fill is canceled, and the run says why", async () => {
    const { fills, result } = await fillsOf(ES, flat(100, 3), (s) => {
      if (s.iteration !== 0) return;
      s.orderTarget(ES, 5);
      s.orderTarget(ES, 5);
    });
    expect(fills).toEqual([["buy", 5, 100]]);
    expect(result.orders.map((order) => order.status)).toEqual(["filled", "canceled"]);
    expect(result.events.map((event) => event.code)).toEqual(["target_reached", "order_canceled"]);
  });

  it("takes no price: one that is given is an error, not a limit order", async () => {
    await expect(
      fillsOf(ES, flat(100, 3), (s) => void s.orderTarget(ES, 1, { limitPrice: 90 } as object)),
    ).rejects.toThrow("the option 'limitPrice' is not known");
  });

  it("of part of a contract, or of no number, is refused", async () => {
    const { strategy, fills } = await fillsOf(ES, flat(100, 3), (s) => {
      if (s.iteration !== 0) return;
      s.orderTarget(ES, 1.5);
      s.orderTarget(ES, Number.NaN);
      s.orderTargetPercent(ES, Number.NaN);
    });
    expect(strategy.refused).toEqual(["fraction_not_allowed", "invalid_quantity", "invalid_quantity"]);
    expect(fills).toEqual([]);
  });
});

describe("orderTargetPercent", () => {
  const budget = 10_000;
  const allIn = (asset: Asset) => (s: Scripted) => void (s.iteration === 1 && s.orderTargetPercent(asset, 1));

  it("is sized at the fill's price, not at the one seen when it was sent", async () => {
    // Seen 100, filled at 125: 10,000 / 125 = 80 shares. At 80 it would be 125.
    expect((await fillsOf(STOCK, prices(100, 125), allIn(STOCK), { budget })).fills).toEqual([["buy", 80, 125]]);
    expect((await fillsOf(STOCK, prices(100, 80), allIn(STOCK), { budget })).fills).toEqual([["buy", 125, 80]]);
  });

  it("leaves room for the fees", async () => {
    // n x 100 <= 10,000 - (0.001 x 100 n + 1), so n <= 9,999 / 100.1 = 99.89.
    const fees = [new TradingFee({ percent: 0.001, flat: 1 })];
    const { fills, result } = await fillsOf(STOCK, prices(100, 100), allIn(STOCK), { budget, buyTradingFees: fees });
    expect(fills).toEqual([["buy", 99, 100]]);
    expect(result.equity.cash.at(-1)).toBeCloseTo(10_000 - 9_900 - 9.9 - 1, 8);
  });

  it("leaves room for slippage", async () => {
    // 2 % of 100: 102 a share; 10,000 / 102 = 98.04.
    const slippage = new TradingSlippage({ percent: 0.02 });
    const rows: Row[] = [...flat(100, 1), [100, 105, 95, 100]];
    expect((await fillsOf(STOCK, rows, allIn(STOCK), { budget, slippage })).fills).toEqual([["buy", 98, 102]]);
  });

  it("counts a future by its notional, in whole contracts", async () => {
    // A contract is worth 100 x 50 = 5,000. Half of 100,000 is 10 of them; with 2 a contract in fees 0.5 x (100,000 - 20) is not enough for 10.
    const half = (s: Scripted) => void (s.iteration === 1 && s.orderTargetPercent(ES, -0.5));
    expect((await fillsOf(ES, prices(100, 100), half, { budget: 100_000 })).fills).toEqual([["sell", 10, 100]]);
    const fees = [new TradingFee({ perContract: 2 })];
    expect((await fillsOf(ES, prices(100, 100), half, { budget: 100_000, sellTradingFees: fees })).fills).toEqual([
      ["sell", 9, 100],
    ]);
  });

  it("of a future leaves room for slippage as well, though no cash bounds it", async () => {
    // At 101, a point of slippage above the open, a contract is worth 5,050: 19 fit into 100,000, where 20 did at 100.
    const { result } = await run(
      barsOf(ES, [[100, 102, 99, 100]]),
      once((s) => s.orderTargetPercent(ES, 1)),
      { budget: 100_000, slippage: new TradingSlippage({ ticks: 4 }) },
    );
    expect(result.fills.map(({ quantity, price }) => [quantity, price])).toEqual([[19, 101]]);
  });
  it("counts what is held at the price that is paid", async () => {
    // 10 held since 100; at 101, a point of slippage, 100,500 are 101,000, and 20 times 5,050.
    const { result } = await run(
      barsOf(ES, [...flat(100, 1), [100, 101, 99, 100]]),
      (s) => {
        if (s.iteration === 0) s.send(ES, 10, "buy", { limitPrice: 100 });
        if (s.iteration === 1) s.orderTargetPercent(ES, 1);
      },
      { budget: 100_500, slippage: new TradingSlippage({ ticks: 4 }) },
    );
    expect(result.fills.map(({ quantity, price }) => [quantity, price])).toEqual([
      [10, 100],
      [10, 101],
    ]);
  });
  it("leaves room for the fee of what is added, not of what is held", async () => {
    // 20 a share. 10 bought, 9,800 left: n x 100 <= 9,800 - 20 (n - 10), so n <= 10,000 / 120 = 83.3.
    const { result } = await run(
      barsOf(STOCK, flat(100, 3)),
      (s) => {
        if (s.iteration === 0) s.send(STOCK, 10, "buy");
        if (s.iteration === 1) s.orderTargetPercent(STOCK, 1);
      },
      { budget, buyTradingFees: [new TradingFee({ perShare: 20 })] },
    );
    expect(result.fills.map(({ quantity }) => quantity)).toEqual([10, 73]);
  });
  it("counts a price below zero by its size, and at zero nothing", async () => {
    // 50 x 50 a contract: 40 of 100,000.
    expect((await fillsOf(ES, prices(-50, -50), allIn(ES), { budget: 100_000 })).fills).toEqual([["buy", 40, -50]]);
    const { fills, result } = await fillsOf(ES, prices(100, 0), allIn(ES), { budget: 100_000 });
    expect(fills).toEqual([]);
    expect(result.orders[0]?.status).toBe("canceled");
  });
  it("does not buy what it would have to sell again at what it pays", async () => {
    // Half of 100,000: 10 held at 100. At 110 that is 52,500 / 5,500, so one too many; at the open of 100 it is none, and at the 101 that a
    // purchase would pay it is 50,250 / 5,050 = 9.95, one too many again: nothing to buy.
    const { result } = await run(
      barsOf(ES, [...flat(100, 1), [100, 110, 100, 110], [100, 102, 98, 100], ...flat(100, 1)]),
      (s) => {
        if (s.iteration === 0) s.send(ES, 10, "buy", { limitPrice: 100 });
        if (s.iteration === 2) s.orderTargetPercent(ES, 0.5);
      },
      { budget: 100_000, slippage: new TradingSlippage({ ticks: 4 }) },
    );
    expect(result.fills).toHaveLength(1);
    expect(result.orders[1]).toMatchObject({ status: "canceled", quantity: 0 });
    expect(result.events.map(({ code }) => code)).toContain("target_reached");
  });
  it("counts coins to eight decimals", async () => {
    const coin = Asset.crypto("BTC");
    expect((await fillsOf(coin, prices(30_000, 30_000), allIn(coin), { budget })).fills).toEqual([
      ["buy", 0.33333333, 30_000],
    ]);
  });

  it("flips from all long to all short at the equity of that moment", async () => {
    // 100 shares at 100; at 120 the account is worth 12,000, which is 100 shares short: 200 to sell.
    const { fills } = await fillsOf(
      STOCK,
      prices(100, 100, 120),
      (s) => {
        if (s.iteration === 1) s.orderTargetPercent(STOCK, 1);
        if (s.iteration === 2) s.orderTargetPercent(STOCK, -1);
      },
      { budget },
    );
    expect(fills).toEqual([
      ["buy", 100, 100],
      ["sell", 200, 120],
    ]);
  });

  it("pays a purchase with a sale at the same open, whichever asset comes first", async () => {
    const other = Asset.stock("BETA");
    const { result, strategy } = await run(
      [barsOf(STOCK, flat(100, 4)), barsOf(other, flat(50, 4))],
      (s) => {
        if (s.iteration === 0) s.orderTargetPercent(other, 1);
        if (s.iteration !== 1) return;
        s.orderTargetPercent(STOCK, 1);
        s.orderTarget(other, 0);
      },
      { budget },
    );
    expect(result.fills.map(({ asset, side, quantity }) => [asset.symbol, side, quantity])).toEqual([
      ["BETA", "buy", 200],
      ["BETA", "sell", 200],
      ["ACME", "buy", 100],
    ]);
    expect(strategy.refused).toEqual([]);
  });

  it.each(["next-open", "this-close"] as const)(
    "pays a purchase with a sale at one instant where the asset that is bought was traded first (%s)",
    async (fill) => {
      const other = Asset.stock("BETA");
      const { result, strategy } = await run(
        [barsOf(STOCK, flat(100, 6)), barsOf(other, flat(50, 6))],
        (s) => {
          if (s.iteration === 1) s.orderTarget(STOCK, 1);
          if (s.iteration === 2) s.orderTarget(STOCK, 0);
          if (s.iteration === 3) s.orderTargetPercent(other, 1);
          if (s.iteration !== 4) return;
          s.orderTarget(other, 0);
          s.orderTargetPercent(STOCK, 1);
        },
        { budget, fill },
      );
      expect(strategy.refused).toEqual([]);
      expect(result.fills.slice(-2).map(({ asset, side, quantity }) => [asset.symbol, side, quantity])).toEqual([
        ["BETA", "sell", 200],
        ["ACME", "buy", 100],
      ]);
    },
  );

  it("that other holdings leave no cash for is refused", async () => {
    const other = Asset.stock("BETA");
    const { strategy } = await run(
      [barsOf(STOCK, flat(100, 4)), barsOf(other, flat(50, 4))],
      (s) => {
        if (s.iteration === 0) s.orderTargetPercent(other, 1);
        if (s.iteration === 1) s.orderTargetPercent(STOCK, 1);
      },
      { budget },
    );
    expect(strategy.refused).toEqual(["insufficient_funds"]);
  });

  it("holds the most units that fit, for any price, fee and fraction", () =>
    fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 900 }),
        fc.integer({ min: 0, max: 50 }),
        fc.integer({ min: -100, max: 100 }),
        async (price, basisPoints, hundredths) => {
          const rate = basisPoints / 10_000;
          const fraction = hundredths / 100;
          const fees = [new TradingFee({ percent: rate })];
          const { fills } = await fillsOf(
            STOCK,
            prices(price, price),
            (s) => void (s.iteration === 1 && s.orderTargetPercent(STOCK, fraction)),
            { budget, buyTradingFees: fees, sellTradingFees: fees },
          );
          const units = Number(fills[0]?.[1] ?? 0);
          const fits = (n: number) => n * price <= Math.abs(fraction) * (budget - n * price * rate);
          expect(fits(units)).toBe(true);
          expect(fits(units + 1)).toBe(false);
        },
      ),
      { numRuns: 60 },
    ));
});
