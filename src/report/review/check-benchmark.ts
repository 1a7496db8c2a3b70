/** Was the run compared over all of its length? */

import { formatCount } from "../format.ts";
import type { Statistics } from "../metrics/statistics.ts";
import { answer, type ReviewCheck, type ReviewQuestion, unknown } from "./check.ts";

/** A smaller part of the sessions than this, and the comparison is of another span than the run. */
const LEAST_SHARE = 0.95;

const INCOMPLETE: ReviewQuestion = {
  code: "incomplete_benchmark",
  severity: "warning",
  why: "Beta, alpha, capture and the rest are of the sessions that are compared; what the run did in the others is in none of them.",
};

export function checkBenchmark({ basis, sessions }: Statistics): ReviewCheck {
  const { benchmark, comparedSessions } = basis;
  if (benchmark === null || comparedSessions === null) return unknown(INCOMPLETE, "The run was compared with nothing.");
  if (sessions === null || sessions === 0) return unknown(INCOMPLETE, "The run has no session.");
  return answer(
    INCOMPLETE,
    comparedSessions / sessions < LEAST_SHARE,
    `The benchmark ${benchmark} has prices in ${comparedSessions} of ${formatCount(sessions, "session")}.`,
    { compared: comparedSessions, sessions },
  );
}
