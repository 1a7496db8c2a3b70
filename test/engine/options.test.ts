import { Asset, TradingFee } from "backlit";
import { describe, expect, it } from "vitest";
import { barsOf, flat, once, type Row, run, type Scripted, STOCK } from "./support.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Third Friday of January 2024; New York closes at 16:00, 21:00 UTC. */
const FRIDAY = Date.UTC(2024, 0, 19, 18);
const CLOSE = Date.UTC(2024, 0, 19, 21);
const budget = 100_000;
const call = Asset.option({ symbol: "ACME", expiration: "2024-01-19", strike: 100, right: "call" });
const put = Asset.option({ symbol: "ACME", expiration: "2024-01-19", strike: 100, right: "put" });
/** Something that goes on trading, so that the run does. */
const other = barsOf(Asset.stock("OTHER"), flat(50, 30), "1h", FRIDAY, HOUR);
const share = (...prices: number[]) =>
  barsOf(
    STOCK,
    prices.flatMap((price) => flat(price, 1)),
    "1h",
    FRIDAY,
    HOUR,
  );
const premium = (asset: Asset, ...prices: number[]) =>
  barsOf(
    asset,
    prices.flatMap((price) => flat(price, 1)),
    "1h",
    FRIDAY,
    HOUR,
  );

describe("an option held to its end", () => {
  it.each([
    // Bought for 3 x 100. With the share at 107.50 a call of 100 is worth 7.50, a put nothing; at 92 the other way round.
    ["call", call, 107.5, 7.5, 450],
    ["call", call, 92, 0, -300],
    ["put", put, 92, 8, 500],
    ["put", put, 100, 0, -300],
  ])("%s is settled in cash at what it is worth", async (_, option, last, worth, profit) => {
    const { result } = await run(
      [premium(option, 3, 3, 3), share(100, 101, last), other],
      once((s) => s.send(option, 1, "buy")),
      { budget, buyTradingFees: [new TradingFee({ perContract: 0.65 })] },
    );
    expect(result.fills[1]).toMatchObject({ time: CLOSE, price: worth, side: "sell", fee: 0, reason: "expiration" });
    expect(result.equity.value.at(-1)).toBeCloseTo(budget + profit - 0.65, 9);
    expect(result.trades).toMatchObject([{ open: false, exitPrice: worth }]);
    expect(result.events.find((event) => event.code === "position_expired")?.message).toContain(`at ${last}`);
  });

  it("sold is bought back at what it is worth, and takes security until then", async () => {
    const sell = (contracts: number) =>
      run(
        [premium(call, 3, 3, 3), share(100, 101, 104), other],
        once((s) => s.send(call, contracts, "sell")),
        { budget },
      );
    // 300 come in; 4 are owed at the end: 100 less than nothing.
    const { result } = await sell(1);
    expect(result.equity.value.at(-1)).toBe(budget - 100);
    // Exercising one moves 10,000: ten are carried by 100,000, whatever was received for them.
    expect((await sell(10)).strategy.refused).toEqual([]);
    expect((await sell(11)).strategy.refused).toEqual(["insufficient_funds"]);
  });

  it("sold takes a fifth of what exercising it would move in a margin account", async () => {
    // 10,000 carry five of 2,000 each; the 300 received for one are owed.
    const sell = async (contracts: number) =>
      (
        await run(
          [premium(call, 3, 3, 3), share(100, 101, 100), other],
          once((s) => s.send(call, contracts, "sell")),
          { budget: 10_000, buyingPower: "reg-t" },
        )
      ).strategy.refused;
    expect(await sell(5)).toEqual([]);
    expect(await sell(6)).toEqual(["insufficient_funds"]);
  });

  it("is not on a share of its symbol in another currency", async () => {
    // 120 euros say nothing of a strike of 100 dollars: the option's own last price is taken.
    const abroad = barsOf(new Asset({ symbol: "ACME", currency: "EUR" }), flat(120, 3), "1h", FRIDAY, HOUR);
    const { result } = await run(
      [premium(call, 3, 3, 4), abroad, other],
      once((s) => s.send(call, 1, "buy")),
      { budget, currency: "USD", fxRates: { "EUR/USD": 1.1 } },
    );
    expect(result.fills[1]).toMatchObject({ price: 4, reason: "expiration" });
    expect(result.events.map((event) => event.code)).toContain("underlying_missing");
  });

  it("counts by its own multiplier", async () => {
    const mini = Asset.option({ symbol: "ACME", expiration: "2024-01-19", strike: 100, right: "call", multiplier: 10 });
    const { result } = await run(
      [premium(mini, 3, 3, 3), share(100, 101, 107.5), other],
      once((s) => s.send(mini, 1, "buy")),
      { budget },
    );
    expect(result.equity.value.at(-1)).toBe(budget + 45);
  });

  it("waits for the end of the day's bar of what it is on", async () => {
    const friday = Date.UTC(2024, 0, 18);
    const rows = (...prices: number[]): Row[] => prices.map((price) => [price, price + 1, price - 1, price] as const);
    const daily = [
      barsOf(call, rows(3), "1d", friday, DAY),
      barsOf(
        STOCK,
        [
          [100, 101, 99, 100],
          [100, 111, 99, 110],
        ],
        "1d",
        friday,
        DAY,
      ),
      barsOf(Asset.stock("OTHER"), rows(50, 50, 50, 50, 50, 50), "1d", friday, DAY),
    ];
    const { result } = await run(
      daily,
      once((s) => s.send(call, 1, "buy")),
      { budget },
    );
    // The option did not trade on its last day; the share went from 100 to 110.
    expect(result.fills[1]).toMatchObject({ time: Date.UTC(2024, 0, 20), price: 10, reason: "expiration" });
  });

  it("of a future is settled by the contract that ends with it or next, however that is written", async () => {
    // Options on ES that end in January are on the March contract: at 4,815 a call of 4,800 is worth 15, 50 dollars a point.
    const option = Asset.option({
      symbol: "ES",
      expiration: "2024-01-19",
      strike: 4_800,
      right: "call",
      multiplier: 50,
    });
    const hours = (asset: Asset, ...prices: number[]) => premium(asset, ...prices);
    const { result } = await run(
      [
        hours(option, 10, 10, 10),
        hours(Asset.future("ESM24"), 4_860, 4_860, 4_870),
        hours(Asset.future("ESH24"), 4_800, 4_800, 4_815),
        hours(Asset.future("ESZ23"), 4_700, 4_700, 4_700),
        other,
      ],
      once((s) => s.send(option, 1, "buy")),
      { budget },
    );
    expect(result.fills[1]).toMatchObject({ price: 15, reason: "expiration" });
    expect(result.equity.value.at(-1)).toBe(budget + 250);
  });

  it("of a future is on the first contract that ends after it, whichever comes first by name", async () => {
    // An option of November 2024 is on ESZ24, not on ESH25: 5,915 - 5,900.
    const start = Date.UTC(2024, 10, 15, 18);
    const option = Asset.option({
      symbol: "ES",
      expiration: "2024-11-15",
      strike: 5_900,
      right: "call",
      multiplier: 50,
    });
    const hours = (asset: Asset, ...prices: number[]) =>
      barsOf(
        asset,
        prices.flatMap((price) => flat(price, 1)),
        "1h",
        start,
        HOUR,
      );
    const { result } = await run(
      [
        hours(option, 10, 10, 10),
        hours(Asset.future("ESH25"), 5_960, 5_960, 5_970, 5_970, 5_970),
        hours(Asset.future("ESZ24"), 5_900, 5_900, 5_915, 5_915, 5_915),
      ],
      once((s) => s.send(option, 1, "buy")),
      { budget },
    );
    expect(result.fills[1]).toMatchObject({ price: 15, reason: "expiration" });
  });

  it("without bars of what it is on is closed at its own last price, and the run says so", async () => {
    const { result } = await run(
      [premium(call, 3, 3, 4), other],
      once((s) => s.send(call, 1, "buy")),
      { budget },
    );
    expect(result.fills[1]).toMatchObject({ price: 4, reason: "expiration" });
    expect(result.events.map((event) => event.code)).toEqual(["underlying_missing", "position_expired"]);
  });

  describe("held over a split of its share", () => {
    const put = Asset.option({ symbol: "ACME", expiration: "2024-01-19", strike: 400, right: "put" });
    const tuesday = Date.UTC(2024, 0, 16);
    const days = (asset: Asset, ...prices: number[]) =>
      barsOf(
        asset,
        prices.map((price) => [price, price, price, price] as const),
        "1d",
        tuesday,
        DAY,
      );
    const split = { asset: STOCK, kind: "split", date: "2024-01-18", ratio: 4 } as const;
    const hold = async (units: number, send = 0) => {
      const script = (s: Scripted) =>
        void (s.iteration === send && s.send(put, Math.abs(units), units > 0 ? "buy" : "sell"));
      const data = [days(STOCK, 400, 400, 99, 98), days(put, 5, 5, 8, 8), days(Asset.stock("OTHER"), 9, 9, 9, 9, 9)];
      return (await run(data, script, { budget: 100_000, corporateActions: [split] })).result;
    };

    it("is on as many more shares at the same sum: four at 98 against 400", async () => {
      // 400 - 4 x 98 = 8 a share of old, 100 of them.
      const { fills, events, equity } = await hold(1);
      expect(fills[1]).toMatchObject({ price: 8, reason: "expiration" });
      expect(equity.value.at(-1)).toBe(100_000 + (8 - 5) * 100);
      expect(events.map(({ code }) => code)).toEqual(["stock_split", "option_adjusted", "position_expired"]);
      expect((await hold(-1)).equity.value.at(-1)).toBe(100_000 - (8 - 5) * 100);
    });

    it("counts by its strike as it stands when it was sold after the split and bought again", async () => {
      const days = (asset: Asset, ...prices: number[]) =>
        barsOf(
          asset,
          prices.flatMap((price) => flat(price, 1)),
          "1d",
          tuesday - DAY,
          DAY,
        );
      const script = (s: Scripted) => {
        const side = (["buy", undefined, undefined, "sell", "buy"] as const)[s.iteration];
        if (side !== undefined) s.send(put, 1, side);
      };
      const data = [
        days(STOCK, 400, 400, 400, 99, 98),
        days(put, 5, 5, 5, 8, 8),
        days(Asset.stock("OTHER"), ...[9, 9, 9, 9, 9, 9]),
      ];
      const { result } = await run(data, script, { budget: 100_000, corporateActions: [split] });
      expect(result.fills.map(({ side, price }) => [side, price])).toEqual([
        ["buy", 5],
        ["sell", 8],
        ["buy", 8],
        ["sell", 400 - 98],
      ]);
    });

    it.each([
      // 1 is held at 400 - 4 x 98 = 8 of old shares, and closed at 8 by an order that goes on to the other side: what that opens is of new shares.
      ["long to short", 1, "buy", "sell"],
      ["short to long", -1, "sell", "buy"],
    ] as const)("counts by its strike as it stands when one fill took it from %s", async (_, units, open, turn) => {
      const days = (asset: Asset, ...prices: number[]) =>
        barsOf(
          asset,
          prices.flatMap((price) => flat(price, 1)),
          "1d",
          tuesday - DAY,
          DAY,
        );
      const script = (s: Scripted) => {
        if (s.iteration === 0) s.send(put, 1, open);
        if (s.iteration === 3) s.send(put, 2, turn);
      };
      const data = [
        days(STOCK, 400, 400, 400, 99, 98),
        days(put, 5, 5, 5, 8, 8),
        days(Asset.stock("OTHER"), ...[9, 9, 9, 9, 9, 9]),
      ];
      const { result } = await run(data, script, { budget: 100_000, corporateActions: [split] });
      expect(result.fills.map(({ side, quantity, price }) => [side, quantity, price])).toEqual([
        [open, 1, 5],
        [turn, 2, 8],
        [open, 1, 400 - 98],
      ]);
      // 8 - 5 on the first, 8 - 302 on the second, 100 of each: -29,100, the other way round +29,100.
      expect(result.equity.value.at(-1)).toBe(100_000 + units * (8 - 5 - (302 - 8)) * 100);
    });

    it("of another share is what it was", async () => {
      const others = { ...split, asset: Asset.stock("OTHER") };
      const data = [days(STOCK, 400, 400, 392, 392), days(put, 5, 5, 8, 8), days(Asset.stock("OTHER"), 8, 8, 2, 2, 2)];
      const { result } = await run(
        data,
        once((s) => s.send(put, 1, "buy")),
        { budget, corporateActions: [others] },
      );
      expect(result.fills[1]).toMatchObject({ price: 8, reason: "expiration" });
      expect(result.events.map(({ code }) => code)).toEqual(["stock_split", "position_expired"]);
    });

    it("counts by its strike as it stands when it was bought after the split", async () => {
      const { fills, events } = await hold(1, 3);
      expect(fills[1]).toMatchObject({ price: 400 - 98, reason: "expiration" });
      expect(events.map(({ code }) => code)).toEqual(["stock_split", "position_expired"]);
    });
  });

  it("is traded no more", async () => {
    const late = (s: Scripted) => {
      if (s.iteration === 0) s.sleeptime = "1h";
      if (s.iteration === 1) s.send(call, 1, "buy", { limitPrice: 1 });
      if (s.iteration === 5) s.send(call, 1, "buy");
    };
    const { strategy } = await run([premium(call, 3, 3, 3), share(100, 101, 104), other], late, { budget });
    expect(strategy.orderLog.map((order) => order.status)).toEqual(["expired", "rejected"]);
    expect(strategy.refused).toEqual(["contract_expired"]);
  });
});
