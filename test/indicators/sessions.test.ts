import { describe, expect, it } from "vitest";
import type { Bar } from "../../src/bars/bars.ts";
import { type AnyIndicator, createIndicator } from "../../src/strategy/indicators/index.ts";
import { outputAfterEach, rounded } from "./support.ts";

const _ = Number.NaN;

/** A bar at a time given as text; high, low and close are the price unless given. */
function barAt(time: string, price: number, volume = 1, high = price, low = price): Bar {
  return { time: Date.parse(`${time}:00Z`), open: price, high, low, close: price, volume };
}

function outputsOf(indicator: AnyIndicator, bars: readonly Bar[], output: string): number[] {
  return outputAfterEach(indicator, bars, output);
}

describe("session VWAP", () => {
  it("begins anew each day of a market without closing time, and is the price while nothing was traded", () => {
    const bars = [
      barAt("2025-01-06T23:58", 10, 1),
      barAt("2025-01-06T23:59", 20, 3),
      barAt("2025-01-07T00:00", 40, 0),
      barAt("2025-01-07T00:01", 50, 2),
    ];
    expect(outputsOf(createIndicator("vwap"), bars, "value")).toEqual([10, 17.5, 40, 50]);
  });

  it("begins anew at 17:00 in Chicago for the E-mini, not at midnight", () => {
    const bars = [
      barAt("2025-01-07T21:59", 10, 1), // 15:59 in Chicago, the session's last minute
      barAt("2025-01-07T23:00", 20, 1), // 17:00, Wednesday's session
      barAt("2025-01-08T06:00", 40, 3), // midnight in Chicago
    ];
    expect(outputsOf(createIndicator("vwap", { calendar: "CME_EQUITY" }), bars, "value")).toEqual([10, 20, 35]);
  });

  it("leaves bars outside the regular hours out and keeps its value there", () => {
    const bars = [
      barAt("2025-01-07T14:29", 10, 1),
      barAt("2025-01-07T14:30", 20, 1), // 08:30 in Chicago
      barAt("2025-01-07T20:59", 40, 1),
      barAt("2025-01-07T21:59", 99, 9), // after the stock market's close
      barAt("2025-01-08T14:30", 50, 1),
    ];
    const vwap = createIndicator("vwap", { calendar: "CME_EQUITY", hours: "regular" });
    expect(outputsOf(vwap, bars, "value")).toEqual([_, 20, 30, 30, 50]);
  });

  it("takes hlc3 by default, and hl2 when told", () => {
    const bar = barAt("2025-01-07T14:30", 10, 1, 16, 4);
    expect(outputsOf(createIndicator("vwap", { source: "hl2" }), [{ ...bar, close: 5 }], "value")).toEqual([10]);
    expect(outputsOf(createIndicator("vwap"), [{ ...bar, close: 5 }], "value")).toEqual([rounded(25 / 3)]);
  });

  it("forgets a first bar of a session when it turns out to be none", () => {
    const vwap = createIndicator("vwap", { calendar: "CME_EQUITY" });
    vwap.add(barAt("2025-01-07T21:58", 10, 1));
    vwap.add(barAt("2025-01-07T23:00", 90, 1));
    vwap.replace(barAt("2025-01-07T21:59", 30, 1));
    expect(vwap.value).toBe(20);
  });
});

it("anchored VWAP takes the bars from its anchor on", () => {
  const bars = [barAt("2025-01-06T10:00", 10), barAt("2025-01-06T10:01", 20, 3), barAt("2025-01-06T10:02", 40)];
  const vwap = createIndicator("anchoredVwap", { anchor: Date.parse("2025-01-06T10:01:00Z") });
  expect(outputsOf(vwap, bars, "value")).toEqual([_, 20, 25]);
});

describe("opening range", () => {
  const bars = [
    barAt("2025-01-06T00:00", 9, 1, 10, 8),
    barAt("2025-01-06T00:01", 9, 1, 12, 9),
    barAt("2025-01-06T00:02", 9, 1, 20, 1),
    barAt("2025-01-07T00:05", 9, 1, 30, 1),
    barAt("2025-01-08T00:00", 9, 1, 11, 7),
  ];

  it("widens while it lasts and then stands; a session that begins late has none", () => {
    const range = () => createIndicator("openingRange", { minutes: 2 });
    expect(outputsOf(range(), bars, "high")).toEqual([10, 12, 12, _, 11]);
    expect(outputsOf(range(), bars, "low")).toEqual([8, 8, 8, _, 7]);
    expect(outputsOf(range(), bars, "complete")).toEqual([0, 0, 1, 0, 0]);
  });
});

describe("pivots", () => {
  // The session before: high 12, low 6, close 9, so the pivot is 9 and the range 6.
  const bars = [
    barAt("2025-01-06T10:00", 8, 1, 12, 7),
    barAt("2025-01-06T20:00", 9, 1, 10, 6),
    barAt("2025-01-07T10:00", 1),
    barAt("2025-01-07T11:00", 2),
  ];
  const levels = (method: string) => {
    const pivots = createIndicator("pivots", { method });
    const pivot = outputsOf(pivots, bars, "pivot");
    return { pivot, value: pivots.value };
  };

  it("stand from the first bar of the next session", () => {
    expect(levels("classic").pivot).toEqual([_, _, 9, 9]);
  });

  it("follow each method's formula", () => {
    expect(levels("classic").value).toEqual({ pivot: 9, r1: 12, r2: 15, r3: 18, s1: 6, s2: 3, s3: 0 });
    expect(levels("fibonacci").value).toMatchObject({ r1: 9 + 0.382 * 6, s2: 9 - 0.618 * 6, r3: 15 });
    const camarilla = levels("camarilla").value as Readonly<Record<string, number>>;
    expect(rounded(camarilla["r1"] ?? _)).toBe(9.55);
    expect(rounded(camarilla["s3"] ?? _)).toBe(7.35);
  });
});

it("bar clock tells the wall clock of its zone", () => {
  const bars = [barAt("2025-01-06T13:00", 1), barAt("2025-01-06T14:30", 1), barAt("2025-01-07T01:00", 1)];
  const clock = () => createIndicator("barClock");
  expect(outputsOf(clock(), bars, "clock")).toEqual([800, 930, 2000]);
  expect(outputsOf(clock(), bars, "second")).toEqual([28_800, 34_200, 72_000]);
  expect(outputsOf(clock(), bars, "day")).toEqual([20_094, 20_094, 20_094]);
  expect(outputsOf(clock(), bars, "utcDay")).toEqual([20_094, 20_094, 20_095]);
  expect(outputsOf(clock(), bars, "extended")).toEqual([1, 0, 1]);
  expect(outputsOf(clock(), bars, "before")).toEqual([1, 0, 0]);
});
