/**
 * Statistics against the numbers of other programs on the same input (`golden/README.md` says which). Formulas agree to 1e-9,
 * values with a quantile or a rounding in them to 1e-6.
 */
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { Asset } from "../../src/market/asset.ts";
import { DAY } from "../../src/market/time.ts";
import type { Trade } from "../../src/market/trade.ts";
import { computeStatistics, type Statistics, type StatisticsOptions } from "../../src/report/index.ts";
import { equityOn, growth, outcomeOf } from "../report/support.ts";

const shared = new URL("../../../shared/data/", import.meta.url);
const present = existsSync(new URL("golden/metrics.json", shared));
if (!present)
  console.warn("skipped: ../shared/data/golden is not there, the numbers of the reference programs are missing");

type Row = Readonly<Record<string, string>>;

function readTable(path: string): readonly Row[] {
  const [header = "", ...lines] = readFileSync(new URL(path, shared), "utf8").trim().split(/\r?\n/);
  const cells = (line: string) => line.split(",").map((cell) => cell.replaceAll('"', ""));
  const names = cells(header);
  return lines.map((line) => Object.fromEntries(cells(line).map((cell, i) => [names[i], cell])));
}

function readJson(path: string) {
  return JSON.parse(readFileSync(new URL(path, shared), "utf8"));
}

function column(rows: readonly Row[], name: string): Float64Array {
  return Float64Array.from(rows, (row) => Number(row[name]));
}

function dates(rows: readonly Row[], name: string): readonly string[] {
  return rows.map((row) => row[name] ?? "");
}

/** Relative, absolute near 0. */
function expectClose(value: number | null, expected: number, tolerance = 1e-9): void {
  expect(value).not.toBeNull();
  expect(Math.abs((value ?? Number.NaN) - expected)).toBeLessThanOrEqual(
    tolerance * Math.max(Math.abs(expected), 1e-3),
  );
}

describe.skipIf(!present)("empyrical, QuantStats and numpy on daily closes", () => {
  const closes = (name: string, options?: StatisticsOptions) => {
    const rows = readTable(`real/${name}-1d-lean.csv`);
    return computeStatistics(outcomeOf({ equity: equityOn(dates(rows, "date"), column(rows, "close")) }), options);
  };
  const golden = present ? readJson("golden/metrics.json") : [];

  it.each([
    ["spy", 0],
    ["aapl", 1],
  ] as const)("agrees on %s", (name, index) => {
    const { empyrical, quantstats_0_0_81: quantstats, corrected, n } = golden[index];
    const stats = closes(name);
    expect(stats.sessions).toBe(n);
    expectClose(stats.totalReturn, empyrical.cum_return);
    expectClose(stats.annualReturn, empyrical.annual_return);
    expectClose(stats.volatility, empyrical.annual_volatility);
    expectClose(stats.sharpe, empyrical.sharpe);
    expectClose(stats.sharpe, quantstats.sharpe);
    expectClose(stats.sortino, empyrical.sortino);
    expectClose(stats.downsideDeviation, empyrical.downside_risk);
    expectClose(stats.maxDrawdown, empyrical.max_drawdown);
    expectClose(stats.maxDrawdownAtClose, empyrical.max_drawdown);
    expectClose((stats.annualReturn ?? 0) / Math.abs(stats.maxDrawdown ?? 0), empyrical.calmar);
    expectClose(stats.omega, empyrical.omega);
    expectClose(stats.stability, empyrical.stability);
    expectClose(stats.skew, quantstats.skew);
    expectClose(stats.excessKurtosis, quantstats.kurtosis_excess);
    expectClose(stats.bestDay, quantstats.best);
    expectClose(stats.worstDay, quantstats.worst);
    expectClose(stats.expectedDay, quantstats.expected_daily);
    expectClose(stats.tailRatio, empyrical.tail_ratio, 1e-6);
    expectClose(stats.var95, corrected.var95_historical_linear, 1e-6);
    expectClose(stats.cvar95, corrected.cvar95_mean_le_var, 1e-6);
    expectClose(stats.cagr, corrected.cagr_calendar_365_25);
    expectClose(stats.days / 365.25, corrected.years);
    expectClose(stats.probabilisticSharpe, corrected.psr_vs_0);
    expectClose(stats.ulcerIndex, corrected.ulcer_rms_div_n);
    expectClose(stats.timeUnderwater, corrected.time_underwater_pct);
    expectClose(stats.bestMonth, corrected.monthly_best);
    expectClose(stats.worstMonth, corrected.monthly_worst);
    expectClose(stats.positiveMonths, corrected.monthly_win);
  });

  it("agrees on ratios over a risk-free rate of 3 %", () => {
    for (const [name, index] of [
      ["spy", 0],
      ["aapl", 1],
    ] as const) {
      const { empyrical } = golden[index];
      const stats = closes(name, { riskFree: 0.03 });
      expectClose(stats.sharpe, empyrical.sharpe_rf3pct_daily_geometric);
      expectClose(stats.sortino, empyrical.sortino_mar3pct);
    }
  });

  it("agrees on a dated risk-free rate that never changes", () => {
    const dated = { time: Float64Array.of(0), rate: Float64Array.of(0.03) };
    expectClose(closes("spy", { riskFree: dated }).sharpe, golden[0].empyrical.sharpe_rf3pct_daily_geometric);
  });

  it("lists the drawdowns QuantStats lists, from the peak on", () => {
    for (const [name, index] of [
      ["spy", 0],
      ["aapl", 1],
    ] as const) {
      const { drawdowns } = closes(name);
      const theirs = golden[index].quantstats_0_0_81.worst5_drawdowns;
      for (const [rank, [, valley, end, , depth]] of theirs.entries()) {
        const ours = drawdowns[rank];
        expectClose(ours?.depth ?? 0, depth / 100);
        // Our samples carry the close of the day's bar, midnight at its end.
        expect(ours?.valleyTime).toBe(Date.parse(valley) + DAY);
        // Theirs ends with the last day under water, ours with the first day back at the peak.
        const lastUnder = ours?.recoveryTime ?? Number.POSITIVE_INFINITY;
        expect(lastUnder).toBeGreaterThan(Date.parse(end) + DAY);
      }
    }
  });

  it("measures the longest drawdown from the peak", () => {
    // Theirs stops at the last day under water, a day before the recovery; AAPL's is still open.
    expect(closes("spy").maxDrawdownDuration).toBe(
      golden[0].corrected.longest_dd_calendar_days_peak_to_last_underwater + 1,
    );
    expect(closes("aapl").maxDrawdownDuration).toBe(
      golden[1].corrected.longest_dd_calendar_days_peak_to_last_underwater,
    );
  });

  it("agrees on AAPL against SPY", () => {
    const rows = readTable("real/spy-1d-lean.csv");
    const time = equityOn(dates(rows, "date"), column(rows, "close")).time;
    const expected = golden[1].vs_benchmark;
    const stats = closes("aapl", { benchmark: { name: "SPY", time, price: column(rows, "close") } });
    expectClose(stats.beta, expected.beta);
    expectClose(stats.alpha, expected.alpha_empyrical);
    expectClose(stats.correlation, expected.corr);
    expectClose(stats.rSquared, expected.qs_r2);
    expectClose(stats.trackingError, expected.tracking_error_ann);
    expectClose(stats.informationRatio, expected.information_ratio_ann);
    expectClose(stats.upCapture, expected.up_capture);
    expectClose(stats.downCapture, expected.down_capture);
    expectClose(stats.benchmarkReturn, golden[0].empyrical.cum_return);
  });
});

describe.skipIf(!present)("R PerformanceAnalytics on Bacon's 24 months", () => {
  const rows = present ? readTable("golden/bacon.csv") : [];
  const expected = present ? readJson("golden/bacon-expected.json").values : {};
  const ends = ["1999-12-31", ...dates(rows, "month")];
  const bacon = (options: StatisticsOptions = {}): Statistics =>
    computeStatistics(outcomeOf({ equity: equityOn(ends, growth(column(rows, "portfolio"))) }), {
      periodsPerYear: 12,
      benchmark: { name: "Bacon", returns: column(rows, "benchmark") },
      ...options,
    });
  /** R counts 24 months as two years, we count days; this is our ratio in R's years. */
  const inTheirYears = (ratio: number | null, stats: Statistics) =>
    ((ratio ?? 0) / (stats.cagr ?? 0)) * (stats.annualReturn ?? 0);

  it("agrees on return and risk", () => {
    const stats = bacon();
    expectClose(stats.totalReturn, expected.return_cum);
    expectClose(stats.annualReturn, expected.return_ann_geo);
    expectClose(stats.volatility, expected.sd_ann);
    expectClose(stats.maxDrawdown, -expected.maxdd);
    expectClose(stats.ulcerIndex, expected.ulcer);
    expectClose(stats.painIndex, expected.pain);
    expectClose(stats.avgDrawdown, -expected.avg_dd);
    // R's "sample" divides by the population deviation where G1, as pandas and spreadsheets have it, takes the sample one.
    expectClose((stats.skew ?? 0) * Math.sqrt(24 / 23) ** 3, expected.skew_sample);
    expectClose(stats.excessKurtosis, expected.kurt_sample_excess);
  });

  it("agrees on ratios", () => {
    const stats = bacon();
    expectClose((stats.sharpe ?? 0) / Math.sqrt(12), expected.sharpe_period);
    expectClose(stats.sharpe, expected.sharpe_ann);
    expectClose((stats.sortino ?? 0) / Math.sqrt(12), expected.sortino_mar0);
    expectClose(inTheirYears(stats.calmar, stats), expected.calmar);
    expectClose(inTheirYears(stats.martin, stats), expected.martin);
    expectClose(stats.omega, expected.omega_L0);
  });

  it("agrees on a minimum return of half a percent a month", () => {
    const stats = bacon({ riskFree: 1.005 ** 12 - 1 });
    expectClose((stats.sortino ?? 0) / Math.sqrt(12), expected["sortino_mar_0.005"]);
    expectClose((stats.downsideDeviation ?? 0) / Math.sqrt(12), expected["downside_dev_mar0.005"]);
  });

  it("agrees on the comparison with the benchmark", () => {
    const stats = bacon();
    expectClose(stats.beta, expected.beta);
    expectClose(stats.trackingError, expected.tracking_error);
    expectClose(stats.treynor, expected.treynor);
  });
});

describe.skipIf(!present)("backtesting.py's run of SMA 10 / 20 on SPY", () => {
  const expected = present ? readJson("golden/backtestingpy-spy-stats.json") : {};
  const equityRows = present ? readTable("golden/backtestingpy-spy-equity.csv") : [];
  const trades = present ? readTable("golden/backtestingpy-spy-trades.csv").map(tradeFrom) : [];
  const stats = computeStatistics(
    outcomeOf({ equity: equityOn(dates(equityRows, "date"), column(equityRows, "Equity")), trades }),
  );
  const percent = (name: string): number => expected[name] / 100;
  const returns = trades.map((trade) => trade.pnl / (trade.entryPrice * trade.quantity));

  /** Entries and exits are at the open of their day. */
  function tradeFrom(row: Row): Trade {
    const size = Number(row["Size"]);
    const pnl = Number(row["PnL"]);
    return {
      asset: Asset.stock("SPY"),
      direction: size > 0 ? "long" : "short",
      quantity: Math.abs(size),
      entryTime: Date.parse(row["EntryTime"] ?? ""),
      entryPrice: Number(row["EntryPrice"]),
      exitTime: Date.parse(row["ExitTime"] ?? ""),
      exitPrice: Number(row["ExitPrice"]),
      pnl,
      fees: Number(row["Commission"]),
      bars: Number(row["ExitBar"]) - Number(row["EntryBar"]),
      mae: Math.min(0, pnl),
      mfe: Math.max(0, pnl),
      open: false,
    };
  }

  it("agrees on the account", () => {
    expectClose(stats.finalEquity, expected["Equity Final [$]"]);
    expectClose(stats.peakEquity, expected["Equity Peak [$]"]);
    expectClose(stats.totalReturn, percent("Return [%]"));
    expectClose(stats.cagr, percent("CAGR [%]"));
    expectClose(stats.annualReturn, percent("Return (Ann.) [%]"));
    expectClose((stats.annualReturn ?? 0) / -(stats.maxDrawdown ?? 0), expected["Calmar Ratio"]);
    expectClose((stats.annualReturn ?? 0) / (stats.downsideDeviation ?? 1), expected["Sortino Ratio"]);
  });

  it("agrees on drawdowns", () => {
    expectClose(stats.maxDrawdown, percent("Max. Drawdown [%]"));
    expectClose(stats.avgDrawdown, percent("Avg. Drawdown [%]"));
    expect(`${stats.maxDrawdownDuration} days 00:00:00`).toBe(expected["Max. Drawdown Duration"]);
    // Theirs is rounded up to whole days.
    expect(`${Math.ceil(stats.avgDrawdownDuration ?? 0)} days 00:00:00`).toBe(expected["Avg. Drawdown Duration"]);
  });

  it("agrees on trades", () => {
    expect(stats.trades).toBe(expected["# Trades"]);
    expectClose(stats.winRate, percent("Win Rate [%]"));
    expectClose(stats.bestTradeReturn, percent("Best Trade [%]"));
    expectClose(stats.worstTradeReturn, percent("Worst Trade [%]"));
    expectClose(stats.avgTradeReturn, percent("Expectancy [%]"));
    expectClose(stats.sqn, expected["SQN"]);
    expectClose(stats.kelly, expected["Kelly Criterion"]);
    expect(`${stats.maxTradeDays} days 00:00:00`).toBe(expected["Max. Trade Duration"]);
    expect(`${Math.ceil(stats.avgTradeDays ?? 0)} days 00:00:00`).toBe(expected["Avg. Trade Duration"]);
  });

  it("agrees on its profit factor of returns and its geometric mean trade", () => {
    const gain = returns.filter((value) => value > 0).reduce((a, b) => a + b, 0);
    const loss = returns.filter((value) => value < 0).reduce((a, b) => a + b, 0);
    expectClose(gain / -loss, expected["Profit Factor"]);
    const mean = returns.reduce((product, value) => product * (1 + value), 1) ** (1 / returns.length) - 1;
    expectClose(mean, percent("Avg. Trade [%]"));
  });

  it("takes its profit factor in money", () => {
    const gain = trades.reduce((total, { pnl }) => total + Math.max(0, pnl), 0);
    const loss = trades.reduce((total, { pnl }) => total + Math.min(0, pnl), 0);
    expectClose(stats.profitFactor, gain / -loss);
  });

  it("adds up: trades are the change of the account, fees its commissions", () => {
    expectClose(stats.closedPnl, expected["Equity Final [$]"] - 100_000);
    expectClose(
      trades.reduce((total, { fees }) => total + fees, 0),
      expected["Commissions [$]"],
    );
  });

  it("leaves the bar of the last exit, which was at its open, out of the time in the market", () => {
    const rows = equityRows.length;
    // Their share is of all bars, ours of the rows after the first, which has no bar before it here.
    expect((stats.exposureTime ?? 0) * (rows - 1)).toBeCloseTo(percent("Exposure Time [%]") * rows - 1, 6);
  });
});
