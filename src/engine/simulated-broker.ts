import type { RefusalCode, RunEvent } from "../market/events.ts";
import type { Fill } from "../market/fill.ts";
import {
  directionOf,
  isOpen,
  type Order,
  type OrderChanges,
  type OrderTarget,
  remainingQuantity,
} from "../market/order.ts";
import { updateOrder } from "../market/order-state.ts";
import type { Broker, BrokerCapabilities, BrokerEvent, CommandOutcome } from "../market/ports.ts";
import type { BuyingPower } from "./buying-power.ts";
import type { LogSink } from "./engine-context.ts";
import { type FillPlace, fillPrice } from "./fill-price.ts";
import type { Instrument } from "./instrument.ts";
import { isReached, type MatchingPolicy, matchAtPrice, matchThroughBar } from "./matching.ts";
import { modificationRefusal } from "./order-changes.ts";
import { type Refusal, refusalOf } from "./order-checks.ts";
import { OrderEvents } from "./order-events.ts";
import { hasDays, orderTimes } from "./order-times.ts";
import type { Portfolio } from "./portfolio.ts";
import { unitsToTarget } from "./target-size.ts";
import { pricesOnGrid } from "./tick-grid.ts";
import type { TradeRecorder } from "./trade-recorder.ts";
import { type TradingCosts, tradingFee } from "./trading-costs.ts";
import { type VolumeOptions, VolumeShare } from "./volume-share.ts";
import { type WorkingOrder, workingOrderOf } from "./working-order.ts";

export interface SimulatedBrokerOptions extends MatchingPolicy, TradingCosts, VolumeOptions {
  readonly fill: "next-open" | "this-close";
  readonly log: LogSink;
}

const CAPABILITIES: BrokerCapabilities = {
  orderKinds: [
    "market",
    "limit",
    "stop",
    "stop_limit",
    "market_if_touched",
    "limit_if_touched",
    "trailing_stop",
    "trailing_stop_limit",
  ],
  timesInForce: ["day", "gtc", "gtd", "ioc", "fok", "opg", "cls"],
  modify: true,
};

/** A venue over bars: keeps the book, fills by the truth table, charges fees, and says what happened. */
export class SimulatedBroker implements Broker {
  readonly name = "simulated";
  readonly capabilities = CAPABILITIES;
  readonly fills: Fill[] = [];
  /** When the next order ends or fills by the clock; Infinity when none does. */
  nextDue = Number.POSITIVE_INFINITY;
  readonly #options: SimulatedBrokerOptions;
  readonly #portfolio: Portfolio;
  readonly #trades: TradeRecorder;
  readonly #buyingPower: BuyingPower;
  readonly #events: OrderEvents;
  readonly #volume: VolumeShare;
  readonly #find: (order: Order) => Instrument | undefined;
  readonly #instruments = new Set<Instrument>();
  /** Accepted orders that can still fill, in the order in which they were accepted. */
  readonly #working = new Map<Order, WorkingOrder>();
  readonly #toldOfNoVolume = new Set<Instrument>();
  #listener: (event: BrokerEvent) => void = () => {};
  #accepted = 0;
  #now = Number.NEGATIVE_INFINITY;

  constructor(
    options: SimulatedBrokerOptions,
    account: {
      readonly portfolio: Portfolio;
      readonly trades: TradeRecorder;
      readonly buyingPower: BuyingPower;
      readonly events: RunEvent[];
    },
    find: (order: Order) => Instrument | undefined,
  ) {
    this.#options = options;
    this.#portfolio = account.portfolio;
    this.#trades = account.trades;
    this.#buyingPower = account.buyingPower;
    this.#events = new OrderEvents(account.events, options.log);
    this.#volume = new VolumeShare(options);
    this.#find = find;
  }

  /** In the order in which they were accepted. */
  get openOrders(): Iterable<Order> {
    return this.#working.keys();
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

  // Commands

  submit(order: Order): CommandOutcome {
    const instrument = this.#find(order);
    const refusal = refusalOf(order, instrument, this.capabilities) ?? this.#accountRefusal(order, instrument);
    if (refusal !== undefined || instrument === undefined) {
      return this.#refuse(order, refusal?.reason ?? "no_data", refusal?.message ?? "");
    }
    const working = workingOrderOf(order, instrument, (each) => orderTimes(each, instrument, this.#now));
    this.#accept(working, this.#now);
    if (order.orderClass === "oco" && working.sibling !== undefined) this.#accept(working.sibling, this.#now);
    return { status: "accepted" };
  }

  modify(order: Order, changes: OrderChanges): CommandOutcome {
    const refusal = modificationRefusal(order, changes) ?? this.#takesAtArrival({ ...order, ...changes } as Order);
    const working = this.#working.get(order);
    if (refusal !== undefined || working === undefined)
      return this.#refuseChange(order, refusal?.reason ?? "not_open", refusal?.message ?? "");
    updateOrder(order, changes);
    this.#toGrid(order, working.instrument);
    working.seesFrom = this.#now;
    working.instrument.book.move(working);
    this.#tellModified(order, "was modified");
    return { status: "accepted" };
  }

  cancel(order: Order): CommandOutcome {
    if (!isOpen(order))
      return { status: "refused", reason: "not_open", message: `order ${order.id} is ${order.status}` };
    this.#close(order, "canceled");
    return { status: "accepted" };
  }

  /** Cancels an order that was never handed in. */
  withdraw(order: Order): void {
    this.#close(order, "canceled");
  }

  /** Closes the open orders of an instrument as expired: it trades no more. */
  expireOrders(instrument: Instrument): void {
    for (const working of [...instrument.book]) if (isOpen(working.order)) this.#close(working.order, "expired");
  }

  /** Puts an order into the book; it sees bars that open at or after `time`, and a child the rest of the bar that filled its parent. */
  #accept(working: WorkingOrder, time: number): void {
    const { order, instrument } = working;
    updateOrder(order, { status: "open", submittedAt: time });
    this.#toGrid(order, instrument);
    if (order.reduceOnly) this.#cutToPosition(order, instrument);
    working.seesFrom = time;
    working.sequence = ++this.#accepted;
    this.nextDue = Math.min(this.nextDue, working.times.until);
    instrument.book.add(working);
    this.#instruments.add(instrument);
    this.#working.set(order, working);
    this.#listener({ kind: "accepted", time, order });
  }

  // Matching

  /** Fills what the open of the bar in progress fills. True when anything happened. */
  atOpen(instrument: Instrument): boolean {
    const { book, row } = instrument;
    const time = instrument.time[row] as number;
    const open = instrument.open[row] as number;
    const met = book.within(open, open, time);
    if (met.length === 0) return false;
    const traded = this.#tradedIn(instrument, row, met);
    let changed = false;
    for (const working of met) {
      const { times } = working;
      if (!isOpen(working.order) || times.auction === "close" || time < times.from) continue;
      const waitedBefore = working.deferredAt === time;
      const happened = traded && this.#meetOpen(working, open, time);
      const waitsNow = !waitedBefore && working.deferredAt === time;
      changed = (!waitsNow && this.#endImmediate(working)) || happened || changed;
    }
    return changed;
  }

  /** Fills what the rest of the bar in progress fills, and moves trailing stops. Called once, when the bar has closed. */
  throughBar(instrument: Instrument): void {
    const { book, row } = instrument;
    const opened = instrument.time[row] as number;
    const high = instrument.high[row] as number;
    const low = instrument.low[row] as number;
    const met = book.within(low, high, opened);
    if (met.length === 0 || !this.#tradedIn(instrument, row, met)) return;
    const close = instrument.close[row] as number;
    const place: FillPlace = { time: instrument.barClose - 1, row, moment: "inside" };
    const waiting = met.filter(
      (working) => working.mode !== "market" && working.times.auction === undefined && isReached(working, high, low),
    );
    if (waiting.length > 0) {
      const bar = { open: instrument.open[row] as number, high, low, close };
      const available = this.#volume.available(instrument, row);
      const { fills, triggered } = matchThroughBar(waiting, bar, this.#options, available);
      for (const working of triggered) this.#setOff(working);
      for (const { working, price } of fills) if (isOpen(working.order)) this.#execute(working, price, place);
    }
    for (const working of met) if (working.trails) working.trail(high, low);
    if (!hasDays(instrument)) return;
    for (const working of met) {
      if (working.times.auction === "close") this.#meetClose(working, { ...place, moment: "close" });
    }
  }

  /** Under `this-close`: fills fresh market orders at the close of the bar that ended at this instant. */
  atClose(): void {
    if (this.#options.fill !== "this-close") return;
    for (const instrument of this.#instruments) {
      const row = instrument.row - 1;
      if (instrument.lastClose !== this.#now || !this.#volume.traded(instrument, row)) continue;
      for (const working of [...instrument.book.restless]) {
        if (working.mode !== "market" || working.seesFrom !== this.#now || working.times.auction !== undefined)
          continue;
        this.#execute(working, instrument.lastPrice, { time: this.#now, row, moment: "close" });
        this.#endImmediate(working);
      }
    }
  }

  /** Ends what is due, and fills what was meant for a close; called after the bars that closed at this instant have had their say. */
  settleDue(): void {
    if (this.#now >= this.nextDue) this.#settleDue();
  }

  #settleDue(): void {
    let next = Number.POSITIVE_INFINITY;
    for (const instrument of this.#instruments) {
      for (const working of [...instrument.book]) {
        const { until } = working.times;
        // A bar in progress that opened in time is still examined; what is left then goes at its close.
        if (until > this.#now) next = Math.min(next, until);
        else if (instrument.inBar) next = Math.min(next, instrument.barClose);
        else this.#end(working);
      }
    }
    this.nextDue = next;
  }

  #end(working: WorkingOrder): void {
    const { instrument, times } = working;
    const row = instrument.row - 1;
    const sawBar = row >= 0 && (instrument.time[row] as number) >= working.seesFrom;
    if (times.auction === "close" && sawBar && this.#volume.traded(instrument, row))
      this.#meetClose(working, { time: this.#now - 1, row, moment: "close" });
    else this.#close(working.order, "expired");
  }

  #meetOpen(working: WorkingOrder, open: number, time: number): boolean {
    const { order, instrument } = working;
    working.anchor(open);
    const waited = working.mode;
    const price = matchAtPrice(working, open, this.#options.limitFill);
    if (working.mode !== waited) instrument.book.move(working);
    if (Number.isNaN(price)) return false;
    if (order.postOnly && working.seesFrom === time) {
      this.#refuse(order, "would_take_liquidity", `the open ${open} is at its limit or better`);
      return true;
    }
    return this.#execute(working, price, { time, row: instrument.row, moment: "open" });
  }

  /** Fills an order for the close there, or ends it. */
  #meetClose(working: WorkingOrder, place: FillPlace): void {
    const { order, instrument } = working;
    const price = matchAtPrice(working, instrument.close[place.row] as number, this.#options.limitFill);
    if (!Number.isNaN(price)) this.#execute(working, price, place);
    if (isOpen(order)) this.#close(order, "expired");
  }

  #setOff(working: WorkingOrder): void {
    if (!isOpen(working.order)) return;
    working.trigger();
    working.instrument.book.move(working);
  }

  /** Ends what was to fill at once, or at this open, and has not. */
  #endImmediate({ order, times }: WorkingOrder): boolean {
    if (!isOpen(order)) return false;
    if (isImmediate(order)) this.#close(order, "canceled");
    else if (times.auction === "open") this.#close(order, "expired");
    else return false;
    return true;
  }

  #tradedIn(instrument: Instrument, row: number, met: readonly WorkingOrder[]): boolean {
    if (this.#volume.traded(instrument, row)) return true;
    const [first] = met;
    if (first !== undefined && !this.#toldOfNoVolume.has(instrument)) {
      this.#toldOfNoVolume.add(instrument);
      const message = `Orders for ${instrument.asset} wait while bars have no volume, unless the run is told fillWithoutVolume`;
      this.#events.info(this.#now, "bars_without_volume", first.order, message);
    }
    return false;
  }

  // Fills

  /** Books a fill of what there is volume for, after a last look at the account. True when anything happened. */
  #execute(working: WorkingOrder, matched: number, place: FillPlace): boolean {
    const { order, instrument } = working;
    if (!this.#settleSize(working, matched, place)) return true;
    const remaining = remainingQuantity(order);
    const quantity = Math.min(remaining, this.#volume.available(instrument, place.row));
    if (!(quantity > 0) || (order.timeInForce === "fok" && quantity < remaining)) return false;
    const price = fillPrice(this.#options, working, matched, quantity, place);
    const units = working.direction * quantity;
    const fee = tradingFee(this.#options, order.side, instrument, price, quantity, order.filledQuantity === 0);
    const short = this.#buyingPower.refusal(instrument, units, price, fee);
    if (short !== undefined)
      return this.#cannotPay(working, `At the fill price ${price} ${short.message}`, short, place);
    this.#volume.take(instrument, place.row, quantity);
    const { time } = place;
    const booking = this.#portfolio.book(instrument, units, price, fee);
    this.#trades.record({ instrument, time, units, price, fee, booking });
    const slippage = Math.abs(price - matched) * quantity * instrument.unitValue;
    const { asset, side, id: orderId } = order;
    const contract = instrument.contract === undefined ? {} : { contract: instrument.contract };
    const fill: Fill = Object.freeze({ time, asset, side, quantity, price, fee, slippage, orderId, ...contract });
    this.fills.push(fill);
    const complete = quantity === remaining;
    updateOrder(order, {
      status: complete ? "filled" : "partially_filled",
      filledQuantity: complete ? order.quantity : order.filledQuantity + quantity,
      averageFillPrice: blend(order, price, quantity),
      fees: order.fees + fee,
      closedAt: complete ? time : undefined,
    });
    if (complete) this.#remove(order);
    this.#listener({ kind: "filled", time, order, fill, complete });
    this.#followFill(working, fill, complete);
    return true;
  }

  /** Sizes a target order, and cuts one that may only reduce; closes it and answers false when nothing is left to do. */
  #settleSize(working: WorkingOrder, matched: number, place: FillPlace): boolean {
    const { order, instrument } = working;
    if (order.target !== undefined && order.filledQuantity === 0)
      return this.#sizeTarget(working, order.target, matched, place);
    return !order.reduceOnly || this.#cutToPosition(order, instrument);
  }

  /**
   * What the account cannot pay at an open waits until the other orders of that open have filled: sales pay for purchases, whichever
   * asset comes first. Then it is refused.
   */
  #cannotPay(working: WorkingOrder, message: string, { reason }: Refusal, { time, moment }: FillPlace): boolean {
    if (moment === "open" && working.deferredAt !== time) working.deferredAt = time;
    else this.#refuse(working.order, reason, message);
    return true;
  }

  /** Of exits, the other; of an entry, its exits; of an exit that is done, what its entry still waits for. */
  #followFill(working: WorkingOrder, { quantity, time }: Fill, complete: boolean): void {
    const { sibling, parent } = working;
    if (sibling !== undefined && isOpen(sibling.order)) {
      if (complete || sibling.order.quantity - quantity <= sibling.order.filledQuantity)
        this.#close(sibling.order, "canceled");
      else this.#resize(sibling.order, -quantity);
    }
    if (complete && parent !== undefined && isOpen(parent.order)) this.#close(parent.order, "canceled");
    for (const child of working.children) {
      if (child.order.status === "unsubmitted") {
        updateOrder(child.order, { quantity: working.order.filledQuantity });
        this.#accept(child, time);
      } else if (isOpen(child.order)) this.#resize(child.order, quantity);
    }
  }

  #resize(order: Order, change: number): void {
    updateOrder(order, { quantity: order.quantity + change });
    this.#tellModified(order, `is for ${order.quantity} now, as the orders it belongs to have filled`);
  }

  /** Signed units that lead from what is held to a target, at the last price. */
  unitsToTarget(instrument: Instrument, target: OrderTarget, price = instrument.lastPrice): number {
    return unitsToTarget(target, { instrument, price, portfolio: this.#portfolio, costs: this.#options });
  }

  /** Gives a target order its side and quantity; closes it and answers false when its target is held already. */
  #sizeTarget(working: WorkingOrder, target: OrderTarget, matched: number, place: FillPlace): boolean {
    const { order, instrument } = working;
    const estimate = this.unitsToTarget(instrument, target, matched);
    const side = estimate < 0 ? "sell" : "buy";
    updateOrder(order, { side, quantity: Math.abs(estimate) });
    const price = fillPrice(this.#options, working, matched, order.quantity, place);
    const units = this.unitsToTarget(instrument, target, price);
    if (units * directionOf(side) > 0) {
      updateOrder(order, { quantity: Math.abs(units) });
      return true;
    }
    this.#events.info(this.#now, "target_reached", order, `${aboutOrder(order)}: its target is held already`);
    this.#close(order, "canceled");
    return false;
  }

  /** Cuts an order to what there is to reduce; closes it and answers false when that is nothing. */
  #cutToPosition(order: Order, instrument: Instrument): boolean {
    const reducible = this.#reducible(order, instrument);
    if (remainingQuantity(order) <= reducible) return true;
    const message = `${aboutOrder(order)} may only reduce, and ${reducible} is held against it`;
    this.#events.warn(this.#now, "order_quantity_cut", order, message);
    if (reducible > 0) updateOrder(order, { quantity: order.filledQuantity + reducible });
    else this.#close(order, "canceled");
    return reducible > 0;
  }

  // The account

  #reducible(order: Order, instrument: Instrument): number {
    return Math.max(0, -directionOf(order.side) * this.#portfolio.quantityOf(instrument));
  }

  /** What the account, or the market at this instant, has against an order. */
  #accountRefusal(order: Order, instrument: Instrument | undefined): Refusal | undefined {
    if (instrument === undefined) return undefined;
    if (order.reduceOnly && this.#reducible(order, instrument) === 0)
      return { reason: "nothing_to_reduce", message: "nothing is held that it could reduce" };
    return this.#takesAtArrival(order) ?? this.#unaffordable(order, instrument);
  }

  /** A post-only order at or beyond the price it would meet now. */
  #takesAtArrival(order: Order): Refusal | undefined {
    const instrument = this.#find(order);
    if (!order.postOnly || order.kind !== "limit" || instrument === undefined) return undefined;
    const direction = directionOf(order.side);
    const quotes = direction === 1 ? instrument.ask : instrument.bid;
    const quote = instrument.lastClose === this.#now ? quotes?.[instrument.row - 1] : undefined;
    const price = quote === undefined || Number.isNaN(quote) ? instrument.lastPrice : quote;
    if (!(direction * order.limitPrice >= direction * price)) return undefined;
    return { reason: "would_take_liquidity", message: `its limit ${order.limitPrice} would fill at once, at ${price}` };
  }

  #unaffordable(order: Order, instrument: Instrument): Refusal | undefined {
    // A target order is sized by what the account can pay; it is judged at its fill.
    if (order.target !== undefined) return undefined;
    const price = "limitPrice" in order ? order.limitPrice : instrument.lastPrice;
    // Before the first price there is nothing to judge by; the fill is judged again anyhow.
    if (Number.isNaN(price)) return undefined;
    const fee = tradingFee(this.#options, order.side, instrument, price, order.quantity);
    const short = this.#buyingPower.refusal(instrument, directionOf(order.side) * order.quantity, price, fee);
    return short === undefined ? undefined : { ...short, message: `At the price ${price} ${short.message}` };
  }

  // The book

  #toGrid(order: Order, instrument: Instrument): void {
    const { tickSize } = instrument.terms;
    const grid = pricesOnGrid(order, tickSize);
    if (grid === undefined) return;
    updateOrder(order, grid.prices);
    if (grid.moved === "") return;
    const message = `${aboutOrder(order)} is off the tick of ${tickSize}: ${grid.moved}`;
    this.#events.warn(this.#now, "order_price_rounded", order, message);
  }

  #close(order: Order, status: "canceled" | "expired"): void {
    updateOrder(order, { status, closedAt: this.#now });
    this.#remove(order);
    const [code, words] =
      status === "canceled" ? (["order_canceled", "was canceled"] as const) : (["order_expired", "expired"] as const);
    this.#events.info(this.#now, code, order, `${aboutOrder(order)} ${words}`);
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
    const working = this.#working.get(order);
    if (working === undefined) return;
    this.#working.delete(order);
    working.instrument.book.remove(working);
  }

  #refuse(order: Order, reason: RefusalCode, message: string): CommandOutcome {
    const text = `Order ${order.id} to ${order.side} ${order.quantity} ${order.asset} was refused: ${message}`;
    if (reason !== "already_submitted") {
      updateOrder(order, { status: "rejected", refusal: reason, closedAt: this.#now });
      this.#remove(order);
      this.#dropChildren(order);
    }
    return this.#tellRefused("order_refused", order, reason, text);
  }

  #refuseChange(order: Order, reason: RefusalCode, message: string): CommandOutcome {
    return this.#tellRefused(
      "modification_refused",
      order,
      reason,
      `A change to order ${order.id} for ${order.asset} was refused: ${message}`,
    );
  }

  #tellRefused(code: RunEvent["code"], order: Order, reason: RefusalCode, message: string): CommandOutcome {
    this.#events.refusal(this.#now, code, order, message, reason);
    this.#listener({ kind: "refused", time: this.#now, order, reason, message });
    return { status: "refused", reason, message };
  }

  #tellModified(order: Order, words: string): void {
    this.#events.info(this.#now, "order_modified", order, `${aboutOrder(order)} ${words}`);
    this.#listener({ kind: "modified", time: this.#now, order });
  }
}

function aboutOrder(order: Order): string {
  return `Order ${order.id} for ${order.asset}`;
}

/** Fill at once or not at all. */
function isImmediate(order: Order): boolean {
  return order.timeInForce === "ioc" || order.timeInForce === "fok";
}

/** Mean price with one more fill; of fills at one price, that price to the last bit. */
function blend({ averageFillPrice, filledQuantity }: Order, price: number, quantity: number): number {
  if (averageFillPrice === undefined || averageFillPrice === price) return price;
  return (averageFillPrice * filledQuantity + price * quantity) / (filledQuantity + quantity);
}
