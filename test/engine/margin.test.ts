import { Asset, type BacktestResult, InMemoryBacktesting, Strategy, TradingFee } from "backlit";
import { describe, expect, it } from "vitest";
import { barsOf, flat, joinBars, once, type Row, run, type Scripted, STOCK, T0 } from "./support.ts";

const HOUR = 3_600_000;
const ES = Asset.future("ESH24");
const NQ = Asset.future("NQH24");

function codes(result: { readonly events: readonly { readonly code: string }[] }): string[] {
  return result.events.map((event) => event.code);
}

describe("the margin of a future", () => {
  it("comes from the dated table: four ES of 11,880 are in an account of 50,000, five are not", async () => {
    const bars = barsOf(ES, flat(4_800, 3));
    const attempt = async (contracts: number) =>
      (
        await run(
          bars,
          once((s) => s.send(ES, contracts, "buy")),
          { budget: 50_000 },
        )
      ).strategy.refused;
    expect(await attempt(4)).toEqual([]);
    expect(await attempt(5)).toEqual(["insufficient_margin"]);
  });

  it("is that of the trade date", async () => {
    // From 2020-03-19 on 13,200; on 2020-03-09 still 8,360 of 2020-03-04.
    const [march] = [Asset.future("ESM20")];
    const on = async (time: number) =>
      (
        await run(
          barsOf(march, flat(2_500, 3), "1m", time),
          once((s) => s.send(march, 1, "buy")),
          { budget: 13_000 },
        )
      ).strategy.refused;
    expect(await on(Date.UTC(2020, 2, 9, 15))).toEqual([]);
    // The day before, of 2020-03-17, still 11,660.
    expect(await on(Date.UTC(2020, 2, 18, 15))).toEqual([]);
    expect(await on(Date.UTC(2020, 2, 19, 15))).toEqual(["insufficient_margin"]);
    expect(await on(Date.UTC(2020, 2, 20, 15))).toEqual(["insufficient_margin"]);
  });

  it("counts what is held, both sides of a spread, and fees", async () => {
    const far = Asset.future("ESM24");
    const { strategy } = await run(
      [barsOf(ES, flat(4_800, 4)), barsOf(far, flat(4_850, 4))],
      (s) => {
        if (s.iteration === 0) s.send(ES, 1, "buy");
        if (s.iteration === 1) s.send(far, 1, "sell");
        if (s.iteration === 2) s.send(ES, 1, "sell");
      },
      // Two contracts take 23,760; with one fee of 2.50 paid and one to pay 23,764 are not enough.
      {
        budget: 23_764,
        buyTradingFees: [new TradingFee({ perContract: 2.5 })],
        sellTradingFees: [new TradingFee({ perContract: 2.5 })],
      },
    );
    expect(strategy.refused).toEqual(["insufficient_margin"]);
    expect(strategy.orderLog.map((order) => order.status)).toEqual(["filled", "rejected", "filled"]);
  });

  it("is judged again at the fill", async () => {
    const { strategy } = await run(
      barsOf(ES, [...flat(4_800, 1), ...flat(4_700, 3)]),
      (s) => {
        // At 4,800 23,800 are worth two contracts; the first has lost 5,000 when the second comes to fill.
        if (s.iteration === 0) s.send(ES, 1, "buy");
        if (s.iteration === 1) s.send(ES, 1, "buy");
      },
      { budget: 23_800 },
    );
    expect(strategy.orderLog.map((order) => order.status)).toEqual(["filled", "rejected"]);
    expect(strategy.refused).toEqual(["insufficient_margin"]);
  });

  it("of an unknown root is a tenth of its value, of rates a twentieth, and the run says so once", async () => {
    const own = new Asset({ symbol: "XYZ", assetType: "future", expiration: "2024-12-20", multiplier: 100 });
    const rate = Asset.future("SR3H24");
    const attempt = async (asset: Asset, price: number, budget: number) =>
      run(barsOf(asset, flat(price, 3)), (s) => void (s.iteration < 2 && s.send(asset, 1, "buy")), { budget });
    // 100 x 50 = 5,000: 500 each.
    const two = await attempt(own, 50, 1_000);
    expect(two.strategy.refused).toEqual([]);
    expect(codes(two.result)).toEqual(["margin_unknown"]);
    expect(two.result.events[0]?.message).toContain("The margin of future:XYZ:2024-12-20 on 2024-01-02 is not known");
    expect((await attempt(own, 50, 999)).strategy.refused).toEqual(["insufficient_margin"]);
    // 95 x 2,500 = 237,500: 11,875 each.
    expect((await attempt(rate, 95, 23_750)).strategy.refused).toEqual([]);
    expect((await attempt(rate, 95, 23_749)).strategy.refused).toEqual(["insufficient_margin"]);
  });

  it("is never more than a quarter of the contract's value: figures of the table are meant for the market's prices", async () => {
    // 100 x 50 = 5,000: 1,250 each.
    const attempt = async (budget: number) =>
      (
        await run(
          barsOf(ES, flat(100, 3)),
          once((s) => s.send(ES, 2, "buy")),
          { budget },
        )
      ).strategy.refused;
    expect(await attempt(2_500)).toEqual([]);
    expect(await attempt(2_499)).toEqual(["insufficient_margin"]);
  });

  it("can be given by root or by contract, and be lower by day", async () => {
    const day = { margins: { ES: { initial: 12_000, maintenance: 11_000, dayInitial: 500 } }, budget: 12_400 };
    // 16:00 UTC is 10:00 in Chicago; at 21:50 UTC ten minutes are left of the session.
    const send = once((s) => s.send(ES, 4, "buy"));
    const noon = await run(barsOf(ES, flat(4_800, 3), "1m", T0 + HOUR), send, day);
    expect(noon.strategy.refused).toEqual([]);
    const late = await run(barsOf(ES, flat(4_800, 3), "1m", Date.UTC(2024, 0, 2, 21, 50)), send, day);
    expect(late.strategy.refused).toEqual(["insufficient_margin"]);
    const own = await run(barsOf(ES, flat(4_800, 3)), send, {
      margins: { "future:ESH24": { initial: 1_000 }, ES: { initial: 90_000 } },
      budget: 4_000,
    });
    expect(own.strategy.refused).toEqual([]);
  });

  it.each([
    // CME closes at 16:00 in Chicago, 22:00 UTC in winter; on the Friday after Thanksgiving at 12:15, 18:15 UTC.
    ["a whole day", Date.UTC(2024, 0, 2, 21, 44)],
    ["a half day", Date.UTC(2023, 10, 24, 17, 59)],
  ])("is that of the night from 15 minutes before the close on, on %s", async (_, last) => {
    const attempt = async (time: number) =>
      (
        await run(
          barsOf(ES, flat(4_800, 2), "1m", time),
          once((s) => s.send(ES, 1, "buy")),
          { margins: { ES: { initial: 12_000, dayInitial: 500 } }, budget: 11_999 },
        )
      ).strategy.refused;
    expect(await attempt(last)).toEqual([]);
    expect(await attempt(last + 60_000)).toEqual(["insufficient_margin"]);
  });

  it("of the table is looked up anew on each day of a run", async () => {
    // One of 8,360 on 2020-03-09 is in 10,000; on 2020-03-20 it takes 13,200.
    const march = Asset.future("ESM20");
    const { strategy } = await run(
      barsOf(march, flat(2_500, 12), "1d", Date.UTC(2020, 2, 9), 24 * HOUR),
      (s) => {
        if (s.iteration === 0) s.send(march, 1, "buy", { limitPrice: 1_000 });
        if (s.iteration === 1) s.cancelOpenOrders();
        if (s.iteration === 11) s.send(march, 1, "buy");
      },
      { budget: 10_000 },
    );
    expect(strategy.refused).toEqual(["insufficient_margin"]);
  });

  it("is found by the symbol of the contract before that of its root", async () => {
    const { strategy } = await run(
      barsOf(ES, flat(4_800, 3)),
      once((s) => s.send(ES, 4, "buy")),
      { margins: { ESH24: { initial: 1_000 }, ES: { initial: 90_000 } }, budget: 4_000 },
    );
    expect(strategy.refused).toEqual([]);
  });

  it("is money of the contract's currency, turned into that of the account", async () => {
    // ES takes 11,880 USD by the table: 10,800 EUR at 1.10. Given as 12,100 USD it takes 11,000 EUR.
    const attempt = async (budget: number, margins = {}) =>
      (
        await run(
          barsOf(ES, flat(4_800, 3)),
          once((s) => s.send(ES, 1, "buy")),
          { budget, margins, currency: "EUR", fxRates: { "EUR/USD": 1.1 } },
        )
      ).strategy.refused;
    expect(await attempt(10_801)).toEqual([]);
    expect(await attempt(10_799)).toEqual(["insufficient_margin"]);
    expect(await attempt(11_001, { ES: { initial: 12_100 } })).toEqual([]);
    expect(await attempt(10_999, { ES: { initial: 12_100 } })).toEqual(["insufficient_margin"]);
  });

  it("is taken at a price below zero as well", async () => {
    // A quarter of 37.63 x 1,000 is more than the 8,250 of the table.
    const CL = Asset.future("CLK20");
    const attempt = async (budget: number) =>
      (
        await run(
          barsOf(CL, flat(-37.63, 3), "1m", Date.UTC(2020, 3, 20, 18)),
          once((s) => s.send(CL, 1, "sell")),
          { budget },
        )
      ).strategy.refused;
    expect(await attempt(8_250)).toEqual([]);
    expect(await attempt(8_249)).toEqual(["insufficient_margin"]);
  });

  it("is the one of the night where the calendar has ended", async () => {
    // The calendar of CME's crypto futures is known to 2026-05-29.
    const BTC = new Asset({ symbol: "BTC", assetType: "future", expiration: "2026-12-24", multiplier: 5, tickSize: 5 });
    const bars = barsOf(BTC, flat(60_000, 3), "1m", Date.UTC(2026, 7, 4, 15));
    const attempt = async (budget: number) =>
      (
        await run(
          bars,
          once((s) => s.send(BTC, 1, "buy")),
          { margins: { BTC: { initial: 80_000, dayInitial: 10_000 } }, budget },
        )
      ).strategy.refused;
    expect(await attempt(79_999)).toEqual(["insufficient_margin"]);
    expect(await attempt(80_000)).toEqual([]);
  });

  it("by day is not that of daily bars, over which everything is held overnight", async () => {
    const day = { margins: { ES: { initial: 12_000, maintenance: 11_000, dayInitial: 500 } }, market: "CME_Equity" };
    const days = barsOf(ES, flat(4_800, 3), "1d", Date.UTC(2024, 0, 2), 24 * HOUR);
    const attempt = async (budget: number) =>
      (
        await run(
          days,
          once((s) => s.send(ES, 4, "buy")),
          { ...day, budget },
        )
      ).strategy.refused;
    // Four contracts overnight are 48,000.
    expect(await attempt(47_999)).toEqual(["insufficient_margin"]);
    expect(await attempt(48_000)).toEqual([]);
  });

  it("is refused as an option where it is none", async () => {
    const attempt = (options: object) => run(barsOf(ES, flat(100, 2)), () => {}, options);
    await expect(attempt({ margins: { ES: { initial: -1 } } })).rejects.toMatchObject({ code: "invalid_option" });
    await expect(attempt({ margins: { ES: { inital: 1 } } })).rejects.toMatchObject({ code: "invalid_option" });
    await expect(attempt({ marginCall: "never" })).rejects.toMatchObject({ code: "invalid_option" });
    await expect(attempt({ buyingPower: "regt" })).rejects.toMatchObject({ code: "invalid_option" });
  });
});

describe("an account below its maintenance margin", () => {
  const margins = { ES: { initial: 12_000, maintenance: 10_000 } };
  /** Two sessions of two hours each; ES falls 60 points in the first, 3,000 a contract. */
  const rows: Row[] = [4_800, 4_740].flatMap((price) => flat(price, 1));
  const TUESDAY = Date.UTC(2024, 0, 2, 20);
  const hourly = (s: Scripted) => {
    s.sleeptime = "1h";
  };

  it("is called at the day's settlement, once, and may not add, only reduce", async () => {
    const bars = barsOf(ES, [...rows, ...flat(4_740, 30)], "1h", TUESDAY, HOUR);
    const { result, strategy } = await run(
      bars,
      (s) => {
        if (s.iteration === 0) s.send(ES, 2, "buy");
        if (s.iteration === 5) s.send(ES, 1, "buy");
        if (s.iteration === 6) s.send(ES, 1, "sell");
      },
      { budget: 25_000, margins, setup: hourly },
    );
    // 25,000 - 6,000 = 19,000, and two contracts take 20,000 to be kept. One takes 10,000: that is good again.
    expect(codes(result)).toEqual(["margin_call", "order_refused"]);
    expect(result.events[0]).toMatchObject({ time: TUESDAY + 2 * HOUR, level: "warning" });
    expect(strategy.orderLog.map((order) => order.status)).toEqual(["filled", "rejected", "filled"]);
  });

  it("is not called while it is worth just that", async () => {
    // 50 points down 20,000 are left of 25,000, and two contracts take 20,000 to be kept.
    const bars = barsOf(ES, [...flat(4_800, 1), ...flat(4_750, 3)], "1h", TUESDAY, HOUR);
    const buy = once((s) => s.send(ES, 2, "buy"));
    expect(codes((await run(bars, buy, { budget: 25_000, margins, setup: hourly })).result)).toEqual([]);
  });

  it("is called again by what it opens after a day without positions", async () => {
    // Called on Tuesday at 4,740 and flat on Wednesday, with 19,000. Bought one on Thursday, which falls 190 points to 9,500: less than 10,000.
    const day = (n: number, ...prices: number[]) =>
      barsOf(
        ES,
        prices.flatMap((price) => flat(price, 1)),
        "1h",
        TUESDAY + n * 24 * HOUR,
        HOUR,
      );
    const { result } = await run(
      joinBars([day(0, 4_800, 4_740), day(1, 4_740, 4_740), day(2, 4_740, 4_550), day(3, 4_550)]),
      (s) => {
        if (s.iteration === 0) s.send(ES, 2, "buy");
        if (s.getTimestamp() === TUESDAY + 24 * HOUR) s.send(ES, 2, "sell");
        if (s.getTimestamp() === TUESDAY + 48 * HOUR) s.send(ES, 1, "buy");
      },
      { budget: 25_000, margins, setup: hourly },
    );
    expect(result.fills).toHaveLength(3);
    expect(result.events.map(({ code, time }) => [code, (time - TUESDAY) / HOUR])).toEqual([
      ["margin_call", 2],
      ["margin_call", 50],
    ]);
  });

  it("is not called at a settlement either where margin is off", async () => {
    // 300 points down it is worth 5,000 less than nothing.
    const bars = barsOf(ES, [...flat(4_800, 1), ...flat(4_500, 30)], "1h", TUESDAY, HOUR);
    const buy = once((s) => s.send(ES, 2, "buy"));
    const { result } = await run(bars, buy, { budget: 25_000, margins, marginCall: "off", setup: hourly });
    expect(result.cashflows[0]?.amount).toBe(-30_000);
    expect(codes(result)).toEqual([]);
  });

  describe("liquidated", () => {
    const RTY = Asset.future("RTYH24");
    /** What is sold at the open after ES fell by so many points: one of each was bought, of what has a margin. */
    const sold = async (
      given: Readonly<Record<string, { initial: number; maintenance: number }>>,
      budget: number,
      points: number,
    ) => {
      const held = [ES, NQ, RTY].filter(({ root }) => given[root] !== undefined);
      const data = held.map((asset) =>
        barsOf(
          asset,
          asset === ES ? [...flat(4_800, 2), ...flat(4_800 - points, 4)] : flat(10_000, 6),
          "1h",
          TUESDAY - HOUR,
          HOUR,
        ),
      );
      const buy = once((s) => {
        for (const asset of held) s.send(asset, 1, "buy");
      });
      const { result } = await run(data, buy, { budget, margins: given, marginCall: "liquidate", setup: hourly });
      return result.fills.filter(({ side }) => side === "sell").map(({ asset }) => asset.root);
    };
    const each = (initial: number, maintenance: number) => ({ initial, maintenance });

    it("are as many as it takes for the rest to be carried by its initial margin", async () => {
      // 33,000 to open, 18,000 to keep; 320 points down 17,000 are left. Without ES the rest takes 21,000, without NQ as well 10,000.
      expect(
        await sold({ ES: each(12_000, 6_000), NQ: each(11_000, 6_000), RTY: each(10_000, 6_000) }, 33_000, 320),
      ).toEqual(["ES", "NQ"]);
    });

    it("are no more than that, to the cent", async () => {
      // 240 points down 5,000 are left: just what NQ takes.
      expect(await sold({ ES: each(12_000, 10_000), NQ: each(5_000, 4_500) }, 17_000, 240)).toEqual(["ES"]);
    });

    it("is first the one that comes first in the run, of two that take the same", async () => {
      // 100 points down 19,000 are left of 24,000, and 20,000 are taken to keep both.
      expect(await sold({ ES: each(12_000, 10_000), NQ: each(12_000, 10_000) }, 24_000, 100)).toEqual(["ES"]);
    });
  });

  it("is liquidated where the run says so: what takes most first, and no more than it takes", async () => {
    const both = { ...margins, NQ: { initial: 5_000, maintenance: 4_500 } };
    const { result } = await run(
      [barsOf(ES, [...rows, ...flat(4_740, 3)], "1h", TUESDAY, HOUR), barsOf(NQ, flat(17_000, 5), "1h", TUESDAY, HOUR)],
      once((s) => {
        s.send(ES, 1, "buy");
        s.send(NQ, 1, "buy");
        s.send(ES, 1, "sell", { limitPrice: 5_000 });
      }),
      { budget: 17_000, margins: both, marginCall: "liquidate", setup: hourly },
    );
    // Opened with 17,000. At 4,740 the account has 14,000 and would need 14,500: ES goes at the next open, NQ stays.
    expect(codes(result)).toEqual(["margin_call", "order_canceled"]);
    expect(result.fills.map((fill) => [fill.asset.symbol, fill.side, fill.time - TUESDAY])).toEqual([
      ["ESH24", "buy", 0],
      ["NQH24", "buy", 0],
      ["ESH24", "sell", 2 * HOUR],
    ]);
    expect(result.orders.at(-1)).toMatchObject({ tag: "margin_call", status: "filled" });
    expect(result.equity.value.at(-1)).toBe(14_000);
  });

  it("is not judged by what expires at that very close", async () => {
    const friday = Date.UTC(2024, 2, 15, 19);
    const june = Asset.future("NQM24");
    const later = [friday, friday + HOUR, Date.UTC(2024, 2, 17, 22), Date.UTC(2024, 2, 17, 23)];
    const data = [
      barsOf(ES, [...flat(5_000, 1), ...flat(4_990, 1)], "1h", friday, HOUR),
      joinBars(later.map((time) => barsOf(june, flat(18_000, 1), "1h", time, HOUR))),
    ];
    const { result } = await run(
      data,
      once((s) => {
        s.send(ES, 1, "buy");
        s.send(june, 1, "buy");
      }),
      { budget: 30_400, margins: { ES: { initial: 10_000 }, NQ: { initial: 20_000 } }, marginCall: "liquidate" },
    );
    // 30,400 - 10 x 50 = 29,900 at the last close of ESH24: less than the 30,000 of both, more than the 20,000 of NQ, which alone is left.
    expect(codes(result)).toEqual(["position_expired"]);
    expect(result.fills.map(({ asset, side }) => `${side} ${asset.symbol}`)).toEqual([
      "buy ESH24",
      "buy NQM24",
      "sell ESH24",
    ]);
  });

  it("is liquidated of what can be sold, though what takes more has no bars left", async () => {
    const { result } = await run(
      [barsOf(NQ, flat(17_000, 2)), barsOf(ES, [...flat(4_800, 3), ...flat(4_740, 3)])],
      once((s) => {
        s.send(NQ, 1, "buy");
        s.send(ES, 1, "buy");
      }),
      { budget: 32_500, margins: { ES: { initial: 12_000 }, NQ: { initial: 20_000 } }, marginCall: "liquidate" },
    );
    // 32,500 - 60 x 50 = 29,500 of 32,000 at the end of the fourth minute. Without ES, sold as the fifth opens, NQ takes 20,000.
    expect(codes(result)).toEqual(["margin_call"]);
    expect(result.fills.at(-1)).toMatchObject({ asset: ES, side: "sell", price: 4_740, time: T0 + 4 * 60_000 });
  });

  it.each([
    ["listens", "1m"],
    ["listens", "5m"],
    ["does not listen", "1m"],
    ["does not listen", "5m"],
  ])(
    "is liquidated at the close it is judged at under this-close, where the strategy %s and iterates every %s",
    async (listens, sleeptime) => {
      class Holder extends Strategy {
        readonly held: (number | undefined)[] = [];
        override initialize() {
          this.sleeptime = sleeptime;
        }
        override onTradingIteration() {
          this.held.push(this.getPosition(ES)?.quantity);
          if (this.firstIteration) this.submitOrder(this.createOrder(ES, 1, "buy"));
        }
      }
      class Listener extends Holder {
        override onNewOrder() {}
      }
      const strategy = listens === "listens" ? new Listener() : new Holder();
      const bars = barsOf(ES, [...flat(4_800, 2), ...flat(4_740, 1), ...flat(4_730, 3)]);
      const result = await strategy.backtest(InMemoryBacktesting, T0, T0 + 6 * 60_000, {
        data: [bars],
        market: "24/7",
        budget: 12_500,
        margins,
        marginCall: "liquidate",
        fill: "this-close",
      });
      // 12,500 - 60 x 50 = 9,500 at the end of the third minute, and one contract takes 10,000 to be kept.
      expect(result.fills.at(-1)).toMatchObject({ side: "sell", price: 4_740, time: T0 + 3 * 60_000 });
      expect(strategy.held.slice(0, 4)).toEqual(
        sleeptime === "1m" ? [undefined, 1, 1, undefined] : [undefined, undefined],
      );
    },
  );

  describe("and a strategy that would not have it", () => {
    // Opened with 12,500. At 4,740 the account has 9,500, and one contract takes 10,000 to be kept: it is sold at the open two hours on.
    const bars = barsOf(ES, [...rows, ...flat(4_740, 4)], "1h", TUESDAY, HOUR);
    const options = { budget: 12_500, margins, marginCall: "liquidate", setup: hourly } as const;
    const fillsOf = ({ fills }: BacktestResult) =>
      fills.map(({ side, quantity, time }) => [side, quantity, time - TUESDAY]);
    const SOLD = [
      ["buy", 1, 0],
      ["sell", 1, 2 * HOUR],
    ];

    it("cannot escape by canceling its orders at every bar, and is told so once", async () => {
      const { result, strategy } = await run(
        bars,
        (s) => {
          if (s.iteration === 0) s.send(ES, 1, "buy");
          if (s.iteration < 2) return;
          s.cancelOpenOrders();
          s.cancelOpenOrders();
        },
        options,
      );
      expect(fillsOf(result)).toEqual(SOLD);
      expect(codes(result)).toEqual(["margin_call", "modification_refused"]);
      expect(strategy.refused).toEqual(["margin_call"]);
    });

    it("cannot make the order smaller, nor wait for a price with it", async () => {
      const { result, strategy } = await run(
        barsOf(ES, [...rows, ...flat(4_740, 4)], "1h", TUESDAY, HOUR),
        (s) => {
          if (s.iteration === 0) s.send(ES, 1, "buy");
          for (const order of s.getOrders()) if (order.tag === "margin_call") s.modifyOrder(order, { quantity: 0.5 });
        },
        options,
      );
      expect(fillsOf(result)).toEqual(SOLD);
      expect(strategy.refused).toEqual(["margin_call"]);
    });
  });

  it("is measured by the maintenance margin of the table, which is less than the initial one", async () => {
    // Two ES take 21,600 to be kept, 23,760 to be opened. 30 points down 22,000 are left of 25,000, 35 points down 21,500.
    const fallen = async (points: number) => {
      const bars = barsOf(ES, [...flat(4_800, 1), ...flat(4_800 - points, 3)], "1h", TUESDAY, HOUR);
      const send = once((s) => s.send(ES, 2, "buy"));
      return codes((await run(bars, send, { budget: 25_000, setup: hourly })).result);
    };
    expect(await fallen(30)).toEqual([]);
    expect(await fallen(35)).toEqual(["margin_call"]);
  });

  it("is measured by the initial margin of the day where only that is given for it", async () => {
    // Four ES take 2,000 inside the session. 25 points down 7,000 are left of 12,000, 55 points down 1,000.
    const given = { ES: { initial: 12_000, maintenance: 10_000, dayInitial: 500 } };
    const fallen = async (points: number) => {
      const bars = barsOf(ES, [...flat(4_800, 1), ...flat(4_800 - points, 3)]);
      const send = once((s) => s.send(ES, 4, "buy"));
      return codes((await run(bars, send, { budget: 12_000, margins: given, marginCall: "liquidate" })).result);
    };
    expect(await fallen(25)).toEqual([]);
    expect(await fallen(55)).toEqual(["margin_call"]);
  });

  it.each([
    // Half of 20,000 is borrowed: 200 x 67 - 10,000 = 3,400 is a quarter of 13,400 and 50 more, at 66 3,200 are 100 too few.
    ["reg-t", "long", 200, 67, 66],
    // 10,000 and 10,000 of proceeds: at 153 4,700 are left, three tenths of 15,300 are 4,590; at 154 4,600 and 4,620.
    ["reg-t", "short", -100, 153, 154],
    // 30,000 are borrowed: at 89 5,600 are left, 15 % of 35,600 are 5,340; at 88 5,200 and 5,280.
    ["portfolio", "long", 400, 89, 88],
    // 10,000 and 40,000 of proceeds: at 108 6,800 are left, 15 % of 43,200 are 6,480; at 109 6,400 and 6,540.
    ["portfolio", "short", -400, 108, 109],
  ] as const)(
    "with shares, %s, %s %i from 100, is called when it has to be",
    async (buyingPower, _, units, kept, called) => {
      const moved = async (price: number) => {
        const bars = barsOf(STOCK, [...flat(100, 1), ...flat(price, 3)]);
        const send = once((s) => s.send(STOCK, Math.abs(units), units > 0 ? "buy" : "sell"));
        return codes((await run(bars, send, { budget: 10_000, buyingPower })).result);
      };
      expect(await moved(kept)).toEqual([]);
      expect(await moved(called)).toEqual(["margin_call"]);
    },
  );

  it("is left alone where margin is off, but trades nothing without money", async () => {
    const { result, strategy } = await run(
      barsOf(ES, [...flat(4_800, 2), ...flat(4_300, 3)]),
      (s) => {
        if (s.iteration === 0) s.send(ES, 4, "buy");
        if (s.iteration === 3) s.send(ES, 1, "buy");
      },
      { budget: 50_000, marginCall: "off" },
    );
    // 500 points x 50 x 4 = 100,000 lost of 50,000.
    expect(codes(result)).toEqual(["order_refused"]);
    expect(strategy.refused).toEqual(["insufficient_margin"]);
    expect(result.equity.value.at(-1)).toBe(-50_000);
  });
});

describe("buying power", () => {
  const bars = barsOf(STOCK, flat(100, 4));

  it.each([
    ["cash", 100, 101],
    ["reg-t", 200, 201],
    ["portfolio", 666, 667],
  ] as const)("of %s buys %i shares of 100 with 10,000, and not %i", async (buyingPower, most, tooMany) => {
    const attempt = async (shares: number) =>
      (
        await run(
          bars,
          once((s) => s.send(STOCK, shares, "buy")),
          { budget: 10_000, buyingPower },
        )
      ).strategy.refused;
    expect(await attempt(most)).toEqual([]);
    expect(await attempt(tooMany)).toEqual(["insufficient_funds"]);
  });

  it("holds the proceeds of a short sale: they buy nothing", async () => {
    const other = Asset.stock("OTHER");
    const short = async (buyingPower: "cash" | "reg-t", shares: number) =>
      (
        await run(
          [bars, barsOf(other, flat(100, 4))],
          (s) => {
            if (s.iteration === 0) s.send(STOCK, 50, "sell");
            if (s.iteration === 1) s.send(other, shares, "buy");
          },
          { budget: 10_000, buyingPower },
        )
      ).strategy.refused;
    // Cash shows 15,000. 5,000 of it are the debt, 5,000 more (reg-t: 2,500) its security: 5,000 (7,500) are left.
    expect(await short("cash", 50)).toEqual([]);
    expect(await short("cash", 51)).toEqual(["insufficient_funds"]);
    expect(await short("reg-t", 150)).toEqual([]);
    expect(await short("reg-t", 151)).toEqual(["insufficient_funds"]);
  });

  it("is not made by profits of a future that were not settled, and is taken by its margin", async () => {
    const buy = async (shares: number) =>
      (
        await run(
          [barsOf(ES, [...flat(4_800, 2), ...flat(4_900, 3)]), barsOf(STOCK, flat(100, 5))],
          (s) => {
            if (s.iteration === 0) s.send(ES, 1, "buy");
            if (s.iteration === 3) s.send(STOCK, shares, "buy");
          },
          { budget: 21_880 },
        )
      ).strategy.refused;
    // 21,880 less 11,880 of margin: 10,000, whatever the future has won.
    expect(await buy(100)).toEqual([]);
    expect(await buy(101)).toEqual(["insufficient_funds"]);
  });

  it("calls a reg-t account whose shares have fallen, and liquidates it where told", async () => {
    const falling = barsOf(STOCK, [...flat(100, 2), ...flat(60, 3)]);
    const buy = once((s) => s.send(STOCK, 200, "buy"));
    // 200 shares for 20,000 with 10,000: at 60 the account has 2,000, and a quarter of 12,000 is 3,000.
    const called = await run(falling, buy, { budget: 10_000, buyingPower: "reg-t" });
    expect(codes(called.result)).toEqual(["margin_call"]);
    const sold = await run(falling, buy, { budget: 10_000, buyingPower: "reg-t", marginCall: "liquidate" });
    expect(sold.result.fills.map((fill) => [fill.side, fill.quantity, fill.price])).toEqual([
      ["buy", 200, 100],
      ["sell", 200, 60],
    ]);
  });
});

describe("an account that could not open what it holds", () => {
  it("may always sell of it, and buy nothing", async () => {
    // 150 shares of 100 for 10,000: at 50 they are worth 7,500 and 5,000 are owed. 2,500 are left, 3,750 were needed to open them.
    const rows: Row[] = [...flat(100, 1), [100, 100, 50, 50], ...flat(50, 3)];
    const { result, strategy } = await run(
      barsOf(STOCK, rows),
      (s) => {
        if (s.iteration === 0) s.send(STOCK, 150, "buy");
        if (s.iteration === 2) s.send(STOCK, 1, "buy");
        if (s.iteration === 3) s.send(STOCK, 10, "sell");
      },
      { budget: 10_000, buyingPower: "reg-t" },
    );
    expect(strategy.refused).toEqual(["insufficient_funds"]);
    expect(result.fills.map(({ side, quantity }) => [side, quantity])).toEqual([
      ["buy", 150],
      ["sell", 10],
    ]);
  });

  it.each([
    [80.25, []],
    [80, ["insufficient_margin"]],
    [70, ["insufficient_margin"]],
  ])("trades no futures with nothing left, though they take no margin: at %d", async (price, refused) => {
    // 1,000 less 50 a point: 12.50, nothing, and 500 owed.
    const rows: Row[] = [...flat(100, 1), [100, 100, price, price], ...flat(price, 3)];
    const { strategy, result } = await run(
      barsOf(ES, rows),
      (s) => {
        if (s.iteration === 0) s.send(ES, 1, "buy");
        if (s.iteration === 2) s.send(ES, 1, "buy");
        if (s.iteration === 3) s.send(ES, 1, "sell");
      },
      { budget: 1_000, marginCall: "off" },
    );
    expect(strategy.refused).toEqual(refused);
    expect(result.fills.at(-1)).toMatchObject({ side: "sell", price });
  });
});

describe("what doubles leave an account short of, a hair's breadth after ten fees of ten or twenty cents, lets it still", () => {
  const sellTradingFees = [new TradingFee({ flat: 0.1 })];
  /** Ten round trips at 3.00, then what is to be tried. */
  const afterTrips = (trips: number, last: (s: Scripted) => unknown) => (s: Scripted) => {
    if (s.iteration < 2 * trips) s.send(STOCK, 1, s.iteration % 2 === 0 ? "buy" : "sell");
    else if (s.iteration === 2 * trips) last(s);
  };

  it.each<[string, (s: Scripted) => unknown]>([
    ["an order", (s) => s.send(STOCK, 33_333, "buy")],
    ["a target", (s) => s.orderTargetPercent(STOCK, 1)],
  ])("buy all the shares its money pays for, with %s", async (_, buy) => {
    const { result } = await run(barsOf(STOCK, flat(3, 24)), afterTrips(10, buy), { budget: 100_000, sellTradingFees });
    // 100,000 - 10 x 0.10 = 99,999 = 33,333 x 3.
    expect(codes(result)).toEqual([]);
    expect(result.fills.at(-1)?.quantity).toBe(33_333);
  });

  it("carry futures whose margin its money is to the cent, and keep the one that is left", async () => {
    const { result } = await run(
      [barsOf(ES, [...flat(4_800, 24), ...flat(4_560, 4)]), barsOf(NQ, flat(10_000, 28)), barsOf(STOCK, flat(3, 28))],
      afterTrips(10, (s) => {
        s.send(ES, 1, "buy");
        s.send(NQ, 1, "buy");
      }),
      {
        budget: 17_002,
        sellTradingFees: [new TradingFee({ perShare: 0.2 })],
        margins: { ES: { initial: 12_000, maintenance: 10_000 }, NQ: { initial: 5_000, maintenance: 4_500 } },
        marginCall: "liquidate",
      },
    );
    // 17,002 - 10 x 0.20 = 17,000 = 12,000 + 5,000. 240 points down 5,000 are left: just what NQ takes.
    expect(codes(result)).toEqual(["margin_call"]);
    expect(result.fills.slice(20).map(({ asset, side }) => `${side} ${asset.root}`)).toEqual([
      "buy ES",
      "buy NQ",
      "sell ES",
    ]);
  });
});
