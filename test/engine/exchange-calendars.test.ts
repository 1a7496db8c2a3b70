/** Whose hours an asset keeps that names its exchange. */
import { Asset, InMemoryBacktesting, Strategy } from "backlit";
import { describe, expect, it } from "vitest";
import { barsOf, flat } from "./support.ts";

const at = (hour: number, minute = 0) => Date.UTC(2024, 3, 2, hour, minute);
const HALF_HOUR = 30 * 60_000;

/** When a day order of 14:00 UTC on Tuesday 2024-04-02 ends, and the first iteration of a run without a market. */
async function hoursOf(asset: Asset) {
  class Waits extends Strategy {
    readonly #instants: number[] = [];
    get first() {
      return this.#instants[0];
    }
    override initialize() {
      this.sleeptime = "30m";
    }
    override onTradingIteration() {
      this.#instants.push(this.getTimestamp());
      if (this.getTimestamp() === at(14))
        this.submitOrder(this.createOrder(asset, 1, "buy", { limitPrice: 50, timeInForce: "day" }));
    }
  }
  const strategy = new Waits();
  const result = await strategy.backtest(InMemoryBacktesting, at(6), at(6) + 48 * HALF_HOUR, {
    data: [barsOf(asset, flat(100, 40), "30m", at(6), HALF_HOUR)],
  });
  return { calendar: result.settings.calendar, ended: result.orders[0]?.closedAt };
}

describe("an asset that names its exchange", () => {
  it("keeps its hours: London to 16:30, summer time", async () => {
    const share = { symbol: "VOD", currency: "GBP" };
    for (const exchange of ["LSE", "XLON"])
      expect(await hoursOf(new Asset({ ...share, exchange }))).toEqual({ calendar: "XLON", ended: at(15, 30) });
    // New York closes at 20:00 UTC, and is taken where no calendar of that name is known.
    for (const none of [{}, { exchange: "XPAR" }])
      expect(await hoursOf(new Asset({ ...share, ...none }))).toEqual({ calendar: "XNYS", ended: at(20) });
  });

  it("keeps them for a future of a root that nobody knows: Eurex to 22:00 in Berlin", async () => {
    const dax = {
      symbol: "FDAX",
      assetType: "future",
      expiration: "2024-06-21",
      multiplier: 25,
      tickSize: 0.5,
    } as const;
    expect(await hoursOf(new Asset({ ...dax, exchange: "EUREX" }))).toEqual({ calendar: "XEUR", ended: at(20) });
    expect(await hoursOf(new Asset(dax))).toMatchObject({ calendar: "24/7", ended: at(24) });
  });

  it("has the hours of its root where the contract table knows it", async () => {
    const grain = new Asset({ symbol: "ZC", assetType: "future", expiration: "2024-05-14", exchange: "CME" });
    expect((await hoursOf(grain)).calendar).toBe("CME_GRAINS");
  });
});
