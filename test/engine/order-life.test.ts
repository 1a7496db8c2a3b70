/** The one table of an order's states, and random commands against it. */
import { readFileSync } from "node:fs";
import {
  Asset,
  InMemoryBacktesting,
  type Order,
  type OrderChanges,
  type OrderOptions,
  type OrderStatus,
  Strategy,
} from "backlit";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { barsOf, ES, flat, MINUTE, once, type Row, run, type Scripted, STOCK, T0 } from "./support.ts";

/** Another asset, whose minutes keep the clock going. */
const MINUTES = Asset.stock("CLOCK");

/** Which status may follow which; the table of docs/life-of-an-order.md. */
const NEXT: Record<OrderStatus, readonly OrderStatus[]> = {
  unsubmitted: ["submitted", "open", "rejected", "canceled"],
  submitted: ["open", "partially_filled", "filled", "canceled", "expired", "rejected"],
  open: ["partially_filled", "filled", "canceled", "expired", "rejected"],
  partially_filled: ["partially_filled", "filled", "canceled", "expired", "rejected"],
  filled: [],
  canceled: [],
  expired: [],
  rejected: [],
};

type Command =
  | {
      readonly do: "send";
      readonly side: "buy" | "sell";
      readonly quantity: number;
      readonly kind: number;
      readonly away: number;
      readonly inForce: number;
    }
  | { readonly do: "cancel" | "submit again"; readonly which: number }
  | { readonly do: "modify"; readonly which: number; readonly name: number; readonly value: number }
  | { readonly do: "wait" };

const command: fc.Arbitrary<Command> = fc.oneof(
  fc.record({
    do: fc.constant("send" as const),
    side: fc.constantFrom("buy" as const, "sell" as const),
    quantity: fc.constantFrom(1, 2, 7, 25, 0, -1, 1.5, Number.NaN),
    kind: fc.nat(13),
    away: fc.integer({ min: -6, max: 6 }),
    inForce: fc.nat(6),
  }),
  fc.record({ do: fc.constantFrom("cancel" as const, "submit again" as const), which: fc.nat(30) }),
  fc.record({
    do: fc.constant("modify" as const),
    which: fc.nat(30),
    name: fc.nat(6),
    value: fc.constantFrom(95, 99.9, 105, 2, 40, 0, Number.NaN),
  }),
  fc.constant({ do: "wait" as const }),
);
const commands = fc.array(fc.array(command, { maxLength: 4 }), { minLength: 5, maxLength: 30 });
const moves = fc.array(fc.tuple(fc.integer({ min: -8, max: 8 }), fc.nat(6), fc.nat(6), fc.constantFrom(0, 30, 100)), {
  minLength: 30,
  maxLength: 30,
});

const CHANGES = [
  "quantity",
  "limitPrice",
  "stopPrice",
  "touchPrice",
  "trailPrice",
  "trailPercent",
  "limitOffset",
] as const;
const IN_FORCE = ["gtc", "day", "ioc", "fok", "opg", "cls", "gtd"] as const;

/** The options of one of fourteen ways to send an order, some distance from 100. */
function optionsOf(kind: number, away: number, inForce: number): OrderOptions {
  const price = 100 + away / 2;
  const exits = { takeProfitPrice: price + 2, stopLossPrice: price - 2 };
  const kinds: OrderOptions[] = [
    {},
    { limitPrice: price },
    { stopPrice: price },
    { stopPrice: price, limitPrice: price + 0.5 },
    { touchPrice: price },
    { touchPrice: price, limitPrice: price - 0.5 },
    { trailPrice: 1 },
    { trailPercent: 0.01, limitOffset: 0.25 },
    { limitPrice: price, postOnly: true },
    { limitPrice: price, reduceOnly: true },
    { ...exits, orderClass: "bracket" },
    { ...exits, orderClass: "bracket", limitPrice: price },
    { ...exits, orderClass: "oco" },
    { takeProfitPrice: price + 2, orderClass: "oto", stopPrice: price },
  ];
  const timeInForce = IN_FORCE[inForce] ?? "gtc";
  return { ...kinds[kind], timeInForce, ...(timeInForce === "gtd" ? { goodTillDate: T0 + 20 * MINUTE } : {}) };
}

/** Watches every order's status at every hook and holds it against the table. */
class Watched extends Strategy {
  readonly sent: Order[] = [];
  readonly #last = new Map<Order, OrderStatus>();
  readonly #script: readonly (readonly Command[])[];
  #turn = 0;

  constructor(script: readonly (readonly Command[])[]) {
    super();
    this.#script = script;
  }

  override onTradingIteration() {
    for (const each of this.#script[this.#turn++] ?? []) {
      this.#obey(each);
      this.look();
    }
  }
  override onNewOrder() {
    this.look();
  }
  override onPartiallyFilledOrder() {
    this.look();
  }
  override onFilledOrder() {
    this.look();
  }
  override onCanceledOrder() {
    this.look();
  }
  override onErrorOrder() {
    this.look();
  }

  look(): void {
    for (const order of this.sent) {
      const before = this.#last.get(order) ?? "unsubmitted";
      if (order.status === before) continue;
      expect(reachable(before)).toContain(order.status);
      this.#last.set(order, order.status);
    }
  }

  #obey(each: Command): void {
    switch (each.do) {
      case "send": {
        const options = optionsOf(each.kind, each.away, each.inForce);
        try {
          const order = this.createOrder(ES, each.quantity, each.side, options);
          this.sent.push(order, ...order.children);
          this.submitOrder(order);
        } catch (error) {
          // Words that contradict each other are refused before there is an order.
          expect(error).toMatchObject({ code: "invalid_order" });
        }
        return;
      }
      case "wait":
        return;
      default: {
        const order = this.sent[each.which];
        if (order === undefined) return;
        if (each.do === "modify") this.modifyOrder(order, { [CHANGES[each.name] ?? "quantity"]: each.value });
        else if (each.do === "cancel") this.cancelOrder(order);
        else if (order.parentId === undefined) this.submitOrder(order);
      }
    }
  }
}

/** Between two looks several steps may have been taken. */
function reachable(status: OrderStatus): readonly OrderStatus[] {
  const found = new Set<OrderStatus>(NEXT[status]);
  for (const next of [...found]) for (const after of reachable1(next)) found.add(after);
  return [...found];
}
const reachable1 = (status: OrderStatus): readonly OrderStatus[] =>
  status === "partially_filled" ? NEXT.partially_filled : NEXT[status].flatMap((next) => [next, ...NEXT[next]]);

function rowsOf(steps: readonly (readonly [number, number, number, number])[]): Row[] {
  let price = 400;
  return steps.map(([move, up, down, volume]) => {
    const open = price;
    price += move;
    return [open / 4, (Math.max(open, price) + up) / 4, (Math.min(open, price) - down) / 4, price / 4, volume] as const;
  });
}

describe("an order's life", () => {
  it("is the table in docs/life-of-an-order.md", () => {
    const text = readFileSync(new URL("../../docs/life-of-an-order.md", import.meta.url), "utf8");
    for (const status of ["open", "partially_filled"] as const)
      expect(text).toContain(`| ${status} | ${NEXT[status].join(", ")} |`);
    expect(text).toContain("| filled, canceled, expired, rejected | nothing: final |");
  });

  it("keeps to the table, whatever is sent, changed and canceled", () =>
    fc.assert(
      fc.asyncProperty(commands, moves, async (script, steps) => {
        const strategy = new Watched(script);
        const result = await strategy.backtest(InMemoryBacktesting, T0, T0 + 30 * MINUTE, {
          data: [barsOf(ES, rowsOf(steps))],
          market: "24/7",
          budget: 10_000_000,
          volumeShare: 0.1,
          logLevel: "silent",
        });
        strategy.look();
        const filled = new Map<string, number>();
        for (const fill of result.fills) {
          expect(fill.quantity).toBeGreaterThan(0);
          filled.set(fill.orderId, (filled.get(fill.orderId) ?? 0) + fill.quantity);
        }
        for (const order of result.orders) {
          expect(order.filledQuantity).toBe(filled.get(order.id) ?? 0);
          if (order.status === "filled") expect(order.filledQuantity).toBe(order.quantity);
          if (order.status === "rejected") expect(order.refusal).toBeDefined();
          if (order.filledQuantity > 0) expect(order.filledQuantity).toBeLessThanOrEqual(order.quantity);
        }
        const isFinal = (order: Order) => NEXT[order.status].length === 0;
        // Every end that was no fill is told as an event; so is every refusal.
        const told = new Set(result.events.map(({ orderId }) => orderId));
        for (const order of result.orders.filter(isFinal))
          if (order.status !== "filled" && order.submittedAt !== undefined) expect(told).toContain(order.id);
      }),
      { numRuns: 300 },
    ));

  it("lets nothing be done to an order that has ended", async () => {
    const { strategy, result } = await run(barsOf(ES, flat(100, 4)), (s: Scripted) => {
      if (s.iteration === 0) s.send(ES, 1, "buy");
      const [order] = s.orderLog;
      if (s.iteration !== 1 || order === undefined) return;
      s.modifyOrder(order, { quantity: 5 });
      s.cancelOrder(order);
      s.submitOrder(order);
    });
    expect(strategy.refused).toEqual(["not_open", "already_submitted"]);
    expect(strategy.orderLog[0]?.status).toBe("filled");
    expect(result.fills).toHaveLength(1);
  });
});

describe("an order sent in answer to a fill for an asset that is not in the run yet", () => {
  /** Buys the one at its first iteration, and the other as that fills. */
  class Pair extends Strategy {
    override initialize() {
      this.sleeptime = "10m";
    }
    override onTradingIteration() {
      if (this.firstIteration) this.submitOrder(this.createOrder(STOCK, 1, "buy"));
    }
    override onFilledOrder(_position: unknown, { asset }: Order): Promise<void> | undefined {
      if (asset === STOCK) this.submitOrder(this.createOrder(MINUTES, 1, "buy"));
      return undefined;
    }
  }
  class SlowPair extends Pair {
    override async onFilledOrder(position: unknown, order: Order) {
      await Promise.resolve();
      await super.onFilledOrder(position, order);
    }
  }

  it.each([
    ["in a hook that gives no promise", Pair],
    ["in one that does", SlowPair],
  ])("is accepted at once, %s", async (_, Sender) => {
    const data = [barsOf(STOCK, flat(10, 12)), barsOf(MINUTES, flat(20, 12))];
    const options = { data, assets: [STOCK], market: "24/7" };
    const { fills } = await new Sender().backtest(InMemoryBacktesting, T0, T0 + 12 * MINUTE, options);
    // Both at the open of the first minute; the next iteration comes ten minutes later.
    expect(fills.map(({ asset, time }) => [asset, time - T0])).toEqual([
      [STOCK, 0],
      [MINUTES, 0],
    ]);
  });
});

describe("changes to an open order", () => {
  it("take a new price, quantity or distance", async () => {
    const rows: Row[] = [...flat(100, 3), [100, 100, 94, 95]];
    const { result } = await run(barsOf(ES, rows), (s: Scripted) => {
      if (s.iteration === 0) {
        s.send(ES, 1, "buy", { limitPrice: 90 });
        s.send(ES, 1, "sell", { trailPrice: 20 });
        s.send(ES, 1, "buy", { touchPrice: 80 });
      }
      if (s.iteration !== 1) return;
      const [limit, trail, touch] = s.orderLog as [Order, Order, Order];
      s.modifyOrder(limit, { limitPrice: 95, quantity: 4 });
      s.modifyOrder(trail, { trailPrice: 3 });
      s.modifyOrder(touch, { touchPrice: 96 });
    });
    expect(result.fills.map(({ side, quantity, price }) => [side, quantity, price])).toEqual([
      ["sell", 1, 97],
      ["buy", 1, 96],
      ["buy", 4, 95],
    ]);
  });

  it("are refused by name where the order has no such thing, or the value is none", async () => {
    const { strategy, result } = await run(barsOf(ES, flat(100, 4)), (s: Scripted) => {
      if (s.iteration === 0) s.send(ES, 2, "buy", { limitPrice: 90 });
      const [order] = s.orderLog;
      if (s.iteration !== 1 || order === undefined) return;
      s.modifyOrder(order, { stopPrice: 95 });
      s.modifyOrder(order, { limitPrice: Number.NaN });
      s.modifyOrder(order, { quantity: 1.5 });
      s.modifyOrder(order, { quantity: 0 });
    });
    expect(strategy.refused).toEqual(Array.from({ length: 4 }, () => "not_modifiable"));
    expect(result.orders[0]).toMatchObject({ limitPrice: 90, quantity: 2, status: "open" });
  });

  it.each([
    [{ stopPrice: 98 }, { stopPrice: 80 }],
    [{ stopPrice: 98, limitPrice: 97.5 }, { stopPrice: 80 }],
    [{ touchPrice: 101 }, { touchPrice: 120 }],
    [{ trailPrice: 2 }, { trailPrice: 20 }],
    [{ trailPrice: 2, limitOffset: 0.25 }, { limitOffset: 15 }],
  ])("are refused to the price that set an order off: %o", async (options, change) => {
    // A tenth of 30 lets three of six sell in the second bar; the rest was set off with them.
    const rows: Row[] = [
      [100, 100, 100, 100, 100],
      [100, 101, 95, 96, 30],
      [96, 97, 95, 96, 100],
      [96, 97, 95, 96, 100],
    ];
    const { strategy, result } = await run(
      barsOf(STOCK, rows),
      (s: Scripted) => {
        if (s.iteration === 0) s.send(STOCK, 6, "buy");
        if (s.iteration === 1) s.send(STOCK, 6, "sell", options);
        if (s.iteration === 2) s.modifyOrder(s.orderLog[1] as Order, change);
      },
      { volumeShare: 0.1 },
    );
    expect(strategy.refused).toEqual(["not_modifiable"]);
    expect(result.orders[1]).toMatchObject(options);
    expect(result.events.find(({ code }) => code === "modification_refused")?.message).toMatch(/set off already/);
  });

  it.each([
    [{ trailPercent: 0.1 }, { trailPercent: 2 }],
    [{ trailPercent: 0.1 }, { trailPercent: 0 }],
    [{ trailPercent: 0.1 }, { trailPrice: 3 }],
    [{ trailPrice: 3 }, { trailPrice: 0 }],
    [{ trailPrice: 3, limitOffset: 1 }, { limitOffset: -1 }],
    [{ limitPrice: 90 }, { filledQuantity: 1 }],
    [{ limitPrice: 90 }, { timeInForce: "day" }],
  ])("are refused where the order would be none: %o to %o", async (options, change) => {
    const { strategy, result } = await run(barsOf(ES, flat(100, 4)), (s: Scripted) => {
      if (s.iteration === 0) s.send(ES, 2, "buy", options);
      if (s.iteration === 1) s.modifyOrder(s.orderLog[0] as Order, change as OrderChanges);
    });
    expect(strategy.refused).toEqual(["not_modifiable"]);
    expect(result.orders[0]).toMatchObject({ ...options, filledQuantity: 0, timeInForce: "gtc" });
  });

  it("take an offset of nothing, and no size of an order that is sized by its target or was not handed in", async () => {
    const { strategy } = await run(barsOf(ES, flat(100, 4)), (s: Scripted) => {
      if (s.iteration === 0) s.send(ES, 2, "sell", { trailPrice: 3, limitOffset: 1 });
      if (s.iteration !== 1) return;
      s.modifyOrder(s.orderLog[0] as Order, { limitOffset: 0 });
      s.modifyOrder(s.orderTarget(ES, 5) as Order, { quantity: 3 });
      s.modifyOrder(s.createOrder(ES, 1, "buy"), { quantity: 3 });
    });
    expect(strategy.refused).toEqual(["not_modifiable", "not_open"]);
    expect(strategy.orderLog[0]).toMatchObject({ limitOffset: 0 });
  });

  it("of a size are made as long as it is more than has filled, and see the bars that follow", async () => {
    // Ten of 25 at the first open. 10 is no more than that, 11 is; its last one comes at the next open.
    const { strategy, result } = await run(
      barsOf(ES, flat(100, 4)),
      (s: Scripted) => {
        if (s.iteration === 0) s.send(ES, 25, "buy");
        if (s.iteration !== 1) return;
        s.modifyOrder(s.orderLog[0] as Order, { quantity: 10 });
        s.modifyOrder(s.orderLog[0] as Order, { quantity: 11 });
      },
      { volumeShare: 0.1, budget: 10_000_000 },
    );
    expect(strategy.refused).toEqual(["not_modifiable"]);
    expect(result.fills.map(({ time, quantity }) => [time - T0, quantity])).toEqual([
      [0, 10],
      [MINUTE, 1],
    ]);
    expect(result.orders[0]).toMatchObject({ status: "filled", quantity: 11 });
  });

  it("of the limit that is left after a stop was set off are made", async () => {
    const rows: Row[] = [...flat(100, 1), [100, 100, 96, 96], [96, 96, 96, 96], [96, 97, 96, 96]];
    const { result } = await run(barsOf(STOCK, rows), (s: Scripted) => {
      if (s.iteration === 0) s.send(STOCK, 1, "sell", { stopPrice: 98, limitPrice: 99 });
      if (s.iteration === 3) s.modifyOrder(s.orderLog[0] as Order, { limitPrice: 97 });
    });
    expect(result.fills.map(({ price }) => price)).toEqual([97]);
  });

  it("do not reach back into the bar in progress", async () => {
    // A five-minute bar whose low of 94 may lie before the change at its second minute: only the next bar counts for the new limit.
    const slow: Row[] = [
      [100, 101, 94, 100],
      [100, 101, 99, 100],
      [100, 101, 94.5, 100],
    ];
    const clock = barsOf(MINUTES, flat(50, 15));
    const { result } = await run([barsOf(ES, slow, "5m", T0, 5 * MINUTE), clock], (s: Scripted) => {
      if (s.iteration === 0) s.send(ES, 1, "buy", { limitPrice: 90 });
      if (s.iteration === 2) s.modifyOrder(s.orderLog[0] as Order, { limitPrice: 95 });
    });
    expect(result.fills).toMatchObject([{ time: T0 + 15 * MINUTE - 1, price: 95 }]);
  });

  it("that cancel an order whose bars are still to be fetched keep it from being sent", async () => {
    const { result, strategy } = await run(
      [barsOf(ES, flat(100, 4)), barsOf(MINUTES, flat(50, 4))],
      once((s: Scripted) => s.cancelOrder(s.send(MINUTES, 1, "buy"))),
      { assets: [ES] },
    );
    expect(result.fills).toEqual([]);
    expect(strategy.orderLog[0]?.status).toBe("canceled");
  });
});
