/** How exchanges name a day of a contract's life: an anchor in a month, and business days counted from it. */

/** The day the count begins at. */
export type DayAnchor =
  /** A day of the month, 1 to 31. */
  | { readonly kind: "day"; readonly day: number }
  /** The nth such weekday of the month; 0 is Sunday, 5 Friday; `nth` -1 is the last. */
  | { readonly kind: "weekday"; readonly weekday: number; readonly nth: number }
  /** The nth business day of the month; -1 is the last, -3 the third last. */
  | { readonly kind: "business-day"; readonly nth: number };

/** An anchor and a count, which covers nearly every contract. */
export interface CountedDayRule {
  readonly kind: "counted";
  /** Months after the contract month the anchor lies in; negative before it. @default 0 */
  readonly month?: number;
  readonly anchor: DayAnchor;
  /** Where an anchor without business moves before the count begins; "stay" counts from the day as it is. @default "stay" */
  readonly onHoliday?: "previous" | "next" | "stay";
  /** Business days after the anchor; negative before it. @default 0 */
  readonly businessDays?: number;
}

/** A day that belongs to one contract of an exchange. */
export type DayRule =
  | CountedDayRule
  /** Counted in business days from the last trading day of the same month's contract of another root. */
  | { readonly kind: "relative"; readonly root: string; readonly businessDays: number }
  /** Last London business day two months before the contract month; a day earlier when that would be the last of a year. */
  | { readonly kind: "brent" }
  /** Thursday with four business days before it: the last of the month, in November the last before Thanksgiving. */
  | { readonly kind: "feeder-cattle" }
  /** Wednesday 30 days before the third Friday of the next month; the business day before when either is a holiday. */
  | { readonly kind: "volatility-index" };
