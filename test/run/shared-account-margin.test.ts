import { Asset, backtestAll, InMemoryBacktesting, Strategy } from "backlit";
import { describe, expect, it } from "vitest";
import { barsOf, ES, flat, MINUTE, once, type Scripted, STOCK, T0 } from "../engine/support.ts";
import { at } from "../regression/support.ts";
import { fillsOf, lastOf, share } from "./shared-account.support.ts";

const codes = ({ events }: { events: readonly { code: string }[] }) => events.map(({ code }) => code);

describe("margin on one account", () => {
  const margins = { ES: { initial: 12_000, maintenance: 10_000 } };
  const options = { margins, budget: 15_000 };

  it("is taken for what all books hold together", async () => {
    const buy = once((s) => s.send(ES, 1, "buy"));
    const sell = once((s) => s.send(ES, 1, "sell"));
    const bars = [barsOf(ES, flat(4800, 3))];
    const same = await share({ A: buy, B: buy }, bars, options);
    // 12,000 each, and 15,000 are there.
    expect(same.strategies["B"]?.refused).toEqual(["insufficient_margin"]);
    const opposite = await share({ A: buy, B: sell }, bars, options);
    expect(fillsOf(opposite.total)).toEqual(["buy 1 @ 4800", "sell 1 @ 4800"]);
    expect([...opposite.total.margin.initial]).toEqual([12_000, 0]);
    expect([...opposite.of("B").margin.initial]).toEqual([12_000]);
  });

  it("is needed again when one closes its half of a pair", async () => {
    // A's ES loses 20 points, 1,000; B sells another one at 4780: together they hold nothing. A's exit leaves B's alone, for which
    // 12,000 are needed and 11,500 are there.
    const run = (budget: number) =>
      share(
        {
          A: at({ 0: (s) => s.send(ES, 1, "buy"), 2: (s) => s.send(ES, 1, "sell") }),
          B: at({ 1: (s) => s.send(ES, 1, "sell") }),
        },
        [barsOf(ES, [...flat(4800, 1), ...flat(4780, 3)])],
        { margins, budget },
      );
    const short = await run(12_500);
    expect(short.strategies["A"]?.refused).toEqual(["insufficient_margin"]);
    expect(short.of("A").trades).toMatchObject([{ open: true, pnl: -1_000 }]);
    const enough = await run(13_000);
    expect(fillsOf(enough.of("A"))).toEqual(["buy 1 @ 4800", "sell 1 @ 4780"]);
  });

  it("leaves the account its money where an open profit of one is an open loss of another", async () => {
    // 20 points up: 1,000 for A, as much against B, nothing together. Profits not yet settled buy no shares, and here there are none: C has all 15,000 for
    // 150 at 100, and not for 151.
    const buys = (shares: number) =>
      share(
        {
          A: once((s) => s.send(ES, 1, "buy")),
          B: once((s) => s.send(ES, 1, "sell")),
          C: at({ 2: (s) => s.send(STOCK, shares, "buy") }),
        },
        [barsOf(ES, [...flat(4800, 1), ...flat(4820, 3)]), barsOf(STOCK, flat(100, 4))],
        options,
      );
    const all = await buys(150);
    expect(fillsOf(all.of("C"))).toEqual(["buy 150 @ 100"]);
    expect(all.of("A").trades).toMatchObject([{ open: true, pnl: 1_000 }]);
    expect((await buys(151)).strategies["C"]?.refused).toEqual(["insufficient_funds"]);
  });

  it("is called once, and made good out of the largest book on the greater side", async () => {
    const { total, of, strategies } = await share(
      {
        // Together 3 + 2 - 1 = 4.
        A: once((s) => s.send(ES, 2, "buy")),
        B: once((s) => s.send(ES, 3, "buy")),
        C: once((s) => s.send(ES, 1, "sell")),
        // Holds nothing, and hears nothing.
        D: () => {},
      },
      [barsOf(ES, [...flat(4800, 2), ...flat(4700, 1), ...flat(4700, 2)])],
      { margins, budget: 61_000, marginCall: "liquidate" },
    );
    // Each contract loses 100 points, 5,000: the account 4 x 5,000 = 20,000, and has 41,000. To keep 4 takes 40,000, so nothing yet.
    expect(codes(total)).toEqual([]);
    const fallen = await share(
      {
        A: once((s) => s.send(ES, 2, "buy")),
        B: once((s) => s.send(ES, 3, "buy")),
        C: once((s) => s.send(ES, 1, "sell")),
        D: () => {},
      },
      [barsOf(ES, [...flat(4800, 2), ...flat(4690, 3)])],
      { margins, budget: 61_000, marginCall: "liquidate" },
    );
    // 110 points: 61,000 - 4 x 5,500 = 39,000 < 40,000. All four of the net position are closed: 3 of B's, then 1 of A's.
    expect(codes(fallen.total)).toEqual(["margin_call"]);
    for (const name of ["A", "B", "C"]) expect(codes(fallen.of(name))).toEqual(["margin_call"]);
    expect(codes(fallen.of("D"))).toEqual([]);
    expect(fallen.total.events[0]?.message).toContain("worth 39000.00, its positions take 40000.00");
    expect(fillsOf(fallen.of("B"))).toEqual(["buy 3 @ 4800", "sell 3 @ 4690"]);
    expect(fillsOf(fallen.of("A"))).toEqual(["buy 2 @ 4800", "sell 1 @ 4690"]);
    expect(fillsOf(fallen.of("C"))).toEqual(["sell 1 @ 4800"]);
    expect(fallen.total.orders.filter(({ tag }) => tag === "margin_call").map(({ id }) => id)).toEqual(["A 2", "B 2"]);
    expect([of("A").fills.length, strategies["A"]?.refused]).toEqual([1, []]);
  });

  it("is made good on the greater side, even where the largest book is on the other", async () => {
    const { of, total } = await share(
      {
        A: once((s) => s.send(ES, 3, "buy")),
        B: once((s) => s.send(ES, 2, "buy")),
        C: once((s) => s.send(ES, 4, "sell")),
      },
      [barsOf(ES, [...flat(4800, 2), ...flat(3680, 3)])],
      { margins: { ES: { initial: 12_000, maintenance: 10_000 } }, budget: 65_000, marginCall: "liquidate" },
    );
    // 1,120 points are 56,000: 9,000 are left, and 10,000 needed. One of A's three is sold; B's and C's stay.
    expect(codes(total)).toEqual(["margin_call"]);
    expect(fillsOf(of("A"))).toEqual(["buy 3 @ 4800", "sell 1 @ 3680"]);
    expect([of("B").fills.length, of("C").fills.length]).toEqual([1, 1]);
  });

  it("is judged when the bars of all have closed", async () => {
    const NQ = new Asset({
      symbol: "NQ",
      assetType: "future",
      expiration: "2024-03-15",
      multiplier: 20,
      tickSize: 0.25,
    });
    const data = [
      barsOf(ES, [...flat(4800, 1), [4800, 4800, 4700, 4700], ...flat(4700, 2)]),
      barsOf(NQ, [...flat(17_000, 1), [17_000, 17_250, 17_000, 17_250], ...flat(17_250, 2)]),
    ];
    const { total } = await share(
      { A: once((s) => s.send(ES, 1, "buy")), B: once((s) => s.send(NQ, 1, "buy")) },
      data,
      {
        margins: { ES: { initial: 12_000, maintenance: 10_000 }, NQ: { initial: 12_000, maintenance: 10_000 } },
        budget: 24_000,
        marginCall: "liquidate",
      },
    );
    // A loses 5,000 in the bar in which B makes 5,000: with A's alone 19,000 of 20,000 were left.
    expect(codes(total)).toEqual([]);
    expect(lastOf(total.equity.value)).toBe(24_000);
  });

  it("is of one contract, however and by whom it is written", async () => {
    const run = (
      assets: readonly Asset[],
      orders: readonly ("buy" | "sell")[],
      units: readonly number[],
      options: object,
    ) => {
      const strategies = assets.map((asset, place) => {
        class Trader extends Strategy {
          static override readonly assets = [asset];
          override onTradingIteration() {
            if (!this.firstIteration) return;
            this.submitOrder(this.createOrder(asset, units[place] ?? 0, orders[place] ?? "buy"));
          }
        }
        return new Trader({ name: "AB"[place] ?? "" });
      });
      const rows = [...flat(4800, 2), ...flat(4690, 3)];
      const settings = { data: [barsOf(Asset.future("ESH24"), rows)], market: "24/7", margins, ...options };
      return backtestAll(strategies, InMemoryBacktesting, T0, T0 + 5 * MINUTE, { ...settings, account: "shared" });
    };
    const written = [Asset.future("ESH24"), Asset.future("ES", "2024-03-15")];
    // One and one against it are none: 13,000 carry them.
    const pair = await run(written, ["buy", "sell"], [1, 1], { budget: 13_000 });
    expect(fillsOf(pair.total)).toEqual(["buy 1 @ 4800", "sell 1 @ 4800"]);
    // 110 points of 5 contracts are 27,500: 33,500 are left, and 50,000 needed. The account has 26,500 too little to open 5, and its one
    // position is closed.
    const called = await run(written, ["buy", "buy"], [3, 2], { budget: 61_000, marginCall: "liquidate" });
    expect(codes(called.total)).toEqual(["margin_call"]);
    expect(fillsOf(called.total).slice(2)).toEqual(["sell 3 @ 4690", "sell 2 @ 4690"]);
  });

  it("is judged at settlements only where nothing is to be liquidated", async () => {
    // Settled at 22:00 UTC at 4800. In the next session 200 points down are 10,000 of 15,000, and come back before it ends.
    const HOUR = 60 * MINUTE;
    const evening = Date.UTC(2024, 0, 2, 20);
    const prices = [4800, 4800, 4800, 4800, 4600, 4600, 4800];
    const buy = { A: once((s) => s.send(ES, 1, "buy")), B: () => {} };
    const hourly = (s: Scripted) => {
      s.sleeptime = "1h";
    };
    const setup = { A: hourly, B: hourly };
    const bars = [
      barsOf(
        ES,
        prices.flatMap((price) => flat(price, 1)),
        "1h",
        evening,
        HOUR,
      ),
    ];
    expect(codes((await share(buy, bars, { ...options, setup })).total)).toEqual([]);
    // With bars on to the next settlement, at 4600, it is called.
    const low = [...prices.slice(0, 6), ...Array.from({ length: 22 }, () => 4600)];
    const on = [
      barsOf(
        ES,
        low.flatMap((price) => flat(price, 1)),
        "1h",
        evening,
        HOUR,
      ),
    ];
    expect(codes((await share(buy, on, { ...options, setup })).total)).toEqual(["margin_call"]);
  });

  it("is each asset's own, whichever place it has in its strategy", async () => {
    const NQ = new Asset({
      symbol: "NQ",
      assetType: "future",
      expiration: "2024-03-15",
      multiplier: 20,
      tickSize: 0.25,
    });
    class Buyer extends Strategy {
      override onTradingIteration() {
        if (this.firstIteration) this.submitOrder(this.createOrder(this.asset, 1, "buy"));
      }
    }
    class First extends Buyer {
      static override readonly assets = [ES];
    }
    class Second extends Buyer {
      static override readonly assets = [NQ];
    }
    const { total } = await backtestAll([new First(), new Second()], InMemoryBacktesting, T0, T0 + 3 * MINUTE, {
      data: [barsOf(ES, flat(4800, 3)), barsOf(NQ, flat(17_000, 3))],
      market: "24/7",
      margins: { ES: { initial: 12_000 }, NQ: { initial: 20_000 } },
      budget: 33_000,
      account: "shared",
    });
    expect(total.fills).toHaveLength(2);
    expect([...total.margin.initial]).toEqual([12_000, 32_000]);
  });

  it("that is not known is told by who trades the contract, once", async () => {
    const strange = new Asset({
      symbol: "XYZ",
      assetType: "future",
      expiration: "2024-03-15",
      multiplier: 10,
      tickSize: 1,
    });
    const { of } = await share(
      { A: once((s) => s.send(strange, 1, "buy")), B: at({ 1: (s) => s.send(STOCK, 1, "buy") }) },
      [barsOf(strange, flat(100, 4)), barsOf(STOCK, flat(100, 4))],
    );
    expect(codes(of("A"))).toEqual(["margin_unknown"]);
    expect(codes(of("B"))).toEqual([]);
  });
});
