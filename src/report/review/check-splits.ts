/** Do prices jump as they do when shares are split and nobody adjusts them? */

import type { BarSeries } from "../../market/bar-series.ts";
import type { RunOutcome } from "../../market/run-outcome.ts";
import { DAY, formatDate } from "../../market/time.ts";
import { formatCount } from "../format.ts";
import { answer, type ReviewCheck, type ReviewQuestion, unknown } from "./check.ts";

/** New shares for one old, as splits have them; a reverse split is one in so many. */
const FACTORS = [2, 3, 4, 5, 6, 7, 8, 10, 12, 15, 20, 25, 30, 40, 50, 100];
/** How far the open after a split may lie from the factor: the night's own move. */
const TOLERANCE = 0.04;
/** A jump by less than this is no split's: the smallest factor less the tolerance. */
const LEAST = 2 * (1 - TOLERANCE);
const NAMED = 3;

const SPLITS: ReviewQuestion = {
  code: "unadjusted_splits",
  severity: "serious",
  why: "A split changes the price and not the value; unadjusted, it is a profit or loss that nobody had and breaks every indicator.",
};

interface Suspect {
  readonly asset: string;
  readonly key: string;
  readonly time: number;
  /** `2:1`, `1:10`. */
  readonly ratio: string;
}

/** Prices of stocks that begin a bar (or end one of minutes) at a split's factor from the close before, where the source told of no split. */
export function checkSplits(outcome: RunOutcome, series: readonly BarSeries[]): ReviewCheck {
  const stocks = series.filter(({ asset }) => asset.assetType === "stock");
  if (stocks.length === 0) return unknown(SPLITS, "No bars of a traded stock are known.");
  const start = Date.parse(outcome.settings.start);
  const told = outcome.events.filter(({ code }) => code === "stock_split");
  const suspects = stocks
    .flatMap((bars) => suspectsIn(bars, start))
    .filter(({ key, time }) => !told.some((split) => split.asset?.key === key && Math.abs(split.time - time) <= DAY));
  const named = suspects.slice(0, NAMED).map(({ asset, time, ratio }) => `${asset} ${ratio} on ${formatDate(time)}`);
  const rest = suspects.length > NAMED ? ` and ${suspects.length - NAMED} more` : "";
  return answer(
    SPLITS,
    suspects.length > 0,
    suspects.length === 0
      ? `No jump of ${formatCount(stocks.length, "stock")} looks like a split.`
      : `${formatCount(suspects.length, "jump")} as of a split: ${named.join(", ")}${rest}.`,
    { stocks: stocks.length, suspects: suspects.length },
  );
}

function suspectsIn({ asset, timestep, time, open, close }: BarSeries, start: number): readonly Suspect[] {
  const found: Suspect[] = [];
  // The first trade of a morning is now and then still at the old price; in a day's close there is a day's news.
  const withClose = timestep.milliseconds < DAY;
  for (let row = 1; row < time.length; row++) {
    const before = close[row - 1] as number;
    const ratio =
      splitRatio(before, open[row] as number) ?? (withClose ? splitRatio(before, close[row] as number) : undefined);
    const instant = time[row] as number;
    if (ratio !== undefined && instant >= start)
      found.push({ asset: asset.symbol, key: asset.key, time: instant, ratio });
  }
  return found;
}

function splitRatio(before: number, after: number): string | undefined {
  // Nothing nearer than a factor of 2 is looked at: news moves prices as far.
  if (!(before > 0 && after > 0) || (after < before * LEAST && before < after * LEAST)) return undefined;
  const quotient = before > after ? before / after : after / before;
  const factor = FACTORS.find((one) => Math.abs(quotient / one - 1) <= TOLERANCE);
  if (factor === undefined) return undefined;
  return before > after ? `${factor}:1` : `1:${factor}`;
}
