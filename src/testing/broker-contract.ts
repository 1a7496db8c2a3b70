/** What every broker has to keep, as checks that any test runner can run. */

import type { Asset } from "../market/asset.ts";
import { buildOrder } from "../market/build-order.ts";
import type { Order, OrderOptions, OrderSide } from "../market/order.ts";
import type { Broker, BrokerEvent, CommandOutcome } from "../market/ports.ts";
import { assert, assertEqual } from "./assertions.ts";
import type { ContractCheck } from "./data-source-contract.ts";

/** A broker under examination, with a market that the suite can move. */
export interface BrokerBench {
  readonly broker: Broker;
  /** Traded in whole units, its last price 100 at first, and 5 is a sound step of its price. The account can pay 10 units. */
  readonly asset: Asset;
  /** Lets the market trade at these prices, one after the other, and waits until everything that leads to was told. */
  trade(prices: readonly number[]): Promise<void>;
  close?(): Promise<void>;
}

export interface BrokerSubject {
  /** Makes a fresh broker with a fresh account each time. */
  create(): BrokerBench | Promise<BrokerBench>;
}

const FINAL = ["canceled", "expired"];

/** A bench with the suite's own hands: it sends orders and writes down what is told. */
class Trial {
  readonly events: BrokerEvent[] = [];
  readonly bench: BrokerBench;
  readonly #unsubscribe: () => void;
  #lastId = 0;

  constructor(bench: BrokerBench) {
    this.bench = bench;
    this.#unsubscribe = bench.broker.subscribe((event) => this.events.push(event));
  }

  stopListening(): void {
    this.#unsubscribe();
  }

  order(side: OrderSide, quantity: number, options: OrderOptions = {}): Order {
    return buildOrder(() => String(++this.#lastId), 0, { asset: this.bench.asset, side, quantity, options });
  }

  async send(order: Order): Promise<CommandOutcome> {
    const outcome = await this.bench.broker.submit(order);
    // Whoever answers at once may still tell a little later.
    await this.bench.trade([]);
    return outcome;
  }

  of(order: Order): readonly BrokerEvent[] {
    return this.events.filter((event) => event.order === order);
  }

  kinds(order: Order): readonly string[] {
    return this.of(order).map((event) => event.kind);
  }

  filled(order: Order): number {
    return this.of(order).reduce((sum, event) => sum + (event.kind === "filled" ? event.fill.quantity : 0), 0);
  }
}

/**
 * The checks every `Broker` must pass. Run each as a test of its own:
 * ```ts
 * for (const { name, check } of brokerContract(subject)) it(name, check);
 * ```
 */
export function brokerContract(subject: BrokerSubject): readonly ContractCheck[] {
  const check = (name: string, run: (trial: Trial) => Promise<void>): ContractCheck => ({
    name,
    check: async () => {
      const bench = await subject.create();
      try {
        await run(new Trial(bench));
      } finally {
        await bench.close?.();
      }
    },
  });
  return [
    check("has a name, and takes market and limit orders good till canceled", async ({ bench: { broker } }) => {
      assert(broker.name.trim() !== "", "name is empty");
      assert(broker.capabilities.orderKinds.includes("market"), "takes no market orders");
      assert(broker.capabilities.orderKinds.includes("limit"), "takes no limit orders");
      assert(broker.capabilities.timesInForce.includes("gtc"), "takes no orders good till canceled");
    }),
    check("answers each command with an outcome it knows", async (trial) => {
      const { broker } = trial.bench;
      const order = trial.order("buy", 1, { limitPrice: 50 });
      const outcomes = [
        await broker.submit(order),
        await broker.cancel(order, "1.1"),
        await broker.cancel(order, "1.2"),
      ];
      for (const { status } of outcomes)
        assert(["accepted", "refused", "denied", "unresolved"].includes(status), `outcome was '${status}'`);
    }),
    check("tells that an order was accepted before anything else of it", async (trial) => {
      const order = trial.order("buy", 2);
      await trial.send(order);
      await trial.bench.trade([100, 100]);
      assertEqual(trial.kinds(order)[0], "accepted", "first event");
      assertEqual(trial.kinds(order).filter((kind) => kind === "accepted").length, 1, "times accepted");
    }),
    check("fills a market order in full, once, at the price the market trades at", async (trial) => {
      const order = trial.order("buy", 4);
      await trial.send(order);
      await trial.bench.trade([105, 105, 105]);
      const fills = trial.of(order).filter((event) => event.kind === "filled");
      assertEqual(trial.filled(order), 4, "units filled");
      for (const [place, { fill, complete }] of fills.entries()) {
        assertEqual(complete, place === fills.length - 1, `complete of fill ${place}`);
        assert(fill.quantity > 0 && fill.fee >= 0, `quantity ${fill.quantity} and fee ${fill.fee} of fill ${place}`);
        assert(fill.price >= 100 && fill.price <= 105, `price ${fill.price} of fill ${place}`);
        assertEqual(fill.side, "buy", `side of fill ${place}`);
        assertEqual(fill.orderId, order.id, `order of fill ${place}`);
      }
    }),
    check("lets a limit order rest until the market trades there, and fills it there or better", async (trial) => {
      const order = trial.order("buy", 2, { limitPrice: 90 });
      await trial.send(order);
      await trial.bench.trade([100, 95]);
      assertEqual(trial.filled(order), 0, "units filled above the limit");
      await trial.bench.trade([95, 85, 85]);
      assertEqual(trial.filled(order), 2, "units filled at the limit");
      for (const event of trial.of(order))
        if (event.kind === "filled") assert(event.fill.price <= 90, `filled at ${event.fill.price}`);
    }),
    check("cancels an order once, and nothing is told of it afterwards", async (trial) => {
      const order = trial.order("buy", 2, { limitPrice: 90 });
      await trial.send(order);
      await trial.bench.broker.cancel(order, "1.1");
      await trial.bench.trade([]);
      assertEqual(trial.kinds(order).at(-1), "canceled", "last event");
      await trial.bench.trade([100, 80, 80]);
      assertEqual(trial.kinds(order).filter((kind) => FINAL.includes(kind)).length, 1, "ends");
      assertEqual(trial.filled(order), 0, "units filled after the cancel");
    }),
    check("refuses to cancel what has ended", async (trial) => {
      const order = trial.order("buy", 1);
      await trial.send(order);
      await trial.bench.trade([100, 100]);
      const before = trial.kinds(order).filter((kind) => kind !== "refused").length;
      const outcome = await trial.bench.broker.cancel(order, "1.1");
      await trial.bench.trade([100]);
      assert(outcome.status === "refused" || outcome.status === "denied", `outcome was '${outcome.status}'`);
      assertEqual(trial.kinds(order).filter((kind) => kind !== "refused").length, before, "events");
    }),
    check("changes the price of an open order, where it says that it can", async (trial) => {
      const { broker } = trial.bench;
      if (!broker.capabilities.modify) return;
      const order = trial.order("buy", 2, { limitPrice: 50 });
      await trial.send(order);
      await broker.modify(order, { limitPrice: 90 }, "1.1");
      await trial.bench.trade([]);
      assert(trial.kinds(order).includes("modified"), "no 'modified' was told");
      await trial.bench.trade([95, 85, 85]);
      assertEqual(trial.filled(order), 2, "units filled at the new limit");
    }),
    check("names the change that it made, and the one that it refused", async (trial) => {
      const { broker } = trial.bench;
      if (!broker.capabilities.modify) return;
      const order = trial.order("buy", 2, { limitPrice: 50 });
      await trial.send(order);
      await broker.modify(order, { limitPrice: 55 }, "1.1");
      await broker.modify(order, { limitPrice: 60 }, "1.2");
      await trial.bench.trade([]);
      const made = trial.of(order).flatMap((event) => (event.kind === "modified" ? [event.command] : []));
      assertEqual(made.join(), "1.1,1.2", "commands of the changes that were told");
      await broker.cancel(order, "1.3");
      await trial.bench.trade([]);
      await broker.modify(order, { limitPrice: 65 }, "1.4");
      await trial.bench.trade([]);
      for (const event of trial.of(order))
        if (event.kind === "refused") assertEqual(event.command, "1.4", "command of the change that was refused");
    }),
    check("refuses what it has no market for, and tells it once", async (trial) => {
      const unknown = { ...trial.order("buy", 1), quantity: Number.NaN } as Order;
      const outcome = await trial.send(unknown);
      assert(outcome.status === "refused" || outcome.status === "denied", `outcome was '${outcome.status}'`);
      const told = trial.events.filter((event) => event.order === unknown);
      assertEqual(told.length, outcome.status === "refused" ? 1 : 0, "events of an unsound order");
      assert(
        told.every((event) => event.kind === "refused"),
        "an unsound order was told of as something else",
      );
    }),
    check("tells things in order of time", async (trial) => {
      const orders = [trial.order("buy", 1), trial.order("buy", 1, { limitPrice: 95 }), trial.order("sell", 1)];
      for (const order of orders) await trial.send(order);
      await trial.bench.trade([100, 90, 90]);
      for (const [place, { time }] of trial.events.entries()) {
        const before = trial.events[place - 1]?.time ?? Number.NEGATIVE_INFINITY;
        assert(Number.isFinite(time) && time >= before, `event ${place} is of ${time}, the one before of ${before}`);
      }
    }),
    check("tells nothing to who has left", async (trial) => {
      trial.stopListening();
      await trial.send(trial.order("buy", 1));
      await trial.bench.trade([100, 100]);
      assertEqual(trial.events.length, 0, "events after leaving");
    }),
  ];
}
