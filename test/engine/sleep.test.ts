/** Hooks that sleep while others sleep, and over the close of the market. */
import { Asset, calendarFor, InMemoryBacktesting, Strategy } from "backlit";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bothWays, firstDifference, logOf, walkOf } from "../live/support.ts";
import { barsOf, ES, flat, MINUTE, run, STOCK, T0 } from "./support.ts";

const HOUR = 60 * MINUTE;
const COIN = Asset.crypto("BTC");
const clock = (time: number) => new Date(time).toISOString().slice(8, 16);

describe("a hook that sleeps", () => {
  it("lets the market run on, so that orders fill before the hook goes on", async () => {
    const { strategy } = await run(barsOf(ES, [...flat(100, 3), ...flat(107, 10)]), async (s) => {
      if (s.iteration !== 0) return;
      const order = s.send(ES, 1, "buy");
      await s.sleep(180);
      s.seen.push(
        order.status,
        String(order.averageFillPrice),
        clock(s.getTimestamp()),
        String(await s.getLastPrice(ES)),
      );
    });
    expect(strategy.seen).toEqual(["filled", "100", "02T15:03", "100"]);
    expect(strategy.iteration).toBeGreaterThan(5);
  });
});

describe("a fill hook that sleeps longer than the hook whose sleep it interrupts", () => {
  class Sleepers extends Strategy {
    readonly seen: string[] = [];
    note(what: string) {
      this.seen.push(`${clock(this.getTimestamp())} ${what}`);
    }
    override async onTradingIteration() {
      this.note("iteration");
      if (!this.firstIteration) return;
      this.submitOrder(this.createOrder(STOCK, 1, "buy"));
      await this.sleep(2 * 60);
      this.note("iteration woke");
    }
    override async onFilledOrder() {
      this.note("fill");
      await this.sleep(4 * 60);
      this.note("fill woke");
    }
  }

  it("keeps both asleep: time never goes back, and nothing is called twice", async () => {
    const strategy = new Sleepers();
    const data = [barsOf(STOCK, flat(100, 7))];
    await strategy.backtest(InMemoryBacktesting, T0, T0 + 7 * MINUTE, { data, market: "24/7" });
    // Sent at 15:00, filled at its open; the fill hook sleeps to 15:04, and only then can the iteration go on.
    expect(strategy.seen).toEqual([
      "02T15:00 iteration",
      "02T15:00 fill",
      "02T15:04 fill woke",
      "02T15:04 iteration woke",
      "02T15:05 iteration",
      "02T15:06 iteration",
    ]);
  });

  it("lets none of them see the open of the instant at which they wake", async () => {
    class Waker extends Strategy {
      readonly seen: string[] = [];
      override async onTradingIteration() {
        if (!this.firstIteration) return;
        this.submitOrder(this.createOrder(STOCK, 1, "buy", { limitPrice: 99 }));
        await this.sleep(3 * 60);
        this.seen.push(`${clock(this.getTimestamp())} ${await this.getLastPrice(STOCK)}`);
      }
      override async onFilledOrder() {
        await this.sleep(3 * 60);
      }
    }
    // Filled inside the first bar and told at 15:01: the fill hook sleeps to 15:04, where 108 opens; 107 was the last close.
    const rows = [100, 102, 104, 106, 108, 110].map(
      (price, row) => [price, price + 1, row === 0 ? 98 : price, price + 1] as const,
    );
    const strategy = new Waker();
    const data = [barsOf(STOCK, rows)];
    await strategy.backtest(InMemoryBacktesting, T0, T0 + 6 * MINUTE, { data, market: "24/7" });
    expect(strategy.seen).toEqual(["02T15:04 107"]);
  });

  it("does the same on paper", async () => {
    const { backtest, live } = await bothWays(() => new Sleepers(), [barsOf(STOCK, flat(100, 7))], { market: "24/7" });
    expect(logOf(live)).toBe(logOf(backtest));
  });
});

describe("a sleep while the market is closed", () => {
  it("leads to no iteration before the next open", async () => {
    class Nightly extends Strategy {
      readonly seen: string[] = [];
      override initialize() {
        this.sleeptime = "1h";
      }
      override onTradingIteration() {
        this.seen.push(clock(this.getTimestamp()));
      }
      override async afterMarketCloses() {
        await this.sleep(3 * 3_600);
      }
    }
    // Coins trade by night, the market that was set does not: New York, 14:30 to 21:00 UTC.
    const data = [barsOf(COIN, flat(100, 30), "1h", Date.UTC(2024, 0, 2, 14, 30), HOUR)];
    const strategy = new Nightly();
    await strategy.backtest(InMemoryBacktesting, Date.UTC(2024, 0, 2, 14), Date.UTC(2024, 0, 3, 17), {
      data,
      market: "NYSE",
    });
    expect(strategy.seen).toEqual([
      ...["14:30", "15:30", "16:30", "17:30", "18:30", "19:30", "20:30"].map((time) => `02T${time}`),
      ...["14:30", "15:30", "16:30"].map((time) => `03T${time}`),
    ]);
  });
});

describe("what came due while a hook slept", () => {
  class Late extends Strategy {
    override initialize() {
      this.sleeptime = "10m";
      this.schedule("* * * * *", () => this.order("scheduled"));
    }
    order(tag: string) {
      this.submitOrder(this.createOrder(STOCK, 1, "buy", { tag }));
    }
    override async onTradingIteration() {
      if (this.firstIteration) await this.sleep(3 * 60);
    }
  }

  it("comes before the bars that open at that instant, so that its orders meet them", async () => {
    const rows = [100, 101, 102, 103, 104, 105].map((price) => [price, price, price, price] as const);
    const { backtest, live } = await bothWays(() => new Late(), [barsOf(STOCK, rows)], { market: "24/7" });
    // Every minute once, but 15:01 to 15:03 together at 15:03, at the open of that very bar.
    expect(backtest.fills.map(({ time, price }) => [clock(time), price])).toEqual([
      ["02T15:00", 100],
      ["02T15:03", 103],
      ["02T15:04", 104],
      ["02T15:05", 105],
    ]);
    expect(logOf(live)).toBe(logOf(backtest));
  });
});

describe("a fill hook that sleeps while the exits of that fill could fill at once", () => {
  it.each(["touch", "through"] as const)("leaves them the open that betters them, under %s", async (limitFill) => {
    class Jumped extends Strategy {
      override onTradingIteration() {
        if (!this.firstIteration) return;
        const exits = { orderClass: "bracket", takeProfitPrice: 105, stopLossPrice: 95 } as const;
        this.submitOrder(this.createOrder(STOCK, 1, "buy", { ...exits, stopPrice: 101 }));
      }
      override async onFilledOrder() {
        await this.sleep(60);
      }
    }
    // A stop at 101 with a profit at 105: the open at 110 jumps over both, and 105 was never a price of that bar.
    const asset = new Asset({ symbol: "ACME", tickSize: 0.25 });
    const data = [barsOf(asset, [...flat(100, 2), [110, 112, 109, 111], ...flat(111, 3)])];
    const result = await new Jumped().backtest(InMemoryBacktesting, T0, T0 + 6 * MINUTE, {
      ...{ data, market: "24/7", limitFill },
    });
    expect(result.fills.map(({ side, price }) => [side, price])).toEqual([
      ["buy", 110],
      ["sell", 110],
    ]);
  });
});

describe("for any sleeps in any hooks", () => {
  /** Sleeps so many minutes at the n-th call of any of its hooks, over and over, and trades in between. */
  class Dozer extends Strategy {
    readonly problems: string[] = [];
    readonly #sleeps: readonly number[];
    #calls = 0;
    #latest = 0;
    constructor(sleeps: readonly number[]) {
      super();
      this.#sleeps = sleeps;
    }
    override initialize() {
      this.sleeptime = "15m";
      this.schedule("5 * * * *", () => this.#doze("scheduled"));
    }
    override onTradingIteration() {
      const session = calendarFor("NYSE").sessionAt(this.getTimestamp());
      if (session === undefined) this.problems.push(`iteration at ${clock(this.getTimestamp())}`);
      return this.#doze("iteration");
    }
    override onFilledOrder() {
      return this.#doze("fill");
    }
    override beforeMarketCloses() {
      return this.#doze("close");
    }
    override afterMarketCloses() {
      return this.#doze("closed");
    }
    async #doze(where: string) {
      this.#look(where);
      const call = this.#calls++;
      const asset = call % 3 === 0 ? COIN : STOCK;
      // What the strategy saw is in the log of its orders.
      const tag = `${await this.getLastPrice(asset)}`;
      if (call < 60) this.submitOrder(this.createOrder(asset, 1, call % 2 === 0 ? "buy" : "sell", { tag }));
      const minutes = this.#sleeps[call % this.#sleeps.length] ?? 0;
      if (minutes > 0) await this.sleep(minutes * 60);
      this.#look(`${where} woke`);
    }
    #look(where: string) {
      const now = this.getTimestamp();
      if (now < this.#latest) this.problems.push(`${where} at ${clock(now)} after ${clock(this.#latest)}`);
      this.#latest = Math.max(this.#latest, now);
    }
  }

  it("time never goes back, no iteration is outside a session, and a replay does the same", () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 200 }), { minLength: 1, maxLength: 12 }),
        fc.nat(),
        async (sleeps, seed) => {
          // Tuesday from 14:00 in New York to Wednesday: shares by day, coins by night as well.
          const opens = Date.UTC(2024, 0, 2, 19);
          const step = { step: "15m", milliseconds: 15 * MINUTE, seed };
          const stock = walkOf(STOCK, opens, 16, step);
          stock.time.set(stock.time.map((time, row) => (row < 8 ? time : time + 17.5 * HOUR)));
          const data = [stock, walkOf(COIN, opens, 100, { ...step, missing: 2 })];
          const strategies: Dozer[] = [];
          const make = () => {
            const strategy = new Dozer(sleeps);
            strategies.push(strategy);
            return strategy;
          };
          const { backtest, live } = await bothWays(make, data, { market: "NYSE" });
          expect(strategies.flatMap(({ problems }) => problems)).toEqual([]);
          expect(firstDifference(logOf(live), logOf(backtest))).toBeUndefined();
        },
      ),
      { numRuns: 60 },
    ));
});
