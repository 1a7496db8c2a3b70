/** What another framework was seen to get wrong, one test a row: each states the right result, worked by hand. */
import { Asset, Bars, InMemoryBacktesting, type Order, Strategy, TradingFee } from "backlit";
import { describe, expect, it } from "vitest";
import { barsOf, flat, MINUTE, once, run, STOCK, T0 } from "./support.ts";

const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const MES = new Asset({
  symbol: "MES",
  assetType: "future",
  expiration: "2024-03-15",
  multiplier: 5,
  tickSize: 0.25,
});
/** Fills as text: what, how many, at which price. */
const fillsOf = (result: { readonly fills: readonly { side: string; quantity: number; price: number }[] }) =>
  result.fills.map(({ side, quantity, price }) => `${side} ${quantity} @ ${price}`);

describe("a purchase before the first iteration", () => {
  it.each(["initialize", "beforeMarketOpens"] as const)("in %s is paid for", async (hook) => {
    class Early extends Strategy {
      override initialize() {
        if (hook === "initialize") this.submitOrder(this.createOrder(STOCK, 10, "buy"));
      }
      override beforeMarketOpens() {
        if (hook === "beforeMarketOpens" && this.getPosition(STOCK) === undefined)
          this.submitOrder(this.createOrder(STOCK, 10, "buy"));
      }
      override onTradingIteration() {}
    }
    // Tuesday 2024-01-02, the first half hour from 9:30 in New York.
    const bars = barsOf(STOCK, flat(100, 30), "1m", Date.UTC(2024, 0, 2, 14, 30));
    const result = await new Early().backtest(InMemoryBacktesting, Date.UTC(2024, 0, 2, 13), Date.UTC(2024, 0, 2, 15), {
      data: [bars],
      market: "NYSE",
      budget: 100_000,
    });
    expect(fillsOf(result)).toEqual(["buy 10 @ 100"]);
    // 100,000 - 10 x 100 in cash; the shares are worth the 1,000.
    expect(result.equity.cash.at(-1)).toBe(99_000);
    expect(result.equity.value.at(-1)).toBe(100_000);
  });
});

describe("a stop between two hourly iterations", () => {
  it.each([
    ["touched", [100, 100, 97, 99], 98],
    ["jumped by a gap", [95, 96, 94, 95], 95],
  ] as const)("fills in the very bar where it was %s", async (_, bar, price) => {
    const rows = [...flat(100, 80), bar, ...flat(99, 60)];
    const { result } = await run(
      barsOf(MES, rows),
      (strategy) => {
        if (strategy.iteration === 0) strategy.send(MES, 1, "buy");
        if (strategy.iteration === 1) strategy.send(MES, 1, "sell", { stopPrice: 98 });
      },
      {
        setup: (strategy) => {
          strategy.sleeptime = "1h";
        },
      },
    );
    expect(result.fills[1]?.price).toBe(price);
    expect(Math.floor(((result.fills[1]?.time ?? 0) - T0) / MINUTE)).toBe(80);
  });
});

describe("a trailing stop of 2 % on a ramp from 100 down to 90", () => {
  it("fires at the first low at or below 98", async () => {
    const rows = [
      [100, 100, 100, 100] as const,
      ...Array.from({ length: 10 }, (_, i) => [100 - i, 100 - i, 99 - i, 99 - i] as const),
    ];
    const { result } = await run(
      barsOf(STOCK, rows),
      once((strategy) => {
        strategy.send(STOCK, 1, "buy");
        strategy.send(STOCK, 1, "sell", { trailPercent: 0.02 });
      }),
    );
    // Sent at 100: 100 x 0.98 = 98, first reached by the bar that falls from 99 to 98.
    expect(fillsOf(result)).toEqual(["buy 1 @ 100", "sell 1 @ 98"]);
  });
});

describe("a stop-limit that sells: stop 98, limit 90", () => {
  it("is triggered at 98 and fills at 90 or better", async () => {
    const { result } = await run(barsOf(STOCK, [...flat(100, 3), [100, 100, 96, 97], ...flat(97, 2)]), (strategy) => {
      if (strategy.iteration === 0) strategy.send(STOCK, 1, "buy");
      if (strategy.iteration === 1) strategy.send(STOCK, 1, "sell", { stopPrice: 98, limitPrice: 90 });
    });
    expect(fillsOf(result)).toEqual(["buy 1 @ 100", "sell 1 @ 98"]);
  });
});

describe("a bracket of 105 and 95 that one bar from 90 to 110 could end both ways", () => {
  it("ends at the loss unless another path is asked for", async () => {
    const bars = barsOf(STOCK, [...flat(100, 2), [100, 110, 90, 100], ...flat(100, 1)]);
    const bracket = once((strategy) =>
      strategy.send(STOCK, 1, "buy", { orderClass: "bracket", takeProfitPrice: 105, stopLossPrice: 95 }),
    );
    expect(fillsOf((await run(bars, bracket)).result)).toEqual(["buy 1 @ 100", "sell 1 @ 95"]);
    expect(fillsOf((await run(bars, bracket, { intrabar: "ohlc" })).result)).toEqual(["buy 1 @ 100", "sell 1 @ 105"]);
  });
});

describe("a limit below zero", () => {
  it("is a price like another", async () => {
    const CL = new Asset({
      symbol: "CL",
      assetType: "future",
      expiration: "2024-04-22",
      multiplier: 1000,
      tickSize: 0.01,
    });
    const { result } = await run(
      barsOf(CL, [...flat(-10, 2), [-10, -5, -40, -37.63]], "1m", Date.UTC(2020, 3, 20, 18)),
      once((strategy) => strategy.send(CL, 1, "buy", { limitPrice: -30 })),
    );
    expect(fillsOf(result)).toEqual(["buy 1 @ -30"]);
    // (-37.63 - -30) x 1000
    expect(result.equity.value.at(-1)).toBeCloseTo(100_000 - 7_630, 6);
  });
});

describe("an order for seven million with a thousand in cash", () => {
  it("is refused", async () => {
    const { result, strategy } = await run(
      barsOf(STOCK, flat(700_000, 3)),
      once((it) => it.send(STOCK, 10, "buy")),
      { budget: 1_000 },
    );
    expect(result.fills).toEqual([]);
    expect(strategy.refused).toEqual(["insufficient_funds"]);
    expect(result.events.map((event) => event.code)).toContain("order_refused");
  });
});

describe("a day order", () => {
  it("is gone the next day", async () => {
    const friday = Date.UTC(2024, 0, 5, 20, 58);
    const monday = Date.UTC(2024, 0, 8, 14, 30);
    const series = Bars.from({
      asset: STOCK,
      timestep: "1m",
      time: [friday, friday + MINUTE, monday, monday + MINUTE],
      open: [100, 100, 90, 90],
      high: [100, 100, 90, 90],
      low: [100, 100, 90, 90],
      close: [100, 100, 90, 90],
      volume: [1, 1, 1, 1],
    });
    const { result, strategy } = await run(
      series,
      once((it) => it.send(STOCK, 1, "buy", { limitPrice: 95, timeInForce: "day" })),
    );
    expect(result.fills).toEqual([]);
    expect(strategy.orderLog[0]?.status).toBe("expired");
  });
});

describe("fees", () => {
  const oneFill = (asset: Asset, quantity: number, price: number, fee: TradingFee) =>
    run(
      barsOf(asset, flat(price, 3)),
      once((it) => it.send(asset, quantity, "buy")),
      { buyTradingFees: [fee], budget: 1_000_000 },
    );

  it("of 0.62 a contract are 6.20 for ten", async () => {
    const { result } = await oneFill(MES, 10, 5_000, new TradingFee({ perContract: 0.62 }));
    expect(result.fills[0]?.fee).toBeCloseTo(6.2, 10);
  });

  it("of a basis point count the multiplier: 10 MES at 5,000 are 250,000", async () => {
    const { result } = await oneFill(MES, 10, 5_000, new TradingFee({ percent: 0.0001 }));
    expect(result.fills[0]?.fee).toBeCloseTo(25, 10);
  });
});

describe("futures money", () => {
  it("of a price with five decimals that does not move is nothing", async () => {
    const euro = new Asset({
      symbol: "6E",
      assetType: "future",
      expiration: "2024-03-18",
      multiplier: 125_000,
      tickSize: 0.00005,
    });
    const { result } = await run(
      barsOf(euro, flat(1.08455, 4)),
      once((it) => it.send(euro, 1, "buy")),
    );
    expect(result.fills[0]?.price).toBe(1.08455);
    expect(result.equity.value.at(-1)).toBe(100_000);
  });

  it("blends the price over an add, and starts anew at a flip", async () => {
    const bars = barsOf(MES, [...flat(5_000, 2), ...flat(5_010, 2), ...flat(5_020, 2), ...flat(5_010, 1)]);
    const { result } = await run(bars, (it) => {
      if (it.iteration === 0) it.send(MES, 1, "buy");
      if (it.iteration === 2) it.send(MES, 1, "buy");
      if (it.iteration === 4) it.send(MES, 4, "sell");
    });
    expect(fillsOf(result)).toEqual(["buy 1 @ 5000", "buy 1 @ 5010", "sell 4 @ 5020"]);
    // Long 1 from 5,000 and 1 from 5,010, marked at 5,010: (10 + 0) x 5 = 50.
    expect(result.equity.value[3]).toBe(100_050);
    // Sold at 5,020: (20 + 10) x 5 = 150; the two that are then short have earned nothing yet.
    expect(result.equity.value[5]).toBe(100_150);
    // Marked at 5,010 the short 2 have earned 2 x 10 x 5 = 100 more.
    expect(result.equity.value[7]).toBe(100_250);
  });

  it("of a calendar spread over prices that stand still is nothing", async () => {
    const near = new Asset({ symbol: "ES", assetType: "future", expiration: "2024-03-15", multiplier: 50 });
    const far = new Asset({ symbol: "ES", assetType: "future", expiration: "2024-06-21", multiplier: 50 });
    const { result } = await run(
      [barsOf(near, flat(4_800, 4)), barsOf(far, flat(4_850, 4))],
      once((it) => {
        it.send(near, 10, "buy");
        it.send(far, 10, "sell");
      }),
      { budget: 1_000_000 },
    );
    expect(result.fills).toHaveLength(2);
    expect([...result.equity.value].every((value) => value === 1_000_000)).toBe(true);
  });
});

describe("what is seen", () => {
  it("at 9:42 of 5-minute bars ends with the bar of 9:35", async () => {
    const open = Date.UTC(2024, 0, 2, 14, 30);
    const seen: string[] = [];
    class Look extends Strategy {
      override async onTradingIteration() {
        const bars = await this.getHistoricalPrices(STOCK, 1, "5m");
        if (this.getDatetime().setZone("America/New_York").toFormat("H:mm") === "9:42")
          seen.push(new Date(bars?.time[0] ?? 0).toISOString());
      }
    }
    await new Look().backtest(InMemoryBacktesting, open, open + 30 * MINUTE, {
      data: [barsOf(STOCK, flat(100, 30), "1m", open)],
      market: "NYSE",
    });
    expect(seen).toEqual(["2024-01-02T14:35:00.000Z"]);
  });

  it("at 9:30 of daily bars is yesterday's, and the last price is one that was traded", async () => {
    const seen: (number | undefined)[] = [];
    class Look extends Strategy {
      override initialize() {
        this.sleeptime = "1d";
      }
      override async onTradingIteration() {
        const bars = await this.getHistoricalPrices(STOCK, 1, "1d");
        seen.push(bars?.close[0], await this.getLastPrice(STOCK));
      }
    }
    const start = Date.UTC(2024, 0, 2, 5);
    const daily = barsOf(
      STOCK,
      [
        [100, 101, 99, 100.5],
        [101, 112, 100, 111],
        [112, 113, 111, 112],
      ],
      "1d",
      start,
      DAY,
    );
    await new Look().backtest(InMemoryBacktesting, "2024-01-03", "2024-01-04", { data: [daily], market: "NYSE" });
    expect(seen).toEqual([100.5, 100.5]);
  });

  it("of a quote is the newest at that instant, not the first of the file", async () => {
    const quotes: (number | undefined)[] = [];
    await run(barsOf(STOCK, [...flat(100, 1), ...flat(103, 1), ...flat(107, 1)]), async (it) => {
      quotes.push((await it.getQuote(STOCK))?.last);
    });
    expect(quotes).toEqual([undefined, 100, 103]);
  });
});

describe("an order's story", () => {
  it("never ends in silence: what was not filled says why", async () => {
    const told: string[] = [];
    class Silent extends Strategy {
      override onTradingIteration() {
        if (!this.firstIteration) return;
        this.submitOrder(this.createOrder(STOCK, 0, "buy"));
        this.submitOrder(this.createOrder(MES, 1.5, "buy"));
      }
      override onErrorOrder(order: Order, error: { readonly code: string }) {
        told.push(`${order.asset.symbol}: ${error.code}`);
      }
    }
    await new Silent().backtest(InMemoryBacktesting, T0, T0 + 3 * MINUTE, {
      data: [barsOf(STOCK, flat(100, 3)), barsOf(MES, flat(100, 3))],
      market: "24/7",
    });
    expect(told).toEqual(["ACME: invalid_quantity", "MES: fraction_not_allowed"]);
  });
});
