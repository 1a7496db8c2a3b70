import type { BacktestOptions, Bars } from "backlit";
import { run, type Scripted } from "../engine/support.ts";
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

export interface Played {
  readonly fills: readonly string[];
  readonly orders: readonly string[];
  readonly cash: number;
  readonly log: string;
}

/** Plays a run and says what came of it. */
export async function played({ data, script, options }: OrderRun): Promise<Played> {
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
