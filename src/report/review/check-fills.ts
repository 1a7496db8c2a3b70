/** Were the fills ones that a real market would have given? */

import type { BarSeries } from "../../market/bar-series.ts";
import { formatCount, formatPercent } from "../format.ts";
import { takesLiquidity } from "../metrics/cost-of-tick.ts";
import { answer, type ReviewCheck, type ReviewQuestion, unknown } from "./check.ts";
import type { FillOnBar } from "./fills-on-bars.ts";

/** More of all fills than this at the extreme of their bar is worth a look. */
const MOST_AT_EXTREME = 0.05;
/** A fill of more than this share of its bar's volume is on a thin bar: one contract of nine. */
const THIN_SHARE = 0.1;
/** More of all fills than this on thin bars is worth a look. */
const MOST_THIN = 0.05;

const AT_EXTREME: ReviewQuestion = {
  code: "fills_at_extreme",
  severity: "warning",
  why: "A limit order that is only touched stands last in the queue; a real one often stays unfilled there, and the winners stay away.",
};
const THIN: ReviewQuestion = {
  code: "thin_fills",
  severity: "warning",
  why: "An order that is a large part of a bar's volume moves the price or waits; the bar's price is not the one it would have got.",
};
const ZERO_VOLUME: ReviewQuestion = {
  code: "zero_volume_fills",
  severity: "serious",
  why: "Nobody traded in that bar, so nobody could have been the other side; its price is a carried or quoted one.",
};

/** Limit orders filled exactly at the low (buys) or high (sells) of a bar that opened elsewhere. */
export function checkExtremes(fills: readonly FillOnBar[]): ReviewCheck {
  if (fills.length === 0) return unknown(AT_EXTREME, "There is no fill whose bar is known.");
  const count = fills.filter(isAtExtreme).length;
  const share = count / fills.length;
  return answer(
    AT_EXTREME,
    share > MOST_AT_EXTREME,
    `${formatCount(count, "fill")} of ${fills.length} (${formatPercent(share, 1)}): limit orders that the bar touched and did not trade through.`,
    { fills: fills.length, count, share },
  );
}

function isAtExtreme({ fill, order, bars, row }: FillOnBar): boolean {
  if (takesLiquidity(order)) return false;
  const extreme = fill.side === "buy" ? bars.low[row] : bars.high[row];
  return fill.price === extreme && fill.price !== bars.open[row];
}

/** Fills of more than a tenth of their bar's volume; bars without volume are a question of their own. */
export function checkThinBars(all: readonly FillOnBar[]): ReviewCheck {
  const fills = withVolume(all);
  if (typeof fills === "string") return unknown(THIN, fills);
  const count = fills.filter(({ fill, bars, row }) => {
    const volume = bars.volume[row] ?? 0;
    return volume > 0 && fill.quantity > THIN_SHARE * volume;
  }).length;
  const share = count / fills.length;
  return answer(
    THIN,
    share > MOST_THIN,
    `${formatCount(count, "fill")} of ${fills.length} (${formatPercent(share, 1)}) took more than ${formatPercent(THIN_SHARE, 0)} of the volume of their bar.`,
    { fills: fills.length, count, share },
  );
}

export function checkZeroVolume(all: readonly FillOnBar[]): ReviewCheck {
  const fills = withVolume(all);
  if (typeof fills === "string") return unknown(ZERO_VOLUME, fills);
  const count = fills.filter(({ bars, row }) => bars.volume[row] === 0).length;
  return answer(
    ZERO_VOLUME,
    count > 0,
    count === 0
      ? `All ${fills.length} fills were on bars with volume.`
      : `${formatCount(count, "fill")} of ${fills.length} on bars in which nothing traded.`,
    { fills: fills.length, count },
  );
}

/** The fills in data that has volume, or why there are none: data without any, as of quotes, says nothing about single bars. */
function withVolume(fills: readonly FillOnBar[]): readonly FillOnBar[] | string {
  if (fills.length === 0) return "There is no fill whose bar is known.";
  const telling = new Set([...new Set(fills.map(({ bars }) => bars))].filter(hasVolume));
  const kept = fills.filter(({ bars }) => telling.has(bars));
  return kept.length === 0 ? "The bars have no volume at all." : kept;
}

function hasVolume({ volume }: BarSeries): boolean {
  return volume.some((units) => units > 0);
}
