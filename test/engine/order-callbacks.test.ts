import { type BacktestOptions, InMemoryBacktesting, type Order, type Position, Strategy } from "backlit";
import { describe, expect, it } from "vitest";
import { barsOf, ES, flat, MINUTE, type Row, T0 } from "./support.ts";

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
