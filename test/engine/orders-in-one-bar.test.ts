import type { BacktestOptions, OrderOptions } from "backlit";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { barsOf, ES, flat, run } from "./support.ts";

/**
 * Several orders at once in one bar, held against a price that walks through it tick by tick: at every tick each order is asked whether it
 * is met. `tick-by-tick.test.ts` has one order at a time over many bars. Prices are whole ticks here, quarters of a point.
 */

type Side = "buy" | "sell";

/** Prices of an order, in ticks. */
interface Terms {
  readonly limit?: number;
  readonly stop?: number;
  readonly touch?: number;
}

interface Ticket extends Terms {
  readonly id: number;
  readonly side: Side;
  readonly exits: Ticket[];
  /** Fills with it end this one. */
  other?: Ticket;
  setOff: boolean;
}

interface Deal {
  readonly id: number;
  readonly side: Side;
  readonly price: number;
}

/** One order to send, as it is drawn: its kind, its side, and how far from the last price its prices lie. */
interface Draw {
  readonly kind: (typeof KINDS)[number];
  readonly side: Side;
  readonly away: number;
  readonly profit: number;
  readonly loss: number;
}

const KINDS = [
  "market",
  "limit",
  "stop",
  "stop-limit",
  "touch",
  "touch-limit",
  "bracket",
  "limit-bracket",
  "oco",
] as const;
const LAST = 400;

const draws: fc.Arbitrary<Draw[]> = fc.array(
  fc.record({
    kind: fc.constantFrom(...KINDS),
    side: fc.constantFrom<Side>("buy", "sell"),
    away: fc.integer({ min: 1, max: 8 }),
    profit: fc.integer({ min: 1, max: 9 }),
    loss: fc.integer({ min: 1, max: 9 }),
  }),
  { minLength: 1, maxLength: 4 },
);
/** Open, high, low and close in ticks. */
const bars = fc
  .record({
    gap: fc.integer({ min: -8, max: 8 }),
    move: fc.integer({ min: -8, max: 8 }),
    up: fc.integer({ min: 0, max: 6 }),
    down: fc.integer({ min: 0, max: 6 }),
  })
  .map(({ gap, move, up, down }) => {
    const open = LAST + gap;
    const close = open + move;
    return [open, Math.max(open, close) + up, Math.min(open, close) - down, close] as const;
  });

/** What is sent, in ticks: the order's own terms, and those of its exits or of the other of two. */
function termsOf({ kind, side, away, profit, loss }: Draw): { own: Terms; takeProfit?: Terms; stopLoss?: Terms } {
  const up = side === "buy" ? 1 : -1;
  const exits = (from: number) => ({ takeProfit: { limit: from + up * profit }, stopLoss: { stop: from - up * loss } });
  switch (kind) {
    case "market":
      return { own: {} };
    case "limit":
      return { own: { limit: LAST - up * away } };
    case "stop":
      return { own: { stop: LAST + up * away } };
    case "stop-limit":
      return { own: { stop: LAST + up * away, limit: LAST + up * (away + profit - 4) } };
    case "touch":
      return { own: { touch: LAST - up * away } };
    case "touch-limit":
      return { own: { touch: LAST - up * away, limit: LAST - up * (away + profit - 4) } };
    case "bracket":
      return { own: {}, ...exits(LAST) };
    case "limit-bracket":
      return { own: { limit: LAST - up * away }, ...exits(LAST - up * away) };
    case "oco":
      return { own: {}, takeProfit: { limit: LAST - up * profit }, stopLoss: { stop: LAST + up * loss } };
  }
}

function optionsOf(draw: Draw): OrderOptions {
  const { own, takeProfit, stopLoss } = termsOf(draw);
  const price = (ticks: number | undefined) => (ticks === undefined ? undefined : ticks / 4);
  const entry = { limitPrice: price(own.limit), stopPrice: price(own.stop), touchPrice: price(own.touch) };
  if (takeProfit === undefined) return entry;
  const orderClass = draw.kind === "oco" ? "oco" : "bracket";
  return { ...entry, orderClass, takeProfitPrice: price(takeProfit.limit), stopLossPrice: price(stopLoss?.stop) };
}

/** The orders as tickets; ids count up as the engine's do, children after their order. */
function ticketsOf(list: readonly Draw[]): Ticket[] {
  let id = 0;
  const ticket = (side: Side, terms: Terms): Ticket => ({ ...terms, id: ++id, side, exits: [], setOff: false });
  return list.flatMap((draw) => {
    const { own, takeProfit, stopLoss } = termsOf(draw);
    const { side } = draw;
    if (takeProfit === undefined || stopLoss === undefined) return [ticket(side, own)];
    const entry = draw.kind === "oco" ? undefined : ticket(side, own);
    const exitSide = entry === undefined ? side : side === "buy" ? "sell" : "buy";
    const pair = [ticket(exitSide, takeProfit), ticket(exitSide, stopLoss)] as const;
    pair[0].other = pair[1];
    pair[1].other = pair[0];
    if (entry === undefined) return [...pair];
    entry.exits.push(...pair);
    return [entry];
  });
}

function* ticks(points: readonly number[]): Generator<number> {
  let at = points[0] as number;
  yield at;
  for (const point of points.slice(1)) {
    while (at !== point) {
      at += Math.sign(point - at);
      yield at;
    }
  }
}

/** Walks one way through the bar. */
function walk(list: readonly Draw[], points: readonly number[], through: boolean): Deal[] {
  const waiting = ticketsOf(list);
  const deals: Deal[] = [];
  /** Limits that have been in the market for a tick or more: they fill at their own price. */
  const resting = new Set<Ticket>();
  for (const price of ticks(points)) {
    for (let met = meets(waiting, price, through); met !== undefined; met = meets(waiting, price, through)) {
      const { id, side, limit, exits, other } = met;
      deals.push({ id, side, price: limit !== undefined && resting.has(met) ? limit : price });
      for (const gone of [met, other])
        if (gone !== undefined && waiting.includes(gone)) waiting.splice(waiting.indexOf(gone), 1);
      waiting.push(...exits);
    }
    for (const each of waiting) if (isLive(each)) resting.add(each);
  }
  return deals;
}

const isLive = ({ stop, touch, setOff }: Ticket) => setOff || (stop === undefined && touch === undefined);

/** The first order that fills at a price. Those that the price sets off are set off on the way. */
function meets(waiting: readonly Ticket[], price: number, through: boolean): Ticket | undefined {
  return waiting.find((ticket) => {
    const { side, limit, stop, touch } = ticket;
    const up = side === "buy" ? 1 : -1;
    if (stop !== undefined && up * (price - stop) >= 0) ticket.setOff = true;
    if (touch !== undefined && up * (price - touch) <= 0) ticket.setOff = true;
    if (!isLive(ticket)) return false;
    return limit === undefined || up * (price - limit) <= (through ? -1 : 0);
  });
}

const worth = (deals: readonly Deal[], close: number) =>
  deals.reduce((sum, { side, price }) => sum + (side === "buy" ? 1 : -1) * (close - price), 0);

describe("several orders in a bar that is walked tick by tick", () => {
  it("fill as in the engine, in the same order and at the same prices, whatever the path", () =>
    fc.assert(
      fc.asyncProperty(
        draws,
        bars,
        fc.constantFrom("worst", "ohlc", "olhc"),
        fc.constantFrom("touch", "through"),
        async (list, [open, high, low, close], intrabar, limitFill) => {
          const row = [open, high, low, close].map((price) => price / 4) as [number, number, number, number];
          const options: BacktestOptions = { intrabar, limitFill, marginCall: "off", logLevel: "silent" };
          const { result } = await run(
            barsOf(ES, [...flat(LAST / 4, 1), row]),
            (s) => {
              if (s.iteration === 1) for (const draw of list) s.send(ES, 1, draw.side, optionsOf(draw));
            },
            options,
          );
          const highFirst = walk(list, [open, high, low, close], limitFill === "through");
          const lowFirst = walk(list, [open, low, high, close], limitFill === "through");
          const worse = worth(lowFirst, close) < worth(highFirst, close) ? lowFirst : highFirst;
          const deals = { worst: worse, ohlc: highFirst, olhc: lowFirst }[intrabar];
          expect(result.fills.map(({ orderId, side, price }) => `${orderId} ${side} ${price}`)).toEqual(
            deals.map(({ id, side, price }) => `${id} ${side} ${price / 4}`),
          );
        },
      ),
      { numRuns: 250 },
    ));
});
