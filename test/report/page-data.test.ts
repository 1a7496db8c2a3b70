/** What the page holds, read back by the page's own program. */
import { Buffer } from "node:buffer";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import type { BarColumns } from "../../src/market/bar-series.ts";
import { csvCell } from "../../src/report/csv.ts";
import { fitBars } from "../../src/report/html/coarsen.ts";
import { block } from "../../src/report/html/drawing.ts";
import { escapeHtml, jsonForScript } from "../../src/report/html/escape.ts";
import { gridOf } from "../../src/report/html/grid.ts";
import { joinModules } from "../../src/report/html/join-modules.ts";
import { packBars, packCurve } from "../../src/report/html/pack.ts";
import { parseTable } from "../../src/report/html/table-text.ts";
import { pageAssets } from "../../src/run/page-assets.ts";

interface Unpack {
  unpackBars(block: object): Promise<BarColumns>;
  unpackCurve(block: object): Promise<{ readonly time: Float64Array; readonly value: Float64Array }>;
}

interface Levels {
  levelsOf(bars: BarColumns & { readonly step: number }): {
    fitting(from: number, to: number): BarColumns & { readonly step: number };
  };
  barAt(time: Float64Array, instant: number): number;
}

const { pack } = pageAssets();
/** A module of the page; it is no part of the typed sources. */
const pageModule = (name: string) =>
  import(pathToFileURL(join(import.meta.dirname, "../../src/report/page", name)).href) as Promise<unknown>;
let unpack: Unpack;
let levels: Levels;

beforeAll(async () => {
  unpack = (await pageModule("unpack.js")) as Unpack;
  levels = (await pageModule("levels.js")) as Levels;
});

/** Bars on a grid of prices, of any sign, at irregular times. */
const onGrid = (step: number) =>
  fc
    .array(
      fc.record({
        gap: fc.integer({ min: 1, max: 5_000 }),
        prices: fc.array(fc.integer({ min: -1e6, max: 1e6 }), { minLength: 4, maxLength: 4 }),
        volume: fc.integer({ min: 0, max: 1e9 }),
      }),
      { maxLength: 60 },
    )
    .map((rows) => {
      let time = Date.UTC(2024, 0, 1);
      const price = (row: (typeof rows)[number], i: number) => Number(((row.prices[i] ?? 0) * step).toFixed(8));
      return {
        time: Float64Array.from(rows, ({ gap }) => {
          time += gap * 1_000;
          return time;
        }),
        open: Float64Array.from(rows, (row) => price(row, 0)),
        high: Float64Array.from(rows, (row) => Math.max(...row.prices.map((_, i) => price(row, i)))),
        low: Float64Array.from(rows, (row) => Math.min(...row.prices.map((_, i) => price(row, i)))),
        close: Float64Array.from(rows, (row) => price(row, 3)),
        volume: Float64Array.from(rows, ({ volume }) => volume),
      };
    });

describe("packed columns", () => {
  it.each([0.25, 0.01, 1, 0.00000001, 1 / 32])("bars on a grid of %d come back as the same doubles", async (step) => {
    await fc.assert(
      fc.asyncProperty(onGrid(step), async (bars) => {
        const { time, open, high, low, close, volume } = await unpack.unpackBars(block(packBars(bars), pack));
        expect({ time, open, high, low, close, volume }).toEqual(bars);
      }),
      { numRuns: 40 },
    );
  });

  it("curves come back as the same doubles, gaps as gaps", async () => {
    const cents = fc.integer({ min: -1e9, max: 1e9 }).map((value) => value / 100);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(cents, fc.constant(Number.NaN)), { maxLength: 80 }), async (values) => {
        const value = Float64Array.from(values);
        const time = value.map((_, i) => 1_700_000_000_123 + i * 977);
        const read = await unpack.unpackCurve(block(packCurve(time, value), pack));
        expect(read).toEqual({ time, value });
      }),
    );
  });

  it("values on no grid keep nine digits or eight decimals", async () => {
    const value = Float64Array.from({ length: 500 }, (_, i) => 100_000 * Math.exp(Math.sin(i)) + i / 7);
    const time = value.map((_, i) => i * 60_000);
    const read = await unpack.unpackCurve(block(packCurve(time, value), pack));
    read.value.forEach((level, i) => {
      expect(Math.abs(level - (value[i] ?? 0))).toBeLessThan(1e-3);
    });
  });

  it("values on no grid come back as they were where every digit is asked for", async () => {
    // The files write 0 for -0 as well.
    const double = fc.double().map((value) => value + 0);
    await fc.assert(
      fc.asyncProperty(fc.array(double, { maxLength: 50 }), async (values) => {
        const value = Float64Array.from(values);
        const time = value.map((_, i) => i * 60_000);
        expect(await unpack.unpackCurve(block(packCurve(time, value, true), pack))).toEqual({
          time,
          value: value.map((level) =>
            Number.isFinite(level) || packCurve(time, value, true).value === null ? level : Number.NaN,
          ),
        });
        const finite = value.map((level) => (Number.isFinite(level) ? level : 1 / 3));
        const bars = { time, open: finite, high: finite, low: finite, close: finite, volume: time };
        const { open, close } = await unpack.unpackBars(block(packBars(bars, true), pack));
        expect([open, close]).toEqual([finite, finite]);
      }),
    );
  });

  it("enormous values keep their sign and nine digits", async () => {
    const value = Float64Array.of(1e300, -1.5e25, 3e18, -2);
    const { value: read } = await unpack.unpackCurve(
      block(
        packCurve(
          value.map((_, i) => i),
          value,
        ),
        pack,
      ),
    );
    read.forEach((level, i) => {
      expect(Math.abs(level - (value[i] ?? 0))).toBeLessThan(1e292);
    });
    const smaller = Float64Array.of(-1.5476969695051298e25, 1e25);
    const back = await unpack.unpackCurve(block(packCurve(Float64Array.of(0, 1), smaller), pack));
    expect((back.value[0] ?? 0) / (smaller[0] ?? 1)).toBeCloseTo(1, 8);
  });

  it("know the grid: quarters are steps of 25 hundredths", () => {
    expect(gridOf([Float64Array.of(4_700.25, 4_700.5, 4_701)])).toEqual({ decimals: 2, multiple: 25, exact: true });
    expect(gridOf([Float64Array.of(-3, 9)])).toEqual({ decimals: 0, multiple: 3, exact: true });
    expect(gridOf([new Float64Array(0)])).toEqual({ decimals: 0, multiple: 1, exact: true });
    expect(gridOf([Float64Array.of(1 / 3)]).exact).toBe(false);
  });

  it("of a year of minutes take about four bytes a bar", () => {
    const count = 100_000;
    let price = 4_700;
    let state = 7;
    const chance = () => {
      state = (state * 48_271) % 2_147_483_647;
      return state / 2_147_483_647;
    };
    const close = Float64Array.from({ length: count }, () => {
      price += 0.25 * Math.round((chance() - 0.5) * 12);
      return price;
    });
    const open = close.map((_, i) => close[i - 1] ?? 4_700);
    const bars = {
      time: close.map((_, i) => i * 60_000),
      open,
      close,
      high: close.map((level, i) => Math.max(level, open[i] ?? 0) + 0.25 * Math.floor(chance() * 4)),
      low: close.map((level, i) => Math.min(level, open[i] ?? 0) - 0.25 * Math.floor(chance() * 4)),
      volume: close.map(() => Math.floor(chance() * 2_000)),
    };
    expect(Buffer.byteLength(pack(packBars(bars).bytes)) / count).toBeLessThan(5);
  });
});

describe("longer bars", () => {
  /** Five minutes: highest 9, lowest 1, from 5 to 6, 15 units. */
  const minutes = {
    asset: "stock:ACME",
    step: 60_000,
    time: Float64Array.of(0, 60_000, 120_000, 180_000, 240_000, 300_000),
    open: Float64Array.of(5, 6, 7, 3, 2, 6),
    high: Float64Array.of(6, 9, 8, 4, 6, 6),
    low: Float64Array.of(4, 6, 3, 1, 2, 6),
    close: Float64Array.of(6, 7, 3, 2, 6, 6),
    volume: Float64Array.of(1, 2, 3, 4, 5, 6),
  };

  it("take first, highest, lowest, last and the sum", () => {
    // 2,000 minutes are more than the screen holds, five minutes of them are not.
    const many = { ...minutes, ...repeated(minutes, 334) };
    const level = levels.levelsOf(many).fitting(0, 334 * 360_000);
    expect(level.step).toBe(300_000);
    expect([level.open[0], level.high[0], level.low[0], level.close[0], level.volume[0]]).toEqual([5, 9, 1, 6, 15]);
    expect(level.volume.reduce((a, b) => a + b)).toBe(many.volume.reduce((a, b) => a + b));
    expect(levels.levelsOf(many).fitting(0, 600_000).step).toBe(60_000);
  });

  it("never stand for an instant they do not hold", () => {
    expect([-1, 0, 59_999, 60_000, 1e9].map((instant) => levels.barAt(minutes.time, instant))).toEqual([
      -1, 0, 0, 1, 5,
    ]);
  });

  it("take the place of bars that are too many for a page, the longest histories first", () => {
    const long = { ...minutes, ...repeated(minutes, 150_000) };
    const [fitted, short] = fitBars([long, minutes]);
    expect(fitted?.time.length).toBeLessThanOrEqual(600_000);
    expect(fitted?.step).toBe(120_000);
    expect(short).toBe(minutes);
    expect([fitted?.open[0], fitted?.high[0], fitted?.low[0], fitted?.close[0], fitted?.volume[0]]).toEqual([
      5, 9, 4, 7, 3,
    ]);
    expect(fitted?.volume.reduce((a, b) => a + b)).toBe(long.volume.reduce((a, b) => a + b));
  });

  it("are made of sound bars alone", () => {
    const [bars] = fitBars([
      { ...minutes, high: minutes.high.with(2, Number.NaN), volume: minutes.volume.with(0, Number.NaN) },
    ]);
    expect([...(bars?.time ?? [])]).toEqual([0, 60_000, 180_000, 240_000, 300_000]);
    expect(bars?.volume[0]).toBe(0);
  });

  /** The same bars one after the other. */
  function repeated(bars: typeof minutes, times: number) {
    const count = bars.time.length;
    const column = (values: Float64Array) =>
      Float64Array.from({ length: count * times }, (_, i) => values[i % count] ?? 0);
    return {
      time: Float64Array.from({ length: count * times }, (_, i) => i * bars.step),
      open: column(bars.open),
      high: column(bars.high),
      low: column(bars.low),
      close: column(bars.close),
      volume: column(bars.volume),
    };
  }
});

describe("text on its way into a page", () => {
  it("of a table comes back cell by cell", () => {
    fc.assert(
      fc.property(fc.array(fc.array(fc.string(), { minLength: 2, maxLength: 2 }), { maxLength: 8 }), (rows) => {
        const text = [["a", "b"], ...rows].map((row) => `${row.map(csvCell).join(",")}\n`).join("");
        // A row of one empty cell would be a blank line; two cells never are.
        expect(parseTable(text)).toEqual({ columns: ["a", "b"], rows });
      }),
    );
  });

  it("can end no element and begin none", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const json = jsonForScript({ text: `${text}</script><!--\u2028` });
        expect(json).not.toMatch(/[<\u2028\u2029]/);
        expect(JSON.parse(json)).toEqual({ text: `${text}</script><!--\u2028` });
        expect(escapeHtml(text)).not.toMatch(/[<>"']/);
      }),
    );
  });
});

describe("the program of the page", () => {
  it("runs each module once, after those it imports, in a scope of its own", () => {
    const files: Record<string, string> = {
      "a.js":
        'import { b as second } from "./b.js";\nimport {\n  c,\n} from "./c.js";\nconst local = "a";\nlog.push(local + second() + c);\n',
      "b.js":
        'import { c } from "./c.js";\nconst local = "b";\nlog.push(local);\nexport function b() {\n  return local + c;\n}\n',
      "c.js": 'const local = "c";\nlog.push(local);\nexport const c = local;\n',
    };
    const log: string[] = [];
    new Function(
      "log",
      joinModules("a.js", (name) => files[name] ?? ""),
    )(log);
    expect(log).toEqual(["c", "b", "abcc"]);
  });

  it("leaves no import and no export behind", () => {
    expect(pageAssets().script).not.toMatch(/^\s*(import|export)\b/m);
  });

  it("carries the notices its libraries ask for", () => {
    const { lightweightCharts, uPlot, uPlotLicense } = pageAssets();
    expect(lightweightCharts.slice(0, 400)).toMatch(/TradingView Lightweight Charts.*Apache License 2\.0/s);
    expect(uPlot.slice(0, 200)).toContain("github.com/leeoniya/uPlot");
    expect(uPlotLicense).toContain("The above copyright notice and this permission notice shall be included");
  });
});
