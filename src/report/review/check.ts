/** One question a run is asked about itself, and the answer. */

export type ReviewCode =
  | "few_trades"
  | "one_day_profit"
  | "no_costs"
  | "break_even_slippage"
  | "one_bar_delay"
  | "fills_at_extreme"
  | "thin_fills"
  | "zero_volume_fills"
  | "incomplete_sessions"
  | "incomplete_benchmark"
  | "unadjusted_splits"
  | "account_below_zero"
  | "free_short_sales";

/** `serious`: the numbers may be wrong. `warning`: they may not repeat. */
export type ReviewSeverity = "serious" | "warning";

export interface ReviewCheck {
  readonly code: ReviewCode;
  /** `found`: look at it. `clear`: looked for and not there. `unknown`: could not be looked for; `text` says why. */
  readonly status: "found" | "clear" | "unknown";
  /** How much it matters where it is found. */
  readonly severity: ReviewSeverity;
  /** What was seen, with its figures, in a sentence. */
  readonly text: string;
  /** Why it matters, in a sentence. */
  readonly why: string;
  /** The figures by name: counts, money, fractions, epoch ms. Empty when unknown. */
  readonly figures: Readonly<Record<string, number>>;
}

/** What is the same whatever the answer. */
export interface ReviewQuestion {
  readonly code: ReviewCode;
  readonly severity: ReviewSeverity;
  readonly why: string;
}

export function answer(
  question: ReviewQuestion,
  found: boolean,
  text: string,
  figures: Readonly<Record<string, number>>,
): ReviewCheck {
  return { ...question, status: found ? "found" : "clear", text, figures };
}

export function unknown(question: ReviewQuestion, reason: string): ReviewCheck {
  return { ...question, status: "unknown", text: reason, figures: {} };
}
