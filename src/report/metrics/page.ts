/** The page `docs/metrics.md`, made from the registry so that it cannot fall behind the code. */

import { UNIT_WORDS } from "./definition.ts";
import { type MetricGroup, metricGroups } from "./registry.ts";

const INTRODUCTION = `# Statistics of a run

This page is generated from the registry in \`src/report/metrics/\`; the code computes what it says here. \`result.stats\` holds every
value under its name, \`result.json\` under \`stats\`. Fractions are fractions, never percents. A value that does not exist is \`null\`,
with a sentence that says why under \`undefinedReasons\` (\`undefined\` in \`result.json\`).

## Conventions

- **One sample a session.** Risk ratios use one sample of equity a session: the last row up to the close of the session in the calendar
  of the run's market. Trading after the close belongs to that day until local midnight, trading before the open to the session that
  follows. A run without a market takes XNYS when it trades stocks; else a session is a UTC day, weekends counted to Monday, or every day
  when coins are traded. The option \`market\` names another. Bars of a day or longer are a session each. Nothing is filled in where there
  was no session.
- **Drawdown.** \`maxDrawdown\`, its money and its days are over every row of equity: the account went through the bad minute at noon as
  well, and \`equity.csv\` shows it. \`maxDrawdownAtClose\` and all other drawdown figures are over session samples. A drawdown begins with
  the last sample at the running maximum, ends with the first at or above it, and never overlaps another; start equity is a peak.
- **Periods a year.** 252 where the market closes, 260 for 24/5, 365 where it never does, 52 over weekly bars. It follows from the market
  and the bar length, never from the spacing of rows, and can be set: \`result.statistics({ periodsPerYear: 258 })\`.
- **CAGR** counts calendar time from the first row of equity to the last, years of 365.25 days. It and the annual return are null under 30 days.
- **Risk-free rate.** A number (annual, effective) or a dated series; default 0. Taken off each session as (1 + rate)^(1 / periods) - 1.
- **Benchmark.** Compared are the sessions of which it has a return: it had a price by their start and gets another after it. Where it begins
  later or ends earlier than the run, the figures of this group are of the sessions between, and \`basis.comparedSessions\` says how many those are.
- **Moments.** Standard deviations divide by n - 1. Skew is G1, kurtosis G2 in excess of 3, both bias-corrected. The standard error of the
  Sharpe ratio uses population moments.
- **Quantiles** interpolate linearly (type 7). VaR and expected shortfall are historical.
- **Undefined is null.** 0 / 0, nothing to divide by, too few sessions: null with a reason, never 0 and never infinity. A profit factor
  without a losing trade is one of them.
- **Trades** are round trips, fees taken off; a roll does not end one, and open trades stand apart. By default (\`tradeMatching: "fifo"\`) every
  entry fill is a lot, and an exit fill closes the oldest lots first: bought at 100 and 110, sold at 120 and 130, one unit each, the trades
  are 100 to 120 and 110 to 130. With \`"flat-to-flat"\` all from flat to flat, or to a flip, is one trade at mean prices: 105 to 125 of two
  units. Both earn 40; counts, averages and win rates differ where positions are scaled.
- **Calendar periods.** Best, worst and expected weeks, months, quarters and years are of full ones: the run covers the period up to
  3 days at either end (1 for weeks), where weekends and holidays lie. The same slack holds for returns "to date" and of the last months.
- **Ruin.** Once equity was 0 or less, CAGR is -1, ratios are null, and money stays as it is.
- **Contract sizes.** Figures that need the value of a position are null while the contract size of a traded asset is unknown; it comes
  from the asset or from the option \`instruments\`, and so does the tick size.
`;

/** The whole page as Markdown. */
export function metricsPage(): string {
  return `${[INTRODUCTION, ...metricGroups.map(section)].join("\n")}`;
}

function section({ title, note, metrics }: MetricGroup): string {
  const rows = Object.entries(metrics).map(
    ([name, { title: words, formula, unit, reference }]) =>
      `| \`${name}\` | ${inCell(words)} | ${inCell(formula)} | ${UNIT_WORDS[unit]} | ${inCell(reference)} |`,
  );
  const head = "| name | in words | formula | unit | checked against |\n|---|---|---|---|---|";
  return `## ${title}\n\n${note}\n\n${head}\n${rows.join("\n")}\n`;
}

/** A bar would end the cell of a Markdown table. */
function inCell(text: string): string {
  return text.replaceAll("|", "\\|");
}
