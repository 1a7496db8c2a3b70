import {
  Asset,
  type BrokerEvent,
  type CommandOutcome,
  InMemoryBacktesting,
  type Order,
  type OrderRefusal,
  Strategy,
} from "backlit";
import { type BrokerSubject, brokerContract } from "backlit/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ES, MINUTE, T0 } from "../../engine/support.ts";
import { spanOf, walkOf } from "../../live/support.ts";
import { LoopbackBroker } from "./loopback.ts";
import { paperBench } from "./paper.ts";

function suite(name: string, subject: BrokerSubject): void {
  describe(name, () => {
    for (const { name: title, check } of brokerContract(subject)) it(title, check);
  });
}

function loopbackBench() {
  const broker = new LoopbackBroker();
  const asset = Asset.stock("ACME");
  let end = 0;
  return {
    broker,
    asset,
    trade: async (prices: readonly number[]) => {
      for (const price of prices) {
        end += MINUTE;
        broker.onBar({ asset, open: price, low: price, high: price, end });
      }
      await broker.told();
    },
  };
}

suite("the paper broker keeps the contract of brokers: it", { create: paperBench });
suite("a broker that answers and tells later keeps it as well: it", { create: loopbackBench });

describe("the contract of brokers", () => {
  it.each([
    ["fills twice", (event: BrokerEvent) => (event.kind === "filled" ? [event, event] : [event])],
    ["forgets to accept", (event: BrokerEvent) => (event.kind === "accepted" ? [] : [event])],
    [
      "does not say which change it made",
      ({ ...event }: BrokerEvent) => [{ ...event, command: undefined } as unknown as BrokerEvent],
    ],
    [
      "names another command than the one it refused",
      (event: BrokerEvent) => (event.kind === "refused" ? [{ ...event, command: "1.1" }] : [event]),
    ],
    ["loses a cancel", (event: BrokerEvent) => (event.kind === "canceled" ? [] : [event])],
  ])("finds a broker that %s", async (_, bend) => {
    const failures: Error[] = [];
    const create = () => {
      const bench = loopbackBench();
      const { subscribe } = bench.broker;
      bench.broker.subscribe = (listener) => subscribe.call(bench.broker, (event) => bend(event).forEach(listener));
      return bench;
    };
    for (const { check } of brokerContract({ create })) await check().catch((error: Error) => failures.push(error));
    expect(failures).not.toEqual([]);
  });
});

/** Sends, changes and cancels as it is drawn; writes down what it is told of each order. */
class Gambler extends Strategy {
  readonly told = new Map<Order, string[]>();
  readonly #seed: number;
  #draws = 0;
  constructor(seed: number) {
    super();
    this.#seed = seed;
  }
  #draw(below: number): number {
    this.#draws = Math.imul(this.#draws ^ this.#seed, 2_246_822_519) + 374_761_393;
    return (this.#draws >>> 8) % below;
  }
  #note(order: Order, what: string) {
    this.told.set(order, [...(this.told.get(order) ?? []), what]);
  }
  override async onTradingIteration() {
    const price = (await this.getLastPrice(ES)) ?? 100;
    const side = this.#draw(2) === 0 ? "buy" : "sell";
    const order = this.createOrder(
      ES,
      1 + this.#draw(4),
      side,
      this.#draw(2) === 0 ? {} : { limitPrice: price - 1 + this.#draw(3) },
    );
    this.submitOrder(order);
    const open = this.getOrders();
    const other = open[this.#draw(open.length)];
    if (other !== undefined && this.#draw(3) === 0) this.cancelOrder(other);
    else if (other?.kind === "limit" && this.#draw(2) === 0) this.modifyOrder(other, { limitPrice: price });
    if (this.#draw(5) === 0) await this.sleep(90);
  }
  override onNewOrder(order: Order) {
    this.#note(order, "accepted");
  }
  override async onPartiallyFilledOrder(_position: unknown, order: Order) {
    this.#note(order, "partly filled");
    await Promise.resolve();
  }
  override onFilledOrder(_position: unknown, order: Order) {
    this.#note(order, "filled");
  }
  override onCanceledOrder(order: Order) {
    this.#note(order, "canceled");
  }
  override onErrorOrder(order: Order, error: OrderRefusal) {
    this.#note(order, `refused ${error.code}`);
  }
}

const bars = walkOf(ES, T0, 40);
const replay = {
  source: InMemoryBacktesting,
  market: "24/7",
  data: [bars],
  ...spanOf([bars]),
  logLevel: "silent",
} as const;

describe("a broker that answers and tells later, in a run", () => {
  it("has its orders, fills and money in order, whatever is sent when", () =>
    fc.assert(
      fc.asyncProperty(fc.nat(), async (seed) => {
        const strategy = new Gambler(seed);
        // A minute of the market is a millisecond of the wall: answers come bars after the question.
        const result = await strategy.run({
          ...replay,
          broker: new LoopbackBroker(),
          speed: 60_000,
          grace: 1_000,
          budget: 1_000_000,
        });
        expect(result.status).toBe("complete");
        for (const order of result.orders) {
          const fills = result.fills.filter((fill) => fill.orderId === order.id);
          const filled = fills.reduce((sum, fill) => sum + fill.quantity, 0);
          expect(order.filledQuantity).toBe(filled);
          expect(order.fees).toBe(filled);
          if (order.status === "filled") expect(filled).toBe(order.quantity);
          const [first = "accepted", ...rest] = (strategy.told.get(order) ?? []).filter(
            (what) => !what.startsWith("refused"),
          );
          expect(first).toBe("accepted");
          expect(rest.slice(0, -1).every((what) => what === "partly filled")).toBe(true);
        }
        const held = result.fills.reduce((sum, fill) => sum + (fill.side === "buy" ? 1 : -1) * fill.quantity, 0);
        const open = result.trades
          .filter((trade) => trade.open)
          .reduce((sum, trade) => sum + (trade.direction === "long" ? 1 : -1) * trade.quantity, 0);
        expect(Math.sign(held)).toBe(Math.sign(open));
        expect(result.events.filter(({ code }) => code === "broker_out_of_order")).toEqual([]);
      }),
      { numRuns: 12 },
    ));

  it("whose answer is lost leaves the order unresolved, said so, until the stream tells what became of it", async () => {
    class Once extends Strategy {
      readonly orders: Order[] = [];
      readonly seen: string[] = [];
      override onTradingIteration() {
        for (const order of this.orders) this.seen.push(order.status);
        if (this.orders.length < 4) this.orders.push(this.submitOrder(this.createOrder(ES, 2, "buy")));
        if (this.orders.length === 1) this.submitOrder(this.orders[0] as Order);
      }
    }
    const strategy = new Once();
    const result = await strategy.run({
      ...replay,
      broker: new LoopbackBroker({ losesAnswers: true }),
      speed: 20_000,
      grace: 1_000,
    });
    const unresolved = result.events.filter(({ code }) => code === "order_unresolved");
    expect(unresolved.length).toBeGreaterThan(0);
    expect(unresolved[0]?.message).toContain("connection lost");
    expect(strategy.orders.map((order) => order.status)).toEqual(["filled", "filled", "filled", "filled"]);
    // Handed in a second time it was stopped here.
    expect(result.events.map(({ reason }) => reason)).toContain("already_submitted");
    expect(strategy.seen).toContain("submitted");
  });

  it("has every change written that it has made, though others were on their way", async () => {
    class Changing extends Strategy {
      order: Order | undefined;
      override onTradingIteration() {
        this.order ??= this.submitOrder(this.createOrder(ES, 1, "buy", { limitPrice: 1 }));
        const { order } = this;
        if (order.status !== "open" || order.kind !== "limit" || order.limitPrice !== 1) return;
        this.modifyOrder(order, { limitPrice: 2 });
        this.modifyOrder(order, { quantity: 3 });
      }
    }
    const changing = new Changing();
    await changing.run({ ...replay, broker: new LoopbackBroker(), speed: 20_000, grace: 1_000 });
    expect(changing.order).toMatchObject({ limitPrice: 2, quantity: 3, status: "open" });
  });

  it("says which of two changes it refused, though it tells of the one it made first", async () => {
    class Choosy extends LoopbackBroker {
      readonly commands: string[] = [];
      #listener: (event: BrokerEvent) => void = () => {};
      override subscribe(listener: (event: BrokerEvent) => void) {
        this.#listener = listener;
        return () => {};
      }
      override async submit(order: Order): Promise<CommandOutcome> {
        this.#listener({ kind: "accepted", time: T0, order });
        return { status: "accepted" };
      }
      override async modify(order: Order, _: unknown, command: string): Promise<CommandOutcome> {
        this.commands.push(command);
        const [refused = "", made = ""] = this.commands;
        if (made === "") return { status: "unresolved", message: "on its way" };
        this.#listener({ kind: "modified", time: T0, order, command: made });
        this.#listener({ kind: "refused", time: T0, order, command: refused, reason: "not_modifiable", message: "no" });
        return { status: "accepted" };
      }
      override onBar() {}
    }
    class Changing extends Strategy {
      readonly refusals: string[] = [];
      order: Order | undefined;
      override onTradingIteration() {
        this.order ??= this.submitOrder(this.createOrder(ES, 1, "buy", { limitPrice: 1 }));
        if (this.order.status !== "open" || broker.commands.length > 0) return;
        this.modifyOrder(this.order, { limitPrice: 2 });
        this.modifyOrder(this.order, { limitPrice: 3 });
      }
      override onErrorOrder(_order: Order, error: OrderRefusal) {
        this.refusals.push(error.code);
      }
    }
    const broker = new Choosy();
    const changing = new Changing();
    await changing.run({ ...replay, broker, speed: 20_000, grace: 1_000 });
    expect(changing.order).toMatchObject({ status: "open", limitPrice: 3 });
    expect(changing.refusals).toEqual(["not_modifiable"]);
    expect(new Set(broker.commands).size).toBe(2);
  });

  it("that never answers holds a run up no longer than it is told to, and the order is unresolved", async () => {
    class Silent extends LoopbackBroker {
      override submit(): Promise<CommandOutcome> {
        return new Promise(() => {});
      }
    }
    class Once extends Strategy {
      override onTradingIteration() {
        if (this.firstIteration) this.submitOrder(this.createOrder(ES, 2, "buy"));
      }
    }
    const result = await new Once().run({ ...replay, broker: new Silent(), answerTimeout: 50 });
    expect(result.status).toBe("complete");
    expect(result.orders[0]?.status).toBe("submitted");
    expect(result.events[0]).toMatchObject({ code: "order_unresolved", orderId: "1" });
    expect(result.events[0]?.message).toContain("loopback has not answered within 50 ms");
    for (const answerTimeout of [0, -1, Number.NaN, "1s" as never])
      await expect(new Once().run({ ...replay, broker: new Silent(), answerTimeout })).rejects.toMatchObject({
        code: "invalid_option",
      });
  });

  it("that answers after all is heard: an order it denies late is refused", async () => {
    class Late extends LoopbackBroker {
      override submit(): Promise<CommandOutcome> {
        return new Promise((resolve) =>
          setTimeout(() => resolve({ status: "denied", reason: "not_tradable", message: "not today" }), 60),
        );
      }
    }
    class Once extends Strategy {
      override onTradingIteration() {
        if (this.firstIteration) this.submitOrder(this.createOrder(ES, 2, "buy"));
      }
    }
    // 40 minutes at 10,000 times the speed are 240 ms.
    const late = { ...replay, broker: new Late(), speed: 10_000, grace: 1_000, answerTimeout: 15 };
    const result = await new Once().run(late);
    expect(result.events.map(({ code }) => code)).toEqual(["order_unresolved", "order_refused"]);
    expect(result.orders[0]).toMatchObject({ status: "rejected", refusal: "not_tradable" });
  });

  it("is not believed what cannot be: no second end, no change after it, no fill that is none", async () => {
    class Once extends Strategy {
      override onTradingIteration() {
        if (this.firstIteration) this.submitOrder(this.createOrder(ES, 2, "buy"));
      }
    }
    /** Fills 2 at 400, and bends each fill into what else is told. */
    const outcome = async (bend: (event: BrokerEvent & { readonly kind: "filled" }) => readonly BrokerEvent[]) => {
      const broker = new LoopbackBroker();
      const { subscribe } = broker;
      broker.subscribe = (listener) =>
        subscribe.call(broker, (event) => (event.kind === "filled" ? bend(event) : [event]).forEach(listener));
      const result = await new Once().run({ ...replay, broker, speed: 20_000, grace: 1_000 });
      const codes = result.events.map(({ code }) => code).filter((code) => code !== "order_unresolved");
      return { codes, fills: result.fills.length, order: result.orders[0], value: result.equity.value.at(-1) };
    };
    const late = await outcome(({ complete, ...event }) => {
      const { time, order } = event;
      const ends = (["canceled", "expired", "modified"] as const).map((kind) => ({ kind, time, order }));
      return [{ ...event, complete }, ...(complete ? ends : [])];
    });
    expect(late.codes).toEqual(["broker_out_of_order", "broker_out_of_order", "broker_out_of_order"]);
    expect(late.order).toMatchObject({ status: "filled", filledQuantity: 2 });
    for (const flaw of [{ quantity: Number.NaN }, { quantity: -1 }, { price: Number.NaN }, { fee: Number.NaN }]) {
      const none = await outcome((event) => [{ ...event, fill: { ...event.fill, ...flaw } }]);
      expect(none).toMatchObject({ fills: 0, value: 100_000, order: { status: "open", filledQuantity: 0 } });
      expect(none.codes).toEqual(["broker_out_of_order", "broker_out_of_order", "order_open_at_end"]);
    }
  });

  it("has the mean of its fills as the price of an order, which at one price is that price to the last digit", async () => {
    class Once extends Strategy {
      override onTradingIteration() {
        if (this.firstIteration) this.submitOrder(this.createOrder(ES, 3, "buy"));
      }
    }
    /** Two of three fill at the first price, one at the second. */
    const mean = async (prices: readonly [number, number]) => {
      const broker = new LoopbackBroker();
      const { subscribe } = broker;
      broker.subscribe = (listener) =>
        subscribe.call(broker, (event) => {
          const price = event.kind === "filled" && event.complete ? prices[1] : prices[0];
          listener(event.kind === "filled" ? { ...event, fill: { ...event.fill, price } } : event);
        });
      const result = await new Once().run({ ...replay, broker, speed: 20_000, grace: 1_000 });
      expect(result.fills.map(({ quantity }) => quantity)).toEqual([2, 1]);
      return result.orders[0]?.averageFillPrice;
    };
    // (2 x 400 + 403) / 3.
    expect(await mean([400, 403])).toBe(401);
    expect((400.1 * 2 + 400.1) / 3).not.toBe(400.1);
    expect(await mean([400.1, 400.1])).toBe(400.1);
  });

  it("hears nothing of an order that has ended and is canceled", async () => {
    class Late extends Strategy {
      readonly codes: string[] = [];
      override onTradingIteration() {
        if (this.firstIteration) this.submitOrder(this.createOrder(ES, 1, "buy"));
      }
      override onFilledOrder(_position: unknown, order: Order) {
        this.cancelOrder(order);
      }
      override onErrorOrder(_order: Order, error: OrderRefusal) {
        this.codes.push(error.code);
      }
    }
    const late = new Late();
    const result = await late.run({ ...replay, broker: new LoopbackBroker(), speed: 20_000, grace: 1_000 });
    expect(late.codes).toEqual([]);
    expect(result.events).toEqual([]);
    expect(result.orders[0]?.status).toBe("filled");
  });

  it("is not sent what it cannot do", async () => {
    class Asking extends Strategy {
      readonly codes: string[] = [];
      override onTradingIteration() {
        if (!this.firstIteration) return;
        this.submitOrder(this.createOrder(ES, 1, "buy", { stopPrice: 200 }));
        this.submitOrder(this.createOrder(ES, 1, "buy", { timeInForce: "day", limitPrice: 90 }));
        const bracket = this.createOrder(ES, 1, "buy", {
          orderClass: "bracket",
          takeProfitPrice: 200,
          stopLossPrice: 50,
        });
        for (const exit of bracket.children) this.submitOrder(exit);
        this.submitOrder(bracket);
      }
      override onErrorOrder(_order: Order, error: OrderRefusal) {
        this.codes.push(error.code);
      }
    }
    const asking = new Asking();
    const result = await asking.run({ ...replay, broker: new LoopbackBroker() });
    const [kind, time] = ["unsupported_order_kind", "unsupported_time_in_force"];
    // A bracket's exits by themselves, and all of it.
    expect(asking.codes).toEqual([kind, time, kind, kind, kind]);
    expect(result.events.map(({ message }) => message)).toEqual([
      expect.stringContaining("stop orders are not available here"),
      expect.stringContaining("'day' is not available here"),
      expect.stringContaining("it belongs to order 3"),
      expect.stringContaining("it belongs to order 3"),
      expect.stringContaining("takes no bracket orders"),
    ]);
    expect(new Set(result.orders.map((order) => order.status))).toEqual(new Set(["rejected"]));
  });
});
