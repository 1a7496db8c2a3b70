import type { WorkingOrder } from "./working-order.ts";

/**
 * When an order fills and at what price: the truth table of `docs/fills.md` as pure functions. Prices are compared as doubles:
 * order prices lie on the tick grid in the same doubles that bars have (see `market/price.ts`).
 */

export type IntrabarPolicy = "worst" | "ohlc" | "olhc";
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
}

export interface MatchingPolicy {
  readonly intrabar: IntrabarPolicy;
  readonly limitFill: LimitFillPolicy;
}

/** The price at which a limit order fills: its own, or one tick beyond it where a touch is not enough. */
function limitReach(working: WorkingOrder, limit: number, policy: LimitFillPolicy): number {
  const tick = policy === "through" ? (working.instrument.terms.tickSize ?? 0) : 0;
  return limit - working.direction * tick;
}

/**
 * Tests an order against a single price, a bar's open: a market order fills there; a limit order when the price is at its limit or
 * better; a stop order when the price has reached or jumped its stop. NaN when it does not fill. Triggers stop-limit orders.
 */
export function matchAtPrice(working: WorkingOrder, price: number, policy: LimitFillPolicy): number {
  const { direction } = working;
  if (working.mode === "market") return price;
  if (working.mode === "stop") {
    if (!(direction * price >= direction * working.level)) return Number.NaN;
    if (working.order.kind !== "stop_limit") return price;
    working.triggered = true;
  }
  const reach = limitReach(working, working.level, policy);
  return direction * price <= direction * reach ? price : Number.NaN;
}

/** True when the bar's range reaches the level an order waits for. Cheap, and enough to pass over most bars. */
export function isReached(working: WorkingOrder, high: number, low: number, policy: LimitFillPolicy): boolean {
  const { direction, mode, level } = working;
  if (mode === "stop") return direction === 1 ? high >= level : low <= level;
  const reach = limitReach(working, level, policy);
  return direction === 1 ? low <= reach : high >= reach;
}

/**
 * The fills of one bar after its open, in the order in which the price path meets them. `worst` follows both paths and takes the
 * one whose fills are worth less at the bar's close.
 */
export function matchThroughBar(
  orders: readonly WorkingOrder[],
  bar: BarPrices,
  policy: MatchingPolicy,
): readonly Match[] {
  if (policy.intrabar !== "worst") {
    const matches = walkPath(orders, pathOf(bar, policy.intrabar), policy.limitFill);
    commitTriggers(orders, matches.triggered);
    return matches.fills;
  }
  const highFirst = walkPath(orders, pathOf(bar, "ohlc"), policy.limitFill);
  const lowFirst = walkPath(orders, pathOf(bar, "olhc"), policy.limitFill);
  const chosen =
    worthAtClose(lowFirst.fills, bar.close) < worthAtClose(highFirst.fills, bar.close) ? lowFirst : highFirst;
  commitTriggers(orders, chosen.triggered);
  return chosen.fills;
}

function pathOf(bar: BarPrices, policy: "ohlc" | "olhc"): readonly number[] {
  return policy === "ohlc" ? [bar.open, bar.high, bar.low, bar.close] : [bar.open, bar.low, bar.high, bar.close];
}

/** What the fills have won by the bar's close, in price units times quantity. */
function worthAtClose(fills: readonly Match[], close: number): number {
  let worth = 0;
  for (const { working, price } of fills) worth += working.direction * working.order.quantity * (close - price);
  return worth;
}

function commitTriggers(orders: readonly WorkingOrder[], triggered: ReadonlySet<WorkingOrder>): void {
  for (const working of orders) if (triggered.has(working)) working.triggered = true;
}

interface Walk {
  readonly fills: Match[];
  readonly triggered: Set<WorkingOrder>;
}

/** Follows the price from point to point and fills whatever it meets, nearest first, earlier orders first where they tie. */
function walkPath(orders: readonly WorkingOrder[], points: readonly number[], policy: LimitFillPolicy): Walk {
  const walk: Walk = { fills: [], triggered: new Set() };
  const waiting = [...orders];
  let price = points[0] as number;
  for (const target of points.slice(1)) {
    for (;;) {
      const next = nearestMeeting(waiting, walk.triggered, { price, target, policy });
      if (next === undefined) break;
      price = next.price;
      meet(next, waiting, walk, policy);
    }
    price = target;
  }
  return walk;
}

interface Segment {
  readonly price: number;
  readonly target: number;
  readonly policy: LimitFillPolicy;
}

interface Meeting {
  readonly working: WorkingOrder;
  /** Where on the segment. */
  readonly price: number;
  /** True when the order waits as a limit order. */
  readonly asLimit: boolean;
}

function nearestMeeting(
  waiting: readonly WorkingOrder[],
  triggered: ReadonlySet<WorkingOrder>,
  segment: Segment,
): Meeting | undefined {
  let nearest: Meeting | undefined;
  for (const working of waiting) {
    const asLimit = working.mode === "limit" || triggered.has(working);
    const price = meetingPrice(working, asLimit, segment);
    if (Number.isNaN(price)) continue;
    const distance = Math.abs(price - segment.price);
    if (nearest === undefined || distance < Math.abs(nearest.price - segment.price))
      nearest = { working, price, asLimit };
  }
  return nearest;
}

/** Where a segment meets an order, NaN when it does not: at once when the price is already there, else on the way to the target. */
function meetingPrice(working: WorkingOrder, asLimit: boolean, { price, target, policy }: Segment): number {
  const { order, direction } = working;
  const level = asLimit && order.kind === "stop_limit" ? order.limitPrice : working.level;
  const reach = asLimit ? limitReach(working, level, policy) : level;
  // A limit order waits for the price to fall (buy) or rise (sell) to it; a stop order for the opposite.
  const side = asLimit ? direction : -direction;
  if (side * price <= side * reach) return price;
  return side * target <= side * reach ? reach : Number.NaN;
}

/** Fills the order met, or lets a stop-limit order's stop go and wait on as a limit order. */
function meet(meeting: Meeting, waiting: WorkingOrder[], walk: Walk, policy: LimitFillPolicy): void {
  const { working, price, asLimit } = meeting;
  const { order } = working;
  if (!asLimit && order.kind === "stop_limit") {
    walk.triggered.add(working);
    return;
  }
  waiting.splice(waiting.indexOf(working), 1);
  if (working.sibling !== undefined && waiting.includes(working.sibling))
    waiting.splice(waiting.indexOf(working.sibling), 1);
  // Exits live from the fill of their entry: the rest of the path is theirs.
  waiting.push(...working.children);
  const limit = order.kind === "limit" || order.kind === "stop_limit" ? order.limitPrice : undefined;
  // Under `through` the market must go a tick beyond the limit, but the fill is at the limit.
  const filledAt = asLimit && limit !== undefined && policy === "through" ? worseOf(working, price, limit) : price;
  walk.fills.push({ working, price: filledAt });
}

function worseOf(working: WorkingOrder, a: number, b: number): number {
  return working.direction === 1 ? Math.max(a, b) : Math.min(a, b);
}
