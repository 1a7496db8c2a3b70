/** What the run found when it looked at itself. */

import { formatCount } from "../format.ts";
import type { ReviewCheck } from "../review/check.ts";
import type { Ladder } from "../review/ladder.ts";
import type { RunReview } from "../review/review.ts";
import { escapeHtml } from "./escape.ts";
import { table } from "./sections.ts";
import { signedMetricText, toneOf } from "./words.ts";

export const REVIEW_NOTE = "What a careful reader would ask of this run before believing it.";

const LADDER_NOTE =
  "Worked out from the fills of this run, not run again. Other slippage: exact unless size follows the account. A bar later: an estimate, of " +
  "market orders only; where decisions look at the position, a run may say something else.";

const SIGNS = { found: "!", clear: "\u2713", unknown: "?" } as const;
const SIGN_WORDS = { found: "found", clear: "not found", unknown: "not known" } as const;

/** Findings in the open, the rest behind a line; the ladder below. Nothing for a result without a review. */
export function reviewBody(review: RunReview | undefined): string {
  if (review === undefined) return "";
  const found = review.checks.filter(({ status }) => status === "found");
  const others = review.checks.filter(({ status }) => status !== "found");
  const shown = found.length === 0 ? "<p>Nothing was found.</p>" : list(found);
  const rest =
    others.length === 0
      ? ""
      : `<details><summary>${formatCount(others.length, "question")} without a finding</summary>${list(others)}</details>`;
  return `${shown}${rest}${ladderTable(review.ladder)}`;
}

function list(checks: readonly ReviewCheck[]): string {
  return `<ul class="checks">${checks.map(item).join("")}</ul>`;
}

function item({ status, severity, text, why }: ReviewCheck): string {
  const kind = status === "found" ? severity : status;
  return (
    `<li class="check ${kind}"><span class="sign" role="img" aria-label="${SIGN_WORDS[status]}">${SIGNS[status]}</span>` +
    `<div><p>${escapeHtml(text)}</p><p class="note">${escapeHtml(why)}</p></div></li>`
  );
}

/** Net profit by slippage (across) and delay (down). */
function ladderTable(ladder: Ladder): string {
  if (ladder.length === 0) return "";
  const ticks = [...new Set(ladder.map((rung) => rung.ticks))];
  const delays = [...new Set(ladder.map((rung) => rung.delayBars))];
  const rows = delays.map((delay) => {
    const cells = ticks.map((count) => {
      const rung = ladder.find((each) => each.ticks === count && each.delayBars === delay);
      const text = escapeHtml(signedMetricText(rung?.netProfit, "money"));
      return rung?.reason === undefined
        ? `<td class="${toneOf(rung?.netProfit)}">${text}</td>`
        : `<td><span class="why" title="${escapeHtml(rung.reason)}">${text}</span></td>`;
    });
    return `<tr><th scope="row">${delay === 0 ? "as it was" : `${formatCount(delay, "bar")} later, estimated`}</th>${cells.join("")}</tr>`;
  });
  const heads = ["", ...ticks.map((count) => (count === null ? "its own slippage" : formatCount(count, "tick")))];
  return `${table(heads, rows, "Net profit at other slippage and with a delay")}<p class="note">${LADDER_NOTE}</p>`;
}
