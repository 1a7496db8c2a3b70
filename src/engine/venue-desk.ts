import type { StreamedBar } from "../market/bar-stream.ts";
import { messageOf } from "../market/errors.ts";
import type { RefusalCode } from "../market/events.ts";
import type { Fill } from "../market/fill.ts";
import {
  directionOf,
  isOpen,
  type Order,
  type OrderChanges,
  type OrderStatus,
  type OrderTarget,
} from "../market/order.ts";
import { meanFillPrice, ORDER_TRANSITIONS, type OrderUpdate, updateOrder } from "../market/order-state.ts";
import type { Broker, BrokerEvent, CommandOutcome } from "../market/ports.ts";
import type { Instrument } from "./instrument.ts";
import { modificationRefusal, wordsOfChange } from "./order-changes.ts";
import { type Refusal, refusalOf, type WhyMissing } from "./order-checks.ts";
import type { OrderEvents } from "./order-events.ts";
import type { Portfolio } from "./portfolio.ts";
import { unitsToTarget } from "./target-size.ts";
import type { TradeRecorder } from "./trade-recorder.ts";
import type { TradingCosts } from "./trading-costs.ts";
import type { TradingVenue } from "./trading-venue.ts";

export interface VenueDeskParts {
  readonly broker: Broker;
  readonly portfolio: Portfolio;
  readonly trades: TradeRecorder;
  readonly events: OrderEvents;
  readonly costs: TradingCosts;
  readonly find: (order: Order) => Instrument | undefined;
  readonly whyMissing: WhyMissing;
  /** Told when the broker has something to say. */
  readonly wake: () => void;
  readonly answerWatch: AnswerWatch;
}

/** Waits for an answer by the wall's clock: calls `giveUp`, with words for the message, when it takes too long. Answers how to stop. */
export type AnswerWatch = (giveUp: (words: string) => void) => () => void;

/** A change, or a cancel (no changes), that the broker has not told the outcome of. */
interface PendingCommand {
  readonly command: string;
  readonly changes: OrderChanges | undefined;
}

/**
 * The desk in front of a broker outside. Commands may be answered at once or later; what the broker tells is taken in at the loop's own
 * moments, in the order in which it was told, and is what orders, positions and cash follow. The broker writes into nothing here.
 */
export class VenueDesk implements TradingVenue {
  readonly fills: Fill[] = [];
  readonly nextDue = Number.POSITIVE_INFINITY;
  readonly examinesBars = false;
  private readonly parts: VenueDeskParts;
  private readonly open = new Set<Order>();
  private readonly inbox: BrokerEvent[] = [];
  /** Changes, and cancels (undefined), that the broker has not told the outcome of, in the order in which they were sent. */
  private readonly pending = new Map<Order, PendingCommand[]>();
  private lastCommand = 0;
  private readonly unanswered = new Set<Promise<void>>();
  private listener: (event: BrokerEvent) => void = () => {};
  private now = Number.NEGATIVE_INFINITY;

  constructor(parts: VenueDeskParts) {
    this.parts = parts;
    parts.broker.subscribe((event) => {
      this.inbox.push(event);
      parts.wake();
    });
  }

  /** Handed in and not final, answered or not. */
  get openOrders(): Iterable<Order> {
    return this.open;
  }

  subscribe(listener: (event: BrokerEvent) => void): () => void {
    this.listener = listener;
    return () => {
      this.listener = () => {};
    };
  }

  advance(time: number): void {
    this.now = time;
    this.takeIn();
  }

  // Commands

  submit(order: Order): CommandOutcome {
    const refusal = this.refusalOf(order);
    if (refusal !== undefined) return this.deny(order, refusal);
    updateOrder(order, { status: "submitted", submittedAt: this.now });
    this.open.add(order);
    return this.send(order, order.id, () => this.parts.broker.submit(order));
  }

  modify(order: Order, changes: OrderChanges): CommandOutcome {
    const { broker } = this.parts;
    const refusal = broker.capabilities.modify
      ? modificationRefusal(order, changes)
      : { reason: "not_modifiable" as const, message: `${broker.name} changes no orders` };
    if (refusal !== undefined) return this.refuseChange(order, refusal.reason, refusal.message);
    const command = this.remember(order, changes);
    return this.send(order, command, () => broker.modify(order, changes, command));
  }

  cancel(order: Order): CommandOutcome {
    if (!this.open.has(order))
      return { status: "denied", reason: "not_open", message: `order ${order.id} is ${order.status}` };
    const command = this.remember(order, undefined);
    return this.send(order, command, () => this.parts.broker.cancel(order, command));
  }

  /** Notes a command whose outcome the broker is to tell; answers its name. */
  private remember(order: Order, changes: OrderChanges | undefined): string {
    const command = `${order.id}.${++this.lastCommand}`;
    this.pending.set(order, [...(this.pending.get(order) ?? []), { command, changes }]);
    return command;
  }

  withdraw(order: Order): void {
    this.apply({ kind: "canceled", time: this.now, order });
  }

  /** Whatever the answer, what becomes of the order is told in the stream; only what never left is told from here. */
  private send(order: Order, command: string, call: () => CommandOutcome | Promise<CommandOutcome>): CommandOutcome {
    try {
      const outcome = call();
      if (!(outcome instanceof Promise)) return this.answer(order, command, outcome);
      this.awaitAnswer(order, command, outcome);
      return { status: "unresolved", message: "the broker has not answered yet" };
    } catch (error) {
      return this.answer(order, command, { status: "unresolved", message: messageOf(error) });
    }
  }

  /** Takes in an answer when it comes; when it is not here in time the run waits for it no longer. */
  private awaitAnswer(order: Order, command: string, outcome: Promise<CommandOutcome>): void {
    let stopWaiting = () => {};
    const tooLate = new Promise<void>((resolve) => {
      stopWaiting = this.parts.answerWatch((words) => {
        this.answer(order, command, { status: "unresolved", message: `${this.parts.broker.name} ${words}` });
        resolve();
      });
    });
    const answered = outcome.then(
      (answer) => void this.answer(order, command, answer),
      (error: unknown) => void this.answer(order, command, { status: "unresolved", message: messageOf(error) }),
    );
    const answering: Promise<void> = Promise.race([answered, tooLate]).finally(() => {
      stopWaiting();
      this.unanswered.delete(answering);
      this.parts.wake();
    });
    this.unanswered.add(answering);
  }

  private answer(order: Order, command: string, outcome: CommandOutcome): CommandOutcome {
    if (outcome.status === "denied")
      this.inbox.push(refused(order, this.now, outcome.reason, outcome.message, command));
    if (outcome.status === "unresolved")
      this.parts.events.warn(
        this.now,
        "order_unresolved",
        order,
        `Nobody knows what came of a command for order ${order.id} for ${order.asset}: ${outcome.message}`,
      );
    return outcome;
  }

  async answered(): Promise<void> {
    while (this.unanswered.size > 0) await Promise.all(this.unanswered);
  }

  onBar(bar: StreamedBar): void {
    this.parts.broker.onBar?.(bar);
  }

  unitsToTarget(instrument: Instrument, target: OrderTarget): number {
    const { portfolio, costs } = this.parts;
    return unitsToTarget(target, { instrument, portfolio, costs, price: instrument.lastPrice });
  }

  // The broker's own affairs: it matches, and it ends orders.

  expireOrders(): void {}

  settleDue(): void {}

  throughBar(): void {}

  atOpen(): boolean {
    return false;
  }

  atClose(): void {}

  // What the broker tells

  takeIn(): boolean {
    if (this.inbox.length === 0) return false;
    for (const event of this.inbox.splice(0)) this.apply(event);
    return true;
  }

  private apply(event: BrokerEvent): void {
    if (event.kind === "accepted") this.move(event, { status: "open" });
    else if (event.kind === "modified") this.applyChange(event);
    else if (event.kind === "filled") this.book(event);
    else if (event.kind === "refused") this.applyRefusal(event);
    else this.close(event, event.kind);
  }

  /** Writes a status where the table allows it; else the event is told and left out. */
  private move(event: BrokerEvent, update: OrderUpdate & { readonly status: OrderStatus }): void {
    const { order } = event;
    if (!ORDER_TRANSITIONS[order.status].includes(update.status)) {
      this.tellOutOfOrder(event);
      return;
    }
    updateOrder(order, update);
    if (!isOpen(order) && order.status !== "submitted") {
      this.open.delete(order);
      this.pending.delete(order);
    }
    this.listener(event);
  }

  private close(event: BrokerEvent, status: "canceled" | "expired"): void {
    if (ORDER_TRANSITIONS[event.order.status].includes(status))
      this.note(event, status === "canceled" ? "order_canceled" : "order_expired", `is ${status}`);
    this.move(event, { status, closedAt: event.time });
  }

  private applyChange(event: Extract<BrokerEvent, { kind: "modified" }>): void {
    if (!isOpen(event.order)) {
      this.tellOutOfOrder(event);
      return;
    }
    const pending = this.pending.get(event.order) ?? [];
    const made = pending.findIndex(({ command, changes }) =>
      event.command === undefined ? changes !== undefined : command === event.command,
    );
    const [{ changes = {} } = {}] = made < 0 ? [] : pending.splice(made, 1);
    const words = wordsOfChange(event.order, changes);
    updateOrder(event.order, changes);
    this.note(event, "order_modified", words);
    this.listener(event);
  }

  private applyRefusal(event: Extract<BrokerEvent, { kind: "refused" }>): void {
    const { order, reason, message, time } = event;
    const isChange =
      event.command === undefined
        ? order.status !== "submitted" && order.status !== "unsubmitted"
        : event.command !== order.id;
    const code = isChange ? "modification_refused" : "order_refused";
    this.forget(order, event.command);
    this.parts.events.refusal(time, code, order, message, reason);
    if (isChange) this.listener(event);
    else this.move(event, { status: "rejected", refusal: reason, closedAt: time });
  }

  /** Takes out the command that was refused: the first, where the broker names none. */
  private forget(order: Order, command: string | undefined): void {
    const pending = this.pending.get(order) ?? [];
    const place = command === undefined ? 0 : pending.findIndex((each) => each.command === command);
    if (place >= 0) pending.splice(place, 1);
  }

  /** Money that moved has moved, whatever the order's status says. */
  private book(event: Extract<BrokerEvent, { kind: "filled" }>): void {
    const { order, fill, time, complete } = event;
    const instrument = this.parts.find(order);
    const { quantity, price, fee } = fill;
    if (instrument === undefined || !isFill(fill)) {
      this.tellOutOfOrder(event, ` of ${quantity} at ${price}, fee ${fee}: it is not booked`);
      return;
    }
    const units = directionOf(fill.side) * quantity;
    const booking = this.parts.portfolio.book(instrument, units, price, fee);
    this.parts.trades.record({ instrument, time, units, price, fee, booking, barsSeen: instrument.row });
    this.fills.push(Object.freeze({ ...fill }));
    this.move(event, {
      status: complete ? "filled" : "partially_filled",
      filledQuantity: order.filledQuantity + quantity,
      averageFillPrice: meanFillPrice(order, price, quantity),
      fees: order.fees + fee,
      ...(complete ? { closedAt: time } : {}),
    });
  }

  // Refusals

  private refusalOf(order: Order): Refusal | undefined {
    const { broker, find, whyMissing } = this.parts;
    if (order.orderClass !== "simple")
      return { reason: "unsupported_order_kind", message: `${broker.name} takes no ${order.orderClass} orders` };
    if (order.parentId !== undefined)
      return {
        reason: "unsupported_order_kind",
        message: `it belongs to order ${order.parentId}, and ${broker.name} takes no orders that hang together`,
      };
    return refusalOf(order, find(order), broker.capabilities, this.now, whyMissing);
  }

  private deny(order: Order, { reason, message }: Refusal): CommandOutcome {
    const text = `Order ${order.id} to ${order.side} ${order.quantity} ${order.asset} was refused: ${message}`;
    if (reason === "already_submitted") return this.refuseChange(order, reason, text);
    this.apply(refused(order, this.now, reason, text));
    return { status: "denied", reason, message: text };
  }

  refuseChange(order: Order, reason: RefusalCode, message: string): CommandOutcome {
    const event = refused(order, this.now, reason, message);
    this.parts.events.refusal(this.now, "modification_refused", order, message, reason);
    this.listener(event);
    return { status: "denied", reason, message };
  }

  private note(event: BrokerEvent, code: "order_canceled" | "order_expired" | "order_modified", words: string): void {
    const { order, time } = event;
    this.parts.events.info(time, code, order, `Order ${order.id} for ${order.asset} ${words}`);
  }

  private tellOutOfOrder({ kind, order, time }: BrokerEvent, more = ""): void {
    const words = `${this.parts.broker.name} told '${kind}' of order ${order.id} for ${order.asset}, which is ${order.status}${more}`;
    this.parts.events.warn(time, "broker_out_of_order", order, words);
  }
}

/** False for what cannot be booked: an account would never be worth a number again. */
function isFill({ quantity, price, fee }: Fill): boolean {
  return quantity > 0 && [quantity, price, fee].every(Number.isFinite);
}

function refused(
  order: Order,
  time: number,
  reason: RefusalCode,
  message: string,
  command: string = order.id,
): BrokerEvent {
  return { kind: "refused", time, order, command, reason, message };
}
