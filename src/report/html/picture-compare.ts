/** The growth of several runs on one time axis. */

import { formatPercent, formatSignedPercent } from "../format.ts";
import { underwater } from "../metrics/drawdowns.ts";
import { linearScale, type Scale, tickDecimals, timeTicks, valueTicks } from "./axes.ts";
import { visibleRows } from "./picture-equity.ts";
import { label, linePath, picture, short, tag } from "./svg.ts";

/** Lines differ by colour and by dashes. */
export const LINE_KINDS = ["", "second", "third", "fourth"] as const;

/** Sizes for a wide and for a narrow screen; `split` is where gains end and drawdowns begin. */
const WIDE = { name: "compare", width: 960, height: 460, split: 300, left: 70, ticks: 8 };
const NARROW = { name: "compare-narrow", width: 380, height: 380, split: 246, left: 56, ticks: 4 };
const RIGHT = 14;
const TOP = 12;
const AXIS = 26;
const GAP = 22;
const HALF_WORD = 42;

export interface NamedCurve {
  readonly name: string;
  readonly time: Float64Array;
  readonly value: Float64Array;
}

/** A curve as far as the picture shows it. */
interface Shown {
  readonly name: string;
  readonly kind: string;
  readonly points: readonly Gain[];
}

interface Gain {
  readonly time: number;
  /** Since the start, and below the highest value so far; fractions. */
  readonly gain: number;
  readonly depth: number;
}

/** Every curve as gain since its start, and below as drawdown. Empty when no curve has two finite values above 0 at its start. */
export function comparePicture(curves: readonly NamedCurve[], { narrow = false } = {}): string {
  const { name, width, height, split, left, ticks } = narrow ? NARROW : WIDE;
  const bottom = height - AXIS;
  const shown = curves.flatMap((curve, place) => shownCurve(curve, place, (width - left - RIGHT) / 2));
  const all = shown.flatMap(({ points }) => points);
  if (all.length === 0) return "";
  const x = linearScale(...extent(all.map(({ time }) => time)), left, width - RIGHT);
  const y = linearScale(...extent(all.map(({ gain }) => gain)), split, TOP);
  const deepest = Math.min(...extent(all.map(({ depth }) => depth)), -1e-9);
  const deep = linearScale(deepest, 0, bottom, split + GAP);
  const lines = (heightOf: (point: Gain) => number) =>
    shown.map(({ kind, points }) =>
      tag("path", {
        class: `line ${kind}`.trim(),
        d: linePath(points.map((point) => [x(point.time), heightOf(point)] as const)),
      }),
    );
  return picture(
    {
      name,
      width,
      height,
      title: "Gain since the start, and drawdown",
      description: shown.map(endWords).join("; "),
    },
    ...percentAxis(y, valueTicks(y.low, y.high, 5), left, width),
    ...percentAxis(deep, valueTicks(deepest, 0, 3), left, width),
    ...timeTicks(x.low, x.high, ticks).flatMap(({ time, text }) => [
      tag("path", { class: "grid", d: `M${short(x(time))} ${TOP}V${bottom}` }),
      ...(x(time) > width - HALF_WORD ? [] : [label(text, x(time), height - 7, { anchor: "middle" })]),
    ]),
    ...lines(({ gain }) => y(gain)),
    ...lines(({ depth }) => deep(depth)),
  );
}

function shownCurve({ name, time, value }: NamedCurve, place: number, steps: number): readonly Shown[] {
  const start = value[0] ?? 0;
  if (!(start > 0) || value.length < 2) return [];
  const depth = underwater(value);
  const rows = [...visibleRows(value, Math.floor(steps))];
  const points = rows
    .map((row) => ({ time: time[row] ?? 0, gain: (value[row] ?? 0) / start - 1, depth: depth[row] ?? 0 }))
    .filter(({ gain, depth: below }) => Number.isFinite(gain + below));
  return [{ name, kind: LINE_KINDS[place] ?? "", points }];
}

function endWords({ name, points }: Shown): string {
  const deepest = points.reduce((least, { depth }) => Math.min(least, depth), 0);
  return `${name} ended at ${formatSignedPercent(points.at(-1)?.gain)}, at worst ${formatPercent(deepest)} below its peak`;
}

function extent(values: readonly number[]): readonly [low: number, high: number] {
  return [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
}

function percentAxis(scale: Scale, ticks: readonly number[], left: number, width: number): readonly string[] {
  const decimals = Math.max(0, tickDecimals(ticks) - 2);
  return ticks.flatMap((value) => [
    tag("path", { class: value === 0 ? "zero" : "grid", d: `M${left} ${short(scale(value))}H${width - RIGHT}` }),
    label(formatPercent(value, decimals), left - 8, scale(value) + 4, { anchor: "end" }),
  ]);
}
