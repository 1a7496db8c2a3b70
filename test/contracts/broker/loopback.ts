import type { Broker, BrokerEvent, CommandOutcome, Fill, Order, OrderChanges, StreamedBar } from "backlit";

/** An order as the venue keeps it; the order that was handed in is never written to. */
interface Held {
  readonly order: Order;
  limitPrice: number | undefined;
  left: number;
}

/** A venue inside the process that answers and tells later than it is asked, as one outside does: orders fill in two parts, at the bars it is shown. */
export class LoopbackBroker implements Broker {
  readonly name = "loopback";
  readonly capabilities = { orderKinds: ["market", "limit"], timesInForce: ["gtc"], modify: true } as const;
  readonly #book = new Map<Order, Held>();
  readonly #listeners = new Set<(event: BrokerEvent) => void>();
  readonly #losesAnswers: boolean;
  #time = 0;
  #draws = 1;
  #answers = 0;
  /** Everything that is still to be told, in order. */
  #line: Promise<void> = Promise.resolve();

  constructor({ losesAnswers = false } = {}) {
    this.#losesAnswers = losesAnswers;
  }

  subscribe(listener: (event: BrokerEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async submit(order: Order): Promise<CommandOutcome> {
    if (!(order.quantity > 0)) return this.#refuse(order, "the quantity is unsound");
    this.#book.set(order, {
      order,
      limitPrice: order.kind === "limit" ? order.limitPrice : undefined,
      left: order.quantity,
    });
    this.#tell({ kind: "accepted", time: this.#time, order });
    return this.#answer();
  }

  async modify(order: Order, changes: OrderChanges, command: string): Promise<CommandOutcome> {
    const held = this.#book.get(order);
    if (held === undefined) return this.#refuse(order, "it is not open", command);
    held.limitPrice = changes.limitPrice ?? held.limitPrice;
    this.#tell({ kind: "modified", time: this.#time, order, command });
    return this.#answer();
  }

  async cancel(order: Order, command: string): Promise<CommandOutcome> {
    if (!this.#book.delete(order)) return this.#refuse(order, "it is not open", command);
    this.#tell({ kind: "canceled", time: this.#time, order });
    return this.#answer();
  }

  /** Half of an order at the first bar that meets it, the rest at the next. */
  onBar({ asset, open, low, high, end }: Pick<StreamedBar, "asset" | "open" | "low" | "high" | "end">): void {
    this.#time = end;
    for (const held of [...this.#book.values()]) {
      const { order, limitPrice } = held;
      if (!order.asset.equals(asset)) continue;
      const buys = order.side === "buy";
      const price = limitPrice === undefined ? open : buys ? Math.min(open, limitPrice) : Math.max(open, limitPrice);
      if (price < low || price > high) continue;
      const quantity = held.left === order.quantity ? Math.ceil(held.left / 2) : held.left;
      held.left -= quantity;
      const fill: Fill = {
        time: end,
        asset,
        side: order.side,
        quantity,
        price,
        fee: quantity,
        slippage: 0,
        orderId: order.id,
      };
      if (held.left === 0) this.#book.delete(order);
      this.#tell({ kind: "filled", time: end, order, fill, complete: held.left === 0 });
    }
  }

  /** Waits until all is told. */
  async told(): Promise<void> {
    let line: Promise<void> | undefined;
    while (line !== this.#line) {
      line = this.#line;
      await line;
    }
  }

  #tell(event: BrokerEvent): void {
    this.#line = this.#line
      .then(() => this.#pause())
      .then(() => {
        for (const listener of this.#listeners) listener(event);
      });
  }

  async #answer(): Promise<CommandOutcome> {
    this.#answers += 1;
    const lost = this.#losesAnswers && this.#answers % 2 === 1;
    await this.#pause();
    if (lost) throw new Error("connection lost");
    return { status: "accepted" };
  }

  #refuse(order: Order, words: string, command = order.id): CommandOutcome {
    const told = { reason: "not_open", message: `order ${order.id}: ${words}` } as const;
    this.#tell({ kind: "refused", time: this.#time, order, command, ...told });
    return { status: "refused", ...told };
  }

  /** A pause that is longer or shorter as it comes, so that answers and events overtake each other. */
  #pause(): Promise<void> {
    this.#draws = (this.#draws * 48_271) % 2_147_483_647;
    const turns = this.#draws % 4;
    return turns === 3
      ? new Promise((resolve) => setTimeout(resolve, 1))
      : turns === 2
        ? new Promise((resolve) => setImmediate(resolve))
        : Promise.resolve();
  }
}
