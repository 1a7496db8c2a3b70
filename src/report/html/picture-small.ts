/** The small pictures side by side: histograms, bars of groups, and the excursions of trades. */

import { linearScale, type Scale } from "./axes.ts";
import {
  BOTTOM,
  bottomAxis,
  countAxis,
  HEIGHT,
  LEFT,
  money,
  percent,
  RIGHT,
  TOP,
  valueAxis,
  WIDTH,
  type Words,
} from "./small-frame.ts";
import { label, linePath, picture, short, tag } from "./svg.ts";

/** Room for `CVaR 95 %` beside its line. */
const WORD = 80;
/** Height of a line of words. */
const LINE = 15;
const MOST_BINS = 40;

/** What a histogram shows beside its bars. */
export interface HistogramOptions {
  readonly name: string;
  readonly title: string;
  readonly unit: "fraction" | "money";
  /** Draws the normal distribution of the same mean and deviation. */
  readonly normal?: boolean;
  /** Values to mark by a line, by name. */
  readonly marks?: Readonly<Record<string, number | null | undefined>>;
}

/** How often values fall where: below 0 in the colour of losses. Empty when there is nothing to count. */
export function histogramPicture(values: Float64Array, options: HistogramOptions): string {
  const sound = values.filter(Number.isFinite).sort();
  const [low, high] = [sound[0], sound.at(-1)];
  if (low === undefined || high === undefined) return "";
  const bins = binsOf(sound, low, high);
  const most = Math.max(...bins.counts);
  const x = linearScale(bins.from, bins.from + bins.width * bins.counts.length, LEFT, WIDTH - RIGHT);
  const normal = options.normal === true ? normalCurve(sound, bins) : [];
  const marked = marksWithin(options, x);
  const y = linearScale(0, Math.max(most, ...normal.map(([, height]) => height)), BOTTOM, TOP + marked.length * LINE);
  const bars = bins.counts.map((count, i) => {
    const from = bins.from + i * bins.width;
    const title = `${valueWords(options)(from, 4)} to ${valueWords(options)(from + bins.width, 4)}: ${count}`;
    // A bin never straddles 0, so its colour is its sign.
    return tag(
      "rect",
      {
        class: from + bins.width / 2 < 0 ? "loss" : "gain",
        x: x(from) + 0.5,
        y: y(count),
        width: Math.max(0.5, x(from + bins.width) - x(from) - 1),
        height: BOTTOM - y(count),
      },
      tag("title", {}, title),
    );
  });
  const middle = sound[Math.floor(sound.length / 2)] ?? 0;
  return picture(
    {
      name: options.name,
      width: WIDTH,
      height: HEIGHT,
      title: options.title,
      description: `${sound.length} values from ${valueWords(options)(low, 4)} to ${valueWords(options)(high, 4)}, the middle one ${valueWords(options)(middle, 4)}.`,
    },
    ...countAxis(y),
    ...bars,
    tag("path", { class: "normal", d: linePath(normal.map(([value, height]) => [x(value), y(height)] as const)) }),
    ...markLines(marked, x),
    ...bottomAxis(x, valueWords(options)),
    tag("path", { class: "zero", d: `M${LEFT} ${BOTTOM}H${WIDTH - RIGHT}` }),
  );
}

function valueWords({ unit }: HistogramOptions): Words {
  return unit === "fraction" ? percent : money;
}

interface Bins {
  readonly from: number;
  readonly width: number;
  readonly counts: readonly number[];
}

/** Bins of a round width with an edge at 0 (Freedman and Diaconis' width as a start); what lies far out is in the last bin. */
function binsOf(sorted: Float64Array, low: number, high: number): Bins {
  const at = (share: number) => sorted[Math.floor((sorted.length - 1) * share)] ?? 0;
  const rough = (2 * (at(0.75) - at(0.25))) / Math.cbrt(sorted.length) || (high - low) / 10 || Math.abs(low) / 10 || 1;
  const least = (high - low) / MOST_BINS;
  const width = rough > least ? roundStep(rough / 2) : roundStep(least);
  const first = Math.floor(low / width + 1e-9);
  const last = Math.max(first, Math.ceil(high / width - 1e-9) - 1);
  const counts = new Array<number>(last - first + 1).fill(0);
  for (const value of sorted) {
    const bin = Math.min(last, Math.max(first, Math.floor(value / width + 1e-9))) - first;
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return { from: first * width, width, counts };
}

function roundStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  return Number((([1, 2, 2.5, 5, 10].find((factor) => factor * power >= rough * 0.999) ?? 10) * power).toPrecision(6));
}

/** Counts that a normal distribution of the same mean and deviation would have, over the width of the bins. */
function normalCurve(values: Float64Array, bins: Bins): readonly (readonly [value: number, count: number])[] {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, values.length - 1);
  if (!(variance > 0)) return [];
  const scale = (values.length * bins.width) / Math.sqrt(2 * Math.PI * variance);
  return Array.from({ length: 81 }, (_, i) => {
    const value = bins.from + (bins.width * bins.counts.length * i) / 80;
    return [value, scale * Math.exp(-((value - mean) ** 2) / (2 * variance))] as const;
  });
}

type Mark = readonly [words: string, value: number];

/** The values to mark that lie inside the picture, from left to right. */
function marksWithin({ marks = {} }: HistogramOptions, x: Scale): readonly Mark[] {
  return Object.entries(marks)
    .flatMap(([words, value]): readonly Mark[] =>
      value === null || value === undefined || value < x.low || value > x.high ? [] : [[words, value]],
    )
    .sort(([, a], [, b]) => a - b);
}

/** Each line begins at a row of words of its own, above the bars: words lie on no bar and on no other line. */
function markLines(marked: readonly Mark[], x: Scale): readonly string[] {
  return marked.flatMap(([words, value], i) => {
    const [at, top] = [x(value), TOP + i * LINE];
    const toTheLeft = at > WIDTH - RIGHT - WORD;
    return [
      tag("path", { class: "mark", d: `M${short(at)} ${top}V${BOTTOM}` }),
      label(words, at + (toTheLeft ? -4 : 4), top + 11, { kind: "over", ...(toTheLeft ? { anchor: "end" } : {}) }),
    ];
  });
}

/** A group of trades: an hour, a weekday, a year. */
export interface Group {
  readonly name: string;
  readonly value: number;
  /** Told in the tooltip. */
  readonly words: string;
}

/** One bar a group, up for gains and down for losses. Empty when there are not two to compare, or all are 0. */
export function groupsPicture(
  groups: readonly Group[],
  { name, title, unit }: { readonly name: string; readonly title: string; readonly unit: HistogramOptions["unit"] },
): string {
  if (groups.length < 2 || groups.every(({ value }) => value === 0)) return "";
  const values = groups.map(({ value }) => value);
  const y = linearScale(Math.min(0, ...values), Math.max(0, ...values), BOTTOM, TOP);
  const slot = (WIDTH - LEFT - RIGHT) / groups.length;
  const every = Math.ceil(groups.length / 8);
  const best = groups.reduce((found, group) => (group.value > found.value ? group : found));
  const worst = groups.reduce((found, group) => (group.value < found.value ? group : found));
  return picture(
    { name, width: WIDTH, height: HEIGHT, title, description: `Best ${best.words}; worst ${worst.words}.` },
    ...valueAxis(y, unit === "fraction" ? percent : money),
    ...groups.map((group, i) =>
      tag(
        "rect",
        {
          class: group.value < 0 ? "loss" : "gain",
          x: LEFT + i * slot + slot * 0.14,
          y: Math.min(y(group.value), y(0)),
          width: slot * 0.72,
          height: Math.abs(y(group.value) - y(0)),
        },
        tag("title", {}, group.words),
      ),
    ),
    ...groups.flatMap((group, i) =>
      i % every === 0 ? [label(group.name, LEFT + (i + 0.5) * slot, HEIGHT - 7, { anchor: "middle" })] : [],
    ),
    tag("path", { class: "zero", d: `M${LEFT} ${short(y(0))}H${WIDTH - RIGHT}` }),
  );
}

/** What each trade went through against what it went for: far left and high is a trade that was never in trouble. */
export function excursionsPicture(mae: Float64Array, mfe: Float64Array, pnl: Float64Array): string {
  const rows = Array.from(pnl, (_, row) => row).filter((row) =>
    Number.isFinite((mae[row] ?? Number.NaN) + (mfe[row] ?? Number.NaN) + (pnl[row] ?? Number.NaN)),
  );
  if (rows.length === 0) return "";
  const against = rows.map((row) => Math.max(0, -(mae[row] ?? 0)));
  // Where no trade was ever in trouble, the axis is as long as the results are high.
  const farthest = Math.max(...against) || Math.max(...rows.map((row) => Math.abs(pnl[row] ?? 0))) || 1;
  const x = linearScale(0, farthest, LEFT, WIDTH - RIGHT - 8);
  const y = linearScale(
    Math.min(...rows.map((row) => pnl[row] ?? 0)),
    Math.max(...rows.map((row) => pnl[row] ?? 0)),
    BOTTOM,
    TOP,
  );
  const dots = (won: boolean) =>
    rows
      .filter((row) => (pnl[row] ?? 0) > 0 === won)
      .map((row) => `M${x(Math.max(0, -(mae[row] ?? 0))).toFixed(1)} ${y(pnl[row] ?? 0).toFixed(1)}h.01`)
      .join("");
  return picture(
    {
      name: "excursions",
      width: WIDTH,
      height: HEIGHT,
      title: "Result of trades against what they went through",
      description: `${rows.length} trades: to the right the largest open loss, upwards the result. Round: won; square: lost.`,
    },
    ...valueAxis(y, money),
    ...bottomAxis(x, money),
    tag("path", { class: "dots lost", d: dots(false) }),
    tag("path", { class: "dots won", d: dots(true) }),
    ...(y.low < 0 && y.high > 0 ? [tag("path", { class: "zero", d: `M${LEFT} ${short(y(0))}H${WIDTH - RIGHT}` })] : []),
  );
}
