import { Asset, type BacktestOptions, type Bars, type ContractRoll, Strategy, TradingFee } from "backlit";
import { describe, expect, it } from "vitest";
import { barsOf, flat, MINUTE, STOCK, T0 } from "../engine/support.ts";
import { bothWays, logOf } from "./support.ts";

const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const fee = [new TradingFee({ perContract: 1 })];

/** Buys (sells with a negative number) at the first iteration and holds. */
class Holder extends Strategy<{ quantity: number }> {
  static override readonly parameters = { quantity: 2 };
  override onTradingIteration() {
    const { quantity } = this.parameters;
    const side = quantity > 0 ? "buy" : "sell";
    if (this.firstIteration) this.submitOrder(this.createOrder(this.asset, Math.abs(quantity), side));
  }
}

type MemoryOptions = { readonly [name: string]: unknown };

async function sameMoney(data: readonly Bars[], options: BacktestOptions & MemoryOptions, quantity = 2) {
  const make = () => new Holder({ parameters: { quantity } });
  const { backtest, live } = await bothWays(make, data, { assets: [data[0]?.asset as Asset], ...options });
  expect(logOf(live)).toBe(logOf(backtest));
  expect(live.cashflows).toEqual(backtest.cashflows);
  return backtest;
}

describe("money on bars that come in one at a time is that of the backtest", () => {
  it("over a roll and the settlement of a session", async () => {
    const asset = Asset.continuousFuture("ES");
    const rolls: ContractRoll[] = [
      {
        time: T0 + 9 * HOUR,
        measuredAt: T0 + 8 * HOUR,
        from: Asset.future("ESH24"),
        to: Asset.future("ESM24"),
        fromPrice: 104,
        toPrice: 110,
      },
    ];
    const prices = [...flat(100, 5), ...flat(104, 4), ...flat(112, 5)];
    const result = await sameMoney([barsOf(asset, prices, "1h", T0, HOUR)], {
      market: "24/7",
      rolls,
      buyTradingFees: fee,
      sellTradingFees: fee,
    });
    expect(result.fills.map(({ reason }) => reason)).toEqual([undefined, "roll", "roll"]);
    expect(result.cashflows).toMatchObject([{ kind: "settlement", amount: 400 }]);
  });

  it("over daily bars: settlements, dividends, a split and borrow fees", async () => {
    const start = Date.UTC(2024, 0, 2);
    const future = Asset.future("MESH24");
    const days = (of: Asset, ...prices: number[]) =>
      barsOf(
        of,
        prices.flatMap((price) => flat(price, 1)),
        "1d",
        start,
        DAY,
      );
    const futures = await sameMoney([days(future, 5000, 5010, 5004)], { market: "24/7" });
    expect(futures.cashflows.map(({ amount }) => amount)).toEqual([100, -60]);
    const short = await sameMoney(
      [days(STOCK, 400, 400, 100, 99)],
      {
        market: "24/7",
        borrowRate: 0.36,
        corporateActions: [
          { asset: STOCK, kind: "split", date: "2024-01-04", ratio: 4 },
          { asset: STOCK, kind: "dividend", date: "2024-01-05", amount: 1 },
        ],
      },
      -10,
    );
    // 10 x 400 x 0.36 / 360 = 4 a night, 40 x 99 of it at the end over the weekend; a dividend of 40.
    expect(short.cashflows.map(({ kind, amount }) => [kind, Math.round(amount * 100) / 100])).toEqual([
      ["borrow_fee", -4],
      ["borrow_fee", -4],
      ["borrow_fee", -4],
      ["dividend", -40],
      ["borrow_fee", -11.88],
    ]);
  });

  it("over minutes: a dividend and a split come as their date begins, whatever else trades by night", async () => {
    const evening = Date.UTC(2024, 0, 3, 20);
    const stock = barsOf(STOCK, [...flat(400, 2), ...flat(100, 2)], "30m", evening, 30 * MINUTE);
    // The last hour of Wednesday, the first of Thursday.
    stock.time.set([evening, evening + HOUR / 2, evening + 18.5 * HOUR, evening + 19 * HOUR]);
    const coin = barsOf(Asset.crypto("BTC"), flat(50, 40), "30m", evening, 30 * MINUTE);
    const { cashflows, events } = await sameMoney([stock, coin], {
      corporateActions: [
        { asset: STOCK, kind: "split", date: "2024-01-04", ratio: 4 },
        { asset: STOCK, kind: "dividend", date: "2024-01-04", amount: 1 },
      ],
    });
    // Midnight in New York; 2 shares are 8 by then.
    expect(cashflows).toMatchObject([{ time: Date.UTC(2024, 0, 4, 5), kind: "dividend", amount: 8 }]);
    expect(events.filter(({ code }) => code === "stock_split")).toMatchObject([{ time: Date.UTC(2024, 0, 4, 5) }]);
  });
});
