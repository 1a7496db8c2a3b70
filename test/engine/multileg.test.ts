import { Asset, type Bars, type MultilegOptions, type Order, type OrderLeg, TradingFee } from "backlit";
import { describe, expect, it } from "vitest";
import { barsOf, flat, MINUTE, once, ROLL_TO_110, type Row, run, type Scripted, T0 } from "./support.ts";

const call = (strike: number) => Asset.option({ symbol: "SPY", expiration: "2024-03-15", strike, right: "call" });
const LOWER = call(470);
const UPPER = call(480);
const SPREAD: readonly OrderLeg[] = [
  { asset: LOWER, quantity: 10, side: "buy" },
  { asset: UPPER, quantity: 10, side: "sell" },
];

async function play(
  data: readonly Bars[],
  legs: readonly OrderLeg[],
  options: MultilegOptions = {},
  runOptions: object = {},
) {
  const { result, strategy } = await run(
    data,
    once((s: Scripted) => {
      const order = s.createMultilegOrder(legs, options);
      s.orderLog.push(order, ...order.children);
      s.submitOrder(order);
    }),
    // A written option is secured by its strike: 480 x 10 x 100.
    { budget: 1_000_000, ...runOptions },
  );
  const fills = result.fills.map((fill) => [
    Math.floor((fill.time - T0) / MINUTE),
    fill.asset.strike,
    fill.side,
    fill.quantity,
    fill.price,
  ]);
  return { fills, result, strategy, states: strategy.orderLog.map(({ status }) => status) };
}

describe("a multileg order", () => {
  const data = [barsOf(LOWER, flat(5, 3)), barsOf(UPPER, flat(2, 3))];

  it("fills its legs at one instant, each at its own open", async () => {
    const { fills, result, strategy, states } = await play(
      data,
      SPREAD,
      {},
      { buyTradingFees: [new TradingFee({ perContract: 1 })] },
    );
    expect(fills).toEqual([
      [0, 470, "buy", 10, 5],
      [0, 480, "sell", 10, 2],
    ]);
    expect(states).toEqual(["filled", "filled", "filled"]);
    // Ten units at 5 - 2; 3 x 10 x 100 paid, and 10 in fees.
    expect(strategy.orderLog[0]).toMatchObject({ quantity: 10, averageFillPrice: 3, fees: 10, orderClass: "multileg" });
    expect(result.equity.cash.at(-1)).toBe(1_000_000 - 3_000 - 10);
  });

  it("waits until bars of all its legs open together", async () => {
    const late = [barsOf(LOWER, flat(5, 4)), barsOf(UPPER, flat(2, 2), "1m", T0 + 2 * MINUTE)];
    expect((await play(late, SPREAD)).fills.map(([minute]) => minute)).toEqual([2, 2]);
  });

  it("waits while a leg is in the middle of a longer bar", async () => {
    // Sent at minute 2: the bar of five minutes that opened at 0 is over for it; the next opens at 5.
    const slow = barsOf(UPPER, [...flat(2, 1), ...flat(2.5, 1)], "5m", T0, 5 * MINUTE);
    const { result } = await run(
      [barsOf(LOWER, flat(5, 8)), slow],
      (s) => void (s.iteration === 2 && s.submitOrder(s.createMultilegOrder(SPREAD))),
      { budget: 1_000_000 },
    );
    expect(result.fills.map(({ time, price }) => [time - T0, price])).toEqual([
      [5 * MINUTE, 5],
      [5 * MINUTE, 2.5],
    ]);
  });

  it("fills at opens under this-close as well", async () => {
    const rows: Row[] = [...flat(5, 1), ...flat(4, 1), ...flat(3, 1)];
    const { result } = await run(
      [barsOf(LOWER, rows), barsOf(UPPER, flat(2, 3))],
      (s) => void (s.iteration === 1 && s.submitOrder(s.createMultilegOrder(SPREAD))),
      { budget: 1_000_000, fill: "this-close" },
    );
    expect(result.fills.map(({ time, price }) => [time - T0, price])).toEqual([
      [MINUTE, 4],
      [MINUTE, 2],
    ]);
  });

  it("waits while a leg has a bar that did not trade", async () => {
    const quiet: Row[] = [
      [2, 2, 2, 2, 10],
      [2, 2, 2, 2, 0],
      [2, 2, 2, 2, 10],
    ];
    const { result } = await run(
      [barsOf(LOWER, flat(5, 3)), barsOf(UPPER, quiet)],
      (s) => void (s.iteration === 1 && s.submitOrder(s.createMultilegOrder(SPREAD))),
      { budget: 1_000_000 },
    );
    expect(result.fills.map(({ time }) => time - T0)).toEqual([2 * MINUTE, 2 * MINUTE]);
  });

  it("waits until its legs together cost no more than its limit", async () => {
    const falling: Row[] = [...flat(5, 1), ...flat(4.75, 1), ...flat(4.5, 1)];
    const { fills } = await play([barsOf(LOWER, falling), barsOf(UPPER, flat(2, 3))], SPREAD, { limitPrice: 2.5 });
    expect(fills.map(([minute, , , , price]) => [minute, price])).toEqual([
      [2, 4.5],
      [2, 2],
    ]);
  });

  it("compares its net price as decimals have it", async () => {
    // 1.1 + 2.2 is 3.3, which in doubles it is not; nor is three times 1.1.
    expect(1.1 + 2.2).toBeGreaterThan(3.3);
    const dimes = [barsOf(LOWER, flat(1.1, 2)), barsOf(UPPER, flat(2.2, 2))];
    const both = (lower: number, upper: number): readonly OrderLeg[] => [
      { asset: LOWER, quantity: lower, side: "buy" },
      { asset: UPPER, quantity: upper, side: "buy" },
    ];
    const { strategy } = await play(dimes, both(1, 1), { limitPrice: 3.3 });
    expect(strategy.orderLog[0]).toMatchObject({ status: "filled", averageFillPrice: 3.3 });
    // 3 x 1.1 + 2.2 = 5.5, twice.
    expect((await play(dimes, both(6, 2), { limitPrice: 5.5 })).fills).toHaveLength(2);
    expect((await play(dimes, both(6, 2), { limitPrice: 5.49 })).fills).toHaveLength(0);
  });

  it("leaves other orders for the asset of its first leg where they are", async () => {
    const rows: Row[] = [...flat(5, 2), [5, 5, 3, 3]];
    const { result } = await run(
      [barsOf(LOWER, rows), barsOf(UPPER, flat(2, 3))],
      once((s: Scripted) => {
        s.send(LOWER, 10, "sell", { trailPrice: 1 });
        s.submitOrder(s.createMultilegOrder(SPREAD));
        s.send(LOWER, 10, "sell", { trailPrice: 1.5 });
      }),
      { budget: 1_000_000 },
    );
    expect(result.fills.map(({ asset, side, price }) => [asset.strike, side, price])).toEqual([
      [470, "buy", 5],
      [480, "sell", 2],
      [470, "sell", 4],
      [470, "sell", 3.5],
    ]);
  });

  it("may ask for a credit", async () => {
    // Sold at 5, bought at 2: a credit of 3. A limit of -3 takes it, -3.25 does not.
    const legs = SPREAD.map((leg) => ({ ...leg, side: leg.side === "buy" ? ("sell" as const) : ("buy" as const) }));
    expect((await play(data, legs, { limitPrice: -3 })).fills).toHaveLength(2);
    expect((await play(data, legs, { limitPrice: -3.25 })).fills).toHaveLength(0);
  });

  it("counts its net price a unit: the quantities divided by their greatest common divisor", async () => {
    // Buy 2, sell 4: one unit is 1 against 2, 5 - 2 x 2 = 1.
    const ratio: readonly OrderLeg[] = [
      { asset: LOWER, quantity: 2, side: "buy" },
      { asset: UPPER, quantity: 4, side: "sell" },
    ];
    const { strategy } = await play(data, ratio, { limitPrice: 1 }, { budget: 1_000_000 });
    expect(strategy.orderLog[0]).toMatchObject({ status: "filled", quantity: 2, averageFillPrice: 1 });
  });

  it("of 4 and 6 is two units of 2 and 3", async () => {
    // 2 x 5 - 3 x 2 = 4.
    const ratio: readonly OrderLeg[] = [
      { asset: LOWER, quantity: 4, side: "buy" },
      { asset: UPPER, quantity: 6, side: "sell" },
    ];
    const { strategy } = await play(data, ratio, { limitPrice: 4, tag: "ratio" });
    const [spread, ...legs] = strategy.orderLog;
    expect(spread).toMatchObject({ status: "filled", quantity: 2, averageFillPrice: 4, tag: "ratio" });
    expect(legs.map(({ tag }) => tag)).toEqual(["ratio", "ratio"]);
  });

  it("that the account cannot carry fills no leg", async () => {
    const { fills, strategy, states } = await play(data, SPREAD, {}, { budget: 2_000 });
    expect(fills).toEqual([]);
    expect(strategy.refused).toEqual(["insufficient_funds"]);
    expect(states).toEqual(["rejected", "canceled", "canceled"]);
  });

  it.each(["gtc", "ioc", "fok"] as const)("is paid by a sale at the same open: %s", async (timeInForce) => {
    // 10 x 100 x (5 + 2) = 7,000; all of the 10,000 is in shares until they are sold there.
    const share = Asset.stock("ACME");
    const legs: readonly OrderLeg[] = [
      { asset: LOWER, quantity: 10, side: "buy" },
      { asset: UPPER, quantity: 10, side: "buy" },
    ];
    const { result, strategy } = await run(
      [...data, barsOf(share, flat(100, 3))],
      (s) => {
        if (s.iteration === 0) s.send(share, 100, "buy");
        if (s.iteration !== 1) return;
        s.submitOrder(s.createMultilegOrder(legs, { timeInForce }));
        s.send(share, 100, "sell");
      },
      { budget: 10_000 },
    );
    expect(strategy.refused).toEqual([]);
    expect(result.fills.slice(1).map(({ time, side, price }) => [time - T0, side, price])).toEqual([
      [MINUTE, "sell", 100],
      [MINUTE, "buy", 5],
      [MINUTE, "buy", 2],
    ]);
  });

  it("fills all or nothing of what the volume allows", async () => {
    const thin = [
      barsOf(LOWER, [...flat(5, 2)]),
      barsOf(UPPER, [
        [2, 2, 2, 2, 50],
        [2, 2, 2, 2, 100],
      ]),
    ];
    expect((await play(thin, SPREAD, {}, { volumeShare: 0.1 })).fills.map(([minute]) => minute)).toEqual([1, 1]);
    expect((await play(thin, SPREAD, { timeInForce: "ioc" }, { volumeShare: 0.1 })).states).toEqual([
      "canceled",
      "canceled",
      "canceled",
    ]);
  });

  it("ends as a whole when one leg, or all of it, is canceled", async () => {
    for (const which of [0, 1, 2]) {
      const { result, strategy } = await run(data, (s: Scripted) => {
        if (s.iteration === 0) {
          const order = s.submitOrder(s.createMultilegOrder(SPREAD, { limitPrice: 1 }));
          s.orderLog.push(order, ...order.children);
        }
        const order = s.orderLog[which];
        if (s.iteration === 1 && order !== undefined) s.cancelOrder(order);
      });
      expect(result.fills).toEqual([]);
      expect(strategy.orderLog.map(({ status }) => status)).toEqual(["canceled", "canceled", "canceled"]);
    }
  });

  it("of a day ends with the session", async () => {
    // New York closes at 21:00 UTC.
    const start = Date.UTC(2024, 0, 2, 20, 58);
    const day = [barsOf(LOWER, flat(5, 4), "1m", start), barsOf(UPPER, flat(2, 4), "1m", start)];
    const { states } = await play(day, SPREAD, { limitPrice: 1, timeInForce: "day" });
    expect(states).toEqual(["expired", "expired", "expired"]);
  });

  it("with a leg that nothing is known of is refused whole", async () => {
    const { fills, strategy, states } = await play([data[0] as Bars], SPREAD, {}, { assets: [LOWER] });
    expect(fills).toEqual([]);
    expect(strategy.refused).toEqual(["no_data"]);
    expect(states).toEqual(["rejected", "canceled", "canceled"]);
  });

  it("brings in legs the run does not know yet", async () => {
    expect((await play(data, SPREAD, {}, { assets: [LOWER] })).fills).toHaveLength(2);
  });

  it("trades a calendar spread of futures", async () => {
    const future = (expiration: string) =>
      new Asset({ symbol: "ES", assetType: "future", expiration, multiplier: 50, tickSize: 0.25 });
    const [near, far] = [future("2024-03-15"), future("2024-06-21")];
    const { result } = await play(
      [barsOf(near, flat(4800, 3)), barsOf(far, flat(4850, 3))],
      [
        { asset: far, quantity: 1, side: "buy" },
        { asset: near, quantity: 1, side: "sell" },
      ],
      { limitPrice: 50 },
      { budget: 1_000_000 },
    );
    expect(result.fills.map(({ side, price }) => [side, price])).toEqual([
      ["buy", 4850],
      ["sell", 4800],
    ]);
    expect(result.equity.value.at(-1)).toBe(1_000_000);
  });

  it("that rests over a roll keeps its distance: the limit moves by the gap of its leg", async () => {
    const ES = Asset.continuousFuture("ES");
    const NQ = Asset.future("NQH24");
    // Worth 90 - 2 x 100 = -110 before the roll and 90 - 2 x 110 = -130 after it: to ask for 115 is to ask for 135 then.
    const { fills, result } = await play(
      [barsOf(ES, [...flat(100, 2), ...flat(110, 2), ...flat(112.5, 1)]), barsOf(NQ, flat(90, 5))],
      [
        { asset: NQ, quantity: 1, side: "buy" },
        { asset: ES, quantity: 2, side: "sell" },
      ],
      { limitPrice: -115 },
      { rolls: [ROLL_TO_110] },
    );
    expect(fills.map(([minute, , side, , price]) => [minute, side, price])).toEqual([
      [4, "buy", 90],
      [4, "sell", 112.5],
    ]);
    expect(result.orders[0]).toMatchObject({ limitPrice: -135, averageFillPrice: -135 });
    expect(result.events).toMatchObject([{ code: "order_rolled", orderId: "1" }]);
  });

  it("takes another limit, as exact as it is given, and no other change", async () => {
    const [near, far] = ["ESH24", "ESM24"].map((symbol) => Asset.future(symbol)) as [Asset, Asset];
    const futures = [barsOf(near, flat(4800, 4)), barsOf(far, flat(4850, 4))];
    const legs: readonly OrderLeg[] = [
      { asset: far, quantity: 1, side: "buy" },
      { asset: near, quantity: 1, side: "sell" },
    ];
    const { strategy, result } = await run(
      futures,
      (s: Scripted) => {
        if (s.iteration === 0) s.orderLog.push(s.submitOrder(s.createMultilegOrder(legs, { limitPrice: 40 })));
        const [spread] = s.orderLog;
        if (s.iteration !== 1 || spread === undefined) return;
        s.modifyOrder(spread, { quantity: 2 });
        s.modifyOrder(spread.children[0] as Order, { quantity: 2 });
        // Its tick is not that of the contracts, 0.25.
        s.modifyOrder(spread, { limitPrice: 50.1 });
      },
      { budget: 1_000_000 },
    );
    expect(strategy.refused).toEqual(["not_modifiable", "not_modifiable"]);
    expect(result.orders[0]).toMatchObject({ status: "filled", quantity: 1, limitPrice: 50.1, averageFillPrice: 50 });
    expect(result.fills.map(({ time, quantity }) => [time - T0, quantity])).toEqual([
      [MINUTE, 1],
      [MINUTE, 1],
    ]);
    expect(result.events.map(({ code }) => code)).not.toContain("order_price_rounded");
  });

  it("does not take its legs one by one", async () => {
    const { strategy, result } = await run(
      data,
      once((s: Scripted) => {
        const order = s.createMultilegOrder(SPREAD);
        for (const leg of order.children) s.submitOrder(leg);
        s.submitOrder(order);
      }),
      { budget: 1_000_000 },
    );
    expect(strategy.refused).toEqual(["already_submitted", "already_submitted"]);
    expect(result.fills).toHaveLength(2);
  });

  it.each([
    [[SPREAD[0]], /1 legs/],
    [[SPREAD[0], SPREAD[0]], /two legs, expected one/],
    [[SPREAD[0], { ...SPREAD[1], asset: "ACME" }], /the asset was 'ACME', expected an Asset/],
    [undefined, /the legs were undefined/],
    [[SPREAD[0], { ...SPREAD[1], quantity: 1.5 }], /whole number above 0/],
    [[SPREAD[0], { ...SPREAD[1], side: "short" }], /expected 'buy' or 'sell'/],
  ])("refuses legs that make no sense", async (legs, words) => {
    await expect(play(data, legs as readonly OrderLeg[])).rejects.toThrow(words);
  });

  it.each([
    // A misspelt limit must not leave a market order behind.
    [{ limit: 3 }, /the option 'limit' is not known/],
    [{ timeInForce: "opg" }, /timeInForce was 'opg'/],
  ])("refuses options it does not have: %o", async (options, words) => {
    await expect(play(data, SPREAD, options as object)).rejects.toThrow(words);
  });
});
