/** When in the day the account was earned: within sessions and between them, in regular hours and outside. */

import type { Calendar } from "../../calendar/index.ts";
import { DAY, formatDate } from "../../market/time.ts";
import type { MetricContext } from "./context.ts";
import { defineMetrics, isMissing, type Missing, missing } from "./definition.ts";

export const hourMetrics = defineMetrics({
  overnightPnl: {
    title: "Profit between sessions",
    formula:
      "sum over sessions after the first of equity at the session's first row - equity at the last row of the session before",
    unit: "money",
    reference: "by definition",
    compute: overnight,
  },
  intradayPnl: {
    title: "Profit within sessions",
    formula: "netProfit - overnightPnl",
    unit: "money",
    reference: "by definition",
    compute: (c) => rest(c, overnight(c)),
  },
  regularHoursPnl: {
    title: "Profit in regular hours (RTH)",
    formula: "sum of the changes of equity over rows after the regular open up to the regular close of their session",
    unit: "money",
    reference: "by definition",
    compute: regularHours,
  },
  extendedHoursPnl: {
    title: "Profit outside regular hours (ETH)",
    formula: "netProfit - regularHoursPnl",
    unit: "money",
    reference: "by definition",
    compute: (c) => rest(c, regularHours(c)),
  },
});

/** The calendar whose sessions have hours here, or why there are none. */
function hoursOf(c: MetricContext): Calendar | Missing {
  if (c.noEquity !== undefined) return c.noEquity;
  const { sampling, calendar } = c.basis;
  if (sampling === "rows") return missing("bars of a day or longer do not tell the hours");
  return calendar === undefined || calendar.continuous ? missing("no market that closes was set") : calendar;
}

function overnight(c: MetricContext): number | Missing {
  const calendar = hoursOf(c);
  if ("missing" in calendar) return calendar;
  const { value } = c.outcome.equity;
  const { row } = c.samples;
  let total = 0;
  for (let i = 1; i + 1 < row.length; i++) {
    const last = row[i] ?? 0;
    total += (value[last + 1] ?? 0) - (value[last] ?? 0);
  }
  return total;
}

function regularHours(c: MetricContext): number | Missing {
  const calendar = hoursOf(c);
  if ("missing" in calendar) return calendar;
  const { time, value } = c.outcome.equity;
  const { row, day } = c.samples;
  let total = 0;
  for (let i = 1; i < row.length; i++) {
    const session = calendar.session(formatDate((day[i] ?? 0) * DAY));
    if (session === undefined) continue;
    const { regularOpen, regularClose } = session;
    for (let r = (row[i - 1] ?? 0) + 1; r <= (row[i] ?? 0); r++) {
      const instant = time[r] ?? 0;
      if (instant > regularOpen && instant <= regularClose) total += (value[r] ?? 0) - (value[r - 1] ?? 0);
    }
  }
  return total;
}

function rest(c: MetricContext, part: number | Missing): number | Missing {
  return isMissing(part) ? part : c.finalEquity - c.startEquity - part;
}
