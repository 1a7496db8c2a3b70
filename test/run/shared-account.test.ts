import { Asset, backtestAll, InMemoryBacktesting, Strategy, TradingSlippage } from "backlit";
import { describe, expect, it } from "vitest";
import { barsOf, ES, flat, MINUTE, once, type Row, type Scripted, STOCK, T0 } from "../engine/support.ts";
import { at } from "../regression/support.ts";
import { fillsOf, lastOf, share } from "./shared-account.support.ts";

describe("strategies on one account", () => {
  it("share its cash: what the first by name has spent the second has not", async () => {
    const buy = once((s) => s.send(STOCK, 60, "buy"));
    const rows: Row[] = [...flat(100, 2), ...flat(110, 2)];
    const { total, of, strategies } = await share({ A: buy, B: buy }, [barsOf(STOCK, rows)], { budget: 10_000 });
    // 10,000 - 60 x 100 = 4,000 left; B needs 6,000.
    expect(strategies["B"]?.refused).toEqual(["insufficient_funds"]);
    expect(fillsOf(total)).toEqual(["buy 60 @ 100"]);
    expect(lastOf(total.equity.cash)).toBe(4_000);
    // 4,000 + 60 x 110.
    expect(lastOf(total.equity.value)).toBe(10_600);
    expect(lastOf(of("A").equity.value)).toBe(10_600);
    expect(lastOf(of("B").equity.value)).toBe(10_000);
    expect(total.settings).toMatchObject({ budget: 10_000, account: "shared", strategy: "A + B" });
    expect(of("A").settings).toMatchObject({ budget: 10_000, account: "shared", strategy: "A" });
  });

  it("have positions, orders and callbacks of their own, and one cash and worth", async () => {
    const seen: string[] = [];
    const look = (s: Scripted) =>
      seen.push(
        [s.name, s.getPosition(STOCK)?.quantity ?? 0, s.getOrders().length, s.getCash(), s.getPortfolioValue()].join(
          " ",
        ),
      );
    const { total, strategies } = await share(
      {
        A: (s) => {
          look(s);
          if (s.iteration === 0) s.send(STOCK, 10, "buy");
          if (s.iteration === 2) s.sellAll();
        },
        B: (s) => {
          look(s);
          if (s.iteration === 1) s.send(STOCK, 5, "buy");
        },
      },
      [barsOf(STOCK, [...flat(100, 2), ...flat(120, 3)])],
      { budget: 10_000 },
    );
    expect(seen).toEqual([
      "A 0 0 10000 10000",
      "B 0 0 10000 10000",
      // 10 bought at 100.
      "A 10 0 9000 10000",
      "B 0 0 9000 10000",
      // B's 5 at 100 too; the price is still 100.
      "A 10 0 8500 10000",
      "B 5 0 8500 10000",
      // A sold 10 at 120: 8,500 + 1,200; B's 5 are worth 600.
      "A 0 0 9700 10300",
      "B 5 0 9700 10300",
      "A 0 0 9700 10300",
      "B 5 0 9700 10300",
    ]);
    expect(fillsOf(total)).toEqual(["buy 10 @ 100", "buy 5 @ 100", "sell 10 @ 120"]);
    expect(total.trades.map(({ pnl }) => pnl)).toEqual([200, 100]);
    expect(strategies["B"]?.refused).toEqual([]);
  });

  it("decide with the same money, though the fills of one come first at the open", async () => {
    const cash: string[] = [];
    const note = (s: Scripted) => void cash.push(`${s.name} ${s.getCash()}`);
    const spend = (s: Scripted) => {
      note(s);
      if (s.iteration === 0) s.send(STOCK, 10, "buy");
    };
    await share({ A: spend, B: note, Z: spend }, [barsOf(STOCK, flat(100, 2))], { budget: 10_000 });
    // Neither sees what A and Z buy at the open of this instant; all see it at the next.
    expect(cash).toEqual(["A 10000", "B 10000", "Z 10000", "A 8000", "B 8000", "Z 8000"]);
  });

  it("see at once what another one's order has filled inside the bar that has just closed", async () => {
    const cash: string[] = [];
    const note = (s: Scripted) => void cash.push(`${s.name} ${s.getCash()}`);
    await share(
      {
        A: note,
        Z: (s) => {
          note(s);
          if (s.iteration === 0) s.send(STOCK, 10, "buy", { limitPrice: 95 });
        },
      },
      [barsOf(STOCK, [[100, 100, 94, 100], ...flat(100, 1)])],
      { budget: 10_000 },
    );
    // 10,000 - 10 x 95.
    expect(cash).toEqual(["A 10000", "Z 10000", "A 9050", "Z 9050"]);
  });

  it("pay with each other's sales at one open, whoever comes first by name", async () => {
    const { total } = await share(
      {
        A: at({ 1: (s) => s.orderTarget(STOCK, 80) }),
        B: at({ 0: (s) => s.send(STOCK, 100, "buy"), 1: (s) => s.send(STOCK, 100, "sell") }),
      },
      [barsOf(STOCK, flat(100, 4))],
      { budget: 10_000 },
    );
    expect(fillsOf(total)).toEqual(["buy 100 @ 100", "buy 80 @ 100", "sell 100 @ 100"]);
    expect(lastOf(total.equity.cash)).toBe(2_000);
  });

  it("are worth at an open what all of them hold opens at, whoever is filled first", async () => {
    const { strategies } = await share(
      {
        A: at({ 1: (s) => s.send(STOCK, 120, "buy") }),
        B: once((s) => s.send(ES, 2, "buy")),
      },
      [barsOf(STOCK, flat(100, 4)), barsOf(ES, [...flat(4800, 1), ...flat(4700, 3)])],
      { budget: 20_000, margins: { ES: { initial: 1_000 } } },
    );
    // B's contracts open 100 points lower, 10,000: 20,000 - 10,000 - 2 x 1,000 are free, and A's shares cost 12,000.
    expect(strategies["A"]?.refused).toEqual(["insufficient_funds"]);
  });

  it("hear of their fills one after the other, however long each takes", async () => {
    const heard: string[] = [];
    class Listener extends Strategy {
      override onTradingIteration() {
        if (this.firstIteration) this.submitOrder(this.createOrder(STOCK, 1, "buy"));
      }
      override async onFilledOrder() {
        heard.push(`${this.name} begins`);
        await new Promise((resolve) => setTimeout(resolve, 2));
        heard.push(`${this.name} ends`);
      }
    }
    const listeners = [new Listener({ name: "B" }), new Listener({ name: "A" })];
    const options = { data: [barsOf(STOCK, flat(100, 2))], market: "24/7", account: "shared" as const };
    await backtestAll(listeners, InMemoryBacktesting, T0, T0 + 2 * MINUTE, options);
    expect(heard).toEqual(["A begins", "A ends", "B begins", "B ends"]);
  });

  it("size a target by the account's worth and their own position", async () => {
    const { of } = await share(
      { A: once((s) => s.send(STOCK, 20, "buy")), B: at({ 1: (s) => s.orderTargetPercent(STOCK, 0.5) }) },
      [barsOf(STOCK, [...flat(100, 1), ...flat(150, 3)])],
      { budget: 10_000 },
    );
    // A's 20 made 50 each: the account is worth 11,000; half of it is 36.67 shares at 150, of which B holds none yet.
    expect(fillsOf(of("B"))).toEqual(["buy 36 @ 150"]);
  });

  it("count their own position at the price that is paid for more of it", async () => {
    // B's 10 contracts of 100 are worth 500 more at 101, a point of slippage above the open: 100,500 are 101,000 then, and 20 times 5,050.
    const buy = (units: number) => at({ 0: (s) => s.send(ES, units, "buy", { limitPrice: 100 }) });
    const { of } = await share(
      {
        A: buy(5),
        B: (s) => {
          buy(10)(s);
          if (s.iteration === 1) s.orderTargetPercent(ES, 1);
        },
      },
      [barsOf(ES, [...flat(100, 1), [100, 101, 99, 100]])],
      { budget: 100_500, marginCall: "off", slippage: new TradingSlippage({ ticks: 4 }) },
    );
    expect(fillsOf(of("B"))).toEqual(["buy 10 @ 100", "buy 10 @ 101"]);
  });

  it("have rows of equity at the same instants, whoever's bars end then", async () => {
    class Minutes extends Strategy {
      static override readonly assets = [STOCK];
    }
    class Fives extends Strategy {
      static override readonly assets = [ES];
      override initialize() {
        this.sleeptime = "5m";
      }
      override onTradingIteration() {
        if (this.firstIteration) this.submitOrder(this.createOrder(ES, 1, "buy"));
      }
    }
    const data = [barsOf(STOCK, flat(100, 10)), barsOf(ES, [...flat(4800, 1), ...flat(4810, 1)], "5m", T0, 5 * MINUTE)];
    const { results, total } = await backtestAll(
      [new Minutes(), new Fives()],
      InMemoryBacktesting,
      T0,
      T0 + 10 * MINUTE,
      { data, market: "24/7", budget: 100_000, account: "shared" },
    );
    // A row a minute. The second bar of five opens at 4810 after the row of the fifth: 10 x 50 from the sixth on.
    const minutes = Array.from({ length: 10 }, (_, minute) => minute + 1);
    const [idle, trading] = results;
    for (const { equity } of [...results, total])
      expect([...equity.time].slice(-10)).toEqual(minutes.map((minute) => T0 + minute * MINUTE));
    expect([...(trading?.equity.value ?? [])].slice(-10)).toEqual(minutes.map((at) => (at > 5 ? 100_500 : 100_000)));
    expect([...(idle?.equity.value ?? [])].slice(-10)).toEqual(minutes.map(() => 100_000));
  });

  it("take each bar's share of the volume once", async () => {
    const buy = once((s) => s.send(STOCK, 10, "buy"));
    const { of } = await share({ A: buy, B: buy }, [barsOf(STOCK, flat(100, 4))], { volumeShare: 0.1 });
    // A tenth of 100 a bar: A's 10 first, then B's.
    expect(of("A").fills.map(({ time }) => time)).toEqual([T0]);
    expect(of("B").fills.map(({ time }) => time)).toEqual([T0 + MINUTE]);
  });

  it("have one currency, that of the account", async () => {
    const euro = new Asset({ symbol: "SAP", assetType: "stock", currency: "EUR" });
    class Buyer extends Strategy {
      override onTradingIteration() {
        if (this.firstIteration) this.submitOrder(this.createOrder(this.asset, 10, "buy"));
      }
    }
    class Euro extends Buyer {
      static override readonly assets = [euro];
    }
    class Dollar extends Buyer {
      static override readonly assets = [STOCK];
    }
    const options = {
      data: [barsOf(euro, flat(100, 3)), barsOf(STOCK, flat(100, 3))],
      market: "24/7",
      budget: 10_000,
      fxRates: { "EUR/USD": 1.1 },
      account: "shared" as const,
    };
    const { results, total } = await backtestAll(
      [new Euro(), new Dollar()],
      InMemoryBacktesting,
      T0,
      T0 + 3 * MINUTE,
      options,
    );
    // 10 x 100 x 1.1 and 10 x 100. By itself the first would count in euros.
    expect(lastOf(total.equity.cash)).toBeCloseTo(10_000 - 1_100 - 1_000, 8);
    expect(results.map(({ settings }) => settings.currency)).toEqual(["USD", "USD"]);
  });
});

describe("strategies of one account that differ", () => {
  it.each([
    ["waits for its next bar", false],
    ["sleeps", true],
  ])("in their bars: one that %s hears of the margin call of another's position at once", async (_, sleeps) => {
    const slow = barsOf(STOCK, [...flat(100, 1), ...flat(60, 2)], "1h", T0, 60 * MINUTE);
    const fast = barsOf(ES, [...flat(4800, 10), ...flat(4760, 110)]);
    const told: string[] = [];
    class Slow extends Strategy {
      static override readonly assets = [STOCK];
      override initialize() {
        this.sleeptime = "60M";
      }
      override async onTradingIteration() {
        if (!this.firstIteration) return;
        this.submitOrder(this.createOrder(STOCK, 110, "buy"));
        if (!sleeps) return;
        await this.sleep(50 * 60);
        told.push(`awake ${(this.getTimestamp() - T0) / MINUTE}`);
      }
      override onNewOrder(order: { readonly tag: string | undefined }) {
        told.push(`${order.tag} ${(this.getTimestamp() - T0) / MINUTE}`);
      }
    }
    class Fast extends Strategy {
      static override readonly assets = [ES];
      override onTradingIteration() {
        if (this.firstIteration) this.submitOrder(this.createOrder(ES, 1, "buy"));
      }
    }
    const { results, total } = await backtestAll([new Slow(), new Fast()], InMemoryBacktesting, T0, T0 + 120 * MINUTE, {
      data: [slow, fast],
      market: "24/7",
      budget: 20_000,
      margins: { ES: { initial: 8_000, maintenance: 7_500 } },
      marginCall: "liquidate",
      logLevel: "silent",
      account: "shared",
    });
    // 11,000 for the shares, 8,000 for the contract: 19,000 of 20,000. In minute 10 the contract falls by 40 points: the account has 18,000,
    // and 11,000 + 7,500 are needed to keep both. The shares take most, and are sold at their next open, in minute 60.
    expect(total.events).toMatchObject([{ code: "margin_call", time: T0 + 11 * MINUTE }]);
    expect(told).toEqual(["undefined 0", "margin_call 11", ...(sleeps ? ["awake 50"] : [])]);
    expect(results[0]?.fills).toMatchObject([{ time: T0 }, { time: T0 + 60 * MINUTE, price: 60, quantity: 110 }]);
    expect(results[0]?.orders[1]).toMatchObject({ createdAt: T0 + 11 * MINUTE, submittedAt: T0 + 11 * MINUTE });
    // 110 x 40 and 40 x 50 lost.
    expect(lastOf(total.equity.value)).toBe(20_000 - 4_400 - 2_000);
    expect(results[1]?.fills).toHaveLength(1);
  });

  it("in sleeping: one sleeps over instants at which the others trade, and sees what they made", async () => {
    const seen: string[] = [];
    const { of } = await share(
      {
        A: async (s) => {
          if (s.iteration > 0) return;
          await s.sleep(150);
          seen.push(`A ${(s.getTimestamp() - T0) / 1000} ${s.getPortfolioValue()}`);
          s.send(STOCK, 1, "buy");
        },
        B: (s) => {
          if (s.iteration === 0) s.send(STOCK, 10, "buy");
          seen.push(`B ${(s.getTimestamp() - T0) / 1000} ${s.getPortfolioValue()}`);
        },
      },
      [barsOf(STOCK, [...flat(100, 1), ...flat(110, 1), ...flat(120, 3)])],
      { budget: 10_000 },
    );
    expect(seen).toEqual(["B 0 10000", "B 60 10000", "B 120 10100", "A 150 10200", "B 180 10200", "B 240 10200"]);
    expect(fillsOf(of("A"))).toEqual(["buy 1 @ 120"]);
  });

  it("in speed: one that waits for something outside has the others wait, and nothing changes by it", async () => {
    const seen: string[] = [];
    const note = (s: Scripted) => void seen.push(`${s.name}${s.iteration}`);
    const slow = async (s: Scripted) => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      note(s);
    };
    await share({ A: slow, B: note, C: slow }, [barsOf(STOCK, flat(100, 2))]);
    expect(seen).toEqual(["A0", "B0", "C0", "A1", "B1", "C1"]);
  });

  it("in their end: one whose bars end early keeps what it holds at its last price, and ends with the others", async () => {
    const other = Asset.stock("LATE");
    const ends: string[] = [];
    class Buyer extends Strategy {
      override onTradingIteration() {
        if (this.firstIteration) this.submitOrder(this.createOrder(this.asset, 10, "buy"));
      }
      override onStrategyEnd() {
        ends.push(`${this.name} ${this.getPortfolioValue()}`);
      }
    }
    class Early extends Buyer {
      static override readonly assets = [STOCK];
    }
    class Late extends Buyer {
      static override readonly assets = [other];
    }
    const data = [barsOf(STOCK, [...flat(100, 1), ...flat(90, 1)]), barsOf(other, [...flat(50, 3), ...flat(60, 1)])];
    const { results, total } = await backtestAll([new Late(), new Early()], InMemoryBacktesting, T0, T0 + 4 * MINUTE, {
      data,
      market: "24/7",
      budget: 10_000,
      account: "shared",
      logLevel: "silent",
    });
    // 10 x -10 and 10 x 10.
    expect(ends).toEqual(["Early 10000", "Late 10000"]);
    expect(results.map(({ equity }) => lastOf(equity.value))).toEqual([10_100, 9_900]);
    expect([...total.equity.value]).toEqual([10_000, 10_000, 9_900, 9_900, 10_000]);
    expect(results.map(({ bars }) => bars)).toEqual([4, 2]);
    expect(total.bars).toBe(6);
  });
});

it("a strategy that sleeps past the end lets the others of its account come to theirs", async () => {
  const ends: string[] = [];
  class Ends extends Strategy {
    override async onTradingIteration() {
      if (this.firstIteration) this.submitOrder(this.createOrder(STOCK, 10, "buy"));
      if (this.name === "Asleep") await this.sleep(3_600);
    }
    override onStrategyEnd() {
      ends.push(this.name);
    }
  }
  const { results } = await backtestAll(
    [new Ends({ name: "Asleep" }), new Ends({ name: "Wakeful" })],
    InMemoryBacktesting,
    T0,
    T0 + 5 * MINUTE,
    { data: [barsOf(STOCK, flat(100, 5))], market: "24/7", account: "shared" },
  );
  expect(results.map(({ status, bars, iterations }) => [status, bars, iterations])).toEqual([
    ["complete", 5, 0],
    ["complete", 5, 5],
  ]);
  expect(ends).toEqual(["Asleep", "Wakeful"]);
});

it("the progress of a shared run is the account's", async () => {
  const told: { readonly bars: number; readonly equity: number; readonly trades: number }[] = [];
  const slowly = async (s: Scripted) => {
    if (s.iteration === 0) s.send(STOCK, 10, "buy");
    if (s.iteration === 2) s.sellAll();
    await new Promise((resolve) => setTimeout(resolve, 60));
  };
  const rows: Row[] = [...flat(100, 2), ...flat(120, 4)];
  await share({ A: slowly, B: slowly }, [barsOf(STOCK, rows)], {
    budget: 10_000,
    onProgress: ({ bars, equity, trades }) => void told.push({ bars, equity, trades }),
  });
  // Both bought 10 at 100 and sold them at 120.
  expect(told.at(-1)).toMatchObject({ equity: 10_400, trades: 2 });
  expect(Math.max(...told.map(({ bars }) => bars))).toBeGreaterThanOrEqual(8);
});

describe("orders that fill in the last bar before a split", () => {
  it("are judged before the split of anybody's shares", async () => {
    // A is long 10, B short 30: 20 short together, secured by the 2,000 there are. What B buys back inside Wednesday's bar takes off of that,
    // though A's 10 are 100 at a tenth of the price at its end.
    const rows = [...flat(100, 1), [100, 100, 99, 100] as const, ...flat(10, 1)];
    const bars = barsOf(STOCK, rows, "1d", Date.UTC(2024, 0, 2), 86_400_000);
    const { total, of, strategies } = await share(
      {
        A: once((s) => s.send(STOCK, 10, "buy")),
        B: (s) => {
          if (s.iteration === 0) s.send(STOCK, 30, "sell");
          if (s.iteration === 1) s.send(STOCK, 15, "buy", { limitPrice: 99 });
        },
      },
      [bars],
      { budget: 2_000, corporateActions: [{ asset: STOCK, kind: "split", date: "2024-01-04", ratio: 10 }] },
    );
    expect(strategies["B"]?.refused).toEqual([]);
    expect(fillsOf(of("B"))).toEqual(["sell 30 @ 100", "buy 15 @ 99"]);
    // 15 x 1 is won, the rest stands where it was sold.
    expect(lastOf(total.equity.value)).toBe(2_015);
  });
});
