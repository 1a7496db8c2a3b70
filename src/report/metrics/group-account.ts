/** What the account did: money and growth. */

import type { Fill } from "../../market/fill.ts";
import type { RunOutcome } from "../../market/run-outcome.ts";
import { formatDuration } from "../format.ts";
import type { MetricContext } from "./context.ts";
import { defineMetrics, isMissing, type Missing, missing, quotient } from "./definition.ts";
import { exchangeFees } from "./exchange-fees.ts";
import { largest, sum } from "./numbers.ts";
import { DAYS_PER_YEAR } from "./years.ts";

/** Below this many days a yearly rate of growth says more about the exponent than about the strategy. */
export const SHORTEST_CAGR_DAYS = 30;

export const accountMetrics = defineMetrics({
  startEquity: {
    title: "Start equity",
    formula: "equity before the first bar",
    unit: "money",
    reference: "by definition",
    compute: (c) => c.noEquity ?? c.startEquity,
  },
  finalEquity: {
    title: "Final equity",
    formula: "equity of the last row: cash plus open positions at their last prices",
    unit: "money",
    reference: "backtesting.py Equity Final",
    compute: (c) => c.noEquity ?? c.finalEquity,
  },
  peakEquity: {
    title: "Peak equity",
    formula: "highest equity over every row",
    unit: "money",
    reference: "backtesting.py Equity Peak",
    compute: (c) => c.noEquity ?? largest(c.outcome.equity.value),
  },
  netProfit: {
    title: "Net profit",
    formula: "finalEquity - startEquity, open trades included",
    unit: "money",
    reference: "by definition",
    compute: (c) => c.noEquity ?? c.finalEquity - c.startEquity,
  },
  totalReturn: {
    title: "Total return",
    formula: "finalEquity / startEquity - 1",
    unit: "fraction",
    reference: "empyrical cum_returns_final",
    compute: (c) => c.noEquity ?? c.finalEquity / c.startEquity - 1,
  },
  cagr: {
    title: "CAGR",
    formula: "(finalEquity / startEquity) ^ (365.25 / days) - 1; -1 after ruin; none under 30 days",
    unit: "fraction",
    reference: "backtesting.py 0.6.6 CAGR",
    compute: cagr,
  },
  annualReturn: {
    title: "Annual return",
    formula: "(1 + total return of the sessions) ^ (periods a year / sessions) - 1; none under 30 days",
    unit: "fraction",
    reference: "empyrical annual_return",
    compute: annualReturn,
  },
  days: {
    title: "Days",
    formula: "calendar days from the first row of equity to the last",
    unit: "days",
    reference: "by definition",
    compute: (c) => c.days,
  },
  sessions: {
    title: "Sessions",
    formula: "samples of equity after the first",
    unit: "count",
    reference: "by definition",
    compute: (c) => Math.max(0, c.samples.value.length - 1),
  },
  bars: {
    title: "Bars",
    formula: "bars of all instruments that passed through the loop",
    unit: "count",
    reference: "by definition",
    compute: (c) => c.outcome.bars,
  },
  fees: {
    title: "Fees",
    formula: "sum of the fees of all fills",
    unit: "money",
    reference: "backtesting.py Commissions",
    compute: ({ outcome }) => totalOf(outcome, ({ fee }) => fee),
  },
  commissions: {
    title: "Commissions",
    formula: "fees - exchangeFees",
    unit: "money",
    reference: "by definition",
    compute: commissions,
  },
  exchangeFees: {
    title: "Exchange fees",
    formula: "the part of fees that was given with paidTo 'exchange'",
    unit: "money",
    reference: "by definition",
    compute: exchangeFees,
  },
  slippageCost: {
    title: "Slippage cost",
    formula: "sum of what slippage cost over all fills; already inside their prices",
    unit: "money",
    reference: "by definition",
    compute: ({ outcome }) => totalOf(outcome, ({ slippage }) => slippage),
  },
  funding: {
    title: "Dividends and borrowing",
    formula:
      "sum of the cash that moved without a fill, settlements of futures left out: netProfit = closedPnl + openPnl + funding",
    unit: "money",
    reference: "by definition",
    compute: ({ outcome }) =>
      outcome.cashflows.reduce((total, { kind, amount }) => total + (kind === "settlement" ? 0 : amount), 0),
  },
  rolls: {
    title: "Rolls",
    formula: "how often a held position went over into the next contract",
    unit: "count",
    reference: "by definition",
    // A roll is two fills, however many trades it goes through.
    compute: ({ outcome }) => outcome.fills.filter(({ reason }) => reason === "roll").length / 2,
  },
  rollCost: {
    title: "Cost of rolls",
    formula: "fees and slippage of the fills of rolls; part of fees and slippageCost",
    unit: "money",
    reference: "by definition",
    compute: ({ outcome }) => totalOf(outcome, costOfRoll),
  },
  costShare: shareOfProfit("Costs to gross profit", "fees + slippageCost", ({ fee, slippage }) => fee + slippage),
  feeShare: shareOfProfit("Fees to gross profit", "fees", ({ fee }) => fee),
  commissionShare: {
    title: "Commissions to gross profit",
    formula: "commissions / grossProfit",
    unit: "fraction",
    reference: "by definition",
    compute: (c) => toProfit(c, commissions(c)),
  },
  exchangeFeeShare: {
    title: "Exchange fees to gross profit",
    formula: "exchangeFees / grossProfit",
    unit: "fraction",
    reference: "by definition",
    compute: (c) => toProfit(c, exchangeFees(c)),
  },
  slippageShare: shareOfProfit("Slippage to gross profit", "slippageCost", ({ slippage }) => slippage),
  rollCostShare: shareOfProfit("Cost of rolls to gross profit", "rollCost", costOfRoll),
  dataCost: {
    title: "Data cost in US$",
    formula:
      "what the data source paid its vendor in this run, US$; no part of the account; what was cached costs nothing",
    unit: "dollars",
    reference: "by definition",
    compute: ({ outcome }) =>
      outcome.dataCost ?? missing(`the source '${outcome.settings.source}' does not say what its data costs`),
  },
});

/** (final / start) ^ (365.25 / days) - 1; -1 after ruin, missing under 30 days. */
export function cagr(c: MetricContext): number | Missing {
  if (c.noEquity !== undefined) return c.noEquity;
  if (c.ruinTime !== undefined) return -1;
  return tooShort(c) ?? (c.finalEquity / c.startEquity) ** (DAYS_PER_YEAR / c.days) - 1;
}

function tooShort({ days }: MetricContext): Missing | undefined {
  if (days >= SHORTEST_CAGR_DAYS) return undefined;
  return missing(`too short: ${formatDuration(days * 86_400)} of data, a yearly rate needs ${SHORTEST_CAGR_DAYS} days`);
}

export function annualReturn(c: MetricContext): number | Missing {
  const problem = c.noReturns ?? tooShort(c);
  if (problem !== undefined) return problem;
  const growth = (c.samples.value.at(-1) ?? Number.NaN) / c.startEquity;
  return growth ** (c.basis.periodsPerYear / c.returns.length) - 1;
}

/** A kind of cost as a fraction of what the winning trades earned. */
function shareOfProfit(title: string, costs: string, costOf: (fill: Fill) => number) {
  return {
    title,
    formula: costs.includes("+") ? `(${costs}) / grossProfit` : `${costs} / grossProfit`,
    unit: "fraction",
    reference: "by definition",
    compute: (c: MetricContext): number | Missing => toProfit(c, totalOf(c.outcome, costOf)),
  } as const;
}

function toProfit(c: MetricContext, cost: number | Missing): number | Missing {
  const reason = "no winning trade, so there is no gross profit to compare costs with";
  return isMissing(cost) ? cost : quotient(cost, sum(c.closed.wins), reason);
}

function commissions(c: MetricContext): number | Missing {
  const exchange = exchangeFees(c);
  return isMissing(exchange) ? exchange : totalOf(c.outcome, ({ fee }) => fee) - exchange;
}

function totalOf({ fills }: RunOutcome, part: (fill: Fill) => number): number {
  return fills.reduce((total, fill) => total + part(fill), 0);
}

function costOfRoll({ reason, fee, slippage }: Fill): number {
  return reason === "roll" ? fee + slippage : 0;
}
