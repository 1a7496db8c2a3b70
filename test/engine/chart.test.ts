import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DateTime } from "luxon";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../temporary-folder.ts";
import { barsOf, ES, flat, MINUTE, run, type Scripted, STOCK, T0 } from "./support.ts";

const bars = barsOf(ES, flat(100, 4));

/** When the n-th iteration runs: at the open of bar n. */
const at = (iteration: number) => T0 + iteration * MINUTE;

describe("what a strategy draws", () => {
  it("is in the result, at the simulated instant, on the candles of the run's asset", async () => {
    const { result } = await run(bars, (strategy) => {
      strategy.addLine("fast", strategy.iteration * 10);
      if (strategy.iteration === 1) strategy.addMarker("entry", { value: 101.5, symbol: "arrow-up", text: "go" });
    });
    const [line] = result.chart.lines;
    expect(line).toMatchObject({ name: "fast", plot: "main", color: null, style: "solid", width: 1 });
    expect(line?.asset?.key).toBe(ES.key);
    expect([...(line?.time ?? [])]).toEqual([at(0), at(1), at(2), at(3)]);
    expect([...(line?.value ?? [])]).toEqual([0, 10, 20, 30]);
    expect(result.chart.markers).toEqual([
      {
        name: "entry",
        plot: "main",
        asset: ES,
        time: at(1),
        value: 101.5,
        color: null,
        symbol: "arrow-up",
        size: 1,
        text: "go",
      },
    ]);
  });

  it("is empty for a strategy that draws nothing", async () => {
    const { result } = await run(bars, () => {});
    expect(result.chart).toEqual({ markers: [], lines: [], ohlc: [] });
  });

  it("is kept apart by name, plot and asset; the look is the newest that was given", async () => {
    const { result } = await run(bars, (strategy) => {
      strategy.addLine("sma", 1, { color: "#0072B2", width: 2 });
      strategy.addLine("sma", 2, { plot: "momentum", style: "dashed" });
      strategy.addLine("sma", 3, { asset: STOCK });
      if (strategy.iteration === 1) strategy.addLine("rest", 4, { color: "teal" });
      if (strategy.iteration === 2) strategy.addLine("rest", 5);
    });
    expect(
      result.chart.lines.map(({ name, plot, asset, color, style, width }) => [
        name,
        plot,
        asset?.key,
        color,
        style,
        width,
      ]),
    ).toEqual([
      ["sma", "main", ES.key, "#0072B2", "solid", 2],
      ["sma", "momentum", ES.key, null, "dashed", 1],
      ["sma", "main", STOCK.key, null, "solid", 1],
      ["rest", "main", ES.key, "teal", "solid", 1],
    ]);
  });

  it("may lie at any instant; points come out by time and the later call of one instant stands", async () => {
    const { result } = await run(bars, (strategy) => {
      if (strategy.iteration !== 0) return;
      strategy.addLine("level", 3, { time: 3_000 });
      strategy.addLine("level", 1, { time: new Date(1_000) });
      strategy.addLine("level", 2, { time: DateTime.fromMillis(2_000) });
      strategy.addLine("level", 9, { time: 1_000 });
      strategy.addMarker("late", { time: 9_000 });
      strategy.addMarker("early", { time: 5_000 });
    });
    expect([...(result.chart.lines[0]?.time ?? [])]).toEqual([1_000, 2_000, 3_000]);
    expect([...(result.chart.lines[0]?.value ?? [])]).toEqual([9, 2, 3]);
    expect(result.chart.markers.map(({ name }) => name)).toEqual(["early", "late"]);
  });

  it("has gaps where a line has NaN, and no marker and no candle there; the marker is told once", async () => {
    const { result } = await run(bars, (strategy) => {
      strategy.addLine("rsi", strategy.iteration === 0 ? Number.NaN : 50, { plot: "rsi" });
      strategy.addMarker("hole", { value: Number.NaN });
      strategy.addOhlc("weekly", 1, 2, 0.5, strategy.iteration === 0 ? Number.NaN : 1.5);
    });
    expect(result.chart.lines[0]?.value[0]).toBeNaN();
    expect(result.chart.lines[0]?.value[1]).toBe(50);
    expect(result.chart.markers).toEqual([]);
    expect(result.events.filter(({ code }) => code === "marker_skipped")).toHaveLength(1);
    const [candles] = result.chart.ohlc;
    expect(candles?.time[0]).toBe(at(1));
    expect([candles?.open[0], candles?.high[0], candles?.low[0], candles?.close[0]]).toEqual([1, 2, 0.5, 1.5]);
  });

  it("can be read by the strategy, as a copy", async () => {
    let seen: unknown;
    const { result } = await run(bars, (strategy) => {
      if (strategy.iteration > 1) return;
      strategy.addLine("x", strategy.iteration);
      strategy.addMarker("m");
      strategy.addOhlc("o", 1, 1, 1, 1);
      if (strategy.iteration === 0) {
        strategy.getLines()[0]?.value.fill(77);
        seen = [strategy.getLines().length, strategy.getMarkers().length, strategy.getOhlc().length];
      }
    });
    expect(seen).toEqual([1, 1, 1]);
    expect([...(result.chart.lines[0]?.value ?? [])]).toEqual([0, 1]);
  });

  it("grows to a million points in two columns a line", async () => {
    const { result } = await run(bars, (strategy) => {
      if (strategy.iteration !== 0) return;
      for (let i = 0; i < 1_000_000; i++) strategy.addLine("ticks", i, { time: i });
      for (let i = 0; i < 50_000; i++) strategy.addMarker(`m${i}`, { time: i });
      for (let i = 0; i < 20_000; i++) strategy.addLine(`line ${i}`, 1);
    });
    const ticks = result.chart.lines[0];
    expect(ticks?.time.length).toBe(1_000_000);
    expect([ticks?.time[999_999], ticks?.value[999_999]]).toEqual([999_999, 999_999]);
    expect(result.chart.lines).toHaveLength(20_001);
    expect(result.chart.markers).toHaveLength(50_000);
  });
});

describe("what cannot be drawn", () => {
  const cases: readonly (readonly [string, (strategy: Scripted) => void, RegExp])[] = [
    ["an infinite point", (s) => s.addLine("x", Number.POSITIVE_INFINITY), /addLine\('x'\): value was Infinity/],
    ["an infinite marker", (s) => s.addMarker("x", { value: Number.NEGATIVE_INFINITY }), /value was -Infinity/],
    ["a text for a value", (s) => s.addLine("x", "1" as never), /value was '1'/],
    ["no name", (s) => s.addLine("", 1), /the name was ''/],
    ["an empty plot", (s) => s.addMarker("x", { plot: "" }), /plot was ''/],
    ["an asset by name", (s) => s.addMarker("x", { asset: "ES" as never }), /asset was 'ES'/],
    ["an instant as text", (s) => s.addLine("x", 1, { time: "2024-01-02" as never }), /time was '2024-01-02'/],
    ["no instant", (s) => s.addLine("x", 1, { time: new Date(Number.NaN) }), /time was Invalid Date/],
    ["a null instant", (s) => s.addLine("x", 1, { time: null as never }), /time was null/],
    ["a colour that is none", (s) => s.addLine("x", 1, { color: "red;}</style>" }), /color was 'red;}<\/style>'/],
    ["a symbol that is none", (s) => s.addMarker("x", { symbol: "arrowup" as never }), /symbol was 'arrowup'/],
    ["a style that is none", (s) => s.addLine("x", 1, { style: "dash" as never }), /style was 'dash'/],
    ["a width of 0", (s) => s.addLine("x", 1, { width: 0 }), /width was 0/],
    ["a size below 0", (s) => s.addMarker("x", { size: -1 }), /size was -1/],
    ["a text that is none", (s) => s.addMarker("x", { text: 5 as never }), /text was 5/],
    ["a candle inside out", (s) => s.addOhlc("x", 1, 2, 1.5, 1.75), /low <= open, close <= high/],
    ["an infinite candle", (s) => s.addOhlc("x", 1, Number.POSITIVE_INFINITY, 0, 1), /high was Infinity/],
  ];

  it.each(cases)("%s is refused at the call", async (_name, draw, message) => {
    let thrown: unknown;
    await run(bars, (strategy) => {
      if (strategy.iteration !== 0) return;
      try {
        draw(strategy);
      } catch (error) {
        thrown = error;
      }
    });
    expect(thrown).toMatchObject({ name: "InvalidInputError", code: "invalid_argument" });
    expect(String(thrown)).toMatch(message);
  });

  it("names the nearest word", async () => {
    const ending = run(bars, (strategy) => strategy.addMarker("x", { symbol: "arrowup" as never }));
    await expect(ending).rejects.toMatchObject({ hint: expect.stringContaining("Did you mean 'arrow-up'?") });
  });
});

describe("a saved chart", () => {
  it("is files of its own, written only where there is something in them", async () => {
    const { result } = await run(bars, (strategy) => {
      if (strategy.iteration > 1) return;
      strategy.addLine("fast, slow", strategy.iteration === 0 ? Number.NaN : 1.5, {
        plot: "averages",
        style: "dotted",
      });
      if (strategy.iteration === 0) strategy.addMarker("in", { color: "green", size: 2, text: 'say "hi"' });
      if (strategy.iteration === 1) strategy.addOhlc("heikin", 1, 3, 0.5, 2);
    });
    const folder = temporaryFolder();
    const names = (await result.save(folder)).map((path) => path.slice(folder.length + 1));
    expect(names.slice(-3)).toEqual(["markers.csv", "lines.csv", "ohlc.csv"]);
    const text = (name: string) => readFileSync(join(folder, name), "utf8");
    expect(text("markers.csv")).toBe(
      "time,name,plot,asset,value,color,symbol,size,text\n" +
        `2024-01-02T15:00:00Z,in,main,${ES.key},,green,circle,2,"say ""hi"""\n`,
    );
    expect(text("lines.csv")).toBe(
      "time,name,plot,asset,value\n" +
        `2024-01-02T15:00:00Z,"fast, slow",averages,${ES.key},\n` +
        `2024-01-02T15:01:00Z,"fast, slow",averages,${ES.key},1.5\n`,
    );
    expect(text("ohlc.csv")).toBe(
      `time,name,plot,asset,open,high,low,close\n2024-01-02T15:01:00Z,heikin,main,${ES.key},1,3,0.5,2\n`,
    );
    const { chart, counts } = JSON.parse(text("result.json"));
    expect(chart.lines).toEqual([
      { name: "fast, slow", plot: "averages", asset: ES.key, color: null, style: "dotted", width: 1, points: 2 },
    ]);
    expect(counts).toMatchObject({ markers: 1, lines: 1, ohlc: 1 });
  });
});
