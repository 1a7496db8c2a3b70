/** The growth of several runs on one time axis. */

import { formatPercent, formatSignedPercent } from "../format.ts";
import { linearScale, tickDecimals, timeTicks, valueTicks } from "./axes.ts";
import { visibleRows } from "./picture-equity.ts";
import { label, linePath, picture, short, tag } from "./svg.ts";

/** Lines differ by colour and by dashes. */
export const LINE_KINDS = ["", "second", "third", "fourth"] as const;

const WIDTH = 960;
const HEIGHT = 340;
const LEFT = 70;
const RIGHT = 14;
const TOP = 12;
const BOTTOM = HEIGHT - 26;
const HALF_WORD = 42;

export interface NamedCurve {
  readonly name: string;
  readonly time: Float64Array;
  readonly value: Float64Array;
}

/** Every curve as gain since its start. Empty when no curve has two finite values above 0 at its start. */
export function comparePicture(curves: readonly NamedCurve[]): string {
  const shown = curves.flatMap((curve, place) => {
    const start = curve.value[0] ?? 0;
    if (!(start > 0) || curve.value.length < 2) return [];
    const rows = [...visibleRows(curve.value, Math.floor((WIDTH - LEFT - RIGHT) / 2))];
    const points = rows.map((row) => [curve.time[row] ?? 0, (curve.value[row] ?? 0) / start - 1] as const);
    return [{ name: curve.name, place, points: points.filter(([, gain]) => Number.isFinite(gain)) }];
  });
  const all = shown.flatMap(({ points }) => points);
  if (all.length === 0) return "";
  const extent = (at: 0 | 1) => {
    const values = all.map((point) => point[at]);
    return [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))] as const;
  };
  const x = linearScale(...extent(0), LEFT, WIDTH - RIGHT);
  const y = linearScale(...extent(1), BOTTOM, TOP);
  const ticks = valueTicks(y.low, y.high, 5);
  const decimals = Math.max(0, tickDecimals(ticks) - 2);
  return picture(
    {
      name: "compare",
      width: WIDTH,
      height: HEIGHT,
      title: "Gain since the start",
      description: shown
        .map(({ name, points }) => `${name} ended at ${formatSignedPercent(points.at(-1)?.[1])}`)
        .join("; "),
    },
    ...ticks.flatMap((value) => [
      tag("path", { class: value === 0 ? "zero" : "grid", d: `M${LEFT} ${short(y(value))}H${WIDTH - RIGHT}` }),
      label(formatPercent(value, decimals), LEFT - 8, y(value) + 4, { anchor: "end" }),
    ]),
    ...timeTicks(x.low, x.high, 8)
      .filter(({ time }) => x(time) <= WIDTH - HALF_WORD)
      .map(({ time, text }) => label(text, x(time), HEIGHT - 7, { anchor: "middle" })),
    ...shown.map(({ place, points }) =>
      tag("path", {
        class: `line ${LINE_KINDS[place] ?? ""}`.trim(),
        d: linePath(points.map(([time, gain]) => [x(time), y(gain)] as const)),
      }),
    ),
  );
}
