/** `ESH24`, `ESH2024` and `ES` with its last trading day, 2024-03-15, are one contract. */
import { Asset, backtestAll, type ContractRoll, InMemoryBacktesting, type Order } from "backlit";
import { describe, expect, it } from "vitest";
import { barsOf, flat, MINUTE, run, Scripted, STOCK, T0 } from "./support.ts";

const BY_SYMBOL = Asset.future("ESH24");
const BY_YEAR = Asset.future("ESH2024");
const BY_DATE = Asset.future("ES", "2024-03-15");
const bars = barsOf(BY_SYMBOL, flat(4800, 6));
const margins = { ES: { initial: 12_000, maintenance: 10_000 } };

describe("a contract that is written in several ways", () => {
  it("is one position, one history and one set of orders", async () => {
    const { result, strategy } = await run(bars, async (s) => {
      if (s.iteration === 0) s.send(BY_DATE, 2, "buy");
      if (s.iteration === 1) s.send(BY_YEAR, 1, "sell");
      if (s.iteration === 2) {
        s.send(BY_SYMBOL, 1, "sell", { limitPrice: 4900 });
        s.seen.push(`${s.getAssetPotentialTotal(BY_DATE)}`);
        s.cancelOpenOrders(BY_DATE);
        s.seen.push(`${(await s.getHistoricalPrices(BY_DATE, 2, "1m"))?.close.length}`);
        s.seen.push(`${await s.getLastPrice(BY_YEAR)}`);
      }
      if (s.iteration === 3) s.orderTarget(BY_DATE, 0);
      if (s.iteration === 4) s.seen.push(`${s.getPosition(BY_DATE)?.quantity}`);
    });
    // 2 bought and 1 sold are 1, less 1 that a resting order would sell; then flat by a target.
    expect(strategy.seen).toEqual(["0", "2", "4800", "undefined"]);
    expect(result.fills.map(({ side, quantity, asset }) => `${side} ${quantity} ${asset}`)).toEqual([
      "buy 2 future:ESH24",
      "sell 1 future:ESH24",
      "sell 1 future:ESH24",
    ]);
    expect(result.trades.every(({ open }) => !open)).toBe(true);
  });

  it("is netted between strategies on one account, however each of them writes it", async () => {
    // One long and one short take no margin; two that add up would take 24,000 of 13,000.
    const make = (name: string, asset: Asset, side: "buy" | "sell") =>
      new Scripted((s) => void (s.iteration === 0 && s.send(asset, 1, side)), undefined, name);
    const strategies = [make("A", BY_SYMBOL, "buy"), make("B", BY_DATE, "sell")];
    const { total } = await backtestAll(strategies, InMemoryBacktesting, T0, T0 + 6 * MINUTE, {
      ...{ data: [bars], budget: 13_000, account: "shared", market: "24/7", margins },
    });
    expect(total.fills).toHaveLength(2);
  });

  it("of another day than the exchange's stays another contract", async () => {
    const { strategy } = await run(
      bars,
      (s) => void (s.iteration === 0 && s.send(Asset.future("ES", "2024-03-14"), 1, "buy")),
    );
    expect(strategy.refused).toEqual(["no_data"]);
  });
});

describe("the contract that a fill of a continuous future names", () => {
  const continuous = Asset.continuousFuture("ES");
  const nameOf = async (rolls: readonly ContractRoll[], asset = continuous) => {
    // It comes into the run with the order, five minutes on.
    const data = [barsOf(STOCK, flat(50, 8)), barsOf(asset, flat(100, 8))];
    const { result } = await run(data, (s) => void (s.iteration === 5 && s.send(asset, 1, "buy")), {
      assets: [STOCK],
      rolls,
    });
    return result.fills[0]?.contract;
  };
  const roll = (minute: number, from: Asset, to: Asset) => ({
    time: T0 + minute * MINUTE,
    measuredAt: T0 + (minute - 1) * MINUTE,
    ...{ from, to, fromPrice: 100, toPrice: 100 },
  });

  it("is the one of the last roll before it", async () => {
    const [december, march, june] = [Asset.future("ESZ23"), Asset.future("ESH24"), Asset.future("ESM24")];
    expect(await nameOf([roll(1, december, march), roll(2, march, june)])).toBe("ESM24");
    expect(await nameOf([roll(7, december, march)])).toBe("ESZ23");
  });

  it("is its root and month where the source tells a date, and the date where no contract of the root ends then", async () => {
    const june = Asset.future("ESM24");
    expect(await nameOf([roll(7, BY_DATE, june)])).toBe("ESH24");
    expect(await nameOf([roll(7, Asset.future("ES", "2024-03-14"), june)])).toBe("ES 2024-03-14");
    const own = (expiration: string) =>
      new Asset({ symbol: "XYZ", assetType: "future", expiration, multiplier: 100, tickSize: 0.25 });
    expect(
      await nameOf(
        [roll(7, own("2024-03-15"), own("2024-06-21"))],
        new Asset({ symbol: "XYZ", assetType: "continuous_future", continuous: {}, multiplier: 100 }),
      ),
    ).toBe("XYZ 2024-03-15");
  });
});

describe("a refusal for want of data", () => {
  it("says what the source has", async () => {
    const { result } = await run(bars, (s) => void (s.iteration === 0 && s.send(Asset.stock("NONE"), 1, "buy")));
    const [refusal] = result.events.filter(({ reason }) => reason === "no_data");
    expect(refusal?.message).toContain("stock:NONE");
    expect(refusal?.message).toContain("future:ESH24");
  });
});

describe("what is over by the time at which it comes into a run", () => {
  /** Sent five minutes after the start of a run over another share, with bars of a month before. */
  const sentLate = async (asset: Asset, options: object = {}) => {
    const past = barsOf(asset, flat(100, 3), "1d", Date.UTC(2023, 11, 12), 24 * 60 * MINUTE);
    const seen: (string | undefined)[] = [];
    class Late extends Scripted {
      override onErrorOrder(_: Order, { code }: { readonly code: string }) {
        seen.push(`${code} ${(this.getTimestamp() - T0) / MINUTE}`);
      }
    }
    const strategy = new Late((s) => void (s.iteration === 5 && s.send(asset, 1, "buy")));
    await strategy.backtest(InMemoryBacktesting, T0, T0 + 8 * MINUTE, {
      data: [barsOf(Asset.stock("BETA"), flat(50, 8)), past],
      assets: [Asset.stock("BETA")],
      market: "24/7",
      ...options,
    });
    return seen;
  };

  it("takes no order: a contract that has expired, a share that was delisted", async () => {
    expect(await sentLate(Asset.future("ESZ23"))).toEqual(["contract_expired 5"]);
    const delisting = { asset: STOCK, kind: "delisting", date: "2023-12-14" } as const;
    expect(await sentLate(STOCK, { corporateActions: [delisting] })).toEqual(["delisted 5"]);
  });
});
