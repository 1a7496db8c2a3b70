import { Asset, type Bars, InMemoryBacktesting } from "backlit";
import { describe, expect, it } from "vitest";
import { barsOf, flat, joinBars, once, type Row, run, Scripted, STOCK } from "./support.ts";

const DAY = 86_400_000;
const MINUTE = 60_000;
/** Days from Tuesday 2024-01-02 on, stamped midnight UTC as daily files have them. */
const TUESDAY = Date.UTC(2024, 0, 2);
const budget = 10_000;

function days(closes: readonly number[], asset = STOCK): Bars {
  const rows: Row[] = closes.map((price) => [price, price, price, price, 1_000] as const);
  return barsOf(asset, rows, "1d", TUESDAY, DAY);
}

/** Minutes on both sides of the open of New York: the last of Tuesday, the first of Wednesday. */
function minutes(before: readonly number[], after: readonly number[], asset = STOCK): Bars {
  const close = Date.UTC(2024, 0, 2, 21);
  const open = Date.UTC(2024, 0, 3, 14, 30);
  const rows: Row[] = [...before, ...after].map((price) => [price, price, price, price, 1_000] as const);
  const bars = barsOf(asset, rows);
  const time = rows.map((_, row) =>
    row < before.length ? close - (before.length - row) * MINUTE : open + (row - before.length) * MINUTE,
  );
  bars.time.set(time);
  return bars;
}

describe("a dividend", () => {
  const dividend = [{ asset: STOCK, kind: "dividend", date: "2024-01-04", amount: 0.5 } as const];

  it("is received by a long and paid by a short on its ex-date, and stands apart from the trade", async () => {
    // The share falls by the dividend of 0.50: who holds 20 of them has lost 10 and received 10.
    const hold = (side: "buy" | "sell") =>
      run(
        days([100, 100, 99.5, 99.5]),
        once((s) => s.send(STOCK, 20, side)),
        { budget, corporateActions: dividend },
      );
    const long = (await hold("buy")).result;
    expect(long.cashflows).toEqual([
      { time: Date.UTC(2024, 0, 4), asset: STOCK, kind: "dividend", amount: 10, quantity: 20, price: 0.5 },
    ]);
    expect(long.equity.value.at(-1)).toBe(budget);
    expect(long.trades).toMatchObject([{ pnl: -10, open: true }]);
    const short = (await hold("sell")).result;
    expect(short.cashflows).toMatchObject([{ amount: -10, quantity: -20 }]);
    expect(short.equity.value.at(-1)).toBe(budget);
  });

  it("on the day of a split is paid on the new shares", async () => {
    // 10 are 40 at a quarter of 400: 40 x 0.50, whichever of the two is given first.
    const split = { asset: STOCK, kind: "split", date: "2024-01-04", ratio: 4 } as const;
    for (const corporateActions of [
      [split, ...dividend],
      [...dividend, split],
    ]) {
      const { result } = await run(
        days([400, 400, 99.5, 99.5]),
        once((s) => s.send(STOCK, 10, "buy")),
        { budget, corporateActions },
      );
      expect(result.cashflows).toMatchObject([{ kind: "dividend", amount: 20, quantity: 40 }]);
      expect(result.equity.value.at(-1)).toBe(budget);
    }
  });

  it("is paid in the order in which it is given where there are two on a day", async () => {
    const regular = { asset: STOCK, kind: "dividend", date: "2024-01-04", amount: 0.5 } as const;
    const { result } = await run(
      days([100, 100, 98, 98]),
      once((s) => s.send(STOCK, 20, "buy")),
      { budget, corporateActions: [regular, { ...regular, amount: 1.5 }] },
    );
    // 20 x 0.50, 20 x 1.50.
    expect(result.cashflows.map(({ amount }) => amount)).toEqual([10, 30]);
  });

  it("goes to who held at the close before: not to a buyer at the open of the ex-date", async () => {
    const late = (s: Scripted) => void (s.iteration === 2 && s.send(STOCK, 20, "buy"));
    const { result } = await run(days([100, 100, 99.5, 99.5]), late, { budget, corporateActions: dividend });
    expect(result.fills[0]?.time).toBe(Date.UTC(2024, 0, 4));
    expect(result.cashflows).toEqual([]);
  });
});

describe("an instant without a bar", () => {
  it("at which a dividend is paid has its row in the equity, where the share is held", async () => {
    // Bought on Tuesday, sold in the first minute of Wednesday. New York's midnight is 05:00 UTC: 20 x 0.50 on Wednesday, nothing on Thursday.
    const thursday = barsOf(STOCK, flat(100, 2), "1m", Date.UTC(2024, 0, 4, 14, 30), MINUTE);
    const { result } = await run(
      joinBars([minutes([100, 100], [100, 100]), thursday]),
      (s) => {
        if (s.iteration === 0) s.send(STOCK, 20, "buy");
        if (s.getTimestamp() === Date.UTC(2024, 0, 3, 14, 30)) s.send(STOCK, 20, "sell");
      },
      {
        budget,
        market: "XNYS",
        corporateActions: ["2024-01-03", "2024-01-04"].map((date) => ({
          asset: STOCK,
          kind: "dividend",
          date,
          amount: 0.5,
        })),
      },
    );
    const rowAt = (time: number) => result.equity.value[result.equity.time.indexOf(time)];
    expect(rowAt(Date.UTC(2024, 0, 3, 5))).toBe(budget + 10);
    expect(rowAt(Date.UTC(2024, 0, 4, 5))).toBeUndefined();
  });
});

describe("a split", () => {
  const split = (ratio: number, date = "2024-01-03") => [{ asset: STOCK, kind: "split", date, ratio } as const];

  it("makes 10 shares 40 at a quarter of the price: nobody wins, and the trade goes on in new shares", async () => {
    const { result, strategy } = await run(
      minutes([400, 400, 404], [101, 102, 103]),
      (s) => {
        if (s.iteration === 0) s.send(STOCK, 10, "buy");
        const position = s.getPosition(STOCK);
        s.seen.push(
          `${position?.quantity} ${position?.averagePrice} ${position?.unrealizedPnl} ${s.getPortfolioValue()}`,
        );
        if (s.getTimestamp() === Date.UTC(2024, 0, 3, 14, 32)) s.send(STOCK, 40, "sell");
      },
      { budget, corporateActions: split(4), market: "XNYS" },
    );
    expect(strategy.seen.filter((line, index, all) => line !== all[index - 1])).toEqual([
      "undefined undefined undefined 10000",
      "10 400 0 10000",
      // The open of Wednesday: 40 at 101, bought at 100.
      "40 100 40 10040",
      "40 100 80 10080",
    ]);
    expect(result.trades).toMatchObject([{ quantity: 40, entryPrice: 100, exitPrice: 103, pnl: 120, open: false }]);
    expect(result.equity.value.at(-1)).toBe(10_120);
    expect(result.events.map((event) => event.code)).toEqual(["stock_split"]);
  });

  it("before the run is in the last price already, unless that is one of before", async () => {
    const data = [days([400, 400, 100, 100, 100])];
    const from = async (date: number) => {
      const strategy = new Scripted(async (s) => {
        if (s.iteration === 0) s.seen.push(`${await s.getLastPrice(STOCK)}`);
      });
      const options = { data, corporateActions: split(4, "2024-01-04"), market: "24/7" };
      const result = await strategy.backtest(InMemoryBacktesting, date, Date.UTC(2024, 0, 7), options);
      return [...strategy.seen, ...result.events.map(({ code }) => code)];
    };
    // The last bar before Thursday is Wednesday's at 400, the one before Friday is Thursday's at 100.
    expect(await from(Date.UTC(2024, 0, 4))).toEqual(["100", "stock_split"]);
    expect(await from(Date.UTC(2024, 0, 5))).toEqual(["100"]);
  });

  it("since the last bar before the run is worked in as the run begins, not earlier", async () => {
    // Bars of Tuesday 2 January and from Wednesday the 10th on; split on Friday the 5th; the run begins on Monday the 8th with 400 / 4.
    const data = [joinBars([days([400]), barsOf(STOCK, flat(101, 2), "1d", Date.UTC(2024, 0, 10), DAY)])];
    const monday = Date.UTC(2024, 0, 8);
    const strategy = new Scripted(async (s) => {
      s.seen.push(`${new Date(s.getTimestamp()).toISOString().slice(0, 10)} ${await s.getLastPrice(STOCK)}`);
    });
    const options = { data, corporateActions: split(4, "2024-01-05"), market: "24/7", budget };
    const result = await strategy.backtest(InMemoryBacktesting, monday, Date.UTC(2024, 0, 12), options);
    expect(strategy.seen).toEqual(["2024-01-10 100", "2024-01-11 101"]);
    expect(result.events.map(({ code, time }) => [code, time])).toEqual([["stock_split", monday]]);
    expect([...result.equity.time]).toEqual([...result.equity.time].sort((a, b) => a - b));
  });

  it("turns resting orders into new shares", async () => {
    const { result, strategy } = await run(
      minutes([400, 400, 400], [101, 97, 97]),
      (s) => {
        if (s.iteration !== 0) return;
        s.send(STOCK, 5, "buy", { limitPrice: 392 });
        s.send(STOCK, 5, "buy", { limitPrice: 300 });
      },
      { budget, corporateActions: split(4), market: "XNYS" },
    );
    // 392 for 5 old shares is 98 for 20 new ones, met by the bar at 97.
    expect(result.fills.map((fill) => [fill.quantity, fill.price])).toEqual([[20, 97]]);
    expect(strategy.orderLog[1]).toMatchObject({ quantity: 20, limitPrice: 75 });
    expect(result.events.filter((event) => event.code === "order_split")).toHaveLength(2);
  });

  it("turns trailing orders into new shares, one that was set off as well", async () => {
    const play = async (before: readonly number[], after: readonly number[], options: object) => {
      const script = (s: Scripted) => void (s.iteration === 1 && s.send(STOCK, 5, "sell", options));
      const { result } = await run(minutes(before, after), script, {
        budget,
        corporateActions: split(4),
        market: "XNYS",
      });
      return result.fills.map(({ quantity, price }) => [quantity, price]);
    };
    // 40 behind 400 is 360, in new shares 10 behind 100: 91 is not reached, 90 is.
    expect(await play([400, 400, 400], [100, 91, 90, 89], { trailPrice: 40 })).toEqual([[20, 90]]);
    // Level 380, jumped at 340; the limit of 360 is 90 in new shares.
    expect(await play([400, 400, 340], [86, 89, 90, 91], { trailPrice: 20, limitOffset: 20 })).toEqual([[20, 90]]);
  });

  /** Minutes of Tuesday up to the close, then of Wednesday from the open on. */
  const overnight = (before: readonly Row[], after: readonly Row[], asset = STOCK): Bars =>
    joinBars([
      barsOf(asset, before, "1m", Date.UTC(2024, 0, 2, 21) - before.length * MINUTE, MINUTE),
      barsOf(asset, after, "1m", Date.UTC(2024, 0, 3, 14, 30), MINUTE),
    ]);
  const quarter = { budget, corporateActions: split(4), market: "XNYS" };

  it("leaves the distance of orders that trail, and what others wait for, at a quarter", async () => {
    // 404 is the best price on Tuesday, 101 in new shares, and 102 in Wednesday's first minute. Trailing 8 is trailing 2 now, so the stop hangs at
    // 100, with a limit 4 / 4 = 1 below. What waits to be touched at 420 and 424 waits at 105 and 106, its limit of 422 is 105.5.
    const { result, strategy } = await run(
      overnight(
        [...flat(400, 2), ...flat(404, 1)],
        [[101, 102, 101, 102], [102, 102, 99.5, 99.5], ...flat(105.25, 1), ...flat(106, 1)],
      ),
      (s) => {
        if (s.iteration === 0) s.send(STOCK, 10, "buy");
        if (s.iteration !== 1) return;
        s.send(STOCK, 3, "sell", { touchPrice: 424, limitPrice: 422 });
        s.send(STOCK, 1, "sell", { trailPrice: 8 });
        s.send(STOCK, 2, "sell", { trailPrice: 8, limitOffset: 4 });
        s.send(STOCK, 4, "sell", { touchPrice: 420 });
      },
      quarter,
    );
    expect(result.fills.slice(1).map(({ quantity, price }) => [quantity, price])).toEqual([
      [4, 100],
      [8, 100],
      [16, 105.25],
      [12, 106],
    ]);
    expect(strategy.orderLog.slice(1)).toMatchObject([
      { touchPrice: 106, limitPrice: 105.5 },
      { trailPrice: 2 },
      { trailPrice: 2, limitOffset: 1 },
      { touchPrice: 105 },
    ]);
    // Told in the order in which they were sent, wherever they wait.
    const told = result.events.filter(({ code }) => code === "order_split").map(({ orderId }) => orderId);
    expect(told).toEqual(strategy.orderLog.slice(1).map(({ id }) => id));
  });

  it("turns the exits of a position, and those of an entry that still waits, into new shares once", async () => {
    // 10 bought at 400 are 40 at 100, their target of 420 is 105. The entry at 396 is at 99 and fills as Wednesday's second minute falls to it; its
    // stop at 380 is at 95, its target of 416 at 104.
    const { result, strategy } = await run(
      overnight(flat(400, 3), [...flat(100, 1), [100, 100, 99, 100], ...flat(104, 1), ...flat(105, 1)]),
      (s) => {
        if (s.iteration !== 0) return;
        s.send(STOCK, 10, "buy", { orderClass: "bracket", takeProfitPrice: 420, stopLossPrice: 388 });
        s.send(STOCK, 5, "buy", { limitPrice: 396, orderClass: "bracket", takeProfitPrice: 416, stopLossPrice: 380 });
      },
      quarter,
    );
    expect(result.fills.map(({ side, quantity, price }) => [side, quantity, price])).toEqual([
      ["buy", 10, 400],
      ["buy", 20, 99],
      ["sell", 20, 104],
      ["sell", 40, 105],
    ]);
    const [held, waiting] = strategy.orderLog;
    expect(held?.children).toMatchObject([
      { quantity: 40, limitPrice: 105 },
      { quantity: 40, stopPrice: 97 },
    ]);
    expect(waiting?.children).toMatchObject([
      { quantity: 20, limitPrice: 104 },
      { quantity: 20, stopPrice: 95 },
    ]);
  });

  it("leaves the exits of an entry that waits on the tick as well", async () => {
    // 95.01 / 1.5 = 63.34 for the entry. Its stop of 92.02 is 61.3466.., set off no earlier than meant: 61.34. Its target of 97 is 64.6666.., filled no
    // worse: 64.67.
    const tick = new Asset({ symbol: "ACME", tickSize: 0.01 });
    const { strategy } = await run(
      overnight(flat(100, 3), flat(66, 2), tick),
      once((s) =>
        s.send(STOCK, 6, "buy", {
          limitPrice: 95.01,
          orderClass: "bracket",
          takeProfitPrice: 97,
          stopLossPrice: 92.02,
        }),
      ),
      { budget, corporateActions: split(1.5), market: "XNYS" },
    );
    expect(strategy.orderLog[0]).toMatchObject({
      limitPrice: 63.34,
      children: [{ limitPrice: 64.67 }, { stopPrice: 61.34 }],
    });
  });

  it("turns what was filled of an order that waits for the rest into new shares", async () => {
    // A tenth of 40 is 4 of 10 on Tuesday, at 400, and the last minute has no trade: 8 of 20 at 200. The other 12 at 199 on Wednesday: (8 x 200 + 12 x 199) / 20 = 199.4.
    const { result, strategy } = await run(
      overnight(
        [
          [400, 400, 400, 400, 40],
          [400, 400, 400, 400, 0],
        ],
        [[199, 199, 199, 199, 1_000], ...flat(199, 1)],
      ),
      once((s) =>
        s.send(STOCK, 10, "buy", { limitPrice: 400, orderClass: "bracket", takeProfitPrice: 420, stopLossPrice: 380 }),
      ),
      { budget, corporateActions: split(2), market: "XNYS", volumeShare: 0.1 },
    );
    expect(result.fills.map(({ quantity, price }) => [quantity, price])).toEqual([
      [4, 400],
      [12, 199],
    ]);
    expect(strategy.orderLog[0]).toMatchObject({ status: "filled", quantity: 20, filledQuantity: 20 });
    expect(strategy.orderLog[0]?.averageFillPrice).toBeCloseTo(199.4, 9);
    // Its exits lived from the first fill on: they are halved once.
    expect(strategy.orderLog[0]?.children).toMatchObject([
      { quantity: 20, limitPrice: 210 },
      { quantity: 20, stopPrice: 190 },
    ]);
  });

  it("turns the target of an order that waits into new shares", async () => {
    // 10 held, 15 wanted: 20 and 30 in new shares, so 10 are bought at 200.
    const { result } = await run(
      minutes([400, 400, 400], [200, 200, 200]),
      async (s) => {
        if (s.iteration !== 0) return;
        s.send(STOCK, 10, "buy");
        await s.awaitMarketToClose();
        s.orderTarget(STOCK, 15);
      },
      { budget, corporateActions: split(2), market: "XNYS" },
    );
    expect(result.fills.map(({ side, quantity, price }) => [side, quantity, price])).toEqual([
      ["buy", 10, 400],
      ["buy", 10, 200],
    ]);
  });

  it("leaves prices of resting orders on the tick, moved to their safe side, and says so", async () => {
    // 95.01 / 1.5 = 63.34; 92.02 / 1.5 = 61.346..: a stop to sell is set off no earlier than meant, so at 61.34.
    const { strategy, result } = await run(
      minutes([100, 100, 100], [66, 66, 66], new Asset({ symbol: "ACME", tickSize: 0.01 })),
      (s) => {
        if (s.iteration !== 0) return;
        s.send(STOCK, 6, "buy", { limitPrice: 95.01 });
        s.send(STOCK, 6, "sell", { stopPrice: 92.02 });
      },
      { budget, corporateActions: split(1.5), market: "XNYS" },
    );
    expect(strategy.orderLog).toMatchObject([{ limitPrice: 63.34 }, { stopPrice: 61.34 }]);
    expect(result.events.map(({ message }) => message)).toContainEqual(
      expect.stringMatching(/moved onto the tick: stopPrice 61\.3466\d+ moved to 61\.34/),
    );
  });

  it("as the run ends belongs to what comes after", async () => {
    // Bought at 400 and worth 404 at the end of Thursday; Friday is not in the run.
    const { result } = await run(
      days([400, 400, 404]),
      once((s) => s.send(STOCK, 10, "buy")),
      { budget, corporateActions: split(4, "2024-01-05") },
    );
    expect(result.events).toEqual([]);
    expect(result.trades).toMatchObject([{ quantity: 10, entryPrice: 400, exitPrice: 404 }]);
  });

  it("shows history in today's shares, as of now, and leaves views handed out before alone", async () => {
    const views: (Bars | undefined)[] = [];
    await run(
      days([400, 404, 101, 102, 102]),
      async (s) =>
        void views.push(s.iteration === 0 ? undefined : await s.getHistoricalPrices(STOCK, s.iteration, "1d")),
      { budget, corporateActions: split(4, "2024-01-04") },
    );
    expect(views.map((view) => [...(view?.close ?? [])])).toEqual([
      [],
      [400],
      [100, 101],
      [100, 101, 101],
      [100, 101, 101, 102],
    ]);
    expect([...(views[3]?.volume ?? [])]).toEqual([4_000, 4_000, 1_000]);
  });

  it("the other way round leaves a part of a share, and shorts owe less", async () => {
    const { result, strategy } = await run(
      days([2, 2, 20, 18]),
      (s) => {
        if (s.iteration === 0) s.send(STOCK, 25, "sell");
        if (s.iteration === 3) s.seen.push(String(s.getPosition(STOCK)?.quantity));
      },
      { budget, corporateActions: split(0.1, "2024-01-04") },
    );
    expect(strategy.seen).toEqual(["-2.5"]);
    // Sold at what is 20 now; at 18 it has won 2 x 2.5.
    expect(result.equity.value.at(-1)).toBe(budget + 5);
  });
});

describe("a delisting", () => {
  const other = Asset.stock("OTHER");

  it.each([
    [undefined, 7, "the last price"],
    [6.5, 6.5, "the price of its last day"],
  ])(
    "closes what is held at the end of its last day (given %s), and refuses orders from then on",
    async (given, price, words) => {
      const { result, strategy } = await run(
        [days([10, 8, 7]), days([50, 50, 50, 50, 50], other)],
        (s) => {
          if (s.iteration === 0) s.send(STOCK, 100, "buy");
          if (s.iteration === 2) s.send(STOCK, 1, "buy", { limitPrice: 1 });
          if (s.iteration === 4) s.send(STOCK, 1, "buy");
        },
        {
          budget,
          corporateActions: [
            given === undefined
              ? { asset: STOCK, kind: "delisting", date: "2024-01-04" }
              : { asset: STOCK, kind: "delisting", date: "2024-01-04", price: given },
          ],
        },
      );
      expect(result.fills[1]).toMatchObject({
        reason: "delisting",
        price,
        quantity: 100,
        side: "sell",
        time: Date.UTC(2024, 0, 5),
      });
      expect(result.equity.value.at(-1)).toBe(budget + 100 * (price - 10));
      expect(result.events.find((event) => event.code === "position_delisted")?.message).toContain(words);
      expect(strategy.orderLog.map((order) => order.status)).toEqual(["filled", "expired", "rejected"]);
      expect(strategy.refused).toEqual(["delisted"]);
    },
  );
  it("ends the position at the close of the day, and in the equity, also where no bar ends just then", async () => {
    // The last minute of the share is that from 15:29 in New York, at 10; its day ends at 16:00, 21:00 UTC, with 6.50: -3.50 x 100.
    const last = barsOf(STOCK, flat(10, 2), "1m", Date.UTC(2024, 0, 2, 20, 28), MINUTE);
    const { result } = await run(
      [last, barsOf(other, flat(50, 2), "1m", Date.UTC(2024, 0, 3, 14, 30), MINUTE)],
      once((s) => s.send(STOCK, 100, "buy")),
      { budget, corporateActions: [{ asset: STOCK, kind: "delisting", date: "2024-01-02", price: 6.5 }] },
    );
    const close = Date.UTC(2024, 0, 2, 21);
    expect(result.fills[1]).toMatchObject({ time: close, price: 6.5 });
    const row = result.equity.time.indexOf(close);
    expect([result.equity.value[row], result.equity.cash[row]]).toEqual([budget - 350, budget - 350]);
  });
});

describe("shares sold short", () => {
  it("cost their borrow rate a night, three over a weekend", async () => {
    // Tuesday to the Tuesday after: nights of Tuesday to Thursday, the weekend, Monday. 10 shares of 100 at 36 % a year: 1 a night.
    const rows: Row[] = Array.from({ length: 5 }, () => [100, 100, 100, 100] as const);
    const bars = barsOf(STOCK, rows, "1d", TUESDAY, DAY);
    const week = [0, 1, 2, 3, 6].map((day) => TUESDAY + day * DAY);
    bars.time.set(week);
    const { result } = await run(
      bars,
      once((s) => s.send(STOCK, 10, "sell")),
      { budget, borrowRate: { ACME: 0.36 } },
    );
    expect(result.cashflows.map((flow) => [flow.kind, flow.amount, flow.quantity])).toEqual([
      ["borrow_fee", -1, -10],
      ["borrow_fee", -1, -10],
      ["borrow_fee", -1, -10],
      ["borrow_fee", -3, -10],
      ["borrow_fee", -1, -10],
    ]);
    expect(result.equity.value.at(-1)).toBe(budget - 7);
    expect(result.trades[0]?.pnl).toBe(0);
  });

  it("cost a night once, however often they were bought back and sold again in the day, and none that ends without them", async () => {
    // Sold, bought back and sold again on Tuesday; bought back on Wednesday. 10 shares of 100 at 36 % a year: 1 for the night between.
    const thursday = barsOf(STOCK, flat(100, 1), "1m", Date.UTC(2024, 0, 4, 14, 30), MINUTE);
    const { result } = await run(
      joinBars([minutes([100, 100, 100, 100], [100, 100]), thursday]),
      (s) => {
        const side = (["sell", "buy", "sell", undefined, "buy"] as const)[s.iteration];
        if (side !== undefined) s.send(STOCK, 10, side);
      },
      { budget, borrowRate: 0.36, market: "XNYS" },
    );
    expect(result.fills).toHaveLength(4);
    expect(result.cashflows).toEqual([
      { time: Date.UTC(2024, 0, 2, 21), asset: STOCK, kind: "borrow_fee", amount: -1, quantity: -10, price: 100 },
    ]);
  });

  it("cost each night once over bars of a week, whose Monday may be a holiday", async () => {
    // Mondays from 2024-01-01, New Year's Day; the 15th is Martin Luther King Day. From trading day to trading day: 2, 8, 16, 22 and 29 January.
    const { result } = await run(
      barsOf(STOCK, flat(100, 4), "1w", Date.UTC(2024, 0, 1), 7 * DAY),
      once((s) => s.send(STOCK, 10, "sell")),
      { budget, borrowRate: 0.36 },
    );
    expect(result.cashflows.map((flow) => flow.amount)).toEqual([-6, -8, -6, -7]);
  });

  it("go on to cost a night at the last price when their bars have ended and the market goes on", async () => {
    // 10 shares of 100 at 36 % a year: 1 a night, also over those days of OTHER at whose end ACME has no bar: 4, 5 (three nights) and 8 January.
    const fees = async (acme: Bars, onwards: Bars) => {
      const { result } = await run(
        [acme, onwards],
        once((s) => s.send(STOCK, 10, "sell")),
        { budget, borrowRate: 0.36 },
      );
      expect(result.events).toMatchObject([{ code: "price_series_ended" }]);
      return result.cashflows.map(({ time, amount }) => [new Date(time).toISOString().slice(0, 16), amount]);
    };
    const later = [
      ["2024-01-04T21:00", -1],
      ["2024-01-05T21:00", -3],
      ["2024-01-08T21:00", -1],
    ];
    const other = barsOf(Asset.stock("OTHER"), flat(50, 7), "1d", TUESDAY, DAY);
    // Wednesday's bar of a day ends at midnight UTC, those of minutes at 16:00 in New York.
    const daily = await fees(days([100, 100]), other);
    expect(daily).toEqual([["2024-01-03T00:00", -1], ["2024-01-04T00:00", -1], ...later]);
    const end = await fees(minutes([100, 100], [100, 100]), other);
    expect(end).toEqual([["2024-01-02T21:00", -1], ["2024-01-03T21:00", -1], ...later]);
  });

  it("cost the nights of a weekend once, where a bar is dated by each of its days", async () => {
    // Tuesday to Monday: Friday's close takes the three nights to Monday.
    const { result } = await run(
      days([100, 100, 100, 100, 100, 100, 100]),
      once((s) => s.send(STOCK, 10, "sell")),
      { budget, borrowRate: 0.36 },
    );
    expect(result.cashflows.map((flow) => flow.amount)).toEqual([-1, -1, -1, -3, -1]);
  });

  it("cost nothing while long, flat, or where the rate is for another share", async () => {
    const flows = async (side: "buy" | "sell", borrowRate: number | Record<string, number>) =>
      (
        await run(
          days([100, 100, 100]),
          once((s) => s.send(STOCK, 10, side)),
          { budget, borrowRate },
        )
      ).result.cashflows;
    expect(await flows("buy", 0.36)).toEqual([]);
    expect(await flows("sell", { OTHER: 0.36 })).toEqual([]);
    expect(await flows("sell", { ACME: 0 })).toEqual([]);
    expect(await flows("sell", 0.36)).not.toEqual([]);
    await expect(flows("sell", -1)).rejects.toMatchObject({ code: "invalid_option" });
  });
});

describe("rates for borrowing that leave a share out that is sold short", () => {
  it("are told once, with what may have been meant", async () => {
    const codes = async (side: "buy" | "sell", borrowRate: Record<string, number>) =>
      (
        await run(
          days([100, 100, 100, 100]),
          once((s) => s.send(STOCK, 10, side)),
          { budget, borrowRate },
        )
      ).result.events.map(({ code, message }) => `${code}: ${message}`);
    const told = await codes("sell", { ACNE: 0.36 });
    expect(told).toHaveLength(1);
    expect(told[0]).toContain(
      "borrow_rate_missing: borrowRate has none of stock:ACME, which is sold short: borrowing it costs nothing. Did you mean 'ACNE'?",
    );
    expect(await codes("buy", { ACNE: 0.36 })).toEqual([]);
    expect(await codes("sell", { ACME: 0 })).toEqual([]);
  });
});

describe("actions given to a source in memory", () => {
  it.each([
    [{ asset: STOCK, kind: "split", date: "2024-01-03", ratio: 0 }],
    [{ asset: STOCK, kind: "dividend", date: "3. January", amount: 1 }],
    [{ asset: STOCK, kind: "merger", date: "2024-01-03" }],
    [{ asset: Asset.crypto("BTC"), kind: "split", date: "2024-01-03", ratio: 2 }],
  ])("are refused when they are none: %j", async (action) => {
    await expect(run(days([1, 1]), () => {}, { corporateActions: [action] as never })).rejects.toMatchObject({
      code: "invalid_option",
    });
  });
});

describe("shares in parts", () => {
  it("are bought, held and sold like whole ones", async () => {
    const { result } = await run(
      days([100, 110, 120, 120]),
      (s) => {
        if (s.iteration === 0) s.send(STOCK, 0.75, "buy");
        if (s.iteration === 2) s.send(STOCK, 0.25, "sell");
      },
      { budget },
    );
    // 0.25 sold at 120 for 5 more than they cost, 0.5 held at 20 more.
    expect(result.equity.value.at(-1)).toBe(budget + 15);
  });
});
