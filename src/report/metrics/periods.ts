/** Returns of weeks, months, quarters and years. */

import { DAY, formatDate } from "../../market/time.ts";
import type { SessionSamples } from "./sessions.ts";

export type PeriodKind = "week" | "month" | "quarter" | "year";

/** One calendar period in which there were sessions. */
export interface PeriodReturn {
  /** `2025`, `2025-Q1`, `2025-03`; a week by its Monday, `2025-03-10`. */
  readonly period: string;
  /** Last equity of the period / last equity before it - 1. */
  readonly return: number;
  readonly sessions: number;
  /** True when the run began or ended inside it. */
  readonly partial: boolean;
}

/**
 * Days by which a run may begin after, or end before, the edge of a period that still counts as full: weekends and holidays lie
 * there, and sessions are known only from their rows.
 */
export const SLACK_DAYS = 3;

/** Of a week only one may be missing at either end. */
const SLACK: Readonly<Record<PeriodKind, number>> = {
  week: 1,
  month: SLACK_DAYS,
  quarter: SLACK_DAYS,
  year: SLACK_DAYS,
};

/** Periods in order; one without a session is absent, never 0. */
export function periodsOf(samples: SessionSamples, kind: PeriodKind): readonly PeriodReturn[] {
  const { day, value } = samples;
  const found: PeriodReturn[] = [];
  const runStart = day[0] ?? 0;
  const runEnd = day.at(-1) ?? 0;
  let from = 1;
  while (from < day.length) {
    const bounds = periodAround(day[from] ?? 0, kind);
    let next = from + 1;
    while (next < day.length && (day[next] ?? 0) <= bounds.lastDay) next++;
    found.push({
      period: bounds.name,
      return: (value[next - 1] ?? Number.NaN) / (value[from - 1] ?? Number.NaN) - 1,
      sessions: next - from,
      partial: runStart > bounds.firstDay + SLACK[kind] || runEnd < lastSessionDay(bounds.lastDay, kind) - SLACK[kind],
    });
    from = next;
  }
  return found;
}

/** A week's last weekday is its Friday. */
function lastSessionDay(lastDay: number, kind: PeriodKind): number {
  return kind === "week" ? lastDay - 2 : lastDay;
}

/** The period a day lies in; day numbers, both ends inclusive. */
function periodAround(
  day: number,
  kind: PeriodKind,
): { readonly name: string; readonly firstDay: number; readonly lastDay: number } {
  if (kind === "week") {
    const monday = day - ((day + 3) % 7);
    return { name: formatDate(monday * DAY), firstDay: monday, lastDay: monday + 6 };
  }
  const date = new Date(day * DAY);
  const year = date.getUTCFullYear();
  const months = kind === "month" ? 1 : kind === "quarter" ? 3 : 12;
  const month = Math.floor(date.getUTCMonth() / months) * months;
  return {
    name: nameOf(kind, year, month),
    firstDay: Date.UTC(year, month, 1) / DAY,
    lastDay: Date.UTC(year, month + months, 1) / DAY - 1,
  };
}

function nameOf(kind: PeriodKind, year: number, month: number): string {
  if (kind === "year") return String(year);
  return kind === "quarter" ? `${year}-Q${month / 3 + 1}` : `${year}-${String(month + 1).padStart(2, "0")}`;
}
