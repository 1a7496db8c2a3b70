/** The still pictures of a run: in the page, in print, and as files of their own. */

import type { RunOutcome } from "../../market/run-outcome.ts";
import { formatCount, formatSignedMoney, formatSignedPercent } from "../format.ts";
import { basisOf } from "../metrics/basis.ts";
import { ratesOf, sessionRates } from "../metrics/risk-free.ts";
import { returnsOf, sampleSessions } from "../metrics/sessions.ts";
import type { TradeSummary } from "../metrics/trade-summary.ts";
import type { PageInput } from "./page-input.ts";
import { type BenchmarkCurve, equityPicture } from "./picture-equity.ts";
import { exposurePicture, marginPicture, rollingPicture } from "./picture-lines.ts";
import { monthsPicture } from "./picture-months.ts";
import { overviewPicture } from "./picture-overview.ts";
import { excursionsPicture, type Group, groupsPicture, histogramPicture } from "./picture-small.ts";
import { numbersOf, textsOf, timesOf } from "./table-text.ts";

/** SVG by name; a picture of which there is nothing to show is absent. */
export type Pictures = Readonly<Partial<Record<PictureName, string>>>;

export const PICTURE_NAMES = [
  "overview",
  "equity",
  "months",
  "years",
  "returns",
  "rolling-sharpe",
  "rolling-volatility",
  "rolling-beta",
  "exposure",
  "margin",
  "trades",
  "excursions",
  "hours",
  "weekdays",
] as const;
export type PictureName = (typeof PICTURE_NAMES)[number];

/** Sessions of a rolling figure: half a year. */
const ROLLING = 126;
const WEEKDAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"] as const;

export function picturesOf(input: PageInput): Pictures {
  const { document, equity } = input;
  const curve = equityPicture(equity, {
    title: `${document.settings.strategy}: equity and drawdown`,
    benchmark: benchmarkOf(input),
  });
  const drawn: Record<PictureName, string> = {
    overview: overviewPicture(document, curve),
    equity: curve,
    months: monthsPicture(document.months, document.years),
    ...sessionPictures(input),
    ...tradePictures(input),
  };
  return Object.fromEntries(Object.entries(drawn).filter(([, svg]) => svg !== ""));
}

/** The benchmark as an account that began with the same money; undefined where there is none. */
function benchmarkOf({ document, equity, tables }: PageInput): BenchmarkCurve | undefined {
  const table = tables["sessions.csv"];
  const [start] = equity.value;
  if (table === undefined || start === undefined || document.basis.benchmark === null) return undefined;
  let worth = start;
  const value = numbersOf(table, "benchmark").map((change) => {
    if (Number.isFinite(change)) worth *= 1 + change;
    return Number.isFinite(change) ? worth : Number.NaN;
  });
  return value.some(Number.isFinite)
    ? { name: document.basis.benchmark, time: timesOf(table, "time"), value }
    : undefined;
}

function sessionPictures({ document, equity, tables }: PageInput) {
  const run = { settings: document.settings, data: document.data, equity };
  const basis = basisOf(run as RunOutcome);
  const samples = sampleSessions(run.equity, basis);
  const sound = document.undefined.sharpe === undefined;
  const returns = sound ? returnsOf(samples.value) : new Float64Array(0);
  const perYear = document.basis.periodsPerYear;
  const rates = sessionRates(ratesOf(document.settings), samples.time, perYear).perPeriod;
  const time = samples.time.subarray(1);
  const sessions = tables["sessions.csv"] ?? { columns: [], rows: [] };
  const worth = numbersOf(sessions, "value");
  const ofEquity = (name: string) =>
    numbersOf(sessions, name).map((money, row) => ((worth[row] ?? 0) > 0 ? money / (worth[row] ?? 0) : Number.NaN));
  return {
    years: groupsPicture(
      document.years.map((year) => ({
        name: year.period,
        value: year.return,
        words: `${year.period}: ${formatSignedPercent(year.return)}${year.partial ? ", in part" : ""}`,
      })),
      { name: "years", title: "Returns of years", unit: "fraction" },
    ),
    returns: histogramPicture(returns, {
      name: "returns",
      title: "Returns of sessions",
      unit: "fraction",
      normal: true,
      marks: { "VaR 95 %": document.stats.var95, "CVaR 95 %": document.stats.cvar95 },
    }),
    "rolling-sharpe": rollingPicture(
      time,
      windows(
        returns.map((value, i) => value - (rates[i] ?? 0)),
        (mean, deviation) => (mean / deviation) * Math.sqrt(perYear),
      ),
      {
        name: "rolling-sharpe",
        title: `Sharpe ratio of ${ROLLING} sessions`,
        unit: "ratio",
      },
    ),
    "rolling-volatility": rollingPicture(
      time,
      windows(returns, (_, deviation) => deviation * Math.sqrt(perYear)),
      {
        name: "rolling-volatility",
        title: `Volatility of ${ROLLING} sessions, a year`,
        unit: "fraction",
      },
    ),
    "rolling-beta": rollingPicture(time, rollingBeta(returns, numbersOf(sessions, "benchmark")), {
      name: "rolling-beta",
      title: `Beta of ${ROLLING} sessions`,
      unit: "ratio",
    }),
    exposure: exposurePicture(timesOf(sessions, "time"), ofEquity("gross"), ofEquity("net")),
    margin: marginPicture(timesOf(sessions, "time"), ofEquity("margin")),
  };
}

/** A figure of the last sessions at every session; NaN before there are enough, and where nothing moved. */
function windows(returns: Float64Array, measure: (mean: number, deviation: number) => number): Float64Array {
  const values = new Float64Array(returns.length).fill(Number.NaN);
  for (let end = ROLLING; end <= returns.length; end++) {
    const window = returns.subarray(end - ROLLING, end);
    const mean = window.reduce((sum, value) => sum + value, 0) / ROLLING;
    const variance = window.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (ROLLING - 1);
    values[end - 1] = variance > 1e-30 ? measure(mean, Math.sqrt(variance)) : Number.NaN;
  }
  return values;
}

/** Covariance with the benchmark over its variance, both of the last sessions. */
function rollingBeta(returns: Float64Array, benchmark: Float64Array): Float64Array {
  const values = new Float64Array(returns.length).fill(Number.NaN);
  if (benchmark.length !== returns.length) return values;
  const mean = (window: Float64Array) => window.reduce((sum, value) => sum + value, 0) / ROLLING;
  for (let end = ROLLING; end <= returns.length; end++) {
    const [own, other] = [returns.subarray(end - ROLLING, end), benchmark.subarray(end - ROLLING, end)];
    const [ownMean, otherMean] = [mean(own), mean(other)];
    let covariance = 0;
    let variance = 0;
    other.forEach((value, i) => {
      covariance += (value - otherMean) * ((own[i] ?? 0) - ownMean);
      variance += (value - otherMean) ** 2;
    });
    values[end - 1] = variance > 1e-30 ? covariance / variance : Number.NaN;
  }
  return values;
}

function tradePictures({ document, tables }: PageInput) {
  const table = tables["trades.csv"] ?? { columns: [], rows: [] };
  const open = textsOf(table, "open");
  const closed = { ...table, rows: table.rows.filter((_, row) => open[row] !== "true") };
  const pnl = numbersOf(closed, "pnl");
  const zone = document.settings.timezone;
  return {
    trades: histogramPicture(pnl, { name: "trades", title: "Results of trades", unit: "money" }),
    excursions: excursionsPicture(numbersOf(closed, "mae"), numbersOf(closed, "mfe"), pnl),
    hours: groupsPicture(
      groupsOf(document.byHour, (hour) => `${hour.padStart(2, "0")}h`),
      {
        name: "hours",
        title: `Result by hour of entry, ${zone}`,
        unit: "money",
      },
    ),
    weekdays: groupsPicture(
      groupsOf(document.byWeekday, (day) => WEEKDAYS[Number(day) - 1] ?? day),
      {
        name: "weekdays",
        title: `Result by weekday of entry, ${zone}`,
        unit: "money",
      },
    ),
  };
}

/** Groups in order of their number. */
function groupsOf(
  summaries: Readonly<Record<string, TradeSummary>>,
  nameOf: (key: string) => string,
): readonly Group[] {
  return Object.entries(summaries)
    .sort(([a], [b]) => Number(a) - Number(b))
    .map(([key, { pnl, trades }]) => ({
      name: nameOf(key),
      value: pnl,
      words: `${nameOf(key)}: ${formatSignedMoney(pnl)} in ${formatCount(trades, "trade")}`,
    }));
}
