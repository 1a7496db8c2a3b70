/** Equity and drawdown as one still picture. */

import type { EquityCurve } from "../../market/run-outcome.ts";
import { formatInstant } from "../../market/time.ts";
import { formatCompact, formatMoney, formatNumber, formatPercent } from "../format.ts";
import { underwater } from "../metrics/drawdowns.ts";
import { linearScale, type Scale, tickDecimals, timeTicks, valueTicks } from "./axes.ts";
import { areaPath, label, linePath, picture, tag } from "./svg.ts";

export interface EquityPictureOptions {
  readonly width?: number;
  readonly height?: number;
  readonly title?: string;
  /** What is compared with, as an account that began with the same money. */
  readonly benchmark?: BenchmarkCurve | undefined;
}

export interface BenchmarkCurve {
  readonly name: string;
  readonly time: Float64Array;
  readonly value: Float64Array;
}

const LEFT = 76;
const RIGHT = 14;
const TOP = 12;
const AXIS = 24;
const HALF_WORD = 42;
const GAP = 14;
/** Part of the height that drawdown takes. */
const DEPTH_SHARE = 0.26;

/** Rows that a picture of so many steps can show: of each step's rows the lowest and the highest, in order of time. */
export function visibleRows(value: Float64Array, steps: number): Int32Array {
  if (value.length <= steps * 2) return Int32Array.from(value, (_, row) => row);
  const rows: number[] = [];
  for (let step = 0; step < steps; step++) {
    const from = Math.floor((step * value.length) / steps);
    const to = Math.floor(((step + 1) * value.length) / steps);
    let low = from;
    let high = from;
    for (let row = from; row < to; row++) {
      // What is no number gives way to anything.
      if (!((value[row] ?? 0) >= (value[low] ?? 0))) low = row;
      if (!((value[row] ?? 0) <= (value[high] ?? 0))) high = row;
    }
    rows.push(Math.min(low, high), Math.max(low, high));
  }
  rows.push(value.length - 1);
  return Int32Array.from(rows);
}

/** Rows with a finite value, in order; the picture shows no others. */
function finite({ time, value }: Pick<EquityCurve, "time" | "value">) {
  return value.every(Number.isFinite)
    ? { time, value }
    : { time: time.filter((_, row) => Number.isFinite(value[row])), value: value.filter(Number.isFinite) };
}

/** The picture; an empty text when there is no finite equity. */
export function equityPicture(equity: Pick<EquityCurve, "time" | "value">, options: EquityPictureOptions = {}): string {
  const { width = 960, height = 360, title = "Equity and drawdown", benchmark } = options;
  const { time, value } = finite(equity);
  const [first, last] = [time[0], time.at(-1)];
  const [start, final] = [value[0], value.at(-1)];
  if (first === undefined || last === undefined || start === undefined || final === undefined) return "";
  // Two pixels a step: finer than the eye follows a line, at half the weight.
  const rows = visibleRows(value, Math.floor((width - LEFT - RIGHT) / 2));
  const depth = underwater(value);
  const [low, high] = extent(
    benchmark === undefined ? value : Float64Array.of(...extent(value), ...extent(benchmark.value)),
  );
  const [deepest] = extent(depth);
  const ruined = extent(value)[0] <= 0;
  const bottom = height - AXIS;
  const split = ruined ? bottom : TOP + (bottom - TOP) * (1 - DEPTH_SHARE) - GAP;
  const x = linearScale(first, last, LEFT, width - RIGHT);
  const y = linearScale(low, high, split, TOP);
  const deep = linearScale(Math.min(deepest, -1e-9), 0, bottom, split + GAP);
  const curve = (column: Float64Array, scale: Scale) =>
    Array.from(rows, (row) => [x(time[row] ?? 0), scale(column[row] ?? 0)] as const);
  const description =
    `From ${formatInstant(first).slice(0, 10)} to ${formatInstant(last).slice(0, 10)}, ` +
    `${formatMoney(start)} became ${formatMoney(final)}` +
    (ruined ? ", and the account was ruined on the way." : `; the deepest drawdown was ${formatPercent(deepest)}.`);
  return picture(
    { name: "equity", width, height, title, description },
    ...moneyAxis(y, width, split),
    ...(ruined ? [] : depthAxis(deepest, deep, width)),
    ...timeAxis(x, width, height),
    tag("path", { class: "grid", d: `M${LEFT} ${y(start).toFixed(1)}H${width - RIGHT}`, "stroke-dasharray": "3 3" }),
    tag("path", { class: "area", d: areaPath(curve(value, y), y(Math.max(low, y.low))) }),
    ...(benchmark === undefined ? [] : benchmarkLine(benchmark, x, y)),
    tag("path", { class: "line", d: linePath(curve(value, y)) }),
    ...(ruined
      ? []
      : [
          tag("path", { class: "depth", d: areaPath(curve(depth, deep), deep(0)) }),
          tag("path", { class: "depth-line", d: linePath(curve(depth, deep)) }),
        ]),
  );
}

function benchmarkLine({ name, time, value }: BenchmarkCurve, x: Scale, y: Scale): readonly string[] {
  const rows = Array.from(visibleRows(value, (x(x.high) - x(x.low)) / 2));
  return [
    tag("path", {
      class: "line benchmark",
      d: linePath(rows.map((row) => [x(time[row] ?? 0), y(value[row] ?? Number.NaN)] as const)),
    }),
    tag("path", { class: "line benchmark", d: `M${LEFT + 10} ${TOP + 10}h26` }),
    label(name, LEFT + 42, TOP + 15),
  ];
}

function extent(values: Float64Array): readonly [low: number, high: number] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return [low, high];
}

function moneyAxis(y: Scale, width: number, split: number): readonly string[] {
  const ticks = valueTicks(y.low, y.high, 5).filter((value) => y(value) <= split && y(value) >= TOP - 4);
  const decimals = tickDecimals(ticks);
  // Thousands are told by a letter only where ticks stay apart with it.
  const compact = new Set(ticks.map(formatCompact)).size === ticks.length;
  return ticks.flatMap((value) => [
    tag("path", { class: "grid", d: `M${LEFT} ${y(value).toFixed(1)}H${width - RIGHT}` }),
    label(compact ? formatCompact(value) : formatNumber(value, decimals), LEFT - 8, y(value) + 4, { anchor: "end" }),
  ]);
}

function depthAxis(deepest: number, deep: Scale, width: number): readonly string[] {
  const shown = deepest < 0 ? [0, deepest] : [0];
  return shown.flatMap((value) => [
    tag("path", { class: value === 0 ? "zero" : "grid", d: `M${LEFT} ${deep(value).toFixed(1)}H${width - RIGHT}` }),
    label(formatPercent(value, 1), LEFT - 8, deep(value) + (value === 0 ? 6 : 2), { anchor: "end" }),
  ]);
}

/** A word that would be cut at the right edge is left out; its mark stays. */
function timeAxis(x: Scale, width: number, height: number): readonly string[] {
  return timeTicks(x.low, x.high, Math.max(2, Math.floor(width / 120)))
    .filter(({ time }) => x(time) >= LEFT && x(time) <= width - RIGHT)
    .flatMap(({ time, text }) => [
      tag("path", { class: "grid", d: `M${x(time).toFixed(1)} ${TOP}V${height - AXIS}` }),
      ...(x(time) > width - HALF_WORD ? [] : [label(text, x(time), height - 7, { anchor: "middle" })]),
    ]);
}
