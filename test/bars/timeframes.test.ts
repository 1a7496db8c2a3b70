import { Asset, Bars, InvalidInputError, parseTimestep, resample } from "backlit";
import { describe, expect, it } from "vitest";
import { formatInstant } from "../../src/market/time.ts";
import { parseSleeptime } from "../../src/market/timestep.ts";

const ES = Asset.continuousFuture("ES");
const MINUTE = 60_000;

/** Bars at the given instants; the n-th is priced n. */
function barsAt(times: readonly string[], asset = ES, timestep = "1m"): Bars {
  const price = times.map((_, index) => index);
  const time = times.map((text) => Date.parse(text));
  return Bars.from({ asset, timestep, time, open: price, high: price, low: price, close: price, volume: price });
}

/** Bars every minute of [start, end). */
function everyMinute(start: string, end: string, asset = ES): Bars {
  const from = Date.parse(start);
  const count = (Date.parse(end) - from) / MINUTE;
  return barsAt(
    Array.from({ length: count }, (_, index) => new Date(from + index * MINUTE).toISOString()),
    asset,
  );
}

const labels = (bars: Bars) => Array.from(bars.time, formatInstant);

describe("27-minute and 4-hour bars", () => {
  // CME equity index futures in winter 2024: 23:00 to 22:00 UTC (17:00 to 16:00 in Chicago).
  it("begin anew with the session, and the last one ends with it", () => {
    // Session of Wednesday 2024-01-03 opens 2024-01-02T23:00Z and has 1380 minutes: 51 bars of 27 and one of 3 (51 * 27 = 1377).
    const bars = everyMinute("2024-01-02T23:00:00Z", "2024-01-03T22:00:00Z");
    const next = everyMinute("2024-01-03T23:00:00Z", "2024-01-04T00:00:00Z");
    const frames = resample(join(bars, next), "27m");
    expect(frames.length).toBe(52 + 3);
    expect(labels(frames).slice(0, 2)).toEqual(["2024-01-02T23:00:00Z", "2024-01-02T23:27:00Z"]);
    // 23:00 + 51 * 27 min = 23:00 + 22 h 57 min.
    expect(labels(frames).slice(51, 54)).toEqual([
      "2024-01-03T21:57:00Z",
      "2024-01-03T23:00:00Z",
      "2024-01-03T23:27:00Z",
    ]);
    // The volume of the cut bar is that of rows 1377, 1378 and 1379.
    expect(frames.volume[51]).toBe(1377 + 1378 + 1379);
    const hours = resample(bars, "4h");
    expect(labels(hours)).toEqual([
      "2024-01-02T23:00:00Z",
      "2024-01-03T03:00:00Z",
      "2024-01-03T07:00:00Z",
      "2024-01-03T11:00:00Z",
      "2024-01-03T15:00:00Z",
      "2024-01-03T19:00:00Z",
    ]);
  });

  it("never span a halt: what is left after it is a bar of its own", () => {
    // Autumn 2013: a halt from 15:15 to 15:30 in Chicago, 20:15 to 20:30 UTC in summer time; session 22:00 to 21:15 UTC.
    const bars = barsAt([
      "2013-10-08T19:00:00Z",
      "2013-10-08T20:14:00Z",
      "2013-10-08T20:30:00Z",
      "2013-10-08T20:59:00Z",
      "2013-10-08T21:00:00Z",
    ]);
    // Hours from the open at 22:00: 19:00, 20:00; cut by the halt at 20:15, 20:30 to 21:00, 21:00 to 21:15.
    expect(labels(resample(bars, "1h"))).toEqual([
      "2013-10-08T19:00:00Z",
      "2013-10-08T20:00:00Z",
      "2013-10-08T20:30:00Z",
      "2013-10-08T21:00:00Z",
    ]);
    // Four hours from 22:00: 18:00 to 22:00, cut by the halt and the close.
    expect(labels(resample(bars, "4h"))).toEqual(["2013-10-08T18:00:00Z", "2013-10-08T20:30:00Z"]);
  });

  it("missing minutes change nothing: labels are the grid's", () => {
    const whole = everyMinute("2024-01-03T14:00:00Z", "2024-01-03T15:00:00Z");
    const holes = barsAt(["2024-01-03T14:07:00Z", "2024-01-03T14:08:00Z", "2024-01-03T14:31:00Z"]);
    expect(labels(resample(holes, "5m"))).toEqual(["2024-01-03T14:05:00Z", "2024-01-03T14:30:00Z"]);
    expect(labels(resample(whole, "5m")).slice(0, 2)).toEqual(["2024-01-03T14:00:00Z", "2024-01-03T14:05:00Z"]);
  });

  it("keep to New York's clock where it is set forward", () => {
    // 09:30 in New York is 14:30 UTC on Friday 2025-03-07 and 13:30 UTC on Monday 2025-03-10.
    const bars = barsAt(["2025-03-07T15:45:00Z", "2025-03-10T13:31:00Z", "2025-03-10T19:59:00Z"], Asset.stock("ACME"));
    expect(labels(resample(bars, "4h"))).toEqual([
      "2025-03-07T14:30:00Z",
      "2025-03-10T13:30:00Z",
      "2025-03-10T17:30:00Z",
    ]);
  });
});

describe("days, weeks and months", () => {
  it("Sunday evening belongs to Monday, its week and its month", () => {
    // 2024-06-30 is a Sunday; 22:00 UTC is 17:00 in Chicago, the open of Monday, July 1st.
    const bars = barsAt(["2024-06-28T15:00:00Z", "2024-06-30T22:00:00Z", "2024-07-01T15:00:00Z"]);
    expect(labels(resample(bars, "1d"))).toEqual(["2024-06-27T22:00:00Z", "2024-06-30T22:00:00Z"]);
    expect(labels(resample(bars, "1w"))).toEqual(["2024-06-23T22:00:00Z", "2024-06-30T22:00:00Z"]);
    // June 2024 begins with the session of Monday the 3rd, which opens on Sunday the 2nd.
    expect(labels(resample(bars, "1mo"))).toEqual(["2024-06-02T22:00:00Z", "2024-06-30T22:00:00Z"]);
    expect(Array.from(resample(bars, "month").volume)).toEqual([0, 1 + 2]);
  });

  it("a week that begins with a holiday opens with its first session", () => {
    // Labour Day, Monday 2024-09-02: New York is closed, the week opens on Tuesday 09:30.
    const bars = barsAt(["2024-09-03T15:00:00Z", "2024-09-06T15:00:00Z"], Asset.stock("ACME"));
    expect(labels(resample(bars, "week"))).toEqual(["2024-09-03T13:30:00Z"]);
  });

  it("a quarter is three months from January, a fortnight two weeks", () => {
    const crypto = Asset.crypto("BTC");
    const days = barsAt(
      ["2023-12-31", "2024-01-01", "2024-03-31", "2024-04-01"].map((day) => `${day}T00:00:00Z`),
      crypto,
      "1d",
    );
    expect(labels(resample(days, "3mo"))).toEqual([
      "2023-10-01T00:00:00Z",
      "2024-01-01T00:00:00Z",
      "2024-04-01T00:00:00Z",
    ]);
    expect(labels(resample(days, "1mo"))).toEqual([
      "2023-12-01T00:00:00Z",
      "2024-01-01T00:00:00Z",
      "2024-03-01T00:00:00Z",
      "2024-04-01T00:00:00Z",
    ]);
    expect(labels(resample(barsAt(["2024-01-10T00:00:00Z"], crypto, "1d"), "1w"))).toEqual(["2024-01-08T00:00:00Z"]);
  });

  it("day bars stamped with a date make weeks and months by that date", () => {
    const days = barsAt(
      ["2024-01-31T00:00:00Z", "2024-02-01T00:00:00Z", "2024-02-05T00:00:00Z"],
      Asset.stock("A"),
      "1d",
    );
    expect(labels(resample(days, "1mo"))).toEqual(["2024-01-01T00:00:00Z", "2024-02-01T00:00:00Z"]);
    expect(labels(resample(days, "1w"))).toEqual(["2024-01-29T00:00:00Z", "2024-02-05T00:00:00Z"]);
  });

  it("a print after the close of a future goes into the next trade date", () => {
    // Good Friday eve, Thursday 2024-03-28: the session of CME equity futures ends 21:00 UTC; the next one is Monday's.
    const bars = barsAt(["2024-03-28T20:59:00Z", "2024-03-28T21:00:00Z", "2024-03-31T22:00:00Z"]);
    const days = resample(bars, "1d");
    expect(labels(days)).toEqual(["2024-03-27T22:00:00Z", "2024-03-31T22:00:00Z"]);
    expect(Array.from(days.volume)).toEqual([0, 1 + 2]);
  });

  it("hours that reach into the open belong to the session", () => {
    // Stamped on the hour: 14:00 UTC holds the first half hour from 14:30, the open of New York in winter.
    const bars = barsAt(
      ["2024-01-03T14:00:00Z", "2024-01-03T15:00:00Z", "2024-01-03T21:00:00Z"],
      Asset.stock("A"),
      "1h",
    );
    const days = resample(bars, "1d");
    expect(labels(days)).toEqual(["2024-01-03T14:30:00Z"]);
    expect(Array.from(days.volume)).toEqual([0 + 1]);
  });

  it("after the last date a calendar knows, UTC counts", () => {
    expect(labels(resample(barsAt(["2031-05-07T13:37:00Z"]), "1d"))).toEqual(["2031-05-07T00:00:00Z"]);
  });
});

describe("a step that cannot be made", () => {
  it.each([
    ["7m", "5m", "Making 7m bars of future:ES from 5m bars: 7m is no multiple of 5m"],
    ["1m", "5m", "1m is no multiple of 5m"],
    ["36h", "1h", "36h is longer than a day and no whole number of days"],
    ["36h", "7h", "36h is no multiple of 7h"],
    ["1mo", "1w", "1mo is no multiple of 1w"],
    ["1mo", "7h", "1mo is no multiple of 7h"],
    ["1w", "1mo", "1w is no multiple of 1mo"],
  ])("%s from %s", (step, base, message) => {
    const bars = barsAt(["2024-01-01T00:00:00Z"], ES, base);
    expect(() => resample(bars, step)).toThrow(InvalidInputError);
    expect(() => resample(bars, step)).toThrow(message);
  });

  it("months have words, '1M' has not", () => {
    for (const text of ["1mo", "month", "1 months"]) expect(parseTimestep(text).name).toBe("1mo");
    expect(() => parseTimestep("1M")).toThrow(
      expect.objectContaining({ hint: expect.stringContaining("'1mo' or '1 months'") }),
    );
    expect(() => parseSleeptime("1mo")).toThrow("a pause is at most weeks long");
  });
});

function join(first: Bars, second: Bars): Bars {
  const column = (name: "time" | "open" | "high" | "low" | "close" | "volume") => [...first[name], ...second[name]];
  const [time, open, high, low] = [column("time"), column("open"), column("high"), column("low")];
  return Bars.from({
    asset: ES,
    timestep: "1m",
    time,
    open,
    high,
    low,
    close: column("close"),
    volume: column("volume"),
  });
}
