/** Equity and drawdown on the end screen. */

import type { RunOutcome } from "../market/run-outcome.ts";
import { formatMoney, formatPercent } from "./format.ts";
import { underwater } from "./metrics/drawdowns.ts";
import { largest, smallest } from "./metrics/numbers.ts";
import type { Statistics } from "./metrics/statistics.ts";
import { hangingPicture, linePicture, type PictureSize } from "./picture.ts";
import { type Piece, piece, render } from "./screen.ts";
import type { Screen } from "./summary.ts";

/** From this width on the large picture, of braille where the screen has it. */
export const WIDE = 60;
/** From this width on it has its full height. */
const FULL = 90;

/** The picture with its highest and lowest values beside it; nothing when there is no curve to draw. */
export function pictureLines(outcome: RunOutcome, statistics: Statistics, screen: Screen): readonly string[] {
  const { value } = outcome.equity;
  if (statistics.finalEquity === null || value.length < 2) return [];
  const top = formatMoney(largest(value));
  const bottom = formatMoney(smallest(value));
  const deepest = formatPercent(statistics.maxDrawdown);
  const labelWidth = Math.max(top.length, bottom.length, deepest.length);
  const size = (height: number): PictureSize => ({
    width: screen.width - labelWidth - 1,
    height,
    unicode: screen.unicode,
  });
  const wide = screen.width >= WIDE;
  const full = screen.width >= FULL;
  const equity = linePicture(value, size(full ? 6 : wide ? 5 : 4));
  const drawdown = statistics.maxDrawdown === 0 ? [] : hangingPicture(underwater(value), size(1));
  return [
    ...labelled(equity, top === bottom ? [top] : [top, bottom], screen, "plain"),
    ...labelled(drawdown, [deepest], screen, "bad"),
  ];
}

/** Puts the labels beside the first and the last row; a single one beside the middle, where a line lies that never moves. */
function labelled(
  rows: readonly string[],
  labels: readonly string[],
  screen: Screen,
  tone: Piece["tone"],
): readonly string[] {
  const places = labels.length === 1 ? [Math.floor(rows.length / 2)] : [0, rows.length - 1];
  return rows.map((row, i) => {
    const label = labels[places.indexOf(i)];
    // The picture keeps its blanks, which `piece` would take for needless ones.
    const picture = render([{ text: row, tone }], screen.color);
    return label === undefined ? picture.trimEnd() : `${picture} ${render([piece(label, "quiet")], screen.color)}`;
  });
}
