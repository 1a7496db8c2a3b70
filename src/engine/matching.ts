import { addExactly } from "../bars/price-adjustment.ts";
import { isOpen, remainingQuantity } from "../market/order.ts";
import type { WorkingOrder } from "./working-order.ts";

/**
 * When an order fills and at what price: the truth table of `docs/fills.md` as pure functions. Prices are compared as doubles:
 * order prices lie on the tick grid in the same doubles that bars have (see `market/price.ts`).
 */

export type IntrabarPolicy = "worst" | "ohlc" | "olhc" | "finer";
export type LimitFillPolicy = "touch" | "through";

/** The four prices of a bar. */
export interface BarPrices {
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
}

/** A fill the bar allows, not yet booked. */
export interface Match {
  readonly working: WorkingOrder;
  readonly price: number;
  readonly quantity: number;
}

/** What the rest of a bar leads to. */
export interface BarMatches {
  /** In the order in which the price meets them. */
  readonly fills: readonly Match[];
  /** Orders that were set off, whether they filled or not. */
  readonly triggered: ReadonlySet<WorkingOrder>;
}

/** How much the rest of a bar can fill. */
export interface Room {
  /** Units that the bar's volume still allows. */
  readonly available: number;
  /** Units held (signed): orders that only reduce fill no more than that. */
  readonly held: number;
}

export interface MatchingPolicy {
  readonly intrabar: IntrabarPolicy;
  readonly limitFill: LimitFillPolicy;
}

/**
 * The price at which a limit order fills: its own, or one tick beyond it where a touch is not enough; where no tick is known, any price
 * beyond it.
 */
function limitReach(working: WorkingOrder, limit: number, policy: LimitFillPolicy): number {
  if (policy === "touch") return limit;
  const { tickSize } = working.instrument.terms;
  if (tickSize !== undefined) return addExactly(limit, -working.direction * tickSize);
  return limit - working.direction * Math.max(Math.abs(limit) * Number.EPSILON, Number.MIN_VALUE);
}

/**
 * Tests an order against a single price, such as a bar's open: a market order fills there; a limit order when the price is at its limit
 * or better; an order that waits to be set off when the price has reached or jumped its trigger, then as what it has become. NaN when
 * it does not fill.
 */
export function matchAtPrice(working: WorkingOrder, price: number, policy: LimitFillPolicy): number {
  if (working.mode === "trigger") {
    if (!hasReached(working.rises, working.triggerPrice, price)) return Number.NaN;
    working.trigger();
  }
  if (working.mode === "market") return price;
  const reach = limitReach(working, working.limitPrice, policy);
  return hasReached(working.direction === -1, reach, price) ? price : Number.NaN;
}

/** True when a bar's range reaches the price an order waits for: cheap, and enough to pass over most bars. */
export function isReached(working: WorkingOrder, high: number, low: number): boolean {
  return working.rises ? high >= working.level : low <= working.level;
}

function hasReached(rises: boolean, level: number, price: number): boolean {
  return rises ? price >= level : price <= level;
}

/**
 * The fills of one bar after its open. `worst` follows both paths and takes the one whose fills are worth less at the bar's close; so
 * does `finer` inside the finest bars there are.
 */
export function matchThroughBar(
  orders: readonly WorkingOrder[],
  bar: BarPrices,
  policy: MatchingPolicy,
  room: Room,
): BarMatches {
  const walk = (path: "ohlc" | "olhc") => walkPath(orders, pathOf(bar, path), policy.limitFill, room);
  if (policy.intrabar === "ohlc" || policy.intrabar === "olhc") return walk(policy.intrabar);
  const highFirst = walk("ohlc");
  const lowFirst = walk("olhc");
  return worthAtClose(lowFirst.fills, bar.close) < worthAtClose(highFirst.fills, bar.close) ? lowFirst : highFirst;
}

function pathOf(bar: BarPrices, policy: "ohlc" | "olhc"): readonly number[] {
  return policy === "ohlc" ? [bar.open, bar.high, bar.low, bar.close] : [bar.open, bar.low, bar.high, bar.close];
}

/** What the fills have won by the bar's close, in price units times quantity. */
function worthAtClose(fills: readonly Match[], close: number): number {
  let worth = 0;
  for (const { working, price, quantity } of fills) worth += working.direction * quantity * (close - price);
  return worth;
}

/** What an exit lives from. */
interface EntryFill {
  readonly quantity: number;
  readonly price: number;
}

interface Walk {
  readonly fills: Match[];
  readonly triggered: Set<WorkingOrder>;
  readonly waiting: WorkingOrder[];
  /** Exits that this walk has brought to life. */
  readonly exits: Map<WorkingOrder, EntryFill>;
  /** What exits that lived before are for by now, as their entry has filled further. */
  readonly grown: Map<WorkingOrder, number>;
  /** Limit orders that came to life on this walk where the price was good enough already: they do not rest, they take it. */
  readonly taking: Set<WorkingOrder>;
  readonly policy: LimitFillPolicy;
  readonly points: readonly number[];
  available: number;
  held: number;
}

/** Follows the price from point to point and fills whatever it meets, nearest first, earlier orders first where they tie. */
function walkPath(
  orders: readonly WorkingOrder[],
  points: readonly number[],
  policy: LimitFillPolicy,
  room: Room,
): Walk {
  const walk: Walk = {
    fills: [],
    triggered: new Set(),
    waiting: [...orders],
    exits: new Map(),
    grown: new Map(),
    taking: new Set(),
    policy,
    points,
    ...room,
  };
  let price = points[0] as number;
  // An exit whose entry has just filled at the open comes to life there.
  for (const working of orders) if (working.mode === "limit") startAsLimit(walk, working, price);
  for (const target of points.slice(1)) {
    for (;;) {
      const next = nearestMeeting(walk, price, target);
      if (next === undefined) break;
      price = next.price;
      meet(next, walk);
    }
    price = target;
  }
  return walk;
}

interface Meeting {
  readonly working: WorkingOrder;
  /** Where on the way. */
  readonly price: number;
  /** True when the order waits as a limit order. */
  readonly asLimit: boolean;
}

function nearestMeeting(
  { waiting, triggered, exits, policy }: Walk,
  price: number,
  target: number,
): Meeting | undefined {
  let nearest: Meeting | undefined;
  for (const working of waiting) {
    const asLimit = working.mode === "limit" || triggered.has(working);
    const reach = asLimit ? limitReach(working, working.limitPrice, policy) : triggerPriceOf(working, exits);
    const rises = asLimit ? working.direction === -1 : working.rises;
    const met = hasReached(rises, reach, price) ? price : hasReached(rises, reach, target) ? reach : Number.NaN;
    if (Number.isNaN(met)) continue;
    if (nearest === undefined || Math.abs(met - price) < Math.abs(nearest.price - price))
      nearest = { working, price: met, asLimit };
  }
  return nearest;
}

/** A trailing stop that came to life on this walk hangs from the price of its entry. */
function triggerPriceOf(working: WorkingOrder, exits: Walk["exits"]): number {
  const born = working.trails ? exits.get(working) : undefined;
  return born === undefined ? working.triggerPrice : working.trailLevel(born.price);
}

/** Fills the order met, as far as there is volume, or sets it off to wait on as a limit order. */
function meet({ working, price, asLimit }: Meeting, walk: Walk): void {
  if (!asLimit) walk.triggered.add(working);
  if (!asLimit && working.hasLimit) {
    startAsLimit(walk, working, price);
    return;
  }
  leave(walk, working);
  const wanted = wantedUnits(walk, working);
  const quantity = Math.min(wanted, walk.available);
  // One that has nothing to reduce ends where it is met.
  if (!(quantity > 0) && !(wanted === 0 && walk.available > 0)) return;
  walk.available -= quantity;
  walk.held += working.direction * quantity;
  if (quantity === wanted) {
    if (working.sibling !== undefined) leave(walk, working.sibling);
    // What the entry still waits for goes with the exit that is done.
    if (working.parent !== undefined) leave(walk, working.parent);
  }
  // Under `through` the market must go a tick beyond the limit of an order that rests, but the fill is at the limit.
  const through = asLimit && walk.policy === "through" && !walk.taking.has(working);
  const filledAt = through ? throughPrice(walk, working, price) : price;
  bringExits(walk, working, { quantity, price: filledAt }, price);
  walk.fills.push({ working, quantity, price: filledAt });
}

/** What is left of an order; of one that only reduces no more than there is to reduce when it is met. */
function wantedUnits({ exits, grown, held }: Walk, working: WorkingOrder): number {
  const { order, direction } = working;
  const wanted = exits.get(working)?.quantity ?? grown.get(working) ?? remainingQuantity(order);
  return order.reduceOnly ? Math.min(wanted, Math.max(0, -direction * held)) : wanted;
}

function leave({ waiting }: Walk, working: WorkingOrder): void {
  const index = waiting.indexOf(working);
  if (index >= 0) waiting.splice(index, 1);
}

/** Exits live from the fill of their entry, where the market is at `market`: the rest of the path is theirs. */
function bringExits(walk: Walk, entry: WorkingOrder, fill: EntryFill, market: number): void {
  for (const child of entry.children) {
    if (isOpen(child.order)) walk.grown.set(child, remainingQuantity(child.order) + fill.quantity);
    if (child.order.status !== "unsubmitted") continue;
    walk.exits.set(child, fill);
    walk.waiting.push(child);
    if (child.mode === "limit") startAsLimit(walk, child, market);
  }
}

/** A limit order that comes to life at a price. */
function startAsLimit(walk: Walk, working: WorkingOrder, price: number): void {
  const reach = limitReach(working, working.limitPrice, walk.policy);
  if (hasReached(working.direction === -1, reach, price)) walk.taking.add(working);
}

/** The limit, which lies outside a bar that opened less than a tick beyond it. */
function throughPrice({ points }: Walk, working: WorkingOrder, price: number): number {
  const atLimit = worseOf(working, price, working.limitPrice);
  return Math.min(Math.max(atLimit, Math.min(...points)), Math.max(...points));
}

function worseOf(working: WorkingOrder, a: number, b: number): number {
  return working.direction === 1 ? Math.max(a, b) : Math.min(a, b);
}
