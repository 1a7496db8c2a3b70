import type { DataSourceClass } from "../market/ports.ts";
import type { ParameterValues } from "../strategy/parameters.ts";
import { StrategyBase } from "../strategy/strategy-base.ts";
import type { LiveRunOptions } from "./live.ts";
import type { BacktestOptions, Instant } from "./options.ts";
import type { BacktestResult } from "./result.ts";

/**
 * A trading strategy: extend it, set things up in `initialize`, decide in `onTradingIteration`. The same object runs in a backtest,
 * on paper and live, and cannot tell which but by asking `isBacktesting`.
 *
 * `Parameters` types `this.parameters`; their defaults stand in `static override readonly parameters`.
 */
export abstract class Strategy<Parameters extends object = ParameterValues> extends StrategyBase<Parameters> {
  /**
   * Runs the strategy over historical bars.
   * @param source class of the data source; without one the environment's `DATA_SOURCE` names it
   * @param start first instant, inclusive: ISO date or date-time, `Date`, luxon `DateTime` or epoch ms; a date means its midnight in
   *   `options.timezone` (UTC unless given)
   * @param end last instant, exclusive
   * @throws InvalidInputError for a wrong option or span, DataMissingError when there are no bars, StrategyError when the strategy
   *   throws; the latter carries the partial result in `result`
   */
  async backtest<SourceOptions extends object = Record<never, never>>(
    source: DataSourceClass<SourceOptions> | undefined,
    start: Instant,
    end: Instant,
    options?: BacktestOptions & Omit<SourceOptions, "start" | "end">,
  ): Promise<BacktestResult> {
    // Loaded here, so that importing the package to write a strategy does not load the engine.
    const { runBacktest } = await import("./backtest.ts");
    return runBacktest(this, source as DataSourceClass | undefined, start, end, options ?? {});
  }

  /**
   * Runs the strategy on bars as they come in: of a source that is live, or a replay of any other one, in real time or faster. Over
   * the same bars a replay with the paper broker gives the orders and fills that `backtest` gives.
   * @throws InvalidInputError for a wrong option, DataMissingError when a replay has no bars, StrategyError as `backtest`, and what
   *   the stream of bars fails with
   */
  async run<SourceOptions extends object = Record<never, never>>(
    options: LiveRunOptions<SourceOptions> & Omit<SourceOptions, "start" | "end">,
  ): Promise<BacktestResult> {
    const { runLive } = await import("./live.ts");
    return runLive(this, options as unknown as LiveRunOptions);
  }
}
