import type { RefusalCode, RunEvent } from "../market/events.ts";
import type { Fill } from "../market/fill.ts";
import {
  directionOf,
  isOpen,
  type Order,
  type OrderChanges,
  type OrderSide,
  type OrderTarget,
  remainingQuantity,
} from "../market/order.ts";
import { updateOrder } from "../market/order-state.ts";
import type { Broker, BrokerCapabilities, BrokerEvent, CommandOutcome } from "../market/ports.ts";
import { formatInstant } from "../market/time.ts";
import { affordability } from "./buying-power.ts";
import type { Instrument } from "./instrument.ts";
import { isReached, type Match, type MatchingPolicy, matchAtPrice, matchThroughBar } from "./matching.ts";
import { offGridPrices, pricesOnGrid, refusalOf } from "./order-checks.ts";
import type { Portfolio } from "./portfolio.ts";
import { targetUnits } from "./target-size.ts";
import type { TradeRecorder } from "./trade-recorder.ts";
import { type TradingCosts, tradingFee, tradingSlippage } from "./trading-costs.ts";
import { type WorkingOrder, workingOrderOf } from "./working-order.ts";

export interface SimulatedBrokerOptions extends MatchingPolicy, TradingCosts {
  readonly fill: "next-open" | "this-close";
  /** End of the session a day order accepted at `time` belongs to, epoch ms UTC. */
  readonly sessionClose: (instrument: Instrument, time: number) => number;
}

const CAPABILITIES: BrokerCapabilities = {
  orderKinds: ["market", "limit", "stop", "stop_limit", "trailing_stop"],
  timesInForce: ["day", "gtc", "gtd", "ioc", "fok"],
  modify: true,
};

/** A venue over bars: keeps the book, fills by the truth table, charges fees, and says what happened. */
export class SimulatedBroker implements Broker {
  readonly name = "simulated";
  readonly capabilities = CAPABILITIES;
  readonly fills: Fill[] = [];
  /** In the order in which they were accepted. */
  readonly openOrders = new Set<Order>();
  readonly #options: SimulatedBrokerOptions;
  readonly #portfolio: Portfolio;
  readonly #trades: TradeRecorder;
  readonly #events: RunEvent[];
  readonly #find: (order: Order) => Instrument | undefined;
  readonly #instruments = new Set<Instrument>();
  #listener: (event: BrokerEvent) => void = () => {};
  #nextExpiry = Number.POSITIVE_INFINITY;
  #now = Number.NEGATIVE_INFINITY;

  constructor(
    options: SimulatedBrokerOptions,
    account: { readonly portfolio: Portfolio; readonly trades: TradeRecorder; readonly events: RunEvent[] },
    find: (order: Order) => Instrument | undefined,
  ) {
    this.#options = options;
    this.#portfolio = account.portfolio;
    this.#trades = account.trades;
    this.#events = account.events;
    this.#find = find;
  }

  subscribe(listener: (event: BrokerEvent) => void): () => void {
    this.#listener = listener;
    return () => {
      this.#listener = () => {};
    };
  }

  /** Moves the venue's time on. */
  advance(time: number): void {
    this.#now = time;
  }

  /** Expires what is due; called after the bars that closed at this instant have had their say. */
  expireDue(): void {
    if (this.#now >= this.#nextExpiry) this.#expireDue(this.#now);
  }

  // Commands

  submit(order: Order): CommandOutcome {
    const instrument = this.#find(order);
    const refusal = refusalOf(order, instrument, this.capabilities) ?? this.#unaffordable(order, instrument);
    if (refusal !== undefined || instrument === undefined) {
      return this.#refuse(order, refusal?.reason ?? "no_data", refusal?.message ?? "");
    }
    const working = workingOrderOf(order, instrument, this.#expiryOf(order, instrument));
    this.#accept(working, this.#now);
    if (order.orderClass === "oco" && working.sibling !== undefined) this.#accept(working.sibling, this.#now);
    return { status: "accepted" };
  }

  /** Puts an order into the book; it sees bars that open at or after `time`, and a child the rest of the bar that filled its parent. */
  #accept(working: WorkingOrder, time: number): void {
    const { order, instrument } = working;
    updateOrder(order, { status: "open", submittedAt: time });
    this.#toGrid(order, instrument);
    this.#nextExpiry = Math.min(this.#nextExpiry, working.expiresAt);
    instrument.book.push(working);
    this.#instruments.add(instrument);
    this.openOrders.add(order);
    this.#listener({ kind: "accepted", time, order });
  }

  modify(order: Order, changes: OrderChanges): CommandOutcome {
    const refusal = modificationRefusal(order, changes);
    if (refusal !== undefined) return this.#refuseChange(order, refusal.reason, refusal.message);
    updateOrder(order, changes);
    const instrument = this.#find(order);
    if (instrument !== undefined) this.#toGrid(order, instrument);
    this.#note("order_modified", "info", `Order ${order.id} for ${order.asset} was modified`, order);
    this.#listener({ kind: "modified", time: this.#now, order });
    return { status: "accepted" };
  }

  cancel(order: Order): CommandOutcome {
    if (!isOpen(order))
      return { status: "refused", reason: "not_open", message: `order ${order.id} is ${order.status}` };
    this.#close(order, "canceled");
    return { status: "accepted" };
  }

  /** Closes the open orders of an instrument as expired: it trades no more. */
  expireOrders(instrument: Instrument): void {
    for (const working of [...instrument.book]) if (isOpen(working.order)) this.#close(working.order, "expired");
  }

  // Matching

  /** Fills what the open of the bar in progress fills. True when anything happened. */
  atOpen(instrument: Instrument): boolean {
    const { book } = instrument;
    if (book.length === 0) return false;
    const time = instrument.time[instrument.row] as number;
    const open = instrument.open[instrument.row] as number;
    let changed = false;
    for (const working of [...book]) {
      if (!isOpen(working.order) || (working.order.submittedAt ?? time) > time) continue;
      working.anchor(open);
      const price = matchAtPrice(working, open, this.#options.limitFill);
      if (!Number.isNaN(price)) this.#executeAtOpen(working, price, time);
      else if (isImmediate(working.order)) this.#close(working.order, "canceled");
      else continue;
      changed = true;
    }
    return changed;
  }

  /** Fills what the rest of the bar in progress fills, and moves trailing stops. Called once, when the bar has closed. */
  throughBar(instrument: Instrument): void {
    const { book } = instrument;
    if (book.length === 0) return;
    const { row } = instrument;
    const opened = instrument.time[row] as number;
    const high = instrument.high[row] as number;
    const low = instrument.low[row] as number;
    const waiting = book.filter(
      (working) => (working.order.submittedAt ?? opened) <= opened && working.mode !== "market",
    );
    if (waiting.some((working) => isReached(working, high, low, this.#options.limitFill))) {
      const bar = { open: instrument.open[row] as number, high, low, close: instrument.close[row] as number };
      const time = instrument.barClose - 1;
      for (const match of matchThroughBar(waiting, bar, this.#options)) this.#executeMatch(match, time);
    }
    for (const working of waiting) working.trail(high, low);
  }

  /** Under `this-close`: fills fresh market orders at the close of the bar that ended at this instant. */
  atClose(): void {
    if (this.#options.fill !== "this-close") return;
    for (const instrument of this.#instruments) {
      if (instrument.lastClose !== this.#now) continue;
      for (const working of [...instrument.book]) {
        if (working.mode === "market" && working.order.submittedAt === this.#now) {
          this.#execute(working, instrument.lastPrice, this.#now);
        }
      }
    }
  }

  #executeMatch({ working, price }: Match, time: number): void {
    if (isOpen(working.order)) this.#execute(working, price, time);
  }

  /**
   * What the account cannot pay at an open waits until the other orders of that open have filled: sales pay for purchases, whichever
   * asset comes first.
   */
  #executeAtOpen(working: WorkingOrder, price: number, time: number): void {
    const fresh = working.deferredAt !== time;
    if (fresh) working.deferredAt = time;
    this.#execute(working, price, time, fresh);
  }

  /** Books a fill: slippage, fee, a last look at the account, the order's new state, and the word to the strategy. */
  #execute(working: WorkingOrder, matched: number, time: number, mayWait = false): void {
    const { order, instrument } = working;
    if (order.target !== undefined && !this.#sizeTarget(working, order.target, matched)) return;
    const { direction } = working;
    const quantity = remainingQuantity(order);
    const slip = working.takesLiquidity ? this.#slippage(working, matched, quantity) : 0;
    const price = matched + direction * slip;
    const fee = this.#fee(order.side, instrument, price, quantity, order.filledQuantity === 0);
    const short = affordability(this.#portfolio, instrument, direction * quantity, price, fee);
    if (short !== undefined) {
      if (!mayWait) this.#refuse(order, "insufficient_funds", `At the fill price ${price} ${short}`);
      return;
    }
    const booking = this.#portfolio.book(instrument, direction * quantity, price, fee);
    this.#trades.record({ instrument, time, units: direction * quantity, price, fee, booking });
    const fill: Fill = Object.freeze({
      time,
      asset: order.asset,
      side: order.side,
      quantity,
      price,
      fee,
      slippage: slip * quantity * instrument.unitValue,
      orderId: order.id,
      ...(instrument.contract === undefined ? {} : { contract: instrument.contract }),
    });
    this.fills.push(fill);
    updateOrder(order, {
      status: "filled",
      filledQuantity: order.quantity,
      averageFillPrice: price,
      fees: order.fees + fee,
      closedAt: time,
    });
    this.#remove(order);
    this.#listener({ kind: "filled", time, order, fill, complete: true });
    if (working.sibling !== undefined && isOpen(working.sibling.order)) this.#close(working.sibling.order, "canceled");
    for (const child of working.children) this.#accept(child, time);
  }

  /** Signed units that lead from what is held to a target, at the last price or another. */
  unitsToTarget(instrument: Instrument, target: OrderTarget, price = instrument.lastPrice): number {
    const held = this.#portfolio.quantityOf(instrument);
    if ("quantity" in target) return target.quantity - held;
    if (Number.isNaN(price)) return 0;
    const equity = this.#portfolio.equityAt(instrument, price);
    const fee = (units: number) => this.#fee(units > 0 ? "buy" : "sell", instrument, price, Math.abs(units));
    return (
      targetUnits(target.fraction, {
        held,
        unitValue: Math.abs(price) * instrument.unitValue,
        equity,
        fee,
        asset: instrument.asset,
      }) - held
    );
  }

  /** Gives a target order its side and quantity; closes it and answers false when its target is held already. */
  #sizeTarget(working: WorkingOrder, target: OrderTarget, matched: number): boolean {
    const { order, instrument } = working;
    const estimate = this.unitsToTarget(instrument, target, matched);
    const side = estimate < 0 ? "sell" : "buy";
    updateOrder(order, { side, quantity: Math.abs(estimate) });
    const slipped = matched + directionOf(side) * this.#slippage(working, matched, order.quantity);
    const units = this.unitsToTarget(instrument, target, slipped);
    if (units * directionOf(side) > 0) {
      updateOrder(order, { quantity: Math.abs(units) });
      return true;
    }
    this.#note("target_reached", "info", `Order ${order.id} for ${order.asset}: its target is held already`, order);
    this.#close(order, "canceled");
    return false;
  }

  #slippage(working: WorkingOrder, price: number, quantity: number): number {
    return tradingSlippage(this.#options, working.order.side, working.instrument, price, quantity);
  }

  #fee(side: OrderSide, instrument: Instrument, price: number, quantity: number, firstFill = true): number {
    return tradingFee(this.#options, side, instrument, price, quantity, firstFill);
  }

  // The book

  #unaffordable(
    order: Order,
    instrument: Instrument | undefined,
  ): { reason: RefusalCode; message: string } | undefined {
    // A target order is sized by what the account can pay; it is judged at its fill.
    if (instrument === undefined || order.target !== undefined) return undefined;
    const price = order.kind === "limit" || order.kind === "stop_limit" ? order.limitPrice : instrument.lastPrice;
    // Before the first price there is nothing to judge by; the fill is judged again anyhow.
    if (Number.isNaN(price)) return undefined;
    const units = (order.side === "buy" ? 1 : -1) * order.quantity;
    const fee = this.#fee(order.side, instrument, price, order.quantity);
    const short = affordability(this.#portfolio, instrument, units, price, fee);
    return short === undefined
      ? undefined
      : { reason: "insufficient_funds", message: `At the price ${price} ${short}` };
  }

  #expiryOf(order: Order, instrument: Instrument): number {
    if (order.timeInForce === "day") return this.#options.sessionClose(instrument, this.#now);
    return order.goodTillDate ?? Number.POSITIVE_INFINITY;
  }

  #toGrid(order: Order, instrument: Instrument): void {
    const { tickSize } = instrument.terms;
    const prices = pricesOnGrid(order, tickSize);
    if (prices === undefined) return;
    const off = offGridPrices(order, tickSize);
    updateOrder(order, prices);
    if (off === "") return;
    const now = offGridWords(order);
    this.#note(
      "order_price_rounded",
      "warning",
      `Order ${order.id} for ${order.asset}: ${off} is off the tick of ${tickSize}; ${now}`,
      order,
    );
  }

  #expireDue(time: number): void {
    let next = Number.POSITIVE_INFINITY;
    for (const { book } of this.#instruments) {
      for (const working of [...book]) {
        // A bar in progress that opened in time is still examined; what is left then goes at its close.
        if (working.expiresAt <= time && !working.instrument.inBar) this.#close(working.order, "expired");
        else next = Math.min(next, working.expiresAt);
      }
    }
    this.#nextExpiry = next;
  }

  #close(order: Order, status: "canceled" | "expired"): void {
    updateOrder(order, { status, closedAt: this.#now });
    this.#remove(order);
    const code = status === "canceled" ? "order_canceled" : "order_expired";
    this.#note(
      code,
      "info",
      `Order ${order.id} for ${order.asset} ${status === "canceled" ? "was canceled" : "expired"}`,
      order,
    );
    this.#listener({ kind: status, time: this.#now, order });
    this.#dropChildren(order);
  }

  /** What hangs on an order that ends without a fill ends with it: exits that never lived, the other of two. */
  #dropChildren(order: Order): void {
    for (const child of order.children) {
      if (isOpen(child) && order.orderClass === "oco") this.#close(child, "canceled");
      else if (child.status === "unsubmitted") updateOrder(child, { status: "canceled", closedAt: this.#now });
    }
  }

  #remove(order: Order): void {
    this.openOrders.delete(order);
    const instrument = this.#find(order);
    const book = instrument?.book ?? [];
    const place = book.findIndex((working) => working.order === order);
    if (place >= 0) book.splice(place, 1);
  }

  #refuse(order: Order, reason: RefusalCode, message: string): CommandOutcome {
    const text = `Order ${order.id} to ${order.side} ${order.quantity} ${order.asset} was refused: ${message}`;
    if (reason !== "already_submitted") {
      updateOrder(order, { status: "rejected", refusal: reason, closedAt: this.#now });
      this.#remove(order);
      this.#dropChildren(order);
    }
    this.#note("order_refused", "warning", text, order, reason);
    this.#listener({ kind: "refused", time: this.#now, order, reason, message: text });
    return { status: "refused", reason, message: text };
  }

  #refuseChange(order: Order, reason: RefusalCode, message: string): CommandOutcome {
    const text = `A change to order ${order.id} for ${order.asset} was refused: ${message}`;
    this.#note("modification_refused", "warning", text, order, reason);
    this.#listener({ kind: "refused", time: this.#now, order, reason, message: text });
    return { status: "refused", reason, message: text };
  }

  #note(code: RunEvent["code"], level: RunEvent["level"], message: string, order: Order, reason?: RefusalCode): void {
    const event = {
      time: this.#now,
      code,
      level,
      message: `${message} (${formatInstant(this.#now)})`,
      asset: order.asset,
      orderId: order.id,
    };
    this.#events.push(reason === undefined ? event : { ...event, reason });
  }
}

/** Fill at once or not at all. */
function isImmediate(order: Order): boolean {
  return order.timeInForce === "ioc" || order.timeInForce === "fok";
}

function offGridWords(order: Order): string {
  const parts: string[] = [];
  if (order.kind === "limit" || order.kind === "stop_limit") parts.push(`limit now ${order.limitPrice}`);
  if (order.kind === "stop" || order.kind === "stop_limit") parts.push(`stop now ${order.stopPrice}`);
  return parts.join(", ");
}

function modificationRefusal(
  order: Order,
  changes: OrderChanges,
): { reason: RefusalCode; message: string } | undefined {
  if (!isOpen(order)) return { reason: "not_open", message: `it is ${order.status}` };
  for (const [name, price] of Object.entries(changes)) {
    if ((name !== "limitPrice" && name !== "stopPrice") || !(name in order))
      return { reason: "not_modifiable", message: `a ${order.kind} order has no ${name}` };
    if (!Number.isFinite(price))
      return { reason: "not_modifiable", message: `${name} was ${price}, expected a number` };
  }
  return undefined;
}
