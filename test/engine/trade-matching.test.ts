import {
  Asset,
  type BacktestResult,
  type ContractRoll,
  InMemoryBacktesting,
  TradingFee,
  TradingSlippage,
} from "backlit";
import { describe, expect, it } from "vitest";
import { barsOf, DAX, ES, flat, MINUTE, type Row, run, type Scripted, STOCK, T0 } from "./support.ts";

const HOUR = 60 * MINUTE;
const MATCHINGS = ["fifo", "flat-to-flat"] as const;
const a = [new TradingFee({ perShare: 1, perContract: 1.5 })];
const fees = { buyTradingFees: a, sellTradingFees: a };

/** Market orders by iteration, which fill at the open of the row of the same number: units above 0 are bought. */
function trade(asset: Asset, units: readonly number[]) {
  return (s: Scripted) => {
    const size = units[s.iteration] ?? 0;
    if (size !== 0) s.send(asset, Math.abs(size), size > 0 ? "buy" : "sell");
  };
}

const pricesOf = (prices: readonly number[]) => prices.flatMap((price) => flat(price, 1));
const line = ({
  direction,
  quantity,
  entryPrice,
  exitPrice,
  pnl,
  fees: paid,
  open,
}: BacktestResult["trades"][number]) =>
  `${direction} ${quantity}: ${entryPrice} to ${exitPrice}, ${pnl} after ${paid}${open ? ", open" : ""}`;
const lines = (result: BacktestResult) => result.trades.map(line);
const sum = (result: BacktestResult) => result.trades.reduce((total, { pnl }) => total + pnl, 0);

describe("two entries and two exits", () => {
  const bars = barsOf(STOCK, pricesOf([100, 110, 120, 130]));
  const script = trade(STOCK, [1, 1, -1, -1]);

  it("are two trades first in, first out, which is the default", async () => {
    const { result } = await run(bars, script);
    expect(lines(result)).toEqual(["long 1: 100 to 120, 20 after 0", "long 1: 110 to 130, 20 after 0"]);
    expect(result.trades.map(({ entryTime, exitTime, bars: held }) => [entryTime - T0, exitTime - T0, held])).toEqual([
      [0, 2 * MINUTE, 3],
      [MINUTE, 3 * MINUTE, 3],
    ]);
    expect(result.settings.tradeMatching).toBe("fifo");
    expect(result.stats).toMatchObject({ trades: 2, wins: 2, basis: { tradeMatching: "fifo" } });
    expect(result.stats.byExitReason).toMatchObject({ market: { trades: 2 } });
  });

  it("are one trade from flat to flat, at mean prices", async () => {
    const { result } = await run(bars, script, { tradeMatching: "flat-to-flat" });
    expect(lines(result)).toEqual(["long 2: 105 to 125, 40 after 0"]);
    expect(result.settings.tradeMatching).toBe("flat-to-flat");
    expect(result.stats).toMatchObject({ trades: 1, basis: { tradeMatching: "flat-to-flat" } });
  });

  it("refuses a matching that nobody knows", async () => {
    await expect(run(bars, script, { tradeMatching: "lifo" as never })).rejects.toMatchObject({
      code: "invalid_option",
    });
  });
});

describe("an entry left in parts", () => {
  // 3 bought at 100; down to 94 in the next bar; 1 sold at 110, 2 at 120. One dollar a share.
  const bars = barsOf(STOCK, [...flat(100, 1), [100, 100, 94, 100] as Row, ...flat(110, 1), ...flat(120, 1)]);
  const script = trade(STOCK, [3, 0, -1, -2]);

  it("gives each part its share of the fee and of what it went through", async () => {
    const { result } = await run(bars, script, fees);
    // 10 less 1 in and 1 out; 2 x 20 less 2 in and 2 out.
    expect(lines(result)).toEqual(["long 1: 100 to 110, 8 after 2", "long 2: 100 to 120, 36 after 4"]);
    // At 94 all three had lost 18.
    expect(result.trades.map(({ mae, mfe }) => [mae, mfe])).toEqual([
      [-6, 10],
      [-12, 40],
    ]);
  });

  it("is one trade from flat to flat", async () => {
    const { result } = await run(bars, script, { ...fees, tradeMatching: "flat-to-flat" });
    // 350 / 3; 10 + 40 less 6.
    expect(result.trades).toMatchObject([{ quantity: 3, exitPrice: 350 / 3, pnl: 44, fees: 6, mae: -18, mfe: 50 }]);
  });
});

describe("an exit over several entries", () => {
  it("closes the oldest, the last of them in part, and the rest stays open", async () => {
    const { result } = await run(barsOf(STOCK, pricesOf([100, 110, 120, 125])), trade(STOCK, [1, 2, -2]), fees);
    expect(lines(result)).toEqual([
      "long 1: 100 to 120, 18 after 2",
      "long 1: 110 to 120, 8 after 2",
      "long 1: 110 to 125, 14 after 1, open",
    ]);
    expect(result.stats).toMatchObject({ trades: 2, openTrades: 1, openPnl: 14 });
  });

  it("that goes beyond them ends all and starts the other side", async () => {
    const { result } = await run(barsOf(STOCK, pricesOf([100, 110, 120, 115])), trade(STOCK, [1, 1, -3]), {
      ...fees,
      buyingPower: "reg-t",
    });
    expect(lines(result)).toEqual([
      "long 1: 100 to 120, 18 after 2",
      "long 1: 110 to 120, 8 after 2",
      "short 1: 120 to 115, 4 after 1, open",
    ]);
  });

  it("closes shorts the same way", async () => {
    const { result } = await run(barsOf(ES, pricesOf([5000, 5010, 5004, 5000])), trade(ES, [-1, -1, 1, 1]));
    expect(lines(result)).toEqual(["short 1: 5000 to 5004, -200 after 0", "short 1: 5010 to 5000, 500 after 0"]);
    // The first saw 5010 while the bar of the second entry went on.
    expect(result.trades.map(({ mae, mfe }) => [mae, mfe])).toEqual([
      [-500, 0],
      [0, 500],
    ]);
  });

  it("leaves no crumb of fractions behind", async () => {
    const coin = Asset.crypto("BTC");
    const { result } = await run(barsOf(coin, pricesOf([100, 110, 120, 120])), (s) => {
      if (s.iteration < 2) s.send(coin, s.iteration === 0 ? 0.1 : 0.2, "buy");
      // 0.30000000000000004.
      if (s.iteration === 2) s.send(coin, s.getPosition(coin)?.quantity ?? 0, "sell");
    });
    expect(result.trades.map(({ quantity, open }) => [quantity, open])).toEqual([
      [0.1, false],
      [0.2, false],
    ]);
  });

  it("names each trade's own order where several fill at one instant", async () => {
    const { result } = await run(
      barsOf(STOCK, [...flat(100, 1), [100, 125, 100, 125] as Row, ...flat(125, 1)]),
      (s) => {
        if (s.iteration === 0) s.send(STOCK, 2, "buy");
        if (s.iteration !== 1) return;
        s.send(STOCK, 1, "sell", { limitPrice: 110, tag: "half" });
        s.send(STOCK, 1, "sell", { limitPrice: 120, tag: "rest" });
      },
    );
    expect(lines(result)).toEqual(["long 1: 100 to 110, 10 after 0", "long 1: 100 to 120, 20 after 0"]);
    expect(result.stats.byExitReason).toMatchObject({ half: { trades: 1, pnl: 10 }, rest: { trades: 1, pnl: 20 } });
  });
});

describe("lots of a continuous future", () => {
  const asset = Asset.continuousFuture("ES");
  const [from, to] = [Asset.future("ESH24"), Asset.future("ESM24")];
  const time = T0 + 3 * MINUTE;
  const rolls: ContractRoll[] = [{ time, measuredAt: time - MINUTE, from, to, fromPrice: 104, toPrice: 110 }];

  it("go on over a roll, each with the gap and its share of the cost; the roll counts once", async () => {
    const bars = barsOf(asset, pricesOf([100, 102, 104, 111, 113, 112]));
    const { result } = await run(bars, trade(asset, [1, 0, 1, -1, 0, -1]), { ...fees, rolls });
    // (111 - 106) x 50 and (112 - 110) x 50, each less 1.50 in, 3 for the roll, 1.50 out.
    expect(lines(result)).toEqual(["long 1: 100 to 111, 244 after 6", "long 1: 104 to 112, 94 after 6"]);
    expect(result.trades).toMatchObject([
      { rolls: 1, rollGap: 6 },
      { rolls: 1, rollGap: 6 },
    ]);
    expect(result.stats.rolls).toBe(1);
  });
});

describe("lots and the account", () => {
  it("agree over settlements at a rate that changes after a partial exit", async () => {
    const start = Date.UTC(2024, 0, 2, 20);
    const bars = barsOf(DAX, pricesOf([16_000, 16_010, 16_020, 16_020, 16_030, 16_030]), "1h", start, HOUR);
    for (const tradeMatching of MATCHINGS) {
      const { result } = await run(bars, trade(DAX, [1, 1, -1]), {
        fxRates: { "EUR/USD": { "2024-01-02": 1.1, "2024-01-03": 1.2 } },
        currency: "USD",
        budget: 1_000_000,
        tradeMatching,
        setup: (s) => {
          s.sleeptime = "1h";
        },
      });
      // One of two entered at 16,005 sold at 16,020: 15 x 25 EUR at 1.10 are 412.50. The other gains 25 x 25 EUR, at midnight's 1.20: 750; what is
      // not settled is turned into dollars at the rate of its settlement.
      expect(result.equity.value.at(-1)).toBeCloseTo(1_000_000 + 412.5 + 750, 9);
      expect(sum(result)).toBeCloseTo(1162.5, 9);
      // First in, first out the sale earned 20 x 25 EUR at 1.10.
      if (tradeMatching === "fifo") expect(result.trades[0]?.pnl).toBeCloseTo(550, 9);
    }
  });

  it("agree where a part is sold after a settlement and the rate changes after that", async () => {
    // Two of 16,000 and 16,010, settled at midnight at 16,020: 30 x 25 EUR at 1.20 are 900 USD. One sold at 16,030: 10 x 25 at 1.20, 300. The other
    // is settled a day later at 16,030: 10 x 25 at 1.30, 325, and ends at 16,040: 325 more.
    const prices = [16_000, 16_010, 16_020, 16_020, ...Array.from({ length: 24 }, () => 16_030), 16_040, 16_040];
    const bars = barsOf(DAX, pricesOf(prices), "1h", Date.UTC(2024, 0, 2, 20), HOUR);
    for (const tradeMatching of MATCHINGS) {
      const { result } = await run(bars, trade(DAX, [1, 1, 0, 0, 0, -1]), {
        fxRates: { "EUR/USD": { "2024-01-02": 1.1, "2024-01-03": 1.2, "2024-01-04": 1.3 } },
        currency: "USD",
        budget: 1_000_000,
        tradeMatching,
        setup: (s) => {
          s.sleeptime = "1h";
        },
      });
      expect(result.equity.value.at(-1)).toBeCloseTo(1_000_000 + 1_850, 6);
      expect(sum(result)).toBeCloseTo(1_850, 6);
    }
  });

  it("agree over a split", async () => {
    const bars = barsOf(STOCK, pricesOf([100, 120, 60, 65]), "1d", Date.UTC(2024, 0, 2), 24 * HOUR);
    const { result } = await run(bars, trade(STOCK, [10, 10, 0, -20]), {
      corporateActions: [{ asset: STOCK, kind: "split", date: "2024-01-04", ratio: 2 }],
      setup: (s) => {
        s.sleeptime = "1d";
      },
    });
    // 10 at 100 are 20 at 50 and 10 at 120 are 20 at 60: 20 x 15, and 20 x 5 open.
    expect(lines(result)).toEqual(["long 20: 50 to 65, 300 after 0", "long 20: 60 to 65, 100 after 0, open"]);
  });

  it("agree in each book of a shared account", async () => {
    const { backtestAll } = await import("backlit");
    const { Scripted: Script } = await import("./support.ts");
    const bars = barsOf(STOCK, pricesOf([100, 110, 120, 130]));
    const strategies = [
      new Script(trade(STOCK, [1, 1, -1, -1]), () => {}, "scales"),
      new Script(trade(STOCK, [2, 0, 0, -1]), () => {}, "leaves half"),
    ];
    const all = await backtestAll(strategies, InMemoryBacktesting, T0, T0 + 4 * MINUTE, {
      account: "shared",
      data: [bars],
      market: "24/7",
    });
    expect(all.results.map(lines)).toEqual([
      ["long 1: 100 to 120, 20 after 0", "long 1: 110 to 130, 20 after 0"],
      ["long 1: 100 to 130, 30 after 0", "long 1: 100 to 130, 30 after 0, open"],
    ]);
  });
});

describe("excursions of trades at the close of daily bars", () => {
  const days = barsOf(
    STOCK,
    [
      [100, 110, 90, 100],
      [103, 120, 80, 105],
      [105, 130, 70, 100],
    ],
    "1d",
    Date.UTC(2024, 0, 2),
    24 * HOUR,
  );
  const at = (s: Scripted, day: number) => s.getTimestamp() === Date.UTC(2024, 0, day);

  it("of an overnight hold leave out the day it was bought at the end of", async () => {
    const { result } = await run(days, (s: Scripted) => {
      if (at(s, 2)) s.send(STOCK, 1, "buy", { timeInForce: "cls" });
      if (at(s, 3)) s.send(STOCK, 1, "sell");
    });
    // Bought at 100, the close of the first day, sold at 103, the open of the second.
    expect(result.trades).toMatchObject([{ entryPrice: 100, exitPrice: 103, mae: 0, mfe: 3 }]);
  });

  it("of a day's hold count the day it was sold at the end of", async () => {
    const { result } = await run(days, (s: Scripted) => {
      if (!at(s, 3)) return;
      s.send(STOCK, 1, "buy");
      s.send(STOCK, 1, "sell", { timeInForce: "cls" });
    });
    // From 103 to 105, by way of 80 and 120.
    expect(result.trades).toMatchObject([{ entryPrice: 103, exitPrice: 105, mae: -23, mfe: 17 }]);
  });
});

describe("excursions of a trade over a split", () => {
  it("are those of the old shares before it and of the new ones after it", async () => {
    // 10 at 100, from 90 to 120 on the first day; then 20 at 50, from 46 to 51.
    const rows: Row[] = [
      [100, 120, 90, 100],
      [50, 51, 46, 50],
    ];
    const { result } = await run(barsOf(STOCK, rows, "1d", Date.UTC(2024, 0, 2), 24 * HOUR), trade(STOCK, [10]), {
      corporateActions: [{ asset: STOCK, kind: "split", date: "2024-01-03", ratio: 2 }],
    });
    expect(result.trades).toMatchObject([{ mfe: 200, mae: -100, pnl: 0 }]);
  });
});

describe("the bars of a trade", () => {
  const held = ({ trades }: BacktestResult) => trades.map(({ bars }) => bars);

  it("are those from the entry's to the exit's, wherever in them it was", async () => {
    // Bought at the close of the first bar. Sold by a stop at 95 in the second; or at the close of the third.
    const bars = barsOf(STOCK, [...flat(100, 1), [100, 100, 94, 100] as Row, ...flat(100, 2)]);
    const close = { fill: "this-close" } as const;
    const stopped = (s: Scripted) => {
      if (s.iteration === 1)
        s.send(STOCK, 1, "buy", { orderClass: "bracket", takeProfitPrice: 200, stopLossPrice: 95 });
    };
    expect(held((await run(bars, stopped, close)).result)).toEqual([2]);
    expect(held((await run(bars, trade(STOCK, [0, 1, 0, -1]), close)).result)).toEqual([3]);
    // Bought at a limit in the second, sold at its close.
    const limited = (s: Scripted) => {
      if (s.iteration === 1) s.send(STOCK, 1, "buy", { limitPrice: 95 });
      if (s.iteration === 2) s.send(STOCK, 1, "sell");
    };
    expect(held((await run(bars, limited, close)).result)).toEqual([1]);
  });

  it("end with the last one of what expires, and with the last of the run where it stays open", async () => {
    // ESH24 ends on 15 March at 16:00 in Chicago, 21:00 UTC, after two bars of an hour; the other goes on, bought at the open of its second.
    const start = Date.UTC(2024, 2, 15, 19);
    const [near, far] = [Asset.future("ESH24"), Asset.future("ESM24")];
    const { result } = await run(
      [barsOf(near, flat(100, 2), "1h", start, HOUR), barsOf(far, flat(100, 4), "1h", start, HOUR)],
      (s) => {
        if (s.iteration === 0) s.send(near, 1, "buy");
        if (s.iteration === 1) s.send(far, 1, "buy");
      },
      {
        setup: (s) => {
          s.sleeptime = "1h";
        },
      },
    );
    expect(result.trades).toMatchObject([
      { asset: near, open: false, bars: 2 },
      { asset: far, open: true, bars: 3 },
    ]);
  });
});

describe("a trade from flat to flat", () => {
  const flatToFlat = { tradeMatching: "flat-to-flat" } as const;

  it("is as large as it ever was", async () => {
    const { result } = await run(barsOf(STOCK, flat(100, 5)), trade(STOCK, [3, -2, 1, -2]), flatToFlat);
    expect(lines(result)).toEqual(["long 3: 100 to 100, 0 after 0"]);
  });

  it("counts what it has realised in how far it went for and against it", async () => {
    // Two bought at 100, one sold at 110: 10. At 98 the other has lost 2 of that, at 130 it has 30 more: from 8 to 40, and it was at 0 before.
    const bars = barsOf(STOCK, [...flat(100, 1), ...flat(110, 1), [110, 130, 98, 120] as Row, ...flat(120, 1)]);
    const { result } = await run(bars, trade(STOCK, [2, -1, 0, -1]), flatToFlat);
    expect(result.trades).toMatchObject([{ pnl: 30, mae: 0, mfe: 40 }]);
  });

  it("has mean prices in the shares of after a split", async () => {
    // 10 at 400 are 40 at 100; 5 of them sold at 408 are 20 at 102. 20 more at 106: (40 x 100 + 20 x 106) / 60 = 102. 40 sold at 105:
    // (20 x 102 + 40 x 105) / 60 = 104. 20 x 2 + 20 x 5 - 20 x 1 = 120.
    const bars = barsOf(STOCK, pricesOf([400, 408, 106, 105]), "1d", Date.UTC(2024, 0, 2), 24 * HOUR);
    const { result } = await run(bars, trade(STOCK, [10, -5, 20, -40]), {
      ...flatToFlat,
      corporateActions: [{ asset: STOCK, kind: "split", date: "2024-01-04", ratio: 4 }],
    });
    expect(lines(result)).toEqual(["long 40: 102 to 104, 120 after 0"]);
  });
});

describe("a lot sold in parts", () => {
  it("leaves each part its share of the best there was, and the gaps of all rolls", async () => {
    // Two ES bought at 100, up to 108: 8 x 50 each. Rolled at 104 to 110 and at 110 to 113; one sold at 113, one at 112, at an entry of 109 each.
    const asset = Asset.continuousFuture("ES");
    const [h, m, u] = [Asset.future("ESH24"), Asset.future("ESM24"), Asset.future("ESU24")];
    const rollAt = (row: number, from: Asset, to: Asset, fromPrice: number, toPrice: number): ContractRoll => {
      return { time: T0 + row * MINUTE, measuredAt: T0 + (row - 1) * MINUTE, from, to, fromPrice, toPrice };
    };
    const bars = barsOf(asset, [[100, 108, 100, 104] as Row, ...flat(110, 1), ...flat(113, 1), ...flat(112, 2)]);
    const { result } = await run(bars, trade(asset, [2, 0, -1, 0, -1]), {
      rolls: [rollAt(1, h, m, 104, 110), rollAt(2, m, u, 110, 113)],
    });
    expect(result.trades).toMatchObject([
      { quantity: 1, rolls: 2, rollGap: 9, mfe: 400, mae: 0, pnl: 200 },
      { quantity: 1, rolls: 2, rollGap: 9, mfe: 400, mae: 0, pnl: 150 },
    ]);
  });
});

describe("how far a trade went", () => {
  it("takes in the bars up to the end of the run where it is still open", async () => {
    // From 100 up to 104 and down to 93 while one ES is held: 4 x 50 and -7 x 50, and it ends 1 point up.
    const rows: Row[] = [...flat(100, 2), [100, 104, 99, 100], [100, 101, 93, 101]];
    const { result } = await run(barsOf(ES, rows), trade(ES, [0, 1]));
    expect(result.trades).toMatchObject([{ open: true, mae: -350, mfe: 200, pnl: 50 }]);
  });

  it("takes in a part that was sold worse than any price of a bar", async () => {
    // Of two bought at 100 one is sold at 97, three points worse than the open: 3 lost and 3 more that the other one would.
    const { result } = await run(barsOf(STOCK, flat(100, 4)), trade(STOCK, [2, -1]), {
      tradeMatching: "flat-to-flat",
      slippage: new TradingSlippage({ fn: ({ side }) => (side === "sell" ? 3 : 0), outsideBar: true }),
    });
    expect(result.trades).toMatchObject([{ open: true, mae: -6, mfe: 0 }]);
  });
});

describe("trades that are open at the end", () => {
  it("are listed by asset, whichever was bought first", async () => {
    const [beta, gamma] = [Asset.stock("BETA"), Asset.stock("GAMMA")];
    const { result } = await run(
      [gamma, STOCK, beta].map((asset) => barsOf(asset, flat(100, 3))),
      (s: Scripted) => {
        if (s.iteration === 0) for (const asset of [beta, gamma, STOCK]) s.send(asset, 1, "buy");
      },
    );
    expect(result.trades.map(({ asset }) => asset.symbol)).toEqual(["ACME", "BETA", "GAMMA"]);
  });
});
