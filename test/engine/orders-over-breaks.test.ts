/** What rests in the book while prices break: over a roll of a continuous future, over a split of a share. */
import { Asset, type Order } from "backlit";
import { describe, expect, it } from "vitest";
import { barsOf, flat, ROLL_TO_110, type Row, run, type Scripted, STOCK, T0 } from "./support.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const PRICES = [
  "limitPrice",
  "stopPrice",
  "touchPrice",
  "trailPrice",
  "trailPercent",
  "limitOffset",
  "averageFillPrice",
];
/** The prices that an order has, by name. */
const pricesOf = (order: Order) =>
  Object.fromEntries(Object.entries(order).filter(([name, value]) => PRICES.includes(name) && value !== undefined));

const send = (asset: Asset) => (s: Scripted) => {
  if (s.iteration !== 0) return;
  s.send(asset, 1, "buy", { limitPrice: 80 });
  s.send(asset, 1, "buy", { stopPrice: 140 });
  s.send(asset, 1, "buy", { stopPrice: 140, limitPrice: 144 });
  s.send(asset, 1, "buy", { touchPrice: 80 });
  s.send(asset, 1, "sell", { trailPrice: 40 });
  s.send(asset, 1, "sell", { trailPercent: 0.5, limitOffset: 4 });
};

describe("orders that rest over a roll", () => {
  const ES = Asset.continuousFuture("ES");

  it("have the prices they had, moved by the gap, and no others", async () => {
    const { strategy } = await run(barsOf(ES, [...flat(100, 2), ...flat(110, 2)]), send(ES), { rolls: [ROLL_TO_110] });
    expect(strategy.orderLog.map(pricesOf)).toEqual([
      { limitPrice: 90 },
      { stopPrice: 150 },
      { stopPrice: 150, limitPrice: 154 },
      { touchPrice: 90 },
      { trailPrice: 40 },
      { trailPercent: 0.5, limitOffset: 4 },
    ]);
  });

  it("fill at the touch price of the new contract", async () => {
    // 96 on the old contract is 106 on the new one, which falls to 105.
    const rows: Row[] = [...flat(100, 2), [110, 110, 105, 105]];
    const { result } = await run(
      barsOf(ES, rows),
      (s: Scripted) => void (s.iteration === 0 && s.send(ES, 1, "buy", { touchPrice: 96 })),
      { rolls: [ROLL_TO_110] },
    );
    expect(result.fills.map(({ price }) => price)).toEqual([106]);
  });

  it("as a combination of several units are moved by what the gap makes in one", async () => {
    // Two units of one NQ less two ES. The gap of 10 makes one worth 20 less: a limit of -115 is -135 then.
    const NQ = Asset.future("NQH24");
    const { result } = await run(
      [barsOf(ES, [...flat(100, 2), ...flat(110, 2)]), barsOf(NQ, flat(90, 4))],
      (s: Scripted) => {
        if (s.iteration !== 0) return;
        const legs = [
          { asset: NQ, quantity: 2, side: "buy" },
          { asset: ES, quantity: 4, side: "sell" },
        ] as const;
        s.submitOrder(s.createMultilegOrder(legs, { limitPrice: -115 }));
      },
      { rolls: [ROLL_TO_110], budget: 1_000_000 },
    );
    expect(result.orders[0]).toMatchObject({ quantity: 2, limitPrice: -135 });
    expect(result.events.find(({ code }) => code === "order_rolled")?.message).toContain("its prices moved by -20");
  });
});

describe("orders that rest over a split", () => {
  const split = { corporateActions: [{ asset: STOCK, kind: "split", date: "2024-01-03", ratio: 2 }] } as const;
  const bars = barsOf(STOCK, [...flat(100, 1), ...flat(50, 2)], "1d", Date.UTC(2024, 0, 2), DAY);
  const daily = {
    setup: (s: Scripted) => {
      s.sleeptime = "1d";
    },
  };

  it("have the prices they had, in new shares, and no others", async () => {
    // Midnight in New York is 05:00 UTC, 14 hours on.
    const { strategy } = await run(
      barsOf(STOCK, [...flat(100, 14), ...flat(50, 2)], "1h", T0, HOUR),
      send(STOCK),
      split,
    );
    expect(strategy.orderLog.map(pricesOf)).toEqual([
      { limitPrice: 40 },
      { stopPrice: 70 },
      { stopPrice: 70, limitPrice: 72 },
      { touchPrice: 40 },
      { trailPrice: 20 },
      { trailPercent: 0.5, limitOffset: 2 },
    ]);
  });

  it("are told of with what is held, where anything is", async () => {
    const words = async (script: (s: Scripted) => void) =>
      (await run(bars, script, { ...split, ...daily })).result.events.find(({ code }) => code === "stock_split")
        ?.message;
    expect(await words(() => {})).toMatch(/was split, 2 for 1 \(/);
    expect(await words((s) => void (s.iteration === 0 && s.send(STOCK, 3, "buy")))).toMatch(
      /was split, 2 for 1; 3 held became 6 \(/,
    );
  });
});
