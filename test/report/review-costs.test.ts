import { describe, expect, it } from "vitest";
import type { BarSeries } from "../../src/market/bar-series.ts";
import type { OrderOptions } from "../../src/market/order.ts";
import type { RunOutcome } from "../../src/market/run-outcome.ts";
import { MINUTE } from "../../src/market/time.ts";
import { computeStatistics, reviewRun } from "../../src/report/index.ts";
import { barsOf, check, ES, filled, T0, traded } from "./review-support.ts";
import { dailyEquity, outcomeOf, SETTINGS } from "./support.ts";

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
