import { Asset, type Bars, InMemoryBacktesting, type Order, type OrderOptions, Strategy } from "backlit";
import { describe, expect, it } from "vitest";
import {
  barsOf,
  ES,
  flat,
  joinBars,
  MINUTE,
  once,
  ROLL_TO_110,
  type Row,
  run,
  type Scripted,
  STOCK,
} from "./support.ts";

const HOUR = 60 * MINUTE;
/** Minutes of one session after another, each list of rows from its own start. */
function sessions(asset: Asset, parts: readonly (readonly [start: number, rows: readonly Row[]])[]): Bars {
  return joinBars(parts.map(([start, rows]) => barsOf(asset, rows, "1m", start)));
}

/** New York opens 14:30 and closes 21:00 UTC in January; 2024-07-03 is a half day, 13:30 to 17:00 UTC. */
const tuesday = (hour: number, minute = 0) => Date.UTC(2024, 0, 2, hour, minute);
const wednesday = (hour: number, minute = 0) => Date.UTC(2024, 0, 3, hour, minute);
const halfDay = (hour: number, minute = 0) => Date.UTC(2024, 6, 3, hour, minute);

async function sendAt(bars: Bars, time: number, options: OrderOptions, runOptions: Parameters<typeof run>[2] = {}) {
  const { result } = await run(
    bars,
    (s: Scripted) => void (s.getTimestamp() === time && s.send(bars.asset, 1, "buy", options)),
    runOptions,
  );
  return {
    fills: result.fills.map((fill) => [fill.time, fill.price]),
    status: result.orders[0]?.status,
    closedAt: result.orders[0]?.closedAt,
  };
}

describe("orders for the open (opg)", () => {
  // The last minutes of Tuesday; Wednesday from a minute before the open, which is 14:30, where the first trade is at 105.
  const bars = sessions(STOCK, [
    [tuesday(20, 50), flat(100, 10)],
    [wednesday(14, 28), [...flat(103, 2), [105, 106, 104, 105], ...flat(105, 5)]],
  ]);
  it("fill at the open of the next session's first bar", async () => {
    expect(await sendAt(bars, tuesday(20, 55), { timeInForce: "opg" })).toMatchObject({
      fills: [[wednesday(14, 30), 105]],
    });
  });
  it("sent at the very open fill there", async () => {
    expect(await sendAt(bars, wednesday(14, 30), { timeInForce: "opg" })).toMatchObject({
      fills: [[wednesday(14, 30), 105]],
    });
  });
  it("with a limit fill at the open when it is good enough, else end there", async () => {
    expect(await sendAt(bars, tuesday(20, 55), { timeInForce: "opg", limitPrice: 106 })).toMatchObject({
      fills: [[wednesday(14, 30), 105]],
    });
    // The low of that bar is 104, but the auction is over.
    expect(await sendAt(bars, tuesday(20, 55), { timeInForce: "opg", limitPrice: 104 })).toEqual({
      fills: [],
      status: "expired",
      closedAt: wednesday(14, 30),
    });
  });
  it("take the first bar there is when the open itself has none", async () => {
    const late = sessions(STOCK, [
      [tuesday(20, 50), flat(100, 10)],
      [wednesday(14, 41), flat(107, 3)],
    ]);
    expect(await sendAt(late, tuesday(20, 55), { timeInForce: "opg" })).toMatchObject({
      fills: [[wednesday(14, 41), 107]],
    });
  });
  it("pass over a bar that did not trade, but not over the session", async () => {
    const day = (rows: readonly Row[]) =>
      sessions(STOCK, [
        [tuesday(20, 50), flat(100, 10)],
        [wednesday(14, 30), rows],
        [wednesday(20, 59), [[120, 120, 120, 120, 0]]],
      ]);
    const opg: OrderOptions = { timeInForce: "opg" };
    const late = day([
      [104, 104, 104, 104, 0],
      [105, 106, 104, 105, 50],
    ]);
    expect((await sendAt(late, tuesday(20, 55), opg)).fills).toEqual([[wednesday(14, 31), 105]]);
    expect(await sendAt(day([[104, 104, 104, 104, 0]]), tuesday(20, 55), opg, { market: "XNYS" })).toMatchObject({
      fills: [],
      status: "expired",
    });
  });
  it("go by the asset's own session: futures open on the evening before", async () => {
    // CME equity futures: Tuesday's session ends 22:00 UTC, Wednesday's opens 23:00 UTC.
    const future = sessions(ES, [
      [tuesday(21, 50), flat(100, 10)],
      [tuesday(23), [[102, 103, 101, 102]]],
      [wednesday(14, 30), flat(110, 2)],
    ]);
    expect(await sendAt(future, tuesday(21, 55), { timeInForce: "opg" })).toMatchObject({
      fills: [[tuesday(23), 102]],
    });
  });
  it("over daily bars fill at the next bar's open", async () => {
    const days = barsOf(STOCK, [...flat(100, 2), [104, 106, 103, 105]], "1d", Date.UTC(2024, 0, 2), 24 * HOUR);
    expect(await sendAt(days, Date.UTC(2024, 0, 4), { timeInForce: "opg" })).toMatchObject({
      fills: [[Date.UTC(2024, 0, 4), 104]],
    });
  });
});

describe("an order for the open over daily bars", () => {
  it("expires with a day that did not trade: that day was its session", async () => {
    const rows: Row[] = [...flat(100, 1), [100, 100, 100, 100, 0], ...flat(90, 2)];
    const days = barsOf(STOCK, rows, "1d", Date.UTC(2024, 0, 2), 24 * HOUR);
    expect(await sendAt(days, Date.UTC(2024, 0, 3), { timeInForce: "opg" })).toEqual({
      fills: [],
      status: "expired",
      closedAt: Date.UTC(2024, 0, 3),
    });
  });
});

describe("orders for the close (cls)", () => {
  const bars = sessions(STOCK, [
    [tuesday(20, 50), [...flat(100, 9), [100, 102, 99, 101]]],
    [wednesday(14, 30), flat(105, 3)],
  ]);
  it("fill at the last price of the session, in its last millisecond", async () => {
    expect(await sendAt(bars, tuesday(20, 55), { timeInForce: "cls" })).toMatchObject({
      fills: [[tuesday(21) - 1, 101]],
    });
  });
  it("with a limit fill there when it is good enough, else expire", async () => {
    expect(await sendAt(bars, tuesday(20, 55), { timeInForce: "cls", limitPrice: 101 })).toMatchObject({
      fills: [[tuesday(21) - 1, 101]],
    });
    // Traded at 99 before, but the close is 101.
    expect(await sendAt(bars, tuesday(20, 55), { timeInForce: "cls", limitPrice: 100 })).toEqual({
      fills: [],
      status: "expired",
      closedAt: tuesday(21),
    });
  });
  it("do not fill at a price from before they were sent", async () => {
    // Nothing trades between 20:55 and the close.
    const quiet = sessions(STOCK, [
      [tuesday(20, 50), flat(100, 5)],
      [wednesday(14, 30), flat(105, 3)],
    ]);
    const { result } = await run(
      [quiet, barsOf(ES, flat(50, 30), "1m", tuesday(20, 50))],
      (s) => void (s.getTimestamp() === tuesday(20, 56) && s.send(STOCK, 1, "buy", { timeInForce: "cls" })),
    );
    expect(result.fills).toEqual([]);
    expect(result.orders[0]).toMatchObject({ status: "expired", closedAt: tuesday(21) });
  });
  it("fill at the last price that traded since they were sent, where the last bars have no volume", async () => {
    const rows: Row[] = [...flat(100, 7), [100, 102, 99, 101], [90, 90, 90, 90, 0], [90, 90, 90, 90, 0]];
    const quiet = sessions(STOCK, [
      [tuesday(20, 50), rows],
      [wednesday(14, 30), flat(105, 3)],
    ]);
    expect(await sendAt(quiet, tuesday(20, 55), { timeInForce: "cls" })).toMatchObject({
      fills: [[tuesday(21) - 1, 101]],
    });
    expect(await sendAt(quiet, tuesday(20, 58), { timeInForce: "cls" })).toMatchObject({
      fills: [],
      status: "expired",
    });
  });
  it("do not fill at a price of the contract before", async () => {
    // ES goes over from 100 to 110 at 15:02; nothing trades from there to the close at 22:00.
    const es = Asset.continuousFuture("ES");
    const { result } = await run(
      [barsOf(es, flat(100, 2)), barsOf(STOCK, flat(50, 500))],
      once((s) => s.send(es, 1, "buy", { timeInForce: "cls" })),
      {
        rolls: [ROLL_TO_110],
      },
    );
    expect(result.orders[0]).toMatchObject({ status: "expired", closedAt: tuesday(22) });
  });
  it("sent after the close wait for the next", async () => {
    const after = sessions(STOCK, [
      [tuesday(20, 58), flat(100, 5)],
      [wednesday(20, 58), [...flat(107, 1), [107, 108, 107, 108]]],
      [wednesday(21), flat(120, 2)],
    ]);
    expect(await sendAt(after, tuesday(21, 1), { timeInForce: "cls" })).toMatchObject({
      fills: [[wednesday(21) - 1, 108]],
    });
  });
  it("wait for it under this-close as well, as those for the open do", async () => {
    const atClose = { fill: "this-close" } as const;
    expect((await sendAt(bars, tuesday(20, 55), { timeInForce: "cls" }, atClose)).fills).toEqual([
      [tuesday(21) - 1, 101],
    ]);
    expect((await sendAt(bars, tuesday(20, 55), { timeInForce: "opg" }, atClose)).fills).toEqual([
      [wednesday(14, 30), 105],
    ]);
  });
  it("fill at the close of the very first bar there is, sent before it or as it opens", async () => {
    // ACME has one bar, the last minute of the day; another share has ten before it.
    const other = Asset.stock("BETA");
    const last: Row = [100, 101, 100, 101];
    const data = [barsOf(other, flat(50, 10), "1m", tuesday(20, 50)), barsOf(STOCK, [last], "1m", tuesday(20, 59))];
    for (const time of [tuesday(20, 55), tuesday(20, 59)]) {
      const { result } = await run(
        data,
        (s) => void (s.getTimestamp() === time && s.send(STOCK, 1, "buy", { timeInForce: "cls" })),
      );
      expect(result.fills.map((fill) => [fill.time, fill.price])).toEqual([[tuesday(21) - 1, 101]]);
    }
  });
  it("that cannot be paid there are refused", async () => {
    // 1,000 for ten shares at 100 when it was sent; the close is 101.
    const { result, strategy } = await run(
      bars,
      (s) => void (s.getTimestamp() === tuesday(20, 55) && s.send(STOCK, 10, "buy", { timeInForce: "cls" })),
      { budget: 1_000 },
    );
    expect(result.fills).toEqual([]);
    expect(strategy.refused).toEqual(["insufficient_funds"]);
    expect(result.orders[0]).toMatchObject({ status: "rejected", closedAt: tuesday(21) });
  });
  it("know half days", async () => {
    const half = sessions(STOCK, [
      [halfDay(16, 55), [...flat(100, 4), [100, 101, 100, 101]]],
      [halfDay(17), flat(150, 3)],
    ]);
    expect(await sendAt(half, halfDay(16, 56), { timeInForce: "cls" })).toMatchObject({
      fills: [[halfDay(17) - 1, 101]],
    });
  });
  it("over daily bars fill at the close of the bar", async () => {
    const days = barsOf(STOCK, [...flat(100, 1), [104, 106, 103, 105]], "1d", Date.UTC(2024, 0, 2), 24 * HOUR);
    expect(await sendAt(days, Date.UTC(2024, 0, 3), { timeInForce: "cls" })).toMatchObject({
      fills: [[Date.UTC(2024, 0, 4) - 1, 105]],
    });
  });
  it("over daily bars pass over a day that has no bar", async () => {
    const day = (date: number, price: number) =>
      barsOf(STOCK, flat(price, 1), "1d", Date.UTC(2024, 0, date), 24 * HOUR);
    class OutAgain extends Strategy {
      override onTradingIteration() {
        if (this.firstIteration) this.submitOrder(this.createOrder(STOCK, 1, "buy", { timeInForce: "cls" }));
      }
      override onFilledOrder(_position: unknown, order: Order) {
        if (order.side === "buy") this.submitOrder(this.createOrder(STOCK, 1, "sell", { timeInForce: "cls" }));
      }
    }
    const result = await new OutAgain().backtest(InMemoryBacktesting, "2024-01-02", "2024-01-05", {
      data: [joinBars([day(2, 100), day(4, 104)])],
    });
    expect(result.fills.map(({ side, price }) => [side, price])).toEqual([
      ["buy", 100],
      ["sell", 104],
    ]);
  });
  it("over daily bars expire with a day that did not trade", async () => {
    const rows: Row[] = [...flat(100, 1), [100, 100, 100, 100, 0], ...flat(90, 2)];
    const days = barsOf(STOCK, rows, "1d", Date.UTC(2024, 0, 2), 24 * HOUR);
    expect(await sendAt(days, Date.UTC(2024, 0, 3), { timeInForce: "cls" })).toEqual({
      fills: [],
      status: "expired",
      closedAt: Date.UTC(2024, 0, 4),
    });
  });
  it("of a target are sized there", async () => {
    const { result } = await run(
      bars,
      (s) => void (s.getTimestamp() === tuesday(20, 55) && s.orderTargetPercent(STOCK, 1, { timeInForce: "cls" })),
      { budget: 10_100 },
    );
    // 10,100 / 101 = 100 shares.
    expect(result.fills).toMatchObject([{ quantity: 100, price: 101 }]);
  });
});

describe("orders for the day", () => {
  it("end at the half day's close, at that instant, though no bar marks it", async () => {
    const half = sessions(STOCK, [
      [halfDay(16, 50), flat(100, 5)],
      [halfDay(19), flat(90, 3)],
    ]);
    expect(await sendAt(half, halfDay(16, 52), { timeInForce: "day", limitPrice: 95 })).toEqual({
      fills: [],
      status: "expired",
      closedAt: halfDay(17),
    });
  });
  it("of a coin, which never closes, end with the UTC day", async () => {
    const coin = Asset.crypto("BTC");
    const bars = sessions(coin, [
      [tuesday(23, 50), flat(100, 10)],
      [wednesday(0), [[100, 100, 90, 95]]],
    ]);
    expect(await sendAt(bars, tuesday(23, 52), { timeInForce: "day", limitPrice: 95 })).toEqual({
      fills: [],
      status: "expired",
      closedAt: wednesday(0),
    });
  });
});

describe("orders until a date", () => {
  it("end at that instant, though no bar and no iteration marks it", async () => {
    // Between 15:05 and 15:30 nothing trades, and the strategy looks once an hour.
    const bars = sessions(ES, [
      [tuesday(15), flat(100, 5)],
      [tuesday(15, 30), flat(90, 3)],
    ]);
    const goodTillDate = tuesday(15, 12) + 34_567;
    const hourly = {
      setup: (s: Scripted) => {
        s.sleeptime = "1h";
      },
    };
    expect(await sendAt(bars, tuesday(15), { limitPrice: 95, timeInForce: "gtd", goodTillDate }, hourly)).toEqual({
      fills: [],
      status: "expired",
      closedAt: goodTillDate,
    });
  });
});

describe("an order until a date", () => {
  it("lives to the end of that day in UTC, and so do the exits of a bracket", async () => {
    const coin = Asset.crypto("BTC");
    const bars = sessions(coin, [
      [tuesday(23, 50), [...flat(100, 1), [100, 100, 98, 98], ...flat(98, 8)]],
      [wednesday(0), [[98, 98, 90, 95]]],
    ]);
    const { result, strategy } = await run(bars, (s) => {
      if (s.iteration !== 0) return;
      const dated = { timeInForce: "gtd", goodTillDate: "2024-01-02" } as const;
      s.send(coin, 1, "buy", { ...dated, limitPrice: 95 });
      s.send(coin, 1, "buy", {
        ...dated,
        limitPrice: 99,
        orderClass: "bracket",
        takeProfitPrice: 120,
        stopLossPrice: 93,
      });
    });
    expect(result.fills.map(({ price }) => price)).toEqual([99]);
    const [plain, bracket] = strategy.orderLog;
    for (const order of [plain, ...(bracket?.children ?? [])])
      expect(order).toMatchObject({ status: "expired", closedAt: wednesday(0) });
  });
});

describe("orders until several dates", () => {
  it("end each at its own, whatever of them ends before", async () => {
    const coin = Asset.crypto("BTC");
    const { result } = await run(barsOf(coin, flat(100, 24), "4h", tuesday(0), 4 * HOUR), (s) => {
      if (s.iteration !== 0) return;
      for (const goodTillDate of ["2024-01-04", "2024-01-02", "2024-01-03"])
        s.send(coin, 1, "buy", { limitPrice: 50, timeInForce: "gtd", goodTillDate });
    });
    expect(result.orders.map(({ status, closedAt }) => [status, closedAt])).toEqual(
      [3, 1, 2].map((days) => ["expired", tuesday(0) + days * 24 * HOUR]),
    );
  });
});

describe("a date that is none, or that nothing asks for", () => {
  it.each([
    [{ timeInForce: "gtd" }, /'gtd' needs a goodTillDate/],
    [{ timeInForce: "gtd", goodTillDate: "tomorrow" }, /goodTillDate was 'tomorrow'/],
    [{ timeInForce: "gtd", goodTillDate: Number.NaN }, /goodTillDate was 'NaN'/],
    [{ timeInForce: "gtd", goodTillDate: Number.POSITIVE_INFINITY }, /goodTillDate was 'Infinity'/],
    [{ goodTillDate: "2024-01-03" }, /goodTillDate without timeInForce 'gtd'/],
    [{ timeInForce: "day", goodTillDate: "2024-01-03" }, /goodTillDate without timeInForce 'gtd'/],
  ] as const)("is refused at creation: %o", async (options, words) => {
    const attempt = run(barsOf(ES, flat(100, 2)), (s) => void s.createOrder(ES, 1, "buy", options));
    await expect(attempt).rejects.toThrow(words);
  });
});

describe("an order until a date that is over", () => {
  it.each(["2024-01-01", tuesday(15)])("(%s) is refused, and fills nothing", async (goodTillDate) => {
    const { result, strategy } = await run(barsOf(ES, flat(100, 3), "1m", tuesday(15)), (s: Scripted) => {
      if (s.iteration === 0) s.send(ES, 1, "buy", { timeInForce: "gtd", goodTillDate });
    });
    expect(strategy.refused).toEqual(["good_till_date_passed"]);
    expect(result.fills).toEqual([]);
  });
});

describe("the exits of a bracket", () => {
  it("outlive an entry for the open", async () => {
    const bars = sessions(STOCK, [
      [tuesday(20, 50), flat(100, 10)],
      [wednesday(14, 30), [...flat(100, 2), [100, 106, 100, 105]]],
    ]);
    const bracket = { orderClass: "bracket", takeProfitPrice: 105, stopLossPrice: 95, timeInForce: "opg" } as const;
    expect((await sendAt(bars, tuesday(20, 55), bracket)).fills).toEqual([
      [wednesday(14, 30), 100],
      [wednesday(14, 33) - 1, 105],
    ]);
  });
});
