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

/**
 * How orders hang together. `bracket`: an entry with a take-profit and a stop-loss, which live from its fill and of which one cancels
 * the other. `oto`: an entry with one of the two. `oco`: the two without an entry. `simple`: an order by itself, or a child of the others.
 */
export type OrderClass = "simple" | "bracket" | "oco" | "oto";

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
  readonly orderClass?: Exclude<OrderClass, "simple"> | undefined;
  /** Limit price of the exit that takes the profit. */
  readonly takeProfitPrice?: number | undefined;
  /** Stop price of the exit that ends the loss. */
  readonly stopLossPrice?: number | undefined;
  /** With `stopLossPrice`: the exit is a stop-limit order at this limit. */
  readonly stopLossLimitPrice?: number | undefined;
}

/** What target orders take beside asset and target. */
export type TargetOrderOptions = Pick<OrderOptions, "timeInForce" | "goodTillDate" | "tag">;

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
  "orderClass",
  "takeProfitPrice",
  "stopLossPrice",
  "stopLossLimitPrice",
] as const satisfies readonly (keyof OrderOptions)[];

/** What an order is made of. */
export interface OrderRequest {
  readonly asset: Asset;
  readonly quantity: number;
  readonly side: OrderSide;
  readonly options: OrderOptions;
  readonly target?: OrderTarget;
}

/**
 * A new order with its children, all `unsubmitted`. Quantity is judged when the order is handed in, so that a refusal can reach
 * `onErrorOrder`.
 * @param nextId gives each order its number, the parent first
 */
export function buildOrder(nextId: () => string, createdAt: number, request: OrderRequest): Order {
  const { asset, side, options } = request;
  if (side !== "buy" && side !== "sell") {
    throw new InvalidInputError(
      "invalid_order",
      `Creating an order for ${asset}: side was '${side}', expected 'buy' or 'sell'`,
    );
  }
  checkOptionNames(asset, options);
  const plan = planOf(asset, side, options);
  const id = nextId();
  const children = plan.children.map(({ side: childSide, terms }) =>
    makeOrder(
      nextId(),
      createdAt,
      { ...request, side: childSide },
      { terms, orderClass: "simple", children: [], parentId: id },
    ),
  );
  return makeOrder(id, createdAt, request, {
    terms: plan.terms,
    orderClass: plan.orderClass,
    children,
    parentId: undefined,
  });
}

interface OrderParts {
  readonly terms: OrderTerms;
  readonly orderClass: OrderClass;
  readonly children: readonly Order[];
  readonly parentId: string | undefined;
}

function makeOrder(id: string, createdAt: number, request: OrderRequest, { terms, ...links }: OrderParts): Order {
  const { asset, quantity, side, options } = request;
  return {
    id,
    asset,
    side,
    quantity,
    target: request.target,
    timeInForce: timeInForceOf(asset, options),
    goodTillDate: goodTillDateOf(asset, options),
    tag: options.tag,
    ...links,
    status: "unsubmitted",
    filledQuantity: 0,
    averageFillPrice: undefined,
    fees: 0,
    createdAt,
    submittedAt: undefined,
    closedAt: undefined,
    refusal: undefined,
    ...terms,
  };
}

interface OrderPlan {
  readonly terms: OrderTerms;
  readonly orderClass: OrderClass;
  readonly children: readonly { readonly side: OrderSide; readonly terms: OrderTerms }[];
}

/** Which orders the options ask for: the first one's prices, and the exits that hang on it. */
function planOf(asset: Asset, side: OrderSide, options: OrderOptions): OrderPlan {
  const { orderClass } = options;
  const exits = exitTerms(asset, options);
  if (orderClass === undefined) {
    if (exits.length > 0)
      throw contradiction(asset, "takeProfitPrice and stopLossPrice need an orderClass: 'bracket', 'oco' or 'oto'");
    return { terms: termsOf(asset, options), orderClass: "simple", children: [] };
  }
  const wanted = orderClass === "oto" ? 1 : 2;
  if (exits.length !== wanted) {
    throw contradiction(
      asset,
      `${orderClass} takes ${wanted === 2 ? "both" : "one"} of takeProfitPrice and stopLossPrice`,
    );
  }
  if (orderClass === "oco") {
    const [first, second] = exits as [OrderTerms, OrderTerms];
    if (termsOf(asset, options).kind !== "market")
      throw contradiction(asset, "oco has no entry, so it takes no other price");
    return { terms: first, orderClass, children: [{ side, terms: second }] };
  }
  const exitSide = side === "buy" ? "sell" : "buy";
  return { terms: termsOf(asset, options), orderClass, children: exits.map((terms) => ({ side: exitSide, terms })) };
}

/** The take-profit first, the stop-loss second, as far as their prices are given. */
function exitTerms(asset: Asset, options: OrderOptions): readonly OrderTerms[] {
  const { takeProfitPrice, stopLossPrice, stopLossLimitPrice } = options;
  if (stopLossLimitPrice !== undefined && stopLossPrice === undefined) {
    throw contradiction(asset, "stopLossLimitPrice needs a stopLossPrice");
  }
  return [
    ...(takeProfitPrice === undefined ? [] : [termsOf(asset, { limitPrice: takeProfitPrice })]),
    ...(stopLossPrice === undefined
      ? []
      : [termsOf(asset, { stopPrice: stopLossPrice, limitPrice: stopLossLimitPrice })]),
  ];
}

function contradiction(asset: Asset, words: string): InvalidInputError {
  return new InvalidInputError("invalid_order", `Creating an order for ${asset}: ${words}`);
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
