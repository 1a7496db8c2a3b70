import type { Asset } from "./asset.ts";
import type { RefusalCode } from "./events.ts";

export type OrderSide = "buy" | "sell";

export const TIMES_IN_FORCE = ["day", "gtc", "gtd", "ioc", "fok", "opg", "cls"] as const;
export type TimeInForce = (typeof TIMES_IN_FORCE)[number];

/**
 * Where an order stands. `unsubmitted` until it is handed in; `submitted` while a broker outside has not answered; `open` and `partially_filled` can still fill; the other four are
 * final.
 */
export type OrderStatus =
  | "unsubmitted"
  | "submitted"
  | "open"
  | "partially_filled"
  | "filled"
  | "canceled"
  | "expired"
  | "rejected";

/** Prices of an order, by kind: an order without the price its kind needs cannot be written. */
export type OrderTerms =
  | { readonly kind: "market" }
  | { readonly kind: "limit"; readonly limitPrice: number }
  | { readonly kind: "stop"; readonly stopPrice: number }
  | { readonly kind: "stop_limit"; readonly stopPrice: number; readonly limitPrice: number }
  | { readonly kind: "market_if_touched"; readonly touchPrice: number }
  | { readonly kind: "limit_if_touched"; readonly touchPrice: number; readonly limitPrice: number }
  | ({ readonly kind: "trailing_stop" } & TrailDistance)
  /** Once its stop is reached it is a limit order, `limitOffset` price units beyond that stop. */
  | ({ readonly kind: "trailing_stop_limit"; readonly limitOffset: number } & TrailDistance);

/** How far behind the best price seen a trailing stop hangs: in price units, or as a fraction of that price (0.02 is 2 %). */
export type TrailDistance =
  | { readonly trailPrice: number; readonly trailPercent?: never }
  | { readonly trailPercent: number; readonly trailPrice?: never };

export type OrderKind = OrderTerms["kind"];

/**
 * How orders hang together. `bracket`: an entry with a take-profit and a stop-loss, which live from its fill and of which one cancels
 * the other. `oto`: an entry with one of the two. `oco`: the two without an entry. `multileg`: legs that fill all or none. `simple`: an
 * order by itself, or a child of the others.
 */
export type OrderClass = "simple" | "bracket" | "oco" | "oto" | "multileg";

/** What a target order is to lead to: units held (below 0: short), or a fraction of the account's equity at work in the asset. */
export type OrderTarget = { readonly quantity: number } | { readonly fraction: number };

interface OrderCommon {
  /** Unique within a run; counts up in order of creation. */
  readonly id: string;
  readonly asset: Asset;
  readonly side: OrderSide;
  /** Units, contracts or shares; above 0. The direction is in `side`. */
  readonly quantity: number;
  /** Of a target order, whose `side` and `quantity` are an estimate until its first fill. */
  readonly target: OrderTarget | undefined;
  readonly timeInForce: TimeInForce;
  /** Last instant of a `gtd` order, epoch ms UTC, exclusive. */
  readonly goodTillDate: number | undefined;
  /** Refused when it would take liquidity at its arrival. */
  readonly postOnly: boolean;
  /** Never opens or adds to a position: it is cut to what there is to reduce. */
  readonly reduceOnly: boolean;
  /** The user's own word for the order; not read by the engine. Children have their parent's. */
  readonly tag: string | undefined;
  readonly orderClass: OrderClass;
  /** Exits that live from this order's fill (bracket, oto), or the other of two (oco). */
  readonly children: readonly Order[];
  /** The order whose child this is. */
  readonly parentId: string | undefined;
  readonly status: OrderStatus;
  /** Units filled so far. */
  readonly filledQuantity: number;
  /** Mean price of the fills, not rounded; undefined before the first. */
  readonly averageFillPrice: number | undefined;
  /** Fees paid so far, in account currency. */
  readonly fees: number;
  /** When it was created, epoch ms UTC. */
  readonly createdAt: number;
  /** When it was handed in; undefined while `unsubmitted`. It sees only bars that open at or after this instant. */
  readonly submittedAt: number | undefined;
  /** When it reached a final status. */
  readonly closedAt: number | undefined;
  /** Why it was rejected. */
  readonly refusal: RefusalCode | undefined;
}

/** One order, read-only for the strategy; the engine keeps it up to date. `kind` tells which prices it has. */
export type Order = OrderCommon & OrderTerms;

/** What `createOrder` takes beside asset, quantity and side. The kind follows from the prices given. */
export interface OrderOptions {
  /** Limit price; together with `stopPrice` a stop-limit order. */
  readonly limitPrice?: number | undefined;
  /** Stop price: the order becomes a market (or limit) order once the market, moving against it, trades there. */
  readonly stopPrice?: number | undefined;
  /** Touch price: the order becomes a market (or limit) order once the market, moving its way, trades there. */
  readonly touchPrice?: number | undefined;
  /** Trailing stop, distance in price units. */
  readonly trailPrice?: number | undefined;
  /** Trailing stop, distance as a fraction of the best price: 0.02 is 2 %. */
  readonly trailPercent?: number | undefined;
  /** With a trail: once the stop is reached, a limit order that gives way by so many price units from it; from 0. */
  readonly limitOffset?: number | undefined;
  /**
   * `day`, `gtc` (until canceled), `gtd` (until `goodTillDate`), `ioc` (what fills at once, the rest canceled), `fok` (all at once or
   * nothing), `opg` and `cls` (at the next open or close of the asset's session; market and limit orders).
   * @default "gtc"
   */
  readonly timeInForce?: TimeInForce | undefined;
  /** Needed by `gtd`: epoch ms UTC or an ISO date (its end in UTC). */
  readonly goodTillDate?: number | string | undefined;
  /** Of a limit order: refused when it would take liquidity at its arrival. @default false */
  readonly postOnly?: boolean | undefined;
  /** Only ever reduces a position: cut to what is held, refused where nothing is. @default false */
  readonly reduceOnly?: boolean | undefined;
  readonly tag?: string | undefined;
  readonly orderClass?: Exclude<OrderClass, "simple" | "multileg"> | undefined;
  /** Limit price of the exit that takes the profit. */
  readonly takeProfitPrice?: number | undefined;
  /** Stop price of the exit that ends the loss. */
  readonly stopLossPrice?: number | undefined;
  /** With `stopLossPrice`: the exit is a stop-limit order at this limit. */
  readonly stopLossLimitPrice?: number | undefined;
  /** Instead of `stopLossPrice`: the exit is a trailing stop at this distance, price units, from where the entry filled. */
  readonly stopLossTrailPrice?: number | undefined;
  /** The same with the distance as a fraction of the best price: 0.02 is 2 %. */
  readonly stopLossTrailPercent?: number | undefined;
}

/** One leg of a combination. */
export interface OrderLeg {
  readonly asset: Asset;
  /** Whole units, above 0. */
  readonly quantity: number;
  readonly side: OrderSide;
}

/** What a combination takes beside its legs. */
export interface MultilegOptions {
  /**
   * The most that one unit of the combination may cost, in price units: what its buys pay less what its sales bring. Below 0 a credit.
   * One unit has the quantities of the legs divided by their greatest common divisor.
   */
  readonly limitPrice?: number | undefined;
  /** @default "gtc" */
  readonly timeInForce?: "day" | "gtc" | "gtd" | "ioc" | "fok" | undefined;
  /** Needed by `gtd`: epoch ms UTC or an ISO date (its end in UTC). */
  readonly goodTillDate?: number | string | undefined;
  readonly tag?: string | undefined;
}

/** What target orders take beside asset and target. */
export type TargetOrderOptions = Pick<OrderOptions, "timeInForce" | "goodTillDate" | "tag">;

/**
 * What may be replaced in an open order, as far as its kind has it and it was not set off by it already; prices and distances as in
 * `OrderOptions`. The order sees only bars that open at or after the change.
 */
export interface OrderChanges {
  /** Units in all, those filled so far among them. */
  readonly quantity?: number;
  readonly limitPrice?: number;
  readonly stopPrice?: number;
  readonly touchPrice?: number;
  readonly trailPrice?: number;
  readonly trailPercent?: number;
  readonly limitOffset?: number;
}

/** True while the order can still fill. */
export function isOpen(order: Order): boolean {
  return order.status === "open" || order.status === "partially_filled";
}

/** Units still to fill. */
export function remainingQuantity(order: Order): number {
  return order.quantity - order.filledQuantity;
}

/** +1 for a buy, -1 for a sell. */
export function directionOf(side: OrderSide): 1 | -1 {
  return side === "buy" ? 1 : -1;
}
