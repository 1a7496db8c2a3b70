import { describe, expect, it } from "vitest";
import { timeTicks, valueTicks } from "../../src/report/html/axes.ts";
import { pageInputOf } from "../../src/report/html/page-input.ts";
import { comparePicture } from "../../src/report/html/picture-compare.ts";
import { equityPicture } from "../../src/report/html/picture-equity.ts";
import { exposurePicture, marginPicture, rollingPicture } from "../../src/report/html/picture-lines.ts";
import { monthsPicture } from "../../src/report/html/picture-months.ts";
import { excursionsPicture, groupsPicture, histogramPicture } from "../../src/report/html/picture-small.ts";
import { COLORS, standalonePicture } from "../../src/report/html/picture-style.ts";
import { picturesOf } from "../../src/report/html/pictures.ts";
import { computeStatistics, formatNumber, reviewRun } from "../../src/report/index.ts";
import { pageAssets } from "../../src/run/page-assets.ts";
import { dailyEquity, growth, outcomeOf, SETTINGS } from "./support.ts";

/** Points of the path with a class. */
function points(svg: string, kind: string): [x: number, y: number][] {
  const path = new RegExp(`class="${kind}" d="([^"]*)"`).exec(svg)?.[1] ?? "";
  return [...path.matchAll(/[ML](-?[\d.]+) (-?[\d.]+)/g)].map(([, x, y]) => [Number(x), Number(y)]);
}

/** Attributes of every element of a name, as they stand. */
function elements(svg: string, name: string): Record<string, string>[] {
  return [...svg.matchAll(new RegExp(`<${name}\\b([^>]*)>`, "g"))].map(([, attributes = ""]) =>
    Object.fromEntries([...attributes.matchAll(/([\w-]+)="([^"]*)"/g)].map(([, key, value]) => [key, value])),
  );
}

/** A path that rises and falls in a way that is the same on every machine. */
const wave = (count: number) => Float64Array.from({ length: count }, (_, i) => ((i * 37) % 23) / 1_000 - 0.0105);
const month = (period: string, value: number, partial = false) => ({ period, return: value, sessions: 20, partial });
const MONTHS = [month("2023-11", 0.02, true), month("2023-12", -0.04), month("2024-01", 0.08), month("2024-03", 0)];

describe("equity and drawdown", () => {
  // 100 -> 110 -> 88 -> 132: the deepest drawdown is 88 / 110 - 1 = -20 %.
  const svg = equityPicture(dailyEquity([100, 110, 88, 132]));

  it("puts equal times at equal distances and values in proportion", () => {
    const line = points(svg, "line");
    expect(line).toHaveLength(4);
    const [a, b, c, d] = line as [[number, number], [number, number], [number, number], [number, number]];
    expect(b[0] - a[0]).toBeCloseTo(c[0] - b[0], 1);
    expect(c[0] - b[0]).toBeCloseTo(d[0] - c[0], 1);
    // Up is less. From 100: +10, -12, +32.
    expect((c[1] - a[1]) / (b[1] - a[1])).toBeCloseTo(-12 / 10, 1);
    expect((d[1] - a[1]) / (b[1] - a[1])).toBeCloseTo(32 / 10, 1);
    expect(d[1]).toBeLessThan(c[1]);
  });

  it("hangs the drawdown below, 0 at the top and the deepest at the bottom", () => {
    const depth = points(svg, "depth-line").map(([, y]) => y);
    const line = points(svg, "line").map(([, y]) => y);
    expect(depth[0]).toBe(depth[1]);
    expect(depth[3]).toBe(depth[0]);
    expect(Math.min(...depth)).toBeGreaterThan(Math.max(...line));
    expect(depth[2]).toBe(Math.max(...depth));
    expect(svg).toContain("\u221220.0 %");
    expect(svg).toContain("100.00 became 132.00; the deepest drawdown was -20.00 %");
  });

  it("shows the lowest and the highest row of each pixel, however many rows there are", () => {
    const value = new Float64Array(100_000).fill(1_000);
    value[33_333] = 1_200;
    value[66_666] = 700;
    const line = points(equityPicture(dailyEquity(value)), "line");
    expect(line.length).toBeLessThan(2_000);
    const heights = line.map(([, y]) => y);
    // 1,000 lies 200 below the top and 300 above the bottom.
    const [top, bottom, level] = [Math.min(...heights), Math.max(...heights), heights[0] ?? 0];
    expect((level - top) / (bottom - level)).toBeCloseTo(200 / 300, 1);
  });

  it("leaves out rows without a number, and drawdown after ruin", () => {
    const holes = equityPicture(dailyEquity([100, Number.NaN, 110, Number.POSITIVE_INFINITY, 105]));
    expect(points(holes, "line")).toHaveLength(3);
    expect(holes).not.toContain("NaN");
    const ruin = equityPicture(dailyEquity([100, -50, 20]));
    expect(points(ruin, "depth-line")).toEqual([]);
    expect(ruin).toContain("ruined");
    expect(equityPicture(dailyEquity([]))).toBe("");
    expect(equityPicture(dailyEquity([5]))).not.toContain("NaN");
  });
});

describe("the benchmark beside the equity", () => {
  it("lies on the scale of the equity, which makes room for it", () => {
    const equity = dailyEquity([100, 110, 105]);
    const svg = equityPicture(equity, { benchmark: { name: "stock:SPY", ...dailyEquity([100, 130, 115]) } });
    const own = points(svg, "line").map(([, y]) => y);
    const other = points(svg, "line benchmark").map(([, y]) => y);
    // From 100: +10 and +5 of the account, +30 and +15 of the benchmark.
    const from100 = (y: number | undefined) => (own[0] ?? 0) - (y ?? 0);
    expect(other[0]).toBe(own[0]);
    expect(from100(other[1]) / from100(own[1])).toBeCloseTo(3, 1);
    expect(from100(other[2]) / from100(own[2])).toBeCloseTo(3, 1);
    expect(svg).toContain(">stock:SPY</text>");
  });
});

describe("months", () => {
  const svg = monthsPicture(MONTHS, [month("2023", -0.02, true), month("2024", 0.08)]);
  const cells = elements(svg, "rect").filter(({ class: kind }) => kind?.startsWith("cell"));

  it("colours by sign, stronger the larger, and leaves a missing month blank", () => {
    expect(cells.map(({ class: kind }) => kind?.slice(5))).toEqual(["gain", "loss", "gain", "none", "loss", "gain"]);
    const [small, middle, large] = cells.map((cell) => Number(cell["fill-opacity"]));
    expect(small).toBeLessThan(middle ?? 0);
    expect(middle).toBeLessThan(large ?? 0);
    expect(svg).not.toContain("2024-02");
  });

  it("puts the months of a year side by side and the years below each other", () => {
    const [november, december, january, march] = cells as [
      Record<string, string>,
      Record<string, string>,
      Record<string, string>,
      Record<string, string>,
    ];
    const column = Number(december["x"]) - Number(november["x"]);
    expect(Number(march["x"]) - Number(january["x"])).toBe(2 * column);
    expect(Number(november["x"]) - Number(january["x"])).toBe(10 * column);
    expect(november["y"]).toBe(december["y"]);
    expect(Number(january["y"])).toBeGreaterThan(Number(november["y"]));
    expect(elements(svg, "rect").filter(({ class: kind }) => kind === "partial")).toHaveLength(2);
  });
});

describe("months on a narrow screen", () => {
  const months = [month("2023-06", 0.01), month("2023-07", 0.02), month("2024-01", 0.03)];
  const svg = monthsPicture(months, [month("2023", 0.03), month("2024", 0.03)], { narrow: true });
  const cells = elements(svg, "rect")
    .filter(({ class: kind }) => kind?.startsWith("cell"))
    .map((cell) => ({ x: Number(cell["x"]), y: Number(cell["y"]), right: Number(cell["x"]) + Number(cell["width"]) }));
  type Cell = (typeof cells)[number];
  const [june, july, january, year2023, year2024] = cells as [Cell, Cell, Cell, Cell, Cell];

  it("have two rows a year, the return of the year before the second", () => {
    expect([july.x, july.y - june.y]).toEqual([january.x, january.y - july.y]);
    expect(june.x).toBeGreaterThan(july.x);
    expect([year2023.y, year2024.y - year2023.y]).toEqual([july.y, january.y - june.y]);
    expect(year2023.right).toBeLessThan(july.x);
    const width = Number(/viewBox="0 0 (\d+) /.exec(svg)?.[1]);
    expect(width).toBeLessThan(360);
    expect(Math.max(...cells.map(({ right }) => right))).toBeLessThanOrEqual(width);
  });
});

describe("the small pictures", () => {
  it("count every value once, below 0 in the colour of losses", () => {
    const values = Float64Array.from([-3, -1, -1, 0, 0.5, 0.5, 0.5, 2, 9, Number.NaN]);
    const svg = histogramPicture(values, { name: "trades", title: "Results", unit: "money" });
    const counts = [...svg.matchAll(/: (\d+)<\/title>/g)].map(([, count]) => Number(count));
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(9);
    const bars = elements(svg, "rect");
    const losses = bars.flatMap(({ class: kind }, i) => (kind === "loss" ? [counts[i] ?? 0] : []));
    expect(losses.reduce((sum, count) => sum + count, 0)).toBe(3);
    // The heights are as the counts.
    const heights = bars.map(({ height }) => Number(height));
    const unit = Math.max(...heights) / Math.max(...counts);
    heights.forEach((height, i) => {
      expect(height).toBeCloseTo((counts[i] ?? 0) * unit, 1);
    });
  });

  it("leave the words of marked values above every bar, each over its own line", () => {
    // The highest bar lies where both values do.
    const values = Float64Array.from({ length: 60 }, (_, i) => (i < 40 ? -0.0105 + i * 1e-5 : i / 1_000));
    const marks = { "VaR 95 %": -0.0102, "CVaR 95 %": -0.0104 };
    const svg = histogramPicture(values, { name: "returns", title: "Returns", unit: "fraction", marks });
    const words = elements(svg, "text").filter(({ class: kind }) => kind === "over");
    const lines = [...svg.matchAll(/class="mark" d="M([\d.]+) ([\d.]+)V/g)].map(([, x, y]) => [Number(x), Number(y)]);
    const tops = elements(svg, "rect").map(({ y }) => Number(y));
    expect(words).toHaveLength(2);
    for (const { y } of words) expect(Number(y)).toBeLessThan(Math.min(...tops));
    // From left to right, each a row lower: the line on the right begins below the words of the one on the left.
    expect(lines[0]?.[0]).toBeLessThan(lines[1]?.[0] ?? 0);
    expect(lines[1]?.[1]).toBeGreaterThan(Number(words[0]?.["y"]));
  });

  it("mark whole numbers alone on the axis of counts", () => {
    const svg = histogramPicture(Float64Array.of(5), { name: "trades", title: "Results", unit: "money" });
    const marks = [...svg.matchAll(/text-anchor="end">([^<]*)</g)].map(([, words]) => words);
    expect(marks).toEqual(["0", "1"]);
  });

  it("draw bars of groups from 0, up for gains and down for losses", () => {
    const groups = [10, -5, 20].map((value, i) => ({ name: String(i), value, words: String(value) }));
    const bars = elements(groupsPicture(groups, { name: "hours", title: "Hours", unit: "money" }), "rect");
    const [ten, minusFive, twenty] = bars.map(({ y, height }) => ({ top: Number(y), height: Number(height) }));
    expect(twenty?.height).toBeCloseTo(2 * (ten?.height ?? 0), 1);
    expect(minusFive?.height).toBeCloseTo((ten?.height ?? 0) / 2, 1);
    expect((ten?.top ?? 0) + (ten?.height ?? 0)).toBeCloseTo(minusFive?.top ?? 0, 1);
    expect(bars.map(({ class: kind }) => kind)).toEqual(["gain", "loss", "gain"]);
  });

  it("put a trade to the right by its largest open loss and up by its result", () => {
    // Losses of 0, 100 and 200 on the way; results of 50, -100 and 300.
    const svg = excursionsPicture(
      Float64Array.of(0, -100, -200),
      Float64Array.of(50, 10, 300),
      Float64Array.of(50, -100, 300),
    );
    const [first, third] = points(svg, "dots won") as [[number, number], [number, number]];
    const [second] = points(svg, "dots lost") as [[number, number]];
    expect(second[0] - first[0]).toBeCloseTo((third[0] - first[0]) / 2, 0);
    expect((second[1] - first[1]) / (first[1] - third[1])).toBeCloseTo(150 / 250, 1);
  });

  it("are left out where there is nothing to see", () => {
    const none = new Float64Array(0);
    expect(histogramPicture(none, { name: "a", title: "", unit: "money" })).toBe("");
    expect(groupsPicture([{ name: "a", value: 1, words: "" }], { name: "a", title: "", unit: "money" })).toBe("");
    const still = ["2023", "2024"].map((name) => ({ name, value: 0, words: "" }));
    expect(groupsPicture(still, { name: "years", title: "", unit: "fraction" })).toBe("");
    expect(excursionsPicture(none, none, none)).toBe("");
    expect(rollingPicture(none, none, { name: "a", title: "", unit: "ratio" })).toBe("");
    expect(monthsPicture([], [])).toBe("");
    expect(comparePicture([])).toBe("");
    for (const value of [0, -7, 1e300]) {
      expect(
        histogramPicture(Float64Array.of(value), { name: "a", title: "", unit: "money", normal: true }),
      ).not.toMatch(/NaN|Infinity/);
    }
  });
});

describe("the excursions of trades", () => {
  it("have an axis that tells its marks apart where no trade was ever in trouble", () => {
    const svg = excursionsPicture(Float64Array.of(0, 0), Float64Array.of(50, 20), Float64Array.of(40, 10));
    const marks = [...svg.matchAll(/y="203"[^>]*>([^<]*)</g)].map(([, words]) => words);
    expect(marks).toEqual(["0", "10", "20", "30", "40"]);
  });
});

describe("the Sharpe ratio over time", () => {
  it("is over the risk-free rate, as the statistic is", () => {
    const value = growth(wave(160).map((change) => change + 0.001));
    const settings = { ...SETTINGS, riskFreeRate: 0.08 };
    const run = outcomeOf({ equity: dailyEquity(value), settings });
    const statistics = computeStatistics(run);
    const input = pageInputOf(run, statistics, reviewRun(run, statistics), pageAssets().pack);
    // A run of the last 126 sessions alone.
    const { sharpe } = computeStatistics(outcomeOf({ equity: dailyEquity(value.subarray(-127)), settings }));
    expect(picturesOf(input)["rolling-sharpe"]).toContain(`At the end ${formatNumber(sharpe)}.`);
  });
});

describe("exposure and margin over time", () => {
  const time = dailyEquity([0, 0, 0]).time;

  it("put gross and net on one scale with 0 in it", () => {
    const svg = exposurePicture(time, Float64Array.of(1, 2, 0.5), Float64Array.of(1, -1, 0));
    const gross = points(svg, "line").map(([, y]) => y);
    const net = points(svg, "line second").map(([, y]) => y);
    const [zero = 0] = [...svg.matchAll(/class="zero" d="M76 ([\d.]+)H/g)].map(([, y]) => Number(y));
    const unit = zero - (gross[0] ?? 0);
    expect([gross, net].map((line) => line.map((y) => Math.round(((zero - y) / unit) * 100) / 100))).toEqual([
      [1, 2, 0.5],
      [1, -1, 0],
    ]);
    expect(svg).toContain("At most 200.0 % gross.");
  });

  it("leave room between the words of the time axis", () => {
    // From 10 to 800 days: months, quarters and years, some of them close together.
    for (let days = 10; days < 800; days += 7) {
      const svg = marginPicture(dailyEquity(new Float64Array(days), "2022-01-03").time, new Float64Array(days).fill(1));
      const words = elements(svg, "text").flatMap(({ x, "text-anchor": anchor }, i) =>
        anchor === "middle"
          ? [{ x: Number(x), length: [...svg.matchAll(/<text[^>]*>([^<]*)</g)][i]?.[1]?.length ?? 0 }]
          : [],
      );
      words.slice(1).forEach(({ x, length }, i) => {
        // A digit of the font at 14 pixels is at most 9 wide; half of each word lies between the two.
        expect(x - (words[i]?.x ?? 0), `${days} days`).toBeGreaterThan(length * 8.5);
      });
    }
  });

  it("write thousands of percent so that they are not cut", () => {
    const svg = exposurePicture(time, Float64Array.of(1, 40, 3), Float64Array.of(-1, -40, 3));
    const marks = [...svg.matchAll(/text-anchor="end">([^<]*)</g)].map(([, words]) => words);
    expect(marks).toEqual(["\u22124k %", "\u22122k %", "0 %", "2k %", "4k %"]);
  });

  it("leave out what is not known, and are left out where nothing was held", () => {
    const margin = marginPicture(time, Float64Array.of(0.1, Number.NaN, 0.3));
    expect(points(margin, "line")).toHaveLength(2);
    expect(margin).not.toContain("NaN");
    const none = new Float64Array(3);
    expect(exposurePicture(time, none, none)).toBe("");
    expect(marginPicture(time, none.fill(Number.NaN))).toBe("");
  });
});

describe("several runs on one picture", () => {
  it("start at 0 and end at their gains", () => {
    const svg = comparePicture([
      { name: "a", ...dailyEquity([100, 150]) },
      { name: "b", ...dailyEquity([2_000, 2_500]) },
    ]);
    const [[, start], [, a]] = points(svg, "line") as [[number, number], [number, number]];
    const [[, other], [, b]] = points(svg, "line second") as [[number, number], [number, number]];
    expect(other).toBe(start);
    expect((start - b) / (start - a)).toBeCloseTo(0.25 / 0.5, 2);
  });
});

describe("round marks", () => {
  it("are steps of 1, 2 or 5 inside the span", () => {
    expect(valueTicks(0, 10, 5)).toEqual([0, 2, 4, 6, 8, 10]);
    expect(valueTicks(-0.37, 0.21, 4)).toEqual([-0.2, 0, 0.2]);
    expect(valueTicks(101, 101, 5)).toEqual([101]);
    expect(valueTicks(1e-9, 2e-9, 2)).toEqual([1e-9, 1.5e-9, 2e-9]);
    expect(valueTicks(Number.NaN, 1, 5)).toEqual([]);
  });

  it("are hours, days, months or years, whichever fit", () => {
    const texts = (from: string, to: string, count: number) =>
      timeTicks(Date.parse(from), Date.parse(to), count).map(({ text }) => text);
    expect(texts("2024-01-31T00:00Z", "2024-01-31T12:00Z", 4)).toEqual([
      "01-31 00:00",
      "01-31 03:00",
      "01-31 06:00",
      "01-31 09:00",
      "01-31 12:00",
    ]);
    expect(texts("2024-02-27T12:00Z", "2024-03-02T00:00Z", 4)).toEqual(["02-28", "02-29", "03-01", "03-02"]);
    expect(texts("2023-11-15T00:00Z", "2024-03-15T00:00Z", 5)).toEqual(["2023-12", "2024-01", "2024-02", "2024-03"]);
    expect(texts("1999-06-01T00:00Z", "2024-06-01T00:00Z", 6)).toEqual(["2000", "2005", "2010", "2015", "2020"]);
  });
});

/** Made once, looked at, and kept; see test/golden/README.md. */
describe("the pictures as they were looked at", () => {
  const equity = dailyEquity(growth(wave(260)), "2024-01-02");
  const returns = wave(260);
  const trades = Float64Array.from({ length: 120 }, (_, i) => ((i * 53) % 41) * 25 - 450);
  it.each([
    ["equity", equityPicture(equity)],
    [
      "equity-benchmark",
      equityPicture(equity, {
        benchmark: { name: "stock:SPY", time: equity.time, value: growth(wave(260).map((value) => value + 0.0006)) },
      }),
    ],
    ["equity-ruin", equityPicture(dailyEquity([100_000, 90_000, 40_000, -10_000, -5_000]))],
    ["months", monthsPicture(MONTHS, [month("2023", -0.02, true), month("2024", 0.08)])],
    [
      "returns",
      histogramPicture(returns, {
        name: "returns",
        title: "Returns of sessions",
        unit: "fraction",
        normal: true,
        marks: { "VaR 95 %": -0.0095 },
      }),
    ],
    ["trades", histogramPicture(trades, { name: "trades", title: "Results of trades", unit: "money" })],
    [
      "excursions",
      excursionsPicture(
        trades.map((pnl) => Math.min(0, pnl) - 40),
        trades.map((pnl) => Math.max(0, pnl) + 30),
        trades,
      ),
    ],
    [
      "weekdays",
      groupsPicture(
        ["Mon", "Tue", "Wed", "Thu", "Fri"].map((name, i) => ({
          name,
          value: [900, -400, 1_250, 300, -80][i] ?? 0,
          words: name,
        })),
        { name: "weekdays", title: "Result by weekday", unit: "money" },
      ),
    ],
    [
      "rolling-sharpe",
      rollingPicture(
        equity.time,
        equity.value.map((_, i) => (i < 126 ? Number.NaN : Math.round(100 * Math.sin(i / 20)) / 100)),
        { name: "rolling-sharpe", title: "Sharpe ratio", unit: "ratio" },
      ),
    ],
    [
      "exposure",
      exposurePicture(
        equity.time,
        equity.value.map((_, i) => (i % 60 < 40 ? 0.9 + ((i * 7) % 10) / 100 : 0)),
        equity.value.map((_, i) => (i % 60 < 40 ? (i % 120 < 60 ? 0.7 : -0.7) : 0)),
      ),
    ],
    [
      "margin",
      marginPicture(
        equity.time,
        equity.value.map((_, i) => (i % 60 < 40 ? 0.11 + ((i * 7) % 10) / 1_000 : 0)),
      ),
    ],
    [
      "compare",
      comparePicture([
        { name: "a", ...equity },
        { name: "b", ...dailyEquity(growth(wave(260).map((value) => -value / 2)), "2024-01-02") },
      ]),
    ],
  ])("%s", async (name, svg) => {
    await expect(standalonePicture(svg)).toMatchFileSnapshot(`../golden/${name}.svg`);
  });
});

describe("a picture that stands alone", () => {
  it("has its words below it, in lines that fit, and no part of it under them", () => {
    const svg = marginPicture(dailyEquity([0, 0, 0]).time, Float64Array.of(1, 2, 3));
    const caption = "SmaCross, SIMULATED: Largest initial margin of each session, as a share of equity";
    const alone = standalonePicture(svg, caption);
    const [, height] = /viewBox="0 0 350 (\d+)"/.exec(alone) ?? [];
    const lines = [...alone.matchAll(/x="8" y="(\d+)"[^>]*>([^<]*)</g)].map(([, y, text = ""]) => ({
      y: Number(y),
      text,
    }));
    expect(lines.map(({ text }) => text).join(" ")).toBe(caption);
    expect(lines).toHaveLength(2);
    for (const { y, text } of lines) {
      expect(y).toBeGreaterThan(210);
      expect(y).toBeLessThan(Number(height));
      expect(text.length).toBeLessThan(46);
    }
    expect(standalonePicture(svg)).toContain('viewBox="0 0 350 210"');
  });
});

describe("colours", () => {
  /** Relative luminance and contrast as WCAG 2.2 defines them. */
  const luminance = (hex: string) => {
    const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
      const share = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const contrast = (a: string, b: string) => {
    const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
    return (light + 0.05) / (dark + 0.05);
  };

  it("of text keep 4.5 to 1, of lines and shapes 3 to 1, on either ground", () => {
    for (const rules of [COLORS.light, COLORS.dark]) {
      const color = Object.fromEntries(
        [...rules.matchAll(/--([\w-]+):(#[0-9a-f]{6})\b/g)].map(([, name, hex]) => [name, hex ?? ""]),
      );
      const against = (name: string) =>
        Math.min(...["panel", "ground"].map((ground) => contrast(color[name] ?? "", color[ground] ?? "")));
      for (const name of ["ink", "quiet", "gain", "loss-ink"])
        expect([name, against(name) >= 4.5]).toEqual([name, true]);
      for (const name of ["loss", "other", "candle"]) expect([name, against(name) >= 3]).toEqual([name, true]);
    }
  });
});
