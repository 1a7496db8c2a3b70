import type { DataSourceClass } from "../market/ports.ts";
import type { BacktestOptions, Instant } from "./options.ts";
import type { BacktestResult } from "./result.ts";
import type { Strategy } from "./strategy.ts";

export interface BacktestAllOptions extends BacktestOptions {
  /**
   * Whether each strategy has an account of its own with `budget` in it, or all of them have one together: one cash, one buying power,
   * one margin. @default "separate"
   */
  readonly account?: "separate" | "shared";
}

/** What `backtestAll` gives back. */
export interface BacktestAllResult {
  /** One a strategy, in the order in which they were given. On a shared account: the budget, and what this strategy made of it. */
  readonly results: readonly BacktestResult[];
  /**
   * The shared account, or all accounts added up: equity instant by instant, the statistics of that, and all records in order of time.
   * Its profit is the sum of the strategies' profits.
   */
  readonly total: BacktestResult;
}

/**
 * Runs several strategies over one source, each with an account of its own, `options.budget` for each of them, or with
 * `account: "shared"` on one. The data are read once. The order in which they are given changes no result. See `docs/several-strategies.md`.
 * @throws InvalidInputError when none is given, or two have one name; what `Strategy.backtest` throws, with the partial result of the
 *   strategy that failed (`partialResultOf`), on a shared account with those of all (`partialResultsOf`)
 */
export async function backtestAll<SourceOptions extends object = Record<never, never>>(
  strategies: readonly Strategy<object>[],
  source: DataSourceClass<SourceOptions>,
  start: Instant,
  end: Instant,
  options?: BacktestAllOptions & Omit<SourceOptions, "start" | "end">,
): Promise<BacktestAllResult> {
  // Loaded here, so that importing the package to write a strategy does not load the engine.
  const { runStrategies } = await import("./run-strategies.ts");
  return runStrategies(strategies, source as DataSourceClass, start, end, options ?? {});
}
