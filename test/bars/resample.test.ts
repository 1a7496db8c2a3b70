import { type Bar, Bars, resample } from "backlit";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { calendarFor } from "../../src/calendar/index.ts";
import { Asset } from "../../src/market/asset.ts";
import { formatInstant } from "../../src/market/time.ts";
import { arbitraryBars, ES, minuteBars, plain } from "./generate.ts";

const DAY = 86_400_000;
const MINUTE = 60_000;

/** The slow and plain way: rows grouped by the label of their bucket. */
function naive(bars: Bars, label: (time: number) => number) {
  const groups = new Map<number, Bar[]>();
  for (const bar of bars) groups.set(label(bar.time), [...(groups.get(label(bar.time)) ?? []), bar]);
  return [...groups].map(([time, rows]) => ({
    time,
    open: rows[0]?.open,
    high: Math.max(...rows.map(({ high }) => high)),
    low: Math.min(...rows.map(({ low }) => low)),
    close: rows.at(-1)?.close,
    volume: rows.reduce((sum, { volume }) => sum + volume, 0),
  }));
}

const STEPS = [
  ["5m", 5 * MINUTE, 0],
  ["7m", 7 * MINUTE, undefined],
  ["1h", 60 * MINUTE, 0],
  ["4h", 240 * MINUTE, 0],
  ["1d", DAY, 0],
  ["2d", 2 * DAY, 0],
  ["1w", 7 * DAY, -3 * DAY],
] as const;

function utcLabel(length: number, origin: number | undefined): (time: number) => number {
  return (time) => {
    const from = origin ?? Math.floor(time / DAY) * DAY;
    return Math.floor((time - from) / length) * length + from;
  };
}

/** By UTC, whatever the asset. */
const resampleUtc = (bars: Bars, step: string) => resample(bars, step, { calendar: "24/7" });

describe("without sessions", () => {
  it.each(STEPS)("%s bars equal a plain recomputation and conserve high, low and volume", (step, length, origin) => {
    fc.assert(
      fc.property(arbitraryBars(), (bars) => {
        const coarse = resampleUtc(bars, step);
        expect([...coarse]).toEqual(naive(bars, utcLabel(length, origin)));
        expect(Math.max(...coarse.high)).toBe(Math.max(...bars.high));
        expect(Math.min(...coarse.low)).toBe(Math.min(...bars.low));
        const sum = (values: Float64Array) => values.reduce((total, value) => total + value, 0);
        expect(sum(coarse.volume)).toBeCloseTo(sum(bars.volume), 3);
        expect(plain(Bars.from({ ...plain(coarse), asset: ES, timestep: step } as never))).toEqual(plain(coarse));
      }),
    );
  });

  it("a step of a step is the step itself where one divides the other", () => {
    fc.assert(
      fc.property(arbitraryBars(), (bars) => {
        const direct = resampleUtc(bars, "1h");
        const over = resampleUtc(resampleUtc(bars, "15m"), "1h");
        expect({ ...plain(over), volume: [] }).toEqual({ ...plain(direct), volume: [] });
      }),
    );
  });

  it("weeks begin on Monday", () => {
    const week = resampleUtc(minuteBars(3 * 1440, Date.parse("2025-03-08T00:00:00Z")), "week");
    expect(Array.from(week.time, formatInstant)).toEqual(["2025-03-03T00:00:00Z", "2025-03-10T00:00:00Z"]);
  });

  it("invents no bars in gaps", () => {
    const bars = minuteBars(100);
    const gap = Bars.from({
      ...plain(bars),
      time: Array.from(bars.time, (time, row) => time + (row < 50 ? 0 : DAY)),
      asset: ES,
      timestep: "1m",
    } as never);
    expect(resampleUtc(gap, "1h").length).toBe(
      resampleUtc(bars.slice(0, 50), "1h").length + resampleUtc(gap.slice(50), "1h").length,
    );
  });

  it("gives the same bars for the same step, none for none, and refuses others", () => {
    const bars = minuteBars(10, undefined, ES, "5m");
    expect(resampleUtc(bars, "5 minutes")).toBe(bars);
    expect(resampleUtc(bars.slice(0, 0), "1h").length).toBe(0);
    expect(() => resampleUtc(bars, "7m")).toThrow("Making 7m bars of future:ES from 5m bars: 7m is no multiple of 5m");
    expect(() => resampleUtc(bars, "1m")).toThrow("1m is no multiple of 5m");
  });
});

describe("with sessions", () => {
  const start = Date.parse("2025-03-05T23:00:00Z");
  const bars = minuteBars(8 * 1440, start);
  const calendar = calendarFor("CME_EQUITY");
  const open = [...bars].filter(({ time }) => calendar.sessionAt(time) !== undefined);
  const inSession = Bars.from({
    asset: ES,
    timestep: "1m",
    time: open.map(({ time }) => time),
    open: open.map((bar) => bar.open),
    high: open.map(({ high }) => high),
    low: open.map(({ low }) => low),
    close: open.map(({ close }) => close),
    volume: open.map(({ volume }) => volume),
  });

  it("a day is a trade date, labelled with its open: across the change of the clock too", () => {
    const days = resample(inSession, "1d");
    expect(Array.from(days.time, formatInstant)).toEqual([
      "2025-03-05T23:00:00Z",
      "2025-03-06T23:00:00Z",
      "2025-03-09T22:00:00Z",
      "2025-03-10T22:00:00Z",
      "2025-03-11T22:00:00Z",
      "2025-03-12T22:00:00Z",
      "2025-03-13T22:00:00Z",
    ]);
    expect([...days]).toEqual(naive(inSession, (time) => calendar.sessionAt(time)?.open ?? Number.NaN));
  });

  it("steps below a day are counted from the open and do not span the break", () => {
    const coarse = resample(inSession, "4h");
    const label = (time: number) => {
      const from = calendar.sessionAt(time)?.open ?? Number.NaN;
      return from + Math.floor((time - from) / (240 * MINUTE)) * 240 * MINUTE;
    };
    expect([...coarse]).toEqual(naive(inSession, label));
    expect(Array.from(coarse.time.slice(0, 7), formatInstant)).toContain("2025-03-06T23:00:00Z");
  });

  it("weeks begin with the session of Monday, on Sunday evening", () => {
    const weeks = resample(inSession, "1w");
    expect(Array.from(weeks.time, formatInstant)).toEqual(["2025-03-02T23:00:00Z", "2025-03-09T22:00:00Z"]);
  });

  it("extended hours stay in bars of their own below a day and out of days", () => {
    const stock = minuteBars(16 * 60, Date.parse("2025-03-11T08:00:00Z"), Asset.stock("ACME"));
    const days = resample(stock, "1d");
    expect(Array.from(days.time, formatInstant)).toEqual(["2025-03-11T13:30:00Z"]);
    // The session is 13:30 to 20:00: minutes 330 to 719 of the sixteen hours from 08:00.
    const session = stock.slice(330, 720);
    expect(days.volume[0]).toBe(session.volume.reduce((sum, value) => sum + value, 0));
    expect([days.open[0], days.close[0]]).toEqual([session.open[0], session.close.at(-1)]);
    const hours = Array.from(resample(stock, "1h").time, (time) => formatInstant(time).slice(11, 16));
    expect(hours).toEqual([
      "07:30",
      "08:30",
      "09:30",
      "10:30",
      "11:30",
      "12:30",
      "13:30",
      "14:30",
      "15:30",
      "16:30",
      "17:30",
      "18:30",
      "19:30",
      "20:00",
      "20:30",
      "21:30",
      "22:30",
      "23:30",
    ]);
  });
});
