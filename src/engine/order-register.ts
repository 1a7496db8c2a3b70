import type { RefusalCode, RunEvent } from "../market/events.ts";
import { isOpen, type Order } from "../market/order.ts";
import { openOrder, updateOrder } from "../market/order-state.ts";
import type { BrokerEvent, CommandOutcome } from "../market/ports.ts";
import type { Instrument } from "./instrument.ts";
import type { OrderEvents } from "./order-events.ts";
import { pricesOnGrid } from "./tick-grid.ts";
import type { WorkingOrder } from "./working-order.ts";

/** The orders of a venue: which are open, what becomes of them, and the word to the strategy and to the run's events. */
export class OrderRegister {
  /** Instruments that have had an order. */
  readonly instruments = new Set<Instrument>();
  /** When the next order ends or fills by the clock; Infinity when none does. */
  nextDue = Number.POSITIVE_INFINITY;
  now = Number.NEGATIVE_INFINITY;
  listener: (event: BrokerEvent) => void = () => {};
  private readonly events: OrderEvents;
  private readonly working = new Map<Order, WorkingOrder>();
  private accepted = 0;

  constructor(events: OrderEvents) {
    this.events = events;
  }

  /** Accepted orders that can still fill, in the order in which they were accepted. */
  get open(): Iterable<Order> {
    return this.working.keys();
  }

  find(order: Order): WorkingOrder | undefined {
    return this.working.get(order);
  }

  /** An exit that waits for its entry to fill, and is in no book yet. */
  findWaiting(order: Order): WorkingOrder | undefined {
    if (order.status !== "unsubmitted" || order.parentId === undefined) return undefined;
    for (const { children } of this.working.values()) {
      const waiting = children.find((child) => child.order === order);
      if (waiting !== undefined) return waiting;
    }
    return undefined;
  }

  /** Puts an order into the book; it sees bars that open at or after `time`, and a child the rest of the bar that filled its parent. */
  accept(working: WorkingOrder, time: number): void {
    const { order, instrument } = working;
    openOrder(order, time);
    this.toGrid(working);
    working.seesFrom = time;
    working.sequence = ++this.accepted;
    this.nextDue = Math.min(this.nextDue, working.times.until);
    this.working.set(order, working);
    if (order.orderClass !== "multileg") {
      instrument.book.add(working);
      this.instruments.add(instrument);
    }
    this.listener({ kind: "accepted", time, order });
  }

  /** Moves prices onto the asset's grid, and says so where that changed one. */
  toGrid({ order, instrument }: WorkingOrder): void {
    const { tickSize } = instrument.terms;
    const grid = order.orderClass === "multileg" ? undefined : pricesOnGrid(order, tickSize);
    if (grid === undefined) return;
    updateOrder(order, grid.prices);
    if (grid.moved !== "") this.warn("order_price_rounded", order, `is off the tick of ${tickSize}: ${grid.moved}`);
  }

  /** Takes a filled order out of the book. */
  remove(order: Order): void {
    const working = this.working.get(order);
    if (working === undefined) return;
    this.working.delete(order);
    working.instrument.book.remove(working);
  }

  /** @param why goes on from "was canceled" or "expired" */
  close(order: Order, status: "canceled" | "expired", why = byTimeInForce(order, status)): void {
    const parent = this.working.get(order)?.parent?.order;
    updateOrder(order, { status, closedAt: this.now });
    this.remove(order);
    if (status === "canceled") this.note("order_canceled", order, `was canceled${why}`);
    else this.note("order_expired", order, `expired${why}`);
    this.listener({ kind: status, time: this.now, order });
    this.closeChildren(order, status);
    // The legs of a combination fill all or none, so they end together.
    if (parent?.orderClass === "multileg" && isOpen(parent)) this.close(parent, status, ` with order ${order.id}`);
  }

  refuse(order: Order, reason: RefusalCode, message: string): CommandOutcome {
    const text = `Order ${order.id} to ${order.side} ${order.quantity} ${order.asset} was refused: ${message}`;
    if (reason !== "already_submitted") {
      updateOrder(order, { status: "rejected", refusal: reason, closedAt: this.now });
      this.remove(order);
      this.closeChildren(order, "canceled");
    }
    return this.tellRefused("order_refused", order, reason, text);
  }

  /** @param command of the change, where a broker was given one */
  refuseChange(order: Order, reason: RefusalCode, message: string, command?: string): CommandOutcome {
    const text = `A change to order ${order.id} for ${order.asset} was refused: ${message}`;
    return this.tellRefused("modification_refused", order, reason, text, command);
  }

  /** Adds to an order's quantity, or takes away from it, as the orders it belongs to fill. */
  resize(order: Order, change: number): void {
    updateOrder(order, { quantity: order.quantity + change });
    this.tellModified(order, `is for ${order.quantity} now, as the orders it belongs to have filled`);
  }

  tellModified(order: Order, words: string, command?: string): void {
    this.note("order_modified", order, words);
    this.listener({ kind: "modified", time: this.now, order, ...(command === undefined ? {} : { command }) });
  }

  /** An event about an order; `words` go on from "Order 1 for ES". */
  note(code: RunEvent["code"], order: Order, words: string): void {
    this.events.info(this.now, code, order, `Order ${order.id} for ${order.asset} ${words}`);
  }

  warn(code: RunEvent["code"], order: Order, words: string): void {
    this.events.warn(this.now, code, order, `Order ${order.id} for ${order.asset} ${words}`);
  }

  private tellRefused(
    code: RunEvent["code"],
    order: Order,
    reason: RefusalCode,
    message: string,
    command?: string,
  ): CommandOutcome {
    const named = command === undefined ? {} : { command };
    this.events.refusal(this.now, code, order, message, reason);
    this.listener({ kind: "refused", time: this.now, order, ...named, reason, message });
    return { status: "refused", reason, message };
  }

  /** What hangs on an order that ends without a fill ends with it: exits that never lived, the other of two, the legs. */
  private closeChildren(order: Order, status: "canceled" | "expired"): void {
    for (const child of order.children) {
      if (isOpen(child) && order.orderClass !== "bracket" && order.orderClass !== "oto")
        this.close(child, status, ` with order ${order.id}`);
      else if (child.status === "unsubmitted") updateOrder(child, { status: "canceled", closedAt: this.now });
    }
  }
}

/** What ends an order by itself: its time in force. */
function byTimeInForce({ timeInForce }: Order, status: "canceled" | "expired"): string {
  const ends = status === "expired" ? timeInForce !== "gtc" : timeInForce === "ioc" || timeInForce === "fok";
  return ends ? ` (${timeInForce})` : "";
}
