import { BacklitError, StrategyError, wordsOf } from "../market/errors.ts";
import { formatInstant } from "../market/time.ts";
import type { HookResult } from "../strategy/hooks.ts";
import type { StrategyBase } from "../strategy/strategy-base.ts";
import { HookGuard, type HookWatch } from "./hook-guard.ts";
import type { RunParts } from "./run-parts.ts";

/** How a run ended. */
export interface Ending {
  readonly complete: boolean;
  readonly failure: BacklitError | undefined;
}

/** Runs the loop and the closing hooks; what the strategy throws becomes the failure. */
export async function execute(
  strategy: StrategyBase<object>,
  { kernel, clock }: RunParts,
  watch: HookWatch | undefined,
): Promise<Ending> {
  const watched = <Value>(guard: HookGuard, run: () => Promise<Value>) =>
    underWatch(watch, guard, (hook, words) => hookFailure(strategy, clock.time, hook, words), run);
  const close = async (hook: ClosingHook, call: () => HookResult) => {
    const guard = new HookGuard();
    try {
      const running = call();
      if (running !== undefined) await watched(guard, () => Promise.race([guard.wait(hook, running), guard.ended]));
    } catch (error) {
      kernel.guard.blame(hook, error);
    }
  };
  try {
    const complete = await watched(kernel.guard, () => kernel.run());
    if (complete) await close("onStrategyEnd", () => strategy.onStrategyEnd());
    else await close("onAbruptClosing", () => strategy.onAbruptClosing());
    return { complete, failure: undefined };
  } catch (thrown) {
    const failure = failureOf(strategy, thrown, clock.time, kernel.guard.hookThatThrew(thrown));
    try {
      await close("onBotCrash", () => strategy.onBotCrash(thrown));
    } catch (second) {
      const both = new AggregateError([thrown, second], failure.message);
      return { complete: false, failure: failureOf(strategy, both, clock.time, "onBotCrash") };
    }
    return { complete: false, failure };
  }
}

type ClosingHook = "onStrategyEnd" | "onAbruptClosing" | "onBotCrash";

/** Runs something while a watch looks at the hooks that a guard waits for. */
async function underWatch<Value>(
  watch: HookWatch | undefined,
  guard: HookGuard,
  failure: (hook: string, words: string) => BacklitError,
  run: () => Promise<Value>,
): Promise<Value> {
  const stop = watch?.(
    () => guard.pending(),
    (hook, words) => guard.fail(failure(hook, words)),
  );
  try {
    return await run();
  } finally {
    stop?.();
  }
}

function hookFailure(strategy: StrategyBase<object>, time: number, hook: string, words: string): StrategyError {
  return new StrategyError(`${strategy.name}.${hook} at ${formatInstant(time)} ${words}`, {
    time,
    hint: "Settle the promise on every path, or give the run a longer hookTimeout; engine calls such as sleep do not count.",
  });
}

/** Our own errors keep their class and are told where they arose; anything else is the strategy's. */
function failureOf(
  strategy: StrategyBase<object>,
  thrown: unknown,
  time: number,
  hook: string | undefined,
): BacklitError {
  const place = hook === undefined ? strategy.name : `${strategy.name}.${hook}`;
  if (thrown instanceof BacklitError) return hook === undefined ? thrown : toldIn(thrown, place, time);
  return new StrategyError(`${place} failed at ${formatInstant(time)}: ${wordsOf(thrown)}`, {
    cause: thrown,
    time,
    hint: "The strategy's own stack follows.",
  });
}

/** The same error, whose message tells the hook and the instant too; one that names a hook stays as it is. */
function toldIn(error: BacklitError, place: string, time: number): BacklitError {
  if (!(error instanceof StrategyError)) error.message += ` (in ${place} at ${formatInstant(time)})`;
  return error;
}
