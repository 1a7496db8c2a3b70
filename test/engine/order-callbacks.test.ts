import {
  type BacktestOptions,
  InMemoryBacktesting,
  type Order,
  type OrderOptions,
  type Position,
  Strategy,
  TradingFee,
} from "backlit";
import { describe, expect, it } from "vitest";
import { barsOf, ES, flat, MINUTE, type Row, STOCK, T0 } from "./support.ts";

/** Runs a strategy over minutes of ES from 15:00 UTC on. */
const backtest = (strategy: Strategy, rows: readonly Row[], options: BacktestOptions = {}) =>
  strategy.backtest(InMemoryBacktesting, T0, T0 + rows.length * MINUTE, {
    data: [barsOf(ES, rows)],
    market: "24/7",
    ...options,
  });

/** Lets everything that waits for nothing but its turn go first. */
const aMoment = () => new Promise<void>((resolve) => void setImmediate(resolve));

describe("the hooks of fills", () => {
  it("are told of parts though no hook is there for the whole", async () => {
    class Parts extends Strategy {
      readonly told: number[] = [];
      override onTradingIteration() {
        if (this.firstIteration) this.submitOrder(this.createOrder(ES, 3, "buy"));
      }
      override onPartiallyFilledOrder(_: Position, __: Order, ___: number, quantity: number) {
        this.told.push(quantity);
      }
    }
    // A tenth of 20 contracts at either open: two, then the last one.
    const rows: Row[] = [
      [100, 100, 100, 100, 20],
      [100, 100, 100, 100, 20],
      [100, 100, 100, 100, 20],
    ];
    const strategy = new Parts();
    await backtest(strategy, rows, { volumeShare: 0.1 });
    expect(strategy.told).toEqual([2]);
  });

  it("are told at the open itself, though an order after it there does not fill", async () => {
    class Answer extends Strategy {
      override onTradingIteration() {
        if (!this.firstIteration) return;
        this.submitOrder(this.createOrder(ES, 1, "buy"));
        this.submitOrder(this.createOrder(ES, 1, "sell", { trailPrice: 50 }));
      }
      override onFilledOrder(_: Position, order: Order) {
        if (order.id === "1") this.submitOrder(this.createOrder(ES, 2, "buy"));
      }
    }
    const rows: Row[] = [
      [100, 100, 100, 100],
      [101, 101, 101, 101],
      [102, 102, 102, 102],
    ];
    const { fills } = await backtest(new Answer(), rows);
    const [first, second] = fills;
    expect(fills).toHaveLength(2);
    expect(second).toMatchObject({ time: first?.time, price: first?.price, quantity: 2 });
  });

  it("that answer promises are told one after the other, what they lead to after them, all before the run goes on", async () => {
    class Slow extends Strategy {
      readonly heard: string[] = [];
      override onTradingIteration() {
        this.heard.push("iteration");
        if (!this.firstIteration) return;
        for (let i = 0; i < 3; i++) this.submitOrder(this.createOrder(ES, 1, "buy"));
      }
      override async onFilledOrder(_: Position, order: Order) {
        this.heard.push(`${order.id} begins`);
        await aMoment();
        if (order.id === "2") this.submitOrder(this.createOrder(ES, 1, "sell"));
        this.heard.push(`${order.id} ends`);
      }
    }
    const strategy = new Slow();
    const { fills } = await backtest(strategy, flat(100, 3));
    expect(strategy.heard.filter((words) => words !== "iteration")).toEqual(
      ["1", "2", "3", "4"].flatMap((id) => [`${id} begins`, `${id} ends`]),
    );
    // The fourth fills at the open that filled the others, and is told there too.
    expect(new Set(fills.map(({ time }) => time)).size).toBe(1);
    const at = (words: string) => strategy.heard.indexOf(words);
    expect(strategy.heard.slice(at("1 begins"), at("4 ends") + 1)).toHaveLength(8);
  });
});

describe("an answer to an order that an open ended", () => {
  class Answers extends Strategy {
    readonly #send: (strategy: Answers) => void;
    constructor(send: (strategy: Answers) => void) {
      super();
      this.#send = send;
    }
    override onTradingIteration() {
      if (this.firstIteration) this.#send(this);
    }
    buy(options: OrderOptions = {}) {
      return this.submitOrder(this.createOrder(ES, 1, "buy", options));
    }
    #answer(order: Order) {
      if (order.id === "1") this.buy();
    }
    override onCanceledOrder(order: Order) {
      this.#answer(order);
    }
    override onErrorOrder(order: Order) {
      this.#answer(order);
    }
  }
  const rows: Row[] = [99, 101, 102].map((price) => [price, price, price, price]);

  it.each([
    ["one that was to fill at once", { limitPrice: 90, timeInForce: "ioc" }],
    // No price is known before the first open: nothing tells that it would take the order.
    ["one that was to add liquidity", { limitPrice: 99.5, postOnly: true }],
  ] as const)("fills at that open: %s", async (_, options) => {
    const { fills } = await backtest(new Answers((s) => s.buy(options)), rows);
    expect(fills.map((fill) => [fill.time, fill.price])).toEqual([[T0, 99]]);
  });

  it("fills at that open: one that a leg of a combination led to", async () => {
    class Legs extends Strategy {
      override onTradingIteration() {
        const legs = [{ asset: ES, quantity: 1, side: "buy" }] as const;
        if (this.firstIteration)
          this.submitOrder(this.createMultilegOrder([...legs, { asset: STOCK, quantity: 2, side: "buy" }]));
      }
      override onFilledOrder(_: Position, order: Order) {
        if (order.asset.isFuture && order.parentId !== undefined) this.submitOrder(this.createOrder(ES, 1, "sell"));
      }
    }
    const perUnit = [new TradingFee({ perContract: 2, perShare: 0.5 })];
    const { fills, orders } = await new Legs().backtest(InMemoryBacktesting, T0, T0 + 3 * MINUTE, {
      data: [barsOf(ES, rows), barsOf(STOCK, flat(50, 3))],
      market: "24/7",
      buyTradingFees: perUnit,
    });
    expect(fills.map(({ time, side, quantity }) => [time, side, quantity])).toEqual([
      [T0, "buy", 1],
      [T0, "buy", 2],
      [T0, "sell", 1],
    ]);
    // 2 for the contract and twice 0.5 for the shares.
    expect(orders[0]).toMatchObject({ status: "filled", fees: 3 });
  });
});
