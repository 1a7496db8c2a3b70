/** Does the profit rest on more than luck? */

import type { RunOutcome } from "../../market/run-outcome.ts";
import { DAY, formatDate } from "../../market/time.ts";
import { formatCount, formatMoney, formatNumber, formatPercent } from "../format.ts";
import { basisOf } from "../metrics/basis.ts";
import { sampleSessions } from "../metrics/sessions.ts";
import type { Statistics } from "../metrics/statistics.ts";
import { answer, type ReviewCheck, type ReviewQuestion, unknown } from "./check.ts";
import { type Ladder, rungOf } from "./ladder.ts";

/** Fewer closed trades than this, and a ratio is mostly luck. */
const FEW_TRADES = 30;
/** More of the net profit than this from one session is worth a look ... */
const MOST_OF_ONE_DAY = 1 / 3;
/** ... in runs of at least so many. */
const LEAST_SESSIONS = 5;
/** Ticks a side that a result should bear. */
const LEAST_TICKS = 1;

const FEW: ReviewQuestion = {
  code: "few_trades",
  severity: "warning",
  why: "Ratios over a handful of trades are mostly luck: their error shrinks with the square root of the count.",
};
const ONE_DAY: ReviewQuestion = {
  code: "one_day_profit",
  severity: "warning",
  why: "A result that hangs on one day says little about the days to come.",
};
const NO_COSTS: ReviewQuestion = {
  code: "no_costs",
  severity: "warning",
  why: "Every real fill pays a commission or a spread; without them a strategy that trades often looks best.",
};
const BREAK_EVEN: ReviewQuestion = {
  code: "break_even_slippage",
  severity: "warning",
  why: "Market and stop orders usually lose half a tick to a tick a side; a result that cannot bear that does not exist in a real market.",
};
const DELAY: ReviewQuestion = {
  code: "one_bar_delay",
  severity: "warning",
  why: "A result that needs the very next price leaves no room for the time data and orders take.",
};

export function checkFewTrades({ trades }: Statistics): ReviewCheck {
  return answer(
    FEW,
    trades < FEW_TRADES,
    trades < FEW_TRADES
      ? `${formatCount(trades, "closed trade")} only, fewer than ${FEW_TRADES}.`
      : `${formatCount(trades, "closed trade")}.`,
    { trades, least: FEW_TRADES },
  );
}

/** The largest gain of one session beside the net profit. */
export function checkOneDay(outcome: RunOutcome, { netProfit }: Statistics): ReviewCheck {
  if (netProfit === null || netProfit <= 0) return unknown(ONE_DAY, "There is no profit to divide.");
  const { value, day } = sampleSessions(outcome.equity, basisOf(outcome));
  const sessions = value.length - 1;
  if (sessions < LEAST_SESSIONS) {
    return unknown(ONE_DAY, `The run has ${formatCount(sessions, "session")}, fewer than ${LEAST_SESSIONS}.`);
  }
  let best = 1;
  const gainOf = (i: number) => (value[i] ?? 0) - (value[i - 1] ?? 0);
  for (let i = 2; i < value.length; i++) if (gainOf(i) > gainOf(best)) best = i;
  const gain = gainOf(best);
  const share = gain / netProfit;
  const date = formatDate((day[best] ?? 0) * DAY);
  return answer(
    ONE_DAY,
    share > MOST_OF_ONE_DAY,
    `The best session, ${date}, made ${formatMoney(gain)}, ${formatPercent(share, 1)} of the net profit of ${formatMoney(netProfit)}.`,
    { share, gain, time: (day[best] ?? 0) * DAY },
  );
}

export function checkCosts(outcome: RunOutcome, { fees, slippageCost }: Statistics): ReviewCheck {
  if (outcome.fills.length === 0) return unknown(NO_COSTS, "Nothing was traded.");
  const free = fees === 0 && slippageCost === 0;
  return answer(
    NO_COSTS,
    free,
    free
      ? `${formatCount(outcome.fills.length, "fill")} paid neither a fee nor slippage.`
      : `Fees ${formatMoney(fees)}, slippage ${formatMoney(slippageCost)}.`,
    { fees: fees ?? 0, slippage: slippageCost ?? 0 },
  );
}

export function checkBreakEven({ breakEvenTicks, undefinedReasons }: Statistics): ReviewCheck {
  if (breakEvenTicks === null) return unknown(BREAK_EVEN, `Not known: ${undefinedReasons.breakEvenTicks}.`);
  if (breakEvenTicks <= 0) return unknown(BREAK_EVEN, "Without slippage there is no profit to lose either.");
  return answer(
    BREAK_EVEN,
    breakEvenTicks < LEAST_TICKS,
    `Nothing is left of the profit at ${formatNumber(breakEvenTicks)} ticks of slippage a side.`,
    { ticks: breakEvenTicks, least: LEAST_TICKS },
  );
}

/** Is the profit more than halved when market orders fill a bar later? */
export function checkDelay(ladder: Ladder): ReviewCheck {
  const now = rungOf(ladder, undefined, 0);
  const later = rungOf(ladder, undefined, 1);
  if (now?.netProfit === undefined || now.netProfit === null) return unknown(DELAY, "There is no equity.");
  if (later === undefined || later.netProfit === null) return unknown(DELAY, later?.reason ?? "No bars are known.");
  if (now.netProfit <= 0) return unknown(DELAY, "There is no profit to lose.");
  const kept = later.netProfit / now.netProfit;
  return answer(
    DELAY,
    kept < 0.5,
    `With market orders filled one bar later ${formatMoney(later.netProfit)} of ${formatMoney(now.netProfit)} are left.`,
    { netProfit: later.netProfit, kept },
  );
}
