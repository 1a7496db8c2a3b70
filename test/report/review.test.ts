import { describe, expect, it } from "vitest";
import { Asset } from "../../src/market/asset.ts";
import type { BarSeries } from "../../src/market/bar-series.ts";
import { buildOrder } from "../../src/market/build-order.ts";
import type { Fill } from "../../src/market/fill.ts";
import type { Order, OrderOptions } from "../../src/market/order.ts";
import type { RunOutcome } from "../../src/market/run-outcome.ts";
import { MINUTE } from "../../src/market/time.ts";
import { parseTimestep } from "../../src/market/timestep.ts";
import { computeStatistics, type ReviewCode, reviewRun } from "../../src/report/index.ts";
import { dailyEquity, outcomeOf, SETTINGS, tradeOf } from "./support.ts";

const ES = Asset.future("ESH25");
/** 2025-01-02 15:00 UTC, a Thursday, inside the sessions of New York and Chicago. */
const T0 = Date.UTC(2025, 0, 2, 15);

type Row = readonly [open: number, high: number, low: number, close: number, volume: number];

function barsOf(asset: Asset, rows: readonly Row[], start = T0, step = "1m"): BarSeries {
  const timestep = parseTimestep(step);
  const column = (index: number) => Float64Array.from(rows, (row) => row[index] as number);
  return {
    asset,
    timestep,
    length: rows.length,
    time: Float64Array.from(rows, (_, i) => start + i * timestep.milliseconds),
    open: column(0),
    high: column(1),
    low: column(2),
    close: column(3),
    volume: column(4),
  };
}

let lastId = 0;

/** A filled order and its fill. */
function filled(
  side: "buy" | "sell",
  price: number,
  time: number,
  parts: { asset?: Asset; quantity?: number; options?: OrderOptions; slippage?: number } = {},
): { readonly order: Order; readonly fill: Fill } {
  const { asset = ES, quantity = 1, options = {}, slippage = 0 } = parts;
  lastId += 1;
  const id = String(lastId);
  const order = buildOrder(() => id, time, { asset, quantity, side, options });
  return { order, fill: { time, asset, side, quantity, price, fee: 0, slippage, orderId: id } };
}

function traded(pairs: readonly { readonly order: Order; readonly fill: Fill }[], parts: Partial<RunOutcome> = {}) {
  return outcomeOf({
    orders: pairs.map(({ order }) => order),
    fills: pairs.map(({ fill }) => fill),
    instruments: { [ES.key]: { multiplier: 50, tickSize: 0.25 } },
    ...parts,
  });
}

function check(code: ReviewCode, outcome: RunOutcome, bars: readonly BarSeries[] = []) {
  const statistics = computeStatistics(outcome, { instruments: outcome.instruments });
  const found = reviewRun(outcome, statistics, bars).checks.find((one) => one.code === code);
  if (found === undefined) throw new Error(`the review has no check ${code}`);
  return found;
}

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

describe("costs", () => {
  const of = (fee: number, slippage: number) => {
    const { order, fill } = filled("buy", 100, T0);
    return check("no_costs", traded([{ order, fill: { ...fill, fee, slippage } }])).status;
  };

  it("are missed where fills paid neither fee nor slippage", () => {
    expect(of(0, 0)).toBe("found");
    expect(of(2.25, 0)).toBe("clear");
    expect(of(0, 12.5)).toBe("clear");
    expect(check("no_costs", outcomeOf()).status).toBe("unknown");
  });
});

describe("break-even slippage", () => {
  // Two market fills of one contract: a tick each costs 2 x 0.25 x 50 = 25.
  const pairs = () => [filled("buy", 100, T0), filled("sell", 101, T0 + MINUTE)];
  const of = (profit: number) =>
    check("break_even_slippage", traded(pairs(), { equity: dailyEquity([100_000, 100_000 + profit]) }));

  it("is found below one tick a side", () => {
    expect(of(24.99)).toMatchObject({ status: "found", figures: { least: 1 } });
    expect(of(25)).toMatchObject({ status: "clear", figures: { ticks: 1, least: 1 } });
  });

  it("adds what slippage has cost already, and is not asked of a loss", () => {
    const slipped = [filled("buy", 100, T0, { slippage: 12.5 }), filled("sell", 101, T0, { slippage: 12.5 })];
    const outcome = traded(slipped, { equity: dailyEquity([100_000, 100_010]) });
    // 10 left + 25 charged over 25 a tick.
    expect(check("break_even_slippage", outcome).figures["ticks"]).toBeCloseTo(1.4, 12);
    expect(of(-5).status).toBe("unknown");
  });

  it("counts the fills of orders that slip, so not those of limit orders", () => {
    const mixed = [filled("buy", 100, T0, { options: { limitPrice: 100 } }), filled("sell", 101, T0 + MINUTE)];
    const outcome = traded(mixed, { equity: dailyEquity([100_000, 100_025]) });
    // One fill slips: 12.5 a tick.
    expect(check("break_even_slippage", outcome).figures["ticks"]).toBe(2);
    const limits = traded([filled("buy", 100, T0, { options: { limitPrice: 100 } })], {
      equity: dailyEquity([100_000, 100_025]),
    });
    expect(check("break_even_slippage", limits).text).toBe("Not known: no fill of an order that slips.");
  });
});

describe("the ladder", () => {
  // Opens 100, 101, 103, 106; bought at the first, sold at the third: 3 points, 150 in money.
  const bars = barsOf(ES, [
    [100, 102, 99, 101, 500],
    [101, 103, 100, 103, 500],
    [103, 106, 102, 106, 500],
    [106, 108, 105, 107, 500],
  ]);
  const outcome = traded(
    [filled("buy", 100.25, T0, { slippage: 12.5 }), filled("sell", 102.75, T0 + 2 * MINUTE, { slippage: 12.5 })],
    { equity: dailyEquity([100_000, 100_125]) },
  );
  const ladderOf = (run: RunOutcome, series: readonly BarSeries[]) =>
    reviewRun(run, computeStatistics(run, { instruments: run.instruments }), series).ladder;
  const profits = (run: RunOutcome, series: readonly BarSeries[]) =>
    ladderOf(run, series).map(({ ticks, delayBars, netProfit }) => [ticks, delayBars, netProfit]);

  it("takes the run's own slippage off and puts 0, 1 and 2 ticks on; a bar later both fills move", () => {
    // 125 + 25 = 150 without slippage, 25 less a tick. A bar later: bought at 101, sold at 106: 5 points, 250 less 25.
    expect(profits(outcome, [bars])).toEqual([
      [null, 0, 125],
      [0, 0, 150],
      [1, 0, 125],
      [2, 0, 100],
      [null, 1, 225],
      [0, 1, 250],
      [1, 1, 225],
      [2, 1, 200],
    ]);
  });

  it("fills an order of the last bar at its close when it comes late", () => {
    const late = traded([filled("buy", 106, T0 + 3 * MINUTE)], { equity: dailyEquity([100_000, 100_050]) });
    // Bought at 106 and worth 107: 50. At the close of 107 nothing is left.
    expect(profits(late, [bars]).find(([ticks, delay]) => ticks === null && delay === 1)?.[2]).toBe(0);
  });

  it("moves fills at the close to the next close", () => {
    const settings = { ...SETTINGS, fill: "this-close" } as const;
    // The first bar closes at 101, the second at 103: a late buy costs two points.
    const run = traded([filled("buy", 101, T0 + MINUTE)], { settings, equity: dailyEquity([100_000, 100_300]) });
    expect(profits(run, [bars]).find(([ticks, delay]) => ticks === null && delay === 1)?.[2]).toBe(200);
  });

  it("leaves limit and stop orders where they filled", () => {
    const run = traded(
      [
        filled("buy", 100, T0, { options: { limitPrice: 100 } }),
        filled("sell", 101, T0 + MINUTE, { options: { stopPrice: 101 } }),
      ],
      { equity: dailyEquity([100_000, 100_000]) },
    );
    expect(profits(run, [bars]).filter(([, delay]) => delay === 1)[0]?.[2]).toBe(0);
    // The stop slips, the limit does not: 12.5 a tick, until the low of the bar is reached, four ticks away.
    expect(profits(run, [bars])[2]).toEqual([1, 0, -12.5]);
    const low = barsOf(ES, [
      [100, 102, 99, 101, 500],
      [101, 103, 100.75, 103, 500],
    ]);
    expect(profits(run, [low])[3]).toEqual([2, 0, -12.5]);
  });

  it("counts a tick for what slips: orders without a limit and rolls, not the end of a contract", () => {
    const tickOf = (pair: ReturnType<typeof filled>) => {
      const run = traded([pair], { equity: dailyEquity([100_000, 100_000]) });
      return -(profits(run, [bars])[2]?.[2] as number);
    };
    const by = (options: OrderOptions) => tickOf(filled("buy", 100, T0, { options }));
    expect(by({})).toBe(12.5);
    expect(by({ stopPrice: 100 })).toBe(12.5);
    expect(by({ touchPrice: 100 })).toBe(12.5);
    expect(by({ trailPrice: 1 })).toBe(12.5);
    expect(Math.abs(by({ limitPrice: 100 }))).toBe(0);
    expect(Math.abs(by({ stopPrice: 100, limitPrice: 101 }))).toBe(0);
    expect(Math.abs(by({ touchPrice: 100, limitPrice: 101 }))).toBe(0);
    const without = (reason: "roll" | "expiration") => {
      const { order, fill } = filled("sell", 100, T0);
      return tickOf({ order, fill: { ...fill, orderId: "", reason } });
    };
    expect(without("roll")).toBe(12.5);
    expect(Math.abs(without("expiration"))).toBe(0);
  });

  it("leaves the fill of an auction where it was", () => {
    const run = traded([filled("buy", 100, T0, { options: { timeInForce: "opg" } })], {
      equity: dailyEquity([100_000, 100_350]),
    });
    expect(profits(run, [bars]).find(([ticks, delay]) => ticks === null && delay === 1)?.[2]).toBe(350);
  });

  it("says why a rung is not known", () => {
    expect(ladderOf(outcome, []).find(({ delayBars }) => delayBars === 1)).toMatchObject({
      netProfit: null,
      reason: "The bars of some fills are not known.",
    });
    const sizeless = { ...outcome, instruments: { [ES.key]: { multiplier: 50, tickSize: undefined } } };
    expect(ladderOf(sizeless, [bars])[1]).toMatchObject({
      ticks: 0,
      netProfit: null,
      reason: `the tick size of ${ES} is not known`,
    });
    expect(ladderOf(sizeless, [bars])[0]?.netProfit).toBe(125);
  });

  it("is found to hang on one bar when less than half is left", () => {
    const falling = (last: number) =>
      barsOf(ES, [
        [100, 103, 99, 101, 500],
        [101, 103, 100, 103, 500],
        [103, 106, 102, 106, 500],
        [last, 108, 90, 100, 500],
      ]);
    const run = { ...outcome, equity: dailyEquity([100_000, 100_100]) };
    // Late: bought a point higher (-50), sold at `last` instead of 103. 103: 50 of 100 left, exactly half. 102.75: 37.5.
    expect(check("one_bar_delay", run, [falling(103)])).toMatchObject({ status: "clear", figures: { kept: 0.5 } });
    expect(check("one_bar_delay", run, [falling(102.75)])).toMatchObject({
      status: "found",
      figures: { netProfit: 37.5 },
    });
    expect(check("one_bar_delay", run).status).toBe("unknown");
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
    expect(new Set(checks.map(({ code }) => code)).size).toBe(10);
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
      expect(review.checks).toHaveLength(10);
    }
  });
});
