/** Could a broker have carried the account? */

import type { RunOutcome } from "../../market/run-outcome.ts";
import { DAY, formatInstant } from "../../market/time.ts";
import { formatCount, formatMoney } from "../format.ts";
import { answer, type ReviewCheck, type ReviewQuestion, unknown } from "./check.ts";

const BELOW_ZERO: ReviewQuestion = {
  code: "account_below_zero",
  severity: "serious",
  why: "No broker carries a debt: it closes the positions before, and whatever the run earned after that is nobody's.",
};
const FREE_SHORTS: ReviewQuestion = {
  code: "free_short_sales",
  severity: "warning",
  why: "Shares sold short are borrowed, at a fraction of a percent a year or at many percents; the option borrowRate takes it.",
};

/** Was the account worth less than nothing at any row of it? */
export function checkBelowZero({ equity }: RunOutcome): ReviewCheck {
  if (equity.value.length === 0) return unknown(BELOW_ZERO, "There is no equity.");
  const first = equity.value.findIndex((value) => value < 0);
  let lowest = 0;
  for (let row = 1; row < equity.value.length; row++)
    if ((equity.value[row] as number) < (equity.value[lowest] as number)) lowest = row;
  const least = equity.value[lowest] as number;
  if (first < 0)
    return answer(BELOW_ZERO, false, `The account was never worth less than ${formatMoney(least)}.`, { least });
  const since = equity.time[first] as number;
  return answer(
    BELOW_ZERO,
    true,
    `The account was below zero at ${formatInstant(since)}, and worth ${formatMoney(least)} at its lowest.`,
    { time: since, least },
  );
}

/** Were shares held short over nights for nothing? */
export function checkShortSales({ trades, cashflows }: RunOutcome): ReviewCheck {
  const shorts = trades.filter(
    ({ asset, direction, entryTime, exitTime }) =>
      asset.assetType === "stock" && direction === "short" && exitTime - entryTime >= DAY,
  );
  if (shorts.length === 0) return unknown(FREE_SHORTS, "No shares were held short for a day.");
  const paid = cashflows.reduce((sum, { kind, amount }) => (kind === "borrow_fee" ? sum - amount : sum), 0);
  return answer(
    FREE_SHORTS,
    paid === 0,
    paid === 0
      ? `${formatCount(shorts.length, "short sale")} of shares held for a day or longer paid nothing for what was borrowed.`
      : `Borrow fees ${formatMoney(paid)}.`,
    { trades: shorts.length, paid },
  );
}
