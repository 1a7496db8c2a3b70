/** Bars of a day that are stamped with their date, beside shorter ones: they open with their session, in a backtest and in a replay. */
import { Asset, Bars, type BarsRequest, DataMissingError, type DataSource, InMemoryBacktesting } from "backlit";
import { describe, expect, it } from "vitest";
import { bothWays, firstDifference, logOf, type Span } from "../live/support.ts";
import { barsOf, ES, flat, type Row, Scripted, STOCK } from "./support.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const COIN = Asset.crypto("BTC");
/** Tuesday to Thursday, of the first week of a year and of one in summer. */
const WINTER = Date.UTC(2024, 0, 2);
const SUMMER = Date.UTC(2024, 6, 9);
const ROWS: readonly Row[] = [
  [100, 105, 99, 104],
  [110, 112, 108, 111],
  [120, 123, 118, 121],
];

const days = (asset: Asset, rows = ROWS, start = WINTER) => barsOf(asset, rows, "1d", start, DAY);
const hours = (count = 72, start = WINTER) => barsOf(COIN, flat(50, count), "1h", start, HOUR);
const at = (day: number, hour: number, minute = 0, start = WINTER) => start + day * DAY + hour * HOUR + minute * 60_000;

/** Runs it as a backtest and as a replay, which must be the same; the backtest's strategy and result. */
async function run(
  act: (strategy: Scripted, now: number) => void | Promise<void>,
  data: readonly Bars[],
  { assets = data.map(({ asset }) => asset), ...span }: Partial<Span> & { readonly assets?: readonly Asset[] } = {},
) {
  const made: Scripted[] = [];
  const make = () => {
    const strategy = new Scripted(
      (self) => act(self, self.getTimestamp()),
      (self) => {
        self.sleeptime = "1h";
      },
    );
    made.push(strategy);
    return strategy;
  };
  const start = data[0]?.time[0] ?? 0;
  const whole = { start, end: start + 3 * DAY, ...span };
  const options = { assets, budget: 1_000_000, logLevel: "silent" } as const;
  const { backtest, live } = await bothWays(make, data, options, whole);
  expect(firstDifference(logOf(live), logOf(backtest))).toBe(undefined);
  return { strategy: made[0] as Scripted, result: backtest };
}

describe("beside hours, a bar of a day that is stamped with its date", () => {
  it.each([
    { season: "winter", start: WINTER, opens: [14, 30] },
    { season: "summer", start: SUMMER, opens: [13, 30] },
  ] as const)("opens with New York's session in $season: until then its open is not the last price", async (given) => {
    const { start, opens } = given;
    const prices = new Map<number, number | undefined>();
    const data = [days(STOCK, ROWS, start), hours(72, start)];
    await run(async (strategy, now) => void prices.set(now, await strategy.getLastPrice(STOCK)), data);
    const [hour] = opens;
    // Tuesday's bar has closed at midnight at 104; Wednesday's opens at half past the hour at 110.
    expect(prices.get(at(0, hour, 0, start))).toBe(undefined);
    expect(prices.get(at(0, hour + 1, 0, start))).toBe(100);
    expect(prices.get(at(1, 0, 0, start))).toBe(104);
    expect(prices.get(at(1, hour, 0, start))).toBe(104);
    expect(prices.get(at(1, hour + 1, 0, start))).toBe(110);
    expect(prices.get(at(2, 0, 0, start))).toBe(111);
  });

  it("fills orders from then on: those sent before at its open or in it, those sent later in the next", async () => {
    const { result } = await run(
      (strategy, now) => {
        if (now === at(1, 10)) {
          strategy.send(STOCK, 1, "buy");
          strategy.send(STOCK, 2, "buy", { limitPrice: 109 });
          strategy.send(STOCK, 3, "buy", { timeInForce: "opg" });
          strategy.send(STOCK, 4, "buy", { timeInForce: "cls" });
        }
        if (now === at(1, 15)) strategy.send(STOCK, 5, "sell");
      },
      [days(STOCK), hours()],
    );
    expect(result.fills.map(({ quantity, price, time }) => [quantity, price, time])).toEqual([
      [1, 110, at(1, 14, 30)],
      [3, 110, at(1, 14, 30)],
      // Wednesday's low is 108; its way and its close are known when it is over.
      [2, 109, at(2, 0) - 1],
      [4, 111, at(2, 0) - 1],
      [5, 120, at(2, 14, 30)],
    ]);
  });

  it("is still to open where the run starts in the morning, whichever asset comes in first", async () => {
    const buyAtOnce = (strategy: Scripted) => {
      if (strategy.iteration === 0) strategy.send(STOCK, 1, "buy");
    };
    const span = { start: at(1, 9), end: at(3, 0) };
    for (const assets of [
      [STOCK, COIN],
      [COIN, STOCK],
    ]) {
      const { result } = await run(buyAtOnce, [days(STOCK), hours()], { ...span, assets });
      expect(result.fills.map(({ price, time }) => [price, time])).toEqual([[110, at(1, 14, 30)]]);
    }
    // In the afternoon it is in progress, unseen.
    const { result } = await run(buyAtOnce, [days(STOCK), hours()], { ...span, start: at(1, 15) });
    expect(result.fills.map(({ price, time }) => [price, time])).toEqual([[120, at(2, 14, 30)]]);
  });

  it("does not open where the run ends before", async () => {
    const { strategy, result } = await run(
      (self, now) => {
        if (now === at(2, 9)) self.send(STOCK, 1, "buy");
      },
      [days(STOCK), hours()],
      { end: at(2, 14) },
    );
    expect(result.status).toBe("complete");
    expect(result.fills).toEqual([]);
    expect(strategy.orderLog.map(({ status }) => status)).toEqual(["open"]);
    expect(result.equity.time.at(-1)).toBe(at(2, 14));
  });

  it("opens so from the instant on at which the first shorter bars come into the run", async () => {
    const { result } = await run(
      async (strategy, now) => {
        if (now === at(0, 0)) strategy.send(STOCK, 1, "buy");
        if (now !== at(1, 0)) return;
        // By days alone its open is the instant of its date; the hours are asked for at the next.
        strategy.send(STOCK, 2, "buy");
        await strategy.getLastPrice(COIN);
      },
      [days(STOCK), hours()],
      { assets: [STOCK] },
    );
    expect(result.fills.map(({ quantity, price, time }) => [quantity, price, time])).toEqual([
      [1, 100, at(0, 0)],
      [2, 110, at(1, 14, 30)],
    ]);
  });

  it("opens at its stamp where that lies in a session, and where its day has none", async () => {
    // Midnight UTC is 18:00 in Chicago, in the session of the next date. Good Friday is a day without a session in New York.
    const thursday = Date.UTC(2024, 2, 28);
    const fills = async (asset: Asset, sentAt: number) => {
      const data = [days(asset, ROWS, thursday), hours(72, thursday)];
      const { result } = await run((strategy, now) => {
        if (now === sentAt) strategy.send(asset, 1, "buy");
      }, data);
      return result.fills.map(({ price, time }) => [price, time]);
    };
    const inJune = Asset.future("ESM24");
    expect(await fills(inJune, thursday - HOUR + DAY)).toEqual([[110, thursday + DAY]]);
    expect(await fills(STOCK, thursday - HOUR + DAY)).toEqual([[110, thursday + DAY]]);
  });

  it("of a week opens with the first session of the week", async () => {
    // Monday the 15th is a holiday in New York.
    const monday = Date.UTC(2024, 0, 15);
    const { result } = await run(
      (strategy) => {
        if (strategy.iteration === 0) strategy.send(STOCK, 1, "buy");
      },
      [barsOf(STOCK, ROWS, "1w", monday, 7 * DAY), hours(72, monday)],
    );
    expect(result.fills.map(({ price, time }) => [price, time])).toEqual([[100, monday + DAY + 14.5 * HOUR]]);
  });

  it("opens with that of its own exchange", async () => {
    const london = new Asset({ symbol: "BARC", exchange: "XLON" });
    const { result } = await run(
      (strategy, now) => {
        if (now !== at(1, 1)) return;
        strategy.send(london, 1, "buy");
        strategy.send(STOCK, 1, "buy");
      },
      [days(STOCK), days(london), hours()],
    );
    expect(result.fills.map(({ asset, time }) => [asset.symbol, time])).toEqual([
      ["BARC", at(1, 8)],
      ["ACME", at(1, 14, 30)],
    ]);
  });

  it("fills a combination when its legs open with their session, all of them there", async () => {
    const [lower, upper] = [470, 480].map((strike) =>
      Asset.option({ symbol: "SPY", expiration: "2024-03-15", strike, right: "call" }),
    ) as [Asset, Asset];
    const { result } = await run(
      (strategy, now) => {
        if (now !== at(1, 1)) return;
        const legs = [
          { asset: lower, quantity: 1, side: "buy" },
          { asset: upper, quantity: 1, side: "sell" },
        ] as const;
        strategy.submitOrder(strategy.createMultilegOrder(legs));
      },
      [days(lower), days(upper), hours()],
    );
    expect(result.fills.map(({ asset, price, time }) => [asset.strike, price, time])).toEqual([
      [470, 110, at(1, 14, 30)],
      [480, 110, at(1, 14, 30)],
    ]);
  });
});

describe("with the finer bars inside it, a bar of a day beside hours", () => {
  /** Wednesday's hours of the share: those before its session would have filled the order at 90. */
  const inside = Bars.from({
    asset: STOCK,
    timestep: "1h",
    time: [at(1, 9), at(1, 14), at(1, 15)],
    open: [90, 110, 109],
    high: [91, 112, 111],
    low: [89, 110, 108],
    close: [90, 110, 111],
    volume: [5, 100, 100],
  });
  class DaysOfHours implements DataSource {
    readonly name = "days of hours";
    assets() {
      return [STOCK, COIN];
    }
    baseTimestep(asset: Asset) {
      return asset === STOCK ? days(STOCK).timestep : hours().timestep;
    }
    async getBars({ asset, timestep, start, end, lookback = 0 }: BarsRequest): Promise<Bars> {
      const all = asset.symbol === STOCK.symbol ? [days(STOCK), inside] : [hours()];
      const series = all.find((bars) => bars.timestep === timestep);
      if (series === undefined) throw new DataMissingError(`no ${timestep.name} bars of ${asset}`);
      const before = [...series.time].filter((time) => time < start).length;
      return series.slice(Math.max(0, before - lookback), [...series.time].filter((time) => time < end).length);
    }
  }

  it("is examined on those of its session, the one it begins in included", async () => {
    const make = () =>
      new Scripted(
        (strategy) => {
          if (strategy.getTimestamp() === at(1, 1)) strategy.send(STOCK, 1, "buy", { limitPrice: 109.5 });
        },
        (strategy) => {
          strategy.sleeptime = "1h";
        },
      );
    const options = { intrabar: "finer", budget: 1e6, logLevel: "silent" } as const;
    const span = { start: at(0, 0), end: at(3, 0) };
    const backtest = await make().backtest(DaysOfHours, span.start, span.end, options);
    const live = await make().run({ source: DaysOfHours, broker: "paper", ...span, ...options });
    // The hour from 15:00 opens at 109, below the limit.
    expect(backtest.fills.map(({ price, time }) => [price, time])).toEqual([[109, at(1, 15)]]);
    expect(firstDifference(logOf(live), logOf(backtest))).toBe(undefined);
  });
});

describe("in a run of days alone", () => {
  it("a bar opens at its stamp, as all others do", async () => {
    const strategy = new Scripted((self) => {
      if (self.iteration === 0) self.send(STOCK, 1, "buy");
    });
    const data = [days(STOCK), days(ES)];
    const result = await strategy.backtest(InMemoryBacktesting, WINTER, at(3, 0), { data, budget: 1e6 });
    expect(result.fills.map(({ price, time }) => [price, time])).toEqual([[100, WINTER]]);
  });
});
