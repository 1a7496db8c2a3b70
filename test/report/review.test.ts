import { describe, expect, it } from "vitest";
import { Asset } from "../../src/market/asset.ts";
import type { BarSeries } from "../../src/market/bar-series.ts";
import { MINUTE } from "../../src/market/time.ts";
import { parseTimestep } from "../../src/market/timestep.ts";
import { computeStatistics, type ReviewCode, reviewRun } from "../../src/report/index.ts";
import { barsOf, check, ES, filled, type Row, T0, traded } from "./review-support.ts";
import { dailyEquity, outcomeOf, SETTINGS, tradeOf } from "./support.ts";

describe("few trades", () => {
  const of = (count: number) =>
    check("few_trades", outcomeOf({ trades: Array.from({ length: count }, () => tradeOf(1)) }));

  it("is found below 30 closed trades, and not from 30 on", () => {
    expect(of(29)).toMatchObject({ status: "found", figures: { trades: 29, least: 30 } });
    expect(of(30).status).toBe("clear");
    expect(of(29).text).toBe("29 closed trades only, fewer than 30.");
  });
});

describe("one day's share of the profit", () => {
  const of = (values: readonly number[]) => check("one_day_profit", outcomeOf({ equity: dailyEquity(values) }));

  it("is found above a third of the net profit", () => {
    // Gains 10, 10, 10, 10, 20: 20 of 60 is a third, not more. With 21 of 61 it is.
    expect(of([100, 110, 120, 130, 140, 160])).toMatchObject({ status: "clear", figures: { gain: 20, share: 1 / 3 } });
    expect(of([100, 110, 120, 130, 140, 161])).toMatchObject({
      status: "found",
      figures: { gain: 21, share: 21 / 61 },
    });
  });

  it("counts what losing days took back: one day can make more than everything", () => {
    // +50 then four losses of 10: net 10, the day 500 %.
    const found = of([100, 150, 140, 130, 120, 110]);
    expect(found).toMatchObject({ status: "found", figures: { gain: 50, share: 5, time: Date.UTC(2025, 0, 2) } });
    expect(found.text).toBe("The best session, 2025-01-02, made 50.00, 500.0 % of the net profit of 10.00.");
  });

  it("is not asked without a profit or of fewer than five sessions", () => {
    expect(of([100, 110, 120, 115, 105, 100]).status).toBe("unknown");
    expect(of([100, 110, 120, 130, 150]).text).toBe("The run has 4 sessions, fewer than 5.");
    expect(of([100, 110, 120, 130, 150, 151]).status).toBe("found");
  });
});

describe("fills at the extreme of their bar", () => {
  const bars = barsOf(
    ES,
    Array.from({ length: 40 }, () => [100, 101, 99, 100.5, 500] as const),
  );
  /** `touched` limit buys at the low of 99, the rest inside the bar. */
  const of = (touched: number, all: number) =>
    check(
      "fills_at_extreme",
      traded(
        Array.from({ length: all }, (_, i) => {
          const price = i < touched ? 99 : 99.5;
          return filled("buy", price, T0 + (i + 1) * MINUTE - 1, { options: { limitPrice: price } });
        }),
      ),
      [bars],
    );

  it("are found above one in twenty", () => {
    expect(of(1, 20)).toMatchObject({ status: "clear", figures: { fills: 20, count: 1, share: 0.05 } });
    expect(of(2, 20)).toMatchObject({ status: "found", figures: { fills: 20, count: 2, share: 0.1 } });
  });

  it("are of limit orders on the favourable side only, and not at the open", () => {
    const only = (pair: ReturnType<typeof filled>, row: Row) =>
      check("fills_at_extreme", traded([pair]), [barsOf(ES, [row])]).figures["count"];
    const limit = (side: "buy" | "sell", price: number) => filled(side, price, T0, { options: { limitPrice: price } });
    expect(only(limit("sell", 101), [100, 101, 99, 100, 9])).toBe(1);
    expect(only(limit("buy", 101), [100, 101, 99, 100, 9])).toBe(0);
    expect(only(limit("buy", 99), [99, 101, 99, 100, 9])).toBe(0);
    expect(only(filled("buy", 99, T0), [99.5, 101, 99, 100, 9])).toBe(0);
    const stop = filled("sell", 99, T0, { options: { stopPrice: 99 } });
    expect(only(stop, [100, 101, 99, 100, 9])).toBe(0);
  });

  it("cannot be looked for without bars", () => {
    expect(check("fills_at_extreme", traded([filled("buy", 99, T0)])).status).toBe("unknown");
  });
});

describe("volume of the bars of fills", () => {
  const of = (code: ReviewCode, volumes: readonly number[], quantity = 1) =>
    check(code, traded(volumes.map((_, i) => filled("buy", 100, T0 + i * MINUTE, { quantity }))), [
      barsOf(
        ES,
        volumes.map((volume) => [100, 101, 99, 100, volume] as const),
      ),
    ]);
  const full = (count: number) => Array.from({ length: count }, () => 500);

  it("is thin where a fill takes more than a tenth of it", () => {
    // One of ten contracts is a tenth, one of nine is more.
    expect(of("thin_fills", [10])).toMatchObject({ status: "clear", figures: { count: 0 } });
    expect(of("thin_fills", [9])).toMatchObject({ status: "found", figures: { count: 1, share: 1 } });
    expect(of("thin_fills", [49], 5)).toMatchObject({ status: "found" });
    expect(of("thin_fills", [50], 5)).toMatchObject({ status: "clear" });
  });

  it("is told above one fill in twenty", () => {
    expect(of("thin_fills", [9, ...full(19)])).toMatchObject({ status: "clear", figures: { share: 0.05 } });
    expect(of("thin_fills", [9, ...full(18)])).toMatchObject({ status: "found", figures: { share: 1 / 19 } });
  });

  it("is serious where it is zero, from the first fill on", () => {
    expect(of("zero_volume_fills", [0, ...full(99)])).toMatchObject({
      status: "found",
      severity: "serious",
      figures: { fills: 100, count: 1 },
    });
    expect(of("zero_volume_fills", full(3)).status).toBe("clear");
    // A bar without volume is not thin as well.
    expect(of("thin_fills", [0, 500])).toMatchObject({ status: "clear", figures: { count: 0 } });
  });

  it("is not asked of data that has none", () => {
    const silent = barsOf(Asset.future("NQH25"), [[100, 101, 99, 100, 0]]);
    const pairs = [filled("buy", 100, T0), filled("buy", 100, T0, { asset: silent.asset })];
    const mixed = check("zero_volume_fills", traded(pairs), [barsOf(ES, [[100, 101, 99, 100, 9]]), silent]);
    expect(mixed).toMatchObject({ status: "clear", figures: { fills: 1, count: 0 } });
    expect(of("zero_volume_fills", [0, 0]).text).toBe("The bars have no volume at all.");
    expect(of("thin_fills", [0, 0]).status).toBe("unknown");
  });
});

describe("incomplete sessions", () => {
  const STOCK = Asset.stock("SPY");
  const settings = {
    ...SETTINGS,
    market: "NYSE",
    start: "2025-03-10T00:00:00Z",
    end: "2025-03-15T00:00:00Z",
    sleeptime: "1m",
  };
  const dates = ["2025-03-10", "2025-03-11", "2025-03-12", "2025-03-13", "2025-03-14"];
  /** So many minutes from 9:30 in New York (13:30 UTC in summer time) of each of the five days; 390 make a session. */
  function week(counts: readonly number[], asset = STOCK): BarSeries {
    const time = counts.flatMap((count, i) =>
      Array.from({ length: count }, (_, minute) => Date.parse(`${dates[i]}T13:30:00Z`) + minute * MINUTE),
    );
    const flat = Float64Array.from(time, () => 100);
    const columns = { time: Float64Array.from(time), open: flat, high: flat, low: flat, close: flat, volume: flat };
    return { asset, timestep: parseTimestep("1m"), length: time.length, ...columns };
  }
  const run = (bars: BarSeries, parts: Partial<typeof settings> = {}) =>
    check(
      "incomplete_sessions",
      outcomeOf({
        settings: { ...settings, ...parts },
        data: [{ asset: STOCK.key, timestep: "1m", source: "x", rows: 1, first: null, last: null, hash: "" }],
        equity: {
          time: Float64Array.of(0, Date.parse(settings.end)),
          value: Float64Array.of(1, 1),
          cash: Float64Array.of(1, 1),
        },
      }),
      [bars],
    );

  it("are found below 95 % of the usual bars", () => {
    // 0.95 x 390 = 370.5.
    expect(run(week([390, 390, 371, 390, 390]))).toMatchObject({
      status: "clear",
      figures: { sessions: 5, incomplete: 0 },
    });
    expect(run(week([390, 390, 370, 390, 390]))).toMatchObject({
      status: "found",
      text: "1 of 5 sessions with fewer bars than usual: 2025-03-12 has 370 of 390.",
    });
  });

  it("are sessions without any bar as well, and the first ones are named", () => {
    expect(run(week([390, 0, 10, 390, 390])).text).toBe(
      "2 of 5 sessions with fewer bars than usual: 2025-03-11 has 0 of 390, 2025-03-12 has 10 of 390.",
    );
    expect(run(week([1, 390, 390, 390, 390, 390].slice(0, 5))).figures["incomplete"]).toBe(1);
  });

  it("are measured by what is usual in a thin market", () => {
    // Usual is the median share, 200 of 390; 0.95 x 200 = 190.
    expect(run(week([200, 200, 190, 200, 200])).status).toBe("clear");
    expect(run(week([200, 200, 189, 200, 200])).status).toBe("found");
  });

  it("are only those that lie wholly in the run", () => {
    const bars = week([390, 390, 390, 390, 100]);
    expect(run(bars).figures).toEqual({ sessions: 5, incomplete: 1 });
    expect(run(bars, { end: "2025-03-14T15:10:00Z" }).figures).toEqual({ sessions: 4, incomplete: 0 });
  });

  it("count daily bars by their trade date, stamped at midnight or at the open", () => {
    for (const hour of ["00:00", "13:30"]) {
      const time = Float64Array.from(
        dates.filter((_, i) => i !== 3),
        (date) => Date.parse(`${date}T${hour}:00Z`),
      );
      const bars = { ...week([4, 0, 0, 0, 0]), time, timestep: parseTimestep("1d") };
      expect(run(bars).text).toBe("1 of 5 sessions with fewer bars than usual: 2025-03-13 has 0 of 1.");
    }
  });

  it("are those of an instrument that still trades", () => {
    const contract = Asset.future("ES", "2025-03-12");
    const bars = week([390, 390, 100, 0, 0], contract);
    const parts = { assets: [contract.key], market: "XNYS", calendar: "XNYS" };
    expect(run(bars, parts).figures).toEqual({ sessions: 2, incomplete: 0 });
    expect(run(week([390, 100, 100, 0, 0], contract), parts).figures).toEqual({ sessions: 2, incomplete: 1 });
  });

  it("cannot be looked for where the market never closes", () => {
    expect(run(week([390, 0, 0, 0, 0]), { market: "24/7", calendar: "24/7" }).status).toBe("unknown");
    expect(check("incomplete_sessions", outcomeOf()).status).toBe("unknown");
  });
});

describe("unadjusted splits", () => {
  const of = (asset: Asset, before: number, after: number) =>
    check("unadjusted_splits", outcomeOf(), [
      barsOf(
        asset,
        [
          [before, before, before, before, 100],
          [after, after, after, after, 100],
        ],
        Date.UTC(2025, 0, 6),
        "1d",
      ),
    ]);
  const SPY = Asset.stock("SPY");

  it("are suspected within 4 % of a factor", () => {
    // 4:1 from 400 is 100; quotients 400 / 96.16 = 4.1597 and 400 / 96.15 = 4.1602.
    expect(of(SPY, 400, 96.16)).toMatchObject({ status: "found", severity: "serious", figures: { suspects: 1 } });
    expect(of(SPY, 400, 96.15).status).toBe("clear");
    expect(of(SPY, 400, 96.16).text).toBe("1 jump as of a split: SPY 4:1 on 2025-01-07.");
    expect(of(SPY, 400, 89).status).toBe("clear");
    expect(of(SPY, 10, 100).text).toBe("1 jump as of a split: SPY 1:10 on 2025-01-07.");
  });

  it("are seen in minutes whose first trade was still at the old price, as the morning after Apple's 7:1 began", () => {
    const bars = (timestep: string) =>
      barsOf(
        SPY,
        [
          [645.66, 645.85, 645.6, 645.7, 727],
          [645.57, 645.57, 92.23, 92.42, 600],
          [92.46, 92.46, 92.46, 92.46, 59],
        ],
        Date.UTC(2014, 5, 9),
        timestep,
      );
    // 645.7 / 92.42 = 6.987, within 4 % of 7.
    expect(
      check("unadjusted_splits", outcomeOf({ settings: { ...SETTINGS, start: "2014-06-05T00:00:00Z" } }), [bars("1m")])
        .text,
    ).toBe("1 jump as of a split: SPY 7:1 on 2014-06-09.");
    // The close of a day holds a day's news.
    expect(
      check("unadjusted_splits", outcomeOf({ settings: { ...SETTINGS, start: "2014-06-05T00:00:00Z" } }), [bars("1d")])
        .status,
    ).toBe("clear");
  });

  it("are not what news does, nor looked for in futures or at prices below zero", () => {
    // 100 / 52.1 = 1.919, below 1.92.
    expect(of(SPY, 100, 52.1).status).toBe("clear");
    expect(of(SPY, 100, 52).status).toBe("found");
    expect(of(ES, 400, 100).status).toBe("unknown");
    expect(of(SPY, -10, -20).status).toBe("clear");
  });

  it("count from the start of the run on", () => {
    const settings = { ...SETTINGS, start: "2025-01-07T00:00:00.001Z" };
    const bars = barsOf(
      SPY,
      [
        [400, 400, 400, 400, 1],
        [100, 100, 100, 100, 1],
      ],
      Date.UTC(2025, 0, 6),
      "1d",
    );
    expect(check("unadjusted_splits", outcomeOf({ settings }), [bars]).status).toBe("clear");
  });
});

describe("the review as a whole", () => {
  it("asks everything, found first and serious before the rest, each with a sentence on why", () => {
    const outcome = traded([filled("buy", 100, T0)]);
    const bars = barsOf(ES, [
      [100, 101, 99, 100, 0],
      [100, 101, 99, 100, 5],
    ]);
    const { checks } = reviewRun(outcome, computeStatistics(outcome), [bars]);
    expect(new Set(checks.map(({ code }) => code)).size).toBe(13);
    expect(checks[0]?.code).toBe("zero_volume_fills");
    const order = ["found", "unknown", "clear"];
    const places = checks.map(({ status }) => order.indexOf(status));
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    for (const { why, text } of checks) {
      expect(why.length).toBeGreaterThan(40);
      expect(text).toMatch(/\.$/);
    }
  });

  it("is plain data and survives an empty run, ruin and NaN marks", () => {
    for (const values of [[], [100_000], [100_000, -5], [100_000, Number.NaN, 100_000], [0, 0]]) {
      const outcome = outcomeOf({ equity: dailyEquity(values) });
      const review = reviewRun(outcome, computeStatistics(outcome), []);
      expect(JSON.parse(JSON.stringify(review))).toEqual(review);
      expect(review.checks).toHaveLength(13);
    }
  });
});
