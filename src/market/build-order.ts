import { Asset } from "./asset.ts";
import { InvalidInputError, shown } from "./errors.ts";
import { suggestWord } from "./nearest.ts";
import {
  type MultilegOptions,
  type Order,
  type OrderClass,
  type OrderLeg,
  type OrderOptions,
  type OrderSide,
  type OrderTarget,
  type OrderTerms,
  type TargetOrderOptions,
  TIMES_IN_FORCE,
  type TimeInForce,
} from "./order.ts";
import { termsOf } from "./order-terms.ts";
import { formatInstant, parseDate } from "./time.ts";

const ORDER_CLASSES = ["bracket", "oco", "oto"] as const satisfies readonly OrderOptions["orderClass"][];

/** The names of `OrderOptions`: a misspelt one is refused. */
const ORDER_OPTION_NAMES = [
  "limitPrice",
  "stopPrice",
  "touchPrice",
  "trailPrice",
  "trailPercent",
  "limitOffset",
  "timeInForce",
  "goodTillDate",
  "postOnly",
  "reduceOnly",
  "tag",
  "orderClass",
  "takeProfitPrice",
  "stopLossPrice",
  "stopLossLimitPrice",
  "stopLossTrailPrice",
  "stopLossTrailPercent",
] as const satisfies readonly (keyof OrderOptions)[];

const TARGET_OPTION_NAMES = [
  "timeInForce",
  "goodTillDate",
  "tag",
] as const satisfies readonly (keyof TargetOrderOptions)[];

const MULTILEG_OPTION_NAMES = [
  "limitPrice",
  "timeInForce",
  "goodTillDate",
  "tag",
] as const satisfies readonly (keyof MultilegOptions)[];

const MULTILEG_TIMES = ["day", "gtc", "gtd", "ioc", "fok"] as const satisfies readonly MultilegOptions["timeInForce"][];

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
  const { asset, side, quantity, options } = request;
  checkAsset(asset);
  if (side !== "buy" && side !== "sell") {
    throw new InvalidInputError(
      "invalid_order",
      `Creating an order for ${asset}: side was '${side}', expected 'buy' or 'sell'`,
    );
  }
  const { terms, orderClass, exits } = planOf(request);
  const id = nextId();
  const child = { orderClass: "simple", children: NO_ORDERS, parentId: id } as const;
  // The exits of an entry that reduces build up again what it took away; the two of an oco reduce like it.
  const exitOptions = options.reduceOnly === true && orderClass !== "oco" ? { ...options, reduceOnly: false } : options;
  const children =
    exits.length === 0
      ? NO_ORDERS
      : exits.map((exit) =>
          makeOrder(
            nextId(),
            createdAt,
            { asset, quantity, side: exit.side, options: exitOptions },
            { ...child, terms: exit.terms },
          ),
        );
  return makeOrder(id, createdAt, request, { terms, orderClass, children, parentId: undefined });
}

/**
 * A combination of legs that fill all or none: a parent that names its net price, and a market order a leg.
 * @throws InvalidInputError `invalid_order`: fewer than two legs, an asset twice, a quantity that is no whole number above 0
 */
export function buildMultileg(
  nextId: () => string,
  createdAt: number,
  legs: readonly OrderLeg[],
  options: MultilegOptions,
): Order {
  checkLegs(legs);
  const [first] = legs as readonly [OrderLeg, ...OrderLeg[]];
  checkOptionNames(first.asset, options, MULTILEG_OPTION_NAMES);
  const { timeInForce = "gtc" } = options;
  if (!MULTILEG_TIMES.includes(timeInForce)) {
    throw new InvalidInputError("invalid_order", `Creating a multileg order: timeInForce was '${timeInForce}'`, {
      hint: `Known: ${MULTILEG_TIMES.join(", ")}.`,
    });
  }
  const quantity = legs.map((leg) => leg.quantity).reduce(greatestCommonDivisor);
  const { limitPrice, ...rest } = options;
  const id = nextId();
  const children = legs.map((leg) =>
    makeOrder(
      nextId(),
      createdAt,
      { ...leg, options: rest },
      { terms: { kind: "market" }, orderClass: "simple", children: NO_ORDERS, parentId: id },
    ),
  );
  const request = { asset: first.asset, quantity, side: "buy" as const, options: rest };
  const terms = termsOf(first.asset, { limitPrice });
  return makeOrder(id, createdAt, request, { terms, orderClass: "multileg", children, parentId: undefined });
}

function checkLegs(legs: readonly OrderLeg[]): void {
  const refuse = (words: string) => new InvalidInputError("invalid_order", `Creating a multileg order: ${words}`);
  if (!Array.isArray(legs)) throw refuse(`the legs were ${String(legs)}, expected a list of them`);
  if (legs.length < 2) throw refuse(`it has ${legs.length} legs, expected two or more`);
  const seen = new Set<string>();
  for (const { asset, quantity, side } of legs as readonly OrderLeg[]) {
    checkAsset(asset);
    if (seen.has(asset.key)) throw refuse(`${asset} has two legs, expected one`);
    seen.add(asset.key);
    if (!(Number.isSafeInteger(quantity) && quantity > 0))
      throw refuse(`the quantity of ${asset} was ${quantity}, expected a whole number above 0`);
    if (side !== "buy" && side !== "sell") throw refuse(`the side of ${asset} was '${side}', expected 'buy' or 'sell'`);
  }
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

const NO_ORDERS: readonly Order[] = Object.freeze([]);

interface OrderParts {
  readonly terms: OrderTerms;
  readonly orderClass: OrderClass;
  readonly children: readonly Order[];
  readonly parentId: string | undefined;
}

function makeOrder(id: string, createdAt: number, request: OrderRequest, parts: OrderParts): Order {
  const { asset, quantity, side, options } = request;
  const { terms, orderClass, children, parentId } = parts;
  const timeInForce = timeInForceOf(asset, options);
  const order = {
    id,
    asset,
    side,
    quantity,
    target: request.target,
    timeInForce: parentId === undefined ? timeInForce : timeInForceOfChild(timeInForce),
    goodTillDate: goodTillDateOf(asset, options),
    postOnly: parentId === undefined && (options.postOnly ?? false),
    reduceOnly: options.reduceOnly ?? false,
    tag: options.tag,
    orderClass,
    children,
    parentId,
    status: "unsubmitted" as const,
    filledQuantity: 0,
    averageFillPrice: undefined,
    fees: 0,
    createdAt,
    submittedAt: undefined,
    closedAt: undefined,
    refusal: undefined,
    kind: terms.kind,
  };
  // Most orders are market orders, and are made in one go.
  return terms.kind === "market" ? (order as Order) : { ...order, ...terms };
}

interface OrderPlan {
  readonly terms: OrderTerms;
  readonly orderClass: OrderClass;
  readonly exits: readonly { readonly side: OrderSide; readonly terms: OrderTerms }[];
}

const NO_EXITS: readonly never[] = Object.freeze([]);

/** A market order by itself, which most are. */
const PLAIN: OrderPlan = { terms: { kind: "market" }, orderClass: "simple", exits: NO_EXITS };

function planOf({ asset, side, options, target }: OrderRequest): OrderPlan {
  if (Object.keys(options).length === 0) return PLAIN;
  checkOptionNames(asset, options, target === undefined ? ORDER_OPTION_NAMES : TARGET_OPTION_NAMES);
  const plan = planByOptions(asset, side, options);
  checkCombination(asset, plan.terms, options);
  return plan;
}

/** Which orders the options ask for: the first one's prices, and the exits that hang on it. */
function planByOptions(asset: Asset, side: OrderSide, options: OrderOptions): OrderPlan {
  const { orderClass } = options;
  const exits = exitTerms(asset, options);
  if (orderClass === undefined) {
    if (exits.length > 0)
      throw contradiction(asset, "a take-profit and a stop-loss need an orderClass: 'bracket', 'oco' or 'oto'");
    return { terms: termsOf(asset, options), orderClass: "simple", exits: NO_EXITS };
  }
  if (!ORDER_CLASSES.includes(orderClass)) {
    throw new InvalidInputError("invalid_order", `Creating an order for ${asset}: orderClass was '${orderClass}'`, {
      hint: suggestWord(String(orderClass), ORDER_CLASSES),
    });
  }
  const wanted = orderClass === "oto" ? 1 : 2;
  if (exits.length !== wanted) {
    throw contradiction(asset, `${orderClass} takes ${wanted === 2 ? "both" : "one"} of a take-profit and a stop-loss`);
  }
  if (orderClass === "oco") {
    const [first, second] = exits as [OrderTerms, OrderTerms];
    if (termsOf(asset, options).kind !== "market")
      throw contradiction(asset, "oco has no entry, so it takes no other price");
    return { terms: first, orderClass, exits: [{ side, terms: second }] };
  }
  const exitSide = side === "buy" ? "sell" : "buy";
  return { terms: termsOf(asset, options), orderClass, exits: exits.map((terms) => ({ side: exitSide, terms })) };
}

/** The take-profit first, the stop-loss second, as far as their prices are given. */
function exitTerms(asset: Asset, options: OrderOptions): readonly OrderTerms[] {
  const { takeProfitPrice, stopLossPrice, stopLossLimitPrice } = options;
  const { stopLossTrailPrice: trailPrice, stopLossTrailPercent: trailPercent } = options;
  const stopLosses =
    Number(stopLossPrice !== undefined) + Number(trailPrice !== undefined) + Number(trailPercent !== undefined);
  if (stopLosses > 1) {
    throw contradiction(asset, "a stop-loss takes one of stopLossPrice, stopLossTrailPrice and stopLossTrailPercent");
  }
  if (stopLossLimitPrice !== undefined && stopLossPrice === undefined) {
    throw contradiction(asset, "stopLossLimitPrice needs a stopLossPrice");
  }
  if (takeProfitPrice === undefined && stopLosses === 0) return NO_EXITS;
  const exits: OrderTerms[] = [];
  if (takeProfitPrice !== undefined) exits.push(termsOf(asset, { limitPrice: takeProfitPrice }));
  if (stopLosses > 0) {
    const stopLoss = { stopPrice: stopLossPrice, limitPrice: stopLossLimitPrice, trailPrice, trailPercent };
    exits.push(termsOf(asset, stopLoss));
  }
  return exits;
}

function contradiction(asset: Asset, words: string): InvalidInputError {
  return new InvalidInputError("invalid_order", `Creating an order for ${asset}: ${words}`);
}

function checkAsset(asset: Asset): void {
  if (asset instanceof Asset) return;
  throw new InvalidInputError("invalid_order", `Creating an order: the asset was ${shown(asset)}, expected an Asset`, {
    hint: "Make one first: Asset.stock('AAPL'), Asset.future('ESZ24'), Asset.continuousFuture('ES').",
  });
}

function checkOptionNames(asset: Asset, options: object, known: readonly string[]): void {
  for (const name of Object.keys(options)) {
    if (!known.includes(name)) {
      throw new InvalidInputError(
        "invalid_order",
        `Creating an order for ${asset}: the option '${name}' is not known`,
        {
          hint: `Known: ${known.join(", ")}.`,
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

/** Exits of an entry that fills at once or at an auction live on until they are canceled. */
function timeInForceOfChild(timeInForce: TimeInForce): TimeInForce {
  return timeInForce === "day" || timeInForce === "gtd" ? timeInForce : "gtc";
}

/** What only some kinds of order can be. */
function checkCombination(asset: Asset, terms: OrderTerms, { timeInForce, postOnly, orderClass }: OrderOptions): void {
  const { kind } = terms;
  const auction = timeInForce === "opg" || timeInForce === "cls";
  if (auction && kind !== "market" && kind !== "limit")
    throw contradiction(asset, `'${timeInForce}' takes a market or a limit order, not a ${kind} order`);
  const rests = !auction && timeInForce !== "ioc" && timeInForce !== "fok";
  if (!rests && orderClass === "oco")
    throw contradiction(asset, `an oco rests in the book, and '${timeInForce}' does not`);
  if (postOnly !== true) return;
  if (kind !== "limit") throw contradiction(asset, `postOnly takes a limit order, not a ${kind} order`);
  if (!rests) throw contradiction(asset, `postOnly rests in the book, and '${timeInForce}' does not`);
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
