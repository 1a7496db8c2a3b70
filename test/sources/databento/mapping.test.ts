import { Asset, parseTimestep } from "backlit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { vendorInstrument } from "../../../src/sources/databento/index.ts";
import { readContractRawSymbol } from "../../../src/sources/databento/raw-symbol.ts";
import { schemaOf } from "../../../src/sources/databento/schema-of.ts";
import { type Bench, getBars, rejection, span, startBench } from "./support.ts";

const future = (symbol: string, expiration: string, exchange?: string) =>
  new Asset({ symbol, assetType: "future", expiration, ...(exchange === undefined ? {} : { exchange }) });
const stock = (symbol: string, exchange?: string) =>
  new Asset({ symbol, ...(exchange === undefined ? {} : { exchange }) });

describe("an asset in Databento's words", () => {
  it.each<[Asset, string, string]>([
    [Asset.future("ESZ24"), "GLBX.MDP3", "ESZ4"],
    [Asset.future("ESZ14"), "GLBX.MDP3", "ESZ4"],
    [Asset.future("ES", "2024-12-20"), "GLBX.MDP3", "ESZ4"],
    // Crude oil for January 2025 ends in December 2024.
    [Asset.future("CL", "2024-12-19"), "GLBX.MDP3", "CLF5"],
    [Asset.future("6E", "2024-06-17"), "GLBX.MDP3", "6EM4"],
    [Asset.future("ZCH25"), "GLBX.MDP3", "ZCH5"],
    // ICE: three places for the product, a blank, FM, the month's letter, 00, two digits, an exclamation mark.
    [Asset.future("BRNJ24"), "IFEU.IMPACT", "BRN FMJ0024!"],
    [Asset.future("GZ25"), "IFEU.IMPACT", "G   FMZ0025!"],
    [Asset.future("DXZ25"), "IFUS.IMPACT", "DX  FMZ0025!"],
    [Asset.future("KCH25"), "IFUS.IMPACT", "KC  FMH0025!"],
    [Asset.future("VXM26"), "XCBF.PITCH", "VX/M6"],
    [future("FDAX", "2025-06-20", "EUREX"), "XEUR.EOBI", "FDAX SI 20250620 CS"],
    [future("FGBL", "2025-06-06", "Eurex"), "XEUR.EOBI", "FGBL SI 20250606 PS"],
    [stock("AAPL"), "XNAS.ITCH", "AAPL"],
    [stock("BRK.B"), "XNAS.ITCH", "BRK.B"],
    [stock("BRK.B", "NYSE"), "XNYS.PILLAR", "BRK B"],
    [stock("SPY", "ARCX.PILLAR"), "ARCX.PILLAR", "SPY"],
    [
      Asset.option({ symbol: "AAPL", expiration: "2025-02-21", strike: 250, right: "call" }),
      "OPRA.PILLAR",
      "AAPL  250221C00250000",
    ],
    [
      Asset.option({ symbol: "SPXW", expiration: "2024-03-05", strike: 5112.5, right: "put" }),
      "OPRA.PILLAR",
      "SPXW  240305P05112500",
    ],
  ])("%s is in %s as '%s'", (asset, dataset, symbol) => {
    expect(vendorInstrument(asset, undefined)).toMatchObject({ dataset, symbol });
  });

  it("takes the user's dataset: for all, by key, by root; and that before the asset's exchange", () => {
    const chosen = (asset: Asset, choice: Parameters<typeof vendorInstrument>[1]) =>
      vendorInstrument(asset, choice).dataset;
    expect(chosen(stock("AAPL", "NASDAQ"), "EQUS.MINI")).toBe("EQUS.MINI");
    expect(chosen(stock("AAPL"), { "stock:AAPL": "XNAS.BASIC" })).toBe("XNAS.BASIC");
    expect(chosen(stock("MSFT"), { "stock:AAPL": "XNAS.BASIC" })).toBe("XNAS.ITCH");
    expect(chosen(Asset.continuousFuture("ES"), { ES: "XCBF.PITCH" })).toBe("XCBF.PITCH");
  });
});

describe("a raw symbol on a day", () => {
  it.each([
    // One digit: the first contract of that letter and digit that has not ended.
    ["ESZ4", "ES", "2014-12-19", 2014, 12],
    ["ESZ4", "ES", "2014-12-22", 2024, 12],
    ["ESH0", "ES", "2019-12-30", 2020, 3],
    ["CLF5", "CL", "2024-12-19", 2025, 1],
    ["SR3Z3", "SR3", "2024-03-15", 2023, 12],
    ["BRN FMJ0024!", "BRN", "2024-01-02", 2024, 4],
    ["G   FMZ0025!", "G", "2024-01-02", 2025, 12],
    ["VX/F6", "VX", "2026-01-02", 2026, 1],
    ["FDAX SI 20250620 CS", "FDAX", "2025-05-02", 2025, 6],
    ["CLZ34", "CL", "2024-12-19", 2034, 12],
  ])("%s of %s on %s is of %i-%i", (symbol, root, day, year, month) => {
    expect(readContractRawSymbol(symbol, root, Date.parse(day))).toEqual({ root, month, year });
  });

  it.each([
    ["ESH5-ESM5", "ES"],
    ["ESM4 C4250", "ES"],
    ["MESZ4", "ES"],
    ["UD:1V: BO 2864311", "ES"],
  ])("%s is no contract of %s", (symbol, root) =>
    expect(readContractRawSymbol(symbol, root, Date.parse("2024-01-02"))).toBeUndefined(),
  );
});

describe("a step of bars", () => {
  const made = (asset: Asset, step: string) =>
    schemaOf(asset, parseTimestep(step), vendorInstrument(asset, undefined).calendar, Date.parse("2024-01-09")).schema;

  it.each([
    ["1s", "ohlcv-1s"],
    ["1m", "ohlcv-1m"],
    ["1h", "ohlcv-1h"],
    ["1d", "ohlcv-1d"],
    ["15s", "ohlcv-1s"],
    ["90s", "ohlcv-1s"],
    ["5m", "ohlcv-1m"],
    ["90m", "ohlcv-1m"],
    ["4h", "ohlcv-1h"],
    // A UTC day lies in two sessions of Globex, an hour never does.
    ["2d", "ohlcv-1h"],
    ["1w", "ohlcv-1h"],
    ["1mo", "ohlcv-1h"],
  ])("of %s is made from %s for a future", (step, schema) =>
    expect(made(Asset.continuousFuture("ES"), step)).toBe(schema),
  );

  it.each([
    // New York opens at half past: an hour of the clock would hold both sides of it.
    ["4h", "ohlcv-1m"],
    ["1w", "ohlcv-1d"],
  ])("of %s is made from %s for a stock", (step, schema) => expect(made(Asset.stock("AAPL"), step)).toBe(schema));

  it("of a month in capitals is refused with the right word", () => {
    expect(() => parseTimestep("1M")).toThrow(expect.objectContaining({ hint: expect.stringContaining("'1m'") }));
  });
});

describe("bars made of the vendor's", () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await startBench({ subscribed: true });
  });
  afterAll(() => bench.close());

  const describeOf = async (days: { start: number; end: number }, symbol: string) =>
    (await bench.source(days).describe(Asset.future(symbol)))?.expiration;

  it("keep to sessions: four hours are counted from 17:00 in Chicago and never run over the close", async () => {
    const days = span("2024-01-09T23:00:00Z", "2024-01-10T23:00:00Z");
    const bars = await getBars(bench.source(days), Asset.future("ESH24"), "4h", days);
    const hours = [...bars.time].map((time) => new Date(time).getUTCHours());
    expect(hours).toEqual([23, 3, 7, 11, 15, 19]);
    const minutes = await getBars(bench.source(days), Asset.future("ESH24"), "1m", days);
    const inLast = minutes.volume.filter((_, row) => (minutes.time[row] as number) >= (bars.time[5] as number));
    expect(bars.volume[5]).toBe(inLast.reduce((sum, volume) => sum + volume, 0));
  });

  it("are the contract of the right decade: ESZ4 of 2014 and of 2024", async () => {
    const old = span("2014-12-15", "2014-12-17");
    const young = span("2024-12-16", "2024-12-18");
    const first = await getBars(bench.source(old), Asset.future("ESZ14"), "1h", old);
    const second = await getBars(bench.source(young), Asset.future("ESZ24"), "1h", young);
    expect([first.length > 40, second.length > 40]).toEqual([true, true]);
    const ends = [await describeOf(old, "ESZ14"), await describeOf(young, "ESZ24")];
    expect(ends).toEqual(["2014-12-19", "2024-12-20"]);
    // After its end a contract has no bars, although its symbol means another one by then.
    const after = span("2024-06-03", "2024-06-05");
    expect((await getBars(bench.source(after), Asset.future("ESZ14"), "1h", after)).length).toBe(0);
  });

  it("come with the best bid and ask at their close where those are asked for", async () => {
    const day = span("2024-01-09T14:00:00Z", "2024-01-09T20:00:00Z");
    const source = bench.source(day, { quotes: true });
    for (const step of ["1m", "1h"]) {
      const bars = await getBars(source, Asset.continuousFuture("ES"), step, day);
      const { bid, ask } = bars;
      if (bid === undefined || ask === undefined) throw new Error("No quotes");
      expect([bid.length, ask.length]).toEqual([bars.length, bars.length]);
      // The simulated market is a tick wide around the last trade.
      for (let row = 0; row < bars.length; row++) {
        expect((ask[row] as number) - (bid[row] as number)).toBe(0.25);
        expect(bars.close[row]).toBeGreaterThanOrEqual(bid[row] as number);
        expect(bars.close[row]).toBeLessThanOrEqual(ask[row] as number);
      }
    }
    const schemas = new Set(bench.requestsTo("timeseries.get_range").map(({ parameters }) => parameters["schema"]));
    expect(schemas).toContain("bbo-1m");
    const adjusted = Asset.continuousFuture("ES", { adjust: "difference" });
    expect((await getBars(source, adjusted, "1m", day)).bid).toBeUndefined();
  });

  it("say so where a product is not simulated by the service", async () => {
    const day = span("2024-01-09", "2024-01-10");
    const error = await rejection(getBars(bench.source(day), Asset.continuousFuture("LE"), "1m", day));
    expect(error).toMatchObject({ name: "DataMissingError", message: expect.stringContaining("LE.v.0") });
  });
});
