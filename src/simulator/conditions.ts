/** The days of a dataset and how good their data is. */

import { calendarFor } from "../calendar/index.ts";
import { DAY } from "../market/time.ts";
import { shareFrom } from "./chance.ts";
import type { DatasetInfo } from "./datasets.ts";
import { dateOfDay } from "./days.ts";
import type { DaySpan } from "./find-instruments.ts";

/** One day in so many is degraded. Its data is as good as any: only the word is there, for clients to pass on. */
const DAYS_PER_DEGRADED = 90;

/** A day as `get_dataset_condition` tells it. */
export interface DayCondition {
  readonly date: string;
  readonly condition: "available" | "degraded";
  readonly last_modified_date: string;
}

/** The days of a span that have data. */
export function dayConditions(dataset: DatasetInfo, span: DaySpan, seed: number): DayCondition[] {
  const calendar = calendarFor(dataset.calendar);
  const conditions: DayCondition[] = [];
  for (let day = span.from; day < span.to; day++) {
    if (calendar.sessionsBetween(day * DAY, (day + 1) * DAY).length === 0) continue;
    const degraded = shareFrom(seed, "condition", dataset.name, day) * DAYS_PER_DEGRADED < 1;
    conditions.push({
      date: dateOfDay(day),
      condition: degraded ? "degraded" : "available",
      last_modified_date: dateOfDay(day + 1),
    });
  }
  return conditions;
}

/** More days than these are counted and not listed: a header has its limits. */
const MOST_DAYS_LISTED = 20;

/** Header `X-Warning` of an answer over a span with degraded days; none where there are none. */
export function warningHeader(dataset: DatasetInfo, span: DaySpan, seed: number): Readonly<Record<string, string>> {
  const degraded = dayConditions(dataset, span, seed).filter(({ condition }) => condition === "degraded");
  if (degraded.length === 0) return {};
  const listed = degraded.slice(0, MOST_DAYS_LISTED).map(({ date }) => `${date} (degraded)`);
  const rest = degraded.length > listed.length ? ` and ${degraded.length - listed.length} more` : "";
  const text = `BentoWarning: The streaming request contained one or more days which have reduced quality: ${listed.join(", ")}${rest}.`;
  return { "X-Warning": JSON.stringify([text]) };
}
