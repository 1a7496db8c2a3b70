import { describe, expect, it } from "vitest";
import { DAY, formatDate, MINUTE } from "../../src/market/time.ts";
import { basisOf } from "../../src/report/metrics/basis.ts";
import { sampleSessions } from "../../src/report/metrics/sessions.ts";
import { outcomeOf, SETTINGS } from "./support.ts";

/** Trade date and row of each sample of equity with rows at these instants. */
function samples(
  market: string | null,
  instants: readonly string[],
  timestep = "1m",
  assets: readonly string[] = ["future:ES"],
) {
  const time = Float64Array.from(instants, (instant) => Date.parse(instant));
  const value = time.map((_, row) => 100 + row);
  const data = [{ asset: "a", timestep, source: "s", rows: 1, first: null, last: null, hash: "" }];
  const outcome = outcomeOf({
    settings: { ...SETTINGS, market, calendar: market ?? "24/7", assets },
    equity: { time, value, cash: value },
    data,
  });
  const taken = sampleSessions(outcome.equity, basisOf(outcome));
  return Array.from(taken.day, (day, i) => [formatDate(day * DAY), taken.row[i]]);
}

describe("session samples", () => {
  it("take the last row up to the close of a CME session; Sunday evening is Monday", () => {
    // 17:00 in Chicago is 23:00 UTC in winter; Friday's session ends at 22:00 UTC.
    const rows = [
      "2025-01-09T14:31:00Z",
      "2025-01-09T22:00:00Z",
      "2025-01-09T23:01:00Z",
      "2025-01-10T22:00:00Z",
      "2025-01-12T23:01:00Z",
      "2025-01-13T15:00:00Z",
    ];
    expect(samples("CME_EQUITY", rows)).toEqual([
      ["2025-01-09", 0],
      ["2025-01-09", 1],
      ["2025-01-10", 3],
      ["2025-01-13", 5],
    ]);
  });

  it("count trading after the close to the day and trading before the open to the next session", () => {
    const rows = [
      "2025-01-08T14:30:00Z",
      "2025-01-08T21:00:00Z",
      "2025-01-08T23:30:00Z",
      "2025-01-10T09:01:00Z",
      "2025-01-10T21:00:00Z",
    ];
    // The ninth was a day of mourning without a session.
    expect(samples("NYSE", rows)).toEqual([
      ["2025-01-08", 0],
      ["2025-01-08", 2],
      ["2025-01-10", 4],
    ]);
  });

  it("give a bar that closes at midnight to the day before", () => {
    const rows = ["2025-01-06T12:00:00Z", "2025-01-07T00:00:00Z", "2025-01-07T00:01:00Z", "2025-01-08T00:00:00Z"];
    expect(samples(null, rows)).toEqual([
      ["2025-01-06", 0],
      ["2025-01-06", 1],
      ["2025-01-07", 3],
    ]);
    expect(samples("24/7", rows)).toEqual(samples(null, rows));
  });

  it("count weekends to Monday without a calendar, unless coins are traded", () => {
    const rows = [
      "2025-01-10T12:00:00Z",
      "2025-01-10T20:00:00Z",
      "2025-01-11T20:00:00Z",
      "2025-01-12T23:30:00Z",
      "2025-01-13T20:00:00Z",
    ];
    expect(samples(null, rows)).toEqual([
      ["2025-01-10", 0],
      ["2025-01-10", 1],
      ["2025-01-13", 4],
    ]);
    expect(samples(null, rows, "1m", ["stock:SPY", "crypto:BTC/USD"])).toHaveLength(5);
  });

  it("are one a bar when bars are daily, wherever in the day they are stamped", () => {
    const daily = (hour: number) =>
      Array.from({ length: 10 }, (_, i) => Date.UTC(2025, 0, 6 + i, hour))
        .filter((time) => ![0, 6].includes(new Date(time).getUTCDay()))
        .map((open) => new Date(open + DAY).toISOString());
    for (const hour of [0, 6, 14]) {
      for (const market of ["CME_EQUITY", "NYSE", null]) expect(samples(market, daily(hour), "1d")).toHaveLength(8);
    }
  });

  it("do not invent a session where there are no rows", () => {
    expect(samples("NYSE", ["2025-01-06T15:00:00Z", "2025-01-06T15:01:00Z", "2025-02-06T15:00:00Z"])).toHaveLength(3);
  });

  it("are fast over a year of minutes", () => {
    const time = Float64Array.from({ length: 350_000 }, (_, i) => Date.UTC(2024, 0, 2) + i * MINUTE);
    const outcome = outcomeOf({
      settings: { ...SETTINGS, market: "CME_EQUITY", calendar: "CME_EQUITY" },
      equity: { time, value: time, cash: time },
      data: [],
    });
    expect(sampleSessions(outcome.equity, basisOf(outcome)).time.length).toBeGreaterThan(160);
  });
});
