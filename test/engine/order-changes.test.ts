import { Asset, type Order, type OrderChanges } from "backlit";
import { describe, expect, it } from "vitest";
import { barsOf, ES, flat, type Row, run, type Scripted } from "./support.ts";

/** Sends an order at the first iteration and changes it at the second; answers what was refused and the order. */
async function changed(
  asset: Asset,
  options: Parameters<Scripted["send"]>[3],
  changes: OrderChanges,
  rows: readonly Row[] = flat(100, 4),
) {
  const { strategy, result } = await run(barsOf(asset, rows), (s: Scripted) => {
    if (s.iteration === 0) s.send(asset, 2, "buy", options);
    if (s.iteration === 1) s.modifyOrder(s.orderLog[0] as Order, changes);
  });
  return { refused: strategy.refused, order: result.orders[0] };
}

describe("a change of an order", () => {
  it.each([
    ["a percentage below one", { trailPercent: 0.1 }, { trailPercent: 0.5 }],
    ["a distance below one", { trailPrice: 3 }, { trailPrice: 0.25 }],
    ["a limit below zero", { limitPrice: 90 }, { limitPrice: -5 }],
  ] as const)("takes %s", async (_, options, changes) => {
    const { refused, order } = await changed(ES, options, changes);
    expect(refused).toEqual([]);
    expect(order).toMatchObject(changes);
  });

  it("takes a percentage of all there is no more than the order itself does", async () => {
    const { refused, order } = await changed(ES, { trailPercent: 0.1 }, { trailPercent: 1 });
    expect(refused).toEqual(["not_modifiable"]);
    expect(order).toMatchObject({ trailPercent: 0.1 });
  });

  it("takes parts of a unit where the asset trades in them", async () => {
    const coin = new Asset({ symbol: "BTC", assetType: "crypto" });
    const { refused, order } = await changed(coin, { limitPrice: 90 }, { quantity: 0.5 });
    expect(refused).toEqual([]);
    expect(order).toMatchObject({ quantity: 0.5 });
  });
});

describe("a change of an exit whose entry is a market order that has not filled", () => {
  const bracket = { orderClass: "bracket", takeProfitPrice: 105, stopLossPrice: 95 } as const;
  const withStop = async (side: "buy" | "sell", options: object, stopPrice: number) => {
    const { strategy, result } = await run(barsOf(ES, flat(100, 3)), (s: Scripted) => {
      if (s.iteration !== 0) return;
      const [, stop] = s.send(ES, 1, side, { ...bracket, ...options }).children;
      s.modifyOrder(stop as Order, { stopPrice });
    });
    const message = result.events.find(({ code }) => code === "modification_refused")?.message;
    return { refused: strategy.refused, message, stop: result.orders.find(({ kind }) => kind === "stop") };
  };

  it("is made whatever side of the entry it lies on: that names no price", async () => {
    for (const stopPrice of [96, 101]) {
      const { refused, stop } = await withStop("buy", {}, stopPrice);
      expect(refused).toEqual([]);
      expect(stop).toMatchObject({ stopPrice });
    }
    const short = { takeProfitPrice: 95, stopLossPrice: 105 };
    expect((await withStop("sell", short, 104)).refused).toEqual([]);
  });

  it("is refused where it lies on the wrong side of the other exit", async () => {
    const { refused, message, stop } = await withStop("buy", {}, 106);
    expect(refused).toEqual(["wrong_side"]);
    expect(message).toMatch(/the take-profit 105 lies on the wrong side of the stop-loss 106/);
    expect(stop).toMatchObject({ stopPrice: 95 });
  });
});

describe("a bracket of a sale whose stop trails", () => {
  it("is judged by its take-profit alone", async () => {
    const exits = { orderClass: "bracket", takeProfitPrice: 95, stopLossTrailPrice: 3 } as const;
    const { strategy, result } = await run(
      barsOf(ES, [...flat(100, 2), [100, 100, 94, 95]]),
      (s: Scripted) => void (s.iteration === 0 && s.send(ES, 1, "sell", exits)),
    );
    expect(strategy.refused).toEqual([]);
    expect(result.fills.map(({ side, price }) => [side, price])).toEqual([
      ["sell", 100],
      ["buy", 95],
    ]);
  });
});
