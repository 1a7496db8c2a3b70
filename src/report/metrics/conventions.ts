/** The rules behind the numbers, as sentences that are printed with them. */

import type { TradeMatching } from "../../market/trade.ts";
import type { MetricContext } from "./context.ts";
import { SHORTEST_CAGR_DAYS } from "./group-account.ts";

/** One rule: a stable key and a sentence. */
export interface Convention {
  readonly key: string;
  readonly text: string;
}

function matchingWords(matching: TradeMatching): string {
  return matching === "fifo"
    ? "each of a lot or a part of one: exits close the oldest entries first"
    : "from flat to flat or to a flip, at mean prices";
}

/** The rules of one run, with its own numbers filled in. */
export function conventionsOf(c: MetricContext): readonly Convention[] {
  const { basis } = c;
  const rate = `${Number((c.riskFree * 100).toPrecision(6))} % a year`;
  const dated = typeof (c.options.riskFree ?? c.outcome.settings.riskFreeRate) === "object";
  const source = dated ? " on average, as dated, 0 before the first date" : c.riskFree === 0 ? ", the default" : "";
  return [
    {
      key: "sampling",
      text: `Risk ratios use ${basis.samplingText}; nothing is filled in. The largest drawdown, the money in it and its days are over every row of equity, because the account went through it.`,
    },
    { key: "periodsPerYear", text: `Periods a year: ${basis.periodsPerYear} (${basis.periodsPerYearText}).` },
    {
      key: "cagr",
      text: `CAGR counts calendar time from the first row of equity to the last over years of 365.25 days; none under ${SHORTEST_CAGR_DAYS} days, nor any other yearly return.`,
    },
    {
      key: "equity",
      text: "Equity holds cash, open profit and loss, and all fees paid. Start equity is part of every drawdown.",
    },
    {
      key: "riskFree",
      text: `Risk-free rate ${rate}${source}; taken off each session geometrically. No rate is ever downloaded.`,
    },
    {
      key: "moments",
      text: "Standard deviations divide by n - 1. Skew is G1, kurtosis G2 and in excess of a normal's 3 (both bias-corrected).",
    },
    {
      key: "quantiles",
      text: "Quantiles interpolate linearly (type 7). VaR and expected shortfall are historical, not fitted.",
    },
    {
      key: "undefined",
      text: "What does not exist is null with its reason, never 0. A profit factor without a losing trade is one of them.",
    },
    {
      key: "trades",
      text: `Trades are round trips, fees taken off, ${matchingWords(c.outcome.settings.tradeMatching)}; a roll does not end one. Open trades stand apart.`,
    },
    { key: "fractions", text: "Values are fractions (0.0523 is 5.23 %); only text for people has percent signs." },
    {
      key: "partialPeriods",
      text: "Best, worst and expected weeks, months, quarters and years are of full ones.",
    },
    {
      key: "ruin",
      text: "Equity of 0 or less is ruin: CAGR is -1, ratios are null, money stays as it is.",
    },
  ];
}
