/** Which files of a run its page can hand out, and which are left out for their weight. */
import { describe, expect, it } from "vitest";
import type { ChartLine, ChartOhlc } from "../../src/market/chart.ts";
import type { RunOutcome } from "../../src/market/run-outcome.ts";
import { packDrawing } from "../../src/report/html/drawing.ts";
import { type HeldFiles, holdFiles } from "../../src/report/html/held-files.ts";
import { type PageInput, pageInputOf } from "../../src/report/html/page-input.ts";
import { computeStatistics, reviewRun } from "../../src/report/index.ts";
import { pageAssets } from "../../src/run/page-assets.ts";
import { dailyEquity, outcomeOf } from "./support.ts";

const { pack } = pageAssets();
const MANY = 50_001;
/** Values that lie on no grid of decimals. */
const thirds = (count: number) => Float64Array.from({ length: count }, (_, i) => 1_000 + i / 3);

function held(parts: Partial<RunOutcome>, change: Partial<PageInput> = {}): HeldFiles {
  const outcome = outcomeOf(parts);
  const statistics = computeStatistics(outcome);
  return holdFiles({ ...pageInputOf(outcome, statistics, reviewRun(outcome, statistics), pack), ...change }, pack);
}

const minutes = (count: number) => Float64Array.from({ length: count }, (_, i) => i * 60_000);

function lineOf(count: number): ChartLine {
  const look = { color: null, style: "solid", width: 1 } as const;
  return { name: "line", plot: "main", asset: null, time: minutes(count), value: thirds(count), ...look };
}

function candlesOf(count: number): ChartOhlc {
  const value = thirds(count);
  const levels = {
    open: value,
    high: value.map((level) => level + 1),
    low: value,
    close: value.map((level) => level + 1),
  };
  return { name: "candles", plot: "main", asset: null, time: minutes(count), ...levels };
}

describe("a page", () => {
  it("holds equity of any length on a grid, and of 50,000 rows on none", () => {
    const long = dailyEquity(Float64Array.from({ length: MANY }, (_, i) => 1_000 + i / 4));
    expect(held({ equity: long }).offered).toContain("equity.csv");
    expect(held({ equity: dailyEquity(thirds(MANY - 1)) }).offered).toContain("equity.csv");
    const off = held({ equity: dailyEquity(thirds(MANY)) });
    expect(off.left).toEqual(["equity.csv"]);
    expect(off.data.cash).toBeNull();
  });

  it("leaves out long tables that it does not draw from, and says which", () => {
    const table = { columns: ["time"], rows: Array.from({ length: MANY }, (_, i) => [String(i)]) };
    const { offered, left, data } = held(
      {},
      { tables: { "fills.csv": table, "traces.csv": table, "markers.csv": table } },
    );
    expect(left).toEqual(["traces.csv", "markers.csv"]);
    expect(offered).toContain("fills.csv");
    // Markers are drawn all the same: every other one.
    expect(Object.keys(data.tables)).toEqual(["fills.csv", "markers.csv"]);
  });

  it("holds a log of a million characters and no more", () => {
    expect(held({}, { texts: { "run.log": "x".repeat(1_000_000) } }).offered).toContain("run.log");
    expect(held({}, { texts: { "run.log": "x".repeat(1_000_001) } })).toMatchObject({
      left: ["run.log"],
      data: { texts: {} },
    });
    expect([held({}).offered, held({}).left].flat()).not.toContain("run.log");
  });

  it("offers what was drawn where every point is there to the last digit", () => {
    const chart = (count: number) => ({ markers: [], lines: [lineOf(count)], ohlc: [candlesOf(count)] });
    expect(held({ chart: chart(100) }).offered).toEqual(expect.arrayContaining(["lines.csv", "ohlc.csv"]));
    expect(held({ chart: chart(MANY) }).left).toEqual(["lines.csv", "ohlc.csv"]);
  });

  it("says what is drawn no more once the page it stood in is gone", () => {
    const empty = packDrawing([], { benchmark: null, chart: { markers: [], lines: [], ohlc: [] } }, pack);
    const chart = { markers: [], lines: [lineOf(3)], ohlc: [] };
    expect(held({ chart }, { drawing: empty }).left).toEqual(["lines.csv"]);
  });

  it("holds half a million candles as half as many, each of two", () => {
    const given = candlesOf(500_000);
    const { ohlc } = packDrawing([], { benchmark: null, chart: { markers: [], lines: [], ohlc: [given] } }, pack);
    expect(ohlc.map(({ count, whole }) => ({ count, whole }))).toEqual([{ count: 250_000, whole: false }]);
  });
});
