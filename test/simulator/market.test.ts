import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { DbnRecord, OhlcvRecord, TradeRecord } from "../../src/dbn/index.ts";
import { type Simulator, startSimulator } from "../../src/simulator/index.ts";
import { ask, data, json, type Parameters } from "./client.ts";

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator();
});
afterAll(() => simulator.close());

const FUTURES = { dataset: "GLBX.MDP3" };
const WEEK = { ...FUTURES, start: "2024-03-04", end: "2024-03-11" };

async function bars(parameters: Parameters): Promise<OhlcvRecord[]> {
  return (await data(simulator, parameters)).records.filter((record) => record.kind === "ohlcv");
}

/** Joins bars into longer ones, by hand. */
function joined(short: readonly OhlcvRecord[], step: bigint): string[] {
  const groups = new Map<bigint, OhlcvRecord[]>();
  for (const bar of short) {
    const start = bar.tsEvent - (bar.tsEvent % step);
    groups.set(start, [...(groups.get(start) ?? []), bar]);
  }
  return [...groups].map(([start, group]) => {
    const highs = group.map(({ high }) => high).reduce((a, b) => (a > b ? a : b));
    const lows = group.map(({ low }) => low).reduce((a, b) => (a < b ? a : b));
    const volume = group.reduce((sum, bar) => sum + bar.volume, 0n);
    return [start, group[0]?.open, highs, lows, group.at(-1)?.close, volume].join(" ");
  });
}

function told({ tsEvent, open, high, low, close, volume }: OhlcvRecord): string {
  return [tsEvent, open, high, low, close, volume].join(" ");
}

function barOf(trade: TradeRecord): OhlcvRecord {
  const { price, size, tsRecv } = trade;
  const prices = { open: price, high: price, low: price, close: price };
  return { ...trade, ...prices, kind: "ohlcv", tsEvent: tsRecv, volume: BigInt(size) };
}

const SECOND = 1_000_000_000n;

describe("The schemas of one instrument agree", () => {
  it.each(["ESH4", "NGK4", "CLJ4-CLK4", "ZCK4"])(
    "trades of %s make its seconds, those its minutes, hours and days",
    async (symbols) => {
      const of = (schema: string) => bars({ ...WEEK, symbols, schema });
      const [seconds, minutes, hours, days] = await Promise.all(
        ["1s", "1m", "1h", "1d"].map((step) => of(`ohlcv-${step}`)),
      );
      const { records } = await data(simulator, { ...WEEK, symbols, schema: "trades" });
      const trades = records.filter((record) => record.kind === "trade").map(barOf);
      expect(minutes?.length).toBeGreaterThan(20);
      expect(joined(trades, SECOND)).toEqual(seconds?.map(told));
      expect(joined(seconds ?? [], 60n * SECOND)).toEqual(minutes?.map(told));
      expect(joined(minutes ?? [], 3_600n * SECOND)).toEqual(hours?.map(told));
      expect(joined(hours ?? [], 86_400n * SECOND)).toEqual(days?.map(told));
    },
  );

  it("has prices on the tick, highs above and lows below", async () => {
    for (const bar of await bars({ ...WEEK, symbols: "ZNM4", schema: "ohlcv-1m" })) {
      for (const price of [bar.open, bar.high, bar.low, bar.close]) expect(price % 15_625_000n).toBe(0n);
      expect(bar.high >= bar.open && bar.high >= bar.close && bar.low <= bar.open && bar.low <= bar.close).toBe(true);
      expect(bar.volume > 0n).toBe(true);
    }
  });

  it("settles at the last price of the regular hours and reports the session's volume the next morning", async () => {
    const day = { ...FUTURES, symbols: "ESH4", start: "2024-03-05", end: "2024-03-07" };
    const { records } = await data(simulator, { ...day, schema: "statistics" });
    const statistics = records.flatMap((record) => (record.kind === "statistics" ? [record] : []));
    const session = await bars({ ...day, start: "2024-03-04T23:00", end: "2024-03-05T22:00", schema: "ohlcv-1m" });
    const last = session.findLast(({ tsEvent }) => tsEvent < BigInt(Date.parse("2024-03-05T21:00Z")) * 1_000_000n);
    const ofTrade = (type: number) =>
      statistics.find(
        ({ statType, tsRef }) => statType === type && tsRef === BigInt(Date.parse("2024-03-05")) * 1_000_000n,
      );
    expect(ofTrade(3)?.price).toBe(last?.close);
    expect(ofTrade(6)?.quantity).toBe(session.reduce((sum, { volume }) => sum + volume, 0n));
    expect(ofTrade(9)?.quantity).toBeGreaterThan(100_000n);
  });
});

describe("The market keeps the exchange's hours", () => {
  const minutesOf = async (parameters: Parameters) =>
    (await bars({ ...FUTURES, schema: "ohlcv-1m", ...parameters })).map(({ tsEvent }) =>
      new Date(Number(tsEvent / 1_000_000n)).toISOString().slice(0, 16),
    );

  it("trades ES from Sunday evening with an hour's pause a day", async () => {
    const minutes = await minutesOf({ symbols: "ESH4", start: "2024-03-02", end: "2024-03-05" });
    expect(minutes[0]).toBe("2024-03-03T23:00");
    expect(minutes.some((minute) => minute.startsWith("2024-03-04T22"))).toBe(false);
    expect(minutes.includes("2024-03-04T23:00")).toBe(true);
    // Some minutes of the night have no trade.
    expect(minutes.length).toBeGreaterThan(1_380);
    expect(minutes.length).toBeLessThan(1_440);
  });

  it("closes early on the day after Thanksgiving and does not open on Christmas", async () => {
    expect((await minutesOf({ symbols: "ESZ4", start: "2024-11-29", end: "2024-11-30" })).at(-1)).toBe(
      "2024-11-29T18:14",
    );
    expect(await minutesOf({ symbols: "ESH5", start: "2024-12-25", end: "2024-12-25T23:00" })).toEqual([]);
  });

  it("ends a contract at its expiration", async () => {
    const minutes = await minutesOf({ symbols: "ESH4", start: "2024-03-15", end: "2024-03-16" });
    expect(minutes.at(-1)).toBe("2024-03-15T13:29");
    const stocks = await minutesOf({ dataset: "XNAS.ITCH", symbols: "AAPL", start: "2024-07-03", end: "2024-07-04" });
    expect([stocks[0], stocks.at(-1)]).toEqual(["2024-07-03T13:30", "2024-07-03T16:59"]);
  });
});

interface Resolved {
  readonly result: Readonly<
    Record<string, readonly { readonly d0: string; readonly d1: string; readonly s: string }[]>
  >;
}

describe("Continuous symbols", () => {
  const resolve = async (symbols: string, start_date: string, end_date: string, stype_in = "continuous") =>
    ((await json(simulator, "symbology.resolve", { ...FUTURES, symbols, stype_in, start_date, end_date })) as Resolved)
      .result;

  it("c holds a contract through the day of its expiration", async () => {
    const { "NG.c.0": held = [] } = await resolve("NG.c.0", "2022-09-01", "2022-11-01");
    const { NGV2 = [], NGX2 = [] } = await resolve("NGV2,NGX2", "2022-09-28", "2022-09-29", "raw_symbol");
    const border = held.find(({ d1 }) => d1 === "2022-09-29");
    expect(border?.s).toBe(NGV2[0]?.s);
    expect(held.find(({ d0 }) => d0 === "2022-09-29")?.s).toBe(NGX2[0]?.s);
  });

  it.each(["ES", "CL", "GC"])("%s.v.0 is the contract that traded most in the session before", async (root) => {
    const span = { start: "2024-01-02", end: "2024-04-01" };
    const held = (await resolve(`${root}.v.0`, span.start, span.end))[`${root}.v.0`] ?? [];
    const { records } = await data(simulator, {
      ...FUTURES,
      ...span,
      symbols: `${root}.FUT`,
      stype_in: "parent",
      schema: "statistics",
    });
    const best = new Map<bigint, { id: number; volume: bigint }>();
    for (const record of records) {
      if (record.kind !== "statistics" || record.statType !== 6) continue;
      const known = best.get(record.tsRef);
      if (known === undefined || record.quantity > known.volume)
        best.set(record.tsRef, { id: record.instrumentId, volume: record.quantity });
    }
    // Of each session the day after it: Monday for a Friday.
    let compared = 0;
    for (const [tradeDay, { id }] of best) {
      const after = new Date(Number(tradeDay / 1_000_000n) + 86_400_000).toISOString().slice(0, 10);
      const interval = held.find(({ d0, d1 }) => d0 <= after && after < d1);
      if (interval === undefined) continue;
      expect([after, interval.s]).toEqual([after, String(id)]);
      compared += 1;
    }
    expect(compared).toBeGreaterThan(50);
    expect(held.length).toBeGreaterThan(1);
  });

  it("go back to the old contract for a day at some rolls, as nothing forbids it", async () => {
    const held = (await resolve("CL.v.0", "2015-01-01", "2025-01-01"))["CL.v.0"] ?? [];
    expect(held.length).toBeGreaterThan(new Set(held.map(({ s }) => s)).size);
  });

  it("leave a gap between two contracts at a roll", async () => {
    const at = { ...FUTURES, start: "2024-03-12T14:30", end: "2024-03-12T14:31", schema: "ohlcv-1m" };
    const [near, far] = [await bars({ ...at, symbols: "ESH4" }), await bars({ ...at, symbols: "ESM4" })];
    const gap = Number((far[0]?.close ?? 0n) - (near[0]?.close ?? 0n)) / 1e9;
    expect(gap).toBeGreaterThan(10);
    expect(gap).toBeLessThan(80);
  });

  it("names one contract of two decades by the days asked for", async () => {
    const { ESZ4: [old] = [] } = await resolve("ESZ4", "2014-10-01", "2014-10-02", "raw_symbol");
    const { ESZ4: [recent] = [] } = await resolve("ESZ4", "2024-10-01", "2024-10-02", "raw_symbol");
    expect(old?.s).not.toBe(recent?.s);
  });
});

/** SHA-256 of the answer to `request` under seed 1. It changes when the market is changed on purpose, and only then. */
const FINGERPRINT = "2d8ca5c1224f94b24130eed5772c3804c4831acbf1f980459794147170ef29f6";

describe("A seed is a market", () => {
  const request = {
    ...FUTURES,
    start: "2023-06-12",
    end: "2023-06-16",
    symbols: "ES.v.0,CL.c.1",
    stype_in: "continuous",
    schema: "ohlcv-1m",
    encoding: "dbn",
  };
  const plain = (record: DbnRecord) =>
    JSON.stringify(record, (_, value) => (typeof value === "bigint" ? String(value) : value));

  it("gives the same bytes in another service, other bytes under another seed", async () => {
    const [twin, other] = [await startSimulator(), await startSimulator({ seed: 2 })];
    const bytes = Buffer.from(await ask(simulator, "timeseries.get_range", request));
    expect(createHash("sha256").update(bytes).digest("hex")).toBe(FINGERPRINT);
    expect(bytes.equals(await ask(twin, "timeseries.get_range", request))).toBe(true);
    const body = { ...request, symbols: "ESM3", stype_in: "raw_symbol" };
    const ours = (await data(simulator, body)).records.map(plain);
    expect(other.key).not.toBe(twin.key);
    expect((await data(other, body)).records.map(plain)).not.toEqual(ours);
    await Promise.all([twin.close(), other.close()]);
  });

  it("gives a part of a span as a slice of the whole, however it was asked for", async () => {
    const whole = (await data(simulator, request)).records;
    const part = await data(simulator, { ...request, start: "2023-06-13T22:15", end: "2023-06-14T03:20:30" });
    const [from, to] = ["2023-06-13T22:15Z", "2023-06-14T03:20:30Z"].map(
      (text) => BigInt(Date.parse(text)) * 1_000_000n,
    ) as [bigint, bigint];
    const slice = whole.filter(({ tsEvent }) => tsEvent >= from && tsEvent < to);
    expect(part.records.map(plain)).toEqual(slice.map(plain));
    expect(slice.length).toBeGreaterThan(400);
  });
});
