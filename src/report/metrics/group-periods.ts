/** Returns by day, week, month and year. */

import { DAY } from "../../market/time.ts";
import type { MetricContext } from "./context.ts";
import { defineMetrics, type Missing, missing } from "./definition.ts";
import { growthOf, largest, mean, smallest } from "./numbers.ts";
import { type PeriodKind, periodsOf, SLACK_DAYS } from "./periods.ts";

export const periodMetrics = defineMetrics({
  bestDay: {
    title: "Best session",
    formula: "highest session return",
    unit: "fraction",
    reference: "QuantStats best",
    compute: (c) => c.noReturns ?? largest(c.returns),
  },
  worstDay: {
    title: "Worst session",
    formula: "lowest session return",
    unit: "fraction",
    reference: "QuantStats worst",
    compute: (c) => c.noReturns ?? smallest(c.returns),
  },
  positiveDays: {
    title: "Sessions that gained",
    formula: "share of sessions with a return above 0",
    unit: "fraction",
    reference: "by definition",
    compute: (c) => c.noReturns ?? share(c.returns),
  },
  expectedDay: {
    title: "Expected session return",
    formula: "geometric mean of session returns",
    unit: "fraction",
    reference: "QuantStats expected_return",
    compute: (c) => c.noReturns ?? geometricMean(c.returns),
  },
  bestWeek: {
    title: "Best week",
    formula: "highest return of a full week",
    unit: "fraction",
    reference: "by definition",
    compute: (c) => overPeriods(c, "week", largest),
  },
  worstWeek: {
    title: "Worst week",
    formula: "lowest return of a full week",
    unit: "fraction",
    reference: "by definition",
    compute: (c) => overPeriods(c, "week", smallest),
  },
  bestMonth: {
    title: "Best month",
    formula: "highest return of a full month",
    unit: "fraction",
    reference: "pandas",
    compute: (c) => overPeriods(c, "month", largest),
  },
  worstMonth: {
    title: "Worst month",
    formula: "lowest return of a full month",
    unit: "fraction",
    reference: "pandas",
    compute: (c) => overPeriods(c, "month", smallest),
  },
  positiveMonths: {
    title: "Months that gained",
    formula: "share of full months with a return above 0",
    unit: "fraction",
    reference: "pandas",
    compute: (c) => overPeriods(c, "month", share),
  },
  expectedMonth: {
    title: "Expected month",
    formula: "geometric mean of full months",
    unit: "fraction",
    reference: "QuantStats expected_return on full months",
    compute: (c) => overPeriods(c, "month", geometricMean),
  },
  avgUpMonth: {
    title: "Average gaining month",
    formula: "mean return of the full months above 0",
    unit: "fraction",
    reference: "by definition",
    compute: (c) =>
      overPeriods(c, "month", (returns) =>
        meanOr(
          returns.filter((r) => r > 0),
          "no full month gained",
        ),
      ),
  },
  avgDownMonth: {
    title: "Average losing month",
    formula: "mean return of the full months below 0",
    unit: "fraction",
    reference: "by definition",
    compute: (c) =>
      overPeriods(c, "month", (returns) =>
        meanOr(
          returns.filter((r) => r < 0),
          "no full month lost",
        ),
      ),
  },
  positiveQuarters: {
    title: "Quarters that gained",
    formula: "share of full quarters with a return above 0",
    unit: "fraction",
    reference: "by definition",
    compute: (c) => overPeriods(c, "quarter", share),
  },
  bestYear: {
    title: "Best year",
    formula: "highest return of a full year",
    unit: "fraction",
    reference: "by definition",
    compute: (c) => overPeriods(c, "year", largest),
  },
  worstYear: {
    title: "Worst year",
    formula: "lowest return of a full year",
    unit: "fraction",
    reference: "by definition",
    compute: (c) => overPeriods(c, "year", smallest),
  },
  positiveYears: {
    title: "Years that gained",
    formula: "share of full years with a return above 0",
    unit: "fraction",
    reference: "by definition",
    compute: (c) => overPeriods(c, "year", share),
  },
  expectedYear: {
    title: "Expected year",
    formula: "geometric mean of full years",
    unit: "fraction",
    reference: "QuantStats expected_return on full years",
    compute: (c) => overPeriods(c, "year", geometricMean),
  },
  monthToDate: span("Month to date", "the last session of the month before", (date) => monthStart(date, 0)),
  quarterToDate: span("Quarter to date", "the last session of the quarter before", (date) =>
    monthStart(date, date.getUTCMonth() % 3),
  ),
  yearToDate: span("Year to date", "the last session of the year before", (date) =>
    monthStart(date, date.getUTCMonth()),
  ),
  return1Month: span("Last month", "the last session up to 1 month earlier", (date) => monthsEarlier(date, 1)),
  return3Months: span("Last 3 months", "the last session up to 3 months earlier", (date) => monthsEarlier(date, 3)),
  return6Months: span("Last 6 months", "the last session up to 6 months earlier", (date) => monthsEarlier(date, 6)),
  return1Year: span("Last year", "the last session up to 1 year earlier", (date) => monthsEarlier(date, 12)),
  return3Years: span("Last 3 years", "the last session up to 3 years earlier", (date) => monthsEarlier(date, 36)),
  return5Years: span("Last 5 years", "the last session up to 5 years earlier", (date) => monthsEarlier(date, 60)),
  return10Years: span("Last 10 years", "the last session up to 10 years earlier", (date) => monthsEarlier(date, 120)),
});

/** A return from some day up to the last session; not annualised. */
function span(title: string, from: string, baseDay: (lastDate: Date) => number) {
  return {
    title,
    formula: `last equity / equity at ${from} - 1`,
    unit: "fraction",
    reference: "by definition",
    compute: (c: MetricContext): number | Missing => returnSince(c, baseDay),
  } as const;
}

function returnSince(c: MetricContext, baseDay: (lastDate: Date) => number): number | Missing {
  if (c.noReturns !== undefined) return c.noReturns;
  const { day, value } = c.samples;
  const base = baseDay(new Date((day.at(-1) ?? 0) * DAY));
  // A run that began on the first days after it has nothing earlier to lose: its start stands for the base.
  const index =
    (day[0] ?? 0) <= base + 1 + SLACK_DAYS
      ? Math.max(
          0,
          day.findLastIndex((sampled) => sampled <= base),
        )
      : -1;
  return index < 0
    ? missing("the run began later than that")
    : (value.at(-1) ?? Number.NaN) / (value[index] ?? Number.NaN) - 1;
}

/** The day before the first of the month `monthsBack` earlier. */
function monthStart(date: Date, monthsBack: number): number {
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() - monthsBack, 1) / DAY - 1;
}

/** The same day of the month, or the month's last day where it is shorter. */
function monthsEarlier(date: Date, count: number): number {
  const year = date.getUTCFullYear();
  const month = date.getUTCMonth() - count;
  const daysInMonth = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  return Date.UTC(year, month, Math.min(date.getUTCDate(), daysInMonth)) / DAY;
}

function overPeriods(
  c: MetricContext,
  kind: PeriodKind,
  measure: (returns: Float64Array) => number | Missing,
): number | Missing {
  if (c.noReturns !== undefined) return c.noReturns;
  const full = periodsOf(c.samples, kind).filter((period) => !period.partial);
  if (full.length === 0) return missing(`the run holds no full ${kind}`);
  return measure(Float64Array.from(full, (period) => period.return));
}

function share(returns: Float64Array): number {
  return returns.filter((value) => value > 0).length / returns.length;
}

function geometricMean(returns: Float64Array): number {
  return growthOf(returns) ** (1 / returns.length) - 1;
}

function meanOr(returns: Float64Array, reason: string): number | Missing {
  return returns.length === 0 ? missing(reason) : mean(returns);
}
