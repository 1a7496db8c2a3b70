import { Asset } from "backlit";
import { describe, expect, it } from "vitest";
import { barsOf, DAX, ES, flat, MINUTE, run, STOCK, T0 } from "../engine/support.ts";

const margins = { ES: { initial: 12_000, maintenance: 10_000 } };
const bars = barsOf(ES, flat(5_000, 5));

describe("the margin of a run", () => {
  it("is noted after each fill of a future, and summed up", async () => {
    const { result } = await run(
      bars,
      (strategy) => {
        if (strategy.iteration === 1) strategy.send(ES, 1, "buy");
        if (strategy.iteration === 2) strategy.send(ES, 3, "sell");
        if (strategy.iteration === 4) strategy.send(ES, 1, "buy");
      },
      { margins },
    );
    // One, then two short, then one: 12,000 for a minute, 24,000 for two, 12,000 for the last of five.
    expect([...result.margin.time]).toEqual([1, 2, 4].map((minute) => T0 + minute * MINUTE));
    expect([...result.margin.initial]).toEqual([12_000, 24_000, 12_000]);
    expect(result.stats).toMatchObject({ maxMargin: 24_000, avgMargin: (12_000 + 48_000 + 12_000) / 5 });
    expect(result.stats.returnOnMaxMargin).toBe(0);
  });

  it("is that of the hour where there are day margins", async () => {
    const { result } = await run(
      bars,
      (strategy) => {
        if (strategy.iteration === 0) strategy.send(ES, 1, "buy");
      },
      { margins: { ES: { initial: 12_000, dayInitial: 500 } }, market: "CME_Equity" },
    );
    // 15:00 UTC is 9:00 in Chicago, inside the session.
    expect([...result.margin.initial]).toEqual([500]);
  });

  it("is in account money at the rates of its fills", async () => {
    // 10,000 EUR a contract: one at 1.10, one sold short on the day after at 1.20, when the rate is another one again as the run ends.
    const DAY = 24 * 60 * MINUTE;
    const { result } = await run(
      barsOf(DAX, flat(16_000, 4), "1d", Date.UTC(2024, 0, 2), DAY),
      (strategy) => {
        if (strategy.iteration === 0) strategy.send(DAX, 1, "buy");
        if (strategy.iteration === 1) strategy.send(DAX, 3, "sell");
      },
      {
        currency: "USD",
        fxRates: { "EUR/USD": { "2024-01-02": 1.1, "2024-01-03": 1.2, "2024-01-05": 2 } },
        margins: { FDX: { initial: 10_000 } },
      },
    );
    expect([...result.margin.initial].map(Math.round)).toEqual([11_000, 24_000]);
  });

  it("is summed up over contracts, each at the price of its fill where that decides", async () => {
    // ES takes 12,000. Nobody knows the other one: a tenth of 200 x 10 is 200, three of them are 600; one less at 260 leaves 2 x 260.
    const own = new Asset({ symbol: "XYZ", assetType: "future", expiration: "2024-12-20", multiplier: 10 });
    const rows = [...flat(200, 3), ...flat(260, 2)];
    const { result } = await run(
      [bars, barsOf(own, rows)],
      (strategy) => {
        if (strategy.iteration === 0) strategy.send(ES, 1, "buy");
        if (strategy.iteration === 1) strategy.send(own, 3, "sell");
        if (strategy.iteration === 3) strategy.send(own, 1, "buy");
      },
      { margins },
    );
    expect([...result.margin.initial]).toEqual([12_000, 12_000 + 600, 12_000 + 520]);
  });

  it("is that of the table on the day of each fill, where none is given", async () => {
    // CME took 8,360 for ES of March 9, 2020, and 13,200 from the 19th on: one, then two.
    const days = 12;
    const es = Asset.future("ESM20");
    const { result } = await run(
      barsOf(es, flat(2_500, days), "1d", Date.UTC(2020, 2, 9), 24 * 60 * MINUTE),
      (strategy) => {
        if (strategy.iteration === 0 || strategy.iteration === days - 1) strategy.send(es, 1, "buy");
      },
      { budget: 100_000 },
    );
    expect([...result.margin.initial]).toEqual([8_360, 2 * 13_200]);
  });

  it("is nobody's where no future is traded, and nothing where it is off", async () => {
    const stocks = await run(barsOf(STOCK, flat(10, 3)), (strategy) => {
      if (strategy.iteration === 0) strategy.send(STOCK, 1, "buy");
    });
    expect(stocks.result.stats.undefinedReasons.maxMargin).toBe("no future was traded");
    const off = await run(
      bars,
      (strategy) => {
        if (strategy.iteration === 0) strategy.send(ES, 1, "buy");
      },
      { marginCall: "off" },
    );
    expect(off.result.stats.maxMargin).toBe(0);
    expect(off.result.stats.undefinedReasons.returnOnMaxMargin).toBe("futures took no margin");
  });
});
