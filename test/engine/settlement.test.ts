import { Asset, type BacktestResult, Bars, type Order, type Position, Strategy, TradingFee } from "backlit";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../temporary-folder.ts";
import { barsOf, flat, joinBars, once, type Row, run, type Scripted, STOCK } from "./support.ts";

const HOUR = 3_600_000;
/** Contracts of CME equity futures trade to 16:00 in Chicago, 22:00 UTC in winter, and settle then. Tuesday 2024-01-02, 20:00 UTC. */
const TUESDAY = Date.UTC(2024, 0, 2, 20);
const MES = Asset.future("MESH24");
const budget = 100_000;
/** An iteration a bar. */
const hourly = {
  budget,
  setup: (s: Scripted) => {
    s.sleeptime = "1h";
  },
};

const halfHourly = (s: Scripted) => {
  s.sleeptime = "30m";
};

/** Bars of an hour: two before the close of Tuesday, then from the reopening at 23:00 UTC on. */
function overnight(before: readonly number[], after: readonly number[], asset = MES): Bars {
  const prices = [...before, ...after];
  const times = prices.map((_, row) =>
    row < before.length ? TUESDAY + row * HOUR : TUESDAY + 3 * HOUR + (row - before.length) * HOUR,
  );
  const column = Float64Array.from(prices);
  return Bars.from({
    asset,
    timestep: "1h",
    time: times,
    open: column,
    high: column,
    low: column,
    close: column,
    volume: times.map(() => 10),
  });
}

/** Bars of an hour from an instant on. */
function hours(start: number, prices: readonly number[]): Bars {
  return barsOf(
    MES,
    prices.flatMap((price) => flat(price, 1)),
    "1h",
    start,
    HOUR,
  );
}

describe("daily settlement of a future", () => {
  it("pays the day's gain in cash at the close of the session, and changes neither equity nor the entry price", async () => {
    // Bought at 5000; the session ends at 5010, the next one at 5004. 2 contracts x 5.
    const { result, strategy } = await run(
      overnight([5000, 5010], [5004, 5004]),
      (s) => {
        if (s.iteration === 0) s.send(MES, 2, "buy");
        const position = s.getPosition(MES);
        s.seen.push(`${s.getCash()} ${s.getPortfolioValue()} ${position?.averagePrice} ${position?.unrealizedPnl}`);
      },
      hourly,
    );
    expect(result.cashflows).toEqual([
      { time: TUESDAY + 2 * HOUR, asset: MES, kind: "settlement", amount: 100, quantity: 2, price: 5010 },
    ]);
    expect(strategy.seen).toEqual([
      "100000 100000 undefined undefined",
      "100000 100000 5000 0",
      // 22:00 and 23:00: settled at 5010. 00:00: 5004, so 40 of profit are left of the entry, and 60 of the paid 100 are owed.
      "100100 100100 5000 100",
      "100100 100100 5000 100",
      "100100 100040 5000 40",
    ]);
    expect(result.trades).toMatchObject([{ pnl: 40, entryPrice: 5000 }]);
  });

  it("takes the exchange's settlement price where the source has it; equity stays at the last price", async () => {
    const { result } = await run(
      overnight([5000, 5010], [5004]),
      once((s) => s.send(MES, 2, "buy")),
      {
        budget,
        settlements: [{ asset: MES, tradeDate: "2024-01-02", price: 5008 }],
      },
    );
    expect(result.cashflows).toMatchObject([{ amount: 80, price: 5008 }]);
    const row = result.equity.time.indexOf(TUESDAY + 2 * HOUR);
    // 5010 is the last price: 100 of profit, 80 of it in cash.
    expect([result.equity.value[row], result.equity.cash[row]]).toEqual([100_100, 100_080]);
    expect(result.equity.value.at(-1)).toBe(100_040);
  });

  it("takes in a fill inside the last bar of the session", async () => {
    // A limit at 5000 fills in the bar from 21:00 to 22:00, which ends at 5010.
    const bars = barsOf(MES, [...flat(5005, 1), [5005, 5010, 4999, 5010]], "1h", TUESDAY, HOUR);
    const { result } = await run(
      bars,
      once((s) => s.send(MES, 1, "buy", { limitPrice: 5000 })),
      hourly,
    );
    expect(result.cashflows).toMatchObject([{ time: TUESDAY + 2 * HOUR, amount: 50, price: 5010 }]);
  });

  it("of a position opened as one day ends and the next begins comes a day later", async () => {
    // Nobody knows the exchange of this root: its days end at midnight UTC. Bought at the open of midnight, 3 higher a day on.
    const own = new Asset({ symbol: "XYZ", assetType: "future", expiration: "2024-12-20", multiplier: 10 });
    const bars = barsOf(own, [...flat(100, 2), ...flat(103, 24)], "1h", Date.UTC(2024, 0, 2, 23), HOUR);
    const { result } = await run(bars, (s) => void (s.iteration === 1 && s.send(own, 1, "buy")), hourly);
    expect(result.fills[0]?.time).toBe(Date.UTC(2024, 0, 3));
    expect(result.cashflows).toMatchObject([{ time: Date.UTC(2024, 0, 4), amount: 30 }]);
  });

  it("pays nothing for a day that ends flat, and again for the next one that does not", async () => {
    // Bought at 5000 and sold at 5010 before the close of Tuesday; bought again on Wednesday at 5020, whose session ends at 5023: 3 x 5.
    const wednesday = [5020, 5020, 5023];
    const bars = joinBars([
      overnight([5000, 5010], []),
      hours(TUESDAY + 23 * HOUR, wednesday),
      hours(TUESDAY + 27 * HOUR, [5023]),
    ]);
    const { result } = await run(
      bars,
      (s) => {
        if (s.iteration === 0) s.send(MES, 1, "buy");
        if (s.iteration === 1) s.send(MES, 1, "sell");
        if (s.getTimestamp() === TUESDAY + 23 * HOUR) s.send(MES, 1, "buy");
      },
      hourly,
    );
    expect(result.fills).toHaveLength(3);
    expect(result.cashflows.map(({ time, amount }) => [time, amount])).toEqual([[TUESDAY + 26 * HOUR, 15]]);
  });

  it("does not wait for a bar that runs on over the end of the session", async () => {
    // Bars from 20:30, 21:30 and 22:30: the session ends at 22:00, half an hour into the second. Known then is that it opened at 5010: 10 x 5.
    const bars = barsOf(
      MES,
      [[5000, 5008, 5000, 5008], ...flat(5010, 1), ...flat(5004, 2)],
      "1h",
      TUESDAY + HOUR / 2,
      HOUR,
    );
    const { result } = await run(
      bars,
      once((s) => s.send(MES, 1, "buy")),
      { budget, setup: halfHourly },
    );
    expect(result.status).toBe("complete");
    expect(result.cashflows).toMatchObject([{ time: TUESDAY + 2 * HOUR, kind: "settlement", amount: 50, price: 5010 }]);
  });

  it("does not happen on a bank holiday: the next trading day settles for both", async () => {
    // Martin Luther King Day, Monday 2024-01-15: CME trades to 12:00 in Chicago and does not settle.
    const monday = Date.UTC(2024, 0, 15, 16);
    const rows: Row[] = [
      ...flat(5000, 1),
      ...flat(5010, 1),
      ...Array.from({ length: 30 }, () => [5020, 5020, 5020, 5020] as const),
    ];
    const bars = barsOf(MES, rows, "1h", monday, HOUR);
    const { result } = await run(
      bars,
      once((s) => s.send(MES, 1, "buy")),
      { budget },
    );
    expect(result.cashflows.map((flow) => [flow.time, flow.amount])).toEqual([[Date.UTC(2024, 0, 16, 22), 100]]);
  });

  it("over daily bars happens at each bar's close", async () => {
    const day = 24 * HOUR;
    const rows: Row[] = [5000, 5010, 5004].map((price) => [price, price, price, price] as const);
    const bars = barsOf(MES, rows, "1d", Date.UTC(2024, 0, 3), day);
    const { result } = await run(
      bars,
      once((s) => s.send(MES, 1, "buy")),
      {
        budget,
        settlements: [{ asset: MES, tradeDate: "2024-01-04", price: 5011 }],
      },
    );
    // 5000 on the first day; 5011 given for the second; 5004 on the third.
    expect(result.cashflows.map((flow) => flow.amount)).toEqual([55, -35]);
    expect(result.equity.cash.at(-1)).toBe(100_020);
  });

  it("over bars of a week takes their closes: the exchange's price of one day is not that of the week", async () => {
    // Weeks from Monday the 1st and the 8th of January, bought at 5000, the second closes at 5010: 10 x 5. Monday the 8th was settled at 4900.
    const week = [5000, 5010].flatMap((price) => flat(price, 1));
    const { result } = await run(
      barsOf(MES, week, "1w", Date.UTC(2024, 0, 1), 7 * 24 * HOUR),
      once((s) => s.send(MES, 1, "buy")),
      { budget, settlements: [{ asset: MES, tradeDate: "2024-01-08", price: 4900 }] },
    );
    expect(result.cashflows.map(({ amount, price }) => [amount, price])).toEqual([[50, 5010]]);
  });

  it("is in the saved files", async () => {
    const { readFile } = await import("node:fs/promises");
    const { join } = await import("node:path");
    const folder = temporaryFolder();
    const { result } = await run(
      overnight([5000, 5010], [5004]),
      once((s) => s.send(MES, 2, "buy")),
      { budget },
    );
    await result.save(folder);
    expect(await readFile(join(folder, "cashflows.csv"), "utf8")).toBe(
      "time,asset,kind,amount,quantity,price\n2024-01-02T22:00:00Z,future:MESH24,settlement,100,2,5010\n",
    );
  });
});

describe("the end of a contract", () => {
  /** Third Friday of March 2024; its session ends at 16:00 in Chicago, 21:00 UTC. */
  const friday = Date.UTC(2024, 2, 15, 19);
  const close = Date.UTC(2024, 2, 15, 21);
  const bars = barsOf(MES, [...flat(5000, 1), ...flat(5010, 1)], "1h", friday, HOUR);
  const other = Asset.future("MNQM24");
  const others = barsOf(other, flat(18_000, 8), "1h", friday, HOUR);

  it("closes what is held at the last price, cancels what rests, and refuses what comes after", async () => {
    const { result, strategy } = await run(
      [others, bars],
      (s) => {
        if (s.iteration === 0) s.send(MES, 3, "sell");
        if (s.iteration === 1) s.send(MES, 1, "buy", { limitPrice: 4000 });
        if (s.iteration === 4) s.send(MES, 1, "buy");
      },
      hourly,
    );
    // Sold at 5000, settled and closed at 5010: -10 x 5 x 3.
    expect(result.fills[1]).toMatchObject({
      time: close,
      side: "buy",
      quantity: 3,
      price: 5010,
      fee: 0,
      reason: "expiration",
      orderId: "",
    });
    expect(result.equity.value.at(-1)).toBe(budget - 150);
    expect(result.trades).toMatchObject([{ pnl: -150, open: false, exitTime: close }]);
    expect(strategy.orderLog.map((order) => order.status)).toEqual(["filled", "expired", "rejected"]);
    expect(strategy.refused).toEqual(["contract_expired"]);
    expect(result.events.find((event) => event.code === "position_expired")?.message).toMatch(/5010, the last price/);
  });

  it("takes the final settlement price where it is given", async () => {
    const { result } = await run(
      [others, bars],
      once((s) => s.send(MES, 1, "buy")),
      {
        budget,
        settlements: [{ asset: MES, tradeDate: "2024-03-15", price: 5003.5 }],
      },
    );
    expect(result.fills[1]).toMatchObject({ price: 5003.5 });
    expect(result.equity.value.at(-1)).toBe(budget + 17.5);
  });

  it("on a date without trading is the session before it", async () => {
    // CME's equity futures do not trade on Good Friday, 29 March 2024: Thursday ends at 16:00 in Chicago, 21:00 UTC.
    const good = Asset.future("MES", "2024-03-29");
    const thursday = Date.UTC(2024, 2, 28, 19);
    const { result } = await run(
      [
        barsOf(good, [...flat(5000, 1), ...flat(5010, 1)], "1h", thursday, HOUR),
        barsOf(other, flat(18_000, 4), "1h", thursday, HOUR),
      ],
      once((s) => s.send(good, 1, "buy")),
      hourly,
    );
    expect(result.fills[1]).toMatchObject({ time: Date.UTC(2024, 2, 28, 21), price: 5010, reason: "expiration" });
  });

  it("refuses orders when the run starts after it", async () => {
    const late = barsOf(MES, flat(5000, 3), "1h", Date.UTC(2024, 3, 2, 15), HOUR);
    const { strategy } = await run(
      late,
      once((s) => s.send(MES, 1, "buy")),
      { budget },
    );
    expect(strategy.refused).toEqual(["contract_expired"]);
  });

  it("comes at the end of a daily bar", async () => {
    const daily = barsOf(MES, [...flat(5000, 2), ...flat(5010, 1)], "1d", Date.UTC(2024, 2, 13), 24 * HOUR);
    const { result } = await run(
      [daily, barsOf(other, flat(18_000, 5), "1d", Date.UTC(2024, 2, 13), 24 * HOUR)],
      once((s) => s.send(MES, 1, "buy")),
      { budget },
    );
    expect(result.fills[1]).toMatchObject({ time: Date.UTC(2024, 2, 16), price: 5010, reason: "expiration" });
  });
});

describe("a price series that ends early", () => {
  it("is told when the market goes on, and what is held keeps its last price", async () => {
    const short = barsOf(MES, [...flat(5000, 1), ...flat(5010, 1)], "1h", TUESDAY, HOUR);
    const other = Asset.future("MNQH24");
    const { result, strategy } = await run(
      [short, barsOf(other, flat(17_000, 40), "1h", TUESDAY, HOUR)],
      (s) => {
        if (s.iteration === 0) s.send(MES, 1, "buy");
        if (s.iteration === 30) s.seen.push(`${s.getPosition(MES)?.marketPrice} ${s.getPortfolioValue()}`);
      },
      hourly,
    );
    expect(result.events).toMatchObject([{ code: "price_series_ended", asset: MES, time: Date.UTC(2024, 0, 2, 23) }]);
    expect(strategy.seen).toEqual(["5010 100050"]);
    expect(result.trades).toMatchObject([{ open: true, pnl: 50 }]);
  });

  it("is not told where nothing is held", async () => {
    const other = Asset.future("MNQH24");
    const { result } = await run(
      [hours(TUESDAY, [5000, 5010]), barsOf(other, flat(17_000, 40), "1h", TUESDAY, HOUR)],
      () => {},
      hourly,
    );
    expect(result.events).toEqual([]);
  });

  it("is not told where it ends with the run", async () => {
    const { result } = await run(
      overnight([5000], [5010]),
      once((s) => s.send(MES, 1, "buy")),
      { budget },
    );
    expect(result.events).toEqual([]);
  });
});

/** No exchange has said yet when it opens in 2028: days end at midnight UTC from the end of 2027 on. */
describe("beyond the days that a calendar knows", () => {
  const start = Date.UTC(2028, 0, 4, 20);
  const mes = Asset.future("MES", "2028-03-17");
  const other = Asset.future("MNQ", "2028-03-17");
  const hourlyFrom = (prices: readonly number[], asset = mes) =>
    barsOf(
      asset,
      prices.flatMap((price) => flat(price, 1)),
      "1h",
      start,
      HOUR,
    );

  it("a future is settled at midnight UTC, under the date that ends then", async () => {
    // 2 x 5 x 8 at the exchange's price of the 4th; at midnight its last price is 5010.
    const { result } = await run(
      hourlyFrom([5000, 5010, 5010, 5010, 5004]),
      once((s) => s.send(mes, 2, "buy")),
      { ...hourly, settlements: [{ asset: mes, tradeDate: "2028-01-04", price: 5008 }] },
    );
    expect(result.cashflows.map(({ time, amount }) => [time, amount])).toEqual([[Date.UTC(2028, 0, 5), 80]]);
  });

  it("one ends as the last of its days does", async () => {
    const ending = Asset.future("MES", "2028-01-05");
    const { result } = await run(
      [
        hourlyFrom(
          Array.from({ length: 40 }, () => 5000),
          ending,
        ),
        hourlyFrom(
          Array.from({ length: 40 }, () => 17_000),
          other,
        ),
      ],
      once((s) => s.send(ending, 1, "buy")),
      hourly,
    );
    expect(result.fills.slice(1).map(({ time, reason }) => [time, reason])).toEqual([
      [Date.UTC(2028, 0, 6), "expiration"],
    ]);
  });

  it("it is told at the next midnight that bars have ended", async () => {
    const { result } = await run(
      [
        hourlyFrom([5000, 5010]),
        hourlyFrom(
          Array.from({ length: 10 }, () => 17_000),
          other,
        ),
      ],
      once((s) => s.send(mes, 1, "buy")),
      hourly,
    );
    expect(result.events).toMatchObject([{ code: "price_series_ended", asset: mes, time: Date.UTC(2028, 0, 5) }]);
  });

  it("a bar of a day has the date on which it opens", async () => {
    // Days from 23:00 on: the first is of the 4th.
    const { result } = await run(
      barsOf(mes, [...flat(5000, 1), ...flat(5004, 1)], "1d", start + 3 * HOUR, 24 * HOUR),
      once((s) => s.send(mes, 1, "buy")),
      { budget, settlements: [{ asset: mes, tradeDate: "2028-01-04", price: 5002 }] },
    );
    expect(result.cashflows.map(({ amount }) => amount)).toEqual([10, 10]);
  });
});

describe("a daily bar that opens on the evening before", () => {
  it("is settled at the price of the day that the exchange books it under", async () => {
    // CME's session of Wednesday the 3rd opens on Tuesday at 23:00 UTC: 5008 is its price, 5001 that of the day before.
    const { result } = await run(
      barsOf(MES, [...flat(5000, 1), ...flat(5010, 1)], "1d", Date.UTC(2024, 0, 2, 23), 24 * HOUR),
      once((s) => s.send(MES, 1, "buy")),
      {
        budget,
        settlements: [
          { asset: MES, tradeDate: "2024-01-02", price: 5001 },
          { asset: MES, tradeDate: "2024-01-03", price: 5008 },
        ],
      },
    );
    // 8 x 5, then on to the close of 5010, of which the exchange tells nothing.
    expect(result.cashflows.map(({ amount, price }) => [amount, price])).toEqual([
      [40, 5008],
      [10, 5010],
    ]);
  });
});

describe("a daily bar that is dated by a day without a session", () => {
  it("is settled at its own close, not at the price of the session that its evening belongs to", async () => {
    // UTC days, as Databento has them: the bar of Sunday the 7th is the first hour of Monday's session, for which 5020 was told.
    const price = [5000, 5005, 5015];
    const bars = Bars.from({
      asset: MES,
      timestep: "1d",
      time: [Date.UTC(2024, 0, 5), Date.UTC(2024, 0, 7), Date.UTC(2024, 0, 8)],
      ...{ open: price, high: price, low: price, close: price, volume: price.map(() => 10) },
    });
    const { result } = await run(
      bars,
      once((s) => s.send(MES, 1, "buy")),
      { budget, settlements: [{ asset: MES, tradeDate: "2024-01-08", price: 5020 }] },
    );
    // 5 x 5 for Sunday, 15 x 5 for Monday.
    expect(result.cashflows.map(({ amount }) => amount)).toEqual([25, 75]);
  });
});

describe("entry prices", () => {
  /** Exchange ticks that have no short decimal, or are small. */
  it.each([
    ["ZB", "ZBH24", 1 / 32, 3_840, 1_000],
    ["6E", "6EH24", 0.00005, 21_691, 125_000],
    ["CL below zero", "CLH24", 0.01, -3_763, 1_000],
  ])(
    "of %s blend over adds and stay over part closes, to the last bit at one price",
    async (_, symbol, tick, ticks, size) => {
      const asset = Asset.future(symbol);
      const at = (n: number): number => Number(((ticks + n) * tick).toFixed(9));
      const rows: Row[] = [0, 0, 0, 2, 2, 2].map((n) => [at(n), at(n), at(n), at(n)] as const);
      const seen: (number | undefined)[] = [];
      const { result } = await run(
        barsOf(asset, rows),
        (s) => {
          seen.push(s.getPosition(asset)?.averagePrice);
          if (s.iteration === 0) s.send(asset, 2, "buy");
          if (s.iteration === 1) s.send(asset, 1, "buy");
          if (s.iteration === 2) s.send(asset, 1, "sell");
          if (s.iteration === 3) s.send(asset, 2, "buy");
          if (s.iteration === 4) s.send(asset, 6, "sell");
        },
        { budget: 1_000_000, tradeMatching: "flat-to-flat" },
      );
      // 2, then 3, then 2 at the first price; 2 more two ticks higher: one tick above it; then a flip to short 2 at the second price.
      expect(seen.slice(0, 4)).toEqual([undefined, at(0), at(0), at(0)]);
      expect(seen[4]).toBeCloseTo(at(1), 12);
      expect(seen[5]).toBe(at(2));
      // 4 contracts closed with a mean gain of one tick.
      expect(result.trades.map((trade) => trade.pnl)[0]).toBeCloseTo(4 * tick * size, 6);
    },
  );

  it("two expirations of one root are two positions, and their spread earns the difference", async () => {
    const [near, far] = [Asset.future("MESH24"), Asset.future("MESM24")];
    const { result } = await run(
      [barsOf(near, [...flat(5000, 2), ...flat(5010, 2)]), barsOf(far, [...flat(5050, 2), ...flat(5056, 2)])],
      once((s) => {
        s.send(near, 2, "sell");
        s.send(far, 2, "buy");
      }),
      { budget },
    );
    // The near one rose 10, the far one 6: 4 points x 5 x 2 lost.
    expect(result.equity.value.at(-1)).toBe(budget - 40);
    expect(result.trades.map((trade) => [trade.asset.symbol, trade.pnl])).toEqual([
      ["MESH24", -100],
      ["MESM24", 60],
    ]);
  });
});

/** Cash and positions kept by hand in whole ticks, beside the engine's. */
class Ledger extends Strategy {
  static override assets = [MES];
  readonly problems: string[] = [];
  readonly #moves: readonly number[];
  readonly #sent: Order[] = [];
  #told = 0;
  #row = 0;
  #quantity = 0;
  #ticks = 0;
  #realized = 0;
  #fees = 0;

  constructor(moves: readonly number[]) {
    super();
    this.#moves = moves;
  }

  override onTradingIteration() {
    this.check("iteration");
    const wanted = this.#moves[this.#row++ % this.#moves.length] ?? 0;
    if (wanted === 0) return;
    const order = this.submitOrder(this.createOrder(MES, Math.abs(wanted), wanted > 0 ? "buy" : "sell"));
    this.#sent.push(order);
  }

  override onFilledOrder(_position: Position | undefined, order: Order, price: number, quantity: number) {
    const units = order.side === "buy" ? quantity : -quantity;
    const ticks = price * 4;
    const closing = this.#quantity * units < 0 ? Math.min(Math.abs(units), Math.abs(this.#quantity)) : 0;
    const mean = this.#quantity === 0 ? 0 : this.#ticks / this.#quantity;
    this.#realized += Math.sign(this.#quantity) * closing * (ticks - mean) * 1.25;
    this.#ticks += Math.sign(units) * (Math.abs(units) - closing) * ticks - Math.sign(this.#quantity) * closing * mean;
    this.#quantity += units;
    if (this.#quantity === 0) this.#ticks = 0;
    this.#fees += quantity * 0.62;
    this.#told += 1;
    // Fills of one instant are booked together and told one after the other.
    if (this.#told === this.#sent.filter(({ status }) => status === "filled").length) this.check("fill");
  }

  check(where: string) {
    const position = this.getPosition(MES);
    const open = position === undefined ? 0 : (this.#quantity * position.marketPrice * 4 - this.#ticks) * 1.25;
    const expected = budget + this.#realized + open - this.#fees;
    const found = this.getPortfolioValue();
    if (Math.abs(found - expected) > 0.005) this.problems.push(`${where}: ${found}, by hand ${expected}`);
    if (position !== undefined && Math.abs(position.unrealizedPnl - open) > 0.005)
      this.problems.push(`${where}: open ${position.unrealizedPnl}, by hand ${open}`);
  }
}

describe("for any prices and orders over days of settlements", () => {
  it("cash and open equity are the start, what was realised and is open, less fees, after every event", () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: -30, max: 30 }), { minLength: 10, maxLength: 120 }),
        fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 1, maxLength: 7 }),
        fc.constantFrom("fifo", "flat-to-flat"),
        async (steps, moves, tradeMatching) => {
          let ticks = 20_000;
          const rows = steps.map((step): Row => {
            ticks += step;
            return [ticks / 4, ticks / 4, ticks / 4, ticks / 4];
          });
          const bars = barsOf(MES, rows, "1h", TUESDAY, HOUR);
          const { InMemoryBacktesting } = await import("backlit");
          const strategy = new Ledger(moves);
          const fee = [new TradingFee({ perContract: 0.62 })];
          const result: BacktestResult = await strategy.backtest(
            InMemoryBacktesting,
            TUESDAY,
            TUESDAY + rows.length * HOUR,
            {
              data: [bars],
              budget,
              market: "24/7",
              buyTradingFees: fee,
              sellTradingFees: fee,
              tradeMatching,
            },
          );
          expect(strategy.problems).toEqual([]);
          const settled = result.cashflows.reduce((sum, flow) => sum + flow.amount, 0);
          expect(Number.isFinite(settled)).toBe(true);
          const profit = result.trades.reduce((sum, trade) => sum + trade.pnl, 0);
          expect(result.equity.value.at(-1)).toBeCloseTo(budget + profit, 2);
        },
      ),
      { numRuns: 80 },
    ));
});

describe("a contract whose bars end with its last day", () => {
  it("expires, and is not told to have ended early, on a market of which no calendar is known either", async () => {
    const unknown = new Asset({ symbol: "QQX", assetType: "future", expiration: "2024-01-04", multiplier: 10 });
    const margins = { QQX: { initial: 100, maintenance: 100 } };
    const start = Date.UTC(2024, 0, 2);
    const { result } = await run(
      [barsOf(unknown, flat(100, 3), "1d", start, 86_400_000), barsOf(STOCK, flat(10, 6), "1d", start, 86_400_000)],
      once((s) => s.send(unknown, 1, "buy")),
      { margins },
    );
    expect(result.events.map(({ code }) => code)).toEqual(["position_expired"]);
  });
});
