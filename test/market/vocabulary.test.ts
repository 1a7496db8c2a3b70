import { inspect } from "node:util";
import { Asset, parseAsset, parseTimestep, TradingFee, TradingSlippage } from "backlit";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatContractSymbol, parseContractSymbol } from "../../src/market/contract-symbol.ts";
import { nearestWord } from "../../src/market/nearest.ts";
import { ORDER_TRANSITIONS } from "../../src/market/order-state.ts";
import { isOnTick, roundToTick } from "../../src/market/price.ts";
import { parseDate } from "../../src/market/time.ts";
import { parseSleeptime } from "../../src/market/timestep.ts";

describe("timesteps", () => {
  it.each([
    ["minute", "1m", 60_000],
    ["1m", "1m", 60_000],
    ["5 minutes", "5m", 300_000],
    ["15min", "15m", 900_000],
    ["hour", "1h", 3_600_000],
    ["4h", "4h", 14_400_000],
    ["day", "1d", 86_400_000],
    ["1d", "1d", 86_400_000],
    ["second", "1s", 1_000],
    ["1s", "1s", 1_000],
    ["week", "1w", 604_800_000],
  ])("read '%s' as %s", (text, name, milliseconds) => {
    expect(parseTimestep(text)).toMatchObject({ name, milliseconds });
    expect(parseTimestep(text)).toBe(parseTimestep(name));
  });

  it("refuse '1M' with the right words, and other nonsense with examples", () => {
    expect(() => parseTimestep("1M")).toThrow(
      expect.objectContaining({ hint: expect.stringContaining("'1m' or '1 minutes'") }),
    );
    for (const text of ["", "m5", "0m", "-1m", "1.5h", "fortnight"])
      expect(() => parseTimestep(text)).toThrow(/timestep/);
  });

  it.each([
    ["10S", "10s"],
    ["5M", "5m"],
    ["1H", "1h"],
    ["1D", "1d"],
    ["30m", "30m"],
  ])("read the pause '%s' as %s", (text, name) => {
    expect(parseSleeptime(text).name).toBe(name);
  });

  it("read a number as minutes, whole ones", () => {
    expect(parseSleeptime(3).name).toBe("3m");
    expect(() => parseSleeptime(0.5)).toThrow(/whole number/);
  });
});

describe("assets", () => {
  it.each([
    ["future:ES", Asset.continuousFuture("ES")],
    ["future:ESZ13", Asset.future("ESZ13")],
    ["future:ES:2025-03-21", Asset.future("ES", "2025-03-21")],
    ["stock:AAPL", Asset.stock("AAPL")],
    ["crypto:BTC/USD", Asset.crypto("BTC")],
    ["forex:EUR/USD", Asset.forex("EUR")],
    ["index:SPX", Asset.index("SPX")],
    [
      "option:AAPL:2025-01-17:150:call",
      Asset.option({ symbol: "AAPL", expiration: "2025-01-17", strike: 150, right: "call" }),
    ],
    [
      "option:AAPL:2025-01-17:150:call:x10",
      Asset.option({ symbol: "AAPL", expiration: "2025-01-17", strike: 150, right: "call", multiplier: 10 }),
    ],
  ])("are read from '%s', which is their key", (text, asset) => {
    expect(parseAsset(text).equals(asset)).toBe(true);
    expect(asset.key).toBe(text);
  });

  it.each([
    ["no symbol", () => Asset.stock("")],
    ["a type nobody knows", () => new Asset({ symbol: "X", assetType: "bond" as never })],
    ["a dated future without a date", () => new Asset({ symbol: "ES", assetType: "future" })],
    ["a date that does not exist", () => Asset.future("ES", "2025-02-30")],
    ["an option without strike", () => Asset.option({ symbol: "A", expiration: "2025-01-17", right: "put" })],
    ["a stock with an expiration", () => new Asset({ symbol: "A", expiration: "2025-01-17" })],
    ["a stock with a roll", () => new Asset({ symbol: "A", continuous: {} })],
    ["a multiplier of 0", () => new Asset({ symbol: "A", multiplier: 0 })],
    ["a coin with its pair for a symbol", () => new Asset({ symbol: "BTC/USD", assetType: "crypto" })],
    ["a tick of NaN", () => new Asset({ symbol: "A", tickSize: Number.NaN })],
  ])("refuse %s", (_words, make) => {
    expect(make).toThrow(expect.objectContaining({ name: "InvalidInputError", code: "invalid_asset" }));
  });

  it("tell how a pair is written", () => {
    expect(() => Asset.forex("EUR/JPY")).toThrow(
      expect.objectContaining({ hint: "Write Asset.forex('EUR', 'JPY'): the currency stands apart." }),
    );
  });

  it("are shown by their key when they are printed", () => {
    expect(inspect({ asset: Asset.stock("AAPL") })).toBe("{ asset: Asset(stock:AAPL) }");
  });

  it("name the nearest type for a misspelt one", () => {
    expect(() => parseAsset("futre:ES")).toThrow(
      expect.objectContaining({ hint: expect.stringContaining("'future'") }),
    );
  });

  it("of two ways to roll are two assets", () => {
    const [byCalendar, byVolume] = [Asset.continuousFuture("ES", { roll: "c" }), Asset.continuousFuture("ES")];
    expect(byVolume.equals(byCalendar)).toBe(false);
    expect(byVolume.key).toBe("future:ES");
  });

  it("of two contract sizes are two assets, and cannot be changed", () => {
    const terms = { symbol: "A", expiration: "2025-01-17", strike: 10, right: "call" } as const;
    expect(Asset.option(terms).equals(Asset.option({ ...terms, multiplier: 10 }))).toBe(false);
    expect(Object.isFrozen(Asset.stock("A"))).toBe(true);
  });
});

describe("contract symbols", () => {
  it("are read and written, with roots that hold digits", () => {
    expect(parseContractSymbol("ESZ13")).toEqual({ root: "ES", month: 12, year: 2013 });
    expect(parseContractSymbol("6EH2025")).toEqual({ root: "6E", month: 3, year: 2025 });
    expect(parseContractSymbol("ES")).toBeUndefined();
    expect(parseContractSymbol("ESZ3")).toBeUndefined();
    expect(formatContractSymbol({ root: "CL", month: 4, year: 2024 }, 1)).toBe("CLJ4");
  });
});

describe("prices on a grid", () => {
  it("are the doubles a file gives", () => {
    expect(roundToTick(1313.6 + 0.1, 0.1)).toBe(1313.7);
    expect(roundToTick(13137 * 0.1, 0.1)).toBe(1313.7);
    expect(roundToTick(-37.635, 0.01, "down")).toBe(-37.64);
    expect(roundToTick(-37.635, 0.01, "up")).toBe(-37.63);
    expect(isOnTick(108.578125, 0.015625)).toBe(true);
    expect(isOnTick(5000.1, 0.25)).toBe(false);
  });

  it("stay where they are when they lie on it, whatever the rounding", () =>
    fc.assert(
      fc.property(
        fc.integer({ min: -1e7, max: 1e7 }),
        fc.constantFrom(0.25, 0.1, 0.01, 0.00005, 0.03125, 1, 5),
        (ticks, tickSize) => {
          const price = roundToTick(ticks * tickSize, tickSize);
          for (const rounding of ["down", "up", "nearest"] as const)
            expect(roundToTick(price, tickSize, rounding)).toBe(price);
        },
      ),
    ));
});

describe("fees and slippage", () => {
  const fill = { wholeUnits: true, quantity: 10, price: 5000, multiplier: 5, firstFill: true };
  it("add up their parts", () => {
    expect(new TradingFee({ perContract: 0.62, flat: 1 }).amount(fill)).toBeCloseTo(7.2, 12);
    expect(new TradingFee({ percent: 0.0001 }).amount({ ...fill, price: -5000 })).toBeCloseTo(25, 12);
    expect(new TradingFee({ flat: 1 }).amount({ ...fill, firstFill: false })).toBe(0);
  });
  it("refuse unknown parts and impossible amounts", () => {
    expect(() => new TradingFee({ perTrade: 1 } as never)).toThrow(/perTrade/);
    expect(() => new TradingFee({ flat: Number.NaN })).toThrow(/flat/);
    expect(() => new TradingSlippage({ ticks: -1 })).toThrow(/slippage/);
    expect(() => new TradingSlippage({ ticks: 1, percent: 0.1 } as never)).toThrow(/slippage/);
    expect(() => new TradingSlippage({ ticks: 1, outsideBar: "yes" } as never)).toThrow(/slippage/);
    expect(() => new TradingFee({ flat: 1, paidTo: "me" } as never)).toThrow(/paidTo/);
  });
});

it("an order's final states lead nowhere", () => {
  for (const status of ["filled", "canceled", "expired", "rejected"] as const)
    expect(ORDER_TRANSITIONS[status]).toEqual([]);
});

it("the nearest word is near, or there is none", () => {
  expect(nearestWord("fsat", ["fast", "slow"])).toBe("fast");
  expect(nearestWord("banana", ["fast", "slow"])).toBeUndefined();
  // Two letters of three or four are another word, two that changed places are not.
  expect(nearestWord("ASX", ["BZX", "NYSE"])).toBeUndefined();
  expect(nearestWord("HKEX", ["AMEX"])).toBeUndefined();
  expect(nearestWord("foo", ["oco", "oto"])).toBeUndefined();
  expect(nearestWord("fiel", ["file"])).toBe("file");
  expect(nearestWord("b", ["a"])).toBeUndefined();
});

it("a date is one that exists", () => {
  expect(parseDate("2024-02-29")).toBe(Date.UTC(2024, 1, 29));
  expect(parseDate("2025-02-29")).toBeUndefined();
});
