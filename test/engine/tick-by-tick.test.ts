/** Orders over random bars, held against a market that is walked tick by tick. */
import type { OrderOptions } from "backlit";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { barsOf, ES, MINUTE, once, type Row, run, T0 } from "./support.ts";

type Path = "ohlc" | "olhc";
/** Open, high, low and close in ticks of 0.25. */
type TickBar = readonly [open: number, high: number, low: number, close: number];

/** An order as a trader would keep it on paper; prices in ticks. */
interface Paper {
  readonly name: "entry" | "takeProfit" | "stopLoss";
  readonly direction: 1 | -1;
  /** What sets it off, by which way the price must go to get there. */
  trigger?: { readonly price: number; readonly rises: boolean } | undefined;
  limit?: number | undefined;
  /** Instead of a trigger: a distance behind the best price. */
  readonly trail?: number;
  readonly limitOffset?: number;
  best?: number | undefined;
  /** True when it lived as the bar opened. */
  sawOpen: boolean;
}

interface Plan {
  readonly options: OrderOptions;
  readonly entry: Paper;
  readonly exits: readonly Paper[];
}

const price = (ticks: number) => ticks / 4;

/** Sets the order off when its price is there, and says whether it fills at `ticks`. */
function fillsAt(order: Paper, ticks: number): boolean {
  const trigger =
    order.trail === undefined || order.best === undefined
      ? order.trigger
      : { price: order.best + order.direction * order.trail, rises: order.direction === 1 };
  if (trigger !== undefined) {
    if (trigger.rises ? ticks < trigger.price : ticks > trigger.price) return false;
    if (order.limitOffset !== undefined) order.limit = trigger.price + order.direction * order.limitOffset;
    order.trigger = undefined;
    order.best = undefined;
  }
  return order.limit === undefined || (order.direction === 1 ? ticks <= order.limit : ticks >= order.limit);
}

/** Fills as [bar, order, price]. */
function walk(bars: readonly TickBar[], path: Path, plan: Plan): (string | number)[][] {
  const { entry, exits } = structuredClone(plan);
  const fills: (string | number)[][] = [];
  let alive: Paper[] = [entry];
  const visit = (ticks: number, bar: number, atOpen: boolean) => {
    for (;;) {
      const met = alive.find((order) => fillsAt(order, ticks));
      if (met === undefined) return;
      fills.push([bar, met.name, price(ticks)]);
      alive = met.name === "entry" ? [...exits] : [];
      for (const order of alive) {
        order.sawOpen = atOpen;
        if (order.trail !== undefined) order.best = ticks;
      }
    }
  };
  for (const [bar, [open, high, low, close]] of bars.entries()) {
    for (const order of alive) order.sawOpen = true;
    if (bar === 0 && entry.trail !== undefined) entry.best = open;
    visit(open, bar, true);
    let at = open;
    for (const target of path === "ohlc" ? [high, low, close] : [low, high, close]) {
      while (at !== target) {
        at += Math.sign(target - at);
        visit(at, bar, false);
      }
    }
    for (const order of alive) {
      if (order.best === undefined || !order.sawOpen) continue;
      order.best = order.direction === 1 ? Math.min(order.best, low) : Math.max(order.best, high);
    }
  }
  return fills;
}

/** Bars that start at 100 and jump now and then. */
const bars = fc
  .array(fc.tuple(fc.integer({ min: -5, max: 5 }), fc.nat(8), fc.nat(8), fc.integer({ min: -6, max: 6 })), {
    minLength: 15,
    maxLength: 15,
  })
  .map((steps) => {
    let last = 400;
    return steps.map(([jump, up, down, drift], row): TickBar => {
      const open = last + (row === 0 ? 0 : jump);
      const close = open + drift;
      last = close;
      return [open, Math.max(open, close) + up, Math.min(open, close) - down, close];
    });
  });

const KINDS = ["market", "limit", "stop", "stopLimit", "touched", "limitIfTouched", "trail", "trailLimit"] as const;
const STOPS = ["stop", "stopLimit", "trail"] as const;
const distance = fc.integer({ min: 1, max: 14 });

type Writable<Type> = { -readonly [Name in keyof Type]: Type[Name] };

/** Any entry, alone or with both exits, once for the engine and once on paper. */
const plan = fc
  .record({
    side: fc.constantFrom("buy" as const, "sell" as const),
    kind: fc.constantFrom(...KINDS),
    stopKind: fc.constantFrom(...STOPS),
    withExits: fc.boolean(),
    away: distance,
    more: fc.integer({ min: -6, max: 6 }),
    profit: distance,
    loss: distance,
    gives: fc.integer({ min: -4, max: 4 }),
  })
  .map(({ side, kind, stopKind, withExits, away, more, profit, loss, gives }): Plan => {
    const direction = side === "buy" ? 1 : -1;
    const against = 400 + direction * away;
    const towards = 400 - direction * away;
    const options: Writable<OrderOptions> = {};
    const entry: Writable<Paper> = { name: "entry", direction, sawOpen: true };
    if (kind === "limit") options.limitPrice = price(towards);
    if (kind === "stop" || kind === "stopLimit") options.stopPrice = price(against);
    if (kind === "touched" || kind === "limitIfTouched") options.touchPrice = price(towards);
    if (kind === "stopLimit") options.limitPrice = price(against + more);
    if (kind === "limitIfTouched") options.limitPrice = price(towards + more);
    if (kind === "trail" || kind === "trailLimit") options.trailPrice = price(away);
    if (kind === "trailLimit") options.limitOffset = price(Math.abs(more));
    if (options.limitPrice !== undefined) entry.limit = options.limitPrice * 4;
    if (options.stopPrice !== undefined) entry.trigger = { price: options.stopPrice * 4, rises: direction === 1 };
    if (options.touchPrice !== undefined) entry.trigger = { price: options.touchPrice * 4, rises: direction === -1 };
    if (kind === "trail" || kind === "trailLimit") entry.trail = away;
    if (kind === "trailLimit") entry.limitOffset = Math.abs(more);
    if (!withExits) return { options, entry, exits: [] };
    const from = entry.limit ?? entry.trigger?.price ?? 400;
    const exit = { direction: -direction as 1 | -1, sawOpen: false };
    const stopAt = from - direction * loss;
    const takeProfit: Paper = { name: "takeProfit", ...exit, limit: from + direction * profit };
    const stopLoss: Paper =
      stopKind === "trail"
        ? { name: "stopLoss", ...exit, trail: loss }
        : {
            name: "stopLoss",
            ...exit,
            trigger: { price: stopAt, rises: exit.direction === 1 },
            limit: stopKind === "stopLimit" ? stopAt + gives : undefined,
          };
    options.orderClass = "bracket";
    options.takeProfitPrice = price(from + direction * profit);
    if (stopKind === "trail") options.stopLossTrailPrice = price(loss);
    else options.stopLossPrice = price(stopAt);
    if (stopKind === "stopLimit") options.stopLossLimitPrice = price(stopAt + gives);
    return { options, entry, exits: [takeProfit, stopLoss] };
  });

describe("any order over any bars", () => {
  it.each(["ohlc", "olhc"] as const)("fills where a market walked tick by tick along %s fills it", (intrabar) =>
    fc.assert(
      fc.asyncProperty(bars, plan, async (ticks, made) => {
        const rows = ticks.map((bar) => bar.map(price) as unknown as Row);
        const { direction } = made.entry;
        const { result, strategy } = await run(
          barsOf(ES, rows),
          once((s) => s.send(ES, 1, direction === 1 ? "buy" : "sell", made.options)),
          { intrabar, budget: 10_000_000 },
        );
        expect(strategy.refused).toEqual([]);
        const [order] = strategy.orderLog;
        const ids = [order?.id, ...(order?.children ?? []).map(({ id }) => id)];
        const names = ["entry", "takeProfit", "stopLoss"];
        const fills = result.fills.map((fill) => [
          Math.floor((fill.time - T0) / MINUTE),
          names[ids.indexOf(fill.orderId)],
          fill.price,
        ]);
        expect(fills).toEqual(walk(ticks, intrabar, made));
      }),
      { numRuns: 200 },
    ),
  );
});
