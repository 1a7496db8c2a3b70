import { Asset, Bars, TradingFee } from "backlit";
import { describe, expect, it } from "vitest";
import { barsOf, flat, joinBars, once, run, type Scripted } from "./support.ts";

const HOUR = 3_600_000;
/** Noon UTC of a Tuesday; the day ends at midnight, as nobody knows the exchange of this root. */
const NOON = Date.UTC(2024, 0, 2, 12);
const DAX = new Asset({
  symbol: "FDX",
  assetType: "future",
  expiration: "2024-03-15",
  multiplier: 25,
  currency: "EUR",
});
const SAP = new Asset({ symbol: "SAP", assetType: "stock", currency: "EUR" });
const budget = 100_000;
const hourly = (s: Scripted) => {
  s.sleeptime = "1h";
};
const rates = { "EUR/USD": { "2024-01-02": 1.1, "2024-01-03": 1.2 } };

describe("assets in another currency than the account's", () => {
  it("a future's gains are turned into account money on the day they are settled", async () => {
    // Bought at 16,000 at noon; settled at 16,010 at midnight, when the rate of the new day holds: 10 x 25 EUR at 1.20 are 300 USD. Then
    // 16,030: 20 x 25 EUR are 600 USD more.
    const bars = barsOf(DAX, [...flat(16_000, 6), ...flat(16_010, 6), ...flat(16_030, 3)], "1h", NOON, HOUR);
    const { result, strategy } = await run(
      bars,
      (s) => {
        if (s.iteration === 0) s.send(DAX, 1, "buy");
        if (s.iteration === 14) s.seen.push(`${s.getPosition(DAX)?.unrealizedPnl} ${s.getPosition(DAX)?.averagePrice}`);
      },
      { budget, fxRates: rates, currency: "USD", setup: hourly },
    );
    const settled = result.cashflows[0]?.amount ?? Number.NaN;
    expect(settled).toBeCloseTo(300, 9);
    expect(result.equity.value.at(-1)).toBeCloseTo(budget + 300 + 600, 9);
    expect(strategy.seen[0]).toMatch(/^900(\.0+\d*)? 16000$/);
    expect(result.settings).toMatchObject({ currency: "USD", fxRates: ["EUR/USD"] });
  });

  it("what a trade of it earned is what was paid for it, each day at its rate", async () => {
    // 10 points settled at the first midnight at 1.20, 20 more at the second at 1.30: 10 x 25 x 1.20 + 20 x 25 x 1.30 = 950.
    const bars = barsOf(DAX, [...flat(16_000, 6), ...flat(16_010, 24), ...flat(16_030, 10)], "1h", NOON, HOUR);
    const { result } = await run(
      bars,
      once((s) => s.send(DAX, 1, "buy")),
      { budget, fxRates: { "EUR/USD": { ...rates["EUR/USD"], "2024-01-04": 1.3 } }, currency: "USD", setup: hourly },
    );
    expect(result.cashflows.map(({ amount }) => Math.round(amount * 1e6) / 1e6)).toEqual([300, 650]);
    expect(result.trades[0]?.pnl).toBeCloseTo(950, 9);
    expect(result.equity.value.at(-1)).toBeCloseTo(budget + 950, 9);
  });

  it("that its bars alone say is believed, where the strategy writes the asset without it", async () => {
    // 10 x 100 EUR at 1.10 are 1,100 USD; at 105 and 1.10 worth 1,155.
    const bars = barsOf(SAP, [...flat(100, 6), ...flat(105, 2)], "1h", NOON, HOUR);
    const plain = Asset.stock("SAP");
    const buy = once((s) => s.send(plain, 10, "buy"));
    const { result } = await run(bars, buy, { budget, assets: [plain], fxRates: rates, setup: hourly });
    expect(result.equity.cash.at(-1)).toBeCloseTo(budget - 1_100, 9);
    expect(result.equity.value.at(-1)).toBeCloseTo(budget + 55, 9);

    const without = await run(bars, buy, { budget, assets: [plain], setup: hourly });
    expect(without.result.orders.map(({ refusal }) => refusal)).toEqual(["fx_rate_missing"]);
    const inEuro = await run(bars, buy, { budget, assets: [plain], currency: "EUR", setup: hourly });
    expect(inEuro.result.equity.value.at(-1)).toBe(budget + 50);
  });

  it("a share is paid at the rate of its fill and valued at the rate of now", async () => {
    // 10 x 100 EUR at 1.10 cost 1,100 USD; a day later at 1.20 they are worth 1,200 at the same price, and bring 1,200.
    const bars = barsOf(SAP, flat(100, 16), "1h", NOON, HOUR);
    const { result, strategy } = await run(
      bars,
      (s) => {
        if (s.iteration === 0) s.send(SAP, 10, "buy");
        if (s.iteration === 13) s.seen.push(String(s.getPosition(SAP)?.marketValue), String(s.getCash()));
        if (s.iteration === 14) s.send(SAP, 10, "sell");
      },
      { budget, fxRates: rates, currency: "USD", setup: hourly },
    );
    expect(strategy.seen).toEqual(["1200", "98900"]);
    expect(result.trades[0]?.pnl).toBeCloseTo(100, 9);
    expect(result.equity.value.at(-1)).toBeCloseTo(budget + 100, 9);
    const midnight = result.equity.time.indexOf(Date.UTC(2024, 0, 3));
    expect(result.equity.value[midnight]).toBeCloseTo(budget + 100, 9);
  });

  it("how far a trade went for and against it is told at the rates of those times", async () => {
    // 10 shares at 100 EUR, 90 at worst and 110 at best at 1.10: 110 USD either way. At 1.20 nothing moves: 1,200 - 1,100 = 100 to the good.
    const bars = barsOf(SAP, [...flat(100, 2), [100, 110, 90, 100], ...flat(100, 12)], "1h", NOON, HOUR);
    const { result } = await run(
      bars,
      once((s) => s.send(SAP, 10, "buy")),
      { budget, fxRates: rates, currency: "USD", setup: hourly },
    );
    const [trade] = result.trades;
    expect([trade?.mae, trade?.mfe, trade?.pnl].map((amount) => Math.round(amount ?? Number.NaN))).toEqual([
      -110, 110, 100,
    ]);
  });

  it("a rate that changes while the market is closed changes the account's worth at that instant, where anything is held", async () => {
    // Bars from 12:00 to 16:00 UTC of two days; the rate changes at midnight. 10 x 100 EUR are 1,100 USD, then 1,200.
    const day = (start: number) => barsOf(SAP, flat(100, 4), "1h", start, HOUR);
    const bars = joinBars([day(NOON), day(NOON + 24 * HOUR)]);
    const worthAtMidnight = async (quantity: number) => {
      const buy = once((s) => quantity > 0 && s.send(SAP, quantity, "buy"));
      const { result } = await run(bars, buy, { budget, fxRates: rates, currency: "USD", setup: hourly });
      return result.equity.value[result.equity.time.indexOf(Date.UTC(2024, 0, 3))];
    };
    expect(await worthAtMidnight(10)).toBeCloseTo(budget + 100, 9);
    expect(await worthAtMidnight(0)).toBeUndefined();
  });

  it("are of an account in the currency all of them share, and in USD where they share none", async () => {
    const other = Asset.stock("ACME");
    const currencyOf = async (...assets: readonly Asset[]) => {
      const data = assets.map((asset) => barsOf(asset, flat(100, 2), "1h", NOON, HOUR));
      return (await run(data, () => {}, { budget, setup: hourly })).result.settings.currency;
    };
    expect([await currencyOf(SAP), await currencyOf(SAP, DAX)]).toEqual(["EUR", "EUR"]);
    expect([await currencyOf(SAP, other), await currencyOf(other, SAP)]).toEqual(["USD", "USD"]);
  });

  it("fees that are a fraction of the price are a fraction of what was paid in account money", async () => {
    // A thousandth of 10 x 100 EUR at 1.10: 1.10 USD.
    const { result } = await run(
      barsOf(SAP, flat(100, 4), "1h", NOON, HOUR),
      once((s) => s.send(SAP, 10, "buy")),
      { budget, fxRates: rates, currency: "USD", setup: hourly, buyTradingFees: [new TradingFee({ percent: 0.001 })] },
    );
    expect(result.fills[0]?.fee).toBeCloseTo(1.1, 9);
    expect(result.equity.value.at(-1)).toBeCloseTo(budget - 1.1, 9);
  });

  it("dividends, and the fee of shares sold short, come in it", async () => {
    // 10 shares of 100 EUR: a dividend of 2 at 1.10 is 22 USD. Short at 36 % a year: 1 EUR for the night from the close of New York at 21:00, 1.10 USD.
    const flows = async (side: "buy" | "sell", options: object) => {
      const bars = barsOf(SAP, flat(100, 24), "1h", NOON, HOUR);
      const send = once((s) => s.send(SAP, 10, side));
      const { result } = await run(bars, send, {
        budget,
        currency: "USD",
        fxRates: { "EUR/USD": 1.1 },
        setup: hourly,
        ...options,
      });
      return result.cashflows.map(({ kind, amount }) => [kind, Math.round(amount * 1e6) / 1e6]);
    };
    const dividend = { asset: SAP, kind: "dividend", date: "2024-01-03", amount: 2 };
    expect(await flows("buy", { corporateActions: [dividend] })).toEqual([["dividend", 22]]);
    expect(await flows("sell", { borrowRate: 0.36 })).toEqual([["borrow_fee", -1.1]]);
  });

  it("rates may be bars, known when they have closed, or one number, and stand either way round", async () => {
    const yen = new Asset({ symbol: "7203", assetType: "stock", currency: "JPY" });
    const buy = once((s) => s.send(yen, 100, "buy"));
    const bars = barsOf(yen, flat(3_000, 4), "1h", NOON, HOUR);
    const fixed = await run(bars, buy, { budget, currency: "USD", fxRates: { "USD/JPY": 150 } });
    // 300,000 yen at 150.
    expect(fixed.result.equity.cash.at(-1)).toBe(98_000);
    const pair = Asset.forex("USD", "JPY");
    const moving = Bars.from({
      asset: pair,
      timestep: "1h",
      time: [NOON - HOUR, NOON],
      open: [150, 150],
      high: [150, 160],
      low: [150, 150],
      close: [150, 160],
      volume: [0, 0],
    });
    const valued = await run(bars, buy, { budget, currency: "USD", fxRates: { "USD/JPY": moving } });
    expect(valued.result.equity.cash.at(-1)).toBe(98_000);
    // From 13:00 on a dollar is 160 yen: 300,000 are 1,875.
    expect(valued.result.equity.value.at(-1)).toBe(99_875);
  });

  it("is the account's currency where all assets of the run share one and nobody says otherwise", async () => {
    const { result } = await run(
      barsOf(SAP, flat(100, 3)),
      once((s) => s.send(SAP, 10, "buy")),
      { budget },
    );
    expect(result.settings.currency).toBe("EUR");
    expect(result.equity.cash.at(-1)).toBe(99_000);
  });

  it("without a rate have their orders refused by a code, before the first rate as well", async () => {
    const bars = barsOf(SAP, flat(100, 40), "1h", NOON, HOUR);
    const every = (s: Scripted) => void ((s.iteration === 0 || s.iteration === 20) && s.send(SAP, 1, "buy"));
    const none = await run(bars, every, { budget, currency: "USD", setup: hourly });
    expect(none.strategy.refused).toEqual(["fx_rate_missing", "fx_rate_missing"]);
    const late = await run(bars, every, {
      budget,
      currency: "USD",
      fxRates: { "EUR/USD": { "2024-01-03": 1.1 } },
      setup: hourly,
    });
    expect(late.strategy.refused).toEqual(["fx_rate_missing"]);
    expect(late.result.equity.value.at(-1)).toBe(budget);
  });

  it.each([
    [{ currency: "euro" }],
    [{ fxRates: { EURUSD: 1.1 } }],
    [{ fxRates: { "EUR/USD": 0 } }],
    [{ fxRates: { "EUR/USD": { "2. January": 1.1 } } }],
    [{ fxRates: { "EUR/USD": "1.1" } }],
    // Two answers to one question; and a pair that is none.
    [{ fxRates: { "EUR/USD": 1.1, "USD/EUR": 2 } }],
    [{ fxRates: { "USD/USD": 2 } }],
  ])("refuses options that are none: %j", async (options) => {
    await expect(run(barsOf(SAP, flat(100, 2)), () => {}, options as object)).rejects.toMatchObject({
      code: "invalid_option",
    });
  });
});
