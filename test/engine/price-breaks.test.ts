import { Asset, type BacktestOptions, type Bars, TradingSlippage } from "backlit";
import { describe, expect, it } from "vitest";
import { bothWays, logOf } from "../live/support.ts";
import { barsOf, flat, once, quotedBars, ROLL_TO_110, type Row, run, Scripted, STOCK } from "./support.ts";

const DAY = 86_400_000;
/** Days from Tuesday 2024-01-02 on, stamped midnight UTC; the third is Thursday, 2024-01-04. */
const TUESDAY = Date.UTC(2024, 0, 2);
const THURSDAY = TUESDAY + 2 * DAY;
const ES = Asset.continuousFuture("ES");
const split = { asset: STOCK, kind: "split", date: "2024-01-04", ratio: 4 } as const;
const dividend = { asset: STOCK, kind: "dividend", date: "2024-01-04", amount: 0.5 } as const;

/** Sends one market order at the third iteration, the first instant after the break, and shows the quote there. */
const third = (asset: Asset, side: "buy" | "sell") => async (s: Scripted) => {
  if (s.iteration !== 2) return;
  const quote = await s.getQuote(asset);
  s.seen.push(`${quote?.last} ${quote?.bid} ${quote?.ask}`);
  s.send(asset, 1, side);
};

const splitDays = quotedBars(
  STOCK,
  [
    [400, 404, 396, 400, 399.9, 400.1],
    [400, 404, 396, 400, 399.9, 400.1],
    [100, 102, 98, 101, 100.9, 101.1],
    [101, 102, 98, 101, 100.9, 101.1],
  ],
  "1d",
  TUESDAY,
  DAY,
);
const rollMinutes = quotedBars(ES, [
  [100, 101, 99, 100, 99.75, 100],
  [100, 101, 99, 100, 99.75, 100],
  [111, 112, 104, 110, 109.75, 110],
  [110, 112, 109, 110, 109.75, 110],
]);
const exDays = quotedBars(
  STOCK,
  [
    [100, 101, 99, 100, 99.9, 100.1],
    [100, 101, 99, 100, 99.9, 100.1],
    [99.5, 100.5, 98, 99, 98.9, 99.1],
    [99, 100, 98, 99, 98.9, 99.1],
  ],
  "1d",
  TUESDAY,
  DAY,
);

describe("the quotes and the close of before", () => {
  it.each([
    // The ask of 400.1 was one of old shares: the bar goes up to 102.
    ["a split", STOCK, splitDays, "buy", { corporateActions: [split] }, 100, "100 undefined undefined"],
    // The bid of 99.75 was one of ESH24: the bar goes down to 104.
    ["a roll", ES, rollMinutes, "sell", { rolls: [ROLL_TO_110] }, 111, "110 undefined undefined"],
    // The ask of 100.1 was with the dividend.
    ["an ex-date", STOCK, exDays, "buy", { corporateActions: [dividend] }, 99.5, "100 undefined undefined"],
  ] as const)("are not those of what trades after %s", async (_, asset, bars, side, options, open, seen) => {
    for (const fill of ["next-open", "this-close"] as const) {
      const { result, strategy } = await run(bars, third(asset, side), { ...options, fill } as BacktestOptions);
      expect(result.fills).toMatchObject([{ time: bars.time[2], price: open }]);
      expect(strategy.seen).toEqual([seen]);
    }
  });

  it("count again from the first bar after it", async () => {
    const fourth = (s: Scripted) => void (s.iteration === 3 && s.send(STOCK, 1, "buy"));
    for (const [fill, price] of [
      ["next-open", 101.1],
      ["this-close", 101.1],
    ] as const) {
      const { result } = await run(splitDays, fourth, { fill, corporateActions: [split] });
      expect(result.fills[0]?.price).toBe(price);
    }
  });

  it("do not pay a dividend to who sells at them: of 20 shares a loss of 10 in price and 10 received", async () => {
    const script = (s: Scripted) => {
      if (s.iteration === 1) s.send(STOCK, 20, "buy");
      if (s.iteration === 2) s.send(STOCK, 20, "sell");
    };
    const rows: Row[] = [100, 100, 99.5, 99.5].flatMap((price) => flat(price, 1));
    const bars = barsOf(STOCK, rows, "1d", TUESDAY, DAY);
    const options = { budget: 10_000, fill: "this-close", corporateActions: [dividend] } as const;
    const { backtest, live } = await bothWays(() => new Scripted(script), [bars], { market: "24/7", ...options });
    expect(backtest.fills.map(({ time, price }) => [time, price])).toEqual([
      [TUESDAY + DAY, 100],
      [THURSDAY, 99.5],
    ]);
    expect(backtest.cashflows).toMatchObject([{ kind: "dividend", amount: 10 }]);
    expect(backtest.stats.finalEquity).toBe(10_000);
    expect(logOf(live)).toBe(logOf(backtest));
  });
});

describe("what begins at the very end of a run belongs to what comes after", () => {
  const hold = (asset: Asset) => once((s: Scripted) => s.send(asset, 20, "buy"));
  const twoDays = barsOf(STOCK, flat(100, 2), "1d", TUESDAY, DAY);

  it("a dividend: its ex-date has not traded, and the shares are valued with it", async () => {
    const { result } = await run(twoDays, hold(STOCK), { budget: 10_000, corporateActions: [dividend] });
    expect(result.cashflows).toEqual([]);
    expect(result.stats.finalEquity).toBe(10_000);
  });

  it("a split and a roll", async () => {
    const { result } = await run(twoDays, hold(STOCK), { budget: 10_000, corporateActions: [split] });
    expect(result.events.map(({ code }) => code)).toEqual([]);
    expect(result.trades).toMatchObject([{ quantity: 20 }]);
    const rolled = await run(barsOf(ES, flat(100, 2)), hold(ES), { budget: 10_000_000, rolls: [ROLL_TO_110] });
    expect(rolled.result.fills.map(({ reason }) => reason)).toEqual([undefined]);
  });
});

describe("a slippage function is told of the volume", () => {
  /** Bars of 10, 20, 30 ... units. */
  const rows = (prices: readonly number[]): Row[] =>
    prices.map((price, row) => [price, price + 1, price - 1, price, 10 * (row + 1)] as const);
  async function volumesOf(bars: Bars, script: (s: Scripted) => void, options: object): Promise<readonly number[]> {
    const seen: number[] = [];
    const slippage = new TradingSlippage({ fn: ({ volume }) => seen.push(volume) * 0 });
    await run(bars, script, { slippage, ...options });
    return seen;
  }
  const second = (asset: Asset) => (s: Scripted) => void (s.iteration === 1 && s.send(asset, 1, "buy"));

  it("of the bar that fills: the one that has just closed under `this-close`, never one to come", async () => {
    const bars = barsOf(STOCK, rows([100, 100, 100]));
    expect(await volumesOf(bars, second(STOCK), { fill: "this-close" })).toEqual([10]);
    expect(await volumesOf(bars, second(STOCK), {})).toEqual([20]);
  });

  it("of the last bar before a roll", async () => {
    const bars = barsOf(ES, rows([100, 100, 110, 110]));
    // Bought in the second bar, rolled at its end.
    expect(await volumesOf(bars, second(ES), { rolls: [ROLL_TO_110] })).toEqual([20, 20, 20]);
  });
});
