import type { Asset } from "./asset.ts";
import { InvalidInputError } from "./errors.ts";
import type { RefusalCode } from "./events.ts";
import { formatInstant, parseDate } from "./time.ts";

export type OrderSide = "buy" | "sell";

export const TIMES_IN_FORCE = ["day", "gtc", "gtd", "ioc", "fok", "opg", "cls"] as const;
export type TimeInForce = (typeof TIMES_IN_FORCE)[number];

/**
 * Where an order stands. `unsubmitted` until it is handed in; `open` and `partially_filled` can still fill; the other four are
 * final.
 */
export type OrderStatus = "unsubmitted" | "open" | "partially_filled" | "filled" | "canceled" | "expired" | "rejected";

/** Prices of an order, by kind: an order without the price its kind needs cannot be written. */
export type OrderTerms =
  | { readonly kind: "market" }
  | { readonly kind: "limit"; readonly limitPrice: number }
  | { readonly kind: "stop"; readonly stopPrice: number }
  | { readonly kind: "stop_limit"; readonly stopPrice: number; readonly limitPrice: number }
  /** Exactly one of the two: a distance in price units, or a fraction of the best price seen (0.02 is 2 %). */
  | { readonly kind: "trailing_stop"; readonly trailPrice: number; readonly trailPercent?: never }
  | { readonly kind: "trailing_stop"; readonly trailPercent: number; readonly trailPrice?: never };

export type OrderKind = OrderTerms["kind"];

interface OrderCommon {
  /** Unique within a run; counts up in order of creation. */
  readonly id: string;
  readonly asset: Asset;
  readonly side: OrderSide;
  /** Units, contracts or shares; above 0. The direction is in `side`. */
  readonly quantity: number;
  readonly timeInForce: TimeInForce;
  /** Last instant of a `gtd` order, epoch ms UTC, exclusive. */
  readonly goodTillDate: number | undefined;
  /** The user's own word for the order; not read by the engine. */
  readonly tag: string | undefined;
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
  /** Stop price: the order becomes a market (or limit) order once the market trades there. */
  readonly stopPrice?: number | undefined;
  /** Trailing stop, distance in price units. */
  readonly trailPrice?: number | undefined;
  /** Trailing stop, distance as a fraction of the best price: 0.02 is 2 %. */
  readonly trailPercent?: number | undefined;
  /** @default "gtc" */
  readonly timeInForce?: TimeInForce | undefined;
  /** Needed by `gtd`: epoch ms UTC or an ISO date (its end in UTC). */
  readonly goodTillDate?: number | string | undefined;
  readonly tag?: string | undefined;
}

/** Options that replace the prices of an open order. */
export interface OrderChanges {
  readonly limitPrice?: number;
  readonly stopPrice?: number;
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

/** Options that only some kinds of order know. */
const ORDER_OPTION_NAMES = [
  "limitPrice",
  "stopPrice",
  "trailPrice",
  "trailPercent",
  "timeInForce",
  "goodTillDate",
  "tag",
] as const satisfies readonly (keyof OrderOptions)[];

/** A new order, `unsubmitted`. Quantity is judged when the order is handed in, so that a refusal can reach `onErrorOrder`. */
export function buildOrder(
  id: string,
  createdAt: number,
  request: {
    readonly asset: Asset;
    readonly quantity: number;
    readonly side: OrderSide;
    readonly options: OrderOptions;
  },
): Order {
  const { asset, quantity, side, options } = request;
  if (side !== "buy" && side !== "sell") {
    throw new InvalidInputError(
      "invalid_order",
      `Creating an order for ${asset}: side was '${side}', expected 'buy' or 'sell'`,
    );
  }
  checkOptionNames(asset, options);
  return {
    id,
    asset,
    side,
    quantity,
    timeInForce: timeInForceOf(asset, options),
    goodTillDate: goodTillDateOf(asset, options),
    tag: options.tag,
    status: "unsubmitted",
    filledQuantity: 0,
    averageFillPrice: undefined,
    fees: 0,
    createdAt,
    submittedAt: undefined,
    closedAt: undefined,
    refusal: undefined,
    ...termsOf(asset, options),
  };
}

function checkOptionNames(asset: Asset, options: OrderOptions): void {
  for (const name of Object.keys(options)) {
    if (!(ORDER_OPTION_NAMES as readonly string[]).includes(name)) {
      throw new InvalidInputError(
        "invalid_order",
        `Creating an order for ${asset}: the option '${name}' is not known`,
        {
          hint: `Known: ${ORDER_OPTION_NAMES.join(", ")}.`,
        },
      );
    }
  }
}

function timeInForceOf(asset: Asset, options: OrderOptions): TimeInForce {
  const timeInForce = options.timeInForce ?? "gtc";
  if (!TIMES_IN_FORCE.includes(timeInForce)) {
    throw new InvalidInputError("invalid_order", `Creating an order for ${asset}: timeInForce was '${timeInForce}'`, {
      hint: `Known: ${TIMES_IN_FORCE.join(", ")}.`,
    });
  }
  return timeInForce;
}

function goodTillDateOf(asset: Asset, options: OrderOptions): number | undefined {
  const { goodTillDate } = options;
  if (goodTillDate === undefined) {
    if (options.timeInForce !== "gtd") return undefined;
    throw new InvalidInputError("invalid_order", `Creating an order for ${asset}: 'gtd' needs a goodTillDate`);
  }
  if (options.timeInForce !== "gtd") {
    throw new InvalidInputError(
      "invalid_order",
      `Creating an order for ${asset}: goodTillDate without timeInForce 'gtd'`,
    );
  }
  if (typeof goodTillDate === "number" && Number.isFinite(goodTillDate)) return goodTillDate;
  const date = typeof goodTillDate === "string" ? parseDate(goodTillDate) : undefined;
  if (date === undefined) {
    throw new InvalidInputError("invalid_order", `Creating an order for ${asset}: goodTillDate was '${goodTillDate}'`, {
      hint: `Give an ISO date such as '${formatInstant(0).slice(0, 10)}' or epoch milliseconds.`,
    });
  }
  return date + 86_400_000;
}

function termsOf(asset: Asset, options: OrderOptions): OrderTerms {
  const { limitPrice, stopPrice, trailPrice, trailPercent } = options;
  const price = (name: "limitPrice" | "stopPrice" | "trailPrice" | "trailPercent", value: number): number => {
    if (Number.isFinite(value)) return value;
    throw new InvalidInputError(
      "invalid_order",
      `Creating an order for ${asset}: ${name} was ${value}, expected a number`,
    );
  };
  if (trailPrice !== undefined || trailPercent !== undefined) {
    if (
      limitPrice !== undefined ||
      stopPrice !== undefined ||
      (trailPrice !== undefined && trailPercent !== undefined)
    ) {
      throw new InvalidInputError(
        "invalid_order",
        `Creating an order for ${asset}: a trailing stop takes one of trailPrice and trailPercent and no other price`,
      );
    }
    return trailingTerms(asset, options);
  }
  if (stopPrice !== undefined && limitPrice !== undefined) {
    return {
      kind: "stop_limit",
      stopPrice: price("stopPrice", stopPrice),
      limitPrice: price("limitPrice", limitPrice),
    };
  }
  if (stopPrice !== undefined) return { kind: "stop", stopPrice: price("stopPrice", stopPrice) };
  if (limitPrice !== undefined) return { kind: "limit", limitPrice: price("limitPrice", limitPrice) };
  return { kind: "market" };
}

function trailingTerms(asset: Asset, options: OrderOptions): OrderTerms {
  const { trailPrice, trailPercent } = options;
  if (trailPrice !== undefined && Number.isFinite(trailPrice) && trailPrice > 0)
    return { kind: "trailing_stop", trailPrice };
  if (trailPercent !== undefined && trailPercent > 0 && trailPercent < 1)
    return { kind: "trailing_stop", trailPercent };
  const found = trailPrice === undefined ? `trailPercent was ${trailPercent}` : `trailPrice was ${trailPrice}`;
  throw new InvalidInputError("invalid_order", `Creating an order for ${asset}: ${found}`, {
    hint: "trailPrice is a distance above 0; trailPercent is a fraction between 0 and 1 (0.02 is 2 %).",
  });
}
