import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Bars } from "../../src/bars/bars.ts";
import { calendarFor } from "../../src/calendar/index.ts";
import { contractRoots, requireContractSpec } from "../../src/futures/contracts.ts";
import { Asset } from "../../src/market/asset.ts";
import { DataMissingError, InvalidInputError } from "../../src/market/errors.ts";
import { isOnTick } from "../../src/market/price.ts";
import { DAY, HOUR, MINUTE } from "../../src/market/time.ts";
import { parseTimestep } from "../../src/market/timestep.ts";
import { SyntheticBacktesting } from "../../src/sources/synthetic.ts";

const ES = Asset.continuousFuture("ES");
const COLUMNS = ["time", "open", "high", "low", "close", "volume"] as const;

interface Ask {
  readonly asset?: Asset;
  readonly step?: string;
  readonly seed?: number;
  readonly lookback?: number;
}

function getBars(start: string | number, end: string | number, ask: Ask = {}): Promise<Bars> {
  const source = new SyntheticBacktesting(ask.seed === undefined ? {} : { seed: ask.seed });
  return source.getBars({
    asset: ask.asset ?? ES,
    timestep: parseTimestep(ask.step ?? "1m"),
    start: typeof start === "number" ? start : Date.parse(start),
    end: typeof end === "number" ? end : Date.parse(end),
    lookback: ask.lookback ?? 0,
  });
}

function hashOf(bars: Bars): string {
  const hash = createHash("sha256");
  for (const name of COLUMNS) hash.update(Float64Array.from(bars[name]));
  return hash.digest("hex").slice(0, 16);
}

function rows(bars: Bars): number[][] {
  return Array.from(bars, (bar) => COLUMNS.map((name) => bar[name]));
}

describe("SyntheticBacktesting", () => {
  test("says what it is", () => {
    const source = new SyntheticBacktesting({ start: 0, end: 1 });
    expect([source.name, source.notice]).toEqual(["synthetic", "SYNTHETIC"]);
    expect(source.notes()[0]).toContain("seed 1");
    expect(source.assets().map(String)).toEqual(["future:ES"]);
    expect(source.baseTimestep(ES).name).toBe("1m");
    expect(source.describe(ES)).toEqual({ multiplier: 50, tickSize: 0.25, calendar: "CME_EQUITY" });
    expect(source.describe(Asset.stock("AAPL"))).toEqual({ multiplier: 1, tickSize: 0.01, calendar: "XNYS" });
    expect(SyntheticBacktesting.optionNames).toEqual(["seed", "assets"]);
  });

  test("keeps the assets it was made with", () => {
    const assets = [Asset.stock("AAPL"), Asset.future("CLZ24")];
    expect(new SyntheticBacktesting({ assets }).assets()).toEqual(assets);
  });

  test("draws the same market on every machine", async () => {
    expect(hashOf(await getBars("2024-01-02", "2024-02-01"))).toBe("c1b8fe11ae2b1efa");
    expect(hashOf(await getBars("2024-01-02", "2024-02-01", { asset: Asset.stock("AAPL"), seed: 7 }))).toBe(
      "b5e5bea06a8520bf",
    );
  });

  test("another seed or another asset is another market", async () => {
    const one = await getBars("2024-01-02", "2024-01-04");
    const two = await getBars("2024-01-02", "2024-01-04", { seed: 2 });
    const other = await getBars("2024-01-02", "2024-01-04", { asset: Asset.continuousFuture("NQ") });
    expect(hashOf(two)).not.toBe(hashOf(one));
    expect(hashOf(other)).not.toBe(hashOf(one));
  });

  test("gives exactly the span: from start, before end", async () => {
    const start = Date.parse("2024-01-03T15:00:00Z");
    const bars = await getBars(start, start + 10 * MINUTE);
    expect(Array.from(bars.time)).toEqual(Array.from({ length: 10 }, (_, i) => start + i * MINUTE));
    expect((await getBars(start, start)).length).toBe(0);
    expect((await getBars("2024-01-06T00:00:00Z", "2024-01-07T00:00:00Z")).length).toBe(0);
  });

  test("adds the bars before the start that were asked for", async () => {
    const start = Date.parse("2024-01-02T14:30:00Z");
    const bars = await getBars(start, start + HOUR, { lookback: 2500 });
    expect(bars.time.filter((time) => time < start)).toHaveLength(2500);
    const whole = await getBars(start - 10 * DAY, start + HOUR);
    expect(rows(bars)).toEqual(rows(whole.slice(-bars.length)));
    const inSession = await getBars(start + 30_000, start + 30_000, { lookback: 2 });
    expect(Array.from(inSession.time)).toEqual([start - MINUTE, start]);
    const ahead = await getBars("2024-01-06", "2024-01-07", { lookback: 3 });
    expect(rows(ahead)).toEqual(rows((await getBars("2024-01-05", "2024-01-06")).slice(-3)));
  });

  test("a part of a span has the bars of the whole, in any step", async () => {
    const from = Date.parse("2023-11-13T00:00:00Z");
    const until = Date.parse("2023-12-04T00:00:00Z");
    const wholes = new Map<string, Bars>();
    for (const step of ["1m", "5m", "1h", "4h", "1d", "1w"]) wholes.set(step, await getBars(from, until, { step }));
    const minute = fc.integer({ min: 0, max: (until - from) / MINUTE });
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...wholes.keys()), minute, minute, async (step, a, b) => {
        const start = from + Math.min(a, b) * MINUTE;
        const end = from + Math.max(a, b) * MINUTE;
        const part = await getBars(start, end, { step });
        const whole = rows(wholes.get(step) as Bars).filter(([time = 0]) => time >= start && time < end);
        expect(rows(part)).toEqual(whole);
      }),
      { numRuns: 60 },
    );
  });

  test.each([...contractRoots(), "stock"])("%s: prices on the grid, minutes inside sessions", async (name) => {
    const asset = name === "stock" ? Asset.stock("XYZ") : Asset.continuousFuture(name);
    const tickSize = name === "stock" ? 0.01 : requireContractSpec(name).tickSize;
    const calendar = calendarFor(name === "stock" ? "XNYS" : requireContractSpec(name).calendar);
    // A half day before a holiday, a holiday, and the week the clocks change in Chicago but not in London.
    for (const [start, end] of [
      ["2024-07-01", "2024-07-06"],
      ["2024-03-08", "2024-03-13"],
    ] as const) {
      const bars = await getBars(start, end, { asset });
      expect(bars.length).toBeGreaterThan(20);
      for (const time of bars.time) expect(calendar.isOpen(time)).toBe(true);
      for (const column of [bars.open, bars.high, bars.low, bars.close]) {
        expect(column.every((price) => price > 0 && isOnTick(price, tickSize))).toBe(true);
      }
      expect(bars.volume.every((volume) => volume >= 1 && Number.isInteger(volume))).toBe(true);
    }
  });

  test("is busy in the regular hours, thin with gaps in the night", async () => {
    const calendar = calendarFor("CME_ENERGY");
    const bars = await getBars("2024-05-06", "2024-05-25", { asset: Asset.continuousFuture("CL") });
    const volumes = { open: [] as number[], noon: [] as number[], night: [] as number[] };
    let regular = 0;
    for (const bar of bars) {
      const session = calendar.sessionAt(bar.time);
      if (session === undefined) continue;
      const sinceOpen = bar.time - session.regularOpen;
      if (sinceOpen < 0) volumes.night.push(bar.volume);
      else if (bar.time < session.regularClose) {
        regular += 1;
        if (sinceOpen < 15 * MINUTE) volumes.open.push(bar.volume);
        else if (Math.abs(sinceOpen - 2.75 * HOUR) < 15 * MINUTE) volumes.noon.push(bar.volume);
      }
    }
    const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
    expect(mean(volumes.open)).toBeGreaterThan(3 * mean(volumes.noon));
    expect(mean(volumes.noon)).toBeGreaterThan(3 * mean(volumes.night));
    expect(regular).toBe(14 * 330 + 330);
    expect(volumes.night.length).toBeLessThan(15 * 15 * 60 * 0.97);
  });

  test("has days like a market's over many years", async () => {
    const days = await getBars("2010-01-01", "2025-01-01", { step: "1d" });
    const changes = Array.from(days.close.subarray(1), (close, i) => close / (days.close[i] as number) - 1);
    const deviation = Math.sqrt(changes.reduce((sum, change) => sum + change * change, 0) / changes.length);
    expect(deviation).toBeGreaterThan(0.007);
    expect(deviation).toBeLessThan(0.014);
    expect(Math.max(...days.high) / Math.min(...days.low)).toBeGreaterThan(1.4);
    expect(Math.max(...days.high) / Math.min(...days.low)).toBeLessThan(12);
  });

  test("goes on from one session to the next without a jump out of proportion", async () => {
    const days = await getBars("2024-01-01", "2025-01-01", { step: "1d" });
    days.open.subarray(1).forEach((open, i) => {
      expect(Math.abs(open / (days.close[i] as number) - 1)).toBeLessThan(0.02);
    });
  });
});

describe("longer bars", () => {
  test("a day is its session: first open, extremes, last close, all volume", async () => {
    const days = await getBars("2024-01-08T00:00:00Z", "2024-01-10T00:00:00Z", { step: "1d" });
    expect(Array.from(days.time, (time) => new Date(time).toISOString())).toEqual([
      "2024-01-08T23:00:00.000Z",
      "2024-01-09T23:00:00.000Z",
    ]);
    const minutes = await getBars("2024-01-08T23:00:00Z", "2024-01-09T22:00:00Z");
    expect(days.at(0)).toEqual({
      time: Date.parse("2024-01-08T23:00:00Z"),
      open: minutes.open[0],
      high: Math.max(...minutes.high),
      low: Math.min(...minutes.low),
      close: minutes.close.at(-1),
      volume: minutes.volume.reduce((a, b) => a + b),
    });
  });

  test("hours count from the open: a stock's begin at half past", async () => {
    const hours = await getBars("2024-01-09", "2024-01-10", { asset: Asset.stock("AAPL"), step: "1h" });
    expect(Array.from(hours.time, (time) => new Date(time).toISOString().slice(11, 16))).toEqual([
      "14:30",
      "15:30",
      "16:30",
      "17:30",
      "18:30",
      "19:30",
      "20:30",
    ]);
  });

  test("a week is Monday's session to Friday's", async () => {
    const weeks = await getBars("2024-01-07", "2024-01-14", { step: "1w" });
    const days = await getBars("2024-01-07", "2024-01-14", { step: "1d" });
    expect(weeks.length).toBe(1);
    expect(days.length).toBe(5);
    expect(weeks.time[0]).toBe(days.time[0]);
    expect(weeks.close[0]).toBe(days.close[4]);
    expect(weeks.volume[0]).toBe(days.volume.reduce((a, b) => a + b));
  });

  test("other steps are refused", async () => {
    for (const step of ["1s", "90 seconds", "2d", "2w"]) {
      await expect(getBars("2024-01-08", "2024-01-10", { step })).rejects.toThrow(DataMissingError);
    }
  });
});

describe("contracts", () => {
  test("a dated contract has its root's prices until its last trading day and none after", async () => {
    const dated = await getBars("2024-06-17", "2024-06-28", { asset: Asset.future("ESM24") });
    const whole = await getBars("2024-06-17", "2024-06-28");
    expect(rows(dated)).toEqual(rows(whole.slice(0, dated.length)));
    expect(new Date(dated.time.at(-1) as number).toISOString().slice(0, 10)).toBe("2024-06-21");
    const byDate = await getBars("2024-06-17", "2024-06-28", { asset: Asset.future("ES", "2024-06-21") });
    expect(rows(byDate)).toEqual(rows(dated));
  });

  test("after its end it answers with the bars before it", async () => {
    const after = await getBars("2024-07-08", "2024-07-09", { asset: Asset.future("ESM24"), lookback: 2 });
    expect(after.length).toBe(2);
    expect((await getBars("2024-07-08", "2024-07-09", { asset: Asset.future("ESM24") })).length).toBe(0);
  });

  test("before it is listed there is nothing", async () => {
    expect((await getBars("2020-01-06", "2020-01-08", { asset: Asset.future("ESM24"), lookback: 5 })).length).toBe(0);
  });

  test("the first sessions of all have no bars before them", async () => {
    const bars = await getBars("1970-01-05", "1970-01-10", { step: "1d", lookback: 100 });
    expect(bars.length).toBeGreaterThan(2);
    expect(bars.length).toBeLessThan(6);
  });
});

describe("what it cannot do", () => {
  test("an unknown root names the nearest one", async () => {
    const error = await getBars("2024-01-08", "2024-01-10", { asset: Asset.continuousFuture("ESS") }).catch((e) => e);
    expect(error).toBeInstanceOf(DataMissingError);
    expect(error.hint).toContain("'ES'");
  });

  test("other kinds of assets", async () => {
    await expect(getBars("2024-01-08", "2024-01-10", { asset: Asset.crypto("BTC") })).rejects.toThrow(
      /stocks and futures/,
    );
  });

  test("a seed that is no whole number", () => {
    expect(() => new SyntheticBacktesting({ seed: 0.5 })).toThrow(InvalidInputError);
  });

  test("a span past the end of the calendar", async () => {
    await expect(getBars("2040-01-02", "2040-01-03")).rejects.toThrow(/covers/);
  });
});
