/** A run's look at itself: what a careful reader would ask first. Pure; the same outcome gives the same review. */

import type { RunOutcome, TradedBars } from "../../market/run-outcome.ts";
import type { Statistics } from "../metrics/statistics.ts";
import type { ReviewCheck } from "./check.ts";
import { checkBelowZero, checkShortSales } from "./check-account.ts";
import { checkBenchmark } from "./check-benchmark.ts";
import { checkExtremes, checkThinBars, checkZeroVolume } from "./check-fills.ts";
import { checkBreakEven, checkCosts, checkDelay, checkFewTrades, checkOneDay } from "./check-profit.ts";
import { checkSessions } from "./check-sessions.ts";
import { checkSplits } from "./check-splits.ts";
import { fillsOnBars } from "./fills-on-bars.ts";
import { type Ladder, ladderOf } from "./ladder.ts";

export interface RunReview {
  /** Every question with its answer; what was found first, and the serious before the rest. */
  readonly checks: readonly ReviewCheck[];
  /** Net profit at other slippage and with a bar of delay. */
  readonly ladder: Ladder;
}

/** Asks a run everything. `bars` are those on which its fills were made; what needs bars it does not find is answered `unknown`. */
export function reviewRun(
  outcome: RunOutcome,
  statistics: Statistics,
  bars: readonly TradedBars[] = outcome.tradedBars ?? [],
): RunReview {
  const fills = fillsOnBars(outcome, bars);
  const ladder = ladderOf(outcome, statistics, fills);
  const checks = [
    checkSplits(outcome, bars),
    checkBelowZero(outcome),
    checkZeroVolume(fills),
    checkFewTrades(statistics),
    checkOneDay(outcome, statistics),
    checkBreakEven(statistics),
    checkDelay(ladder),
    checkCosts(outcome, statistics),
    checkShortSales(outcome),
    checkExtremes(fills),
    checkThinBars(fills),
    checkSessions(outcome, bars),
    checkBenchmark(statistics),
  ];
  return { checks: checks.toSorted((a, b) => rank(a) - rank(b)), ladder };
}

function rank({ status, severity }: ReviewCheck): number {
  if (status !== "found") return status === "unknown" ? 2 : 3;
  return severity === "serious" ? 0 : 1;
}
