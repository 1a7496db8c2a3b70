import { type Asset, type BacktestOptions, Bars } from "backlit";
import { describe, expect, it } from "vitest";
import { barsOf, flat, MINUTE, type Row, run, type Scripted } from "../engine/support.ts";
import { orderLogHash } from "./support.ts";

/** One run of orders: made bars, a script, what comes of it worked by hand, and a hash of its order log. */
export interface OrderRun {
  /** What the run proves. */
  readonly proves: string;
  readonly data: Bars | readonly Bars[];
  readonly script: (strategy: Scripted) => void | Promise<void>;
  readonly options?: BacktestOptions & object;
  /** Fills as `side quantity symbol @ price`, worked by hand. */
  readonly fills: readonly string[];
  /** Statuses of the orders in order of creation. */
  readonly orders: readonly string[];
  /** Cash at the end where it was worked out as well. */
  readonly cash?: number;
  /** Hash of every order as it ended and every fill. */
  readonly log: string;
}

interface Played {
  readonly fills: readonly string[];
  readonly orders: readonly string[];
  readonly cash: number;
  readonly log: string;
}

/** One test a run. */
export function orderRuns(title: string, runs: readonly OrderRun[]): void {
  describe(title, () => {
    it.each(runs.map((each) => [each.proves, each] as const))("%s", async (_, expected) => {
      const { fills, orders, cash, log } = await played(expected);
      expect(fills).toEqual(expected.fills);
      expect(orders).toEqual(expected.orders);
      if (expected.cash !== undefined) expect(cash).toBeCloseTo(expected.cash, 8);
      expect(log).toBe(expected.log);
    });
  });
}

/** Plays a run and says what came of it. */
async function played({ data, script, options }: OrderRun): Promise<Played> {
  const { result } = await run(data as Bars | readonly Bars[], script, { logLevel: "silent", ...options });
  return {
    fills: result.fills.map(
      (fill) => `${fill.side} ${rounded(fill.quantity)} ${fill.asset.symbol} @ ${rounded(fill.price)}`,
    ),
    orders: result.orders.map(({ status }) => status),
    cash: result.equity.cash.at(-1) ?? Number.NaN,
    log: orderLogHash(result),
  };
}

/** Doubles without the dust of their last bits. */
function rounded(value: number): number {
  return Number(value.toPrecision(12));
}

// What runs are made of

export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
export const at = (year: number, month: number, day: number, hour = 0, minute = 0) =>
  Date.UTC(year, month - 1, day, hour, minute);

/** Bars of several stretches, one after the other. */
export function stretches(asset: Asset, ...parts: readonly (readonly [start: number, rows: readonly Row[]])[]): Bars {
  const pieces = parts.map(([start, rows]) => barsOf(asset, rows, "1m", start));
  const join = (name: "time" | "open" | "high" | "low" | "close" | "volume") =>
    pieces.flatMap((bars) => [...bars[name]]);
  const [time, open, high, low, close, volume] = [
    join("time"),
    join("open"),
    join("high"),
    join("low"),
    join("close"),
    join("volume"),
  ];
  return Bars.from({ asset, timestep: "1m", time, open, high, low, close, volume });
}

export const days = (asset: Asset, rows: readonly Row[], start: number) => barsOf(asset, rows, "1d", start, DAY);
export const prices = (...values: number[]): Row[] => values.flatMap((price) => flat(price, 1));
/** Sends something when an instant has come. */
export const when = (time: number, action: (s: Scripted) => unknown) => (s: Scripted) =>
  void (s.getTimestamp() === time && action(s));
export const steps =
  (...actions: ((s: Scripted) => unknown)[]) =>
  (s: Scripted) =>
    void actions[s.iteration]?.(s);
export const nothing = () => {};
