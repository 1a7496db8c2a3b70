import type { DataSourceClass } from "../market/ports.ts";
import type { BacktestOptions, Instant } from "./options.ts";
import type { BacktestResult } from "./result.ts";
import type { Strategy } from "./strategy.ts";

/** What `backtestAll` gives back. */
export interface BacktestAllResult {
  /** One a strategy, in the order in which they were given. */
  readonly results: readonly BacktestResult[];
  /** All accounts added up: equity instant by instant, the statistics of that, and all records in order of time. */
  readonly total: BacktestResult;
}

/**
 * Runs several strategies over one source, each with an account of its own: `options.budget` for each of them. The data are read once.
 * No strategy sees another, so the order in which they are given changes no result.
 * @throws InvalidInputError when none is given, or two have one name; what `Strategy.backtest` throws, with the partial result of the
 *   strategy that failed
 */
export async function backtestAll<SourceOptions extends object = Record<never, never>>(
  strategies: readonly Strategy<object>[],
  source: DataSourceClass<SourceOptions>,
  start: Instant,
  end: Instant,
  options?: BacktestOptions & Omit<SourceOptions, "start" | "end">,
): Promise<BacktestAllResult> {
  // Loaded here, so that importing the package to write a strategy does not load the engine.
  const { runStrategies } = await import("./run-strategies.ts");
  return runStrategies(strategies, source as DataSourceClass, start, end, options ?? {});
}
