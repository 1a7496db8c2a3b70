import { runEngine } from "../engine/backtest.ts";
import type { EngineOptions, LiveOptions } from "../engine/options.ts";
import type { Progress } from "../engine/progress.ts";
import { BacklitError, wordsOf } from "../market/errors.ts";
import type { DataSourceClass, RunSpan } from "../market/ports.ts";
import { formatInstant } from "../market/time.ts";
import type { StrategyBase } from "../strategy/strategy-base.ts";
import { hookTimeout } from "./hook-timeout.ts";
import { openLog } from "./log.ts";
import { type BacktestOptions, type CheckedOptions, checkOptions, type Instant, type RunProgress } from "./options.ts";
import { withPartialResult } from "./partial-result.ts";
import { type ProgressLine, progressOnStderr } from "./progress.ts";
import { type BacktestResult, backtestResult } from "./result.ts";
import { checkSourceClass, dataSourceFromEnvironment } from "./sources.ts";

/** The event loop gets a turn this often, ms, so that signals arrive; progress is told at half that rate at most. */
const TURN_EVERY = 50;

/** Runs a strategy over a source. `Strategy.backtest` documents it. */
export async function runBacktest(
  strategy: StrategyBase<object>,
  source: DataSourceClass | undefined,
  start: Instant,
  end: Instant,
  options: BacktestOptions,
): Promise<BacktestResult> {
  const sourceClass = source ?? (await dataSourceFromEnvironment());
  checkSourceClass(sourceClass);
  const checked = checkOptions(sourceClass, start, end, options);
  const progress = checked.progress ? progressOnStderr() : undefined;
  const dataSource = new sourceClass({
    ...options,
    seed: checked.seed,
    start: checked.start,
    end: checked.end,
  } as never);
  try {
    const { outcome, failure } = await runEngine(strategy, dataSource, await engineOptions(checked, progress));
    const result = backtestResult(outcome);
    if (failure !== undefined) throw withPartialResult(failure, result);
    return result;
  } finally {
    progress?.clear();
    await dataSource.close?.();
  }
}

/** The options as the engine takes them, with the log opened and the progress tied on. */
export async function engineOptions(
  checked: CheckedOptions,
  line: ProgressLine | undefined,
  live?: LiveOptions,
): Promise<EngineOptions> {
  const { logLevel, onProgress, progress, hookTimeout: timeout, ...rest } = checked;
  const tell = (told: RunProgress) => {
    line?.update(told);
    if (onProgress !== undefined) callListener(onProgress, told);
  };
  return {
    ...rest,
    log: await openLog(logLevel),
    onProgress: pulse(checked, line === undefined && onProgress === undefined ? undefined : tell),
    hookWatch: hookTimeout(timeout),
    live,
  };
}

/** What the caller's own function throws is neither the strategy's failure nor ours. */
function callListener(listener: (told: RunProgress) => void, told: RunProgress): void {
  try {
    listener(told);
  } catch (cause) {
    throw new BacklitError("callback_failed", `Calling onProgress at ${formatInstant(told.time)}: ${wordsOf(cause)}`, {
      hint: "The function given as onProgress threw, not the strategy; its own stack follows.",
      cause,
    });
  }
}

/** Lets the event loop turn now and then, and tells the progress about ten times a second to whoever listens. */
function pulse(
  span: RunSpan,
  tell: ((progress: RunProgress) => void) | undefined,
): (progress: Progress) => Promise<void> | undefined {
  let lastTurn = performance.now();
  let lastTold = lastTurn;
  return ({ time, bars, standing }) => {
    const now = performance.now();
    if (now - lastTurn < TURN_EVERY) return undefined;
    lastTurn = now;
    if (tell !== undefined && now - lastTold >= 2 * TURN_EVERY) {
      lastTold = now;
      tell({ time, bars, start: span.start, end: span.end, ...standing() });
    }
    return new Promise((resolve) => setImmediate(resolve));
  };
}
