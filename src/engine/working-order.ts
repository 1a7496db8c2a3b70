import { addExactly } from "../bars/price-adjustment.ts";
import { directionOf, type Order } from "../market/order.ts";
import type { Instrument } from "./instrument.ts";

/** How an order waits: for a price at least as good as its level (limit), or for the market to reach it (stop). */
export type WaitMode = "market" | "limit" | "stop";

/** An accepted order in the book, with what matching needs at hand. */
export class WorkingOrder {
  readonly order: Order;
  readonly instrument: Instrument;
  /** Orders never fill in bars that open at or after this instant. */
  readonly expiresAt: number;
  /** True once a stop-limit order's stop was reached: it waits as a limit order from then on. */
  triggered = false;
  /** Instant of an open at which the account could not pay; asked again once the other orders of that open have filled. */
  deferredAt = Number.NaN;
  /** Exits that enter the book when this order fills. */
  children: readonly WorkingOrder[] = [];
  /** The other of two orders of which one cancels the other. */
  sibling: WorkingOrder | undefined;
  /** Best price seen by a trailing stop, from which its level hangs. */
  #best = Number.NaN;

  constructor(order: Order, instrument: Instrument, expiresAt: number) {
    this.order = order;
    this.instrument = instrument;
    this.expiresAt = expiresAt;
    if (order.kind === "trailing_stop") this.#best = instrument.lastPrice;
  }

  get direction(): 1 | -1 {
    return directionOf(this.order.side);
  }

  get mode(): WaitMode {
    switch (this.order.kind) {
      case "market":
        return "market";
      case "limit":
        return "limit";
      case "stop_limit":
        return this.triggered ? "limit" : "stop";
      default:
        return "stop";
    }
  }

  /** The price the order waits for; NaN when there is none (market) or none yet (a trailing stop before the first price). */
  get level(): number {
    const { order } = this;
    switch (order.kind) {
      case "market":
        return Number.NaN;
      case "limit":
        return order.limitPrice;
      case "stop":
        return order.stopPrice;
      case "stop_limit":
        return this.triggered ? order.limitPrice : order.stopPrice;
      default:
        return this.#trailLevel();
    }
  }

  /** True when a fill takes liquidity, and so slips: everything that does not wait as a limit order. */
  get takesLiquidity(): boolean {
    return this.order.kind !== "limit" && this.order.kind !== "stop_limit";
  }

  /** Moves a trailing stop's level by a bar's extremes; never away from the market. Called after the fill test of the bar. */
  trail(high: number, low: number): void {
    const favourable = this.direction === 1 ? low : high;
    const better = this.direction === 1 ? favourable < this.#best : favourable > this.#best;
    if (better || Number.isNaN(this.#best)) this.#best = favourable;
  }

  /** Moves a trailing stop's best price with the prices of a roll. */
  shift(amount: number): void {
    this.#best = addExactly(this.#best, amount);
  }

  /** Gives a trailing stop its first price, where none was known when it was accepted. */
  anchor(price: number): void {
    if (Number.isNaN(this.#best)) this.#best = price;
  }

  #trailLevel(): number {
    const { order, direction } = this;
    if (order.kind !== "trailing_stop") return Number.NaN;
    const distance = order.trailPrice ?? Math.abs(this.#best) * (order.trailPercent ?? 0);
    return this.#best + direction * distance;
  }
}

/** An order and its children, tied together as its class says. The children's own expiry is their parent's. */
export function workingOrderOf(order: Order, instrument: Instrument, expiresAt: number): WorkingOrder {
  const working = new WorkingOrder(order, instrument, expiresAt);
  const children = order.children.map((child) => new WorkingOrder(child, instrument, expiresAt));
  const pair = order.orderClass === "oco" ? [working, ...children] : children;
  const [first, second] = pair;
  if (first !== undefined && second !== undefined) {
    first.sibling = second;
    second.sibling = first;
  }
  if (order.orderClass !== "oco") working.children = children;
  return working;
}
