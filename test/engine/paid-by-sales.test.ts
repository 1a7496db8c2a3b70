import { Asset, type BacktestOptions, backtestAll, InMemoryBacktesting, Strategy, TradingFee } from "backlit";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { barsOf, flat, MINUTE, type Row, run, type Scripted, STOCK, T0 } from "./support.ts";

const BETA = Asset.stock("BETA");
const GAMMA = Asset.stock("GAMMA");
const budget = 10_000;

/** Fills as asset, side, quantity, price; and the refusals, of a script over ACME and BETA, which both stay at 100 unless told otherwise. */
async function traded(
  script: (s: Scripted) => void,
  options: BacktestOptions & object = {},
  rows: readonly (readonly [Asset, readonly Row[]])[] = [
    [STOCK, flat(100, 4)],
    [BETA, flat(100, 4)],
  ],
) {
  const { result, strategy } = await run(
    rows.map(([asset, each]) => barsOf(asset, each)),
    script,
    { budget, ...options },
  );
  return {
    fills: result.fills.map(({ asset, side, quantity, price }) => [asset.symbol, side, quantity, price]),
    refused: strategy.refused,
    result,
  };
}

/** All of the account goes into ACME first; the script follows an instant later. */
const heldThen = (script: (s: Scripted) => void) => (s: Scripted) => {
  if (s.iteration === 0) s.send(STOCK, 100, "buy");
  if (s.iteration === 1) script(s);
};

const BOUGHT = ["ACME", "buy", 100, 100];
const EXCHANGED = [BOUGHT, ["ACME", "sell", 100, 100], ["BETA", "buy", 100, 100]];

describe("a purchase that a sale at the same open pays for", () => {
  it.each(["next-open", "this-close"] as const)(
    "fills after it, whichever of the two was sent first (%s)",
    async (fill) => {
      const saleFirst = await traded(
        heldThen((s) => {
          s.send(STOCK, 100, "sell");
          s.send(BETA, 100, "buy");
        }),
        { fill },
      );
      const purchaseFirst = await traded(
        heldThen((s) => {
          s.send(BETA, 100, "buy");
          s.send(STOCK, 100, "sell");
        }),
        { fill },
      );
      for (const { fills, refused } of [saleFirst, purchaseFirst]) {
        expect(refused).toEqual([]);
        expect(fills).toEqual(EXCHANGED);
      }
    },
  );

  it.each(["gtc", "ioc"] as const)(
    "fills at the same close, under this-close: the next open is too dear (%s)",
    async (timeInForce) => {
      const rows: readonly Row[] = [...flat(100, 1), ...flat(110, 3)];
      const { fills, refused } = await traded(
        heldThen((s) => {
          s.send(BETA, 100, "buy", { timeInForce });
          s.send(STOCK, 100, "sell");
        }),
        { fill: "this-close" },
        [
          [STOCK, rows],
          [BETA, rows],
        ],
      );
      expect(refused).toEqual([]);
      expect(fills).toEqual(EXCHANGED);
    },
  );

  it.each(["ioc", "fok"] as const)("is not over at that open before the sale has come: %s", async (timeInForce) => {
    const { fills, refused } = await traded(
      heldThen((s) => {
        s.send(BETA, 100, "buy", { timeInForce });
        s.send(STOCK, 100, "sell");
      }),
    );
    expect(refused).toEqual([]);
    expect(fills).toEqual(EXCHANGED);
  });

  it("is the same whichever asset the run has first", async () => {
    const script = heldThen((s) => {
      s.send(BETA, 100, "buy");
      s.send(STOCK, 100, "sell");
    });
    const { fills } = await traded(script, {}, [
      [BETA, flat(100, 4)],
      [STOCK, flat(100, 4)],
    ]);
    expect(fills).toEqual(EXCHANGED);
  });

  it("may be of the same asset: all is sold, and a part bought back", async () => {
    const { fills, refused } = await traded(
      heldThen((s) => {
        s.send(STOCK, 100, "sell");
        s.send(STOCK, 60, "buy");
      }),
    );
    expect(refused).toEqual([]);
    expect(fills).toEqual([BOUGHT, ["ACME", "sell", 100, 100], ["ACME", "buy", 60, 100]]);
  });

  it("may be a limit order, where the sale was sent before it", async () => {
    const { fills, refused } = await traded(
      heldThen((s) => {
        s.send(STOCK, 100, "sell");
        s.send(BETA, 100, "buy", { limitPrice: 100 });
      }),
    );
    expect(refused).toEqual([]);
    expect(fills).toEqual(EXCHANGED);
  });

  it("at the close may be sent with the sale at the open", async () => {
    const { fills, refused } = await traded(
      heldThen((s) => {
        s.send(STOCK, 100, "sell");
        s.send(BETA, 100, "buy", { timeInForce: "cls" });
      }),
      { market: "NYSE" },
      [
        [STOCK, flat(100, 400)],
        [BETA, flat(100, 400)],
      ],
    );
    expect(refused).toEqual([]);
    expect(fills).toEqual(EXCHANGED);
  });
});

describe("shares held overnight only, over daily bars", () => {
  it("are sold at the open and bought anew at the close of the same bar, both sent in one hook", async () => {
    // No price before the first close. Second day: 0.95 x 10,000 / 100 = 95 at the close. Third: sold at 102, +190; worth 10,000 at the last price
    // as it was asked, so 95 again. Fourth: sold at 102; 10,190 as it was asked, 0.95 x 10,190 / 100 = 96.8.
    const day: Row = [102, 103, 99, 100];
    const bars = barsOf(STOCK, [day, day, day, day], "1d", Date.UTC(2024, 0, 2), 86_400_000);
    const { result, strategy } = await run(
      bars,
      async (s) => {
        const held = s.getPosition(STOCK)?.quantity ?? 0;
        if (held > 0) s.send(STOCK, held, "sell", { timeInForce: "opg" });
        const price = await s.getLastPrice(STOCK);
        const quantity = Math.floor((s.portfolioValue * 0.95) / (price ?? Number.NaN));
        if (quantity > 0) s.send(STOCK, quantity, "buy", { timeInForce: "cls" });
      },
      { budget, market: "NYSE" },
    );
    expect(strategy.refused).toEqual([]);
    expect(result.fills.map(({ side, quantity, price }) => [side, quantity, price])).toEqual([
      ["buy", 95, 100],
      ["sell", 95, 102],
      ["buy", 95, 100],
      ["sell", 95, 102],
      ["buy", 96, 100],
    ]);
  });
});

describe("a purchase that no sale pays for", () => {
  it("is refused at the open when the sale brings less than it takes", async () => {
    // ACME opens at 90: 9,000 for 100 shares of BETA at 100.
    const { fills, refused, result } = await traded(
      heldThen((s) => {
        s.send(STOCK, 100, "sell");
        s.send(BETA, 100, "buy");
      }),
      {},
      [
        [STOCK, [...flat(100, 1), [90, 100, 90, 100], ...flat(90, 2)]],
        [BETA, flat(100, 4)],
      ],
    );
    expect(fills).toEqual([
      ["ACME", "buy", 100, 100],
      ["ACME", "sell", 100, 90],
    ]);
    expect(refused).toEqual(["insufficient_funds"]);
    expect(result.events.find(({ code }) => code === "order_refused")?.message).toContain(
      "At the fill price 100 it needs 10000.00 and 9000.00 is free",
    );
  });

  it("is refused at the open when nothing is sold there", async () => {
    const { fills, refused } = await traded(heldThen((s) => void s.send(BETA, 100, "buy")));
    expect(fills).toEqual([BOUGHT]);
    expect(refused).toEqual(["insufficient_funds"]);
  });

  it("is refused as it is sent when all the account is worth would not pay for it, or when it is for what the account is full of", async () => {
    const seen: (string | undefined)[] = [];
    const { fills } = await traded(
      heldThen((s) => {
        s.send(STOCK, 100, "sell");
        seen.push(s.send(BETA, 101, "buy").refusal);
        seen.push(s.send(BETA, 101, "buy", { limitPrice: 100 }).refusal);
      }),
    );
    expect(fills).toEqual(EXCHANGED.slice(0, 2));
    await traded(heldThen((s) => void seen.push(s.send(STOCK, 1, "buy").refusal)));
    expect(seen).toEqual(["insufficient_funds", "insufficient_funds", "insufficient_funds"]);
  });

  it("is refused as it is sent when it is a limit order, for which a position would first have to be sold", async () => {
    const seen: (string | undefined)[] = [];
    await traded(heldThen((s) => void seen.push(s.send(BETA, 1, "buy", { limitPrice: 100 }).refusal)));
    expect(seen).toEqual(["insufficient_funds"]);
  });
});

describe("target orders that together take more than the account has", () => {
  it("cut the last one to what is left, and say so", async () => {
    // Thirds of 10,000 with 30 a purchase. ACME: n x 100 <= (10,000 - 30) / 3, so 33; BETA: (9,970 - 30) / 3, 33 again; then 3,340 is left, of which
    // GAMMA at 10 would get (9,940 - 30) / 3 / 10 = 330, which with its fee takes 3,330: it fits, since whole units leave a little.
    const fees = [new TradingFee({ flat: 30 })];
    const thirds = (of: number) => (s: Scripted) => {
      if (s.iteration !== 0) return;
      for (const asset of [STOCK, BETA, GAMMA]) s.orderTargetPercent(asset, of);
    };
    const rows = [
      [STOCK, flat(100, 3)],
      [BETA, flat(100, 3)],
      [GAMMA, flat(10, 3)],
    ] as const;
    const fitting = await traded(thirds(1 / 3), { buyTradingFees: fees }, rows);
    expect(fitting.fills.map(([, , quantity]) => quantity)).toEqual([33, 33, 330]);
    // With 0.34 each: 33 and 33 again (0.34 x 9,970 = 3,389.8 and 0.34 x 9,940 = 3,379.6), then 0.34 x 9,910 = 3,369.4, 336 units, which with
    // the fee take 3,390. 3,340 is left: (3,340 - 30) / 10 = 331.
    const { fills, refused, result } = await traded(thirds(0.34), { buyTradingFees: fees }, rows);
    expect(refused).toEqual([]);
    expect(fills.map(([, , quantity]) => quantity)).toEqual([33, 33, 331]);
    expect(result.events.filter(({ code }) => code === "order_quantity_cut").map(({ message }) => message)).toEqual([
      "Order 3 for stock:GAMMA is cut from 336 to 331: it needs 3390.00 and 3340.00 is free (2024-01-02T15:00:00Z)",
    ]);
    expect(result.orders.at(-1)).toMatchObject({ status: "filled", quantity: 331, filledQuantity: 331 });
    expect(result.equity.cash.at(-1)).toBe(0);
  });

  it("wait for the sales of that open first, which lie below the prices they were sized by", async () => {
    // ACME, 100 shares, opens at 80: 8,000 for BETA and GAMMA. Both are sized before ACME is sold, but wait: then the account is worth 8,000.
    const { fills, result } = await traded(
      heldThen((s) => {
        s.orderTargetPercent(BETA, 0.5);
        s.orderTargetPercent(GAMMA, 0.5);
        s.orderTarget(STOCK, 0);
      }),
      {},
      [
        [STOCK, [...flat(100, 1), [80, 100, 80, 100], ...flat(80, 2)]],
        [BETA, flat(100, 4)],
        [GAMMA, flat(100, 4)],
      ],
    );
    expect(fills.slice(1)).toEqual([
      ["ACME", "sell", 100, 80],
      ["BETA", "buy", 40, 100],
      ["GAMMA", "buy", 40, 100],
    ]);
    expect(result.events).toEqual([]);
  });

  it("that turn a position round are cut to what the other side takes", async () => {
    // 100 long at 100; -1.5 asks for 150 short, that is 250 sold. A short sale takes its value again: with 10,000, 100 short at most, 200 sold.
    const { fills } = await traded(heldThen((s) => void s.orderTargetPercent(STOCK, -1.5)));
    expect(fills).toEqual([BOUGHT, ["ACME", "sell", 200, 100]]);
  });

  it("are refused when nothing at all can be paid", async () => {
    const { fills, refused } = await traded(heldThen((s) => void s.orderTarget(BETA, 10)));
    expect(fills).toEqual([BOUGHT]);
    expect(refused).toEqual(["insufficient_funds"]);
  });
});

describe("strategies that share an account", () => {
  it("pay each other's purchases by their sales at one open", async () => {
    const timed = (name: string, at: Readonly<Record<number, (s: Strategy) => unknown>>) => {
      class Timed extends Strategy {
        #iteration = -1;
        override onTradingIteration() {
          this.#iteration += 1;
          at[this.#iteration]?.(this);
        }
      }
      return new Timed({ name });
    };
    const sends = (asset: Asset, side: "buy" | "sell") => (s: Strategy) =>
      s.submitOrder(s.createOrder(asset, 100, side));
    // The one that sells comes later in the alphabet, and in the run.
    const seller = timed("Seller", { 0: sends(STOCK, "buy"), 2: sends(STOCK, "sell") });
    const buyer = timed("Buyer", { 2: sends(BETA, "buy") });
    const { results } = await backtestAll([seller, buyer], InMemoryBacktesting, T0, T0 + 5 * MINUTE, {
      data: [barsOf(STOCK, flat(100, 5)), barsOf(BETA, flat(100, 5))],
      market: "24/7",
      budget,
      account: "shared",
    });
    expect([...results.values()].flatMap(({ fills }) => fills.map(({ asset, side }) => `${side} ${asset}`))).toEqual([
      "buy stock:ACME",
      "sell stock:ACME",
      "buy stock:BETA",
    ]);
  });
});

describe("what is sold at market before an order that waits for a price", () => {
  /** What was sent of BETA after orders that sell ACME, of which the account holds 100: its status as it was sent, and the fills. */
  async function sentAfter(sell: (s: Scripted) => void, options: Parameters<Scripted["send"]>[3]) {
    const seen: string[] = [];
    const { fills } = await traded(
      heldThen((s) => {
        sell(s);
        seen.push(s.send(BETA, 100, "buy", options).status);
      }),
    );
    return { status: seen[0], fills };
  }
  const atLimit = { limitPrice: 100 };

  it("pays for it, all sales together", async () => {
    const { status, fills } = await sentAfter((s) => {
      s.send(STOCK, 50, "sell");
      s.send(STOCK, 50, "sell");
    }, atLimit);
    expect(status).toBe("open");
    expect(fills.slice(1)).toEqual([
      ["ACME", "sell", 50, 100],
      ["ACME", "sell", 50, 100],
      ["BETA", "buy", 100, 100],
    ]);
  });

  it("does not where the sale waits for a price itself, or for a close", async () => {
    for (const later of [{ limitPrice: 120 }, { stopPrice: 80 }, { timeInForce: "cls" }] as const)
      expect((await sentAfter((s) => void s.send(STOCK, 100, "sell", later), atLimit)).status).toBe("rejected");
  });

  it("pays for an order for the close, which nothing else does", async () => {
    const forClose = { timeInForce: "cls" } as const;
    expect((await sentAfter((s) => void s.send(STOCK, 100, "sell"), forClose)).status).toBe("open");
    expect((await sentAfter(() => {}, forClose)).status).toBe("rejected");
  });
});

describe("for any rotation between shares in a cash account", () => {
  const assets = [STOCK, BETA, GAMMA];
  const walk = fc.array(fc.integer({ min: -8, max: 8 }), { minLength: 8, maxLength: 30 });
  const barsOfWalk = (asset: Asset, moves: readonly number[]) => {
    let price = 100;
    const rows = moves.map((move): Row => {
      const open = price + (move % 3);
      price = Math.max(20, open + move);
      return [open, Math.max(open, price) + 1, Math.min(open, price) - 1, price, 500];
    });
    return barsOf(asset, rows);
  };
  /** Closes some, buys others, by orders and targets in one hook, in an order that is drawn as well. */
  const rotate = (draws: readonly number[]) => (s: Scripted) => {
    const draw = draws[s.iteration % draws.length] ?? 0;
    for (let place = 0; place < assets.length; place++) {
      const asset = assets[(place + draw) % assets.length] ?? STOCK;
      const what = (draw >> (3 * place)) % 8;
      if (what < 2) s.closePosition(asset);
      else if (what === 2) s.send(asset, 10 + (draw % 90), "buy");
      else if (what === 3) s.orderTargetPercent(asset, (draw % 5) / 4);
      else if (what === 4) s.send(asset, 30, "buy", { limitPrice: 101 });
    }
  };

  it("cash never falls below zero, and the order of the data decides nothing", () =>
    fc.assert(
      fc.asyncProperty(
        fc.tuple(walk, walk, walk),
        fc.array(fc.nat(511), { minLength: 3, maxLength: 12 }),
        fc.constantFrom("next-open" as const, "this-close" as const),
        fc.constantFrom(undefined, 0.1),
        async (walks, draws, fill, volumeShare) => {
          const data = assets.map((asset, place) => barsOfWalk(asset, walks[place] ?? []));
          const options = { budget, fill, ...(volumeShare === undefined ? {} : { volumeShare }) };
          const one = await run(data, rotate(draws), options);
          const other = await run([...data].reverse(), rotate(draws), options);
          const lines = ({ result }: typeof one) =>
            result.fills.map(
              ({ time, asset, side, quantity, price }) => `${time} ${asset} ${side} ${quantity} ${price}`,
            );
          expect(lines(other)).toEqual(lines(one));
          expect(Math.min(...one.result.equity.cash)).toBeGreaterThanOrEqual(-1e-6);
          for (const order of one.result.orders) if (order.status === "rejected") expect(order.refusal).toBeDefined();
        },
      ),
      { numRuns: 150 },
    ));
});
