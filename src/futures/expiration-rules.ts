/** Every rule the contract table uses for a last trading day or a first notice day, by the name it has in the table. */

import type { CountedDayRule, DayRule } from "./day-rule.ts";

const WEDNESDAY = 3;
const FRIDAY = 5;

const lastBusinessDay = { kind: "business-day", nth: -1 } as const;
const firstBusinessDay = { kind: "business-day", nth: 1 } as const;
const thirdWednesday = { kind: "weekday", weekday: WEDNESDAY, nth: 3 } as const;

/** The last trading day of the big contract, less one business day. */
export function dayBefore(root: string): DayRule {
  return { kind: "relative", root, businessDays: -1 };
}

export const THIRD_FRIDAY: CountedDayRule = {
  kind: "counted",
  anchor: { kind: "weekday", weekday: FRIDAY, nth: 3 },
  onHoliday: "previous",
};
export const BEFORE_SECOND_FRIDAY: CountedDayRule = {
  kind: "counted",
  anchor: { kind: "weekday", weekday: FRIDAY, nth: 2 },
  businessDays: -1,
};
export const LAST_FRIDAY: CountedDayRule = {
  kind: "counted",
  anchor: { kind: "weekday", weekday: FRIDAY, nth: -1 },
  onHoliday: "previous",
};

/** When the 25th is no business day the count of three begins at the business day before it. */
export const CRUDE_OIL: CountedDayRule = {
  kind: "counted",
  month: -1,
  anchor: { kind: "day", day: 25 },
  onHoliday: "previous",
  businessDays: -3,
};
export const NATURAL_GAS: CountedDayRule = { kind: "counted", anchor: { kind: "day", day: 1 }, businessDays: -3 };
export const BRENT: DayRule = { kind: "brent" };
export const GASOIL: CountedDayRule = { kind: "counted", anchor: { kind: "day", day: 14 }, businessDays: -2 };

export const LAST_DAY_OF_MONTH: CountedDayRule = { kind: "counted", anchor: lastBusinessDay };
export const LAST_DAY_OF_MONTH_BEFORE: CountedDayRule = { kind: "counted", month: -1, anchor: lastBusinessDay };
export const THIRD_LAST_BUSINESS_DAY: CountedDayRule = { kind: "counted", anchor: { kind: "business-day", nth: -3 } };
export const SEVEN_DAYS_BEFORE_MONTH_END: CountedDayRule = {
  kind: "counted",
  anchor: lastBusinessDay,
  businessDays: -7,
};
/** The contract is named for the month its three months of interest begin in and trades until they are over. */
export const THREE_MONTH_RATE: CountedDayRule = {
  kind: "counted",
  month: 3,
  anchor: thirdWednesday,
  businessDays: -1,
};

export const DAY_BEFORE_FIFTEENTH: CountedDayRule = {
  kind: "counted",
  anchor: { kind: "day", day: 15 },
  businessDays: -1,
};
export const TENTH_BUSINESS_DAY: CountedDayRule = { kind: "counted", anchor: { kind: "business-day", nth: 10 } };
export const FEEDER_CATTLE: DayRule = { kind: "feeder-cattle" };
export const FIRST_MONDAY: CountedDayRule = {
  kind: "counted",
  anchor: { kind: "weekday", weekday: 1, nth: 1 },
  onHoliday: "next",
};

export const TWO_DAYS_BEFORE_THIRD_WEDNESDAY: CountedDayRule = {
  kind: "counted",
  anchor: thirdWednesday,
  businessDays: -2,
};
export const ONE_DAY_BEFORE_THIRD_WEDNESDAY: CountedDayRule = {
  kind: "counted",
  anchor: thirdWednesday,
  businessDays: -1,
};
export const VOLATILITY_INDEX: DayRule = { kind: "volatility-index" };

export const COFFEE: CountedDayRule = { kind: "counted", anchor: lastBusinessDay, businessDays: -8 };
export const COFFEE_NOTICE: CountedDayRule = { kind: "counted", anchor: firstBusinessDay, businessDays: -7 };
export const COCOA: CountedDayRule = { kind: "counted", anchor: lastBusinessDay, businessDays: -11 };
export const COCOA_NOTICE: CountedDayRule = { kind: "counted", anchor: firstBusinessDay, businessDays: -10 };
/** "Seventeen business days from the end" counts the last business day as the first of them. */
export const COTTON: CountedDayRule = { kind: "counted", anchor: { kind: "business-day", nth: -17 } };
export const COTTON_NOTICE: CountedDayRule = {
  kind: "counted",
  month: -1,
  anchor: { kind: "business-day", nth: -5 },
};
export const ORANGE_JUICE: CountedDayRule = { kind: "counted", anchor: lastBusinessDay, businessDays: -14 };
export const ORANGE_JUICE_NOTICE: CountedDayRule = { kind: "counted", anchor: firstBusinessDay };
