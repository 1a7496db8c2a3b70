import { Asset, type BacktestAllOptions, type BacktestResult, backtestAll, SyntheticBacktesting } from "backlit";
import { describe, expect, it } from "vitest";
import { MacdBollinger } from "../../strategies/macd-bollinger.ts";
import { MultiTimeframeRsi } from "../../strategies/multi-timeframe-rsi.ts";
import { OpeningRangeBreakout } from "../../strategies/opening-range-breakout.ts";
import { SmaCross } from "../../strategies/sma-cross.ts";
import { VwapReversion } from "../../strategies/vwap-reversion.ts";

// Indicators of several steps, bars of them, session hooks, stops that rest, an asset with sessions.
const make = () => [
  new VwapReversion(),
  new MultiTimeframeRsi(),
  new MacdBollinger(),
  new OpeningRangeBreakout(),
  new SmaCross(),
];
const run = (strategies: ReturnType<typeof make>, options: BacktestAllOptions) =>
  backtestAll(strategies, SyntheticBacktesting, "2024-01-02", "2024-01-06", {
    assets: [Asset.continuousFuture("ES")],
    logLevel: "silent",
    ...options,
  });
const linesOf = ({ orders, fills, trades }: BacktestResult) => JSON.stringify([orders, fills, trades]);

describe("the strategies that come with the package, on one account", () => {
  it("do with ample money what each does alone", async () => {
    const shared = await run(make(), { budget: 1e8, account: "shared" });
    const separate = await run(make(), { budget: 1e8 });
    for (const [place, result] of shared.results.entries()) {
      expect(result.fills.length).toBeGreaterThan(0);
      expect(linesOf(result)).toBe(linesOf(separate.results[place] as BacktestResult));
    }
  });

  it("do the same in another order where money is scarce, and earn together what the account earns", async () => {
    const options = { budget: 30_000, account: "shared" } as const;
    const { results, total } = await run(make(), options);
    const turned = await run(make().reverse(), options);
    expect(turned.results.map(linesOf).reverse()).toEqual(results.map(linesOf));
    expect([...turned.total.equity.value]).toEqual([...total.equity.value]);
    expect(total.events.some(({ reason }) => reason === "insufficient_margin")).toBe(true);
    expect(total.stats.netProfit).toBeCloseTo(
      results.reduce((sum, { stats }) => sum + (stats.netProfit ?? Number.NaN), 0),
      4,
    );
  });
});
