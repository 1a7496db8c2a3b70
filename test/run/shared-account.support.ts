import {
  type BacktestAllOptions,
  type BacktestAllResult,
  type BacktestResult,
  type Bars,
  backtestAll,
  InMemoryBacktesting,
} from "backlit";
import { Scripted, T0 } from "../engine/support.ts";

export type Script = (strategy: Scripted) => void | Promise<void>;
type Options = BacktestAllOptions & Partial<ConstructorParameters<typeof InMemoryBacktesting>[0]>;

/** What strategies made of one account, by name. */
export interface Shared {
  readonly total: BacktestResult;
  readonly of: (name: string) => BacktestResult;
  readonly strategies: Readonly<Record<string, Scripted>>;
}

/** Runs scripts by name on one account, listed from the last name to the first, on a market that never closes unless told otherwise. */
export async function share(
  scripts: Readonly<Record<string, Script>>,
  data: readonly Bars[],
  options: Options & { readonly setup?: Readonly<Record<string, Script>> } = {},
): Promise<Shared> {
  const { setup, ...rest } = options;
  const strategies = Object.entries(scripts).map(([name, script]) => new Scripted(script, setup?.[name], name));
  const listed = [...strategies].reverse();
  const start = Math.min(...data.map((series) => series.time[0] ?? T0));
  const end = Math.max(...data.map((series) => (series.time.at(-1) ?? T0) + series.timestep.milliseconds));
  const given = { data, market: "24/7", logLevel: "silent" as const, ...rest, account: "shared" as const };
  const outcome: BacktestAllResult = await backtestAll(listed, InMemoryBacktesting, start, end, given);
  return {
    total: outcome.total,
    of: (name) => outcome.results[listed.findIndex((strategy) => strategy.name === name)] as BacktestResult,
    strategies: Object.fromEntries(strategies.map((strategy) => [strategy.name, strategy])),
  };
}

/** Fills in words: "buy 10 @ 100". */
export function fillsOf({ fills }: { fills: readonly { side: string; quantity: number; price: number }[] }): string[] {
  return fills.map(({ side, quantity, price }) => `${side} ${quantity} @ ${price}`);
}

export function lastOf(column: Float64Array): number | undefined {
  return column.at(-1);
}
