/** Small pictures of what changed over time: rolling figures, exposure and margin. */

import { formatNumber, formatPercent } from "../format.ts";
import { linearScale, type Scale } from "./axes.ts";
import { visibleRows } from "./picture-equity.ts";
import {
  BOTTOM,
  HEIGHT,
  LEFT,
  percent,
  RIGHT,
  TOP,
  timeAxis,
  valueAxis,
  WIDTH,
  type Words,
  zeroLine,
} from "./small-frame.ts";
import { areaPath, linePath, picture, short, tag } from "./svg.ts";

/** Points that make a line of a rolling figure worth looking at. */
const LEAST_POINTS = 20;
/** Two pixels a step: finer than the eye follows a line. */
const STEPS = (WIDTH - LEFT - RIGHT) / 2;

/** A line over time; gaps where it is not known. Empty where it would be but a scrap. */
export function rollingPicture(
  time: Float64Array,
  value: Float64Array,
  { name, title, unit }: { readonly name: string; readonly title: string; readonly unit: "fraction" | "ratio" },
): string {
  const known = value.filter(Number.isFinite);
  const last = known.at(-1);
  if (known.length < LEAST_POINTS || last === undefined) return "";
  const x = linearScale(time[0] ?? 0, time.at(-1) ?? 0, LEFT, WIDTH - RIGHT);
  const y = linearScale(Math.min(...known), Math.max(...known), BOTTOM, TOP);
  const words: Words = unit === "fraction" ? percent : formatNumber;
  const description = `At the end ${words(last, unit === "fraction" ? 4 : 2)}.`;
  return picture(
    { name, width: WIDTH, height: HEIGHT, title, description },
    ...valueAxis(y, words),
    ...timeAxis(x),
    ...zeroLine(y),
    tag("path", { class: "line", d: linePath(pointsOf(time, value, x, y)) }),
  );
}

/** Gross exposure with what is net of it, as shares of equity. Empty where nothing was ever held. */
export function exposurePicture(time: Float64Array, gross: Float64Array, net: Float64Array): string {
  const known = [...gross, ...net].filter(Number.isFinite);
  const most = Math.max(0, ...gross.filter(Number.isFinite));
  if (gross.length < 2 || most === 0) return "";
  const x = linearScale(time[0] ?? 0, time.at(-1) ?? 0, LEFT, WIDTH - RIGHT);
  const y = linearScale(Math.min(0, ...known), most, BOTTOM, TOP);
  return picture(
    {
      name: "exposure",
      width: WIDTH,
      height: HEIGHT,
      title: "Exposure as a share of equity",
      description: `At most ${formatPercent(most, 1)} gross. Filled: gross; dashed: net.`,
    },
    ...valueAxis(y, percent),
    ...timeAxis(x),
    tag("path", { class: "area", d: areaPath(pointsOf(time, gross, x, y), y(0)) }),
    tag("path", { class: "line", d: linePath(pointsOf(time, gross, x, y)) }),
    tag("path", { class: "line second", d: linePath(pointsOf(time, net, x, y)) }),
    tag("path", { class: "zero", d: `M${LEFT} ${short(y(0))}H${WIDTH - RIGHT}` }),
  );
}

/** Initial margin as a share of equity. Empty where no future took any. */
export function marginPicture(time: Float64Array, margin: Float64Array): string {
  const most = Math.max(0, ...margin.filter(Number.isFinite));
  if (margin.length < 2 || most === 0) return "";
  const x = linearScale(time[0] ?? 0, time.at(-1) ?? 0, LEFT, WIDTH - RIGHT);
  const y = linearScale(0, most, BOTTOM, TOP);
  return picture(
    {
      name: "margin",
      width: WIDTH,
      height: HEIGHT,
      title: "Margin as a share of equity",
      description: `At most ${formatPercent(most, 1)}.`,
    },
    ...valueAxis(y, percent),
    ...timeAxis(x),
    tag("path", { class: "area", d: areaPath(pointsOf(time, margin, x, y), y(0)) }),
    tag("path", { class: "line", d: linePath(pointsOf(time, margin, x, y)) }),
    tag("path", { class: "zero", d: `M${LEFT} ${short(y(0))}H${WIDTH - RIGHT}` }),
  );
}

type Point = readonly [x: number, y: number];

function pointsOf(time: Float64Array, value: Float64Array, x: Scale, y: Scale): readonly Point[] {
  return Array.from(visibleRows(value, STEPS), (row) => [x(time[row] ?? 0), y(value[row] ?? Number.NaN)] as const);
}
