/**
 * backtesting.py's run of SMA 10 / 20 on SPY, traded again by our engine: signals by our own averages, all of the account at the next
 * open in whole shares, 0.1 % each way. Nothing of the reference run goes in but its prices and its rules.
 */
import { existsSync, readFileSync } from "node:fs";
import { Asset, type BacktestResult, Bars, InMemoryBacktesting, Strategy, TradingFee } from "backlit";
import { beforeAll, describe, expect, it } from "vitest";
import { computeStatistics } from "../../src/report/index.ts";

const shared = new URL("../../../shared/data/", import.meta.url);
const present = existsSync(new URL("golden/backtestingpy-spy-trades.csv", shared));
if (!present) console.warn("skipped: ../shared/data/golden is not there, so there is no run to repeat");

type Row = Readonly<Record<string, string>>;

function readTable(path: string): readonly Row[] {
  const [header = "", ...lines] = readFileSync(new URL(path, shared), "utf8").trim().split(/\r?\n/);
  const names = header.split(",");
  return lines.map((line) => Object.fromEntries(line.split(",").map((cell, i) => [names[i], cell])));
}

const SPY = Asset.stock("SPY");
/** Mean prices are quotients; the prices of these fills are cents. */
const cents = (price: number) => Number(price.toFixed(9));
const number = (row: Row | undefined, name: string) => Number(row?.[name]);

/** +1 when the fast average crossed above the slow one with the last of 21 bars, -1 below, else 0. */
function crossing(close: Float64Array): -1 | 0 | 1 {
  const average = (from: number, to: number) => close.slice(from, to).reduce((a, b) => a + b, 0) / (to - from);
  const before = average(10, 20) - average(0, 20);
  const now = average(11, 21) - average(1, 21);
  return before < 0 && now > 0 ? 1 : before > 0 && now < 0 ? -1 : 0;
}

/** Always in the market after the first cross with all it has, until the open of the last bar. */
class SmaCross extends Strategy {
  readonly #lastBar: number;

  /** @param lastBar when the last bar opens, epoch ms UTC: the reference run closes there, and a strategy cannot know it */
  constructor(lastBar: number) {
    super();
    this.#lastBar = lastBar;
  }

  override initialize(): void {
    this.sleeptime = "1d";
  }

  override async onTradingIteration(): Promise<void> {
    const bars = await this.getHistoricalPrices(SPY, 21, "1d");
    if (bars === undefined) return;
    if (this.getTimestamp() >= this.#lastBar) {
      this.orderTarget(SPY, 0);
      return;
    }
    const direction = crossing(bars.close);
    if (direction !== 0) this.orderTargetPercent(SPY, direction);
  }
}

describe.skipIf(!present)("the run of backtesting.py, end to end", () => {
  const trades = present ? readTable("golden/backtestingpy-spy-trades.csv") : [];
  const equity = present ? readTable("golden/backtestingpy-spy-equity.csv") : [];
  const expected = present
    ? JSON.parse(readFileSync(new URL("golden/backtestingpy-spy-stats.json", shared), "utf8"))
    : {};
  let result: BacktestResult;

  beforeAll(async () => {
    const rows = readTable("real/spy-1d-lean.csv").filter(
      ({ date = "" }) => date >= "2010-01-04" && date <= "2020-12-31",
    );
    const column = (name: string) => rows.map((row) => number(row, name));
    const bars = Bars.from({
      asset: SPY,
      timestep: "1d",
      time: rows.map(({ date }) => Date.parse(date ?? "")),
      open: column("open"),
      high: column("high"),
      low: column("low"),
      close: column("close"),
      volume: column("volume"),
    });
    const fee = new TradingFee({ percent: 0.001 });
    result = await new SmaCross(bars.time.at(-1) ?? 0).backtest(InMemoryBacktesting, "2010-01-04", "2021-01-01", {
      data: [bars],
      budget: 100_000,
      buyTradingFees: [fee],
      sellTradingFees: [fee],
    });
  });

  it("refuses no order and makes the same trades", () => {
    expect(result.events.filter(({ code }) => code === "order_refused")).toEqual([]);
    const ours = result.trades.map((trade) => [
      trade.direction,
      trade.quantity,
      cents(trade.entryPrice),
      cents(trade.exitPrice),
    ]);
    expect(ours).toEqual(
      trades.map((row) => [
        number(row, "Size") > 0 ? "long" : "short",
        Math.abs(number(row, "Size")),
        number(row, "EntryPrice"),
        number(row, "ExitPrice"),
      ]),
    );
  });

  it("earns the same on each trade, fees taken off", () => {
    for (const [i, trade] of result.trades.entries()) {
      expect(trade.pnl).toBeCloseTo(number(trades[i], "PnL"), 6);
      expect(trade.fees).toBeCloseTo(number(trades[i], "Commission"), 6);
    }
  });

  it("has the same equity at every close", () => {
    expect(result.equity.value.length).toBe(equity.length + 1);
    for (const [i, row] of equity.entries()) expect(result.equity.value[i + 1]).toBeCloseTo(number(row, "Equity"), 5);
  });

  it("tells the same statistics", () => {
    const { time, value, cash } = result.equity;
    // Without the row before the first bar: their samples begin with the first close.
    const sameRows = { time: time.slice(1), value: value.slice(1), cash: cash.slice(1) };
    const stats = computeStatistics({ ...result, equity: sameRows });
    expect(stats.finalEquity).toBeCloseTo(expected["Equity Final [$]"], 6);
    expect(stats.fees).toBeCloseTo(expected["Commissions [$]"], 6);
    expect(stats.totalReturn).toBeCloseTo(expected["Return [%]"] / 100, 9);
    expect(stats.maxDrawdown).toBeCloseTo(expected["Max. Drawdown [%]"] / 100, 9);
    expect(stats.trades).toBe(expected["# Trades"]);
    expect(stats.winRate).toBeCloseTo(expected["Win Rate [%]"] / 100, 9);
    expect(stats.sqn).toBeCloseTo(expected["SQN"], 9);
    expect(stats.kelly).toBeCloseTo(expected["Kelly Criterion"], 9);
    expect(stats.cagr).toBeCloseTo(expected["CAGR [%]"] / 100, 9);
    expect(stats.annualReturn).toBeCloseTo(expected["Return (Ann.) [%]"] / 100, 9);
    expect(stats.avgDrawdown).toBeCloseTo(expected["Avg. Drawdown [%]"] / 100, 9);
    expect(stats.bestTradeReturn).toBeCloseTo(expected["Best Trade [%]"] / 100, 9);
    expect(stats.worstTradeReturn).toBeCloseTo(expected["Worst Trade [%]"] / 100, 9);
    expect(stats.avgTradeReturn).toBeCloseTo(expected["Expectancy [%]"] / 100, 9);
    expect(`${stats.maxDrawdownDuration} days 00:00:00`).toBe(expected["Max. Drawdown Duration"]);
    // Theirs are rounded up to whole days.
    expect(Math.ceil(stats.avgDrawdownDuration ?? 0)).toBe(Number.parseInt(expected["Avg. Drawdown Duration"], 10));
    expect(stats.maxTradeDays).toBe(Number.parseInt(expected["Max. Trade Duration"], 10));
    expect(Math.ceil(stats.avgTradeDays ?? 0)).toBe(Number.parseInt(expected["Avg. Trade Duration"], 10));
  });

  it("has ratios from which theirs follow by their formulas", () => {
    const { time, value, cash } = result.equity;
    const sameRows = { time: time.slice(1), value: value.slice(1), cash: cash.slice(1) };
    const stats = computeStatistics({ ...result, equity: sameRows });
    const annual = stats.annualReturn ?? Number.NaN;
    // Theirs is the deviation of a compounded year: sqrt((var + (1 + g)^2)^252 - (1 + g)^504), g the mean daily growth.
    const growth = (1 + annual) ** (2 / 252);
    const variance = (stats.volatility ?? Number.NaN) ** 2 / 252;
    const compounded = Math.sqrt((variance + growth) ** 252 - growth ** 252);
    expect(compounded).toBeCloseTo(expected["Volatility (Ann.) [%]"] / 100, 9);
    expect(annual / compounded).toBeCloseTo(expected["Sharpe Ratio"], 9);
    expect(annual / (stats.downsideDeviation ?? 0)).toBeCloseTo(expected["Sortino Ratio"], 9);
    expect(annual / Math.abs(stats.maxDrawdown ?? 0)).toBeCloseTo(expected["Calmar Ratio"], 9);
  });
});
