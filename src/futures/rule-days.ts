/** Working out the day a rule names in a contract month. */

import { type BusinessDays, businessDaysOf, dateAfter, weekdayOf } from "./business-days.ts";
import type { CountedDayRule, DayAnchor, DayRule } from "./day-rule.ts";

/** Month (1 = January) and four-digit year of a contract. */
export interface ContractMonth {
  readonly year: number;
  readonly month: number;
}

const THURSDAY = 4;
const FRIDAY = 5;
const NOVEMBER = 11;
const DECEMBER = 12;

/** The ISO date of a rule for a contract month; `days` are the exchange's business days. */
export function dayByRule(
  rule: Exclude<DayRule, { kind: "relative" }>,
  month: ContractMonth,
  days: BusinessDays,
): string {
  switch (rule.kind) {
    case "counted":
      return countedDay(rule, month, days);
    case "brent":
      return brentDay(month);
    case "feeder-cattle":
      return feederCattleDay(month, days);
    case "volatility-index":
      return volatilityDay(month, days);
  }
}

/** The month so many months later. */
export function addMonths({ year, month }: ContractMonth, count: number): ContractMonth {
  const months = year * 12 + month - 1 + count;
  return { year: Math.floor(months / 12), month: (months % 12) + 1 };
}

function countedDay(rule: CountedDayRule, contractMonth: ContractMonth, days: BusinessDays): string {
  const anchor = anchorDay(rule.anchor, addMonths(contractMonth, rule.month ?? 0), days);
  const onHoliday = rule.onHoliday ?? "stay";
  const moves = onHoliday !== "stay" && !days.has(anchor);
  const start = moves ? days.add(anchor, onHoliday === "previous" ? -1 : 1) : anchor;
  return days.add(start, rule.businessDays ?? 0);
}

function anchorDay(anchor: DayAnchor, month: ContractMonth, days: BusinessDays): string {
  switch (anchor.kind) {
    case "day":
      return dateOf(month, anchor.day);
    case "weekday":
      return nthWeekday(month, anchor.weekday, anchor.nth);
    case "business-day":
      return anchor.nth > 0
        ? days.add(dateAfter(dateOf(month, 1), -1), anchor.nth)
        : days.add(dateOf(addMonths(month, 1), 1), anchor.nth);
  }
}

function dateOf({ year, month }: ContractMonth, day: number): string {
  return `${String(year).padStart(4, "0")}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`;
}

/** The nth such weekday of a month; -1 is the last. */
function nthWeekday(month: ContractMonth, weekday: number, nth: number): string {
  const first = dateOf(nth > 0 ? month : addMonths(month, 1), 1);
  const toWeekday = (weekday - weekdayOf(first) + 7) % 7;
  return dateAfter(first, toWeekday + 7 * (nth > 0 ? nth - 1 : nth));
}

/**
 * ICE and CME end Brent on London's business days: the last one of the second month before, and the one before it where the next
 * day would be New Year's, that is for February.
 */
function brentDay(contractMonth: ContractMonth): string {
  const london = businessDaysOf("XLON");
  const last = addMonths(contractMonth, -2);
  return anchorDay({ kind: "business-day", nth: last.month === DECEMBER ? -2 : -1 }, last, london);
}

function feederCattleDay(month: ContractMonth, days: BusinessDays): string {
  // Thanksgiving is the fourth Thursday of November and no business day, so the search goes on to the one before.
  let day = nthWeekday(month, THURSDAY, month.month === NOVEMBER ? 4 : -1);
  while (!isClearThursday(day, days)) day = dateAfter(day, -7);
  return day;
}

/** True when the Thursday and the four weekdays before it (Friday to Wednesday) are business days. */
function isClearThursday(thursday: string, days: BusinessDays): boolean {
  return [0, -1, -2, -3, -6].every((shift) => days.has(dateAfter(thursday, shift)));
}

function volatilityDay(contractMonth: ContractMonth, days: BusinessDays): string {
  const friday = nthWeekday(addMonths(contractMonth, 1), FRIDAY, 3);
  const wednesday = dateAfter(friday, -30);
  return days.has(wednesday) && days.has(friday) ? wednesday : days.add(wednesday, -1);
}
