/** The rules of contracts in words. */

import type { CountedDayRule, DayAnchor, DayRule } from "./day-rule.ts";

const WEEKDAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const ORDINALS = ["", "first", "second", "third", "fourth", "fifth"];

/** A rule as a phrase: `third Friday of the contract month; the business day before when that is none`. */
export function describeDayRule(rule: DayRule): string {
  switch (rule.kind) {
    case "counted":
      return describeCounted(rule);
    case "relative":
      return `${countText(rule.businessDays)} the last trading day of ${rule.root}`;
    case "brent":
      return "last London business day two months before the contract month; for February the one before it";
    case "feeder-cattle":
      return "last Thursday of the contract month with four business days before it, in November before Thanksgiving";
    case "volatility-index":
      return "Wednesday 30 days before the third Friday of the month after; the business day before when either is a holiday";
  }
}

function describeCounted({ month = 0, anchor, onHoliday = "stay", businessDays = 0 }: CountedDayRule): string {
  const day = `${anchorText(anchor)} of ${monthText(month)}`;
  const moved = `the business day ${onHoliday === "previous" ? "before" : "after"}`;
  if (businessDays === 0) return onHoliday === "stay" ? day : `${day}; ${moved} when that is none`;
  const counted = `${countText(businessDays)} the ${day}`;
  return onHoliday === "stay" ? counted : `${counted}, counted from ${moved} when that is none`;
}

function anchorText(anchor: DayAnchor): string {
  switch (anchor.kind) {
    case "day":
      return ordinal(anchor.day, true);
    case "weekday":
      return `${nthText(anchor.nth)} ${WEEKDAYS[anchor.weekday]}`;
    case "business-day":
      return `${nthText(anchor.nth)} business day`;
  }
}

/** 3 is `third`, -1 `last`, -3 `third last`. */
function nthText(nth: number): string {
  if (nth > 0) return ordinal(nth);
  return nth === -1 ? "last" : `${ordinal(-nth)} last`;
}

function ordinal(number: number, inFigures = false): string {
  const word = inFigures ? undefined : ORDINALS[number];
  if (word !== undefined) return word;
  const teen = number % 100 >= 11 && number % 100 <= 13;
  const ending = teen ? undefined : ["", "st", "nd", "rd"][number % 10];
  return `${number}${ending || "th"}`;
}

function monthText(shift: number): string {
  if (shift === 0) return "the contract month";
  const side = shift < 0 ? "before" : "after";
  return Math.abs(shift) === 1 ? `the month ${side}` : `the ${ordinal(Math.abs(shift))} month ${side}`;
}

function countText(businessDays: number): string {
  const count = Math.abs(businessDays);
  return `${count} business day${count === 1 ? "" : "s"} ${businessDays < 0 ? "before" : "after"}`;
}
