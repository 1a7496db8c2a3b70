import type { StrategyBase } from "../strategy/strategy-base.ts";
import { overriddenHooks } from "./overridden-hooks.ts";
import type { RunParts } from "./run-parts.ts";

/** Says of a run that came to its end, at `time`, when nothing happened in it: no bar passed, or no iteration was due. */
export function tellIdle(
  strategy: StrategyBase<object>,
  { kernel, context, events }: Pick<RunParts, "kernel" | "context" | "events">,
  time: number,
): void {
  if (kernel.bars === 0) {
    const message =
      "No bar passed through the run: the source lists no assets, and the strategy named none and asked for none";
    events.push({ time, code: "data_missing", level: "warning", message });
  } else if (kernel.iterations === 0 && overriddenHooks(strategy).has("onTradingIteration")) {
    const { calendarName } = context;
    const message = `onTradingIteration was never called, though ${kernel.bars} bars passed: iterations are in the sessions of ${calendarName}, and with a sleeptime of ${strategy.sleeptime.name} none was due there`;
    events.push({ time, code: "no_iterations", level: "warning", message });
  }
}
