import { addExactly } from "../bars/price-adjustment.ts";
import { directionOf, type Order, type TrailDistance } from "../market/order.ts";
import { roundToTick, type TickRounding } from "../market/price.ts";
import type { Instrument } from "./instrument.ts";
import type { OrderTimes } from "./order-times.ts";

/** How an order waits: for nothing (market), for a price at its limit or better (limit), or for a price that sets it off (trigger). */
export type WaitMode = "market" | "limit" | "trigger";

/** An accepted order in the book, with what matching needs at hand. */
export class WorkingOrder {
  readonly order: Order;
  readonly instrument: Instrument;
  readonly times: OrderTimes;
  /** Counts up in order of acceptance: earlier orders fill first where nothing else decides. */
  sequence = 0;
  /** It sees only bars that open at or after this instant: its acceptance, or its last change. */
  seesFrom = Number.NaN;
  /** Exits that live from this order's fills; of a combination, its legs. */
  children: readonly WorkingOrder[] = [];
  /** The order whose fills this exit lives from; of a leg, its combination. */
  parent: WorkingOrder | undefined;
  /** The other of two orders of which one cancels the other. */
  sibling: WorkingOrder | undefined;
  /** Instant of an open at which the account could not pay; asked again once the other orders of that open have filled. */
  deferredAt = Number.NaN;
  private isTriggered = false;
  /** Best price seen by a trailing stop, from which its level hangs. */
  private best = Number.NaN;
  /** Limit of a trailing stop-limit order whose stop was reached. */
  private limit = Number.NaN;

  constructor(order: Order, instrument: Instrument, times: OrderTimes) {
    this.order = order;
    this.instrument = instrument;
    this.times = times;
    if (this.trails) this.best = instrument.lastPrice;
  }

  get direction(): 1 | -1 {
    return directionOf(this.order.side);
  }

  get mode(): WaitMode {
    const { kind } = this.order;
    if (kind === "market" || kind === "limit") return kind;
    if (!this.isTriggered) return "trigger";
    return this.hasLimit ? "limit" : "market";
  }

  /** The price the order waits for; NaN when there is none (market) or none yet (a trailing stop before the first price). */
  get level(): number {
    return this.mode === "trigger" ? this.triggerPrice : this.limitPrice;
  }

  /** True when it waits for the price to rise to its level, false for it to fall. */
  get rises(): boolean {
    const { kind } = this.order;
    const against = this.mode === "trigger" && kind !== "market_if_touched" && kind !== "limit_if_touched";
    return against === (this.direction === 1);
  }

  /** The price that sets the order off; NaN for one that waits for none. */
  get triggerPrice(): number {
    const { order } = this;
    switch (order.kind) {
      case "stop":
      case "stop_limit":
        return order.stopPrice;
      case "market_if_touched":
      case "limit_if_touched":
        return order.touchPrice;
      case "trailing_stop":
      case "trailing_stop_limit":
        return this.trailLevel(this.best);
      default:
        return Number.NaN;
    }
  }

  /** Where a trailing stop hangs from the best price seen: on the tick grid, to the side that is farther from the market. */
  trailLevel(best: number): number {
    const { trailPrice, trailPercent = 0 } = this.order as TrailDistance;
    const level =
      trailPrice === undefined
        ? best + this.direction * Math.abs(best) * trailPercent
        : addExactly(best, this.direction * trailPrice);
    return this.onGrid(level, this.direction === 1 ? "up" : "down");
  }

  /** True when the order never fills beyond a limit. */
  get hasLimit(): boolean {
    const { kind } = this.order;
    return kind === "limit" || kind === "stop_limit" || kind === "limit_if_touched" || kind === "trailing_stop_limit";
  }

  /** The limit that binds once nothing else is waited for; NaN for an order without one. */
  get limitPrice(): number {
    const { order } = this;
    if (order.kind === "trailing_stop_limit")
      return this.isTriggered ? this.limit : this.limitBeyond(this.triggerPrice, order.limitOffset);
    return "limitPrice" in order ? order.limitPrice : Number.NaN;
  }

  /** On the tick grid, as any limit: to the side that is safe. */
  private limitBeyond(level: number, offset: number): number {
    return this.onGrid(addExactly(level, this.direction * offset), this.direction === 1 ? "down" : "up");
  }

  private onGrid(price: number, rounding: TickRounding): number {
    const { tickSize } = this.instrument.terms;
    return tickSize === undefined ? price : roundToTick(price, tickSize, rounding);
  }

  /** True for orders whose level follows the market. */
  get trails(): boolean {
    return this.order.kind === "trailing_stop" || this.order.kind === "trailing_stop_limit";
  }

  /** True once the price that sets the order off was seen. */
  get triggered(): boolean {
    return this.isTriggered;
  }

  /** Sets the order off: from now on it waits as a limit order, or for nothing. */
  trigger(): void {
    this.limit = this.limitPrice;
    this.isTriggered = true;
  }

  /** Moves a trailing stop's level by a bar's extremes; never away from the market. Called after the fill test of the bar. */
  trail(high: number, low: number): void {
    const favourable = this.direction === 1 ? low : high;
    const better = this.direction === 1 ? favourable < this.best : favourable > this.best;
    if (better) this.best = favourable;
  }

  /** Scales what a trailing stop hangs on with the prices of a split. */
  scale(factor: number): void {
    this.best *= factor;
    this.limit *= factor;
  }

  /** Moves what a trailing stop hangs on with the prices of a roll. */
  shift(amount: number): void {
    this.best = addExactly(this.best, amount);
    this.limit = addExactly(this.limit, amount);
  }

  /** Hangs the trailing stop of an entry from the price at which the entry filled. */
  hangFrom(price: number): void {
    this.best = price;
  }

  /** Gives a trailing stop its first price, where none was known when it was accepted. */
  anchor(price: number): void {
    if (Number.isNaN(this.best)) this.best = price;
  }
}

/** An order and its children, tied together as its class says. */
export function workingOrderOf(order: Order, placed: (order: Order) => WorkingOrder): WorkingOrder {
  const working = placed(order);
  if (order.children.length === 0) return working;
  const children = order.children.map(placed);
  if (order.orderClass !== "oco") {
    working.children = children;
    for (const child of children) child.parent = working;
  }
  if (order.orderClass === "multileg") return working;
  const [first, second] = order.orderClass === "oco" ? [working, ...children] : children;
  if (first !== undefined && second !== undefined) {
    first.sibling = second;
    second.sibling = first;
  }
  return working;
}
