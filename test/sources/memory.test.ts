import { describe, expect, it } from "vitest";
import { Bars } from "../../src/bars/bars.ts";
import { Asset } from "../../src/market/asset.ts";
import { parseTimestep } from "../../src/market/timestep.ts";
import { InMemoryBacktesting } from "../../src/sources/memory.ts";
import { ES, minuteBars } from "../bars/generate.ts";

const all = { start: 0, end: Number.MAX_SAFE_INTEGER, lookback: 0 };
const START = Date.parse("2025-03-10T00:00:00Z");

describe("InMemoryBacktesting", () => {
  it("hands out views on the memory it was given", async () => {
    const bars = minuteBars(100);
    const source = new InMemoryBacktesting({ data: [bars] });
    const answer = await source.getBars({ ...all, asset: ES, timestep: bars.timestep });
    expect(answer.close.buffer).toBe(bars.close.buffer);
    expect(answer.length).toBe(100);
  });

  it("serves several assets, and one in several steps", async () => {
    const spy = Asset.stock("SPY");
    const minutes = minuteBars(3000, START, spy);
    const days = minuteBars(10, START - 20 * 86_400_000, spy, "1d");
    const source = new InMemoryBacktesting({ data: [days, minutes, minuteBars(10)] });
    expect(source.assets().map(({ key }) => key)).toEqual(["stock:SPY", "future:ES"]);
    expect(source.baseTimestep(spy)?.name).toBe("1m");
    expect(source.baseTimestep(Asset.stock("QQQ"))).toBeUndefined();
    expect((await source.getBars({ ...all, asset: spy, timestep: parseTimestep("1d") })).time[0]).toBe(days.time[0]);
    expect((await source.getBars({ ...all, asset: spy, timestep: parseTimestep("1h") })).length).toBeGreaterThan(48);
    expect(source.notes()).toEqual(["stock:SPY: 1h bars are made from 1m bars, cut by the sessions of XNYS"]);
  });

  it("cuts the days of a future by its sessions, and those of a coin at midnight UTC", async () => {
    const coin = Asset.crypto("BTC");
    const source = new InMemoryBacktesting({ data: [minuteBars(1440, START), minuteBars(1440, START, coin)] });
    const day = parseTimestep("1d");
    const future = await source.getBars({ ...all, asset: ES, timestep: day });
    expect(Array.from(future.time, (time) => new Date(time).toISOString())).toEqual([
      "2025-03-09T22:00:00.000Z",
      "2025-03-10T22:00:00.000Z",
    ]);
    const coins = await source.getBars({ ...all, asset: coin, timestep: day });
    expect(Array.from(coins.time)).toEqual([START]);
    expect(coins.volume[0]).toBe(minuteBars(1440).volume.reduce((sum, value) => sum + value, 0));
  });

  it.each([
    [{ data: [minuteBars(3), minuteBars(4)] }, "data holds 1m bars of future:ES twice"],
    [{}, "the option data was not given"],
    [{ data: {} }, "the option data was no array"],
    [{ data: [{}] }, "data[0] is no Bars"],
  ])("refuses options %#", (options, message) => {
    expect(() => new InMemoryBacktesting(options as never)).toThrow(message);
  });

  it("refuses bars that do not ascend, kept by name as they may be", () => {
    const { asset, timestep, time, open, high, low, close, volume } = minuteBars(3);
    const backwards = Bars.from(
      { asset, timestep, time: time.toReversed(), open, high, low, close, volume },
      { onInvalid: "keep" },
    );
    expect(() => new InMemoryBacktesting({ data: [backwards] })).toThrow("data[0] does not ascend in time at row 1");
  });

  it("names what it holds when asked for what it does not", async () => {
    const source = new InMemoryBacktesting({ data: [minuteBars(10)] });
    await expect(
      source.getBars({ ...all, asset: Asset.stock("SPY"), timestep: parseTimestep("1m") }),
    ).rejects.toMatchObject({
      code: "data_missing",
      message: "Looking into the data in memory for stock:SPY: it holds future:ES",
    });
    await expect(source.getBars({ ...all, asset: ES, timestep: parseTimestep("1s") })).rejects.toMatchObject({
      code: "data_missing",
      message: "Looking into the data in memory for 1s bars of future:ES: it holds 1m bars",
      hint: "Ask for a multiple of 1m; finer bars cannot be made from coarser ones.",
    });
  });
});

describe("what is none of what goes beside the bars", () => {
  const asset = Asset.stock("ACME");
  it.each([
    [
      { corporateActions: [{ asset, kind: "split", date: "2024-01-04", ratio: 0 }] },
      "corporateActions[0] was asset stock:ACME, kind 'split', date '2024-01-04', ratio 0, which is no dividend, split or delisting of a stock",
    ],
    [
      { settlements: [{ asset, tradeDate: "4 January", price: 1 }] },
      "settlements[0] was asset stock:ACME, tradeDate '4 January', price 1, which is no settlement price",
    ],
    [{ rolls: 3 }, "rolls was 3, expected a list"],
    [{ corporateActions: { asset } }, "corporateActions was [object Object], expected a list"],
  ])("is refused with what was found: %#", (options, words) => {
    expect(() => new InMemoryBacktesting({ data: [], ...options } as never)).toThrow(
      expect.objectContaining({ code: "invalid_option", message: `Making a data source from memory: ${words}` }),
    );
  });
});
